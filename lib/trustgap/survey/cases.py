"""Reviewed cases: what was decided, what reviewers found better, and whether it was to be had."""

from pathlib import Path

import pandas as pd

from trustgap.survey.checks import Problem
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.records import Column, empty, read_records

FILE = "cases.csv"

COLUMNS = [
    Column("case", needed=True),
    Column("area", "area", needed=True),
    Column("decision_point", needed=True),
    Column("team"),
    Column("reviewer"),
    Column("decision", needed=True),
    Column("better_decision"),
    Column("available", "yes_no"),
    Column("cost", "number"),
    Column("cost_better", "number"),
    Column("outcome"),
    Column("population"),
    Column("period", "choice", choices=("before", "after")),
]
"""One row per judgement of a case by a reviewer."""


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the reviewed cases of a survey folder.

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
