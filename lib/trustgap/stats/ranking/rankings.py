"""Rank sets as tidy rows: which factor comes first, which team is trusted least."""

from zlib import crc32

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, MISSING, NATIONAL
from trustgap.stats.ranking.means import pooled, scores
from trustgap.stats.ranking.ranks import rank_sets, top_sets
from trustgap.stats.results import MIN_N, ROUNDING

MIN_RANKED = 30
"""With fewer respondents only the top sets are given, not a set of ranks for every item."""

TAU = (1, 3, 5)
"""The tops reported: first, among the first three, among the first five."""

COLUMNS = (
    "area wave analysis estimand item group_a target n_a n_eff estimate conf_low conf_high method reason "
    "rests_on"
).split()


def ranking(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    wave: str,
    seed: int,
    group: str = ALL,
    by: str = "top2",
    tau: tuple[int, ...] = TAU,
    weighted: bool = False,
    lowest: bool = False,
) -> pd.DataFrame:
    """Rank items by their positive share, or mean, with the ranks that cannot be excluded.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group``, one integer column per item.
    items : DataFrame, indexed by item
        The items to rank against each other; needs ``top_from`` and ``team``.
    area, wave : str
        Whose answers; `counts.NATIONAL` takes every area.
    seed : int
        Of the survey. The draws depend on it and on the area, not on what ran before.
    group : str
        One group, or `counts.ALL`: then every group has the same weight, whatever its size.
    by : {"top2", "mean"}
        Rank by the share at or above ``top_from``, or by the mean score.
    tau : tuple of int
        How many places each top has.
    weighted : bool
        Let every respondent count by ``weight``, all groups together; who has none does not count. No rows
        where nobody has. Strata and sampling units are not looked at: respondents count as independent.
    lowest : bool
        Rank from the lowest up, without weights only: 1 is the lowest, and a top holds the lowest.

    Returns
    -------
    DataFrame
        Analysis ``ranking`` (``least`` if `lowest`), by mean score ``ranking_by_mean``, weighted
        ``ranking_weighted``. Rows ``rank``, one per item: ``estimate`` is the rank (1 is highest),
        ``conf_low`` and ``conf_high`` the ranks that cannot be excluded, together for all items. Rows
        ``top_1`` and so on: ``estimate`` is 1 where the item cannot be excluded from the top, else 0.
        Groups with fewer than `results.MIN_N` answers to an item do not enter for it. Below `MIN_RANKED`
        respondents only the tops are given. Reasons: ``all_missing`` (nobody answered the item),
        ``n_lt_min``, ``one_level`` (fewer than two items to compare), ``constant``.

    Raises
    ------
    ValueError
        If `by` is neither.
    KeyError
        If an item has no column in `answers`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a",
    ...                         "p": rng.integers(4, 6, 60), "q": rng.integers(1, 5, 60)})
    >>> items = pd.DataFrame({"top_from": 4, "team": ""}, index=["p", "q"])
    >>> rows = ranking(answers, items, area="X1", wave="1", group="a", seed=1)
    >>> rows.query("estimand == 'rank'")[["item", "estimate", "conf_low", "conf_high"]]
      item  estimate  conf_low  conf_high
    0    p       1.0       1.0        1.0
    1    q       2.0       2.0        2.0
    """
    parts = members(answers, area=area, wave=wave, group=group)
    if weighted:
        return _weighted(parts, items, area, wave, group, seed, tau=tau, measure=by)
    numbers = {name: scores(part, items, by=by) for name, part in parts.items()}
    sign = -1.0 if lowest else 1.0
    return _rows(numbers, items, area, wave, group, seed, sign=sign, tau=tau, measure=by)


def _weighted(parts, items, area, wave, group, seed, *, tau, measure) -> pd.DataFrame:
    """Rank with all groups as one sample in which respondents differ in weight."""
    parts = [part[part["weight"].notna()] for part in parts.values()]
    if not sum(len(part) for part in parts):
        return pd.DataFrame(columns=COLUMNS)
    numbers = [scores(part, items, by=measure) for part in parts]
    # As without weights: a group with few answers to an item does not enter for it.
    enough = [np.where((~np.isnan(part)).sum(axis=0) >= MIN_N, part, np.nan) for part in numbers]
    weights = [np.concatenate([part["weight"].to_numpy(float) for part in parts])]
    rows = _rows(
        {group: np.concatenate(enough)}, items, area, wave, group, seed,
        sign=1.0, tau=tau, measure=measure, weights=weights,
    )  # fmt: skip
    return rows.assign(analysis="ranking_weighted", method=rows["method"] + ", weighted")


def least_trusted(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    wave: str,
    seed: int,
    block: str = "trust",
    asked: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rank, within each rater group, the teams it rates: rank 1 is the least trusted.

    Parameters
    ----------
    answers, area, wave, seed
        As for `ranking`.
    items : DataFrame, indexed by item
        As for `ranking`; those of `block` are used. A team that a group was not asked about, such as its
        own, is left out for that group.
    block : str
        The block of items that rates teams.
    asked : DataFrame, optional
        ``group item``, what every group was asked; else what somebody there was. A group in which nobody
        answered then has rows as well, and looks like one of a few.

    Returns
    -------
    DataFrame
        As `ranking`, with analysis ``least``; ``top_1`` is 1 where the team cannot be excluded from
        being the least trusted.

    Raises
    ------
    KeyError
        As `ranking`.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "own": -1,
    ...                         "p": [4] * 50 + [2] * 10, "q": [2] * 50 + [5] * 10})
    >>> items = pd.DataFrame({"top_from": 4, "team": ["o", "t", "u"], "block": "trust"},
    ...                      index=["own", "p", "q"])
    >>> rows = least_trusted(answers, items, area="X1", wave="1", seed=1)
    >>> rows[rows["estimate"].eq(1) & rows["estimand"].eq("rank")]["target"].tolist()
    ['u']
    """
    rated = items[items["block"] == block]
    there, frames = members(answers, area=area, wave=wave, group=ALL), []
    of = {group: _asked(part, rated) for group, part in there.items()}
    if asked is not None:
        of = {group: rated[rated.index.isin(part["item"])] for group, part in asked.groupby("group")}
    for group, own in of.items():
        if len(own):
            numbers = {group: scores(there.get(group, answers.iloc[:0]), own)}
            frames.append(_rows(numbers, own, area, wave, group, seed, sign=-1.0, tau=(1,), measure="top2"))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _asked(part: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    return items[[(part[item] != MISSING["not_asked"]).any() for item in items.index]]


def members(answers: pd.DataFrame, *, area: str, wave: str, group: str) -> dict[str, pd.DataFrame]:
    """Pick the answers of one area and wave, by group.

    Parameters
    ----------
    answers : DataFrame
        The canonical frame.
    area, wave, group : str
        `counts.NATIONAL` takes every area, `counts.ALL` every group.

    Returns
    -------
    dict of str to DataFrame
        One frame for each group that has a respondent, in order of its name; for one named group
        that one, even if it is empty.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": ["X1", "X2"], "wave": "1", "group": ["a", "b"]})
    >>> list(members(answers, area="X1", wave="1", group="all"))
    ['a']
    """
    here = (answers["wave"] == wave).to_numpy()
    if area != NATIONAL:
        here = here & (answers["area"] == area).to_numpy()
    chosen = answers[here]
    names = [group] if group != ALL else sorted(chosen["group"].astype(str).unique())
    return {name: chosen[(chosen["group"] == name).to_numpy()] for name in names}


def _rows(numbers, items, area, wave, group, seed, *, sign, tau, measure, weights=None) -> pd.DataFrame:
    analysis = "ranking" if sign > 0 else "least"
    answered = {name: (~np.isnan(part)).sum(axis=0) for name, part in numbers.items()}
    used = {name: count >= MIN_N for name, count in answered.items()}
    total = sum(answered.values(), np.zeros(len(items), int))
    base = sum((count * used[name] for name, count in answered.items()), np.zeros(len(items), int))
    reason = np.select([total == 0, base == 0], ["all_missing", "n_lt_min"], "").astype(object)
    ranked = reason == ""
    result = dict.fromkeys(["rank", *tau])
    people = n = 0
    if ranked.sum() >= 2:
        mean, covariance, n = pooled([part[:, ranked] for part in numbers.values()], weights)
        people = sum((~np.isnan(part[:, ranked])).any(axis=1).sum() for part in numbers.values())
        if not np.diag(covariance).max() > ROUNDING**2:
            reason[ranked] = "constant"
        else:
            key = [seed, crc32(area.encode()), crc32(analysis.encode())]
            result = _solved(sign * mean, covariance, n, key, tau, people)
    else:
        reason[ranked] = "one_level"
    groups = [name for name, use in used.items() if use.any()]
    share = "positive shares" if measure == "top2" else "mean scores"
    mix = f", equal weights of {len(groups)} groups" if group == ALL and weights is None else ""
    identity = pd.DataFrame(
        {
            "area": area,
            "wave": wave,
            "analysis": analysis if measure == "top2" else f"{analysis}_by_mean",
            "item": list(items.index),
            "group_a": group,
            "target": items["team"].to_numpy(),
            "n_a": np.where(base > 0, base, total),
            "n_eff": n or np.nan,
            "rests_on": [((area, wave, group, item),) for item in items.index],
        }
    )
    return _stacked(identity, result, reason, ranked, f"rank sets of {share}{mix}")


def _solved(mean, covariance, n, key, tau, people) -> dict:
    tops = top_sets(mean, covariance, n=n, seed=key, tau=tau)
    ranks = rank_sets(mean, covariance, n=n, seed=key) if people >= MIN_RANKED else None
    return {"rank": ranks, **{places: tops[places] for places in tau}}


def _stacked(identity, result, reason, ranked, method) -> pd.DataFrame:
    """Lay the rank rows and the rows of each top under one another; items left out keep their reason."""
    size = len(identity)
    values = np.full((len(result), size, 3), np.nan)
    why = np.tile(reason, (len(result), 1))
    for place, (name, found) in enumerate(result.items()):
        if found is None:
            why[place, reason == ""] = "n_lt_min"
        elif name == "rank":
            values[place, ranked] = found[["rank", "low", "high"]].to_numpy(float)
        else:
            values[place, ranked, 0] = found.to_numpy(float)
    rank = np.repeat([name == "rank" for name in result], size)
    low, high = values[..., 1].ravel(), values[..., 2].ravel()
    return pd.concat([identity] * len(result), ignore_index=True).assign(
        estimand=np.repeat([name if name == "rank" else f"top_{name}" for name in result], size),
        estimate=values[..., 0].ravel(),
        conf_low=low,
        conf_high=high,
        method=np.where(rank, f"simultaneous {method}", f"one-sided {method}"),
        reason=why.ravel(),
    )[COLUMNS]
