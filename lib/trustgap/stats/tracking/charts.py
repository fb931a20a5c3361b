"""The control chart that fits a metric, and its points, limits and signals as rows of results."""

from itertools import compress

import numpy as np
import pandas as pd

from trustgap.stats.tracking.periods import calendar, spacing
from trustgap.stats.tracking.series import MIN_POINTS
from trustgap.stats.tracking.spc import p_chart, xmr
from trustgap.stats.tracking.special_causes import RULES

KINDS = ("outcome", "process", "balancing")
"""What metrics are for, in the order in which they are shown: what people get comes first."""

BASELINE = 20
"""Where nothing was tried so many first figures set the limits: later ones are held against them."""

MOVES = {"constant": "unchanging", "n_lt_min": "few_figures"}
"""Why a chart has no limits, by the reason that `spc` gives."""


def points(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay the figures of one metric in one area on its calendar.

    Parameters
    ----------
    rows : DataFrame, one row per period
        ``metric``, ``period`` (ISO date), ``numerator``, ``denominator``, ``value``.

    Returns
    -------
    DataFrame
        ``period numerator denominator value`` from the first to the last period, absent ones missing; for
        a share ``value`` is numerator over denominator, in [0, 1].

    Raises
    ------
    ValueError
        If the periods fit into no calendar or one comes twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": "falls", "period": ["2024-04-01", "2024-06-01", "2024-07-01"],
    ...                      "numerator": [1.0, 2, 3], "denominator": 10.0, "value": float("nan")})
    >>> points(rows)["value"].tolist()
    [0.1, nan, 0.2, 0.3]
    """
    every = calendar(rows["period"])
    place = pd.Index(every).get_indexer(rows["period"])
    if len(set(place)) < len(place):
        raise ValueError(f"metric {rows['metric'].iloc[0]!r} has a period twice")
    figures = np.full((3, len(every)), np.nan)
    figures[:, place] = rows[["numerator", "denominator", "value"]].to_numpy(float).T
    hits, base, value = figures
    if is_share(rows):
        value = np.divide(hits, base, out=np.full(len(every), np.nan), where=base > 0)
    return pd.DataFrame({"period": every, "numerator": hits, "denominator": base, "value": value})


def is_share(rows: pd.DataFrame) -> bool:
    """Say whether a metric is a share: it has numerators.

    Parameters
    ----------
    rows : DataFrame
        Of one metric.

    Returns
    -------
    bool
    """
    return bool(rows["numerator"].notna().any())


def frozen(rows: pd.DataFrame) -> int | None:
    """Count the first figures, from which the limits are made and then kept.

    Parameters
    ----------
    rows : DataFrame
        Of one metric in one area, with ``intervention_date``.

    Returns
    -------
    int or None
        Those before the intervention, or `BASELINE` where nothing was tried. None where there are no more,
        or fewer than `series.MIN_POINTS` before an intervention: then all points set the limits.

    Notes
    -----
    Limits from all points would call the first figures of a series that gets steadily worse an improvement.
    The price is more false signals: of steady normal series of 36 points, 40% have one somewhere with
    limits from the first 20, 29% with limits from all (600 series each).
    """
    at = rows["intervention_date"].iloc[0]
    given = rows["denominator"].gt(0) & rows["numerator"].notna() if is_share(rows) else rows["value"].notna()
    if not at:
        return BASELINE if given.sum() > BASELINE else None
    before = int((given & rows["period"].lt(at)).sum())
    return before if before >= MIN_POINTS else None


def chart(rows: pd.DataFrame) -> pd.DataFrame:
    """Draw up the control chart of one metric in one area.

    Parameters
    ----------
    rows : DataFrame, one row per period
        ``metric period numerator denominator value wanted intervention_date``.

    Returns
    -------
    DataFrame, one row per period of the calendar
        As `spc.xmr` or, for shares, `spc.p_chart`, with ``chart`` (``XmR``, ``p`` or ``p_prime``), one column
        for each of `special_causes.RULES` and ``special``. The first figures alone set the limits, counted
        by `frozen`, so that a change cannot widen them. Reasons instead of limits: ``unchanging``,
        ``few_figures``, and ``yearly``: figures a year apart belong on no chart. With limits from fewer than
        `spc.FEW` points the reason is ``trial``, beside the limits.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": "falls", "period": [f"2024-{month:02d}-01" for month in range(1, 13)],
    ...     "numerator": float("nan"), "denominator": float("nan"),
    ...     "value": [5.0, 6, 5, 7, 6, 5, 6, 7, 6, 5, 6, 14], "wanted": "down", "intervention_date": ""})
    >>> chart(rows)[["period", "rule", "special"]].tail(1)
            period     rule  special
    11  2024-12-01  outside  concern
    """
    laid = points(rows)
    if spacing(rows["period"]) == "year":
        blank = dict.fromkeys(["centre", "low", "high"], np.nan) | dict.fromkeys(RULES, 0)
        return laid.assign(**blank, rule="", special="", chart="", reason="yearly")
    how = {"wanted": rows["wanted"].iloc[0], "baseline": frozen(rows)}
    made = p_chart(laid, **how) if is_share(rows) else xmr(laid, **how).assign(chart="XmR")
    reason = made["reason"].replace(MOVES)
    return made.assign(reason=reason.mask(reason.eq("") & made["trial"], "trial"))


def chart_rows(metrics: pd.DataFrame) -> pd.DataFrame:
    """Give every metric's chart as rows of results.

    Parameters
    ----------
    metrics : DataFrame, one row per metric, area and period
        ``metric kind wanted area period numerator denominator value intervention_date``.

    Returns
    -------
    DataFrame
        Analysis ``tracking``; ``item`` is the metric, ``target`` what kind it is of. The estimands of a share
        are ``metric_share`` (one row per period that has a figure; ``n_a`` the denominator; ``verdict``
        improvement, concern, high, low or ""; ``method`` the chart and the rules that the point breaks),
        ``metric_share_centre`` (``wave`` the first and the last period) and, for the limits,
        ``metric_share_low`` and ``…_high``, for each period or, where all are the same, for the whole span;
        of a value the same with ``metric_value``. Outcomes come first, then process measures, then
        balancing ones.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": "falls", "kind": "outcome", "wanted": "down", "area": "X1",
    ...     "period": ["2024-04-01", "2024-05-01"], "numerator": float("nan"), "denominator": float("nan"),
    ...     "value": [5.0, 6.0], "intervention_date": ""})
    >>> chart_rows(rows)[["wave", "estimand", "estimate"]].head(3)
                        wave             estimand  estimate
    0             2024-04-01         metric_value       5.0
    1             2024-05-01         metric_value       6.0
    2  2024-04-01/2024-05-01  metric_value_centre       5.5
    """
    place = metrics["kind"].map({kind: number for number, kind in enumerate(KINDS)}).fillna(len(KINDS))
    ordered = metrics.assign(_place=place).sort_values(["area", "_place"], kind="stable")
    parts = [_rows(part) for _, part in ordered.groupby(["area", "metric"], sort=False)]
    columns = "analysis area wave estimand item target estimate n_a verdict method reason".split()
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _rows(rows: pd.DataFrame) -> pd.DataFrame:
    made, name = chart(rows), "metric_share" if is_share(rows) else "metric_value"
    kind, reason = made["chart"].iloc[0], made["reason"].iloc[0]
    there = made["value"].notna()
    figures = made[there]
    broken = ["; ".join([kind, *compress(RULES, row)]) for row in figures[list(RULES)].to_numpy(bool)]
    parts = [
        pd.DataFrame({"wave": figures["period"], "estimand": name, "estimate": figures["value"]}).assign(
            n_a=figures["denominator"], verdict=figures["special"], method=broken, reason=""
        )
    ]
    span = f"{made['period'].iloc[0]}/{made['period'].iloc[-1]}"
    for line in ("centre", "low", "high"):
        level = made.loc[there, line]
        same = level.eq(level.iloc[0]).all() or level.isna().all()
        wave, value = ([span], level.head(1)) if same else (figures["period"], level)
        lines = pd.DataFrame({"wave": list(wave), "estimand": f"{name}_{line}", "estimate": list(value)})
        parts.append(lines.assign(n_a=np.nan, verdict="", method=kind, reason=reason))
    facts = {"analysis": "tracking", "area": rows["area"].iloc[0], "item": rows["metric"].iloc[0]}
    return pd.concat(parts, ignore_index=True).assign(**facts, target=rows["kind"].iloc[0])
