"""Regression of a series whose errors are related to those before: robust errors, and a model of them."""

import numpy as np
from scipy import optimize


def newey_west(
    y: np.ndarray, design: np.ndarray, *, lag: int = 1, adjust: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Fit by least squares, with standard errors that allow for errors related over some lags.

    Parameters
    ----------
    y : array, shape (points,)
        May have missing values, which are left out and relate to nothing.
    design : array, shape (points, terms)
    lag : int
        Bartlett's weights 1 − j / (lag + 1).
    adjust : bool
        Multiply the covariance by n / (n − terms).

    Returns
    -------
    coefficients : array, shape (terms,)
    covariance : array, shape (terms, terms)

    Examples
    --------
    >>> y, design = np.array([1.0, 2.0, 4.0, 3.0]), np.ones((4, 1))
    >>> coefficients, covariance = newey_west(y, design, lag=0, adjust=False)
    >>> coefficients.tolist(), covariance.tolist()
    ([2.5], [[0.3125]])
    """
    there = ~np.isnan(y)
    full, seen = np.where(there[:, None], design, 0.0), np.where(there, y, 0.0)
    bread = np.linalg.inv(full.T @ full)
    coefficients = bread @ full.T @ seen
    scores = full * (seen - full @ coefficients)[:, None]
    meat = scores.T @ scores
    for j in range(1, lag + 1):
        cross = scores[j:].T @ scores[:-j]
        meat += (1 - j / (lag + 1)) * (cross + cross.T)
    n, terms = int(there.sum()), design.shape[1]
    return coefficients, bread @ meat @ bread * (n / (n - terms) if adjust else 1.0)


def ar1(
    y: np.ndarray, design: np.ndarray, *, restricted: bool = True
) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit by maximum likelihood with errors that follow the one before by a share φ of it.

    Parameters
    ----------
    y, design
        As for `newey_west`; over a gap of g periods the share is φ to the power of g.
    restricted : bool
        Restricted maximum likelihood: plain maximum likelihood takes φ too low in short series.

    Returns
    -------
    coefficients, covariance : array
        The covariance with the variance of the errors over n − terms, as nlme's ``gls`` gives it.
    phi : float
        In (−1, 1).

    Notes
    -----
    statsmodels' ``GLSAR`` drops the first point and iterates to other estimates, with other conclusions
    where φ is near 1; here the exact likelihood is maximised over φ alone, from −0.9951 to 0.9998.

    References
    ----------
    .. [1] Pinheiro, J. C. and Bates, D. M. (2000). Mixed-effects models in S and S-PLUS, chapter 5.
       Springer.

    Examples
    --------
    >>> y = np.array([1.0, 1.2, 0.9, 1.6, 2.0, 1.8, 1.1, 0.7])
    >>> coefficients, covariance, phi = ar1(y, np.ones((8, 1)))
    >>> print(f"{coefficients[0]:.3f} {phi:.2f}")
    1.125 0.70
    """
    there = ~np.isnan(y)
    gap, n, terms = np.diff(np.flatnonzero(there)), int(there.sum()), design.shape[1]
    columns = np.column_stack([y[there], design[there]])

    def loss(phi: float) -> float:
        white, scale = _whitened(columns, gap, phi)
        squares = _squares(white)
        if not restricted:
            return n / 2 * np.log(squares) + np.log(scale).sum()
        spread = np.linalg.slogdet(white[:, 1:].T @ white[:, 1:])[1] / 2
        return (n - terms) / 2 * np.log(squares) + np.log(scale).sum() + spread

    # The likelihood may have more than one top: the best of a grid starts the search.
    grid = np.tanh(np.linspace(-3, 4.7, 61))
    best = int(np.argmin([loss(phi) for phi in grid]))
    inside = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    options = {"xatol": 1e-10}
    phi = float(optimize.minimize_scalar(loss, bounds=inside, method="bounded", options=options).x)
    white, _ = _whitened(columns, gap, phi)
    coefficients = np.linalg.lstsq(white[:, 1:], white[:, 0], rcond=None)[0]
    return coefficients, _squares(white) / (n - terms) * np.linalg.inv(white[:, 1:].T @ white[:, 1:]), phi


def _whitened(columns: np.ndarray, gap: np.ndarray, phi: float) -> tuple[np.ndarray, np.ndarray]:
    """Turn y and design so that errors related by φ become independent and alike."""
    share = np.sign(phi) ** gap * np.abs(phi) ** gap
    scale = np.concatenate([[1.0], np.sqrt(1 - share**2)])
    moved = np.vstack([columns[:1], columns[1:] - share[:, None] * columns[:-1]])
    return moved / scale[:, None], scale


def _squares(white: np.ndarray) -> float:
    fitted = white[:, 1:] @ np.linalg.lstsq(white[:, 1:], white[:, 0], rcond=None)[0]
    return float(((white[:, 0] - fitted) ** 2).sum())
