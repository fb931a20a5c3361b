"""Mokken's H and item-rest correlations, with a bootstrap of respondents."""

from collections.abc import Callable

import numpy as np
from scipy import stats


def homogeneity(
    kinds: np.ndarray, sizes: np.ndarray, *, draws: int, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate Mokken's H of a battery, and how each item goes with the others.

    Parameters
    ----------
    kinds : array of int, shape (n_kinds, k)
        The different sets of answers that occur, scores from 1; every item varies.
    sizes : array of int, shape (n_kinds,)
        How many respondents gave each.
    draws : int
        Bootstrap draws, at least 2.
    stream : Generator
        Of random numbers.

    Returns
    -------
    h : array, shape (1, 3)
        H, at most 1, and its 95% limits.
    rest : array, shape (k, 3)
        Correlation of each item with the sum of the others, and limits; missing where that sum does not
        vary.
    h_each : array, shape (k, 3)
        H of each item with the others, and limits.

    Notes
    -----
    H is the sum of the items' covariances over the sum of the largest covariances that their marginal
    shares allow. Respondents are resampled, those with equal answers as one multinomial class. Where two
    items are answered alike, sampling alone makes the largest possible covariance too small and H too
    large, in a draw once more: percentiles of the draws, centred twice too high, lay above H in up to
    15% of simulated surveys. So the mean of the draws corrects the centre, their spread gives the width by
    Student's t, and both are taken on the scale of log(1 − H), of correlations on that of artanh.

    References
    ----------
    .. [1] Mokken, R. J. (1971). A theory and procedure of scale analysis. Mouton.
    .. [2] Kuijpers, R. E., van der Ark, L. A. and Croon, M. A. (2013). Standard errors and confidence
       intervals for scalability coefficients in Mokken scale analysis using marginal models.
       Sociological Methodology, 43, 42-69.

    Examples
    --------
    >>> kinds, sizes = np.array([[1, 1, 1], [2, 2, 3], [3, 3, 2], [1, 2, 1]]), np.array([20, 20, 20, 9])
    >>> h, rest, h_each = homogeneity(kinds, sizes, draws=200, stream=np.random.default_rng(1))
    >>> h[:, 0].round(3).tolist(), rest[:, 0].round(3).tolist()
    ([0.687], [0.867, 0.771, 0.534])
    """
    n = int(sizes.sum())
    drawn = stream.multinomial(n, sizes / n, size=draws)
    covariance, highest = _moments(kinds, np.vstack([sizes, drawn]))
    h = _share(covariance, highest, axes=(1, 2))[:, None]
    each = _share(covariance, highest, axes=(2,))
    return (
        _limits(h, n, to=_from_one, back=_to_one),
        _limits(_item_rest(covariance), n, to=_artanh, back=np.tanh),
        _limits(each, n, to=_from_one, back=_to_one),
    )


def _from_one(value: np.ndarray) -> np.ndarray:
    return -np.log(1 - value)


def _to_one(value: np.ndarray) -> np.ndarray:
    return 1 - np.exp(-value)


def _artanh(value: np.ndarray) -> np.ndarray:
    return np.arctanh(np.maximum(value, -1 + 1e-6))


def _moments(kinds: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give, for every row of weights, the covariances of the items and the largest their shares allow.

    The largest covariance that two items can have, given how each is answered, is that of their sorted
    answers: P(X ≥ a, Y ≥ b) is then the smaller of P(X ≥ a) and P(Y ≥ b).
    """
    width, n = kinds.shape[1], weights[0].sum()
    j, m = np.triu_indices(width)
    means = weights @ kinds / n
    own = weights @ (kinds[:, j] * kinds[:, m]) / n - means[:, j] * means[:, m]
    steps = [(kinds >= step).astype(float) for step in range(2, kinds.max() + 1)]
    above = np.stack([weights @ step / n for step in steps])
    # The shares above 1, 2, ... add up to the mean less 1, whatever their order.
    most = -(means[:, j] - 1) * (means[:, m] - 1)
    for at in above:
        for other in above:
            most += np.minimum(at[:, j], other[:, m])
    full = np.empty((2, len(weights), width, width))
    for place, values in enumerate((own, most)):
        full[place][:, j, m] = full[place][:, m, j] = values * n / (n - 1)
    return full[0], full[1]


def _share(covariance: np.ndarray, highest: np.ndarray, *, axes: tuple[int, ...]) -> np.ndarray:
    """Divide covariances between different items by the largest possible, summed over axes."""
    off = ~np.eye(covariance.shape[1], dtype=bool)
    above, below = (covariance * off).sum(axis=axes), (highest * off).sum(axis=axes)
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 1e-12)


def _item_rest(covariance: np.ndarray) -> np.ndarray:
    own = np.diagonal(covariance, axis1=1, axis2=2)
    with_all = covariance.sum(axis=2)
    rest = with_all.sum(axis=1, keepdims=True) - 2 * with_all + own
    spread = np.sqrt(np.clip(own * rest, 0, None))
    return np.divide(with_all - own, spread, out=np.full(own.shape, np.nan), where=spread > 1e-12)


def _limits(values: np.ndarray, n: int, *, to: Callable, back: Callable) -> np.ndarray:
    """Give the first row as the estimates, and limits from the draws in the others."""
    there = ~np.isnan(values[0])
    # A draw that is exactly 1 lies at infinity: a twentieth of the estimate's distance stands for it.
    nearest = 1 - np.clip(1 - values[0, there], 1e-9, None) / 20
    scaled = to(np.minimum(values[:, there], nearest))
    centre = 2 * scaled[0] - np.nanmean(scaled[1:], axis=0)
    reach = stats.t.ppf(0.975, n - 1) * np.nanstd(scaled[1:], axis=0, ddof=1)
    limits = np.full((values.shape[1], 3), np.nan)
    limits[there] = np.column_stack([values[0, there], back(centre - reach), back(centre + reach)])
    return limits
