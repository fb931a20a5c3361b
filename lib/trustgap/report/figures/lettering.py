"""Text whose width is known before it is drawn."""

import functools
import re

from matplotlib.artist import Artist
from matplotlib.textpath import text_to_path

from trustgap.report import palette

SIZE = 14
"""Height of ordinary text."""

SMALL = 12
"""Height of notes and of numbers on an axis."""

LINE = 1.25
"""Distance of lines of text, as a multiple of their size."""


@functools.lru_cache(maxsize=4096)
def extent(words: str, size: float = SIZE, weight: str = "normal") -> float:
    """Measure how wide a line of text will be, in pixels.

    Parameters
    ----------
    words : str
        One line.
    size : float
        Size of the font in pixels.
    weight : {"normal", "bold"}
        Weight of the font.

    Returns
    -------
    float
        Width in pixels.

    Examples
    --------
    >>> extent("aa") > extent("a") > extent("") == 0
    True
    """
    if not words:
        return 0.0
    return float(
        text_to_path.get_text_width_height_descent(words, palette.font(size, weight), ismath=False)[0]
    )


def wrap(words: str, width: float, size: float = SIZE, weight: str = "normal") -> list[str]:
    """Break text into lines that are no wider than asked; a word that is too wide is broken too.

    Parameters
    ----------
    words : str
        Text; runs of spaces count as one, a no-break space holds its neighbours together.
    width : float
        Greatest width of a line in pixels.
    size : float
        Size of the font in pixels.
    weight : {"normal", "bold"}
        Weight of the font.

    Returns
    -------
    list of str
        At least one line.

    Examples
    --------
    >>> wrap("Waiting for a care package", 100)
    ['Waiting for a', 'care package']
    """
    lines = [""]
    for word in re.split(r"[ \t\n]+", str(words).strip()):
        joined = f"{lines[-1]} {word}".strip()
        if extent(joined, size, weight) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and extent(lines[-1] + letter, size, weight) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def shorten(words: str, width: float, size: float = SIZE, weight: str = "normal") -> str:
    """Cut text to one line, with an ellipsis where something is left out.

    Parameters
    ----------
    words : str
        Text.
    width : float
        Greatest width in pixels.
    size : float
        Size of the font in pixels.
    weight : {"normal", "bold"}
        Weight of the font.

    Returns
    -------
    str

    Examples
    --------
    >>> shorten("Waiting for a care package", 110)
    'Waiting for a…'
    """
    if len(wrap(words, width, size, weight)) == 1:
        return wrap(words, width, size, weight)[0]
    return wrap(words, width - extent("…", size, weight), size, weight)[0] + "…"


class TextLine(Artist):
    """One line of text whose place is known, drawn without matplotlib's own layout of text.

    Parameters
    ----------
    x, y : float
        Left end of the line on which the letters stand, in pixels.
    words : str
        The text; a dollar sign is a dollar sign.
    colour : str
        ``#RRGGBB``.
    font : matplotlib.font_manager.FontProperties
        Font and size.
    transform : matplotlib.transforms.Transform
        From pixels to the renderer's units.
    zorder : float
        Order of drawing.
    """

    def __init__(self, x, y, words, *, colour, font, transform, zorder):
        super().__init__()
        self.set(transform=transform, zorder=zorder)
        self.place, self.words, self.colour, self.font = (x, y), words, colour, font

    def draw(self, renderer):
        """Draw the letters."""
        x, y = self.get_transform().transform(self.place)
        y = renderer.get_canvas_width_height()[1] - y if renderer.flipy() else y
        style = renderer.new_gc()
        style.set_foreground(self.colour)
        renderer.draw_text(style, x, y, self.words, self.font, 0, ismath=False)
        style.restore()
