"""Which decisions on reviewed cases each row rests on, so that every page hides the same."""

import pandas as pd

from trustgap.report.disclosure.case_lines import AGREED, RATERS
from trustgap.report.disclosure.team_lines import GAP, SWAPPED, TEAMS
from trustgap.stats.case_reviews.reviews import PERIODS

OTHER = "other"
"""What takes the place of names that too few decisions share."""

OF_AGREEMENT = ("percent_agreement", "gwet_ac", "cohen_kappa", "fleiss_kappa", "krippendorff_alpha")

CONTRASTS = ("team_difference", "population_difference", "team_by_population")

FREE = ("team", "population")
"""Columns of cases whose words stand on a page as they were typed."""


def rests_on(rows: pd.DataFrame) -> list[tuple]:
    """Name the decisions of `case_lines.decided` that each row is hidden by.

    Parameters
    ----------
    rows : DataFrame
        The full vocabulary, of reviewed cases; also published statements, whose ``estimand`` says what
        they are about.

    Returns
    -------
    list of tuple
        For each row cells (area, wave, group, item).

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "item": "case_reablement", "estimand": "team_difference",
    ...                      "analysis": "teams", "group_a": ["A"], "group_b": "B", "target": ""})
    >>> [cell[2:] for cell in rests_on(rows)[0]]
    [('A', 'case_reablement'), ('B', 'case_reablement'), ('', 'case_reablement')]
    """
    names = ["area", "analysis", "estimand", "item", "group_a", "group_b", "target"]
    return [
        tuple((area, "", group, item) for group, item in _keys(*row))
        for area, *row in rows[names].itertuples(index=False, name=None)
    ]


def _keys(
    analysis: str, estimand: str, item: str, first: str, second: str, period: str
) -> list[tuple[str, str]]:
    """Give the group and the item of each decision that a row rests on."""
    if estimand == "suitable_share":
        return [(first, f"{TEAMS}:{second}" if second else TEAMS)]
    if estimand in CONTRASTS:
        if item == TEAMS:
            return [(first, TEAMS), (second, TEAMS), ("", TEAMS)]
        return _of_gap(first, second, [period]) if item == GAP else [("", SWAPPED)]
    if estimand == "gap_change":
        return _of_gap(first, second, PERIODS)
    if estimand == "agreement_change" or (estimand == "gwet_ac" and first in PERIODS):
        of = PERIODS if estimand == "agreement_change" else [first]
        return [("", AGREED), *(("", f"{AGREED}:{one}") for one in of)]
    if estimand in OF_AGREEMENT:
        return [("", AGREED)]
    if estimand == "raters_differ":
        return [("", AGREED), ("", RATERS)]
    return [("", item if analysis == "cases_of_areas" else f"case_{estimand}")]


def _of_gap(first: str, second: str, periods: list[str] | tuple[str, ...]) -> list[tuple[str, str]]:
    # All teams together of many areas go by no name.
    return [("", GAP), *((team, f"{GAP}:{one}") for team in (first, second) if team for one in periods)]


def named(judgements: pd.DataFrame, *, fewest: int) -> pd.DataFrame:
    """Take names out of reviewed cases that few of them share: words typed for a few may describe one.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`.
    fewest : int
        A team or population of fewer cases of an area goes by `OTHER`.

    Returns
    -------
    DataFrame
        `judgements`, with those columns changed.

    Examples
    --------
    >>> judgements = pd.DataFrame({"area": "X1", "case": range(13), "population": "",
    ...                            "team": ["East"] * 12 + ["only nurse on the island"]})
    >>> named(judgements, fewest=11)["team"].unique().tolist()
    ['East', 'other']
    """
    once = judgements.drop_duplicates("case")
    found = {}
    for column in FREE:
        size = once.groupby(["area", column]).size()
        rare = set(size.index[size.lt(fewest)])
        there = list(zip(judgements["area"], judgements[column], strict=True))
        keep = pd.Series([name == "" or (area, name) not in rare for area, name in there], dtype=bool)
        found[column] = judgements[column].where(keep.to_numpy(), OTHER)
    return judgements.assign(**found)
