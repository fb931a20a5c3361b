"""Which item is on top, and how sure can one be: rank sets that hold for all items at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.families import adjusted

SMALL = 60
"""Below this many respondents the simulated differences are scaled as for Student's t."""


def rank_sets(
    estimate: np.ndarray,
    covariance: np.ndarray,
    *,
    n: float,
    seed: int | Sequence[int],
    confidence: float = 0.95,
    draws: int = 2000,
) -> pd.DataFrame:
    """Find for every item the ranks that cannot be excluded, jointly for all items.

    Parameters
    ----------
    estimate : array, shape (n_items,)
        Item means, at least two, no NaN. Rank 1 is the largest.
    covariance : array, shape (n_items, n_items)
        Covariance of `estimate`, as `means.estimates` gives it.
    n : float
        Respondents (degrees of freedom plus one); below `SMALL` the draws are scaled as for t.
    seed : int or sequence of int
        For `numpy.random.default_rng`. The same items in another order get the same sets.
    confidence : float
        Chance that all sets contain the true ranks together, strictly between 0 and 1.
    draws : int
        Simulated vectors of means.

    Returns
    -------
    DataFrame, one row per item in the order given
        ``rank`` (1 + number of items with a larger mean), ``low`` and ``high``: the item's true rank lies
        between them, both included.

    Raises
    ------
    ValueError
        If there are fewer than two items, shapes differ, a value is missing or `confidence` is no chance.

    Notes
    -----
    Every ordered pair (j, k) is a hypothesis "j is not above k", tested by the studentised difference
    against the quantile of the largest such difference when all are true; hypotheses rejected are
    dropped and the quantile found anew, until none is rejected. Two items whose difference has no
    variance are never told apart.

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with
       applications to mobility across neighbourhoods and academic achievement across countries.
       Review of Economic Studies, 91, 476-518.

    Examples
    --------
    >>> rank_sets(np.array([0.2, 0.6, 0.5]), np.diag([1e-4, 2e-3, 2e-3]), n=200, seed=1)
       rank  low  high
    0     3    3     3
    1     1    1     2
    2     2    1     2
    """
    estimate, covariance = _checked(estimate, covariance, confidence)
    t, simulated, order = _studentised(estimate, covariance, n=n, seed=seed, draws=draws)
    above = _step_down(t, simulated, confidence)[np.ix_(order, order)]
    return _sets(estimate, above)


def top_sets(
    estimate: np.ndarray,
    covariance: np.ndarray,
    *,
    n: float,
    seed: int | Sequence[int],
    tau: Sequence[int] = (1, 3, 5),
    confidence: float = 0.95,
    draws: int = 2000,
) -> pd.DataFrame:
    """Find the items that cannot be excluded from the top one, three or five.

    Parameters
    ----------
    estimate, covariance, n, seed, confidence, draws
        As for `rank_sets`; the same seed gives the same draws there and here.
    tau : sequence of int
        How many places the top has.

    Returns
    -------
    DataFrame of bool, one row per item in the order given, one column per member of `tau`
        True where the item may be among the top. With the given confidence the column has all items whose
        true rank is at most tau. No item is in it whose rank set begins after tau.

    Raises
    ------
    ValueError
        As `rank_sets`, and if a member of `tau` is below 1.

    Notes
    -----
    An item is excluded when at least tau items are found above it. Its comparisons are then dropped, for
    it no longer needs protection; so these sets are at most as large as the rank sets imply.

    Examples
    --------
    >>> top_sets(np.array([0.2, 0.6, 0.5]), np.diag([1e-4, 2e-3, 2e-3]), n=200, seed=1, tau=[1, 3])
           1     3
    0  False  True
    1   True  True
    2   True  True
    """
    if any(places < 1 for places in tau):
        raise ValueError(f"tau must hold whole numbers from 1, got {list(tau)}")
    estimate, covariance = _checked(estimate, covariance, confidence)
    t, simulated, order = _studentised(estimate, covariance, n=n, seed=seed, draws=draws)
    beaten = {places: _step_down(t, simulated, confidence, tau=places).sum(axis=0)[order] for places in tau}
    return pd.DataFrame({places: count < places for places, count in beaten.items()})


def holm_sets(
    estimate: np.ndarray,
    covariance: np.ndarray,
    *,
    n: float = np.inf,
    confidence: float = 0.95,
    marginal: bool = False,
) -> pd.DataFrame:
    """Find rank sets without simulation, from Holm-adjusted tests of all pairs of items.

    Parameters
    ----------
    estimate, covariance, confidence
        As for `rank_sets`.
    n : float
        Respondents, for t with n − 1 degrees of freedom; infinite for the normal distribution.
    marginal : bool
        False: the sets hold for all items together. True: each holds on its own, adjusted only over
        the pairs with that item.

    Returns
    -------
    DataFrame
        As `rank_sets`; usually a little wider, because the pairs' correlation is not used.

    Raises
    ------
    ValueError
        As `rank_sets`.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
       Journal of Statistics, 6, 65-70.

    Examples
    --------
    >>> holm_sets(np.array([0.2, 0.6, 0.5]), np.diag([1e-4, 2e-3, 2e-3]))["low"].tolist()
    [3, 1, 1]
    """
    estimate, covariance = _checked(estimate, covariance, confidence)
    t, size = _t(estimate, covariance), len(estimate)
    p = 2 * stats.t.sf(np.abs(np.where(np.isfinite(t), t, 0.0)), n - 1)
    first, second = np.nonzero(~np.eye(size, dtype=bool) if marginal else np.triu(np.ones((size, size)), 1))
    family = pd.Series(first if marginal else np.zeros(len(first), int))
    clear = np.zeros((size, size), bool)
    clear[first, second] = adjusted(pd.Series(p[first, second]), family, method="holm") <= 1 - confidence
    if not marginal:
        return _sets(estimate, (clear | clear.T) & (t > 0))
    known = clear & np.isfinite(t)
    sets = {"low": 1 + (known & (t < 0)).sum(axis=1), "high": size - (known & (t > 0)).sum(axis=1)}
    return _sets(estimate, np.zeros((size, size), bool)).assign(**sets)


def _checked(
    estimate: np.ndarray, covariance: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    estimate, covariance = np.asarray(estimate, float), np.asarray(covariance, float)
    size = len(estimate)
    if size < 2 or covariance.shape != (size, size):
        raise ValueError(f"need two items or more and a square covariance, got {size} and {covariance.shape}")
    if np.isnan(estimate).any() or np.isnan(covariance).any():
        raise ValueError("estimate and covariance must have no missing value: leave such items out first")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be strictly between 0 and 1, got {confidence!r}")
    return estimate, covariance


def _spread(covariance: np.ndarray) -> np.ndarray:
    """Give the standard error of each difference; 0 where it is nothing but rounding."""
    variance = np.diag(covariance)
    both = variance[:, None] + variance
    squared = both - 2 * covariance
    return np.sqrt(np.where(squared > 1e-10 * both, squared, 0.0))


def _t(estimate: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Studentise all differences; −inf, which is never rejected, where there is no variance."""
    sigma = _spread(covariance)
    difference = estimate[:, None] - estimate
    return np.where(sigma > 0, difference / np.where(sigma > 0, sigma, 1.0), -np.inf)


def _studentised(
    estimate: np.ndarray, covariance: np.ndarray, *, n: float, seed: int | Sequence[int], draws: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give t and its simulations with items sorted, so that the order of the items cannot matter.

    The symmetric square root of the covariance is used for the same reason. The last value says where each
    item went.
    """
    places = np.lexsort((np.diag(covariance), -estimate))
    sorted_covariance = covariance[np.ix_(places, places)]
    values, vectors = np.linalg.eigh(sorted_covariance)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((draws, len(estimate))) @ root
    if n < SMALL:
        z /= np.sqrt(rng.chisquare(max(n - 1, 1), size=(draws, 1)) / max(n - 1, 1))
    first, second = np.triu_indices(len(estimate), 1)
    sigma = _spread(sorted_covariance)[first, second]
    scale = np.where(sigma > 0, 1 / np.where(sigma > 0, sigma, 1.0), 0.0)
    # One row for each pair of items: `_step_down` leaves out whole rows at a time.
    z = np.ascontiguousarray(z.T)
    simulated = (z[first] - z[second]) * scale[:, None]
    return _t(estimate[places], sorted_covariance), simulated, np.argsort(places)


def _step_down(
    t: np.ndarray, simulated: np.ndarray, confidence: float, *, tau: int | None = None
) -> np.ndarray:
    """Say of which items (columns) the item of the row is above; with `tau`, for the top-tau sets.

    Before a first false rejection all true hypotheses are still among those compared, and quantiles
    only fall: hence the error rate holds for all steps together.
    """
    first, second = np.triu_indices(len(t), 1)
    open_ = np.isfinite(t)
    above = np.zeros(t.shape, bool)
    while open_.any():
        up, down = open_[first, second], open_[second, first]
        largest = np.maximum(
            simulated[up].max(axis=0, initial=-np.inf), -simulated[down].min(axis=0, initial=np.inf)
        )
        new = open_ & (t > np.quantile(largest, confidence, method="higher"))
        if not new.any():
            break
        above |= new
        open_ &= ~new
        if tau is not None:
            open_[:, above.sum(axis=0) >= tau] = False
    return above


def _sets(estimate: np.ndarray, above: np.ndarray) -> pd.DataFrame:
    rank = 1 + (estimate[:, None] < estimate).sum(axis=1)
    return pd.DataFrame(
        {"rank": rank, "low": 1 + above.sum(axis=0), "high": len(estimate) - above.sum(axis=1)}
    )
