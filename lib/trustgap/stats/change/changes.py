"""Change from the first wave to the last at a fixed mix of staff, the same people counted as such."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from trustgap.stats import results
from trustgap.stats.change.linked import CLUSTERS, between, collapsed
from trustgap.stats.change.wave_series import comparable_waves
from trustgap.stats.counts import ALL
from trustgap.stats.cube import Cube, cube, decide_planned, reference_mix, rows_of
from trustgap.stats.orders.ordinal import permutation_p, stream
from trustgap.stats.orders.stratified_theta import LIMITS, thetas
from trustgap.stats.results import MIN_N
from trustgap.stats.shares.stratified import own, share_differences, with_whole


def change(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    *,
    first: str | None = None,
    last: str | None = None,
    comparable: Mapping[str, Sequence[str]] | None = None,
    mix: Mapping[str, float] | None = None,
    waves: Sequence[str] | None = None,
    links: pd.DataFrame | None = None,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the last wave with the first, by group and at a fixed mix of groups.

    Parameters
    ----------
    counts, items, mix, waves
        As for `wave_shares.standardised`; `items` also needs ``block``.
    first, last : str, optional
        Look only at waves from this one, and up to this one.
    comparable : mapping of str to sequence of str, optional
        Waves of an item that may be compared with each other; an item not named here may be compared
        over all waves.
    links : DataFrame, optional
        Pairs of answers by the same person, as `linked.pairs` returns them. Without it, and where nobody
        answered in both waves, the waves are independent samples.
    permutations : int
        Re-allocations of answers for the p-value of θ where a group has fewer than `results.LOW_BASE`
        answers in a wave and nobody is linked; 0 keeps the t test there.
    seed : int
        Base seed; each row has its own stream.

    Returns
    -------
    DataFrame
        Analysis ``change``; ``share_difference`` (last minus first, in [-1, 1]; Newcombe limits, for
        `counts.ALL` of stratified Wilson limits) and ``theta`` (chance that an answer of the last wave lies
        above one of the first; MOVER limits for `counts.ALL`). ``n_a`` belongs to the last wave, ``n_b``
        to the first; two independent waves of ``n_eff`` each would be as precise. ``wave`` names the two
        waves compared: the first and last in which the area has answers to the item. Holm within area,
        block and estimand, over items and groups; the rows of all groups are a family of their own.
        Reasons: ``few_waves``, ``not_comparable``, ``constant``, ``n_lt_min`` (no answers in a wave; for θ
        fewer than `results.MIN_N`: no limits and no test, yet counted in the size of the family).

    Raises
    ------
    KeyError
        As `wave_shares.standardised`.
    ValueError
        If `first` or `last` is no wave, or they leave fewer than two.

    Notes
    -----
    The p-value of the standardised difference is a score test with the variance pooled within each group; θ
    has the t test of Brunner and Munzel, small groups a permutation test.

    People who answered in both waves tie the two together: the covariance of the two shares, or of the two
    sides of θ, is summed over them, each counting as one, and ``method`` says so. Where everybody
    answered twice, the limits are those of Newcombe's method 10 for paired proportions and the test is
    McNemar's. What `linked.pairs` says of people who changed group or area holds.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
       proportions based on paired data. Statistics in Medicine, 17, 2635-2650.
    .. [2] Zou, G. Y. (2008). On the estimation of additive interaction by use of the four-by-two table and
       beyond. American Journal of Epidemiology, 168, 212-224.

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
    asked = grid.listed.any(axis=2)
    shown = with_whole(asked, asked.any(axis=-1))
    unable = np.where(blocked == "", "n_lt_min", blocked)
    reason = with_whole(np.where(usable, "", unable[..., None]), np.where(usable.any(axis=-1), "", unable))
    joint = between(links, grid, now, then)
    tops = items["top_from"].reindex(grid.items).to_numpy()
    values = share_differences(x, n, weights, joint=collapsed(joint, tops))
    bases = {name: values[name] for name in ("n_a", "n_b")}
    orders = thetas(table, weights, joint=joint) | bases
    few = np.minimum(*bases.values()) < MIN_N
    orders["reason"] = np.select([reason != "", few], [reason, "n_lt_min"], orders["reason"])
    for name in (*LIMITS, "p_value"):
        orders[name] = np.where(few, np.nan, orders[name])
    tied = _tied(joint, usable)
    if permutations:
        orders["p_value"] = _permuted(grid, orders, table, tied, spans, permutations, seed)
    ends = np.arange(len(grid.waves)) == np.stack([now, then])[..., None]
    used = ends.any(axis=0)[..., None] & usable[:, :, None]
    frames = []
    for estimand, found in (("share_difference", values | {"reason": reason}), ("theta", orders)):
        for name in set(found) - {"reason", "n_a", "n_b"}:
            found[name] = np.where(reason == "", found[name], np.nan)
        rows = rows_of(grid, shown, found, items, waves=spans, used=used)
        entered = np.broadcast_to(usable.sum(axis=-1)[..., None], shown.shape)[shown]
        drawn = _small(found) & ~tied & (permutations > 0) & (estimand == "theta")
        frames.append(_judged(rows, items, estimand, entered, tied[shown], drawn[shown]))
    return pd.concat(frames, ignore_index=True)


def _tied(joint: np.ndarray | None, usable: np.ndarray) -> np.ndarray:
    """Say where people are linked: in each group, and among the groups that enter the whole."""
    shape = (*usable.shape[:-1], usable.shape[-1] + 1)
    if joint is None:
        return np.zeros(shape, dtype=bool)
    people = joint.sum(axis=(-1, -2))
    both = people * usable[..., :, None] * usable[..., None, :]
    return with_whole(own(people) > 0, both.sum(axis=(-1, -2)) > 0)


def _small(found: dict[str, np.ndarray]) -> np.ndarray:
    """Find the groups so small that θ is tested by permutation; the whole has no such test."""
    small = (found["reason"] == "") & (np.minimum(found["n_a"], found["n_b"]) < results.LOW_BASE)
    return small & (np.arange(small.shape[-1]) < small.shape[-1] - 1)


def _permuted(
    grid: Cube,
    found: dict[str, np.ndarray],
    table: list[np.ndarray],
    tied: np.ndarray,
    spans: np.ndarray,
    permutations: int,
    seed: int,
) -> np.ndarray:
    """Replace the p-values of θ of small groups by those of the permutation test."""
    p = found["p_value"].copy()
    for at in zip(*np.nonzero(_small(found) & ~tied), strict=True):
        area, item, group = at
        who = (grid.groups[group], grid.items[item])
        cells = tuple((grid.areas[area], wave, *who) for wave in spans[area, item].split("/"))
        p[at] = permutation_p(
            table[0][at], table[1][at], draws=permutations, seed=stream(seed, "change", cells)
        )
    return p


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


def _judged(
    rows: pd.DataFrame,
    items: pd.DataFrame,
    estimand: str,
    entered: np.ndarray,
    tied: np.ndarray,
    drawn: np.ndarray,
) -> pd.DataFrame:
    whole, shares = rows["group_a"].eq(ALL), estimand == "share_difference"
    way = "stratified Wilson" if shares else "MOVER"
    mixed = np.array([f"fixed mix of {count} groups, {way}" for count in entered], dtype=object)
    single = np.where(drawn, "Brunner-Munzel, permutation test", "Newcombe" if shares else "Brunner-Munzel")
    method = np.where(whole, mixed, single.astype(object)) + np.where(tied, CLUSTERS, "").astype(object)
    rows = rows.assign(analysis="change", estimand=estimand, method=method)
    null, margin = (0.0, results.MARGIN_SHARE) if shares else (0.5, results.MARGIN_THETA)
    families = {
        "_area": rows["area"],
        "_block": rows["item"].map(items["block"]),
        "_estimand": rows["estimand"],
        "_groups": pd.Series(np.where(whole, "all", "groups"), index=rows.index),
    }
    planned = ~rows["reason"].isin(["not_comparable", "few_waves"])
    return decide_planned(rows, planned, name="change", families=families, null=null, margin=margin)
