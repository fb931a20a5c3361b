"""A figure read back from its SVG: its words, its axes, and what its marks say."""

import re
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from trustgap.report import palette
from trustgap.report.figures.letters import EM, letter

SIGNS = "0123456789%.,+−-–<>=£()[]:θ ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"
PATH = re.compile(r"<path ([^>]*?)d='([^']*)'/>")
LOOK = re.compile(r"([\w-]+)='([^']*)'")
STEP = re.compile(rf"([MLHVhvaz])\s*((?:{NUMBER}[ ,]?)*)")
DEFINED = re.compile(r"<path id='(\w+)' d='([^']*)'/>|<g id='(\w+)'>(.*?)</g>")
LINES = re.compile(r"<g fill='[^']*' transform='scale\(([\d.]+)\)'>(.*?)</g>(?=<g fill|</svg>)", re.DOTALL)
LINE = re.compile(
    r"<use href='#(\w+)' x='(-?\d+)' y='(-?\d+)'/>|<g transform='translate\((-?\d+) (-?\d+)\)'>(.*?)</g>"
)
USE = re.compile(r"<use href='#(\w+)'(?: x='(-?\d+)')?/>")
SILENT = re.compile(r"<(?!/?(?:svg|defs|path|g|use|pattern)\b)[^>]*>")
GROUND = "MhvHz"
"""Steps of the white ground of every drawing."""

TOLERANCE = 0.03
"""Pixels by which a mark may lie beside its place: a drawing is written with two decimals."""

BESIDE, UNDER, EVEN = 8, 2, 0.1
"""Pixels by which a number may stand beside its line of the grid, and a line beside its place."""

MARK = 22
"""Pixels that a point is smaller than."""

GAP = 0.12
"""Parts of the size of letters that part words."""


@dataclass(frozen=True)
class Drawing:
    """What can be read from a drawing.

    Parameters
    ----------
    words : list of (float, float, str)
        Middle across, baseline and text of every line.
    discs : list of (float, float)
        Middles of points, in pixels from the top left.
    corners : list of (float, float)
        Of filled outlines that are no points.
    boxes : list of (float, float, float, float)
        Left, top, width and height of rectangles.
    across, down : list of (float, float, float)
        Straight lines: height, left and right end; place, upper and lower end.
    grid : list of (float, float, float)
        Lines of the vertical grid, as `down`.
    rungs : list of (float, float, float)
        Lines of the horizontal grid, as `across`.
    foreign : list of str
        Elements that no drawing of this project has.
    """

    words: list = field(default_factory=list)
    discs: list = field(default_factory=list)
    corners: list = field(default_factory=list)
    boxes: list = field(default_factory=list)
    across: list = field(default_factory=list)
    down: list = field(default_factory=list)
    grid: list = field(default_factory=list)
    rungs: list = field(default_factory=list)
    foreign: list = field(default_factory=list)


def read(svg: str) -> Drawing:
    """Read a drawing back.

    Parameters
    ----------
    svg : str
        As `figures.canvas.Canvas.svg` writes it.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> from trustgap.report.figures.canvas import Canvas
    >>> canvas = Canvas(40)
    >>> canvas.text(20, 20, "42% here"); canvas.points([100], [30], colour="black")
    >>> drawing = read(canvas.svg())
    >>> [words for *_, words in drawing.words], drawing.discs
    (['42% here'], [(100.0, 30.0)])
    """
    defined, _, body = svg.partition("</defs>")
    drawing = Drawing(foreign=SILENT.findall(svg))
    drawing.words.extend(_words(defined, body))
    for look, path in PATH.findall(body):
        style = dict(LOOK.findall(look))
        for steps in _pieces(path):
            _add(drawing, style, steps)
    return drawing


def _pieces(path: str) -> list[list[tuple[str, list[float]]]]:
    """Take a path apart into its shapes."""
    pieces: list[list] = []
    for sign, numbers in STEP.findall(path):
        if sign == "M":
            pieces.append([])
        pieces[-1].append((sign, [float(one) for one in re.findall(NUMBER, numbers)]))
    return pieces


def _add(drawing: Drawing, style: dict[str, str], steps: list[tuple[str, list[float]]]) -> None:
    """Put a shape where it belongs."""
    signs = "".join(sign for sign, _ in steps)
    x, y = steps[0][1]
    if signs.startswith("Ma"):
        drawing.discs.append((round(x + steps[1][1][0], 4), y))
    elif signs == "Mhvhz":
        drawing.boxes.append((x, y, steps[1][1][0], steps[2][1][0]))
    elif signs != GROUND:
        _add_points(drawing, style, _points(steps), closed=signs.endswith("z"))


def _points(steps: list[tuple[str, list[float]]]) -> list[tuple[float, float]]:
    """Follow straight lines."""
    points: list[tuple[float, float]] = []
    for sign, numbers in steps:
        if sign in "ML":
            points.append((numbers[0], numbers[1]))
        elif sign in "HV":
            x, y = points[-1]
            points.append((numbers[0], y) if sign == "H" else (x, numbers[0]))
    return points


def _add_points(drawing: Drawing, style: dict[str, str], points: list, *, closed: bool) -> None:
    """Tell points with corners, outlines, straight lines and grids apart."""
    grid = style.get("stroke", "") == palette.GRID.lower()
    x, y = zip(*points, strict=True)
    if closed and max(x) - min(x) < MARK and max(y) - min(y) < MARK:
        drawing.discs.append(((min(x) + max(x)) / 2, (min(y) + max(y)) / 2))
    elif closed:
        drawing.corners.extend(points)
    elif len(points) == 2:
        if x[0] == x[1]:
            (drawing.grid if grid else drawing.down).append((x[0], min(y), max(y)))
        elif y[0] == y[1]:
            (drawing.rungs if grid else drawing.across).append((y[0], min(x), max(x)))


def _words(defined: str, body: str) -> list[tuple[float, float, str]]:
    """Read every line of text."""
    known: dict[str, str] = {}
    for name, outline, word, inner in DEFINED.findall(defined):
        known[name or word] = (
            _signs().get(outline, "?") if name else "".join(known[one] for one, _ in USE.findall(inner))
        )
    found = []
    for scale, lines in LINES.findall(body):
        size = float(scale)
        for name, x, y, left, base, inner in LINE.findall(lines):
            parts = [(name, 0)] if name else [(one, int(at or 0)) for one, at in USE.findall(inner)]
            text, end = _spelt(parts, known)
            start = float(x or left)
            found.append(((start + end / 2) * size, float(y or base) * size, text))
    return found


def _spelt(parts: list[tuple[str, int]], known: dict[str, str]) -> tuple[str, float]:
    """Spell a line; a gap between letters is a space."""
    text, end = "", 0.0
    for name, at in parts:
        word = known.get(name, "?")
        text += (" " if text and at - end > GAP * EM else "") + word
        end = at + sum(_advance(sign) for sign in word)
    return text, end


@cache
def _advance(sign: str) -> float:
    return letter(sign).advance * EM


@cache
def _signs() -> dict[str, str]:
    """Know letters by their outlines."""
    return {letter(sign, weight).outline: sign for weight in ("bold", "normal") for sign in SIGNS}


@dataclass(frozen=True)
class Scale:
    """What a place on an axis means.

    Parameters
    ----------
    places, values : array of float
        Of the grid's lines, in pixels and as written beside them.
    reach : tuple of float
        Between which two heights, or places across, the lines run.
    """

    places: np.ndarray
    values: np.ndarray
    reach: tuple[float, float]

    @property
    def pitch(self) -> float:
        """Pixels to one unit."""
        return float((self.places[-1] - self.places[0]) / (self.values[-1] - self.values[0]))

    def at(self, values: np.ndarray) -> np.ndarray:
        """Place values, in pixels."""
        return self.places[0] + (values - self.values[0]) * self.pitch

    def holds(self, along: float, beside: float) -> bool:
        """Say whether a place is within the axis, at neither of its ends, and where its lines are."""
        low, high = sorted((self.places[0], self.places[-1]))
        return bool(low + TOLERANCE < along < high - TOLERANCE and self.reach[0] <= beside <= self.reach[1])


def axes(lines: list, words: list[tuple[float, float, str]], *, upright: bool) -> list[Scale]:
    """Fit the axes from a grid and the numbers beside it.

    Parameters
    ----------
    lines : list of (float, float, float)
        `Drawing.grid`, or `Drawing.rungs` for upright axes.
    words : list of (float, float, str)
        `Drawing.words`.
    upright : bool
        Whether values run upwards.

    Returns
    -------
    list of Scale
        One for each run of lines whose numbers are spaced as they are; several where panels stand one
        above the other.
    """
    found = {}
    for place, *_ in lines:
        for x, y, text in words:
            value = number(text)
            if value is not None and (abs(y - place) < BESIDE if upright else abs(x - place) < UNDER):
                found[place] = value
    runs: list[list[tuple[float, float]]] = []
    for place, value in sorted(found.items()):
        if runs and (value < runs[-1][-1][1]) == upright:
            runs[-1].append((place, value))
        else:
            runs.append([(place, value)])
    reach = min((low for _, low, _ in lines), default=0), max((high for *_, high in lines), default=0)
    fitted = [Scale(*np.array(run).T, reach) for run in runs if len(run) > 1]
    return [one for one in fitted if np.abs(one.at(one.values) - one.places).max() < EVEN]


def number(text: str) -> float | None:
    """Read a number as it is written beside an axis or in a table.

    Parameters
    ----------
    text : str
        Such as ``20%``, ``+5``, ``−0.5`` or ``1,000``.

    Returns
    -------
    float or None
        None where it is no number.

    Examples
    --------
    >>> number("20%"), number("−0.5"), number("1,000"), number("about 3")
    (20.0, -0.5, 1000.0, None)
    """
    plain = text.strip().replace("−", "-").replace(",", "").removesuffix(" points").removesuffix("%")
    return float(plain) if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) else None
