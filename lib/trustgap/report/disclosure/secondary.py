"""What has to be hidden besides, so that no hidden cell is found by subtracting what is shown from a total.

Every published sum is a line: the groups of a place add up to all its staff, the areas to the whole. A line
gives nothing away if none of its cells is hidden, or if several are. (Nothing is published by region.)
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.stats import counts as cells

ROUNDS = 20
"""Passes over all lines after which a release that still has an open one is refused."""


@dataclass(frozen=True)
class Board:
    """All cells of a release by place, group, and question in a wave.

    Parameters
    ----------
    places, groups : Index
        Of the first two axes: areas and the whole; groups, the pooled one last.
    blocks : MultiIndex
        Of the last axis: wave and item; item "" stands for respondents.
    n : array of int, shape (places, groups, blocks)
        Valid answers, or respondents.
    hidden, bounded : array of bool
        Of which nothing is shown; of which a bound is shown.
    size : array of float
        What the cells that are hidden besides are chosen by: respondents, then answers.
    empty : array of bool
        Hidden, and nobody is there, though others of the area, and of that group elsewhere, answered. An
        area in which nobody took part at all is no cell of its own.
    known : array of bool
        Published before, of the same people: it protects nothing, whether it is hidden now or not.
    """

    places: pd.Index
    groups: pd.Index
    blocks: pd.MultiIndex
    n: np.ndarray
    hidden: np.ndarray
    bounded: np.ndarray
    size: np.ndarray
    empty: np.ndarray
    known: np.ndarray

    @property
    def open_(self) -> np.ndarray:
        """Whether there is somebody in a cell, and its count is shown."""
        return (self.n > 0) & ~self.hidden

    @property
    def lines(self) -> list[tuple[int, np.ndarray, int]]:
        """Along which axis which places add up to which other."""
        groups, whole = np.arange(len(self.groups) - 1), self.places == cells.NATIONAL
        by_area = [(0, np.flatnonzero(~whole), int(np.flatnonzero(whole)[0]))] if whole.any() else []
        return [(1, groups, len(groups)), *by_area]

    def at(self, decided: pd.DataFrame) -> np.ndarray:
        """Mark cells.

        Parameters
        ----------
        decided : DataFrame
            ``area wave group item``; cells that are not on the board are left out.

        Returns
        -------
        array of bool
        """
        place, group, block = self._places(decided)
        marks, on = np.zeros(self.n.shape, bool), (place >= 0) & (group >= 0) & (block >= 0)
        marks[place[on], group[on], block[on]] = True
        return marks

    def spread(self, counts: pd.DataFrame, values: pd.Series) -> np.ndarray:
        """Lay out numbers of cells.

        Parameters
        ----------
        counts : DataFrame
            ``area wave group item`` of each number.
        values : Series of int
            One number per row of `counts`.

        Returns
        -------
        array of int, shape of the board
            0 where no cell was given.
        """
        laid, at = np.zeros(self.n.shape, int), self._places(counts)
        laid[at] = np.asarray(values)
        return laid

    def _places(self, named: pd.DataFrame) -> tuple[np.ndarray, ...]:
        text = named[cells.CELL].astype(str)
        asked = pd.MultiIndex.from_frame(text[["wave", "item"]])
        return (
            self.places.get_indexer(text["area"]),
            self.groups.get_indexer(text["group"]),
            self.blocks.get_indexer(asked),
        )

    def rows(self, marks: np.ndarray) -> pd.DataFrame:
        """Name marked cells.

        Parameters
        ----------
        marks : array of bool
            As `at` gives them.

        Returns
        -------
        DataFrame
            ``area wave group item``.
        """
        place, group, block = np.nonzero(marks)
        wave, item = (self.blocks.get_level_values(level)[block] for level in (0, 1))
        named = {"area": self.places[place], "wave": wave, "group": self.groups[group], "item": item}
        return pd.DataFrame({name: np.asarray(values, dtype=object) for name, values in named.items()})


def board(
    counts: pd.DataFrame,
    respondents: pd.DataFrame,
    decided: pd.DataFrame,
    *,
    already: pd.DataFrame | None = None,
) -> Board:
    """Lay out all cells of a release, with what the primary rules decided.

    Parameters
    ----------
    counts : DataFrame
        Cells, with pooled ones.
    respondents : DataFrame
        ``area``, ``wave``, ``group`` and ``n``, pooled ones included.
    decided : DataFrame
        As `rules.primary` returns it; all cells of a silent area are hidden.
    already : DataFrame, optional
        ``area wave group item`` of cells that were published before and hold the same answers.

    Returns
    -------
    Board
        Cells that were published before count as told.
    """
    answered = counts[cells.CELL].astype(str).assign(n=cells.valid(counts).to_numpy())
    present = pd.concat([answered, respondents.assign(item="")[[*cells.CELL, "n"]]], ignore_index=True)
    every = present.astype({name: str for name in cells.CELL})
    places, groups = pd.Index(every["area"].unique()), pd.Index(every["group"].unique())
    groups = groups[groups != cells.ALL].append(pd.Index([cells.ALL]))
    blocks = pd.MultiIndex.from_frame(every[["wave", "item"]].drop_duplicates())
    shape = (len(places), len(groups), len(blocks))
    none = np.zeros(shape, bool)
    bare = Board(places, groups, blocks, np.zeros(shape, int), none, none, np.zeros(shape), none, none)
    n = bare.spread(every, every["n"])
    people = blocks.get_indexer(
        pd.MultiIndex.from_arrays([blocks.get_level_values(0), [""] * len(blocks)], names=blocks.names)
    )
    by_kind = {kind: bare.at(part) for kind, part in decided.groupby("kind")}
    hidden = by_kind.get("hidden", none) | by_kind.get("secondary", none)
    hidden[places.isin(decided.loc[decided["kind"].eq("silent"), "area"])] = True
    known = none if already is None else bare.at(already)
    hidden &= ~known
    bounded = by_kind.get("bounded", none) & ~hidden & ~known
    size = n[:, :, people] + n / (n.max(initial=0) + 1.0)
    there = n[:, -1:, people] > 0
    empty = hidden & (n == 0) & (n > 0).any(axis=0) & there
    return replace(bare, n=n, hidden=hidden, bounded=bounded, size=size, empty=empty, known=known)


def complements(on: Board) -> np.ndarray:
    """Choose the cells to hide besides: in each line with too few hidden cells, the smallest that is shown.

    Parameters
    ----------
    on : Board
        With what is hidden already.

    Returns
    -------
    array of bool
        Cells to hide. With them, in every line whose total is shown the hidden cells with somebody in them
        are none, or at least two with together `THRESHOLD` people; where a bound or the total stands in
        the line, it is not the only cell that is not told. An empty cell protects nothing; that it is empty
        is as little told as that somebody is there.

    Raises
    ------
    RuntimeError
        If after `ROUNDS` passes a line is still open.

    Notes
    -----
    Rule 7 of tabular disclosure control as the handbooks on it state it [1]_: the complement is the smallest
    cell by number of respondents, so that mostly it is the same group for all questions. Where no other
    cell is left, the total is hidden.

    References
    ----------
    .. [1] Hundepool, A. and others (2012). Statistical Disclosure Control. Wiley, chapter 4.
    """
    now = on
    for _ in range(ROUNDS):
        before = now.hidden.sum()
        for axis, members, total in on.lines:
            more = np.moveaxis(_short(now, axis, members, total), 0, axis)
            now = replace(now, hidden=now.hidden | more, bounded=now.bounded & ~more)
        if now.hidden.sum() == before:
            return now.hidden & ~on.hidden
    raise RuntimeError(f"after {ROUNDS} passes a line can still be solved; nothing of this release is shown")


def _short(on: Board, axis: int, members: np.ndarray, total: int) -> np.ndarray:
    """Mark what to hide in lines along one axis, at most one cell of each."""
    parts = (on.n, on.hidden, on.bounded, on.size, on.empty, on.known)
    n, hidden, bounded, size, empty, known = (np.moveaxis(part, axis, 0) for part in parts)
    there = n[members] > 0
    kept, bound = hidden[members] & there, bounded[members] & there
    several = (kept.sum(axis=0) >= 2) & ((n[members] * kept).sum(axis=0) >= THRESHOLD)
    # A cell hidden for an empty one has enough people: the two need no third.
    nobody = empty[members].any(axis=0) & ~(kept & (n[members] < THRESHOLD)).any(axis=0)
    several |= nobody & kept.any(axis=0)
    untold = (kept | bound | empty[members]).sum(axis=0) + (hidden[total] | bounded[total])
    alone = (untold == 1) & (n[total] > 0)
    short = alone | ((kept | empty[members]).any(axis=0) & ~several & ~hidden[total])
    # Where a bound stands alone, hiding it would leave one cell alone again.
    could = there & ~kept & ~known[members] & ~(bound & ~kept.any(axis=0))
    chosen = np.where(could, size[members], np.inf).argmin(axis=0)
    marks = np.zeros(n.shape, bool)
    one = np.arange(len(members)).reshape(-1, *[1] * (n.ndim - 1)) == chosen
    marks[members] = one & could & short
    marks[total] = short & ~could.any(axis=0) & ~known[total]
    return marks
