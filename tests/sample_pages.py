"""A small executed notebook, built in code, and the pages around it."""

import nbformat
import pandas as pd
from nbformat import NotebookNode

from trustgap.report.tables import table_html

ANSWERS = pd.DataFrame(
    {
        "Staff group": ["Adult social care", "Hospital", "Community nursing", "GPs"],
        "Responses": ["112", "122", "[c]", "34"],
        "Agree": ["56%", "36%", "[c]", ">90%"],
        "95% interval": ["46% to 65%", "28% to 45%", "[c]", "[z]"],
    }
)
TABLE = table_html(ANSWERS, caption="Trust in adult social care by staff group, 2025")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="760" height="120" viewBox="0 0 760 120">'
    '<rect x="160" y="22" width="300" height="30" fill="#12436D"/></svg>'
)
FIGURE = {
    "kind": "figure",
    "headline": "Trust is highest among adult social care staff",
    "subtitle": "% of each staff group who agree or strongly agree, 2025",
    "alt": "Bar chart with one bar for each of four staff groups, longest for adult social care staff.",
    "source": "Source: demo survey 2025, 320 responses. Unweighted.",
    "table_html": TABLE,
}
PROVENANCE = {"Area": "X0002", "Parameters": {"area": "X0002"}, "Run started (UTC)": "2026-01-02T03:04:05"}
SITE = {
    "title": "Where hospital meets social care",
    "area_name": "Exampleshire",
    "wave_label": "2025",
    "survey": "Demo survey",
    "synthetic": True,
    "status": "Research draft",
    "home": "../index.html",
    "nav": [("Summary for leaders", "00_summary.html"), ("The trust gap", "")],
    "previous": ("Summary for leaders", "00_summary.html"),
}
INDEX_SITE = {
    "title": "Where hospital meets social care",
    "survey": "Demo survey",
    "area_name": "Tinyshire",
    "status": "Research draft",
    "synthetic": True,
    "wave_label": "2025",
    "whole": "Anyland",
    "rest": "the rest of Anyland",
    "area": "local area",
    "areas": "local areas",
    "region": "Region",
    "headline": "Trust in adult social care: agree or strongly agree",
    "headline_short": "Trust adult social care",
    "built": 3,
    "total": 4,
}
NATIONAL = {
    "name": "Anyland",
    "sentence": "47.1% of staff trust adult social care.",
    "pages": [("National findings", "national/20_national_findings.html")],
    "files": [("All results (CSV)", "results.csv")],
}
FAILURES = pd.DataFrame(
    {
        "area": ["", "Brokenshire"],
        "notebook": ["07_case_reviews", "03_trust_gap"],
        "reason": ["the survey folder has no cases.csv", "cell 5 failed"],
    }
)
AREAS = pd.DataFrame(
    [
        ("X0001", "Exampleshire", "North", "320", "44%", "39% to 50%", "similar", "", "X0001/00.html"),
        ("X0002", "Borderland", "South", "29 [low]", "30%", "17% to 47%", "below", "", "X0002/00.html"),
        (
            "X0003",
            "Tinyshire",
            "South",
            "[c]",
            "[c]",
            "[c]",
            "cannot say",
            "No local result",
            "X0003/00.html",
        ),
        ("X0004", "Brokenshire", "North", "1,050", "61%", "58% to 64%", "above", "Page failed", ""),
    ],
    columns="code name region n_text estimate_text interval_text compared flags href".split(),
)


def text(source: str) -> NotebookNode:
    """Make a markdown cell."""
    return nbformat.v4.new_markdown_cell(source)


def output(data: dict, said: dict | None) -> NotebookNode:
    """Make an output that carries this library's word, or none."""
    metadata = {} if said is None else {"trustgap": said}
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def code(
    source: str, *outputs: NotebookNode, tags: tuple[str, ...] = (), count: int | None = 1
) -> NotebookNode:
    """Make an executed code cell."""
    cell = nbformat.v4.new_code_cell(source, execution_count=count, outputs=list(outputs))
    cell.metadata["tags"] = list(tags)
    return cell


def figure(**changes: str) -> NotebookNode:
    """Make the output of a figure."""
    return output({"image/svg+xml": SVG, "text/plain": "figure"}, {**FIGURE, **changes})


def sentence(html: str) -> NotebookNode:
    """Make the output of a sentence."""
    return output({"text/html": html, "text/plain": "sentence"}, {"kind": "sentence"})


def table(html: str = TABLE) -> NotebookNode:
    """Make the output of a table."""
    return output({"text/html": html, "text/plain": "table"}, {"kind": "table"})


def provenance(**changes: str) -> NotebookNode:
    """Make the output that says how the page came about."""
    data = {"application/vnd.trustgap.provenance+json": {**PROVENANCE, **changes}, "text/plain": "facts"}
    return output(data, {"kind": "provenance"})


def notebook(*extra: NotebookNode, made: NotebookNode | None = None) -> NotebookNode:
    """Make a notebook that becomes a page, with further cells before its provenance."""
    cells = [
        text("# Do professions trust one another?\n\nThe share of each group that agrees."),
        code('area: str = "X0001"  # code of the area', tags=("parameters",)),
        code('# Set by this run\narea = "X0002"\nfolder = "/srv/secret"', tags=("injected-parameters",)),
        code("# Load the answers\nanswers = study.load(area)", tags=("hide-input",)),
        text("## Who answered\n\nShares are of people who answered."),
        code("# Responses\ntables.show(shown)", table()),
        text("## Trust between professions"),
        code("# Figure 1\nfigures.likert(shown)  # one bar a group", figure()),
        code("# Findings\nsentences.findings(shown)", sentence("<ul><li>44% agree.</li></ul>")),
        *extra,
        text("## What this cannot tell you\n\nRespondents chose to take part."),
        code("# Provenance\nprovenance", made or provenance(), tags=("hide-input",)),
    ]
    return nbformat.v4.new_notebook(cells=cells)
