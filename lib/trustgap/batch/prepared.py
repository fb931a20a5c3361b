"""What the server of `engine.Warm` loads: the engine, and once what every page would do again.

A template is compiled and a highlighter set up on a page that nobody sees, so that the pages forked from
here find both ready. Nothing of any survey is in it.
"""

import gc
from importlib import import_module
from pkgutil import walk_packages

import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from trustgap import stats
from trustgap.batch import engine  # noqa: F401  figures, sentences and tables
from trustgap.report import page, provenance
from trustgap.report.figures import lettering
from trustgap.report.outputs import PROVENANCE
from trustgap.survey import catalogue

SITE = dict.fromkeys(("title", "area_name", "wave_label", "survey", "status"), "") | {"synthetic": True}


def prepare() -> None:
    """Make one page of nothing, and keep what that loaded out of the way of the garbage collector.

    Examples
    --------
    >>> prepare()
    """
    # Pages work on short tables: text in arrays of Python is picked faster than text in those of Arrow.
    pd.set_option("mode.string_storage", "python")
    for module in walk_packages(stats.__path__, f"{stats.__name__}."):
        import_module(module.name)
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
    catalogue.claims()
    catalogue.interventions()
    page.export(new_notebook(cells=cells), site=SITE)
    for weight in ("normal", "bold"):
        lettering.extent("Nothing", weight=weight)
    gc.collect()
    gc.freeze()


prepare()
