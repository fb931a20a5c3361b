"""Do two teams decide more alike after a change than before it."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.case_reviews.cases import BLANK, MIN_CLUSTERS
from trustgap.stats.case_reviews.consistency import MARGIN_CASES, decided
from trustgap.stats.case_reviews.reviews import NOTHING, PERIODS
from trustgap.stats.case_reviews.suitability import decisions
from trustgap.stats.counts import NATIONAL
from trustgap.stats.results import LEVELS, ROUNDING, judge
from trustgap.stats.shares.intervals import newcombe, proportion
from trustgap.stats.shares.mover import mover_difference


def gap_change(judgements: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Compare the gap between two teams after a change with that before it.

    Parameters
    ----------
    judgements : DataFrame
        As for `reviews.settled`; decisions on reablement with a team and a ``period``.
    area : str
        Area code. For all areas together see `gaps_change`: teams of different areas are different teams.

    Returns
    -------
    DataFrame, three rows of results for every two teams, analysis ``consistency``, ``item`` ``case_gap``
        ``team_difference`` of each period (``target``), the team with the larger share before (both periods
        together where equal) first, with Newcombe's limits; and ``gap_change``, after minus before, in
        [-2, 2], with a verdict: lower means that the teams moved towards each other, or past it. ``n_a``
        and ``n_b`` are the smaller base of a team in either period. Empty where no two teams decided in
        both periods.

    Notes
    -----
    That the first team is chosen by its share makes a gap before look larger than it is where there is none;
    the chance to call a gap narrower that did not change stays at most that of a test in both directions.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> cells = [("A", "before", 14), ("B", "before", 2), ("A", "after", 10), ("B", "after", 8)]
    >>> judgements = pd.DataFrame([(f"{team}{period}{i}", team, period,
    ...                             "suitable" if i < yes else "unsuitable")
    ...                            for team, period, yes in cells for i in range(20)],
    ...                           columns=["case", "team", "period", "decision"])
    >>> judgements = judgements.assign(area="X1", decision_point="reablement", population="")
    >>> gap_change(judgements, area="X1")[["estimand", "target", "estimate", "verdict"]].round(2)
              estimand  target  estimate       verdict
    0  team_difference  before       0.6        higher
    1  team_difference   after       0.1  inconclusive
    2       gap_change              -0.5         lower
    """
    made = decisions(judgements)
    counts = decided(made[made["period"].isin(PERIODS)], ["team", "period"])
    every = pd.MultiIndex.from_product([counts.index.unique("team"), PERIODS])
    table = counts.reindex(every, fill_value=0)
    x, n = (table[name].to_numpy(float).reshape(-1, 2) for name in ("x", "n"))
    teams = list(every.levels[0]) if len(counts) else []
    return narrowed(x, n, teams).assign(area=area)


def narrowed(x: np.ndarray, n: np.ndarray, teams: list[str]) -> pd.DataFrame:
    """Compare the gaps between teams after a change with those before it, from counts.

    Parameters
    ----------
    x, n : array, shape (teams, 2)
        Decisions that say yes, and all, before and after.
    teams : list of str
        Their names.

    Returns
    -------
    DataFrame
        As `gap_change` gives it, without ``area``.

    Examples
    --------
    >>> x, n = np.array([[14.0, 10], [2, 8]]), np.full((2, 2), 20.0)
    >>> narrowed(x, n, ["A", "B"])[["target", "verdict"]].to_numpy().tolist()
    [['before', 'higher'], ['after', 'inconclusive'], ['', 'lower']]
    """
    rows = [
        row
        for one, other in combinations(range(len(teams)), 2)
        if n[[one, other]].min() > 0
        for row in _pair(x, n, *_ordered(x, n, one, other), teams)
    ]
    if not rows:
        return pd.DataFrame(columns=NOTHING)
    judged = judge(pd.DataFrame(rows), null=0, margin=MARGIN_CASES)
    return judged.assign(analysis="consistency", item="case_gap")


def _ordered(x: np.ndarray, n: np.ndarray, one: int, other: int) -> tuple[int, int]:
    share, pooled = proportion(x, n)[:, 0], x.sum(axis=1) / n.sum(axis=1)
    first = (share[one], pooled[one]) >= (share[other], pooled[other])
    return (one, other) if first else (other, one)


def _pair(x: np.ndarray, n: np.ndarray, one: int, other: int, teams: list[str]) -> list[dict]:
    share = proportion(x, n)
    gap = share[one] - share[other]
    shared = {"group_a": teams[one], "group_b": teams[other], "reason": ""}
    rows = [
        shared
        | {"estimand": "team_difference", "target": period, "estimate": gap[at], "method": "newcombe"}
        | {"n_a": n[one, at], "n_b": n[other, at]}
        for at, period in enumerate(PERIODS)
    ]
    change = shared | {"estimand": "gap_change", "target": "", "estimate": gap[1] - gap[0]}
    change |= {"method": "MOVER on Newcombe", "n_a": n[one].min(), "n_b": n[other].min()}
    for confidence, suffix in LEVELS:
        low, high = newcombe(x[one], n[one], x[other], n[other], confidence=confidence)
        limits = mover_difference(gap[1], (low[1], high[1]), gap[0], (low[0], high[0]))
        change |= {f"conf_low{suffix}": float(limits[0]), f"conf_high{suffix}": float(limits[1])}
        for at, row in enumerate(rows):
            row |= {f"conf_low{suffix}": low[at], f"conf_high{suffix}": high[at]}
    return [*rows, change]


def gaps_change(judgements: pd.DataFrame) -> pd.DataFrame:
    """Compare the gaps between two teams of many areas after a change with those before it.

    Parameters
    ----------
    judgements : DataFrame
        As for `gap_change`, of all areas; those with two teams that decided in both periods count.

    Returns
    -------
    DataFrame, one row of results, analysis ``consistency``, ``item`` ``case_gap``
        ``gap_change``: the root mean square gap after minus that before, in [-1, 1], with a verdict. ``n_a``
        counts decisions after, ``n_b`` before, and the method names the areas. Reasons: ``few_clusters``
        (fewer than `cases.MIN_CLUSTERS` areas, no limits), ``constant`` (areas that do not scatter). Empty
        without such an area.

    Notes
    -----
    A gap seen is larger than the true one, as chance makes gaps where there are none: the squared gap of
    an area less its own sampling variance, p (1 − p) / (n − 1) summed over the teams, has no such bias. Their
    means over areas, each counting alike, have t limits; their roots, 0 for a negative limit, carry over to
    the difference by MOVER, as if the areas' gaps of the two periods were independent: where areas with a
    wide gap keep a wide one that is careful.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> cells = [("A", "before", 14), ("B", "before", 2), ("A", "after", 10), ("B", "after", 8)]
    >>> judgements = pd.DataFrame([(f"{area}{team}{period}{i}", area, team, period,
    ...                             "suitable" if i < yes + (team == "A") * int(area[1]) else "unsuitable")
    ...                            for area in ("X1", "X2", "X3", "X4", "X5", "X6")
    ...                            for team, period, yes in cells for i in range(20)],
    ...                           columns=["case", "area", "team", "period", "decision"])
    >>> judgements = judgements.assign(decision_point="reablement", population="")
    >>> gaps_change(judgements)[["estimand", "verdict"]].to_numpy().tolist()
    [['gap_change', 'lower']]
    """
    made = decisions(judgements)
    counts = decided(made[made["period"].isin(PERIODS)], ["area", "team", "period"])
    teams = counts.index.droplevel("period").unique()
    every = pd.MultiIndex.from_tuples([(*team, period) for team in teams for period in PERIODS])
    table = counts.reindex(every, fill_value=0)
    x, n = (table[name].to_numpy(float).reshape(-1, 2) for name in ("x", "n"))
    squared, bases = [], np.zeros(2)
    for area in teams.unique("area"):
        own = teams.get_level_values("area") == area
        if own.sum() == 2 and n[own].min() > 1:
            share = x[own] / n[own]
            chance = (share * (1 - share) / (n[own] - 1)).sum(axis=0)
            squared.append((share[0] - share[1]) ** 2 - chance)
            bases += n[own].sum(axis=0)
    if not squared:
        return pd.DataFrame(columns=NOTHING)
    row = _root_change(np.array(squared)) | {"n_a": bases[1], "n_b": bases[0], "estimand": "gap_change"}
    named = {"analysis": "consistency", "area": NATIONAL, "item": "case_gap"}
    return judge(pd.DataFrame([row]).assign(**named), null=0, margin=MARGIN_CASES)


def _root_change(squared: np.ndarray) -> dict[str, float | str]:
    """Compare the root mean squares of two columns, areas in rows."""
    areas, mean = len(squared), squared.mean(axis=0)
    root = np.sqrt(np.maximum(mean, 0))
    found = BLANK | {"estimate": float(root[1] - root[0]), "reason": ""}
    found |= {"method": f"root mean square gap, t limits, MOVER, {areas} areas"}
    if areas < MIN_CLUSTERS:
        return found | {"reason": "few_clusters"}
    error = squared.std(axis=0, ddof=1) / np.sqrt(areas)
    if not error.min() > ROUNDING:
        return found | {"reason": "constant"}
    for confidence, suffix in LEVELS:
        half = stats.t.ppf((1 + confidence) / 2, areas - 1) * error
        low, high = (np.sqrt(np.maximum(limit, 0)) for limit in (mean - half, mean + half))
        limits = mover_difference(root[1], (low[1], high[1]), root[0], (low[0], high[0]))
        found |= {f"conf_low{suffix}": float(limits[0]), f"conf_high{suffix}": float(limits[1])}
    return found
