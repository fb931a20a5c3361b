"""Ordered answers of two groups: how often an answer of one lies above an answer of the other."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats import results
from trustgap.stats.cells import sides
from trustgap.stats.counts import levels
from trustgap.stats.orders.superiority import edge_limits, logit_limits, variance_5
from trustgap.stats.shares.intervals import quantile
from trustgap.stats.shares.proportions import difference


def theta(
    x: np.ndarray,
    y: np.ndarray,
    *,
    confidence: float = 0.95,
    covariance: np.ndarray | float = 0.0,
    linked: np.ndarray | float = 0.0,
) -> pd.DataFrame:
    """Estimate θ = P(X > Y) + P(X = Y) / 2, the chance that an answer of group a lies above one of group b.

    Parameters
    ----------
    x, y : array of int, shape (n_cells, n_categories) or (n_categories,)
        Counts of the answers of group a and of group b by category, lowest first.
    confidence : float
        Coverage of ``conf_low`` and ``conf_high``, strictly between 0 and 1.
    covariance : array, one value per cell
        How far the two sides move together where the same people are on both, as in
        `trustgap.stats.shares.covariances`: the variance of θ is that of independent sides plus twice this.
    linked : array, one value per cell
        How many people are on both sides. They bring their degrees of freedom only once.

    Returns
    -------
    DataFrame, one row per cell
        ``n_a``, ``n_b``, ``estimate`` in [0, 1] (0.5 is no difference), ``se``, ``df``, ``conf_low``,
        ``conf_high``, ``conf_low_90``, ``conf_high_90``, ``statistic`` and ``p_value`` (of θ = 0.5),
        ``method`` and ``reason``:

        ================  ======================================================================
        ``n_lt_min``      a group has no answer (no estimate), or one only (no limits, no test)
        ``constant``      all answers of both groups are the same: θ = 0.5, p = 1, no limits
        ================  ======================================================================

    Raises
    ------
    ValueError
        If the shapes differ, or `confidence` is out of range.

    Notes
    -----
    ``method`` is ``brunner_munzel``: the relative effect and t test of [1]_, which hold for groups of
    unequal spread and size where the rank-sum test does not, with the interval taken on the logit
    scale. Where one group lies wholly above the other the variance is 0; there ``method`` is
    ``newcombe_5``: the interval is method 5 of [2]_, and the test the score test that belongs to it.

    References
    ----------
    .. [1] Brunner, E. and Munzel, U. (2000). The nonparametric Behrens-Fisher problem: asymptotic
       theory and a small-sample approximation. Biometrical Journal, 42, 17-25.
    .. [2] Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the
       Mann-Whitney statistic. Part 2. Statistics in Medicine, 25, 559-573.

    Examples
    --------
    >>> hospital, social_care = np.array([11, 51, 22, 21, 7]), np.array([24, 37, 21, 19, 6])
    >>> theta(hospital, social_care)[["estimate", "conf_low", "conf_high"]].round(3)
       estimate  conf_low  conf_high
    0     0.544      0.47      0.617
    """
    quantile(confidence)
    x, y = np.atleast_2d(np.asarray(x, float)), np.atleast_2d(np.asarray(y, float))
    if x.shape != y.shape:
        raise ValueError(f"the two sides must have the same shape, got {x.shape} and {y.shape}")
    n_a, n_b = x.sum(axis=1), y.sum(axis=1)
    estimate, *parts = _effect(x.T, y.T)
    squared, df = sum(parts), _freedom(*parts, n_a, n_b)
    squared, df = squared + 2 * covariance, df * (1 - linked / np.maximum(n_a + n_b, 1))
    enough, constant = (n_a > 1) & (n_b > 1), ((x + y) > 0).sum(axis=1) == 1
    edge = enough & ~constant & (squared <= 1e-20)
    regular = enough & ~constant & ~edge
    se = np.where(enough, np.sqrt(squared), np.nan)
    df = np.where(regular, df, np.nan)
    statistic = np.full(len(estimate), np.nan)
    statistic[regular] = (estimate[regular] - 0.5) / se[regular]
    null = np.sqrt(variance_5(0.5, n_a[edge], n_b[edge]))
    statistic[edge] = (estimate[edge] - 0.5) / null
    p = np.where(enough & constant, 1.0, 2 * stats.t.sf(np.abs(statistic), np.where(edge, np.inf, df)))
    rows = {"n_a": n_a.astype(int), "n_b": n_b.astype(int), "estimate": estimate, "se": se, "df": df}
    for level, suffix in ((confidence, ""), (0.9, "_90")):
        low, high = np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
        low[regular], high[regular] = logit_limits(estimate[regular], se[regular], df[regular], level)
        low[edge], high[edge] = edge_limits(estimate[edge], n_a[edge], n_b[edge], level)
        rows |= {f"conf_low{suffix}": low, f"conf_high{suffix}": high}
    reason = np.select([~enough, constant], ["n_lt_min", "constant"], "")
    method = np.where(edge, "newcombe_5", "brunner_munzel")
    return pd.DataFrame(rows | {"statistic": statistic, "p_value": p, "method": method, "reason": reason})


def permutation_p(x: np.ndarray, y: np.ndarray, *, draws: int = 9999, seed: int | Sequence[int] = 0) -> float:
    """Test θ = 0.5 by re-allocating the answers to the two groups at random.

    Parameters
    ----------
    x, y : array of int, shape (n_categories,)
        Counts of the answers of group a and of group b by category.
    draws : int
        Number of re-allocations, at least 1.
    seed : int or sequence of int
        Seed of `numpy.random.default_rng`.

    Returns
    -------
    float
        Two-sided p-value, never below ``1 / (draws + 1)`` and the same whichever group comes first;
        1 where all answers are the same; missing where a group has fewer than two answers.

    Notes
    -----
    The Brunner-Munzel statistic is studentised anew in every draw, which keeps the level where the
    groups differ in spread [1]_. Drawing categories from the multivariate hypergeometric distribution
    is the same as shuffling respondents. The variance of θ is floored at ``1 / (2 (n_a n_b)²)``.

    References
    ----------
    .. [1] Neubert, K. and Brunner, E. (2007). A studentized permutation test for the non-parametric
       Behrens-Fisher problem. Computational Statistics and Data Analysis, 51, 5192-5204.

    Examples
    --------
    >>> permutation_p(np.array([0, 1, 9]), np.array([9, 1, 0]), draws=99, seed=1)
    0.01
    """
    x, y = np.asarray(x, np.int64), np.asarray(y, np.int64)
    if min(x.sum(), y.sum()) < 2:
        return float("nan")
    pooled = x + y
    if (pooled > 0).sum() == 1:
        return 1.0
    first, _ = sorted((x, y), key=lambda side: (side.sum(), tuple(side)))
    random = np.random.default_rng(seed)
    drawn = random.multivariate_hypergeometric(pooled, first.sum(), size=draws, method="marginals")
    # With the answers that were given as the first row, all are worked out at once, category by category.
    shared = np.ascontiguousarray(np.vstack([first, drawn]).T, float)
    statistic = np.abs(_studentised(shared, pooled[:, None] - shared))
    extreme = statistic[1:] >= statistic[0] * (1 - 1e-9)
    return float((1 + extreme.sum()) / (draws + 1))


def compare(
    counts_a: pd.DataFrame,
    counts_b: pd.DataFrame,
    items: pd.DataFrame,
    *,
    analysis: str,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare two independent sets of cells, row by row: θ and the difference of positive shares.

    Parameters
    ----------
    counts_a, counts_b, items, analysis
        As in `trustgap.stats.shares.proportions.difference`.
    permutations : int
        Re-allocations for the p-value of θ where a side has fewer than
        `trustgap.stats.results.LOW_BASE` answers; 0 keeps the Brunner-Munzel p-value there.
    seed : int
        Base seed. Each row has its own stream, named by its two cells, so that its p-value depends
        neither on the other rows nor on which side comes first.

    Returns
    -------
    DataFrame, rows of results
        First those of ``theta``, one per pair of cells, then those of ``share_difference``. ``method``
        ends in ``+permutation`` where the p-value is that of `permutation_p`; the verdict on θ is
        against `trustgap.stats.results.MARGIN_THETA`. Two items on different scales give ``reason``
        ``not_comparable``.

    Raises
    ------
    ValueError
        If the two frames differ in length.

    Examples
    --------
    >>> items = pd.DataFrame({"team": "", "top_from": 2}, index=["q"])
    >>> cell = {"area": "X1", "wave": "1", "item": "q"}
    >>> a, b = {"group": "a", 1: 14, 2: 56}, {"group": "b", 1: 32, 2: 48}
    >>> rows = compare(pd.DataFrame([cell | a]), pd.DataFrame([cell | b]), items, analysis="gap")
    >>> rows[["estimand", "estimate", "verdict"]]
               estimand  estimate verdict
    0             theta       0.6  higher
    1  share_difference       0.2  higher
    """
    named = sides(counts_a, counts_b, items).assign(analysis=analysis, estimand="theta")
    usable = (named["reason"] != "not_comparable").to_numpy()[:, None]
    scores = sorted({*levels(counts_a), *levels(counts_b)})
    x, y = (frame.reindex(columns=scores, fill_value=0).to_numpy() * usable for frame in (counts_a, counts_b))
    rows = theta(x, y).drop(columns=["se", "df", "statistic", "n_a", "n_b"])
    rows["reason"] = named["reason"].where(~usable[:, 0], rows["reason"])
    n_a, n_b = x.sum(axis=1), y.sum(axis=1)
    rows["mde80"] = results.mde_theta(n_a, n_b)
    low_base = (rows["reason"] == "") & (np.minimum(n_a, n_b) < results.LOW_BASE)
    p, method = rows["p_value"].to_numpy(copy=True), rows["method"].to_numpy(object, copy=True)
    for place in np.flatnonzero(low_base if permutations else []):
        own = stream(seed, analysis, named["rests_on"].iloc[place])
        p[place] = permutation_p(x[place], y[place], draws=permutations, seed=own)
        method[place] += "+permutation"
    rows = rows.assign(p_value=p, method=method)
    rows = pd.concat([named.drop(columns="reason"), rows], axis=1)
    judged = results.judge(rows, null=0.5, margin=results.MARGIN_THETA)
    return pd.concat([judged, difference(counts_a, counts_b, items, analysis=analysis)], ignore_index=True)


def _effect(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give θ and the two parts of its squared standard error; categories run along the first axis."""
    n_a, n_b = x.sum(axis=0), y.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        below_b = (np.cumsum(y, axis=0) - y / 2) / n_b
        below_a = (np.cumsum(x, axis=0) - x / 2) / n_a
        estimate = (x * below_b).sum(axis=0) / n_a
        part_a = (x * (below_b - estimate) ** 2).sum(axis=0) / (n_a - 1) / n_a
        part_b = (y * (below_a - 1 + estimate) ** 2).sum(axis=0) / (n_b - 1) / n_b
    return estimate, part_a, part_b


def _freedom(part_a: np.ndarray, part_b: np.ndarray, n_a: np.ndarray, n_b: np.ndarray) -> np.ndarray:
    """Give the degrees of freedom of θ; missing where not defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (part_a + part_b) ** 2 / (part_a**2 / (n_a - 1) + part_b**2 / (n_b - 1))


def _studentised(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Set θ − 0.5 against its standard error; all columns of `x` have the same sum, and all of `y`."""
    estimate, *parts = _effect(x, y)
    floor = 1 / (2 * (x[:, 0].sum() * y[:, 0].sum()) ** 2)
    return (estimate - 0.5) / np.sqrt(np.maximum(sum(parts), floor))


def stream(seed: int, analysis: str, cells: tuple) -> list[int]:
    """Give the seed of one comparison: the same for a against b as for b against a.

    Parameters
    ----------
    seed : int
        Base seed.
    analysis : str
        Of the results vocabulary.
    cells : tuple of tuple
        The two cells that are compared.

    Returns
    -------
    list of int
        For `permutation_p`.

    Examples
    --------
    >>> stream(1, "gap", (("X1", "a"), ("X1", "b"))) == stream(1, "gap", (("X1", "b"), ("X1", "a")))
    True
    """
    return [seed, *(crc32("|".join([analysis, *cell]).encode()) for cell in sorted(cells))]
