"""Sentences about batteries: whether their questions may be added up to one score."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import NOT_ASKED, Sentence, counted, listed, lower_first, require
from trustgap.stats.batteries.scales import MIN_COMPLETE
from trustgap.stats.counts import ALL

OFTEN = 0.2
"""From this share of people who gave one answer throughout, the coefficients need a warning."""


def added_up(rows: Shown) -> Sentence:
    """Say which batteries may be added up to one score, and why others may not.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``scale``.

    Returns
    -------
    Sentence
        Also warns where a question runs against the others of its set, which a scale read the wrong way
        round would do, and where many gave one and the same answer throughout.
    """
    require(rows)
    whole = rows.where(estimand="composite").frame
    if not len(whole):
        return Sentence(NOT_ASKED if not len(rows) else "No set of questions could be added up.")
    judged = whole[whole["estimate"].notna()]
    if not len(judged):
        return Sentence(
            "No set of questions can be judged: "
            f"at least {MIN_COMPLETE} people must have answered all of one."
        )
    fit = judged[judged["estimate"].eq(1)]
    if len(judged) == 1:
        text = (
            f"{_named(next(judged.itertuples()))} may {'' if len(fit) else 'not '}be added up to one score."
        )
    else:
        text = f"{len(fit) or 'None'} of {len(judged)} sets of questions may be added up to one score"
        text += f": {listed(map(_named, fit.itertuples()), most=3)}." if len(fit) else "."
    if unjudged := len(whole) - len(judged):
        text += f" {unjudged} more {'set' if unjudged == 1 else 'sets'} cannot be judged."
    return Sentence(text + _against(rows) + _alike(rows))


def _named(row: object) -> str:
    who = "" if row.group_a == ALL else f" as answered by {lower_first(row.group_a_label)}"
    return f"“{row.item_label}”{who}"


def _against(rows: Shown) -> str:
    """Name questions whose answers fall where those to the others of their set rise."""
    found = rows.where(estimand="item_rest", suppressed=False).present("conf_high").frame
    found = found[found["conf_high"].lt(0)]
    if not len(found):
        return ""
    named = listed(dict.fromkeys(map(_named, found.itertuples())), most=3)
    return (
        f" Look at {named}: those who answer higher there answer lower on the others. Was a scale reversed?"
    )


def _alike(rows: Shown) -> str:
    """Warn where many gave the same answer to every question, which makes any questions seem one."""
    same = rows.where(estimand="same_answer_share").present("estimate").frame
    same = same[same["estimate"].ge(OFTEN) & same["conf_low"].notna()]
    same = same.sort_values("estimate", ascending=False, kind="stable")
    if not len(same):
        return ""
    first = next(same.itertuples())
    more = (
        f", and many did so in {counted(len(same) - 1, 'other set', 'other sets')}" if len(same) > 1 else ""
    )
    return (
        f" Beware: {first.estimate_text} gave one and the same answer to every question of "
        f"{_named(first)}{more}. That makes questions look as if they belonged together whatever they ask."
    )
