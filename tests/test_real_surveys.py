"""Three real surveys read without a line of code of their own; counts by plain csv reading."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from trustgap.survey.folder import load
from trustgap.survey.questionnaire import read

DATA = Path(__file__).resolve().parents[1] / "data"


def plain(path: Path) -> list[dict[str, str]]:
    """Read a CSV with the standard library only."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_confidence_in_institutions_reads_as_it_stands(shared):
    path = shared / "data" / "gss_confidence_panel_2006_2014.csv"
    survey, rows = load(DATA / "gss_confidence", answers=path), plain(path)
    answers = survey.answers
    placed = [row for row in rows if row["region"]]

    assert len(answers) == len(placed) == 9797
    assert survey.ledger.set_index("reason")["rows"].to_dict() == {
        "no area": 3,
        "no weight": sum(not row["wtpannr123"] for row in placed),
    }
    assert answers["wave"].astype(str).value_counts().to_dict() == Counter(row["year"] for row in placed)
    assert answers["area"].astype(str).value_counts().to_dict() == Counter(
        f"D{row['region']}" for row in placed
    )
    assert answers["respondent"].nunique() == len({row["pid"] for row in placed})
    assert answers["weight"].sum() == pytest.approx(sum(float(row["wtpannr123"] or 0) for row in placed))
    for item in survey.questionnaire.items.index:
        # The file codes 1 for a great deal, the frame 3; an empty cell is 0.
        turned = Counter({"": 0, "1": 3, "2": 2, "3": 1}[row[item]] for row in placed)
        assert answers[item].value_counts().to_dict() == turned
    assert (survey.questionnaire.items[["k", "top_from", "low_to"]] == [3, 3, 1]).all(axis=None)


def test_judgements_of_teaching_read_as_they_stand(shared):
    path = shared / "data" / "turkiye_student_evaluation.csv"
    survey, rows = load(DATA / "turkiye_teaching", answers=path), plain(path)
    answers = survey.answers

    assert len(answers) == len(rows) == 5820
    assert len(survey.ledger) == 0
    assert answers["area"].nunique() == 13
    low = sum(row["attendance"] == "0" for row in rows)
    assert (answers["group"] == "low").sum() == low
    assert answers["Q28"].tolist() == [int(row["Q28"]) for row in rows]
    items = survey.questionnaire.items
    assert items.groupby("factor_class").size().to_dict() == {"course": 12, "instructor": 16}


def test_the_survey_of_analysts_reads_as_it_stands(shared):
    path = shared / "data" / "apha_cpd_survey_2022.csv"
    survey, rows = load(DATA / "apha_analysts", answers=path), plain(path)
    answers = survey.answers

    assert len(answers) == len(rows) == 237
    assert answers["group"].value_counts().to_dict() == {
        "trust": 127,
        "commissioner": 33,
        "csu": 32,
        "national_body": 32,
        "community": 13,
    }
    assert answers["stay_in_health"].tolist() == [int(row["stay_in_health"]) for row in rows]
    assert answers["src_blogs"].tolist() == [int(row["src_blogs"]) + 1 for row in rows]
    assert survey.ignored == ("age", "gender", "band", "tenure")


def test_a_survey_can_say_what_its_other_areas_are_called():
    called = {
        path.name: read(path / "questionnaire.yaml").names["rest"] for path in DATA.iterdir() if path.is_dir()
    }

    assert called == {
        "demo": "the rest of England",
        "gss_confidence": "the rest of the United States",
        "turkiye_teaching": "all other classes",
        "apha_analysts": "all other analysts",
        "nhs_staff_survey": "the rest of England",
        "nhs_metrics": "the rest of England",
        "england_delayed_transfers": "the rest of England",
        "template": "all other areas",
    }


def test_no_real_answers_are_kept_beside_the_questionnaires():
    for survey in ("gss_confidence", "turkiye_teaching", "apha_analysts"):
        assert sorted(path.name for path in (DATA / survey).iterdir()) == ["areas.csv", "questionnaire.yaml"]
