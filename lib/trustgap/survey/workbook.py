"""Reading a workbook that a stranger sent: one plain sheet of values, or a refusal that says why."""

import io
import re
import warnings
import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
import pandas as pd

from trustgap.survey.checks import Problem, SurveyError, listed

MAX_BYTES = 50_000_000
MAX_EXPANDED = 500_000_000
MAX_RATIO = 100
MAX_COLUMNS = 2_000

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*\bhidden=\"(?:1|true)\"")
ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


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
    _inspect(path, content)
    try:
        with warnings.catch_warnings():
            # openpyxl tells of styles and extensions that it drops; only values are read here.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            if len(book.sheetnames) != 1:
                names = listed(f"'{name}'" for name in book.sheetnames)
                _refuse(
                    path, f"the workbook has {len(book.sheetnames)} sheets: {names}", "Keep only the answers"
                )
            rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        ParseError,
        zipfile.BadZipFile,
        OSError,
    ):
        _refuse(
            path, "the workbook is damaged", "Open it in a spreadsheet program and save it again as .xlsx"
        )
    return _frame(path, rows)


def _refuse(path: Path, found: str, remedy: str) -> None:
    """Stop with one problem of a workbook."""
    accepted = "an .xlsx workbook with a single sheet of plain values, or a CSV file"
    raise SurveyError([Problem(path.name, "", found, 0, accepted, remedy)]) from None


def _inspect(path: Path, content: bytes) -> None:
    """Look into the file before any library unpacks it."""
    if content.startswith(OLD_OFFICE):
        _refuse(
            path, "this is an old .xls workbook or one with a password", "Save it as .xlsx without password"
        )
    if len(content) > MAX_BYTES:
        _refuse(path, f"the workbook has {len(content) / 1e6:,.0f} MB, more than 50 MB", "Save it as CSV")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            entries = parts.infolist()
            expanded = sum(entry.file_size for entry in entries)
            if expanded > MAX_EXPANDED or expanded > MAX_RATIO * max(len(content), 10_000):
                _refuse(
                    path, f"the workbook grows to {expanded / 1e6:,.0f} MB when unpacked", "Save it as CSV"
                )
            names = [entry.filename for entry in entries]
            _no_extras(path, names)
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _plain_sheet(path, name, parts.read(name))
                elif name.endswith((".xml", ".rels")) and ENTITY.search(parts.read(name)):
                    _refuse(path, "the workbook defines XML entities", "Save it again as .xlsx")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        _refuse(path, "this is not a whole .xlsx workbook, whatever its name says", "Save it again as .xlsx")


def _no_extras(path: Path, names: list[str]) -> None:
    """Refuse macros and links, which are no business of a table of answers."""
    if "xl/workbook.xml" not in names:
        _refuse(path, "this is no .xlsx workbook, whatever its name says", "Save it as .xlsx")
    if any("vbaproject" in name.lower() or name.lower().endswith(".bin") for name in names):
        _refuse(path, "the workbook holds macros or embedded programs", "Save it as .xlsx without macros")
    if any(name.startswith("xl/externalLinks/") for name in names):
        _refuse(path, "the workbook links to other files", "Break the links and save it again")


def _plain_sheet(path: Path, name: str, sheet: bytes) -> None:
    """Refuse what would make the values differ from what the sender sees."""
    where = Path(name).stem
    if ENTITY.search(sheet):
        _refuse(path, f"{where} defines XML entities", "Save it again as .xlsx")
    if FORMULA.search(sheet):
        _refuse(path, f"{where} holds formulas", "Copy the sheet and paste it as values")
    if HIDDEN.search(sheet):
        _refuse(path, f"{where} has hidden rows or columns (perhaps a filter)", "Show or delete them")


def _frame(path: Path, rows: list[list]) -> pd.DataFrame:
    """Take the first row as header and leave out the empty margin."""
    while rows and all(cell is None or cell == "" for cell in rows[-1]):
        rows.pop()
    if not rows:
        _refuse(path, "the sheet is empty", "Export the answers again")
    width = max((n for row in rows for n, cell in enumerate(row, start=1) if cell is not None), default=0)
    if width > MAX_COLUMNS:
        _refuse(path, f"the sheet has {width:,} columns", "Remove columns that hold no answers")
    padded = [(row + [None] * width)[:width] for row in rows]
    header = [" ".join(str(cell).split()) if cell is not None else "" for cell in padded[0]]
    doubles = sorted({name for name in header if name and header.count(name) > 1})
    if doubles:
        _refuse(path, f"column names come twice: {listed(doubles)}", "Rename or remove one")
    names = [name if name else f"(column {n} has no name)" for n, name in enumerate(header, start=1)]
    return pd.DataFrame(padded[1:], columns=names, dtype=object)
