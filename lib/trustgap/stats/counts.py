"""From answers to counts: one row per cell, so that cost grows with cells and not with respondents."""

import numpy as np
import pandas as pd

MISSING = {"blank": 0, "not_asked": -1, "dont_know": -2, "no_contact": -3, "refused": -4}
"""Codes of the canonical frame that are not answers, by kind."""

UNANSWERED = [kind for kind in MISSING if kind != "not_asked"]
"""Kinds of those who were asked and gave no valid answer."""

CELL = ["area", "wave", "group", "item"]
"""The columns that name a cell."""

ALL = "all"
"""The pooled group."""

NATIONAL = "national"
"""The pooled area."""


def part(kind: str, of: str) -> str:
    """Name a part of those who answered a question as if it were a question of its own.

    Parameters
    ----------
    kind : str
        Such as ``complete``, who answered all questions of a battery, or ``weighted``, who has a weight.
    of : str
        Battery, or item.

    Returns
    -------
    str
        What stands for ``item`` in a cell: what rests on the part can be hidden, and the rest shown.

    Examples
    --------
    >>> part("complete", "trust")
    'complete:trust'
    """
    return f"{kind}:{of}"


def tally(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Count the answers to every item in every area, wave and group.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group`` and one integer column per item, scores
        from 1 to the number of categories, missing kinds as in `MISSING`.
    items : DataFrame, indexed by item
        Needs ``k``, the number of categories. Only the items listed here are counted.

    Returns
    -------
    DataFrame, one row per cell that occurs
        ``area``, ``wave``, ``group``, ``item``, one column per score (integer names from 1), then one
        column per missing kind. Every combination of area, wave and group that has a respondent has a
        row for every item, if need be full of zeros.

    Raises
    ------
    KeyError
        If an item has no column in `answers`.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "a", "b"], "q": [2, -2, 1]})
    >>> tally(answers, pd.DataFrame({"k": [2]}, index=["q"]))[["group", 1, 2, "dont_know"]]
      group  1  2  dont_know
    0     a  0  1          1
    1     b  1  0          0
    """
    absent = [item for item in items.index if item not in answers.columns]
    if absent:
        raise KeyError(f"answers lack the item columns {absent}; they have {sorted(answers.columns)}")
    top = int(items["k"].max()) if len(items) else 0
    lowest = min(MISSING.values())
    width = top - lowest + 1
    cells, keys = numbered(answers, CELL[:3])
    codes = [*range(1, top + 1), *MISSING]
    order = [score - lowest for score in range(1, top + 1)] + [code - lowest for code in MISSING.values()]
    start, frames = cells * width - lowest, []
    for item in items.index:
        scores = answers[item].to_numpy()
        counted = np.bincount((start + scores).astype(np.int64, copy=False), minlength=len(keys) * width)
        table = counted.reshape(len(keys), width)[:, order]
        frames.append(pd.concat([keys.assign(item=item), pd.DataFrame(table, columns=codes)], axis=1))
    if not frames:
        return pd.DataFrame(columns=[*CELL, *MISSING])
    return pd.concat(frames, ignore_index=True)


def numbered(answers: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Give each combination that occurs a number, in order, and name it once however many rows it has.

    Parameters
    ----------
    answers : DataFrame
        With the columns `keys`.
    keys : list of str
        Such as ``["area", "wave"]``.

    Returns
    -------
    numbers : ndarray of int64, one per row
        From 0.
    names : DataFrame, one row per number
        The columns `keys` as text.

    Raises
    ------
    ValueError
        If a row has no value of a key.

    Examples
    --------
    >>> numbers, names = numbered(pd.DataFrame({"area": ["X2", "X1", "X2"]}), ["area"])
    >>> numbers.tolist(), names["area"].tolist()
    ([1, 0, 1], ['X1', 'X2'])
    """
    parts = [answers[key].astype("category").cat for key in keys]
    place = np.zeros(len(answers), dtype=np.int64)
    for key, part in zip(keys, parts, strict=True):
        codes = part.codes.to_numpy()
        if codes.min(initial=0) < 0:
            raise ValueError(f"the column {key} has rows without a value, which belong to no combination")
        place = place * len(part.categories) + codes
    numbers, found = pd.factorize(place)
    order = np.argsort(found)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    codes = np.unravel_index(found[order], [max(len(part.categories), 1) for part in parts])
    names = {key: part.categories[code] for key, part, code in zip(keys, parts, codes, strict=True)}
    return rank[numbers], pd.DataFrame(names).astype(str)


def fill(counts: pd.DataFrame, **values: list[str]) -> pd.DataFrame:
    """Give every combination of areas, waves and groups its row, zero where nobody answered.

    A group in which nobody answered must look like one in which few did: both are there, both are hidden.

    Parameters
    ----------
    counts : DataFrame
        Counts in integer columns, one row per combination of its text columns.
    **values : list of str
        For columns such as ``area``, all values that have a row.

    Returns
    -------
    DataFrame
        Sorted by its text columns in the order of `CELL`; same columns.

    Examples
    --------
    >>> counts = pd.DataFrame({"area": ["X1"], "wave": ["1"], "group": ["a"], "n": [7]})
    >>> fill(counts, area=["X1"], wave=["1"], group=["a", "b"])[["group", "n"]]
      group  n
    0     a  7
    1     b  0
    """
    keys = [column for column in CELL if column in counts.columns]
    axes = [values.get(column, list(counts[column].unique())) for column in keys]
    every = pd.MultiIndex.from_product(axes, names=keys)
    filled = counts.set_index(keys).reindex(every, fill_value=0).reset_index()
    return filled.sort_values(keys, kind="stable", ignore_index=True)[list(counts.columns)]


def levels(counts: pd.DataFrame) -> list[int]:
    """Name the columns that hold scores, lowest first.

    Parameters
    ----------
    counts : DataFrame
        As `tally` returns it.

    Returns
    -------
    list of int
        The scores, from 1.

    Examples
    --------
    >>> levels(pd.DataFrame(columns=["item", 1, 2, 3, "blank"]))
    [1, 2, 3]
    """
    return [column for column in counts.columns if isinstance(column, int | np.integer)]


def valid(counts: pd.DataFrame) -> pd.Series:
    """Count the valid answers of each cell: the base of every share and mean.

    Parameters
    ----------
    counts : DataFrame
        As `tally` returns it.

    Returns
    -------
    Series of int, index as `counts`
        Don't know, no contact, not asked, refused and blank are not valid answers.

    Examples
    --------
    >>> valid(pd.DataFrame({1: [3, 0], 2: [1, 0], "dont_know": [7, 2]})).tolist()
    [4, 0]
    """
    return counts[levels(counts)].sum(axis=1).astype(int)


def unanswered(counts: pd.DataFrame) -> pd.Series:
    """Count those of each cell who were asked and gave no valid answer.

    Parameters
    ----------
    counts : DataFrame
        As `tally` returns it; a missing kind without a column did not occur.

    Returns
    -------
    Series of int, index as `counts`
        Blank, don't know, no contact and refused; never not asked.

    Examples
    --------
    >>> unanswered(pd.DataFrame({1: [3], "blank": [1], "not_asked": [9], "dont_know": [2]})).tolist()
    [3]
    """
    return counts[[kind for kind in UNANSWERED if kind in counts]].sum(axis=1).astype(int)


def pool(counts: pd.DataFrame, *, over: str, label: str) -> pd.DataFrame:
    """Add cells together over one of the columns that name them.

    Parameters
    ----------
    counts : DataFrame
        As `tally` returns it.
    over : {"area", "wave", "group", "item"}
        The column to sum over.
    label : str
        What the pooled cells are called in that column, such as `ALL` or `NATIONAL`.

    Returns
    -------
    DataFrame
        Same columns; the pooled cells only.

    Raises
    ------
    ValueError
        If `over` does not name a cell.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "item": "q", 1: [1, 2]})
    >>> pool(cells, over="group", label=ALL)[["group", 1]]
      group  1
    0   all  3
    """
    if over not in CELL:
        raise ValueError(f"over must be one of {CELL}, got {over!r}")
    keys = [column for column in CELL if column != over]
    summed = counts.drop(columns=over).groupby(keys, observed=True, sort=True, as_index=False).sum()
    return summed.assign(**{over: label})[list(counts.columns)]
