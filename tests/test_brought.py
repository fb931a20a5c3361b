"""What an area brings beside a survey: who gets a page, what is hidden, what the whole reads of the areas."""

from functools import partial

import pandas as pd
import pytest
import sample_survey as sample

from trustgap.batch import plan
from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.report.disclosure import Mask, figures, records
from trustgap.report.wording import Words

METRICS = "metric,kind,area,period,value,public\nlos,outcome,X002,2024-05,3,yes\nlos,,X003,2024-05,4,\n"
passed = partial(records, mask=Mask())
TRACKED = """from trustgap.report import tables
from trustgap.report.study import open_area
study = open_area(survey, area=area, answers=answers, release=release, outputs=outputs)
rows = study.metrics.rename(columns={"value": "estimate", "metric": "item"})[["area", "item", "estimate"]]
shown = study.protect_figures(rows.assign(analysis="tracked", estimand="metric_value"))
tables.show(shown, columns={"item_label": "Metric", "estimate_text": "Value"}, caption="Metrics")"""
WHOLE = """from trustgap.report import tables
from trustgap.report.study import area_tables, open_national
study = open_national(survey, answers=answers, release=release, outputs=outputs)
found = area_tables(made, study, ["tracked"])
study.keep(found)
tables.show(found, columns={"area_label": "Area", "estimate_text": "Value"}, caption="Metrics")"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("brought")
    survey = sample.folder(home / "survey", waves=["2019"])
    (survey / "metrics.csv").write_text(METRICS)
    books = home / "notebooks"
    sample.measuring(books / "area" / "01_good.ipynb")
    sample.notebook(
        books / "area" / "09_some.ipynb",
        TRACKED,
        'study.save("09_some")',
        title="Did it?",
        rests_on="metrics",
    )
    sample.notebook(books / "national" / "21_all.ipynb", WHOLE, 'study.save("21_all")', rests_on="tables")
    patch = pytest.MonkeyPatch()
    found = plan.find_notebooks(books)
    patch.setattr(plan, "find_notebooks", lambda: found)
    outcome = run(Asked(survey, areas="X001,X002,X003", outputs=home / "outputs"), workers=2)
    patch.undo()
    assert outcome.failures == []
    return home / "outputs" / "demo"


def pages(made, area):
    return sorted(path.name for path in (made / area).glob("*.html"))


def test_only_areas_that_brought_a_file_get_its_page_be_their_survey_too_small_or_not(made):
    assert pages(made, "X001") == ["01_good.html"]
    assert pages(made, "X002") == ["01_good.html", "09_some.html"]
    assert pages(made, "X003") == ["00_summary.html", "09_some.html"]
    silent = (made / "X003" / "00_summary.html").read_text(encoding="utf-8")
    assert "No local result" in silent
    assert 'href="09_some.html">Did it?' in silent


def test_a_national_page_reads_what_all_areas_showed(made):
    table = pd.read_csv(made / "national" / "tables" / "21_all.csv")
    assert table[["area", "estimate"]].to_numpy().tolist() == [["X002", 3.0], ["X003", 4.0]]


@pytest.mark.parametrize(
    ("let", "n_a", "n_b", "shown"),
    [
        (passed, 10, None, False),
        (passed, 11, None, True),
        (passed, None, None, False),
        (passed, 11, 10, False),
        (figures, 10, None, False),
        (figures, 11, None, True),
        (figures, None, None, True),
        (figures, 11, 10, False),
    ],
)
def test_small_bases_are_hidden_and_only_figures_may_have_none(let, n_a, n_b, shown):
    rows = pd.DataFrame(
        {"area": ["X1"], "estimand": "share_difference", "n_a": [n_a], "n_b": [n_b], "estimate": 0.4}
    )
    row = let(rows.assign(verdict="higher", method="m"), Words.plain()).frame.iloc[0]
    assert bool(row["suppressed"]) == (not shown)
    assert row["estimate_text"] == ("+40 points" if shown else "[c]")
    assert row["verdict"] == ("higher" if shown else "")


def test_near_unanimous_shares_of_few_cases_are_bounded():
    rows = pd.DataFrame(
        {"area": "X1", "estimand": "improvable", "n_a": [14, 60], "estimate": [13 / 14, 0.97]}
    )
    assert passed(rows, Words.plain()).frame["estimate_text"].tolist() == [">90%", "97%"]


@pytest.mark.parametrize("let", [passed, figures])
def test_rows_of_respondents_cannot_take_this_way(let):
    rows = pd.DataFrame({"area": ["X1"], "estimate": [0.4], "rests_on": [(("X1", "1", "a", "q"),)]})
    with pytest.raises(ValueError, match=r"study\.protect"):
        let(rows, Words.plain())


def test_a_page_says_how_many_rows_of_its_own_an_area_brought(made):
    html = (made / "X002" / "09_some.html").read_text(encoding="utf-8")
    assert "metrics 1<" in html
    assert "Rows brought" not in (made / "X001" / "01_good.html").read_text(encoding="utf-8")
