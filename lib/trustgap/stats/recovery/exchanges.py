"""Tables near one that agrees with everything known: a few people answer otherwise, no sum breaks its limits.

One table that agrees proves nothing about a cell; two that differ in it prove that it was not found. Most
cells have two close together, and to see them takes no solver.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse

from trustgap.stats.recovery.system import System

EXACT = 1e-9
"""What arithmetic alone may take from a whole number of people."""


@dataclass(frozen=True)
class Moves:
    """Ways to change a table.

    Attributes
    ----------
    table : sparse array, shape (unknowns, moves)
        What one step changes in the table.
    sums : sparse array, shape (sums, moves)
        What it changes in the sums.
    sort, area, region : array of int, shape (moves,)
        Where a move is made; those of one sort change the same groups in the same way.
    """

    table: sparse.csc_array
    sums: sparse.csc_array
    sort: np.ndarray
    area: np.ndarray
    region: np.ndarray

    def less(self, one: np.ndarray, other: np.ndarray) -> "Moves":
        """Make moves each together with the opposite of another.

        Parameters
        ----------
        one, other : array of int
            Their places, pairwise.

        Returns
        -------
        Moves
        """
        table, sums = (change[:, one] - change[:, other] for change in (self.table, self.sums))
        return Moves(table, sums, self.sort[one], self.area[one], self.region[one])

    def steps(
        self, system: System, table: np.ndarray, *, within: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Count how many steps can be taken before a sum or an unknown breaks its limits.

        Parameters
        ----------
        system : System
            What is known.
        table : array of float, shape (unknowns,)
            Whole numbers that agree with it.
        within : array of bool, shape (sums,)
            The sums that have to hold.

        Returns
        -------
        forth, back : array of float, shape (moves,)
        """
        sums = system.matrix @ table
        low = np.where(within, sums - system.low, np.inf)
        high = np.where(within, system.high - sums, np.inf)
        forth, back = np.full((2, self.table.shape[1]), np.inf)
        for changed, down, up in ((self.sums, low, high), (self.table, table, system.most - table)):
            entries = changed.tocoo()
            row, size, more = entries.row, np.abs(entries.data), entries.data > 0
            np.minimum.at(forth, entries.col, np.where(more, up[row], down[row]) / size)
            np.minimum.at(back, entries.col, np.where(more, down[row], up[row]) / size)
        return np.maximum(np.floor(forth + EXACT), 0), np.maximum(np.floor(back + EXACT), 0)


def near(system: System, leaves: np.ndarray) -> Moves:
    """List the changes within one cell, and the exchanges between two groups of one area.

    Parameters
    ----------
    system : System
        What is known.
    leaves : array of bool, shape (leaves,)
        Cells of interest; each move touches one of them.

    Returns
    -------
    Moves
    """
    one = np.eye(system.parts)
    answers = np.array([one[s] - one[t] for s, t in combinations(range(system.parts), 2)])
    area, group, region = (_codes(system.leaves, column) for column in ("area", "group", "region"))
    first, second = _pairs(area)
    chosen = (leaves[first] | leaves[second]) & (group[first] <= group[second])
    first, second = first[chosen], second[chosen]
    unknown = system.leaves["n"].isna().to_numpy()
    open_ = unknown[first] & unknown[second]
    # Somebody gives another answer; or, where bases are not known, somebody is there or is not.
    ways = [(first, second, answers), (first[open_], second[open_], one)]
    table = sparse.hstack([_changes(*way, len(leaves)) for way in ways], format="csc")
    sums = (system.matrix @ table).tocsc()
    sums.eliminate_zeros()
    groups = group * (group.max(initial=0) + 1)
    sort = [
        ((groups[a] + group[b])[:, None] * 2 + kind) * system.parts**2 + np.arange(len(way))
        for kind, (a, b, way) in enumerate(ways)
    ]
    start = np.concatenate([np.repeat(a, len(way)) for a, _, way in ways])
    return Moves(table, sums, np.concatenate([each.ravel() for each in sort]), area[start], region[start])


def _codes(leaves: pd.DataFrame, column: str) -> np.ndarray:
    """Give each value of a column its number; without the column all are the same."""
    return pd.factorize(leaves[column])[0] if column in leaves else np.zeros(len(leaves), int)


def _pairs(area: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair the cells of each area, each also with itself and both ways round."""
    order = np.argsort(area, kind="stable")
    size = np.bincount(area)
    many = size[area[order]]
    start = (np.cumsum(size) - size)[area[order]]
    nth = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(order, many), order[np.repeat(start, many) + nth]


def _changes(first: np.ndarray, second: np.ndarray, ways: np.ndarray, leaves: int) -> sparse.csc_array:
    """Make every change for every pair: what it adds to the first cell it takes from the second."""
    here, two = np.arange(len(first)), np.flatnonzero(first != second)
    value = np.concatenate([np.ones(len(here)), -np.ones(len(two))])
    place = np.concatenate([first, second[two]]), np.concatenate([here, two])
    changed = sparse.csc_array((value, place), shape=(leaves, len(first)))
    return sparse.kron(changed, ways.T, format="csc")


def rectangles(moves: Moves, system: System, table: np.ndarray) -> Moves:
    """Let two areas make opposite moves, so that no sum over areas changes.

    Parameters
    ----------
    moves : Moves
        As `near` returns them.
    system : System
        What is known.
    table : array of float, shape (unknowns,)
        Whole numbers that agree with it.

    Returns
    -------
    Moves
        Each move with those of the areas, of its region and of all, that can go furthest the other way.
    """
    forth, back = moves.steps(system, table, within=within_areas(system))
    pairs = []
    for room, other in ((forth, back), (back, forth)):
        able = np.flatnonzero(room > 0)
        for key in (moves.sort, moves.sort * (moves.region.max(initial=0) + 2) + moves.region + 1):
            partner = _furthest(key, other, moves.area)[able]
            pairs.append(np.column_stack([able, partner])[partner >= 0])
    one, other = np.concatenate(pairs).T
    return moves.less(one, other)


def _furthest(key: np.ndarray, room: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Find for each move the one of equal key, in another area, with the most room; -1 if there is none."""
    order = np.lexsort((-room, key))
    start = np.flatnonzero(np.diff(key[order], prepend=-1))
    last = np.append(start[1:], len(order)) - 1
    of = np.repeat(np.arange(len(start)), last - start + 1)
    best, second = order[start], order[np.minimum(start + 1, last)]
    found = np.empty(len(order), int)
    found[order] = np.where(area[best[of]] != area[order], best[of], second[of])
    return np.where((area[found] != area) & (room[found] > 0), found, -1)


def within_areas(system: System) -> np.ndarray:
    """Say which sums are over one area's cells alone.

    Parameters
    ----------
    system : System
        What is known.

    Returns
    -------
    array of bool, shape (sums,)
    """
    area = np.repeat(_codes(system.leaves, "area"), system.parts)
    row, column = system.matrix.nonzero()
    low, high = np.full(system.matrix.shape[0], len(area)), np.full(system.matrix.shape[0], -1)
    np.minimum.at(low, row, area[column])
    np.maximum.at(high, row, area[column])
    return low == high
