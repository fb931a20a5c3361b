"""Control charts over time: what a metric does by itself, so that a change can be told from it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.shares.intervals import proportion
from trustgap.stats.tracking.special_causes import special_causes

FEW = 12
"""Limits from fewer points are trial limits: they move with every further point."""

XMR, SCREEN, D2 = 2.66, 3.267, 1.128
"""3 / 1.128; the upper limit of a moving range of mean 1; mean moving range of a standard normal."""


def xmr(
    points: pd.DataFrame,
    *,
    wanted: str = "",
    baseline: int | None = None,
    changes: Sequence[object] = (),
    third_anywhere: bool = False,
) -> pd.DataFrame:
    """Draw up an XmR chart by the conventions of NHS Making Data Count.

    Parameters
    ----------
    points : DataFrame, one row per period
        ``period`` (unique, sortable) and ``value``, which may be missing.
    wanted : {"up", "down", ""}
        Which direction is better.
    baseline : int, optional
        Take the limits from the first so many points of each phase, 12 to 20 as a rule, and keep them for
        the later ones; else from all of the phase.
    changes : sequence
        Periods with which a new phase begins: a change declared for reasons outside the chart, never
        because the chart looks better with it.
    third_anywhere : bool
        As for `special_causes.special_causes`.

    Returns
    -------
    DataFrame, one row per period, in time order
        The columns of `points`; ``phase`` (from 1), ``moving_range`` (from the point before, within the
        phase), ``centre``, ``mean_range``, ``low``, ``high`` (all in units of the value), ``trial`` (limits
        from fewer than `FEW` points), ``reason``, and those of `special_causes.special_causes`. Reasons,
        then without limits: ``n_lt_min`` (fewer than two points in a row), ``constant`` (nothing varies,
        single jumps apart).

    Raises
    ------
    ValueError
        If a period occurs twice, a change is no period, or `baseline` is below 2.

    Notes
    -----
    Limits are mean ± 2.66 times the mean moving range. Moving ranges above 3.267 times their mean are left
    out first, once, so that a single jump does not widen the limits that should show it. A missing value has
    no moving range to either side. Yearly surveys do not belong on a control chart: too few points.

    References
    ----------
    .. [1] NHS England (2019). Making data count: getting started.
    .. [2] Wheeler, D. J. (2000). Understanding variation, second edition. SPC Press.

    Examples
    --------
    >>> values = [50, 52, 49, 51, 50, 48, 51, 50, 49, 52, 50, 51, 40]
    >>> chart = xmr(pd.DataFrame({"period": range(13), "value": values}), wanted="down", baseline=12)
    >>> chart[["value", "low", "high", "rule", "special"]].tail(1).round(1)
        value   low  high     rule      special
    12     40  45.2  55.3  outside  improvement
    """
    chart = _ordered(points, changes)
    value = chart["value"].to_numpy(float)
    parts = [_xmr_limits(value[here], baseline) for here in _places(chart["phase"], baseline=baseline)]
    found = pd.concat(parts, ignore_index=True)
    return special_causes(chart.assign(**found), wanted=wanted, third_anywhere=third_anywhere)


def p_chart(
    points: pd.DataFrame,
    *,
    wanted: str = "",
    baseline: int | None = None,
    changes: Sequence[object] = (),
    third_anywhere: bool = False,
) -> pd.DataFrame:
    """Draw up a p chart, or Laney's p′ chart where the share varies more than counting allows.

    Parameters
    ----------
    points : DataFrame, one row per period
        ``period`` (unique, sortable), ``numerator`` and ``denominator``; a point with a missing part or an
        empty denominator counts as missing.
    wanted, baseline, changes, third_anywhere
        As for `xmr`.

    Returns
    -------
    DataFrame, one row per period, in time order
        As `xmr`, without ``moving_range`` and ``mean_range``: ``value`` is the share, in [0, 1]; ``centre``
        numerators over denominators; ``low`` and ``high``, in [0, 1], differ from point to point with the
        denominator; ``sigma_z`` how many times wider the share varies from one point to the next than
        counting allows; ``chart`` is ``p`` where it is at most 1, else ``p_prime``.

    Raises
    ------
    ValueError
        As `xmr`, or if a numerator is negative or exceeds its denominator.

    Notes
    -----
    centre ± 3 √(centre (1 − centre) / denominator) · max(1, sigma_z), with sigma_z the mean moving range of
    the standardised shares over 1.128. With the large denominators of national metrics the p chart calls
    nearly every point special: counting is not what makes them vary.

    References
    ----------
    .. [1] Laney, D. B. (2002). Improved control charts for attributes. Quality Engineering, 14, 531-537.

    Examples
    --------
    >>> points = pd.DataFrame({"period": range(12), "numerator": [30, 35] * 6, "denominator": 100})
    >>> p_chart(points)[["value", "centre", "low", "high", "chart"]].head(1).round(3)
       value  centre    low   high chart
    0    0.3   0.325  0.184  0.466     p
    """
    given = points["numerator"].notna() & points["denominator"].gt(0)
    x, n = points["numerator"].where(given, 0), points["denominator"].where(given, 0)
    chart = _ordered(points.assign(value=proportion(x, n), _hits=x, _base=n), changes)
    parts = [
        _p_limits(*(chart.loc[here, name].to_numpy(float) for name in ("_hits", "_base")), baseline)
        for here in _places(chart["phase"], baseline=baseline)
    ]
    found = pd.concat(parts, ignore_index=True)
    chart = chart.drop(columns=["_hits", "_base"]).assign(**found)
    # The rules see the limits before they are cut off at 0 and 1: two thirds of the way means two sigma.
    judged = special_causes(chart, wanted=wanted, third_anywhere=third_anywhere)
    return judged.assign(low=judged["low"].clip(lower=0), high=judged["high"].clip(upper=1))


def _ordered(points: pd.DataFrame, changes: Sequence[object]) -> pd.DataFrame:
    chart = points.sort_values("period", kind="stable", ignore_index=True)
    if chart["period"].duplicated().any():
        raise ValueError(f"period {chart.loc[chart['period'].duplicated(), 'period'].iloc[0]} occurs twice")
    unknown = [change for change in changes if not (chart["period"] == change).any()]
    if unknown:
        raise ValueError(f"changes must be periods of the chart, got {unknown}")
    return chart.assign(phase=chart["period"].isin(list(changes)).cumsum() + 1)


def _places(phase: pd.Series, *, baseline: int | None) -> list[np.ndarray]:
    if baseline is not None and baseline < 2:
        raise ValueError(f"baseline must be at least 2 points, got {baseline}")
    return [(phase == name).to_numpy() for name in phase.unique()]


def _within(given: np.ndarray, baseline: int | None) -> np.ndarray:
    """Say which points set the limits: all, or the first so many that are there."""
    return given & (np.cumsum(given) <= (baseline if baseline is not None else len(given)))


def _reason(ranges: np.ndarray) -> str:
    if np.isnan(ranges).all():
        return "n_lt_min"
    return "" if np.nanmax(ranges) > 0 else "constant"


def _xmr_limits(value: np.ndarray, baseline: int | None) -> pd.DataFrame:
    used = _within(~np.isnan(value), baseline)
    moving = np.abs(np.diff(value, prepend=np.nan))
    ranges = np.where(used, moving, np.nan)
    reason = _reason(ranges)
    mean = np.nan
    if not reason:
        mean = np.nanmean(ranges)
        mean = np.nanmean(np.where(ranges <= SCREEN * mean, ranges, np.nan))
    centre = value[used].mean() if used.any() else np.nan
    # Where all moving ranges but one are zero, screening leaves none: those limits would have no width.
    reason = reason or ("" if mean > 0 else "constant")
    half = np.nan if reason else XMR * mean
    limits = {"centre": centre, "mean_range": mean, "low": centre - half, "high": centre + half}
    found = pd.DataFrame({"moving_range": moving} | limits)
    return found.assign(trial=bool(used.sum() < FEW), reason=reason)


def _p_limits(hits: np.ndarray, base: np.ndarray, baseline: int | None) -> pd.DataFrame:
    used = _within(base > 0, baseline)
    centre = hits[used].sum() / base[used].sum() if used.any() else np.nan
    error = np.sqrt(centre * (1 - centre) / np.where(base > 0, base, np.nan))
    possible = bool((error > 0).any())
    z = (proportion(hits, base) - centre) / (error if possible else np.nan)
    ranges = np.where(used, np.abs(np.diff(z, prepend=np.nan)), np.nan)
    reason = "" if possible else ("constant" if used.any() else "n_lt_min")
    sigma = np.nan if np.isnan(ranges).all() else np.nanmean(ranges) / D2
    wider = bool(sigma > 1)
    half = 3 * error * (sigma if wider else 1.0) if possible else np.full(len(base), np.nan)
    found = pd.DataFrame({"low": centre - half, "high": centre + half})
    chart = "p_prime" if wider else "p"
    return found.assign(
        centre=centre, sigma_z=sigma, chart=chart, trial=bool(used.sum() < FEW), reason=reason
    )
