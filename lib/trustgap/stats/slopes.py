"""Linear trend over the waves on the logit scale, fitted to the counts of all areas at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special, stats

from trustgap.stats import results
from trustgap.stats.counts import ALL
from trustgap.stats.cube import Cube, cube, decide_planned, reference_mix, rows_of
from trustgap.stats.stratified import beside

BINOMIAL = "binomial model with fixed mix of groups, delta method; sampling error only"
WAVES = (
    "weighted least squares on empirical logits of the waves; the wider of t (waves - 2) with the scatter "
    "seen and normal with sampling scatter"
)
POWER = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)


def comparable_waves(grid: Cube, comparable: Mapping[str, Sequence[str]] | None) -> np.ndarray:
    """Say which waves of each item may be compared with each other.

    Parameters
    ----------
    grid : Cube
        The counts.
    comparable : mapping of str to sequence of str, optional
        Waves of an item that may be compared; an item not named may be compared over all.

    Returns
    -------
    array of bool, shape (items, waves)

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q", 1: [3, 2]})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [1]}, index=["q"]))
    >>> comparable_waves(grid, {"q": ["2"]}).tolist()
    [[False, True]]
    """
    named = comparable or {}
    allowed = [[wave in named.get(item, grid.waves) for wave in grid.waves] for item in grid.items]
    return np.array(allowed, dtype=bool).reshape(len(grid.items), len(grid.waves))


def trend(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    times: Mapping[str, float],
    *,
    comparable: Mapping[str, Sequence[str]] | None = None,
    mix: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Estimate the change over the whole period from a straight line on the logit scale.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it, for one area or many.
    items : DataFrame, indexed by item
        Needs ``top_from``, ``team`` and ``block``.
    times : mapping of str to float
        When each wave was, such as the year; true spacing counts.
    comparable, mix
        As for `trends.change`.

    Returns
    -------
    DataFrame
        Analysis ``trend``, estimand ``change_over_period``: the fitted share at the last wave minus that
        at the first, in [-1, 1], by group and for `counts.ALL` at a fixed mix of groups. Two rows each,
        told apart by ``method``: a binomial model (group as factor; delta-method limits; stratified
        Cochran-Armitage test; Holm within area and block), whose uncertainty is **sampling error only**; and
        weighted least squares on the waves' empirical logits, which also counts what moves whole waves:
        the wider of t on waves − 2 degrees of freedom with the scatter of the residuals and normal with
        the scatter that sampling alone gives. ``n_a`` is over all waves. Reasons: ``few_waves`` (fewer than
        three), ``not_comparable``, ``n_lt_min``; of the model also ``constant``, ``separated``.

    Raises
    ------
    KeyError
        If `times` lacks a wave, `items` an item, or `mix` a group.

    References
    ----------
    .. [1] Armitage, P. (1955). Tests for linear trends in proportions and frequencies. Biometrics, 11,
       375-386.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2", "3"], "group": "a", "item": "q",
    ...                       1: [50, 43, 40], 2: [50, 57, 60]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""], "block": ["trust"]}, index=["q"])
    >>> trend(cells, items, {"1": 2015, "2": 2016, "3": 2017})[["group_a", "estimate", "p_value"]].round(3)
      group_a  estimate  p_value
    0       a     0.100    0.155
    1     all     0.100    0.155
    2       a     0.099    0.157
    3     all     0.099    0.157
    """
    absent = sorted(set(counts["wave"].astype(str)) - set(times))
    if absent:
        raise KeyError(f"times lacks the waves {absent}; it has {sorted(times)}")
    grid = cube(counts, items, waves=sorted(times, key=lambda wave: times[wave]))
    allowed = comparable_waves(grid, comparable)[None, :, None]
    x, n = (np.moveaxis(whole, 2, 3) * allowed for whole in (grid.x, grid.n))
    t = np.array([float(times[wave]) for wave in grid.waves])
    answered, raw = n.sum(axis=2) > 0, grid.n.sum(axis=-1) > 0
    few = answered.sum(axis=-1) < 3
    blocked = np.select([few & (raw.sum(axis=-1) >= 3), few], ["not_comparable", "few_waves"], "")
    weights = reference_mix(grid, mix, n.sum(axis=-1) > 0)
    first, last = answered.argmax(axis=-1), len(t) - 1 - answered[..., ::-1].argmax(axis=-1)
    names = np.array(grid.waves, dtype=object)
    asked = grid.asked.sum(axis=2) > 0
    shown = beside(asked, asked.any(axis=-1))
    frames = []
    for fit, method in ((_binomial, BINOMIAL), (_least_squares, WAVES)):
        groups = fit(t, x[..., None, :], n[..., None, :], np.ones((*weights.shape, 1)))
        whole = fit(t, x, n, weights)
        found = {name: beside(groups[name], whole[name]) for name in whole}
        found["reason"] = np.where(blocked[..., None] == "", found["reason"], blocked[..., None])
        for name in set(found) - {"reason"}:
            found[name] = np.where(found["reason"] == "", found[name], np.nan)
        found["n_a"] = beside(n.sum(axis=-1), n.sum(axis=(-2, -1)))
        rows = rows_of(grid, shown, found, items, waves=names[first] + "/" + names[last])
        frames.append(rows.assign(method=method))
    return _finished(frames, items)


def _finished(frames: list[pd.DataFrame], items: pd.DataFrame) -> pd.DataFrame:
    rows = pd.concat(frames, ignore_index=True).assign(analysis="trend", estimand="change_over_period")
    families = {
        "_area": rows["area"],
        "_block": rows["item"].map(items["block"]),
        "_groups": pd.Series(np.where(rows["group_a"].eq(ALL), "all", "groups"), index=rows.index),
    }
    planned = rows["method"].eq(BINOMIAL) & ~rows["reason"].isin(["few_waves", "not_comparable"])
    margin = results.MARGIN_SHARE
    return decide_planned(rows, planned, name="trend", families=families, null=0.0, margin=margin)


def _ends(t: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the time of the first and last wave with answers, and the number of such waves."""
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


def _binomial(t: np.ndarray, x: np.ndarray, n: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Fit logit share = group + slope · time to counts of shape (..., groups, waves)."""
    begin, end, waves = _ends(t, n)
    reason = _reason(x, n, waves)
    hits, base = x.sum(axis=-1), n.sum(axis=-1)
    varies = (hits > 0) & (hits < base) & (reason == "")[..., None]
    n, x = n * varies[..., None], x * varies[..., None]
    intercept, slope, within, cross, information = _newton(t - t.mean(), x, n, varies)
    share = [special.expit(intercept + (slope * (at - t.mean()))[..., None]) for at in (begin, end)]
    speed = [one * (1 - one) * varies * weights for one in share]
    step = speed[1] - speed[0]
    along = (speed[1] * (end - t.mean())[..., None] - speed[0] * (begin - t.mean())[..., None]).sum(axis=-1)
    through = along - (step * cross / within).sum(axis=-1)
    error = np.sqrt(through**2 / information + (step**2 / within).sum(axis=-1))
    estimate = (weights * varies * (share[1] - share[0])).sum(axis=-1)
    found = {"estimate": estimate, "p_value": _armitage(t, x, n), "mde80": POWER * error, "reason": reason}
    return found | _interval(estimate, error, np.inf)


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


def _armitage(t: np.ndarray, x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Test the slope by the score test, which for one group is the Cochran-Armitage test."""
    base = np.where(n.sum(axis=-1) > 0, n.sum(axis=-1), 1.0)
    share = x.sum(axis=-1) / base
    away = t - ((n * t).sum(axis=-1) / base)[..., None]
    score = (away * (x - n * share[..., None])).sum(axis=(-2, -1))
    variance = (share * (1 - share) * (n * away**2).sum(axis=-1)).sum(axis=-1)
    return 2 * stats.norm.sf(np.abs(score) / np.sqrt(np.where(variance > 0, variance, 1.0)))


def _least_squares(t: np.ndarray, x: np.ndarray, n: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Fit a line to the logits of the standardised shares of the waves, half an answer added to each."""
    begin, end, waves = _ends(t, n)
    answered = n.sum(axis=-2) > 0
    usable = weights * ((n > 0) | ~answered[..., None, :]).all(axis=-1)
    total = usable.sum(axis=-1, keepdims=True)
    mix = np.divide(usable, total, out=np.zeros(usable.shape), where=total > 0)[..., None]
    share = (x + 0.5) / (n + 1)
    whole = np.where(answered, (mix * share).sum(axis=-2), 0.5)
    whole = np.where(whole > 0, whole, 0.5)
    variance = (mix**2 * share * (1 - share) / (n + 1)).sum(axis=-2) / (whole * (1 - whole)) ** 2
    weight = np.where(answered & (variance > 0), 1 / np.where(variance > 0, variance, 1.0), 0.0)
    mass = np.where(weight.sum(axis=-1) > 0, weight.sum(axis=-1), 1.0)
    height = special.logit(whole)
    middle, level = ((weight * one).sum(axis=-1) / mass for one in (t, height))
    away = t - middle[..., None]
    scatter = np.where(waves > 1, (weight * away**2).sum(axis=-1), 1.0)
    scatter = np.where(scatter > 0, scatter, 1.0)
    slope = (weight * away * height).sum(axis=-1) / scatter
    left = height - level[..., None] - slope[..., None] * away
    df = np.maximum(waves - 2, 1)
    # Waves cannot scatter less than sampling makes them: with few waves a good fit is luck. The wider of
    # two counts: t with the scatter seen, normal with the scatter that sampling makes.
    seen = np.sqrt((weight * left**2).sum(axis=-1) / df)
    fitted = [special.expit(level + slope * (at - middle)) for at in (begin, end)]
    speed = [one * (1 - one) for one in fitted]
    along = speed[1] * (end - middle) - speed[0] * (begin - middle)
    unit = np.sqrt((speed[1] - speed[0]) ** 2 / mass + along**2 / scatter)
    reason = np.select(
        [n.sum(axis=(-2, -1)) == 0, waves < 3, total[..., 0] == 0],
        ["n_lt_min", "few_waves", "n_lt_min"],
        "",
    )
    steep = np.abs(slope) * np.sqrt(scatter)
    p_seen = 2 * stats.t.sf(np.divide(steep, seen, out=np.full(steep.shape, np.inf), where=seen > 0), df)
    found = {
        "estimate": fitted[1] - fitted[0],
        "p_value": np.maximum(p_seen, 2 * stats.norm.sf(steep)),
        "mde80": POWER * unit * np.maximum(seen, 1.0),
        "reason": reason,
    }
    wider = _interval(found["estimate"], unit * seen, df), _interval(found["estimate"], unit, np.inf)
    low = {name: np.minimum(*(one[name] for one in wider)) for name in ("conf_low", "conf_low_90")}
    high = {name: np.maximum(*(one[name] for one in wider)) for name in ("conf_high", "conf_high_90")}
    return found | low | high


def _interval(estimate: np.ndarray, error: np.ndarray, df: np.ndarray | float) -> dict[str, np.ndarray]:
    limits = {}
    for level, suffix in ((0.975, ""), (0.95, "_90")):
        half = stats.t.ppf(level, df) * error
        limits[f"conf_low{suffix}"] = np.maximum(estimate - half, -1.0)
        limits[f"conf_high{suffix}"] = np.minimum(estimate + half, 1.0)
    return limits
