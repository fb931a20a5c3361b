"""What differences from the rest tell: with one of the two shares, or with many such rows, the other."""

import numpy as np
import pandas as pd

from trustgap.audit.digits import EDGE, places
from trustgap.audit.facts import LOCAL, named
from trustgap.stats.counts import ALL, CELL, NATIONAL

LINE = ["wave", "group", "item"]
POSITIVES = ["low_level", "high_level", "low", "high"]
ROUNDS = 3
"""How often what is known of the areas and of the whole is put together."""


def against_rest(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the differences of one group of an area from the same group elsewhere.

    Parameters
    ----------
    rows : DataFrame
        Published rows in the results vocabulary, of questions only.

    Returns
    -------
    DataFrame
        Those rows, with ``group`` for ``group_a``. All groups together are compared at a fixed mix, which is
        no count of anybody.
    """
    chosen = rows["analysis"].eq("against_rest") & rows["estimand"].eq("share_difference")
    chosen &= rows["group_a"].ne(ALL) & rows["group_b"].eq("rest") & rows["estimate"].notna()
    return named(rows[chosen & rows["n_a"].notna() & rows["n_b"].notna()])


def bases(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the base of the whole that each difference tells: that of the area and that of the rest.

    Parameters
    ----------
    rows : DataFrame
        As `against_rest` returns it.

    Returns
    -------
    DataFrame
        ``area wave group item n_a``.
    """
    return rows[CELL].assign(area=NATIONAL, n_a=rows["n_a"] + rows["n_b"]).drop_duplicates()


def positives(rows: pd.DataFrame, facts: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Give the limits of positive answers that follow from differences.

    Parameters
    ----------
    rows : DataFrame
        As `against_rest` returns it.
    facts : DataFrame
        ``area wave group item low_level high_level low high``: what shares tell of the same counts.
    scales : DataFrame, indexed by item
        ``k top_from``.

    Returns
    -------
    DataFrame
        As `facts`, of the areas compared and of the whole.

    Notes
    -----
    With a of n answers positive in the area and x of N in the whole, the difference a/n - (x - a)/(N - n)
    is known to half a digit. So what is known of a limits x and the other way round; the limits of x from
    all areas hold together, and are taken back to every area.
    """
    if rows.empty:
        return facts.iloc[:0]
    keys = ["top_from", "k"]
    first, last = (scales[name].reindex(rows["item"]).to_numpy(int) for name in keys)
    told = rows[[*CELL, "n_a", "n_b", "estimate"]].assign(low_level=first, high_level=last)
    half = 0.5 * 10.0 ** -places(told["estimate"], least=LOCAL)
    told = told.assign(least=told["estimate"] - half, most=told["estimate"] + half)
    area = _known(told, facts, told["n_a"])
    whole = _known(told.assign(area=NATIONAL), facts, told["n_a"] + told["n_b"])
    n, rest = told["n_a"].to_numpy(), told["n_b"].to_numpy()
    for _ in range(ROUNDS):
        limits = told[LINE].assign(
            low=rest * (area[0] * (1 / n + 1 / rest) - told["most"]),
            high=rest * (area[1] * (1 / n + 1 / rest) - told["least"]),
        )
        each = limits.groupby(LINE, sort=False)
        whole = (
            np.maximum(whole[0], np.ceil(each["low"].transform("max") - EDGE)),
            np.minimum(whole[1], np.floor(each["high"].transform("min") + EDGE)),
        )
        area = (
            np.maximum(area[0], np.ceil((told["least"] + whole[0] / rest) / (1 / n + 1 / rest) - EDGE)),
            np.minimum(area[1], np.floor((told["most"] + whole[1] / rest) / (1 / n + 1 / rest) + EDGE)),
        )
    columns = [*CELL, *POSITIVES]
    local = told.assign(low=area[0], high=area[1])[columns]
    together = told.assign(area=NATIONAL, low=whole[0], high=whole[1])[columns].drop_duplicates()
    return pd.concat([local, together], ignore_index=True)


def _known(told: pd.DataFrame, facts: pd.DataFrame, base: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Give what is known of the positive answers of cells, at least that they are within the base."""
    key = [*CELL, "low_level", "high_level"]
    limits = facts.set_index(key)[["low", "high"]].reindex(pd.MultiIndex.from_frame(told[key]))
    return limits["low"].fillna(0).to_numpy(), limits["high"].fillna(
        pd.Series(base.to_numpy(), limits.index)
    ).to_numpy()
