"""The rules of Making Data Count: which points of a control chart are more than ordinary variation."""

import numpy as np
import pandas as pd

RULES = ("outside", "trend", "two_of_three", "shift")
"""The rules, in the order in which one of them names a point that breaks several."""

RUN = 7
"""So many points in a row make a shift or a trend."""


def special_causes(points: pd.DataFrame, *, wanted: str = "", third_anywhere: bool = False) -> pd.DataFrame:
    """Say of every point of a chart which rules it breaks, and in which direction.

    Parameters
    ----------
    points : DataFrame, one row per point, in time order
        ``value``, ``centre``, ``low`` and ``high`` (the limits); may have ``phase``: no rule reaches from one
        phase into the next. A missing value breaks a run; points without limits are not judged.
    wanted : {"up", "down", ""}
        Which direction is better; "" where neither is.
    third_anywhere : bool
        Let two of three points break their rule wherever the third one lies.

    Returns
    -------
    DataFrame, one row per point
        `points` with one column per rule of `RULES`, 1 where the point is part of a break upwards, −1
        downwards, 0 else; ``rule``, the first of them it breaks, or ""; ``special``: ``improvement`` or
        ``concern``, ``high`` or ``low`` where no direction is wanted, or "" for ordinary variation.

        ================  =========================================================================
        ``outside``       beyond a limit
        ``trend``         one of 7 in a row, each above (below) the one before
        ``two_of_three``  one of two, of three in a row, beyond two thirds of the way from the
                          centre to the same limit, all three on that side of the centre
        ``shift``         one of 7 in a row on the same side of the centre
        ================  =========================================================================

    Raises
    ------
    ValueError
        If `wanted` is another.

    Notes
    -----
    A point on a limit, on the two-thirds line or on the centre is not beyond it, and two equal points in a
    row are no trend. A trend is judged by its direction, not by the side of the centre it lies on, and two
    points near opposite limits are nothing special: NHSRplotthedots once had both wrong (issues 171 and 143)
    and missed falling trends (issue 167). Points beyond the limit count among the two of three, as in the
    Making Data Count tools since the end of 2023. A point that breaks several rules gets its direction from
    the first, the order of NHSRplotthedots; Making Data Count's own tool prefers improvement.

    A steady normal series has a false alarm somewhere in 8% of charts of 12 points, 19% of 24 and 27% of
    36; with limits frozen after 12 of 24 points in 32% (2,000 charts each). One special point is a reason
    to ask what happened, not a proof.

    References
    ----------
    .. [1] NHS England (2019). Making data count: getting started.

    Examples
    --------
    >>> points = pd.DataFrame({"value": [5, 9, 3, 9.5, 1, 12], "centre": 5.0, "low": -1.0, "high": 11.0})
    >>> special_causes(points, wanted="down").iloc[-1][["rule", "special"]].tolist()
    ['outside', 'concern']
    """
    if wanted not in ("up", "down", ""):
        raise ValueError(f'wanted must be "up", "down" or "", got {wanted!r}')
    phase = points["phase"] if "phase" in points else pd.Series(0, index=points.index)
    flags = np.zeros((len(points), len(RULES)), int)
    for name in phase.unique():
        here = (phase == name).to_numpy()
        flags[here] = _flags(points[here], third_anywhere)
    first = np.where(flags.any(axis=1), (flags != 0).argmax(axis=1), -1)
    direction = np.where(first >= 0, flags[np.arange(len(flags)), first], 0)
    better = {"up": 1, "down": -1, "": 0}[wanted]
    names = ("high", "low") if not better else ("improvement", "concern")
    up, down = names if better >= 0 else names[::-1]
    return points.assign(
        **{rule: flags[:, place] for place, rule in enumerate(RULES)},
        rule=np.array([*RULES, ""], object)[first],
        special=np.select([direction > 0, direction < 0], [up, down], ""),
    )


def _flags(points: pd.DataFrame, third_anywhere: bool) -> np.ndarray:
    value, centre, low, high = (points[name].to_numpy(float) for name in ("value", "centre", "low", "high"))
    # A missing value compares as False everywhere: on no side, beyond nothing, no step.
    side = (value > centre).astype(int) - (value < centre)
    outside = (value > high).astype(int) - (value < low)
    third = 2 / 3
    near = (value > centre + third * (high - centre)).astype(int) - (value < centre - third * (centre - low))
    step = np.sign(np.diff(value, prepend=np.nan))
    limits = ~np.isnan(low) & ~np.isnan(high)
    there = ~np.isnan(value)
    step = np.where(np.isnan(step) | ~limits, 0, step).astype(int)
    side = np.where(limits, side, 0)
    shift, trend, pairs = (np.zeros(len(value), int) for _ in range(3))
    for sign in (1, -1):
        shift += sign * _in_runs(side == sign, RUN, RUN)
        # Seven points make six steps; the point before the first step belongs to the trend.
        trend = np.where(_in_runs(step == sign, RUN - 1, RUN), sign, trend)
        pairs += sign * _two_of_three(near == sign, there if third_anywhere else side == sign)
    return np.stack([outside, trend, pairs, shift], axis=1)


def _in_runs(hit: np.ndarray, length: int, points: int) -> np.ndarray:
    """Mark the points of every run of hits of a length, reaching back so many points from its end."""
    total = np.concatenate([[0], np.cumsum(hit)])
    ends = np.zeros(len(hit), bool)
    ends[length - 1 :] = total[length:] - total[:-length] == length
    return _back(ends, points)


def _two_of_three(near: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    ends = np.zeros(len(near), bool)
    if len(near) > 2:
        windows = np.lib.stride_tricks.sliding_window_view
        ends[2:] = (windows(near, 3).sum(axis=1) >= 2) & windows(allowed, 3).all(axis=1)
    return _back(ends, 3) & near


def _back(ends: np.ndarray, points: int) -> np.ndarray:
    """Mark each end and the points before it."""
    marked = np.zeros(len(ends), bool)
    for back in range(min(points, len(ends))):
        marked[: len(ends) - back] |= ends[back:]
    return marked
