"""How many days of delay a day of the month brings, and in which months more or fewer than usual."""

import numpy as np
import pandas as pd

from trustgap.stats.delays.months import by_month, latest, throughout
from trustgap.stats.tracking.charts import chart_rows

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
        As `charts.chart_rows` returns them, analysis ``delays_per_day``, item `ITEM`. ``metric_value``, one
        row per month recorded: days of delay over days of the month, which is the mean number of people who
        waited on a day; ``verdict`` ``high`` or ``low`` where a rule of the chart calls the month special,
        the rules in ``method``. Then centre and limits, the lower one not below 0.

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
    20  2019-09-01      23.3    high  XmR; outside
    """
    days = latest(by_month(delays, breakdown=breakdown), months=months)
    total = days[throughout(days)].sum(axis=1)
    lengths = pd.PeriodIndex(days.index, freq="M").days_in_month
    facts = {"metric": ITEM, "kind": "", "wanted": "", "area": "", "intervention_date": ""}
    figures = pd.DataFrame({"period": days.index, "value": (total / lengths).to_numpy(float)})
    rows = chart_rows(figures.assign(**facts, numerator=np.nan, denominator=np.nan))
    low = rows["estimand"].eq("metric_value_low")
    above = rows["estimate"].mask(low, rows["estimate"].clip(lower=0))
    return rows.drop(columns="area").assign(estimate=above, analysis="delays_per_day")
