"""One result from several completed data sets: Rubin's rules, with Barnard and Rubin's degrees of freedom."""

import numpy as np
import pandas as pd
from scipy import special, stats

from trustgap.stats import results
from trustgap.stats.missingness.missing import KEYS

DIFFERENCE = ("share_difference", "dominance", "change_over_period")
"""Estimands that are pooled on Fisher's scale, (log(1 + d) − log(1 − d)) / 2, and so stay in [-1, 1]."""


def rubin(
    estimates: np.ndarray, variances: np.ndarray, *, complete_df: np.ndarray | float = np.inf
) -> pd.DataFrame:
    """Pool estimates from several imputed data sets.

    Parameters
    ----------
    estimates, variances : array of float, shape (n_results, n_imputations)
        Estimate and squared standard error in each imputed data set, on a scale where the estimate is
        about normal.
    complete_df : float or array, shape (n_results,)
        Degrees of freedom that the result would have if nothing were missing.

    Returns
    -------
    DataFrame, one row per result
        ``estimate``; ``variance`` W + (1 + 1/m) B of the mean W of the variances and the variance B of
        the estimates; ``df``; ``lost``, the part of the variance that is due to missing answers, in [0, 1].

    Raises
    ------
    ValueError
        If the shapes differ or there are fewer than two imputations.

    References
    ----------
    .. [1] Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys, chapter 3. Wiley.
    .. [2] Barnard, J. and Rubin, D. B. (1999). Small-sample degrees of freedom with multiple imputation.
       Biometrika, 86, 948-955.

    Examples
    --------
    >>> rubin(np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]])).round(3)
       estimate  variance     df  lost
    0       1.0       4.0  1.778  0.75
    """
    estimates, variances = np.atleast_2d(estimates).astype(float), np.atleast_2d(variances).astype(float)
    if estimates.shape != variances.shape or estimates.shape[1] < 2:
        raise ValueError(
            f"estimates and variances need the same shape and at least 2 imputations, got "
            f"{estimates.shape} and {variances.shape}"
        )
    m = estimates.shape[1]
    between = (1 + 1 / m) * estimates.var(axis=1, ddof=1)
    total = variances.mean(axis=1) + between
    lost = np.divide(between, total, out=np.zeros(len(total)), where=total > 0)
    old = np.divide(m - 1, lost**2, out=np.full(len(lost), np.inf), where=lost > 0)
    complete = np.broadcast_to(np.asarray(complete_df, float), lost.shape)
    finite = np.where(np.isfinite(complete), complete, 1.0)
    seen = np.where(np.isfinite(complete), (finite + 1) / (finite + 3) * finite * (1 - lost), np.inf)
    with np.errstate(divide="ignore"):
        df = 1 / (1 / old + 1 / seen)
    return pd.DataFrame({"estimate": estimates.mean(axis=1), "variance": total, "df": df, "lost": lost})


def pool(rows: pd.DataFrame) -> pd.DataFrame:
    """Pool the rows of an analysis that was made on every imputed data set.

    Parameters
    ----------
    rows : DataFrame, rows of results
        With ``draw``, which tells the imputed data sets apart; each combination of `missing.KEYS` once in
        every draw. θ, shares, differences and means, with 95% limits.

    Returns
    -------
    DataFrame, rows of results
        One row per combination, in the order of the first draw: ``estimate``, limits at 95% and 90%,
        ``p_value`` (of 0.5 for θ and shares, of 0 for differences) and ``reason``: that of the draws where
        one of them has no limits, ``separated`` where an estimate is at the end of its range; then there
        are no numbers.

    Raises
    ------
    ValueError
        If a comparison is not in every draw.

    Notes
    -----
    Estimates are pooled where they are about normal: θ and shares as logits, differences on Fisher's
    scale, means as they are. The standard error in a draw is that which its interval implies. For θ and
    means the interval is that of a t distribution, and what enters and leaves as degrees of freedom is
    all answers less the number of samples; for shares and their differences it is normal.

    Examples
    --------
    >>> row = dict.fromkeys(["area", "wave", "item", "group_a", "group_b", "target"], "")
    >>> row |= {"estimand": "theta", "n_a": 40, "n_b": 50, "conf_low": 0.5, "conf_high": 0.7, "reason": ""}
    >>> rows = pd.DataFrame([row | {"draw": 0, "estimate": 0.58}, row | {"draw": 1, "estimate": 0.62}])
    >>> pool(rows)[["estimate", "conf_low", "conf_high"]].round(3)
       estimate  conf_low  conf_high
    0       0.6     0.455       0.73
    """
    draws = rows["draw"].nunique()
    number = rows.groupby(KEYS, sort=False, dropna=False).ngroup().to_numpy()
    if len(rows) != draws * (number.max(initial=-1) + 1):
        raise ValueError(f"every comparison must occur once in each of {draws} draws")
    ordered = rows.iloc[np.lexsort((rows["draw"].to_numpy(), number))].reset_index(drop=True)
    first = ordered.iloc[::draws].reset_index(drop=True)
    kind = _kinds(ordered["estimand"])
    with np.errstate(divide="ignore"):
        points, low, high = (
            _forward(kind, ordered[name].to_numpy(float)).reshape(-1, draws)
            for name in ("estimate", "conf_low", "conf_high")
        )
    given = ordered[["estimate", "conf_low", "conf_high"]].notna().all(axis=1).to_numpy().reshape(-1, draws)
    edge = ~np.isfinite(points) | ~np.isfinite(high - low)
    why = np.where(given, np.where(edge, "separated", ""), ordered["reason"].to_numpy().reshape(-1, draws))
    why = np.where(~given & (why == ""), "n_lt_min", why)
    reason = np.array([next(filter(None, line), "") for line in why], dtype=object)
    usable = reason == ""
    kind, df = kind[::draws], _complete_df(first)
    spread = np.where(usable[:, None], high - low, 0.0) / (2 * stats.t.ppf(0.975, df))[:, None]
    found = rubin(np.where(usable[:, None], points, 0.0), spread**2, complete_df=df)
    return first.drop(columns="draw").assign(**_back_again(kind, found, usable), reason=reason)


def _kinds(estimands: pd.Series) -> np.ndarray:
    difference = estimands.isin(DIFFERENCE)
    return np.select([difference, estimands.eq("mean")], ["fisher", "plain"], "logit")


def _forward(kind: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Bring estimates and limits to the scale on which they are pooled; ends of a range become infinite."""
    unit = np.clip(values, 0, 1)
    return np.select(
        [kind == "fisher", kind == "plain"], [np.arctanh(np.clip(values, -1, 1)), values], special.logit(unit)
    )


def _backward(kind: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.select([kind == "fisher", kind == "plain"], [np.tanh(values), values], special.expit(values))


def _complete_df(rows: pd.DataFrame) -> np.ndarray:
    """Give the degrees of freedom that the interval of each row would have if nothing were missing."""
    other = rows["n_b"].to_numpy(float) if "n_b" in rows else np.full(len(rows), np.nan)
    total = rows["n_a"].to_numpy(float) - 1 + np.where(np.isnan(other), 0, other - 1)
    by_t = rows["estimand"].isin(["theta", "mean"]).to_numpy()
    return np.where(by_t, np.maximum(np.nan_to_num(total), 1), np.inf)


def _back_again(kind: np.ndarray, found: pd.DataFrame, usable: np.ndarray) -> dict[str, np.ndarray]:
    """Give estimate, limits and p-value of the pooled results on the scale of the rows."""
    point, df = found["estimate"].to_numpy(), found["df"].to_numpy()
    error = np.where(usable & (found["variance"] > 0), np.sqrt(found["variance"]), np.nan)
    # The scales put no difference at 0: the logit of one half, Fisher's scale of none.
    p = 2 * stats.t.sf(np.abs(point / error), df)
    values = {"estimate": np.where(usable, _backward(kind, point), np.nan)}
    for level, suffix in results.LEVELS:
        half = stats.t.ppf((1 + level) / 2, df) * error
        values[f"conf_low{suffix}"] = _backward(kind, point - half)
        values[f"conf_high{suffix}"] = _backward(kind, point + half)
    return values | {"p_value": p}
