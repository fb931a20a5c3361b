"""Intraclass correlation of several raters' scores, in the six forms of Shrout and Fleiss."""

import numpy as np
import pandas as pd
from scipy import stats

FORMS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
"""Raters differ from case to case; the same raters, a sample of many; these raters only; k: their mean."""


def icc(ratings: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of the variance of scores that lies between cases.

    Parameters
    ----------
    ratings : DataFrame, one row per rating
        ``case``, ``rater`` and ``rating``, a number on an interval scale. Only cases that every rater rated
        count; ``n_a`` says how many.

    Returns
    -------
    DataFrame, six rows of results
        Analysis ``agreement``; estimand one of `FORMS`, at most 1; F limits, for ICC2 Shrout and Fleiss's
        approximate ones; ``p_value`` tests that cases do not differ. Reasons: ``n_lt_min`` (fewer than two
        raters or cases), ``constant`` (raters agree exactly, or all scores are the same).

    Raises
    ------
    ValueError
        If a rater rated a case twice.

    References
    ----------
    .. [1] Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
       reliability. Psychological Bulletin, 86, 420-428.

    Examples
    --------
    >>> scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> ratings = pd.DataFrame([(case, rater, score) for case, row in enumerate(scores)
    ...                         for rater, score in enumerate(row)], columns=["case", "rater", "rating"])
    >>> icc(ratings)[["estimand", "estimate"]].round(2).head(3)
      estimand  estimate
    0     ICC1      0.17
    1     ICC2      0.29
    2     ICC3      0.71
    """
    given = ratings[ratings["rating"].notna()]
    if given.duplicated(["case", "rater"]).any():
        raise ValueError("a rater rates a case once; some case has two ratings by one rater")
    wide = given.pivot_table(index="case", columns="rater", values="rating").dropna()
    scores = wide.to_numpy(dtype=float)
    n, k = scores.shape
    found = _estimates(scores) if n > 1 and k > 1 else {"reason": "n_lt_min"}
    rows = pd.DataFrame({"estimand": FORMS, "analysis": "agreement", "n_a": n} | found)
    rows["method"] = f"analysis of variance, F limits, {k} raters"
    numbers = ["estimate", "conf_low", "conf_high", "p_value"]
    return rows.reindex(columns=[*rows, *(name for name in numbers if name not in rows)])


def _estimates(scores: np.ndarray) -> dict[str, list[float] | str]:
    n, k = scores.shape
    mean = scores.mean()
    between = k * ((scores.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    rater = n * ((scores.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    within = ((scores - scores.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    error = (within * n * (k - 1) - rater * (k - 1)) / ((n - 1) * (k - 1))
    if not error > 1e-12 * max(between, rater, 1e-300):
        return {"reason": "constant"}
    one, three = (
        _ratio_limits(between / within, n, k, n * (k - 1)),
        _ratio_limits(between / error, n, k, (n - 1) * (k - 1)),
    )
    two = _two_way(between, rater, error, n, k)
    # The mean of k raters: Spearman and Brown's formula carries estimate and limits alike.
    forms = np.array([one, two, three])
    stepped = k * forms / (1 + (k - 1) * forms)
    both = np.vstack([forms, stepped])
    # The same F for ICC2 and ICC3: whether cases differ once the raters' own levels are taken out.
    tested = [stats.f.sf(between / within, n - 1, n * (k - 1))]
    tested += [stats.f.sf(between / error, n - 1, (n - 1) * (k - 1))] * 2
    return {
        "estimate": both[:, 0].tolist(),
        "conf_low": both[:, 1].tolist(),
        "conf_high": both[:, 2].tolist(),
        "p_value": [float(p) for p in tested * 2],
        "reason": "",
    }


def _ratio_limits(f: float, n: int, k: int, df: int) -> list[float]:
    low, high = f / stats.f.ppf(0.975, n - 1, df), f * stats.f.ppf(0.975, df, n - 1)
    return [(value - 1) / (value + k - 1) for value in (f, low, high)]


def _two_way(between: float, rater: float, error: float, n: int, k: int) -> list[float]:
    estimate = (between - error) / (between + (k - 1) * error + k * (rater - error) / n)
    f = rater / error
    top = (k - 1) * (n - 1) * (k * estimate * f + n * (1 + (k - 1) * estimate) - k * estimate) ** 2
    bottom = (n - 1) * (k * estimate * f) ** 2 + (n * (1 + (k - 1) * estimate) - k * estimate) ** 2
    df = top / bottom
    upper, lower = stats.f.ppf(0.975, n - 1, df), stats.f.ppf(0.975, df, n - 1)
    rest = k * rater + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * rest + n * between)
    high = n * (lower * between - error) / (rest + n * lower * between)
    return [estimate, low, high]
