"""How sure is a share of counted days: variation from month to month, months being alike to those before."""

import numpy as np

MIN_MONTHS = 10
"""With counts of fewer months no interval is given."""

FEWEST = 3
"""At least so many slow waves."""


def frequencies(months: int) -> int:
    """Choose how many slow waves estimate the variance: the degrees of freedom of the interval.

    Parameters
    ----------
    months : int
        Length of the series.

    Returns
    -------
    int
        Half of ``months`` to the power of two thirds, at least `FEWEST`.

    Examples
    --------
    >>> [frequencies(months) for months in (12, 36, 105)]
    [3, 5, 11]
    """
    return max(FEWEST, int(0.5 * months ** (2 / 3) + 0.5))


def covariance(scores: np.ndarray) -> tuple[np.ndarray, int]:
    """Estimate the covariance of the means of series in which a month resembles the one before.

    Parameters
    ----------
    scores : array, shape (months, series)
        Each with mean zero, in time order, no missing value; at least `MIN_MONTHS`.

    Returns
    -------
    covariance : array, shape (series, series)
        Of the means of the series.
    df : int
        Degrees of freedom: limits are those of Student's t.

    Raises
    ------
    ValueError
        If there are fewer than `MIN_MONTHS` months.

    Notes
    -----
    Days of delay are counted, not sampled, and the days of one person are not independent: a binomial
    interval would be far too narrow. What is uncertain is how the share would come out in other months like
    these. Months are related to those before, so the scatter of single months is misleading too: the
    variance is taken from the slow movements of the series, its first B cosine waves, each of which is an
    independent estimate of the long-run variance, and limits are those of t with B degrees of freedom.

    95% limits of a mean of 12 months covered in 95, 91 and 85% where a month follows the one before by
    φ = 0, 0.5 and 0.7, of 36 months in 95, 94 and 90%, of 105 months in 95, 94 and 92%; Newey and West's
    (lag ¾ of the cube root, t) in 91, 79 and 66%, 93, 84 and 73%, 94, 89 and 83% (20,000 series each). So
    limits remain a little narrow where months resemble one another much, as in English councils: φ of
    their monthly shares is 0.7 in the middle over nine years, slow drift included.

    References
    ----------
    .. [1] Lazarus, E., Lewis, D. J., Stock, J. H. and Watson, M. W. (2018). HAR inference: recommendations
       for practice. Journal of Business and Economic Statistics, 36, 541-559.
    .. [2] Müller, U. K. (2007). A theory of robust long-run variance estimation. Journal of Econometrics,
       141, 1331-1352.

    Examples
    --------
    >>> months = np.arange(12)
    >>> found, df = covariance(np.cos(np.pi * (months + 0.5) / 12)[:, None])
    >>> round(float(found[0, 0]), 4), df
    (0.1667, 3)
    """
    months = len(scores)
    if months < MIN_MONTHS:
        raise ValueError(f"a covariance needs {MIN_MONTHS} months or more, got {months}")
    df = frequencies(months)
    waves = np.cos(np.pi * np.outer(np.arange(1, df + 1), np.arange(months) + 0.5) / months)
    loads = np.sqrt(2 / months) * waves @ scores
    return loads.T @ loads / (df * months), df


def ratio_scores(days: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Turn days by part into scores whose means vary as each part's share of all days does.

    Parameters
    ----------
    days : array, shape (months, parts)
        Days of each part.
    total : array, shape (months,)
        All days of the month; their sum must be above 0.

    Returns
    -------
    array, shape (months, parts)
        Each series has mean zero; a month with more days counts for more.

    Examples
    --------
    >>> ratio_scores(np.array([[1.0, 3.0], [2.0, 2.0]]), np.array([4.0, 4.0])).tolist()
    [[-0.125, 0.125], [0.125, -0.125]]
    """
    share = days.sum(axis=0) / total.sum()
    return (days - share * total[:, None]) / total.mean()
