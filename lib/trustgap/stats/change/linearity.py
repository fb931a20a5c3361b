"""Whether a straight line is a fair account of the waves."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.change.logit_lines import ends, line, spread
from trustgap.stats.change.wave_series import decided, fitted, series
from trustgap.stats.results import MIN_N

METHOD = "score test of a free course of the waves against a straight line"


def linearity(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    times: Mapping[str, float],
    *,
    comparable: Mapping[str, Sequence[str]] | None = None,
    links: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Test whether the waves depart from a straight line by more than sampling makes them.

    Parameters
    ----------
    counts, items, times, comparable, links
        As for `slopes.trend`.

    Returns
    -------
    DataFrame
        Analysis ``trend``, estimand ``linearity``, by group and for `counts.ALL`: a ``p_value`` and, by
        Holm's method within area and block, ``p_adjusted``. There is no estimate and no interval, hence
        reason ``test_only``; else ``few_waves`` (fewer than three), ``not_comparable``, ``constant``,
        ``separated``, ``n_lt_min`` (a wave with fewer than `results.MIN_N` answers of groups that vary).

    Raises
    ------
    KeyError
        If `times` lacks a wave, or `items` an item.

    Notes
    -----
    Score test of waves as a factor, after group and a linear wave, on waves − 2 degrees of freedom. For one
    group of people who answered once it is Pearson's chi-squared of the fitted line; for people who answered
    in several waves, the generalised score test with people as clusters. The likelihood ratio test, its
    equal in large samples, has no counterpart for clusters.

    References
    ----------
    .. [1] Boos, D. D. (1992). On generalized score tests. The American Statistician, 46, 327-333.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2", "3"], "group": "a", "item": "q",
    ...                       1: [50, 20, 50], 2: [50, 80, 50]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""], "block": ["trust"]}, index=["q"])
    >>> rows = linearity(cells, items, {"1": 2015, "2": 2016, "3": 2017})
    >>> rows[["group_a", "p_value", "reason"]].round(6)
      group_a   p_value     reason
    0       a  0.000001  test_only
    1     all  0.000001  test_only
    """
    of = series(counts, items, times, comparable=comparable, links=links)
    rows = of.rows(fitted(_bend, of), items, method=METHOD)
    limits = dict.fromkeys(("estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90"), np.nan)
    rows = rows.assign(estimand="linearity", **limits)
    rows["p_value"] = rows["p_value"].where(rows["reason"].eq("test_only"))
    every = pd.Series(True, index=rows.index)
    return decided(rows, items, name="linearity", planned=every, margin=0.0)


def _bend(
    t: np.ndarray, x: np.ndarray, n: np.ndarray, weights: np.ndarray, *, joint: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Test what the waves add to a fitted line; the mix plays no part."""
    fit = line(t, x, n)
    x, n, weight, within = fit["x"], fit["n"], fit["weight"], fit["within"]
    away = t - t.mean()
    # What an answer adds to the score of each wave, once group and slope have taken their share of it.
    pull = (away - (fit["cross"] / within)[..., None]) / fit["information"][..., None, None]
    wave = np.eye(len(t))[:, None, :]
    level = np.swapaxes(weight / within[..., None], -1, -2)[..., None]
    slope = (weight * (away - (fit["cross"] / within)[..., None])).sum(axis=-2)
    part = wave - level - slope[..., :, None, None] * pull[..., None, :, :]
    part = part * fit["varies"][..., None, :, None]
    score = (x - n * fit["fitted"]).sum(axis=-2)
    if joint is None:
        flat = part.reshape(*part.shape[:-2], -1)
        mass = weight.reshape(*weight.shape[:-2], -1)
        covariance = (flat * mass[..., None, :]) @ np.swapaxes(flat, -1, -2)
    else:
        covariance = spread(part, fit["fitted"], x, n, joint)
    value, vector = np.linalg.eigh(covariance)
    waves = ends(t, n)[2]
    # What is left by rounding is no direction in which the waves could depart.
    noise = 1e-6 * np.maximum(weight.sum(axis=(-1, -2)), 1e-9)[..., None]
    real = value > 1e-9 * np.maximum(value[..., -1:], noise)
    along = np.einsum("...sk,...s->...k", vector, score)
    statistic = np.divide(along**2, value, out=np.zeros(value.shape), where=real).sum(axis=-1)
    df = np.minimum(real.sum(axis=-1), waves - 2)
    base = fit["n"].sum(axis=-2)
    short = ((base > 0) & (base < MIN_N)).any(axis=-1)
    reason = np.select(
        [fit["reason"] != "", short, df < 1], [fit["reason"], "n_lt_min", "constant"], "test_only"
    )
    return {"p_value": stats.chi2.sf(statistic, np.maximum(df, 1)), "reason": reason}
