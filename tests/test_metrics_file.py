"""Reading metrics: every fault of a row or a series named, other layouts by a mapping."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest
import sample_survey
import yaml

from trustgap.survey import folder
from trustgap.survey.checks import SurveyError
from trustgap.survey.programme import metrics

HEAD = "metric,label,kind,wanted,area,period,numerator,denominator,value,unit,intervention,intervention_date"
AREAS = pd.DataFrame({"name": ["One", "Two"], "in_answers": ["R1A", ""]}, index=["X1", "X2"])
GOOD = [
    "falls,Falls,outcome,down,X1,2024-01,,,5,people,rounds,2024-02-01",
    "falls,,,,X1,2024-02,,,6,,,",
    "late,Seen late,outcome,down,X2,2024-01-01,3,40,,,,",
]


def asked(*entries):
    """Make a questionnaire of which only the files matter."""
    return SimpleNamespace(files={"metrics": list(entries)} if entries else {})


def read(tmp_path, *lines):
    (tmp_path / "metrics.csv").write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return metrics.read(tmp_path, asked=asked(), areas=AREAS)


def test_what_is_said_once_of_a_metric_stands_in_each_of_its_rows(tmp_path):
    frame, problems, paths = read(tmp_path, *GOOD)
    assert problems == []
    assert [path.name for path in paths] == ["metrics.csv"]
    assert frame.loc[1, ["label", "kind", "wanted", "unit"]].tolist() == [
        "Falls",
        "outcome",
        "down",
        "people",
    ]
    assert frame.loc[1, ["intervention", "intervention_date"]].tolist() == ["rounds", "2024-02-01"]
    assert frame.loc[2, ["intervention", "unit"]].tolist() == ["", ""]
    assert frame["period"].tolist() == ["2024-01-01", "2024-02-01", "2024-01-01"]


def test_a_metric_without_label_has_its_id_in_words(tmp_path):
    frame, _, _ = read(tmp_path, "late_visits,,outcome,,X1,2024-01,,,5,,,")
    assert frame["label"].tolist() == ["Late visits"]


def test_no_file_is_no_problem(tmp_path):
    frame, problems, paths = metrics.read(tmp_path, asked=asked(), areas=AREAS)
    assert (len(frame), problems, paths) == (0, [], [])
    assert list(frame) == [column.name for column in metrics.COLUMNS]


@pytest.mark.parametrize(
    ("line", "place", "found"),
    [
        ("falls,,,,X1,2024-03,,,,,,", "row 5, value", "is empty, and so is numerator"),
        ("falls,,,,X1,2024-03,1,2,5,,,", "row 5, value", "stands beside a numerator"),
        ("late,,,,X2,2024-02,,40,,,,", "row 5, numerator", "is empty beside a denominator"),
        ("late,,,,X2,2024-02,4,,,,,", "row 5, denominator", "is empty beside a numerator"),
        ("late,,,,X2,2024-02,41,40,,,,", "row 5, numerator", "is larger than the denominator"),
        ("late,,,,X2,2024-02,-1,40,,,,", "row 5, numerator", "is below 0"),
        ("late,,,,X2,2024-02,0,-4,,,,", "row 5, denominator", "is below 0"),
        ("falls,,,,X1,2024-02,,,6,,,", "row 5, period", "comes twice"),
        ("falls,Trips,,,X1,2024-03,,,6,,,", "row 5, label", "differs from another row of the metric"),
        ("falls,,process,,X1,2024-03,,,6,,,", "row 5, kind", "differs from another row of the metric"),
        ("falls,,,up,X1,2024-03,,,6,,,", "row 5, wanted", "differs from another row of the metric"),
        ("falls,,,,X1,2024-03,,,6,beds,,", "row 5, unit", "differs from another row of the metric"),
        (
            "falls,,,,X1,2024-03,,,6,,huddles,",
            "row 5, intervention",
            "differs from another row of the metric and",
        ),
        ("falls,,,,X1,2024-03,,,6,,,2024-03", "row 5, intervention_date", "differs from another row"),
        ("beds,Beds,,,X1,2024-03,,,6,,,", "row 5, kind", "is given in no row"),
        ("falls,,,,X2,2024-03,1,20,,,,", "row 2, metric", "is a share in some rows and a value in others"),
        ("beds,,outcome,down,X1,2024-03,,,6,,huddles,", "row 5, intervention", "is there without the other"),
        ("beds,,outcome,down,X1,2024-03,,,6,,,2024-03", "row 5, intervention", "is there without the other"),
        ("beds,,outcome,,X1,2024-03,,,6,,huddles,2024-03", "row 5, wanted", "is empty though something"),
        ("falls,,,,X1,2024-03-07,,,6,,,", "row 2, period", "are not evenly apart"),
        ("falls,,,,national,2024-03,,,6,,,", "row 5, area", "holds something else"),
        ("falls,,,,X1,March,,,6,,,", "row 5, period", "holds something else"),
    ],
)
def test_each_fault_is_named_once_with_its_place(tmp_path, line, place, found):
    _, problems, _ = read(tmp_path, *GOOD, line)
    assert [problem.place for problem in problems] == [place], [problem.message() for problem in problems]
    assert found in problems[0].message()
    assert problems[0].file == "metrics.csv"


ENTRY = {"file": "waits.csv", "metric": "late", "label": "Seen late", "kind": "outcome", "wanted": "down"}
ENTRY |= {"area": "org", "period": "month", "numerator": "late", "denominator": "seen"}
WAITS = ["org,type,month,seen,late", "R1A,1,Apr-24,200,30", "R1A,2,Apr-24,50,2", "R1A,1,May-24,210,31"]
WAITS += ["ZZZ,1,Apr-24,90,9"]


def mapped(tmp_path, lines=tuple(WAITS), **entry):
    (tmp_path / "waits.csv").write_text("\n".join(lines), encoding="utf-8")
    given = {key: value for key, value in (ENTRY | entry).items() if value is not None}
    return metrics.read(tmp_path, asked=asked(given), areas=AREAS)


def test_rows_are_chosen_or_added_up(tmp_path):
    frame, problems, paths = mapped(tmp_path, where={"type": "1"})
    assert (problems, [path.name for path in paths]) == ([], ["waits.csv"])
    assert frame[["area", "period", "numerator", "denominator"]].to_numpy().tolist() == [
        ["X1", "2024-04-01", 30.0, 200.0],
        ["X1", "2024-05-01", 31.0, 210.0],
    ]
    whole, _, _ = mapped(tmp_path, sum=True)
    assert whole["numerator"].tolist() == [32.0, 31.0]
    assert whole["denominator"].tolist() == [250.0, 210.0]


def test_a_percentage_of_a_whole_becomes_a_numerator(tmp_path):
    lines = ["org,month,seen,late", "R1A,2024-04,200,13.6"]
    frame, problems, _ = mapped(tmp_path, lines, numerator=None, percent="late")
    assert problems == []
    assert frame["numerator"].tolist() == [27.0]


@pytest.mark.parametrize(
    "written", ["2024-04-01", "2024-04", "Apr-24", "Apr-2024", "April 2024", "01/04/2024"]
)
def test_a_period_may_be_written_in_many_ways(tmp_path, written):
    frame, problems, _ = mapped(tmp_path, ["org,month,seen,late", f"R1A,{written},20,3"])
    assert problems == []
    assert frame["period"].tolist() == ["2024-04-01"]


@pytest.mark.parametrize(
    ("lines", "entry", "found"),
    [
        (WAITS, {}, "rows 3, month: comes twice for an area"),
        (WAITS, {"numerator": "breaches"}, "header: lacks the columns breaches"),
        (WAITS, {"where": {"type": "9"}}, "no row of an area of the survey is left"),
        (["org,month,seen,late", "R1A,4/24,20,3"], {}, "row 2, month: is no date"),
        (["org,month,seen,late", "R1A,2024-04,20,few"], {}, "row 2, late: holds something else"),
        (["org,month,seen,late", "R1A,2024-04,20,21"], {}, "row 2, late: is more than the whole"),
        (["org,month,seen,late", "R1A,2024-04-01,20,2", "R1A,2024-04-03,20,2"], {}, "not evenly apart"),
    ],
)
def test_each_fault_of_another_layout_is_named(tmp_path, lines, entry, found):
    _, problems, _ = mapped(tmp_path, lines, **entry)
    assert len(problems) == 1, [problem.message() for problem in problems]
    assert re.sub("^rows ", "row ", found) in problems[0].message()


def test_a_file_that_is_not_there_is_asked_for(tmp_path):
    _, problems, _ = metrics.read(tmp_path, asked=asked(ENTRY), areas=AREAS)
    assert "the file of a metric is not there" in problems[0].message()


def test_the_same_month_in_two_files_is_refused(tmp_path):
    (tmp_path / "metrics.csv").write_text(f"{HEAD}\nlate,,outcome,,X1,2024-04,1,20,,,,\n", encoding="utf-8")
    _, problems, _ = mapped(tmp_path, where={"type": "1"})
    assert "a period in two files" in problems[0].message()


def survey_with(tmp_path, entry):
    home = sample_survey.folder(tmp_path / "survey", areas=["X001"])
    document = yaml.safe_load((home / "questionnaire.yaml").read_text(encoding="utf-8"))
    document["files"] = {"metrics": [entry]}
    (home / "questionnaire.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return home


@pytest.mark.parametrize("without", ["file", "metric", "label", "kind", "area", "period", "denominator"])
def test_the_questionnaire_must_say_what_a_metric_needs(tmp_path, without):
    home = survey_with(tmp_path, {key: value for key, value in ENTRY.items() if key != without})
    with pytest.raises(SurveyError) as error:
        folder.load(home)
    assert "files, metrics, entry 1" in str(error.value)


def test_a_file_of_a_metric_lies_beside_the_others(tmp_path):
    home = survey_with(tmp_path, ENTRY | {"file": "../waits.csv"})
    with pytest.raises(SurveyError, match="without a folder"):
        folder.load(home)


def test_the_published_series_are_read(shared):
    home = sample_survey.ROOT / "data" / "nhs_metrics"
    read = folder.load(home, answers=shared / "data").files["metrics"]
    assert read.groupby("area").size().to_dict() == {"ENG": 18} | dict.fromkeys(
        ["RGT", "RJZ", "RQM", "RRK", "RTD", "RYJ"], 36
    )
    england = read[read["area"].eq("ENG")]
    assert england["period"].iloc[[0, -1]].tolist() == ["2024-04-01", "2025-09-01"]
    share = england["numerator"] / england["denominator"]
    assert share.iloc[0] == pytest.approx(0.135383572387574, abs=1e-5)
