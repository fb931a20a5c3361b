"""The pages in a real browser: accessible, quiet on the network, whole on a phone and on paper.

Needs Chromium, and axe-core 4.14 or later: its `axe.min.js` is named by `TRUSTGAP_AXE`, or lies in
`tests/node_modules` after `npm install --prefix tests axe-core@4.14.1`. Where either is missing the tests
are skipped; in CI they fail.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
import sample_pages as sample

from trustgap.batch.index import index_page, no_local_result_page
from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.report.page import export

pytestmark = [pytest.mark.slow, pytest.mark.browser]

DATA = Path(__file__).resolve().parents[1] / "data"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
OPEN_ALL = "document.querySelectorAll('details').forEach(fold => fold.open = true)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    " p { margin-bottom: 2em !important }"
)
STOP = """() => {
  const at = document.activeElement;
  const name = at.ariaLabel || at.getAttribute("aria-labelledby") || at.labels?.[0]?.textContent;
  const ringed = getComputedStyle(at).boxShadow.includes("255, 221, 0");
  return at === document.body ? null : [name || at.textContent.trim(), ringed];
}"""


def missing(what):
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {what}: the pages were not looked at")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def axe():
    file = Path(os.environ.get("TRUSTGAP_AXE", AXE))
    if not file.is_file():
        missing("axe-core (npm install --prefix tests axe-core@4.14.1, or TRUSTGAP_AXE)")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        missing("Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(demo):
    """Put one small page of each kind beside the demo's."""
    _, folder = demo
    home = {**sample.INDEX_SITE, "home": "index.html"}
    pages = {
        "report": export(sample.notebook(sample.text("### Detail\n\n> quoted\n\n`code`")), site=sample.SITE),
        "sample_index": index_page(
            sample.AREAS, site=sample.INDEX_SITE, national=sample.NATIONAL, failures=sample.FAILURES
        ),
        "none": no_local_result_page(home),
    }
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return folder


@pytest.fixture
def visit(chromium, site):
    """Open a page at a width; give it with everything that it asked of the network."""
    opened = []

    def go(name, *, width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        opened.append(context)
        tab = context.new_page()
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.goto((site / f"{name}.html").as_uri())
        return tab

    yield go
    for context in opened:
        context.close()


SAMPLES = ["report", "sample_index", "none"]
DEMO = [
    "index",
    "national/20_national_findings",
    "national/21_areas_compared",
    "X001/00_summary",
    "X001/02_survey_statistics",
    "X001/03_trust_gap",
    "X001/06_local_gap",
    "X001/07_case_reviews",
    "X001/08_diagnostic",
    "X001/09_test_and_learn",
    "X001/10_hand_out",
    "X003/00_summary",
    "X003/08_diagnostic",
    "X004/03_trust_gap",
    "X005/05_factor_ranking",
    "X006/04_five_years",
]
PAGES = [*SAMPLES, *DEMO]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_with_every_fold_open(visit, axe, name, width):
    tab = visit(name, width=width)
    tab.evaluate(OPEN_ALL)
    tab.evaluate(axe)
    found = tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)

    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found["violations"]] == []
    assert len(found["passes"]) >= 15, "axe looked at hardly anything"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_the_network_and_its_policy_blocks_nothing_of_its_own(visit, name):
    tab = visit(name)

    outside = [url for url in tab.asked if not url.startswith(("file:", "data:"))]
    assert outside == []
    assert tab.said == []


def test_the_policy_stops_a_picture_and_a_script_from_elsewhere(visit):
    tab = visit("report")
    blocked = []
    tab.on("requestfailed", lambda request: blocked.append(request.failure))
    tab.evaluate(
        "() => { for (const [tag, src] of [['img', 'http://127.0.0.1:9/a.png'], ['script', 'data:,x=1']])"
        " { const made = document.createElement(tag); made.src = src; document.body.append(made) } }"
    )
    tab.wait_for_timeout(200)

    assert blocked == ["csp"], "the script is stopped before it is even asked for"
    assert sum("Content Security Policy" in line for line in tab.said) == 2


@pytest.mark.parametrize("spacing", ["", SPACING], ids=["own spacing", "reader's spacing"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_of_a_phone(visit, name, spacing):
    tab = visit(name, width=320, bypass_csp=True)
    tab.evaluate(OPEN_ALL)
    if spacing:
        tab.add_style_tag(content=spacing)

    assert tab.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("name", PAGES)
def test_every_tab_stop_can_be_seen_and_has_a_name(visit, name):
    tab = visit(name)
    stops = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(STOP)
        if stop is None:
            break
        stops.append(stop)

    assert len(stops) >= 3
    assert all(label and ringed for label, ringed in stops), stops
    assert stops[0][0] == "Skip to main content"


def test_show_all_code_opens_the_fold_without_a_script(visit):
    tab = visit("report", java_script_enabled=True)
    assert not tab.is_visible("#all-code")
    tab.click("text=Show all code")

    assert tab.is_visible("#all-code")


def test_paper_leaves_out_code_and_contents_and_keeps_figures_whole(visit):
    tab = visit("report")
    tab.emulate_media(media="print")

    assert not tab.is_visible(".contents")
    assert not any(fold.is_visible() for fold in tab.query_selector_all("details"))
    for whole in ("figure", "table"):
        assert tab.evaluate(f"getComputedStyle(document.querySelector('{whole}')).breakInside") == "avoid"
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")


SHEET = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
NARROWEST = """() => Math.min(...[...document.querySelectorAll(".room li")].map(
  entry => entry.getBoundingClientRect().bottom - entry.querySelector("p").getBoundingClientRect().bottom))"""


def sheets(tab):
    """Count the sheets of paper of a page, and give the least room to write below a question in pixels."""
    tab.emulate_media(media="print")
    return len(SHEET.findall(tab.pdf(prefer_css_page_size=True))), tab.evaluate(NARROWEST)


@pytest.mark.parametrize("area", ["X001", "X004", "X005", "X006"])
def test_the_hand_out_takes_two_sheets_and_leaves_room_to_write(visit, area):
    count, room = sheets(visit(f"{area}/10_hand_out"))

    assert count == 2
    assert room >= 40


def test_so_it_does_where_much_is_decided_and_where_no_statement_was_asked_about(chromium, shared, tmp_path):
    run(Asked(DATA / "demo", areas="X002", notebooks="10", outputs=tmp_path))
    file = shared / "data" / "gss_confidence_panel_2006_2014.csv"
    run(Asked(DATA / "gss_confidence", answers=file, areas="D1", notebooks="10", outputs=tmp_path))

    for made in ("demo/X002", "gss_confidence/D1"):
        tab = chromium.new_page()
        tab.goto((tmp_path / made / "10_hand_out.html").as_uri())
        count, room = sheets(tab)
        assert count == 2, made
        assert room >= 40, made
        tab.close()


def test_the_index_works_without_a_script(visit):
    tab = visit("sample_index", java_script_enabled=False)

    assert tab.locator("tbody tr").count() == len(sample.AREAS)
    assert not tab.is_visible("form")
    assert tab.locator("button").count() == 0


def visible(tab):
    return [row.inner_text() for row in tab.locator("tbody tr:visible th").all()]


def test_the_index_finds_by_name_code_region_and_comparison_and_says_how_many(visit):
    tab = visit("sample_index")
    assert tab.inner_text(".count") == "Showing 4 of 4 local areas"

    tab.fill("#find-area", "SHIRE")
    assert visible(tab) == ["Brokenshire", "Exampleshire", "Tinyshire"]
    assert tab.inner_text(".count") == "Showing 3 of 4 local areas"
    tab.select_option("#find-region", "North")
    tab.select_option("#find-compared", "above")
    assert visible(tab) == ["Brokenshire"]
    tab.select_option("#find-region", "")
    tab.select_option("#find-compared", "")
    tab.fill("#find-area", "x0002")
    assert visible(tab) == ["Borderland"]


def test_the_index_sorts_by_keyboard_keeps_focus_and_puts_hidden_numbers_last(visit):
    tab = visit("sample_index")
    button = tab.get_by_role("button", name="Responses")
    button.focus()
    for order, names in (
        ("ascending", ["Borderland", "Exampleshire", "Brokenshire", "Tinyshire"]),
        ("descending", ["Brokenshire", "Exampleshire", "Borderland", "Tinyshire"]),
    ):
        tab.keyboard.press("Enter")
        assert visible(tab) == names
        assert tab.locator("th[aria-sort]").get_attribute("aria-sort") == order
        assert tab.evaluate("document.activeElement.textContent").startswith("Responses")
