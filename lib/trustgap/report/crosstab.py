"""Tables with one row per thing and one group of columns per group, wave or estimand."""

import pandas as pd

from trustgap.report import tables
from trustgap.report.disclosure import Shown
from trustgap.report.tables import Table
from trustgap.report.wording import HIDDEN, NOT_APPLICABLE


def across(
    shown: Shown,
    *,
    row: dict[str, str],
    column: str,
    caption: str,
    headings: dict[str, str] | None = None,
    intervals: bool = False,
) -> Table:
    """Lay out protected results with the values of one column side by side.

    Parameters
    ----------
    shown : Shown
        One row for each combination of `row` and `column`.
    row : dict of str to str
        Columns that name a row of the table, with their headings; the first one is the row's header.
    column : str
        Column whose values become columns of the table, in the order in which they occur.
    caption : str
        What the table shows.
    headings : dict of str to str, optional
        Other headings for the values of `column`.
    intervals : bool
        Whether the interval stands behind the estimate, in brackets.

    Returns
    -------
    Table
        A combination that does not occur is not applicable.

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`.
    ValueError
        If a combination occurs twice.
    """
    tables.require(shown)
    named, values = list(zip(*(shown.frame[key] for key in row), strict=True)), shown.frame[column]
    # What is hidden may have lost the column to which it belongs: then it is hidden in all of them.
    blank = (shown.frame["suppressed"] & values.eq("")).tolist()
    told = shown.frame["estimate_text"]
    if intervals:
        ranges = shown.frame["interval_text"]
        told = [
            text if interval.startswith("[") else f"{text} ({interval})"
            for text, interval in zip(told, ranges, strict=True)
        ]
    texts = {
        (key, value): text
        for key, value, text, lost in zip(named, values, told, blank, strict=True)
        if not lost
    }
    if len(texts) + sum(blank) < len(named):
        raise ValueError(
            f"table {caption!r} has several results for the same {[*row, column]}: choose with shown.where()"
        )
    names = list(dict.fromkeys(value for _, value in texts)) or list(headings or []) * any(blank)
    absent = dict.fromkeys(named, NOT_APPLICABLE)
    absent |= {key: HIDDEN for key, lost in zip(named, blank, strict=True) if lost}
    laid = pd.DataFrame(list(absent), columns=list(row.values()), dtype=object)
    for name in names:
        laid[(headings or {}).get(name, name)] = [
            texts.get((key, name), other) for key, other in absent.items()
        ]
    return tables.of_texts(laid, caption=caption)
