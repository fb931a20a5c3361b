"""Which outputs of a notebook may reach a page: those that this library made, and no other."""

import json
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup
from nbformat import NotebookNode

from trustgap.report import markup
from trustgap.report.figure import MIN_ALT_WORDS
from trustgap.report.tables import table_html

PROVENANCE = "application/vnd.trustgap.provenance+json"
"""The type under which a notebook says how it was made."""

ALLOWED_DATA = {
    "table": {"text/html", "text/plain"},
    "sentence": {"text/html", "text/plain"},
    "figure": {"image/svg+xml", "text/plain"},
    "provenance": {PROVENANCE, "text/plain"},
}
"""What each kind of output holds, and nothing else."""

PLAIN = " !$'()*+,-./;<=>?@[]_{|}~"
"""Signs that stand as they are in the address of a drawing; the quotation mark, #, %, & and : may not."""

USUAL = {
    *(name for names in ALLOWED_DATA.values() for name in names),
    *("application/javascript", "application/json", "image/jpeg", "image/png", "text/latex", "text/markdown"),
}
"""Types that are named where they are refused; any other name could itself be an answer."""

FIGURE_TEXTS = ("headline", "subtitle", "alt", "source", "table_html")
DEFAULT_ALT = "No description has been provided"


def accept(output: NotebookNode) -> dict:
    """Check one output of a cell and make it ready for the template.

    Parameters
    ----------
    output : NotebookNode
        With ``metadata["trustgap"]["kind"]``: table, sentence, figure or provenance. A figure's metadata
        also hold ``headline``, ``subtitle``, ``alt``, ``source`` and ``table_html``.

    Returns
    -------
    dict
        ``kind``, and ``html`` or the parts of a figure; all of it cleaned.

    Raises
    ------
    ValueError
        If the output is of another kind, holds anything else, or is not fit for a page.
    """
    if output.output_type == "stream":
        raise ValueError(f"it wrote to {output.name}; show results through tables, figures or sentences")
    said = output.metadata.get("trustgap", {})
    kind = said.get("kind")
    if kind not in ALLOWED_DATA:
        raise ValueError(
            f"it shows {_types(output.data)} that did not come from tables, figures or sentences: "
            "raw frames, values and pictures do not reach a page"
        )
    (needed,) = ALLOWED_DATA[kind] - {"text/plain"}
    if needed not in output.data or set(output.data) - ALLOWED_DATA[kind]:
        raise ValueError(f"a {kind} must hold {needed} and nothing else but text; got {_types(output.data)}")
    content = output.data[needed]
    if kind == "figure":
        return _figure(content, said)
    if kind == "provenance":
        return {"kind": kind, "html": _provenance(content)}
    html = markup.clean(content, tags=markup.TABLE if kind == "table" else markup.SENTENCE)
    if not html.striptags():
        raise ValueError(f"a {kind} is empty")
    return {"kind": kind, "html": html}


def _types(data: dict) -> list[str]:
    return sorted(name if name in USUAL else "another type" for name in data)


def _figure(svg: str, said: dict) -> dict:
    """Check a figure's drawing, description and data."""
    absent = [name for name in FIGURE_TEXTS if not str(said.get(name) or "").strip()]
    if absent:
        raise ValueError(f"a figure lacks its {', '.join(absent)}")
    alt = said["alt"]
    if DEFAULT_ALT.lower() in alt.lower() or len(alt.split()) < MIN_ALT_WORDS:
        raise ValueError(f"a figure's description must say what it shows, in {MIN_ALT_WORDS} words or more")
    markup.check_drawing(svg)
    drawing = Markup(quote(svg, safe=PLAIN))  # noqa: S704 - no sign that could end the attribute is left
    table = markup.clean(said["table_html"], tags=markup.TABLE)
    texts = {name: said[name] for name in ("headline", "subtitle", "alt", "source")}
    return {"kind": "figure", "drawing": drawing, "table": table, **texts}


def _provenance(content: dict | str) -> Markup:
    """Write the facts as a table; what is not text is written as JSON."""
    record = json.loads(content) if isinstance(content, str) else content
    values = [
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in record.values()
    ]
    frame = pd.DataFrame({"What": list(record), "Value": values}, dtype=object)
    html = table_html(frame, caption="Provenance of this report", numeric=[], scrolls=False)
    return markup.clean(html, tags=markup.TABLE)
