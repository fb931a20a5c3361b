"""The reader of delayed days: both layouts, the whole, what was not recorded, and every fault by itself."""

import pandas as pd
import pytest

from trustgap.stats.counts import NATIONAL
from trustgap.survey.programme import delays
from trustgap.survey.questionnaire import build

AREAS = pd.DataFrame({"name": ["Ashby", "Birch"], "in_answers": ["ASH", "BIR"]}, index=["X1", "X2"])
SURVEY = {"survey": "s", "title": "S", "synthetic": False, "citation": "none"}
LAYOUT = {
    "whole": "Albion",
    "responsible": {
        "file": "by_side.csv",
        "area": "council",
        "period": "month",
        "columns": {"nhs": "days_nhs", "social_care": "days_care"},
    },
    "labels": {"nhs": "Hospitals"},
}
PLAIN = (
    "area,period,breakdown,category,days\nX1,2019-01,responsible,nhs,30\nX2,2019-01-01,responsible,nhs,12\n"
)
WIDE = "council,month,days_nhs,days_care\nASH,2019-01-01,30,10\nASH,2019-02-01,,\nAlbion,2019-01-01,50,25\n"


def asked(**layout):
    return build({**SURVEY, "files": {"delays": LAYOUT | layout}})


def read(tmp_path, text, *, name="delays.csv", survey=None):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return delays.read(tmp_path, asked=survey or build(SURVEY), areas=AREAS)


def test_no_file_is_no_row_and_no_problem(tmp_path):
    frame, problems, paths = delays.read(tmp_path, asked=build(SURVEY), areas=AREAS)
    assert (len(frame), problems, paths) == (0, [], [])
    assert list(frame) == [one.name for one in delays.COLUMNS]
    assert delays.read(tmp_path, asked=asked(), areas=AREAS)[1] == []


def test_the_whole_is_the_sum_of_the_areas_where_the_file_does_not_give_it(tmp_path):
    frame, problems, _ = read(tmp_path, PLAIN)
    assert problems == []
    whole = frame[frame["area"].eq(NATIONAL)]
    assert whole[["period", "category", "days"]].to_numpy().tolist() == [["2019-01-01", "nhs", 42.0]]


def test_another_layout_is_read_by_its_mapping(tmp_path):
    frame, problems, paths = read(tmp_path, WIDE, name="by_side.csv", survey=asked())
    assert problems == []
    assert [path.name for path in paths] == ["by_side.csv"]
    found = frame.set_index(["area", "period", "category"])["days"]
    assert found["X1", "2019-01-01", "nhs"] == 30
    # The file's own whole counts, not the sum of the areas in it.
    assert found[NATIONAL, "2019-01-01", "social_care"] == 25
    assert set(frame["breakdown"]) == {"responsible"}


def test_an_empty_cell_is_not_recorded_and_not_nought(tmp_path):
    frame, _, _ = read(tmp_path, WIDE, name="by_side.csv", survey=asked())
    assert frame.set_index(["area", "period", "category"])["days"].isna().sum() == 2
    plain, problems, _ = read(tmp_path, PLAIN + "X1,2019-02,responsible,nhs,\n")
    assert problems == []
    assert plain[plain["area"].eq(NATIONAL)]["period"].tolist() == ["2019-01-01"]


def test_labels_can_be_changed():
    assert delays.labels(asked())["nhs"] == "Hospitals"
    assert delays.labels(asked())["both"] == delays.LABELS["both"]


@pytest.mark.parametrize(
    ("row", "place", "found"),
    [
        ("X1,2019-02,responsible,nhs,-3", "row 4, days", "has fewer than no days"),
        ("X1,2019-02-14,responsible,nhs,3", "row 4, period", "is no month"),
        ("X1,2019-01,responsible,nhs,3", "row 4, period", "comes a second time"),
        ("X9,2019-02,responsible,nhs,3", "row 4, area", "holds something else"),
        ("X1,2019-02,culprit,nhs,3", "row 4, breakdown", "holds something else"),
        ("X1,2019-02,responsible,,3", "row 4, category", "is empty"),
        ("X1,2019-02,responsible,nhs,many", "row 4, days", "holds something else"),
    ],
)
def test_every_fault_of_a_row_names_its_place(row, place, found, tmp_path):
    frame, problems, _ = read(tmp_path, f"{PLAIN}{row}\n")
    assert [(one.place, one.found) for one in problems] == [(place, found)]
    assert len(frame) == 0
    assert "many" not in problems[0].message()
    assert "-3" not in problems[0].message()


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (("ASH,2019-02-01,,", "ASH,2019-02-01,-1,0"), "row 3, days_nhs", "has fewer than no days"),
        (("ASH,2019-02-01", "ASH,2019-01-01"), "row 3, period", "comes a second time"),
        (("ASH,2019-02-01", "ELM,2019-02-01"), "row 3, council", "holds something else"),
        (("ASH,2019-02-01", "ASH,2019-02-10"), "row 3, period", "is no month"),
        (("days_care", "care"), "column days_care", "is not there or holds no number"),
        (("month,", "when,"), "header", "lacks the columns month"),
    ],
)
def test_every_fault_of_another_layout_names_its_place(change, place, found, tmp_path):
    frame, problems, _ = read(tmp_path, WIDE.replace(*change), name="by_side.csv", survey=asked())
    assert len(frame) == 0
    assert [(one.place, one.found) for one in problems] == [(place, found)]
