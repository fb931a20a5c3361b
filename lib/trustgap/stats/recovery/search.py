"""The search for the limits of many sums: what is seen near a table first, then what needs a solver."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from trustgap.stats.recovery import programmes
from trustgap.stats.recovery.exchanges import Moves, near, rectangles, within_areas
from trustgap.stats.recovery.system import TOLERANCE, System

ROUNDS = 40
"""At most so many tables are sought that move one cell of every area at once."""


class Search:
    """Limits of sums: those that tables reach, and those that nothing can pass.

    Parameters
    ----------
    system : System
        What is known.
    aims : sparse array, shape (targets, unknowns)
        The sums whose limits are sought.
    home : array of int, shape (targets,)
        The area whose cells a sum is over; -1 if of several.
    enough : array of float, shape (targets,)
        How far apart two tables have to be for the limits not to matter.

    Attributes
    ----------
    least, most : array of float, shape (targets,)
        Reached by tables.
    floor, roof : array of float, shape (targets,)
        Not passed by any table.
    """

    def __init__(
        self, system: System, aims: sparse.csr_array, *, home: np.ndarray, enough: np.ndarray
    ) -> None:
        self.system, self.aims, self.home, self.enough = system, aims, home, enough
        self.least, self.most = np.full(len(home), np.inf), np.full(len(home), -np.inf)
        self.floor, self.roof = np.zeros(len(home)), _bases(system, aims)
        leaves = np.asarray(abs(aims).sum(axis=0)).reshape(-1, system.parts).any(axis=1)
        self.moves = near(system, leaves)

    def run(self, table: np.ndarray | None = None) -> None:
        """Search until all is settled that can be.

        Parameters
        ----------
        table : array of float, shape (unknowns,), optional
            Whole numbers that agree with everything known, to start from.
        """
        if len(self.home) == 0:
            return
        self.see(programmes.centre(self.system, self.aims) if table is None else table)
        self.areas_alone()
        self.areas_together()
        self.one_by_one()

    def found(self) -> dict[str, np.ndarray]:
        """Say what is known in the end.

        Returns
        -------
        dict
            ``least``, ``most`` and ``known``, as `attack.ranges` explains them.
        """
        settled = (self.least <= self.floor) & (self.most >= self.roof)
        wide = self.most - self.least >= self.enough
        known = np.select([settled, wide], ["exact", "at least"], "at most")
        open_ = known == "at most"
        least, most = np.where(open_, self.floor, self.least), np.where(open_, self.roof, self.most)
        return {"least": least, "most": most, "known": known}

    @property
    def open(self) -> np.ndarray:
        """Places of the targets that are not settled."""
        settled = (self.least <= self.floor) & (self.most >= self.roof)
        return np.flatnonzero(~settled & ~(self.most - self.least >= self.enough))

    def see(self, table: np.ndarray) -> None:
        """Take note of a table, and of those near to it.

        Parameters
        ----------
        table : array of float, shape (unknowns,)
            Whole numbers that agree with everything known.
        """
        values = self.aims @ table
        self._reach(np.arange(len(values)), values, values)
        for moves in (self.moves, rectangles(self.moves, self.system, table)):
            self._near(moves, table, values)

    def _near(self, moves: Moves, table: np.ndarray, values: np.ndarray) -> None:
        every = np.ones(len(self.system.low), bool)
        forth, back = moves.steps(self.system, table, within=every)
        change = (self.aims @ moves.table).tocoo()
        by, target = change.data, change.row
        up = np.where(by > 0, by * forth[change.col], -by * back[change.col])
        down = np.where(by > 0, by * back[change.col], -by * forth[change.col])
        self._reach(target, values[target] - down, values[target] + up)

    def _reach(self, target: np.ndarray, least: np.ndarray, most: np.ndarray) -> None:
        np.minimum.at(self.least, target, least)
        np.maximum.at(self.most, target, most)

    def areas_alone(self) -> None:
        """Limit the open targets by what is known of their area alone, all areas at once."""
        chosen = self.open[self.home[self.open] >= 0]
        alone, inside = self._alone(self.home[chosen])
        for turn in self._one_by_area(chosen):
            # No sum goes over two areas, so that the least of all together is the least of each.
            aims = self.aims[turn][:, inside]
            for sign, limit in ((1, self.floor), (-1, self.roof)):
                counts, _ = programmes.table(alone, sign * np.asarray(aims.sum(axis=0)), whole=False)
                limit[turn] = sign * np.ceil(sign * (aims @ counts) - TOLERANCE)

    def _alone(self, areas: np.ndarray) -> tuple[System, np.ndarray]:
        """Keep what is known of single areas, and of some of them."""
        system = self.system
        leaves = np.isin(pd.factorize(system.leaves["area"])[0], areas)
        inside = np.repeat(leaves, system.parts)
        local = within_areas(system) & ((abs(system.matrix) @ inside) > 0)
        matrix = system.matrix[local][:, inside]
        limits = {"low": system.low[local], "high": system.high[local], "most": system.most[inside]}
        return replace(system, leaves=system.leaves[leaves], matrix=matrix, **limits), inside

    def _one_by_area(self, chosen: np.ndarray) -> Iterator[np.ndarray]:
        """Give the targets in turns, in each at most one of an area."""
        order = chosen[np.argsort(self.home[chosen], kind="stable")]
        start = np.searchsorted(self.home[order], self.home[order])
        turn = np.arange(len(order)) - start
        for nth in range(turn.max(initial=-1) + 1):
            yield order[turn == nth]

    def areas_together(self) -> None:
        """Move one open target of every area as far as it goes, again and again while that settles some."""
        for _ in range(ROUNDS):
            before = self.open
            chosen = next(self._one_by_area(before), None)
            if chosen is None:
                return
            up = self.roof[chosen] - self.most[chosen] >= self.least[chosen] - self.floor[chosen]
            aim = self.aims[chosen].T @ np.where(up, -1.0, 1.0)
            table, _ = programmes.least(self.system, aim)
            if table is not None:
                self.see(table)
            if len(self.open) == len(before):
                return

    def one_by_one(self) -> int:
        """Solve for what is still open, each by itself.

        Returns
        -------
        int
            How many were.
        """
        chosen = self.open
        for target in chosen:
            if target not in self.open:
                continue
            aim = self.aims[[target]].toarray()[0]
            for sign, limit in ((1, self.floor), (-1, self.roof)):
                table, value = programmes.least(self.system, sign * aim)
                limit[target] = (
                    max(sign * value, self.floor[target]) if sign > 0 else min(-value, self.roof[target])
                )
                if table is not None:
                    values = self.aims @ table
                    self._reach(np.arange(len(values)), values, values)
        return len(chosen)


def _bases(system: System, aims: sparse.csr_array) -> np.ndarray:
    """Limit each sum of counts by the bases of its cells, where they are known."""
    n = system.leaves["n"].to_numpy(float, na_value=np.nan)
    most = np.where(np.isnan(n), system.most.reshape(-1, system.parts).sum(axis=1), n)
    leaves = sparse.kron(sparse.eye_array(len(n)), np.ones((system.parts, 1)))
    return ((aims @ leaves) > 0).astype(float) @ most
