"""Long tables in folds: every row in one of them, nothing unprotected, and fit for a page."""

import re

import pandas as pd
import pytest

from trustgap.report import markup
from trustgap.report.disclosure import public
from trustgap.report.folds import folds
from trustgap.report.wording import Words

ROWS = pd.DataFrame(
    {
        "analysis": "insights",
        "Area": ["Ashby", "Birch", "Cole & Sons"],
        "Region": ["South", "North", "South"],
        "Answered": ["40", "[c]", "1,200"],
    }
)
SAID = {"by": "Region", "columns": ["Area", "Answered"], "caption": "Answers", "one": "area", "many": "areas"}


def made(rows=ROWS):
    return folds(public(rows, Words.plain()), **SAID)


def test_every_row_stands_in_the_fold_of_its_region_and_folds_are_in_order():
    html = made().html
    north, south = html.split("<details")[1:]

    assert "<summary>North (1 area)</summary>" in north
    assert "<summary>South (2 areas)</summary>" in south
    assert re.findall(r'<th scope="row">([^<]+)', north) == ["Birch"]
    assert re.findall(r'<th scope="row">([^<]+)', south) == ["Ashby", "Cole &amp; Sons"]


def test_each_fold_explains_its_own_shorthand():
    north, south = made().html.split("<details")[1:]

    assert "[c] hidden" in north
    assert "[c]" not in south


def test_a_page_takes_folds():
    html = made().html

    assert markup.clean(html, tags=markup.TABLE).count("<details") == 2
    assert html.count("<caption>") == 2


def test_without_rows_it_says_so():
    assert "nothing to show" in made(ROWS.iloc[:0]).html


def test_only_protected_rows_are_laid_out():
    with pytest.raises(TypeError, match="Shown"):
        folds(ROWS, **SAID)


def test_a_name_cannot_bring_markup_along():
    assert "<script" not in made(ROWS.assign(Region="<script>", Area="<script>")).html
