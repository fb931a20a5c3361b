"""The words of a figure as SVG: every outline is written once, and so is a word that comes again."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from trustgap.report.figures.letters import EM, letter, places

SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Line(NamedTuple):
    """One line of text: where its letters start and stand, in pixels, and how they look."""

    x: float
    y: float
    words: str
    size: float
    colour: str
    weight: str


def written(lines: list[Line]) -> tuple[str, str]:
    """Write lines of text as outlines.

    Parameters
    ----------
    lines : list of Line
        In the order in which they were added.

    Returns
    -------
    defined : str
        Outlines and words, for the ``defs`` of the drawing.
    drawn : str
        The lines, together by colour and size; empty without a letter to see.

    Examples
    --------
    >>> defined, drawn = written([Line(4, 20, "on", 14, "black", "normal")])
    >>> defined.count("<path"), drawn.count("<use")
    (2, 2)
    """
    often = Counter((word, line.weight) for line in lines for _, word in _words(line) if len(word) > 1)
    marks = _Marks(frozenset(key for key, times in often.items() if times > 1))
    styles: dict[tuple[str, float], list[str]] = {}
    for line in lines:
        parts = list(_parts(line, marks))
        if parts:
            styles.setdefault((line.colour, line.size), []).append(_placed(line, parts))
    drawn = [
        f"<g fill='{colour.lower()}' transform='scale({number(size / EM, 5)})'>{''.join(texts)}</g>"
        for (colour, size), texts in styles.items()
    ]
    return "".join(marks.defined), "".join(drawn)


def number(value: float, digits: int = 2) -> str:
    """Write a number as short as it can be.

    Parameters
    ----------
    value : float
        The number.
    digits : int
        Decimals kept.

    Returns
    -------
    str

    Examples
    --------
    >>> number(12.0), number(0.251), number(-0.5), number(-0.001)
    ('12', '.25', '-.5', '0')
    """
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


class _Marks:
    """Names of the outlines and of the words that come again, in the order of their first use."""

    def __init__(self, often: frozenset[tuple[str, str]]) -> None:
        self.often = often
        self.names: dict[tuple[str, str], str] = {}
        self.defined: list[str] = []

    def word(self, word: str, weight: str) -> list[tuple[str, int]]:
        """Give the names that a word is written with, and where each stands from its start."""
        if (word, weight) not in self.often:
            return self._letters(word, weight)
        if (word, weight) not in self.names:
            inner = "".join(_use(name, at) for name, at in self._letters(word, weight))
            self._define(word, weight, f"<g id='{{}}'>{inner}</g>")
        return [(self.names[word, weight], 0)]

    def _letters(self, word: str, weight: str) -> list[tuple[str, int]]:
        found = []
        for sign, at in zip(word, places(word, weight), strict=False):
            outline = letter(sign, weight).outline
            if not outline:
                continue
            if (sign, weight) not in self.names:
                self._define(sign, weight, f"<path id='{{}}' d='{outline}'/>")
            found.append((self.names[sign, weight], round(at * EM)))
        return found

    def _define(self, word: str, weight: str, pattern: str) -> None:
        self.names[word, weight] = _short(len(self.names))
        self.defined.append(pattern.format(self.names[word, weight]))


def _words(line: Line) -> Iterator[tuple[int, str]]:
    """Take a line apart at its spaces."""
    start = 0
    for word in line.words.split(" "):
        if word:
            yield start, word
        start += len(word) + 1


def _parts(line: Line, marks: _Marks) -> Iterator[tuple[str, int]]:
    """Give the names that a line is written with, and where each stands from its start."""
    at = places(line.words, line.weight)
    for start, word in _words(line):
        for name, within in marks.word(word, line.weight):
            yield name, round(at[start] * EM) + within


def _placed(line: Line, parts: list[tuple[str, int]]) -> str:
    """Put a line where it stands, in units of its size."""
    x, y = round(line.x * EM / line.size), round(line.y * EM / line.size)
    if len(parts) == 1:
        ((name, at),) = parts
        return f"<use href='#{name}' x='{x + at}' y='{y}'/>"
    return f"<g transform='translate({x} {y})'>{''.join(_use(name, at) for name, at in parts)}</g>"


def _use(name: str, at: int) -> str:
    return f"<use href='#{name}' x='{at}'/>" if at else f"<use href='#{name}'/>"


def _short(count: int) -> str:
    """Name things a to Z, then aa and so on."""
    name = ""
    while True:
        count, place = divmod(count, len(SIGNS))
        name = SIGNS[place] + name
        if not count:
            return name
        count -= 1
