"""How many days of delay a day of the month brings, and in which months more or fewer than usual."""

import numpy as np
import pandas as pd

from trustgap.stats.delays.months import by_month, latest, span, throughout
from trustgap.stats.tracking.spc import xmr

MONTHS = 24
"""Months on the chart: enough for its limits, few enough that the months before still tell of these."""

ITEM = "delayed_days_per_day"


def per_day(delays: pd.DataFrame, *, breakdown: str = "responsible", months: int = MONTHS) -> pd.DataFrame:
    """Draw up an XmR chart of the days of delay for each day of the month.

    Parameters
    ----------
    delays : DataFrame
        Of one area, as `months.by_month` takes it.
    breakdown : str
        The breakdown whose parts add up to all days.
    months : int
        The stretch that ends with the last month recorded.

    Returns
    -------
    DataFrame of results
        Analysis ``delays_per_day``, item `ITEM`. ``metric_value``, one row per month (``wave``): days of
        delay over days of the month, which is the mean number of people who waited on a day; ``verdict``
        ``higher`` or ``lower`` where a rule of the chart calls the month special, the rule in ``method``. A
        month not recorded has no row. Then one row each of ``metric_value_centre``, ``metric_value_low`` (not
        below 0) and ``metric_value_high`` for the stretch; their ``reason``: ``few_months`` (no two months in
        a row), ``same_months``, or "".

    Notes
    -----
    Months differ in length: counts of days would make every February look low. Months resemble those before,
    so runs on one side of the centre come by themselves more often than the rules allow for.

    References
    ----------
    .. [1] NHS England (2019). Making data count: getting started.

    Examples
    --------
    >>> months = list(pd.period_range("2018-01", periods=24, freq="M").strftime("%Y-%m-01"))
    >>> days = [310, 280, 341, 300, 310, 330] * 3 + [310, 310, 700, 310, 300, 310]
    >>> delays = pd.DataFrame({"period": months, "breakdown": "responsible", "category": "nhs", "days": days})
    >>> rows = per_day(delays)
    >>> rows.loc[rows["verdict"].ne(""), ["wave", "estimate", "verdict", "method"]].round(1)
              wave  estimate verdict        method
    20  2019-09-01      23.3  higher  XmR, outside
    """
    days = latest(by_month(delays, breakdown=breakdown), months=months)
    if days.empty:
        return pd.DataFrame(columns=["analysis", "estimand", "item", "wave", "estimate", "verdict", "reason"])
    lengths = pd.PeriodIndex(days.index, freq="M").days_in_month
    value = days[throughout(days)].sum(axis=1) / lengths
    chart = xmr(_every_month(value))
    points = chart[chart["value"].notna()]
    rule = points["rule"].map(lambda name: f"XmR, {name}" if name else "XmR")
    rows = pd.DataFrame({"estimand": "metric_value", "wave": points["period"], "estimate": points["value"]})
    rows = rows.assign(verdict=points["special"].map({"high": "higher", "low": "lower", "": ""}), method=rule)
    names = ["centre", "low", "high"]
    limits = pd.DataFrame({"estimand": [f"metric_value_{name}" for name in names], "wave": span(days)})
    limits["estimate"] = [chart[name].iloc[0] for name in names]
    limits["estimate"] = limits["estimate"].clip(lower=0)
    why = {"n_lt_min": "few_months", "constant": "same_months", "": ""}
    limits["reason"] = [why[chart["reason"].iloc[0]] if np.isnan(chart["low"].iloc[0]) else "" for _ in names]
    found = pd.concat([rows, limits.assign(method="XmR", verdict="")], ignore_index=True)
    return found.assign(analysis="delays_per_day", item=ITEM, reason=found["reason"].fillna(""))


def _every_month(value: pd.Series) -> pd.DataFrame:
    """Put a missing value into every month that was not recorded: it breaks runs and moving ranges."""
    whole = pd.period_range(value.index[0], value.index[-1], freq="M").strftime("%Y-%m-01")
    return value.reindex(whole).rename_axis("period").rename("value").reset_index()
