"""Metrics in somebody else's layout: the questionnaire says which column holds what."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.stats.tracking.periods import spacing
from trustgap.survey.checks import Problem, SurveyError, listed
from trustgap.survey.matching import fold
from trustgap.survey.programme.records import LARGEST, at_rows
from trustgap.survey.tables import read_table

FORMATS = ("%Y-%m-%d", "%Y-%m", "%b-%y", "%b-%Y", "%b %Y", "%B %Y", "%d/%m/%Y")
"""How a period may be written, such as 2024-04-01, Apr-24 or April 2024."""

FIGURES = ("numerator", "denominator", "percent", "value")
"""Fields of an entry that name a column of numbers."""


def read(
    home: Path, entry: dict[str, object], areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem], list[Path]]:
    r"""Read one metric from a file in another layout.

    Parameters
    ----------
    home : Path
        Where the survey's files lie.
    entry : dict
        ``file metric label kind``, perhaps ``wanted``, ``unit`` and ``public``; the names of the columns
        ``area`` and ``period``, and of either ``value``, perhaps with ``denominator``, or ``denominator``
        with ``numerator`` or ``percent`` (of it);
        ``where``: columns with the value that rows must have; ``sum``: add up rows of one area and period.
    areas : DataFrame, indexed by code
        The areas; where there is a column ``in_answers``, it holds what the file calls them.

    Returns
    -------
    frame : DataFrame
        The columns of ``metrics.csv``. Rows of places that are no areas of the survey are left out, and so
        are rows without a figure.
    problems : list of Problem
        If there are any, the table is not to be used.
    paths : list of Path
        The file, where it is there.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> _ = (home / "waits.csv").write_text("org,month,seen,late\nR1,Apr-24,200,30\nR2,Apr-24,90,9\n")
    >>> entry = {"file": "waits.csv", "metric": "late", "label": "Seen late", "kind": "outcome",
    ...          "area": "org", "period": "month", "numerator": "late", "denominator": "seen"}
    >>> frame, problems, _ = read(home, entry, pd.DataFrame(index=["R1"]))
    >>> frame[["area", "period", "numerator", "denominator"]].to_dict("records"), problems
    ([{'area': 'R1', 'period': '2024-04-01', 'numerator': 30.0, 'denominator': 200.0}], [])
    """
    path = home / entry["file"]
    nothing = pd.DataFrame()
    if not path.is_file():
        found, remedy = "the file of a metric is not there", "Put it beside the survey's other files"
        return (
            nothing,
            [Problem(path.name, "", found, 0, "the file that the questionnaire names", remedy)],
            [],
        )
    try:
        table = read_table(path)
    except SurveyError as error:
        return nothing, error.problems, [path]
    used = {name: entry[name] for name in ("area", "period", *FIGURES) if name in entry}
    absent = [column for column in [*used.values(), *entry.get("where", {})] if column not in table]
    if absent:
        found, accepted = f"lacks the columns {listed(absent)}", f"its columns are {listed(table.columns)}"
        return (
            nothing,
            [Problem(path.name, "header", found, 0, accepted, "Correct the questionnaire")],
            [path],
        )
    chosen, problems = _chosen(table.astype(object).fillna(""), entry, areas)
    laid, more = _laid(chosen, used, path.name)
    problems += more
    if not problems:
        laid, problems = _once(laid, entry, path.name)
    facts = {name: str(entry.get(name, "")) for name in ("metric", "label", "kind", "wanted", "unit")}
    facts["public"] = "yes" if entry.get("public") else "no"
    return laid.assign(**facts, intervention="", intervention_date=""), problems, [path]


def _chosen(
    table: pd.DataFrame, entry: dict[str, object], areas: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep the rows asked for, of areas of the survey; the index stays, to name rows by."""
    for column, wanted in entry.get("where", {}).items():
        table = table[table[column].map(fold).eq(fold(str(wanted)))]
    codes = {fold(code): code for code in areas.index}
    if "in_answers" in areas:
        codes |= {fold(name): code for code, name in areas["in_answers"].items() if name}
    place = table[entry["area"]].map(fold).map(codes)
    kept = table[place.notna()].assign(**{entry["area"]: place[place.notna()]})
    if len(kept):
        return kept, []
    found = f"no row of an area of the survey is left for the metric {listed([entry['metric']])}"
    accepted = f"codes of areas.csv, or names in its column in_answers, in the column {entry['area']}"
    return kept, [Problem(entry["file"], "", found, 0, accepted, "Correct areas.csv or the questionnaire")]


def _laid(table: pd.DataFrame, used: dict[str, str], file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read periods and figures; a percentage becomes a numerator."""
    text = {name: table[column].astype(str).str.strip() for name, column in used.items()}
    period = text["period"].map({cell: _period(cell) for cell in text["period"].unique()})
    found = {
        name: pd.to_numeric(text[name].replace("", np.nan), errors="coerce").astype(float)
        for name in FIGURES
        if name in used
    }
    rows = table.index.to_series()
    problems = _at(file, used["period"], "is no date", rows[period.isna()], "such as 2024-04-01 or Apr-24")
    for name, numbers in found.items():
        wrong = (numbers.isna() & text[name].ne("")) | numbers.lt(0) & (name != "value")
        wrong |= numbers.abs().gt(LARGEST)
        accepted = "a number" if name == "value" else "a number from 0"
        problems += _at(file, used[name], "holds something else", rows[wrong], accepted)
    base = found.get("denominator", pd.Series(np.nan, index=table.index))
    hits = found.get("numerator", pd.Series(np.nan, index=table.index))
    if "percent" in found:
        hits = (found["percent"] / 100 * base).round()
    value = found.get("value", pd.Series(np.nan, index=table.index))
    part = used.get("numerator", used.get("percent", ""))
    problems += _at(file, part, "is more than the whole", rows[hits > base], "a part of it")
    laid = pd.DataFrame({"area": table[used["area"]], "period": period})
    laid = laid.assign(numerator=hits, denominator=base, value=value)
    return laid[value.notna() | (hits.notna() & base.notna())], problems


def _once(laid: pd.DataFrame, entry: dict[str, object], file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave one row for each area and period, and check that these are evenly apart."""
    keys, figures = ["area", "period"], ["numerator", "denominator", "value"]
    again = laid.duplicated(keys)
    if again.any() and not entry.get("sum"):
        accepted = "one row for each area and month; `where` chooses rows, `sum: true` adds them up"
        rows = again[again].index.to_series()
        return laid, _at(file, entry["period"], "comes twice for an area", rows, accepted)
    summed = laid.groupby(keys, as_index=False, sort=False)[figures].sum(min_count=1)
    every = summed.groupby("area")["period"].transform(spacing)
    problems = []
    if every.eq("").any():
        found = f"periods of {summed.loc[every.eq(''), 'area'].nunique():,} areas are not evenly apart"
        accepted = "first days of months or quarters, or days whole weeks apart"
        problems = [Problem(file, f"column {entry['period']}", found, 0, accepted, "Correct them")]
    return summed, problems


def _at(file: str, column: str, found: str, rows: pd.Series, accepted: str) -> list[Problem]:
    """Name rows of the file, which may be some of its rows only."""
    flags = pd.Series(False, index=range(int(rows.max()) + 1 if len(rows) else 0))
    flags[rows.to_numpy()] = True
    return at_rows(file, column, found, flags, accepted)


def _period(cell: str) -> str | None:
    """Read a period however it is written; None where it is none."""
    for pattern in FORMATS:
        try:
            return datetime.strptime(cell.split("T")[0], pattern).date().isoformat()
        except ValueError:
            continue
    return None
