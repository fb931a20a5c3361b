"""Whether raters of the same cases differ systematically: one says yes, or rates higher, more often."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.case_reviews.raters import one_hot
from trustgap.stats.families import decide
from trustgap.stats.orders.paired import bonett_price, mcnemar_mid_p
from trustgap.stats.results import MARGIN_SHARE
from trustgap.stats.shares.intervals import proportion


def rater_differences(
    ratings: pd.DataFrame, *, categories: int, margin: float = MARGIN_SHARE
) -> pd.DataFrame:
    """Compare every two raters on the cases that both rated.

    Parameters
    ----------
    ratings : DataFrame, one row per rating
        As for `agreement.agreement`; the order of the categories counts.
    categories : int
        Number of categories.
    margin : float
        Differences within it count as none in practice.

    Returns
    -------
    DataFrame, one row of results per pair of raters
        Analysis ``agreement``, estimand ``rater_difference``: the share of cases that ``group_a`` rates
        above ``group_b`` minus the share rated below, in [-1, 1]; of two categories the difference of the
        raters' shares of the higher one. Bonett and Price's limits, McNemar's mid-p, Holm over the pairs,
        four-way verdict. ``n_a`` counts cases both rated; without any, reason ``n_lt_min``.

    Raises
    ------
    ValueError
        As `raters.one_hot`.

    References
    ----------
    .. [1] Bonett, D. G. and Price, R. M. (2012). Adjusted Wald confidence interval for a difference of
       binomial proportions based on paired data. Journal of Educational and Behavioral Statistics, 37,
       479-488.

    Examples
    --------
    >>> ratings = pd.DataFrame({"case": [*range(20)] * 2, "rater": ["a"] * 20 + ["b"] * 20,
    ...                         "rating": [2] * 14 + [1] * 6 + [2] * 4 + [1] * 16})
    >>> rater_differences(ratings, categories=2)[["estimate", "p_value", "verdict"]].round(4)
       estimate  p_value verdict
    0       0.5    0.001  higher
    """
    scores, names = _scores(ratings, categories)
    pairs = list(combinations(range(len(names)), 2))
    first, second = (scores[:, [pair[side] for pair in pairs]] for side in (0, 1))
    both = (first > 0) & (second > 0)
    more, less = ((both & (one > other)).sum(axis=0) for one, other in ((first, second), (second, first)))
    n = both.sum(axis=0)
    low, high = bonett_price(more, less, n)
    low_90, high_90 = bonett_price(more, less, n, confidence=0.9)
    rows = pd.DataFrame(
        {
            "analysis": "agreement",
            "estimand": "rater_difference",
            "group_a": [names[one] for one, _ in pairs],
            "group_b": [names[other] for _, other in pairs],
            "n_a": n,
            "estimate": proportion(more, n) - proportion(less, n),
            "conf_low": low,
            "conf_high": high,
            "conf_low_90": low_90,
            "conf_high_90": high_90,
            "p_value": np.where(n > 0, mcnemar_mid_p(more, less), np.nan),
            "method": "bonett_price+mcnemar_mid_p",
            "reason": np.where(n > 0, "", "n_lt_min"),
        }
    )
    return decide(rows, by=[], name="raters", method="holm", null=0, margin=margin)


def raters_differ(ratings: pd.DataFrame, *, categories: int, top_from: int | None = None) -> pd.DataFrame:
    """Test whether all raters use the categories alike, on the cases that all of them rated.

    Parameters
    ----------
    ratings : DataFrame, one row per rating
        As for `agreement.agreement`.
    categories : int
        Number of categories.
    top_from : int, optional
        Compare how often raters chose this category or a higher one; needed for more than two raters and
        more than two categories.

    Returns
    -------
    DataFrame of one row of results
        Analysis ``agreement``, estimand ``raters_differ``: the largest difference between two raters' shares
        of one category, in [0, 1]. It has a test and no limits: ``reason`` is ``test_only``. Two raters:
        Stuart and Maxwell's test of all categories; more: Cochran's Q. ``n_a`` counts the cases. Reasons
        also ``n_lt_min`` (no case, or fewer than two raters), ``constant`` (raters never differ, p is 1).

    Raises
    ------
    ValueError
        As `raters.one_hot`, or without `top_from` where it is needed.

    Notes
    -----
    The estimate is the largest of several differences, so that it lies too high on average.
    statsmodels' ``SquareTable`` adds half a case to every cell by default when one is empty, which changes
    the answer (1.5 for 7.0 in one example); nothing is added here.

    References
    ----------
    .. [1] Maxwell, A. E. (1970). Comparing the classification of subjects by two independent judges.
       British Journal of Psychiatry, 116, 651-655.
    .. [2] Cochran, W. G. (1950). The comparison of percentages in matched samples. Biometrika, 37, 256-266.

    Examples
    --------
    >>> ratings = pd.DataFrame({"case": [*range(20)] * 2, "rater": ["a"] * 20 + ["b"] * 20,
    ...                         "rating": [2] * 14 + [1] * 6 + [2] * 4 + [1] * 16})
    >>> raters_differ(ratings, categories=2)[["estimate", "p_value", "reason"]].round(4)
       estimate  p_value     reason
    0       0.5   0.0016  test_only
    """
    scores, names = _scores(ratings, categories)
    if top_from is not None:
        scores, categories = np.where(scores > 0, 1 + (scores >= top_from), 0), 2
    if len(names) > 2 and categories > 2:
        raise ValueError(f"top_from is needed for {len(names)} raters and {categories} categories")
    complete = scores[(scores > 0).all(axis=1)]
    row = {"analysis": "agreement", "estimand": "raters_differ", "n_a": [len(complete)], "method": ""}
    blank = dict.fromkeys(("estimate", "conf_low", "conf_high", "p_value"), np.nan)
    if len(names) < 2 or not len(complete):
        return pd.DataFrame(row | blank | {"reason": "n_lt_min"})
    shares = np.stack([(complete == category).mean(axis=0) for category in range(1, categories + 1)])
    two = len(names) == 2
    p = _stuart_maxwell(complete, categories) if two else _cochran(complete > 1)
    found = blank | {"estimate": float(np.ptp(shares, axis=1).max()), "p_value": p}
    same = (complete == complete[:, :1]).all()
    found |= {"reason": "constant" if same else "test_only"}
    found |= {"method": "Stuart-Maxwell" if two else f"Cochran's Q, {len(names)} raters"}
    return pd.DataFrame(row | found)


def _scores(ratings: pd.DataFrame, categories: int) -> tuple[np.ndarray, list[str]]:
    """Give the rating of each case by each rater, 0 where there is none, and the raters' names."""
    table = one_hot(ratings, categories=categories)
    names = sorted(ratings.loc[ratings["rating"].notna(), "rater"].unique())
    return (table @ np.arange(1, categories + 1)).astype(int), [str(name) for name in names]


def _stuart_maxwell(scores: np.ndarray, categories: int) -> float:
    square = np.zeros((categories, categories))
    np.add.at(square, (scores[:, 0] - 1, scores[:, 1] - 1), 1)
    rows, columns = square.sum(axis=1), square.sum(axis=0)
    covariance = np.diag(rows + columns) - square - square.T
    # One category follows from the others, and one without disagreement has no variance: the rank says so.
    df = int(np.linalg.matrix_rank(covariance))
    statistic = (rows - columns) @ np.linalg.pinv(covariance, hermitian=True) @ (rows - columns)
    return float(stats.chi2.sf(statistic, df)) if df else 1.0


def _cochran(yes: np.ndarray) -> float:
    raters, cases = yes.shape[1], yes.sum(axis=1)
    by_rater = yes.sum(axis=0)
    spread = (cases * (raters - cases)).sum()
    if spread == 0:
        return 1.0
    statistic = raters * (raters - 1) * ((by_rater - by_rater.mean()) ** 2).sum() / spread
    return float(stats.chi2.sf(statistic, raters - 1))
