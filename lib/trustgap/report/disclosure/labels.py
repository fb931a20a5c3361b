"""Texts and labels for protected rows: the one place where results are rounded and formatted."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from trustgap.report.vocabulary import VERDICTS
from trustgap.report.wording import (
    HIDDEN,
    LABELS,
    LOW,
    NOT_APPLICABLE,
    SMALL_RATE,
    TEXTS,
    UNAVAILABLE,
    WITHHELD,
    Words,
    kind,
    number,
)
from trustgap.stats import counts as cells
from trustgap.stats import results

Columns = dict[str, np.ndarray]
"""Rows of results by column: what protects, rounds and labels them works on whole columns."""

EXACT = ("value", "figure", "figure_difference", "period")
"""Sorts of numbers that are rounded only where they are written."""

ROUNDED = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "mde80"]


def columns(rows: pd.DataFrame) -> Columns:
    """Take the columns of rows.

    Parameters
    ----------
    rows : DataFrame
        Results rows.

    Returns
    -------
    dict of str to array
        Text in arrays of objects.

    Examples
    --------
    >>> columns(pd.DataFrame({"estimand": ["mean"], "estimate": 2.5}))
    {'estimand': array(['mean'], dtype=object), 'estimate': array([2.5])}
    """
    return {name: rows[name].to_numpy() for name in rows}


def among(values: np.ndarray, names: Iterable[str]) -> np.ndarray:
    """Find the values that are one of several names.

    Parameters
    ----------
    values : array of str
        A column.
    names : iterable of str
        Those wanted.

    Returns
    -------
    array of bool

    Examples
    --------
    >>> among(np.array(["share", "mean"], dtype=object), ["mean", "rank"]).tolist()
    [False, True]
    """
    wanted = frozenset(names)
    return np.fromiter((value in wanted for value in values), bool, len(values))


def rounded(rows: Columns) -> Columns:
    """Round numbers to what a reader may see; figures are drawn from these and hold no more.

    Parameters
    ----------
    rows : dict of str to array
        The full vocabulary.

    Returns
    -------
    dict of str to array
        Local shares and differences to whole percentage points, national ones to a tenth; θ, means and
        correlations to two decimals (local means on a small base to one); response rates below 1% to a
        tenth of a point; money to whole units; p-values to two significant digits; ranks and bases are
        whole already.
    """
    sort, wide = _sorts(rows), _wide(rows)
    percent = among(sort, ["share", "difference", "width", "rate"]) & wide
    service = among(sort, [name for name in set(sort) if name.startswith("service_")])
    digits = np.select([percent | service, (sort == "mean") & _coarse(rows)], [3, 1], 2)[:, None]
    numbers = np.stack([rows[column] for column in ROUNDED], axis=1)
    exact, rate = among(sort, EXACT)[:, None], (sort == "rate")[:, None]
    numbers = np.select(
        [exact, digits == 1, (digits == 3) | (rate & (numbers < SMALL_RATE))],
        [numbers, numbers.round(1), numbers.round(3)],
        numbers.round(2),
    )
    numbers = np.where((sort == "money")[:, None], numbers.round(), numbers)
    changed = dict(zip(ROUNDED, numbers.T, strict=True)) | {"n_eff": rows["n_eff"].round()}
    for column in ("p_value", "p_adjusted"):
        changed[column] = np.array([float(f"{p:.2g}") for p in rows[column].tolist()], float)
    return rows | changed


def _sorts(rows: Columns) -> np.ndarray:
    """Say what sort of number the estimate of each row is."""
    sorts = {estimand: kind(estimand) for estimand in set(rows["estimand"])}
    return np.array([sorts[estimand] for estimand in rows["estimand"]], dtype=object)


def _wide(rows: Columns) -> np.ndarray:
    """Find the rows whose percentages carry one decimal: those of the whole, and of nobody in particular.

    Not weighted ones: beside the plain sums of a survey of few areas a decimal of them would give an area's
    hidden group away.
    """
    return among(rows["area"], [cells.NATIONAL, ""]) & (rows["analysis"] != "weighted")


def _coarse(rows: Columns) -> np.ndarray:
    """Find the rows whose means carry one decimal."""
    return ~_wide(rows) & (rows["n_a"] < results.LOW_BASE)


def _texts(rows: Columns) -> tuple[list[str], list[str]]:
    """Write the estimate and the interval of every row."""
    told = [rows[name] for name in ("suppressed", "reason", "estimate", "conf_low", "conf_high")]
    estimates, intervals = [], []
    for sort, national, few, hidden, reason, point, *ends in zip(
        *(column.tolist() for column in (_sorts(rows), _wide(rows), _coarse(rows), *told)), strict=True
    ):
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


def label(rows: Columns, words: Words) -> pd.DataFrame:
    """Add text and label columns to protected rows.

    Parameters
    ----------
    rows : dict of str to array
        The full vocabulary, protected and rounded.
    words : Words
        Labels.

    Returns
    -------
    DataFrame
        `rows` with `wording.LABELS` and `wording.TEXTS`; ``survey`` filled.
    """
    estimates, intervals = _texts(rows)
    told = [rows[name].tolist() for name in ("suppressed", "n_a", "low_base", "verdict")]
    bases, verdicts = [], []
    for hidden, n, low, verdict in zip(*told, strict=True):
        base = "" if n != n else f"{n:,.0f}" + (f" {LOW}" if low else "")
        bases.append(HIDDEN if hidden else base)
        verdicts.append(HIDDEN if hidden else VERDICTS[verdict] or UNAVAILABLE)
    texts = {name: rows[name] for name in results.TEXT}
    texts |= {
        "survey": [words.survey] * len(bases),
        "area_label": _named(rows["area"], (words.areas | {cells.NATIONAL: words.whole}).get),
        "wave_label": _named(rows["wave"], words.wave),
        "item_label": _named(rows["item"], words.items.get),
        "group_a_label": _named(rows["group_a"], words.group),
        "group_b_label": _named(rows["group_b"], words.group),
        "target_label": _named(rows["target"], words.teams.get),
        "estimate_text": estimates,
        "interval_text": intervals,
        "n_text": bases,
        "verdict_text": verdicts,
    }
    return _table(rows, texts)


def _table(rows: Columns, texts: dict[str, Sequence[str]]) -> pd.DataFrame:
    """Make a table with one store for each sort of value, as rows are picked from it again and again."""
    written = np.empty((len(rows["area"]), len(texts)), dtype=object)
    for place, column in enumerate(texts.values()):
        written[:, place] = column
    parts = [pd.DataFrame(written, columns=list(texts), dtype=object)]
    for names in (results.NUMBERS, results.FLAGS):
        parts.append(pd.DataFrame(np.stack([rows[name] for name in names], axis=1), columns=names))
    return pd.concat(parts, axis=1)[[*results.COLUMNS, *LABELS, *TEXTS]]


def _named(ids: np.ndarray, name: Callable[[str], str | None]) -> list[str]:
    """Name ids, each once; an id without a label stands for itself."""
    names = {one: name(one) or one for one in set(ids)}
    return [names[one] for one in ids]
