"""Delayed transfers of care: days of delay by month, by who they are attributed to and by reason."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trustgap.stats.counts import NATIONAL
from trustgap.survey.checks import Problem, listed
from trustgap.survey.programme.records import Column, at_rows, empty, read_records
from trustgap.survey.questionnaire import Questionnaire

FILE = "delays.csv"
BREAKDOWNS = ("responsible", "reason")
KEY = ["area", "period", "breakdown", "category"]

COLUMNS = [
    Column("area", "area", needed=True, whole=True),
    Column("period", "date", needed=True),
    Column("breakdown", "choice", needed=True, choices=BREAKDOWNS),
    Column("category", needed=True),
    Column("days", "number"),
]
"""One row per area, month and category; an empty cell of days was not recorded, which is not 0."""

LABELS = {
    "nhs": "The NHS",
    "social_care": "Social care",
    "both": "Both together",
    "nhs+both": "The NHS, or both together",
    "delayed_days_per_day": "Days of delay per day of the month",
}
"""What the categories are called unless the questionnaire says otherwise."""

MONTH = "the first day of a month, such as 2024-05-01, or the month alone, such as 2024-05"


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the delayed days of a survey folder.

    Parameters
    ----------
    home : Path
        Where the survey's files lie.
    asked : Questionnaire
        The survey; its ``files: delays:`` says how files in another layout are to be read, one column per
        category.
    areas : DataFrame, indexed by code
        Its areas.

    Returns
    -------
    frame : DataFrame
        `COLUMNS`; no rows where there is no file. Rows of the whole have the area `counts.NATIONAL`: those of
        the file or, where it has none, the sum of the areas.
    problems : list of Problem
        If there are any, the table is not to be used.
    paths : list of Path
        The files read.
    """
    layout = asked.files.get("delays", {})
    if not layout:
        path = home / FILE
        if not path.exists():
            return empty(COLUMNS), [], []
        frame, problems = read_records(path, COLUMNS, areas)
        problems = problems or [*_months(frame, FILE), *_twice(frame, FILE)]
        return (empty(COLUMNS) if problems else _with_whole(frame)), problems, [path]
    parts, problems, paths = [], [], []
    for breakdown in [name for name in BREAKDOWNS if name in layout]:
        path = home / layout[breakdown]["file"]
        if path.exists():
            frame, more = _mapped(path, breakdown, layout, areas)
            parts, problems, paths = [*parts, frame], [*problems, *more], [*paths, path]
    if problems or not parts:
        return empty(COLUMNS), problems, paths
    return _with_whole(pd.concat(parts, ignore_index=True)), [], paths


def labels(asked: Questionnaire) -> dict[str, str]:
    """Name the categories of delayed days.

    Parameters
    ----------
    asked : Questionnaire
        The survey.

    Returns
    -------
    dict of str to str
        Labels by id.
    """
    return LABELS | asked.files.get("delays", {}).get("labels", {})


def _mapped(
    path: Path, breakdown: str, layout: dict, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a file with one row per area and month and one column per category."""
    here = layout[breakdown]
    parts = here["columns"]
    columns = [Column(here["area"], "area", True, whole=True), Column(here["period"], "date", True)]
    columns += [Column(name, "number") for name in parts.values()]
    known = areas
    if "whole" in layout:
        # The file calls the whole by a name of its own, as it does the areas.
        names = "in_answers" if "in_answers" in areas else "name"
        known = pd.concat([areas[[names]], pd.DataFrame({names: layout["whole"]}, index=[NATIONAL])])
    frame, problems = read_records(path, columns, known)
    if problems:
        return empty(COLUMNS), problems
    for column in parts.values():
        if frame[column].isna().all():
            accepted = f"a column of days; the questionnaire expects {listed(parts.values(), at_most=20)}"
            remedy = "Correct its name under files, delays in questionnaire.yaml, or leave it out there"
            found = "is not there or holds no number"
            problems.append(Problem(path.name, f"column {column}", found, 0, accepted, remedy))
    frame = frame.rename(columns={here["area"]: "area", here["period"]: "period"})
    problems += [*_months(frame, path.name, days=list(parts.values())), *_twice(frame, path.name, KEY[:2])]
    wide = frame.rename(columns={column: category for category, column in parts.items()})
    tall = wide.assign(breakdown=breakdown).melt(KEY[:3], list(parts), "category", "days")
    return tall[[one.name for one in COLUMNS]], problems


def _months(frame: pd.DataFrame, file: str, *, days: Sequence[str] = ("days",)) -> list[Problem]:
    """Check that periods are months and days are counts."""
    first = frame["period"].str.endswith("-01")
    problems = at_rows(file, "period", "is no month", ~first, MONTH)
    for column in days:
        accepted = "a number from 0, or an empty cell where nothing was recorded"
        problems += at_rows(file, column, "has fewer than no days", frame[column].lt(0), accepted)
    return problems


def _twice(frame: pd.DataFrame, file: str, key: Sequence[str] = KEY) -> list[Problem]:
    """Refuse two counts of the same days."""
    again = frame.duplicated(list(key))
    accepted = f"one row for each {', '.join(key[:-1])} and {key[-1]}"
    return at_rows(file, "period", "comes a second time", again, accepted, "Keep one of them")


def _with_whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the whole as the sum of the areas where the file does not give it."""
    given = frame.loc[frame["area"].eq(NATIONAL), "breakdown"].unique()
    local = frame[~frame["breakdown"].isin(given) & frame["days"].notna()]
    whole = local.groupby(KEY[1:], sort=False, as_index=False)["days"].sum().assign(area=NATIONAL)
    return pd.concat([frame, whole[[one.name for one in COLUMNS]]], ignore_index=True)
