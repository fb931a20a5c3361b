"""Metrics over time: the figures by which an area tracks what it does."""

from pathlib import Path

import pandas as pd

from trustgap.survey.checks import Problem
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.records import Column, empty, read_records

FILE = "metrics.csv"

COLUMNS = [
    Column("metric", needed=True),
    Column("label"),
    Column("kind", "choice", needed=True, choices=("outcome", "process", "balancing")),
    Column("wanted", "choice", choices=("up", "down")),
    Column("area", "area", needed=True, whole=True),
    Column("period", "date", needed=True),
    Column("numerator", "number"),
    Column("denominator", "number"),
    Column("value", "number"),
    Column("unit"),
    Column("intervention"),
    Column("intervention_date", "date"),
]
"""One row per metric, area and period."""


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the metrics of a survey folder.

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
