"""How much the average of a series changed when something was introduced, and how many points would tell."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.results import DETECTABLE, LEVELS, ROUNDING
from trustgap.stats.tracking.autocorrelation import ar1, newey_west
from trustgap.stats.tracking.series import MIN_POINTS, segments

NUMBERS = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value", "error"]

FURTHEST = 60
"""No look further ahead than so many points: five years of months."""


def average_change(points: pd.DataFrame, *, at: str, trend: bool = False) -> pd.DataFrame:
    """Estimate the average after a date less the average before, or less the line before carried on.

    Parameters
    ----------
    points : DataFrame, one row per period
        ``period`` (sorted, evenly spaced) and ``value``, which may be missing: a metric, or what it has
        beyond the same metric in comparison areas.
    at : period
        The first period under the new arrangement, decided without a look at the series.
    trend : bool
        Compare with the line through the points before, not with their mean. Needed where nothing else says
        how the series would have gone on; much less precise.

    Returns
    -------
    DataFrame of one row
        ``estimate`` in units of the value; limits at 95% and 90%, ``p_value``; ``error`` its standard error;
        ``n_after`` and ``n_before`` points; ``reason``: ``few_points`` (fewer than `series.MIN_POINTS` on a
        side), ``constant`` (no scatter), then no numbers.

    Notes
    -----
    Least squares, t limits with the largest of three standard errors: plain, Newey and West's at lag 1, and
    that of a restricted maximum likelihood model in which each error follows the one before. The last alone
    is nearly right where errors are related, the others are too small in short series.

    Examples
    --------
    >>> value = [20, 21, 19, 20, 22, 20, 19, 21, 15, 14, 16, 15, 14, 16, 15, 15]
    >>> row = average_change(pd.DataFrame({"period": range(16), "value": value}), at=8)
    >>> row[["estimate", "conf_low", "conf_high", "n_after"]].round(1)
       estimate  conf_low  conf_high  n_after
    0      -5.2      -6.2       -4.3        8
    """
    y, before = points["value"].to_numpy(float), int((points["period"] < at).sum())
    there = ~np.isnan(y)
    sides = {"n_after": int(there[before:].sum()), "n_before": int(there[:before].sum())}
    row = dict.fromkeys(NUMBERS, np.nan) | sides
    if min(sides.values()) < MIN_POINTS:
        return pd.DataFrame([row | {"reason": "few_points"}])
    design, contrast = _design(len(y), before, trend=trend)
    error, estimate = _error(y, design, contrast, there)
    if not error > ROUNDING * max(float(np.nanmax(np.abs(y))), ROUNDING):
        return pd.DataFrame([row | {"reason": "constant"}])
    df = int(there.sum()) - design.shape[1]
    row |= {"estimate": estimate, "error": error, "p_value": 2 * stats.t.sf(abs(estimate) / error, df)}
    for level, suffix in LEVELS:
        half = stats.t.ppf((1 + level) / 2, df) * error
        row |= {f"conf_low{suffix}": estimate - half, f"conf_high{suffix}": estimate + half}
    return pd.DataFrame([row | {"reason": ""}])


def drifts(points: pd.DataFrame, *, at: str) -> bool:
    """Say whether a series rose or fell already before a date.

    Parameters
    ----------
    points, at
        As for `average_change`; at least `series.MIN_POINTS` values before the date.

    Returns
    -------
    bool
        Whether the 95% interval of the slope before leaves out 0.

    Examples
    --------
    >>> drifts(pd.DataFrame({"period": range(10), "value": [1, 2, 3.1, 4, 5, 6, 6.9, 8, 9, 9]}), at=8)
    True
    """
    y = points.loc[points["period"] < at, "value"].to_numpy(float)
    there = ~np.isnan(y)
    design = np.column_stack([np.ones(len(y)), np.arange(len(y))])
    coefficients, robust = newey_west(y, design)
    plain = _plain(y[there], design[there])
    error = np.sqrt(max(robust[1, 1], plain[1, 1]))
    return bool(abs(coefficients[1]) > stats.t.ppf(0.975, int(there.sum()) - 2) * error)


def points_needed(
    points: pd.DataFrame, *, at: str, visible: float, error: float = np.nan, trend: bool = False
) -> float:
    """Find how many more points would show a change of a size with 80% probability.

    Parameters
    ----------
    points, at, trend
        As for `average_change`.
    visible : float
        The size, in units of the value, greater than 0.
    error : float
        Standard error as `average_change` found it; missing where it could not be estimated: then the
        scatter before the date stands for it.

    Returns
    -------
    float
        Points; at least as many as `series.MIN_POINTS` after the date need. Missing where `FURTHEST` more
        are not enough, or too few lie before the date, which no further point can mend.

    Examples
    --------
    >>> value = [20, 21, 19, 20, 22, 20, 19, 21, 15, 14]
    >>> points_needed(pd.DataFrame({"period": range(10), "value": value}), at=8, visible=2)
    6.0
    """
    y, before = points["value"].to_numpy(float), int((points["period"] < at).sum())
    there = ~np.isnan(y)
    if there[:before].sum() < MIN_POINTS:
        return np.nan
    after = len(y) - before
    if np.isnan(error):
        spread, now = float(np.var(y[:before][there[:before]], ddof=1)), 1.0
    else:
        spread, now = error**2, _spread(there, before, after, trend=trend)
    least = max(MIN_POINTS - int(there[before:].sum()), 0)
    for more in range(least, FURTHEST + 1):
        present = np.concatenate([there, np.ones(more, bool)])
        if DETECTABLE**2 * spread * _spread(present, before, after + more, trend=trend) / now <= visible**2:
            return float(more)
    return np.nan


def _design(n: int, before: int, *, trend: bool) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(1.0, n + 1)
    if trend:
        return segments(time, before), np.array([0, 0, 1, (n - before + 1) / 2])
    return segments(time, before)[:, [0, 2]], np.array([0.0, 1.0])


def _spread(there: np.ndarray, before: int, after: int, *, trend: bool) -> float:
    """Give the variance of the estimate in units of the variance of one point."""
    design, contrast = _design(before + after, before, trend=trend)
    used = design[there]
    return float(contrast @ np.linalg.inv(used.T @ used) @ contrast)


def _plain(y: np.ndarray, design: np.ndarray) -> np.ndarray:
    bread = np.linalg.inv(design.T @ design)
    squares = ((y - design @ bread @ design.T @ y) ** 2).sum()
    return squares / (len(y) - design.shape[1]) * bread


def _error(y: np.ndarray, design: np.ndarray, contrast: np.ndarray, there: np.ndarray) -> tuple[float, float]:
    """Give the largest of three standard errors, and the estimate by least squares."""
    coefficients, robust = newey_west(y, design)
    spreads = [robust, _plain(y[there], design[there])]
    estimate = float(contrast @ coefficients)
    if spreads[1][0, 0] > ROUNDING**2 * max(float(np.nanmax(np.abs(y))), ROUNDING) ** 2:
        spreads.append(ar1(y, design)[1])
    return float(np.sqrt(max(contrast @ spread @ contrast for spread in spreads))), estimate
