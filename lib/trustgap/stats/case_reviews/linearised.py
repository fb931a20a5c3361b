"""Coefficients of agreement and their standard errors, by how far each case moves them."""

import numpy as np

from trustgap.stats.case_reviews.raters import agreeing, category_shares, chance


def linearised(
    table: np.ndarray, credit: np.ndarray, *, by: str, groups: np.ndarray | None = None
) -> tuple[float, float]:
    """Give a coefficient of agreement and its standard error over cases.

    Parameters
    ----------
    table, credit, by
        As for `raters.chance`; some case has two ratings, and not all ratings are the same.
    groups : array of int, shape (cases,), optional
        Cluster of each case, from 0; without them every case is one of its own.

    Returns
    -------
    coefficient, error : float
        Gwet's linearised standard error, cases being a simple sample. For two raters and Cohen's kappa it
        is √(n / (n − 1)) times the asymptotic standard error of Fleiss, Cohen and Everitt.

    References
    ----------
    .. [1] Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
       agreement. British Journal of Mathematical and Statistical Psychology, 61, 29-48.
    .. [2] Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Large sample standard errors of kappa and
       weighted kappa. Psychological Bulletin, 72, 323-327.

    Examples
    --------
    >>> table = np.array([[[1, 0], [1, 0]]] * 5 + [[[1, 0], [0, 1]]] + [[[0, 1], [0, 1]]] * 4)
    >>> coefficient, error = linearised(table, np.eye(2), by="cohen")
    >>> print(f"{coefficient:.3f} ({error:.3f})")
    0.800 (0.196)
    """
    share, rated = agreeing(table, credit)
    groups = np.arange(len(table)) if groups is None else groups
    if by == "cohen":
        table, share, groups, rated = table[rated], share[rated], groups[rated], rated[rated]
    n = len(table)
    observed, expected = chance(table, credit, by=by, weights=np.ones(n))
    coefficient = (observed - expected) / (1 - expected)
    seen = n / rated.sum() * (share - expected) * rated / (1 - expected) - coefficient
    influence = seen - (1 - coefficient) * _moves(table, credit, by) / (1 - expected)
    return float(coefficient), clustered_error(influence, groups)


def _moves(table: np.ndarray, credit: np.ndarray, by: str) -> np.ndarray:
    """Give how far each case moves the agreement expected by chance."""
    n, q = len(table), len(credit)
    if by == "cohen":
        given = table.sum(axis=2)
        base = np.maximum(given.sum(axis=0), 1)
        own, present = table.sum(axis=0) / base[:, None], (given.sum(axis=0) > 0).sum()
        slope = 2 * (own.sum(axis=0) - own) @ credit / (present * (present - 1))
        return ((table - own * given[:, :, None]) * (n / base)[:, None] * slope).sum(axis=(1, 2))
    common, votes = category_shares(table, np.ones(n)), table.sum(axis=1)
    slope = 2 * credit @ common if by == "fleiss" else credit.sum() / (q * (q - 1)) * (1 - 2 * common)
    return (votes / votes.sum(axis=1, keepdims=True) - common) @ slope


def clustered_error(influence: np.ndarray, groups: np.ndarray) -> float:
    """Give the standard error of a mean from its influences, those of one cluster counting together.

    Parameters
    ----------
    influence : array of float, shape (cases,)
        How far each case moves the mean; they sum to 0.
    groups : array of int, shape (cases,)
        Cluster of each case; its own number where there are no clusters.

    Returns
    -------
    float
        Missing with a single cluster.

    Examples
    --------
    >>> print(f"{clustered_error(np.array([-1.0, -1, 1, 1]), np.array([0, 0, 1, 1])):.3f}")
    1.000
    """
    sums = np.bincount(np.unique(groups, return_inverse=True)[1], weights=influence)
    count = len(sums)
    return float(np.sqrt(count / (count - 1) * (sums**2).sum()) / len(influence)) if count > 1 else np.nan
