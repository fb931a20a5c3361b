"""Files that somebody could send to do harm: each makes a survey folder that must be refused."""

import io
import os
import pickle
import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

CANARY = "Kanarienvogel4711"
"""A respondent's words, which no message may repeat."""

ROWS = [
    "respondent wave area group role trust_asc trust_hospital risk_professional late_referral".split(),
    ["r1", "2025", "T01", "hospital", "front_line", "4", None, "3", "4"],
    ["r2", "2025", "T01", "asc", "senior", None, "3", "5", CANARY],
]
MAPPED = """files:
  metrics:
    - {file: waits.csv, metric: waits, label: Waits, kind: outcome, area: area, period: month, value: wait}
  delays:
    reason: {file: days.csv, area: area, period: month, columns: {home_care: days}}
"""
TABLES = ["answers", "areas", "cases", "evidence", "metrics", "waits", "days", "delays"]
"""Every table that a survey folder can hold; two of them are named by the questionnaire."""


def change(home, name, old, new):
    path = home / name
    text = path.read_text(encoding="utf-8")
    assert old in text, name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def with_table(home, name):
    """Give the path of a table of the folder, which is made to be read if it is not yet."""
    if name in ("waits", "days"):
        change(home, "questionnaire.yaml", "headline:", f"{MAPPED}headline:")
        (home / "delays.csv").unlink()
        (home / "waits.csv").write_text("area,month,wait\nT01,2025-01,3\nT01,2025-02,4\n")
        (home / "days.csv").write_text("area,month,days\nT01,2025-01,3\nT01,2025-02,4\n")
    return home / f"{name}.csv"


def linked(path):
    """The file lies outside, and a link leads to it."""
    outside = path.parents[1] / "outside.csv"
    path.rename(outside)
    path.symlink_to(outside)


def piped(path):
    path.unlink()
    os.mkfifo(path)


def endless(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def a_folder(path):
    path.unlink()
    path.mkdir()


def pickled(path):
    class Runs:
        def __reduce__(self):
            return os.system, (f"touch {path.parent / 'ran'}",)

    path.write_bytes(pickle.dumps(Runs()))


def objects(path):
    file = io.BytesIO()
    np.save(file, np.array([{"a": CANARY}], dtype=object), allow_pickle=True)
    path.write_bytes(file.getvalue())


def sparse(path):
    """Half a gigabyte that takes no room."""
    with path.open("r+b") as file:
        file.truncate(600_000_000)


def many_columns(path):
    path.write_text(",".join(f"column{n}" for n in range(200_000)) + "\n1\n")


def an_open_quote(path):
    path.write_text('"a,b\n' + f"1,{CANARY}\n" * 100_000)


def with_nul(path):
    path.write_bytes(path.read_bytes() + b"\x00")


TABLE_FAULTS = {
    "a link that leads outside": (linked, "a link out of the folder"),
    "a pipe": (piped, "ordinary file|not there|no such"),
    "a link to a device": (endless, "a link out of the folder"),
    "a folder": (a_folder, "ordinary file|not there|no such"),
    "a pickle": (pickled, "not text"),
    "objects of numpy": (objects, "not text"),
    "600 MB": (sparse, "more than 500 MB"),
    "200,000 columns": (many_columns, "200,000 columns"),
    "an open quotation mark": (an_open_quote, "quotation marks"),
    "NUL": (with_nul, "not text"),
}


def workbook(home, *, change=None, add=(), edit=None):
    """Have the answers in a workbook, changed by openpyxl, by further parts or in the text of parts."""
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
            new.writestr(name, edit(name, content) if edit else content, zipfile.ZIP_DEFLATED)
        for name, content in add:
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    (home / "plain.xlsx").unlink()
    from_xlsx(home)


def from_xlsx(home, name="answers.xlsx"):
    change(home, "questionnaire.yaml", "answers: answers.csv", f"answers: {name}")


def raw(home, content, name="answers.xlsx"):
    (home / name).write_bytes(content)
    from_xlsx(home, name)


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


def in_utf_16(name, content):
    if not name.startswith("xl/worksheets/sheet"):
        return content
    text = re.sub(r"^<\?xml[^>]*\?>", "", content.decode())
    return text.replace("<v>", "<f>1+1</f><v>", 1).encode("utf-16")


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
    "a hidden column": (lambda home: workbook(home, change=hide("column")), "'Answers 2025' has hidden"),
    "entities": (
        lambda home: workbook(
            home, edit=sheet(lambda text: text.replace(b"<worksheet", ENTITY, 1))
        ),
        "XML entities",
    ),
    "formulas in another coding": (lambda home: workbook(home, edit=in_utf_16), "coding"),
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


def parquet(home, table):
    pq.write_table(table, home / "answers.parquet")
    from_xlsx(home, "answers.parquet")


def many_rows(home):
    """A thousand million rows, which are all the same and so take no room."""
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2_000_000, np.int32)), pa.array([CANARY]))
    with pq.ParquetWriter(home / "answers.parquet", pa.schema({"a": column.type, "b": column.type})) as out:
        for _ in range(15):
            out.write_table(pa.table({"a": column, "b": column}))
    from_xlsx(home, "answers.parquet")


def pandas_index(home):
    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0]).assign(more=[[1], [2]])
    parquet(home, pa.Table.from_pandas(frame))


PARQUETS = {
    "30,000,000 rows": (many_rows, "30,000,000 rows"),
    "lists in cells": (pandas_index, "lists or records"),
    "a Parquet file cut short": (lambda home: raw(home, b"PAR1" + bytes(9), "a.parquet"), "not a whole"),
    "numpy by the name of Parquet": (
        lambda home: raw(home, b"\x93NUMPY" + bytes(99), "answers.parquet"), "not a whole",
    ),
    "a .pkl": (lambda home: raw(home, pickle.dumps(1), "answers.pkl"), "answers"),
    "a .npy": (lambda home: raw(home, b"\x93NUMPY", "answers.npy"), "answers"),
}  # fmt: skip

LAUGHS = "\n".join([f"a0: &a0 [{CANARY}]", *(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]" for n in range(1, 30))])

YAMLS = {
    "a call of the system": ("title:", "evil: !!python/object/apply:os.system ['touch ran']\ntitle:", "tags"),
    "an object of Python": ("title:", "evil: !!python/name:os.system\ntitle:", "tags"),
    "a billion laughs": ("title:", f"{LAUGHS}\ntitle:", "references"),
    "a field given twice": (
        "title:",
        "title: One\ntitle:",
        "`?title.* is given twice|'title' is given twice",
    ),
    "more than 1 MB": ("title:", f"# {'x' * 1_000_000}\ntitle:", "at most 1 MB"),
    "a great many entries": ("waves:", f"comparability: [{'1,' * 400_000}]\nwaves:", "50,000 values"),
    "entries that are none": ("waves:", f"comparability: [{'1,' * 10_000}]\nwaves:", "entry 1"),
    "nested a thousand times": ("title:", f"evil: {'[' * 1000}\ntitle:", "nested"),
    "an answers file outside": ("answers: answers.csv", "answers: ../outside.csv", "answers"),
    "an answers file by its full name": ("answers: answers.csv", "answers: /etc/passwd.csv", "answers"),
}
