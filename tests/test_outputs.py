"""Outputs one by one; `test_page` holds the list of what a whole page refuses."""

import re
from urllib.parse import unquote

import pytest
import sample_pages as sample
from markupsafe import Markup

from trustgap.report import outputs


def test_a_figure_keeps_its_drawing_byte_for_byte():
    part = outputs.accept(sample.figure())

    assert unquote(part["drawing"]) == sample.SVG
    assert (part["kind"], part["alt"]) == ("figure", sample.FIGURE["alt"])


def test_no_sign_of_a_drawing_ends_its_address_or_begins_another():
    drawn = sample.figure()
    svg = "<svg id='é' d='50%'>\n\t<use href=\"#a\"/> &amp; url(#b) http://www.w3.org</svg>"
    drawn.data["image/svg+xml"] = svg
    address = outputs.accept(drawn)["drawing"]

    assert unquote(address) == svg
    assert not re.search(r"[\"#&\n\t]|%(?![0-9A-F]{2})|https?:", address)
    assert str(Markup("{}").format(address)) == address, "it is not escaped again"


@pytest.mark.parametrize("made", [sample.table(), sample.sentence("<p>44% agree.</p>")])
def test_tables_and_sentences_come_through_as_they_are(made):
    assert outputs.accept(made)["html"].replace("\n", "") == made.data["text/html"].replace("\n", "")


def test_facts_that_are_not_text_are_written_as_json_and_addresses_stay_text():
    html = outputs.accept(sample.provenance(Source="https://a.example/data", Rows=1250))["html"]

    assert "<td>{&#34;area&#34;: &#34;X0002&#34;}</td>" in html
    assert "<td>1250</td>" in html
    assert "<td>https://a.example/data</td>" in html
