"""Ordered answers explained by who gave them: proportional odds, with respondents as clusters."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from trustgap.stats.orders.separation import separated

STEPS = 50
"""Newton steps, and halvings of one, at most; 6 or 7 steps are usual."""

FAR = 10.0
"""A coefficient, or its standard error, beyond this on a standardised design is no estimate."""


@dataclass(frozen=True)
class Fit:
    """A fitted proportional-odds model, or the reason why there is none.

    Parameters
    ----------
    reason : str
        "" where the model was fitted; then everything below is given, else nothing.
    coefficients : array, shape (p,)
        On the logit scale; above 0 goes with higher answers.
    thresholds : array, shape (k - 1,)
        Increasing: logit P(Y ≤ j) = thresholds[j] − x'coefficients.
    covariance : array, shape (p + k - 1, p + k - 1)
        Of coefficients, then thresholds, if all answers were independent: the inverse of the observed
        information.
    robust : array of that shape
        With the answers of one cluster correlated in any way.
    influence : array, shape (n_clusters, p + k - 1)
        What each cluster adds to the estimates, to first order; ``robust`` is its cross-product times
        G / (G − 1).
    log_likelihood : float
    n, clusters : int
        Answers, and clusters G with an answer.
    """

    reason: str = ""
    coefficients: np.ndarray = field(default_factory=lambda: np.empty(0))
    thresholds: np.ndarray = field(default_factory=lambda: np.empty(0))
    covariance: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    robust: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    influence: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    log_likelihood: float = np.nan
    n: int = 0
    clusters: int = 0


def fit(
    scores: np.ndarray,
    design: np.ndarray,
    *,
    counts: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
) -> Fit:
    """Fit proportional odds by maximum likelihood.

    Parameters
    ----------
    scores : array of int, shape (n,)
        Answers, any increasing codes; a category that nobody chose does not count.
    design : array of float, shape (n, p)
        Explanatory columns without a constant, p at least 1; nothing may be missing.
    counts : array of int, shape (n,), optional
        How many gave each answer; 1 by default. Frequencies, never survey weights.
    cluster : array of int, shape (n,), optional
        Who gave each answer; everyone once by default. Not together with `counts`.

    Returns
    -------
    Fit
        Decided before fitting: ``all_missing`` (no answer), ``constant`` (all answers the same),
        ``confounded`` (columns of the design determine one another), ``df_le_0`` (no more clusters than
        parameters), ``separated`` (a combination of columns splits the answers without overlap, so that no
        finite estimate exists). ``separated`` also where a coefficient or its standard error is beyond
        `FAR` on the standardised design.

    Raises
    ------
    ValueError
        If the shapes do not fit, or both `counts` and `cluster` are given.

    Notes
    -----
    Newton's method with the analytic Hessian on the distinct rows; the log-likelihood is concave [1]_, and
    a step that does not climb, or that disorders the thresholds, is halved. ``robust`` is the sandwich of
    the scores summed within clusters [2]_; two categories give the logistic regression.

    References
    ----------
    .. [1] McCullagh, P. (1980). Regression models for ordinal data. Journal of the Royal Statistical
       Society B, 42, 109-142.
    .. [2] Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
       models. Biometrika, 73, 13-22.

    Examples
    --------
    >>> group = np.array([0, 0, 0, 1, 1, 1])
    >>> model = fit(np.array([1, 2, 3, 1, 2, 3]), group[:, None], counts=np.array([30, 40, 30, 15, 40, 45]))
    >>> model.coefficients.round(3), model.thresholds.round(3)
    (array([0.734]), array([-0.901,  0.901]))
    >>> fit(np.array([1, 1, 2, 2]), np.array([[0], [0], [1], [1]])).reason
    'separated'
    """
    scores, design, cluster = _expanded(scores, design, counts, cluster)
    levels, place = np.unique(scores, return_inverse=True)
    people, member = np.unique(cluster, return_inverse=True)
    reason = _refused(len(levels), design, len(people))
    if reason:
        return Fit(reason)
    centre, scale = design.mean(axis=0), design.std(axis=0)
    row_of, first = _distinct(place, design)
    at, x = place[first], (design[first] - centre) / scale
    if separated(at, x):
        return Fit("separated")
    ends, p = _ends(at, x, len(levels)), len(scale)
    below = np.cumsum(np.bincount(place))[:-1] / len(place)
    start = np.r_[np.zeros(p), special.logit(below)]
    solution, covariance, likelihood = _climb(ends, np.bincount(row_of), start)
    if np.abs(np.r_[solution[:p], np.sqrt(np.diag(covariance)[:p])]).max() > FAR:
        return Fit("separated")
    # A cluster's score, times the inverse information, is what it adds to the estimates.
    moves = (_scores(ends, solution) @ covariance)[row_of]
    back = _unscaled(centre, scale, len(levels) - 1)
    influence = np.column_stack([np.bincount(member, column) for column in moves.T]) @ back.T
    robust = influence.T @ influence * len(people) / (len(people) - 1)
    solution, covariance = back @ solution, back @ covariance @ back.T
    return Fit(
        "", solution[:p], solution[p:], covariance, robust, influence, likelihood, len(scores), len(people)
    )  # fmt: skip


def _expanded(scores, design, counts, cluster) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give one row per answer."""
    scores, design = np.asarray(scores), np.asarray(design, float)
    if design.ndim != 2 or len(design) != len(scores) or not design.shape[1]:
        raise ValueError(
            f"design must be {len(scores)} rows of at least one column, got shape {design.shape}"
        )
    for name, given in (("counts", counts), ("cluster", cluster)):
        if given is not None and len(given) != len(scores):
            raise ValueError(f"{name} must have one value per score ({len(scores)}), got {len(given)}")
    if counts is None:
        return scores, design, np.arange(len(scores)) if cluster is None else np.asarray(cluster)
    if cluster is not None:
        raise ValueError("give counts or cluster, not both: counted answers have no known giver")
    scores, design = (np.repeat(part, counts, axis=0) for part in (scores, design))
    return scores, design, np.arange(len(scores))


def _refused(levels: int, design: np.ndarray, people: int) -> str:
    """Say why no model can be fitted, as far as that shows before the answers are compared."""
    if not people:
        return "all_missing"
    if levels < 2:
        return "constant"
    spread = design.std(axis=0)
    if (spread <= 1e-12 * np.abs(design).max(axis=0)).any():
        return "confounded"
    varied = (design - design.mean(axis=0)) / spread
    if np.linalg.eigvalsh(varied.T @ varied / len(design))[0] < 1e-10:
        return "confounded"
    return "df_le_0" if people <= design.shape[1] + levels - 1 else ""


def _distinct(place: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give every row the number of its kind, and every kind its first row; faster than sorting rows."""
    number = pd.factorize(place)[0]
    for column in design.T:
        codes, values = pd.factorize(column)
        number = pd.factorize(number * len(values) + codes)[0]
    return number, np.unique(number, return_index=True)[1]


def _ends(place: np.ndarray, x: np.ndarray, levels: int) -> tuple[np.ndarray, ...]:
    """Write each answer as the stretch of the logistic scale that it stands for.

    The two designs give its upper and its lower end; at an open end the row is 0 and the shift infinite.
    """
    steps, none = np.eye(levels - 1), np.zeros((1, levels - 1))
    open_up, open_down = place == levels - 1, place == 0
    upper = np.column_stack([np.where(open_up[:, None], 0.0, -x), np.vstack([steps, none])[place]])
    lower = np.column_stack([np.where(open_down[:, None], 0.0, -x), np.vstack([none, steps])[place]])
    return upper, lower, np.where(open_up, np.inf, 0.0), np.where(open_down, -np.inf, 0.0)


def _chances(ends: tuple[np.ndarray, ...], solution: np.ndarray) -> tuple[np.ndarray, ...]:
    """Place both ends of every row, and give the probability of the answer between them."""
    upper, lower, up, down = ends
    above, below = upper @ solution + up, lower @ solution + down
    # Taken from the side of the smaller tail, where a difference keeps its digits.
    right = np.where(np.isinf(below), -1.0, below) > 0
    left = special.expit(np.where(right, -below, above)) - special.expit(np.where(right, -above, below))
    return above, below, left


def _parts(ends: tuple[np.ndarray, ...], solution: np.ndarray) -> tuple[np.ndarray, ...]:
    """Differentiate every row's log-likelihood by its upper and lower end, once and twice."""
    above, below, chance = _chances(ends, solution)
    up, down = special.expit(above), special.expit(below)
    first, last = up * (1 - up) / chance, -down * (1 - down) / chance
    return first, last, first * (1 - 2 * up) - first**2, last * (1 - 2 * down) - last**2


def _scores(ends: tuple[np.ndarray, ...], solution: np.ndarray) -> np.ndarray:
    first, last, *_ = _parts(ends, solution)
    return first[:, None] * ends[0] + last[:, None] * ends[1]


def _climb(
    ends: tuple[np.ndarray, ...], weight: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Find the maximum by Newton's method; give it, the inverse information and the log-likelihood."""
    upper, lower, *_ = ends
    solution, value = start, weight @ np.log(_chances(ends, start)[2])
    for _ in range(STEPS):
        first, last, bend_up, bend_down = (weight * part for part in _parts(ends, solution))
        slope = first @ upper + last @ lower
        mixed = upper.T @ ((first * last / np.maximum(weight, 1))[:, None] * lower)
        bend = upper.T @ (bend_up[:, None] * upper) + lower.T @ (bend_down[:, None] * lower)
        information = mixed + mixed.T - bend
        step = np.linalg.solve(information, slope)
        if slope @ step < 1e-16 * max(weight.sum(), 1):
            break
        for _ in range(STEPS):
            chance = _chances(ends, solution + step)[2]
            reached = weight @ np.log(np.where(chance > 0, chance, 1e-300))
            if (chance > 0).all() and reached >= value - 1e-12 * abs(value):
                break
            step = step / 2
        solution, value = solution + step, reached
    return solution, np.linalg.inv(information), float(value)


def _unscaled(centre: np.ndarray, scale: np.ndarray, cuts: int) -> np.ndarray:
    """Give the matrix that takes a solution on the standardised design to the design as given."""
    p = len(scale)
    back = np.eye(p + cuts)
    back[:p, :p] = np.diag(1 / scale)
    back[p:, :p] = centre / scale
    return back
