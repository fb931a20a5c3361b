"""The page: what it shows, in what order, and everything that it refuses."""

import re
from pathlib import Path

import nbformat
import pytest
import sample_pages as sample

from trustgap.report import page

CANARY = "Zebedee Quillfeather"


def export(*extra, site=None, **changes):
    return page.export(sample.notebook(*extra, **changes), site=site or sample.SITE)


@pytest.fixture(scope="module")
def html():
    return export()


def test_the_title_names_question_area_and_survey(html):
    assert "<title>Do professions trust one another? - Exampleshire - Demo survey</title>" in html
    assert '<html lang="en-GB">' in html
    assert html.count("<h1") == 1


def test_synthetic_data_is_named_in_the_header_and_above_the_results(html):
    real = export(site={**sample.SITE, "synthetic": False})

    assert '<span class="tag">Synthetic data</span>' in html
    assert "the answers and the places are invented" in html
    assert "ynthetic" not in real
    assert '<span class="tag">Research draft</span>' in real


def test_contents_lists_every_second_level_heading_in_order(html):
    listed = re.findall(r'<li><a href="#([a-z-]+)">', html)

    assert listed == [
        "who-answered",
        "trust-between-professions",
        "what-this-cannot-tell-you",
        "set-up-code",
        "how-this-report-was-produced",
        "other-pages",
    ]
    assert all(html.count(f' id="{name}"') == 1 for name in listed)


def test_an_output_comes_before_the_code_that_made_it(html):
    assert html.index("<figcaption><strong>Trust is highest") < html.index("<summary>Code: Figure 1")
    assert html.index("<caption>Trust in adult") < html.index("<summary>Code: Responses")


def test_parameters_and_housekeeping_stand_in_the_set_up_section(html):
    setup = html.index('<h2 id="set-up-code">')
    for name in ("step 2", "Set by this run", "Load the answers", "Provenance"):
        assert html.index(f"<summary>Code: {name}") > setup


def test_all_code_is_there_in_the_order_in_which_it_ran(html):
    listing = html.split('<pre id="all-code">')[1].split("</pre>")[0]
    plain = re.sub("<[^>]+>", "", listing)

    assert plain.index("Load the answers") < plain.index("tables.show") < plain.index("figures.likert")


def test_paths_of_the_machine_are_left_out_of_the_injected_parameters(html):
    assert "/srv/secret" not in html
    assert "X0002" in html


def test_times_stand_in_the_provenance_only():
    early, late = (
        export(made=sample.provenance(**{"Run started (UTC)": f"2026-01-0{day}T00:00:00"})) for day in (1, 2)
    )
    inside = re.compile(r'<div id="provenance">.*?</div>', re.DOTALL)

    assert early != late
    assert inside.sub("", early) == inside.sub("", late)


def test_two_exports_are_the_same_bytes_and_leave_the_notebook_alone():
    notebook = sample.notebook()
    before = nbformat.writes(notebook)

    assert page.export(notebook, site=sample.SITE) == page.export(notebook, site=sample.SITE)
    assert nbformat.writes(notebook) == before


def test_the_page_needs_nothing_from_outside(html):
    assert "http:" not in html
    assert "https:" not in html
    assert "<script" not in html
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in html
    for address in re.findall(r'(?:src|href)="([^"]*)"', html):
        assert address.startswith(("#", "data:")) or not re.match(r"[a-z]+:|//", address)


def test_the_skeleton_is_small(html):
    drawings = sum(map(len, re.findall(r'src="data:[^"]*"', html)))

    assert len(html.encode()) - drawings <= 30_000


def test_every_image_is_described_and_its_data_are_beside_it(html):
    assert html.count("<img ") == 1
    assert f'<img alt="{sample.FIGURE["alt"]}" src="data:image/svg+xml,' in html
    assert html.index("Show the data for this chart") < html.index("</figure>")


def test_links_to_the_other_pages_mark_this_one(html):
    assert '<a href="00_summary.html">Summary for leaders</a>' in html
    assert '<span aria-current="page">The trust gap (this page)</span>' in html
    assert 'id="other-pages"' not in export(site={**sample.SITE, "nav": []})


@pytest.mark.parametrize("field", ["title", "area_name", "wave_label", "survey", "status"])
def test_names_are_escaped_wherever_they_stand(field):
    evil = "<script>alert(1)</script>"
    html = export(site={**sample.SITE, field: evil})

    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("field", ["headline", "subtitle", "alt", "source"])
def test_words_of_a_figure_are_escaped(field):
    evil = '"><img src=x onerror=alert(1)> and then some more words to make it twelve long'
    html = export(sample.code("# More", sample.figure(**{field: evil})))

    assert html.count("<img ") == 2
    assert "onerror=alert(1)&gt;" in html


def test_html_in_markdown_is_text_and_a_script_address_is_no_link():
    html = export(sample.text("<script>alert(1)</script> <b onclick='x()'>b</b>"))

    assert "<script" not in html
    assert "<b " not in html
    assert "&lt;script&gt;" in html


def test_code_is_escaped():
    html = export(sample.code('x = "</code></pre><script>alert(1)</script>"'))

    assert "<script" not in html


def test_headings_alike_get_ids_of_their_own():
    html = export(sample.text("## Main\n\n## Main"), sample.text("## 2025\n\n## Contents"))

    for name in ("main-2", "main-3", "section-2025", "contents-2"):
        assert html.count(f' id="{name}"') == 1


REFUSED = {
    "a raw frame": (
        sample.code("df", sample.output({"text/html": "<table></table>", "text/plain": CANARY}, None)),
        "did not come from",
    ),
    "a value": (sample.code("x", sample.output({"text/plain": CANARY}, None)), "did not come from"),
    "a picture": (sample.code("fig", sample.output({"image/png": CANARY}, None)), "did not come from"),
    "an unknown kind": (
        sample.code("x", sample.output({"text/html": CANARY}, {"kind": "html"})),
        "did not come from",
    ),
    "a script": (
        sample.code("x", sample.output({"application/javascript": CANARY}, {"kind": "table"})),
        "must hold",
    ),
    "a widget beside a table": (
        sample.code(
            "x", sample.output({"text/html": "<p>x</p>", "application/widget": CANARY}, {"kind": "table"})
        ),
        "nothing else",
    ),
    "printed text": (sample.code("print", nbformat.v4.new_output("stream", text=CANARY)), "stdout"),
    "a warning": (
        sample.code("warn", nbformat.v4.new_output("stream", name="stderr", text=CANARY)),
        "stderr",
    ),
    "a failed cell": (
        sample.code("x", nbformat.v4.new_output("error", ename="KeyError", evalue=CANARY)),
        "failed",
    ),
    "a cell not run": (sample.code("x = 1", count=None), "not run"),
    "a raw cell": (nbformat.v4.new_raw_cell(CANARY), "type raw"),
    "a figure without alt": (sample.code("x", sample.figure(alt=" ")), "lacks its alt"),
    "a short alt": (sample.code("x", sample.figure(alt="A chart of " + CANARY)), "12 words"),
    "the stock alt": (
        sample.code("x", sample.figure(alt="No description has been provided for this image " * 3)),
        "must say what it shows",
    ),
    "a figure without data": (sample.code("x", sample.figure(table_html="")), "table_html"),
    "a table without caption": (
        sample.code("x", sample.table("<table><tbody><tr><td>1</td></tr></tbody></table>")),
        "no caption",
    ),
    "a heading without scope": (
        sample.code("x", sample.table("<table><caption>c</caption><tr><th>1</th></tr></table>")),
        "no scope",
    ),
    "an event handler": (sample.code("x", sample.sentence("<p onclick='x()'>1</p>")), "onclick"),
    "a style": (sample.code("x", sample.sentence("<p style='background:url(x)'>1</p>")), "style"),
    "a script tag": (sample.code("x", sample.sentence("<p>1</p><script>x</script>")), "script"),
    "a picture in a sentence": (sample.code("x", sample.sentence("<p><img src='x'>1</p>")), "img"),
    "a link in a sentence": (sample.code("x", sample.sentence("<p><a href='x'>1</a></p>")), "<a>"),
    "an empty sentence": (sample.code("x", sample.sentence("<p> </p>")), "empty"),
    "an open tag": (sample.code("x", sample.sentence("<p>1")), "never closed"),
    "a comment": (sample.code("x", sample.sentence("<p>1<!-- --></p>")), "comment"),
    "an outside link": (sample.text("[x](https://example.org)"), "leads outside"),
    "an outside link without scheme": (sample.text("[x](//example.org)"), "leads outside"),
    "an image in markdown": (sample.text("![alt words](x.png)"), "img"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_did_not_pass_the_library_is_refused_with_the_cell_and_not_its_content(name):
    """A37, A40."""
    cell, reason = REFUSED[name]
    with pytest.raises(page.PageRefused, match=re.escape(reason)) as refused:
        export(cell)

    assert str(refused.value).startswith("cell 10: ")
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("svg", [
    "<svg><script>x</script></svg>",
    "<svg onload='x()'></svg>",
    "<svg><image href='data:x'/></svg>",
    "<svg><use xlink:href='https://example.org/a.svg#b'/></svg>",
    "<svg><style>@import 'x'</style></svg>",
    "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg></svg>",
    "<p>no drawing</p>",
])  # fmt: skip
def test_a_drawing_that_could_load_or_run_anything_is_refused(svg):
    drawn = sample.output({"image/svg+xml": svg}, sample.FIGURE)
    with pytest.raises(page.PageRefused, match="cell 10: the drawing"):
        export(sample.code("x", drawn))


@pytest.mark.parametrize("stamps", [{"exception": True}, {"status": "pending"}, {"status": "failed"}])
def test_what_papermill_says_of_a_cell_counts(stamps):
    cell = sample.code("x = 1")
    cell.metadata["papermill"] = stamps
    with pytest.raises(page.PageRefused, match="cell 10"):
        export(cell)


@pytest.mark.parametrize(
    ("markdown", "reason"),
    [("#### Deep", "jumps from level 2 to level 4"), ("# Second title", "one # heading")],
)
def test_headings_that_do_not_nest_are_refused(markdown, reason):
    with pytest.raises(page.PageRefused, match=reason):
        export(sample.text(markdown))


def test_a_page_without_results_is_refused():
    notebook = sample.notebook()
    for cell in notebook.cells[:-1]:
        if cell.cell_type == "code":
            cell.outputs = []
    with pytest.raises(page.PageRefused, match="empty"):
        page.export(notebook, site=sample.SITE)


def test_a_page_that_does_not_say_how_it_was_made_is_refused():
    with pytest.raises(page.PageRefused, match="provenance"):
        page.export(nbformat.v4.new_notebook(cells=sample.notebook().cells[:-1]), site=sample.SITE)


def test_a_notebook_without_title_is_refused():
    with pytest.raises(page.PageRefused, match="one # heading"):
        page.export(nbformat.v4.new_notebook(cells=sample.notebook().cells[1:]), site=sample.SITE)


def test_what_the_site_lacks_is_named():
    with pytest.raises(KeyError, match="wave_label"):
        page.export(sample.notebook(), site={k: v for k, v in sample.SITE.items() if k != "wave_label"})


@pytest.mark.parametrize(
    "address", ["https://example.org", "//example.org", "javascript:alert(1)", "\\\\x\\y"]
)
def test_an_address_that_leaves_the_site_is_refused(address):
    with pytest.raises(page.PageRefused, match="leaves the site"):
        export(site={**sample.SITE, "nav": [("Away", address)]})


def test_the_templates_hold_no_style_or_handler_that_the_policy_forbids():
    for file in Path(page.TEMPLATES).iterdir():
        words = file.read_text(encoding="utf-8")
        assert not re.search(r'\son\w+="|\sstyle="|https?:|@import|url\(', words), file.name
