"""How the pages of a survey hang together, without running the notebooks of the project."""

from dataclasses import replace

import nbformat
import pandas as pd
import pytest
import sample_survey as sample

from trustgap.batch import plan, site
from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.report import measuring
from trustgap.survey import folder

FIND = plan.find_notebooks


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("site") / "survey")


@pytest.fixture(scope="module")
def measured(survey):
    return measuring.measure(folder.load(survey))


@pytest.fixture
def books(tmp_path, monkeypatch):
    to = tmp_path / "notebooks"
    sample.measuring(to / "area" / "01_good.ipynb")
    monkeypatch.setattr(plan, "find_notebooks", lambda: FIND(to))
    return to


def test_the_index_says_why_a_notebook_was_not_made(survey, books, tmp_path):
    sample.measuring(books / "area" / "02_more.ipynb")
    book = nbformat.read(books / "area" / "02_more.ipynb", as_version=4)
    book.metadata.trustgap = {"areas": 30}
    nbformat.write(book, books / "area" / "02_more.ipynb")
    outcome = run(Asked(survey, areas="X001", outputs=tmp_path / "pages"))

    assert (outcome.pages, outcome.failures) == (1, [])
    assert "it needs 30 areas to compare, and the survey has 4" in outcome.index.read_text(encoding="utf-8")


def test_pages_of_an_area_are_linked_in_the_order_of_their_numbers(books, measured):
    for name in ("00_first", "02_last"):
        sample.notebook(
            books / "area" / f"{name}.ipynb",
            title=f"{name}?",
            rests_on="tables" if name == "00_first" else "answers",
        )
    found = plan.find_notebooks()
    around = {book.name: site.around(measured, "X001", book, found) for book in found}

    assert [address for _, address in around["01_good"]["nav"]] == ["00_first.html", "", "02_last.html"]
    assert around["00_first"]["previous"] is None
    assert around["01_good"]["previous"] == ("00_first?", "00_first.html")
    assert around["01_good"]["next"] == ("02_last?", "02_last.html")
    assert around["02_last"]["next"] is None
    assert around["01_good"]["area_name"] == "Fennowmere"


def test_without_a_table_there_is_no_file_of_results_and_no_link_to_one(measured, tmp_path):
    (tmp_path / "results.parquet").write_text("of a run before")
    site.write_tables(measured, tmp_path)
    site.write_index(measured, tmp_path, books=[], failures=[], done=set())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "items.csv"]
    assert "results.parquet" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_index_holds_only_what_passed_the_mask(measured, tmp_path):
    site.write_index(measured, tmp_path, books=[], failures=[], done=set())
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    row = html[html.index("Wenlorncombe") :]

    assert "[c]" in row[: row.index("</tr>")]
    assert "%" not in row[: row.index("</tr>")]


def test_questions_that_a_spreadsheet_would_run_are_made_text(measured, tmp_path):
    items = measured.questionnaire.items
    items = items.assign(label=["=1+1", *items["label"].iloc[1:]])
    asked = replace(measured.questionnaire, items=items)
    spoilt = replace(measured, questionnaire=asked)
    site.write_tables(spoilt, tmp_path)

    assert pd.read_csv(tmp_path / "items.csv")["label"].iloc[0] == "'=1+1"
