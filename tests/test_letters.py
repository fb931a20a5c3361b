"""The letters of the figures: as wide, as near and of the same shape as matplotlib lays them out."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath, text_to_path

from trustgap.report import palette
from trustgap.report.figures import letters, writing
from trustgap.report.figures.writing import Line

ASCII = [chr(code) for code in range(33, 127)]
WEIGHTS = ("normal", "bold")
LOOK = r"<use href='#(\w+)'(?: x='(-?\d+)')?(?: y='(-?\d+)')?/>"


def font(weight):
    return FontProperties(family=list(palette.fonts()), size=100, weight=weight)


@pytest.mark.parametrize("weight", WEIGHTS)
@given(words=st.text(st.sampled_from([*ASCII, *" £–≥éŵ"]), max_size=40))
def test_a_line_is_as_wide_as_matplotlib_measures_it(weight, words):
    expected = text_to_path.get_text_width_height_descent(words, font(weight), ismath=False)[0]

    # Its own measure is rounded to a 64th of a point at each letter.
    assert 100 * letters.places(words, weight)[-1] == pytest.approx(expected, abs=len(words) / 64)


def test_letters_that_fit_together_stand_nearer():
    apart = letters.letter("A").advance + letters.letter("V").advance

    assert letters.places("AV")[-1] < apart - 0.05
    assert letters.places("HH")[-1] == pytest.approx(2 * letters.letter("H").advance)


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("sign", "agt0%8&SW-.,£≥é")
def test_an_outline_is_that_of_the_font(sign, weight):
    expected = TextPath((0, 0), sign.replace("$", r"\$"), prop=font(weight))
    box = np.array(expected.get_extents().get_points()) / 100
    found = followed(letters.letter(sign, weight).outline)
    ours = np.array(found.get_extents().get_points()) / letters.EM

    assert [ours[0, 0], ours[1, 0]] == pytest.approx(box[:, 0], abs=1.2 / letters.EM)
    assert [-ours[1, 1], -ours[0, 1]] == pytest.approx(box[:, 1], abs=1.2 / letters.EM)
    parts = (np.arange(40) + 0.5) / 40
    grid = [
        (x, y) for x in box[0, 0] + parts * np.ptp(box[:, 0]) for y in box[0, 1] + parts * np.ptp(box[:, 1])
    ]
    inside = expected.contains_points(np.array(grid) * 100)
    also = found.contains_points(np.array(grid) * [letters.EM, -letters.EM])
    assert np.mean(inside != also) < 0.05


def followed(outline):
    """Follow an outline as a browser does, and give it as a path of matplotlib."""
    vertices, codes = [], []
    pen = bend = start = np.zeros(2)
    for sign, text in re.findall(r"([Mlhvqtcz])([^Mlhvqtcz]*)", outline):
        numbers = [float(number) for number in re.findall(r"-?\d+", text)]
        count = {"h": 1, "v": 1, "q": 4, "c": 6, "z": 1}.get(sign, 2)
        for at in range(0, max(len(numbers), 1), count):
            part = numbers[at : at + count]
            last, smooth = pen, 2 * pen - bend
            if sign == "z":
                vertices, codes, pen, bend = [*vertices, start], [*codes, Path.CLOSEPOLY], start, start
            elif sign == "M":
                pen = bend = start = np.array(part)
                vertices, codes = [*vertices, pen], [*codes, Path.MOVETO]
            elif sign in "qt":
                bend = last + part[:2] if sign == "q" else smooth
                pen = last + part[-2:]
                vertices, codes = [*vertices, bend, pen], [*codes, Path.CURVE3, Path.CURVE3]
            else:
                step = {"h": (1, 0), "v": (0, 1)}.get(sign)
                pen = bend = last + (np.array(step) * part[0] if step else np.array(part))
                vertices, codes = [*vertices, pen], [*codes, Path.LINETO]
    return Path(np.array(vertices), codes)


def test_a_letter_that_no_font_has_is_an_empty_box():
    assert letters.letter("\ue000").outline == letters.letter("\ue001").outline != ""


def test_a_sign_of_another_font_stands_among_the_others():
    first = letters.letter("a")
    if len(palette.fonts()) == 1:
        pytest.skip("there is one font only")

    other = next(sign for sign in "⅞☃⚖" if letters.letter(sign).face != first.face)
    assert letters.places(f"a{other}a")[-1] == pytest.approx(
        2 * first.advance + letters.letter(other).advance
    )


def test_words_that_come_again_and_letters_are_written_once():
    line = Line(10, 20, "staff of staff", 14, "#0b0c0c", "normal")
    defined, drawn = writing.written([line])

    assert defined.count("<path") == len(set("stafo"))
    assert defined.count("<g ") == 1, "the word that comes twice"
    assert drawn.count("<use") == 2 + len("of")


@given(words=st.lists(st.text(st.sampled_from("abAV .1£"), max_size=12), max_size=6))
def test_every_letter_stands_where_it_was_measured(words):
    lines = [
        Line(7.5, 20.0 + 30 * place, text, 12 + place % 2, "#0b0c0c", WEIGHTS[place % 2])
        for place, text in enumerate(words)
    ]
    expected = sorted(
        (letters.letter(sign, line.weight).outline, line.x + at * line.size)
        for line in lines
        for sign, at in zip(line.words, letters.places(line.words, line.weight), strict=False)
        if sign != " "
    )
    found = sorted(seen(*writing.written(lines)))

    assert [shape for shape, _ in found] == [shape for shape, _ in expected]
    assert [at for _, at in found] == pytest.approx([at for _, at in expected], abs=0.1)


def seen(defined, drawn):
    """Say where each outline is drawn, in pixels, whatever it is written through."""
    shapes = dict(re.findall(r"<path id='(\w+)' d='([^']+)'/>", defined))
    groups = {name: re.findall(LOOK, text) for name, text in re.findall(r"<g id='(\w+)'>(.*?)</g>", defined)}
    for scale, texts in re.findall(r"transform='scale\(([\d.]+)\)'>(.*?)(?=<g fill|$)", drawn):
        moved = re.sub(r"<g transform='translate\((-?\d+) -?\d+\)'>(.*?)</g>", shifted, texts)
        for name, x, _ in re.findall(LOOK, moved):
            for letter, within, _ in groups.get(name, [(name, "0", "")]):
                yield shapes[letter], (int(x or 0) + int(within or 0)) * float(scale)


def shifted(found):
    start = int(found[1])
    return re.sub(LOOK, lambda use: f"<use href='#{use[1]}' x='{int(use[2] or 0) + start}'/>", found[2])


def test_lines_without_a_letter_to_see_are_left_out():
    assert writing.written([Line(0, 0, " \N{NO-BREAK SPACE}", 14, "#0b0c0c", "normal")]) == ("", "")


def test_names_are_short_and_no_two_are_alike():
    names = [writing._short(count) for count in range(52 * 53 + 1)]

    assert names[:2] + names[51:54] + names[-1:] == ["a", "b", "Z", "aa", "ab", "aaa"]
    assert len(set(names)) == len(names)


@given(st.floats(-1e5, 1e5))
def test_numbers_are_written_short_and_mean_the_same(value):
    text = writing.number(value)

    assert float(text) == pytest.approx(value, abs=0.005001)
    assert not re.search(r"^-?0\.|\.$|\.\d*0$|^-0$", text)
