"""Numbers that nothing counted are refused where they stand, before a sum of them is no number any more."""

import shutil

import pandas as pd
import pytest
import sample_survey as sample
import yaml

from trustgap.survey import folder
from trustgap.survey.areas import read_areas
from trustgap.survey.checks import SurveyError
from trustgap.survey.columns import weighed
from trustgap.survey.programme.records import Column, read_records
from trustgap.survey.share_numbers import read_numbers

TEMPLATE = sample.ROOT / "data" / "template"
FAR = ["1e308", "9" * 400, "inf", "1e13"]


@pytest.fixture
def home(tmp_path):
    return shutil.copytree(TEMPLATE, tmp_path / "survey")


def change(home, name, old, new):
    path = home / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("number", FAR)
@pytest.mark.parametrize(
    ("name", "old", "place"),
    [
        ("areas.csv", "400", "column staff_asc"),
        ("metrics.csv", "42,310", "row 2, numerator"),
        ("metrics.csv", ",12,", "row 4, value"),
        ("cases.csv", "2400", "row 2, cost"),
        ("delays.csv", "118", "row 2, days"),
        ("evidence.csv", ",14,", "row 2, base"),
    ],
)
def test_a_number_beyond_any_count_is_named_by_its_place(name, old, place, number, home):
    change(
        home,
        name,
        old,
        {"42,310": f"{number},310", "400": number}.get(old, old.replace(old.strip(","), number)),
    )
    with pytest.raises(SurveyError) as caught:
        folder.load(home)

    assert f"{name}, {place}" in str(caught.value)
    assert number not in str(caught.value)


def test_the_largest_that_can_be_are_read(tmp_path):
    (tmp_path / "areas.csv").write_text("code,name,region,staff_a\nX1,A,N,10000000\n")
    (tmp_path / "more.csv").write_text("area,days\nX1,-1000000000000\nX1,1e12\n")
    areas, problems = read_areas(tmp_path / "areas.csv", groups=["a"], roles=[])
    frame, more = read_records(
        tmp_path / "more.csv", [Column("area", "area"), Column("days", "number")], areas
    )

    assert problems == more == []
    assert areas["staff_a"].tolist() == [1e7]
    assert frame["days"].tolist() == [-1e12, 1e12]


@pytest.mark.parametrize(("weight", "bad"), [("1e8", 0), ("1e-8", 0), ("1e9", 1), ("1e-9", 1), ("1e400", 1)])
def test_a_weight_whose_square_would_be_no_number_is_none(weight, bad):
    assert weighed(pd.Series([weight, "1"], dtype="category"), 2)[1] == bad


@pytest.mark.parametrize(("base", "faults"), [("10000000000", 0), ("1e11", 1), ("1e300", 1)])
def test_a_base_of_a_share_is_a_number_of_people(base, faults):
    cell = {"row": [0], "base": [base], "value": ["50"], "kind": "rate"}
    _, problems = read_numbers(pd.DataFrame(cell | {"base_column": "n", "value_column": "yes"}), "a.csv")

    assert len(problems) == faults


def test_delays_in_another_layout_are_read_beside_head_counts(home):
    """Warnings are errors here: one of pandas told that text was filled into numbers."""
    asked = yaml.safe_load((home / "questionnaire.yaml").read_text(encoding="utf-8"))
    days = {"file": "days.csv", "area": "where", "period": "month", "columns": {"nhs": "n"}}
    asked["files"] = {"delays": {"whole": "All", "responsible": days}}
    (home / "questionnaire.yaml").write_text(yaml.safe_dump(asked), encoding="utf-8")
    (home / "days.csv").write_text("where,month,n\nExampleton,2025-01,7\nAll,2025-01,20\n")
    read = folder.load(home).files["delays"]

    assert read[["area", "days"]].to_numpy().tolist() == [["T01", 7.0], ["national", 20.0]]
