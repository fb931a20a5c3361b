"""Two sides compared group by group, and all groups together at a fixed mix."""

import numpy as np
from scipy import stats

from trustgap.stats import results
from trustgap.stats.shares.covariances import held_back, products
from trustgap.stats.shares.intervals import proportion, score_p, stratified_wilson, wilson
from trustgap.stats.shares.mover import Limits, mover_difference


def dotted(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum weighted values over the last axis; a weight of 0 leaves its value out, even if missing.

    Parameters
    ----------
    weights, values : array, shape (..., n_parts)
        Broadcast.

    Returns
    -------
    array, shape (...)
        Missing where no weight is above 0.

    Examples
    --------
    >>> float(dotted(np.array([1.0, 0.0]), np.array([0.4, np.nan])))
    0.4
    """
    total = np.where(weights > 0, weights * np.where(weights > 0, values, 0.0), 0.0).sum(axis=-1)
    return np.where((weights > 0).any(axis=-1), total, np.nan)


def effective(weights: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Give the base of a simple sample with the precision of a standardised share.

    Parameters
    ----------
    weights, n : array, shape (..., n_groups)
        Fixed mix and valid answers.

    Returns
    -------
    array, shape (...)
        1 / Σ(weight² / n): at most Σn, reached where the mix is that of the sample.

    Examples
    --------
    >>> float(effective(np.array([0.5, 0.5]), np.array([10, 90])))
    36.0
    """
    inverse = np.where(weights > 0, weights**2 / np.where(n > 0, n, np.nan), 0.0).sum(axis=-1)
    return np.divide(1.0, inverse, out=np.full(inverse.shape, np.nan), where=inverse > 0)


def with_whole(groups: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Set the result of all groups together behind the results of each, on the last axis.

    Parameters
    ----------
    groups : array, shape (..., n_groups)
    whole : array, shape (...)

    Returns
    -------
    array, shape (..., n_groups + 1)

    Examples
    --------
    >>> with_whole(np.array([1, 2]), np.array(3)).tolist()
    [1, 2, 3]
    """
    return np.concatenate([groups, np.asarray(whole)[..., None]], axis=-1)


def own(matrix: np.ndarray) -> np.ndarray:
    """Take what each group shares with itself out of what any two groups share.

    Parameters
    ----------
    matrix : array, shape (..., n_groups, n_groups)

    Returns
    -------
    array, shape (..., n_groups)

    Examples
    --------
    >>> own(np.array([[1, 2], [3, 4]])).tolist()
    [1, 4]
    """
    return np.diagonal(matrix, axis1=-2, axis2=-1)


def over(matrix: np.ndarray, part: list[np.ndarray]) -> np.ndarray:
    """Sum what any two groups share, weighted on both sides.

    Parameters
    ----------
    matrix : array, shape (..., n_groups, n_groups)
    part : list of two arrays, shape (..., n_groups)
        Weights of the rows and of the columns.

    Returns
    -------
    array, shape (...)

    Examples
    --------
    >>> float(over(np.array([[1, 2], [3, 4]]), [np.array([1, 1]), np.array([1, 0])]))
    4.0
    """
    return (matrix * part[0][..., :, None] * part[1][..., None, :]).sum(axis=(-1, -2))


def stratified_variance(x: list[np.ndarray], n: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Give the variance of a difference of two standardised shares if no group differed.

    Parameters
    ----------
    x, n : list of two arrays, shape (..., n_groups)
        Positive and valid answers of the two sides.
    weights : array, shape (..., n_groups)
        The mix of groups to which both sides are standardised.

    Returns
    -------
    array, shape (...)
        Σ weight² p̄ (1 − p̄) (1/n₁ + 1/n₂), with p̄ pooled over the two sides of a group.

    Examples
    --------
    >>> x, n = [np.array([6.0]), np.array([4.0])], [np.array([10.0]), np.array([10.0])]
    >>> round(float(stratified_variance(x, n, np.array([1.0]))), 3)
    0.05
    """
    pooled = proportion(x[0] + x[1], n[0] + n[1])
    inverse = sum(1 / np.where(base > 0, base, np.nan) for base in n)
    return dotted(weights, weights * pooled * (1 - pooled) * inverse)


def share_differences(
    x: list[np.ndarray], n: list[np.ndarray], weights: np.ndarray, *, joint: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Compare positive shares by group and, at a fixed mix, over all groups.

    Parameters
    ----------
    x, n : list of two arrays, shape (..., n_groups)
        Positive and valid answers of the two sides.
    weights : array, shape (..., n_groups)
        The mix; groups of weight 0 do not enter the whole.
    joint : array, shape (..., n_groups, n_groups, 2, 2), optional
        People on both sides, by group and whether the answer was positive, first side first; without it
        the sides are independent.

    Returns
    -------
    dict of str to array, shape (..., n_groups + 1)
        ``n_a``, ``n_b``, ``n_eff`` (two independent simple samples of this size each would be as precise),
        ``estimate`` (first side minus second), 95% and 90% limits (Newcombe; for the whole the stratified
        Wilson limits of the two sides, combined in the same way, with the correlation of the sides where
        people are on both), ``p_value`` (score test, variance pooled within groups, less twice the
        covariance: McNemar's test where everybody is on both sides), ``mde80`` (around the pooled share;
        missing where nobody on both sides changed, which tells nothing of how much linked people vary).
        Missing where a side has no answers.

    References
    ----------
    .. [1] Yan, X. and Su, X. G. (2010). Stratified Wilson and Newcombe confidence intervals for multiple
       binomial proportions. Statistics in Biopharmaceutical Research, 2, 329-335.
    .. [2] Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
       proportions based on paired data. Statistics in Medicine, 17, 2635-2650.

    Examples
    --------
    >>> x, n = [np.array([56.0]), np.array([48.0])], [np.array([70.0]), np.array([80.0])]
    >>> share_differences(x, n, np.array([1.0]))["conf_low"].round(4)
    array([0.0524, 0.0524])
    """
    n = [np.broadcast_to(base, weights.shape) for base in n]
    x = [np.broadcast_to(hits, weights.shape) for hits in x]
    share = [proportion(hits, base) for hits, base in zip(x, n, strict=True)]
    whole = [dotted(weights, one) for one in share]
    pooled, size = proportion(x[0] + x[1], n[0] + n[1]), [effective(weights, base) for base in n]
    variance, ratio, correlation, still = _tied(x, n, weights, joint)
    p = score_p(x[0], n[0], x[1], n[1])
    if joint is not None:
        p = np.where(ratio[..., :-1] == 1, p, _normal_p(share[0] - share[1], variance[..., :-1]))
    real = [np.where(base > 0, base, np.nan) for base in n]
    n_eff = ratio * with_whole(*(2 / (1 / one + 1 / other) for one, other in (real, size)))
    mde = with_whole(
        results.mde_share(pooled, *n, around=True),
        results.mde_share(dotted(weights, pooled), *size, around=True),
    )
    level = with_whole(pooled, dotted(weights, pooled))
    values = {
        "estimate": with_whole(share[0] - share[1], whole[0] - whole[1]),
        "p_value": with_whole(p, _normal_p(whole[0] - whole[1], variance[..., -1])),
        "mde80": np.where(
            still, np.nan, np.where(ratio == 1, mde, results.mde_share(level, n_eff, n_eff, around=True))
        ),
        "n_eff": n_eff,
    }
    for confidence, suffix in results.LEVELS:
        groups = [wilson(*side, confidence=confidence) for side in zip(x, n, strict=True)]
        sides = [stratified_wilson(weights, *side, confidence=confidence) for side in zip(x, n, strict=True)]
        limits = [
            mover_difference(point[0], one[0], point[1], one[1], correlation=tied)
            for point, one, tied in zip((share, whole), (groups, sides), correlation, strict=True)
        ]
        values |= _named(*limits, suffix)
    possible = ~np.isnan(values["estimate"])
    values = {name: np.where(possible, value, np.nan) for name, value in values.items()}
    bases = [with_whole(base, np.where(weights > 0, base, 0).sum(axis=-1)) for base in n]
    return values | {"n_a": bases[0], "n_b": bases[1]}


def _tied(
    x: list[np.ndarray], n: list[np.ndarray], weights: np.ndarray, joint: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray | None], np.ndarray]:
    """Give the variance if nothing differed, how much smaller it is for being linked, and correlations.

    Last, where linked people left no variance at all.
    """
    pooled = proportion(x[0] + x[1], n[0] + n[1])
    inverse = [1 / np.where(base > 0, base, np.nan) for base in n]
    alone = with_whole(pooled * (1 - pooled) * sum(inverse), stratified_variance(x, n, weights))
    if joint is None:
        return alone, np.ones(alone.shape), [None, None], np.zeros(alone.shape, dtype=bool)
    part = [np.where(weights > 0, weights * np.nan_to_num(one), 0.0) for one in inverse]
    null = products(joint, pooled, pooled)
    shared = with_whole(own(null) * np.nan_to_num(inverse[0] * inverse[1]), over(null, part))
    left = alone - 2 * shared
    # Where nobody changed nothing is left; the sides then count as independent, which is cautious.
    still = (shared != 0) & ~(left > 1e-9 * alone)
    variance = np.where((shared != 0) & ~still, left, alone)
    ratio = np.where(variance == alone, 1.0, alone / np.where(variance > 0, variance, 1.0))
    share = [proportion(hits, base) for hits, base in zip(x, n, strict=True)]
    spread = [p * (1 - p) * one for p, one in zip(share, inverse, strict=True)]
    wide = [np.where(weights > 0, weights**2 * np.nan_to_num(one), 0.0).sum(axis=-1) for one in spread]
    seen = products(joint, *share)
    entered = [(one > 0).astype(float) for one in part]
    total = over(seen, entered)
    sums = [
        (own(seen) * held_back(own(seen)) * inverse[0] * inverse[1], spread),
        (over(seen, part) * np.where(over(seen, part) > 0, held_back(total), 1.0), wide),
    ]
    return variance, ratio, [_correlation(together, *sides) for together, sides in sums], still


def _correlation(covariance: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    both = np.nan_to_num(one * other)
    found = np.divide(np.nan_to_num(covariance), np.sqrt(both), out=np.zeros(both.shape), where=both > 0)
    return np.clip(found, -1.0, 1.0)


def _normal_p(difference: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Test a difference against its standard error; without one, there is nothing to see."""
    z = np.abs(difference) / np.sqrt(np.where(variance > 0, variance, np.nan))
    return np.where(variance > 0, 2 * stats.norm.sf(z), np.where(np.isnan(variance), np.nan, 1.0))


def _named(groups: Limits, whole: Limits, suffix: str) -> dict[str, np.ndarray]:
    names = (f"conf_low{suffix}", f"conf_high{suffix}")
    return {name: with_whole(a, b) for name, a, b in zip(names, groups, whole, strict=True)}
