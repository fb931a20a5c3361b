"""The numbers in a file of shares: bases, rates in percent, counts."""

import numpy as np
import pandas as pd

from trustgap.survey.checks import Problem, listed

LARGEST_BASE = 1e10
"""More people than there are; counts beyond 2 to the 53 would not be whole."""


def read_numbers(long: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read bases and values as numbers, and report every column in which some cannot be.

    Parameters
    ----------
    long : DataFrame, one row per cell
        ``row`` of the file from 0; ``base`` and ``value`` as text; ``kind`` of the value, rate (in percent)
        or count; ``base_column`` and ``value_column``, where they stand.
    file : str
        For messages.

    Returns
    -------
    numbers : DataFrame, index as `long`
        ``base`` and ``hits``, whole numbers; 0 where the cell is empty.
    problems : list of Problem
        One for each kind of fault and column, with the first row in which it stands.

    Examples
    --------
    >>> cell = {"row": [0], "base": ["24"], "value": ["33.3"], "kind": "rate"}
    >>> long = pd.DataFrame(cell | {"base_column": "n", "value_column": "yes"})
    >>> read_numbers(long, "a.csv")[0]["hits"].tolist()
    [8.0]
    """
    text = {name: long[name].fillna("").str.strip() for name in ("base", "value")}
    base, value = (pd.to_numeric(text[name], errors="coerce") for name in ("base", "value"))
    none = {name: text[name].eq("") for name in text}
    whole = base.between(0, LARGEST_BASE) & base.eq(np.floor(base))
    rate = long["kind"].eq("rate")
    right = (
        np.isfinite(value)
        & value.ge(0)
        & value.le(base.where(~rate, 100))
        & (rate | value.eq(np.floor(value)))
    )
    fits = {True: "numbers from 0 to 100, in percent", False: "whole numbers from 0 up to the base"}
    faults = [
        (~none["base"] & ~whole, "base_column", "the base is no whole number from 0", "0, 1, 2 ..."),
        (~none["value"] & rate & ~right, "value_column", "the rate is no percentage", fits[True]),
        (~none["value"] & ~rate & whole & ~right, "value_column", "the count does not fit", fits[False]),
        (base.gt(0) & none["value"], "value_column", "a base stands without its share", "both, or neither"),
        (~none["value"] & none["base"], "base_column", "a share stands without its base", "both, or neither"),
    ]
    problems = [
        problem for wrong, column, *words in faults for problem in _faults(long[wrong], column, *words, file)
    ]
    inside = value[rate & right & value.gt(0)]
    if not problems and len(inside) and inside.le(1).all() and inside.lt(1).sum() > 1:
        found = f"no rate is above {inside.max():.3g}, as if they were shares of 1"
        remedy = "Multiply the rates by 100"
        problems.append(Problem(file, "rates", found, 0, fits[True], remedy))
    hits = np.where(rate, np.rint(value.fillna(0) / 100 * base.fillna(0)), value.fillna(0))
    return pd.DataFrame({"base": base.fillna(0), "hits": hits}), problems


def _faults(wrong: pd.DataFrame, column: str, found: str, accepted: str, file: str) -> list[Problem]:
    """Report one kind of fault, column by column, with the first row in which it stands."""
    problems = []
    for name, rows in wrong.groupby(column, sort=False):
        where = f"column '{listed([name])}', first in row {rows['row'].min() + 2}"
        problems.append(Problem(file, where, found, len(rows), accepted, "Correct the cells"))
    return problems
