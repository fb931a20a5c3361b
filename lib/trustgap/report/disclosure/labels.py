"""Texts and labels for protected rows: the one place where results are rounded and formatted."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from trustgap.report.vocabulary import VERDICTS
from trustgap.report.wording import (
    HIDDEN,
    LOW,
    NOT_APPLICABLE,
    SMALL_RATE,
    UNAVAILABLE,
    WITHHELD,
    Words,
    kind,
    number,
)
from trustgap.stats import counts as cells
from trustgap.stats import results

EXACT = ["value", "money", "period"]
"""Sorts of numbers that are rounded only where they are written."""


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to what a reader may see; figures are drawn from these and hold no more.

    Parameters
    ----------
    rows : DataFrame
        Results rows.

    Returns
    -------
    DataFrame
        Local shares and differences to whole percentage points, national ones to a tenth; θ, means and
        correlations to two decimals (local means on a small base to one); response rates below 1% to a
        tenth of a point; p-values to two significant digits; ranks and bases are whole already.
    """
    sort, wide = rows["estimand"].map(kind), _wide(rows)
    digits = np.select(
        [
            (sort.isin(["share", "difference", "width", "rate"]) & wide) | sort.str.startswith("service_"),
            sort.eq("mean") & _coarse(rows),
        ],
        [3, 1],
        2,
    )
    rounds = {places: digits == places for places in (1, 2, 3)}
    changed, rate = {"n_eff": rows["n_eff"].round()}, sort.eq("rate")
    for column in ("estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "mde80"):
        values = rows[column].to_numpy(float)
        changed[column] = np.select(
            [
                sort.isin(["value", "money", "figure", "figure_difference", "period"]),
                rate & (values < SMALL_RATE),
                *rounds.values(),
            ],
            [values, values.round(3), *(values.round(places) for places in rounds)],
            values,
        )
    for column in ("p_value", "p_adjusted"):
        changed[column] = [float(f"{p:.2g}") if p == p else np.nan for p in rows[column]]
    return rows.assign(**changed)


def _significant(values: np.ndarray) -> np.ndarray:
    """Round to three significant digits, numbers from 100 on to whole ones."""
    size = np.floor(np.log10(np.where(np.abs(values) > 0, np.abs(values), 1.0)))
    scale = 10.0 ** np.clip(2 - np.nan_to_num(size), 0, 12)
    return np.round(values * scale) / scale


def _wide(rows: pd.DataFrame) -> pd.Series:
    """Find the rows whose percentages carry one decimal: those of the whole, and of nobody in particular."""
    return rows["area"].isin([cells.NATIONAL, ""])


def _coarse(rows: pd.DataFrame) -> pd.Series:
    """Find the rows whose means carry one decimal."""
    return ~_wide(rows) & rows["n_a"].lt(results.LOW_BASE)


def _texts(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Write the estimate and the interval of every row."""
    sorts = {estimand: kind(estimand) for estimand in rows["estimand"].unique()}
    wide, coarse = _wide(rows), _coarse(rows)
    columns = [
        rows[name] for name in ("estimand", "suppressed", "reason", "estimate", "conf_low", "conf_high")
    ]
    estimates, intervals = [], []
    for estimand, hidden, reason, point, *ends, national, few in zip(*columns, wide, coarse, strict=True):
        sort = sorts[estimand]
        if hidden:
            text, interval = HIDDEN, HIDDEN
        elif reason in WITHHELD:
            text, interval = WITHHELD[reason], NOT_APPLICABLE
        else:
            text = number(point, sort, national=national, coarse=few)
            if sort in ("difference", "service_difference", "width") and text != UNAVAILABLE:
                text += " point" if text in ("+1", "−1", "1") else " points"
            low, high = (number(end, sort, national=national, coarse=few) for end in ends)
            interval = UNAVAILABLE if UNAVAILABLE in (low, high) else f"{low} to {high}"
            if sort in ("count", "flag", "width", "statistic", "period"):
                interval = NOT_APPLICABLE
        estimates.append(text)
        intervals.append(interval)
    return estimates, intervals


def label(rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Add text and label columns to protected rows.

    Parameters
    ----------
    rows : DataFrame
        The full vocabulary, protected and rounded.
    words : Words
        Labels.

    Returns
    -------
    DataFrame
        `rows` with `wording.LABELS` and `wording.TEXTS`; ``survey`` filled.
    """
    estimates, intervals = _texts(rows)
    bases = [
        HIDDEN if hidden else ("" if n != n else f"{n:,.0f}" + (f" {LOW}" if low else ""))
        for hidden, n, low in zip(rows["suppressed"], rows["n_a"], rows["low_base"], strict=True)
    ]
    verdicts = rows["verdict"].map(VERDICTS).replace("", UNAVAILABLE)
    areas = words.areas | {cells.NATIONAL: words.whole}
    return rows.assign(
        survey=words.survey,
        area_label=_named(rows["area"], areas.get),
        wave_label=_named(rows["wave"], words.wave),
        item_label=_named(rows["item"], words.items.get),
        group_a_label=_named(rows["group_a"], words.group),
        group_b_label=_named(rows["group_b"], words.group),
        target_label=_named(rows["target"], words.teams.get),
        estimate_text=estimates,
        interval_text=intervals,
        n_text=bases,
        verdict_text=verdicts.mask(rows["suppressed"], HIDDEN),
    )


def _named(ids: pd.Series, name: Callable[[str], str | None]) -> pd.Series:
    """Name ids, each once; an id without a label stands for itself."""
    return ids.map({one: name(one) or one for one in ids.unique()})
