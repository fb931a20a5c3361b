"""Joint tests of several coefficients, and whether one odds ratio serves at every cut of a scale."""

import numpy as np
import pandas as pd
from scipy import special, stats

from trustgap.stats.orders.cumulative import Fit, fit


def wald(
    estimates: np.ndarray, covariance: np.ndarray, *, clusters: int | None = None
) -> tuple[float, float]:
    """Test that several estimates are all 0.

    Parameters
    ----------
    estimates : array, shape (q,)
        On any scale.
    covariance : array, shape (q, q)
        Of the estimates.
    clusters : int, optional
        Clusters G behind a sandwich covariance; without it the covariance counts as known.

    Returns
    -------
    statistic, p_value : float
        χ² on q degrees of freedom; with `clusters` F = W (G − q) / ((G − 1) q) on q and G − q degrees of
        freedom. Both missing where the covariance is singular, or G is not above q.

    Notes
    -----
    A sandwich covariance is itself estimated from G sums, as the covariance in Hotelling's T² is from G
    rows; referred to χ² the test rejects too often for few clusters or many coefficients [1]_.

    References
    ----------
    .. [1] Pan, W. and Wall, M. M. (2002). Small-sample adjustments in using the sandwich variance
       estimator in generalized estimating equations. Statistics in Medicine, 21, 1429-1441.

    Examples
    --------
    >>> statistic, p = wald(np.array([2.0, 0.0]), np.eye(2))
    >>> statistic, round(p, 3)
    (4.0, 0.135)
    """
    q = len(estimates)
    if not q or (clusters is not None and clusters <= q):
        return np.nan, np.nan
    # Of a singular matrix rounding can leave a variance just below 0.
    sizes = np.sqrt(np.clip(np.diag(covariance), 0, None))
    if not (sizes > 0).all() or np.linalg.eigvalsh(covariance / np.outer(sizes, sizes))[0] < 1e-9:
        return np.nan, np.nan
    squared = float(estimates @ np.linalg.solve(covariance, estimates))
    if clusters is None:
        return squared, float(stats.chi2.sf(squared, q))
    ratio = squared * (clusters - q) / ((clusters - 1) * q)
    return ratio, float(stats.f.sf(ratio, q, clusters - q))


def brant(scores: np.ndarray, design: np.ndarray, *, cluster: np.ndarray | None = None) -> pd.DataFrame:
    """Test whether the coefficients of proportional odds are the same at every cut of the scale.

    Parameters
    ----------
    scores, design, cluster
        As in `trustgap.stats.orders.cumulative.fit`.

    Returns
    -------
    DataFrame
        First the test of all columns together, ``term`` -1, then one row for each column of the design.
        ``statistic``, ``df`` and ``p_value``: χ², or F with clusters, where ``df`` is that of the
        numerator. ``reason`` as `fit` gives it for the logistic regression at some cut; ``one_level`` where
        the scale has a single cut, so that nothing can differ.

    Raises
    ------
    ValueError
        As `fit`.

    Notes
    -----
    One logistic regression for each cut, all on the same answers, so that their estimates are correlated
    [1]_. Without clusters the covariance is Brant's, from the model; with clusters it is the sandwich of
    the respondents' influence on all regressions at once. Taking the regressions for independent instead
    would make the test conservative.

    References
    ----------
    .. [1] Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic
       regression. Biometrics, 46, 1171-1178.

    Examples
    --------
    >>> group = np.repeat([0, 1], 100)
    >>> scores = np.repeat([1, 2, 3, 1, 2, 3], [30, 40, 30, 40, 20, 40])
    >>> brant(scores, group[:, None])[["term", "df", "p_value"]].round(4)
       term  df  p_value
    0    -1   1   0.0021
    1     0   1   0.0021
    """
    scores, design = np.asarray(scores), np.asarray(design, float)
    levels, p = np.unique(scores), design.shape[1]
    terms = pd.DataFrame({"term": range(-1, p), "statistic": np.nan, "df": 0, "p_value": np.nan})
    fits = [fit(scores > level, design, cluster=cluster) for level in levels[:-1]]
    failed = [model.reason for model in fits if model.reason]
    if failed or len(levels) < 3:
        return terms.assign(reason=failed[0] if failed else "one_level" if len(levels) else "all_missing")
    slopes = np.array([model.coefficients for model in fits])
    if cluster is None:
        covariance, size = _model_covariance(fits, design), None
    else:
        size = fits[0].clusters
        influence = np.column_stack([model.influence[:, :p] for model in fits])
        covariance = influence.T @ influence * size / (size - 1)
    apart = (slopes[:1] - slopes[1:]).ravel()
    steps = np.kron(np.column_stack([np.ones((len(fits) - 1, 1)), -np.eye(len(fits) - 1)]), np.eye(p))
    spread = steps @ covariance @ steps.T
    chosen = [np.arange(len(apart)), *(np.arange(term, len(apart), p) for term in range(p))]
    tests = [wald(apart[some], spread[np.ix_(some, some)], clusters=size) for some in chosen]
    terms["statistic"], terms["p_value"] = zip(*tests, strict=True)
    return terms.assign(
        df=[len(some) for some in chosen], reason=["" if p == p else "df_le_0" for _, p in tests]
    )


def _model_covariance(fits: list[Fit], design: np.ndarray) -> np.ndarray:
    """Give the covariance of all cuts' coefficients that the regressions themselves imply."""
    whole = np.column_stack([design, -np.ones(len(design))])
    above = [special.expit(whole @ np.r_[model.coefficients, model.thresholds]) for model in fits]
    p = design.shape[1]
    blocks = [[np.empty(0)] * len(fits) for _ in fits]
    for low in range(len(fits)):
        for high in range(low, len(fits)):
            # Who is above the higher cut is above the lower one too.
            shared = above[high] - above[low] * above[high]
            middle = whole.T @ (shared[:, None] * whole)
            block = fits[low].covariance @ middle @ fits[high].covariance
            blocks[low][high], blocks[high][low] = block[:p, :p], block[:p, :p].T
    return np.block(blocks)
