"""Case reviews: which decisions could have been better, and was it possible."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trustgap.stats.results import LEVELS
from trustgap.stats.shares.intervals import Limits, proportion, stratified_wilson, wilson

MIN_CLUSTERS = 5
"""Fewer sites or reviewers say little about how alike their cases are."""

BLANK = dict.fromkeys("estimate conf_low conf_high conf_low_90 conf_high_90 n_eff".split(), np.nan)


def shares(
    cases: pd.DataFrame, *, cluster: str | None = None, pathways: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Estimate how many decisions could have been better, and for how many of those it was possible.

    Parameters
    ----------
    cases : DataFrame, one row per reviewed case
        ``improvable`` and ``available`` (a better option existed), True, False or missing; the latter counts
        only where the former is True. ``pathway`` where `pathways` is given.
    cluster : str, optional
        Column of the site or reviewer of each case: cases of one are more alike than chance makes them.
    pathways : mapping of str to float, optional
        How common each pathway is among all cases, where cases were sampled by pathway; else every case
        counts alike.

    Returns
    -------
    DataFrame, three rows of results
        Analysis ``cases``; ``n_a`` the base, ``n_eff`` the cases of a simple sample as precise; ``method``
        names the design effect and the clusters.

        =======================  ============================================================
        ``improvable``           of cases judged
        ``available``            of **improvable** cases with a known answer
        ``improvable_available`` of cases judged, those that were both
        =======================  ============================================================

        Reason ``n_lt_min`` where nothing was judged, or a pathway has no case.

    Raises
    ------
    KeyError
        If `pathways` lacks a pathway of the cases.
    ValueError
        If the weights of the pathways are negative or sum to 0.

    Notes
    -----
    Wilson limits (stratified by pathway where sampled so) at n / deff, deff = 1 + (m − 1) · ICC with the ICC
    of `intraclass`, at least 0, and m the mean cluster size that a case sees, Σm² / Σm. With fewer than
    `MIN_CLUSTERS` clusters the ICC is all but unknown: ``method`` says so. Its estimate is uncertain with
    few more, too: with an ICC of 0.1 the 95% limits covered in 90% (3 sites of 10 cases), 93% (5 of 6), 92%
    (8 of 12) and 93% (20 of 10), and Wilson's plain limits in 81 to 87% (3,000 draws each).

    References
    ----------
    .. [1] Donner, A. and Klar, N. (2000). Design and analysis of cluster randomization trials in health
       research. Arnold.
    .. [2] Yan, X. and Su, X. G. (2010). Stratified Wilson and Newcombe confidence intervals for multiple
       binomial proportions. Statistics in Biopharmaceutical Research, 2, 329-335.

    Examples
    --------
    >>> cases = pd.DataFrame({"improvable": [True] * 14 + [False] * 16,
    ...                       "available": [True] * 13 + [False] + [None] * 16})
    >>> shares(cases)[["estimand", "n_a", "estimate", "conf_low", "conf_high"]].round(2)
                   estimand  n_a  estimate  conf_low  conf_high
    0            improvable   30      0.47      0.30       0.64
    1             available   14      0.93      0.69       0.99
    2  improvable_available   30      0.43      0.27       0.61
    """
    better = cases["improvable"].astype("boolean")
    option = cases["available"].astype("boolean")
    both = (better & option).where(better.notna())
    answers = {
        "improvable": better,
        "available": option.where(better.fillna(False)),
        "improvable_available": both,
    }
    rows = [
        share(cases, answer, cluster=cluster, pathways=pathways) | {"estimand": name}
        for name, answer in answers.items()
    ]
    return pd.DataFrame(rows).assign(analysis="cases")


def intraclass(hits: np.ndarray, size: np.ndarray) -> float:
    """Estimate how alike the cases of a cluster are, from a one-way analysis of variance.

    Parameters
    ----------
    hits, size : array, one per cluster
        Cases with the property, and cases, at least 1.

    Returns
    -------
    float
        Intraclass correlation, at least 0; 0 where there is a single cluster, no cluster of two cases, or no
        variance at all.

    References
    ----------
    .. [1] Donner, A. and Klar, N. (2000). Design and analysis of cluster randomization trials in health
       research. Arnold.

    Examples
    --------
    >>> print(f"{intraclass(np.array([2, 8, 5]), np.array([10, 10, 10])):.3f}")
    0.246
    """
    hits, size = np.asarray(hits, float), np.asarray(size, float)
    groups, total = len(size), size.sum()
    if groups < 2 or total <= groups:
        return 0.0
    share = hits / size
    between = (size * (share - hits.sum() / total) ** 2).sum() / (groups - 1)
    within = (hits * (1 - share)).sum() / (total - groups)
    usual = (total - (size**2).sum() / total) / (groups - 1)
    spread = between + (usual - 1) * within
    return max(0.0, float((between - within) / spread)) if spread > 0 else 0.0


def share(
    cases: pd.DataFrame,
    answer: pd.Series,
    *,
    cluster: str | None = None,
    pathways: Mapping[str, float] | None = None,
) -> dict[str, float | str]:
    """Estimate one share of cases, allowing for clusters and for how they were sampled.

    Parameters
    ----------
    cases, cluster, pathways
        As for `shares`.
    answer : Series of bool, index as `cases`
        Whether each case has the property; missing where it is not known, which leaves the case out.

    Returns
    -------
    dict
        ``n_a estimate``, the limits, ``n_eff method reason`` of one row of results.

    Raises
    ------
    KeyError, ValueError
        As `shares`.

    Examples
    --------
    >>> cases = pd.DataFrame({"site": ["a"] * 10 + ["b"] * 10})
    >>> found = share(cases, pd.Series([True] * 8 + [False] * 10 + [None] * 2), cluster="site")
    >>> found["n_a"], f"{found['estimate']:.3f}", f"{found['n_eff']:.1f}"
    (18, '0.444', '2.5')
    """
    known = answer.notna().to_numpy()
    hit = answer[known].to_numpy(bool)
    n, deff = int(known.sum()), 1.0
    method = "Wilson score interval"
    if pathways is not None:
        method = f"stratified Wilson interval over {len(pathways)} pathways"
    if cluster is not None and n:
        place = pd.factorize(cases.loc[known, cluster])[0]
        size = np.bincount(place)
        icc = intraclass(np.bincount(place, weights=hit), size)
        deff = 1 + ((size**2).sum() / size.sum() - 1) * icc
        few = ": too few to judge how alike their cases are" if len(size) < MIN_CLUSTERS else ""
        method += f", design effect {deff:.2f} of {len(size)} cluster{'s' * (len(size) != 1)}{few}"
    if pathways is None:
        weights, x, base = np.ones(1), np.array([hit.sum()]), np.array([n])
    else:
        weights, x, base = _strata(cases.loc[known, "pathway"], hit, pathways)
    if (base[weights > 0] == 0).any():
        return BLANK | {"n_a": n, "method": method, "reason": "n_lt_min"}
    found = {"estimate": float((weights * np.nan_to_num(proportion(x, base))).sum()), "n_eff": n / deff}
    for confidence, suffix in LEVELS:
        low, high = _limits(weights, x / deff, base / deff, confidence)
        found |= {f"conf_low{suffix}": float(low), f"conf_high{suffix}": float(high)}
    return found | {"n_a": n, "method": method, "reason": ""}


def _strata(
    pathway: pd.Series, hit: np.ndarray, pathways: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    absent = sorted(set(pathway) - set(pathways))
    if absent:
        raise KeyError(f"pathways lacks {absent}, which the cases have; it has {sorted(pathways)}")
    weights = np.array(list(pathways.values()), float)
    if (weights < 0).any() or not weights.sum() > 0:
        raise ValueError(f"pathways must have weights of at least 0, not all 0, got {dict(pathways)}")
    place = pd.Index(list(pathways)).get_indexer(pathway)
    x = np.bincount(place, weights=hit, minlength=len(weights))
    return weights / weights.sum(), x, np.bincount(place, minlength=len(weights))


def _limits(weights: np.ndarray, x: np.ndarray, n: np.ndarray, confidence: float) -> Limits:
    if len(weights) == 1:
        return tuple(limit[0] for limit in wilson(x, n, confidence=confidence))
    return stratified_wilson(weights, x, n, confidence=confidence)
