"""A drawing surface measured in CSS pixels from the top left, which refuses text that collides."""

import functools
import io
import re

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.transforms import Affine2D

from trustgap.report import palette
from trustgap.report.figures.lettering import LINE, SIZE, TextLine, extent

WIDTH = 760
"""Width of every figure; the page scales it down on a narrow screen."""

PER_INCH = 96

POINT = 72 / PER_INCH

SAME = r"\1"


class Canvas:
    """A figure under construction.

    Parameters
    ----------
    height : float
        Height in pixels.

    Notes
    -----
    Positions are CSS pixels from the top left. Marks are drawn in the order in which they are added.
    Nothing is kept in matplotlib's global state, and its settings at the time do not matter.
    """

    def __init__(self, height: float):
        self.height = height
        self.boxes: list[tuple[str, float, float, float, float]] = []
        self._marks: list[functools.partial] = []

    def text(self, x, y, words, *, size=SIZE, colour=palette.TEXT, align="left", weight="normal"):
        """Add one line of text, vertically centred on `y`."""
        if not words:
            return
        wide = extent(words, size, weight)
        left = x - {"left": 0, "center": wide / 2, "right": wide}[align]
        self.boxes.append((words, left, y - 0.4 * size, left + wide, y + 0.56 * size))
        font = palette.font(size * POINT, weight)
        self._marks.append(
            functools.partial(TextLine, left, y + 0.35 * size, words, colour=colour, font=font)
        )

    def block(self, x, y, lines, *, size=SIZE, **style):
        """Add lines of text, the block vertically centred on `y`."""
        top = y - (len(lines) - 1) * size * LINE / 2
        for number, line in enumerate(lines):
            self.text(x, top + number * size * LINE, line, size=size, **style)

    def line(self, x, y, *, colour=palette.OUTLINE, width=1.0, dashes=None):
        """Add a line through points."""
        style = (0, dashes) if dashes else "-"
        self._marks.append(
            functools.partial(
                Line2D, x, y, color=colour, linewidth=width * POINT, linestyle=style, marker="None"
            )
        )

    def points(self, x, y, *, colour, marker="o", size=9.0, hollow=False, edge=2.0):
        """Add a marker at each point."""
        self._marks.append(
            functools.partial(
                Line2D,
                x,
                y,
                linestyle="None",
                linewidth=0,
                color=colour,
                marker=marker,
                markersize=size * POINT,
                markerfacecolor=palette.WHITE if hollow else colour,
                markeredgecolor=colour if hollow else "none",
                markeredgewidth=edge * POINT if hollow else 0,
            )
        )

    def box(self, x, y, width, height, *, fill="none", edge="none", hatch=None, dashed=False):
        """Add a rectangle by its top left corner."""
        self._marks.append(
            functools.partial(
                Rectangle,
                (x, y),
                width,
                height,
                facecolor=fill,
                edgecolor=edge,
                hatch=hatch,
                linewidth=POINT if edge != "none" else 0,
                linestyle=(0, (4, 3)) if dashed else "-",
            )
        )

    def polygon(self, corners, *, fill):
        """Add a filled outline."""
        self._marks.append(functools.partial(Polygon, corners, facecolor=fill, edgecolor="none", linewidth=0))

    def drawing(self) -> Drawing:
        """Make the matplotlib figure, under this project's settings only."""
        with matplotlib.rc_context(palette.RC):
            drawing = Drawing(figsize=(WIDTH / PER_INCH, self.height / PER_INCH), facecolor=palette.WHITE)
            pixels = Affine2D().scale(1 / PER_INCH, -1 / PER_INCH).translate(0, self.height / PER_INCH)
            for order, mark in enumerate(self._marks):
                drawing.add_artist(mark(transform=pixels + drawing.dpi_scale_trans, zorder=order))
        return drawing

    def svg(self) -> str:
        """Draw, after checking that no text collides or is cut off.

        Raises
        ------
        ValueError
            If text collides or leaves the figure.
        """
        check_overlaps(self)
        buffer = io.StringIO()
        unstamped = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        with matplotlib.rc_context(palette.RC):
            FigureCanvasSVG(self.drawing()).print_svg(buffer, metadata=unstamped)
        return _lean(buffer.getvalue(), self.height)


def check_overlaps(canvas: Canvas) -> None:
    """Refuse a figure in which text overlaps other text or is cut off.

    Parameters
    ----------
    canvas : Canvas
        A figure under construction.

    Raises
    ------
    ValueError
        Naming the texts; the layout must give them more room.

    Examples
    --------
    >>> canvas = Canvas(40)
    >>> canvas.text(0, 20, "one"); canvas.text(5, 20, "two")
    >>> check_overlaps(canvas)
    Traceback (most recent call last):
    ...
    ValueError: text collides in a figure: 'one' with 'two'; give the labels more room
    """
    for number, (words, left, top, right, bottom) in enumerate(canvas.boxes):
        if left < -0.5 or top < -0.5 or right > WIDTH + 0.5 or bottom > canvas.height + 0.5:
            raise ValueError(f"text is cut off in a figure: {words!r}; give the labels more room")
        for other, left2, top2, right2, bottom2 in canvas.boxes[number + 1 :]:
            if left < right2 and left2 < right and top < bottom2 and top2 < bottom:
                raise ValueError(
                    f"text collides in a figure: {words!r} with {other!r}; give the labels more room"
                )


def _lean(svg: str, height: float) -> str:
    """Drop what no reader sees, the digits far below a pixel, and the long names of letters."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><").replace('" />', '"/>').strip()
    svg = re.sub(r"[1-9]\d*\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), svg)
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', f'width="{WIDTH}" height="{height:g}"', svg, count=1)
    letters = {name: f"g{number}" for number, name in enumerate(re.findall(r'<path id="([^"]+)"', svg))}
    svg = re.sub(r' id="([^"]+)"', lambda found: _short(found[1], letters, svg), svg)
    svg = re.sub(r'xlink:href="#([^"]+)"', lambda found: f'href="#{letters.get(found[1], found[1])}"', svg)
    svg = re.sub(r'(<use [^>]*)transform="translate\(([-\d]+\.?\d?)\d*(?: 0)?\)"', r'\1x="\2"', svg)
    svg = svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    return re.sub(r' d="([^"]+)" transform="scale\(0\.015625\)"', _outline, svg)


def _outline(found: re.Match) -> str:
    """Write a letter's outline in tenths of its units, which is still a fiftieth of a pixel."""
    tenths = re.sub(r"-?[\d.]+", lambda number: f"{float(number[0]) / 10:.0f}", found[1])
    return f' d="{re.sub(r" ?([A-Za-z]) ?", SAME, tenths).strip()}" transform="scale(.15625)"'


def _short(name: str, letters: dict[str, str], svg: str) -> str:
    """Keep an id only where something refers to it."""
    if name in letters:
        return f' id="{letters[name]}"'
    return f' id="{name}"' if f"#{name}" in svg else ""
