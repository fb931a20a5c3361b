"""Evidence on barriers: what each of six kinds of sources says for or against them."""

from pathlib import Path

import pandas as pd

from trustgap.survey.checks import Problem
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.records import Column, empty, read_records

FILE = "evidence.csv"

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
        `COLUMNS`; no rows where there is no file.
    problems : list of Problem
        If there are any, the table is not to be used.
    paths : list of Path
        The files read.
    """
    path = home / FILE
    if not path.exists():
        return empty(COLUMNS), [], []
    frame, problems = read_records(path, COLUMNS, areas)
    return frame, problems, [path]
