"""Do teams decide differently, and is it the team or the people whose cases it decides."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.families import decide
from trustgap.stats.results import judge
from trustgap.stats.shares.intervals import newcombe, proportion
from trustgap.stats.shares.mover import mover_difference
from trustgap.stats.shares.stratified import share_differences

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
    Cases of different teams may differ: only `crossover` can tell team from population.

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
    table = _cells(decisions, ["team"])
    pairs = list(combinations(range(len(table)), 2))
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    x, n = table["x"].to_numpy(), table["n"].to_numpy()
    rows = pd.DataFrame({"group_a": table.index[first], "group_b": table.index[second]}, dtype=object)
    sides = (x[first], n[first], x[second], n[second])
    rows = rows.assign(n_a=sides[1], n_b=sides[3], estimate=proportion(*sides[:2]) - proportion(*sides[2:]))
    for confidence, suffix in ((0.95, ""), (0.9, "_90")):
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


def crossover(decisions: pd.DataFrame, *, margin: float = MARGIN_CASES) -> pd.DataFrame:
    """Tell the team from the population: two teams, each deciding cases of both populations.

    Parameters
    ----------
    decisions : DataFrame, one row per decision
        ``case``, ``team`` (two), ``population`` (two) and ``decision``, True, False or missing. No case
        has two decisions.
    margin : float
        Differences within it count as none in practice; beyond it they are material.

    Returns
    -------
    DataFrame, three rows of results
        Analysis ``teams``; the first team and population in order of name minus the other, in [-1, 1], for
        ``team_by_population`` in [-2, 2].

        =========================  ===========================================================
        ``team_difference``        mean over the two populations, each weighing one half
        ``population_difference``  mean over the two teams; ``equivalent`` by two one-sided
                                   tests at `margin` supports "the difference was the team"
        ``team_by_population``     team difference in one population minus that in the other;
                                   likelihood-ratio test of team × population in a logit model
        =========================  ===========================================================

        Reasons: ``n_lt_min`` (a cell without decision), ``separated`` (a cell where all or none were
        decided yes: the logit model cannot be fitted and the interaction has no p-value; the limits
        stand).

    Raises
    ------
    ValueError
        If there are not two teams and two populations, or a case has two decisions.

    Notes
    -----
    With both factors and their interaction the binomial model fits the four shares exactly, so that its
    average marginal differences are the means above. Their limits are Newcombe's, stratified, and not those
    of the delta method, which is Wald's: at 10 decisions a cell, 70% against 10%, the latter covered in
    91.1%, these in 96.0% (20,000 draws); where a share is 0 or 1 they need no other method.

    References
    ----------
    .. [1] Yan, X. and Su, X. G. (2010). Stratified Wilson and Newcombe confidence intervals for multiple
       binomial proportions. Statistics in Biopharmaceutical Research, 2, 329-335.

    Examples
    --------
    >>> cells = [("a", "p", 21), ("a", "q", 20), ("b", "p", 3), ("b", "q", 4)]
    >>> decisions = pd.DataFrame([(f"{team}{population}{i}", team, population, i < yes)
    ...                           for team, population, yes in cells for i in range(30)],
    ...                          columns=["case", "team", "population", "decision"])
    >>> rows = crossover(decisions)
    >>> rows[["estimand", "estimate", "conf_low", "conf_high", "verdict"]].round(2)
                    estimand  estimate  conf_low  conf_high       verdict
    0        team_difference      0.57      0.40       0.69        higher
    1  population_difference      0.00     -0.14       0.14  inconclusive
    2     team_by_population      0.07     -0.22       0.35  inconclusive
    """
    if decisions["case"].duplicated().any():
        raise ValueError("a case has two decisions: compare teams on the same cases by their agreement")
    teams, populations = (sorted(decisions[name].astype(str).unique()) for name in ("team", "population"))
    if (len(teams), len(populations)) != (2, 2):
        raise ValueError(
            f"a crossover has 2 teams and 2 populations, got {len(teams)} and {len(populations)}"
        )
    every = pd.MultiIndex.from_product([teams, populations])
    table = _cells(decisions, ["team", "population"]).reindex(every, fill_value=0)
    x, n = (table[name].to_numpy(float).reshape(2, 2) for name in ("x", "n"))
    rows = [
        _contrast(x, n) | {"estimand": "team_difference", "group_a": teams[0], "group_b": teams[1]},
        _contrast(x.T, n.T)
        | {"estimand": "population_difference", "group_a": populations[0], "group_b": populations[1]},
        _interaction(x, n) | {"estimand": "team_by_population", "group_a": teams[0], "group_b": teams[1]},
    ]
    bases = [n.sum(axis=1), n.sum(axis=0), n.sum(axis=1)]
    rows = pd.DataFrame(rows).assign(n_a=[base[0] for base in bases], n_b=[base[1] for base in bases])
    return judge(rows.assign(analysis="teams"), null=0, margin=margin)


def _cells(decisions: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    decision = decisions["decision"].astype("boolean")
    counted = (
        decisions[by].astype(str).assign(x=decision.fillna(False).astype(int), n=decision.notna().astype(int))
    )
    return counted.groupby(by, sort=True)[["x", "n"]].sum()


def _contrast(x: np.ndarray, n: np.ndarray) -> dict[str, float | str]:
    """Compare the first row with the second, within the columns, each column weighing the same."""
    found = share_differences([x[0], x[1]], [n[0], n[1]], np.array([0.5, 0.5]))
    names = "estimate conf_low conf_high conf_low_90 conf_high_90 p_value mde80".split()
    values = {name: float(found[name][-1]) for name in names}
    if n.min() == 0:
        values = dict.fromkeys(values, np.nan)
    return values | {
        "method": "stratified Newcombe, score test",
        "reason": "n_lt_min" if n.min() == 0 else "",
    }


def _interaction(x: np.ndarray, n: np.ndarray) -> dict[str, float | str]:
    found = {"method": "MOVER on Newcombe, likelihood ratio", "reason": ""}
    names = "estimate conf_low conf_high conf_low_90 conf_high_90 p_value".split()
    if n.min() == 0:
        return dict.fromkeys(names, np.nan) | found | {"reason": "n_lt_min"}
    gaps = (x / n)[0] - (x / n)[1]
    found |= {"estimate": float(gaps[0] - gaps[1])}
    for confidence, suffix in ((0.95, ""), (0.9, "_90")):
        low, high = newcombe(x[0], n[0], x[1], n[1], confidence=confidence)
        limits = mover_difference(gaps[0], (low[0], high[0]), gaps[1], (low[1], high[1]))
        found |= {f"conf_low{suffix}": float(limits[0]), f"conf_high{suffix}": float(limits[1])}
    if ((x == 0) | (x == n)).any():
        return found | {"p_value": np.nan, "reason": "separated"}
    return found | {"p_value": _likelihood_ratio(x, n)}


def _likelihood_ratio(x: np.ndarray, n: np.ndarray) -> float:
    """Compare the four shares with the additive logit model, fitted by Newton's method."""
    design = np.array([[1.0, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
    hits, base, beta = x.ravel(), n.ravel(), np.zeros(3)
    for _ in range(50):
        share = 1 / (1 + np.exp(-design @ beta))
        step = np.linalg.solve(
            design.T @ ((base * share * (1 - share))[:, None] * design), design.T @ (hits - base * share)
        )
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    share = 1 / (1 + np.exp(-design @ beta))
    seen = hits / base
    gain = hits * np.log(seen / share) + (base - hits) * np.log((1 - seen) / (1 - share))
    return float(stats.chi2.sf(2 * gain.sum(), 1))
