"""Which cells add up to which: groups to an area, areas to a region, everything to the whole."""

import numpy as np
import pandas as pd
from scipy import sparse

from trustgap.stats.counts import ALL, NATIONAL

REGION = "region {}"
"""How a region is called where an area could stand."""

RANGE = ["low_level", "high_level"]


def lines_of(leaves: pd.DataFrame) -> pd.DataFrame:
    """Name every cell, and sum of cells, that each leaf is in.

    Parameters
    ----------
    leaves : DataFrame, RangeIndex
        ``area group`` and perhaps ``region``.

    Returns
    -------
    DataFrame
        ``area group leaf``, with pooled areas and groups.
    """
    own = leaves[["area", "group"]].assign(leaf=leaves.index)
    places = [own, own.assign(area=NATIONAL)]
    if "region" in leaves:
        there = leaves["region"].notna()
        places.append(own[there].assign(area=[REGION.format(one) for one in leaves.loc[there, "region"]]))
    return pd.concat([*places, *(place.assign(group=ALL) for place in places)], ignore_index=True)


def coefficients(cells: pd.DataFrame, lines: pd.DataFrame, part: np.ndarray, leaves: int) -> sparse.csr_array:
    """Give 1 to every unknown that is counted in a cell's range of levels.

    Parameters
    ----------
    cells : DataFrame
        ``area group low_level high_level``.
    lines : DataFrame
        As `lines_of` returns them.
    part : array of int, shape (levels,)
        In which part each level is.
    leaves : int
        How many there are.

    Returns
    -------
    sparse array, shape (rows of `cells`, leaves * parts)
    """
    parts = part.max() + 1
    asked = cells[["area", "group"]].assign(row=np.arange(len(cells)))
    asked["first"], asked["last"] = (part[cells[column].to_numpy(int) - 1] for column in RANGE)
    pairs = asked.merge(lines, on=["area", "group"])
    wide = (pairs["last"] - pairs["first"] + 1).to_numpy()
    nth = np.arange(wide.sum()) - np.repeat(np.cumsum(wide) - wide, wide)
    column = np.repeat((pairs["leaf"] * parts + pairs["first"]).to_numpy(), wide) + nth
    row = np.repeat(pairs["row"].to_numpy(), wide)
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(cells), leaves * parts))


def members(leaves: pd.DataFrame, cells: pd.DataFrame) -> sparse.csr_array:
    """Say which leaves are in which cells.

    Parameters
    ----------
    leaves : DataFrame
        ``area group`` and perhaps ``region``.
    cells : DataFrame
        ``area group``; pooled cells are called as in facts.

    Returns
    -------
    sparse array, shape (cells, leaves)
        1 where it is.
    """
    whole = cells.assign(low_level=1, high_level=1)
    numbered = leaves.reset_index(drop=True)
    return coefficients(whole, lines_of(numbered), np.zeros(1, int), len(leaves))
