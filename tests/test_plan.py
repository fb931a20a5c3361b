"""Which notebooks a survey can feed, and which areas are wanted."""

import pandas as pd
import pytest
import sample_survey as sample

from trustgap.batch import plan
from trustgap.report import measuring
from trustgap.survey import folder

AREAS = pd.DataFrame({"name": list("abc")}, index=["X1", "X2", "7"])


@pytest.fixture
def books(tmp_path):
    sample.notebook(tmp_path / "area" / "00_whole.ipynb", rests_on="tables")
    sample.notebook(tmp_path / "area" / "01_who.ipynb")
    sample.notebook(tmp_path / "area" / "02_trust.ipynb", needs=["trust"], waves=2)
    sample.notebook(tmp_path / "national" / "20_all.ipynb", areas=30)
    sample.notebook(tmp_path / "area" / "draft.ipynb")
    return plan.find_notebooks(tmp_path)


def names(chosen):
    return [notebook.name for notebook in chosen]


def test_notebooks_run_by_number_the_reader_of_tables_after_them_and_national_ones_last(books):
    assert names(books) == ["01_who", "02_trust", "00_whole", "20_all"]
    assert [notebook.national for notebook in books] == [False, False, False, True]


def test_a_folder_without_notebooks_is_named(tmp_path):
    with pytest.raises(plan.PlanError, match=rf"no notebooks in {tmp_path}.*inside a checkout"):
        plan.find_notebooks(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("all", ["01_who", "02_trust", "00_whole", "20_all"]),
        ("02", ["02_trust"]),
        (" 20 , 01_who,", ["01_who", "20_all"]),
        ("00", ["01_who", "02_trust", "00_whole"]),
    ],
)
def test_notebooks_are_chosen_by_number_or_name_with_those_they_read(books, wanted, chosen):
    assert names(plan.choose_notebooks(books, wanted)) == chosen


@pytest.mark.parametrize("wanted", ["09", "01,who", "", ",", "../01_who"])
def test_an_unknown_notebook_is_named_with_those_there_are(books, wanted):
    with pytest.raises(plan.PlanError, match="there are 01_who, 02_trust, 00_whole, 20_all"):
        plan.choose_notebooks(books, wanted)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("all", ["X1", "X2", "7"]),
        ("X2,X1", ["X1", "X2"]),
        (" X2 ,X2", ["X2"]),
        ("2", ["X1", "X2"]),
        ("99", ["X1", "X2", "7"]),
        ("7", ["7"]),
    ],
)
def test_areas_are_all_or_codes_or_the_first_so_many(wanted, chosen):
    assert plan.choose_areas(wanted, AREAS) == chosen


@pytest.mark.parametrize("wanted", ["X9", "X1,X9", "x1", "", ",", "0", "-1", "../X1", "X1/..", "²"])
def test_an_unknown_area_or_number_is_refused_before_any_path_is_built(wanted):
    with pytest.raises(plan.PlanError, match=f"--areas {wanted}:"):
        plan.choose_areas(wanted, AREAS)


def test_a_survey_feeds_only_notebooks_whose_questions_waves_and_areas_it_has(books, tmp_path):
    made = sample.folder(tmp_path / "survey", areas=["X001", "X002"], waves=["2019"])
    measured = measuring.measure(folder.load(made))
    reasons = {book.name: plan.why_not(book, measured) for book in books}

    assert reasons["01_who"] == reasons["00_whole"] == ""
    assert reasons["02_trust"] == "it needs answers from 2 waves, and the survey has 1"
    assert reasons["20_all"] == "it needs 30 areas to compare, and the survey has 2"
    other = plan.Notebook(books[0].path, "", ("statement",), 1, 1, "answers")
    assert plan.why_not(other, measured) == "the survey did not ask about statements"
