"""What a release publishes, read as a stranger reads it: from its files alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from pyarrow import parquet

from trustgap.stats import results

PRIVATE = frozenset(["result.json", "review.json", "run.json", "runs.jsonl", "whole.json", ".lock", ".work"])
"""What a run leaves for itself beside its pages; it is never released."""

PUBLIC = ("*/*.html", "*/tables/*.csv", "index.html", "items.csv", "results.parquet", "manifest.json")
"""What a release may hold, from the survey's folder."""

TABLES = ("*/tables/*.csv", "results.parquet", "*.xlsx", "*/*.xlsx", "*/tables/*.xlsx")
"""Where numbers lie that a machine can read."""

INDEX = "index.html"
OPTIONS = pa.csv.ConvertOptions(
    column_types=dict.fromkeys(results.TEXT, pa.string()), strings_can_be_null=False, null_values=[""]
)
LINE = re.compile(r'<tr data-code="([^"]*)" data-region="([^"]*)"[^>]*>(.*?)</tr>', re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
CAPTION = re.compile(r'<caption id="areas-caption">(.*?)</caption>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


class NotPublished(ValueError):
    """A folder that holds no release."""


@dataclass(frozen=True)
class Published:
    """All that a stranger can read in a release.

    Parameters
    ----------
    home : Path
        The survey's folder.
    rows : DataFrame
        The results vocabulary as written, and ``file``, the first file that has the row.
    tables : dict of str to DataFrame
        The same by file, each with all of its rows.
    areas : DataFrame, indexed by area
        ``region name``, of every area that the index names.
    items : DataFrame, indexed by item
        What was asked.
    pages : list of Path
        Every page, the index among them.
    strays : list of Path
        Files that have no place in a release.
    wider : list of str
        Tables with columns that the vocabulary does not have.
    """

    home: Path
    rows: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    areas: pd.DataFrame
    items: pd.DataFrame
    pages: list[Path]
    strays: list[Path]
    wider: list[str]


def homes(outputs: Path) -> list[Path]:
    """Find the surveys in a folder of outputs.

    Parameters
    ----------
    outputs : Path
        The outputs of runs, or of one survey.

    Returns
    -------
    list of Path
        At least one folder.

    Raises
    ------
    NotPublished
        If nothing there looks like pages of a survey.
    """
    if _is_home(outputs):
        return [outputs]
    found = [path for path in sorted(outputs.glob("*")) if path.is_dir() and _is_home(path)]
    if not found:
        raise NotPublished(
            f"{outputs} holds no pages of a survey; name the outputs of a run, or of a release"
        )
    return found


def _is_home(folder: Path) -> bool:
    return (folder / INDEX).is_file() or any(folder.glob("*/tables/*.csv"))


def read(home: Path) -> Published:
    """Read a release.

    Parameters
    ----------
    home : Path
        The survey's folder.

    Returns
    -------
    Published
        All of it.
    """
    files = [path for pattern in TABLES for path in sorted(home.glob(pattern))]
    named = [(path.relative_to(home).as_posix(), _frame(path)) for path in files]
    tables = {name: _complete(frame.assign(file=name)) for name, frame in named}
    parts = list(tables.values())
    items = _items(home / "items.csv")
    index = home / INDEX
    html = index.read_text(encoding="utf-8") if index.is_file() else ""
    rows = pd.concat([*parts, _complete(_of_index(html, items, parts))], ignore_index=True)
    rows = rows[~rows.duplicated(list(results.COLUMNS))].reset_index(drop=True)
    listed = [(*map(unescape, found), _text(CELL.findall(line)[0])) for *found, line in LINE.findall(html)]
    areas = pd.DataFrame(listed, columns=["area", "region", "name"], dtype=object).set_index("area")
    pages = [*([index] if html else []), *sorted(home.glob("*/*.html"))]
    wider = [name for name, frame in named if set(frame) - {*results.COLUMNS, "notebook"}]
    return Published(home, rows, tables, areas, items, pages, list(_strays(home)), wider)


def _frame(path: Path) -> pd.DataFrame:
    """Read whatever tables a file holds."""
    if path.suffix == ".csv":
        return pa.csv.read_csv(path, convert_options=OPTIONS).to_pandas()
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pandas()
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    parts = [pd.DataFrame(rows[1:], columns=list(map(str, rows[0]))) for rows in sheets if rows]
    return pd.concat([pd.DataFrame(), *parts], ignore_index=True)


def _complete(frame: pd.DataFrame) -> pd.DataFrame:
    """Bring what was read to the vocabulary, whatever a file lacks or adds."""
    count = len(frame)
    given = {name: frame[name] for name in [*results.COLUMNS, "file"] if name in frame}
    text = {
        name: given[name].fillna("").astype(str).to_numpy(object)
        if name in given
        else np.full(count, "", object)
        for name in [*results.TEXT, "file"]
    }
    numbers = {
        name: pd.to_numeric(given[name], errors="coerce").to_numpy(float)
        if name in given
        else np.full(count, np.nan)
        for name in results.NUMBERS
    }
    flags = {
        name: given[name].astype(str).eq("True").to_numpy() if name in given else np.zeros(count, bool)
        for name in results.FLAGS
    }
    return pd.DataFrame(text | numbers | flags)[[*results.COLUMNS, "file"]]


def _items(path: Path) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame(columns=["label", "text"], dtype=object)
    return pd.read_csv(path, dtype=str, keep_default_na=False).set_index("item")


def _of_index(html: str, items: pd.DataFrame, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Read the bases and shares that the index lists, as rows like those of the tables."""
    caption = CAPTION.search(html)
    label = _text(caption.group(1)).split(" by ")[0] if caption else ""
    chosen = items.index[items["label"].eq(label)] if label else []
    waves = [wave for part in parts for wave in part.loc[part["analysis"].eq("shares"), "wave"] if wave]
    if len(chosen) != 1 or not waves:
        return pd.DataFrame()
    lines = []
    for code, _, line in LINE.findall(html):
        found = dict(
            zip(("name", "region", "n", "share", "interval"), map(_text, CELL.findall(line)), strict=False)
        )
        lines.append({"area": unescape(code), **_numbers(found)})
    same = {"wave": max(waves), "analysis": "shares", "estimand": "top2_share", "group_a": "all"}
    return pd.DataFrame(lines).assign(item=chosen[0], file=INDEX, **same)


def _numbers(found: dict[str, str]) -> dict:
    """Take base, share and interval of a line of the index out of its words."""
    bound = {">": "over", "<": "under"}.get(found["share"][:1], "")
    low, _, high = found["interval"].partition(" to ")
    base = re.match(r"[\d,]+", found["n"])
    return {
        "n_a": float(base.group().replace(",", "")) if base else np.nan,
        "estimate": _share(found["share"].lstrip("<>")),
        "conf_low": _share(low),
        "conf_high": _share(high),
        "method": "" if np.isnan(_share(low)) else "wilson",
        "reason": bound or ("c" if found["share"] == "[c]" else ""),
        "suppressed": found["share"] == "[c]",
    }


def _share(text: str) -> float:
    number, percent, _ = text.partition("%")
    # As a decimal fraction, not as a quotient: 29 / 100 is written with as many digits as it was shown.
    return round(float(number) / 100, 6) if percent else np.nan


def _text(html: str) -> str:
    return unescape(TAG.sub("", html)).strip()


def _strays(home: Path) -> Iterator[Path]:
    """Find the files that are neither pages nor tables nor what a run keeps for itself."""
    public = {path for pattern in PUBLIC for path in home.glob(pattern)}
    for path in sorted(home.rglob("*")):
        private = PRIVATE.intersection(path.relative_to(home).parts)
        if path.is_file() and path not in public and not private:
            yield path
