"""What a figure tells beyond its table: by where its marks lie, in words, and in parts that nobody sees."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

import numpy as np

from trustgap.audit import drawings
from trustgap.audit.numerals import numerals
from trustgap.audit.published import CELL

ALT = re.compile(r'alt="([^"]*)"')
SOURCE = re.compile(r'src="data:image/svg\+xml,([^"]*)"')
VALUE = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")
DIFFERENT = 3
"""Widths of bars that differ, from which on they are taken for values."""

SERVICE = "Control chart"
MEANT = "a mark lies elsewhere than its rounded value"


def check(figure: str, *, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Hold a figure against its own table.

    Parameters
    ----------
    figure : str
        The element ``figure`` of a page.
    known : frozenset of str
        Numbers that its words may name beside those of its table.

    Yields
    ------
    (str, str)
        Rule and what breaks it.
    """
    alt, source = (found.group(1) if (found := part.search(figure)) else "" for part in (ALT, SOURCE))
    name = re.sub(r"\d", "#", unescape(alt))[:60]
    drawing = drawings.read(unquote(source))
    for element in drawing.foreign:
        yield "a figure holds more than its drawing", f"{name}: {re.sub(r'[0-9]', '#', element)[:40]}"
    cells = [unescape(cell) for cell in CELL.findall(figure)]
    values = np.array(sorted({drawings.number(text) for cell in cells for text in VALUE.findall(cell)}))
    # Figures of a service are no respondent's, and are drawn as they were counted.
    if len(values) and not alt.startswith(SERVICE) and _misplaced(drawing, values):
        yield MEANT, name
    told = known | {one for cell in cells for one in numerals(cell)}
    for text in [unescape(alt), *_beside(drawing)]:
        if any(one not in told and _telling(one) for one in numerals(text)):
            yield (
                "a figure says a number that its table does not",
                f"{name}: {re.sub(r'[0-9]', '#', text)[:60]}",
            )


def _telling(numeral: str) -> bool:
    """Say whether a numeral is more than a count of rows."""
    return "%" in numeral or "." in numeral


def _beside(drawing: drawings.Drawing) -> list[str]:
    """Give the words of a drawing but the numbers of its axes and keys, which are spaced evenly."""
    lines = [(place, 0) for place, *_ in drawing.grid] + [(place, 1) for place, *_ in drawing.rungs]
    heights: dict[int, list[float]] = {}
    for _, y, text in sorted(drawing.words):
        if (value := drawings.number(text)) is not None:
            heights.setdefault(round(y), []).append(value)
    even = [y for y, values in heights.items() if len(values) > 2 and len(set(np.diff(values).round(6))) == 1]
    near = (drawings.UNDER, drawings.BESIDE)
    return [
        text
        for *place, text in drawing.words
        if drawings.number(text) is None
        or (round(place[1]) not in even and not any(abs(place[way] - at) < near[way] for at, way in lines))
    ]


def _misplaced(drawing: drawings.Drawing, values: np.ndarray) -> bool:
    """Say whether a mark is where no value of the table would put it."""
    for upright, lines, straight in (
        (False, drawing.grid, drawing.across),
        (True, drawing.rungs, drawing.down),
    ):
        marks = [(end, place) for place, *both in straight for end in both]
        marks += [(one[upright], one[not upright]) for one in (*drawing.discs, *drawing.corners)]
        for scale in drawings.axes(lines, drawing.words, upright=upright):
            here = np.array([along for along, beside in marks if scale.holds(along, beside)])
            if len(here) and _furthest(here, scale.at(values)) > drawings.TOLERANCE:
                return True
    return _stretched(drawing, values)


def _stretched(drawing: drawings.Drawing, values: np.ndarray) -> bool:
    """Say whether bars that no axis measures are wide in other proportions than the values are."""
    if drawing.grid or drawing.rungs or not drawing.boxes:
        return False
    heights = [round(height, 2) for *_, height in drawing.boxes]
    height = max(set(heights), key=heights.count)
    widths = np.array(sorted({box[2] for box in drawing.boxes if round(box[3], 2) == height}))
    positive = values[values > 0]
    if len(widths) < DIFFERENT or not len(positive):
        return False
    pitches = widths[-1] / positive
    matched = [np.sum(_apart(widths, positive * pitch) <= drawings.TOLERANCE) for pitch in pitches]
    return max(matched) < len(widths)


def _apart(marks: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.abs(marks[:, None] - places[None, :]).min(axis=1)


def _furthest(marks: np.ndarray, places: np.ndarray) -> float:
    return float(_apart(marks, places).max())
