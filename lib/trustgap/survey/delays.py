"""Delayed transfers of care: days of delay by month, by who they are attributed to and by reason."""

from pathlib import Path

import pandas as pd

from trustgap.survey.checks import Problem
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.records import Column, empty, read_records

FILE = "delays.csv"

COLUMNS = [
    Column("area", "area", needed=True, whole=True),
    Column("period", "date", needed=True),
    Column("breakdown", "choice", needed=True, choices=("responsible", "reason")),
    Column("category", needed=True),
    Column("days", "number"),
]
"""One row per area, month and category."""


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the delayed days of a survey folder.

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
