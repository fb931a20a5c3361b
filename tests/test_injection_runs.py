"""A whole run of a survey whose every label is hostile: pages are text, tables hold no formula."""

import re

import hostile_labels
import pandas as pd
import pytest
from hostile_labels import LABELS, read

from trustgap import cli
from trustgap.stats import results

pytestmark = pytest.mark.slow

FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+@|＝＋－＠-]")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    to = tmp_path_factory.mktemp("hostile")
    hostile_labels.folder(to / "survey")
    assert cli.main(["run", str(to / "survey"), "--outputs", str(to / "pages"), "--workers", "2"]) == 0
    return to / "pages" / "template"


@pytest.fixture(scope="module")
def pages(home):
    found = {path.relative_to(home).as_posix(): path.read_text("utf-8") for path in home.rglob("*.html")}
    assert len(found) > 20, "pages of every notebook"
    return found


def test_no_label_runs_on_any_page(pages):
    """A45, A46, A47, A48; nor is anything fetched, A59."""
    running = {name: sorted(read(html).running) for name, html in pages.items()}

    assert running.pop("index.html") == ["script"], "its own"
    assert {name: found for name, found in running.items() if found} == {}


@pytest.mark.parametrize("label", LABELS)
def test_every_kind_of_label_is_read_as_it_was_written(label, pages):
    """A46, A47, B29; no template, no pattern and no markdown changes what somebody called something."""
    words = [re.sub(r"\s+", " ", " ".join(read(html).words)) for html in pages.values()]

    assert sum(label in text for text in words) > 3


def test_no_text_of_any_table_is_a_formula_and_numbers_are_numbers(home):
    """A49, A50; those that notebooks read back and write again are marked once."""
    seen = set()
    for path in [*home.glob("*/tables/*.csv"), home / "items.csv"]:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        for name in table:
            if name not in results.NUMBERS:
                seen.update(table[name])
    texts = {text for text in seen if text}
    assert not [text for text in texts if FORMULA.match(text)]
    assert {text for text in texts if text.startswith("'")} >= {"'=HYPERLINK(1) 0"}
    assert not [text for text in texts if text.startswith("''")]
    whole = pd.read_parquet(home / "results.parquet")
    assert (whole["estimate"] < 0).any()
    assert set(whole["item"]) >= {"'=HYPERLINK(1) 0"}
    assert not [text for name in results.TEXT for text in whole[name].unique() if FORMULA.match(text)]


def test_what_was_marked_for_spreadsheets_stands_on_pages_as_it_was_given(pages):
    """B27."""
    assert "=HYPERLINK(1)" in pages["T01/09_test_and_learn.html"]
    for name, html in pages.items():
        assert "'=HYPERLINK" not in " ".join(read(html).words), name
