"""How a sample was drawn, and the variance that follows: Taylor linearisation on arrays.

The variance of any weighted estimate is that of the total of its influence values, one per respondent:
how far the estimate moves if the respondent counts a little more.
"""

import numpy as np
import pandas as pd


def units(stratum: np.ndarray, psu: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give numbers to the sampling units and strata of respondents.

    Parameters
    ----------
    stratum, psu : array of str, shape (n_respondents,)
        Names; a unit's name counts within its stratum. "" as `psu` makes the respondent a unit of their
        own; "" as `stratum` is a stratum like any other.

    Returns
    -------
    unit : array of int, shape (n_respondents,)
        From 0.
    stratum_of : array of int, shape (n_units,)
        From 0.

    Examples
    --------
    >>> unit, stratum_of = units(np.array(["a", "a", "b", "b"]), np.array(["1", "1", "1", ""]))
    >>> unit.tolist(), stratum_of.tolist()
    ([0, 0, 1, 2], [0, 1, 1])
    """
    stratum, _ = pd.factorize(np.asarray(stratum, dtype=object))
    named, _ = pd.factorize(np.asarray(psu, dtype=object))
    alone = np.asarray(psu, dtype=object) == ""
    named = np.where(alone, named.max(initial=0) + 1 + np.arange(len(named)), named)
    unit, pairs = pd.factorize(stratum * (named.max(initial=0) + 1) + named)
    stratum_of = np.zeros(len(pairs), dtype=int)
    stratum_of[unit] = stratum
    return unit, stratum_of


def influence(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give weighted means and the influence of every respondent on them.

    Parameters
    ----------
    values : array of float, shape (n_respondents, n_items)
        NaN where the respondent gave no answer, or is not among those of whom the mean is taken.
    weights : array of float, shape (n_respondents,)
        Above 0, none missing; a common factor does not matter.

    Returns
    -------
    mean : array, shape (n_items,)
        Σwx / Σw over answers; NaN where there is none.
    influence : array, shape (n_respondents, n_items)
        w (x − mean) / Σw; 0 where there is no answer.

    Examples
    --------
    >>> mean, moves = influence(np.array([[1.0], [0.0], [np.nan]]), np.array([3.0, 1.0, 9.0]))
    >>> mean.tolist(), moves.ravel().tolist()
    ([0.75], [0.1875, -0.1875, 0.0])
    """
    values, weights = np.asarray(values, float), np.asarray(weights, float)[:, None]
    answered = ~np.isnan(values)
    total = (weights * answered).sum(axis=0)
    known = np.where(answered, values, 0.0)
    mean = np.divide((weights * known).sum(axis=0), total, out=np.full(len(total), np.nan), where=total > 0)
    moves = weights * np.where(answered, known - np.nan_to_num(mean), 0.0)
    return mean, moves / np.where(total > 0, total, 1.0)


def calibrated(
    influence: np.ndarray, weights: np.ndarray, margins: list[np.ndarray], *, base: np.ndarray | None = None
) -> np.ndarray:
    """Take out of influence values what known head-counts explain.

    Parameters
    ----------
    influence : array, shape (n_respondents, n_items)
        As `influence` gives it with the calibrated weights.
    weights : array, shape (n_respondents,)
        The calibrated weights.
    margins : list of array, each of shape (n_respondents,)
        The category of each respondent on each margin to which the weights were fitted: one margin for
        post-stratification, several for raking.
    base : array, shape (n_respondents,), optional
        Weights before they were calibrated; equal by default.

    Returns
    -------
    array, shape (n_respondents, n_items)
        Weight times the residual of influence per weight on the margins' categories.

    Notes
    -----
    Linearisation of the generalised regression estimator, with which raking agrees in large samples [1]_.
    With one margin the residual is the distance from the category's mean.

    References
    ----------
    .. [1] Deville, J.-C., Särndal, C.-E. and Sautory, O. (1993). Generalized raking procedures in survey
       sampling. Journal of the American Statistical Association, 88, 1013-1020.

    Examples
    --------
    >>> moves = np.array([[2.0], [0.0], [-1.0], [-3.0]])
    >>> calibrated(moves, np.ones(4), [np.array(["a", "a", "b", "b"])]).ravel().round(9).tolist()
    [1.0, -1.0, 1.0, -1.0]
    """
    weights = np.asarray(weights, float)
    root = np.sqrt(np.ones(len(weights)) if base is None else np.asarray(base, float))[:, None]
    codes = [pd.factorize(np.asarray(margin, dtype=object)) for margin in margins]
    dummies = np.hstack([np.eye(len(names))[code] for code, names in codes])
    per_weight = influence / weights[:, None]
    fitted = np.linalg.lstsq(root * dummies, root * per_weight, rcond=None)[0]
    return weights[:, None] * (per_weight - dummies @ fitted)


def freedom(unit: np.ndarray, stratum_of: np.ndarray, *, among: np.ndarray | None = None) -> np.ndarray:
    """Count degrees of freedom: sampling units less strata.

    Parameters
    ----------
    unit, stratum_of : array
        As `units` returns them.
    among : array of bool, shape (n_respondents, n_items), optional
        Who gave an answer: units and strata in which nobody did are not counted.

    Returns
    -------
    array of int, shape (n_items,), or shape () without `among`

    Examples
    --------
    >>> int(freedom(np.array([0, 0, 1, 2]), np.array([0, 1, 1])))
    1
    """
    if among is None:
        return np.asarray(len(stratum_of) - len(np.unique(stratum_of)))
    held = _totals(np.asarray(among, float), unit, len(stratum_of)) > 0
    strata = _totals(held.astype(float), stratum_of, stratum_of.max(initial=-1) + 1) > 0
    return held.sum(axis=0) - strata.sum(axis=0)


def covariance(
    influence: np.ndarray,
    unit: np.ndarray,
    stratum_of: np.ndarray,
    *,
    population: np.ndarray | None = None,
) -> np.ndarray:
    """Give the covariance of the column totals of influence values.

    Parameters
    ----------
    influence : array, shape (n_respondents, n_items)
        For a mean as `influence` gives it, for a total weight times value. A respondent outside the group
        of interest has 0, and still counts as drawn.
    unit, stratum_of : array
        As `units` returns them.
    population : array, shape (n_strata,), optional
        How many units each stratum has in the population; without it as if there were infinitely many.

    Returns
    -------
    array, shape (n_items, n_items)
        Missing throughout if no stratum has two units.

    Notes
    -----
    Σ over strata of (1 − n/N) n/(n − 1) times the sum of squares of the units' totals about the stratum's
    mean: units are drawn independently within strata, what happens inside a unit needs no model. The only
    unit of a stratum is set against the mean of all units instead, which errs on the side of caution (R's
    survey package calls a like rule "adjust", and centres at 0; for means the two are the same).

    References
    ----------
    .. [1] Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
       International Statistical Review, 51, 279-292.

    Examples
    --------
    >>> _, moves = influence(np.array([[1.0], [0.0], [1.0], [1.0]]), np.ones(4))
    >>> float(covariance(moves, np.arange(4), np.zeros(4, dtype=int))[0, 0])  # s² / n
    0.0625
    """
    totals = _totals(influence, unit, len(stratum_of))
    size = np.bincount(stratum_of)
    if not (size > 1).any():
        return np.full((totals.shape[1], totals.shape[1]), np.nan)
    mean = _totals(totals, stratum_of, len(size)) / np.maximum(size, 1)[:, None]
    centre = np.where((size > 1)[:, None], mean, totals.mean(axis=0))
    scale = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)
    if population is not None:
        scale = scale * (1 - size / np.asarray(population, float))
    spread = (totals - centre[stratum_of]) * np.sqrt(scale)[stratum_of][:, None]
    return spread.T @ spread


def _totals(values: np.ndarray, code: np.ndarray, size: int) -> np.ndarray:
    """Add up the rows of each code."""
    return np.stack([np.bincount(code, weights=column, minlength=size) for column in values.T], axis=1)
