"""An area's shares of delayed days against those of the rest of the country in the same months."""

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.delays.attribution import shares
from trustgap.stats.delays.months import YEAR, by_month, latest, span, stretch, throughout
from trustgap.stats.delays.variation import MIN_MONTHS, covariance, ratio_scores
from trustgap.stats.families import adjusted
from trustgap.stats.results import LEVELS, MARGIN_SHARE, ROUNDING, judge

FDR = 0.10
"""False discovery rate at which areas count as apart from the rest."""

LIMITS = [f"conf_{end}{suffix}" for _, suffix in LEVELS for end in ("low", "high")]


def against_rest(
    delays: pd.DataFrame, whole: pd.DataFrame, *, breakdown: str = "responsible", months: int = YEAR
) -> pd.DataFrame:
    """Compare an area's shares of days with those of everywhere else.

    Parameters
    ----------
    delays, whole : DataFrame
        Of the area and of all areas together, as `months.by_month` takes them.
    breakdown : str
        What the days are split by.
    months : int
        The stretch that ends with the area's last month recorded.

    Returns
    -------
    DataFrame of results, one row per part recorded throughout on both sides
        Analysis ``delays_against_rest``, estimand ``share_difference`` (area minus rest), ``n_a`` and ``n_b``
        days, four-way verdict with `results.MARGIN_SHARE`, ``family_id`` the part's. Reasons: ``no_days`` (on
        either side), ``few_months``, ``same_months``.

    Notes
    -----
    The rest is the whole less the area, month by month; what moves all areas in a month moves both sides
    and is no part of the variation of the difference. Limits are t, cut off at −1 and 1.

    Examples
    --------
    >>> months = list(pd.period_range("2019-01", periods=12, freq="M").strftime("%Y-%m-01"))
    >>> frame = pd.DataFrame({"period": months * 2, "breakdown": "responsible",
    ...                       "category": ["nhs"] * 12 + ["social_care"] * 12})
    >>> area = frame.assign(days=[6, 7, 5] * 4 + [4, 2, 3] * 4)
    >>> whole = frame.assign(days=[500, 510, 490] * 4 + [500, 470, 480] * 4)
    >>> against_rest(area, whole)[["item", "estimate", "verdict"]].round(2)
              item  estimate verdict
    0          nhs      0.16  higher
    1  social_care     -0.16   lower
    """
    own = latest(by_month(delays, breakdown=breakdown), months=months)
    return judge(_difference(own, by_month(whole, breakdown=breakdown)), null=0, margin=MARGIN_SHARE)


def everywhere(delays: pd.DataFrame, whole: pd.DataFrame, *, part: str, months: int = YEAR) -> pd.DataFrame:
    """Give one part's share of the days in every area, and compare each area with the rest.

    Parameters
    ----------
    delays : DataFrame
        Of all areas, with ``area``.
    whole : DataFrame
        Of all areas together, as `months.by_month` takes it.
    part : str
        Category of the breakdown ``responsible``.
    months : int
        The stretch that ends with the last month recorded of the whole; the same for all areas.

    Returns
    -------
    DataFrame of results
        For every area with a day in the stretch ``days_share`` as of `attribution.shares`, analysis
        ``attribution``, and ``share_difference`` as of `against_rest` with p-values adjusted over all areas
        by Benjamini and Hochberg; verdicts at a false discovery rate of 10%.

    Examples
    --------
    >>> months = list(pd.period_range("2019-01", periods=12, freq="M").strftime("%Y-%m-01"))
    >>> frame = pd.DataFrame({"area": "X1", "period": months * 2, "breakdown": "responsible",
    ...                       "category": ["nhs"] * 12 + ["social_care"] * 12})
    >>> area = frame.assign(days=[6, 7, 5] * 4 + [4, 2, 3] * 4)
    >>> whole = frame.assign(days=[500, 510, 490] * 4 + [500, 470, 480] * 4)
    >>> rows = everywhere(area, whole, part="social_care")
    >>> rows[["area", "estimand", "estimate", "verdict"]].round(2).tail(1)
      area          estimand  estimate verdict
    1   X1  share_difference     -0.16   lower
    """
    every = by_month(whole, breakdown="responsible")
    time = latest(every, months=months)
    found, compared = [], []
    for area, rows in delays[delays["breakdown"].eq("responsible")].groupby("area", sort=False):
        wide = by_month(rows, breakdown="responsible")
        own = stretch(wide, first=time.index[0], last=time.index[-1]) if len(time) else wide.head(0)
        if np.nansum(own) > 0:
            found.append(shares(own).assign(area=area, analysis="attribution"))
            compared.append(_difference(own, every).assign(area=area))
    if not found:
        return pd.DataFrame(columns=["area", "analysis", "estimand", "item", "estimate"])
    every_part = [pd.concat(parts, ignore_index=True) for parts in (found, compared)]
    levels, differences = (rows[rows["item"].eq(part)].reset_index(drop=True) for rows in every_part)
    p = adjusted(differences["p_value"], differences["family_id"], method="fdr_bh")
    judged = judge(differences.assign(p_adjusted=p), null=0, margin=MARGIN_SHARE, level=FDR)
    rows = pd.concat([levels, judged], ignore_index=True)
    return rows.fillna({"verdict": "", "material": False})


def _difference(own: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Compare an area's parts with those of the whole less the area, in the area's months."""
    both = own.index.intersection(whole.index)
    own, every = own.loc[both], whole.loc[both]
    parts = [part for part in throughout(own) if part in throughout(every)]
    total = own.sum(axis=1).to_numpy(float)
    other = every.sum(axis=1).to_numpy(float) - total
    counted = own[parts].to_numpy(float)
    row = {"analysis": "delays_against_rest", "estimand": "share_difference", "item": parts}
    row |= {"wave": span(own), "group_b": "rest", "n_a": total.sum() or np.nan, "n_b": other.sum() or np.nan}
    row |= {"family_id": [f"delays_against_rest:{part}" for part in parts]}
    return pd.DataFrame(row | _compared(counted, total, every[parts].to_numpy(float) - counted, other))


def _compared(
    counted: np.ndarray, total: np.ndarray, rest: np.ndarray, other: np.ndarray
) -> dict[str, object]:
    """Estimate the differences of shares, with limits where there can be any."""
    blank = dict.fromkeys(["estimate", *LIMITS, "p_value"], np.nan) | {"method": "days counted", "reason": ""}
    if not (total.sum() > 0 and other.sum() > 0):
        return blank | {"reason": "no_days"}
    estimate = counted.sum(axis=0) / total.sum() - rest.sum(axis=0) / other.sum()
    if len(total) < MIN_MONTHS:
        return blank | {"estimate": estimate, "reason": "few_months"}
    spread, df = covariance(ratio_scores(counted, total) - ratio_scores(rest, other))
    error = np.sqrt(np.diag(spread))
    clear = error > ROUNDING
    for level, suffix in LEVELS:
        half = np.where(clear, stats.t.ppf((1 + level) / 2, df) * error, np.nan)
        blank[f"conf_low{suffix}"] = np.maximum(estimate - half, -1)
        blank[f"conf_high{suffix}"] = np.minimum(estimate + half, 1)
    p = 2 * stats.t.sf(np.abs(estimate) / np.where(clear, error, 1.0), df)
    method = f"difference by month, t of {df} slow waves over {len(total)} months"
    reason = np.where(clear, "", "same_months")
    return blank | {
        "estimate": estimate,
        "p_value": np.where(clear, p, np.nan),
        "method": method,
        "reason": reason,
    }
