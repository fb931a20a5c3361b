"""Shares of answers with their intervals: one cell, a whole distribution, two cells compared."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.cells import attribute, between, identity, positives, sides
from trustgap.stats.counts import levels, unanswered, valid
from trustgap.stats.shares.intervals import newcombe, proportion, score_p, wilson


def shares(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Estimate the positive share, the don't-know share and, for numeric items, the mean of every cell.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        Needs ``team``, ``top_from`` and ``numeric``.

    Returns
    -------
    DataFrame, rows of results
        ``analysis`` is ``shares``; ``estimand`` is one of

        ==================  =============================================================
        ``top2_share``      share of valid answers at ``top_from`` or above, in [0, 1]
        ``dont_know_share`` don't know and no contact, of all who were asked
        ``mean``            mean score of a numeric item, in its unit
        ==================  =============================================================

        Where the counts do not say who answered don't know, there are no rows of that share.
        ``n_a`` is the base. Shares have Wilson limits, means t limits (not cut to the scale). A cell
        without a valid answer keeps its rows, with ``reason`` ``all_missing`` if somebody was asked
        and ``n_lt_min`` if not; a mean needs two answers, and two that differ for limits.

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> items = pd.DataFrame({"team": "t", "top_from": 4, "numeric": False}, index=["q"])
    >>> cell = {"area": "X1", "wave": "1", "group": "g", "item": "q", 1: 1, 2: 1, 3: 2, 4: 3, 5: 1}
    >>> missing = dict.fromkeys(["blank", "not_asked", "no_contact", "refused"], 0) | {"dont_know": 2}
    >>> shares(pd.DataFrame([cell | missing]), items)[["estimand", "n_a", "estimate"]]
              estimand  n_a  estimate
    0       top2_share    8       0.5
    1  dont_know_share   10       0.2
    """
    named = identity(counts, items).assign(analysis="shares")
    n = valid(counts).to_numpy()
    asked = n + unanswered(counts).to_numpy()
    reason = np.select([n > 0, asked > 0], ["", "all_missing"], "n_lt_min")
    rows = [_share(named, "top2_share", positives(counts, items), n, reason)]
    if "dont_know" in counts:
        unknown = counts[["dont_know", "no_contact"]].sum(axis=1).to_numpy()
        apart = [(cell, (*cell[:3], cells.part("dont_know", cell[3]))) for (cell,) in named["rests_on"]]
        told = named.assign(rests_on=pd.Series(apart, index=named.index, dtype=object))
        rows.append(_share(told, "dont_know_share", unknown, asked, np.where(asked > 0, "", "n_lt_min")))
    numeric = attribute(counts, items, "numeric").astype(bool)
    rows.append(_mean(named[numeric], counts[numeric], reason[numeric]))
    return pd.concat([part for part in rows if len(part)] or rows[:1], ignore_index=True)


def distribution(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of every category of every cell, and of its three parts.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        Needs ``team``, ``k``, ``top_from`` and ``low_to``.

    Returns
    -------
    DataFrame, rows of results
        ``analysis`` is ``distribution``; ``estimand`` runs over ``category_1`` to ``category_k`` and
        ``negative`` (up to ``low_to``), ``neutral`` (between) and ``positive`` (from ``top_from``),
        leaving out a part that the item does not have. Valid answers are the base; Wilson limits. The
        parts sum to 1. A cell without a valid answer keeps its rows, with ``reason`` ``n_lt_min``.

    Raises
    ------
    KeyError
        If a cell has an item that `items` lacks.

    Examples
    --------
    >>> items = pd.DataFrame({"team": "", "k": 3, "top_from": 3, "low_to": 1}, index=["q"])
    >>> cell = {"area": "X1", "wave": "1", "group": "g", "item": "q", 1: 1, 2: 1, 3: 2}
    >>> distribution(pd.DataFrame([cell]), items).set_index("estimand")["estimate"].tolist()
    [0.25, 0.25, 0.5, 0.25, 0.25, 0.5]
    """
    named = identity(counts, items).assign(analysis="distribution")
    n = valid(counts).to_numpy()
    reason = np.where(n > 0, "", "n_lt_min")
    k, top, low = (attribute(counts, items, column) for column in ("k", "top_from", "low_to"))
    rows = [
        _share(named, f"category_{score}", counts[score].to_numpy(), n, reason)[score <= k]
        for score in levels(counts)
    ]
    parts = {
        "negative": (np.zeros(len(counts)), low),
        "neutral": (low, top - 1),
        "positive": (top - 1, k),
    }
    for part, (above, to) in parts.items():
        rows.append(_share(named, part, between(counts, above, to), n, reason)[to > above])
    return pd.concat([part for part in rows if len(part)] or rows[:1], ignore_index=True)


def difference(
    counts_a: pd.DataFrame, counts_b: pd.DataFrame, items: pd.DataFrame, *, analysis: str
) -> pd.DataFrame:
    """Estimate the difference of the positive shares of two independent sets of cells, row by row.

    Parameters
    ----------
    counts_a, counts_b : DataFrame, the same number of rows
        Cells as `trustgap.stats.counts.tally` returns them; row i of one is set against row i of the
        other.
    items : DataFrame, indexed by item
        Needs ``team``, ``top_from`` and, where a row compares two items, ``scale``.
    analysis : str
        Name of the analysis.

    Returns
    -------
    DataFrame, rows of results, one per pair of cells
        ``share_difference`` is share a minus share b, in [-1, 1], with Newcombe limits at 95% and 90%,
        the p-value of the score test, the minimum detectable difference around the pooled share, and the
        verdict against `trustgap.stats.results.MARGIN_SHARE`. Area, wave, item and target are those
        of `counts_a`. An empty cell gives ``reason`` ``n_lt_min``; two items on different scales give
        ``not_comparable``.

    Raises
    ------
    ValueError
        If the two frames differ in length.

    Examples
    --------
    >>> items = pd.DataFrame({"team": "", "top_from": 2}, index=["q"])
    >>> cell = {"area": "X1", "wave": "1", "item": "q"}
    >>> a, b = {"group": "a", 1: 14, 2: 56}, {"group": "b", 1: 32, 2: 48}
    >>> gap = difference(pd.DataFrame([cell | a]), pd.DataFrame([cell | b]), items, analysis="gap")
    >>> print(gap.loc[0, ["estimate", "verdict"]].to_string())
    estimate       0.2
    verdict     higher
    """
    rows = sides(counts_a, counts_b, items).assign(analysis=analysis, estimand="share_difference")
    usable = (rows["reason"] == "").to_numpy()
    n_a, n_b = np.where(usable, rows["n_a"], 0), np.where(usable, rows["n_b"], 0)
    x_a, x_b = (positives(counts, items) * usable for counts in (counts_a, counts_b))
    low, high = newcombe(x_a, n_a, x_b, n_b)
    low_90, high_90 = newcombe(x_a, n_a, x_b, n_b, confidence=0.9)
    rows = rows.assign(
        estimate=proportion(x_a, n_a) - proportion(x_b, n_b),
        conf_low=low,
        conf_high=high,
        conf_low_90=low_90,
        conf_high_90=high_90,
        p_value=score_p(x_a, n_a, x_b, n_b),
        method="newcombe",
        mde80=results.mde_share(proportion(x_a + x_b, n_a + n_b), n_a, n_b, around=True),
    )
    return results.judge(rows, null=0, margin=results.MARGIN_SHARE)


def _share(named: pd.DataFrame, estimand: str, x: np.ndarray, n: np.ndarray, reason: np.ndarray):
    low, high = wilson(x, n)
    return named.assign(
        estimand=estimand,
        n_a=n,
        estimate=proportion(x, n),
        conf_low=low,
        conf_high=high,
        method="wilson",
        reason=reason,
    )


def _mean(named: pd.DataFrame, counts: pd.DataFrame, reason: np.ndarray) -> pd.DataFrame:
    table, scores = counts[levels(counts)].to_numpy(float), np.array(levels(counts), float)
    n = table.sum(axis=1)
    mean = np.divide(table @ scores, n, out=np.full(len(n), np.nan), where=n > 0)
    squares = (table * (scores - np.nan_to_num(mean)[:, None]) ** 2).sum(axis=1)
    spread = (n > 1) & ((table > 0).sum(axis=1) > 1)
    freedom = np.where(spread, n - 1, np.nan)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(squares / freedom / np.where(spread, n, np.nan))
    return named.assign(
        estimand="mean",
        n_a=n.astype(int),
        estimate=mean,
        conf_low=mean - half,
        conf_high=mean + half,
        method="t_interval",
        reason=np.select([n == 0, n == 1, ~spread], [reason, "n_lt_min", "constant"], ""),
    )
