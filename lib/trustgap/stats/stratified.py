"""Two sides compared group by group, and all groups together at a fixed mix."""

import numpy as np
from scipy import stats

from trustgap.stats import results
from trustgap.stats.intervals import newcombe, proportion, score_p, stratified_wilson
from trustgap.stats.mover import Limits, mover, mover_difference
from trustgap.stats.ordinal import theta

LEVELS = ((0.95, ""), (0.9, "_90"))


def dotted(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum weighted values over the last axis; a weight of 0 leaves its value out, even if missing.

    Parameters
    ----------
    weights, values : array, shape (..., n_parts)
        Broadcast.

    Returns
    -------
    array, shape (...)
        Missing where no weight is above 0.

    Examples
    --------
    >>> float(dotted(np.array([1.0, 0.0]), np.array([0.4, np.nan])))
    0.4
    """
    total = np.where(weights > 0, weights * np.where(weights > 0, values, 0.0), 0.0).sum(axis=-1)
    return np.where((weights > 0).any(axis=-1), total, np.nan)


def effective(weights: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Give the base of a simple sample with the precision of a standardised share.

    Parameters
    ----------
    weights, n : array, shape (..., n_groups)
        Fixed mix and valid answers.

    Returns
    -------
    array, shape (...)
        1 / Σ(weight² / n): at most Σn, reached where the mix is that of the sample.

    Examples
    --------
    >>> float(effective(np.array([0.5, 0.5]), np.array([10, 90])))
    36.0
    """
    inverse = np.where(weights > 0, weights**2 / np.where(n > 0, n, np.nan), 0.0).sum(axis=-1)
    return np.divide(1.0, inverse, out=np.full(inverse.shape, np.nan), where=inverse > 0)


def beside(groups: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Set the result of all groups together behind the results of each, on the last axis.

    Parameters
    ----------
    groups : array, shape (..., n_groups)
    whole : array, shape (...)

    Returns
    -------
    array, shape (..., n_groups + 1)

    Examples
    --------
    >>> beside(np.array([1, 2]), np.array(3)).tolist()
    [1, 2, 3]
    """
    return np.concatenate([groups, np.asarray(whole)[..., None]], axis=-1)


def stratified_variance(x: list[np.ndarray], n: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Give the variance of a difference of two standardised shares if no group differed.

    Parameters
    ----------
    x, n : list of two arrays, shape (..., n_groups)
        Positive and valid answers of the two sides.
    weights : array, shape (..., n_groups)
        The mix of groups to which both sides are standardised.

    Returns
    -------
    array, shape (...)
        Σ weight² p̄ (1 − p̄) (1/n₁ + 1/n₂), with p̄ pooled over the two sides of a group.

    Examples
    --------
    >>> x, n = [np.array([6.0]), np.array([4.0])], [np.array([10.0]), np.array([10.0])]
    >>> round(float(stratified_variance(x, n, np.array([1.0]))), 3)
    0.05
    """
    pooled = proportion(x[0] + x[1], n[0] + n[1])
    inverse = sum(1 / np.where(base > 0, base, np.nan) for base in n)
    return dotted(weights, weights * pooled * (1 - pooled) * inverse)


def share_differences(x: list[np.ndarray], n: list[np.ndarray], weights: np.ndarray) -> dict[str, np.ndarray]:
    """Compare positive shares by group and, at a fixed mix, over all groups.

    Parameters
    ----------
    x, n : list of two arrays, shape (..., n_groups)
        Positive and valid answers of the two sides.
    weights : array, shape (..., n_groups)
        The mix; groups of weight 0 do not enter the whole.

    Returns
    -------
    dict of str to array, shape (..., n_groups + 1)
        ``n_a``, ``n_b``, ``estimate`` (first side minus second), 95% and 90% limits (Newcombe; for the
        whole the stratified Wilson limits of the two sides, combined in the same way), ``p_value`` (score
        test, variance pooled within groups), ``mde80`` (around the pooled share). Missing where a side has
        no answers.

    References
    ----------
    .. [1] Yan, X. and Su, X. G. (2010). Stratified Wilson and Newcombe confidence intervals for multiple
       binomial proportions. Statistics in Biopharmaceutical Research, 2, 329-335.

    Examples
    --------
    >>> x, n = [np.array([56.0]), np.array([48.0])], [np.array([70.0]), np.array([80.0])]
    >>> share_differences(x, n, np.array([1.0]))["conf_low"].round(4)
    array([0.0524, 0.0524])
    """
    n = [np.broadcast_to(base, weights.shape) for base in n]
    x = [np.broadcast_to(hits, weights.shape) for hits in x]
    share = [proportion(hits, base) for hits, base in zip(x, n, strict=True)]
    whole = [dotted(weights, one) for one in share]
    pooled, size = proportion(x[0] + x[1], n[0] + n[1]), [effective(weights, base) for base in n]
    variance = stratified_variance(x, n, weights)
    certain = np.where(np.isnan(variance), np.nan, 1.0)
    z = np.abs(whole[0] - whole[1]) / np.sqrt(np.where(variance > 0, variance, np.nan))
    values = {
        "estimate": beside(share[0] - share[1], whole[0] - whole[1]),
        "p_value": beside(
            score_p(x[0], n[0], x[1], n[1]), np.where(variance > 0, 2 * stats.norm.sf(z), certain)
        ),
        "mde80": beside(
            results.mde_share(pooled, *n, around=True),
            results.mde_share(dotted(weights, pooled), *size, around=True),
        ),
    }
    for confidence, suffix in LEVELS:
        sides = [stratified_wilson(weights, *side, confidence=confidence) for side in zip(x, n, strict=True)]
        both = mover_difference(whole[0], sides[0], whole[1], sides[1])
        values |= _named(newcombe(x[0], n[0], x[1], n[1], confidence=confidence), both, suffix)
    possible = ~np.isnan(values["estimate"])
    values = {name: np.where(possible, value, np.nan) for name, value in values.items()}
    bases = [beside(base, np.where(weights > 0, base, 0).sum(axis=-1)) for base in n]
    return values | {"n_a": bases[0], "n_b": bases[1]}


def thetas(tables: list[np.ndarray], weights: np.ndarray) -> dict[str, np.ndarray]:
    """Compare whole distributions by group and, at a fixed mix, over all groups.

    Parameters
    ----------
    tables : list of two arrays, shape (..., n_groups, n_scores)
        Answers by score of the two sides.
    weights : array, shape (..., n_groups)
        The mix; groups of weight 0 do not enter the whole.

    Returns
    -------
    dict of str to array, shape (..., n_groups + 1)
        ``estimate`` (θ, the chance that an answer of the first side lies above one of the second), limits,
        ``p_value``, ``mde80`` and ``reason``. For the whole: the weighted mean of the groups' θ with MOVER
        limits, and a t test with Satterthwaite's degrees of freedom; without limits if a group has none.

    Examples
    --------
    >>> tables = [np.array([[11, 51, 22, 21, 7]]), np.array([[24, 37, 21, 19, 6]])]
    >>> thetas(tables, np.array([1.0]))["estimate"].round(3)
    array([0.544, 0.544])
    """
    flat = [
        np.broadcast_to(one, (*weights.shape, one.shape[-1])).reshape(-1, one.shape[-1]) for one in tables
    ]
    found = theta(*flat)
    part = {name: found[name].to_numpy().reshape(weights.shape) for name in found}
    low, high = mover(weights, part["estimate"], part["conf_low"], part["conf_high"])
    low_90, high_90 = mover(weights, part["estimate"], part["conf_low_90"], part["conf_high_90"])
    estimate = np.where((weights > 0).any(axis=-1), dotted(weights, part["estimate"]), np.nan)
    # At the edge the variance of θ is 0 by estimation; its interval says how uncertain it is.
    edge = part["method"] == "newcombe_5"
    reach = np.fmax(part["conf_high"] - part["estimate"], part["estimate"] - part["conf_low"])
    squared = weights**2 * np.where(edge, reach / stats.norm.ppf(0.975), part["se"]) ** 2
    total = dotted(weights, np.divide(squared, weights, out=np.zeros_like(squared), where=weights > 0))
    missing = np.isnan(low) | np.isnan(estimate) | ~(total > 0)
    error = np.sqrt(np.where(missing, np.nan, total))
    spread = np.divide(squared**2, part["df"], out=np.zeros_like(squared), where=(weights > 0) & ~edge)
    df = total**2 / np.where(spread.sum(axis=-1) > 0, spread.sum(axis=-1), np.nan)
    p = 2 * stats.t.sf(np.abs(estimate - 0.5) / error, np.where(np.isnan(df), np.inf, df))
    short = ((part["reason"] == "n_lt_min") & (weights > 0)).any(axis=-1) | np.isnan(estimate)
    reason = np.select([short, missing], ["n_lt_min", "constant"], "")
    whole = {"estimate": estimate, "p_value": p, "reason": reason}
    limits = {"conf_low": low, "conf_high": high, "conf_low_90": low_90, "conf_high_90": high_90}
    whole |= {name: np.where(missing, np.nan, value) for name, value in limits.items()}
    values = {name: beside(part[name], value) for name, value in whole.items()}
    power = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    mde = results.mde_theta(*(one.sum(axis=-1).reshape(weights.shape) for one in flat))
    return values | {"mde80": beside(mde, np.minimum(power * error, 0.5))}


def _named(groups: Limits, whole: Limits, suffix: str) -> dict[str, np.ndarray]:
    names = (f"conf_low{suffix}", f"conf_high{suffix}")
    return {name: beside(a, b) for name, a, b in zip(names, groups, whole, strict=True)}
