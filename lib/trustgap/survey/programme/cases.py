"""Reviewed cases: what was decided, what reviewers found better, and whether it was to be had."""

from pathlib import Path

import pandas as pd

from trustgap.survey.checks import Problem
from trustgap.survey.matching import fold
from trustgap.survey.programme.records import Column, at_rows, empty, read_records
from trustgap.survey.questionnaire import Questionnaire

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

IDS = ["decision_point", "decision", "better_decision", "outcome"]
"""Columns of which capitals and spaces do not count: two reviewers must be able to name the same thing."""

FACTS = ["area", "decision_point", "team", "decision", "outcome", "population", "period"]
"""Columns that are the same in every row of a case."""

EXPECTED = {"admission": "admit", "residential": "move"}
"""Decisions that pages count at a decision point, so that some case there must have them."""

WORDS = {
    ("reablement", "decision"): ("suitable", "unsuitable"),
    ("package_review", "outcome"): ("over_provided", "as_needed", "under_provided"),
}
"""All that a column may hold at a decision point."""

LABELS = {
    "case_reviewed": "Cases judged",
    "case_shared": "Cases judged by several",
    "case_reviewers": "Reviewers",
    "case_improvable": "Decisions that could have been better",
    "case_available": "Better decisions that were possible at the time",
    "case_avoidable_admission": "Admissions that could have been avoided",
    "case_residential_right": "Moves into residential care that were right",
    "case_over_provided": "Packages larger than needed at review",
    "case_saving_per_case": "Saving per reviewed case",
    "case_percent_agreement": "Two reviewers agree",
    "case_gwet_ac": "Agreement beyond chance, Gwet's AC1",
    "case_cohen_kappa": "Cohen's kappa",
    "case_fleiss_kappa": "Fleiss' kappa",
    "case_krippendorff_alpha": "Krippendorff's alpha",
    "case_raters_differ": "Largest difference between two reviewers",
    "case_agreement": "Agreement beyond chance, Gwet's AC1",
    "case_reablement": "Suitable for reablement",
    "case_swapped": "Teams and populations swapped",
    "case_gap": "Gap between two teams",
}
"""What the results of case reviews are about."""


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
    for column in IDS:
        frame[column] = frame[column].map(lambda cell: fold(cell).replace(" ", "_"))
    return frame, problems or _problems(frame), [path]


def _problems(frame: pd.DataFrame) -> list[Problem]:
    """Find what no single cell shows."""
    several = frame.duplicated("case", keep=False)
    nameless = several & frame["reviewer"].eq("")
    twice = several & ~nameless & frame.duplicated(["case", "reviewer"])
    kept = "one row for each reviewer of a case"
    found = at_rows(FILE, "reviewer", "is empty where a case has several rows", nameless, kept, "Fill it in")
    found += at_rows(FILE, "reviewer", "judges the same case again", twice, kept, "Leave one of the rows out")
    first = frame.groupby("case", sort=False)[FACTS].transform("first")
    for column in FACTS:
        wrong = frame[column].ne(first[column])
        same = f"the same {column} in every row of a case; cases of two areas have two names"
        found += at_rows(FILE, column, "differs from the first row of its case", wrong, same)
    better = frame["better_decision"].ne("") & frame["better_decision"].ne(frame["decision"])
    for column in ("available", "cost_better"):
        wrong = frame[column].notna() & ~better
        none = "an empty cell where better_decision is empty or names what was decided"
        found += at_rows(FILE, column, "tells of a better decision that is not named", wrong, none)
    for column in ("cost", "cost_better"):
        found += at_rows(FILE, column, "is below 0", frame[column].lt(0), "0 or more, in pounds")
    return found + _unknown_words(frame)


def _unknown_words(frame: pd.DataFrame) -> list[Problem]:
    """Find decisions and outcomes that no page would count."""
    found = []
    for (point, column), words in WORDS.items():
        wrong = frame["decision_point"].eq(point) & frame[column].ne("") & ~frame[column].isin(words)
        found += at_rows(FILE, column, f"is unknown at the decision point {point}", wrong, ", ".join(words))
    for point, decision in EXPECTED.items():
        here = frame["decision_point"].eq(point)
        if here.any() and not (here & frame["decision"].eq(decision)).any():
            accepted = f"{decision} for people about whom that was decided, any other word for others"
            what = f"no case at the decision point {point} has the decision {decision}"
            found.append(Problem(FILE, "decision", what, 0, accepted, "Write it so"))
    return found
