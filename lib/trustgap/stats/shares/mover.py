"""Method of variance estimates recovery: the limits of a sum or difference from those of its parts."""

import numpy as np

Limits = tuple[np.ndarray, np.ndarray]
"""Lower and upper limits."""


def mover(
    weights: np.ndarray,
    estimate: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    correlation: np.ndarray | None = None,
) -> Limits:
    """Recover the interval of a weighted sum from the intervals of its parts.

    Parameters
    ----------
    weights, estimate, low, high : array, shape (..., n_parts)
        The parts run along the last axis; broadcast. A weight may be negative. A part of weight 0 is left
        out, even where it is missing.
    correlation : array, shape (..., n_parts, n_parts), optional
        Of the parts with each other, symmetric; its diagonal does not count. Without it they are
        independent.

    Returns
    -------
    low, high : array of float, shape (...)
        Limits of the sum of ``weights * estimate``; missing where a part that counts is missing.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.
    .. [2] Zou, G. Y. (2008). On the estimation of additive interaction by use of the four-by-two table and
       beyond. American Journal of Epidemiology, 168, 212-224.

    Examples
    --------
    >>> low, high = mover([0.5, 0.5], [0.4, 0.6], [0.3, 0.5], [0.5, 0.7])
    >>> print(f"{low:.4f} to {high:.4f}")
    0.4293 to 0.5707
    """
    weights, estimate, low, high = np.broadcast_arrays(
        *(np.asarray(part, float) for part in (weights, estimate, low, high))
    )
    counts = weights != 0
    part = np.where(counts, weights * estimate, 0.0)
    below = np.where(counts, part - weights * np.where(weights > 0, low, high), 0.0)
    above = np.where(counts, weights * np.where(weights > 0, high, low) - part, 0.0)
    total = part.sum(axis=-1)
    squared = [(one**2).sum(axis=-1) for one in (below, above)]
    if correlation is not None:
        sign = np.sign(weights)
        tied = np.where(np.eye(sign.shape[-1], dtype=bool), 0.0, correlation)
        tied = tied * sign[..., :, None] * sign[..., None, :]
        squared = [
            np.maximum(one + (tied * side[..., :, None] * side[..., None, :]).sum(axis=(-1, -2)), 0.0)
            for one, side in zip(squared, (below, above), strict=True)
        ]
    return total - np.sqrt(squared[0]), total + np.sqrt(squared[1])


def mover_difference(
    estimate_a: np.ndarray,
    limits_a: Limits,
    estimate_b: np.ndarray,
    limits_b: Limits,
    *,
    correlation: np.ndarray | None = None,
) -> Limits:
    """Recover the interval of a difference a - b from the two intervals.

    Parameters
    ----------
    estimate_a, estimate_b : array
        The two estimates.
    limits_a, limits_b : (low, high)
        Their limits.
    correlation : array, optional
        Of the two estimates with each other, in [-1, 1]; without it they are independent.

    Returns
    -------
    low, high : array of float
        Limits of ``estimate_a - estimate_b``; missing where either is missing.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.
    .. [2] Zou, G. Y. (2008). On the estimation of additive interaction by use of the four-by-two table and
       beyond. American Journal of Epidemiology, 168, 212-224.

    Examples
    --------
    >>> low, high = mover_difference(0.6, (0.5, 0.7), 0.4, (0.3, 0.5))
    >>> print(f"{low:.4f} to {high:.4f}")
    0.0586 to 0.3414
    """
    both = np.broadcast_arrays(estimate_a, estimate_b, *limits_a, *limits_b)
    a, b, low_a, high_a, low_b, high_b = both
    sides = [np.stack(pair, -1) for pair in ((a, b), (low_a, low_b), (high_a, high_b))]
    if correlation is None:
        return mover([1, -1], *sides)
    matrix = np.broadcast_to(correlation, a.shape)[..., None, None] * (1 - np.eye(2))
    return mover([1, -1], *sides, correlation=matrix)
