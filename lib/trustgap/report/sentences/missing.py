"""Sentences about what missing answers could hide."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Sentence, known, listed, lower_first, nothing, require
from trustgap.stats.counts import ALL
from trustgap.stats.missingness.missing import TOLERATED

FINDINGS = ["higher", "lower", "equivalent"]
"""Verdicts that claim something."""

EXTREME = (
    "everybody without a valid answer had chosen the bottom of the scale on one side and the top on the other"
)
FILLED = "filled in from people's other answers"
PART = f"{100 * TOLERATED:.0f}%"
NONE = Sentence("No comparison is shown here that missing answers could change.")


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
        shown = " that can be shown" if answered.hidden else ""
        return Sentence(f"No question{shown} lost more than {PART} of its answers.")
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
    said = base.where(suppressed=False).without(verdict="")
    claimed = said.where(verdict=FINDINGS)
    at_ends = known(tested.where(estimand="holds_bounds"))
    if base.frame["verdict"].eq("").all():
        return NONE
    if tested.frame["reason"].eq("missing_unknown").any():
        return Sentence(
            "How many answers are missing is not known, so it cannot be said what they would change."
        )
    if not len(at_ends):
        return Sentence(
            f"Nothing compared here rests on a question that lost more than {PART} of its answers."
        )
    findings = at_ends.where(verdict=FINDINGS)
    if not len(findings):
        return _without_finding(at_ends, said)
    of = f"that rest on questions that lost more than {PART} of their answers "
    text = _changed(findings, of if len(claimed) > len(findings) else "") + f" if {EXTREME}"
    text += _named(findings)
    filled = known(tested.where(estimand="holds_imputed", verdict=FINDINGS))
    if not len(filled):
        return Sentence(f"{text}; there are too few answers for the others to be {FILLED}.")
    gone, many = len(filled.where(estimate=0.0)), len(filled)
    if len(findings) == 1:
        return Sentence(f"{text}; {FILLED}, it would{'' if gone else ' not'}.")
    some = f"{gone or 'none'}" if many == len(findings) else f"{gone or 'none'} of the {many} that allow it"
    return Sentence(f"{text}; {FILLED}, {some} would{_named(filled)}.")


def _changed(findings: Shown, of: str) -> str:
    gone, many = len(findings.where(estimate=0.0)), len(findings)
    if many == 1:
        one = of.replace("rest on questions that lost", "rests on questions that lost")
        return f"The one finding {one}would{'' if gone else ' not'} change"
    return f"{gone or 'None'} of the {many} findings {of}would change"


def _without_finding(at_ends: Shown, base: Shown) -> Sentence:
    if len(base.where(verdict=FINDINGS)):
        return Sentence(f"No finding rests on a question that lost more than {PART} of its answers.")
    could, many = len(at_ends.where(estimate=0.0)), len(at_ends)
    of = f" that lost more than {PART} of their answers" if len(at_ends) < len(base) else ""
    if many == 1:
        one = f"the one comparison{of.replace('their', 'its')} would{'' if could else ' not'}"
    else:
        one = f"{could or 'none'} of {many} comparisons{of} would"
    return Sentence(f"There is no finding here; {one} show one if {EXTREME}.")


def _named(rows: Shown) -> str:
    """Name the comparisons whose finding would change, in brackets; "" where there is none."""
    names = [_name(row) for row in rows.where(estimate=0.0).frame.itertuples()]
    return f" ({listed(names)})" if names else ""


def _name(row: object) -> str:
    about = row.target_label or f"“{row.item_label}”"
    if row.group_b:
        return f"{lower_first(row.group_a_label)} with {lower_first(row.group_b_label)}"
    return about if row.group_a == ALL else f"{lower_first(row.group_a_label)} about {about}"
