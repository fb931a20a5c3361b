"""Text whose width is known before it is drawn."""

import re

from trustgap.report.figures.letters import places

SIZE = 14
"""Height of ordinary text."""

SMALL = 12
"""Height of notes and of numbers on an axis."""

LINE = 1.25
"""Distance of lines of text, as a multiple of their size."""


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
    return places(words, weight)[-1] * size


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
