"""Do teams decide differently, each on cases of its own."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.families import decide
from trustgap.stats.results import LEVELS
from trustgap.stats.shares.intervals import newcombe, proportion

MARGIN_CASES = 0.10
"""Differences between teams, or between populations, within ten points count as none in practice."""


def between_teams(decisions: pd.DataFrame, *, margin: float = MARGIN_CASES) -> pd.DataFrame:
    """Compare how often teams decide yes, each on cases of its own.

    Parameters
    ----------
    decisions : DataFrame, one row per decision
        ``case``, ``team`` and ``decision``, True, False or missing. No case has two decisions; for the same
        cases judged by several see `agreement.agreement`.
    margin : float
        Differences within it count as none in practice.

    Returns
    -------
    DataFrame, one row of results per pair of teams
        Analysis ``teams``, estimand ``team_difference``: share of ``group_a`` minus share of ``group_b``,
        Newcombe limits, Fisher's mid-p, Holm over the pairs, four-way verdict. A team without a decision
        has its rows, with ``reason`` ``n_lt_min``.

    Raises
    ------
    ValueError
        If a case has two decisions.

    Notes
    -----
    Cases of different teams may differ: only `crossover.crossover` can tell team from population.

    Examples
    --------
    >>> decisions = pd.DataFrame({"case": range(20), "team": ["a"] * 10 + ["b"] * 10,
    ...                           "decision": [True] * 7 + [False] * 3 + [True] + [False] * 9})
    >>> between_teams(decisions)[["estimate", "conf_low", "conf_high", "verdict"]].round(2)
       estimate  conf_low  conf_high verdict
    0       0.6      0.17       0.81  higher
    """
    if decisions["case"].duplicated().any():
        raise ValueError("a case has two decisions: compare teams on the same cases by their agreement")
    return differences(decided(decisions, ["team"]), margin=margin)


def differences(table: pd.DataFrame, *, margin: float = MARGIN_CASES) -> pd.DataFrame:
    """Compare how often teams decide yes, from counts.

    Parameters
    ----------
    table : DataFrame, indexed by team
        ``x``, decisions that say yes, and ``n``, all, as `decided` gives them.
    margin : float
        As for `between_teams`.

    Returns
    -------
    DataFrame
        As `between_teams` gives it.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [7, 1], "n": [10, 10]}, index=["a", "b"])
    >>> differences(table)["verdict"].tolist()
    ['higher']
    """
    pairs = list(combinations(range(len(table)), 2))
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    x, n = table["x"].to_numpy(), table["n"].to_numpy()
    rows = pd.DataFrame({"group_a": table.index[first], "group_b": table.index[second]}, dtype=object)
    sides = (x[first], n[first], x[second], n[second])
    rows = rows.assign(n_a=sides[1], n_b=sides[3], estimate=proportion(*sides[:2]) - proportion(*sides[2:]))
    for confidence, suffix in LEVELS:
        low, high = newcombe(*sides, confidence=confidence)
        rows = rows.assign(**{f"conf_low{suffix}": low, f"conf_high{suffix}": high})
    p = [fisher_mid_p(*(int(part[place]) for part in sides)) for place in range(len(pairs))]
    empty = np.minimum(rows["n_a"], rows["n_b"]) == 0
    rows = rows.assign(analysis="teams", estimand="team_difference", method="newcombe+fisher_mid_p")
    rows = rows.assign(p_value=p, reason=np.where(empty, "n_lt_min", ""))
    return decide(rows, by=[], name="teams", method="holm", null=0, margin=margin)


def fisher_mid_p(x_a: int, n_a: int, x_b: int, n_b: int) -> float:
    """Test whether two independent proportions are equal, by the mid-p version of Fisher's exact test.

    Parameters
    ----------
    x_a, n_a, x_b, n_b : int
        Hits and bases of the two groups.

    Returns
    -------
    float
        Two-sided: the chance of tables less likely than the one seen, plus half that of those as likely;
        missing where a group is empty.

    Notes
    -----
    Tables count as equally likely within one part in ten million: exact comparison of rounded chances
    loses ties, as in ``scipy.stats.barnard_exact`` of version 1.17.

    References
    ----------
    .. [1] Agresti, A. (2013). Categorical data analysis, third edition, section 3.5. Wiley.

    Examples
    --------
    >>> print(f"{fisher_mid_p(7, 10, 1, 10):.4f}")
    0.0102
    """
    if min(n_a, n_b) == 0:
        return float("nan")
    hits = np.arange(max(0, x_a + x_b - n_b), min(n_a, x_a + x_b) + 1)
    chances = stats.hypergeom.pmf(hits, n_a + n_b, x_a + x_b, n_a)
    ratio = chances / chances[hits == x_a]
    return float(min(1.0, chances[ratio < 1 - 1e-7].sum() + chances[np.abs(ratio - 1) <= 1e-7].sum() / 2))


def decided(decisions: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Count the decisions, and those that say yes.

    Parameters
    ----------
    decisions : DataFrame, one row per decision
        ``decision``, True, False or missing, and the columns of `by`.
    by : list of str
        Columns that tell groups of decisions apart.

    Returns
    -------
    DataFrame, indexed by the values of `by` in order
        ``x``, decisions that say yes, and ``n``, all but missing ones.

    Examples
    --------
    >>> decisions = pd.DataFrame({"team": ["b", "a", "a"], "decision": [True, False, None]})
    >>> decided(decisions, ["team"]).to_numpy().tolist()
    [[0, 1], [1, 1]]
    """
    decision = decisions["decision"].astype("boolean")
    counted = (
        decisions[by].astype(str).assign(x=decision.fillna(False).astype(int), n=decision.notna().astype(int))
    )
    return counted.groupby(by, sort=True)[["x", "n"]].sum()
