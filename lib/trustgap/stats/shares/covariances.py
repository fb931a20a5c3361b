"""How far two sides of a comparison move together because the same people are on both."""

import numpy as np


def products(joint: np.ndarray, share_a: np.ndarray, share_b: np.ndarray) -> np.ndarray:
    """Sum over linked people the product of how far their two answers lie from the shares.

    Parameters
    ----------
    joint : array, shape (..., groups, groups, 2, 2)
        Respondents by group and whether the answer was positive, on side a and on side b.
    share_a, share_b : array, shape (..., groups)
        Shares from which to measure.

    Returns
    -------
    array, shape (..., groups, groups)
        Divided by the two bases, the covariance of the two shares; 0 where nobody is linked.

    Examples
    --------
    >>> float(products(np.array([[[[3.0, 1.0], [1.0, 3.0]]]]), np.array([0.5]), np.array([0.5]))[0, 0])
    1.0
    """
    a = np.where(np.isnan(share_a), 0.0, share_a)[..., :, None]
    b = np.where(np.isnan(share_b), 0.0, share_b)[..., None, :]
    people = joint.sum(axis=(-1, -2))
    margins = a * joint[..., :, 1].sum(axis=-1) + b * joint[..., 1, :].sum(axis=-1)
    return joint[..., 1, 1] - margins + a * b * people


def held_back(total: np.ndarray, *, by: float = 0.5) -> np.ndarray:
    """Say what part of a sum of products to believe: a little less than all, and never all.

    Parameters
    ----------
    total : array
        Sum of products over people.
    by : float
        How much of it is held back where it makes an interval narrower, when it is above 0.

    Returns
    -------
    array, in [0, 1]
        1 where `total` is not above 0.

    Notes
    -----
    Newcombe's continuity correction of the correlation in his method 10 for paired proportions. Where
    nobody changed their mind the correlation seen is 1 and the interval would have no width; held back by
    one half, it has the width that one person who changed would give it.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
       proportions based on paired data. Statistics in Medicine, 17, 2635-2650.

    Examples
    --------
    >>> held_back(np.array([2.0, 0.25, 0.0, -3.0])).tolist()
    [0.75, 0.0, 1.0, 1.0]
    """
    positive = total > 0
    return np.where(positive, np.maximum(1 - by / np.where(positive, total, 1.0), 0.0), 1.0)


def influences(table_a: np.ndarray, table_b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say how far an answer with each score moves θ = P(A > B) + P(A = B) / 2.

    Parameters
    ----------
    table_a, table_b : array, shape (..., scores)
        Answers by score of side a and of side b.

    Returns
    -------
    of_a, of_b : array, shape (..., scores)
        Influence of an answer of side a, and of side b, each with mean 0 over its side; 0 where a side has
        no answer.

    Examples
    --------
    >>> influences(np.array([1.0, 1.0]), np.array([1.0, 1.0]))[0].tolist()
    [-0.25, 0.25]
    """
    n = [table.sum(axis=-1, keepdims=True) for table in (table_a, table_b)]
    usable = (n[0] > 0) & (n[1] > 0)
    above, below = (
        (np.cumsum(table, axis=-1) - table / 2) / np.where(base > 0, base, 1.0)
        for table, base in zip((table_b, table_a), n[::-1], strict=True)
    )
    theta = (table_a * above).sum(axis=-1, keepdims=True) / np.where(n[0] > 0, n[0], 1.0)
    return np.where(usable, above - theta, 0.0), np.where(usable, 1 - below - theta, 0.0)


def theta_covariances(joint: np.ndarray, table_a: np.ndarray, table_b: np.ndarray) -> np.ndarray:
    """Estimate how far the two sides of θ move together because the same people are on both.

    Parameters
    ----------
    joint : array, shape (..., groups, groups, scores, scores)
        Linked respondents by group and score on side a and on side b.
    table_a, table_b : array, shape (..., groups, scores)
        Answers by score.

    Returns
    -------
    array, shape (..., groups, groups)
        Covariance of what side a of one group and side b of another add to their θ; below 0 where people
        stay with their answers. The variance of a group's θ is Brunner and Munzel's plus twice the entry on
        the diagonal, which is held back as `held_back` says: a half for shares is an eighth for θ, which
        for two categories is one half plus half the difference of shares.

    Examples
    --------
    >>> table = np.array([[2.0, 2.0]])
    >>> theta_covariances(np.array([[[[2.0, 0.0], [0.0, 2.0]]]]), table, table).round(4).tolist()
    [[-0.0104]]
    """
    of_a, of_b = influences(table_a, table_b)
    sums = np.einsum("...ghab,...ga,...hb->...gh", joint, of_a, of_b)
    own = np.eye(sums.shape[-1], dtype=bool)
    sums = np.where(own, sums * held_back(-sums, by=0.125), sums)
    size = [np.sqrt(np.maximum(n * (n - 1), 1.0)) for n in (table_a.sum(axis=-1), table_b.sum(axis=-1))]
    return sums / (size[0][..., :, None] * size[1][..., None, :])
