"""Counts as one array, area by item by wave by group by score, and results back as rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustgap.stats.cells import positives
from trustgap.stats.counts import ALL, levels, unanswered, valid
from trustgap.stats.families import decide
from trustgap.stats.results import judge


@dataclass(frozen=True)
class Cube:
    """Counts on a full grid; a cell that does not occur is zero.

    Attributes
    ----------
    areas, items, waves, groups : list of str
        The axes, in this order; waves in time order.
    x, n : array of float, shape (areas, items, waves, groups)
        Positive and valid answers.
    asked : array of float, same shape
        Valid answers and those asked who gave none.
    table : array of float, shape (areas, items, waves, groups, scores)
        Answers by score.
    listed : array of bool, shape as `x`
        Whether the cell has rows in results: somebody was asked, or the counts say that it is ``closed``.
    """

    areas: list[str]
    items: list[str]
    waves: list[str]
    groups: list[str]
    x: np.ndarray
    n: np.ndarray
    asked: np.ndarray
    table: np.ndarray
    listed: np.ndarray


def cube(counts: pd.DataFrame, items: pd.DataFrame, *, waves: Sequence[str] | None = None) -> Cube:
    """Lay cells out on a full grid.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it; cells of the pooled group are left out. Those with 1 in the column
        ``closed``, where there is one, are listed though empty.
    items : DataFrame, indexed by item
        Needs ``top_from``.
    waves : sequence of str, optional
        The waves to take, in time order; else all, in order of their names.

    Returns
    -------
    Cube

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q",
    ...                       1: [3, 1], 2: [1, 3], "dont_know": [0, 2]})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [2]}, index=["q"]))
    >>> grid.x.ravel().tolist(), grid.asked.ravel().tolist()
    ([1.0, 3.0], [4.0, 6.0])
    """
    chosen = counts[counts["group"].ne(ALL)]
    if waves is not None:
        chosen = chosen[chosen["wave"].isin(list(waves))]
    present = set(chosen["item"])
    axes = [
        sorted(chosen["area"].astype(str).unique()),
        [item for item in items.index if item in present],
        list(waves) if waves is not None else sorted(chosen["wave"].astype(str).unique()),
        sorted(chosen["group"].astype(str).unique()),
    ]
    names = ("area", "item", "wave", "group")
    place = tuple(
        pd.Index(axis).get_indexer(chosen[name].astype(str)) for name, axis in zip(names, axes, strict=True)
    )
    n = valid(chosen)
    asked = n + unanswered(chosen)
    listed = asked + chosen["closed"].fillna(0) if "closed" in chosen else asked
    measured = np.column_stack([positives(chosen, items), n, asked, listed, chosen[levels(chosen)]])
    grid = np.zeros((*(len(axis) for axis in axes), measured.shape[1]))
    np.add.at(grid, place, measured.astype(float))
    return Cube(*axes, *(grid[..., at] for at in range(3)), grid[..., 4:], grid[..., 3] > 0)


def reference_mix(grid: Cube, mix: Mapping[str, float] | None, usable: np.ndarray) -> np.ndarray:
    """Give the fixed shares of the groups to which a result is standardised.

    Parameters
    ----------
    grid : Cube
        The counts.
    mix : mapping of str to float, optional
        Share, or head-count, of each group; else the area's own: those asked the item, all waves together.
    usable : array of bool, shape (areas, items, groups)
        Groups that can enter.

    Returns
    -------
    array of float, shape (areas, items, groups)
        Sums to 1 over the usable groups, 0 elsewhere; all 0 where no group is usable.

    Raises
    ------
    KeyError
        If `mix` lacks a group that the counts have.
    ValueError
        If a share is negative.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "item": "q", 1: [3, 1]})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [1]}, index=["q"]))
    >>> reference_mix(grid, None, np.ones((1, 1, 2), bool)).ravel().tolist()
    [0.75, 0.25]
    """
    if mix is None:
        weight = grid.asked.sum(axis=2)
    else:
        absent = [group for group in grid.groups if group not in mix]
        if absent:
            raise KeyError(f"mix lacks the groups {absent}; it has {sorted(mix)}")
        shares = np.array([float(mix[group]) for group in grid.groups])
        if (shares < 0).any():
            raise ValueError(f"mix must not be negative, got {dict(mix)}")
        weight = np.broadcast_to(shares, usable.shape)
    weight = np.where(usable, weight, 0.0)
    total = weight.sum(axis=-1, keepdims=True)
    return np.divide(weight, total, out=np.zeros(weight.shape), where=total > 0)


def rows_of(
    grid: Cube,
    shown: np.ndarray,
    values: dict[str, np.ndarray],
    items: pd.DataFrame,
    *,
    waves: np.ndarray,
    used: np.ndarray,
    also: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Turn arrays over area, item and group into tidy rows.

    Parameters
    ----------
    grid : Cube
        Whose axes the arrays have.
    shown : array of bool, shape (areas, items, groups + 1)
        Which rows to make; the last place of the last axis is the pooled group.
    values : dict of str to array
        Columns; shape as `shown`, or without the last axis.
    items : DataFrame, indexed by item
        Needs ``team``.
    waves : array of str, shape (areas, items)
        What goes into ``wave``; two waves are joined by "/".
    used : array of bool, shape (areas, items, waves, groups)
        The cells that entered. A row rests on its own cells in the waves that it names and on those of its
        group, or of all groups where it is the pooled one, that entered.
    also : tuple of str
        Further areas on whose same cells a row rests.

    Returns
    -------
    DataFrame, RangeIndex
        ``area``, ``wave``, ``item``, ``group_a``, ``target``, the columns of `values`, ``rests_on``.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "item": "q", 1: [3]})
    >>> items = pd.DataFrame({"top_from": [1], "team": ["t"]}, index=["q"])
    >>> rows = rows_of(cube(cells, items), np.ones((1, 1, 2), bool), {"n_a": np.array([[3.0]])}, items,
    ...                waves=np.array([["1"]]), used=np.ones((1, 1, 1, 1), bool))
    >>> rows[["wave", "group_a", "target", "n_a"]]
      wave group_a target  n_a
    0    1       a      t  3.0
    1    1     all      t  3.0
    """
    area, item, group = np.nonzero(shown)
    names = np.array([*grid.groups, ALL], dtype=object)
    wave = np.asarray(waves, dtype=object)[area, item]
    columns = {
        "area": np.array(grid.areas, dtype=object)[area],
        "wave": wave,
        "item": np.array(grid.items, dtype=object)[item],
        "group_a": names[group],
        "target": items["team"].reindex(grid.items).to_numpy()[item],
    }
    for name, value in values.items():
        columns[name] = value[area, item, group] if value.ndim == 3 else value[area, item]
    entered = defaultdict(list)
    for a, i, w, k in np.argwhere(used):
        entered[a, i].append((w, k))
    rests_on = []
    for at in zip(area, item, group, columns["area"], wave, columns["item"], strict=True):
        a, i, g, where, when, what = at
        own = [(place, one, names[g], what) for place in (where, *also) for one in when.split("/")]
        whole = g == len(grid.groups)
        mixed = [(where, grid.waves[w], names[k], what) for w, k in entered[a, i] if whole or k == g]
        rests_on.append(tuple(dict.fromkeys([*own, *mixed])))
    return pd.DataFrame(columns).assign(rests_on=pd.Series(rests_on, dtype=object))


def decide_planned(
    rows: pd.DataFrame,
    planned: pd.Series,
    *,
    name: str,
    families: dict[str, pd.Series],
    null: float,
    margin: float,
) -> pd.DataFrame:
    """Adjust the planned tests by Holm's method, and judge all rows.

    Parameters
    ----------
    rows : DataFrame, RangeIndex
        Rows of results with ``p_value`` and limits.
    planned : Series of bool
        Whether a row belongs to a family of tests at all.
    name : str
        First part of ``family_id``.
    families : dict of str to Series
        What tells the families apart.
    null, margin : float
        As in `results.judge`.

    Returns
    -------
    DataFrame
        `rows` with ``p_adjusted``, ``family_id``, ``verdict``, ``material`` and ``reason``; a row that
        was not planned has no family and no adjusted p-value.

    Examples
    --------
    >>> rows = pd.DataFrame({"p_value": [0.01, 0.04], "conf_low": 0.1, "conf_high": 0.4,
    ...                      "conf_low_90": 0.12, "conf_high_90": 0.3, "reason": ""})
    >>> options = {"name": "f", "families": {"_area": pd.Series(["X1", "X1"])}, "null": 0, "margin": 0.05}
    >>> decide_planned(rows, pd.Series([True, False]), **options)["family_id"].tolist()
    ['f|X1', '']
    """
    apart = rows.assign(**families)
    options = {"null": null, "margin": margin}
    parts = []
    if planned.any():
        parts.append(decide(apart[planned], by=list(families), name=name, method="holm", **options))
    if not planned.all() or apart.empty:
        parts.append(judge(apart[~planned].assign(p_adjusted=np.nan, family_id=""), **options))
    return pd.concat(parts).sort_index().drop(columns=list(families))
