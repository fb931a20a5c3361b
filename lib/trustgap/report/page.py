"""The page: an executed notebook becomes one self-contained, accessible, script-free HTML file."""

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from trustgap.report import markup, outputs
from trustgap.report.finished import PageRefused, checked

SETUP_TAGS = {"parameters", "injected-parameters", "hide-input"}
SITE = {"title", "area_name", "wave_label", "survey", "synthetic", "status"}
OWN_IDS = "main contents set-up-code all-code how-this-report-was-produced provenance other-pages".split()
MACHINE_PATH = re.compile(r"""=\s*[rf]?["'](/|~|[A-Za-z]:[\\/]|\\\\)""")
"""A line of the parameters that says where something lies on a machine, and so perhaps whose it is."""

INJECTED = re.compile(r"#|area = ")
"""Lines of the cell that papermill adds which a page may show: all others are places of the run."""

TEMPLATES = Path(__file__).with_name("template")


@dataclass
class Page:
    """What the template lays out; `sheets` holds the parts, sheet by sheet, of a page made for paper."""

    question: Markup = Markup("")  # noqa: RUF009 - immutable
    lead: Markup = Markup("")  # noqa: RUF009 - immutable
    about: Markup = Markup("")  # noqa: RUF009 - immutable
    parts: list[dict] = field(default_factory=list)
    sheets: list[list[dict]] = field(default_factory=list)
    setup: list[dict] = field(default_factory=list)
    all_code: Markup = Markup("")  # noqa: RUF009 - immutable
    contents: list[tuple[Markup, str]] = field(default_factory=list)
    provenance: Markup = Markup("")  # noqa: RUF009 - immutable


class PageExporter(TemplateExporter):
    """Exporter with the project's own template and none of the stock ones, so that nothing is fetched."""

    file_extension = ".html"
    output_mimetype = "text/html"
    default_preprocessors: list = []  # noqa: RUF012 - a trait of nbconvert

    def __init__(self, **options: object) -> None:
        super().__init__(template_paths=[str(TEMPLATES)], template_file="page.html.j2", **options)

    def _create_environment(self) -> Environment:
        return environment()

    def from_notebook_node(
        self, notebook: NotebookNode, resources: dict | None = None, **options: object
    ) -> tuple[str, dict]:
        """Render a notebook; ``resources["site"]`` says where the page stands (see `export`)."""
        resources = dict(resources or {})
        resources["page"] = compose(notebook)
        return super().from_notebook_node(notebook, resources, **options)


@cache
def environment() -> Environment:
    """Give the template environment: everything is escaped, and a forgotten value is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["css"] = Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))  # noqa: S704
    return made


@cache
def _exporter() -> PageExporter:
    return PageExporter()


def export(notebook: NotebookNode, *, site: dict) -> str:
    """Turn an executed notebook into a page.

    Parameters
    ----------
    notebook : NotebookNode
        Executed from the first to the last cell; every output made by this library's tables, figures,
        sentences or provenance.
    site : dict
        Needs ``title`` (of the survey's report, in the header), ``area_name``, ``wave_label``, ``survey``
        (title or id), ``synthetic`` (bool), ``status`` (such as "Research draft"). May have ``home``
        (address of the index), ``table`` (address of the page's numbers), ``nav`` (list of (label,
        address) of this area's pages, address "" for this page), ``previous`` and ``next`` ((label,
        address)). Addresses are relative.

    Returns
    -------
    str
        HTML that needs no other file. Timestamps can only stand in the element with id ``provenance``.

    Raises
    ------
    PageRefused
        If a cell failed, was not run or showed anything else, an image lacks its description, headings
        jump, something leads outside, or nothing is shown. Names the cell.
    KeyError
        If `site` lacks a value.
    """
    absent = sorted(SITE - set(site))
    if absent:
        raise KeyError(f"site lacks {absent}; a page needs {sorted(SITE)}")
    optional = {"home": "", "nav": [], "previous": None, "next": None, "table": ""}
    check_links(site)
    html, _ = _exporter().from_notebook_node(notebook, {"site": {**optional, **site}})
    return checked(html)


def check_links(site: dict) -> None:
    """Refuse addresses that leave the site.

    Parameters
    ----------
    site : dict
        As `export` takes it.

    Raises
    ------
    PageRefused
        Naming the address.
    """
    pairs = [*site.get("nav", []), site.get("previous") or ("", ""), site.get("next") or ("", "")]
    for address in [site.get("home", ""), site.get("table", ""), *(address for _, address in pairs)]:
        if address and not markup.ATTRIBUTES["href"].fullmatch(address):
            raise PageRefused(f"the address {address!r} leaves the site; links are relative paths")


def compose(notebook: NotebookNode) -> Page:
    """Check every cell and gather what the page shows.

    Parameters
    ----------
    notebook : NotebookNode
        As `export` takes it.

    Returns
    -------
    Page
        Checked and escaped.

    Raises
    ------
    PageRefused
        As `export` says.
    """
    page, sources = Page(), []
    taken, headings = set(OWN_IDS), []
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            if cell.cell_type == "markdown":
                html, found = markup.markdown(cell.source, taken=taken)
                headings += found
                page.parts.append({"kind": "text", "html": html})
            elif cell.cell_type != "code":
                raise ValueError(f"cells of type {cell.cell_type} are not allowed")
            elif cell.source.strip() or cell.outputs:
                _add_code(page, sources, number, cell)
        except ValueError as error:
            raise PageRefused(f"cell {number}: {error}") from None
    _check_whole(page, headings)
    first = page.parts.pop(0)["html"]
    page.question = headings[0][1]
    lead, mark, about = first.split("</h1>", 1)[1].strip().partition("<ul>")
    page.lead, page.about = Markup(lead), Markup(mark + about)  # noqa: S704 - cleaned before
    page.contents = [(text, name) for level, text, name in headings if level == 2]
    page.all_code = Markup("\n\n").join(map(markup.code, sources))
    page.sheets = _sheets(page.parts) if notebook.metadata.get("trustgap", {}).get("paper") else []
    return page


def _sheets(parts: list[dict]) -> list[list[dict]]:
    """Begin a new sheet of paper at every rule (---) that stands in a cell of its own."""
    sheets: list[list[dict]] = [[]]
    for part in parts:
        if part.get("html", "").strip() == "<hr>":
            sheets.append([])
        else:
            sheets[-1].append(part)
    return sheets


def _add_code(page: Page, sources: list[str], number: int, cell: NotebookNode) -> None:
    """Check one code cell; its outputs come first, its code after them or among the set-up."""
    if any(output.output_type == "error" for output in cell.outputs):
        raise ValueError("it failed; a page is made only of a notebook that ran to its end")
    stamps = cell.metadata.get("papermill", {})
    if (
        cell.execution_count is None
        or stamps.get("exception")
        or stamps.get("status", "completed") != "completed"
    ):
        raise ValueError("it was not run; run the whole notebook first")
    for output in cell.outputs:
        part = outputs.accept(output)
        if part["kind"] == "provenance":
            page.provenance += part["html"]
        else:
            page.parts.append(part)
    tags = set(cell.metadata.get("tags", []))
    source = cell.source.strip()
    if "injected-parameters" in tags:
        source = "\n".join(line for line in source.splitlines() if INJECTED.match(line))
    elif "parameters" in tags:
        source = "\n".join(line for line in source.splitlines() if not MACHINE_PATH.search(line))
    if not source:
        return
    first = source.splitlines()[0]
    name = first.lstrip("#% ").strip() if first.startswith("#") else f"step {number}"
    block = {"kind": "code", "name": name, "html": markup.code(source)}
    (page.setup if tags & SETUP_TAGS else page.parts).append(block)
    sources.append(source)


def _check_whole(page: Page, headings: list[tuple[int, Markup, str]]) -> None:
    """Refuse a page without results or provenance, and headings that do not nest."""
    if not any(part["kind"] in ("table", "figure", "sentence") for part in page.parts):
        raise PageRefused("no cell shows a result: the page would be empty")
    if not page.provenance:
        raise PageRefused("no cell says how the page was produced (provenance)")
    levels = [level for level, _, _ in headings]
    if levels.count(1) != 1 or not str(page.parts[0].get("html", "")).startswith("<h1"):
        raise PageRefused(f"a page has one # heading, at its very start; found {levels.count(1)}")
    for (before, _, _), (after, text, _) in pairwise(headings):
        if after > before + 1:
            raise PageRefused(f"heading {text.unescape()!r} jumps from level {before} to level {after}")
