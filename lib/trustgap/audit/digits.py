"""What a rounded number tells: which counts are behind it."""

import numpy as np
import pandas as pd

from trustgap.stats.shares.intervals import wilson

FINEST = 9
"""Decimals from which on a number counts as not rounded."""

EDGE = 1e-9
"""How far arithmetic alone may move a number."""

SEARCHED = 64
"""Counts that are tried one by one at either end; there are more only where a base is very large."""


def places(values: np.ndarray, *, least: int | np.ndarray = 0) -> np.ndarray:
    """Count the decimals that numbers are written with.

    Parameters
    ----------
    values : array of float
        As read from a file.
    least : int or array of int
        Decimals that they were rounded to, whether or not the last ones are 0.

    Returns
    -------
    array of int
        At most `FINEST`.

    Examples
    --------
    >>> places(np.array([0.5, 0.25, 1 / 3])).tolist(), places(np.array([0.5]), least=2).tolist()
    ([1, 2, 9], [2])
    """
    values = np.nan_to_num(np.asarray(values, float))
    found = np.full(values.shape, FINEST)
    for decimals in range(FINEST - 1, -1, -1):
        found = np.where(np.abs(values - np.round(values, decimals)) < 10.0 ** -(FINEST + 1), decimals, found)
    return np.maximum(found, least)


def counts_behind(rows: pd.DataFrame, *, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the counts that agree with rounded shares, and with their rounded intervals.

    Parameters
    ----------
    rows : DataFrame
        ``n_a estimate reason``, and ``method conf_low conf_high`` for intervals. The reasons ``over`` and
        ``under`` say that a share is shown as a bound.
    least : array of int
        Decimals that the shares of each row are rounded to at most.

    Returns
    -------
    low, high : array of float
        Both included. The first is above the second where no count agrees; both are missing where a row
        tells no share.

    Notes
    -----
    Wilson's limits rise with the count, so those that agree with a rounded limit lie side by side. They tell
    more than the share: near 400 answers two counts can have the same whole per cent and other limits.

    Examples
    --------
    >>> rows = pd.DataFrame({"n_a": [20.0, 20.0], "estimate": [0.45, 0.9], "reason": ["", "over"]})
    >>> [ends.tolist() for ends in counts_behind(rows, least=np.array([2, 2]))]
    [[9.0, 19.0], [9.0, 20.0]]
    """
    n, share = rows["n_a"].to_numpy(float), rows["estimate"].to_numpy(float)
    half = 0.5 * 10.0 ** -places(share, least=least)
    low = np.clip(np.ceil(n * (share - half) - EDGE), 0, n)
    high = np.clip(np.floor(n * (share + half) + EDGE), 0, n)
    over, under = rows["reason"].eq("over").to_numpy(), rows["reason"].eq("under").to_numpy()
    # More than 90%, or all but one; below 10%, or one, or none.
    low = np.where(over, np.minimum(np.floor(0.9 * n + EDGE) + 1, n - 1), np.where(under, 0, low))
    high = np.where(under, np.maximum(np.ceil(0.1 * n - EDGE) - 1, 1), np.where(over, n, high))
    if "method" not in rows:
        return low, high
    told = rows["method"].str.lower().str.startswith("wilson").to_numpy() & ~over & ~under & (n > 0)
    for end, name in enumerate(("conf_low", "conf_high")):
        limit = rows[name].to_numpy(float)
        here = told & ~np.isnan(limit)
        low[here], high[here] = _narrowed(low[here], high[here], n[here], limit[here], least[here], end)
    return low, high


def _narrowed(
    low: np.ndarray, high: np.ndarray, n: np.ndarray, limit: np.ndarray, least: np.ndarray, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Leave out counts at either end whose interval would have another limit."""
    half = 0.5 * 10.0 ** -places(limit, least=least) + EDGE
    for side, step in ((low, 1), (high, -1)):
        for _ in range(SEARCHED):
            with np.errstate(invalid="ignore"):
                wrong = (low <= high) & (np.abs(wilson(np.clip(side, 0, n), n)[end] - limit) > half)
            if not wrong.any():
                break
            side[wrong] += step
    return low, high
