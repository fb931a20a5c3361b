"""cases.csv: what no single cell shows is found and named, and no cell is repeated."""

import pandas as pd
import pytest

from trustgap.survey.programme import cases

AREAS = pd.DataFrame({"name": ["Ashby", "Birch"]}, index=["X1", "X2"])
HEADER = (
    "case,area,decision_point,team,reviewer,decision,better_decision,available,cost,cost_better,outcome,"
    "population,period"
)
GOOD = "c1,X1,admission,,a,admit,home,yes,900,400,,,"


def read(tmp_path, *rows):
    (tmp_path / "cases.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return cases.read(tmp_path, asked=None, areas=AREAS)


def test_a_sound_file_has_no_problem_and_spelling_does_not_tell_decisions_apart(tmp_path):
    second = "c1,X1,Admission,,b,Admit, HOME ,no,900,400,,,"
    alone = "c2,X2,package review,,,go on,go on,,,,As needed,,after"
    frame, problems, paths = read(tmp_path, GOOD, second, alone)
    assert problems == []
    assert paths == [tmp_path / "cases.csv"]
    assert frame["better_decision"].tolist() == ["home", "home", "go_on"]
    assert frame["decision_point"].tolist() == ["admission", "admission", "package_review"]
    assert frame["outcome"].tolist() == ["", "", "as_needed"]
    assert frame["available"].tolist()[:2] == [1.0, 0.0]


def test_without_a_file_there_are_no_cases(tmp_path):
    frame, problems, paths = cases.read(tmp_path, asked=None, areas=AREAS)
    assert (len(frame), problems, paths) == (0, [], [])
    assert list(frame.columns) == HEADER.split(",")


@pytest.mark.parametrize(
    ("rows", "place", "found"),
    [
        ([GOOD, GOOD.replace("home", "ward")], "row 3, reviewer", "judges the same case again"),
        ([GOOD, GOOD.replace(",a,", ",,")], "row 3, reviewer", "is empty where a case has several rows"),
        ([GOOD, GOOD.replace("X1", "X2").replace(",a,", ",b,")], "row 3, area", "differs from the first row"),
        ([GOOD, GOOD.replace(",a,admit", ",b,refer")], "row 3, decision", "differs from the first row"),
        ([GOOD.replace("home", "admit")], "row 2, available", "a better decision that is not named"),
        ([GOOD.replace("home,yes", ",")], "row 2, cost_better", "a better decision that is not named"),
        ([GOOD.replace("900", "-900")], "row 2, cost", "is below 0"),
        ([GOOD.replace("400", "-1")], "row 2, cost_better", "is below 0"),
        ([GOOD.replace("admit", "admitted")], "decision", "no case at the decision point admission"),
        (
            ["c1,X1,residential,,a,stays,stays,,,,,,"],
            "decision",
            "no case at the decision point residential",
        ),
        (["c1,X1,reablement,A,,perhaps,,,,,,,"], "row 2, decision", "is unknown at the decision point"),
        (["c1,X1,package_review,,a,go,go,,,,too much,,"], "row 2, outcome", "is unknown at the decision"),
        (["c1,X1,admission,,a,,,,,,,,"], "row 2, decision", "is empty"),
    ],
)
def test_what_does_not_fit_is_named_with_its_row(rows, place, found, tmp_path):
    _, problems, _ = read(tmp_path, *rows)
    assert (place, True) in [(problem.place, found in problem.found) for problem in problems]
    assert all(problem.accepted and problem.remedy for problem in problems)


def test_no_message_repeats_a_cell(tmp_path):
    name = "Mrs Jones of Elm Row"
    row = f"{name},X1,reablement,{name},{name},{name},{name},yes,-3,-3,,{name},"
    _, problems, _ = read(tmp_path, row, row, row.replace("X1", "X2"))
    assert len(problems) >= 4
    text = " ".join(str(problem) for problem in problems).casefold()
    assert "jones" not in text
    assert "elm" not in text
