"""The files that a local programme keeps: every row checked, every problem named, no cell repeated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.stats.counts import NATIONAL
from trustgap.survey.checks import Problem, SurveyError, listed
from trustgap.survey.matching import fold
from trustgap.survey.tables import read_table

MAX_TEXT = 100
"""Longest text of a cell; longer ones are remarks, which do not belong into these files."""

LARGEST = 1e12
"""Largest number of a cell, either way; squares and sums of larger ones would lose their digits."""

YES_NO = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}
ROWS_NAMED = 5


@dataclass(frozen=True)
class Column:
    """What a column of a file may hold.

    Parameters
    ----------
    name : str
        As in the header.
    kind : {"text", "area", "number", "yes_no", "date", "choice"}
        ``text`` is a short line; ``area`` a code of areas.csv; ``date`` a day as 2024-05-01 or a month as
        2024-05.
    needed : bool
        No cell may be empty, and the column must be there.
    choices : tuple of str
        For ``choice``: the words that are accepted.
    whole : bool
        For ``area``: the whole, too, may have rows, under the code of `counts.NATIONAL`.
    longest : int
        For ``text``: how many characters a cell may have.
    """

    name: str
    kind: str = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()
    whole: bool = False
    longest: int = MAX_TEXT


def empty(columns: list[Column]) -> pd.DataFrame:
    """Make a table without rows.

    Parameters
    ----------
    columns : list of Column
        Its columns.

    Returns
    -------
    DataFrame
        Text as object, numbers and yes or no as float.
    """
    numbers = ("number", "yes_no")
    return pd.DataFrame(
        {one.name: pd.Series(dtype=float if one.kind in numbers else object) for one in columns}
    )


def read_records(
    path: Path, columns: list[Column], areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    r"""Read a file of records and check every cell.

    Parameters
    ----------
    path : Path
        CSV, Parquet or XLSX.
    columns : list of Column
        What it may hold; one of them is called ``area``. Other columns are left behind.
    areas : DataFrame, indexed by code
        The areas there are.

    Returns
    -------
    frame : DataFrame
        One column per entry of `columns`, in their order, one row per row of the file: text "" where empty,
        numbers and yes or no (1 and 0) as float, dates as text 2024-05-01. A column that is not in the file
        is empty.
    problems : list of Problem
        If there are any, the table is not to be used. Cells are never repeated.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "visits.csv"
    >>> _ = path.write_text("area,month,visits\nX1,2024-05,3\nX9,2024-06,many\n")
    >>> columns = [Column("area", "area", True), Column("month", "date"), Column("visits", "number")]
    >>> frame, problems = read_records(path, columns, pd.DataFrame(index=["X1"]))
    >>> list(frame.iloc[0].map(str)), [problem.place for problem in problems]
    (['X1', '2024-05-01', '3.0'], ['row 3, area', 'row 3, visits'])
    """
    try:
        table = read_table(path)
    except SurveyError as error:
        return empty(columns), error.problems
    absent = [one.name for one in columns if one.needed and one.name not in table]
    if absent:
        named = listed((one.name for one in columns), at_most=20)
        accepted = f"the columns {named}; needed: {listed(one.name for one in columns if one.needed)}"
        found = f"lacks the columns {listed(absent)}"
        return empty(columns), [Problem(path.name, "header", found, 0, accepted, "Add them")]
    text = pd.DataFrame("", index=table.index, columns=[one.name for one in columns], dtype=object)
    for one in columns:
        if one.name in table:
            text[one.name] = table[one.name].astype(object).fillna("")
    frame, problems = {}, []
    for one in columns:
        values, wrong, accepted = PARSERS[one.kind](text[one.name], one, areas)
        frame[one.name] = values
        problems += at_rows(path.name, one.name, "holds something else", wrong, accepted)
        if one.needed:
            problems += at_rows(
                path.name, one.name, "is empty", text[one.name].eq(""), accepted, "Fill it in"
            )
    return pd.DataFrame(frame), problems


def at_rows(
    file: str, column: str, found: str, wrong: pd.Series, accepted: str, remedy: str = "Correct it"
) -> list[Problem]:
    """Name the rows of a column in which something is wrong.

    Parameters
    ----------
    file, column : str
        Where.
    found, accepted, remedy : str
        As for `Problem`; never a cell.
    wrong : Series of bool
        One value per row of the file.

    Returns
    -------
    list of Problem
        None, or one that names the first rows; row 1 is the header.

    Examples
    --------
    >>> at_rows("a.csv", "area", "is empty", pd.Series([False, True]), "a code")[0].place
    'row 3, area'
    """
    rows = [str(place + 2) for place in np.flatnonzero(wrong.to_numpy(bool))]
    if not rows:
        return []
    place = f"row{'s' if len(rows) > 1 else ''} {listed(rows, at_most=ROWS_NAMED)}, {column}"
    return [Problem(file, place, found, len(rows) if len(rows) > 1 else 0, accepted, remedy)]


def _distinct(text: pd.Series, parse: Callable[[str], object]) -> pd.Series:
    """Parse every distinct cell once; None marks one that cannot be read."""
    return text.map({cell: parse(cell) for cell in text.unique()}).astype(object)


def _text(text: pd.Series, column: Column, areas: pd.DataFrame) -> tuple[pd.Series, pd.Series, str]:
    def parse(cell: str) -> str | None:
        fits = len(cell) <= column.longest and cell.isprintable() and not set(cell) & set("<>{}")
        return cell if fits else None

    values = _distinct(text, parse)
    accepted = f"a line of at most {column.longest} characters without < > {{ }}"
    return values.fillna(""), values.isna(), accepted


def _area(text: pd.Series, column: Column, areas: pd.DataFrame) -> tuple[pd.Series, pd.Series, str]:
    codes = {fold(code): code for code in areas.index}
    names = "in_answers" if "in_answers" in areas else "name"
    if names in areas:
        codes |= {fold(name): code for code, name in areas[names].items() if name}
    if column.whole:
        codes[NATIONAL] = NATIONAL
    values = _distinct(text, lambda cell: codes.get(fold(cell)) if cell else "")
    return values.fillna(""), values.isna(), f"a code of areas.csv, such as {listed(areas.index, at_most=3)}"


def _number(text: pd.Series, column: Column, areas: pd.DataFrame) -> tuple[pd.Series, pd.Series, str]:
    values = pd.to_numeric(text.replace("", np.nan), errors="coerce").astype(float)
    wrong = (values.isna() & text.ne("")) | (values.abs() > LARGEST)
    accepted = "a number with a point for decimals, without unit or separators, below a million millions"
    return values.mask(wrong), wrong, accepted


def _yes_no(text: pd.Series, column: Column, areas: pd.DataFrame) -> tuple[pd.Series, pd.Series, str]:
    values = text.map(lambda cell: YES_NO.get(fold(cell), np.nan)).astype(float)
    return values, values.isna() & text.ne(""), "yes, no, or an empty cell"


def _choice(text: pd.Series, column: Column, areas: pd.DataFrame) -> tuple[pd.Series, pd.Series, str]:
    known = {fold(choice): choice for choice in column.choices} | {"": ""}
    values = _distinct(text, lambda cell: known.get(fold(cell).replace(" ", "_"), known.get(fold(cell))))
    return values.fillna(""), values.isna(), listed(column.choices, at_most=20)


def _date(text: pd.Series, column: Column, areas: pd.DataFrame) -> tuple[pd.Series, pd.Series, str]:
    def parse(cell: str) -> str | None:
        # Spreadsheets add a time of day to dates.
        day = cell.split(" ")[0].split("T")[0]
        try:
            return date.fromisoformat(f"{day}-01" if len(day) == 7 else day).isoformat() if cell else ""
        except ValueError:
            return None

    values = _distinct(text, parse)
    return values.fillna(""), values.isna(), "a day such as 2024-05-01, or a month such as 2024-05"


PARSERS = {
    "text": _text,
    "area": _area,
    "number": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
}
"""How the cells of each kind of column are read: values, which are wrong, what would be accepted."""
