"""What a page lets in: an allow-list that nothing slips through."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.report import markup

BOOK = Path(__file__).parents[1] / "notebooks" / "area" / "03_trust_gap.ipynb"
STRANGE = (
    '<p> </p> <script> <svg> <!-- --> <![CDATA[ &lt;script&gt; <?x?> text </a> < > " &#60;b&#62; <b/x> \x00'
).split()
PIECES = st.lists(st.sampled_from([*STRANGE, "<p onclick=x>", "<a href='javascript:x'>"]), max_size=8)


@given(PIECES)
def test_what_comes_out_holds_only_allowed_tags_without_attributes(pieces):
    try:
        html = markup.clean("".join(pieces), tags=markup.SENTENCE)
    except ValueError:
        return
    assert set(re.findall(r"<[^>]*>?", html)) <= {"<p>", "</p>"}


@given(PIECES)
def test_markdown_never_lets_a_tag_through(pieces):
    try:
        html, _ = markup.markdown("".join(pieces), taken=set())
    except ValueError:
        return
    tags = set(re.findall(r"</?([a-z]+)", html))
    assert tags <= markup.TEXT
    assert not re.search(r"<[^>]*\son", html)


def test_cleaning_twice_changes_nothing():
    html = '<div class="wide" role="group" tabindex="0" aria-label="A &amp; B"><p>5 &lt; 6</p></div>'
    once = markup.clean(html, tags=markup.TABLE)

    assert once == html
    assert markup.clean(once, tags=markup.TABLE) == once


@pytest.mark.parametrize("address", ["../index.html", "00_summary.html#who", "#top", "a/b-c_d.html"])
def test_links_within_the_site_stay(address):
    html, _ = markup.markdown(f"[there]({address})", taken=set())
    assert f'<a href="{address}">there</a>' in html


@given(st.text())
def test_code_keeps_every_character(source):
    plain = re.sub(r"</?span[^>]*>", "", markup.code(source))
    expected = source.replace("\r\n", "\n").replace("\r", "\n")

    assert markup.Markup(plain).unescape() in (expected, expected.removeprefix("\ufeff"))


def test_headings_are_listed_with_level_text_and_id():
    _, found = markup.markdown("## Who *answered* & why?\n\ntext\n\n### In `2025`", taken={"in-2025"})

    assert [(level, text.unescape(), name) for level, text, name in found] == [
        (2, "Who answered & why?", "who-answered-why"),
        (3, "In 2025", "in-2025-2"),
    ]


def test_a_cell_that_was_seen_before_still_gets_ids_of_its_own():
    taken = set()
    first, found = markup.markdown("## Who answered?", taken=taken)
    second, again = markup.markdown("## Who answered?", taken=taken)
    found.clear()

    assert 'id="who-answered"' in first
    assert 'id="who-answered-2"' in second
    assert taken == {"who-answered", "who-answered-2"}
    assert markup.markdown("## Who answered?", taken=set())[1] == [(2, "Who answered?", "who-answered")]
    assert again[0][2] == "who-answered-2"


def test_cells_coloured_one_by_one_are_as_coloured_together():
    sources = [
        "".join(cell["source"]).strip()
        for cell in json.loads(BOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert len(sources) > 5
    assert markup.Markup("\n\n").join(map(markup.code, sources)) == markup.code("\n\n".join(sources))
