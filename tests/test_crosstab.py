"""Tables with one value's results side by side."""

import re
from html import unescape

import numpy as np
import pandas as pd
import pytest

from trustgap.report.crosstab import across
from trustgap.report.disclosure import Mask
from trustgap.report.wording import Words

WORDS = Words(groups={"gp": "GPs", "asc": "Social care"}, items={"q": "Trust <b>", "r": "Pressure"})


def shown(*rows):
    base = {"area": "X1", "wave": "1", "estimand": "top2_share", "n_a": 60, "conf_low": 0.4, "conf_high": 0.6}
    frame = pd.DataFrame([base | {"rests_on": ()} | row for row in rows])
    return Mask().protect(frame, WORDS)


def rows():
    return shown(
        {"item": "q", "group_a": "gp", "estimate": 0.5},
        {"item": "q", "group_a": "asc", "estimate": 0.52, "n_a": 4},
        {"item": "r", "group_a": "gp", "estimate": 0.97, "n_a": 40},
    )


def read(table):
    lines = re.findall(r"<tr>(.*?)</tr>", table.html)
    return [[unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)] for line in lines]


def lay(data, **options):
    given = {"row": {"item_label": "Question"}, "column": "group_a_label", "caption": "Shares"}
    return across(data, **given | options)


def test_results_stand_side_by_side_and_gaps_are_marked():
    table = lay(rows())

    assert read(table) == [
        ["Question", "GPs", "Social care"],
        ["Trust <b>", "50%", "[c]"],
        ["Pressure", ">90%", "[z]"],
    ]
    assert "<b>" not in table.html
    assert "hidden" in table.html


def test_intervals_stand_behind_the_numbers_that_have_them():
    assert read(lay(rows(), intervals=True))[1:] == [
        ["Trust <b>", "50% (40% to 60%)", "[c]"],
        ["Pressure", ">90%", "[z]"],
    ]


def test_rows_can_have_two_names_and_columns_other_headings():
    data = shown(
        {"item": "q", "group_a": "gp", "estimate": 0.5, "wave": "1"},
        {"item": "q", "group_a": "gp", "estimate": 0.6, "wave": "2"},
        {"item": "r", "group_a": "gp", "estimate": 0.7, "wave": "2"},
        {"item": "q", "group_a": "asc", "estimate": 0.8, "wave": "2"},
    )

    table = lay(
        data,
        row={"group_a_label": "Group", "item_label": "Question"},
        column="wave",
        headings={"1": "First", "2": "Last"},
    )

    assert read(table) == [
        ["Group", "Question", "First", "Last"],
        ["GPs", "Trust <b>", "50%", "60%"],
        ["GPs", "Pressure", "[z]", "70%"],
        ["Social care", "Trust <b>", "[z]", "80%"],
    ]


def test_a_combination_that_occurs_twice_is_refused():
    twice = shown(
        {"item": "q", "group_a": "gp", "estimate": 0.5}, {"item": "q", "group_a": "gp", "estimate": 0.6}
    )

    with pytest.raises(ValueError, match=r"several results.*shown\.where"):
        lay(twice)


def test_two_ids_with_one_label_are_refused_rather_than_merged():
    same = Words(groups={"gp": "GPs", "asc": "GPs"})
    frame = rows().frame
    data = Mask().protect(
        frame[["area", "wave", "estimand", "n_a", "item", "group_a"]].assign(
            rests_on=[()] * 3, estimate=0.5, n_a=60
        ),
        same,
    )

    with pytest.raises(ValueError, match="several results"):
        lay(data)


def test_no_rows_are_said_and_not_drawn():
    assert "nothing to show" in lay(rows().where(item="nothing")).html


def test_only_protected_rows_and_known_columns_are_laid_out():
    with pytest.raises(TypeError, match="DataFrame"):
        lay(rows().frame)
    with pytest.raises(KeyError, match="colour"):
        lay(rows(), column="colour")


def test_the_rows_are_left_as_they_were():
    data = rows()
    before = data.frame.copy(deep=True)

    lay(data, intervals=True)

    pd.testing.assert_frame_equal(data.frame, before)
    assert np.isnan(data.frame["estimate"].iloc[1])


def test_a_hidden_row_that_lost_its_column_is_hidden_in_every_column():
    by_method = [
        {"item": item, "group_a": "gp", "estimate": 0.5, "method": method, "n_a": n}
        for method in ("one", "other")
        for item, n in (("q", 60), ("r", 4))
    ]
    headings = {"one": "First", "other": "Second"}
    laid = lay(shown(*by_method), column="method", headings=headings)
    assert read(laid) == [
        ["Question", "First", "Second"],
        ["Trust <b>", "50%", "50%"],
        ["Pressure", "[c]", "[c]"],
    ]
    hidden = lay(shown(*by_method[1::2]), column="method", headings=headings)
    assert read(hidden) == [["Question", "First", "Second"], ["Pressure", "[c]", "[c]"]]
