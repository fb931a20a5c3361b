"""Sentences about change over the waves."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    listed,
    lower_first,
    nothing,
    quoted,
    remainder,
    require,
    silence,
    tally_verdicts,
    upper_first,
)
from trustgap.stats.counts import ALL


def headline(rows: Shown) -> Sentence:
    """Count rises and falls.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``change`` or ``trend`` with verdicts.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return silence(rows, few="Too few answers to compare the waves")
    if not found["higher"] + found["lower"]:
        return Sentence(f"No clear change in any of {counted(tested, 'comparison', 'comparisons')}")
    rose, fell = found["higher"] or "none", found["lower"] or "none"
    return Sentence(upper_first(f"{rose} rose and {fell} fell, of {tested} compared"))


def change(rows: Shown, *, what: str) -> Sentence:
    """Say what rose, what fell, what stayed about the same and what cannot be told.

    Parameters
    ----------
    rows : Shown
        Rows ``share_difference`` of the analysis ``change`` or ``change_over_period`` of ``trend``.
    what : str
        What may have changed, such as "trust".

    Returns
    -------
    Sentence
        "No clear change" is never read as "no change": the two are counted apart.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return nothing(rows, few=f"There are too few answers to say whether {what} changed.")
    parts = []
    for verdict, verb in (("higher", "rose"), ("lower", "fell")):
        clear = rows.where(verdict=verdict).frame
        if len(clear):
            parts.append(f"{what} {verb} {listed(map(_named, clear.itertuples()))}")
    spans = rows.frame["wave_label"].unique()
    when = f"from {spans[0]} " if len(spans) == 1 else ""
    start = "; ".join(parts) if parts else f"no clear rise or fall in {what}"
    start = f"{upper_first(when + start)}."
    rest = {"same": "stayed about the same", "unsure": "cannot be told with this many answers"}
    return Sentence(start + remainder(found, one="comparison", many="comparisons", **rest))


def _named(row: object) -> str:
    size = f" ({row.estimate_text})" if row.estimate == row.estimate else ""
    raters = "" if row.group_a == ALL else f" among {lower_first(row.group_a_label)}"
    about = f"in {row.target_label}" if row.target_label else f"on “{row.item_label}”"
    return f"{about}{raters}{size}"


def smallest_visible(rows: Shown) -> Sentence:
    """Say how large a change these answers could have shown.

    Parameters
    ----------
    rows : Shown
        Rows with ``mde80``.

    Returns
    -------
    Sentence
        The range of the smallest changes that had an 80% chance to be seen.
    """
    require(rows)
    seen = rows.where(suppressed=False).present("mde80").frame["mde80"]
    if not len(seen):
        return Sentence("How large a change could have been seen cannot be given.")
    low, high = (f"{100 * value:.0f}" for value in (seen.min(), seen.max()))
    points = low if low == high else f"{low} to {high}"
    depends = "" if low == high else ", depending on the comparison"
    return Sentence(
        "A comparison taken alone shows a true change with 80% probability only if that is at least "
        f"{points} percentage points{depends}; once the number of comparisons is allowed for, it takes more."
    )


def same_people(rows: Shown) -> Sentence:
    """Say how many people answered in several waves, and what was made of it.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``linked``, perhaps none.

    Returns
    -------
    Sentence
        Which of two assumptions was used: the same people, or different ones. Few and none sound alike.
    """
    require(rows)
    seen = {
        row.estimand: row.estimate_text for row in rows.where(suppressed=False).frame.itertuples(index=False)
    }
    if not seen:
        return Sentence(
            "Few people, if any, can be recognised in more than one wave: the waves are compared as if each "
            "had asked different people."
        )
    again = seen.get("returning_share", "Few, if any,")
    start = f"{again} of those who answered in the last wave also answered in the first"
    if "several_waves_share" not in seen:
        return Sentence(f"{start}: in the change from first to last each counts as one person.")
    joined = "and" if "returning_share" in seen else "but"
    where = "" if "returning_share" in seen else "in the trend "
    return Sentence(
        f"{start}, {joined} {seen['several_waves_share']} of all people answered in more than one wave: "
        f"{where}each counts as one person, not as several."
    )


def bends(rows: Shown) -> Sentence:
    """Say where a straight line is no fair account of the waves.

    Parameters
    ----------
    rows : Shown
        Rows ``linearity`` of the analysis ``trend``.

    Returns
    -------
    Sentence
        Names the questions whose waves depart from a line once the number of questions is allowed for.
    """
    require(rows)
    tested = rows.where(suppressed=False).present("p_adjusted")
    if not len(tested):
        return nothing(rows, few="Too few people answered to say whether a straight line fits the waves.")
    off = tested.frame[tested.frame["p_adjusted"].lt(0.05)]
    if not len(off):
        many = counted(len(tested), "question", "questions")
        return Sentence(f"In none of {many} do the waves depart clearly from a straight line.")
    named = listed(quoted(off["item_label"]))
    return Sentence(
        f"A straight line does not fit {named}: the waves go up and down by more than chance in who answered "
        "explains, so that the course in the figure says more than the trend."
    )
