"""Answers that do not overlap: where no model of them has a finite estimate."""

import numpy as np
from scipy import optimize


def separated(place: np.ndarray, design: np.ndarray) -> bool:
    """Say whether some combination of columns splits the answers, so that odds would grow without bound.

    Parameters
    ----------
    place : array of int, shape (n,)
        Category of each row, from 0 without gaps.
    design : array of float, shape (n, p)
        Explanatory columns without a constant, of similar size.

    Returns
    -------
    bool
        True where the answers are wholly or partly separated: the maximum likelihood estimate of the
        proportional-odds model, or of the logistic regression for two categories, is then infinite.

    Notes
    -----
    A direction along which the likelihood never falls moves every answer's two ends apart or leaves them:
    it is a ray of the cone of all such directions. A linear programme looks for the one that moves them
    most [1]_; there is none exactly where its value is 0.

    References
    ----------
    .. [1] Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic
       regression models. PhD thesis, University of Oxford.

    Examples
    --------
    >>> separated(np.array([0, 0, 1, 1]), np.array([[0.0], [1], [2], [3]]))
    True
    >>> separated(np.array([0, 1, 0, 1]), np.array([[0.0], [1], [2], [3]]))
    False
    """
    place, rows = np.asarray(place, int), np.column_stack([place, design])
    rows = np.unique(rows, axis=0)
    place, x = rows[:, 0].astype(int), rows[:, 1:]
    cuts = int(place.max())
    steps = np.eye(cuts)
    up = place < cuts
    down = place > 0
    # Upper ends may only rise, lower ends may only fall.
    apart = np.vstack(
        [
            np.column_stack([-x[up], steps[place[up]]]),
            np.column_stack([x[down], -steps[place[down] - 1]]),
        ]
    )
    found = optimize.linprog(
        -apart.sum(axis=0), A_ub=-apart, b_ub=np.zeros(len(apart)), bounds=[(-1, 1)] * apart.shape[1]
    )
    return bool(-found.fun > 1e-6)
