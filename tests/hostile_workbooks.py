"""Workbooks that somebody could send to do harm: each is put in the place of a folder's answers."""

import io
import re
import zipfile

import openpyxl
from hostile import ROWS, from_xlsx, raw


def workbook(home, *, change=None, add=(), edit=None, moved=None):
    """Have the answers in a workbook, changed by openpyxl, by further parts, in their text or names."""
    book = openpyxl.Workbook()
    book.active.title = "Answers 2025"
    for row in ROWS:
        book.active.append(row)
    if change:
        change(book)
    book.save(home / "plain.xlsx")
    with zipfile.ZipFile(home / "plain.xlsx") as old, zipfile.ZipFile(home / "answers.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            to = (moved or {}).get(name, name)
            new.writestr(to, edit(name, content) if edit else content, zipfile.ZIP_DEFLATED)
        for name, content in add:
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    (home / "plain.xlsx").unlink()
    from_xlsx(home)


def sheet(edit):
    """Edit the text of the only sheet."""
    return lambda name, content: edit(content) if name.startswith("xl/worksheets/sheet") else content


def hide(kind):
    def change(book):
        if kind == "sheet":
            book.create_sheet("Codes").sheet_state = "veryHidden"
        else:
            part = book.active.row_dimensions[2] if kind == "row" else book.active.column_dimensions["B"]
            part.hidden = True

    return change


def hidden(written):
    """Have the second row hidden, in the words of the sender."""
    return sheet(lambda text: text.replace(b'<row r="2"', b'<row r="2" ' + written.encode(), 1))


def elsewhere(to, *, formula=False, hide=False):
    """Have the only sheet in another part than usual, found by the links of the workbook."""

    def change(name, content):
        if name.startswith("xl/worksheets/sheet"):
            content = content.replace(b"<is>", b"<f>1+1</f><is>", 1) if formula else content
            return content.replace(b'<row r="2"', b'<row hidden="1" r="2"', 1) if hide else content
        return content.replace(b"/xl/worksheets/sheet1.xml", to.encode())

    return lambda home: workbook(home, edit=change, moved={"xl/worksheets/sheet1.xml": to.removeprefix("/")})


def two_books(home):
    """Programs that go by the kinds of parts read another list of sheets than those that go by its name."""
    plain = openpyxl.Workbook()
    file = io.BytesIO()
    plain.save(file)
    parts = zipfile.ZipFile(file)
    links = parts.read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet2.xml")
    listing = parts.read("xl/workbook.xml").replace(b"workbook", b"book")

    def change(name, content):
        old, new = b'PartName="/xl/workbook.xml"', b'PartName="/xl/other.png"'
        return content.replace(old, new) if name == "[Content_Types].xml" else content

    rows = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>"
    more = [("xl/other.png", listing), ("xl/_rels/other.png.rels", links), ("xl/worksheets/sheet2.xml", rows)]
    workbook(home, edit=change, add=more)


def in_utf_16(name, content):
    if not name.startswith("xl/worksheets/sheet"):
        return content
    text = re.sub(r"^<\?xml[^>]*\?>", "", content.decode())
    return text.replace("<is>", "<f>1+1</f><is>", 1).encode("utf-16")


def far_away(content):
    """One cell in the last row and column that a sheet can have."""
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return content.replace(b"</sheetData>", cell)


ENTITY = b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet"
ZEROS = b"0" * 10_000_000
LINK = "xl/externalLinks/externalLink1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

WORKBOOKS = {
    "a bomb of 1 GB": (lambda home: bomb(home), "grows to 1,000 MB"),
    "a bomb that lies about its size": (lambda home: bomb(home, lies=True), "not a whole .xlsx"),
    "a link to another workbook": (lambda home: workbook(home, add=[(LINK, "<a/>")]), "links to other files"),
    "a macro": (lambda home: workbook(home, add=[("xl/vbaProject.bin", b"Sub a()")]), "macros"),
    "a password": (lambda home: raw(home, OLE), "password"),
    "an old workbook by another name": (lambda home: raw(home, OLE[:8] + b"Workbook"), "old .xls workbook"),
    "an old workbook": (lambda home: raw(home, OLE, "answers.xls"), "answers"),
    "a workbook with macros": (lambda home: raw(home, b"PK\x03\x04", "answers.xlsm"), "answers"),
    "a binary workbook": (lambda home: raw(home, b"PK\x03\x04", "answers.xlsb"), "answers"),
    "text by the name of a workbook": (lambda home: raw(home, b"a,b\n1,2\n"), "not a whole .xlsx"),
    "more than 50 MB": (lambda home: raw(home, b"PK\x03\x04" + bytes(51_000_000)), "more than 50 MB"),
    "a formula": (
        lambda home: workbook(home, change=lambda book: book.active.cell(3, 8, "=1+1")),
        "'Answers 2025' holds a formula in H3",
    ),
    "a hidden sheet": (lambda home: workbook(home, change=hide("sheet")), "2 sheets.*'Codes' .hidden."),
    "a hidden row": (lambda home: workbook(home, change=hide("row")), "'Answers 2025' has hidden rows"),
    "a row hidden with spaces": (
        lambda home: workbook(home, edit=hidden('hidden = "1"')), "'Answers 2025' has hidden rows",
    ),
    "a row hidden by a number": (
        lambda home: workbook(home, edit=hidden('hidden="&#49;"')), "'Answers 2025' has hidden rows",
    ),
    "a row hidden behind a sign": (
        lambda home: workbook(home, edit=hidden('x:n=">" xmlns:x="y" hidden="true"')), "has hidden rows",
    ),
    "a formula elsewhere": (elsewhere("/xl/data/sheet1.xml", formula=True), "holds a formula in A1"),
    "a formula in a part spelt otherwise": (
        elsewhere("/xl/Worksheets/sheet1.xml", formula=True), "holds a formula in A1",
    ),
    "a formula in what is called a picture": (elsewhere("/xl/media/a.png", formula=True), "a formula in A1"),
    "a hidden row elsewhere": (elsewhere("/xl/data/sheet1.xml", hide=True), "'Answers 2025' has hidden rows"),
    "two lists of sheets": (two_books, "a sheet that it does not list"),
    "a part given twice": (
        lambda home: workbook(home, add=[("xl/Worksheets/sheet1.xml", b"<a/>")]), "holds a part twice",
    ),
    "a hidden column": (lambda home: workbook(home, change=hide("column")), "'Answers 2025' has hidden"),
    "entities": (
        lambda home: workbook(
            home, edit=sheet(lambda text: text.replace(b"<worksheet", ENTITY, 1))
        ),
        "XML entities",
    ),
    "formulas in another coding": (lambda home: workbook(home, edit=in_utf_16), "holds a formula in A1"),
    "a cell at the far end": (lambda home: workbook(home, edit=sheet(far_away)), "rows, many of them empty"),
    "20,000 parts": (
        lambda home: workbook(home, add=[(f"xl/media/{n}.png", b"") for n in range(20_000)]),
        "parts",
    ),
}  # fmt: skip


def bomb(home, *, lies=False):
    """A sheet of a gigabyte in a file of one megabyte."""
    workbook(home)
    path = home / "answers.xlsx"
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as parts,
        parts.open("xl/worksheets/sheet2.xml", "w") as part,
    ):
        for _ in range(20 if lies else 100):
            part.write(ZEROS)
    if lies:
        true, said = (2 * 10**8).to_bytes(4, "little"), (1000).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(true, said))
