"""Means of several items answered by the same people, with the covariance between them."""

import numpy as np
import pandas as pd

from trustgap.stats.results import MIN_N


def scores(answers: pd.DataFrame, items: pd.DataFrame, *, by: str = "top2") -> np.ndarray:
    """Turn answers into numbers, with NaN where there is no valid answer.

    Parameters
    ----------
    answers : DataFrame, one row per respondent
        The canonical frame; scores from 1, missing kinds at or below 0.
    items : DataFrame, indexed by item
        Needs ``top_from``. Only these items are taken, in this order.
    by : {"top2", "mean"}
        1 and 0 for "at or above ``top_from``", or the scores themselves.

    Returns
    -------
    array of float, shape (n_respondents, n_items)

    Raises
    ------
    ValueError
        If `by` is another.
    KeyError
        If an item has no column in `answers`.

    Examples
    --------
    >>> items = pd.DataFrame({"top_from": [4]}, index=["q"])
    >>> scores(pd.DataFrame({"q": [5, 3, -2]}), items).ravel()
    array([ 1.,  0., nan])
    """
    if by not in ("top2", "mean"):
        raise ValueError(f"by must be 'top2' or 'mean', got {by!r}")
    absent = [item for item in items.index if item not in answers.columns]
    if absent:
        raise KeyError(f"answers lack the item columns {absent}; they have {sorted(answers.columns)}")
    values = answers[list(items.index)].to_numpy(float)
    numbers = (values >= items["top_from"].to_numpy()).astype(float) if by == "top2" else values
    return np.where(values > 0, numbers, np.nan)


def estimates(scores: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Estimate the mean of every item and the covariance of those means.

    Parameters
    ----------
    scores : array of float, shape (n_respondents, n_items)
        Scores, or 0/1 for "among the positive answers"; NaN where the respondent gave no valid answer.
    weights : array of float, shape (n_respondents,), optional
        How much each respondent counts, above 0; equal by default.

    Returns
    -------
    mean : array, shape (n_items,)
        Over valid answers; NaN for an item that nobody answered.
    covariance : array, shape (n_items, n_items)
        From influence values, so that it is positive semi-definite whatever is missing; NaN in the
        row and column of an item that nobody answered, NaN throughout with fewer than two respondents.

    Notes
    -----
    Respondent i has influence ψ_ij = m_ij (x_ij − mean_j) / m̄_j on item j, m_ij being 1 where answered and
    m̄_j its mean; the covariance is ψ'ψ / n², with a factor √(m_j / (m_j − 1)) for each of its two items,
    so that the variances are the usual s² / m. Respondents who answered nothing do not count. With weights
    ψ is multiplied by w_i, and m̄_j is the mean of w m.

    Examples
    --------
    >>> mean, covariance = estimates(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, np.nan], [0.0, 0.0]]))
    >>> [round(float(value), 3) for value in mean]
    [0.5, 0.333]
    >>> round(float(covariance[0, 0]), 4)
    0.0833
    """
    scores = np.asarray(scores, float)
    some = ~np.isnan(scores).all(axis=1)
    weight = (np.ones(len(some)) if weights is None else np.asarray(weights, float))[some, None]
    scores = scores[some]
    n = len(scores)
    answered = ~np.isnan(scores)
    m, total = answered.sum(axis=0), (weight * answered).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weight * np.where(answered, scores, 0.0)).sum(axis=0) / total
        influence = weight * np.where(answered, scores - mean, 0.0) / (total / n if n else np.nan)
    if n < 2:
        return mean, np.full((scores.shape[1], scores.shape[1]), np.nan)
    influence = influence * np.sqrt(m / np.maximum(m - 1, 1)) / n
    return mean, influence.T @ influence


def pooled(
    groups: list[np.ndarray], weights: list[np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Average the item means of several groups, every group with the same weight.

    Parameters
    ----------
    groups : list of array, each of shape (n_respondents, n_items)
        Scores of each group, NaN where missing. Groups are independent of each other.
    weights : list of array, each of shape (n_respondents,), optional
        Of the respondents within each group; equal by default.

    Returns
    -------
    mean : array, shape (n_items,)
        Average over the groups with at least `MIN_N` answers to the item; NaN where there is none.
    covariance : array, shape (n_items, n_items)
        Of those averages; NaN in the row and column of an item without a mean.
    n : float
        Degrees of freedom plus one, by Satterthwaite's formula on the total variance; for one group the
        respondents who answered anything.

    Examples
    --------
    >>> many, few = np.tile([[1.0], [0.0]], (50, 1)), np.tile([[1.0], [1.0], [0.0]], (10, 1))
    >>> mean, covariance, n = pooled([many, few])
    >>> round(float(mean[0]), 3), round(n)
    (0.583, 51)
    """
    answered = np.array([(~np.isnan(group)).sum(axis=0) >= MIN_N for group in groups])
    weight = answered / np.maximum(answered.sum(axis=0), 1)
    within = weights or [None] * len(groups)
    parts = [
        estimates(np.where(use, group, np.nan), inner)
        for use, group, inner in zip(answered, groups, within, strict=True)
    ]
    mean = sum(np.where(w > 0, w * part[0], 0.0) for w, part in zip(weight, parts, strict=True))
    terms = [
        np.where(np.outer(w, w) > 0, np.outer(w, w) * part[1], 0.0)
        for w, part in zip(weight, parts, strict=True)
    ]
    covariance = sum(terms)
    never = ~answered.any(axis=0)
    mean = np.where(never, np.nan, mean)
    covariance = np.where(never[:, None] | never, np.nan, covariance)
    people = np.array([(~np.isnan(group)).any(axis=1).sum() for group in groups])
    shares = np.array([np.trace(term) for term in terms])
    used = (people > 1) & (shares > 0)
    if not used.any():
        return mean, covariance, float(people.sum())
    freedom = shares[used].sum() ** 2 / (shares[used] ** 2 / (people[used] - 1)).sum()
    return mean, covariance, float(freedom + 1)
