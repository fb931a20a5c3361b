"""The drawing surface: every mark as it was asked for, in its order, written as short as it can be."""

import re

import numpy as np
import pytest

from trustgap.report import markup, palette
from trustgap.report.figures.canvas import TILE, WIDTH, Canvas

BLUE, ORANGE = palette.PAIR


def shapes(surface):
    """Give style and path of every mark, without the white ground."""
    body = surface.svg().split("</defs>")[1].split("<g ")[0]
    found = re.findall(r"<path (.*?) d='([^']*)'/>", body)
    assert found[0] == (f"fill='{palette.WHITE.lower()}'", f"M0 0h{WIDTH}v{surface.height:g}H0z")
    return found[1:]


def test_marks_keep_their_order_and_text_stands_above_them():
    surface = Canvas(100)
    surface.text(10, 50, "above", colour=palette.TEXT)
    surface.box(0, 0, 300, 100, fill=BLUE)
    surface.box(20, 20, 60, 60, fill=ORANGE)

    assert [style for style, _ in shapes(surface)] == [f"fill='{BLUE.lower()}'", f"fill='{ORANGE.lower()}'"]
    assert surface.svg().rindex("<path") < surface.svg().index("<use href")


@pytest.mark.parametrize(
    ("marker", "area"), [("o", np.pi * 25), ("s", 100), ("D", 100), ("^", 50), ("v", 50)]
)
def test_a_marker_is_as_large_as_matplotlib_draws_it(marker, area):
    # Of size 10: a disc 10 across, a square of side 10, the same on its corner, and half of a square.
    surface = Canvas(100)
    surface.points([40], [30], colour=BLUE, marker=marker, size=10)
    ((_, path),) = shapes(surface)

    if marker == "o":
        radius = float(re.search(r"a([\d.]+)", path)[1])
        assert path.startswith("M35 30a")
        assert np.pi * radius**2 == pytest.approx(area)
    else:
        x, y = corners(path).T
        assert abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2 == pytest.approx(area, rel=0.01)
        assert (x.min() + x.max()) / 2 == pytest.approx(40)
        assert (y.min() + y.max()) / 2 == pytest.approx(30)


def corners(path):
    at, found = {}, []
    for sign, numbers in re.findall(r"([MLHV])([^MLHVz]*)", path):
        at |= dict(zip({"H": "x", "V": "y"}.get(sign, "xy"), map(float, numbers.split()), strict=True))
        found.append((at["x"], at["y"]))
    return np.array(found)


def test_which_way_a_triangle_points_can_be_seen():
    tops = {}
    for marker in "^v":
        surface = Canvas(100)
        surface.points([40], [30], colour=BLUE, marker=marker, size=10)
        y = corners(shapes(surface)[0][1])[:, 1]
        tops[marker] = (y == y.min()).sum()

    assert tops == {"^": 1, "v": 2}


def test_marks_that_look_alike_share_a_path_unless_one_can_hide_the_other():
    surface = Canvas(100)
    surface.points([10, 12], [10, 12], colour=BLUE)
    surface.points([14], [14], colour=BLUE)
    surface.points([40, 42], [10, 12], colour=BLUE, hollow=True)
    surface.polygon([(0, 0), (9, 0), (9, 9)], fill=BLUE)
    surface.polygon([(0, 0), (9, 9), (9, 0)], fill=BLUE)

    solid, first, second, *bands = shapes(surface)
    assert solid[1].count("M") == 3
    assert first[0] == second[0] == f"fill='#ffffff' stroke='{BLUE.lower()}' stroke-width='2'"
    assert [path for _, path in bands] == ["M0 0H9V9z", "M0 0L9 9V0z"], (
        "turned round, one would undo the other"
    )


def test_dashes_count_in_widths_of_their_line():
    surface = Canvas(100)
    surface.line([0, 50], [10, 10], colour=BLUE, width=2, dashes=(4, 3))

    look = f"fill='none' stroke='{BLUE.lower()}' stroke-width='2' stroke-dasharray='8 6'"
    assert shapes(surface) == [(look, "M0 10H50")]


def test_a_hatched_box_keeps_its_edge_and_closer_strokes_lie_closer():
    surface = Canvas(100)
    surface.box(10.25, 10, 60, 40.5, fill=palette.WHITE, edge=palette.CONTEXT, hatch="///")
    surface.box(100, 10, 60, 40, fill=palette.WHITE, edge=palette.CONTEXT, hatch="////", dashed=True)

    path = "M10.25 10h60v40.5h-60z"
    edge = f"fill='#ffffff' stroke='{palette.CONTEXT.lower()}'"
    assert shapes(surface)[:2] == [(edge, path), ("fill='url(#h3)'", path)]
    assert shapes(surface)[2][0] == f"{edge} stroke-dasharray='4 3'"
    for strokes in (3, 4):
        tile = re.search(rf"<pattern id='h{strokes}'.*?d='([^']*)'", surface.svg())[1]
        starts = [float(x) for x in re.findall(r"M(-?[\d.]+)", tile)]
        assert np.diff(starts) == pytest.approx(TILE / strokes, abs=0.02)
        assert starts[0] == -TILE - 1, "the first passes through the corner, so that tiles join"


def test_nothing_to_draw_is_no_mark():
    surface = Canvas(40)
    surface.line([], [])
    surface.points([], [], colour=BLUE)
    surface.text(5, 20, "")

    assert shapes(surface) == []


def test_a_drawing_passes_the_page_and_holds_no_word_of_its_labels():
    surface = Canvas(60)
    surface.text(10, 30, "5 < 6 & onclick='x' \" url(x)")

    markup.check_drawing(surface.svg())
    assert not re.search('onclick|&|"', surface.svg())
