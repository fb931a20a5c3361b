"""Did an intervention make a difference: one rule, stated beforehand, for every metric of every area."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import NATIONAL
from trustgap.stats.families import CONFIRM, adjusted
from trustgap.stats.results import DETECTABLE, MARGIN_SHARE
from trustgap.stats.tracking.average_change import average_change, drifts, points_needed
from trustgap.stats.tracking.charts import KINDS, chart, is_share, points
from trustgap.stats.tracking.periods import later, spacing
from trustgap.stats.tracking.series import MIN_POINTS
from trustgap.stats.tracking.spc import D2, SCREEN

COLUMNS = (
    "analysis area wave estimand item target group_a n_a n_b estimate conf_low conf_high conf_low_90 "
    "conf_high_90 p_value p_adjusted family_id verdict material mde80 method reason"
).split()


def decide(metrics: pd.DataFrame, *, margin: float = MARGIN_SHARE) -> pd.DataFrame:
    """Say of every intervention whether it made a difference, did not, or when that can be said.

    Parameters
    ----------
    metrics : DataFrame, one row per metric, area and period
        ``metric kind wanted area period numerator denominator value intervention intervention_date``; the
        rows of area `counts.NATIONAL`, as `controls.control_series` makes them, are the comparison.
    margin : float
        A change of a share worth having. For values it is one sigma of the points before: what the figure
        moves by itself from one period to the next.

    Returns
    -------
    DataFrame
        Analysis ``intervention``; ``wave`` is its date, ``group_a`` its id after ``item:``, ``target`` the
        kind of measure. Per metric ``metric_share_change`` or ``metric_value_change``: the change of the
        average after the date beyond that of the comparison areas, with limits and verdict; ``mde80``;
        ``p_adjusted`` by Holm over the metrics of one kind of one intervention; ``reason`` for what cannot
        be said (``few_points``, ``few_before``, ``unchanging``, ``drift``, ``no_signal``, ``not_clear``) or
        ``against``: it moved clearly the other way. Beside it ``…_before`` and ``…_after`` (averages over
        the periods that are compared), ``…_elsewhere`` (change in the comparison areas), and as dates
        yyyymmdd ``signal_at`` (first signal in the wanted direction) and ``say_from`` (when it can be said if
        the figures stay as they are). Last, one row ``intervention`` for all its metrics.

    Raises
    ------
    ValueError
        If a metric with an intervention does not say which direction is wanted.

    Notes
    -----
    *difference*: a special cause in the wanted direction after the date, on a chart whose limits were frozen
    before it, and a 95% interval of the average change beyond comparison areas that lies wholly in the wanted
    direction. *no_difference*: the 90% interval leaves out every change worth having. Else *too_early*.
    At least `series.MIN_POINTS` figures on either side. The comparison takes away what all areas share,
    seasons too. Where the area moved away from the others already before the date (``drift``), nothing is
    said: to allow for a slope only where it happens to be clear covered the truth in 56% of such series, not
    95%. Without comparison areas the line before, carried on, takes the place of the mean before; a season
    can then look like a change.

    Of an intervention: what its outcome measures say; only where it has none its process measures,
    balancing ones never. It made a difference if it did on one of them, and did not if it did not on any.

    Of steady series this rule calls a difference in 1 to 4% (8 to 24 points on either side, errors
    independent or related by 0.4 from one to the next, 200 series each); a change of two sigma at once is
    found in 76 to 100% beside comparison areas, and in 18 to 80% without them.

    References
    ----------
    .. [1] Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2018). The use of controls in interrupted time
       series studies of public health interventions. International Journal of Epidemiology, 47, 2082-2093.

    Examples
    --------
    >>> months = [f"{year}-{month:02d}-01" for year in (2023, 2024) for month in range(1, 13)]
    >>> value = [20.0, 21, 19, 20, 22, 20, 19, 21, 20, 19, 21, 20] + [15.0, 14, 16, 15] * 3
    >>> metrics = pd.DataFrame({"metric": "falls", "kind": "outcome", "wanted": "down", "area": "X1",
    ...     "period": months, "numerator": float("nan"), "denominator": float("nan"), "value": value,
    ...     "intervention": "rounds", "intervention_date": "2024-01-01"})
    >>> rows = decide(metrics)
    >>> rows.loc[rows["estimand"].isin(["metric_value_change", "intervention"]), ["estimand", "verdict"]]
                  estimand     verdict
    0  metric_value_change  difference
    5         intervention  difference
    """
    local = metrics[metrics["area"].ne(NATIONAL) & metrics["intervention"].ne("")]
    compared = dict(list(metrics[metrics["area"].eq(NATIONAL)].groupby("metric")))
    found = [
        _one(part, compared.get(name), margin=margin)
        for (_, name), part in local.groupby(["area", "metric"], sort=False)
    ]
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    facts = pd.DataFrame(found)
    family = facts["area"] + "/" + facts["intervention"] + "/" + facts["kind"]
    facts["p_adjusted"] = adjusted(facts["p_value"], family, method="holm").to_numpy()
    facts["family_id"] = "intervention/" + family
    judged = [_judged(fact) for fact in facts.to_dict("records")]
    rows = [row for fact in judged for row in _written(fact)] + _overall(pd.DataFrame(judged))
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


def _one(rows: pd.DataFrame, elsewhere: pd.DataFrame | None, *, margin: float) -> dict[str, object]:
    """Measure one metric of one area; what it means is decided once all are known."""
    first = rows.iloc[0]
    if first["wanted"] not in ("up", "down"):
        raise ValueError(f"metric {first['metric']!r} has an intervention but no wanted direction")
    at, own, share = first["intervention_date"], points(rows), is_share(rows)
    beyond, areas, moved = _beyond(own, elsewhere, at=at, share=share)
    found = average_change(beyond, at=at, trend=not areas).iloc[0].to_dict()
    made = chart(rows)
    signals = made[made["special"].eq("improvement") & made["period"].ge(at)]
    # The averages are of the figures that are compared, or the change would not be their difference.
    used = own[beyond["value"].notna()]
    after = used["period"] >= at
    sides = [used.loc[side, "denominator"].sum() if share else np.nan for side in (after, ~after)]
    fact = first[["area", "metric", "kind", "intervention"]].to_dict() | found
    fact |= {"wave": at, "share": share, "better": 1 if first["wanted"] == "up" else -1, "trend": not areas}
    fact |= {"drift": bool(areas) and drifts(beyond, at=at)}
    fact |= {"margin": margin if share else _sigma(own.loc[own["period"] < at, "value"]), "areas": areas}
    fact |= {"n_a": sides[0], "n_b": sides[1], "points": beyond, "every": spacing(rows["period"])}
    fact |= {"before": used.loc[~after, "value"].mean(), "after": used.loc[after, "value"].mean()}
    fact |= {"elsewhere": moved}
    return fact | {"signal": signals["period"].min() if len(signals) else "", "rule": signals["rule"].min()}


def _beyond(
    own: pd.DataFrame, elsewhere: pd.DataFrame | None, *, at: str, share: bool
) -> tuple[pd.DataFrame, int, float]:
    """Take the comparison areas' figures off the area's own; without enough of them, leave its own."""
    if elsewhere is None:
        return own, 0, np.nan
    other = points(elsewhere).set_index("period")["value"].reindex(own["period"]).to_numpy()
    given, before = own["value"].notna().to_numpy(), (own["period"] < at).to_numpy()
    both = given & ~np.isnan(other)
    if (both & before).sum() < MIN_POINTS or (both & ~before).sum() < min(
        (given & ~before).sum(), MIN_POINTS
    ):
        return own, 0, np.nan
    levels = [float(part[both & before].mean()) for part in (own["value"].to_numpy(), other)]
    # Values of areas of different size move in proportion, shares by points.
    scale = levels[0] / levels[1] if not share and min(levels) > 0 else 1.0
    change = scale * (float(other[both & ~before].mean()) - levels[1]) if (both & ~before).any() else np.nan
    return own.assign(value=own["value"] - scale * other), int(elsewhere["areas"].iloc[0]), change


def _sigma(before: pd.Series) -> float:
    """Measure what a figure moves by itself from one period to the next, single jumps apart."""
    ranges = before.diff().abs()
    return float(ranges[ranges <= SCREEN * ranges.mean()].mean() / D2)


def _judged(fact: dict[str, object]) -> dict[str, object]:
    """Apply the rule to what was measured."""
    better, margin = fact["better"], fact["margin"]
    estimate = better * fact["estimate"]
    least = min(better * fact[name] for name in ("conf_low", "conf_high"))
    most = max(better * fact[name] for name in ("conf_low_90", "conf_high_90"))
    clear, ruled_out = fact["p_adjusted"] < CONFIRM, most < margin
    verdict, reason = "too_early", "not_clear"
    if fact["reason"]:
        short = fact["reason"] == "few_points" and fact["n_before"] < MIN_POINTS
        reason = "few_before" if short else {"constant": "unchanging"}.get(fact["reason"], fact["reason"])
    elif fact["drift"]:
        reason = "drift"
    elif clear and estimate > 0 and fact["signal"]:
        verdict, reason = "difference", ""
    elif ruled_out:
        verdict, reason = "no_difference", "against" if clear and estimate < 0 else ""
    elif clear and estimate > 0:
        reason = "no_signal"
    material = verdict == "difference" and least > margin
    when = _say_from(fact, estimate) if verdict == "too_early" else ""
    return fact | {"verdict": verdict, "reason": reason, "material": material, "say_from": when}


def _say_from(fact: dict[str, object], estimate: float) -> str:
    """Find the period from which the rule could tell, if the figures stay as they are; "" where never."""
    margin, series = fact["margin"], fact["points"]
    if not margin > 0 or fact["reason"] == "constant" or fact["drift"]:
        return ""
    how = {"at": fact["wave"], "error": fact["error"], "trend": fact["trend"]}
    more = points_needed(series, visible=margin, **how)
    if more == 0 and not np.isnan(estimate):
        # Precise enough for a change of the margin, but this one lies between none and that.
        more = points_needed(series, visible=max(abs(estimate), abs(margin - estimate)), **how)
    if np.isnan(more):
        return ""
    last = series["period"].iloc[-1]
    return later(last, max(int(more), 1), every=fact["every"])


def _written(fact: dict[str, object]) -> list[dict[str, object]]:
    """Write the rows of one metric."""
    name = "metric_share" if fact["share"] else "metric_value"
    same = {"analysis": "intervention", "area": fact["area"], "wave": fact["wave"], "item": fact["metric"]}
    same |= {"target": fact["kind"], "group_a": f"item:{fact['intervention']}", "material": False}
    same |= {"verdict": "", "reason": "", "method": ""}
    base = {"n_a": fact["n_a"], "n_b": fact["n_b"]}
    limits = [column for column in COLUMNS if column.startswith("conf_")]
    kept = ["estimate", *limits, "p_value", "p_adjusted", "family_id", "verdict", "material", "reason"]
    change = same | base | {column: fact[column] for column in kept}
    change |= {"estimand": f"{name}_change", "method": _method(fact), "mde80": DETECTABLE * fact["error"]}
    sides = [
        same | {"estimand": f"{name}_{side}", "estimate": fact[side], "n_a": fact[n]}
        for side, n in (("before", "n_b"), ("after", "n_a"))
    ]
    elsewhere = same | {"estimand": f"{name}_elsewhere", "estimate": fact["elsewhere"]}
    elsewhere |= {"reason": "" if fact["areas"] else "few_areas"}
    dates = [
        same | {"estimand": estimand, "estimate": float(fact[key].replace("-", "")) if fact[key] else np.nan}
        for estimand, key in (("signal_at", "signal"), ("say_from", "say_from"))
        if fact[key]
    ]
    return [change, *sides, elsewhere, *dates]


def _method(fact: dict[str, object]) -> str:
    against = f"beyond {fact['areas']} comparison areas" if fact["areas"] else "no comparison areas"
    line = ", line before carried on" if fact["trend"] else ""
    found = f"signal: {fact['rule']}" if fact["signal"] else "no signal"
    return f"{against}{line}; {fact['n_before']} points before, {fact['n_after']} after; {found}"


def _overall(facts: pd.DataFrame) -> list[dict[str, object]]:
    """Draw the metrics of each intervention together."""
    rows = []
    for (area, intervention), part in facts.groupby(["area", "intervention"], sort=False):
        kinds = [kind for kind in KINDS[:2] if part["kind"].eq(kind).any()]
        used = part[part["kind"].eq(kinds[0])] if kinds else part.iloc[:0]
        said = set(used["verdict"])
        verdict = "difference" if "difference" in said else "too_early"
        verdict = "no_difference" if said == {"no_difference"} else verdict
        many = f"{len(used)} {kinds[0]} measure{'s' if len(used) > 1 else ''}" if kinds else "no measure"
        row = {"analysis": "intervention", "area": area, "wave": part["wave"].min(), "item": ""}
        row |= {"estimand": "intervention", "group_a": f"item:{intervention}", "verdict": verdict}
        row |= {"target": kinds[0] if kinds else "", "method": many, "reason": "", "material": False}
        # It is shown only if each measure that it rests on is.
        row["n_a"] = used[["n_a", "n_b"]].min().min() if len(used) else np.nan
        rows.append(row)
    return rows
