"""A scale of values across or down a figure, and the interval marks that are drawn along it."""

from dataclasses import dataclass

from trustgap.report import palette
from trustgap.report.figures import rows
from trustgap.report.figures.canvas import Canvas
from trustgap.report.figures.lettering import SMALL

PERCENT = tuple(step / 5 for step in range(6))
"""Where the axis of a share has its lines."""


@dataclass(frozen=True)
class Axis:
    """A linear scale.

    Parameters
    ----------
    start, end : float
        Pixels of `low` and `high`.
    low, high : float
        Values at the ends.

    Examples
    --------
    >>> Axis(200, 700, 0, 1).at(0.5)
    450.0
    """

    start: float
    end: float
    low: float = 0.0
    high: float = 1.0

    def at(self, value: float) -> float:
        """Place a value, in pixels; beyond the ends it is placed at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def across(
    canvas: Canvas, axis: Axis, *, top: float, bottom: float, ticks: list[float], texts: list[str]
) -> None:
    """Draw the lines of a horizontal scale, with their numbers below.

    Parameters
    ----------
    canvas : Canvas
        Figure under construction.
    axis : Axis
        Scale.
    top, bottom : float
        Ends of the lines, in pixels.
    ticks : list of float
        Values that get a line.
    texts : list of str
        One for each.
    """
    for tick, text in zip(ticks, texts, strict=True):
        canvas.line([axis.at(tick)] * 2, [top, bottom], colour=palette.GRID)
        canvas.text(axis.at(tick), bottom + 14, text, size=SMALL, colour=palette.NOTES, align="center")
    canvas.line([axis.start, axis.end], [bottom, bottom])


def interval(canvas: Canvas, axis: Axis, row: tuple, y: float, *, colour: str, marker: str, hollow: bool):
    """Draw a row's estimate and interval on a horizontal scale; nothing if there is no number to draw.

    Parameters
    ----------
    canvas : Canvas
        Figure under construction.
    axis : Axis
        Scale.
    row : namedtuple
        Of `rows.read`.
    y : float
        Height in pixels.
    colour, marker : str
        Look of the mark.
    hollow : bool
        Whether the mark is open.
    """
    if not rows.drawable(row):
        return
    if row.conf_low == row.conf_low and row.conf_high == row.conf_high:
        canvas.line([axis.at(row.conf_low), axis.at(row.conf_high)], [y, y], colour=colour, width=2.2)
    canvas.points(
        [axis.at(row.estimate)], [y], colour=colour, marker=marker, hollow=hollow, size=size(marker)
    )


def size(marker: str) -> float:
    """Give markers of different shapes the same weight to the eye.

    Parameters
    ----------
    marker : str
        matplotlib's sign.

    Returns
    -------
    float
        Pixels.

    Examples
    --------
    >>> size("o") > size("D")
    True
    """
    return 7.5 if marker == "D" else 10.0
