"""Straight lines on the logit scale, fitted to the counts of many cells at once.

Counts have the shape (..., groups, waves). ``joint``, where given, has the shape (..., groups, waves, 2,
groups, waves, 2): people by what they answered in one wave and in another, as `linked.over_waves` gives it.
"""

import numpy as np
from scipy import special, stats

from trustgap.stats import results


def ends(t: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the time of the first and last wave with answers, and the number of such waves.

    Parameters
    ----------
    t : array, shape (waves,)
        Times.
    n : array, shape (..., groups, waves)
        Valid answers.

    Returns
    -------
    first, last, waves : array, shape (...)

    Examples
    --------
    >>> first, last, waves = ends(np.array([2015, 2017, 2018]), np.array([[0, 4, 2]]))
    >>> int(first), int(last), int(waves)
    (2017, 2018, 2)
    """
    answered = n.sum(axis=-2) > 0
    first, last = answered.argmax(axis=-1), len(t) - 1 - answered[..., ::-1].argmax(axis=-1)
    return t[first], t[last], answered.sum(axis=-1)


def _reason(x: np.ndarray, n: np.ndarray, waves: np.ndarray) -> np.ndarray:
    """Decide whether a slope exists before any is fitted.

    It does not where all answers of every group are alike, nor where, in every group that varies, no
    positive answer lies before a negative one, or none after: then it would be infinite.
    """
    base, hits = n.sum(axis=-1), x.sum(axis=-1)
    varies = (hits > 0) & (hits < base)
    size = n.shape[-1]
    place = np.arange(size)
    positive, negative = x > 0, n - x > 0
    first = [np.where(which, place, size).min(axis=-1) for which in (positive, negative)]
    last = [np.where(which, place, -1).max(axis=-1) for which in (positive, negative)]
    rising, falling = (first[0] >= last[1]) | ~varies, (first[1] >= last[0]) | ~varies
    separated = rising.all(axis=-1) | falling.all(axis=-1)
    return np.select(
        [base.sum(axis=-1) == 0, waves < 3, ~varies.any(axis=-1), separated],
        ["n_lt_min", "few_waves", "constant", "separated"],
        "",
    )


def line(t: np.ndarray, x: np.ndarray, n: np.ndarray) -> dict[str, np.ndarray]:
    """Fit logit share = group + slope · time by maximum likelihood.

    Parameters
    ----------
    t : array, shape (waves,)
        Times.
    x, n : array, shape (..., groups, waves)
        Positive and valid answers.

    Returns
    -------
    dict of str to array
        ``reason`` why there is no slope, else ""; ``x`` and ``n`` of the groups that say something about
        it, the others 0; ``fitted`` shares and ``weight`` (n · share · (1 − share)), shape (..., groups,
        waves); ``intercept`` at the mean time, ``slope``; the blocks of the information matrix: ``within``
        and ``cross`` by group, ``information`` of the slope after the groups.

    Examples
    --------
    >>> found = line(np.arange(3.0), np.array([[50, 57, 60]]), np.array([[100, 100, 100]]))
    >>> round(float(found["slope"]), 3)
    0.203
    """
    waves = ends(t, n)[2]
    reason = _reason(x, n, waves)
    hits, base = x.sum(axis=-1), n.sum(axis=-1)
    varies = (hits > 0) & (hits < base) & (reason == "")[..., None]
    n, x = n * varies[..., None], x * varies[..., None]
    names = ("intercept", "slope", "within", "cross", "information")
    found = dict(zip(names, _newton(t - t.mean(), x, n, varies), strict=True))
    at = (t - t.mean()) * found["slope"][..., None, None]
    fitted = special.expit(found["intercept"][..., None] + at)
    own = {"reason": reason, "varies": varies, "x": x, "n": n, "fitted": fitted}
    return found | own | {"weight": n * fitted * (1 - fitted)}


def spread(
    part: np.ndarray, fitted: np.ndarray, x: np.ndarray, n: np.ndarray, joint: np.ndarray
) -> np.ndarray:
    """Sum over people the products of what they add: the middle of a sandwich with people as clusters.

    Parameters
    ----------
    part : array, shape (..., sums, groups, waves)
        What one answer of a group and wave adds to each of several sums, per unit that it lies above
        `fitted`.
    fitted, x, n : array, shape (..., groups, waves)
        Expected share, positive and valid answers.
    joint : array
        People with answers in two waves.

    Returns
    -------
    array, shape (..., sums, sums)
        Σ over people of (their sum)(their sum)'.

    Examples
    --------
    >>> part, half = np.array([[[-1.0, 1.0]]]), np.array([[0.5, 0.5]])
    >>> joint = np.zeros((1, 2, 2, 1, 2, 2))
    >>> joint[0, 0, :, 0, 1, :] = joint[0, 1, :, 0, 0, :] = [[3, 1], [1, 3]]
    >>> float(spread(part, half, np.array([[4.0, 4.0]]), np.array([[8.0, 8.0]]), joint)[0, 0])
    2.0
    """
    each = part[..., None] * np.stack([-fitted, 1 - fitted], axis=-1)[..., None, :, :, :]
    size = int(np.prod(each.shape[-3:]))
    flat = each.reshape(*each.shape[:-3], size)
    once = np.stack([n - x, x], axis=-1).reshape(*n.shape[:-2], size)
    twice = joint.reshape(*joint.shape[:-6], size, size)
    turned = np.swapaxes(flat, -1, -2)
    return (flat * once[..., None, :]) @ turned + flat @ twice @ turned


def binomial(
    t: np.ndarray, x: np.ndarray, n: np.ndarray, weights: np.ndarray, *, joint: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Carry a fitted line from the first wave to the last: change of the share at a fixed mix of groups.

    Parameters
    ----------
    t, x, n
        As for `line`.
    weights : array, shape (..., groups)
        The mix.
    joint : array, optional
        People with answers in two waves. With it, standard error and test are sandwiches with people as
        clusters, as in generalised estimating equations with independence as working correlation.

    Returns
    -------
    dict of str to array, shape (...)
        ``estimate``, limits (delta method; with `joint` t limits on people less parameters), ``p_value``
        (score test; for one group and no clusters that of Cochran and Armitage), ``mde80``, ``n_eff``
        (independent answers that would say as much) and ``reason``.

    Notes
    -----
    Where hardly anybody changed their mind a sandwich has almost no width. It is never taken to be
    narrower than one person makes it who changed from the first wave to the last.

    References
    ----------
    .. [1] Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models.
       Biometrika, 73, 13-22.
    .. [2] Boos, D. D. (1992). On generalized score tests. The American Statistician, 46, 327-333.

    Examples
    --------
    >>> x, n = np.array([[50, 57, 60]]), np.array([[100, 100, 100]])
    >>> found = binomial(np.arange(3.0), x, n, np.array([1.0]))
    >>> round(float(found["estimate"]), 2), round(float(found["p_value"]), 3)
    (0.1, 0.155)
    """
    begin, end, _ = ends(t, n)
    fit = line(t, x, n)
    varies, within, cross = fit["varies"], fit["within"], fit["cross"]
    middle = t.mean()
    share = [
        special.expit(fit["intercept"] + (fit["slope"] * (at - middle))[..., None]) for at in (begin, end)
    ]
    speed = [one * (1 - one) * varies * weights for one in share]
    step = speed[1] - speed[0]
    along = (speed[1] * (end - middle)[..., None] - speed[0] * (begin - middle)[..., None]).sum(axis=-1)
    through = along - (step * cross / within).sum(axis=-1)
    squared = through**2 / fit["information"] + (step**2 / within).sum(axis=-1)
    size, df = n.sum(axis=(-1, -2)), np.inf
    if joint is not None:
        pull = through / fit["information"]
        rest = np.where(varies, (step - cross * pull[..., None]) / within, 0.0)
        part = (rest[..., None] + pull[..., None, None] * (t - middle)) * varies[..., None]
        robust = spread(part[..., None, :, :], fit["fitted"], fit["x"], fit["n"], joint)[..., 0, 0]
        robust = np.maximum(robust, (pull * (end - begin)) ** 2 / 4)
        size = size * np.divide(squared, robust, out=np.ones(squared.shape), where=robust > 0)
        squared = robust
        # A sandwich of few people leans low. There are at least as many people as the largest wave has.
        df = np.maximum(n.sum(axis=-2).max(axis=-1) - (n.sum(axis=-1) > 0).sum(axis=-1) - 1, 1)
    error = np.sqrt(squared)
    estimate = (weights * varies * (share[1] - share[0])).sum(axis=-1)
    found = {
        "estimate": estimate,
        "mde80": results.DETECTABLE * error,
        "n_eff": size,
        "reason": fit["reason"],
    }
    p = _armitage(t, fit["x"], fit["n"], joint)
    return found | {"p_value": p} | interval(estimate, error, df)


def _newton(
    t: np.ndarray, x: np.ndarray, n: np.ndarray, varies: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Maximise all likelihoods at once; the information matrix is an arrow, so nothing is inverted."""
    safe = np.where(varies, n.sum(axis=-1), 2.0)
    intercept = special.logit(np.where(varies, x.sum(axis=-1), 1.0) / safe)
    slope = np.zeros(x.shape[:-2])
    for _ in range(60):
        fitted = special.expit(intercept[..., None] + slope[..., None, None] * t)
        weight = n * fitted * (1 - fitted)
        within = np.where(varies, weight.sum(axis=-1), 1.0)
        cross = (weight * t).sum(axis=-1)
        information = (weight * t**2).sum(axis=(-2, -1)) - (cross**2 / within).sum(axis=-1)
        information = np.where(varies.any(axis=-1), information, 1.0)
        score = (x - n * fitted).sum(axis=-1)
        ahead = ((x - n * fitted) * t).sum(axis=(-2, -1)) - (cross * score / within).sum(axis=-1)
        rise = ahead / information
        shift = (score - rise[..., None] * cross) / within
        # A long step is cut short: far out the likelihood is flat and Newton's step overshoots.
        longest = np.abs(shift).max(axis=-1, initial=0) + np.abs(rise) * np.abs(t).max()
        part = np.minimum(1.0, 3.0 / np.maximum(longest, 1e-12))
        slope, intercept = slope + part * rise, intercept + part[..., None] * shift
        if longest.size == 0 or longest.max() < 1e-11:
            break
    return intercept, slope, within, cross, information


def _armitage(t: np.ndarray, x: np.ndarray, n: np.ndarray, joint: np.ndarray | None) -> np.ndarray:
    """Test the slope by the score test, which for one group is the Cochran-Armitage test."""
    base = np.where(n.sum(axis=-1) > 0, n.sum(axis=-1), 1.0)
    share = x.sum(axis=-1) / base
    away = t - ((n * t).sum(axis=-1) / base)[..., None]
    score = (away * (x - n * share[..., None])).sum(axis=(-2, -1))
    variance = (share * (1 - share) * (n * away**2).sum(axis=-1)).sum(axis=-1)
    if joint is not None:
        part = np.where(n.sum(axis=-1, keepdims=True) > 0, away, 0.0)[..., None, :, :]
        level = np.broadcast_to(share[..., None], n.shape)
        begin, end, _ = ends(t, n)
        variance = np.maximum(spread(part, level, x, n, joint)[..., 0, 0], (end - begin) ** 2 / 4)
    return 2 * stats.norm.sf(np.abs(score) / np.sqrt(np.where(variance > 0, variance, 1.0)))


def interval(estimate: np.ndarray, error: np.ndarray, df: np.ndarray | float) -> dict[str, np.ndarray]:
    """Give t limits of a difference of shares, cut to [-1, 1].

    Parameters
    ----------
    estimate, error : array
        Difference and its standard error.
    df : array or float
        Degrees of freedom; infinite for the normal distribution.

    Returns
    -------
    dict of str to array
        ``conf_low``, ``conf_high`` (95%), ``conf_low_90``, ``conf_high_90``.

    Examples
    --------
    >>> round(float(interval(np.array(0.1), np.array(0.05), np.inf)["conf_low"]), 3)
    0.002
    """
    limits = {}
    for level, suffix in results.LEVELS:
        half = stats.t.ppf((1 + level) / 2, df) * error
        limits[f"conf_low{suffix}"] = np.maximum(estimate - half, -1.0)
        limits[f"conf_high{suffix}"] = np.minimum(estimate + half, 1.0)
    return limits
