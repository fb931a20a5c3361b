"""Sentences about the group that answers and the team that is rated, each allowing for the other."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    known,
    listed,
    lower_first,
    nothing,
    remainder,
    require,
    tally_verdicts,
    upper_first,
)
from trustgap.report.sentences.gaps import theta_size
from trustgap.stats.families import CONFIRM

WHICH = {
    (
        True,
        True,
    ): "Both count: teams differ beyond chance for the same groups, and groups about the same teams.",
    (True, False): "It is the team that counts: teams differ beyond chance for the same groups, while the "
    "groups that answered show no clear difference about the same teams.",
    (False, True): "It is the group that answers: groups differ beyond chance about the same teams, while "
    "teams show no clear difference for the same groups.",
    (False, False): "Neither shows clearly: what differs between teams, or between the groups that answered, "
    "could be chance.",
}
"""By whether teams differ and whether groups do."""

MOST = 3
"""How many pairs of group and team a sentence names."""


def headline(trusted: Shown, tests: Shown) -> Sentence:
    """Name the team with the lowest share once who answered is allowed for, if teams differ at all.

    Parameters
    ----------
    trusted : Shown
        Rows ``trusted`` of the analysis ``joint``, one per team.
    tests : Shown
        Row ``between_teams``.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(trusted)
    require(tests)
    trusted = trusted.where(estimand="trusted")
    ordered = known(trusted).sort("estimate", ascending=True).frame
    between = tests.where(estimand="between_teams", suppressed=False).present("p_value").frame["p_value"]
    if len(ordered) < 2 or between.empty:
        return Sentence("Teams cannot be compared here")
    texts = ordered["estimate_text"]
    if between.ge(CONFIRM).all():
        return Sentence("No clear difference between teams, allowing for who answered")
    if texts.eq(texts.iloc[0]).all():
        return Sentence("Teams differ, allowing for who answered")
    low = ordered[texts.eq(texts.iloc[0])]
    # What is withheld lies between the bounds, so that only a bound is sure to be the lowest.
    sure = len(ordered) == len(trusted) or texts.iloc[0].startswith("<")
    start = "Lowest" if sure else "Lowest that can be shown"
    named = listed(low["target_label"], most=2)
    return Sentence(f"{start}, allowing for who answered: {named}, {texts.iloc[0]}")


def who_or_whom(effects: Shown, tests: Shown) -> Sentence:
    """Say whether trust lies with the group that answers or with the team, and where the two ends are.

    Parameters
    ----------
    effects : Shown
        Rows ``trusting`` and ``trusted`` of the analysis ``joint``.
    tests : Shown
        Rows ``between_teams`` and ``between_groups``.

    Returns
    -------
    Sentence
        Why nothing can be said where the model could not be fitted.
    """
    require(effects)
    require(tests)
    found = {row.estimand: row for row in known(tests).present("p_value").frame.itertuples()}
    if not {"between_teams", "between_groups"} <= set(found):
        return nothing(tests)
    clear = (found["between_teams"].p_value < CONFIRM, found["between_groups"].p_value < CONFIRM)
    ends = (
        _ends(effects.where(estimand="trusted"), "target_label", "teams", "allowing for who answered"),
        _ends(effects.where(estimand="trusting"), "group_a_label", "groups", "allowing for whom they rate"),
    )
    return Sentence(" ".join([WHICH[clear], *filter(None, ends)]))


def _ends(rows: Shown, column: str, kind: str, allowing: str) -> str:
    """Name the lowest and the highest of several shares."""
    ordered = known(rows).sort("estimate", ascending=True).frame
    if len(ordered) < 2:
        return ""
    low, high = ordered.iloc[0], ordered.iloc[-1]
    whole = len(ordered) == len(rows)
    name = lower_first if kind == "groups" else str  # a team's label may be a name, such as Congress
    start = f"Of {kind}" if whole else f"Of the {kind} that can be shown"
    if low.estimate_text == high.estimate_text:
        return f"{start}, {allowing}, all have the share {low.estimate_text}." if whole else ""
    ends = [
        f"{listed(map(name, same[column]), most=2)} ({same['estimate_text'].iloc[0]}{_interval(same)})"
        for same in (ordered[ordered["estimate_text"].eq(end.estimate_text)] for end in (low, high))
    ]
    return f"{start}, {allowing}, the lowest share is that of {ends[0]} and the highest that of {ends[1]}."


def _interval(same: pd.DataFrame) -> str:
    """Give the interval where it is that of one row alone."""
    text = same["interval_text"].iloc[0]
    return "" if len(same) > 1 or text.startswith("[") else f"; {text}"


def order(tests: Shown, residuals: Shown) -> Sentence:
    """Say whether who is trusted depends on who answers, and for which group and team most clearly.

    Parameters
    ----------
    tests : Shown
        Rows ``interaction``, ``interaction_top2`` and ``proportional_odds`` of the analysis ``joint``.
    residuals : Shown
        Rows ``residual``.

    Returns
    -------
    Sentence
        On the whole scale, or on positive answers where trust and distrust do not go together.
    """
    require(tests)
    require(residuals)
    found = {row.estimand: row for row in known(tests).present("p_value").frame.itertuples()}
    apart = "proportional_odds" in found and found["proportional_odds"].p_value < CONFIRM
    test = found.get("interaction_top2" if apart or "interaction" not in found else "interaction")
    if test is None:
        return nothing(tests.where(estimand=["interaction", "interaction_top2"]))
    basis = "positive answers" if test.estimand == "interaction_top2" else "the whole scale"
    text = (
        f"Who is trusted depends on who answers, beyond chance (test on {basis})."
        if test.p_value < CONFIRM
        else f"That groups put the teams in different orders is not shown (test on {basis})."
    )
    if apart:
        text += " Trust and distrust follow different patterns, so the scale is not taken as a whole."
    clear = known(residuals).where(verdict=["higher", "lower"]).largest("estimate", MOST)
    named = [
        f"{lower_first(row.group_a_label)} trust {row.target_label} "
        f"{'more' if row.verdict == 'higher' else 'less'} ({row.estimate_text})"
        for row in clear.frame.itertuples()
    ]
    if named:
        text += (
            f" Most clearly, set against what each group and each team lead one to expect: {listed(named)}."
        )
    elif test.p_value < CONFIRM and len(known(residuals)):
        text += " Which groups and teams make the difference, these answers do not show."
    return Sentence(text)


def same_team(rows: Shown) -> Sentence:
    """Say about which teams two groups differ.

    Parameters
    ----------
    rows : Shown
        Rows ``theta`` of the analysis ``same_team``.

    Returns
    -------
    Sentence
        Also counts the comparisons that are about equal and those about which nothing can be said.
    """
    require(rows)
    if not len(rows):
        return Sentence("No team was rated by two groups, so that groups cannot be compared about it.")
    found = tally_verdicts(rows)
    if found["none"] == len(rows):
        return nothing(rows)
    clear = rows.where(verdict=["higher", "lower"], suppressed=False)
    named = [_about(row) for row in clear.frame.itertuples()]
    text = f"{upper_first(listed(named, most=3))}." if named else "No two groups differ clearly about a team."
    rest = remainder(
        found,
        one="comparison",
        many="comparisons",
        same="came out about the same",
        unsure="stayed too uncertain to tell",
    )
    return Sentence(text + rest)


def _about(row: object) -> str:
    """Say which way two groups differ about a team, in the direction in which the table names them."""
    way = "more" if row.verdict == "higher" else "less"
    first, second = lower_first(row.group_a_label), lower_first(row.group_b_label)
    return f"{first} trust {row.target_label} {way} than {second} do{theta_size(row)}"
