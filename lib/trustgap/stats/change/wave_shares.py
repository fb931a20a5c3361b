"""Shares of every wave at a fixed mix of staff, so that who answered is not mistaken for what changed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL
from trustgap.stats.cube import cube, reference_mix, rows_of
from trustgap.stats.shares.intervals import proportion, stratified_wilson, wilson
from trustgap.stats.shares.stratified import dotted, effective, with_whole


def standardised(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    *,
    mix: Mapping[str, float] | None = None,
    waves: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Estimate the positive share of every wave, by group and at a fixed mix of groups.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it, for one area or many.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``team``.
    mix : mapping of str to float, optional
        Share or head-count of each group; else the area's own mix of those asked the item, all waves
        together.
    waves : sequence of str, optional
        Waves in time order; else all, in order of their names.

    Returns
    -------
    DataFrame
        Rows ``wave_share``, ``standardised_share``: Wilson limits for each group; for `counts.ALL` the
        weighted sum, stratified Wilson limits, ``n_eff`` the base of a simple sample as precise. Only
        groups with answers in every wave of the item enter there; ``method`` says how many. An item a
        group was never asked in a wave has no row; asked without a valid answer: reason ``n_lt_min``.

    Raises
    ------
    KeyError
        If `items` lacks an item of the counts, or `mix` a group.

    Notes
    -----
    The mix is of all who were asked, not of those with a valid answer: it stands for the staff. A group
    must not lose weight because more of it do not know, which may itself change from wave to wave.

    References
    ----------
    .. [1] Yan, X. and Su, X. G. (2010). Stratified Wilson and Newcombe confidence intervals for multiple
       binomial proportions. Statistics in Biopharmaceutical Research, 2, 329-335.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "1", "2", "2"], "group": ["a", "b"] * 2,
    ...                       "item": "q", 1: [50, 20, 10, 60], 2: [50, 80, 10, 240]})
    >>> rows = standardised(cells, pd.DataFrame({"top_from": [2], "team": [""]}, index=["q"]))
    >>> rows[rows["group_a"].eq("all")][["wave", "estimate", "n_eff"]].round(3)
      wave  estimate    n_eff
    2    1     0.731  155.046
    5    2     0.731  215.745
    """
    grid = cube(counts, items, waves=waves)
    exists = grid.n.sum(axis=-1, keepdims=True) > 0
    usable = (grid.n > 0).any(axis=2) & ((grid.n > 0) | ~exists).all(axis=2)
    weights = np.broadcast_to(reference_mix(grid, mix, usable)[:, :, None], grid.n.shape)
    share, limits = proportion(grid.x, grid.n), wilson(grid.x, grid.n)
    weighted = np.where(exists, weights, 0.0)
    entered = usable.sum(axis=-1)
    frames = []
    for place, wave in enumerate(grid.waves):
        at = (slice(None), slice(None), place)
        values = {
            "estimate": with_whole(share[at], dotted(weighted[at], share[at])),
            "n_a": with_whole(grid.n[at], np.where(weighted[at] > 0, grid.n[at], 0).sum(axis=-1)),
            "n_eff": with_whole(grid.n[at], effective(weighted[at], grid.n[at])),
        }
        both = stratified_wilson(weighted[at], grid.x[at], grid.n[at])
        for name, own, whole in zip(("conf_low", "conf_high"), limits, both, strict=True):
            values[name] = with_whole(own[at], whole)
        shown = with_whole(grid.listed[at], grid.listed[at].any(axis=-1))
        spans = np.full(shown.shape[:2], wave, dtype=object)
        used = np.zeros(grid.n.shape, dtype=bool)
        used[at] = weighted[at] > 0
        here = rows_of(grid, shown, values, items, waves=spans, used=used)
        frames.append(here.assign(method=_standard_method(here, entered, shown, len(grid.groups))))
    rows = pd.concat(frames, ignore_index=True)
    empty = rows["estimate"].isna()
    return rows.assign(
        analysis="wave_share", estimand="standardised_share", reason=np.where(empty, "n_lt_min", "")
    )


def _standard_method(rows: pd.DataFrame, entered: np.ndarray, shown: np.ndarray, size: int) -> np.ndarray:
    many = np.broadcast_to(entered[..., None], shown.shape)[shown]
    fixed = np.array([f"fixed mix of {count} groups, stratified Wilson" for count in range(size + 1)])
    return np.where(rows["group_a"].eq(ALL), fixed[many], "Wilson score interval")
