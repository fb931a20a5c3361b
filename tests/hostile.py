"""Files that somebody could send to do harm: each makes a survey folder that must be refused."""

import io
import os
import pickle

import numpy as np
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


def from_xlsx(home, name="answers.xlsx"):
    change(home, "questionnaire.yaml", "answers: answers.csv", f"answers: {name}")


def raw(home, content, name="answers.xlsx"):
    (home / name).write_bytes(content)
    from_xlsx(home, name)


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


def no_text(home):
    """Text that is no UTF-8, which a writer of Parquet does not look at."""
    offsets = pa.py_buffer(np.array([0, 1, 3], np.int32))
    text = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"a\xff\xfe")])
    parquet(home, pa.table({"area": text, "more": ["1", "2"]}))


PARQUETS = {
    "text that is none": (no_text, "damaged"),
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
