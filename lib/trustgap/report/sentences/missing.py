"""Sentences about what missing answers could hide."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Sentence, counted, known, listed, lower_first, nothing, require
from trustgap.stats.counts import ALL
from trustgap.stats.missing import TOLERATED

FINDINGS = ["higher", "lower", "equivalent"]
"""Verdicts that claim something."""

EXTREME = (
    "everybody without a valid answer had chosen one end of the scale on one side, the other on the other"
)


def room(answered: Shown, bounds: Shown) -> Sentence:
    """Say how far missing answers could move the share of the question that most people left out.

    Parameters
    ----------
    answered : Shown
        Rows ``answered_share`` of one group and wave.
    bounds : Shown
        Rows ``share_lowest`` and ``share_highest`` of the same cells.

    Returns
    -------
    Sentence
        About the least answered question for which both bounds may be shown.
    """
    require(answered)
    require(bounds)
    ordered = known(answered).sort("estimate", ascending=True).frame
    if not len(ordered):
        return nothing(answered)
    if ordered["estimate"].ge(1 - TOLERATED).all():
        return Sentence(f"Of no question did more than {_percent(TOLERATED)} of the answers go missing.")
    plain = known(bounds).where(reason="").frame.set_index(["item", "estimand"])["estimate_text"]
    for row in ordered.itertuples():
        ends = [plain.get((row.item, name)) for name in ("share_lowest", "share_highest")]
        if all(ends):
            return Sentence(
                f"If everybody asked had answered “{row.item_label}”, the share of positive answers would "
                f"lie between {ends[0]} and {ends[1]}, whatever the missing ones said."
            )
    return Sentence("How far missing answers could move a share cannot be shown here.")


def verdicts(base: Shown, tested: Shown) -> Sentence:
    """Say whether findings would stand if the missing answers were known.

    Parameters
    ----------
    base : Shown
        Comparisons with verdicts.
    tested : Shown
        Rows ``holds_bounds`` and ``holds_imputed`` of the same comparisons, from `stats.sensitivity`.

    Returns
    -------
    Sentence
        Names the findings that would not stand. Without a finding it says what else could be seen.
    """
    require(base)
    require(tested)
    if not len(base):
        return nothing(base)
    if base.frame["verdict"].eq("").all():
        return Sentence("There is no comparison here that missing answers could change.")
    at_ends = known(tested.where(estimand="holds_bounds"))
    if not len(at_ends):
        return Sentence(
            f"No more than {_percent(TOLERATED)} of those asked left a question compared here without a valid "
            "answer: too few to ask what they would have said."
        )
    findings = at_ends.where(verdict=FINDINGS)
    if not len(findings):
        return _none(at_ends)
    gone = findings.where(estimate=0.0)
    few = len(findings)
    text = f"Missing answers: of {counted(few, 'finding', 'findings')} that could rest on them, "
    text += f"{len(gone) or 'none'} would change if {EXTREME}{_named(gone)}"
    filled = known(tested.where(estimand="holds_imputed", verdict=FINDINGS))
    if not len(filled):
        return Sentence(f"{text}. They are too few to be filled in from people's other answers.")
    gone = filled.where(estimate=0.0)
    part = "" if len(filled) == few else f" of the {len(filled)} that can be tested so"
    text += f"; with the missing answers filled in from people's other ones, {len(gone) or 'none'}{part}"
    return Sentence(f"{text}{_named(gone)}.")


def _none(at_ends: Shown) -> Sentence:
    could = at_ends.where(estimate=0.0)
    start = "Missing answers could overturn no finding here, for there is none"
    if not len(could):
        return Sentence(f"{start}; nor would one come of it if {EXTREME}.")
    return Sentence(
        f"{start}; {len(could)} of {counted(len(at_ends), 'comparison', 'comparisons')} would have one if {EXTREME}."
    )


def _named(rows: Shown) -> str:
    """Name comparisons in brackets; "" where there is none."""
    names = [_name(row) for row in rows.frame.itertuples()]
    return f" ({listed(names)})" if names else ""


def _name(row: object) -> str:
    about = row.target_label or f"“{row.item_label}”"
    if row.group_b:
        return f"{lower_first(row.group_a_label)} with {lower_first(row.group_b_label)}"
    return about if row.group_a == ALL else f"{lower_first(row.group_a_label)} about {about}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
