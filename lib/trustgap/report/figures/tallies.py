"""In how many areas each verdict was reached: one stacked bar for each statement, barrier or intervention."""

import pandas as pd

from trustgap.report import palette, tables
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SMALL, extent
from trustgap.report.vocabulary import VERDICTS

LABELS = 330
TOTAL = 44
BAR = 24
ROOM = 7
"""Pixels that a number needs on either side of it in its part of the bar."""

PAINTS = (palette.PAIR[0], palette.PAIR[1], palette.CATEGORICAL[1])
"""Fills of the verdicts that say something, in their order; the last verdict, which says nothing, is pale."""


def tallies(
    shown: Shown, *, order: tuple[str, ...], headline: str, subtitle: str, source: str, alt: str | None = None
) -> Figure:
    """Draw how many areas came to each verdict.

    Parameters
    ----------
    shown : Shown
        Rows of estimand ``areas``, one for each item and verdict: the number of areas.
    order : tuple of str
        Two to four verdicts from left to right; the last is the one that says that nothing can be said.
    headline, subtitle, source : str
        Computed words.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        Bars in the order of the rows, all on one scale; the number of areas stands at the right. A part
        too narrow for its number has it in the table only.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If a verdict of an item comes twice or is not in `order`, or `order` is too short or too long.
    """
    if not 2 <= len(order) <= len(PAINTS) + 1:
        raise ValueError(f"tallies draws two to {len(PAINTS) + 1} verdicts, got {list(order)}")
    bars: dict[str, dict[str, tuple]] = {}
    for row in rows.read(shown, by=("item", "verdict")):
        if row.verdict not in order:
            raise ValueError(f"the verdict {row.verdict!r} is not among {list(order)}")
        bars.setdefault(row.item, {})[row.verdict] = row
    svg, table = _draw(bars, order), _table(bars, order, headline)
    return Figure(svg, headline, subtitle, alt or _alt(bars, order), source, table)


def _paints(order: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(order, [*PAINTS[: len(order) - 1], palette.MARGIN], strict=True))


def _draw(bars: dict, order: tuple[str, ...]) -> str:
    labels = [rows.named(_label(bar), "", LABELS - 10) for bar in bars.values()]
    tall = rows.heights(labels, least=BAR + 12)
    most = max(_total(bar) for bar in bars.values()) or 1.0
    per_area, top = (WIDTH - LABELS - 12 - TOTAL) / most, 30.0
    canvas, x = Canvas(top + sum(tall) + 6), 2.0
    for verdict, paint in _paints(order).items():
        canvas.box(x, 6, 12, 12, fill=paint, edge=palette.OUTLINE if paint == palette.MARGIN else "none")
        canvas.text(x + 18, 12, VERDICTS[verdict], size=SMALL + 1)
        x += 18 + extent(VERDICTS[verdict], SMALL + 1) + 16
    for bar, label, middle in zip(bars.values(), labels, rows.centres(tall, top=top), strict=True):
        canvas.block(LABELS, middle, label, align="right")
        _bar(canvas, bar, _paints(order), middle, per_area)
    return canvas.svg()


def _bar(canvas: Canvas, bar: dict, paints: dict[str, str], middle: float, per_area: float) -> None:
    """Draw one bar from left to right, with white gaps between its parts, and its total behind it."""
    left = LABELS + 12.0
    for verdict, paint in paints.items():
        wide = bar[verdict].estimate * per_area if verdict in bar else 0.0
        if not wide:
            continue
        edge = palette.OUTLINE if paint == palette.MARGIN else palette.WHITE
        canvas.box(left, middle - BAR / 2, wide, BAR, fill=paint, edge=edge)
        text = bar[verdict].estimate_text
        if extent(text, SMALL + 1) + ROOM <= wide:
            canvas.text(
                left + wide / 2, middle, text, size=SMALL + 1, align="center", colour=palette.ink(paint)
            )
        left += wide
    canvas.text(left + 7, middle, f"{_total(bar):,.0f}", size=SMALL + 1, weight="bold")


def _total(bar: dict) -> float:
    return sum(row.estimate for row in bar.values())


def _label(bar: dict) -> str:
    return next(iter(bar.values())).item_label


def _alt(bars: dict, order: tuple[str, ...]) -> str:
    first = {_label(bar): bar[order[0]].estimate if order[0] in bar else 0.0 for bar in bars.values()}
    texts = [f"{count:,.0f}" for count in first.values()]
    ends = phrases.extremes(list(first), list(first.values()), texts)
    return (
        f"Stacked bar chart of how many areas came to each verdict, {len(bars)} bars. Areas with the verdict "
        f"{VERDICTS[order[0]].lower()}: {ends}."
    )


def _table(bars: dict, order: tuple[str, ...], caption: str) -> str:
    lines = [
        {"Row": _label(bar)}
        | {VERDICTS[one]: bar[one].estimate_text if one in bar else "0" for one in order}
        | {"Areas": f"{_total(bar):,.0f}"}
        for bar in bars.values()
    ]
    return tables.table_html(pd.DataFrame(lines), caption=caption)
