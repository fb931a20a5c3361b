"""Tables: what a screen reader needs, nothing raw, nothing blank."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.report import tables
from trustgap.report.disclosure import Mask
from trustgap.report.wording import Words
from trustgap.stats import results


class Outline(HTMLParser):
    """List tags with their attributes, and the texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts += [data] if data.strip() else []


@pytest.fixture
def frame():
    return pd.DataFrame({"Staff": ["GPs", "Hospital"], "Answers": [34, 120], "Agree": ["[c]", "36%"]})


@pytest.fixture
def shown():
    rows = results.complete(
        pd.DataFrame(
            {
                "area": "X0001",
                "estimand": "top2_share",
                "group_a": ["gp", "hospital"],
                "n_a": [24, 120],
                "estimate": [0.25, 0.36],
                "conf_low": [0.1, 0.28],
                "conf_high": [0.45, 0.45],
                "rests_on": [(), ()],
            }
        )
    )
    return Mask().protect(rows, Words.plain())


COLUMNS = {"group_a_label": "Staff", "n_text": "Answers", "estimate_text": "Agree"}


def test_every_heading_has_a_scope_and_the_caption_comes_first(frame):
    outline = Outline(tables.table_html(frame, caption="Who answered"))

    assert [tag for tag, _ in outline.tags][:2] == ["table", "caption"]
    scopes = [attributes.get("scope") for tag, attributes in outline.tags if tag == "th"]
    assert scopes == ["col", "col", "col", "row", "row"]
    assert "Who answered" in outline.texts


def test_numbers_and_shorthand_stand_at_the_right_and_names_at_the_left(frame):
    html = tables.table_html(frame, caption="Who answered")

    assert '<td class="n">[c]</td>' in html
    assert '<td class="n">120</td>' in html
    assert '<th scope="row">GPs</th>' in html


def test_columns_to_align_and_the_column_that_names_the_row_can_be_chosen(frame):
    html = tables.table_html(frame, caption="Who", row_header="Answers", numeric=["Staff"])

    assert '<td class="n">GPs</td><th scope="row">34</th><td>[c]</td>' in html


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_comes_out_as_it_went_in_and_never_as_markup(words):
    outline = Outline(tables.table_html(pd.DataFrame({"Staff": [words]}), caption="Caption", scrolls=False))

    assert [tag for tag, _ in outline.tags] == ["table", "caption", "thead", "tr", "th", "tbody", "tr", "th"]
    assert outline.texts == ["Caption", "Staff", words]


def test_labels_that_are_markup_are_escaped_everywhere():
    evil = '<img src=x onerror="alert(1)">'
    html = tables.table_html(pd.DataFrame({evil: [evil]}), caption=evil)

    assert "<img" not in html
    assert html.count("&lt;img") == 3


@pytest.mark.parametrize(("columns", "scrolls"), [(2, False), (9, True)])
def test_only_a_table_too_wide_for_a_phone_scrolls_and_then_takes_focus_under_a_name(columns, scrolls):
    wide = pd.DataFrame({f"Heading {place}": ["word"] for place in range(columns)})
    tag, attributes = Outline(tables.table_html(wide, caption="A <caption>")).tags[0]

    assert tag == ("div" if scrolls else "table")
    if scrolls:
        assert (attributes["tabindex"], attributes["role"]) == ("0", "group")
        assert attributes["aria-label"] == "A <caption>"


def test_a_table_without_rows_says_so(frame):
    assert tables.table_html(frame.head(0), caption="Who") == '<p class="legend">Who: nothing to show.</p>'


@pytest.mark.parametrize("blank", [np.nan, None, pd.NA])
def test_a_missing_cell_is_refused_and_its_column_named(frame, blank):
    frame["Agree"] = pd.Series(["36%", blank], dtype=object)
    with pytest.raises(ValueError, match=r"Agree.*write \[c\]"):
        tables.table_html(frame, caption="Who")


@pytest.mark.parametrize("headings", [["A", "A"], ["A", " "]])
def test_blank_or_doubled_headings_are_refused(headings):
    with pytest.raises(ValueError, match="headings"):
        tables.table_html(pd.DataFrame([[1, 2]], columns=headings), caption="Who")


def test_a_blank_caption_and_unknown_columns_are_refused(frame):
    with pytest.raises(ValueError, match="caption"):
        tables.table_html(frame, caption=" ")
    with pytest.raises(KeyError, match="Region"):
        tables.table_html(frame, caption="Who", row_header="Region")


def test_the_input_is_left_as_it_was(frame):
    before = frame.copy()
    tables.table_html(frame, caption="Who")

    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("raw", [pd.DataFrame({"estimate": [0.5]}), [1, 2], "56%"])
def test_only_protected_results_become_a_table_for_a_page(raw):
    with pytest.raises(TypeError, match="Shown"):
        tables.show(raw, columns={"estimate": "Estimate"}, caption="Raw")


def test_a_shown_table_carries_its_kind_and_no_number_in_its_plain_text(shown):
    data, metadata = tables.show(shown, columns=COLUMNS, caption="Trust")._repr_mimebundle_()

    assert metadata == {"trustgap": {"kind": "table"}}
    assert set(data) == {"text/html", "text/plain"}
    assert data["text/plain"] == "Table: Trust (2 rows)"


def test_the_legend_explains_what_occurs_and_nothing_else(shown):
    html = tables.show(shown, columns=COLUMNS, caption="Trust").html

    assert "24 [low]" in html
    assert "[low] fewer than 30 answers" in html
    assert "[c]" not in html


def test_hidden_numbers_are_marked_and_others_missing_are_not_available(shown):
    frame = shown.frame
    html = tables.show(
        shown, columns={"group_a_label": "Staff", "p_value": "p", "n_a": "n"}, caption="p"
    ).html

    assert frame["p_value"].isna().all()
    assert html.count('">[x]</td>') + html.count("<td>[x]</td>") == 2
    assert '<td class="n">24</td>' in html


def test_an_unknown_column_of_the_results_is_named(shown):
    with pytest.raises(KeyError, match="p_hat"):
        tables.show(shown, columns={"p_hat": "Share"}, caption="Trust")


def test_limits_of_small_groups_are_explained_but_p_values_are_not_mistaken_for_them():
    assert "no exact figure" in tables.legend_html(pd.DataFrame({"a": [">90%"]}))
    assert tables.legend_html(pd.DataFrame({"a": ["p<0.001", "56%"]})) == ""
