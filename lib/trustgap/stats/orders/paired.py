"""Two ratings by the same respondents: which of two teams does a group trust less."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats import results
from trustgap.stats.counts import MISSING
from trustgap.stats.families import decide
from trustgap.stats.results import MIN_N
from trustgap.stats.shares.intervals import Limits, proportion, quantile
from trustgap.stats.teams import belongs

NAMES = ["area", "wave", "group_a"]


def dominance(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    block: str = "trust",
    reference: str | None = None,
    teams: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Set every team against the team that a group trusts least, within respondents.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group``, the items.
    items : DataFrame, indexed by item
        The questionnaire's items; needs ``block``, ``team`` and ``top_from``.
    block : str
        Block of items.
    reference : str, optional
        The item to set the others against. By default, in each area, wave and group, the one with the
        lowest share of positive answers of those with at least `results.MIN_N` answers (the first of them in
        `items` if tied, or if none has so many).
    teams : DataFrame, indexed by team, optional
        ``members``: groups that do not rate the team. Items nobody of a group was asked are left out
        anyway.

    Returns
    -------
    DataFrame, rows of results
        ``analysis`` is ``least``, ``estimand`` is ``dominance``: the share of respondents who rate
        ``target`` above the reference minus the share who rate it below, in [-1, 1], with Bonett and
        Price's limits, McNemar's mid-p, Holm's adjustment within area, wave and group, and a verdict.
        ``group_b`` names the reference as ``item:<id>``; ``n_a`` counts those who rated both. A pair
        of teams nobody rated both of keeps its row, with ``reason`` ``n_lt_min``.

    Raises
    ------
    KeyError
        If `reference` is not an item of the block.

    Notes
    -----
    A reference that is chosen because it came out lowest makes differences look larger than they are;
    the rank sets of `trustgap.stats.ranking.ranks` do not have this fault and say whether it is the lowest.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "top_from": 4})
    >>> items.index = ["trust_s", "trust_t"]
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "g",
    ...                         "trust_s": [5, 4, 4, 2, 3] * 4, "trust_t": [4, 2, 4, 1, -2] * 4})
    >>> dominance(answers, items)[["target", "group_b", "n_a", "estimate"]]
      target       group_b  n_a  estimate
    0      s  item:trust_t   16      0.75
    """
    ids = list(items.index[(items["block"] == block) & (items["team"] != "")])
    if reference is not None and reference not in ids:
        raise KeyError(f"reference must be an item of block {block!r}, one of {ids}, got {reference!r}")
    keys = ["area", "wave", "group"]
    cell = answers.groupby(keys, observed=True, sort=True).ngroup().to_numpy()
    cells = answers[keys].astype(str).assign(cell=cell).drop_duplicates("cell").sort_values("cell")
    scores, rated = answers[ids].to_numpy(), items.loc[ids]
    asked = _asked(scores, cell, cells["group"], rated["team"], teams)
    lowest = _lowest(scores, cell, rated["top_from"].to_numpy(), asked)
    if reference is not None:
        lowest = np.where(asked[:, ids.index(reference)], ids.index(reference), -1)
    place, first = np.nonzero(asked & (np.arange(len(ids)) != lowest[:, None]) & (lowest[:, None] >= 0))
    second = lowest[place]
    more, less, n = _pairs(scores, cell, len(cells))[:, place, first, second]
    rows = cells.iloc[place].drop(columns="cell").rename(columns={"group": "group_a"})
    rows = rows.reset_index(drop=True).assign(
        item=rated.index[first],
        group_b=("item:" + rated.index[second]),
        target=rated["team"].to_numpy()[first],
    )
    rows["rests_on"] = [
        ((area, wave, group, ids[one]), (area, wave, group, ids[two]))
        for area, wave, group, one, two in zip(*(rows[c] for c in NAMES), first, second, strict=True)
    ]
    rows = _dominance(rows, more, less, n)
    margin = results.MARGIN_SHARE
    return decide(rows, by=NAMES, name=f"least|{block}", method="holm", null=0, margin=margin)


def bonett_price(more: np.ndarray, less: np.ndarray, n: np.ndarray, *, confidence: float = 0.95) -> Limits:
    """Give the adjusted Wald interval for a difference of paired proportions.

    Parameters
    ----------
    more, less : array of int
        Pairs in which the first is above the second, and below it.
    n : array of int
        All pairs, ties included.
    confidence : float
        Coverage, strictly between 0 and 1.

    Returns
    -------
    low, high : array of float
        Limits of ``(more - less) / n``, cut to [-1, 1]; missing where there is no pair.

    Raises
    ------
    ValueError
        If the counts are negative or exceed `n`, or `confidence` is out of range.

    References
    ----------
    .. [1] Bonett, D. G. and Price, R. M. (2012). Adjusted Wald confidence interval for a difference of
       binomial proportions based on paired data. Journal of Educational and Behavioral Statistics,
       37, 479-488.

    Examples
    --------
    >>> low, high = bonett_price(1, 7, 21)
    >>> print(f"{low:.3f} to {high:.3f}")
    -0.508 to -0.013
    """
    z, empty = quantile(confidence), np.isnan(proportion(np.add(more, less), n))
    size = np.asarray(n, float) + 2
    up, down = (np.asarray(more, float) + 1) / size, (np.asarray(less, float) + 1) / size
    half = z * np.sqrt((up + down - (up - down) ** 2) / size)
    low, high = np.maximum(up - down - half, -1), np.minimum(up - down + half, 1)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def mcnemar_mid_p(more: np.ndarray, less: np.ndarray) -> np.ndarray:
    """Test by McNemar's mid-p whether the first is as often above the second as below it.

    Parameters
    ----------
    more, less : array of int
        Pairs in which the first is above the second, and below it; ties play no part.

    Returns
    -------
    array of float
        Two-sided mid-p-value; 1 where all pairs are ties.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test for binary
       matched-pairs data: mid-p and asymptotic are better than exact conditional. BMC Medical Research
       Methodology, 13, 91.

    Examples
    --------
    >>> print(f"{mcnemar_mid_p(1, 7):.4f}")
    0.0391
    """
    fewer, untied = np.minimum(more, less), np.add(more, less)
    p = 2 * stats.binom.cdf(fewer, untied, 0.5) - stats.binom.pmf(fewer, untied, 0.5)
    return np.minimum(p, 1.0)


def _pairs(scores: np.ndarray, cell: np.ndarray, cells: int) -> np.ndarray:
    """Count, per cell and ordered pair of items, who rates the first above, below, and both at all."""
    width = scores.shape[1]
    table = np.zeros((3, cells, width, width), int)
    for i, j in combinations(range(width), 2):
        both = (scores[:, i] > 0) & (scores[:, j] > 0)
        above, below = both & (scores[:, i] > scores[:, j]), both & (scores[:, i] < scores[:, j])
        more, less, n = (np.bincount(cell[part], minlength=cells) for part in (above, below, both))
        table[:, :, i, j], table[:, :, j, i] = (more, less, n), (less, more, n)
    return table


def _asked(
    scores: np.ndarray, cell: np.ndarray, groups: pd.Series, rated: pd.Series, teams: pd.DataFrame | None
) -> np.ndarray:
    """Say for each cell and item whether the group was meant to rate the team."""
    asked = np.stack(
        [np.bincount(cell[column != MISSING["not_asked"]], minlength=len(groups)) for column in scores.T]
    )
    own = [[belongs(group, team, teams) for team in rated] for group in groups]
    return (asked.T > 0) & ~np.array(own, bool).reshape(len(groups), len(rated))


def _lowest(scores: np.ndarray, cell: np.ndarray, top_from: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Find the item with the lowest share of positive answers in each cell; -1 where there is none."""
    cells = len(asked)
    tops = [np.bincount(cell[part], minlength=cells) for part in (scores >= top_from).T]
    bases = [np.bincount(cell[part], minlength=cells) for part in (scores > 0).T]
    base = np.stack(bases, 1)
    share = proportion(np.stack(tops, 1), base)
    # A cell too small to be shown must not be named as the lowest; where all are small, the first stands in.
    share = np.where(asked & (base >= MIN_N), share, np.inf)
    share = np.where(np.isinf(share).all(axis=1, keepdims=True) & asked & (base > 0), 0.0, share)
    return np.where(np.isinf(share).all(axis=1), -1, share.argmin(axis=1))


def _dominance(rows: pd.DataFrame, more: np.ndarray, less: np.ndarray, n: np.ndarray) -> pd.DataFrame:
    low, high = bonett_price(more, less, n)
    low_90, high_90 = bonett_price(more, less, n, confidence=0.9)
    return rows.assign(
        analysis="least",
        estimand="dominance",
        n_a=n,
        estimate=proportion(more, n) - proportion(less, n),
        conf_low=low,
        conf_high=high,
        conf_low_90=low_90,
        conf_high_90=high_90,
        p_value=np.where(n > 0, mcnemar_mid_p(more, less), np.nan),
        method="bonett_price+mcnemar_mid_p",
        reason=np.where(n > 0, "", "n_lt_min"),
    )
