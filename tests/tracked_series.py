"""Series of figures made for tests of charts, comparisons and decisions."""

import numpy as np
import pandas as pd

from trustgap.report.disclosure import figures
from trustgap.report.wording import Words

WORDS = Words(items={"falls": "Falls", "rounds": "Hourly rounds", "late": "Seen late"})


def months(count, first="2017-01-01"):
    return [f"{day:%Y-%m-%d}" for day in pd.date_range(first, periods=count, freq="MS")]


def metric(value=None, *, hits=None, base=None, name="falls", area="X1", **facts):
    """Lay out one metric of one area; a value, or hits of a base."""
    count = len(value if value is not None else hits)
    plain = {"kind": "outcome", "wanted": "down", "label": "", "unit": ""}
    plain |= {"intervention": "", "intervention_date": "", "period": months(count)} | facts
    given = {"numerator": hits, "denominator": base, "value": value}
    numbers = {key: np.nan if part is None else np.asarray(part, float) for key, part in given.items()}
    return pd.DataFrame({"metric": name, "area": area} | plain | numbers, index=range(count))


def begun(value, at, *, what="rounds", **facts):
    """Lay out a metric with an intervention from the point of that number on."""
    return metric(value, intervention=what, intervention_date=months(at + 1)[-1], **facts)


def elsewhere(value, **facts):
    """Lay out what comparison areas did."""
    return metric(value, area="national", **facts).assign(areas=20)


def noise(seed, count, *, related=0.0):
    """Draw a steady series of variance 1 in which each error keeps a share of the one before."""
    draw = np.random.default_rng(seed).normal(size=count)
    for place in range(1, count):
        draw[place] = related * draw[place - 1] + np.sqrt(1 - related**2) * draw[place]
    return draw


def shown(rows):
    return figures(rows, WORDS)
