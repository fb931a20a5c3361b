"""On which question an area lies furthest from the rest of the country, and how sure one can be."""

from zlib import crc32

import numpy as np
import pandas as pd

from trustgap.stats.between_areas.areas import REST
from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.ranking.means import scores
from trustgap.stats.ranking.ranks import top_sets
from trustgap.stats.results import MIN_N

WAYS = {"top_above": 1.0, "top_below": -1.0}
"""The two ends: furthest above the rest, furthest below it."""

METHOD = "one-sided rank sets of differences from the rest at the area's mix of groups"


ROWS = 100_000
"""Respondents counted at a time, so that memory does not grow with their number."""


def item_pairs(answers: pd.DataFrame, items: pd.DataFrame, *, wave: str) -> pd.DataFrame:
    """Count, for every group and pair of items, who answered both and who was positive on both.

    From these counts over all areas the covariance between the country's shares follows without its answers.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    items : DataFrame, indexed by item
        Needs ``top_from``.
    wave : str
        The wave to count.

    Returns
    -------
    DataFrame, one row per group and ordered pair of items
        ``area`` (`counts.NATIONAL`), ``wave``, ``group``, ``item``, ``other``; ``both`` (respondents with a
        valid answer to both), ``hits`` (those of them positive on ``item``) and ``hits_both`` (positive on
        both). The pair of an item with itself has its valid and positive answers.

    Raises
    ------
    KeyError
        If an item has no column in `answers`.

    Examples
    --------
    >>> answers = pd.DataFrame({"wave": "1", "group": "a", "p": [4, 4, 1, 5], "q": [5, 1, 1, -2]})
    >>> pairs = item_pairs(answers, pd.DataFrame({"top_from": 4}, index=["p", "q"]), wave="1")
    >>> pairs[["item", "other", "both", "hits", "hits_both"]]
      item other  both  hits  hits_both
    0    p     p     4     3          3
    1    p     q     3     2          1
    2    q     p     3     1          1
    3    q     q     3     1          1
    """
    here = answers[(answers["wave"] == wave).to_numpy()]
    groups = here["group"].astype(str).to_numpy()
    names = sorted(set(groups))
    found = np.zeros((len(names), 3, len(items), len(items)))
    for start in range(0, len(here), ROWS):
        numbers, those = scores(here.iloc[start : start + ROWS], items), groups[start : start + ROWS]
        found += [_pairs(numbers[those == name]) for name in names]
    group, item, other = np.indices(found[:, 0].shape).reshape(3, -1)
    ids = np.array(items.index, dtype=object)
    columns = {
        "group": np.array(names, dtype=object)[group] if names else [],
        "item": ids[item],
        "other": ids[other],
    }
    counted = {
        name: found[:, place].ravel().astype(int) for place, name in enumerate(("both", "hits", "hits_both"))
    }
    rows = pd.DataFrame(columns | counted)
    rows.insert(0, "area", NATIONAL)
    rows.insert(1, "wave", wave)
    return rows


def priorities(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    wave: str,
    seed: int,
    national: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the questions that could be the one on which an area lies furthest above or below the rest.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame of all areas; or of the area alone, if `national` is given.
    items : DataFrame, indexed by item
        The questions to set against each other; needs ``top_from`` and ``team``.
    area, wave : str
        Whose answers.
    seed : int
        Of the survey. The draws depend on it and on the area, not on what ran before.
    national : DataFrame, optional
        The pairs of the whole country, the area among them, as `item_pairs` gives them.

    Returns
    -------
    DataFrame, two rows per item
        Analysis ``priority``; ``group_b`` is ``rest``; in the order of `items`. ``top_above``: ``estimate``
        is 1 where the item cannot be excluded, with 95% confidence, from being the one whose difference
        between area and rest is the largest, else 0; ``top_below``: the same for the smallest, that is
        furthest below. Reasons:
        ``few_areas`` (there is no rest), ``all_missing`` (nobody answered the item), ``n_lt_min`` (fewer than
        `results.MIN_N` answers in the area or the rest), ``one_level`` (fewer than two items to compare),
        ``constant``.

    Raises
    ------
    KeyError
        If an item has no column in `answers`, or `national` lacks an item.

    Notes
    -----
    The differences are those of `areas.against_rest` for all groups: the rest has the area's own mix of
    groups, item by item. Their covariance is that of the area's respondents, from influence values within
    groups, plus that of the rest's, who are other people. Sorting the differences themselves instead would
    name the item on which the fewest answered.

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with
       applications to mobility across neighbourhoods and academic achievement across countries.
       Review of Economic Studies, 91, 476-518.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> share = np.repeat([[0.9, 0.5, 0.5], [0.5, 0.5, 0.5]], [100, 400], axis=0)
    >>> answers = pd.DataFrame(np.where(rng.random((500, 3)) < share, 5, 1), columns=list("pqr"))
    >>> answers = answers.assign(area=["X1"] * 100 + ["X2"] * 400, wave="1", group="a")
    >>> items = pd.DataFrame({"top_from": 4, "team": ""}, index=list("pqr"))
    >>> rows = priorities(answers, items, area="X1", wave="1", seed=1)
    >>> rows.loc[rows["estimand"].eq("top_above"), "estimate"].tolist()
    [1.0, 0.0, 0.0]
    """
    own = answers[((answers["area"] == area) & (answers["wave"] == wave)).to_numpy()]
    pairs = item_pairs(answers, items, wave=wave) if national is None else national
    names, whole = _grams(pairs[pairs["wave"] == wave], items)
    groups = own["group"].astype(str).to_numpy()
    numbers = [scores(own[groups == name], items) for name in names]
    mine = np.array([_pairs(part) for part in numbers], float).reshape(whole.shape)
    estimate, covariance, n_a, n_b = _differences(numbers, mine, whole - mine)
    total = np.einsum("gjj->j", mine[:, 0])
    alone = not (whole - mine)[:, 0].any()
    few = (n_a < MIN_N) | (n_b < MIN_N)
    reason = np.select([total == 0, few], ["all_missing", "n_lt_min"], "").astype(object)
    reason[alone & (total > 0)] = "few_areas"
    used = reason == ""
    found = dict.fromkeys(WAYS)
    if used.sum() < 2:
        reason[used] = "one_level"
    elif np.diag(covariance)[used].max() == 0:
        reason[used] = "constant"
    else:
        people = np.array([(~np.isnan(part)).any(axis=1).sum() for part in numbers])
        # Degrees of freedom plus one: each group has a mean of its own.
        n = int(people.sum() - np.count_nonzero(people) + 1)
        key = [seed, crc32(area.encode()), crc32(b"priority")]
        picked = covariance[np.ix_(used, used)]
        for way, sign in WAYS.items():
            found[way] = top_sets(sign * estimate[used], picked, n=n, seed=key, tau=[1])[1].to_numpy()
    return _rows(found, used, reason, items, area, wave, np.where(n_a > 0, n_a, total), n_b)


def _pairs(numbers: np.ndarray) -> np.ndarray:
    """Count pairs of items: both answered, the first positive, both positive."""
    answered, positive = (~np.isnan(numbers)).astype(float), np.nan_to_num(numbers)
    return np.array([answered.T @ answered, positive.T @ answered, positive.T @ positive])


def _grams(pairs: pd.DataFrame, items: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Lay the pairs out as arrays: group, kind of count, item, other item."""
    absent = sorted(set(items.index) - set(pairs["item"])) if len(pairs) else []
    if absent:
        raise KeyError(f"national lacks {absent}; it has {sorted(set(pairs['item']))}")
    wanted = pairs[pairs["item"].isin(items.index) & pairs["other"].isin(items.index)]
    names = sorted(wanted["group"].astype(str).unique())
    out = np.zeros((len(names), 3, len(items), len(items)))
    place = (
        pd.Index(names).get_indexer(wanted["group"].astype(str)),
        items.index.get_indexer(wanted["item"]),
        items.index.get_indexer(wanted["other"]),
    )
    for kind, column in enumerate(("both", "hits", "hits_both")):
        out[:, kind][place] = wanted[column].to_numpy(float)
    return names, out


def _differences(
    numbers: list[np.ndarray], mine: np.ndarray, rest: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give differences from the rest at the area's own mix, their covariance, and the bases of both sides."""
    n_a, x_a, n_b, x_b = (np.einsum("gjj->gj", side[:, kind]) for side in (mine, rest) for kind in (0, 1))
    usable = (n_a > 0) & (n_b > 0)
    base = np.where(usable, n_a, 0.0)
    total = base.sum(axis=0)
    weight = np.divide(base, total, out=np.zeros(base.shape), where=total > 0)
    share_a, share_b = (
        np.divide(x, n, out=np.zeros(x.shape), where=n > 0) for x, n in ((x_a, n_a), (x_b, n_b))
    )
    pooled = (weight * share_a).sum(axis=0)
    covariance = np.zeros((len(total), len(total)))
    for group, part in enumerate(numbers):
        # A lone answer says nothing about the spread in its group: it is set against all groups.
        centre = np.where(n_a[group] > 1, share_a[group], pooled)
        factor = weight[group] / np.maximum(n_a[group], 1) * _unbiased(n_a[group])
        influence = np.where(np.isnan(part), 0.0, part - centre) * factor
        covariance += influence.T @ influence
        both, hits, hits_both = rest[group]
        share, factor = share_b[group], weight[group] / np.maximum(n_b[group], 1) * _unbiased(n_b[group])
        crossed = hits_both - hits * share - hits.T * share[:, None] + both * np.outer(share, share)
        covariance += crossed * np.outer(factor, factor)
    bases = total, np.where(usable, n_b, 0.0).sum(axis=0)
    return (weight * (share_a - share_b)).sum(axis=0), covariance, *bases


def _unbiased(n: np.ndarray) -> np.ndarray:
    return np.sqrt(n / np.maximum(n - 1, 1))


def _rows(found, used, reason, items, area, wave, n_a, n_b) -> pd.DataFrame:
    cells = [((area, wave, ALL, item), (NATIONAL, wave, ALL, item)) for item in items.index]
    frames = []
    for way, inside in found.items():
        estimate = np.full(len(items), np.nan)
        if inside is not None:
            estimate[used] = inside
        frames.append(
            pd.DataFrame(
                {
                    "area": area,
                    "wave": wave,
                    "analysis": "priority",
                    "estimand": way,
                    "item": list(items.index),
                    "group_a": ALL,
                    "group_b": REST,
                    "target": items["team"].to_numpy(),
                    "n_a": n_a,
                    "n_b": n_b,
                    "estimate": estimate,
                    "method": METHOD,
                    "reason": reason,
                    "rests_on": cells,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
