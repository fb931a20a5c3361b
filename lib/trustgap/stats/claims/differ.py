"""Do two groups differ on anything at all, with intervals that hold for all questions together."""

import pandas as pd

from trustgap.stats import results
from trustgap.stats.cells import pick
from trustgap.stats.claims.rules import FAILS, HOLDS, UNSURE, union
from trustgap.stats.counts import CELL, levels
from trustgap.stats.families import CONFIRM
from trustgap.stats.orders.ordinal import theta


def some_differ(
    rows: pd.DataFrame, counts: pd.DataFrame, *, margin: float = results.MARGIN_THETA
) -> pd.DataFrame:
    """Decide whether two groups differ on one question or more by an amount that matters.

    Parameters
    ----------
    rows : DataFrame, rows of results
        ``theta`` of two groups on several items, as `trustgap.stats.trust.dyads.group_gap` gives them.
    counts : DataFrame, one row per cell
        The cells behind them, as `trustgap.stats.counts.tally` returns it.
    margin : float
        θ within one half ± this counts as no difference.

    Returns
    -------
    DataFrame, one row
        The item that is clearest of one half, with limits that hold for all items together. ``verdict``
        ``holds`` where they lie beyond the margin; ``does_not_hold`` where every item is shown to be
        equivalent by its own 90% interval; else ``cannot_say``. Items with fewer than `results.MIN_N` answers
        of a group do not enter; if none does, the first row with its reason.

    Notes
    -----
    Limits are those of Bonferroni, 1 − 0.05 / items each: a difference found is wrong in at most 5% however
    many items there are, even where each is at the margin, which false discovery rates do not promise. That
    every item is equivalent is an intersection of tests, wrong in at most 5%.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "wave": "1", "group_a": "a", "group_b": "b", "item": ["p", "q"],
    ...                      "n_a": 90, "n_b": 90, "estimate": [0.5, 0.8], "reason": "",
    ...                      "verdict": ["inconclusive", "higher"], "rests_on": [((1,),), ((2,),)]})
    >>> counts = pd.DataFrame({"area": "X1", "wave": "1", "group": list("aabb"), "item": list("pqpq"),
    ...                        1: [45, 18, 45, 72], 2: [45, 72, 45, 18]})
    >>> some_differ(rows, counts)[["item", "verdict"]]
      item verdict
    0    q   holds
    """
    enough = rows["n_a"].ge(results.MIN_N) & rows["n_b"].ge(results.MIN_N) & rows["estimate"].notna()
    if not enough.any():
        return rows.head(1).assign(verdict=UNSURE)
    used = rows[enough].reset_index(drop=True)
    sides = [pick(counts, used.assign(group=used[side])[CELL]) for side in ("group_a", "group_b")]
    scores = levels(counts)
    wide = theta(*(side[scores].to_numpy() for side in sides), confidence=1 - CONFIRM / len(used))
    used = used.assign(conf_low=wide["conf_low"], conf_high=wide["conf_high"])
    beyond = pd.concat([used["conf_low"] - 0.5, 0.5 - used["conf_high"]], axis=1).max(axis=1)
    row = used.loc[[beyond.idxmax() if beyond.notna().any() else 0]].reset_index(drop=True)
    same = used["verdict"].eq("equivalent").all()
    verdict = HOLDS if beyond.max() > margin else FAILS if same else UNSURE
    return row.assign(verdict=verdict, rests_on=[union(used)])
