"""Files of a local programme: every cell is read as its column says, or its row is named."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.counts import NATIONAL
from trustgap.survey.programme import cases, delays, evidence, metrics
from trustgap.survey.programme.records import Column, empty, read_records
from trustgap.survey.questionnaire import build

AREAS = pd.DataFrame({"name": ["Ashby", "Birch"], "in_answers": ["ASH", ""]}, index=["X1", "X2"])
ASKED = build({"survey": "s", "title": "S", "synthetic": True, "citation": "none", **{
    "teams": [], "roles": [], "decisions": {}, "classes": {}, "comparability": [], "names": {},
}})  # fmt: skip


def one(tmp_path, cell, **kind):
    path = tmp_path / "file.csv"
    path.write_text(f'area,cell\nX1,"{cell}"\nX1,\n', encoding="utf-8")
    columns = [Column("area", "area", needed=True), Column("cell", **kind)]
    frame, problems = read_records(path, columns, AREAS)
    return frame["cell"].iloc[0], [(problem.place, problem.found) for problem in problems]


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("2024-05", {"kind": "date"}, "2024-05-01"),
        ("2024-05-17", {"kind": "date"}, "2024-05-17"),
        ("2024-05-17 00:00:00", {"kind": "date"}, "2024-05-17"),
        ("12.5", {"kind": "number"}, 12.5),
        ("Yes", {"kind": "yes_no"}, 1.0),
        ("no", {"kind": "yes_no"}, 0.0),
        ("Case reviews", {"kind": "choice", "choices": ("case_reviews",)}, "case_reviews"),
        ("ash", {"kind": "area"}, "X1"),
        ("birch", {"kind": "area"}, ""),
        (NATIONAL, {"kind": "area", "whole": True}, NATIONAL),
        ("ward 4", {"kind": "text"}, "ward 4"),
    ],
)
def test_a_cell_is_read_as_its_column_says(cell, kind, value, tmp_path):
    read, problems = one(tmp_path, cell, **kind)
    assert read == value
    # A name counts only where no other name of the area in the files is given at all.
    assert bool(problems) == (value == "")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("13/05/2024", {"kind": "date"}),
        ("2024-13", {"kind": "date"}),
        ("1,200", {"kind": "number"}),
        ("inf", {"kind": "number"}),
        ("perhaps", {"kind": "yes_no"}),
        ("rumour", {"kind": "choice", "choices": ("survey",)}),
        ("X9", {"kind": "area"}),
        (NATIONAL, {"kind": "area"}),
        ("<b>", {"kind": "text"}),
        ("x" * 101, {"kind": "text"}),
    ],
)
def test_a_cell_that_does_not_fit_is_named_by_its_row_and_never_repeated(cell, kind, tmp_path):
    _, problems = one(tmp_path, cell, **kind)
    assert problems == [("row 2, cell", "holds something else")]


def test_needed_columns_and_cells_must_be_there(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("area,other\nX1,1\n")
    columns = [Column("area", "area", needed=True), Column("day", "date", needed=True)]
    frame, problems = read_records(path, columns, AREAS)
    assert len(frame) == 0
    assert list(frame) == ["area", "day"]
    assert "lacks the columns day" in problems[0].found
    path.write_text("area,day\n" + "X1,\n" * 7)
    _, problems = read_records(path, columns, AREAS)
    assert problems[0].place == "rows 2, 3, 4, 5, 6 and 2 more, day"
    assert problems[0].count == 7


def test_other_columns_stay_behind_and_absent_ones_are_empty(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("area,remark\nX2,Mrs Smith said\n")
    columns = [Column("area", "area"), Column("cost", "number"), Column("team")]
    frame, problems = read_records(path, columns, AREAS)
    assert problems == []
    assert list(frame) == ["area", "cost", "team"]
    assert np.isnan(frame.loc[0, "cost"])
    assert frame.loc[0, "team"] == ""


@pytest.mark.parametrize("kind", [cases, evidence, metrics, delays])
def test_without_a_file_there_is_an_empty_table_and_no_problem(kind, tmp_path):
    frame, problems, paths = kind.read(tmp_path, asked=ASKED, areas=AREAS)
    assert (len(frame), problems, paths) == (0, [], [])
    assert list(frame) == [column.name for column in kind.COLUMNS]
    assert frame.dtypes.equals(empty(kind.COLUMNS).dtypes)
