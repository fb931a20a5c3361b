"""What so many answers can show: points of precision against the number of answers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trustgap.report import palette, tables
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import axis, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SIZE, SMALL, extent, shorten

LEFT, RIGHT, PLOT = 62, 16, 280
STYLES = ((palette.PAIR[0], None), (palette.PAIR[1], (6, 3)))
"""Colour and dashes of the curves, in their order."""

TICKS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)


def curve(
    shown: Shown,
    *,
    headline: str,
    subtitle: str,
    source: str,
    marks: Mapping[str, float] | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw what can be seen against the number of answers, on a logarithmic scale of answers.

    Parameters
    ----------
    shown : Shown
        Rows whose ``goal`` names their curve, at most two; ``n_a`` answers and an estimate in points, from
        `trustgap.stats.plan.plans.visible`.
    headline, subtitle, source : str
        Computed words.
    marks : mapping of str to float, optional
        Numbers of answers to mark by an upright line, by what they are; those beyond the scale are left
        out.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        With all values in its table.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If there are more than two curves, or two values for one number of answers.
    """
    entries = [row for row in rows.read(shown, by=("goal", "n_a")) if rows.drawable(row)]
    curves: dict[str, list[tuple]] = {}
    for row in sorted(entries, key=lambda row: row.n_a):
        curves.setdefault(row.goal, []).append(row)
    if not 0 < len(curves) <= len(STYLES):
        raise ValueError(f"a chart has one curve or {len(STYLES)}, got {list(curves)}; choose with where()")
    curves = {goal: curves[goal] for goal in dict.fromkeys(row.goal for row in entries)}
    ends = min(row.n_a for row in entries), max(row.n_a for row in entries)
    inside = {name: n for name, n in (marks or {}).items() if ends[0] <= n <= ends[1]}
    words = alt or _alt(curves, inside)
    return Figure(_draw(curves, ends, inside), headline, subtitle, words, source, _table(curves, headline))


def _draw(curves: dict[str, list], ends: tuple[float, float], marks: dict[str, float]) -> str:
    head = 24 * len(curves) + 12.0 + 20 * bool(marks)
    canvas = Canvas(head + PLOT + 58)
    over = axis.Axis(LEFT, WIDTH - RIGHT, *np.log(ends))
    most = np.ceil(max(row.estimate for line in curves.values() for row in line) * 10 - 1e-9) / 10
    down = axis.Axis(head + PLOT, head, 0, most)
    for step in range(int(10 * most + 0.5) + 1):
        y = down.at(step / 10)
        canvas.line([over.start, over.end], [y, y], colour=palette.GRID)
        text = f"{10 * step} points" if step else "0"
        canvas.text(over.start - 7, y, text, size=SMALL, colour=palette.NOTES, align="right")
    ticks = [tick for tick in TICKS if ends[0] <= tick <= ends[1]]
    axis.across(
        canvas, over, top=head, bottom=head + PLOT, ticks=list(np.log(ticks)),
        texts=[f"{tick:,}" for tick in ticks],
    )  # fmt: skip
    middle = (over.start + over.end) / 2
    canvas.text(
        middle, head + PLOT + 40, "Number of answers", size=SMALL, colour=palette.NOTES, align="center"
    )
    _marks(canvas, over, down, marks)
    for at, ((goal, line), (colour, dashes)) in enumerate(zip(curves.items(), STYLES, strict=False)):
        x, y = [over.at(np.log(row.n_a)) for row in line], [down.at(row.estimate) for row in line]
        canvas.line(x, y, colour=colour, width=2.4, dashes=dashes)
        canvas.line([2, 30], [12 + 24 * at] * 2, colour=colour, width=2.4, dashes=dashes)
        canvas.text(38, 12 + 24 * at, shorten(goal, WIDTH - 44, SIZE))
    return canvas.svg()


def _marks(canvas: Canvas, over: axis.Axis, down: axis.Axis, marks: dict[str, float]) -> None:
    """Draw upright lines with their names above the plot; one whose name has no room is left to the text."""
    taken = 0.0
    for name, n in sorted(marks.items(), key=lambda mark: mark[1]):
        x, label = over.at(np.log(n)), f"{name}: {n:,.0f}"
        wide = extent(label, SMALL)
        left = min(max(x - wide / 2, over.start), over.end - wide)
        if left > taken:
            canvas.line([x, x], [down.end, down.start], colour=palette.TEXT, width=1.4)
            canvas.text(left, down.end - 12, label, size=SMALL)
            taken = left + wide + 10


def _alt(curves: dict[str, list], marks: dict[str, float]) -> str:
    count = f"{len(curves)} falling {'curve' if len(curves) == 1 else 'curves'}"
    parts = [f"Line chart of {count} against the number of answers."]
    for goal, line in curves.items():
        first, last = line[0], line[-1]
        parts.append(
            f"{goal}: {first.estimate_text} with {first.n_a:,.0f} answers, {last.estimate_text} with "
            f"{last.n_a:,.0f}."
        )
    parts += [f"Marked: {name}, {n:,.0f}." for name, n in marks.items()]
    return " ".join(parts)


def _table(curves: dict[str, list], caption: str) -> str:
    by_n: dict[float, dict[str, str]] = {}
    for goal, line in curves.items():
        for row in line:
            by_n.setdefault(row.n_a, {"Answers": f"{row.n_a:,.0f}"})[goal] = row.estimate_text
    return tables.table_html(pd.DataFrame([by_n[n] for n in sorted(by_n)]), caption=caption)
