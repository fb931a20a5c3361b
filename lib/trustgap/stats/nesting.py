"""Sets of respondents within or across one another: what is left between two of them is a set too."""

import numpy as np

from trustgap.stats.results import MIN_N


def withheld(sets: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Decide, question by question, which of several sets of respondents cannot be shown beside the others.

    Parameters
    ----------
    sets : array of bool, shape (sets, respondents)
        Who belongs to each set, the most important first: of two that clash, the later one is withheld.
    answered : array of bool, shape (respondents, questions)
        Who gave a valid answer.

    Returns
    -------
    array of bool, shape (sets, questions)
        True where a set has fewer than `results.MIN_N` answers; where it shares some with an earlier set
        that is shown, and the shared ones, or those that only one of the two has, are some but fewer; or
        where so few are left of a larger set once all smaller ones within it are taken away.

    Notes
    -----
    Sets without a common respondent never clash with each other: an area and the next, or two groups.

    Examples
    --------
    >>> everybody, complete = np.ones(40, bool), np.arange(40) < 36
    >>> withheld(np.array([everybody, complete]), np.ones((40, 1), bool)).ravel().tolist()
    [False, True]
    """
    given, valid = np.asarray(sets, bool), np.asarray(answered, bool)
    one = valid.astype(np.float32)
    size = given.astype(np.float32) @ one
    out, taken = size < MIN_N, {}
    for s in range(1, len(given)):
        earlier = given[:s]
        shared = (earlier & given[s]).astype(np.float32) @ one
        parts = np.stack([shared, size[:s] - shared, size[s] - shared])
        clash = (shared > 0) & _few(parts).any(axis=0) & ~out[:s]
        out[s] |= clash.any(axis=0)
        inside = (earlier & ~given[s]).sum(axis=1) == 0
        around = (given[s] & ~earlier).sum(axis=1) == 0
        shown = (~out[:s][inside]).astype(np.float32)
        taken[s] = (earlier[inside].T.astype(np.float32) @ shown > 0) & valid
        if inside.any():
            out[s] |= _few(size[s] - taken[s].sum(axis=0))
        for t in np.flatnonzero(around & ~inside):
            union = taken.setdefault(t, np.zeros(valid.shape, dtype=bool)) | given[s][:, None] & valid
            out[s] |= _few(size[t] - union.sum(axis=0)) & ~out[t]
            taken[t] = np.where(out[s], taken[t], union)
    return out


def _few(left: np.ndarray) -> np.ndarray:
    return (left > 0) & (left < MIN_N)
