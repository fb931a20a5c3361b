"""Funnel limits: how far an area's share may lie from the mean by chance alone."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.shares.intervals import proportion

LEVELS = {"95": 0.95, "998": 0.998}


def funnel(mean: float, n: np.ndarray, *, tau2: float = 0.0) -> pd.DataFrame:
    """Give the limits between which an area's share lies if the area is like the others.

    Parameters
    ----------
    mean : float
        The share around which the funnel is drawn, strictly between 0 and 1.
    n : array of int
        Valid answers, at least 1 each.
    tau2 : float
        Variance between areas on the arcsine scale, as `overdispersion` gives it; above 0 the limits are
        wide enough for ordinary differences between areas.

    Returns
    -------
    DataFrame, one row per value of `n`
        ``n``, ``low_95``, ``high_95``, ``low_998``, ``high_998``: shares in [0, 1].

    Raises
    ------
    ValueError
        If `mean` or `n` is out of range, or `tau2` negative.

    Notes
    -----
    Without `tau2` a limit is the share whose Wilson interval just reaches the mean. Because the Wilson
    interval inverts the score test, that share is ``mean ± z √(mean (1 − mean) / n)``; a limit beyond
    0 or 1 is set there, and no area can be outside. With `tau2` it is sin²(arcsin √mean ± z √(1/(4n) + τ²)).

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics
       in Medicine, 24, 1185-1202.

    Examples
    --------
    >>> funnel(0.5, np.array([100])).round(3)
         n  low_95  high_95  low_998  high_998
    0  100   0.402    0.598    0.345     0.655
    """
    n = np.atleast_1d(np.asarray(n, float))
    if not 0 < mean < 1:
        raise ValueError(f"mean must be strictly between 0 and 1, got {mean!r}")
    if (n < 1).any():
        raise ValueError(f"n must be at least 1, got {n.min():g}")
    if tau2 < 0:
        raise ValueError(f"tau2 must not be negative, got {tau2!r}")
    columns = {"n": n.astype(int)}
    for name, level in LEVELS.items():
        z = stats.norm.ppf((1 + level) / 2)
        if tau2 > 0:
            angle, reach = np.arcsin(np.sqrt(mean)), z * np.sqrt(1 / (4 * n) + tau2)
            low = np.sin(np.clip(angle - reach, 0, None)) ** 2
            high = np.sin(np.clip(angle + reach, None, np.pi / 2)) ** 2
        else:
            reach = z * np.sqrt(mean * (1 - mean) / n)
            low, high = np.clip(mean - reach, 0, None), np.clip(mean + reach, None, 1)
        columns |= {f"low_{name}": low, f"high_{name}": high}
    return pd.DataFrame(columns)


def overdispersion(x: np.ndarray, n: np.ndarray, *, trim: float = 0.1) -> tuple[float, float]:
    """Estimate how much more areas differ than chance allows, on the arcsine scale.

    Parameters
    ----------
    x, n : array of int, one per area
        Positive and valid answers. Areas without answers are left out.
    trim : float
        Share of areas at either end whose z is drawn in to that quantile, so that a few odd areas do not
        widen the funnel that should show them.

    Returns
    -------
    phi : float
        Mean squared z, about 1 where areas differ by chance only; missing with fewer than two areas.
    tau2 : float
        Variance between areas of arcsin √share; 0 where there is none to see.

    Raises
    ------
    ValueError
        If a count is negative or exceeds its base.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics
       in Medicine, 24, 1185-1202.

    Examples
    --------
    >>> phi, tau2 = overdispersion(np.array([20, 50, 80]), np.array([100, 100, 100]))
    >>> round(phi, 1), round(tau2, 4)
    (17.7, 0.0638)
    """
    share, n = proportion(x, n), np.asarray(n, float)
    x, share, n = np.asarray(x, float)[n > 0], share[n > 0], n[n > 0]
    if len(n) < 2:
        return float("nan"), 0.0
    z = 2 * np.sqrt(n) * (np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(x.sum() / n.sum())))
    z = np.clip(z, *np.quantile(z, [trim, 1 - trim]))
    phi, weight, k = float((z**2).mean()), 4 * n, len(n)
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return phi, max(0.0, float((k * phi - (k - 1)) / room))
