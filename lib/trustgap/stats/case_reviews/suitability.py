"""Reablement: which share of people each team finds suitable, and whether it is the team or the people."""

import pandas as pd

from trustgap.stats.case_reviews import cases
from trustgap.stats.case_reviews.consistency import between_teams
from trustgap.stats.case_reviews.crossover import crossover
from trustgap.stats.case_reviews.reviews import NOTHING, SUITABLE
from trustgap.stats.counts import NATIONAL


def decisions(judgements: pd.DataFrame) -> pd.DataFrame:
    """Take the decisions about reablement out of the reviewed cases, each once.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`.

    Returns
    -------
    DataFrame, one row per case with a team
        ``case area team population period`` and ``decision``, True where it says `reviews.SUITABLE`; missing
        where none is noted.

    Examples
    --------
    >>> judgements = pd.DataFrame({"case": [1, 2], "area": "X1", "decision_point": "reablement", "team": "A",
    ...                            "population": "", "period": "", "decision": ["suitable", "unsuitable"]})
    >>> decisions(judgements)["decision"].tolist()
    [True, False]
    """
    wanted = ["case", "area", "team", "population", "period", "decision"]
    rows = judgements.loc[judgements["decision_point"].eq("reablement"), wanted].fillna("")
    rows = rows[rows["team"].ne("")].drop_duplicates("case").reset_index(drop=True)
    said = rows["decision"].eq(SUITABLE).astype("boolean").mask(rows["decision"].eq(""))
    return rows.assign(decision=said)


def suitable(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Compare the teams of an area in whom they find suitable for reablement.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`. Decisions of the period ``after`` are left out: they follow a change that
        was made, see `reviewers`.
    area : str
        Area code.

    Returns
    -------
    DataFrame of results, analysis ``teams``, ``item`` ``case_reablement``
        ``suitable_share`` of each team (``group_a``), and where populations are noted of each team on each
        population (``group_b``); ``team_difference`` of every two teams as in `consistency.between_teams`;
        then the rows of `swapped`. Empty where no team has decided. All of them together, as what may be
        shown of one depends on the others.

    Examples
    --------
    >>> judgements = pd.DataFrame({
    ...     "case": range(24), "area": "X1", "decision_point": "reablement", "period": "", "population": "",
    ...     "team": ["A"] * 12 + ["B"] * 12, "decision": ["suitable"] * 9 + ["unsuitable"] * 15})
    >>> suitable(judgements, area="X1")[["estimand", "group_a", "group_b", "estimate"]]
              estimand group_a group_b  estimate
    0   suitable_share       A              0.75
    1   suitable_share       B              0.00
    2  team_difference       A       B      0.75
    """
    made = decisions(judgements)
    made = made[made["period"].ne("after")]
    if made.empty:
        return pd.DataFrame(columns=NOTHING)
    teams = _shares(made, ["team"])
    rows = teams + _shares(made[made["population"].ne("")], ["team", "population"])
    found = pd.DataFrame(rows).assign(estimand="suitable_share", analysis="teams")
    parts = [found, between_teams(made)] if len(teams) > 1 else [found]
    rows = pd.concat(parts, ignore_index=True).assign(area=area, item="case_reablement")
    both = swapped(judgements, area=area)
    return pd.concat([rows, both], ignore_index=True) if len(both) else rows


def _shares(made: pd.DataFrame, by: list[str]) -> list[dict]:
    rows = []
    for names, part in made.groupby(by, sort=True):
        first, second = (*names, "")[:2]
        rows.append(cases.share(part, part["decision"]) | {"group_a": first, "group_b": second})
    return rows


def swapped(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Tell the team from the people, where two teams each decided about both of two populations.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`.
    area : str
        Area code, or `counts.NATIONAL`: then decisions of one area count as a cluster, and the teams and
        populations of all areas must go by the same two names.

    Returns
    -------
    DataFrame of results, analysis ``teams``, ``item`` ``case_swapped``
        As `crossover.crossover` gives them; empty where there are not two teams and two populations.

    Examples
    --------
    >>> cells = [("A", "p", 21), ("A", "q", 20), ("B", "p", 3), ("B", "q", 4)]
    >>> judgements = pd.DataFrame([(f"{team}{population}{i}", team, population,
    ...                             "suitable" if i < yes else "unsuitable")
    ...                            for team, population, yes in cells for i in range(30)],
    ...                           columns=["case", "team", "population", "decision"])
    >>> judgements = judgements.assign(area="X1", decision_point="reablement", period="")
    >>> swapped(judgements, area="X1")[["estimand", "verdict"]].to_numpy().tolist()[:2]
    [['team_difference', 'higher'], ['population_difference', 'inconclusive']]
    """
    made = decisions(judgements)
    made = made[made["population"].ne("") & made["period"].ne("after")]
    if made["team"].nunique() != 2 or made["population"].nunique() != 2:
        return pd.DataFrame(columns=NOTHING)
    rows = crossover(made, cluster="area" if area == NATIONAL else None)
    return rows.assign(area=area, item="case_swapped")
