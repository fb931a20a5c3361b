"""The least and the most that a sum of unknown counts can be."""

import numpy as np
from scipy import optimize, sparse

from trustgap.stats.recovery.system import TOLERANCE, System

SECONDS = 20
"""After this long a search over whole numbers is given up, and its limit so far is taken."""

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
    solved = optimize.milp(
        aim,
        integrality=np.full(len(aim), int(whole)),
        bounds=optimize.Bounds(0, system.most),
        constraints=optimize.LinearConstraint(system.matrix, system.low, system.high),
        options={"time_limit": SECONDS} if whole else {},
    )
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
