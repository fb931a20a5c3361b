"""Metrics over time: the figures by which an area tracks what it does."""

from pathlib import Path

import pandas as pd

from trustgap.stats.tracking.periods import spacing
from trustgap.survey.checks import Problem
from trustgap.survey.programme import metrics_mapping
from trustgap.survey.programme.records import Column, at_rows, empty, read_records
from trustgap.survey.questionnaire import Questionnaire

FILE = "metrics.csv"

COLUMNS = [
    Column("metric", needed=True),
    Column("label"),
    Column("kind", "choice", choices=("outcome", "process", "balancing")),
    Column("wanted", "choice", choices=("up", "down")),
    Column("area", "area", needed=True),
    Column("period", "date", needed=True),
    Column("numerator", "number"),
    Column("denominator", "number"),
    Column("value", "number"),
    Column("unit"),
    Column("public", "choice", choices=("yes", "no")),
    Column("intervention"),
    Column("intervention_date", "date"),
]
"""One row per metric, area and period."""

FACTS = {name: ["metric"] for name in ("label", "kind", "wanted", "unit", "public")}
FACTS |= {"intervention": ["metric", "area"], "intervention_date": ["metric", "area"]}
"""What is the same in all rows of a metric, or of a metric in an area: it need stand in one of them only."""


def read(
    home: Path, *, asked: Questionnaire, areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    """Read the metrics of a survey folder.

    Parameters
    ----------
    home : Path
        Where the survey's files lie.
    asked : Questionnaire
        The survey; ``files["metrics"]`` says how files in other layouts are to be read.
    areas : DataFrame, indexed by code
        Its areas.

    Returns
    -------
    frame : DataFrame
        `COLUMNS`; no rows where there is no file. What is the same in all rows of a metric stands in each
        of them; a metric without label has its id in words.
    problems : list of Problem
        If there are any, the table is not to be used.
    paths : list of Path
        The files read.
    """
    frames, problems, paths = [], [], []
    path = home / FILE
    if path.exists():
        frame, problems = read_records(path, COLUMNS, areas)
        problems = problems or _rows(frame) or _series(frame)
        frames, paths = [frame], [path]
    for entry in asked.files.get("metrics", []):
        frame, more, at = metrics_mapping.read(home, entry, areas)
        frames, problems, paths = [*frames, frame], [*problems, *more], [*paths, *at]
    if problems or not frames:
        return empty(COLUMNS), problems, paths
    whole = pd.concat(frames, ignore_index=True)[[column.name for column in COLUMNS]]
    again = whole.duplicated(["metric", "area", "period"])
    if again.any():
        found, remedy = "a metric of an area has a period in two files", "Leave it in one of them"
        return empty(COLUMNS), [Problem(FILE, "", found, int(again.sum()), "each once", remedy)], paths
    return _filled(whole), [], paths


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Write what is said once of a metric into each of its rows."""
    filled = {
        name: frame[name].where(frame[name].ne("")).groupby([frame[key] for key in keys]).transform("first")
        for name, keys in FACTS.items()
    }
    full = frame.assign(**{name: values.fillna("").astype(object) for name, values in filled.items()})
    plain = full["metric"].str.replace("_", " ").str.strip()
    words = plain.str[:1].str.upper() + plain.str[1:]
    return full.assign(label=full["label"].where(full["label"].ne(""), words))


def _rows(frame: pd.DataFrame) -> list[Problem]:
    """Check that each row has one figure, and that it can be true."""
    value, hits, base = frame["value"], frame["numerator"], frame["denominator"]
    share = hits.notna() | (base.notna() & value.isna())
    figure = "numerator and denominator for a share, or else value, perhaps with denominator"
    rules = [
        ("value", "is empty, and so is numerator", value.isna() & ~share, figure),
        ("value", "stands beside a numerator", value.notna() & hits.notna(), figure),
        ("numerator", "is empty beside a denominator", hits.isna() & base.notna() & value.isna(), figure),
        ("denominator", "is empty beside a numerator", base.isna() & hits.notna(), figure),
        ("numerator", "is below 0", hits.lt(0), "a number from 0"),
        ("denominator", "is below 0", base.lt(0), "a number from 0"),
        ("numerator", "is larger than the denominator", hits.gt(base) & base.ge(0), "a part of it"),
    ]
    return [
        problem
        for column, found, wrong, accepted in rules
        for problem in at_rows(FILE, column, found, wrong, accepted)
    ]


def _series(frame: pd.DataFrame) -> list[Problem]:
    """Check that the rows of a metric, and of a metric in an area, fit together."""
    local = [frame["metric"], frame["area"]]
    filled = _filled(frame)
    twice = frame.duplicated(["metric", "area", "period"])
    problems = at_rows(FILE, "period", "comes twice for a metric and area", twice, "each once")
    for name, keys in FACTS.items():
        differs = frame[name].ne("") & frame[name].ne(filled[name])
        whose = "the metric" if len(keys) == 1 else "the metric and area"
        found, accepted = f"differs from another row of {whose}", "the same in all rows, or in one row only"
        problems += at_rows(FILE, name, found, differs & (name != "label"), accepted)
        problems += at_rows(FILE, name, found, differs & frame["label"].ne("") & (name == "label"), accepted)
    first, begun = ~frame.duplicated("metric"), filled["intervention"].ne("")
    kinds = "outcome, process or balancing, in one row of the metric"
    problems += at_rows(
        FILE, "kind", "is given in no row of the metric", first & filled["kind"].eq(""), kinds
    )
    mixed = frame["value"].notna().groupby(frame["metric"]).transform("nunique").gt(1)
    found, accepted = "is a share in some rows and a value in others", "one or the other"
    problems += at_rows(FILE, "metric", found, mixed & first, accepted)
    start, dated = ~frame.duplicated(["metric", "area"]), filled["intervention_date"].ne("")
    found, accepted = "is there without the other", "intervention and intervention_date, or neither"
    problems += at_rows(FILE, "intervention", found, start & (begun != dated), accepted)
    unsure, found = start & begun & filled["wanted"].eq(""), "is empty though something was put in place"
    problems += at_rows(FILE, "wanted", found, unsure, "up or down")
    every = frame["period"].groupby(local).transform(spacing)
    accepted = "first days of months or quarters, or days whole weeks apart"
    found = "of a metric and area are not evenly apart"
    return problems + at_rows(FILE, "period", found, start & every.eq("") & ~twice, accepted)
