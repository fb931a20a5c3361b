"""What areas lack: the index says which pages an area does not have, and why, with a survey and without."""

import re

import pytest
import sample_survey as sample

from trustgap.batch import lacking, plan, site
from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.report import measuring
from trustgap.survey import folder

METRICS = "metric,kind,area,period,value,public\nlos,outcome,X002,2024-05,3,yes\nlos,,X003,2024-05,4,\n"
EVIDENCE = "area,behaviour,barrier,kind,finding\nX002,share_risk,blame,interviews,supports\n"
PROGRAMME = """survey: programme
title: A local programme
synthetic: true
citation: Invented for a test.
names: {whole: Anyland, area: council, areas: councils}
"""
TRACKED = """from trustgap.report import tables
from trustgap.report.study import open_area
study = open_area(survey, area=area, answers=answers, release=release, outputs=outputs)
rows = study.metrics.rename(columns={"value": "estimate", "metric": "item"})[["area", "item", "estimate"]]
shown = study.protect_figures(rows.assign(analysis="tracked", estimand="metric_value"))
tables.show(shown, columns={"item_label": "Metric", "estimate_text": "Value"}, caption="Metrics")"""


@pytest.fixture
def books(tmp_path, monkeypatch):
    to = tmp_path / "notebooks"
    sample.measuring(to / "area" / "01_good.ipynb")
    sample.measuring(to / "area" / "02_more.ipynb")
    for number, kind in (("08", "evidence"), ("09", "metrics")):
        sample.notebook(
            to / "area" / f"{number}_{kind}.ipynb",
            TRACKED,
            f'study.save("{number}_{kind}")',
            title=f"Any {kind}?",
            rests_on=kind,
        )
    found = plan.find_notebooks(to)
    monkeypatch.setattr(plan, "find_notebooks", lambda: found)
    return found


@pytest.fixture
def mixed(tmp_path):
    """A survey of four areas; two brought metrics, one of them evidence, and nobody cases."""
    home = sample.folder(tmp_path / "survey", waves=["2019"])
    (home / "metrics.csv").write_text(METRICS)
    (home / "evidence.csv").write_text(EVIDENCE)
    return measuring.measure(folder.load(home))


@pytest.fixture
def programme(tmp_path):
    """A folder without a survey: three councils, of which one brought metrics and one nothing."""
    home = tmp_path / "programme"
    home.mkdir()
    (home / "questionnaire.yaml").write_text(PROGRAMME)
    areas = "code,name,region\nX001,Ashby,North\nX002,Birch,North\nX003,Cole,South\n"
    (home / "areas.csv").write_text(areas)
    (home / "metrics.csv").write_text(METRICS)
    return home


def test_areas_without_a_file_are_counted_by_notebook_and_small_ones_once(books, mixed):
    said = dict(lacking.by_notebook(books, mixed).to_numpy().tolist())

    assert said == {
        "Pages on the survey": "1 of 4 local areas had too few answers for a local result",
        "Any evidence?": "3 of 4 local areas brought no evidence on barriers",
        "Any metrics?": "2 of 4 local areas brought no metrics",
    }


def test_each_area_is_told_what_it_did_not_bring(books, mixed):
    said = dict(
        zip(
            mixed.areas.index, lacking.by_area(books, mixed, made={"X001", "X003"}, before=set()), strict=True
        )
    )

    assert said == {
        "X001": "Brought no evidence on barriers or metrics",
        "X002": "Page not made in this run",
        "X003": "Too few answers: no local result; Brought no evidence on barriers",
        "X004": "Page not made in this run; Brought no evidence on barriers or metrics",
    }


def test_where_every_area_brought_everything_nothing_is_said(books, mixed):
    survey = [book for book in books if book.rests_on == "answers"]

    assert lacking.by_area(survey, mixed, made=set(mixed.areas.index), before=set())[1] == ""
    assert lacking.without(books[-1], mixed) == ["X001", "X004"]
    assert len(lacking.by_notebook([], mixed)) == 0


def test_the_index_says_both(books, mixed, tmp_path):
    site.write_index(mixed, tmp_path, books=books, failures=[], done=set())
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    row = html[html.index("Wenlorncombe") :]

    assert "Pages that not every local area has" in html
    assert "<strong>Any metrics?</strong>: 2 of 4 local areas brought no metrics" in html
    assert "Brought no evidence on barriers" in row[: row.index("</tr>")]


def test_without_a_survey_the_index_lists_pages_and_no_share(books, programme, tmp_path):
    outcome = run(Asked(programme, outputs=tmp_path / "pages"), workers=2)
    html = outcome.index.read_text(encoding="utf-8")
    body = html[html.index("<main") : html.index("</main>")]

    assert (outcome.pages, outcome.failures) == (2, [])
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', body) == ["Area", "Region", "Notes"]
    assert "<strong>Anyland</strong> and 3 councils</p>" in body
    assert 'href="X002/09_metrics.html">Birch</a>' in body
    assert "Ashby</th><td>North</td><td>Brought no metrics</td>" in body
    assert "Cannot say" not in body
    assert "%" not in body
    assert "[c]" not in body
    assert "it needs a survey" in body or "it needs the answers of respondents" in body
    page = (tmp_path / "pages" / "programme" / "X002" / "09_metrics.html").read_text(encoding="utf-8")
    assert "<strong>Birch</strong></p>" in page
