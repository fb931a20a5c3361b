"""To whom days of delay are attributed, and whether a published split holds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.delays.months import by_month, latest, span, stretch, throughout
from trustgap.stats.delays.variation import MIN_MONTHS, covariance, ratio_scores
from trustgap.stats.results import LEVELS, MARGIN_SHARE, ROUNDING, judge
from trustgap.stats.shares.intervals import score_limits
from trustgap.stats.shares.mover import mover_difference

LIMITS = [f"conf_{end}{suffix}" for _, suffix in LEVELS for end in ("low", "high")]
SPLIT = ((0.35, ("social_care",)), (0.65, ("nhs",)), (0.65, ("nhs", "both")))
"""The split published of 2016-17: social care, and health read in two ways."""

METHOD = "days counted; Wilson limits at the effective number of {n} months, t of {df} slow waves"


def shares(days: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of days of every part of a stretch of months.

    Parameters
    ----------
    days : DataFrame, indexed by period, one column per part
        As `months.stretch` or `months.latest` returns it.

    Returns
    -------
    DataFrame, one row per part recorded throughout
        ``item`` (the part), ``wave`` (the stretch), ``estimand`` ``days_share``, ``n_a`` (days of all parts),
        ``estimate``, limits at 95% and 90%, ``method`` and ``reason``: ``no_days``, ``few_months`` (fewer
        than `variation.MIN_MONTHS`), ``same_months`` (the share is the same in every month). The share is
        exact for these months; the interval is for months like them, see `variation.covariance`.

    Examples
    --------
    >>> months = [f"2019-{month:02}-01" for month in range(1, 13)]
    >>> days = pd.DataFrame({"nhs": [60.0, 70, 65] * 4, "social_care": [40.0, 38, 33] * 4}, index=months)
    >>> shares(days)[["item", "n_a", "estimate", "conf_low", "conf_high"]].round(3)
              item     n_a  estimate  conf_low  conf_high
    0          nhs  1224.0     0.637     0.624      0.651
    1  social_care  1224.0     0.363     0.349      0.376
    """
    parts, total = throughout(days), days.sum(axis=1).to_numpy(float)
    row = {"item": parts, "estimand": "days_share", "wave": span(days), "n_a": total.sum() or np.nan}
    row |= dict.fromkeys(["estimate", *LIMITS], np.nan) | {"method": "days counted", "reason": "no_days"}
    if total.sum() > 0:
        row |= _estimated(days[parts].to_numpy(float), total)
    return pd.DataFrame(row)


def _estimated(counted: np.ndarray, total: np.ndarray) -> dict[str, object]:
    """Estimate shares of days, with limits where there can be any."""
    estimate = counted.sum(axis=0) / total.sum()
    if len(total) < MIN_MONTHS:
        return {"estimate": estimate, "reason": "few_months"}
    spread, df = covariance(ratio_scores(counted, total))
    variance = np.diag(spread)
    clear = np.sqrt(variance) > ROUNDING
    n_eff = np.where(clear, estimate * (1 - estimate) / np.where(clear, variance, 1.0), np.nan)
    limits = {}
    for level, suffix in LEVELS:
        pair = score_limits(estimate, n_eff, stats.t.ppf((1 + level) / 2, df))
        for end, limit in zip(("low", "high"), pair, strict=True):
            limits[f"conf_{end}{suffix}"] = np.where(clear, limit, np.nan)
    method = METHOD.format(n=len(total), df=df)
    return {"estimate": estimate, **limits, "method": method, "reason": np.where(clear, "", "same_months")}


def attributed(delays: pd.DataFrame, *, breakdown: str = "responsible") -> pd.DataFrame:
    """Estimate to whom the days of the latest year, and of the year before, are attributed, and the change.

    Parameters
    ----------
    delays : DataFrame
        Of one area, as `months.by_month` takes it.
    breakdown : str
        What the days are split by.

    Returns
    -------
    DataFrame of results
        Analysis ``attribution``: rows as of `shares` for the 12 months that end with the last one recorded
        (``wave``), for the 12 before, and ``change_over_period`` of each part recorded in both, with a
        four-way verdict; ``wave`` is then the latest year. No row where nothing was recorded.

    Notes
    -----
    The two years are taken as independent (MOVER). Where months resemble those before, the end of one year is
    related to the start of the next, so limits of the change are rather too wide than too narrow.

    Examples
    --------
    >>> months = pd.period_range("2018-01", periods=24, freq="M").strftime("%Y-%m-01")
    >>> days = [60, 70, 65] * 8 + [40, 45, 44] * 4 + [9, 8, 7] * 4
    >>> delays = pd.DataFrame({"period": list(months) * 2, "breakdown": "responsible",
    ...                        "category": ["nhs"] * 24 + ["both"] * 24, "days": days})
    >>> attributed(delays)[["estimand", "item", "estimate", "verdict"]].round(2).tail(2)
                 estimand  item  estimate verdict
    4  change_over_period   nhs      0.29  higher
    5  change_over_period  both     -0.29   lower
    """
    wide = by_month(delays, breakdown=breakdown)
    now, then = (shares(latest(wide, before=before)) for before in (0, 1))
    rows = pd.concat([now, then, _change(now, then)], ignore_index=True)
    return rows.fillna({"verdict": "", "material": False}).assign(analysis="attribution")


def published(
    delays: pd.DataFrame,
    *,
    share: float,
    parts: Sequence[str] = ("social_care",),
    first: str = "2016-04-01",
    last: str = "2017-03-01",
    margin: float = MARGIN_SHARE,
) -> pd.DataFrame:
    """Hold a published share of the days against the count of its time.

    Parameters
    ----------
    delays : DataFrame
        Of one area, as `months.by_month` takes it, with the breakdown ``responsible``.
    share : float
        As published, in [0, 1].
    parts : sequence of str
        Whose days the share is of; several are added up.
    first, last : str
        First and last month of the statement's time.
    margin : float
        The statement holds within it: a published share is a round number.

    Returns
    -------
    DataFrame of one row of results
        As of `shares`; ``item`` is the parts joined by ``+``. ``verdict``: ``holds`` (the 90% interval lies
        within the margin of the published share: equivalence at 5%), ``does_not_hold`` (the 95% interval lies
        wholly outside the margin) or ``cannot_say``. Reasons: those of `shares`, and ``no_file`` where there
        is no row of `delays` at all, ``few_months`` where there is none for this time; then ``cannot_say``.

    Examples
    --------
    >>> months = pd.period_range("2016-04", periods=12, freq="M").strftime("%Y-%m-01")
    >>> delays = pd.DataFrame({"period": list(months) * 2, "breakdown": "responsible",
    ...     "category": ["nhs"] * 12 + ["social_care"] * 12, "days": [60, 70, 65] * 4 + [40, 38, 33] * 4})
    >>> published(delays, share=0.35)[["item", "estimate", "verdict"]].round(3)
              item  estimate verdict
    0  social_care     0.363   holds
    """
    wide = stretch(by_month(delays, breakdown="responsible"), first=first, last=last)
    kept = wide[throughout(wide)]
    item, method = "+".join(parts), f"90% limits within {100 * margin:.0f} points of {100 * share:.0f}%"
    if not set(parts) <= set(kept):
        row = {
            "estimand": "days_share",
            "item": item,
            "wave": f"{first}/{last}",
            "estimate": np.nan,
            "n_a": np.nan,
        }
        row |= dict.fromkeys(LIMITS, np.nan) | {"reason": "few_months" if len(delays) else "no_file"}
        found = pd.DataFrame([row])
    else:
        others = kept.drop(columns=list(parts)).sum(axis=1)
        found = shares(pd.DataFrame({item: kept[list(parts)].sum(axis=1), "others": others})).head(1)
    low, high, low_90, high_90 = (found[limit].iloc[0] - share for limit in LIMITS)
    verdict = "cannot_say"
    if low_90 >= -margin and high_90 <= margin:
        verdict = "holds"
    elif low > margin or high < -margin:
        verdict = "does_not_hold"
    return found.assign(analysis="claims", verdict=verdict, method=method)


def split(delays: pd.DataFrame) -> pd.DataFrame:
    """Hold the published split of 35% social care and 65% health against the count of 2016-17.

    Parameters
    ----------
    delays : DataFrame
        Of one area, as for `published`.

    Returns
    -------
    DataFrame of three rows of results
        As of `published`: social care; the NHS alone; the NHS with the days attributed to both together, for
        the statement does not say on which side it counts them.

    Examples
    --------
    >>> split(pd.DataFrame(columns=["period", "breakdown", "category", "days"]))["reason"].tolist()
    ['no_file', 'no_file', 'no_file']
    """
    parts = [published(delays, share=share, parts=names) for share, names in SPLIT]
    return pd.concat(parts, ignore_index=True)


def split_by_area(delays: pd.DataFrame) -> pd.DataFrame:
    """Hold the published share of social care against the count of 2016-17 in every area.

    Parameters
    ----------
    delays : DataFrame
        Of all areas, with ``area``.

    Returns
    -------
    DataFrame of results
        One row of `published` per area.
    """
    share, parts = SPLIT[0]
    sides = delays[delays["breakdown"].eq("responsible")]
    rows = [
        published(own, share=share, parts=parts).assign(area=area)
        for area, own in sides.groupby("area", sort=False)
    ]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["area", "item", "estimand"])


def _change(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Compare two stretches of months, part by part."""
    both = now.merge(then, on="item", suffixes=("", "_then"))
    change = pd.DataFrame({"estimand": "change_over_period", "item": both["item"], "wave": both["wave"]})
    change = change.assign(estimate=both["estimate"] - both["estimate_then"], n_a=both["n_a"])
    change = change.assign(n_b=both["n_a_then"], method=both["method"] + ", years by MOVER")
    for _, suffix in LEVELS:
        ends = [f"conf_low{suffix}", f"conf_high{suffix}"]
        limits = [[both[f"{end}{of}"] for end in ends] for of in ("", "_then")]
        pair = mover_difference(both["estimate"], limits[0], both["estimate_then"], limits[1])
        unknown = np.isnan(pair).any(axis=0)
        change[ends] = np.where(unknown, np.nan, pair).T
    why = both["reason"].where(both["reason"].ne(""), both["reason_then"])
    return judge(change.assign(reason=why), null=0, margin=MARGIN_SHARE)
