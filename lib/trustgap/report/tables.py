"""Accessible tables: one caption, a scope on every heading, every cell escaped, no merged cells."""

import math
import re

import pandas as pd
from markupsafe import Markup, escape

from trustgap.report import wording
from trustgap.report.disclosure import Shown

NARROW = 288
"""Width in pixels that a table may take on the narrowest screen (320 px less the margins)."""

WIDEST_CHARACTER = 11
"""Pixels that a character may need, with a reader's own wider text spacing."""

BOUNDED = re.compile(r"(?<!\S)[<>]\d+%")
BOUNDED_MEANING = ">90% and <10%: nearly all and hardly any; a small group gets no exact figure"

NUMBER = re.compile(r"[<>]?[+−-]?[£]?[\d,]*\.?\d+(e[+-]?\d+)?%?( points?)?( \[low\])?|\[(c|x|z|low)\]")
RANGE = re.compile(rf"({NUMBER.pattern}) to ({NUMBER.pattern})")


class Table:
    """A table that a page accepts; made by `show`.

    Parameters
    ----------
    html : str
        The table, from `table_html`.
    text : str
        A short description for places without HTML; holds no number.
    """

    def __init__(self, html: str, text: str) -> None:
        self.html = html
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return {"text/html": self.html, "text/plain": self.text}, {"trustgap": {"kind": "table"}}


def table_html(
    frame: pd.DataFrame,
    *,
    caption: str,
    row_header: str | None = None,
    numeric: list[str] | None = None,
    scrolls: bool = True,
) -> str:
    """Write a table as HTML that a screen reader can follow.

    Parameters
    ----------
    frame : DataFrame, shape (n_rows, n_columns >= 1)
        Texts and numbers as they are to be read: nothing is rounded here. Column names are the headings.
        The index is left out.
    caption : str
        What the table shows; stands above it.
    row_header : str, optional
        Column that names the row; the first one by default.
    numeric : list of str, optional
        Columns to align at the right; by default those that hold only numbers and shorthand.
    scrolls : bool
        Whether a table too wide for a narrow screen may scroll; False where its words may break anywhere.

    Returns
    -------
    str
        A ``table`` with ``caption``, and ``scope`` on every heading. If it cannot fit a narrow screen,
        it lies in a named group that scrolls and takes the keyboard's focus. Without rows: a
        paragraph that says so.

    Raises
    ------
    ValueError
        If `caption` is blank, a heading is blank or doubled, or a cell is missing (no silent gaps: use
        [c], [x] or [z]).
    KeyError
        If `row_header` or a column of `numeric` is not in `frame`.

    Examples
    --------
    >>> print(table_html(pd.DataFrame({"Staff": ["GPs"], "Answers": [34]}), caption="Who answered"))
    <table><caption>Who answered</caption>
    <thead><tr><th scope="col">Staff</th><th scope="col" class="n">Answers</th></tr></thead>
    <tbody>
    <tr><th scope="row">GPs</th><td class="n">34</td></tr>
    </tbody></table>
    """
    _check(frame, caption, row_header, numeric)
    if frame.empty:
        return f'<p class="legend">{escape(caption)}: nothing to show.</p>'
    texts = frame.map(lambda value: value if isinstance(value, str) else str(value))
    right = _numeric_columns(frame, texts) if numeric is None else set(numeric)
    first = frame.columns[0] if row_header is None else row_header
    classes = {column: ' class="n"' if column in right else "" for column in frame.columns}
    heads = "".join(f'<th scope="col"{classes[name]}>{escape(name)}</th>' for name in frame.columns)
    patterns = [
        f'<th scope="row"{classes[name]}>{{}}</th>' if name == first else f"<td{classes[name]}>{{}}</td>"
        for name in frame.columns
    ]
    line = Markup("<tr>" + "".join(patterns) + "</tr>")  # noqa: S704 - the pattern holds no text of users
    body = "\n".join(line.format(*row) for row in texts.itertuples(index=False, name=None))
    table = (
        f"<table><caption>{escape(caption)}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )
    if not scrolls or _least_width(texts, right) <= NARROW:
        return table
    return f'<div class="wide" role="group" tabindex="0" aria-label="{escape(caption)}">{table}</div>'


def show(shown: Shown, *, columns: dict[str, str], caption: str) -> Table:
    """Make a table for a page from protected results.

    Parameters
    ----------
    shown : Shown
        Results that passed `trustgap.report.disclosure`.
    columns : dict of str to str
        Columns of ``shown.frame`` in the order wanted, each with its heading. The first one names the row.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        With what explains the shorthand in it. A missing number is written [c] where its row is hidden,
        [x] elsewhere; a blank text is [z].

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`: nothing unprotected reaches a page.
    KeyError
        If a column is not in ``shown.frame``.
    """
    require(shown)
    absent = [name for name in columns if name not in shown.frame.columns]
    if absent:
        raise KeyError(f"{absent} are not among the results' columns {list(shown.frame.columns)}")
    hidden = shown.frame["suppressed"].astype(bool)
    texts = pd.DataFrame(
        {heading: _texts(shown.frame[name], hidden) for name, heading in columns.items()}, dtype=object
    )
    return of_texts(texts, caption=caption)


def require(*shown: Shown) -> None:
    """Refuse rows that did not pass the mask.

    Parameters
    ----------
    *shown : Shown
        Rows for a table.

    Raises
    ------
    TypeError
        If one of them is anything but `Shown`.
    """
    for rows in shown:
        if not isinstance(rows, Shown):
            raise TypeError(
                f"a table takes protected results (Shown), got {type(rows).__name__}: pass them through "
                "mask.protect() first"
            )


def of_texts(texts: pd.DataFrame, *, caption: str) -> Table:
    """Make a table for a page from texts that were taken from protected results.

    Parameters
    ----------
    texts : DataFrame
        Its texts under their headings; the first column names the row.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        With what explains the shorthand in it.
    """
    plain = texts.astype(object)
    html = table_html(plain, caption=caption) + legend_html(plain)
    return Table(html, f"Table: {caption} ({len(plain)} rows)")


def legend_html(texts: pd.DataFrame) -> str:
    """Explain the shorthand that occurs in a table's texts; "" if there is none.

    Parameters
    ----------
    texts : DataFrame
        The texts of the table.

    Returns
    -------
    str
        One paragraph of HTML, or "".

    Examples
    --------
    >>> legend_html(pd.DataFrame({"Share": ["56%", "[z]"]}))
    '<p class="legend">[z] not applicable, or kept back because nearly all of a small group are alike.</p>'
    """
    together = " ".join(str(value) for column in texts.columns for value in texts[column])
    said = [f"{mark} {meaning}" for mark, meaning in wording.LEGEND.items() if mark in together]
    said += [BOUNDED_MEANING] if BOUNDED.search(together) else []
    return f'<p class="legend">{escape("; ".join(said))}.</p>' if said else ""


def _check(frame: pd.DataFrame, caption: str, row_header: str | None, numeric: list[str] | None) -> None:
    headings = [str(name).strip() for name in frame.columns]
    if not caption.strip():
        raise ValueError("a table needs a caption that says what it shows")
    if not headings or "" in headings or len(set(headings)) < len(headings):
        raise ValueError(f"a table needs headings, none blank and none doubled; got {headings}")
    wanted = [*(numeric or []), *([] if row_header is None else [row_header])]
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise KeyError(f"{absent} are not among the table's columns {list(frame.columns)}")
    gaps = [name for name in frame.columns if frame[name].isna().any()]
    if gaps:
        raise ValueError(f"columns {gaps} of table {caption!r} have missing cells: write [c], [x] or [z]")


def _numeric_columns(frame: pd.DataFrame, texts: pd.DataFrame) -> set[str]:
    """Find the columns that hold only numbers, ranges of numbers and shorthand, and some number."""
    kinds = {column: pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns}
    for column in texts.columns:
        values = list(texts[column])
        fit = all(NUMBER.fullmatch(value) or RANGE.fullmatch(value) for value in values)
        kinds[column] |= fit and any(re.search(r"\d", value) for value in values)
    return {column for column, is_number in kinds.items() if is_number}


def _least_width(texts: pd.DataFrame, right: set[str]) -> int:
    """Estimate how narrow a table can get, in pixels: numbers do not wrap, other text does at spaces."""
    width = 0
    for name in texts.columns:
        words = [word for word in str(name).split() or [""]]
        for value in texts[name]:
            plain = value.striptags() if isinstance(value, Markup) else value
            words += [plain] if name in right else plain.split()
        width += WIDEST_CHARACTER * max(map(len, words)) + 16
    return width


def _texts(column: pd.Series, hidden: pd.Series) -> list[str]:
    """Write each value as it is to be read; whole numbers without decimals."""
    words = []
    for value, is_hidden in zip(column, hidden, strict=True):
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            words.append(wording.HIDDEN if is_hidden else wording.UNAVAILABLE)
        elif value == "":
            words.append(wording.NOT_APPLICABLE)
        elif isinstance(value, float) and value.is_integer():
            words.append(str(int(value)))
        else:
            words.append(str(value))
    return words
