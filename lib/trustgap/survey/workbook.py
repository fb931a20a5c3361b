"""Reading a workbook that a stranger sent: one plain sheet of values, or a refusal that says why."""

import io
import warnings
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
import pandas as pd
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from trustgap.survey.limits import column_names
from trustgap.survey.workbook_parts import inspect, refuse

MAX_COLUMNS = 2_000
MAX_ROWS = 1_048_576
"""Of a sheet, as its format has it."""

MAX_EMPTY = 100_000
"""Empty rows on end: the library gives out every row up to the highest number that a row claims to have."""

DAMAGED = (ArithmeticError, AttributeError, EOFError, LookupError, OSError, ParseError, RuntimeError)
DAMAGED += (TypeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What the library raises at workbooks that are none."""


def read(path: Path, content: bytes) -> pd.DataFrame:
    """Read the only sheet of a workbook.

    Parameters
    ----------
    path : Path
        For messages.
    content : bytes
        The file.

    Returns
    -------
    DataFrame of object
        One row per row below the header; wholly empty rows at the end are left out.

    Raises
    ------
    SurveyError
        If the file is no plain .xlsx workbook (old .xls, encrypted, with macros, links to other files,
        formulas, hidden rows or columns, several sheets) or would grow too large when unpacked.
    """
    inspect(path, content)
    try:
        with warnings.catch_warnings():
            # openpyxl tells of styles and extensions that it drops; only values are read here.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            sheet = book.worksheets[0]
            # What the sheet says of its size may be far more than it holds.
            sheet.reset_dimensions()
            rows = _filled(path, sheet)
    except DAMAGED:
        refuse(path, "the workbook is damaged", "Open it in a spreadsheet program and save it again as .xlsx")
    return _frame(path, rows)


def _filled(path: Path, sheet: ReadOnlyWorksheet) -> list[tuple]:
    """Read the rows down to the last that holds something."""
    rows, filled = [], 0
    for row in sheet.iter_rows(values_only=True):
        some = any(cell is not None and cell != "" for cell in row)
        if len(row) > MAX_COLUMNS:
            refuse(path, f"the sheet has {len(row):,} columns", "Delete cells far from the answers")
        rows.append(row if some else ())
        filled = len(rows) if some else filled
        if len(rows) > MAX_ROWS or len(rows) - filled > MAX_EMPTY:
            refuse(path, f"the sheet has {len(rows):,} rows, many of them empty", "Delete those")
    return rows[:filled]


def _frame(path: Path, rows: list[tuple]) -> pd.DataFrame:
    """Take the first row as header and leave out the empty margin at the right."""
    if not rows:
        refuse(path, "the sheet is empty", "Export the answers again")
    width = max(n for row in rows for n, cell in enumerate(row, start=1) if cell is not None)
    padded = [(*row, *[None] * (width - len(row)))[:width] for row in rows]
    header = [" ".join(str(cell).split()) if cell is not None else "" for cell in padded[0]]
    names = column_names(path, header)
    return pd.DataFrame(padded[1:], columns=names, dtype=object)
