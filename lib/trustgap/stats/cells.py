"""What a cell of counts stands for: its item's meaning, its positive answers, its place in a comparison."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import CELL, levels, valid


def attribute(counts: pd.DataFrame, items: pd.DataFrame, name: str) -> np.ndarray:
    """Look up one attribute of the item of each cell.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        Needs ``item``.
    items : DataFrame, indexed by item
        Needs the column `name`.
    name : str
        Such as ``"top_from"``.

    Returns
    -------
    array, one value per row

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> items = pd.DataFrame({"k": [5, 3]}, index=["q", "r"])
    >>> attribute(pd.DataFrame({"item": ["r", "q"]}), items, "k").tolist()
    [3, 5]
    """
    absent = sorted(set(counts["item"].unique()) - set(items.index))
    if absent:
        raise KeyError(f"items lacks {absent}, which the counts have; it has {sorted(items.index)}")
    return items[name].to_numpy()[items.index.get_indexer(counts["item"])]


def identity(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Name each cell in the vocabulary of results.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        Needs ``team``.

    Returns
    -------
    DataFrame, RangeIndex
        ``area``, ``wave``, ``item``, ``group_a``, ``target`` (the rated team), ``rests_on`` (the cell
        itself) and an empty ``group_b``.

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": ["X1"], "wave": "1", "group": "a", "item": "q"})
    >>> identity(cells, pd.DataFrame({"team": ["t"]}, index=["q"]))["rests_on"].tolist()
    [(('X1', '1', 'a', 'q'),)]
    """
    rests_on = [(cell,) for cell in zip(*(counts[column] for column in CELL), strict=True)]
    names = {"area": "area", "wave": "wave", "item": "item", "group_a": "group"}
    named = {name: counts[column].array for name, column in names.items()}
    named |= {"target": attribute(counts, items, "team"), "rests_on": pd.Series(rests_on, dtype=object)}
    return pd.DataFrame(named | {"group_b": ""})


def pick(counts: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """Pick cells by name; a cell that does not occur is empty.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    wanted : DataFrame
        ``area``, ``wave``, ``group`` and ``item`` of each cell wanted; cells may recur.

    Returns
    -------
    DataFrame, one row per row of `wanted`, in that order
        Columns of `counts`.

    Raises
    ------
    ValueError
        If a cell occurs twice in `counts`.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": ["X1"], "wave": "1", "group": "a", "item": "q", 1: 3})
    >>> wanted = pd.DataFrame({"area": "X1", "wave": "1", "group": ["b", "a"], "item": "q"})
    >>> pick(cells, wanted)[["group", 1]]
      group  1
    0     b  0
    1     a  3
    """
    if wanted.empty:
        return counts.iloc[:0].reset_index(drop=True)
    named = wanted[CELL].astype(str).reset_index(drop=True)
    there = zip(*(counts[column].astype(str) for column in CELL), strict=True)
    places = {cell: place for place, cell in enumerate(there)}
    if len(places) < len(counts):
        raise ValueError("the counts have several rows for the same cell")
    found = np.array([places.get(cell, -1) for cell in named.itertuples(index=False, name=None)])
    numbers = counts.drop(columns=CELL).take(np.maximum(found, 0)).reset_index(drop=True)
    numbers[found < 0] = 0
    return pd.concat([named, numbers], axis=1)[list(counts.columns)]


def between(counts: pd.DataFrame, above: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Count the answers of each cell with a score above one bound and up to another.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    above, to : array, one value per row
        Scores s with ``above < s <= to`` count.

    Returns
    -------
    array of int, one per row

    Examples
    --------
    >>> between(pd.DataFrame({1: [1], 2: [2], 3: [4]}), [1], [3]).tolist()
    [6]
    """
    scores = np.array(levels(counts))
    wanted = (scores > np.asarray(above)[:, None]) & (scores <= np.asarray(to)[:, None])
    return (counts[levels(counts)].to_numpy() * wanted).sum(axis=1)


def positives(counts: pd.DataFrame, items: pd.DataFrame) -> np.ndarray:
    """Count the positive answers of each cell.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        Needs ``top_from``, the lowest score that counts as positive.

    Returns
    -------
    array of int, one per row

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> cells = pd.DataFrame({"item": ["q", "r"], 1: [1, 5], 2: [2, 6], 3: [4, 0]})
    >>> positives(cells, pd.DataFrame({"top_from": [3, 2]}, index=["q", "r"])).tolist()
    [4, 6]
    """
    top = attribute(counts, items, "top_from")
    return between(counts, top - 1, np.full(len(counts), np.inf))


def sides(counts_a: pd.DataFrame, counts_b: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Name the two sides of a comparison of cells, row by row, and say where none can be made.

    Parameters
    ----------
    counts_a, counts_b : DataFrame, the same number of rows
        Cells as `trustgap.stats.counts.tally` returns them.
    items : DataFrame, indexed by item
        Needs ``team`` and, where a row compares two items, ``scale``.

    Returns
    -------
    DataFrame
        ``area``, ``wave``, ``item`` and ``target`` of side a, ``group_a``, ``group_b``, ``n_a``,
        ``n_b``, ``rests_on`` (both cells) and ``reason``: ``not_comparable`` where the two items have
        different scales, ``n_lt_min`` where a side has no valid answer, else "".

    Raises
    ------
    ValueError
        If the two frames differ in length.

    Examples
    --------
    >>> a = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "item": "q", 1: [3]})
    >>> sides(a, a.assign(group="b"), pd.DataFrame({"team": ["t"]}, index=["q"]))["group_b"].tolist()
    ['b']
    """
    if len(counts_a) != len(counts_b):
        raise ValueError(f"the two sides must be aligned, got {len(counts_a)} and {len(counts_b)} cells")
    a, b = identity(counts_a, items), identity(counts_b, items)
    n_a, n_b = valid(counts_a).to_numpy(), valid(counts_b).to_numpy()
    apart = (a["item"] != b["item"]).to_numpy()
    if apart.any():
        apart = apart & (attribute(counts_a, items, "scale") != attribute(counts_b, items, "scale"))
    return a.assign(
        group_b=b["group_a"],
        n_a=n_a,
        n_b=n_b,
        rests_on=a["rests_on"] + b["rests_on"],
        reason=np.select([apart, (n_a == 0) | (n_b == 0)], ["not_comparable", "n_lt_min"], ""),
    )
