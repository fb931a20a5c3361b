"""Limits for θ, the chance that an answer of one group lies above one of the other, on arrays."""

import numpy as np
from scipy import special, stats

from trustgap.stats.shares.intervals import quantile
from trustgap.stats.shares.mover import Limits


def logit_limits(estimate: np.ndarray, se: np.ndarray, df: np.ndarray, confidence: float) -> Limits:
    """Give t limits for θ on the logit scale.

    Parameters
    ----------
    estimate, se, df : array
        θ strictly between 0 and 1, its standard error and degrees of freedom.
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : array of float
        In (0, 1).

    Examples
    --------
    >>> low, high = logit_limits(np.array([0.5]), np.array([0.05]), np.array([60.0]), 0.95)
    >>> print(f"{low[0]:.3f} to {high[0]:.3f}")
    0.401 to 0.599
    """
    logit, spread = special.logit(estimate), se / (estimate * (1 - estimate))
    half = stats.t.ppf((1 + confidence) / 2, df) * spread
    return special.expit(logit - half), special.expit(logit + half)


def variance_5(at: np.ndarray | float, n_a: np.ndarray, n_b: np.ndarray) -> np.ndarray:
    """Give the variance of θ's estimate that Newcombe's method 5 assumes at a true value.

    Parameters
    ----------
    at : float or array
        The true θ, in [0, 1].
    n_a, n_b : array
        Answers in each group; need not be whole (effective bases of weighted samples).

    Returns
    -------
    array of float

    Examples
    --------
    >>> float(variance_5(0.5, np.array(10.0), np.array(10.0)).round(4))
    0.0175
    """
    m = (n_a + n_b) / 2 - 1
    return at * (1 - at) * (1 + m * ((1 - at) / (2 - at) + at / (1 + at))) / (n_a * n_b)


def edge_limits(estimate: np.ndarray, n_a: np.ndarray, n_b: np.ndarray, confidence: float) -> Limits:
    """Find by halving how far from its edge a θ of 0 or 1 may lie.

    Parameters
    ----------
    estimate : array
        0 or 1: one group lies wholly above the other.
    n_a, n_b : array
        As for `variance_5`.
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : array of float
        One of them is the estimate; the other solves |estimate − θ| = z √variance_5(θ).

    References
    ----------
    .. [1] Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the
       Mann-Whitney statistic. Part 2. Statistics in Medicine, 25, 559-573.

    Examples
    --------
    >>> low, high = edge_limits(np.array([1.0]), np.array([10.0]), np.array([10.0]), 0.95)
    >>> print(f"{low[0]:.3f} to {high[0]:.0f}")
    0.800 to 1
    """
    z = quantile(confidence)
    near, far = np.zeros(len(estimate)), np.ones(len(estimate))
    for _ in range(60):
        away = (near + far) / 2
        within = away**2 <= z**2 * variance_5(away, n_a, n_b)
        near, far = np.where(within, away, near), np.where(within, far, away)
    return np.where(estimate > 0.5, 1 - far, 0.0), np.where(estimate > 0.5, 1.0, far)
