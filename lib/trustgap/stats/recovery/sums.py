"""Published numbers other than counts, as sums of unknown counts."""

import numpy as np
import pandas as pd

from trustgap.stats.recovery.lines import members
from trustgap.stats.recovery.system import Linear


def of_means(leaves: pd.DataFrame, means: pd.DataFrame, *, levels: int) -> list[Linear]:
    """Turn published means into known sums of scores.

    Parameters
    ----------
    leaves : DataFrame
        ``area``, ``group``, ``n`` and perhaps ``region``, as for `ranges`.
    means : DataFrame
        ``area group low high``: the mean score of this cell is within these limits, rounding undone.
    levels : int
        The highest score; the lowest is 1.

    Returns
    -------
    list of (array, float, float)
        For `ranges`. A mean of a known base gives one sum, any other two: nobody may lie too far below or
        above.

    Examples
    --------
    >>> leaves = pd.DataFrame({"area": "X1", "group": ["a"], "n": [20]})
    >>> means = pd.DataFrame({"area": ["X1"], "group": ["a"], "low": [3.45], "high": [3.55]})
    >>> [(scores.tolist(), low, high) for scores, low, high in of_means(leaves, means, levels=3)]
    [([[1.0, 2.0, 3.0]], 69.0, 71.0)]
    """
    scores = np.arange(1.0, levels + 1)
    found = []
    for mean, inside in zip(means.itertuples(), members(leaves, means).toarray() > 0, strict=True):
        n = leaves["n"].to_numpy(float, na_value=np.nan)[inside].sum()
        if np.isfinite(n):
            found.append((np.outer(inside, scores), float(mean.low * n), float(mean.high * n)))
        else:
            found.append((np.outer(inside, scores - mean.low), 0.0, np.inf))
            found.append((np.outer(inside, scores - mean.high), -np.inf, 0.0))
    return found
