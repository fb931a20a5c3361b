"""Quotes that somebody approved, word for word, for the page of the whole."""

import hashlib
import unicodedata
from pathlib import Path

import pandas as pd

from trustgap.survey import personal
from trustgap.survey.checks import Problem
from trustgap.survey.matching import fold
from trustgap.survey.programme.records import Column, at_rows, empty, read_records
from trustgap.survey.questionnaire import Questionnaire

FILE = "quotes_approved.csv"
NAME = "quotes_approved"

COLUMNS = [
    Column("sha256", needed=True),
    Column("text", needed=True, longest=400),
    Column("approver", needed=True),
    Column("date", "date", needed=True),
    Column("theme"),
]
"""One row per quote. There is no column of an area or group: a quote is of the whole, or it is none."""

SHOWN = ("text", "theme")
"""The columns that stand on a page. The fingerprint is of the text alone; both are looked through."""


def fingerprint(text: str) -> str:
    """Give what an approver writes down of a quote, so that nobody can change it afterwards.

    Parameters
    ----------
    text : str
        The quote, without spaces around it.

    Returns
    -------
    str
        SHA-256 of its UTF-8 bytes, hexadecimal.

    Examples
    --------
    >>> fingerprint("Nobody rings back.")[:16]
    '37789a4de451e7e3'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the approved quotes of a survey folder.

    Parameters
    ----------
    home : Path
        Where the survey's files lie.
    asked : Questionnaire
        The survey.
    areas : DataFrame, indexed by code
        Its areas, which no quote may name.

    Returns
    -------
    frame : DataFrame
        `COLUMNS`, and ``area``, which is "" throughout: no page of an area reads these rows. No rows where
        there is no file.
    problems : list of Problem
        If there are any, the table is not to be used: of a text that is not the one that was approved, and
        of one, or a theme, that names a place or seems to hold personal details.
    paths : list of Path
        The files read.
    """
    path = home / FILE
    if not path.exists():
        return empty(COLUMNS).assign(area=""), [], []
    frame, problems = read_records(path, COLUMNS, areas)
    return frame.assign(area=""), problems or _problems(frame, areas), [path]


def _problems(frame: pd.DataFrame, areas: pd.DataFrame) -> list[Problem]:
    """Hold every quote to its fingerprint, and look in all that is shown for what would lead to somebody."""
    text = frame["text"]
    other = frame["sha256"].str.lower().ne(text.map(fingerprint))
    accepted = "the very text whose SHA-256 stands beside it"
    problems = at_rows(FILE, "text", "is not what was approved", other, accepted, "Have it approved again")
    problems += at_rows(FILE, "text", "comes a second time", text.duplicated(), "each quote once")
    names = _names(areas)
    return problems + [one for column in SHOWN for one in _leading(frame[column], names)]


def _leading(cells: pd.Series, names: set[str]) -> list[Problem]:
    """Find the cells of a column that would lead to a person or a place."""
    problems = []
    for kind in personal.FORMS:
        found = cells.map(lambda cell, kind=kind: kind in personal.kinds(cell))
        problems += at_rows(FILE, cells.name, f"seems to hold {kind}", found, "words that lead to nobody")
    digits = cells.map(lambda cell: any(map(str.isnumeric, cell)))
    accepted = "words only: dates and numbers lead to people"
    problems += at_rows(FILE, cells.name, "holds a digit", digits, accepted)
    place = cells.map(lambda cell: any(name in _words(cell) for name in names))
    accepted = "words that lead to no place"
    return problems + at_rows(FILE, cells.name, "names an area or region", place, accepted)


def _names(areas: pd.DataFrame) -> set[str]:
    """Give what areas and regions are called, also "Bristol" of "Bristol, City of"."""
    names = {*areas["name"], *areas["region"]}
    # A shorter code may be a word of its own.
    codes = {*areas.index, *(areas["in_answers"] if "in_answers" in areas else ())}
    names |= {code for code in codes if len(code) > 2}
    return {words for name in names for one in (name, name.split(",")[0]) if (words := _words(one)).strip()}


def _words(text: str) -> str:
    """Give the words of a text with single spaces around them, without the accents that one may leave out."""
    plain = unicodedata.normalize("NFKD", fold(text))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.category(c).startswith("M"))
    return f" {' '.join(letters.split())} "
