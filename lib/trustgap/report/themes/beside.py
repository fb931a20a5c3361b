"""The table that puts an area's shares beside those of the whole, question by question."""

import pandas as pd

from trustgap.report import tables
from trustgap.report.disclosure import Shown
from trustgap.report.tables import Table
from trustgap.report.wording import NOT_APPLICABLE
from trustgap.stats.counts import NATIONAL


def beside(shares: Shown, differences: Shown, *, items: pd.Index, whole: str, caption: str) -> Table:
    """Lay out, for each question, the share of all areas together, the share here and the difference.

    Parameters
    ----------
    shares : Shown
        Rows ``top2_share`` of everybody, of the area and of the whole; one of each for a question.
    differences : Shown
        Rows ``share_difference`` of the analysis ``against_rest``, of everybody.
    items : Index
        The questions, in the order wanted; one without a share anywhere is left out.
    whole : str
        What all areas together are called.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        One row a question. What was not asked here is not applicable.

    Raises
    ------
    TypeError
        If `shares` or `differences` is anything but `Shown`.
    ValueError
        If a question has several rows on one side.
    """
    tables.require(shares, differences)
    sides = {
        whole: shares.where(area=NATIONAL).frame,
        "Here": shares.without(area=NATIONAL).frame,
        "difference": differences.frame,
    }
    for name, frame in sides.items():
        if frame["item"].duplicated().any():
            raise ValueError(f"table {caption!r} has several rows of one question on the side {name!r}")
    by_item = {name: frame.set_index("item") for name, frame in sides.items()}
    labels = shares.frame.drop_duplicates("item").set_index("item")["item_label"]
    there = [item for item in items if item in labels.index]
    columns = {
        "Question": labels.reindex(there),
        whole: by_item[whole]["estimate_text"].reindex(there),
        "Here (95% interval)": _with_interval(by_item["Here"]).reindex(there),
        "Points from the rest": _with_interval(by_item["difference"]).reindex(there),
        "Verdict": by_item["difference"]["verdict_text"].reindex(there),
    }
    laid = pd.DataFrame({name: column.fillna(NOT_APPLICABLE).to_numpy() for name, column in columns.items()})
    return tables.of_texts(laid, caption=caption)


def _with_interval(rows: pd.DataFrame) -> pd.Series:
    """Put the interval behind the estimate, where there is one; the heading gives the unit."""
    texts = rows["estimate_text"].str.replace(r" points?$", "", regex=True)
    return texts.where(rows["interval_text"].str.startswith("["), texts + " (" + rows["interval_text"] + ")")
