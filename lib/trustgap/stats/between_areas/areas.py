"""Where an area differs from the rest of the country, and how much areas differ at all."""

import numpy as np
import pandas as pd

from trustgap.stats import results
from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.cube import Cube, cube, rows_of
from trustgap.stats.families import decide
from trustgap.stats.shares.stratified import share_differences, with_whole

REST = "rest"
"""What the other side of the comparison is called: all areas but this one."""

POOLED = "rest at the area's mix of groups, stratified Wilson"


def against_rest(
    counts: pd.DataFrame, items: pd.DataFrame, *, national: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compare every area with the rest of the country, by group and over all groups.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it: all areas; or some of them, or some of their cells, if `national` is
        given.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``team``.
    national : DataFrame, optional
        The cells of the whole country, `counts` among them, pooled over areas or not. The rest is this
        minus the area.

    Returns
    -------
    DataFrame
        Analysis ``against_rest``, ``share_difference``: positive share of the area minus that of the
        rest, in [-1, 1]; ``group_b`` is ``rest``. By group with Newcombe limits. For `counts.ALL` the rest
        is first given the **area's own mix of groups**, so that another mix of staff is not called a
        difference; stratified Wilson limits of both sides, combined as Newcombe's; score test with variance
        pooled within groups. With all areas at hand ``p_adjusted`` is Benjamini-Hochberg over areas and
        items within a wave, at 10%, the rows of all groups and those of single groups being two families;
        of a single area p-values stay unadjusted and the verdict rests on the interval. Reasons:
        ``few_areas`` (there is no rest), ``n_lt_min``.

    Raises
    ------
    KeyError
        If `items` lacks an item of the counts.
    ValueError
        If `national` has fewer answers than an area.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": ["X1", "X2", "X3"], "wave": "1", "group": "a", "item": "q",
    ...                       1: [14, 20, 12], 2: [56, 20, 28]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""]}, index=["q"])
    >>> rows = against_rest(cells, items)
    >>> rows[rows["group_a"].eq("all")][["area", "n_a", "n_b", "estimate", "verdict"]]
      area   n_a    n_b  estimate       verdict
    1   X1  70.0   80.0  0.200000        higher
    3   X2  40.0  110.0 -0.263636         lower
    5   X3  40.0  110.0  0.009091  inconclusive
    """
    own = counts[counts["area"].ne(NATIONAL)]
    grid = cube(own, items)
    whole = _country(grid, own if national is None else national, items)
    rest = [total[None] - part for total, part in zip(whole, (grid.x, grid.n), strict=True)]
    if min(part.min(initial=0.0) for part in rest) < 0:
        raise ValueError(
            "national has fewer answers than one of the areas: give the cells of the whole country"
        )
    frames = [
        _wave(grid, [part[:, :, place] for part in rest], place, items) for place in range(len(grid.waves))
    ]
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    alone = not (rest[1] > 0).any()
    empty = rows["estimate"].isna()
    rows = rows.assign(
        analysis="against_rest",
        estimand="share_difference",
        group_b=REST,
        method=np.where(rows["group_a"].eq(ALL), POOLED, "Newcombe"),
        reason=np.where(empty, "few_areas" if alone else "n_lt_min", ""),
    )
    if alone:
        rows = _with_own_base(rows)
    rows = rows.assign(_groups=np.where(rows["group_a"].eq(ALL), "all", "groups"))
    margin = results.MARGIN_SHARE
    options = {"by": ["wave", "_groups"], "name": "against_rest", "method": "fdr_bh"}
    judged = decide(rows, **options, null=0.0, margin=margin)
    if national is not None and len(grid.areas) == 1:
        # One area cannot know the p-values of the others: its verdict rests on its interval alone.
        by_interval = results.judge(rows, null=0.0, margin=margin)
        judged = by_interval.assign(p_adjusted=np.nan, family_id=judged["family_id"])
    return judged.drop(columns="_groups")


def _with_own_base(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the pooled rows of the only area the answers of its groups, though none of them has a rest."""
    cell, whole = ["area", "wave", "item"], rows["group_a"].eq(ALL)
    sums = rows[~whole].groupby(cell)["n_a"].sum()
    own = sums.reindex(pd.MultiIndex.from_frame(rows[cell])).to_numpy()
    return rows.assign(n_a=rows["n_a"].where(~whole, own))


def _country(grid: Cube, national: pd.DataFrame, items: pd.DataFrame) -> list[np.ndarray]:
    """Add up positive and valid answers over areas, on the axes of `grid`."""
    pooled = national[national["area"].eq(NATIONAL)]
    same = {"wave": grid.waves, "item": grid.items, "group": grid.groups}
    chosen = pooled if len(pooled) else national
    for column, names in same.items():
        chosen = chosen[chosen[column].isin(names)]
    total = cube(chosen, items)
    sums = []
    for part, own in ((total.x, grid.x), (total.n, grid.n)):
        out = np.zeros(own.shape[1:])
        axes = [
            [wanted.index(name) for name in names]
            for wanted, names in zip(
                (grid.items, grid.waves, grid.groups), (total.items, total.waves, total.groups), strict=True
            )
        ]
        out[np.ix_(*axes)] = part.sum(axis=0)
        sums.append(out)
    return sums


def _wave(grid: Cube, rest: list[np.ndarray], place: int, items: pd.DataFrame) -> pd.DataFrame:
    at = (slice(None), slice(None), place)
    x, n = [grid.x[at], rest[0]], [grid.n[at], rest[1]]
    usable = np.where((n[0] > 0) & (n[1] > 0), n[0], 0.0)
    total = usable.sum(axis=-1, keepdims=True)
    weights = np.divide(usable, total, out=np.zeros(usable.shape), where=total > 0)
    asked = grid.listed[at]
    shown = with_whole(asked, asked.any(axis=-1))
    waves = np.full(shown.shape[:2], grid.waves[place], dtype=object)
    values = share_differences(x, n, weights)
    used = np.zeros(grid.n.shape, dtype=bool)
    used[at] = weights > 0
    return rows_of(grid, shown, values, items, waves=waves, used=used, also=(NATIONAL,))
