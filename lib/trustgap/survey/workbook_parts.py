"""Looking into a workbook before any library unpacks it: what is more than a sheet of values is refused."""

import io
import posixpath
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from trustgap.survey.checks import Problem, SurveyError, listed

MAX_BYTES = 50_000_000
MAX_EXPANDED = 500_000_000
MAX_RATIO = 100
MAX_PARTS = 1_000

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
CHUNK = 1_000_000

BOOK = "xl/workbook.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
CELL, FORMULA, LINES = f"{MAIN}c", f"{MAIN}f", (f"{MAIN}row", f"{MAIN}col")
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
            seen = {name: _Part(path, parts, name) for name in parts.namelist()}
            part, title = _sheet(path, parts)
            others = [name for name, one in seen.items() if one.book or (one.rows and name != part)]
            if others != [BOOK]:
                found = "the workbook holds a sheet that it does not list"
                refuse(path, found, "Copy the answers into a new workbook")
            if part in seen and seen[part].found:
                refuse(path, f"the sheet {listed([repr(title)])} {seen[part].found}", seen[part].remedy)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, LookupError, ValueError, zlib.error):
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
    if BOOK not in names:
        refuse(path, "this is no .xlsx workbook, whatever its name says", "Save it as .xlsx")
    if any("vbaproject" in name.lower() or name.lower().endswith(".bin") for name in names):
        refuse(path, "the workbook holds macros or embedded programs", "Save it as .xlsx without macros")
    if any(name.lower().startswith("xl/externallinks/") for name in names):
        refuse(path, "the workbook links to other files", "Break the links and save it again")
    if len({name.lower() for name in names}) < len(names):
        refuse(path, "the workbook holds a part twice", "Copy the answers into a new workbook")


class _Part:
    """What a part of a workbook holds, whatever it is called: read as readers of workbooks read it."""

    def __init__(self, path: Path, parts: zipfile.ZipFile, name: str) -> None:
        self.path, self.name, self.cell = path, name, ""
        self.book = self.rows = False
        self.found = self.remedy = ""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.StartDoctypeDeclHandler = self._begins, self._declares
        try:
            with parts.open(name) as file:
                while piece := file.read(CHUNK):
                    parser.Parse(piece)
            parser.Parse(b"", True)
        except expat.ExpatError:
            # Pictures and notes need not be XML; what readers take for a sheet and is none, they refuse.
            pass

    def _begins(self, tag: str, attributes: dict[str, str]) -> None:
        """Note what makes this part a sheet or a list of sheets, and what its sender may not see."""
        if tag == CELL:
            self.cell = attributes.get("r", "")
        elif tag == FORMULA:
            at = f" in {self.cell}" if self.cell else ""
            self._notes(f"holds a formula{at}", "Copy the sheet and paste it as values")
        elif tag in LINES:
            self.rows = True
            if attributes.get("hidden", "0") not in ("0", "false"):
                self._notes("has hidden rows or columns (perhaps a filter)", "Show or delete them")
        elif tag.rpartition(" ")[2] == "sheets":
            # The library that reads the list asks for no namespace.
            self.book = True

    def _notes(self, found: str, remedy: str) -> None:
        if not self.found:
            self.found, self.remedy = found, remedy

    def _declares(self, *_: object) -> None:
        """Refuse what a reader of XML would expand."""
        refuse(self.path, f"{self.name} defines XML entities", "Save it again as .xlsx")


def _sheet(path: Path, parts: zipfile.ZipFile) -> tuple[str, str]:
    """Give the part and the name of the only sheet; more than one of them, or none, is refused."""
    try:
        book = ElementTree.fromstring(parts.read(BOOK))  # noqa: S314 (entities are refused)
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
    at = posixpath.join("/xl", targets.get(sheets[0].get(RELATION)) or "")
    return posixpath.normpath(at)[1:], sheets[0].get("name", "")
