"""Sentences about two surveys around an intervention: the change here beside the change elsewhere."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    listed,
    quoted,
    remainder,
    require,
    silence,
    tally_verdicts,
)

MOVES = {
    "higher": "rose more, or fell less, here than elsewhere",
    "lower": "fell more, or rose less, here than elsewhere",
}
"""What a verdict on a change beside that of other areas says."""


def headline(rows: Shown) -> Sentence:
    """Count the answers that changed more or less here than elsewhere.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``before_after``.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return silence(rows, few="Too few answers to compare the surveys")
    if not found["higher"] + found["lower"]:
        return Sentence(f"Nothing clearly different here in {counted(tested, 'comparison', 'comparisons')}")
    return Sentence(f"{found['higher']} higher and {found['lower']} lower here, of {tested} compared")


def surveys(rows: Shown) -> Sentence:
    """Say whether answers changed more here than elsewhere, between the surveys before and after.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``before_after``.

    Returns
    -------
    Sentence
        Which rose or fell by more; how many changed about as much, and of how many nobody can tell.
    """
    require(rows)
    if not len(rows):
        return Sentence("No two surveys lie before and after what was tried, or none asked about trust.")
    found = tally_verdicts(rows)
    if len(rows) == found["none"]:
        return Sentence("Too few people answered the surveys before and after to compare.")
    parts = []
    for verdict, words in MOVES.items():
        some = rows.where(verdict=verdict).frame
        if len(some):
            pairs = zip(quoted(some["item_label"]), some["estimate_text"], strict=True)
            named = [f"{name} ({text})" for name, text in pairs]
            parts.append(f"{listed(named)} {words}")
    start = f"{'; '.join(parts)}." if parts else "Nothing changed clearly more or less here than elsewhere."
    rest = {"same": "changed about as much", "unsure": "cannot be told with this many answers"}
    return Sentence(start + remainder(found, one="comparison", many="comparisons", **rest))
