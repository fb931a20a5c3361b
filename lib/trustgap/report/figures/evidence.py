"""Barriers against kinds of evidence: what each kind says, how heavily, and the verdict."""

import pandas as pd

from trustgap.report import palette, tables, vocabulary
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import LINE, SMALL, wrap
from trustgap.report.figures.matrix import blank

LABELS = 190
VERDICT = 92
CELL = 46
GAP = 2
HEAVY = 3.0
"""From this weight on a cell has the dark shade."""

SAYS = {1: "For", -1: "Against", 0: "Neither"}
NO_PIECE = "No evidence"


def evidence(
    shown: Shown,
    *,
    verdicts: Shown,
    headline: str,
    subtitle: str,
    source: str,
) -> Figure:
    """Draw what each kind of evidence says of each barrier, and the verdict.

    Parameters
    ----------
    shown : Shown
        One row ``balance`` for each barrier (``item``) and kind (``target``) that has evidence.
    verdicts : Shown
        One row for each barrier, with its verdict; the barriers are drawn in this order.
    headline, subtitle, source : str
        Computed words.

    Returns
    -------
    Figure
        Each cell says for, against or neither, in words, with its weight, a triangle that points up or down,
        and a shade; a kind without evidence is hatched.

    Raises
    ------
    TypeError
        If the rows are not `Shown`.
    ValueError
        If a barrier has two rows of one kind, or two verdicts.
    """
    cells = {(row.item, row.target): row for row in rows.read(shown, by=("item", "target"))}
    judged = {row.item: row for row in rows.read(verdicts, by=("item",))}
    kinds = vocabulary.EVIDENCE
    svg = _draw(cells, judged, kinds)
    return Figure(
        svg, headline, subtitle, _alt(cells, judged), source, _table(cells, judged, kinds, headline)
    )


def _draw(cells: dict, judged: dict, kinds: dict[str, str]) -> str:
    wide = (WIDTH - LABELS - VERDICT - 12) / len(kinds)
    heads = [wrap(name, wide - 4, SMALL) for name in [*kinds.values(), "Verdict"]]
    labels = [wrap(row.item_label, LABELS - 10) for row in judged.values()]
    tall = rows.heights(labels, least=CELL)
    top = 34 + max(map(len, heads)) * SMALL * LINE + 10
    canvas = Canvas(top + sum(tall) + 6)
    _key(canvas)
    places = [LABELS + 12 + (number + 0.5) * wide for number in range(len(kinds))]
    places.append(WIDTH - VERDICT / 2)
    for x, head in zip(places, heads, strict=True):
        canvas.block(x, top - 8 - len(head) * SMALL * LINE / 2, head, size=SMALL, align="center")
    centres = rows.centres(tall, top=top)
    for key, label, y, height in zip(judged, labels, centres, tall, strict=True):
        canvas.block(LABELS, y, label, align="right")
        for number, one in enumerate(kinds):
            corner = (LABELS + 12 + number * wide + GAP, y - height / 2 + GAP)
            _cell(canvas, cells.get((key, one)), corner, (wide - 2 * GAP, height - 2 * GAP))
        verdict = wrap(judged[key].verdict_text, VERDICT - 6, SMALL + 1, "bold")
        canvas.block(places[-1], y, verdict, size=SMALL + 1, align="center", weight="bold")
    return canvas.svg()


def shade(value: float) -> str:
    """Choose the colour of a cell.

    Parameters
    ----------
    value : float
        Shown weight for the barrier, below 0 against it.

    Returns
    -------
    str
        Of `palette.DIVERGING`.

    Examples
    --------
    >>> shade(0.0) == palette.DIVERGING[2], shade(-3.0) == palette.DIVERGING[0]
    (True, True)
    """
    return palette.DIVERGING[2 + _side(value) * (2 if abs(value) >= HEAVY else 1)]


def _side(value: float) -> int:
    return int(value > 0) - int(value < 0)


def _words(row: tuple) -> str:
    """Say a cell: the side and its weight, or why there is none."""
    if row.estimate != row.estimate:
        return row.estimate_text
    side = _side(row.estimate)
    return f"{SAYS[side]} {row.estimate_text.lstrip('−')}" if side else SAYS[0]


def _cell(canvas: Canvas, row: tuple | None, corner: tuple, shape: tuple) -> None:
    (left, top), (wide, height) = corner, shape
    centre, middle = left + wide / 2, top + height / 2
    if blank(canvas, row, corner, shape):
        return
    fill, side = shade(row.estimate), _side(row.estimate)
    colour = palette.ink(fill)
    canvas.box(left, top, wide, height, fill=fill, edge="none" if side else palette.OUTLINE)
    if side:
        canvas.points([centre], [middle - 9], colour=colour, marker="^" if side > 0 else "v", size=9.0)
    canvas.text(centre, middle + (9 if side else 0), _words(row), size=SMALL, colour=colour, align="center")


def _key(canvas: Canvas) -> None:
    """Draw what the shades and the hatching mean."""
    left = 14.0
    entries = [
        ("Against, heavy", -3.0),
        ("Against", -1.0),
        ("Neither", 0.0),
        ("For", 1.0),
        ("For, heavy", 3.0),
    ]
    for name, value in entries:
        canvas.box(
            left, 6, 22, 12, fill=shade(value), edge=palette.OUTLINE if not value else "none"
        )  # fmt: skip
        canvas.text(left + 28, 12, name, size=SMALL)
        left += 44 + 7 * len(name)
    canvas.box(left, 6, 22, 12, fill=palette.WHITE, edge=palette.CONTEXT, hatch="////")
    canvas.text(left + 28, 12, NO_PIECE, size=SMALL)


def _alt(cells: dict, judged: dict) -> str:
    start = (
        f"Table-like chart, barriers ({len(judged)}) down and six kinds of evidence across, each cell says "
        "for, against or neither."
    )
    named = [f"{row.item_label}: {row.verdict_text.lower()}" for row in judged.values()]
    hidden = [
        (f"{row.item_label} by {row.target_label}", row.estimate_text)
        for row in cells.values()
        if row.estimate != row.estimate
    ]
    return f"{start} {'; '.join(named)}.{phrases.hidden_words(hidden)}"


def _table(cells: dict, judged: dict, kinds: dict[str, str], caption: str) -> str:
    lines = []
    for key, verdict in judged.items():
        line = {"Barrier": verdict.item_label}
        for one, name in kinds.items():
            row = cells.get((key, one))
            line[name] = _words(row) if row else NO_PIECE
        lines.append(line | {"Verdict": verdict.verdict_text})
    return tables.table_html(pd.DataFrame(lines), caption=caption)
