"""What the charts of areas share: the scale from 0 to 100%, the line of the whole, and words."""

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figures import axis, rows
from trustgap.report.figures.canvas import Canvas
from trustgap.report.figures.lettering import LINE, SIZE, SMALL, wrap

LEFT = 48
RIGHT = 128
"""Room right of the plot for the label of the whole."""

PLOT = 300


def single(whole: Shown) -> tuple:
    """Take the one row of all areas together.

    Parameters
    ----------
    whole : Shown
        Exactly one row.

    Returns
    -------
    namedtuple

    Raises
    ------
    ValueError
        If there are more rows.
    """
    if len(found := rows.read(whole, by=())) != 1:
        raise ValueError(f"whole must be one row, got {len(found)}; choose it with shown.where()")
    return found[0]


def frame(canvas: Canvas, left: float, right: float, down: axis.Axis) -> None:
    """Draw the scale of shares from 0 to 100%.

    Parameters
    ----------
    canvas : Canvas
        Figure under construction.
    left, right : float
        Ends of the lines in pixels.
    down : Axis
        Scale of shares.
    """
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        y, text = down.at(tick), f"{100 * tick:.0f}%"
        canvas.line([left, right], [y, y], colour=palette.GRID)
        canvas.text(left - 7, y, text, size=SMALL, colour=palette.NOTES, align="right")
    canvas.line([left, right], [down.at(0)] * 2)


def whole_line(canvas: Canvas, centre: tuple, left: float, right: float, down: axis.Axis) -> None:
    """Draw the share of the whole, with its label at the right; nothing where it is hidden.

    Parameters
    ----------
    canvas : Canvas
        Figure under construction.
    centre : namedtuple
        Row of the whole.
    left, right : float
        Ends of the line in pixels.
    down : Axis
        Scale of shares.
    """
    if not rows.drawable(centre):
        return
    y = down.at(centre.estimate)
    canvas.line([left, right], [y, y], colour=palette.TEXT, width=1.4)
    label = [*wrap(centre.area_label, RIGHT - 12), centre.estimate_text]
    half = len(label) * SIZE * LINE / 2
    canvas.block(right + 8, min(max(y, down.end + half), down.start - half), label)


def span(points: list[tuple]) -> str:
    """Say between which shares the areas lie.

    Parameters
    ----------
    points : list of namedtuple
        Areas that are drawn, at least one.

    Returns
    -------
    str
    """
    ordered = sorted(points, key=lambda row: row.estimate)
    return f"from {ordered[0].estimate_text} to {ordered[-1].estimate_text}"


def left_out(entries: list[tuple], points: list[tuple]) -> str:
    """Say how many areas have no point; "" if all have.

    Parameters
    ----------
    entries, points : list of namedtuple
        All areas, and those drawn.

    Returns
    -------
    str
    """
    missing = len(entries) - len(points)
    return (
        f" Areas not drawn (too few people answered, kept back or not available): {missing}."
        if missing
        else ""
    )


def table(
    entries: list[tuple], caption: str, *, closer: dict[str, tuple] | None = None, base: str = "Answers"
) -> str:
    """Write the areas as a table.

    Parameters
    ----------
    entries : list of namedtuple
        Of `rows.read`.
    caption : str
        What the table shows.
    closer : dict of str to namedtuple, optional
        Rows ``shrunken_share`` by area, for a column of their own.
    base : str
        What the base of a share counts.

    Returns
    -------
    str
        HTML.
    """
    closer = closer or {}
    lines = [
        {
            "Area": row.area_label,
            "Share": row.estimate_text,
            "95% interval": row.interval_text,
            base: row.n_text or wording.NOT_APPLICABLE,
        }
        | ({"Towards the mean": _closer(closer.get(row.area))} if closer else {})
        for row in entries
    ]
    return tables.table_html(pd.DataFrame(lines), caption=caption)


def _closer(row: tuple | None) -> str:
    return row.estimate_text if row else wording.NOT_APPLICABLE
