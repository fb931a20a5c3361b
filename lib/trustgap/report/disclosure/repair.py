"""Attack what is left: whoever can add and subtract must not find what a hidden cell answered.

The attacker is given more than a reader has: every base, and the count behind every share that is shown.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from trustgap.report.disclosure.rules import CLASS_SHARE, THRESHOLD, nearly_none
from trustgap.report.disclosure.secondary import Board, complements
from trustgap.stats import counts as cells
from trustgap.stats.recovery import ranges

WIDE = 2
"""A range of so many people is enough for a hidden cell of `SEVERAL` or more; one is enough for others."""

SEVERAL = 3

ROUNDS = 10
"""Attempts at repair by single cells."""


@dataclass(frozen=True)
class Told:
    """What everybody who adds and subtracts knows of the positive answers of every cell.

    Parameters
    ----------
    count : array of int, shape of the board
        The truth.
    least, most : array of int
        What is told of it: the same number twice where a share is shown.
    """

    count: np.ndarray
    least: np.ndarray
    most: np.ndarray


def told(on: Board, positive: np.ndarray) -> Told:
    """Say what is told of the positive answers of every cell.

    Parameters
    ----------
    on : Board
        With all decisions so far.
    positive : array of int, shape of the board
        Positive answers; for respondents none.

    Returns
    -------
    Told
        A hidden cell can have any number from none to all, a bound any number that it allows.
    """
    few = nearly_none(on.n)
    low, high = on.bounded & (positive <= few), on.bounded & (positive > few)
    least = np.select([on.hidden | low, high], [0, on.n - few], positive)
    most = np.select([on.hidden | high, low], [on.n, few], positive)
    return Told(positive, least, most)


def by_subtraction(on: Board, known: Told) -> np.ndarray:
    """Find how wide a range the lines of a cell leave it, each line taken alone.

    Parameters
    ----------
    on : Board
        All cells.
    known : Told
        What is told.

    Returns
    -------
    array of int, shape of the board
        People. The attacker, who takes all lines together, leaves no more.
    """
    width = known.most - known.least
    for axis, members, total in on.lines:
        least, most = (np.moveaxis(part, axis, 0) for part in (known.least, known.most))
        others_least = least[members].sum(axis=0) - least[members]
        others_most = most[members].sum(axis=0) - most[members]
        low = np.maximum(least[members], least[total] - others_most)
        high = np.minimum(most[members], most[total] - others_least)
        np.moveaxis(width, axis, 0)[members] = np.minimum(np.moveaxis(width, axis, 0)[members], high - low)
    return width


def by_exchange(on: Board, known: Told) -> np.ndarray:
    """Find how far the answers of a cell can move while every published sum stays.

    Parameters
    ----------
    on : Board
        All cells.
    known : Told
        What is told.

    Returns
    -------
    array of int, shape of the board
        People; the attacker leaves at least as much. Two groups of one area exchange answers, and the same
        two groups of other areas exchange them back; so do one group and a total that is not told.
    """
    width, whole = np.zeros(on.n.shape, int), len(on.groups) - 1
    down, up = known.count - known.least, known.most - known.count

    def move(away: np.ndarray, back: np.ndarray, cells_: tuple[int, int]) -> None:
        free = np.minimum(away, back.sum(axis=0) - back) + np.minimum(back, away.sum(axis=0) - away)
        for group in cells_:
            width[areas, group] = np.maximum(width[areas, group], free)

    areas = np.flatnonzero(on.places != cells.NATIONAL)
    for one, other in combinations(range(whole), 2):
        away = np.minimum(down[areas, one], up[areas, other])
        move(away, np.minimum(up[areas, one], down[areas, other]), (one, other))
    for one in range(whole):
        away, back = (np.minimum(part[areas, one], part[areas, whole]) for part in (down, up))
        move(away, back, (one, whole))
    return width


def repair(on: Board, positive: np.ndarray) -> Board:
    """Hide more, until nothing hidden is found.

    Parameters
    ----------
    on : Board
        With all decisions so far, complements included.
    positive : array of int, shape of the board
        Positive answers of every cell.

    Returns
    -------
    Board
        On which the attacker is left with at least two numbers for a hidden cell of one or two people and
        for a bound, and with three for hidden cells of three to ten.

    Notes
    -----
    Where nearly everybody of a place answered alike, its total becomes a bound; elsewhere one more group is
    hidden, and where none is left, the total. What is found after `ROUNDS` of that takes all that is told of
    the question with it: in these areas, else in all areas, else in the whole too.
    """
    for _ in range(ROUNDS):
        found = find(on, positive)
        if not found.any():
            return on
        on = _give(on, positive, found)
        on = replace(on, hidden=on.hidden | complements(on))
    areas = (on.places != cells.NATIONAL)[:, None, None]
    whole = np.ones_like(areas)
    for part in (found.any(axis=1, keepdims=True), areas, whole):
        shut = part & found.any(axis=(0, 1)) & ~on.known
        on = replace(on, hidden=on.hidden | shut, bounded=on.bounded & ~shut)
        on = replace(on, hidden=on.hidden | complements(on))
        found = find(on, positive)
        if not found.any():
            break
    return on


def find(on: Board, positive: np.ndarray) -> np.ndarray:
    """Find the cells whose answers the attacker knows too well.

    Parameters
    ----------
    on, positive
        As for `repair`.

    Returns
    -------
    array of bool, shape of the board
        Cheap arguments first: single lines that give a cell away, exchanges that keep it safe. Only what
        neither of them settles is attacked with everything at once.
    """
    known, least = told(on, positive), needed(on)
    found = least > by_subtraction(on, known)
    unsure = ~found & (least > by_exchange(on, known))
    for block in np.flatnonzero(unsure.any(axis=(0, 1))):
        width = _attacked(on, known, unsure[:, :, block], block)
        found[:, :, block] |= unsure[:, :, block] & (least[:, :, block] > width)
    return found


def needed(on: Board, *, bounds: bool = True) -> np.ndarray:
    """Say how wide a range every cell must be left.

    Parameters
    ----------
    on : Board
        All cells.
    bounds : bool
        Whether a bound is one of them.

    Returns
    -------
    array of int, shape of the board
        People; 0 for cells that are shown, for hidden ones of more than ten, and for respondents.
    """
    few = on.hidden & (on.n > 0) & (on.n < THRESHOLD)
    wide = np.select([on.bounded & bounds, few], [1, np.where(on.n >= SEVERAL, WIDE, 1)], 0)
    return wide * (on.blocks.get_level_values(1) != "")


def _attacked(on: Board, known: Told, aims: np.ndarray, block: int) -> np.ndarray:
    """Let the attacker take all lines of one question in one wave together."""
    place, group = np.nonzero(on.n[:, :, block])
    every = pd.DataFrame(
        {
            "area": on.places[place], "group": on.groups[group], "n": on.n[place, group, block],
            "low": known.least[place, group, block], "high": known.most[place, group, block],
        }
    )  # fmt: skip
    every["positive"] = known.count[place, group, block]
    leaf = every[every["area"].ne(cells.NATIONAL) & every["group"].ne(cells.ALL)].reset_index(drop=True)
    leaves = leaf[["area", "group", "n"]]
    truth = np.stack([leaf["n"] - leaf["positive"], leaf["positive"]], axis=1)
    facts = every[every["high"] - every["low"] < every["n"]].assign(low_level=2, high_level=2)
    sought = every.loc[aims[place, group], ["area", "group"]]
    found = ranges(leaves, facts, targets=[(2, 2)], cells=sought, start=truth)
    width = np.zeros(on.n.shape[:2], int)
    sure = found["known"].ne("at most").to_numpy()
    at = on.places.get_indexer(found["area"]), on.groups.get_indexer(found["group"])
    width[at] = np.where(sure, found["most"] - found["least"], 0)
    return width


def _give(on: Board, positive: np.ndarray, found: np.ndarray) -> Board:
    """Take one more number out of every line in which something was found."""
    hidden, bounded = on.hidden.copy(), on.bounded.copy()
    every, groups = np.arange(len(on.places)), np.arange(len(on.groups) - 1)
    share = positive / np.maximum(on.n, 1)
    for place, block in zip(*np.nonzero(found.any(axis=1)), strict=True):
        total = (place, len(groups), block)
        alike = not CLASS_SHARE >= share[total] >= 1 - CLASS_SHARE
        if alike and not hidden[total] and not bounded[total] and not on.known[total]:
            bounded[total] = True
            continue
        group = np.flatnonzero(found[place, :, block])[0]
        for line in ((place, groups, block), total, (every, group, block)):
            left = (on.n[line] > 0) & ~hidden[line] & ~on.known[line]
            if left.any():
                chosen = np.zeros(left.shape, bool)
                chosen.flat[np.where(left, on.size[line], np.inf).argmin()] = True
                hidden[line] = hidden[line] | chosen
                break
    return replace(on, hidden=hidden, bounded=bounded & ~hidden)
