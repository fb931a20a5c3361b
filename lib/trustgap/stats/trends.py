"""Change over the waves at a fixed mix of staff, so that who answered is not mistaken for what changed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trustgap.stats import results
from trustgap.stats.counts import ALL
from trustgap.stats.cube import Cube, cube, decide_planned, reference_mix, rows_of
from trustgap.stats.intervals import proportion, stratified_wilson, wilson
from trustgap.stats.means import MIN_N
from trustgap.stats.slopes import comparable_waves, trend
from trustgap.stats.stratified import beside, dotted, effective, share_differences, thetas

__all__ = ["change", "standardised", "trend"]


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
            "estimate": beside(share[at], dotted(weighted[at], share[at])),
            "n_a": beside(grid.n[at], np.where(weighted[at] > 0, grid.n[at], 0).sum(axis=-1)),
            "n_eff": beside(grid.n[at], effective(weighted[at], grid.n[at])),
        }
        both = stratified_wilson(weighted[at], grid.x[at], grid.n[at])
        for name, own, whole in zip(("conf_low", "conf_high"), limits, both, strict=True):
            values[name] = beside(own[at], whole)
        shown = beside(grid.asked[at] > 0, (grid.asked[at] > 0).any(axis=-1))
        spans = np.full(shown.shape[:2], wave, dtype=object)
        here = rows_of(grid, shown, values, items, waves=spans)
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


def change(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    *,
    first: str | None = None,
    last: str | None = None,
    comparable: Mapping[str, Sequence[str]] | None = None,
    mix: Mapping[str, float] | None = None,
    waves: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Compare the last wave with the first, by group and at a fixed mix of groups.

    Parameters
    ----------
    counts, items, mix, waves
        As for `standardised`; `items` also needs ``block``.
    first, last : str, optional
        Look only at waves from this one, and up to this one.
    comparable : mapping of str to sequence of str, optional
        Waves of an item that may be compared with each other; an item not named here may be compared
        over all waves.

    Returns
    -------
    DataFrame
        Analysis ``change``; ``share_difference`` (last minus first, in [-1, 1]; Newcombe limits, for
        `counts.ALL` of stratified Wilson limits) and ``theta`` (chance that an answer of the last wave lies
        above one of the first; MOVER limits for `counts.ALL`). ``n_a`` belongs to the last wave, ``n_b``
        to the first. ``wave`` names the two waves compared: the first and last in which the area has
        answers to the item. Holm within area, block and estimand, over items and groups; the rows of all
        groups are a family of their own. Reasons: ``few_waves``, ``not_comparable``, ``constant``,
        ``n_lt_min`` (no answers in a wave; for θ fewer than `means.MIN_N`: no limits and no test, yet
        counted in the size of the family).

    Raises
    ------
    KeyError
        As `standardised`.
    ValueError
        If `first` or `last` is no wave, or they leave fewer than two.

    Notes
    -----
    Waves are taken as independent samples. The p-value of the standardised difference is a score test with
    the variance pooled within each group. θ is tested by the t distribution of Brunner and Munzel whatever
    the base, not by permutation; with a handful of answers its limits would be far too narrow.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q",
    ...                       1: [44, 30], 2: [56, 70]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""], "block": ["trust"]}, index=["q"])
    >>> rows = change(cells, items)
    >>> rows[["estimand", "group_a", "wave", "estimate", "verdict"]].head(2).round(3)
               estimand group_a wave  estimate verdict
    0  share_difference       a  1/2      0.14  higher
    1  share_difference     all  1/2      0.14  higher
    """
    grid = cube(counts, items, waves=waves)
    then, now, spans, blocked = _ends(grid, first, last, comparable_waves(grid, comparable))
    n, x, table = ([_pick(whole, at) for at in (now, then)] for whole in (grid.n, grid.x, grid.table))
    usable = (n[0] > 0) & (n[1] > 0) & (blocked == "")[..., None]
    weights = reference_mix(grid, mix, usable)
    asked = grid.asked.sum(axis=2) > 0
    shown = beside(asked, asked.any(axis=-1))
    unable = np.where(blocked == "", "n_lt_min", blocked)
    reason = beside(np.where(usable, "", unable[..., None]), np.where(usable.any(axis=-1), "", unable))
    values = share_differences(x, n, weights)
    bases = {name: values[name] for name in ("n_a", "n_b")}
    orders = thetas(table, weights) | bases
    few = np.minimum(*bases.values()) < MIN_N
    orders["reason"] = np.select([reason != "", few], [reason, "n_lt_min"], orders["reason"])
    for name in ("conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value"):
        orders[name] = np.where(few, np.nan, orders[name])
    frames = []
    for estimand, found in (("share_difference", values | {"reason": reason}), ("theta", orders)):
        for name in set(found) - {"reason", "n_a", "n_b"}:
            found[name] = np.where(reason == "", found[name], np.nan)
        rows = rows_of(grid, shown, found, items, waves=spans)
        entered = np.broadcast_to(usable.sum(axis=-1)[..., None], shown.shape)[shown]
        frames.append(_judged(rows, items, estimand, entered))
    return pd.concat(frames, ignore_index=True)


def _ends(
    grid: Cube, first: str | None, last: str | None, allowed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Find the first and last wave of each area and item, their label, and why there is no comparison."""
    for end in (first, last):
        if end is not None and end not in grid.waves:
            raise ValueError(f"{end!r} is no wave of the counts; they have {grid.waves}")
    begin = grid.waves.index(first) if first is not None else 0
    stop = grid.waves.index(last) if last is not None else len(grid.waves) - 1
    if begin > stop:
        raise ValueError(f"first must not be after last, got {first!r} and {last!r}")
    place = np.arange(len(grid.waves))
    answered = (grid.n.sum(axis=-1) > 0) & (place >= begin) & (place <= stop)
    exists = answered & allowed
    then, now = exists.argmax(axis=-1), len(grid.waves) - 1 - exists[..., ::-1].argmax(axis=-1)
    few = exists.sum(axis=-1) < 2
    blocked = np.select([few & (answered.sum(axis=-1) >= 2), few], ["not_comparable", "few_waves"], "")
    then, now = np.where(few, begin, then), np.where(few, stop, now)
    names = np.array(grid.waves, dtype=object)
    return then, now, names[then] + "/" + names[now], blocked


def _pick(whole: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Take one wave, another for each area and item, out of an array over area, item, wave, ..."""
    index = at.reshape(*at.shape, *([1] * (whole.ndim - 2)))
    return np.take_along_axis(whole, index, axis=2)[:, :, 0]


def _judged(rows: pd.DataFrame, items: pd.DataFrame, estimand: str, entered: np.ndarray) -> pd.DataFrame:
    whole, shares = rows["group_a"].eq(ALL), estimand == "share_difference"
    way = "stratified Wilson" if shares else "MOVER"
    mixed = [f"fixed mix of {count} groups, {way}" for count in entered]
    single = "Newcombe" if shares else "Brunner-Munzel"
    rows = rows.assign(analysis="change", estimand=estimand, method=np.where(whole, mixed, single))
    null, margin = (0.0, results.MARGIN_SHARE) if shares else (0.5, results.MARGIN_THETA)
    families = {
        "_area": rows["area"],
        "_block": rows["item"].map(items["block"]),
        "_estimand": rows["estimand"],
        "_groups": pd.Series(np.where(whole, "all", "groups"), index=rows.index),
    }
    planned = ~rows["reason"].isin(["not_comparable", "few_waves"])
    return decide_planned(rows, planned, name="change", families=families, null=null, margin=margin)
