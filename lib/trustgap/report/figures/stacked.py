"""What a whole is made of, month by month: one band for each part, together always 100%."""

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import axis, phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import LINE, SIZE, SMALL, extent, wrap

LEFT, RIGHT, PLOT, TOP = 48, 168, 260, 12
"""RIGHT is the room right of the plot for the parts' names."""

LINES = 2.0
"""Width of the gap between bands."""


def stacked(shown: Shown, *, headline: str, subtitle: str, source: str, alt: str | None = None) -> Figure:
    """Draw the shares of the parts of a whole over months.

    Parameters
    ----------
    shown : Shown
        One share for each month (``wave``, an ISO date) and part (``item``), parts in the order in which
        they are stacked, from the bottom; at most four.
    headline, subtitle, source : str
        Computed words.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        A month without all its parts is left blank. Names stand at the right, with the shares of the last
        month drawn. Distances between months are true.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If there are more than four parts, or a part comes twice in a month.
    """
    entries = rows.read(shown, by=("item", "wave"))
    parts = list(dict.fromkeys(row.item for row in entries))
    if len(parts) > len(palette.CATEGORICAL):
        raise ValueError(f"stacked draws at most {len(palette.CATEGORICAL)} parts, got {parts}")
    months: dict[str, dict] = {}
    for row in sorted(entries, key=lambda row: row.wave):
        months.setdefault(row.wave, {})[row.item] = row
    names = {row.item: row.item_label for row in entries}
    runs = _runs(months, parts)
    svg = _draw(runs, months, names)
    words = alt or _alt(runs, months, names)
    return Figure(svg, headline, subtitle, words, source, _table(months, names, headline))


def _place(month: str) -> int:
    year, number, _ = month.split("-")
    return 12 * int(year) + int(number) - 1


def _runs(months: dict[str, dict], parts: list[str]) -> list[list[tuple[str, list[float]]]]:
    """Give the upper edges of the bands, in runs of months that follow one another."""
    runs: list[list] = []
    for month, cells in months.items():
        if not all(part in cells and rows.drawable(cells[part]) for part in parts):
            continue
        sizes = [cells[part].estimate for part in parts]
        total = sum(sizes)
        if total <= 0:
            continue
        # Rounded shares may add up to a little more or less than 1.
        edges = [sum(sizes[: number + 1]) / total for number in range(len(sizes))]
        if not runs or _place(month) != _place(runs[-1][-1][0]) + 1:
            runs.append([])
        runs[-1].append((month, edges))
    return runs


def _draw(runs: list, months: dict[str, dict], names: dict[str, str]) -> str:
    labels = _labels(runs, months, names)
    heights = [len(label) * SIZE * LINE + 4 for label in labels]
    plot = max(PLOT, sum(heights) - 14)
    canvas = Canvas(TOP + plot + 40)
    down = axis.Axis(TOP + plot, TOP)
    first, last = (_place(end) for end in (min(months), max(months)))
    over = axis.Axis(LEFT + 4, WIDTH - RIGHT, first, max(last, first + 1))
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line([LEFT, over.end], [down.at(tick)] * 2, colour=palette.GRID)
        text = f"{100 * tick:.0f}%"
        canvas.text(LEFT - 7, down.at(tick), text, size=SMALL, colour=palette.NOTES, align="right")
    _bands(canvas, runs, len(names), over, down)
    canvas.line([LEFT, over.end], [down.at(0)] * 2)
    _months(canvas, months, over, down)
    if runs:
        _names(canvas, runs[-1][-1][1], labels, heights, over.end + 10, down)
    return canvas.svg()


def _bands(canvas: Canvas, runs: list, parts: int, over: axis.Axis, down: axis.Axis) -> None:
    """Draw the bands of every run, with a white line between two."""
    for run in runs:
        # A single month has no width of its own.
        x = [over.at(_place(month)) for month, _ in run]
        x = x if len(x) > 1 else [x[0] - 2, x[0] + 2]
        for number in range(parts):
            edges = [edges for _, edges in run] if len(run) > 1 else [run[0][1]] * 2
            high = [down.at(edge[number]) for edge in edges]
            low = [down.at(edge[number - 1] if number else 0.0) for edge in edges]
            corners = [*zip(x, low, strict=True), *list(zip(x, high, strict=True))[::-1]]
            canvas.polygon(corners, fill=palette.CATEGORICAL[number])
            if number:
                canvas.line(x, low, colour=palette.WHITE, width=LINES)


def _months(canvas: Canvas, months: dict[str, dict], over: axis.Axis, down: axis.Axis) -> None:
    """Write the years below their Januaries, or the first and the last month where there are few."""
    years = range(int(min(months)[:4]) + (min(months)[5:7] != "01"), int(max(months)[:4]) + 1)
    if len(years) >= 3:
        marks = [(over.at(12 * year), str(year), "center") for year in years]
    else:
        ends = [(over.at(_place(end)), wording.period(end)) for end in (min(months), max(months))]
        marks = [(x, text, align) for (x, text), align in zip(ends, ("left", "right"), strict=True)]
        marks = marks[: len(months)]
    end = 0.0
    for x, text, align in marks:
        wide = extent(text, SMALL)
        left = x - {"left": 0, "center": wide / 2, "right": wide}[align]
        canvas.line([x, x], [down.start, down.start + 5])
        if left > end + 4:
            canvas.text(x, down.start + 16, text, size=SMALL, colour=palette.NOTES, align=align)
            end = left + wide


def _labels(runs: list, months: dict[str, dict], names: dict[str, str]) -> list[list[str]]:
    """Write each part's name and its share in the last month drawn."""
    if not runs:
        return []
    last = months[runs[-1][-1][0]]
    return [[*wrap(name, RIGHT - 30, SIZE), last[item].estimate_text] for item, name in names.items()]


def _names(
    canvas: Canvas,
    edges: list[float],
    labels: list[list[str]],
    heights: list[float],
    x: float,
    down: axis.Axis,
) -> None:
    """Put the labels beside the bands of the last month, moved apart where bands are thin."""
    middle = [down.at((edge + below) / 2) for edge, below in zip(edges, [0.0, *edges], strict=False)]
    bottom = down.start + 14
    # From the bottom up: as near the band as the labels below allow and those above need.
    for number, (label, height) in enumerate(zip(labels, heights, strict=True)):
        least = TOP - 8 + sum(heights[number + 1 :]) + height / 2
        y = min(max(middle[number], least), bottom - height / 2)
        canvas.box(x, y - 5, 10, 10, fill=palette.CATEGORICAL[number])
        canvas.block(x + 16, y, label)
        bottom = y - height / 2


def _alt(runs: list, months: dict[str, dict], names: dict[str, str]) -> str:
    span = " to ".join(dict.fromkeys(wording.period(end) for end in (min(months), max(months))))
    start = f"Stacked area chart of shares by month, {span}, for {len(names)} parts."
    if not runs:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    drawn = [month for run in runs for month, _ in run]
    said = []
    for item, name in names.items():
        cells = sorted((months[month][item] for month in drawn), key=lambda row: row.estimate)
        first, last = (months[month][item].estimate_text for month in (drawn[0], drawn[-1]))
        said.append(
            f"{name}: {first} at first, {last} at last, between {cells[0].estimate_text} and "
            f"{cells[-1].estimate_text}."
        )
    missing = len(months) - len(drawn)
    left = f" Months left blank: {missing}." if missing else ""
    return f"{start} {' '.join(said)}{left}"


def _table(months: dict[str, dict], names: dict[str, str], caption: str) -> str:
    lines = []
    for month, cells in months.items():
        texts = {
            name: cells[item].estimate_text if item in cells else wording.UNAVAILABLE
            for item, name in names.items()
        }
        lines.append({"Month": wording.period(month), **texts})
    return tables.table_html(pd.DataFrame(lines), caption=caption)
