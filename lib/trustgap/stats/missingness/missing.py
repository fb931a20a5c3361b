"""What missing answers could hide: shares at their worst and best, and verdicts that would not stand."""

import numpy as np
import pandas as pd

from trustgap.stats.cells import attribute, identity, positives
from trustgap.stats.counts import UNANSWERED, levels, unanswered, valid
from trustgap.stats.shares.intervals import proportion, wilson

TOLERATED = 0.05
"""Up to this share of those asked may be missing without a second look."""

KEYS = ["area", "wave", "item", "group_a", "group_b", "target", "estimand"]
"""The columns that name a comparison."""


def affected(counts: pd.DataFrame) -> pd.Series:
    """Find the cells in which more answers are missing than is tolerated.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.

    Returns
    -------
    Series of bool, index as `counts`
        Whether more than `TOLERATED` of those asked gave no valid answer.

    Examples
    --------
    >>> affected(pd.DataFrame({1: [95, 94], "blank": [5, 6]})).tolist()
    [False, True]
    """
    without = unanswered(counts)
    return without > TOLERATED * (valid(counts) + without)


def filled(counts: pd.DataFrame, items: pd.DataFrame, *, top: bool | np.ndarray) -> pd.DataFrame:
    """Let everybody without a valid answer have answered at one end of the scale.

    Any result that is made from counts can so be made again at its worst and at its best.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        Needs ``k``, the number of categories.
    top : bool, or array of bool with one value per row
        The top of the scale, or the bottom.

    Returns
    -------
    DataFrame
        `counts`, with nobody missing. A cell without any valid answer stays as it is: nothing is said of
        it that missing answers could overturn.

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> cells = pd.DataFrame({"item": ["q"], 1: [3], 2: [4], 3: [0], "blank": [1], "dont_know": [2]})
    >>> filled(cells, pd.DataFrame({"k": [2]}, index=["q"]), top=True)
      item  1  2  3  blank  dont_know
    0    q  3  7  0      0          0
    """
    k = attribute(counts, items, "k")
    moved = np.where(valid(counts) > 0, unanswered(counts), 0)
    at = np.where(np.broadcast_to(top, len(counts)), k, 1)
    changed = counts.copy()
    for score in levels(counts):
        changed[score] = counts[score] + np.where(at == score, moved, 0)
    for kind in UNANSWERED:
        if kind in counts:
            changed[kind] = np.where(moved > 0, 0, counts[kind])
    return changed


def bounds(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Estimate every positive share as if all missing answers had been negative, and positive.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        Needs ``team``, ``top_from`` and ``k``.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``missing``; ``share_lowest`` and ``share_highest``, in [0, 1], with Wilson limits. ``n_a``
        is all who were asked. Reasons: ``all_missing``, ``n_lt_min`` (nobody was asked).

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Notes
    -----
    Whatever the missing answers would have been, the share of all who were asked lies between the two
    estimates [1]_; the intervals say nothing of that, only of chance.

    References
    ----------
    .. [1] Manski, C. F. (1989). Anatomy of the selection problem. Journal of Human Resources, 24, 343-360.

    Examples
    --------
    >>> items = pd.DataFrame({"team": "", "top_from": 2, "k": 2}, index=["q"])
    >>> cell = {"area": "X1", "wave": "1", "group": "g", "item": "q", 1: 4, 2: 4, "blank": 2}
    >>> bounds(pd.DataFrame([cell]), items)[["estimand", "n_a", "estimate"]]
            estimand  n_a  estimate
    0   share_lowest   10       0.4
    1  share_highest   10       0.6
    """
    named = identity(counts, items).assign(analysis="missing", method="wilson")
    n, without = valid(counts).to_numpy(), unanswered(counts).to_numpy()
    asked, hits = n + without, positives(counts, items)
    base = np.where(n > 0, asked, 0)
    reason = np.select([n > 0, asked > 0], ["", "all_missing"], "n_lt_min")
    rows = []
    for estimand, x in (("share_lowest", hits), ("share_highest", hits + np.where(n > 0, without, 0))):
        low, high = wilson(x, base)
        share = {"estimate": proportion(x, base), "conf_low": low, "conf_high": high}
        rows.append(named.assign(estimand=estimand, n_a=asked, reason=reason, **share))
    return pd.concat(rows, ignore_index=True)


def verdict_changes(base: pd.DataFrame, *others: pd.DataFrame, estimand: str) -> pd.DataFrame:
    """Say of every comparison whether its four-way verdict stays the same in other versions of it.

    Parameters
    ----------
    base : DataFrame, rows of results
        Comparisons with ``verdict``, one row for each combination of `KEYS`.
    *others : DataFrame, rows of results
        The same comparisons, made of other answers, with other weights or in another way.
    estimand : str
        What the rows are called, such as ``holds_bounds``.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``missing``; one row for every row of `base` that has a verdict, with that ``verdict``;
        ``estimate`` is 1 where the verdict is the same in all `others`, 0 where it is not, missing where
        one of them has none. ``reason`` then is theirs, or ``n_lt_min`` where they lack the row.

    Raises
    ------
    ValueError
        If a comparison occurs twice.

    Examples
    --------
    >>> names = dict.fromkeys(["area", "wave", "item", "group_b", "target"], "") | {"estimand": "theta"}
    >>> base = pd.DataFrame({"group_a": ["a", "b"], "verdict": "higher", "rests_on": [()] * 2, **names})
    >>> other = base.assign(verdict=["higher", "inconclusive"], reason="")
    >>> verdict_changes(base, base.assign(reason=""), other, estimand="holds_bounds")["estimate"].tolist()
    [1.0, 0.0]
    """
    asked = base[base["verdict"].ne("")].reset_index(drop=True)
    same, unable = np.ones(len(asked), bool), np.full(len(asked), "", dtype=object)
    for other in others:
        # As objects: a version that lacks every row has columns of no kind.
        theirs = other[[*KEYS, "verdict", "reason"]].astype(object)
        found = asked[KEYS].astype(object).merge(theirs, on=KEYS, how="left", validate="1:1")
        without = found["verdict"].fillna("").eq("").to_numpy()
        why = found["reason"].fillna("").replace("", "n_lt_min").to_numpy()
        unable = np.where((unable == "") & without, why, unable)
        same &= (found["verdict"] == asked["verdict"]).to_numpy()
    kept = [name for name in (*KEYS, "n_a", "n_b", "verdict", "rests_on") if name in asked]
    return asked[kept].assign(
        analysis="missing",
        estimand=estimand,
        estimate=np.where(unable == "", same.astype(float), np.nan),
        reason=unable,
    )
