"""A metric over time with its limits, the points beyond ordinary variation, and what was begun when."""

from itertools import pairwise

import numpy as np

from trustgap.report import palette, vocabulary, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import axis, control_words, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SMALL, extent, shorten
from trustgap.stats.tracking.periods import calendar

PLOT = 190
TOP = 50
"""Room above the plot for the key and for what was begun."""

MARKS = {
    "improvement": ("D", palette.PAIR[0], False),
    "concern": ("s", palette.PAIR[1], True),
    "high": ("D", palette.PAIR[0], False),
    "low": ("s", palette.PAIR[1], True),
}
"""Shape, colour and whether hollow, of points that are more than ordinary variation."""

LINES, WORDS = ("centre", "low", "high"), ("average", "limit", "limit")


def control_chart(
    shown: Shown,
    *,
    headline: str,
    subtitle: str,
    source: str,
    began: Shown | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the control chart of one metric.

    Parameters
    ----------
    shown : Shown
        Rows of the analysis ``tracking`` of one metric: its points, centre and limits.
    headline, subtitle, source : str
        Computed words.
    began : Shown, optional
        A row whose ``wave`` is the date from which something was tried, and ``group_a_label`` what.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        Points joined by a line that breaks where a period has no figure; limits as a band; other shapes for
        signals; [c] below a period whose base is too small. Limits that could not be made are not drawn.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If rows are of several metrics, or a period comes twice.
    """
    entries = rows.read(shown, by=("estimand", "wave"))
    if len({row.item for row in entries}) > 1:
        raise ValueError("a control chart shows one metric; use shown.where(item=...) first")
    start = next(began.frame.itertuples(index=False), None) if began is not None else None
    found = _arrange(entries)
    svg = _draw(found, start)
    table = control_words.table(found, headline)
    return Figure(svg, headline, subtitle, alt or control_words.alt(found, start), source, table)


def _arrange(entries: list[tuple]) -> dict[str, object]:
    """Set out the points by period, and the limits on every period."""
    points = {row.wave: row for row in entries if not row.estimand.endswith(LINES)}
    every = calendar(points) if points else []
    found = {"points": points, "periods": every}
    for name in LINES:
        level = {row.wave: row for row in entries if row.estimand.endswith(f"_{name}")}
        single = next((row for wave, row in level.items() if "/" in wave), None)
        found[name] = {period: level.get(period, single) for period in every}
    return found


def _draw(found: dict[str, object], start: tuple | None) -> str:
    canvas = Canvas(TOP + PLOT + 34)
    points, periods = found["points"], found["periods"]
    numbers = [row.estimate for row in points.values() if rows.drawable(row)]
    limits = [row.estimate for name in LINES for row in found[name].values() if _known(row)]
    if not numbers:
        canvas.text(WIDTH / 2, TOP + PLOT / 2, "No figure can be drawn", align="center")
        return canvas.svg()
    ticks = _ticks(min(numbers + limits), max(numbers + limits))
    share = next(iter(points.values())).estimand == "metric_share"
    texts, ends = _tick_texts(ticks, share=share), _ends(found)
    left = max(44, max(extent(text, SMALL) for text in texts) + 14)
    right = WIDTH - max([60, *(extent(text, SMALL) + 20 for text, _ in ends)])
    over = axis.Axis(left + 10, right, 0, max(len(periods) - 1, 1))
    down = axis.Axis(TOP + PLOT, TOP, ticks[0], ticks[-1])
    for tick, text in zip(ticks, texts, strict=True):
        canvas.line([left, right + 8], [down.at(tick)] * 2, colour=palette.GRID)
        canvas.text(left - 6, down.at(tick), text, size=SMALL, colour=palette.NOTES, align="right")
    places = {period: over.at(number) for number, period in enumerate(periods)}
    _limits(canvas, found, places, down)
    _names(canvas, ends, right + 14, down)
    _began(canvas, start, periods, over)
    _line(canvas, found, places, down)
    canvas.line([left, right + 8], [TOP + PLOT] * 2)
    _below(canvas, periods, places)
    _key(canvas, points, left)
    return canvas.svg()


def _known(row: tuple | None) -> bool:
    return row is not None and row.estimate == row.estimate


def _ticks(low: float, high: float) -> list[float]:
    """Choose up to seven round values that enclose the figures."""
    span = high - low or abs(high) or 1.0
    raw = span / 5
    unit = 10.0 ** np.floor(np.log10(raw))
    step = next(unit * part for part in (1, 2, 2.5, 5, 10) if unit * part >= raw * 0.999)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return [float(step * number) for number in np.arange(first, max(last, first + 1) + 0.5)]


def _tick_texts(ticks: list[float], *, share: bool) -> list[str]:
    scaled = [100 * tick if share else tick for tick in ticks]
    step = scaled[1] - scaled[0]
    places = next((n for n in range(5) if abs(round(step, n) - step) < 1e-6 * step), 5)
    texts = [f"{value + 0.0:,.{places}f}".replace("-", "−") for value in scaled]
    return [f"{text}%" for text in texts] if share else texts


def _ends(found: dict[str, object]) -> list[tuple[str, float]]:
    """Write the last values of the centre and of the limits."""
    last = [(word, found[name][found["periods"][-1]]) for word, name in zip(WORDS, LINES, strict=True)]
    return [(f"{word} {row.estimate_text}", row.estimate) for word, row in last if _known(row)]


def _limits(canvas: Canvas, found: dict[str, object], places: dict[str, float], down: axis.Axis) -> None:
    """Draw the band between the limits in steps, and the centre."""
    known = [p for p in found["periods"] if _known(found["low"][p]) and _known(found["high"][p])]
    x = list(places.values())
    half = (x[-1] - x[0]) / (len(x) - 1) / 2 if len(x) > 1 else 6
    if known:
        sides = {name: [found[name][p].estimate for p in known] for name in ("low", "high")}
        edges = [(places[p] - half, places[p] + half) for p in known]
        lower = [(x, down.at(y)) for ends, y in zip(edges, sides["low"], strict=True) for x in ends]
        upper = [(x, down.at(y)) for ends, y in zip(edges, sides["high"], strict=True) for x in ends]
        canvas.polygon([*lower, *upper[::-1]], fill=palette.BAND)
    centre = [p for p in found["periods"] if _known(found["centre"][p])]
    if centre:
        y = down.at(found["centre"][centre[-1]].estimate)
        canvas.line([places[centre[0]] - half, places[centre[-1]] + half], [y, y], dashes=(5, 3))


def _names(canvas: Canvas, ends: list[tuple[str, float]], x: float, down: axis.Axis) -> None:
    """Name the lines at the right; the centre first, a limit only where there is room."""
    taken: list[float] = []
    for text, value in ends:
        y = min(max(down.at(value), TOP + 4), TOP + PLOT - 4)
        if all(abs(y - other) >= SMALL + 4 for other in taken):
            canvas.text(x, y, text, size=SMALL, colour=palette.NOTES)
            taken.append(y)


def _began(canvas: Canvas, start: tuple | None, periods: list[str], over: axis.Axis) -> None:
    """Draw a line where something was begun, between the last point before and the first after."""
    if start is None:
        return
    before = sum(period < start.wave for period in periods)
    x = over.at(min(max(before - 0.5, -0.4), len(periods) - 0.6))
    canvas.line([x, x], [TOP - 6, TOP + PLOT], colour=palette.TEXT, dashes=(3, 3))
    words = shorten(f"{start.wave_label}: {start.group_a_label}", WIDTH - 60, SMALL)
    wide = extent(words, SMALL)
    left = min(max(x - wide / 2, 6), WIDTH - 6 - wide)
    canvas.text(left, TOP - 16, words, size=SMALL)


def _line(canvas: Canvas, found: dict[str, object], places: dict[str, float], down: axis.Axis) -> None:
    """Draw the points, joined where they follow one another."""
    points, periods = found["points"], found["periods"]
    drawn = {p: points[p] for p in periods if p in points and rows.drawable(points[p])}
    runs: list[list[str]] = [[]]
    for period in periods:
        runs = [*runs[:-1], [*runs[-1], period]] if period in drawn else [*runs, []]
    for run in runs:
        if len(run) > 1:
            heights = [down.at(drawn[p].estimate) for p in run]
            canvas.line([places[p] for p in run], heights, colour=palette.OTHERS, width=1.5)
    for verdict in ("", *MARKS):
        chosen = [p for p in drawn if (drawn[p].verdict or "") == verdict]
        if chosen:
            marker, colour, hollow = MARKS.get(verdict, ("o", palette.NOTES, False))
            x, y = [places[p] for p in chosen], [down.at(drawn[p].estimate) for p in chosen]
            size = {"o": 6.0, "D": 8.5, "s": 9.5}[marker]
            canvas.points(x, y, colour=colour, marker=marker, size=size, hollow=hollow)
    end = -np.inf
    for period in (p for p in periods if p in points and p not in drawn):
        text, x = points[period].estimate_text, places[period]
        if x - extent(text, SMALL) / 2 > end + 4:
            canvas.text(x, TOP + PLOT - 9, text, size=SMALL, colour=palette.NOTES, align="center")
            end = x + extent(text, SMALL) / 2


def _below(canvas: Canvas, periods: list[str], places: dict[str, float]) -> None:
    """Write some of the periods below the plot, the first and the last among them."""
    y = TOP + PLOT
    count = min(len(periods), 5)
    chosen = sorted({round(number * (len(periods) - 1) / max(count - 1, 1)) for number in range(count)})
    words = [wording.period(periods[number]) for number in chosen]
    centres = [places[periods[number]] for number in chosen]
    halves = [extent(text, SMALL) / 2 for text in words]
    pairs = pairwise(zip(centres, halves, strict=True))
    if any(b - a < one + other + 8 for (a, one), (b, other) in pairs):
        words, centres = [words[0], words[-1]][: len(words)], [centres[0], centres[-1]][: len(words)]
    for x, text in zip(centres, words, strict=True):
        canvas.line([x, x], [y, y + 4])
        canvas.text(x, y + 17, text, size=SMALL, colour=palette.NOTES, align="center")


def _key(canvas: Canvas, points: dict[str, tuple], x: float) -> None:
    """Say what the shapes mean."""
    y = 10
    for verdict, (marker, colour, hollow) in MARKS.items():
        if any(row.verdict == verdict for row in points.values()):
            word = vocabulary.VERDICTS[verdict].lower()
            canvas.points([x + 5], [y], colour=colour, marker=marker, size=8.5, hollow=hollow)
            canvas.text(x + 15, y, word, size=SMALL)
            x += 15 + extent(word, SMALL) + 24
    canvas.box(x, y - 6, 16, 12, fill=palette.BAND)
    canvas.text(x + 22, y, "ordinary variation", size=SMALL)
