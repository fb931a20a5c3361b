"""The index: every area listed whatever happened, and a page without numbers for those too small."""

import base64
import hashlib
import re

import numpy as np
import pandas as pd
import pytest
import sample_pages as sample

from trustgap.batch.index import index_page, no_local_result_page
from trustgap.report.page import PageRefused


def index(rows=sample.AREAS, *, site=None, national=sample.NATIONAL, failures=sample.FAILURES):
    return index_page(rows, site={**sample.INDEX_SITE, **(site or {})}, national=national, failures=failures)


@pytest.fixture(scope="module")
def html():
    return index()


def test_every_area_has_a_row_in_the_order_of_names(html):
    names = re.findall(r'<th scope="row">(?:<a [^>]*>)?([A-Za-z]+)', html)

    assert names == ["Borderland", "Brokenshire", "Exampleshire", "Tinyshire"]


def test_an_area_links_to_its_first_page_and_a_failed_one_to_nothing(html):
    assert '<a href="X0001/00.html">Exampleshire</a>' in html
    assert '<th scope="row">Brokenshire</th>' in html


@pytest.mark.parametrize(
    "words",
    [
        "Similar to the rest of Anyland",
        "Below the rest of Anyland",
        "Above the rest of Anyland",
        "Cannot say",
    ],
)
def test_the_comparison_is_in_words_beside_its_symbol(html, words):
    assert re.search(rf'<span class="mark" aria-hidden="true">[▲▼●–]</span>{words}</td>', html)


def test_the_whole_comes_first_with_its_pages_and_data(html):
    card = html.index('<h2 id="whole">Anyland</h2>')

    assert card < html.index('href="national/20_national_findings.html"') < html.index("<table>")
    assert card < html.index('href="results.csv"') < html.index("<table>")


def test_the_footer_counts_what_was_built(html):
    assert "3 of 4 local areas have pages, 1 failed." in html


def test_what_was_not_run_and_what_failed_are_told_apart_with_reasons(html):
    unrun, failed = html.index("Notebooks not run"), html.index("Pages that failed")

    assert unrun < html.index("the survey folder has no cases.csv") < failed
    assert failed < html.index("<strong>Brokenshire</strong>, 03_trust_gap: cell 5 failed")
    assert "Notebooks not run" not in index(failures=None)


def test_controls_wait_for_the_script(html):
    assert '<form class="controls" hidden' in html
    assert "[hidden] { display: none !important; }" in html
    assert "<button" not in html.split("<script>")[0]


def test_the_one_script_is_allowed_by_its_hash_and_nothing_else_is(html):
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest}'" in html
    assert "'unsafe-eval'" not in html
    assert not re.search(r"https?:", html)


def test_the_legend_explains_the_shorthand_in_use(html):
    assert "[c] hidden" in html
    assert "[low] fewer than 30" in html


def test_153_areas_stay_a_small_page():
    many = pd.concat([sample.AREAS.assign(code=f"X{n:04}", name=f"Area {n:03}") for n in range(39)])

    assert len(index(many).encode()) < 90_000


def test_names_from_the_survey_folder_are_escaped():
    evil = '"><script>alert(1)</script>'
    html = index(sample.AREAS.assign(name=evil, region=evil, flags=evil), site={"citation": evil})

    assert html.count("<script>") == 1
    assert "alert(1)&lt;/script&gt;" in html


def test_the_input_is_left_as_it_was():
    rows = sample.AREAS.copy()
    index(rows)

    pd.testing.assert_frame_equal(rows, sample.AREAS)


def test_faulty_rows_are_refused_with_what_would_do():
    with pytest.raises(KeyError, match="href"):
        index(sample.AREAS.drop(columns="href"))
    with pytest.raises(ValueError, match=r"better.*above"):
        index(sample.AREAS.assign(compared="better"))
    with pytest.raises(ValueError, match="estimate_text"):
        index(sample.AREAS.assign(estimate_text=np.nan))
    with pytest.raises(PageRefused, match="leave the site"):
        index(sample.AREAS.assign(href="https://a.example/"))
    with pytest.raises(PageRefused, match="leaves the site"):
        index(national={"name": "Anyland", "files": [("CSV", "//a.example/x.csv")]})


def test_the_page_without_local_result_differs_between_areas_in_the_name_only():
    site = {**sample.INDEX_SITE, "home": "../index.html"}
    one = no_local_result_page({**site, "area_name": "Tinyshire"})
    other = no_local_result_page({**site, "area_name": "Smallham"})

    assert one.replace("Tinyshire", "Smallham") == other
    body = re.sub("<[^>]+>", "", one.split('<main id="main">')[1].split("</main>")[0])
    assert re.findall(r"\d+", body.replace("2025", "")) == []
