"""Sentences about teams that decide on cases: do they differ, is it they or the people, did it change."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Sentence, counted, require
from trustgap.stats.case_reviews.consistency import MARGIN_CASES

NO_TEAM = "No team's decisions on reablement are among the cases."
ONE_TEAM = "One team alone decided on reablement in these cases, so there is nothing to compare."
NOT_SWAPPED = (
    "No two teams each decided about the same two populations, so nothing tells the team from the people."
)
NO_SIZE = "How large the differences are would give away a share that is not shown."
NO_PERIOD = "No cases are marked as decided before and after a change."
POINTS = f"{round(100 * MARGIN_CASES)} points"

FOUND = {
    ("clear", "equivalent"): "The difference is the team: for either team it makes no difference whose "
    "people it sees.",
    ("equivalent", "clear"): "The difference is the people: on the same people the teams decide alike.",
    ("clear", "clear"): "Both count: the teams differ on the same people, and the people differ for the same "
    "team.",
    ("clear", "inconclusive"): "The teams differ on the same people. That it makes no difference whose "
    f"people they are is not shown: it would take more cases to say so within {POINTS}.",
    ("inconclusive", "clear"): "The people differ for the same team. That the teams decide alike is not "
    f"shown: it would take more cases to say so within {POINTS}.",
    ("equivalent", "equivalent"): f"Neither counts: teams and populations each lie within {POINTS} of one "
    "another.",
    ("inconclusive", "inconclusive"): "These cases cannot tell whether the teams differ, or the people.",
}
"""What follows from the verdict on the teams and that on the people; from other pairs the last."""


def apart(rows: Shown) -> Sentence:
    """Say whether teams find different shares of people suitable for reablement.

    Parameters
    ----------
    rows : Shown
        Rows of `suitability.suitable`.

    Returns
    -------
    Sentence
        Names the two teams where there are two, else counts pairs.
    """
    require(rows)
    pairs = rows.where(estimand="team_difference", item="case_reablement").frame
    if not len(rows):
        return Sentence(NO_TEAM)
    if not len(pairs):
        return Sentence(ONE_TEAM)
    if len(pairs) > 1:
        clear = int(pairs["verdict"].isin(["higher", "lower"]).sum())
        return Sentence(
            f"In {clear or 'none'} of {counted(len(pairs), 'pair', 'pairs')} of teams one finds a clearly "
            "larger share suitable than the other."
        )
    row = next(pairs.itertuples())
    if row.suppressed or not row.verdict:
        return Sentence("Too few decisions of a team are among the cases to compare teams.")
    shares = rows.where(estimand="suitable_share", group_b="").frame
    told = {share.group_a: share.estimate_text for share in shares.itertuples()}
    start = (
        f"{row.group_a_label} found {_plain(told[row.group_a])} of people suitable, "
        f"{row.group_b_label} {_plain(told[row.group_b])}"
    )
    return Sentence(f"{start}: {_said(row)}.")


def _plain(text: str) -> str:
    """Put a bound into words."""
    return {"<10%": "fewer than 10%", ">90%": "more than 90%"}.get(text, text)


def _said(row: tuple) -> str:
    """Say what follows from a difference between two."""
    size = f", {row.estimate_text} (95% interval {row.interval_text})" if row.estimate == row.estimate else ""
    if row.verdict in ("higher", "lower"):
        return f"a clear difference{size}"
    if row.verdict == "equivalent":
        return f"about the same, within {POINTS}{size}"
    return f"whether they differ cannot be said{size}"


def swapped(rows: Shown) -> Sentence:
    """Say whether it is the team or the people that make the difference.

    Parameters
    ----------
    rows : Shown
        Rows of `suitability.suitable`.

    Returns
    -------
    Sentence
        Only the teams differ and the populations shown to be alike is the team; and the other way round.
    """
    require(rows)
    rows = rows.where(item="case_swapped")
    if not len(rows):
        return Sentence(NOT_SWAPPED)
    team, people = (
        next(rows.where(estimand=name).frame.itertuples())
        for name in ("team_difference", "population_difference")
    )
    if team.suppressed or people.suppressed or not (team.verdict and people.verdict):
        return Sentence("Too few decisions of a team, or about a population, are among the cases.")
    kinds = ["clear" if row.verdict in ("higher", "lower") else row.verdict for row in (team, people)]
    said = FOUND.get(tuple(kinds), FOUND["inconclusive", "inconclusive"])
    kept = "" if team.estimate == team.estimate else f" {NO_SIZE}"
    return Sentence(f"{said}{kept}")


def headline(rows: Shown) -> Sentence:
    """Give the headline of the figure that sets team and population side by side.

    Parameters
    ----------
    rows : Shown
        Differences between teams and between populations.

    Returns
    -------
    Sentence
        Up to ten words.
    """
    require(rows)
    drawn = rows.where(suppressed=False).frame
    clear = drawn["verdict"].isin(["higher", "lower"])
    named = drawn["estimand"].map({"team_difference": "teams", "population_difference": "populations"})
    which = list(dict.fromkeys(named[clear].dropna()))
    if not len(drawn):
        return Sentence("Too few decisions to compare")
    if not which:
        return Sentence("No clear difference between teams or populations")
    return Sentence(f"A clear difference between {' and between '.join(which)}")


def changed(agreement: Shown, gaps: Shown) -> Sentence:
    """Say whether reviewers agree more, and teams decide more alike, after a change than before it.

    Parameters
    ----------
    agreement, gaps : Shown
        Rows of `reviewers.agreement_change` and `gaps.gap_change`.

    Returns
    -------
    Sentence
        One half for each, or that no case is marked so.
    """
    require(agreement)
    require(gaps)
    if not len(agreement) and not len(gaps):
        return Sentence(NO_PERIOD)
    parts = []
    words = {
        "agreement_change": (
            "reviewers agree more than before",
            "reviewers agree less than before",
            "reviewers agree about as much as before",
            "whether reviewers agree more than before cannot be said",
        ),
        "gap_change": (
            "the gap between the teams is wider",
            "the gap between the teams is narrower",
            "the gap between the teams is about the same",
            "whether the gap between the teams is narrower cannot be said",
        ),
    }
    for rows in (agreement, gaps):
        for row in rows.where(estimand=list(words)).frame.itertuples():
            order = ("higher", "lower", "equivalent", "inconclusive")
            said = dict(zip(order, words[row.estimand], strict=True)).get(row.verdict)
            size = f" (change {row.estimate_text}, 95% interval {row.interval_text})"
            parts += [f"{said}{size if row.estimate == row.estimate else ''}"] if said else []
    if not parts:
        return Sentence("Too few cases before or after the change to compare.")
    return Sentence(f"After the change, {'; '.join(parts)}.")
