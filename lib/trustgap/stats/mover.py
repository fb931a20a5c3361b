"""Method of variance estimates recovery: the limits of a sum or difference from those of its parts."""

import numpy as np

Limits = tuple[np.ndarray, np.ndarray]
"""Lower and upper limits."""


def mover(weights: np.ndarray, estimate: np.ndarray, low: np.ndarray, high: np.ndarray) -> Limits:
    """Recover the interval of a weighted sum from the intervals of its parts.

    Parameters
    ----------
    weights, estimate, low, high : array, shape (..., n_parts)
        The parts run along the last axis and are independent of each other; broadcast. A weight may
        be negative. A part of weight 0 is left out, even where it is missing.

    Returns
    -------
    low, high : array of float, shape (...)
        Limits of the sum of ``weights * estimate``; missing where a part that counts is missing.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.

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
    return total - np.sqrt((below**2).sum(axis=-1)), total + np.sqrt((above**2).sum(axis=-1))


def mover_difference(
    estimate_a: np.ndarray, limits_a: Limits, estimate_b: np.ndarray, limits_b: Limits
) -> Limits:
    """Recover the interval of a difference a - b from the two intervals.

    Parameters
    ----------
    estimate_a, estimate_b : array
        The two independent estimates.
    limits_a, limits_b : (low, high)
        Their limits.

    Returns
    -------
    low, high : array of float
        Limits of ``estimate_a - estimate_b``; missing where either is missing.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures:
       a general approach. Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> low, high = mover_difference(0.6, (0.5, 0.7), 0.4, (0.3, 0.5))
    >>> print(f"{low:.4f} to {high:.4f}")
    0.0586 to 0.3414
    """
    both = np.broadcast_arrays(estimate_a, estimate_b, *limits_a, *limits_b)
    a, b, low_a, high_a, low_b, high_b = both
    return mover([1, -1], np.stack([a, b], -1), np.stack([low_a, low_b], -1), np.stack([high_a, high_b], -1))
