"""What the server of `engine.Warm` loads: the engine, and once what every page would do again.

A template is compiled and a highlighter set up on a page that nobody sees, the cells of the notebooks are
coloured and the letters of the figures drawn, so that the pages forked from here find all that ready.
Nothing of any survey is in it.
"""

import gc
from importlib import import_module
from itertools import product
from pkgutil import walk_packages

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from trustgap import report, stats
from trustgap.batch import engine, plan, warm  # noqa: F401  figures, sentences and tables
from trustgap.report import markup, page, provenance
from trustgap.report.figures import letters
from trustgap.report.outputs import PROVENANCE
from trustgap.survey import catalogue

SITE = dict.fromkeys(("title", "area_name", "wave_label", "survey", "status"), "") | {"synthetic": True}

LATE = (
    "IPython.core.completerlib",
    "IPython.core.magics",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
)
"""Modules that others load only when a notebook runs, or a table is written."""


def prepare() -> None:
    """Make one page of nothing, and keep what that loaded out of the way of the garbage collector.

    Examples
    --------
    >>> prepare()
    """
    for package in (stats, report):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in LATE:
        import_module(name)
    catalogue.claims()
    catalogue.interventions()
    page.export(_empty(), site=SITE)
    warm.execute(new_notebook(cells=[new_code_cell("None")]))
    for book in plan.find_notebooks():
        _read(nbformat.read(book.path, as_version=4))
    for sign, weight in product(map(chr, range(ord(" "), ord("~") + 1)), ("normal", "bold")):
        letters.letter(sign, weight)
    gc.collect()
    gc.freeze()


def _empty() -> nbformat.NotebookNode:
    """Make a notebook that was run and says nothing."""
    outputs = [
        new_output(
            "display_data",
            data={"text/html": "<p>Nothing.</p>"},
            metadata={"trustgap": {"kind": "sentence"}},
        ),
        new_output(
            "display_data",
            data={PROVENANCE: provenance.program()},
            metadata={"trustgap": {"kind": "provenance"}},
        ),
    ]
    cells = [new_markdown_cell("# Nothing"), new_code_cell("# Nothing", execution_count=1, outputs=outputs)]
    return new_notebook(cells=cells)


def _read(notebook: nbformat.NotebookNode) -> None:
    """Write the cells of a notebook as every page of it will, which the exporter then remembers."""
    taken = set(page.OWN_IDS)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            markup.markdown(cell.source, taken=taken)
        else:
            markup.code(cell.source.strip())


prepare()
