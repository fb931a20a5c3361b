"""A drawing surface measured in CSS pixels from the top left, which refuses text that collides.

A figure is some two hundred marks and lines of text, so it is written as SVG here: matplotlib, which makes
the letters, would lay out every text again and write three times as much.
"""

from trustgap.report import palette
from trustgap.report.figures.lettering import LINE, SIZE, extent
from trustgap.report.figures.writing import Line, number, written

WIDTH = 760
"""Width of every figure; the page scales it down on a narrow screen."""

TILE = 32
"""Side of the tile that a hatching repeats."""

HATCH_WIDTH = 4 / 3

CORNERS = {
    "D": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "v": ((0, 1), (-1, -1), (1, -1)),
}
"""Markers with corners, from their middle; a diamond is a square on its corner."""

REACH = {"D": 2**-0.5, "s": 0.5, "^": 0.5, "v": 0.5}
"""How far a marker's corners lie from its middle, as parts of its size."""


class Canvas:
    """A figure under construction.

    Parameters
    ----------
    height : float
        Height in pixels.

    Notes
    -----
    Positions are CSS pixels from the top left. Marks are drawn in the order in which they are added, and
    text above all marks.
    """

    def __init__(self, height: float):
        self.height = height
        self.boxes: list[tuple[str, float, float, float, float]] = []
        self._lines: list[Line] = []
        self._marks: list[tuple[str, bool, str]] = []
        self._hatches: dict[str, str] = {}

    def text(self, x, y, words, *, size=SIZE, colour=palette.TEXT, align="left", weight="normal"):
        """Add one line of text, vertically centred on `y`."""
        if not words:
            return
        wide = extent(words, size, weight)
        left = x - {"left": 0, "center": wide / 2, "right": wide}[align]
        self.boxes.append((words, left, y - 0.4 * size, left + wide, y + 0.56 * size))
        self._lines.append(Line(left, y + 0.35 * size, words, size, colour, weight))

    def block(self, x, y, lines, *, size=SIZE, **style):
        """Add lines of text, the block vertically centred on `y`."""
        top = y - (len(lines) - 1) * size * LINE / 2
        for place, line in enumerate(lines):
            self.text(x, top + place * size * LINE, line, size=size, **style)

    def line(self, x, y, *, colour=palette.OUTLINE, width=1.0, dashes=None):
        """Add a line through points; `dashes` count in widths of the line."""
        look = _stroke(colour, width, dashes)
        if len(x) > 2:
            look += " stroke-linejoin='round'"
        self._add("none", look, _path(zip(x, y, strict=True)))

    def points(self, x, y, *, colour, marker="o", size=9.0, hollow=False, edge=2.0):
        """Add a marker at each point."""
        fill, look = (palette.WHITE, _stroke(colour, edge)) if hollow else (colour, "")
        for middle in zip(x, y, strict=True):
            if marker == "o":
                self._add(fill, look, _disc(*middle, size / 2))
            else:
                reach = REACH[marker] * size
                corners = [
                    tuple(m + reach * part for m, part in zip(middle, corner, strict=True))
                    for corner in CORNERS[marker]
                ]
                self._add(fill, look, _path(corners) + "z")

    def box(self, x, y, width, height, *, fill="none", edge="none", hatch=None, dashed=False):
        """Add a rectangle by its top left corner; the more strokes a hatch has, the closer they are."""
        look = _stroke(edge, 1, (4, 3) if dashed else None) if edge != "none" else ""
        path = f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"
        self._add(fill, look, path)
        if hatch:
            name = f"h{len(hatch)}"
            self._hatches[name] = _hatching(name, len(hatch))
            self._add(f"url(#{name})", "", path)

    def polygon(self, corners, *, fill):
        """Add a filled outline."""
        self._add(fill, "", _path(corners) + "z", alone=True)

    def _add(self, fill: str, look: str, path: str, *, alone: bool = False) -> None:
        """Add a shape, to the one before where they look alike and cannot hide one another."""
        if not path:
            return
        style = f"fill='{fill.lower() if fill.startswith('#') else fill}'{look}"
        alone = alone or (bool(look) and fill != "none")
        if not alone and self._marks and self._marks[-1][:2] == (style, False):
            path = self._marks.pop()[2] + path
        self._marks.append((style, alone, path))

    def svg(self) -> str:
        """Draw, after checking that no text collides or is cut off.

        Returns
        -------
        str
            The drawing; it holds no text, no date and nothing from outside.

        Raises
        ------
        ValueError
            If text collides or leaves the figure.
        """
        check_overlaps(self)
        defined, drawn = written(self._lines)
        marks = "".join(f"<path {style} d='{path}'/>" for style, _, path in self._marks)
        shape = f"{WIDTH} {number(self.height)}"
        wide, high = shape.split()
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{wide}' height='{high}' viewBox='0 0 {shape}'>"
            f"<defs>{''.join(self._hatches.values())}{defined}</defs>"
            f"<path fill='{palette.WHITE.lower()}' d='M0 0h{wide}v{high}H0z'/>{marks}{drawn}</svg>"
        )


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
    for place, (words, left, top, right, bottom) in enumerate(canvas.boxes):
        if left < -0.5 or top < -0.5 or right > WIDTH + 0.5 or bottom > canvas.height + 0.5:
            raise ValueError(f"text is cut off in a figure: {words!r}; give the labels more room")
        for other, left2, top2, right2, bottom2 in canvas.boxes[place + 1 :]:
            if left < right2 and left2 < right and top < bottom2 and top2 < bottom:
                raise ValueError(
                    f"text collides in a figure: {words!r} with {other!r}; give the labels more room"
                )


def _stroke(colour: str, width: float, dashes: tuple[float, ...] | None = None) -> str:
    """Write how a line looks."""
    look = f" stroke='{colour.lower()}'" + (f" stroke-width='{number(width)}'" if width != 1 else "")
    if dashes:
        look += f" stroke-dasharray='{' '.join(number(width * dash) for dash in dashes)}'"
    return look


def _path(points) -> str:
    """Write a line through points; empty if there is none."""
    text, last = "", ("", "")
    for point in points:
        x, y = map(number, point)
        if not text:
            text = f"M{x} {y}"
        else:
            text += f"V{y}" if x == last[0] else f"H{x}" if y == last[1] else f"L{x} {y}"
        last = x, y
    return text


def _disc(x: float, y: float, radius: float) -> str:
    """Write a circle."""
    far, wide = number(radius), number(2 * radius)
    return f"M{number(x - radius)} {number(y)}a{far} {far} 0 1 0 {wide} 0a{far} {far} 0 1 0-{wide} 0z"


def _hatching(name: str, strokes: int) -> str:
    """Write a tile of slanting lines, `strokes` to its side."""
    far = TILE + 1
    starts = [number(TILE * place / strokes - far) for place in range(2 * strokes + 1)]
    lines = "".join(f"M{at} {far}L{far} {at}" for at in starts)
    look = _stroke(palette.CONTEXT, HATCH_WIDTH)
    return (
        f"<pattern id='{name}' width='{TILE}' height='{TILE}' patternUnits='userSpaceOnUse'>"
        f"<path{look} d='{lines}'/></pattern>"
    )
