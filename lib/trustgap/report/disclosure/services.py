"""Figures of a service: which may be used at all, where nobody has published them."""

import numpy as np
import pandas as pd

from trustgap.report.disclosure.rules import CLASS_BASE, THRESHOLD
from trustgap.report.disclosure.sums import few

FIGURES = ["numerator", "denominator", "value"]

PUBLIC = "yes"
"""What ``public`` says of a metric that is published elsewhere, or that counts no people."""

RUN = 4
"""Where so many figures after one another, or all of a series, never fall, they are taken to be counted up
from a beginning, each being part of the next. By chance that is rare where two numbers must not fall."""


def usable(metrics: pd.DataFrame) -> pd.DataFrame:
    """Take out the figures of services that would tell of single people.

    Parameters
    ----------
    metrics : DataFrame, one row per metric, area and period
        ``metric area period numerator denominator value public``; ``denominator`` counts the people that a
        share or a value rests on.

    Returns
    -------
    DataFrame
        `metrics`; where ``public`` is not `PUBLIC` the figures of some rows are missing, and the rows of
        some series are gone.

        =============================================================  =====================================
        a figure that rests on fewer than `THRESHOLD` people, or on    missing
        nobody knows how many
        one that counts up from the figure before and adds fewer than  missing
        `THRESHOLD` people
        a share of fewer than `CLASS_BASE` people that hardly any, or  the whole series is gone: without its
        nearly all, have                                               extremes it would mislead
        =============================================================  =====================================

    Notes
    -----
    What is taken out here enters no chart, no average, no comparison and no verdict, so that none of these
    can tell it. What is published already would be protected for nothing.

    Examples
    --------
    >>> metrics = pd.DataFrame({"metric": "seen", "area": "X1", "public": "", "value": float("nan"),
    ...                         "period": ["2024-01-01", "2024-02-01"], "numerator": [4.0, 20],
    ...                         "denominator": [9.0, 60]})
    >>> usable(metrics)["numerator"].tolist()
    [nan, 20.0]
    """
    if metrics.empty:
        return metrics
    own = metrics["public"].ne(PUBLIC)
    kept = metrics[FIGURES].astype(float)
    gone = pd.Series(False, index=metrics.index)
    for _, rows in metrics[own].sort_values("period").groupby(["metric", "area"], sort=False):
        found = _kept(rows[FIGURES].astype(float))
        kept.loc[rows.index] = found
        gone.loc[rows.index] = found.isna().all(axis=None) or _alike(found)
    return metrics.assign(**{name: kept[name] for name in FIGURES})[~gone]


def _kept(figures: pd.DataFrame) -> pd.DataFrame:
    """Leave out what rests on few people, or would tell of few by what it adds to the figure before."""
    people, hits = (figures[name].to_numpy() for name in ("denominator", "numerator"))
    enough, start = people >= THRESHOLD, 0
    for end in range(1, len(people) + 1):
        on = end < len(people) and people[end] >= people[end - 1] and not hits[end] < hits[end - 1]
        if on:
            continue
        if end - start >= min(RUN, max(len(people), 2)):
            enough[start:end] &= _apart(people[start:end])
        start = end
    return figures.where(np.repeat(enough[:, None], len(FIGURES), axis=1))


def _apart(people: np.ndarray) -> np.ndarray:
    """Choose figures that count on from one another by nobody, or by enough people."""
    chosen, last = np.ones(len(people), bool), 0.0
    for place, now in enumerate(people):
        chosen[place] = now - last == 0 or now - last >= THRESHOLD
        last = now if chosen[place] else last
    return chosen


def _alike(figures: pd.DataFrame) -> bool:
    """Say whether nearly all or hardly any of a few people have what a share counts, in some period."""
    known = figures[figures["numerator"].notna() & figures["denominator"].lt(CLASS_BASE)]
    return any(
        min(hits, people - hits) <= few(int(people))
        for hits, people in zip(known["numerator"], known["denominator"], strict=True)
    )
