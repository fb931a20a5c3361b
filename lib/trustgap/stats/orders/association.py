"""Trust in a team beside the strength of the relationship with it."""

from zlib import crc32

import numpy as np
import pandas as pd

from trustgap.stats.results import MIN_N
from trustgap.stats.shares.proportions import shares


def association(
    answers: pd.DataFrame, items: pd.DataFrame, *, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Estimate Kendall's τ_b between trust in a team and the relationship with it, per rater group.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area``, ``wave``, ``group``, the items.
    items : DataFrame, indexed by item
        Needs ``block``, ``team`` and ``k``. Teams with an item of block ``trust`` and one of block
        ``relationship`` enter; if several, the first of each.
    draws : int
        Bootstrap draws.
    seed : int
        Base seed; every area, wave and group has its own stream.

    Returns
    -------
    DataFrame, rows of results, one per area, wave and group
        ``analysis`` is ``beside``, ``estimand`` is ``tau_b`` in [-1, 1], ``item`` is ``trust``.
        ``n_a`` counts respondents with at least one pair of valid answers, ``n_eff`` the pairs of
        answers. ``reason`` is ``n_lt_min`` below 11 respondents (no limits), ``constant`` where one of
        the two ratings does not vary (no estimate), ``perfect`` where one rating follows from the other
        (no limits). A group that rated no team on both has no row.

    Notes
    -----
    A respondent's ratings of several teams are pooled and resampled together, so that the percentile
    limits allow for their likeness. Respondents with equal answers are resampled as one multinomial
    class, which is the same bootstrap and faster.

    References
    ----------
    .. [1] Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika, 33, 239-251.

    Examples
    --------
    >>> items = pd.DataFrame({"block": ["trust", "relationship"], "team": "t", "k": 3}, index=["x", "y"])
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "g",
    ...                         "x": [1, 2, 3] * 5, "y": [1, 2, 3] * 5})
    >>> association(answers, items)[["n_a", "estimate"]]
       n_a  estimate
    0   15       1.0
    """
    pairs = _dyads(items)
    k = int(items.loc[[item for pair in pairs for item in pair], "k"].max()) if pairs else 0
    rows = []
    for name, part in answers.groupby(["area", "wave", "group"], observed=True, sort=True):
        name = tuple(map(str, name))
        tables = _tables(part, pairs, k)
        if not len(tables):
            continue
        stream = np.random.default_rng([seed, *(crc32(word.encode()) for word in ("beside", *name))])
        estimate = float(tau_b(tables.sum(axis=0).reshape(1, k, k))[0])
        enough = len(tables) >= MIN_N and not np.isnan(estimate)
        low, high = _bootstrap(tables, k, draws=draws, stream=stream) if enough else (np.nan, np.nan)
        reason = "constant" if np.isnan(estimate) else "n_lt_min" if len(tables) < MIN_N else ""
        if low == high:
            low, high, reason = np.nan, np.nan, "perfect"
        rests_on = ((*name, ""),)
        rows.append((*name, len(tables), tables.sum(), estimate, low, high, reason, rests_on))
    columns = "area wave group_a n_a n_eff estimate conf_low conf_high reason rests_on".split()
    return pd.DataFrame(rows, columns=columns).assign(
        analysis="beside", estimand="tau_b", item="trust", method="kendall_tau_b_bootstrap"
    )


def beside(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Set the trust in a team beside the strength of the relationship with it.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    items : DataFrame, indexed by item
        The questionnaire's items. Only teams with an item of block ``trust`` and one of block
        ``relationship`` enter.

    Returns
    -------
    DataFrame, rows of results
        For every cell of these items one row: ``top2_share`` of trust; ``mean`` of the relationship
        if its scores are numbers, else its ``top2_share``. ``group_a`` rates, ``target`` is rated.

    Examples
    --------
    >>> items = pd.DataFrame({"block": ["trust", "relationship"], "team": "t", "top_from": 2,
    ...                       "numeric": [False, True]}, index=["trust_t", "rel_t"])
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "item": ["trust_t", "rel_t"],
    ...                       1: [1, 2], 2: [3, 2]})
    >>> cells[["blank", "not_asked", "dont_know", "no_contact", "refused"]] = 0
    >>> beside(cells, items)[["item", "estimand", "estimate"]]
          item    estimand  estimate
    0  trust_t  top2_share      0.75
    1    rel_t        mean      1.50
    """
    blocks = items["block"].isin(["trust", "relationship"]) & (items["team"] != "")
    both = items[blocks].groupby("team")["block"].transform("nunique") == 2
    wanted = items.loc[both.index[both]]
    rows = shares(counts[counts["item"].isin(wanted.index)], wanted)
    as_mean = wanted.index[(wanted["block"] == "relationship") & wanted["numeric"].astype(bool)]
    kept = rows["estimand"] == rows["item"].isin(as_mean).map({True: "mean", False: "top2_share"})
    return rows[kept].assign(analysis="beside").reset_index(drop=True)


def tau_b(tables: np.ndarray) -> np.ndarray:
    """Compute Kendall's τ_b of cross-tables of two ordered ratings.

    Parameters
    ----------
    tables : array, shape (n_tables, k_rows, k_columns)
        Counts, both ratings from low to high.

    Returns
    -------
    array of float, shape (n_tables,)
        In [-1, 1]; missing where a rating does not vary.

    References
    ----------
    .. [1] Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika, 33, 239-251.

    Examples
    --------
    >>> tau_b(np.array([[[5, 0], [0, 5]], [[0, 5], [5, 0]], [[5, 5], [0, 0]]]))
    array([ 1., -1., nan])
    """
    tables = np.asarray(tables, float)
    right = _strictly_after(_strictly_after(tables, 1), 2)
    left = _strictly_after(_strictly_after(tables, 1)[:, :, ::-1], 2)[:, :, ::-1]
    surplus = (tables * (right - left)).sum(axis=(1, 2))
    n = tables.sum(axis=(1, 2))
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    spread = (n**2 - (rows**2).sum(axis=1)) * (n**2 - (columns**2).sum(axis=1)) / 4
    # Where a rating is constant its spread is exactly 0, for counts are whole numbers.
    return np.divide(surplus, np.sqrt(spread), out=np.full(len(n), np.nan), where=spread > 0)


def _strictly_after(tables: np.ndarray, axis: int) -> np.ndarray:
    return np.flip(np.cumsum(np.flip(tables, axis), axis), axis) - tables


def _dyads(items: pd.DataFrame) -> list[tuple[str, str]]:
    """Pair the trust item and the relationship item of each team."""
    of = {
        block: items[(items["block"] == block) & (items["team"] != "")]
        .reset_index(names="item")
        .drop_duplicates("team")
        .set_index("team")["item"]
        for block in ("trust", "relationship")
    }
    return [
        (item, of["relationship"][team]) for team, item in of["trust"].items() if team in of["relationship"]
    ]


def _tables(answers: pd.DataFrame, pairs: list[tuple[str, str]], k: int) -> np.ndarray:
    """Cross-tabulate each respondent's pairs of answers, flat; respondents without a pair are left out."""
    tables = np.zeros((len(answers), k * k))
    for trust, relationship in pairs:
        x, y = answers[trust].to_numpy(int), answers[relationship].to_numpy(int)
        both = np.flatnonzero((x > 0) & (y > 0))
        tables[both, (x[both] - 1) * k + y[both] - 1] += 1
    return tables[tables.any(axis=1)]


def _bootstrap(tables: np.ndarray, k: int, *, draws: int, stream: np.random.Generator) -> tuple[float, float]:
    kinds, sizes = np.unique(tables, axis=0, return_counts=True)
    drawn = stream.multinomial(len(tables), sizes / len(tables), size=draws)
    estimates = tau_b((drawn @ kinds).reshape(draws, k, k))
    low, high = np.nanquantile(estimates, [0.025, 0.975])
    return float(low), float(high)
