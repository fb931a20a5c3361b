"""Files of a survey folder with something wrong: drawn by Hypothesis, mostly near to files that are sound."""

import copy
import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import strategies as st

TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "template"
CANARY = "Kanarienvogel4711"
"""What somebody wrote and nobody must read again."""

STRANGE = [
    "", " ", "\t", "\0", "\n", "\r\n", '"', '""', "'", ",", ";", "0", "-0", "-1", "00", "1.0", "1,5", "1 000",
    "1e5", "1e400", "-1e308", "5e-324", "9" * 400, "nan", "inf", "-Infinity", "None", "null", "NA", "True",
    "yes", "0x10", "1_000", "١٢٣", "½", "²", "12:30", "2024-02-30", "2024-13-45", "0000-00-00", "0001-01-01",
    "9999-12-31", "10000-01-01", "2024-W01", "20240101", "2024", "NaT", "now", "1677-01-01", "2262-05-01",
    "\u202eabc\u202c", "a\u200bb", "\ufeff", "e" + "\u0301" * 80, "İ", "ß", "ǅ",
    "👩‍👧", "\ud7ff", "\uffff", "\x1b[2J", "\x85", "\u2028", "a" * 101, "b" * 20_000, "=HYPERLINK(1)", "＝1",
    "<script>alert(1)</script>", "{{7*7}}", "%s%n", "{area.__class__.__mro__}",
    "../../etc/passwd", "..", ".", "/", "con", "all", "national", "rest", "wave",
    "area", "T01", "T02", "hospital", "asc", "2025", "Agree", "agree ", "AGREE", "9", "-4", "6", "127", "128",
]  # fmt: skip
ENCODINGS = ["utf-8"] * 40 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "utf-7"]
SEPARATORS = [","] * 30 + [";", "\t", "|", ";,", " "]
BREAKS = ["\n"] * 30 + ["\r\n", "\r", "\n\n", "\u2028"]

VALUES = st.one_of(
    st.sampled_from(STRANGE),
    st.sampled_from(STRANGE),
    st.just(CANARY),
    st.text(max_size=12),
    st.floats().map(repr),
    st.integers().map(str),
    st.dates().map(str),
    st.binary(max_size=8).map(lambda raw: raw.decode("latin-1")),
)


NAMES = VALUES.map(lambda text: text.replace(CANARY, "a name"))
"""Names of columns may be told."""


def answers(people=30):
    """Give answers of two groups in two areas as rows of text, the header first."""
    chance = np.random.default_rng(7)
    agree = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]
    often = ["Never", "Infrequently", "Sometimes", "Frequently", "Very frequently"]
    items = "trust_asc trust_hospital risk_professional late_referral".split()
    rows = [["respondent", "wave", "area", "group", "role", *items, "weight"]]
    for area in ("T01", "T02"):
        for group in ("asc", "hospital"):
            for _ in range(people):
                said = [chance.choice(words) for words in (agree, agree, often, often)]
                said[0 if group == "asc" else 1] = ""
                who = [f"person-{len(rows):04}", "2025", area, group, "front_line"]
                rows.append([*who, *map(str, said), "1.5"])
    return rows


def months(count=14):
    """Give a metric of two areas by month, something being put in place in the first."""
    header = (TEMPLATE / "metrics.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    periods = [str(month.date()) for month in pd.date_range("2024-01-01", periods=count, freq="MS")]
    facts = ["delayed", "Discharges delayed", "outcome", "down"]
    return [header] + [
        [*facts, area, period, str(30 + n % 5), "300", "", "", "yes", *begun]
        for area, begun in (("T01", ["early_review", "2024-08-01"]), ("T02", ["", ""]))
        for n, period in enumerate(periods)
    ]


def rows_of(name):
    """Give the rows of a file of the template, thirteen times where it has cases."""
    with (TEMPLATE / name).open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    if name == "cases.csv":
        rows = [[f"{row[0]}_{n}", *row[1:]] for n in range(13) for row in rows]
    return [header, *rows]


SOUND = {
    "answers": answers(),
    "areas": rows_of("areas.csv"),
    "cases": rows_of("cases.csv"),
    "evidence": rows_of("evidence.csv"),
    "metrics": months(),
}


def _cell(draw, rows):
    row = draw(st.integers(1, 400)) % len(rows) if rows else None
    if row and rows[row]:
        rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(VALUES)


def _likely(draw, rows):
    """Take a cell from another row."""
    here, there = draw(st.integers(1, 200)) % max(1, len(rows)), draw(st.integers(1, 200)) % max(1, len(rows))
    if here and there and rows[here] and rows[there]:
        at = draw(st.integers(0, min(len(rows[here]), len(rows[there])) - 1))
        rows[here][at] = rows[there][at]


def _column(draw, rows):
    at, value = draw(st.integers(0, len(rows[0]) - 1)) if rows and rows[0] else 0, draw(VALUES)
    for row in rows[1:]:
        if at < len(row):
            row[at] = value


def _name(draw, rows):
    if rows and rows[0]:
        names = st.one_of(NAMES, st.sampled_from([name for row in SOUND.values() for name in row[0]]))
        rows[0][draw(st.integers(0, len(rows[0]) - 1))] = draw(names)


def _longer(draw, rows):
    if rows:
        rows[draw(st.integers(0, len(rows) - 1))].append(draw(NAMES))


def _shorter(draw, rows):
    row = rows[draw(st.integers(0, len(rows) - 1))] if rows else []
    del row[draw(st.integers(0, len(row))) :]


def _wider(draw, rows):
    name, value, times = draw(NAMES), draw(VALUES), draw(st.sampled_from([1, 1, 1, 2, 300]))
    for n, row in enumerate(rows):
        row.extend([value if n else f"{name}{more or ''}" for more in range(times)])


def _narrower(draw, rows):
    at = draw(st.integers(0, len(rows[0]))) if rows else 0
    for row in rows:
        del row[at : at + 1]


def _again(draw, rows):
    if rows:
        at, times = draw(st.integers(0, len(rows) - 1)), draw(st.sampled_from([1, 2, 12, 400]))
        rows[at:at] = [list(rows[at]) for _ in range(times)]


def _fewer(draw, rows):
    start = draw(st.integers(0, len(rows)))
    del rows[start : start + draw(st.sampled_from([1, 1, 3, len(rows)]))]


def _headless(draw, rows):
    del rows[:1]


def _mixed(draw, rows):
    rows[:] = draw(st.permutations(rows)) if len(rows) < 40 else rows[::-1]


OPERATIONS = (
    [_likely] * 8
    + [_cell] * 5
    + [_fewer] * 2
    + [_mixed] * 2
    + [_column, _name, _name, _longer, _shorter, _wider, _narrower, _again, _headless]
)


def _told(draw, rows):
    """Write rows as text, with quotation marks or without."""
    separator, end = draw(st.sampled_from(SEPARATORS)), draw(st.sampled_from(BREAKS))
    how = draw(st.sampled_from(["minimal"] * 6 + ["all", "none"]))
    if how == "none" or len(separator) > 1:
        return end.join(separator.join(row) for row in rows) + end
    file = io.StringIO()
    quoting = csv.QUOTE_ALL if how == "all" else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue()


def _workbook(rows):
    """Write rows as a workbook; what a workbook cannot hold is left out."""
    file = io.BytesIO()
    clean = [["".join(c for c in cell if c >= " ")[:30_000] for cell in row] for row in rows]
    with pd.ExcelWriter(file, engine="openpyxl") as writer:
        pd.DataFrame(clean).to_excel(writer, index=False, header=False)
    return file.getvalue()


def _parquet(draw, rows):
    """Write rows as Parquet, some columns as numbers, dates or lists."""
    width = max(map(len, rows), default=0)
    padded = [row + [None] * (width - len(row)) for row in rows]
    frame = pd.DataFrame(padded[1:], columns=[str(name) for name in padded[0]] if rows else None)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    file = io.BytesIO()
    if len(frame.columns) and draw(st.booleans()):
        kinds = st.sampled_from(
            [float("inf"), -7, 3.5, True, b"\xff", pd.Timestamp("2024-01-01"), [1], {"a": 1}]
        )
        frame[frame.columns[draw(st.integers(0, len(frame.columns) - 1))]] = [draw(kinds)] * len(frame)
    frame.to_parquet(file, index=False)
    return file.getvalue()


def _repacked(draw, content):
    """Change the text within the parts of a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if draw(st.integers(0, 3)) == 0:
                part = damaged(draw, part)
            new.writestr(name, part)
    return file.getvalue()


def damaged(draw, content):
    """Cut, repeat, change or insert bytes."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        how = draw(st.sampled_from(["cut", "head", "insert", "drop", "repeat", "flip"]))
        some = draw(
            st.binary(min_size=1, max_size=6) | st.sampled_from([b"\0", b'"', b"\xef\xbb\xbf", b"\xff"])
        )
        content = {
            "cut": content[:at],
            "head": content[at:],
            "insert": content[:at] + some + content[at:],
            "drop": content[:at] + content[at + len(some) :],
            "repeat": content[:at] + content[max(0, at - 200) :],
            "flip": content[:at] + some + content[at + len(some) :],
        }[how]
    return content


def encoded(draw, text):
    return text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")


@st.composite
def tables(draw, kind):
    """Draw a file of rows: its name and its bytes, nearly sound."""
    if draw(st.integers(0, 19)) == 0:
        return f"{kind}.csv", draw(st.binary(max_size=300))
    rows = copy.deepcopy(SOUND[kind])
    for _ in range(draw(st.integers(0, 4))):
        draw(st.sampled_from(OPERATIONS))(draw, rows)
    form = draw(st.sampled_from(["csv"] * 8 + ["xlsx", "parquet"])) if kind == "answers" else "csv"
    if form == "xlsx":
        content = _workbook(rows)
        content = _repacked(draw, content) if draw(st.booleans()) else content
    elif form == "parquet":
        content = _parquet(draw, rows)
    else:
        content = encoded(draw, _told(draw, rows))
    return f"{kind}.{form}", damaged(draw, content) if draw(st.integers(0, 9)) == 0 else content
