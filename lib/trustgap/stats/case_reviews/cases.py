"""Case reviews: which decisions could have been better, was it possible, and what would it save."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.shares.intervals import Limits, proportion, stratified_wilson, wilson

MIN_CLUSTERS = 5
"""Fewer sites or reviewers say little about how alike their cases are."""


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
    rows = [_share(cases, answer, cluster, pathways) | {"estimand": name} for name, answer in answers.items()]
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


def saving(cases: pd.DataFrame, *, cluster: str | None = None, total: float | None = None) -> pd.DataFrame:
    """Estimate what better decisions would have saved, per reviewed case.

    Parameters
    ----------
    cases : DataFrame, one row per reviewed case
        ``improvable`` and ``available`` as for `shares`; ``cost`` and ``cost_better``, in money. A case that
        is not improvable, or had no better option, saves nothing; a case that is both and lacks a cost is
        left out.
    cluster : str, optional
        As for `shares`.
    total : float, optional
        Cases in the period that the reviewed ones stand for; adds a row.

    Returns
    -------
    DataFrame, one or two rows of results
        Analysis ``cases``: ``saving_per_case``, and ``saving_total``, `total` times that, in money; negative
        where better would have cost more. ``n_a`` counts cases. Reasons: ``n_lt_min`` (fewer than two
        cases), ``constant`` (all save the same), ``few_clusters`` (a cluster column with fewer than two).

    Notes
    -----
    The saving per case is the share of cases with an available better option times their mean saving; the
    t limits of the mean over all cases, zeros included, are those of the delta method for that product.
    With clusters the scatter is that of the clusters' sums about the mean, with one degree of freedom less
    than clusters. Savings are skewed: at 30 cases of which 42% save skewed sums, the limits
    covered in 91%, and the truth lay above them in 9% (20,000 draws). Sampling error only: whether the
    money can be taken out is another question.

    Examples
    --------
    >>> cases = pd.DataFrame({"improvable": [True] * 14 + [False] * 16, "cost": 900.0,
    ...                       "available": [True] * 13 + [False] + [None] * 16, "cost_better": 400.0})
    >>> saving(cases, total=1000)[["estimand", "estimate", "conf_low", "conf_high"]].round(0)
              estimand  estimate  conf_low  conf_high
    0  saving_per_case     217.0     123.0      311.0
    1     saving_total  216667.0  122567.0   310766.0
    """
    both = cases["improvable"].astype("boolean") & cases["available"].astype("boolean")
    amount = (cases["cost"] - cases["cost_better"]).where(both.fillna(False), 0.0).where(both.notna())
    kept = amount.notna().to_numpy()
    value = amount.to_numpy(float)[kept]
    groups = np.arange(len(value)) if cluster is None else pd.factorize(cases.loc[kept, cluster])[0]
    row = {"estimand": "saving_per_case", "n_a": len(value)} | _mean(value, groups)
    rows = pd.DataFrame([row]).assign(analysis="cases")
    if total is None:
        return rows
    money = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90"]
    whole = rows.assign(estimand="saving_total", **{name: rows[name] * total for name in money})
    return pd.concat([rows, whole], ignore_index=True)


def _share(
    cases: pd.DataFrame, answer: pd.Series, cluster: str | None, pathways: Mapping[str, float] | None
) -> dict[str, float | str]:
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
        method += f", design effect {deff:.2f} of {len(size)} clusters{few}"
    blank = dict.fromkeys("estimate conf_low conf_high conf_low_90 conf_high_90 n_eff".split(), np.nan)
    if pathways is None:
        weights, x, base = np.ones(1), np.array([hit.sum()]), np.array([n])
    else:
        weights, x, base = _strata(cases.loc[known, "pathway"], hit, pathways)
    if (base[weights > 0] == 0).any():
        return blank | {"n_a": n, "method": method, "reason": "n_lt_min"}
    found = {"estimate": float((weights * np.nan_to_num(proportion(x, base))).sum()), "n_eff": n / deff}
    for confidence, suffix in ((0.95, ""), (0.9, "_90")):
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


def _mean(value: np.ndarray, groups: np.ndarray) -> dict[str, float | str]:
    blank = dict.fromkeys("estimate conf_low conf_high conf_low_90 conf_high_90".split(), np.nan)
    n, count = len(value), int(groups.max()) + 1 if len(groups) else 0
    method = "mean over all cases, t interval" + (f", {count} clusters" if count < n else "")
    if n < 2 or count < 2:
        return blank | {"method": method, "reason": "n_lt_min" if n < 2 else "few_clusters"}
    mean = value.mean()
    sums = np.bincount(groups, weights=value - mean)
    error = np.sqrt(count / (count - 1) * (sums**2).sum()) / n
    if not error > 1e-12 * max(abs(mean), 1e-300):
        return blank | {"estimate": float(mean), "method": method, "reason": "constant"}
    half, half_90 = (stats.t.ppf(level, count - 1) * error for level in (0.975, 0.95))
    limits = {"conf_low": mean - half, "conf_high": mean + half}
    limits |= {"conf_low_90": mean - half_90, "conf_high_90": mean + half_90}
    return {"estimate": float(mean), "method": method, "reason": ""} | limits
