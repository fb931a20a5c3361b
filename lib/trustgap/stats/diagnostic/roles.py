"""Two roles of staff, such as senior and front line, on the same questions."""

import numpy as np
import pandas as pd

from trustgap.stats.cells import pick
from trustgap.stats.counts import ALL, tally
from trustgap.stats.families import decide
from trustgap.stats.orders.ordinal import compare
from trustgap.stats.results import MARGIN_THETA
from trustgap.stats.shares.proportions import shares

NO_ROLE = "no_role"
"""The cell of those whose role is not known; it is counted, because all less two roles leaves it."""


def by_role(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Count answers by role over all groups.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame; ``role`` is "" where it is not known.
    items : DataFrame, indexed by item
        As for `trustgap.stats.counts.tally`.

    Returns
    -------
    DataFrame
        Cells as `tally` gives them, with the role, or `NO_ROLE`, in the column ``group``.

    Raises
    ------
    KeyError
        As `tally`.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "role": ["senior", ""], "q": [2, 1]})
    >>> by_role(answers, pd.DataFrame({"k": [2]}, index=["q"]))[["group", 1, 2]]
         group  1  2
    0  no_role  1  0
    1   senior  0  1
    """
    role = answers["role"].astype(str)
    return tally(answers.assign(group=role.mask(role.eq(""), NO_ROLE)), items)


def role_gap(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    first: str,
    second: str,
    *,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare, item by item, the answers of two roles.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `by_role` gives them.
    items : DataFrame, indexed by item
        The items to compare; needs ``team``, ``top_from``, ``numeric`` and ``scale``.
    first, second : str
        The two roles.
    permutations, seed : int
        As in `trustgap.stats.orders.ordinal.compare`.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``role_gap``. ``theta`` (above 0.5: the first role gives higher answers), one row per area,
        wave and item, p-values adjusted by Holm within area and wave over all items, the verdict at 5%; then
        ``top2_share`` of each role. Every row rests on the cells of both roles and on that of everybody:
        with it, what one role says would give what the other says.

    Notes
    -----
    The two samples are independent. All groups of staff count together: where the roles differ in their mix
    of groups, that difference is part of θ.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
       Journal of Statistics, 6, 65-70.

    Examples
    --------
    >>> items = pd.DataFrame({"team": "", "top_from": 2, "numeric": False, "scale": "s"}, index=["q"])
    >>> cell = {"area": "X1", "wave": "1", "item": "q"}
    >>> counts = pd.DataFrame([cell | {"group": "a", 1: 14, 2: 56}, cell | {"group": "b", 1: 32, 2: 48}])
    >>> role_gap(counts, items, "a", "b")[["estimand", "group_a", "group_b", "estimate"]]
         estimand group_a group_b  estimate
    0       theta       a       b       0.6
    1  top2_share       a       b       0.8
    2  top2_share       b       a       0.6
    """
    plan = counts[["area", "wave"]].drop_duplicates().merge(pd.DataFrame({"item": items.index}), how="cross")
    sides = [pick(counts, plan.assign(group=role)) for role in (first, second)]
    rows = compare(*sides, items, analysis="role_gap", permutations=permutations, seed=seed)
    theta = rows[rows["estimand"].eq("theta")]
    theta = decide(theta, by=["area", "wave"], name="role_gap", method="holm", null=0.5, margin=MARGIN_THETA)
    parts = [_shares(own, other, items) for own, other in (sides, sides[::-1])]
    found = pd.concat([theta, *parts], ignore_index=True)
    cells = [
        tuple((area, wave, group, item) for group in (first, second, ALL))
        for area, wave, item in zip(found["area"], found["wave"], found["item"], strict=True)
    ]
    return found.assign(rests_on=cells, verdict=found["verdict"].fillna(""))


def _shares(own: pd.DataFrame, other: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Give the positive share of one role; the base of the other stands beside it: one hides both."""
    cells = own.assign(**{kind: 0 for kind in ("dont_know", "no_contact") if kind not in own})
    rows = shares(cells, items)
    rows = rows[rows["estimand"].eq("top2_share")].reset_index(drop=True)
    levels = [column for column in other if isinstance(column, int | np.integer)]
    return rows.assign(analysis="role_gap", group_b=other["group"], n_b=other[levels].sum(axis=1))
