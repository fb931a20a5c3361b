"""On which question an area lies furthest from the rest, where shares are known and no single answers."""

import numpy as np
import pandas as pd

from trustgap.stats.between_areas.areas import REST
from trustgap.stats.cells import positives
from trustgap.stats.counts import ALL, NATIONAL, valid
from trustgap.stats.ranking.priorities import WAYS
from trustgap.stats.results import MIN_N
from trustgap.stats.shares.intervals import proportion, stratified_wilson
from trustgap.stats.shares.mover import mover_difference
from trustgap.stats.shares.stratified import dotted

METHOD = "joint limits of differences from the rest at the area's mix of groups"


def furthest(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    wave: str,
    national: pd.DataFrame,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Find the questions that could be the one on which an area lies furthest above or below the rest.

    As `priorities.priorities`, for surveys of which nothing but counts is known: who answered one question
    positively and also another is not, nor hence how two differences vary together.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        Cells of the area by group, as `counts.tally` returns them.
    items : DataFrame, indexed by item
        The questions to set against each other; needs ``top_from`` and ``team``.
    area, wave : str
        Whose cells.
    national : DataFrame, one row per cell
        The cells of the whole country by group, the area among them, pooled over areas or not.
    confidence : float
        Chance that the sets of both ends hold the true ones, strictly between 0 and 1.

    Returns
    -------
    DataFrame, two rows per item
        As `priorities.priorities` returns them. ``top_above``: ``estimate`` is 1 where the item cannot be
        excluded from being the one whose difference between area and rest is the largest, else 0;
        ``top_below``: the same for the smallest. Reasons: ``few_areas``, ``all_missing``, ``n_lt_min`` (fewer
        than `results.MIN_N` answers in the area or the rest), ``one_level`` (fewer than two items).

    Raises
    ------
    KeyError
        If `items` lacks an item of the counts.
    ValueError
        If `national` has fewer answers than the area, or `confidence` is no chance.

    Notes
    -----
    Each of the p differences gets limits at 1 − (1 − confidence) / p: stratified Wilson limits of both sides
    combined by MOVER. By Bonferroni's inequality all p hold together with the confidence asked for, however
    the questions depend on one another. When they do, the upper limit of the largest true difference is no
    lower than any lower limit; so an item is excluded only where its upper limit lies below the largest lower
    one [1]_. Both ends, and all items that share the first place, are covered at once.

    Two items are thus told apart where they differ by more than z (s₁ + s₂), and (s₁ + s₂)² is the largest
    variance that the difference of two estimates can have: that of perfect opposition. Holm's procedure over
    the p (p − 1) ordered pairs with the same variance would, from five items on, need a z at least as large,
    for it never has fewer than p (p − 1) / 2 hypotheses open. Where answers are at hand,
    `priorities.priorities`, which knows the covariance, excludes more.

    References
    ----------
    .. [1] Klein, M., Wright, T. and Wieczorek, J. (2020). A joint confidence region for an overall ranking of
       populations. Journal of the Royal Statistical Society C, 69, 589-606.

    Examples
    --------
    >>> cell = {"wave": "1", "group": "a"}
    >>> cells = pd.DataFrame([
    ...     cell | {"area": area, "item": item, 1: 100 - hits, 2: hits}
    ...     for area, item, hits in [("X1", "p", 90), ("X1", "q", 50), ("X2", "p", 50), ("X2", "q", 50)]])
    >>> items = pd.DataFrame({"top_from": 2, "team": ""}, index=["p", "q"])
    >>> rows = furthest(cells[cells["area"] == "X1"], items, area="X1", wave="1", national=cells)
    >>> rows.loc[rows["estimand"].eq("top_above"), "estimate"].tolist()
    [1.0, 0.0]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be strictly between 0 and 1, got {confidence!r}")
    x, n, groups = _sides(counts, items, area=area, wave=wave, national=national)
    if (n[1] < 0).any() or (x[1] < 0).any():
        raise ValueError("national has fewer answers than the area: give the cells of the whole country")
    usable = np.where((n[0] > 0) & (n[1] > 0), n[0], 0.0)
    total = usable.sum(axis=1, keepdims=True)
    weights = np.divide(usable, total, out=np.zeros(usable.shape), where=total > 0)
    n_a, n_b = n[0].sum(axis=1), np.where(usable > 0, n[1], 0.0).sum(axis=1)
    few = (total[:, 0] < MIN_N) | (n_b < MIN_N)
    reason = np.select([n_a == 0, ~(n[1] > 0).any(), few], ["all_missing", "few_areas", "n_lt_min"], "")
    reason, used = reason.astype(object), reason == ""
    if used.sum() < 2:
        reason[used], used = "one_level", np.zeros(len(items), dtype=bool)
    difference = [dotted(weights, proportion(*side)) for side in zip(x, n, strict=True)]
    level = 1 - (1 - confidence) / max(used.sum(), 1)
    sides = [stratified_wilson(weights, *side, confidence=level) for side in zip(x, n, strict=True)]
    low, high = mover_difference(difference[0], sides[0], difference[1], sides[1])
    bases = {"n_a": np.where(total[:, 0] > 0, total[:, 0], n_a), "n_b": n_b}
    mixed = [[group for group, weight in zip(groups, row, strict=True) if weight > 0] for row in weights]
    rows = _named(items, area, wave, mixed).assign(**bases, reason=reason)
    ends = [
        _end(
            rows,
            way,
            used,
            np.maximum(sign * low, sign * high),
            np.minimum(sign * low, sign * high),
        )
        for way, sign in WAYS.items()
    ]
    return pd.concat(ends, ignore_index=True)


def _sides(
    counts: pd.DataFrame, items: pd.DataFrame, *, area: str, wave: str, national: pd.DataFrame
) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """Give positive and valid answers of the area and of the rest, by item and group; and the groups."""
    own = counts[counts["area"].eq(area) & counts["wave"].eq(wave) & counts["group"].ne(ALL)]
    pooled = national[national["area"].eq(NATIONAL)]
    whole = pooled if len(pooled) else national
    whole = whole[whole["wave"].eq(wave) & whole["group"].ne(ALL) & whole["item"].isin(items.index)]
    own = own[own["item"].isin(items.index)]
    groups = sorted({*own["group"].astype(str), *whole["group"].astype(str)})
    (x, n), (x_all, n_all) = (_sums(part, items, groups) for part in (own, whole))
    return [x, x_all - x], [n, n_all - n], groups


def _sums(counts: pd.DataFrame, items: pd.DataFrame, groups: list[str]) -> tuple[np.ndarray, np.ndarray]:
    place = items.index.get_indexer(counts["item"]), pd.Index(groups).get_indexer(counts["group"].astype(str))
    out = np.zeros((2, len(items), len(groups)))
    np.add.at(out[0], place, positives(counts, items))
    np.add.at(out[1], place, valid(counts))
    return out[0], out[1]


def _named(items: pd.DataFrame, area: str, wave: str, mixed: list[list[str]]) -> pd.DataFrame:
    """Name the rows, which rest on both wholes and on every group of the area that is in the mix."""
    cells = [
        (
            (area, wave, ALL, item),
            (NATIONAL, wave, ALL, item),
            *((area, wave, group, item) for group in groups),
        )
        for item, groups in zip(items.index, mixed, strict=True)
    ]
    fixed = {"area": area, "wave": wave, "analysis": "priority", "group_a": ALL, "group_b": REST}
    return pd.DataFrame(
        fixed | {"item": list(items.index), "target": items["team"].to_numpy(), "rests_on": cells}
    ).assign(method=METHOD)


def _end(rows: pd.DataFrame, way: str, used: np.ndarray, high: np.ndarray, low: np.ndarray) -> pd.DataFrame:
    """Say of one end which items reach it. An order of the rows by their differences would tell these."""
    inside = high >= low[used].max(initial=-np.inf)
    return rows.assign(estimand=way, estimate=np.where(used, inside, np.nan))
