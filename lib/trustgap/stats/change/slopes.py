"""Linear trend over the waves, of all areas at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustgap.stats import results
from trustgap.stats.change.linked import CLUSTERS, over_waves
from trustgap.stats.change.logit_lines import binomial
from trustgap.stats.change.wave_lines import least_squares
from trustgap.stats.counts import ALL
from trustgap.stats.cube import Cube, cube, decide_planned, reference_mix, rows_of
from trustgap.stats.shares.stratified import beside

BINOMIAL = "binomial model with fixed mix of groups, delta method; sampling error only"
WAVES = (
    "weighted least squares on empirical logits of the waves; the wider of t (waves - 2) with the scatter "
    "seen and normal with sampling scatter"
)

HEADINGS = {
    method + people: heading
    for method, heading in ((BINOMIAL, "Sampling error only"), (WAVES, "Also ups and downs"))
    for people in ("", CLUSTERS)
}
"""What each method of a trend allows for, in the head of a table."""


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


def trend(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    times: Mapping[str, float],
    *,
    comparable: Mapping[str, Sequence[str]] | None = None,
    mix: Mapping[str, float] | None = None,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Estimate the change over the whole period from a straight line on the logit scale.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it, for one area or many.
    items : DataFrame, indexed by item
        Needs ``top_from``, ``team`` and ``block``.
    times : mapping of str to float
        When each wave was, such as the year; true spacing counts.
    comparable, mix, links
        As for `changes.change`.

    Returns
    -------
    DataFrame
        Analysis ``trend``, estimand ``change_over_period``: the fitted share at the last wave minus that
        at the first, in [-1, 1], by group and for `counts.ALL` at a fixed mix of groups. Two rows each,
        told apart by ``method``: a binomial model (group as factor; delta-method limits; stratified
        Cochran-Armitage test; Holm within area and block), whose uncertainty is **sampling error only**; and
        weighted least squares on the waves' empirical logits, which also counts what moves whole waves:
        the wider of t on waves − 2 degrees of freedom with the scatter of the residuals and normal with
        the scatter that sampling alone gives. ``n_a`` is over all waves; as many independent answers as
        ``n_eff`` would be as precise. Reasons: ``few_waves`` (fewer than
        three), ``not_comparable``, ``n_lt_min``; of the model also ``constant``, ``separated``.

    Raises
    ------
    KeyError
        If `times` lacks a wave, `items` an item, or `mix` a group.

    Notes
    -----
    In an area where people answered in more than one wave all rows count each of them as one: the model
    has the sandwich variance and generalised score test of estimating equations with independence as
    working correlation, the waves have the covariance that their people make, and ``method`` says so.

    References
    ----------
    .. [1] Armitage, P. (1955). Tests for linear trends in proportions and frequencies. Biometrics, 11,
       375-386.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2", "3"], "group": "a", "item": "q",
    ...                       1: [50, 43, 40], 2: [50, 57, 60]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""], "block": ["trust"]}, index=["q"])
    >>> trend(cells, items, {"1": 2015, "2": 2016, "3": 2017})[["group_a", "estimate", "p_value"]].round(3)
      group_a  estimate  p_value
    0       a     0.100    0.155
    1     all     0.100    0.155
    2       a     0.099    0.157
    3     all     0.099    0.157
    """
    absent = sorted(set(counts["wave"].astype(str)) - set(times))
    if absent:
        raise KeyError(f"times lacks the waves {absent}; it has {sorted(times)}")
    grid = cube(counts, items, waves=sorted(times, key=lambda wave: times[wave]))
    tops = items["top_from"].reindex(grid.items).to_numpy()
    series = series_of(grid, comparable, mix, over_waves(links, grid, tops))
    t = np.array([float(times[wave]) for wave in grid.waves])
    names = np.array(grid.waves, dtype=object)
    spans = names[series.first] + "/" + names[series.last]
    asked = grid.asked.sum(axis=2) > 0
    shown = beside(asked, asked.any(axis=-1))
    tied = np.broadcast_to(series.linked[:, None, None], shown.shape)
    frames = []
    for fit, method in ((binomial, BINOMIAL), (least_squares, WAVES)):
        found = fitted(fit, t, series)
        found["reason"] = np.where(
            series.blocked[..., None] == "", found["reason"], series.blocked[..., None]
        )
        for name in set(found) - {"reason"}:
            found[name] = np.where(found["reason"] == "", found[name], np.nan)
        # No share changes by more than 1.
        found["mde80"] = np.where(found["mde80"] <= 1, found["mde80"], np.nan)
        found["n_a"] = beside(series.n.sum(axis=-1), series.n.sum(axis=(-2, -1)))
        rows = rows_of(grid, shown, found, items, waves=spans)
        frames.append(rows.assign(method=np.where(tied[shown], method + CLUSTERS, method)))
    return _finished(frames, items)


@dataclass(frozen=True)
class Series:
    """The waves of every item that may be compared, and why there is no line through them.

    Attributes
    ----------
    x, n : array of float, shape (areas, items, groups, waves)
        Positive and valid answers; 0 in a wave that may not be compared.
    weights : array of float, shape (areas, items, groups)
        The fixed mix.
    joint : array or None
        People with answers in two waves, as `linked.over_waves` gives it, comparable waves only.
    linked : array of bool, shape (areas,)
        Whether an area has such people.
    first, last : array of int, shape (areas, items)
        Positions of the first and last wave with answers.
    blocked : array of str, shape (areas, items)
        ``few_waves``, ``not_comparable`` or "".
    """

    x: np.ndarray
    n: np.ndarray
    weights: np.ndarray
    joint: np.ndarray | None
    linked: np.ndarray
    first: np.ndarray
    last: np.ndarray
    blocked: np.ndarray


def series_of(
    grid: Cube,
    comparable: Mapping[str, Sequence[str]] | None,
    mix: Mapping[str, float] | None,
    joint: np.ndarray | None,
) -> Series:
    """Take the waves that may be compared out of a grid.

    Parameters
    ----------
    grid : Cube
        The counts.
    comparable, mix
        As for `changes.change`.
    joint : array or None
        As `linked.over_waves` gives it.

    Returns
    -------
    Series

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q", 1: [3, 2]})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [1]}, index=["q"]))
    >>> series_of(grid, {"q": ["2"]}, None, None).n.ravel().tolist()
    [0.0, 2.0]
    """
    allowed = comparable_waves(grid, comparable)
    x, n = (np.moveaxis(whole, 2, 3) * allowed[None, :, None] for whole in (grid.x, grid.n))
    answered, raw = n.sum(axis=2) > 0, grid.n.sum(axis=-1) > 0
    few = answered.sum(axis=-1) < 3
    linked = np.zeros(len(grid.areas), dtype=bool)
    if joint is not None:
        both = allowed[:, :, None, None, None, None] & allowed[:, None, None, None, :, None]
        joint = joint * both[None, :, None]
        linked = joint.any(axis=tuple(range(1, joint.ndim)))
    return Series(
        x=x,
        n=n,
        weights=reference_mix(grid, mix, n.sum(axis=-1) > 0),
        joint=joint if linked.any() else None,
        linked=linked,
        first=answered.argmax(axis=-1),
        last=len(grid.waves) - 1 - answered[..., ::-1].argmax(axis=-1),
        blocked=np.select([few & (raw.sum(axis=-1) >= 3), few], ["not_comparable", "few_waves"], ""),
    )


def fitted(fit: Callable[..., dict[str, np.ndarray]], t: np.ndarray, series: Series) -> dict[str, np.ndarray]:
    """Fit one line to each group, and one to all groups at a fixed mix.

    Parameters
    ----------
    fit : function
        Of times, positive and valid answers, the mix and, as ``joint``, the people with answers in two waves.
    t : array, shape (waves,)
        Times.
    series : Series
        The waves.

    Returns
    -------
    dict of str to array, shape (areas, items, groups + 1)
        What `fit` returns; an area in which nobody answered twice is fitted without ``joint``.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2", "3"], "group": "a", "item": "q",
    ...                       1: [50, 43, 40], 2: [50, 57, 60]})
    >>> series = series_of(cube(cells, pd.DataFrame({"top_from": [2]}, index=["q"])), None, None, None)
    >>> fitted(binomial, np.arange(3.0), series)["estimate"].round(2).tolist()
    [[[0.1, 0.1]]]
    """
    single = np.ones((*series.weights.shape, 1))
    sides = (series.x[..., None, :], series.n[..., None, :], single), (series.x, series.n, series.weights)
    alone = [fit(t, *side) for side in sides]
    if series.joint is not None:
        at = series.linked
        own = np.moveaxis(np.diagonal(series.joint[at], axis1=2, axis2=5), -1, 2)
        joints = own[:, :, :, None, :, :, None], series.joint[at]
        for found, side, joint in zip(alone, sides, joints, strict=True):
            for name, value in fit(t, *(part[at] for part in side), joint=joint).items():
                found[name] = found[name].copy()
                found[name][at] = value
    groups, whole = alone
    return {name: beside(groups[name], whole[name]) for name in whole}


def _finished(frames: list[pd.DataFrame], items: pd.DataFrame) -> pd.DataFrame:
    rows = pd.concat(frames, ignore_index=True).assign(analysis="trend", estimand="change_over_period")
    families = {
        "_area": rows["area"],
        "_block": rows["item"].map(items["block"]),
        "_groups": pd.Series(np.where(rows["group_a"].eq(ALL), "all", "groups"), index=rows.index),
    }
    planned = rows["method"].str.startswith(BINOMIAL) & ~rows["reason"].isin(["few_waves", "not_comparable"])
    margin = results.MARGIN_SHARE
    return decide_planned(rows, planned, name="trend", families=families, null=0.0, margin=margin)
