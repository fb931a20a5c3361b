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
from trustgap.stats.counts import NATIONAL

PRIVATE = ("*/result.json", "review.json", "run.json", "runs.jsonl", "whole.json", ".lock", ".work/**/*")
"""What a run leaves for itself beside its pages; in a release it has no place."""

MANIFEST = "manifest.json"
"""Only a release has it."""

PUBLIC = ("*/*.html", "*/tables/*.csv", "index.html", "items.csv", "results.parquet", MANIFEST)
"""What a release may hold, from the survey's folder."""

TABLES = ("*/tables/*.csv", "results.parquet", "*.xlsx", "*/*.xlsx", "*/tables/*.xlsx")
"""Where numbers lie that a machine can read."""

INDEX, ITEMS = "index.html", "items.csv"
OPTIONS = pa.csv.ConvertOptions(
    column_types=dict.fromkeys(results.TEXT, pa.string()), strings_can_be_null=False, null_values=[""]
)
LINE = re.compile(r'<tr data-code="([^"]*)" data-region="([^"]*)"[^>]*>(.*?)</tr>', re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
CAPTION = re.compile(r'<caption id="areas-caption">(.*?)</caption>', re.DOTALL)
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
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
    names : list of str
        What the survey is called, and its areas and regions are.
    """

    home: Path
    rows: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    areas: pd.DataFrame
    items: pd.DataFrame
    pages: list[Path]
    strays: list[Path]
    wider: list[str]
    names: list[str]


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

    Raises
    ------
    NotPublished
        If it does not say what was asked: then nothing could be attacked.
    """
    files = [path for pattern in TABLES for path in sorted(home.glob(pattern))]
    named = [(path.relative_to(home).as_posix(), _frame(path)) for path in files]
    tables = {name: _complete(frame.assign(file=name)) for name, frame in named}
    parts = list(tables.values())
    items = _items(home / ITEMS, parts)
    index = home / INDEX
    html = index.read_text(encoding="utf-8") if index.is_file() else ""
    rows = pd.concat([*parts, _complete(_of_index(html, items, parts))], ignore_index=True)
    rows = rows[~rows.duplicated(list(results.COLUMNS))].reset_index(drop=True)
    listed = [(*map(unescape, found), _text(CELL.findall(line)[0])) for *found, line in LINE.findall(html)]
    areas = pd.DataFrame(listed, columns=["area", "region", "name"], dtype=object).set_index("area")
    pages = [*([index] if html else []), *sorted(home.glob("*/*.html"))]
    wider = [name for name, frame in named if set(frame) - {*results.COLUMNS, "notebook"}]
    names = [*map(_text, TITLE.findall(html)), *areas["name"], *areas["region"]]
    return Published(home, rows, tables, areas, items, pages, list(_strays(home)), wider, names)


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


def _items(path: Path, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Read what was asked; every question of which a share is told must be there."""
    try:
        items = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("item")
    except (FileNotFoundError, pd.errors.EmptyDataError, KeyError):
        items = pd.DataFrame(columns=["label", "text"], dtype=object)
    told = [set(part.loc[part["analysis"].isin(["shares", "distribution"]), "item"]) for part in parts]
    if absent := set().union(*told) - set(items.index):
        raise NotPublished(
            f"{path} does not list {', '.join(sorted(absent)[:3])}, of which the tables tell; without it "
            "nothing can be attacked. Name the whole outputs of a run, or of a release"
        )
    return items


def _of_index(html: str, items: pd.DataFrame, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Read the bases and shares that the index lists, as rows like those of the tables."""
    caption = CAPTION.search(html)
    said = _text(caption.group(1)) if caption else ""
    named = [(len(label), item) for item, label in items["label"].items() if said.startswith(f"{label} by ")]
    # One label may begin as another does, and go on with "by".
    chosen = [item for _, item in sorted(named)[-1:]]
    waves = [wave for part in parts for wave in part.loc[part["analysis"].eq("shares"), "wave"] if wave]
    if len(chosen) != 1 or not waves:
        return pd.DataFrame()
    lines = []
    for code, _, line in LINE.findall(html):
        found = dict(
            zip(("name", "region", "n", "share", "interval"), map(_text, CELL.findall(line)), strict=False)
        )
        lines.append({"area": unescape(code), **_numbers(found)})
    if whole := re.search(rf"{re.escape(items['label'][chosen[0]])}: (\S+) of .*\((.*?)\)", _text(html)):
        told = {"n": "", "share": whole[1], "interval": whole[2]}
        lines.append({"area": NATIONAL, **_numbers(told)})
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
    """Find the files that are neither pages nor tables nor what a run keeps for itself, and every link."""
    allowed = PUBLIC if (home / MANIFEST).exists() else (*PUBLIC, *PRIVATE)
    known = {path for pattern in allowed for path in home.glob(pattern)}
    for path in sorted(home.rglob("*")):
        if path.is_symlink() or (path.is_file() and path not in known):
            yield path
