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
    keys = [*row, column]
    # What is hidden may have lost the column to which it belongs: then it is hidden in all of them.
    blank = shown.frame["suppressed"] & shown.frame[column].eq("")
    frame, lost = shown.frame[~blank], shown.frame[blank].drop_duplicates(list(row))
    if frame.duplicated(keys).any():
        raise ValueError(
            f"table {caption!r} has several results for the same {keys}: choose with shown.where()"
        )
    names = list(dict.fromkeys(frame[column])) or list(headings or []) * bool(len(lost))
    laid = pd.DataFrame(
        shown.frame[list(row)].drop_duplicates().to_numpy(), columns=list(row.values()), dtype=object
    )
    index = pd.MultiIndex.from_frame(laid) if len(row) > 1 else pd.Index(laid.iloc[:, 0])
    hidden = laid.apply(tuple, axis=1).isin(lost[list(row)].apply(tuple, axis=1))
    for name in names:
        part = frame[frame[column].eq(name)].set_index(list(row))
        texts = part["estimate_text"]
        if intervals:
            bracketed = texts + " (" + part["interval_text"] + ")"
            texts = texts.where(part["interval_text"].str.startswith("["), bracketed)
        placed = texts.reindex(index.to_flat_index() if len(row) > 1 else index)
        placed = placed.mask(placed.isna().to_numpy() & hidden.to_numpy(), HIDDEN)
        laid[(headings or {}).get(name, name)] = placed.fillna(NOT_APPLICABLE).to_numpy()
    return tables.of_texts(laid, caption=caption)
