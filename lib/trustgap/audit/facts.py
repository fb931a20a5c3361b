"""Published rows turned into what they tell of each cell: its base, and answers between limits."""

import numpy as np
import pandas as pd

from trustgap.audit.digits import counts_behind, places
from trustgap.stats.counts import CELL, NATIONAL

FACT = ["low_level", "high_level", "low", "high"]
LOCAL, WIDE = 2, 3
"""Decimals of a published share of an area, and of the whole."""

PLAIN = {"shares": ["top2_share", "mean"], "distribution": ["positive", "neutral", "negative"]}
"""Estimands of plain counts of answers, by analysis; the single categories are among the distribution."""

POSITIVE = ["top2_share", "positive", "share_lowest", "share_highest"]
CATEGORY = "category_"


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Name the cell of each row as everything else does.

    Parameters
    ----------
    rows : DataFrame
        Results vocabulary.

    Returns
    -------
    DataFrame
        `rows` with ``group`` for ``group_a``.
    """
    return rows.rename(columns={"group_a": "group"})


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the rows that count answers of one cell, with nothing weighted, mixed or left out.

    Parameters
    ----------
    rows : DataFrame
        Published rows in the results vocabulary, of questions only.

    Returns
    -------
    DataFrame
        Those rows, hidden ones among them, with ``group`` for ``group_a``.
    """
    single = rows["group_b"].eq("") & ~rows["wave"].str.contains("/", regex=False)
    chosen = rows["analysis"].eq("distribution") & rows["estimand"].str.startswith(CATEGORY)
    for analysis, estimands in PLAIN.items():
        chosen |= rows["analysis"].eq(analysis) & rows["estimand"].isin(estimands)
    return named(rows[chosen & single])


def of_shares(rows: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Give the counts of answers behind published shares.

    Parameters
    ----------
    rows : DataFrame
        As `plain` returns it.
    scales : DataFrame, indexed by item
        ``k top_from low_to``, as `scales.scales` returns it.

    Returns
    -------
    DataFrame
        ``area wave group item low_level high_level low high``.
    """
    told = rows[rows["estimate"].notna() & rows["n_a"].notna() & rows["estimand"].ne("mean")]
    low, high = counts_behind(told, least=_decimals(told))
    first, last = _levels(told, scales)
    return _facts(told, first, last, low, high)


def of_bases(rows: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Give the bases that rows tell.

    Parameters
    ----------
    rows : DataFrame
        With ``n_a`` the valid answers of the cell named; several rows of one cell count once.
    scales : DataFrame, indexed by item
        ``k``.

    Returns
    -------
    DataFrame
        ``area wave group item low_level high_level low high``.
    """
    told = rows[rows["n_a"].notna()].drop_duplicates([*CELL, "n_a"])
    k = scales["k"].reindex(told["item"]).to_numpy()
    return _facts(told, np.ones(len(told)), k, told["n_a"], told["n_a"])


def of_means(rows: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Give the limits of published means before they were rounded.

    Parameters
    ----------
    rows : DataFrame
        As `plain` returns it.
    scales : DataFrame, indexed by item
        ``scored``.

    Returns
    -------
    DataFrame
        ``area wave group item low high``.
    """
    known = scales["scored"].reindex(rows["item"]).fillna(False).to_numpy(bool)
    told = rows[rows["estimand"].eq("mean") & rows["estimate"].notna() & rows["n_a"].notna() & known]
    mean = told["estimate"].to_numpy()
    coarse = np.where(told["area"].ne(NATIONAL) & told["low_base"], 1, 2)
    half = 0.5 * 10.0 ** -places(mean, least=coarse)
    return told[CELL].assign(low=mean - half, high=mean + half).reset_index(drop=True)


def of_missing(rows: pd.DataFrame, bases: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Give the positive answers behind shares with all missing answers at one end.

    Parameters
    ----------
    rows : DataFrame
        Published rows in the results vocabulary, of questions only; those of missing answers count.
    bases : DataFrame
        As `of_bases` returns it.
    scales : DataFrame, indexed by item
        ``k top_from``.

    Returns
    -------
    DataFrame
        ``area wave group item low_level high_level low high``.
    """
    chosen = rows["analysis"].eq("missing") & rows["estimand"].isin(POSITIVE) & rows["estimate"].notna()
    told = named(rows[chosen & rows["n_a"].notna()])
    low, high = counts_behind(told, least=_decimals(told))
    valid = bases.drop_duplicates(CELL).set_index(CELL)["low"].reindex(pd.MultiIndex.from_frame(told[CELL]))
    # All that are missing count as positive at the one end, and none at the other.
    without = np.where(told["estimand"].eq("share_highest"), told["n_a"] - valid.to_numpy(), 0)
    first, last = _levels(told, scales)
    facts = _facts(told, first, last, low - without, high - without)
    return facts[facts["low"].notna()].assign(low=lambda kept: kept["low"].clip(lower=0))


def of_people(rows: pd.DataFrame) -> pd.DataFrame:
    """Give how many respondents there are in each cell.

    Parameters
    ----------
    rows : DataFrame
        Published rows in the results vocabulary.

    Returns
    -------
    DataFrame
        ``area wave group n``, known cells only.
    """
    counted = rows["estimand"].eq("respondents") & rows["wave"].ne("") & rows["estimate"].notna()
    told = named(rows[counted]).rename(columns={"estimate": "n"})
    return told[["area", "wave", "group", "n"]].drop_duplicates().reset_index(drop=True)


def agreed(facts: pd.DataFrame, *, key: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put together what several rows tell of one count.

    Parameters
    ----------
    facts : DataFrame
        With ``low high``.
    key : list of str
        Columns that name a count.

    Returns
    -------
    facts : DataFrame
        One row for each count, with the limits that all rows allow; where they contradict one another, with
        the widest.
    contradictions : DataFrame
        Those, by `key`.
    """
    each = facts.groupby(key, sort=False)
    together = each.agg(low=("low", "max"), high=("high", "min"), least=("low", "min"), most=("high", "max"))
    together = together.reset_index()
    apart = together["low"] > together["high"]
    limits = {
        "low": together["low"].mask(apart, together["least"]),
        "high": together["high"].mask(apart, together["most"]),
    }
    return together[key].assign(**limits), together.loc[apart, key].reset_index(drop=True)


def _decimals(rows: pd.DataFrame) -> np.ndarray:
    return np.where(rows["area"].eq(NATIONAL), WIDE, LOCAL)


def _levels(rows: pd.DataFrame, scales: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Say which levels each row counts."""
    k, top, low = (scales[name].reindex(rows["item"]).to_numpy(float) for name in ("k", "top_from", "low_to"))
    estimand = rows["estimand"]
    single = pd.to_numeric(estimand.str.removeprefix(CATEGORY), errors="coerce").to_numpy(float)
    parts = [estimand.isin(POSITIVE), estimand.eq("negative"), estimand.eq("neutral")]
    first = np.select(parts, [top, np.ones(len(rows)), low + 1], single)
    return first, np.select(parts, [k, low, top - 1], single)


def _facts(rows: pd.DataFrame, *limits: np.ndarray) -> pd.DataFrame:
    values = dict(zip(FACT, map(np.asarray, limits), strict=True))
    facts = rows[CELL].assign(**values).reset_index(drop=True)
    return facts.astype({"low_level": int, "high_level": int})
