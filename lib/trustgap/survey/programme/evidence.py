"""Evidence on barriers: what each of six kinds of sources says for or against them."""

import difflib
import re
from pathlib import Path

import pandas as pd

from trustgap.survey.catalogue import interventions
from trustgap.survey.checks import Problem, listed
from trustgap.survey.matching import fold
from trustgap.survey.programme.records import Column, at_rows, empty, read_records
from trustgap.survey.questionnaire import Questionnaire

FILE = "evidence.csv"

ALIKE = 0.85
"""A barrier or behaviour this like one of the catalogue, and not the same, is taken for a slip of the pen."""

KINDS = ("flow_data", "interviews", "case_reviews", "survey", "observation", "communications")

COLUMNS = [
    Column("area", "area", needed=True),
    Column("behaviour", needed=True),
    Column("barrier", needed=True),
    Column("kind", "choice", needed=True, choices=KINDS),
    Column("level", "choice", choices=("front_line", "senior")),
    Column("finding", "choice", needed=True, choices=("supports", "contradicts", "neither")),
    Column("strength", "choice", choices=("strong", "moderate", "weak")),
    Column("base", "number"),
    Column("item"),
]
"""One row per piece of evidence."""


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the evidence of a survey folder.

    Parameters
    ----------
    home : Path
        Where the survey's files lie.
    asked : Questionnaire
        The survey.
    areas : DataFrame, indexed by code
        Its areas.

    Returns
    -------
    frame : DataFrame
        `COLUMNS`; no rows where there is no file. ``behaviour`` and ``barrier`` are ids: those of the
        catalogue where its id or label was given, else the words given, small and with _ for spaces. ``item``
        is an id of the questionnaire.
    problems : list of Problem
        If there are any, the table is not to be used. Of a barrier that is none of the catalogue's, nor far
        from them; of one with two behaviours in an area; of a question that was not asked; of a base that is
        no count; and of the same piece given twice.
    paths : list of Path
        The files read.
    """
    path = home / FILE
    if not path.exists():
        return empty(COLUMNS), [], []
    frame, problems = read_records(path, COLUMNS, areas)
    if problems:
        return frame, problems, [path]
    known = interventions()
    for column, labels in (("behaviour", known.behaviours["label"]), ("barrier", known.barriers["label"])):
        frame[column], more = _named(frame[column], labels)
        problems += more
    frame["item"], more = _asked(frame["item"], asked.items["label"])
    problems += more
    return frame, problems + _across(frame), [path]


def _named(text: pd.Series, labels: pd.Series) -> tuple[pd.Series, list[Problem]]:
    """Give every barrier or behaviour its id; own words become an id unless they look like a known one."""
    ids = {fold(one): one for one in labels.index} | {fold(label): one for one, label in labels.items()}
    own = {cell: re.sub(r"\W+", "_", fold(cell)).strip("_") for cell in text.unique()}
    found = text.map({cell: ids.get(fold(cell)) or ids.get(one, one) for cell, one in own.items()})
    near = {
        one: difflib.get_close_matches(one, labels.index, 1, ALIKE) for one in set(found) - set(labels.index)
    }
    accepted = (
        f"an id or label of data/interventions.yaml, such as {listed(labels.index, at_most=3)}; or own words"
    )
    problems = []
    for one in sorted(one for one, like in near.items() if like):
        remedy = "Correct the spelling, or choose words that are further from it"
        said = f"looks like `{near[one][0]}`, but is not it"
        problems += at_rows(FILE, str(text.name), said, found.eq(one), accepted, remedy)
    blank = found.eq("")
    return found, problems + at_rows(FILE, str(text.name), "has no letter or digit", blank, accepted)


def _asked(text: pd.Series, labels: pd.Series) -> tuple[pd.Series, list[Problem]]:
    """Give every question its id."""
    ids = (
        {fold(one): one for one in labels.index}
        | {fold(label): one for one, label in labels.items()}
        | {"": ""}
    )
    found = text.map({cell: ids.get(fold(cell)) for cell in text.unique()})
    accepted = f"empty, or a question of the questionnaire: {listed(labels.index, at_most=4)}"
    accepted = accepted if len(labels) else "empty, because the questionnaire has no questions"
    problems = at_rows(FILE, "item", "names a question that was not asked", found.isna(), accepted)
    return found.fillna("").astype(object), problems


def _across(frame: pd.DataFrame) -> list[Problem]:
    """Find what only several columns or rows together show to be wrong."""
    base = frame["base"]
    problems = at_rows(
        FILE, "base", "is no count", base.lt(0) | (base % 1).gt(0), "a whole number from 0, or empty"
    )
    behaviours = frame.groupby(["area", "barrier"])["behaviour"].transform("nunique")
    accepted = "one behaviour for each barrier of an area"
    problems += at_rows(FILE, "behaviour", "differs between rows of a barrier", behaviours.gt(1), accepted)
    accepted, remedy = "every piece of evidence once", "Remove one, or say in what they differ"
    return problems + at_rows(
        FILE, "every column", "repeats another row", frame.duplicated(), accepted, remedy
    )
