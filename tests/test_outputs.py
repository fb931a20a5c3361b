"""Outputs one by one; `test_page` holds the list of what a whole page refuses."""

from urllib.parse import unquote

import pytest
import sample_pages as sample

from trustgap.report import outputs


def test_a_figure_keeps_its_drawing_byte_for_byte():
    part = outputs.accept(sample.figure())

    assert unquote(part["drawing"]) == sample.SVG
    assert (part["kind"], part["alt"]) == ("figure", sample.FIGURE["alt"])


@pytest.mark.parametrize("made", [sample.table(), sample.sentence("<p>44% agree.</p>")])
def test_tables_and_sentences_come_through_as_they_are(made):
    assert outputs.accept(made)["html"].replace("\n", "") == made.data["text/html"].replace("\n", "")


def test_facts_that_are_not_text_are_written_as_json_and_addresses_stay_text():
    html = outputs.accept(sample.provenance(Source="https://a.example/data", Rows=1250))["html"]

    assert "<td>{&#34;area&#34;: &#34;X0002&#34;}</td>" in html
    assert "<td>1250</td>" in html
    assert "<td>https://a.example/data</td>" in html
