"""Where the split into positive, neutral and negative answers of all staff would tell of hidden cells."""

import numpy as np
import pandas as pd

from trustgap.report.disclosure.repair import Told, by_subtraction, needed
from trustgap.report.disclosure.secondary import Board
from trustgap.stats import counts as cells


def withheld(on: Board, positive: np.ndarray, negative: np.ndarray, items: pd.DataFrame) -> np.ndarray:
    """Choose the totals of which only the positive share is shown.

    Parameters
    ----------
    on : Board
        With all other decisions.
    positive, negative : array of int, shape of the board
        Answers of every cell.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``low_to``.

    Returns
    -------
    array of bool, shape of the board
        Totals of all staff, such that no line leaves a hidden cell of a few people one number, or two of
        three or more, of neutral or of negative answers. Of groups that split is never shown.

    Notes
    -----
    A total of which nobody answered "no" tells that nobody of a hidden group did. Where the total of the
    place itself is hidden, that of the smallest other area gives way, at last that of the whole.
    """
    asked = on.blocks.get_level_values(1)
    top, low = (pd.Series(asked).map(items[name]).fillna(0).to_numpy() for name in ("top_from", "low_to"))
    marks, three = np.zeros(on.n.shape, bool), (low > 0) & (top - 1 > low)
    while True:
        found = three & _found(on, positive, negative, marks)
        if not found.any():
            return marks
        for place, block in zip(*np.nonzero(found.any(axis=1)), strict=True):
            left = on.open_[:, -1, block] & ~marks[:, -1, block]
            if not left.any():
                three[block] = False
                continue
            # The whole gives way last.
            size = np.where(on.places == cells.NATIONAL, np.inf, on.size[:, -1, block])
            smallest = np.flatnonzero(left)[size[left].argmin()]
            marks[place if left[place] else smallest, -1, block] = True


def _found(on: Board, positive: np.ndarray, negative: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Find the hidden cells of which a line tells too much."""
    told = on.open_ & ~marks
    told[:, :-1] = False
    others = on.n - np.where(on.open_ & ~on.bounded, positive, 0)
    found = np.zeros(on.n.shape, bool)
    for part in (negative, on.n - positive - negative):
        known = Told(part, np.where(told, part, 0), np.where(told, part, others))
        found |= needed(on, bounds=False) > by_subtraction(on, known)
    return found
