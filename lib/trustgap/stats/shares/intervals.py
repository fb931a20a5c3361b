"""Intervals and tests for independent proportions, on arrays: one, two, and weighted means."""

from functools import cache

import numpy as np
from scipy import stats

from trustgap.stats.shares.mover import Limits, mover_difference


@cache
def quantile(confidence: float) -> float:
    """Give the normal quantile of a two-sided interval.

    Parameters
    ----------
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    float
        1.96 for 0.95.

    Raises
    ------
    ValueError
        If `confidence` is not strictly between 0 and 1.

    Examples
    --------
    >>> round(quantile(0.95), 2)
    1.96
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be strictly between 0 and 1, such as 0.95, got {confidence!r}")
    return float(stats.norm.ppf((1 + confidence) / 2))


def proportion(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Divide, with a missing share where the base is empty.

    Parameters
    ----------
    x, n : array
        Hits and bases; broadcast.

    Returns
    -------
    array of float
        In [0, 1]; missing where `n` is 0.

    Raises
    ------
    ValueError
        If a count is negative or exceeds its base.

    Examples
    --------
    >>> proportion(np.array([1, 0]), np.array([4, 0]))
    array([0.25,  nan])
    """
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    wrong = (x < 0) | (x > n)
    if wrong.any():
        place = np.argmax(wrong.ravel())
        raise ValueError(f"hits must lie between 0 and the base, got {x.flat[place]:g} of {n.flat[place]:g}")
    return np.divide(x, n, out=np.full(x.shape, np.nan), where=n > 0)


def wilson(x: np.ndarray, n: np.ndarray, *, confidence: float = 0.95) -> Limits:
    """Give Wilson's score interval for proportions.

    Parameters
    ----------
    x, n : array
        Hits and bases; broadcast. Need not be whole numbers (effective bases of weighted samples).
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : array of float
        In [0, 1]; missing where `n` is 0. Exactly 0 or 1 on the side of an extreme share.

    Raises
    ------
    ValueError
        If a count is negative or exceeds its base, or `confidence` is out of range.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
       Journal of the American Statistical Association, 22, 209-212.

    Examples
    --------
    >>> low, high = wilson(np.array([56]), np.array([100]))
    >>> print(f"{low[0]:.3f} to {high[0]:.3f}")
    0.462 to 0.653
    """
    z, p = quantile(confidence), proportion(x, n)
    return score_limits(p, np.broadcast_to(np.asarray(n, float), p.shape), z)


def score_limits(p: np.ndarray, n: np.ndarray, z: np.ndarray | float) -> Limits:
    """Give Wilson's limits at any quantile, such as one of Student's t.

    Parameters
    ----------
    p, n : array
        Shares in [0, 1] and bases above 0, which need not be whole.
    z : float or array
        Quantile; one for each share where it is an array.

    Returns
    -------
    low, high : array of float
        In [0, 1]; missing where anything is.

    Examples
    --------
    >>> low, high = score_limits(np.array([0.5]), np.array([20.0]), 2.09)
    >>> print(f"{low[0]:.3f} to {high[0]:.3f}")
    0.288 to 0.712
    """
    x = p * n
    half = z * np.sqrt(z**2 + 4 * x * (1 - p))
    low = (2 * x + z**2 - half) / (2 * (n + z**2))
    high = (2 * x + z**2 + half) / (2 * (n + z**2))
    return np.where(p == 0, 0.0, low), np.where(p == 1, 1.0, high)


def stratified_wilson(
    weights: np.ndarray, x: np.ndarray, n: np.ndarray, *, confidence: float = 0.95
) -> Limits:
    """Give the stratified Wilson interval for a weighted mean of independent proportions.

    Parameters
    ----------
    weights, x, n : array, shape (..., n_groups)
        Weights that sum to 1, hits and bases; broadcast. A group of weight 0 is left out, even if empty.
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : array of float, shape (...)
        In [0, 1]; missing where no group has a weight, or one that has is empty.

    Raises
    ------
    ValueError
        As `wilson`.

    Notes
    -----
    Σ weight · Wilson limit at z* = z √Σ(weight² v) / Σ(weight √v), v = p (1 − p) / n; z* = z where every
    share is 0 or 1. With one group these are Wilson's limits. Wilson's limits of several small groups
    combined by MOVER cover too rarely: squared distances lose that all limits lean towards one half.

    References
    ----------
    .. [1] Yan, X. and Su, X. G. (2010). Stratified Wilson and Newcombe confidence intervals for multiple
       binomial proportions. Statistics in Biopharmaceutical Research, 2, 329-335.

    Examples
    --------
    >>> low, high = stratified_wilson([0.5, 0.5], [4, 12], [10, 20])
    >>> print(f"{low:.4f} to {high:.4f}")
    0.3303 to 0.6772
    """
    z, p = quantile(confidence), proportion(x, n)
    weights, p, n = np.broadcast_arrays(np.asarray(weights, float), p, np.asarray(n, float))
    counts = weights > 0
    # A group left out gets a share and a base that upset nothing.
    share, base = np.where(counts, p, 0.0), np.where(counts & (n > 0), n, 1.0)
    part = weights * np.sqrt(share * (1 - share) / base)
    total = part.sum(axis=-1, keepdims=True)
    ratio = np.sqrt((part**2).sum(axis=-1, keepdims=True)) / np.where(total > 0, total, 1.0)
    limits = score_limits(share, base, z * np.where(total > 0, ratio, 1.0))
    some = counts.any(axis=-1)
    return tuple(np.where(some, (weights * limit).sum(axis=-1), np.nan) for limit in limits)


def newcombe(
    x_a: np.ndarray, n_a: np.ndarray, x_b: np.ndarray, n_b: np.ndarray, *, confidence: float = 0.95
) -> Limits:
    """Give Newcombe's hybrid score interval for a difference of independent proportions.

    Parameters
    ----------
    x_a, n_a, x_b, n_b : array
        Hits and bases of the two groups; broadcast.
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : array of float
        Limits of ``x_a / n_a - x_b / n_b``, in [-1, 1]; missing where a group is empty.

    Raises
    ------
    ValueError
        If a count is negative or exceeds its base, or `confidence` is out of range.

    Notes
    -----
    Method 10 of [1]_, without continuity correction. statsmodels' score interval is not used: its
    formula is wrong in version 0.15.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions: comparison of eleven methods. Statistics in Medicine, 17, 873-890.

    Examples
    --------
    >>> low, high = newcombe(56, 70, 48, 80)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.0524 to 0.3339
    """
    a, b = wilson(x_a, n_a, confidence=confidence), wilson(x_b, n_b, confidence=confidence)
    return mover_difference(proportion(x_a, n_a), a, proportion(x_b, n_b), b)


def score_p(x_a: np.ndarray, n_a: np.ndarray, x_b: np.ndarray, n_b: np.ndarray) -> np.ndarray:
    """Test whether two independent proportions are equal, by the score z with pooled variance.

    Parameters
    ----------
    x_a, n_a, x_b, n_b : array
        Hits and bases of the two groups; broadcast.

    Returns
    -------
    array of float
        Two-sided p-value, without continuity correction; 1 where both shares are 0 or both are 1;
        missing where a group is empty.

    Examples
    --------
    >>> print(f"{score_p(56, 70, 48, 80):.4f}")
    0.0080
    """
    p_a, p_b = proportion(x_a, n_a), proportion(x_b, n_b)
    n_a, n_b = np.asarray(n_a, float), np.asarray(n_b, float)
    pooled = proportion(np.add(x_a, x_b), n_a + n_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (p_a - p_b) / np.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    same = (pooled == 0) | (pooled == 1)
    return np.where(np.isnan(p_a - p_b), np.nan, np.where(same, 1.0, 2 * stats.norm.sf(np.abs(z))))
