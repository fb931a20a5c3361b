"""Stacked shares by month: what is drawn, what is left blank, what is refused, and what is said."""

import re

import numpy as np
import pandas as pd
import pytest

from trustgap.report import figures, palette
from trustgap.report.disclosure import figures as service
from trustgap.report.wording import Words

SAID = {"headline": "Most days are the NHS's", "subtitle": "% of days", "source": "Source: test"}
LABELS = {"nhs": "The NHS", "care": "Social care", "both": "Both together"}


def shown(parts, *, start="2018-01", area="X1", n=500):
    length = len(next(iter(parts.values())))
    months = pd.period_range(start, periods=length, freq="M").strftime("%Y-%m-01")
    frames = [
        pd.DataFrame({"wave": months, "item": item, "estimate": np.array(values, float), "n_a": n})
        for item, values in parts.items()
    ]
    rows = pd.concat(frames).dropna(subset=["estimate"]).assign(area=area, estimand="days_share")
    return service(rows, Words(items=LABELS))


def bands(figure):
    """Give the corners of every band, bottom first."""
    colours = {colour.lower() for colour in palette.CATEGORICAL}
    paths = re.findall(r"<path fill='(#[0-9a-f]{6})' d='([^']*)z'/>", figure.svg)
    # The squares of the key are written from corner to corner, in small letters.
    return [(colour, corners(path)) for colour, path in paths if colour in colours and "h" not in path]


def corners(path):
    """Follow a path from point to point; along an axis only one number changes."""
    found, at = [], {}
    for sign, numbers in re.findall(r"([MLHV])([^MLHV]*)", path):
        at |= dict(zip({"H": "x", "V": "y"}.get(sign, "xy"), map(float, numbers.split()), strict=True))
        found.append((at["x"], at["y"]))
    return np.array(found)


def test_bands_are_as_high_as_the_shares_and_fill_the_whole():
    figure = figures.stacked(shown({"nhs": [0.6, 0.5], "care": [0.3, 0.4], "both": [0.1, 0.1]}), **SAID)
    drawn = bands(figure)
    first = [xy[-1, 1] - xy[0, 1] for _, xy in drawn]
    assert [colour for colour, _ in drawn] == [colour.lower() for colour in palette.CATEGORICAL[:3]]
    assert np.array(first) / sum(first) == pytest.approx([0.6, 0.3, 0.1], abs=0.002)


def test_a_month_without_a_part_is_left_blank_and_a_hidden_one_too():
    values = {"nhs": [0.6, 0.5, 0.7, 0.6], "care": [0.4, np.nan, 0.3, 0.4]}
    figure = figures.stacked(shown(values), **SAID)
    assert len(bands(figure)) == 4, "two runs of two parts"
    assert "Months left blank: 1." in figure.alt
    hidden = figures.stacked(shown({"nhs": [0.6, 0.5], "care": [0.4, 0.5]}, n=5), **SAID)
    assert "Nothing is drawn" in hidden.alt
    assert "60%" not in hidden.table_html
    assert "[c]" in hidden.table_html


def test_rounded_shares_that_do_not_add_up_stay_within_the_frame():
    thirds = {"nhs": [0.335] * 3, "care": [0.335] * 3, "both": [0.335] * 3}
    figure = figures.stacked(shown(thirds), **SAID)
    tall = [xy[-1, 1] - xy[0, 1] for _, xy in bands(figure)]
    # Drawn as they stand, the last of three shares of 34% would be cut off at 32%.
    # A drawing is written to a hundredth of a pixel.
    assert tall == pytest.approx([tall[0]] * 3, abs=0.021)
    assert "34%" in figure.table_html


@pytest.mark.parametrize("length", [1, 2, 12, 13, 40, 105])
@pytest.mark.parametrize(
    "shares", [(1, 0, 0), (0, 0, 1), (0.98, 0.01, 0.01), (0.01, 0.98, 0.01), (0.3, 0.3, 0.4)]
)
def test_no_shares_and_no_length_make_text_collide(shares, length):
    parts = {item: [share] * length for item, share in zip(LABELS, shares, strict=True)}
    figure = figures.stacked(shown(parts, start="2011-11"), **SAID)
    assert figure.svg.startswith("<svg")
    assert figure.table_html.count("<tr>") == length + 1


def test_long_names_of_four_parts_fit():
    items = {f"p{number}": "Waiting for further care outside an acute hospital" for number in range(4)}
    rows = shown({item: [0.25] * 30 for item in items})
    named = service(rows.table.drop(columns=["survey"]), Words(items=items))
    assert "Stacked area chart" in figures.stacked(named, **SAID).alt


def test_the_alternative_says_where_each_part_began_and_ended():
    figure = figures.stacked(shown({"nhs": [0.6, 0.7, 0.65], "care": [0.4, 0.3, 0.35]}), **SAID)
    assert "January 2018 to March 2018, for 2 parts" in figure.alt
    assert "The NHS: 60% at first, 65% at last, between 60% and 70%." in figure.alt


def test_more_parts_than_colours_and_doubles_are_refused():
    with pytest.raises(ValueError, match="at most 4 parts"):
        figures.stacked(shown({f"p{number}": [0.2, 0.2] for number in range(5)}), **SAID)
    rows = shown({"nhs": [0.6], "care": [0.4]})
    twice = service(pd.concat([rows.table, rows.table]), Words())
    with pytest.raises(ValueError, match="more than one row"):
        figures.stacked(twice, **SAID)
    with pytest.raises(TypeError, match="protected"):
        figures.stacked(rows.frame, **SAID)
