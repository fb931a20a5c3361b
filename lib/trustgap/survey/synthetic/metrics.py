"""Make the monthly figures of services in a synthetic survey, with the true effect of every intervention."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from trustgap.survey.synthetic.people import stream

COLUMNS = (
    "metric label kind wanted area period numerator denominator value unit public intervention "
    "intervention_date"
).split()

CONSTANT = ("label", "kind", "wanted", "unit", "public")
"""What is the same in all rows of a metric."""

EARLIEST, LATEST = 0.4, 0.85
"""Between these shares of an area's months its interventions begin; after late ones little can be said."""


def make(areas: pd.DataFrame, model: dict, *, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the figures of every area that sends a file.

    Parameters
    ----------
    areas : DataFrame, indexed by code
        The survey's areas.
    model : dict
        The section ``metrics`` of ``model.yaml``.
    seed : int
        Starts the random numbers.

    Returns
    -------
    metrics : DataFrame, one row per metric, area and month
        As ``metrics.csv`` holds it, all text; what is the same in all rows of a metric, or of a metric in an
        area, stands in the first of them only.
    truth : DataFrame, one row per metric with an intervention and area
        ``area metric intervention intervention_date value is_null``: the mean effect over the months from
        the date on, in points of a share (as a fraction) or units of a value.

    Examples
    --------
    >>> import yaml
    >>> from pathlib import Path
    >>> demo = Path(__file__).parents[4] / "data" / "demo"
    >>> model = yaml.safe_load((demo / "model.yaml").read_text(encoding="utf-8"))["metrics"]
    >>> metrics, truth = make(pd.DataFrame(index=["X001", "X003", "X004"]), model, seed=1)
    >>> metrics.groupby("area").size().to_dict()
    {'X001': 144, 'X003': 24}
    """
    longest = max(model["months"])
    months = [f"{day:%Y-%m-%d}" for day in pd.date_range(model["first"], periods=longest, freq="MS")]
    shared = stream(seed, "metrics")
    common = {name: shared.normal(0, one["shared"], longest) for name, one in model["measures"].items()}
    frames, truths = [], []
    for area in areas.index:
        draw = stream(seed, f"metrics {area}")
        thin = model["thin"].get(area, {})
        sends = draw.random() < model["with_file"] or bool(thin) or area in model["full"]
        if not sends or area in model["without"]:
            continue
        count = longest if area in model["full"] else int(draw.integers(model["months"][0], longest + 1))
        count = thin.get("months", count)
        begun = _interventions(model, draw, count=count, works=model["full"].get(area))
        for name, one in model["measures"].items():
            effect = np.zeros(count)
            intervention, at, size = begun.get(name, ("", 0, 0.0))
            effect[at:] = size if intervention else 0.0
            moved = common[name][-count:] + _season(one["season"], months[-count:])
            figures, true = _figures(one, moved, effect, draw, scale=thin.get("scale", 1.0))
            date = months[-count:][at] if intervention else ""
            facts = {"metric": name, "area": area, "period": months[-count:]}
            frames.append(
                pd.DataFrame(facts | figures).assign(intervention=intervention, intervention_date=date)
            )
            if intervention:
                row = {"area": area, "metric": name, "intervention": intervention, "intervention_date": date}
                truths.append(row | {"value": round(float(true[at:].mean()), 9), "is_null": size == 0})
    metrics = pd.concat(frames, ignore_index=True)
    for fact in CONSTANT:
        metrics[fact] = metrics["metric"].map(
            {name: one.get(fact, "") for name, one in model["measures"].items()}
        )
    return _once(metrics), pd.DataFrame(truths)


def _interventions(
    law: dict, draw: np.random.Generator, *, count: int, works: list[str] | None
) -> dict[str, tuple[str, int, float]]:
    """Draw which interventions an area has, from which month, and what each changes."""
    begun = {}
    for name, one in law["interventions"].items():
        has, helps = draw.random() < one["areas"], draw.random() < one["works"]
        at = int(count * draw.uniform(EARLIEST, LATEST))
        if works is not None:
            has, helps = True, name in works
        for measure, size in one["moves"].items():
            if has:
                begun[measure] = (name, at, size if helps else 0.0)
    return begun


def _season(height: float, months: list[str]) -> np.ndarray:
    return height * np.cos(2 * np.pi * (np.array([int(month[5:7]) for month in months]) - 1) / 12)


def _figures(
    one: dict, moved: np.ndarray, effect: np.ndarray, draw: np.random.Generator, *, scale: float
) -> tuple[dict[str, object], np.ndarray]:
    """Draw one measure of one area, and what the intervention truly changed in each month."""
    count, level = len(moved), draw.normal(0, one["between"])
    own = draw.normal(0, one["own"], count)
    for month in range(1, count):
        own[month] = one["kept"] * own[month - 1] + np.sqrt(1 - one["kept"] ** 2) * own[month]
    if "base" not in one:
        plain = one["level"] * scale * np.exp(level + moved + own)
        value = [f"{figure:.1f}" for figure in plain * np.exp(effect)]
        return {"numerator": "", "denominator": "", "value": value}, plain * np.expm1(effect)
    size = one["base"] * scale * np.exp(draw.normal(0, 0.4))
    base = np.maximum(draw.poisson(size, count), 1)
    steady = logit(one["level"]) + level + moved + own
    hits = draw.binomial(base, expit(steady + effect))
    found = {"numerator": hits.astype(str), "denominator": base.astype(str), "value": ""}
    return found, expit(steady + effect) - expit(steady)


def _once(metrics: pd.DataFrame) -> pd.DataFrame:
    """Let a fact stand in the first row that it belongs to, as a person would write it."""
    again = {column: metrics["metric"].duplicated() for column in CONSTANT}
    local = metrics.duplicated(["metric", "area"])
    again |= {"intervention": local, "intervention_date": local}
    blank = {column: metrics[column].mask(mask, "") for column, mask in again.items()}
    return metrics.assign(**blank)[COLUMNS]
