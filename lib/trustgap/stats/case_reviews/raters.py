"""How far raters agree, seen and expected by chance: on arrays of ratings, for any weights of the cases."""

import numpy as np
import pandas as pd

WEIGHTS = ("unweighted", "linear", "quadratic")
"""How much credit two different categories get: none, by distance, or by squared distance."""

DISTANCES = ("nominal", "ordinal", "interval", "ratio")
"""How far apart two categories are for Krippendorff's alpha."""

CHANCES = ("gwet", "fleiss", "cohen")
"""Whose idea of the agreement that chance alone would bring."""


def one_hot(ratings: pd.DataFrame, *, categories: int) -> np.ndarray:
    """Spread a tidy table of ratings over cases, raters and categories.

    Parameters
    ----------
    ratings : DataFrame, one row per rating
        ``case``, ``rater`` and ``rating``: a whole number from 1 to `categories`; a missing rating is
        left out.
    categories : int
        Number of categories the raters could choose from, at least 2.

    Returns
    -------
    array of float, shape (cases, raters, categories)
        1 where the rater put the case into the category. Cases and raters in order of their names;
        those without any rating are left out.

    Raises
    ------
    ValueError
        If a rating is out of range, or a rater rated a case twice.

    Examples
    --------
    >>> ratings = pd.DataFrame({"case": [1, 1, 2], "rater": ["a", "b", "a"], "rating": [1, 2, 2]})
    >>> one_hot(ratings, categories=2)[0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if categories < 2:
        raise ValueError(f"categories must be at least 2, got {categories}")
    given = ratings.loc[ratings["rating"].notna(), ["case", "rater", "rating"]]
    wrong = given.loc[~given["rating"].isin(range(1, categories + 1)), "rating"]
    if len(wrong):
        raise ValueError(f"ratings must be whole numbers from 1 to {categories}, got {wrong.iloc[0]}")
    twice = given.loc[given.duplicated(["case", "rater"]), ["case", "rater"]]
    if len(twice):
        raise ValueError(f"a rater rates a case once; twice: {tuple(twice.iloc[0])}")
    case, cases = pd.factorize(given["case"], sort=True)
    rater, raters = pd.factorize(given["rater"], sort=True)
    table = np.zeros((len(cases), len(raters), categories))
    table[case, rater, given["rating"].to_numpy().astype(int) - 1] = 1
    return table


def similarity(categories: int, weights: str) -> np.ndarray:
    """Give the credit that each pair of categories gets as agreement.

    Parameters
    ----------
    categories : int
        Number of categories.
    weights : {"unweighted", "linear", "quadratic"}
        1 on the diagonal; off it 0, or one minus the distance or squared distance in steps, as a share
        of the largest.

    Returns
    -------
    array of float, shape (categories, categories)
        In [0, 1], symmetric.

    Raises
    ------
    ValueError
        If `weights` is another.

    Examples
    --------
    >>> similarity(3, "linear")[0].tolist()
    [1.0, 0.5, 0.0]
    """
    if weights not in WEIGHTS:
        raise ValueError(f"weights must be one of {WEIGHTS}, got {weights!r}")
    steps = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)
    return {"unweighted": (steps == 0).astype(float), "linear": 1 - steps, "quadratic": 1 - steps**2}[weights]


def agreeing(table: np.ndarray, credit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the share of pairs of raters that agree, case by case.

    Parameters
    ----------
    table : array, shape (cases, raters, categories)
        As `one_hot` gives it.
    credit : array, shape (categories, categories)
        As `similarity` gives it.

    Returns
    -------
    share : array of float, shape (cases,)
        In [0, 1]; 0 where fewer than two raters rated the case.
    rated : array of bool, shape (cases,)
        Two raters or more rated the case.

    Examples
    --------
    >>> table = np.array([[[1, 0], [1, 0], [0, 1]]])
    >>> agreeing(table, similarity(2, "unweighted"))[0].tolist()
    [0.3333333333333333]
    """
    votes = table.sum(axis=1)
    raters = votes.sum(axis=1)
    pairs = (votes * (votes @ credit)).sum(axis=1) - raters
    return np.divide(pairs, raters * (raters - 1), out=np.zeros(len(votes)), where=raters > 1), raters > 1


def chance(
    table: np.ndarray, credit: np.ndarray, *, by: str, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give observed and chance agreement, for one or many sets of weights of the cases.

    Parameters
    ----------
    table, credit
        As for `agreeing`.
    by : {"gwet", "fleiss", "cohen"}
        Gwet's AC1 and AC2, Fleiss' kappa, or Cohen's kappa (for more than two raters Conger's).
    weights : array, shape (..., cases)
        How often each case counts: ones for the estimate, multinomial draws for the bootstrap.

    Returns
    -------
    observed, expected : array of float, shape (...)
        The coefficient is (observed − expected) / (1 − expected). Missing where no case counts that two
        raters rated.

    Raises
    ------
    ValueError
        If `by` is another.

    Notes
    -----
    Gwet and Fleiss use all ratings for how common a category is, Cohen each rater's own ratings of cases
    that two or more rated.

    References
    ----------
    .. [1] Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
       agreement. British Journal of Mathematical and Statistical Psychology, 61, 29-48.
    .. [2] Conger, A. J. (1980). Integration and generalization of kappas for multiple raters.
       Psychological Bulletin, 88, 322-328.

    Examples
    --------
    >>> table = np.array([[[1, 0], [1, 0]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]])
    >>> observed, expected = chance(table, np.eye(2), by="fleiss", weights=np.ones(3))
    >>> print(f"{observed:.3f} {expected:.3f}")
    0.667 0.500
    """
    if by not in CHANCES:
        raise ValueError(f"by must be one of {CHANCES}, got {by!r}")
    share, rated = agreeing(table, credit)
    observed = _ratio(weights @ share, weights @ rated)
    if by == "cohen":
        return observed, _crossed(_marginals(table * rated[:, None, None], weights), credit)
    common = category_shares(table, weights)
    if by == "fleiss":
        return observed, ((common @ credit) * common).sum(axis=-1)
    q = len(credit)
    return observed, credit.sum() / (q * (q - 1)) * (common * (1 - common)).sum(axis=-1)


def category_shares(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give how common each category is, every case counting by its weight and not by its raters.

    Parameters
    ----------
    table, weights
        As for `chance`.

    Returns
    -------
    array of float, shape (..., categories)
        Sums to 1; missing where no case counts.

    Examples
    --------
    >>> category_shares(np.array([[[1, 0], [0, 1]], [[1, 0], [0, 0]]]), np.ones(2)).tolist()
    [0.75, 0.25]
    """
    votes = table.sum(axis=1)
    raters = votes.sum(axis=1, keepdims=True)
    mean = np.divide(votes, raters, out=np.zeros(votes.shape), where=raters > 0)
    return _ratio(weights @ mean, (weights @ (raters > 0)).astype(float))


def krippendorff(table: np.ndarray, *, distance: str, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give observed and chance agreement as Krippendorff's alpha sees them.

    Parameters
    ----------
    table, weights
        As for `chance`. Cases with a single rating do not count.
    distance : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two categories are; ``interval`` and ``ratio`` take the categories as 1, 2, 3, …

    Returns
    -------
    observed, expected : array of float, shape (...)
        One minus the mean distance of two ratings of the same case, and of any two ratings, as a share of
        the largest distance. Alpha is (observed − expected) / (1 − expected); missing where no case counts.

    Raises
    ------
    ValueError
        If `distance` is another.

    References
    ----------
    .. [1] Krippendorff, K. (2019). Content analysis, fourth edition, chapter 12. Sage.

    Examples
    --------
    >>> table = np.array([[[1, 0], [1, 0]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]])
    >>> observed, expected = krippendorff(table, distance="nominal", weights=np.ones(3))
    >>> print(f"{(observed - expected) / (1 - expected):.4f}")
    0.4444
    """
    if distance not in DISTANCES:
        raise ValueError(f"distance must be one of {DISTANCES}, got {distance!r}")
    votes, q = table.sum(axis=1), table.shape[-1]
    raters = votes.sum(axis=1)
    weights = np.asarray(weights, float)[..., raters > 1]
    votes, raters = votes[raters > 1], raters[raters > 1]
    pairs = (votes[:, :, None] * votes[:, None, :] - votes[:, :, None] * np.eye(q)) / (raters - 1)[
        :, None, None
    ]
    coincidence = (weights @ pairs.reshape(len(votes), q * q)).reshape(*weights.shape[:-1], q, q)
    totals = weights @ votes
    apart, size = _apart(totals, distance), totals.sum(axis=-1)
    seen = (coincidence * apart).sum(axis=(-2, -1))
    every = (totals[..., :, None] * totals[..., None, :] * apart).sum(axis=(-2, -1))
    return 1 - _ratio(seen, size), 1 - _ratio(every, size * (size - 1))


def _apart(totals: np.ndarray, distance: str) -> np.ndarray:
    """Give the distance of every two categories as a share of the largest."""
    values = np.broadcast_to(np.arange(1.0, totals.shape[-1] + 1), totals.shape)
    if distance == "ordinal":
        # The ratings between two categories, half of either included, are the distance of their mid-ranks.
        values = np.cumsum(totals, axis=-1) - totals / 2
    first, second = values[..., :, None], values[..., None, :]
    if distance == "nominal":
        return (first != second).astype(float)
    squared = ((first - second) / (first + second if distance == "ratio" else 1.0)) ** 2
    largest = squared.max(axis=(-2, -1), keepdims=True)
    return np.divide(squared, largest, out=np.zeros(squared.shape), where=largest > 0)


def _marginals(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give each rater's own share of every category; zeros for a rater without a rating that counts."""
    cases, raters, q = table.shape
    flat = (np.asarray(weights, float) @ table.reshape(cases, -1)).reshape(*np.shape(weights)[:-1], raters, q)
    base = flat.sum(axis=-1, keepdims=True)
    return np.divide(flat, base, out=np.zeros(flat.shape), where=base > 0)


def _crossed(marginals: np.ndarray, credit: np.ndarray) -> np.ndarray:
    """Average, over pairs of different raters, the agreement that their marginals alone would bring."""
    present = marginals.sum(axis=(-2, -1))
    whole = marginals.sum(axis=-2)
    every = ((whole @ credit) * whole).sum(axis=-1) - ((marginals @ credit) * marginals).sum(axis=(-2, -1))
    return _ratio(every, present * (present - 1))


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    top, bottom = np.asarray(top, float), np.asarray(bottom, float)
    if top.ndim > bottom.ndim:
        bottom = bottom[..., None]
    return np.divide(top, bottom, out=np.full(np.broadcast(top, bottom).shape, np.nan), where=bottom > 0)
