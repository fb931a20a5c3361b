"""What a release hides: the thresholds, and the decision with all areas in view.

The thresholds are constants on purpose: no parameter of a notebook or a run can switch them off.
"""

import numpy as np
import pandas as pd

from trustgap.stats import counts as cells

THRESHOLD = 11
"""Fewer respondents than this behind a number: the number is hidden, and so is how many they were."""

FULL_DETAIL = 30
"""Fewer valid answers than this: three collapsed categories instead of all, means to one decimal."""

CLASS_BASE = 50
"""Below this base a share near 0 or 1 would tell how each respondent answered: it is given as a bound."""

CLASS_SHARE = 0.9
"""Shares above this, or below its complement, are near-unanimous."""

AREA_BASE = 30
"""Respondents in the latest wave that an area needs to have pages of its own."""

AREA_GROUPS = 2
"""Groups of at least `THRESHOLD` respondents that an area needs to have pages of its own."""

POLICY = (
    f"bases below {THRESHOLD} hidden; below {FULL_DETAIL} collapsed categories; near-unanimous answers "
    f"of fewer than {CLASS_BASE} people bounded; local percentages whole; primary rules only"
)


def primary(
    counts: pd.DataFrame, items: pd.DataFrame, respondents: pd.DataFrame, *, latest: str
) -> pd.DataFrame:
    """Decide by the primary rules what a release hides.

    Parameters
    ----------
    counts : DataFrame
        Cells as `counts.tally` returns them, with the pooled group and the pooled area among them.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``low_to``.
    respondents : DataFrame
        ``area``, ``wave``, ``group`` and ``n``, the respondents, pooled ones included.
    latest : str
        The wave that decides whether an area has pages of its own.

    Returns
    -------
    DataFrame
        ``area wave group item kind``, one row per decision. ``hidden``: fewer than `THRESHOLD` valid
        answers or, where ``item`` is "", respondents, none included; ``bounded``: the positive share is
        near 0 or 1 on a small base; ``unanimous``: nearly everyone on a small base is in one collapsed
        category; ``silent``: the area has no pages of its own.

    Examples
    --------
    >>> cell = {"area": "X1", "wave": "1", "group": "a", "item": "q", 1: 9, 2: 1}
    >>> people = pd.DataFrame({"area": ["X1"], "wave": ["1"], "group": ["a"], "n": [10]})
    >>> items = pd.DataFrame({"top_from": [2], "low_to": [1]}, index=["q"])
    >>> primary(pd.DataFrame([cell]), items, people, latest="1")[["area", "item", "kind"]]
      area item    kind
    0   X1    q  hidden
    1   X1       hidden
    2   X1       silent
    """
    n = cells.valid(counts)
    high, low = collapsed(counts, items)
    parts = pd.DataFrame({"positive": high, "negative": low, "neutral": n - high - low})
    small = n.between(THRESHOLD, CLASS_BASE - 1) & counts["area"].ne(cells.NATIONAL)
    over = parts.gt(n * CLASS_SHARE, axis=0) | parts.ge(n - 1, axis=0)
    under = parts["positive"].lt(n * (1 - CLASS_SHARE)) | parts["positive"].le(1)
    people = respondents.assign(item="")
    decided = {
        "hidden": pd.concat([counts[n < THRESHOLD], people[people["n"] < THRESHOLD]]),
        "bounded": counts[small & (over["positive"] | under)],
        "unanimous": counts[small & over.any(axis=1)],
        "silent": silent(respondents, latest=latest),
    }
    parts = [chosen[cells.CELL].assign(kind=kind) for kind, chosen in decided.items()]
    return pd.concat(parts, ignore_index=True).astype(str)


def silent(respondents: pd.DataFrame, *, latest: str) -> pd.DataFrame:
    """Find the areas that are too small for pages of their own.

    Parameters
    ----------
    respondents : DataFrame
        ``area``, ``wave``, ``group`` and ``n``, pooled group included.
    latest : str
        The wave that decides.

    Returns
    -------
    DataFrame
        ``area wave group item``, one row per area; all but ``area`` are "".
    """
    counted = respondents[respondents["area"].ne(cells.NATIONAL)]
    now = counted[counted["wave"].eq(latest)]
    whole = now[now["group"].eq(cells.ALL) & now["n"].ge(AREA_BASE)]["area"]
    groups = now[now["group"].ne(cells.ALL) & now["n"].ge(THRESHOLD)].groupby("area").size()
    speaking = set(whole) & set(groups[groups >= AREA_GROUPS].index)
    return pd.DataFrame({"area": sorted(set(counted["area"]) - speaking)}).assign(wave="", group="", item="")


def collapsed(counts: pd.DataFrame, items: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Count the positive and the negative answers of each cell.

    Parameters
    ----------
    counts : DataFrame
        Cells.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``low_to``.

    Returns
    -------
    positive, negative : Series of int
        Index as `counts`.
    """
    scores = np.array(cells.levels(counts))
    table = counts[list(scores)].to_numpy()
    top = counts["item"].map(items["top_from"]).to_numpy()[:, None]
    low = counts["item"].map(items["low_to"]).to_numpy()[:, None]
    positive = (table * (scores >= top)).sum(axis=1)
    negative = (table * (scores <= low)).sum(axis=1)
    return pd.Series(positive, index=counts.index), pd.Series(negative, index=counts.index)
