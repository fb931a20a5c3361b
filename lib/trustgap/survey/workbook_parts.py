"""Looking into a workbook before any library unpacks it: what is more than a sheet of values is refused."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from trustgap.survey.checks import Problem, SurveyError, listed

MAX_BYTES = 50_000_000
MAX_EXPANDED = 500_000_000
MAX_RATIO = 100
MAX_PARTS = 1_000

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*\bhidden=[\"'](?:1|true)[\"']")
ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
CODING = re.compile(rb"<\?xml[^>]*\bencoding=[\"'](?!utf-8[\"']|us-ascii[\"'])", re.IGNORECASE)
CHUNK, OVERLAP = 1_000_000, 2_000

SHEETS = "xl/worksheets/"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def refuse(path: Path, found: str, remedy: str) -> None:
    """Stop with one problem of a workbook.

    Parameters
    ----------
    path : Path
        The file, of which only the name is said.
    found, remedy : str
        As for `checks.Problem`.

    Raises
    ------
    SurveyError
        Always.
    """
    accepted = "an .xlsx workbook with a single sheet of plain values, or a CSV file"
    raise SurveyError([Problem(path.name, "", found, 0, accepted, remedy)]) from None


def inspect(path: Path, content: bytes) -> None:
    """Refuse a workbook that is more, or would grow to more, than a plain sheet of values.

    Parameters
    ----------
    path : Path
        For messages.
    content : bytes
        The file.

    Raises
    ------
    SurveyError
        If it is an old, encrypted or damaged one, holds macros, links to other files, formulas, XML
        entities, several sheets or hidden rows or columns, or would grow too large when unpacked.
    """
    if content.startswith(OLD_OFFICE):
        refuse(
            path, "this is an old .xls workbook or one with a password", "Save it as .xlsx without password"
        )
    if len(content) > MAX_BYTES:
        refuse(path, f"the workbook has {len(content) / 1e6:,.0f} MB, more than 50 MB", "Save it as CSV")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _sane_size(path, parts.infolist(), len(content))
            _no_extras(path, parts.namelist())
            for name in parts.namelist():
                if name.endswith((".xml", ".rels")):
                    _plain_xml(path, parts, name)
            sheets = _sheets(path, parts)
            for name in parts.namelist():
                if name.startswith(SHEETS) and name.endswith(".xml"):
                    _plain_values(path, parts, name, sheets.get(name, PurePosixPath(name).stem))
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        refuse(path, "this is not a whole .xlsx workbook, whatever its name says", "Save it again as .xlsx")


def _sane_size(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    """Hold the sizes that the file claims, beyond which nothing of it is unpacked, to the limits."""
    expanded = sum(entry.file_size for entry in entries)
    if expanded > MAX_EXPANDED or expanded > MAX_RATIO * max(size, 10_000):
        refuse(path, f"the workbook grows to {expanded / 1e6:,.0f} MB when unpacked", "Save it as CSV")
    if len(entries) > MAX_PARTS:
        refuse(path, f"the workbook has {len(entries):,} parts", "Copy the answers into a new workbook")


def _no_extras(path: Path, names: list[str]) -> None:
    """Refuse macros and links, which are no business of a table of answers."""
    if "xl/workbook.xml" not in names:
        refuse(path, "this is no .xlsx workbook, whatever its name says", "Save it as .xlsx")
    if any("vbaproject" in name.lower() or name.lower().endswith(".bin") for name in names):
        refuse(path, "the workbook holds macros or embedded programs", "Save it as .xlsx without macros")
    if any(name.startswith("xl/externalLinks/") for name in names):
        refuse(path, "the workbook links to other files", "Break the links and save it again")


def _chunks(parts: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Read a part piece by piece, each with the end of the one before it."""
    before = b""
    with parts.open(name) as part:
        while piece := part.read(CHUNK):
            yield before + piece
            before = piece[-OVERLAP:]


def _plain_xml(path: Path, parts: zipfile.ZipFile, name: str) -> None:
    """Refuse what a reader of XML would expand, or would read in another coding than it is searched in."""
    for number, chunk in enumerate(_chunks(parts, name)):
        if not number and (b"\x00" in chunk[:200] or CODING.search(chunk[:200])):
            refuse(path, f"{name} is in another coding than UTF-8", "Save it again as .xlsx")
        if ENTITY.search(chunk):
            refuse(path, f"{name} defines XML entities", "Save it again as .xlsx")


def _sheets(path: Path, parts: zipfile.ZipFile) -> dict[str, str]:
    """Give the sheets' names by their parts; more than one of them, or none, is refused."""
    try:
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))  # noqa: S314 (entities are refused)
        links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (ElementTree.ParseError, KeyError):
        refuse(path, "the workbook is damaged", "Open it in a spreadsheet program and save it again as .xlsx")
    sheets = [part for part in book.iter() if part.tag.endswith("}sheet")]
    if len(sheets) != 1:
        names = [
            f"'{one.get('name', '')}'" + ("" if one.get("state", "visible") == "visible" else " (hidden)")
            for one in sheets
        ]
        refuse(path, f"the workbook has {len(sheets)} sheets: {listed(names)}", "Keep only the answers")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    at = PurePosixPath("/xl", targets.get(sheets[0].get(RELATION)) or "")
    return {str(at)[1:]: sheets[0].get("name", "")}


def _plain_values(path: Path, parts: zipfile.ZipFile, part: str, sheet: str) -> None:
    """Refuse what would make the values differ from what the sender sees."""
    where = f"the sheet {listed([repr(sheet)])}"
    for chunk in _chunks(parts, part):
        if found := FORMULA.search(chunk):
            cells = CELL.findall(chunk[: found.start()])
            at = f" in {cells[-1].decode()}" if cells else ""
            refuse(path, f"{where} holds a formula{at}", "Copy the sheet and paste it as values")
        if HIDDEN.search(chunk):
            refuse(path, f"{where} has hidden rows or columns (perhaps a filter)", "Show or delete them")
