"""The decision what a release hides, with all areas, lines and attacks in view."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from trustgap.report.disclosure.repair import repair
from trustgap.report.disclosure.rules import collapsed, primary
from trustgap.report.disclosure.secondary import Board, board, complements
from trustgap.report.disclosure.split import withheld
from trustgap.stats import counts as cells


def decide(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    respondents: pd.DataFrame,
    *,
    latest: str,
    also: pd.DataFrame | None = None,
    already: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Decide what a release hides: by size, by subtraction, and by attack.

    Parameters
    ----------
    counts : DataFrame
        Cells as `counts.tally` returns them, with the pooled group and the pooled area among them.
    items : DataFrame, indexed by item
        Needs ``top_from``, ``low_to`` and ``k``.
    respondents : DataFrame
        ``area``, ``wave``, ``group`` and ``n``, pooled ones included.
    latest : str
        The wave that decides whether an area has pages of its own.
    also : DataFrame, optional
        What is hidden for other reasons, such as `nested.differences` gives; parts of cells among them.
    already : DataFrame, optional
        ``area wave group item`` of cells that an earlier release showed and that hold the same answers. They
        are as good as shown, so that nothing hides behind them.

    Returns
    -------
    DataFrame
        As `rules.primary` returns it, and of the kind ``secondary`` the cells that are hidden because others
        are.

    Examples
    --------
    >>> cell = {"area": "X1", "wave": "1", "item": "q", 1: [9, 20, 30, 59], 2: [1, 20, 30, 51]}
    >>> group = ["a", "b", "c", "all"]
    >>> people = pd.DataFrame({"area": "X1", "wave": "1", "group": group, "n": [10, 40, 60, 110]})
    >>> items = pd.DataFrame({"top_from": [2], "low_to": [1], "k": [2]}, index=["q"])
    >>> decided = decide(pd.DataFrame(cell | {"group": group}), items, people, latest="1")
    >>> decided[decided["item"].eq("q")][["group", "kind"]].set_index("group")["kind"].to_dict()
    {'a': 'hidden', 'b': 'secondary'}
    """
    first = pd.concat([primary(counts, items, respondents, latest=latest), also], ignore_index=True)
    on = board(counts, respondents, first, already=already)
    positive, negative = (on.spread(counts, part) for part in collapsed(counts, items))
    whole = replace(on, hidden=on.hidden | complements(on))
    whole = repair(replace(whole, bounded=whole.bounded & ~whole.hidden), positive)
    more = {
        "secondary": whole.hidden & ~on.hidden,
        "bounded": whole.bounded & ~on.bounded,
        **dict.fromkeys(("neutral", "negative"), withheld(whole, positive, negative, items)),
    }
    parts = [on.rows(marks).assign(kind=kind) for kind, marks in more.items()]
    parts.append(_could_not_say(whole))
    return pd.concat([first, *parts], ignore_index=True).drop_duplicates(ignore_index=True).astype(str)


def _could_not_say(whole: Board) -> pd.DataFrame:
    """Name the totals whose "don't know" is hidden: that of the groups shown leaves the hidden group's."""
    marks = np.zeros_like(whole.hidden)
    asked = (whole.n > 0).any(axis=0)
    marks[:, -1] = (whole.hidden & asked)[:, :-1].any(axis=1) & ~whole.hidden[:, -1]
    rows = whole.rows(marks)
    rows = rows[rows["item"].ne("")]
    return rows.assign(item=rows["item"].map(partial(cells.part, "dont_know")), kind="secondary")
