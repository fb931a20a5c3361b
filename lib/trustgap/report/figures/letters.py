"""The letters of the figures: how wide each is, how close the next one stands, and its outline.

A drawing holds its letters as outlines, so that it looks the same on every machine. They come from the
fonts by way of matplotlib; each is read and written once, and no text is laid out twice.
"""

import functools
from collections.abc import Iterable
from typing import NamedTuple

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.path import Path

from trustgap.report import palette

EM = 300
"""Units of an outline to the height of its font: a twentieth of a pixel in ordinary text."""

SLACK = 2
"""Units by which the bend of a curve may differ from the font's, where that spares writing it down."""

SCALE = 100
"""Points at which the fonts are read, so large that nothing is lost by rounding."""

FINE = 64
"""Parts of a point in which a font measures."""


class Letter(NamedTuple):
    """One letter of a font: whose it is, its width in parts of the font's height, and its outline."""

    face: int
    index: int
    advance: float
    outline: str


@functools.cache
def letter(sign: str, weight: str = "normal") -> Letter:
    """Find a letter in the first font that has it.

    Parameters
    ----------
    sign : str
        One character.
    weight : {"normal", "bold"}
        Weight of the strokes.

    Returns
    -------
    Letter
        The empty box of the first font, where none has the letter.

    Examples
    --------
    >>> letter("m").advance > letter("i").advance
    True
    >>> letter(" ").outline
    ''
    """
    faces = _faces(weight)
    face = next((n for n, font in enumerate(faces) if font.get_char_index(ord(sign))), 0)
    index = faces[face].get_char_index(ord(sign))
    glyph = faces[face].load_glyph(index, flags=LoadFlags.NO_HINTING)
    advance = glyph.horiAdvance / FINE / SCALE
    return Letter(face, index, advance, _written(*faces[face].get_path()))


@functools.lru_cache(maxsize=8192)
def places(words: str, weight: str = "normal") -> tuple[float, ...]:
    """Say where each letter of a line begins, and last where the line ends.

    Parameters
    ----------
    words : str
        One line.
    weight : {"normal", "bold"}
        Weight of the strokes.

    Returns
    -------
    tuple of float
        One more than there are letters, in parts of the font's height.

    Examples
    --------
    >>> places("")
    (0.0,)
    >>> places("AV")[1] < letter("A").advance
    True
    """
    at, found = 0.0, []
    for number, sign in enumerate(words):
        if number:
            at += _nearer(words[number - 1], sign, weight)
        found.append(at)
        at += letter(sign, weight).advance
    return (*found, at)


@functools.cache
def _faces(weight: str) -> tuple[FT2Font, ...]:
    """Open the fonts once, apart from those that matplotlib itself may draw with."""
    faces = []
    for family in palette.fonts():
        face = FT2Font(findfont(FontProperties(family=family, weight=weight)))
        face.set_size(SCALE, 72)
        faces.append(face)
    return tuple(faces)


@functools.cache
def _nearer(left: str, right: str, weight: str) -> float:
    """Say by how much a letter stands nearer to the one before it."""
    one, other = letter(left, weight), letter(right, weight)
    if one.face != other.face:
        return 0.0
    parts = _faces(weight)[one.face].get_kerning(one.index, other.index, Kerning.UNFITTED)
    return parts / FINE / SCALE


def _written(vertices: Iterable, codes: Iterable) -> str:
    """Write an outline from point to point in whole units, downwards as a drawing counts."""
    pen, kept, parts = (0, 0), None, []
    points = [(round(x / SCALE * EM), round(-y / SCALE * EM)) for x, y in vertices]
    number = 0
    while number < len(points):
        code, point = codes[number], points[number]
        if code == Path.MOVETO:
            parts.append(("M", point))
            pen, kept = point, None
        elif code == Path.LINETO:
            parts.append(_line(pen, point))
            pen, kept = point, None
        elif code == Path.CURVE3:
            number += 1
            bend, kept = _curve(pen, kept, point, points[number])
            parts.append(bend)
            pen = points[number]
        elif code == Path.CURVE4:
            number += 2
            ends = (point, points[number - 1], points[number])
            parts.append(("c", *(_from(pen, end) for end in ends)))
            pen, kept = points[number], None
        else:
            parts.append(("z",))
        number += 1
    return _joined(parts)


def _line(pen: tuple[int, int], to: tuple[int, int]) -> tuple:
    """Draw a straight line; one that runs along an axis needs one number only."""
    across, down = _from(pen, to)
    if not down:
        return ("h", (across,))
    return ("l", (across, down)) if across else ("v", (down,))


def _curve(pen: tuple, kept: tuple | None, bend: tuple, to: tuple) -> tuple[tuple, tuple]:
    """Draw a curve; one that goes on smoothly from the one before needs only its end."""
    if kept is not None:
        smooth = (2 * pen[0] - kept[0], 2 * pen[1] - kept[1])
        if max(abs(smooth[0] - bend[0]), abs(smooth[1] - bend[1])) <= SLACK:
            return ("t", _from(pen, to)), smooth
    return ("q", _from(pen, bend), _from(pen, to)), bend


def _from(pen: tuple[int, int], to: tuple[int, int]) -> tuple[int, int]:
    return to[0] - pen[0], to[1] - pen[1]


def _joined(parts: list[tuple]) -> str:
    """Put commands together: none is repeated, and a number's sign parts it from the one before."""
    text, last = "", ""
    for sign, *points in parts:
        numbers = [str(value) for point in points for value in point]
        if sign == last and numbers:
            text += numbers[0] if numbers[0].startswith("-") else f" {numbers[0]}"
        else:
            text += sign + "".join(numbers[:1])
        text += "".join(number if number.startswith("-") else f" {number}" for number in numbers[1:])
        last = sign
    return text
