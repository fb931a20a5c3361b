"""How many answers a wanted precision needs, and what so many answers can show: the arithmetic."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from trustgap.stats.results import DETECTABLE, mde_share
from trustgap.stats.shares.intervals import wilson

SHARE = 0.5
"""Planning supposes this share: no other one needs more answers."""

WAVES = tuple(range(5))
"""A trend is planned over five waves at equal distances."""

_Z = stats.norm.ppf(0.975)
_ALIKE = stats.norm.ppf(0.95) + stats.norm.ppf(0.9)


def half_width(
    n: np.ndarray, *, share: float = SHARE, deff: float = 1.0, population: float = np.inf
) -> np.ndarray:
    """Give half the width of the 95% interval of a share.

    Parameters
    ----------
    n : array
        Answers, at least 1.
    share : float
        The share expected, in [0, 1].
    deff : float
        Design effect: how many times the variance of a simple random sample, above 0.
    population : float
        How many could have answered; infinite by default, which allows for nothing.

    Returns
    -------
    array of float
        Half the width of Wilson's interval, a proportion.

    Examples
    --------
    >>> half_width(np.array([50, 100, 200]), share=0.56).round(3).tolist()
    [0.133, 0.095, 0.068]
    """
    n = np.asarray(n, float) / deff
    if np.isfinite(population):
        n = n * (population - 1) / np.maximum(population - n * deff, 1e-9)
    low, high = wilson(share * n, n)
    return (high - low) / 2


def share_n(
    half: np.ndarray, *, share: float = SHARE, deff: float = 1.0, population: float = np.inf
) -> np.ndarray:
    """Give the answers that a share needs to be known so precisely.

    Parameters
    ----------
    half : array
        Wanted half-width of the 95% interval, above 0 and below one half.
    share, deff, population
        As for `half_width`.

    Returns
    -------
    array of float
        Answers, not yet rounded up.

    Notes
    -----
    The larger root of h²n² + z²(2h² − p(1 − p))n + z⁴(h² − ¼) = 0, at which Wilson's interval has the
    half-width h.

    Examples
    --------
    >>> float(np.ceil(share_n(0.05)))
    381.0
    >>> float(np.ceil(share_n(0.05, population=500)))
    217.0
    """
    half = np.asarray(half, float)
    b = _Z**2 * (2 * half**2 - share * (1 - share))
    root = np.sqrt(b**2 - 4 * half**2 * _Z**4 * (half**2 - 0.25))
    n = (root - b) / (2 * half**2) * deff
    return n / (1 + (n - 1) / population) if np.isfinite(population) else n


def smallest_gap(n_a: np.ndarray, n_b: np.ndarray, *, share: float = SHARE, deff: float = 1.0) -> np.ndarray:
    """Give the smallest difference of two shares that is seen with 80% probability.

    Parameters
    ----------
    n_a, n_b : array
        Answers in the two groups, or in two waves of different people.
    share, deff : float
        As for `half_width`; the two shares lie on either side of `share`.

    Returns
    -------
    array of float
        A proportion; as `results.mde_share` with ``around``.

    Examples
    --------
    >>> smallest_gap(np.array([50, 100, 200]), np.array([50, 100, 200]), share=0.56).round(3).tolist()
    [0.275, 0.195, 0.139]
    """
    return mde_share(share, np.asarray(n_a) / deff, np.asarray(n_b) / deff, around=True)


def gap_n(gap: np.ndarray, *, share: float = SHARE, deff: float = 1.0) -> np.ndarray:
    """Give the answers in each of two groups that a difference of shares needs to be seen.

    Parameters
    ----------
    gap : array
        Difference to be seen with 80% probability; the shares are ``share ± gap / 2``, in [0, 1].
    share, deff : float
        As for `half_width`.

    Returns
    -------
    array of float
        Answers in each group, not yet rounded up.

    References
    ----------
    .. [1] Cohen, J. (1988). Statistical power analysis for the behavioral sciences, second edition,
       chapter 6. Lawrence Erlbaum.

    Examples
    --------
    >>> float(np.ceil(gap_n(0.10)))
    392.0
    """
    high, low = share + np.asarray(gap, float) / 2, share - np.asarray(gap, float) / 2
    effect = 2 * (np.arcsin(np.sqrt(high)) - np.arcsin(np.sqrt(low)))
    return 2 * deff * (DETECTABLE / effect) ** 2


def theta_n(theta: float, *, deff: float = 1.0) -> float:
    """Give the answers in each of two groups that θ needs to be seen.

    Parameters
    ----------
    theta : float
        Probability of a higher answer, not one half.
    deff : float
        As for `half_width`.

    Returns
    -------
    float
        Answers in each group, not yet rounded up; the inverse of `results.mde_theta`. Ties, which make a
        test on few categories a little sharper, are not counted on.

    References
    ----------
    .. [1] Noether, G. E. (1987). Sample size determination for some common nonparametric tests.
       Journal of the American Statistical Association, 82, 645-647.

    Examples
    --------
    >>> float(np.ceil(theta_n(0.56)))
    364.0
    """
    ratio = 12 * ((theta - 0.5) / DETECTABLE) ** 2
    return float(deff * (1 + np.sqrt(1 + ratio)) / ratio)


def smallest_trend(
    n: np.ndarray, *, times: Sequence[float] = WAVES, share: float = SHARE, deff: float = 1.0
) -> np.ndarray:
    """Give the smallest change along a straight line over all waves that is seen with 80% probability.

    Parameters
    ----------
    n : array
        Answers in each wave.
    times : sequence of float
        When the waves were, at least two different times.
    share, deff : float
        As for `half_width`.

    Returns
    -------
    array of float
        Change from the first to the last wave, a proportion.

    Examples
    --------
    >>> float(smallest_trend(np.array(200), share=0.56).round(3))
    0.124
    """
    times = np.asarray(times, float)
    reach = np.ptp(times) / np.sqrt(((times - times.mean()) ** 2).sum())
    return DETECTABLE * reach * np.sqrt(share * (1 - share) * deff / np.asarray(n, float))


def smallest_margin(n: np.ndarray, *, share: float = SHARE, deff: float = 1.0) -> np.ndarray:
    """Give the margin within which two equal shares are shown to be alike with 80% probability.

    Parameters
    ----------
    n : array
        Answers in each of the two groups or waves.
    share, deff : float
        As for `half_width`.

    Returns
    -------
    array of float
        Half-width of the range that counts as alike, a proportion.

    References
    ----------
    .. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
       approach. Journal of Pharmacokinetics and Biopharmaceutics, 15, 657-680.

    Examples
    --------
    >>> float(smallest_margin(np.array(200), share=0.56).round(3))
    0.145
    """
    return _ALIKE * np.sqrt(2 * share * (1 - share) * deff / np.asarray(n, float))
