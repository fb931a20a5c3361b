"""The numbers of a page, and those that published rows and texts explain."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from trustgap.report.wording import kind, number
from trustgap.stats import results
from trustgap.stats.counts import NATIONAL

NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
CONSTANT = frozenset("95% 90% 99.8% 80% 10% 5% 0.5 0% 50%".split())
"""Coverages, bounds and the points of no difference, which every page may name."""

PEOPLE = re.compile(
    r"\b(\d[\d,]*)(?: \[low\])? (?:people|persons|staff|respondents|answers|answered|professionals)\b"
    r"|\bn = (\d[\d,]*)(?: to (\d[\d,]*))?"
)

WRITTEN = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "mde80"]
COUNTED = ["n_a", "n_b", "n_eff"]
COUNTS = ["respondents", "answers_needed", "reviewed_cases", "effective_n"]
NAMES = ["survey", "wave", "item", "group_a", "group_b", "target", "method"]


def numerals(text: str) -> list[str]:
    """Take the numbers out of a text, as they are written but for commas.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    list of str
        Without signs; with the sign of per cent.

    Examples
    --------
    >>> numerals("62% of 1,034 (−3 points), 0.5")
    ['62%', '1034', '3', '0.5']
    """
    return [one.replace(",", "").rstrip(".") for one in NUMERAL.findall(text)]


def counted(text: str) -> set[str]:
    """Take those numbers out of a text that count people.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    set of str
        As `numerals` writes them.

    Examples
    --------
    >>> sorted(counted("12 people, n = 30 to 1,034, 5 questions"))
    ['1034', '12', '30']
    """
    plain = " ".join(text.split())
    return {one.replace(",", "") for match in PEOPLE.findall(plain) for one in match if one}


@dataclass(frozen=True)
class Explained:
    """Numbers that a page may say.

    Parameters
    ----------
    numbers : frozenset of str
        As `numerals` writes them.
    people : frozenset of str
        Those among them that count people.
    """

    numbers: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    def __or__(self, other: "Explained") -> "Explained":
        return Explained(self.numbers | other.numbers, self.people | other.people)


def explained(rows: pd.DataFrame, *, texts: Iterable[str] = ()) -> Explained:
    """Give every number that rows and texts explain.

    Parameters
    ----------
    rows : DataFrame
        Results vocabulary, protected and rounded.
    texts : iterable of str
        Such as the questions and the names of places.

    Returns
    -------
    Explained
        Bases and estimates as a page writes them, p-values, and all that the texts and names hold.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["X1"], "estimand": "top2_share", "estimate": 0.62, "n_a": 40.0})
    >>> found = explained(results.complete(rows), texts=["Question 7"])
    >>> sorted(found.numbers), sorted(found.people)
    (['40', '62%', '7'], ['40'])
    """
    texts = list(texts)
    told = {one for text in texts for one in counted(text)}
    bases = pd.concat(
        [rows[name] for name in COUNTED] + [rows.loc[rows["estimand"].isin(COUNTS), "estimate"]]
    )
    people = told | {f"{value:.0f}" for value in [*bases.dropna().unique(), *_weighted(rows)]}
    numbers = set(people)
    texts += [text for name in NAMES for text in rows[name].unique()]
    numbers |= {one for text in texts for one in numerals(text)}
    for p in pd.concat([rows["p_value"], rows["p_adjusted"]]).dropna().unique():
        numbers.update((f"{p:.2g}", *numerals(f"{p:.3f}")))
    for name in WRITTEN:
        numbers.update(one for part in set(written(rows, name)) for one in part)
    return Explained(frozenset(numbers), frozenset(people))


def written(rows: pd.DataFrame, name: str) -> list[tuple[str, ...]]:
    """Give the numerals with which a page writes one column.

    Parameters
    ----------
    rows : DataFrame
        Results vocabulary, protected and rounded.
    name : str
        One of `WRITTEN`.

    Returns
    -------
    list of tuple of str
        One per row; empty where there is no number.
    """
    wide = rows["area"].isin([NATIONAL, ""])
    sorts = rows["estimand"].map(_sorts(tuple(sorted(set(rows["estimand"])))))
    about = zip(rows[name], sorts, wide, ~wide & (rows["n_a"] < results.LOW_BASE), strict=True)
    return [_numerals(*one) if pd.notna(one[0]) else () for one in about]


@cache
def _numerals(value: float, sort: str, national: bool, coarse: bool) -> tuple[str, ...]:
    return tuple(numerals(number(value, sort, national=national, coarse=coarse)))


def _weighted(rows: pd.DataFrame) -> list[float]:
    """Give how many answers weighted results need, which is told as a product of two numbers shown."""
    needed, effects = (
        rows.loc[rows["estimand"].eq(name), "estimate"].dropna().unique()
        for name in ("answers_needed", "design_effect")
    )
    return [float(np.ceil(one * effect)) for one in needed for effect in effects]


@cache
def _sorts(estimands: tuple[str, ...]) -> dict[str, str]:
    return {estimand: kind(estimand) for estimand in estimands}
