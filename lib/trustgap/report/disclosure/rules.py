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

KINDS = ("hidden", "secondary", "bounded", "unanimous", "neutral", "negative")
"""What can be decided about a cell; an area as a whole can be ``silent``."""

POLICY = (
    f"bases below {THRESHOLD} hidden; below {FULL_DETAIL} collapsed categories; near-unanimous answers "
    f"of fewer than {CLASS_BASE} people bounded; local percentages whole; no hidden "
    f"cell found by subtraction or by attack"
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
        Needs ``top_from``, ``low_to`` and ``k``.
    respondents : DataFrame
        ``area``, ``wave``, ``group`` and ``n``, the respondents, pooled ones included.
    latest : str
        The wave that decides whether an area has pages of its own.

    Returns
    -------
    DataFrame
        ``area wave group item kind``, one row per decision.

        =============  =================================================================================
        ``hidden``     fewer than `THRESHOLD` valid answers or, where ``item`` is "", respondents; a cell
                       that does not occur is no different
        ``bounded``    the positive share is near 0 or 1 on a base below `CLASS_BASE`
        ``unanimous``  on such a base nearly everyone is in one collapsed category
        ``neutral``    on such a base another share is near 0 or 1, and the neutral share is withheld, or
                       the three would add up to what the bound keeps back
        ``negative``   likewise; the negative share is withheld
        ``silent``     the area has no pages of its own
        =============  =================================================================================

    Notes
    -----
    Near 1 is a share above `CLASS_SHARE` or all but one; near 0 is one below its complement or one and
    none; in the whole country as in an area.

    One of three parts that is shown as a bound is found again as 100% less the two others, and as what is
    left over by the rule itself if that were to withhold one part here and another there. So in a cell
    with a bound at most one part is exact, the positive one where possible, and what is withheld is
    chosen so that every count that a bound allows remains possible: if the positive share is exact and
    the others are so few that one of them must be near 0, both are withheld; if the positive and the
    negative share are near 0, the neutral one is withheld, be it near 1 or not.

    Examples
    --------
    >>> cell = {"area": "X1", "wave": "1", "group": "a", "item": "q", 1: 9, 2: 1}
    >>> people = pd.DataFrame({"area": ["X1"], "wave": ["1"], "group": ["a"], "n": [10]})
    >>> items = pd.DataFrame({"top_from": [2], "low_to": [1], "k": [2]}, index=["q"])
    >>> primary(pd.DataFrame([cell]), items, people, latest="1")[["area", "item", "kind"]]
      area item    kind
    0   X1    q  hidden
    1   X1       hidden
    2   X1       silent
    """
    people = respondents.assign(item="")
    decided = {
        "hidden": pd.concat(
            [
                counts[cells.valid(counts) < THRESHOLD],
                people[people["n"] < THRESHOLD],
                _absent(counts),
                _absent(people),
            ]
        ),
        **{kind: counts[chosen] for kind, chosen in _alike(counts, items).items()},
        "silent": silent(respondents, latest=latest),
    }
    parts = [chosen[cells.CELL].assign(kind=kind) for kind, chosen in decided.items()]
    return pd.concat(parts, ignore_index=True).astype(str)


def _absent(counted: pd.DataFrame) -> pd.DataFrame:
    """Name the cells that nobody is in: what rests on them must look like what rests on a few."""
    seen = [counted[column].astype(str).unique() for column in cells.CELL]
    here = pd.MultiIndex.from_frame(counted[cells.CELL].astype(str))
    return pd.MultiIndex.from_product(seen, names=cells.CELL).difference(here).to_frame(index=False)


def _alike(counts: pd.DataFrame, items: pd.DataFrame) -> dict[str, np.ndarray]:
    """Find the cells on a small base where nearly everyone, or hardly anyone, is in one of three parts."""
    n = cells.valid(counts).to_numpy()
    positive, negative = (part.to_numpy() for part in collapsed(counts, items))
    neutral = n - positive - negative
    top, low, k = (counts["item"].map(items[column]).to_numpy() for column in ("top_from", "low_to", "k"))
    three = (low > 0) & (top - 1 > low)
    few = nearly_none(n)
    small = (n >= THRESHOLD) & (n < CLASS_BASE)
    unanimous = small & (np.maximum(np.maximum(positive, negative), neutral) >= n - few)
    bounds = small & three & ~unanimous
    above, tight = positive > few, negative + neutral <= 2 * few
    no_neutral = bounds & (~above | tight | (negative <= few))
    no_neutral |= small & three & ~above & (negative <= few)
    no_negative = bounds & above & (tight | ((neutral <= few) & (negative > few)))
    return {
        "bounded": small & ((positive >= n - few) | ~above),
        # The mean of three scores and the share of one of them give the two others.
        "unanimous": unanimous | ((no_neutral | no_negative) & (k <= 3)),
        "neutral": no_neutral,
        "negative": no_negative,
    }


def nearly_none(n: np.ndarray) -> np.ndarray:
    """Give the most people of a small base that count as hardly anyone.

    Parameters
    ----------
    n : array of int
        Bases.

    Returns
    -------
    array of int
        One, or fewer than a tenth.

    Examples
    --------
    >>> nearly_none(np.array([11, 20, 30])).tolist()
    [1, 1, 2]
    """
    return np.maximum(np.ceil(n * (1 - CLASS_SHARE) - 1e-9) - 1, 1).astype(int)


def silent(respondents: pd.DataFrame, *, latest: str) -> pd.DataFrame:
    """Find the areas that are too small for pages of their own.

    Parameters
    ----------
    respondents : DataFrame
        ``area``, ``wave``, ``group`` and ``n``, pooled group included. Where only one group was asked, one is
        enough.
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
    # A survey of one group has no second one that could be set apart from it.
    needed = min(AREA_GROUPS, counted.loc[counted["group"].ne(cells.ALL), "group"].nunique())
    speaking = set(whole) & set(groups[groups >= needed].index)
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
