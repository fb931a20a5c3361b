"""The waves of every item that may be compared, laid out for a line to be fitted to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustgap.stats.change.linked import CLUSTERS, over_waves
from trustgap.stats.counts import ALL
from trustgap.stats.cube import Cube, cube, decide_planned, reference_mix, rows_of
from trustgap.stats.shares.stratified import with_whole


def comparable_waves(grid: Cube, comparable: Mapping[str, Sequence[str]] | None) -> np.ndarray:
    """Say which waves of each item may be compared with each other.

    Parameters
    ----------
    grid : Cube
        The counts.
    comparable : mapping of str to sequence of str, optional
        Waves of an item that may be compared; an item not named may be compared over all.

    Returns
    -------
    array of bool, shape (items, waves)

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q", 1: [3, 2]})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [1]}, index=["q"]))
    >>> comparable_waves(grid, {"q": ["2"]}).tolist()
    [[False, True]]
    """
    named = comparable or {}
    allowed = [[wave in named.get(item, grid.waves) for wave in grid.waves] for item in grid.items]
    return np.array(allowed, dtype=bool).reshape(len(grid.items), len(grid.waves))


@dataclass(frozen=True)
class Series:
    """Answers by wave, and why there is no line through them.

    Attributes
    ----------
    grid : Cube
        The counts.
    t : array of float, shape (waves,)
        When the waves were.
    x, n : array of float, shape (areas, items, groups, waves)
        Positive and valid answers; 0 in a wave that may not be compared.
    weights : array of float, shape (areas, items, groups)
        The fixed mix.
    joint : array or None
        People with answers in two waves, as `linked.over_waves` gives it, comparable waves only.
    linked : array of bool, shape (areas,)
        Whether an area has such people.
    spans : array of str, shape (areas, items)
        The first and last wave with answers, joined by "/".
    blocked : array of str, shape (areas, items)
        ``few_waves``, ``not_comparable`` or "".
    """

    grid: Cube
    t: np.ndarray
    x: np.ndarray
    n: np.ndarray
    weights: np.ndarray
    joint: np.ndarray | None
    linked: np.ndarray
    spans: np.ndarray
    blocked: np.ndarray

    def rows(self, found: dict[str, np.ndarray], items: pd.DataFrame, *, method: str) -> pd.DataFrame:
        """Turn what was fitted into rows of results.

        Parameters
        ----------
        found : dict of str to array, shape (areas, items, groups + 1)
            As `fitted` returns it.
        items : DataFrame, indexed by item
            Needs ``team``.
        method : str
            How it was fitted; the rows of an area with linked people say so too.

        Returns
        -------
        DataFrame
            For every group that was asked, and for all together. ``n_a`` is over all waves; ``reason`` says
            where there is no line.
        """
        blocked = self.blocked[..., None]
        bases = with_whole(self.n.sum(axis=-1), self.n.sum(axis=(-2, -1)))
        values = found | {"reason": np.where(blocked == "", found["reason"], blocked), "n_a": bases}
        asked = self.grid.listed.any(axis=2)
        shown = with_whole(asked, asked.any(axis=-1))
        tied = np.broadcast_to(self.linked[:, None, None], shown.shape)[shown]
        used = np.moveaxis(self.n > 0, 3, 2)
        rows = rows_of(self.grid, shown, values, items, waves=self.spans, used=used)
        return rows.assign(analysis="trend", method=np.where(tied, method + CLUSTERS, method))


def series(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    times: Mapping[str, float],
    *,
    comparable: Mapping[str, Sequence[str]] | None = None,
    mix: Mapping[str, float] | None = None,
    links: pd.DataFrame | None = None,
) -> Series:
    """Take the waves that may be compared out of the counts.

    Parameters
    ----------
    counts, items, times, comparable, mix, links
        As for `slopes.trend`.

    Returns
    -------
    Series

    Raises
    ------
    KeyError
        If `times` lacks a wave, `items` an item, or `mix` a group.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q", 1: [3, 2]})
    >>> items = pd.DataFrame({"top_from": [1]}, index=["q"])
    >>> series(cells, items, {"1": 2015, "2": 2016}, comparable={"q": ["2"]}).n.ravel().tolist()
    [0.0, 2.0]
    """
    absent = sorted(set(counts["wave"].astype(str)) - set(times))
    if absent:
        raise KeyError(f"times lacks the waves {absent}; it has {sorted(times)}")
    grid = cube(counts, items, waves=sorted(times, key=lambda wave: times[wave]))
    allowed = comparable_waves(grid, comparable)
    x, n = (np.moveaxis(whole, 2, 3) * allowed[None, :, None] for whole in (grid.x, grid.n))
    answered, raw = n.sum(axis=2) > 0, grid.n.sum(axis=-1) > 0
    few = answered.sum(axis=-1) < 3
    linked = np.zeros(len(grid.areas), dtype=bool)
    joint = over_waves(links, grid, items["top_from"].reindex(grid.items).to_numpy())
    if joint is not None:
        both = allowed[:, :, None, None, None, None] & allowed[:, None, None, None, :, None]
        joint = joint * both[None, :, None]
        linked = joint.any(axis=tuple(range(1, joint.ndim)))
    names = np.array(grid.waves, dtype=object)
    first, last = answered.argmax(axis=-1), len(names) - 1 - answered[..., ::-1].argmax(axis=-1)
    return Series(
        grid=grid,
        t=np.array([float(times[wave]) for wave in grid.waves]),
        x=x,
        n=n,
        weights=reference_mix(grid, mix, n.sum(axis=-1) > 0),
        joint=joint if linked.any() else None,
        linked=linked,
        spans=names[first] + "/" + names[last],
        blocked=np.select([few & (raw.sum(axis=-1) >= 3), few], ["not_comparable", "few_waves"], ""),
    )


def fitted(fit: Callable[..., dict[str, np.ndarray]], of: Series) -> dict[str, np.ndarray]:
    """Fit one line to each group, and one to all groups at a fixed mix.

    Parameters
    ----------
    fit : function
        Of times, positive and valid answers, the mix and, as ``joint``, the people with answers in two waves.
    of : Series
        The waves.

    Returns
    -------
    dict of str to array, shape (areas, items, groups + 1)
        What `fit` returns; an area in which nobody answered twice is fitted without ``joint``.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2", "3"], "group": "a", "item": "q",
    ...                       1: [50, 43, 40], 2: [50, 57, 60]})
    >>> from trustgap.stats.change.logit_lines import binomial
    >>> of = series(cells, pd.DataFrame({"top_from": [2]}, index=["q"]), {"1": 2015, "2": 2016, "3": 2017})
    >>> fitted(binomial, of)["estimate"].round(2).tolist()
    [[[0.1, 0.1]]]
    """
    single = np.ones((*of.weights.shape, 1))
    sides = (of.x[..., None, :], of.n[..., None, :], single), (of.x, of.n, of.weights)
    alone = [fit(of.t, *side) for side in sides]
    if of.joint is not None:
        at = of.linked
        own = np.moveaxis(np.diagonal(of.joint[at], axis1=2, axis2=5), -1, 2)
        joints = own[:, :, :, None, :, :, None], of.joint[at]
        for found, side, joint in zip(alone, sides, joints, strict=True):
            for name, value in fit(of.t, *(part[at] for part in side), joint=joint).items():
                found[name] = found[name].copy()
                found[name][at] = value
    groups, whole = alone
    return {name: with_whole(groups[name], whole[name]) for name in whole}


def decided(
    rows: pd.DataFrame, items: pd.DataFrame, *, name: str, planned: pd.Series, margin: float
) -> pd.DataFrame:
    """Adjust the tests of lines by Holm's method within area and block, and judge all rows.

    Parameters
    ----------
    rows : DataFrame, rows of results
        As `Series.rows` returns them.
    items : DataFrame, indexed by item
        Needs ``block``.
    name : str
        First part of ``family_id``.
    planned : Series of bool
        Whether a row is a test of its own at all; where waves are too few, or may not be compared, none is.
    margin : float
        As in `results.judge`, about 0.

    Returns
    -------
    DataFrame
        As `cube.decide_planned` returns them; the rows of all groups are a family of their own.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "item": "q", "group_a": ["a", "all"], "p_value": 0.01,
    ...                      "conf_low": 0.1, "conf_high": 0.4, "conf_low_90": 0.12, "conf_high_90": 0.3,
    ...                      "reason": ""})
    >>> items = pd.DataFrame({"block": ["trust"]}, index=["q"])
    >>> every = pd.Series([True, True])
    >>> decided(rows, items, name="trend", planned=every, margin=0.05)["family_id"].tolist()
    ['trend|X1|trust|groups', 'trend|X1|trust|all']
    """
    families = {
        "_area": rows["area"],
        "_block": rows["item"].map(items["block"]),
        "_groups": pd.Series(np.where(rows["group_a"].eq(ALL), "all", "groups"), index=rows.index),
    }
    planned = planned & ~rows["reason"].isin(["few_waves", "not_comparable"])
    return decide_planned(rows, planned, name=name, families=families, null=0.0, margin=margin)
