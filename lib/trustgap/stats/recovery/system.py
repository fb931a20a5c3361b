"""What is known of one item in one wave, as sums of unknown whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from trustgap.stats.recovery.lines import RANGE, coefficients, lines_of

FACT = ["area", "group", *RANGE, "low", "high"]

Linear = tuple[np.ndarray, float, float]
"""A known sum: a coefficient for each leaf and level, and the limits of their sum."""

TOLERANCE = 1e-6
"""How far a sum may miss its limits by arithmetic alone."""

LARGEST = 1_000_000
"""More answers than any cell has: what an unknown is limited to where no fact limits it."""


@dataclass(frozen=True)
class System:
    """The unknown counts, and every sum of them that is known.

    Attributes
    ----------
    leaves : DataFrame, RangeIndex
        ``area group region n``.
    part : array of int, shape (levels,)
        In which part each level is; levels that nothing tells apart are in one.
    matrix : sparse array, shape (sums, leaves * parts)
        Coefficients; the unknown of a leaf and a part is at ``leaf * parts + part``.
    low, high : array of float, shape (sums,)
        Limits of each sum, both included.
    most : array of float, shape (leaves * parts,)
        What each unknown cannot exceed; none is below 0.
    facts : DataFrame, RangeIndex
        ``area group low_level high_level``; their sums come after those of the bases that are known, and
        before all others.
    """

    leaves: pd.DataFrame
    part: np.ndarray
    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    most: np.ndarray
    facts: pd.DataFrame

    @property
    def names(self) -> list[str]:
        """What each sum is, for messages; counts are never among it."""
        bases = self.leaves[self.leaves["n"].notna()]
        named = [f"area {leaf.area}, group {leaf.group}, base" for leaf in bases.itertuples()]
        named += [_name(fact) for fact in self.facts.itertuples()]
        return [*named, *(f"sum {place}" for place in range(len(self.low) - len(named)))]

    @property
    def parts(self) -> int:
        """Into how many parts the levels fall."""
        return int(self.part.max()) + 1

    def holds(self, table: np.ndarray) -> bool:
        """Say whether whole numbers agree with everything that is known.

        Parameters
        ----------
        table : array of float, shape (leaves * parts,)
            One number for each unknown.

        Returns
        -------
        bool
        """
        sums = self.matrix @ table
        inside = (sums >= self.low - TOLERANCE) & (sums <= self.high + TOLERANCE)
        return bool(inside.all() and (table >= 0).all() and (table <= self.most).all())

    def of_levels(self, answers: np.ndarray) -> np.ndarray:
        """Put answers by level together into parts.

        Parameters
        ----------
        answers : array of float, shape (leaves, levels)

        Returns
        -------
        array of float, shape (leaves * parts,)

        Raises
        ------
        ValueError
            If they do not agree with what is known.
        """
        table = np.zeros((len(self.leaves), self.parts))
        np.add.at(table.T, self.part, np.asarray(answers, float).T)
        if not self.holds(table.ravel()):
            raise ValueError("the answers to start from do not agree with the facts")
        return table.ravel()

    def rows(self, cells: pd.DataFrame) -> sparse.csr_array:
        """Give the coefficients of answers within ranges of levels, in cells or sums of them.

        Parameters
        ----------
        cells : DataFrame
            ``area group low_level high_level``; pooled cells are called as in facts.

        Returns
        -------
        sparse array, shape (rows of `cells`, leaves * parts)
            Rows of cells in which nobody is are empty.
        """
        return coefficients(cells, lines_of(self.leaves), self.part, len(self.leaves))


def check(leaves: pd.DataFrame, facts: pd.DataFrame, targets: Sequence[tuple[int, int]]) -> None:
    """Refuse what makes no sense.

    Parameters
    ----------
    leaves, facts : DataFrame
        As `attack.ranges` takes them.
    targets : sequence of (int, int)
        Ranges of levels.

    Raises
    ------
    KeyError
        If a column is absent.
    ValueError
        If a leaf stands twice or a range of levels is empty.
    """
    for frame, columns, what in ((leaves, ["area", "group", "n"], "leaves"), (facts, FACT, "facts")):
        absent = [column for column in columns if column not in frame.columns]
        if absent:
            raise KeyError(f"{what} lack {absent}; they have {sorted(map(str, frame.columns))}")
    if leaves.duplicated(["area", "group"]).any():
        raise ValueError("leaves name a cell twice; each area and group is one row")
    ranges = [*facts[RANGE].itertuples(index=False, name=None), *targets]
    if any(not 1 <= low <= high for low, high in ranges):
        raise ValueError("a range of levels runs from a level of at least 1 to one that is not below it")


def assemble(
    leaves: pd.DataFrame, facts: pd.DataFrame, *, targets: Sequence[tuple[int, int]], linear: Sequence[Linear]
) -> System:
    """Set up everything that is known of one item in one wave.

    Parameters
    ----------
    leaves : DataFrame
        ``area group n`` and perhaps ``region``; ``n`` is missing where it is not known.
    facts : DataFrame
        ``area group low_level high_level low high``.
    targets : sequence of (int, int)
        Ranges of levels that are asked for, which must be told apart.
    linear : sequence of (array, float, float)
        Further sums: coefficients by leaf and level, and limits.

    Returns
    -------
    System

    Raises
    ------
    ValueError
        If a fact counts answers where nobody is, or its limits have no number between them.
    """
    leaves, facts = leaves.reset_index(drop=True), facts.reset_index(drop=True)
    ranges = [*facts[RANGE].itertuples(index=False, name=None), *targets]
    linear = [(np.asarray(each, float), low, high) for each, low, high in linear]
    part = _parts(ranges, linear)
    own = coefficients(facts, lines_of(leaves), part, len(leaves))
    n, parts = leaves["n"].to_numpy(float, na_value=np.nan), part.max() + 1
    known = ~np.isnan(n)
    bases = sparse.kron(sparse.eye_array(len(leaves)), np.ones((1, parts))).tocsr()[known]
    sums = [sparse.csr_array(_of_parts(each, part).reshape(1, -1)) for each, *_ in linear]
    limits = np.array([limits for _, *limits in linear], float).reshape(-1, 2)
    low, high = (facts[side].to_numpy(float, na_value=np.nan) for side in ("low", "high"))
    # Counts are whole numbers, whatever the shares they were rounded to.
    low = np.ceil(np.nan_to_num(low, nan=0) - TOLERANCE)
    high = np.floor(np.nan_to_num(high, nan=np.inf) + TOLERANCE)
    _refuse_empty(facts, nobody=np.diff(own.indptr) == 0, low=low, high=high)
    counted = sparse.vstack([bases, own], format="csr")
    low, high = np.concatenate([n[known], low]), np.concatenate([n[known], high])
    return System(
        leaves=leaves,
        part=part,
        matrix=sparse.vstack([counted, *sums], format="csr"),
        low=np.concatenate([low, limits[:, 0]]),
        high=np.concatenate([high, limits[:, 1]]),
        most=_most(counted, high),
        facts=facts[["area", "group", *RANGE]],
    )


def _most(counted: sparse.csr_array, high: np.ndarray) -> np.ndarray:
    """Limit each unknown by the smallest of the counts that it is part of."""
    most = np.full(counted.shape[1], float(LARGEST))
    rows, columns = counted.nonzero()
    np.minimum.at(most, columns, high[rows])
    return most


def _parts(ranges: list[tuple[int, int]], linear: list[Linear]) -> np.ndarray:
    """Put levels together that no range and no sum tells apart."""
    top = max([high for _, high in ranges] + [each.shape[1] for each, *_ in linear])
    short = [each.shape for each, *_ in linear if each.shape[1] != top]
    if short:
        raise ValueError(f"sums have coefficients of shape {short[0]}, but there are {top} levels")
    starts = {low for low, _ in ranges} | {high + 1 for _, high in ranges}
    for each, *_ in linear:
        starts |= set(np.flatnonzero((np.diff(each, axis=1) != 0).any(axis=0)) + 2)
    return np.cumsum([level in starts and level > 1 for level in range(1, top + 1)])


def _of_parts(coefficients: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Take the coefficient of one level for each part: within a part they are the same."""
    return coefficients[:, np.unique(part, return_index=True)[1]]


def _refuse_empty(facts: pd.DataFrame, *, nobody: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Refuse facts that count answers where nobody is, and those between whose limits is no number."""
    whys = {
        "counts answers, but no leaf is in": nobody & (low > 0),
        "has no number within limits for": low > high,
    }
    for why, wrong in whys.items():
        if wrong.any():
            raise ValueError(f"a fact {why} {_name(next(facts[wrong].itertuples()))}")


def _name(fact: tuple) -> str:
    return f"area {fact.area}, group {fact.group}, levels {fact.low_level} to {fact.high_level}"
