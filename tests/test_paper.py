"""A page that is made for paper: sheet by sheet, and no other page is."""

import sample_pages as sample

from trustgap.report.page import export


def made(*, paper):
    notebook = sample.notebook(sample.text("---"), sample.text("## Second sheet"))
    notebook.metadata["trustgap"] = {"paper": paper} if paper else {}
    return export(notebook, site=sample.SITE).split("</style>")[1]


def test_a_rule_in_a_cell_of_its_own_begins_the_next_sheet():
    paper = made(paper=True)

    assert '<body class="handout">' in paper
    assert "<hr>" not in paper
    first, second = paper.split('<div class="sheet">')[1:]
    assert "Trust between professions" in first
    assert "Second sheet" in second
    assert "What this cannot tell you" in second.split("<section")[0]


def test_the_set_up_and_the_provenance_belong_to_no_sheet():
    last, setup, produced = made(paper=True).split('<div class="sheet">')[-1].split("<section")

    assert last.rstrip().endswith("</div>")
    assert 'class="setup"' in setup
    assert 'class="produced"' in produced


def test_a_page_for_the_screen_has_no_sheets_and_keeps_its_rules():
    screen = made(paper=False)

    assert 'class="sheet"' not in screen
    assert "handout" not in screen
    assert "<hr>" in screen


def test_the_same_results_stand_on_both():
    screen, paper = made(paper=False), made(paper=True)

    for tag in ("<table", "<figure>", "<details", "<h2", "<p"):
        assert screen.count(tag) == paper.count(tag)
