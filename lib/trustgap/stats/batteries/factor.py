"""One common factor behind several questions, and how much of their sum it explains."""

import numpy as np
from scipy import optimize, stats

FLOOR = 0.005
"""Least share of its own variance that an item keeps in the fit; at the floor no single factor fits."""


def one_factor(correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Fit one common factor to a correlation matrix by maximum likelihood.

    Parameters
    ----------
    correlation : array, shape (k, k), k >= 3
        Correlations of the items.

    Returns
    -------
    loadings, uniquenesses : array of float, shape (k,)
        Their sum of loadings is not negative. None where no single factor fits: an item's own variance
        is driven to nothing (a Heywood case), or the fit does not settle.

    Notes
    -----
    Minimises log det Σ + tr(S Σ⁻¹) with Σ = λλ' + diag ψ, from the first principal component on; Newton
    steps then sharpen the result. Neither needs S to be of full rank.

    References
    ----------
    .. [1] Joreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis.
       Psychometrika, 32, 443-482.

    Examples
    --------
    >>> loadings, own = one_factor(np.full((3, 3), 0.49) + 0.51 * np.eye(3))
    >>> loadings.round(3).tolist(), own.round(3).tolist()
    ([0.7, 0.7, 0.7], [0.51, 0.51, 0.51])
    """
    correlation = np.asarray(correlation, float)
    k = len(correlation)
    values, vectors = np.linalg.eigh(correlation)
    start = vectors[:, -1] * np.sqrt(values[-1]) * 0.9
    start = np.concatenate([start, np.clip(1 - start**2, 0.1, 1)])
    bounds = [(None, None)] * k + [(FLOOR, None)] * k
    options = {"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7}
    found = optimize.minimize(
        _discrepancy, start, args=(correlation,), jac=True, method="L-BFGS-B", bounds=bounds, options=options
    ).x
    for _ in range(3):
        if (found[k:] <= 2 * FLOOR).any():
            return None
        curve = _hessian(found, correlation)
        if np.linalg.eigvalsh(curve)[0] <= 1e-8:
            return None
        found = found - np.linalg.solve(curve, _discrepancy(found, correlation)[1])
    if (found[k:] <= 2 * FLOOR).any() or np.abs(_discrepancy(found, correlation)[1]).max() > 1e-6:
        return None
    return found[:k] * (-1.0 if found[:k].sum() < 0 else 1.0), found[k:]


def omega(scores: np.ndarray, *, level: float = 0.95) -> tuple[float, float, float]:
    """Estimate McDonald's ω: the share of the variance of the sum of items that one factor explains.

    Parameters
    ----------
    scores : array, shape (n, k), k >= 3
        Complete respondents; every item varies.
    level : float
        Coverage of the interval, strictly between 0 and 1.

    Returns
    -------
    estimate, low, high : float
        In [0, 1]; missing where no single factor can be fitted.

    Notes
    -----
    ω = (Σλ)² / ((Σλ)² + Σψ) in the units of the scores, one factor by maximum likelihood. The variance is
    that of the influence values of ω, which supposes neither normal answers nor that the factor model is
    true; the limits are made on the scale of log(1 − ω) with Student's t.

    References
    ----------
    .. [1] McDonald, R. P. (1999). Test theory: a unified treatment. Erlbaum.
    .. [2] Maydeu-Olivares, A., Coffman, D. L. and Hartmann, W. M. (2007). Asymptotically
       distribution-free interval estimation for coefficient alpha. Psychological Methods, 12, 157-176.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    >>> [round(value, 2) for value in omega(scores)]
    [0.78, 0.74, 0.81]
    """
    scores = np.asarray(scores, float)
    n = len(scores)
    spread = scores.std(axis=0)
    standard = (scores - scores.mean(axis=0)) / spread
    correlation = standard.T @ standard / n
    fitted = one_factor(correlation)
    if fitted is None:
        return np.nan, np.nan, np.nan
    loadings, own = fitted
    common, rest = (spread @ loadings) ** 2, spread**2 @ own
    estimate = common / (common + rest)
    slope = _slope(loadings, own, spread, correlation)
    influence = ((standard @ slope) * standard).sum(axis=1) - (correlation * slope).sum()
    reach = stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt((influence @ influence) / (n * (n - 1)))
    factor = np.exp(reach / (1 - estimate))
    return float(estimate), max(float(1 - (1 - estimate) * factor), 0.0), float(1 - (1 - estimate) / factor)


def _slope(loadings: np.ndarray, own: np.ndarray, spread: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Differentiate ω by the correlation matrix, through the equations that the fit solves."""
    k = len(own)
    common, rest = spread @ loadings, spread**2 @ own
    total = (common**2 + rest) ** 2
    by_fit = np.concatenate([2 * common * rest * spread, -(common**2) * spread**2]) / total
    weights = np.linalg.solve(_hessian(np.concatenate([loadings, own]), correlation), by_fit)
    inverse = _inverse(loadings, own)
    inner = 2 * np.outer(loadings, weights[:k]) + np.diag(weights[k:])
    slope = inverse @ inner @ inverse
    return (slope + slope.T) / 2


def _inverse(loadings: np.ndarray, own: np.ndarray) -> np.ndarray:
    scaled = loadings / own
    return np.diag(1 / own) - np.outer(scaled, scaled) / (1 + loadings @ scaled)


def _discrepancy(point: np.ndarray, correlation: np.ndarray) -> tuple[float, np.ndarray]:
    """Give log det Σ + tr(S Σ⁻¹) and its gradient."""
    loadings, own = np.split(point, 2)
    inverse = _inverse(loadings, own)
    product = inverse @ correlation
    residual = inverse - product @ inverse
    value = np.log(own).sum() + np.log1p(loadings**2 @ (1 / own)) + np.trace(product)
    return float(value), np.concatenate([2 * residual @ loadings, np.diag(residual)])


def _hessian(point: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Differentiate the gradient by central differences, each step far below the floor of ψ."""
    step = 1e-5
    columns = [
        _discrepancy(point + step * unit, correlation)[1] - _discrepancy(point - step * unit, correlation)[1]
        for unit in np.eye(len(point))
    ]
    curve = np.array(columns) / (2 * step)
    return (curve + curve.T) / 2
