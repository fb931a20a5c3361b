"""Who trusts whom: one row for each group that answers, one column for each team that it rates."""

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import LINE, SIZE, SMALL, extent, wrap

LABELS = 196
CELL = 56
GAP = 2
NARROW = 64
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MEANS = (1.0, 1.8, 2.6, 3.4, 4.2, 5.0)
SWATCH = 44
NOT_ASKED = "Own team: not asked"


def matrix(
    shown: Shown,
    *,
    headline: str,
    subtitle: str,
    source: str,
    by: str = "group_a",
    columns: str = "target",
    titles: tuple[str, str] = ("Who answered", "Whom they rated"),
    alt: str | None = None,
) -> Figure:
    """Draw every group's rating of every team, as shares or as means from 1 to 5.

    Parameters
    ----------
    shown : Shown
        One row for each pair: a share, or a ``mean`` from 1 to 5, not both.
    headline, subtitle, source : str
        Computed words.
    by, columns : str
        Columns of ids that make the rows and the columns of the figure.
    titles : tuple of str
        What the rows and the columns are.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        Each cell has its number and interval, and one of five fixed shades, the same in every figure.
        A pair that is not there is hatched: nobody rates the own team. Where the
        columns would be too narrow for words and the rows are fewer, the two change places.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If a pair comes twice, or shares and means are mixed.
    """
    entries = rows.read(shown, by=(by, columns))
    sorts = {wording.kind(row.estimand) for row in entries}
    if sorts not in ({"share"}, {"mean"}):
        raise ValueError(f"matrix draws shares or means, one sort at a time; got {sorted(sorts)}")
    bins = MEANS if sorts == {"mean"} else SHARES
    cells = {(getattr(row, by), getattr(row, columns)): row for row in entries}
    down = {getattr(row, by): rows.label(row, by) for row in entries}
    team = {getattr(row, columns): rows.label(row, columns) for row in entries}
    over = {key: team[key] for key in _order(cells, down)}
    turned = len(down) < len(over) and _wide(over) < NARROW
    if turned:
        svg = _draw({key[::-1]: row for key, row in cells.items()}, over, down, bins, titles[::-1])
    else:
        svg = _draw(cells, down, over, bins, titles)
    table = _table(cells, down, over, headline)
    words = alt or _alt(cells, down, over, titles, turned=turned)
    return Figure(svg, headline, subtitle, words, source, table)


def shade(value: float, bins: tuple[float, ...]) -> str:
    """Choose the colour of a cell.

    Parameters
    ----------
    value : float
        Shown number.
    bins : tuple of float
        Six limits; a value on a limit belongs to the upper bin, except the last.

    Returns
    -------
    str
        Of `palette.SEQUENTIAL`.

    Examples
    --------
    >>> shade(0.2, SHARES) == palette.SEQUENTIAL[1], shade(1.0, SHARES) == palette.SEQUENTIAL[4]
    (True, True)
    """
    return palette.SEQUENTIAL[sum(value >= limit - 1e-9 for limit in bins[1:-1])]


def _order(cells: dict, down: dict) -> list[str]:
    """Order the columns as every row has them, though each row leaves out its own team."""
    order: list[str] = []
    for one in down:
        following = None
        for other in [other for key, other in cells if key == one][::-1]:
            if other not in order:
                order.insert(order.index(following) if following else len(order), other)
            following = other
    return order


def _wide(over: dict) -> float:
    """Give every column the same width."""
    return min((WIDTH - LABELS - 12) / len(over), 190.0)


def _draw(cells: dict, down: dict, over: dict, bins: tuple[float, ...], titles: tuple[str, str]) -> str:
    wide = _wide(over)
    heads = [wrap(name, wide - 10, SMALL + 1) for name in over.values()]
    counts = [rows.base([row.n_text for (one, _), row in cells.items() if one == key]) for key in down]
    labels = [rows.named(name, count, LABELS - 10) for name, count in zip(down.values(), counts, strict=True)]
    tall = rows.heights(labels, least=CELL)
    key_height = 46.0
    head_height = max(map(len, heads)) * (SMALL + 1) * LINE + 34
    top = key_height + head_height
    canvas = Canvas(top + sum(tall) + 6)
    _key(canvas, bins, hatched=len(cells) < len(down) * len(over))
    canvas.text(LABELS, key_height + 12, titles[0], size=SMALL, colour=palette.NOTES, align="right")
    canvas.text(LABELS + 14, key_height + 12, titles[1], size=SMALL, colour=palette.NOTES)
    for number, head in enumerate(heads):
        x = LABELS + 12 + (number + 0.5) * wide
        y = top - 8 - len(head) * (SMALL + 1) * LINE / 2
        canvas.block(x, y, head, size=SMALL + 1, align="center")
    for key, label, y, height in zip(down, labels, rows.centres(tall, top=top), tall, strict=True):
        canvas.block(LABELS, y, label, align="right")
        for number, column in enumerate(over):
            corner = (LABELS + 12 + number * wide + GAP, y - height / 2 + GAP)
            _cell(canvas, cells.get((key, column)), corner, (wide - 2 * GAP, height - 2 * GAP), bins)
    return canvas.svg()


def blank(canvas: Canvas, row: tuple | None, corner: tuple, shape: tuple) -> bool:
    """Draw a cell that has no number: hatched where nobody was asked, else with its mark.

    Parameters
    ----------
    canvas : Canvas
        The figure.
    row : named tuple or None
        The cell's row; None where nobody was asked.
    corner, shape : tuple of float
        Left and top, width and height, in pixels.

    Returns
    -------
    bool
        False where there is a number, and nothing was drawn.
    """
    if row is not None and row.estimate == row.estimate:
        return False
    (left, top), (wide, height) = corner, shape
    hatch = "///" if row is None else None
    canvas.box(left, top, wide, height, fill=palette.WHITE, edge=palette.CONTEXT, hatch=hatch)
    if row is not None:
        middle = left + wide / 2, top + height / 2
        canvas.text(*middle, row.estimate_text, colour=palette.NOTES, align="center")
    return True


def _cell(canvas: Canvas, row: tuple | None, corner: tuple, shape: tuple, bins: tuple[float, ...]) -> None:
    """Draw one cell with its number and, where there is room, its interval."""
    (left, top), (wide, height) = corner, shape
    centre, middle = left + wide / 2, top + height / 2
    if blank(canvas, row, corner, shape):
        return
    fill = shade(row.estimate, bins)
    colour = palette.ink(fill)
    canvas.box(left, top, wide, height, fill=fill)
    known = row.conf_low == row.conf_low and row.conf_high == row.conf_high
    fits = extent(row.interval_text, SMALL - 1) <= wide - 8
    size = min(SIZE + 2, (SIZE + 2) * (wide - 2) / extent(row.estimate_text, SIZE + 2, "bold"))
    canvas.text(
        centre, middle - (8 if known and fits else 0), row.estimate_text, size=size, weight="bold",
        colour=colour, align="center",
    )  # fmt: skip
    if known and fits:
        canvas.text(centre, middle + 12, row.interval_text, size=SMALL - 1, colour=colour, align="center")


def _key(canvas: Canvas, bins: tuple[float, ...], *, hatched: bool) -> None:
    """Draw the five shades with their limits, and the meaning of hatching."""
    for number, colour in enumerate(palette.SEQUENTIAL):
        canvas.box(14 + number * SWATCH, 6, SWATCH - 1, 12, fill=colour)
    for number, limit in enumerate(bins):
        text = f"{limit:.1f}".replace(".0", "") if bins == MEANS else f"{100 * limit:.0f}%"
        canvas.text(
            14 + number * SWATCH, 28, text, size=SMALL, colour=palette.NOTES, align="center"
        )  # fmt: skip
    if hatched:
        canvas.box(290, 6, 24, 12, fill=palette.WHITE, edge=palette.CONTEXT, hatch="////")
        canvas.text(322, 12, NOT_ASKED, size=SMALL + 1)


def _alt(cells: dict, down: dict, over: dict, titles: tuple[str, str], *, turned: bool) -> str:
    sides = [f"{title.lower()} ({len(side)})" for title, side in zip(titles, (down, over), strict=True)]
    first, second = reversed(sides) if turned else sides
    start = f"Table-like chart, {first} down and {second} across, each cell shaded by its value."
    named = [(f"{down[one]} rating {over[other]}", row) for (one, other), row in cells.items()]
    shown = [(name, row) for name, row in named if row.estimate == row.estimate]
    if not shown:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    ends = phrases.extremes(
        [name for name, _ in shown],
        [row.estimate for _, row in shown],
        [row.estimate_text for _, row in shown],
    )
    hidden = [
        (name, row.estimate_text)
        for name, row in named
        if row.estimate != row.estimate and row.estimate_text != wording.NOT_APPLICABLE
    ]
    return f"{start} {ends[:1].upper()}{ends[1:]}.{phrases.hidden_words(hidden)}"


def _table(cells: dict, down: dict, over: dict, caption: str) -> str:
    """List every pair, because a reader may want the interval and the base of each."""
    lines = []
    for one, name in down.items():
        for other, team in over.items():
            row = cells.get((one, other))
            texts = (row.estimate_text, row.interval_text, row.n_text) if row else ("", "", "")
            filled = [text or wording.NOT_APPLICABLE for text in texts]
            headings = ("Value", "95% interval", "Answers")
            lines.append(
                {"Who answers": name, "Whom they rate": team, **dict(zip(headings, filled, strict=True))}
            )
    return tables.table_html(pd.DataFrame(lines), caption=caption)
