"""The least and the most that a sum of unknown counts can be."""

import numpy as np
from scipy import optimize, sparse

from trustgap.stats.recovery.system import TOLERANCE, System

SECONDS = 20
"""After this long a search over whole numbers is given up, and its limit so far is taken."""

EXTREMES = 6
"""So many extreme tables have their middle far enough from all edges."""

OPTIMAL, STOPPED, INFEASIBLE = 0, 1, 2
"""How `scipy.optimize.milp` says that it ended."""


def table(system: System, aim: np.ndarray, *, whole: bool) -> tuple[np.ndarray | None, float]:
    """Find counts that agree with everything known and for which a sum is as small as it can be.

    Parameters
    ----------
    system : System
        What is known.
    aim : array of float, shape (unknowns,)
        Coefficients of the sum.
    whole : bool
        Whether only whole numbers count.

    Returns
    -------
    counts : array of float, or None
        None where, with `whole`, the best were not found in time.
    least : float
        A limit that the sum cannot go below; with counts, within arithmetic, their sum.

    Raises
    ------
    ValueError
        If nothing agrees with everything known.
    RuntimeError
        If the solver gives up: what it did not find out must not count as safe.
    """
    solved = _solve(system, aim, low=np.zeros(len(aim)), high=system.most, whole=whole)
    if solved.status == INFEASIBLE:
        raise ValueError(contradiction(system))
    if solved.status == OPTIMAL:
        return solved.x, solved.fun
    if solved.status == STOPPED and whole:
        return None, solved.mip_dual_bound
    raise RuntimeError(f"the search for counts ended without a result: {solved.message}")


def least(system: System, aim: np.ndarray) -> tuple[np.ndarray | None, float]:
    """Find the smallest value of a sum of whole numbers.

    Parameters
    ----------
    system : System
        What is known.
    aim : array of float, shape (unknowns,)
        Whole coefficients of the sum.

    Returns
    -------
    counts : array of float, or None
        Whole numbers with which the sum has that value; None where it has none, or none was found in time.
    value : float
        A limit that the sum cannot go below, whole; with counts, their sum.

    Raises
    ------
    ValueError
        If nothing agrees with everything known.

    Notes
    -----
    Fractions are allowed first: what they cannot reach, whole numbers cannot. Sums over areas by groups,
    and over regions by groups, are such that the best fractions are whole [1]_; with several parts, or
    with means, they need not be, and the search over whole numbers follows.

    References
    ----------
    .. [1] Hoffman, A. J., Kruskal, J. B. (1956). Integral boundary points of convex polyhedra.
    """
    counts, value = table(system, aim, whole=False)
    limit = np.ceil(value - TOLERANCE)
    near = np.rint(counts)
    if system.holds(near) and aim @ near <= limit + TOLERANCE:
        return near, float(aim @ near)
    counts, value = table(system, aim, whole=True)
    near = None if counts is None else np.rint(counts)
    if near is not None and system.holds(near):
        return near, float(aim @ near)
    return None, max(limit, np.ceil(value - TOLERANCE))


def centre(system: System, aims: sparse.csr_array) -> np.ndarray:
    """Find whole counts that agree with everything known, with room around them.

    Parameters
    ----------
    system : System
        What is known.
    aims : sparse array, shape (sums, unknowns)
        Sums that shall be neither as small nor as large as they can be.

    Returns
    -------
    array of float, shape (unknowns,)

    Raises
    ------
    ValueError
        If nothing agrees with everything known.
    RuntimeError
        If no such counts were found.

    Notes
    -----
    The mean of some extreme tables, moved to whole numbers close by. At the edge of what is possible few
    people could answer otherwise; in the middle most could, so that what can be, is seen at once.
    """
    rng = np.random.default_rng(0)
    signs = rng.choice([-1.0, 1.0], size=(EXTREMES, aims.shape[0]))
    middle = np.mean([table(system, aims.T @ sign, whole=False)[0] for sign in signs], axis=0)
    for room in (0, 1, np.inf):
        # Arithmetic may leave a whole number a little above or below itself.
        low = np.maximum(np.floor(middle + TOLERANCE) - room, 0)
        high = np.minimum(np.ceil(middle - TOLERANCE) + room, system.most)
        solved = _solve(system, np.zeros(len(middle)), low=low, high=high, whole=True)
        if solved.status == OPTIMAL and system.holds(np.rint(solved.x)):
            return np.rint(solved.x)
    if solved.status == INFEASIBLE:
        raise ValueError(contradiction(system))
    raise RuntimeError(f"no counts were found that agree with all facts: {solved.message}")


def _solve(
    system: System, aim: np.ndarray, *, low: np.ndarray, high: np.ndarray, whole: bool
) -> optimize.OptimizeResult:
    return optimize.milp(
        aim,
        integrality=np.full(len(aim), int(whole)),
        bounds=optimize.Bounds(low, high),
        constraints=optimize.LinearConstraint(system.matrix, system.low, system.high),
        options={"time_limit": SECONDS} if whole else {},
    )


def contradiction(system: System) -> str:
    """Say which of the facts cannot hold together.

    Parameters
    ----------
    system : System
        With which nothing agrees.

    Returns
    -------
    str
        Names of the sums that would have to give way, never their values.
    """
    rows, columns = system.matrix.shape
    give = sparse.hstack([system.matrix, sparse.eye_array(rows), -sparse.eye_array(rows)], format="csr")
    solved = optimize.milp(
        np.concatenate([np.zeros(columns), np.ones(2 * rows)]),
        bounds=optimize.Bounds(0, np.concatenate([system.most, np.full(2 * rows, np.inf)])),
        constraints=optimize.LinearConstraint(give, system.low, system.high),
    )
    given = solved.x[columns:].reshape(2, rows).sum(axis=0) > TOLERANCE
    wrong = [name for name, here in zip(system.names, given, strict=True) if here]
    if not wrong:
        return "only fractions, and no whole counts, agree with all facts"
    return f"no counts agree with all facts; they would without {'; '.join(wrong[:3])}"
