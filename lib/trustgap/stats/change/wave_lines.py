"""A straight line through the waves themselves, which also counts what moves whole waves."""

import numpy as np
from scipy import special, stats

from trustgap.stats import results
from trustgap.stats.change.logit_lines import ends, interval, spread
from trustgap.stats.shares.covariances import held_back


def least_squares(
    t: np.ndarray, x: np.ndarray, n: np.ndarray, weights: np.ndarray, *, joint: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Fit a line to the logits of the standardised shares of the waves, half an answer added to each.

    Parameters
    ----------
    t, x, n, weights, joint
        As for `binomial`; with `joint` the scatter that sampling makes has the covariance of the waves.

    Returns
    -------
    dict of str to array, shape (...)
        As `binomial` gives it: the wider of t on waves − 2 degrees of freedom with the scatter seen and
        normal with the scatter that sampling makes.

    Examples
    --------
    >>> x, n = np.array([[50, 57, 60]]), np.array([[100, 100, 100]])
    >>> round(float(least_squares(np.arange(3.0), x, n, np.array([1.0]))["estimate"]), 3)
    0.099
    """
    begin, end, waves = ends(t, n)
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
    steep = np.abs(slope) * np.sqrt(scatter)
    alone, steeper = unit, steep
    if joint is not None:
        tied = _wave_correlation(mix[..., 0], x, n, joint)
        turn = weight * away / scatter[..., None]
        reach = weight * ((speed[1] - speed[0]) / mass)[..., None] + turn * along[..., None]
        error = np.sqrt(variance)[..., None, :] * np.stack([reach, turn], axis=-2)
        both = np.einsum("...ps,...st,...pt->...p", error, tied, error)
        alone, turned = np.moveaxis(np.sqrt(np.maximum(both, 0.0)), -1, 0)
        steeper = np.divide(np.abs(slope), turned, out=np.zeros(turned.shape), where=turned > 0)
    reason = np.select(
        [n.sum(axis=(-2, -1)) == 0, waves < 3, total[..., 0] == 0],
        ["n_lt_min", "few_waves", "n_lt_min"],
        "",
    )
    p_seen = 2 * stats.t.sf(np.divide(steep, seen, out=np.full(steep.shape, np.inf), where=seen > 0), df)
    found = {
        "estimate": fitted[1] - fitted[0],
        "p_value": np.maximum(p_seen, 2 * stats.norm.sf(steeper)),
        "mde80": results.DETECTABLE * np.maximum(unit * seen, alone),
        "n_eff": np.full(waves.shape, np.nan),
        "reason": reason,
    }
    wider = interval(found["estimate"], unit * seen, df), interval(found["estimate"], alone, np.inf)
    low = {name: np.minimum(*(one[name] for one in wider)) for name in ("conf_low", "conf_low_90")}
    high = {name: np.maximum(*(one[name] for one in wider)) for name in ("conf_high", "conf_high_90")}
    return found | low | high


def _wave_correlation(mix: np.ndarray, x: np.ndarray, n: np.ndarray, joint: np.ndarray) -> np.ndarray:
    """Correlate the standardised shares of the waves with each other, cautiously (see `held_back`)."""
    base = np.where(n > 0, n, 1.0)
    share = np.where(n > 0, x / base, 0.0)
    wave = np.eye(n.shape[-1])[:, None, :]
    weight = np.where(n > 0, mix[..., None] / base, 0.0)[..., None, :, :]
    covariance = spread(wave * weight, share, x, n, joint)
    total = spread(wave * (weight > 0), share, x, n, joint)
    size = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    both = size[..., :, None] * size[..., None, :]
    found = np.divide(covariance, both, out=np.zeros(both.shape), where=both > 0)
    found = found * np.where(found > 0, held_back(total), 1.0)
    return np.where(np.eye(n.shape[-1], dtype=bool), 1.0, np.clip(found, -1.0, 1.0))
