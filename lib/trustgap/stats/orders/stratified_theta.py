"""Whole distributions compared group by group, and all groups together at a fixed mix."""

import numpy as np
from scipy import stats

from trustgap.stats import results
from trustgap.stats.orders.ordinal import theta
from trustgap.stats.shares.covariances import theta_covariances
from trustgap.stats.shares.mover import mover
from trustgap.stats.shares.stratified import dotted, effective, over, own, with_whole

LIMITS = ("conf_low", "conf_high", "conf_low_90", "conf_high_90")


def thetas(
    tables: list[np.ndarray], weights: np.ndarray, *, joint: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Compare whole distributions by group and, at a fixed mix, over all groups.

    Parameters
    ----------
    tables : list of two arrays, shape (..., n_groups, n_scores)
        Answers by score of the two sides.
    weights : array, shape (..., n_groups)
        The mix; groups of weight 0 do not enter the whole.
    joint : array, shape (..., n_groups, n_groups, n_scores, n_scores), optional
        People on both sides, by group and score, first side first; without it the sides are independent.

    Returns
    -------
    dict of str to array, shape (..., n_groups + 1)
        ``estimate`` (θ, the chance that an answer of the first side lies above one of the second), limits,
        ``p_value``, ``mde80`` and ``reason``. For the whole: the weighted mean of the groups' θ with MOVER
        limits, and a t test with Satterthwaite's degrees of freedom; without limits if a group has none.
        ``n_eff`` as for `stratified.share_differences`.

    Examples
    --------
    >>> tables = [np.array([[11, 51, 22, 21, 7]]), np.array([[24, 37, 21, 19, 6]])]
    >>> thetas(tables, np.array([1.0]))["estimate"].round(3)
    array([0.544, 0.544])
    """
    flat = [
        np.broadcast_to(one, (*weights.shape, one.shape[-1])).reshape(-1, one.shape[-1]) for one in tables
    ]
    size = [one.sum(axis=-1).reshape(weights.shape) for one in flat]
    together = np.zeros((*weights.shape, weights.shape[-1]))
    linked = np.zeros(weights.shape)
    if joint is not None:
        together = theta_covariances(joint, *(one.reshape(*weights.shape, -1) for one in flat))
        linked = own(joint.sum(axis=(-1, -2)))
    found = theta(*flat, covariance=own(together).ravel(), linked=linked.ravel())
    part = {name: found[name].to_numpy().reshape(weights.shape) for name in found}
    tied = (together + np.swapaxes(together, -1, -2)) * (1 - np.eye(weights.shape[-1]))
    whole, error, alone = _whole(part, weights, tied, own(together))
    values = {name: with_whole(part[name], value) for name, value in whole.items()}
    with np.errstate(divide="ignore", invalid="ignore"):
        less = with_whole(np.sqrt(1 - 2 * own(together) / part["se"] ** 2), np.sqrt(alone) / error)
        less = np.where(with_whole(linked > 0, together.any(axis=(-1, -2))) & np.isfinite(less), less, 1.0)
        bases = [with_whole(base, effective(weights, base)) for base in size]
        values["n_eff"] = 2 / (1 / bases[0] + 1 / bases[1]) * less**2
    mde = results.mde_theta(*size) / less[..., :-1]
    return values | {"mde80": with_whole(mde, np.minimum(results.DETECTABLE * error, 0.5))}


def _whole(
    part: dict[str, np.ndarray], weights: np.ndarray, tied: np.ndarray, shared: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Average θ over the groups; also its standard error, and its variance if the sides were independent."""
    se, point = part["se"], part["estimate"]
    both = se[..., :, None] * se[..., None, :]
    correlation = np.divide(tied, both, out=np.zeros(tied.shape), where=(tied != 0) & (both > 0))
    limits = {}
    for low, high in (LIMITS[:2], LIMITS[2:]):
        ends = mover(weights, point, part[low], part[high], correlation=np.clip(correlation, -1, 1))
        limits |= dict(zip((low, high), ends, strict=True))
    estimate = np.where((weights > 0).any(axis=-1), dotted(weights, point), np.nan)
    # At the edge the variance of θ is 0 by estimation; its interval says how uncertain it is.
    edge = part["method"] == "newcombe_5"
    reach = np.fmax(part["conf_high"] - point, point - part["conf_low"])
    squared = weights**2 * np.where(edge, reach / stats.norm.ppf(0.975), se) ** 2
    alone = dotted(weights, np.divide(squared, weights, out=np.zeros_like(squared), where=weights > 0))
    total = np.maximum(alone + over(tied, [weights, weights]), 1e-9 * alone)
    missing = np.isnan(limits["conf_low"]) | np.isnan(estimate) | ~(total > 0)
    error = np.sqrt(np.where(missing, np.nan, total))
    spread = np.divide(squared**2, part["df"], out=np.zeros_like(squared), where=(weights > 0) & ~edge)
    df = alone**2 / np.where(spread.sum(axis=-1) > 0, spread.sum(axis=-1), np.nan)
    p = 2 * stats.t.sf(np.abs(estimate - 0.5) / error, np.where(np.isnan(df), np.inf, df))
    short = ((part["reason"] == "n_lt_min") & (weights > 0)).any(axis=-1) | np.isnan(estimate)
    reason = np.select([short, missing], ["n_lt_min", "constant"], "")
    whole = {"estimate": estimate, "p_value": p, "reason": reason}
    whole |= {name: np.where(missing, np.nan, value) for name, value in limits.items()}
    alone = alone - 2 * np.where(weights > 0, weights**2 * shared, 0.0).sum(axis=-1)
    return whole, error, alone
