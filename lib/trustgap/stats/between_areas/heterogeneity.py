"""How much areas differ beyond chance, what to expect of a further one, and shares drawn to the mean."""

import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from statsmodels.stats.meta_analysis import combine_effects

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.cube import cube
from trustgap.stats.shares.intervals import proportion

MIN_AREAS = 5
"""With fewer areas the spread between them cannot be estimated."""


def spread(counts: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Estimate, for every item and wave, the mean of the areas, their spread, and the range to expect.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns it, all areas. Groups are pooled within an area.
    items : DataFrame, indexed by item
        Needs ``top_from`` and ``team``.

    Returns
    -------
    DataFrame, three rows per item and wave
        Analysis ``spread``; ``n_a`` answers; ``method`` says in how many areas.

        ===================  ==================================================================
        ``mean_share``       mean of the areas' shares, Hartung-Knapp t limits, in [0, 1]
        ``between_area_sd``  standard deviation between areas of the **logit** of the share,
                             Q-profile limits; ``p_value`` is Cochran's Q test
        ``prediction``       the mean with the limits in which the share of a further area lies
        ===================  ==================================================================

        Reasons: ``few_areas`` (fewer than `MIN_AREAS` with answers), ``constant``, ``alike`` (no limits for
        the spread: areas without any would differ more in 97.5% of samples).

    Raises
    ------
    KeyError
        If `items` lacks an item of the counts.

    Notes
    -----
    Random effects on logits (half an answer is added to both sides in an area where all answers are
    alike), between-area variance by Paule and Mandel; prediction limits
    ``mean ± t(k − 2) √(τ² + se²)`` [1]_. The standard error of Hartung and Knapp is not let fall below
    that of the model, as it would where areas are more alike than chance makes them [2]_. A different
    mix of staff is part of the spread.

    References
    ----------
    .. [1] Higgins, J. P. T., Thompson, S. G. and Spiegelhalter, D. J. (2009). A re-evaluation of
       random-effects meta-analysis. Journal of the Royal Statistical Society A, 172, 137-159.
    .. [2] Roever, C., Knapp, G. and Friede, T. (2015). Hartung-Knapp-Sidik-Jonkman approach and its
       modification for random-effects meta-analysis with few studies. BMC Medical Research Methodology,
       15, 99.

    Examples
    --------
    >>> cells = pd.DataFrame({"area": list("ABCDEF"), "wave": "1", "group": "a", "item": "q",
    ...                       1: [40, 60, 50, 70, 30, 50], 2: [60, 40, 50, 30, 70, 50]})
    >>> items = pd.DataFrame({"top_from": [2], "team": [""]}, index=["q"])
    >>> spread(cells, items)[["estimand", "estimate", "conf_low", "conf_high"]].round(2)
              estimand  estimate  conf_low  conf_high
    0       mean_share      0.50      0.35       0.65
    1  between_area_sd      0.55      0.30       1.44
    2       prediction      0.50      0.16       0.84
    """
    grid = cube(counts[counts["area"].ne(NATIONAL)], items)
    x, n = grid.x.sum(axis=-1), grid.n.sum(axis=-1)
    asked = grid.listed.any(axis=(0, 3))
    frames = [
        _cell(x[:, i, w], n[:, i, w]).assign(
            wave=wave,
            item=item,
            target=items.loc[item, "team"],
            rests_on=[((NATIONAL, wave, ALL, item),)] * 3,
        )
        for i, item in enumerate(grid.items)
        for w, wave in enumerate(grid.waves)
        if asked[i, w]
    ]
    rows = pd.concat(frames, ignore_index=True)
    return rows.assign(area=NATIONAL, analysis="spread", group_a=ALL)


def random_effects(x: np.ndarray, n: np.ndarray) -> dict[str, float]:
    """Fit the random-effects model to the logits of several shares.

    Parameters
    ----------
    x, n : array of int, one per area
        Positive and valid answers, n at least 1; two areas or more.

    Returns
    -------
    dict of str to float
        ``mean`` (logit scale), ``se``, ``se_hk`` (Hartung-Knapp), ``tau2``, ``tau2_low``, ``tau2_high``
        (Q-profile), ``q``, ``p_value``.

    References
    ----------
    .. [1] Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis.
       Statistics in Medicine, 26, 37-52.

    Examples
    --------
    >>> round(random_effects(np.array([40, 60, 65]), np.array([100, 100, 100]))["mean"], 3)
    0.205
    """
    x, n = np.asarray(x, float), np.asarray(n, float)
    half = np.where((x == 0) | (x == n), 0.5, 0.0)
    hits, misses = x + half, n - x + half
    effect, variance = np.log(hits / misses), 1 / hits + 1 / misses
    low, high = _q_profile(effect, variance)
    if np.ptp(effect) == 0:
        # statsmodels divides by Q.
        error = float(np.sqrt(1 / (1 / variance).sum()))
        found = {"mean": float(effect[0]), "se": error, "se_hk": 0.0, "tau2": 0.0}
        return found | {"tau2_low": low, "tau2_high": high, "q": 0.0, "p_value": 1.0}
    # Default tolerance: a tighter one makes the iteration of statsmodels 0.15 fall to zero.
    fit = combine_effects(effect, variance, method_re="pm", use_t=True)
    homogeneity = fit.test_homogeneity()
    tau2 = max(float(fit.tau2), 0.0)
    return {
        "mean": float(fit.mean_effect_re),
        "se": float(np.sqrt(1 / (1 / (variance + tau2)).sum())),
        "se_hk": float(fit.sd_eff_w_re_hksj),
        "tau2": tau2,
        "tau2_low": low,
        "tau2_high": high,
        "q": float(homogeneity.statistic),
        "p_value": float(homogeneity.pvalue),
    }


def _q_profile(effect: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """Find the between-area variances at which Cochran's Q is at its 97.5% and 2.5% points."""

    def excess(tau2: float, point: float) -> float:
        weight = 1 / (variance + tau2)
        mean = (weight * effect).sum() / weight.sum()
        return float((weight * (effect - mean) ** 2).sum() - point)

    limits = []
    for level in (0.975, 0.025):
        point = stats.chi2.ppf(level, len(effect) - 1)
        top = float(variance.max())
        while excess(top, point) > 0:
            top *= 2
        alike = excess(0.0, point) <= 0
        limits.append(0.0 if alike else optimize.brentq(excess, 0.0, top, args=(point,), xtol=1e-14))
    return limits[0], limits[1]


def _cell(x: np.ndarray, n: np.ndarray) -> pd.DataFrame:
    names = {
        "mean_share": "random effects on logits (Paule-Mandel), Hartung-Knapp t",
        "between_area_sd": "Paule-Mandel on logits, Q-profile limits",
        "prediction": "Higgins-Thompson-Spiegelhalter prediction interval, t with areas - 2",
    }
    used = n > 0
    k = int(used.sum())
    methods = [f"{method}; {k} areas" for method in names.values()]
    base = pd.DataFrame({"estimand": list(names), "method": methods})
    base = base.assign(n_a=int(n.sum()), p_value=np.nan)
    hits = x[used].sum()
    if k < MIN_AREAS or hits in (0, n.sum()):
        blank = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
        return base.assign(**blank, reason="few_areas" if k < MIN_AREAS else "constant")
    fit = random_effects(x[used], n[used])
    near = stats.t.ppf(0.975, k - 1) * max(fit["se_hk"], fit["se"])
    far = stats.t.ppf(0.975, k - 2) * np.sqrt(fit["tau2"] + fit["se"] ** 2)
    mean = fit["mean"]
    alike = fit["tau2_high"] == 0
    profile = [np.nan, np.nan] if alike else [fit["tau2_low"], fit["tau2_high"]]
    values = [
        special.expit([mean, mean - near, mean + near]),
        np.sqrt([fit["tau2"], *profile]),
        special.expit([mean, mean - far, mean + far]),
    ]
    limits = pd.DataFrame(values, columns=["estimate", "conf_low", "conf_high"])
    reason = ["", "alike" if alike else "", ""]
    return pd.concat([base, limits], axis=1).assign(p_value=[np.nan, fit["p_value"], np.nan], reason=reason)


def drawn_in(rows: pd.DataFrame) -> pd.DataFrame:
    """Draw the shares of areas, which stand in results rows, towards their mean.

    Parameters
    ----------
    rows : DataFrame, one row per area
        Rows ``top2_share`` of one item, wave and group, such as `proportions.shares` gives; needs ``area``,
        ``n_a``, ``estimate`` and ``rests_on``.

    Returns
    -------
    DataFrame, one row per area of `rows`
        Analysis ``spread``, estimand ``shrunken_share``: the share of `shrunken`, in [0, 1]. By design
        there is no interval, with ``reason`` ``point_only``. Fewer than `MIN_AREAS` areas with answers
        give ``few_areas`` and no share; an area without answers gives ``n_lt_min``.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": list("ABCDE"), "wave": "1", "item": "q", "group_a": "all", "target": "",
    ...                      "n_a": [10, 100, 100, 100, 100], "estimate": [0.2, 0.5, 0.8, 0.6, 0.4],
    ...                      "rests_on": [()] * 5})
    >>> drawn_in(rows)["estimate"].round(2).tolist()
    [0.31, 0.5, 0.79, 0.6, 0.41]
    """
    named = rows[["area", "wave", "item", "group_a", "target", "n_a", "rests_on"]].reset_index(drop=True)
    n = named["n_a"].to_numpy(float)
    x = np.where(n > 0, rows["estimate"].to_numpy(float) * n, 0.0)
    enough = (n > 0).sum() >= MIN_AREAS
    point = shrunken(x, n) if enough else np.full(len(n), np.nan)
    return named.assign(
        analysis="spread",
        estimand="shrunken_share",
        estimate=np.where(n > 0, point, np.nan),
        conf_low=np.nan,
        conf_high=np.nan,
        method="empirical Bayes, beta-binomial moments (Kleinman)",
        reason=np.select([n == 0, np.full(len(n), not enough)], ["n_lt_min", "few_areas"], "point_only"),
    )


def shrunken(x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Draw the shares of small areas towards the mean of all, as far as chance suggests.

    Parameters
    ----------
    x, n : array of int, one per area
        Positive and valid answers.

    Returns
    -------
    array of float, one per area
        Empirical-Bayes share in [0, 1]; the mean for an area without answers. A point estimate only:
        intervals that take the estimated spread for the truth cover far too little, so none is given.

    Raises
    ------
    ValueError
        If a count is negative or exceeds its base.

    Notes
    -----
    Beta-binomial moments [1]_: the correlation within areas is found from the weighted variance of the
    shares, with weights n, then with weights n / (1 + (n − 1) r).

    References
    ----------
    .. [1] Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples.
       Journal of the American Statistical Association, 68, 46-54.

    Examples
    --------
    >>> shrunken(np.array([2, 50, 80]), np.array([10, 100, 100])).round(2)
    array([0.26, 0.5 , 0.79])
    """
    share, size = proportion(x, n), np.asarray(n, float)
    used = size > 0
    weight, within = np.where(used, size, 0.0), 0.0
    if used.sum() == 0:
        return np.full(share.shape, np.nan)
    for _ in range(2):
        mean = float((weight[used] * share[used]).sum() / weight.sum())
        within = _correlation(share[used], size[used], weight[used], mean)
        weight = np.where(used, size / (1 + (np.maximum(size, 1) - 1) * within), 0.0)
    mean = float((weight[used] * share[used]).sum() / weight.sum())
    pull = size * within / (1 + (size - 1) * within) if within > 0 else np.zeros(share.shape)
    return mean + np.where(used, pull * (np.where(used, share, mean) - mean), 0.0)


def _correlation(share: np.ndarray, size: np.ndarray, weight: np.ndarray, mean: float) -> float:
    part = weight * (1 - weight / weight.sum())
    chance = mean * (1 - mean) * (part / size).sum()
    room = mean * (1 - mean) * (part - part / size).sum()
    found = (weight * (share - mean) ** 2).sum() - chance
    return float(np.clip(found / room, 0, 1)) if room > 0 else 0.0
