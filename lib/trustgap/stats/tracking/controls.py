"""Areas without an intervention, as one series that says how a metric went elsewhere."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import NATIONAL

MIN_CONTROLS = 5
"""Fewer comparison areas than this do not stand for how things went elsewhere."""

PRESENT = 0.5
"""A period counts if at least this share of the comparison areas has a figure for it."""

CONSTANT = ["label", "kind", "wanted", "unit", "public"]
"""What is the same in all rows of a metric."""


def control_series(metrics: pd.DataFrame) -> pd.DataFrame:
    """Add up every metric over the areas that have no intervention on it.

    Parameters
    ----------
    metrics : DataFrame, one row per metric, area and period
        ``metric label kind wanted area period numerator denominator value unit intervention``; text is ""
        where absent, numbers missing. Rows of the whole country are left out.

    Returns
    -------
    DataFrame
        The same columns, and ``areas``: how many are in it. Area `counts.NATIONAL`; shares have the sums of
        numerators and denominators, values their mean. Only periods for which at least `PRESENT` of the
        comparison areas have a figure, and only areas that have one for all of these: an area that comes
        or goes would move the mean. A metric with fewer than `MIN_CONTROLS` such areas has no row.

    Examples
    --------
    >>> metrics = pd.DataFrame({"metric": "falls", "label": "Falls", "kind": "outcome", "wanted": "down",
    ...     "area": list("abcdef"), "period": "2024-04-01", "numerator": float("nan"),
    ...     "denominator": float("nan"), "value": [1.0, 2, 3, 4, 5, 90], "unit": "",
    ...     "intervention": [""] * 5 + ["rounds"], "intervention_date": ""})
    >>> control_series(metrics)[["area", "period", "value", "areas"]]
           area      period  value  areas
    0  national  2024-04-01    3.0      5
    """
    local = metrics[metrics["area"].ne(NATIONAL)].drop(columns="areas", errors="ignore")
    treated = local.loc[local["intervention"].ne(""), ["metric", "area"]].drop_duplicates()
    marked = local.merge(treated, on=["metric", "area"], how="left", indicator="_side")
    free = marked[marked["_side"].eq("left_only")].drop(columns="_side")
    found = [_one(part) for _, part in free.groupby("metric", sort=False)]
    empty = local.iloc[:0].assign(areas=pd.Series(dtype=int))
    return pd.concat([empty, *found], ignore_index=True) if found else empty


def _one(rows: pd.DataFrame) -> pd.DataFrame:
    shares = rows["numerator"].notna().any()
    given = rows["numerator"].notna() & rows["denominator"].gt(0) if shares else rows["value"].notna()
    held = rows[given].pivot_table(index="period", columns="area", values="metric", aggfunc="size")
    held = held[held.notna().mean(axis=1) >= PRESENT]
    steady = held.columns[held.notna().all()]
    if len(steady) < MIN_CONTROLS:
        return rows.iloc[:0].assign(areas=pd.Series(dtype=int))
    kept = rows[given & rows["area"].isin(steady) & rows["period"].isin(held.index)]
    by_period = kept.groupby("period")
    made = pd.DataFrame({"period": list(by_period.groups)})
    made = made.assign(**{name: rows[name].iloc[0] for name in ["metric", *CONSTANT] if name in rows})
    names = ["numerator", "denominator"] if shares else ["value"]
    sums = by_period[names].sum() if shares else by_period[names].mean()
    missing = {name: np.nan for name in ("numerator", "denominator", "value") if name not in names}
    made = made.assign(**{name: sums[name].to_numpy() for name in names}, **missing)
    blank = {name: "" for name in ("intervention", "intervention_date") if name in rows}
    return made.assign(area=NATIONAL, areas=len(steady), **blank)[[*rows.columns, "areas"]]
