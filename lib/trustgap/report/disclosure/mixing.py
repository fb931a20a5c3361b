"""What is mixed or compared is made of cells that are shown: the others are left out beforehand.

A pooled result that is not a plain sum (a fixed mix of groups, a model, ranks at equal weights of groups, the
mean of areas' shares) is another equation in the cells behind it. Beside the plain total it would give a
hidden cell away, limits and bases of two pooled results doing so nearly always. A bound is left out likewise:
of the few counts that it allows, mostly one alone gives the rank, the verdict or the model that is shown.
"""

import numpy as np
import pandas as pd

from trustgap.report.disclosure.mask import Mask
from trustgap.stats import counts as cells

NOTHING = cells.MISSING["blank"]
"""What stands in the answers where a cell is left out: nothing else tells of whoever was in it."""


def opened(counts: pd.DataFrame, mask: Mask, *, areas: bool = False, bounds: bool = False) -> pd.DataFrame:
    """Empty the cells that are hidden or a bound, so that nothing can be made of them.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it; where the country is among the cells, it says what was asked.
    mask : Mask
        What is hidden.
    areas : bool
        Empty all groups of an area where the pooled group is hidden or a bound, and none elsewhere: for what
        pools the groups of an area plainly and then mixes areas.
    bounds : bool
        Leave bounds as they were counted: for shares of one cell, which the mask bounds.

    Returns
    -------
    DataFrame
        `counts` with all numbers of such cells, and of areas without pages, 0, and ``closed``: 1 for such a
        cell, whether or not anybody was in it, so that its rows can be made and marked. A question that
        nobody in the country was asked is not.

    Examples
    --------
    >>> cell = {"area": "X1", "wave": "1", "item": "q"}
    >>> counts = pd.DataFrame([cell | {"group": "a", 1: 3, 2: 4}, cell | {"group": "b", 1: 9, 2: 9}])
    >>> opened(counts, Mask(hidden=frozenset({("X1", "1", "a", "q")})))[["group", 1, 2, "closed"]]
      group  1  2  closed
    0     a  0  0       1
    1     b  9  9       0
    """
    named = counts[cells.CELL].astype(str)
    group = pd.Series(cells.ALL, index=counts.index) if areas else named["group"]
    places = zip(named["area"], named["wave"], group, named["item"], strict=True)
    shut = mask.hidden if bounds else mask.untold
    closed = np.fromiter((place in shut for place in places), bool, len(counts))
    closed |= named["area"].isin(mask.silent).to_numpy()
    numbers = [*cells.levels(counts), *(kind for kind in cells.MISSING if kind in counts)]
    changed = counts.copy()
    changed[numbers] = np.where(closed[:, None], 0, counts[numbers].to_numpy())
    return changed.assign(closed=(closed & _asked(counts, named)).astype(int))


def _asked(counts: pd.DataFrame, named: pd.DataFrame) -> np.ndarray:
    """Say which cells belong to a question that a group was asked in a wave, anywhere in the country."""
    whole = named["area"].eq(cells.NATIONAL)
    if not whole.any():
        return np.full(len(counts), True)
    some = whole & (cells.valid(counts) + cells.unanswered(counts)).gt(0)
    keys = ["wave", "group", "item"]
    return pd.MultiIndex.from_frame(named[keys]).isin(pd.MultiIndex.from_frame(named.loc[some, keys]))


def told(answers: pd.DataFrame, mask: Mask, items: list[str], *, area: str = "") -> pd.DataFrame:
    """Take the answers of cells that are hidden or a bound out of the answers.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    mask : Mask
        What is hidden.
    items : list of str
        The items.
    area : str
        The area as which all answers count, such as `counts.NATIONAL`; by default each has its own.

    Returns
    -------
    DataFrame
        `answers`; who is in such a cell left its question blank. All of it is blank where the area has no
        pages.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "q": [2, 1]})
    >>> told(answers, Mask(hidden=frozenset({("X1", "1", "a", "q")})), ["q"])["q"].tolist()
    [0, 1]
    """
    place, names = cells.numbered(answers, cells.CELL[:3])
    where = names.assign(area=area) if area else names
    silent = where["area"].isin(mask.silent).to_numpy()
    changed = {}
    for item in items:
        keys = zip(where["area"], where["wave"], where["group"], strict=True)
        closed = silent | np.fromiter(((*key, item) in mask.untold for key in keys), bool, len(where))
        if closed.any():
            codes = answers[item].to_numpy()
            asked = codes != cells.MISSING["not_asked"]
            changed[item] = np.where(closed[place] & asked, NOTHING, codes).astype(codes.dtype)
    return answers.assign(**changed)
