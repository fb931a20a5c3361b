"""Every chart on ordinary, hidden, bounded, single and long-labelled rows."""

import functools
import html
import importlib
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties

from trustgap.report import figures, palette
from trustgap.report.disclosure import Mask
from trustgap.report.figure import Figure
from trustgap.report.figures import canvas, lettering, phrases, rows
from trustgap.report.wording import Words

# The package exports a function of the same name as each of these modules.
likert, matrix, lines, funnel = (
    importlib.import_module(f"trustgap.report.figures.{name}")
    for name in ("likert", "matrix", "lines", "funnel")
)

FOLDER = Path(figures.__file__).parent
SAID = {"headline": "Trust differs", "subtitle": "% of staff, 2019", "source": "Source: demo."}
GROUPS = {
    "asc": "Adult social care staff",
    "hosp": "Hospital staff",
    "nurse": "Community nurses",
    "gp": "GPs",
}
TEAMS = {"asc": "adult social care", "hosp": "hospital staff", "nurse": "community nurses", "gp": "GPs"}
ITEMS = {f"i{number}": f"Factor number {number} of this survey" for number in range(6)}
WAVES = pd.DataFrame(
    {"label": ["2015", "2016", "2017", "2018", "2019"], "time": [2015.0, 2016, 2017, 2018, 2019]},
    index=["w1", "w2", "w3", "w4", "w5"],
)
SCALE = SimpleNamespace(
    labels=("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
    top_from=4,
    low_to=2,
    positive_phrase="agree or strongly agree",
    negative_phrase="disagree or strongly disagree",
)
LONG = "Multidisciplinary team for intermediate care and reablement"


def shown(rows_, *, long=False, n=None):
    frame = pd.DataFrame(rows_)
    frame["n_a"] = n if n is not None else frame.get("n_a", 100)
    for column, value in (("area", "X1"), ("wave", "w5")):
        frame[column] = frame.get(column, value)
    frame["rests_on"] = [()] * len(frame)

    def names(labels):
        return {key: f"{LONG} {key}" for key in labels} if long else labels

    words = Words(
        whole=LONG if long else "England",
        areas=names({"X1": "Exampleshire"}),
        groups=names(GROUPS),
        teams=names(TEAMS),
        items=names(ITEMS),
    )
    return Mask().protect(frame.astype({"estimate": float, "n_a": float}), words)


def share(estimate, half=0.1, **keys):
    low, high = max(estimate - half, 0.0), min(estimate + half, 1.0)
    return {"estimand": "top2_share", "estimate": estimate, "conf_low": low, "conf_high": high, **keys}


def spread(group, values):
    names = [f"category_{number}" for number in range(1, 6)] + ["negative", "neutral", "positive"]
    whole = [*values, values[0] + values[1], values[2], values[3] + values[4]]
    return [
        {"estimand": name, "group_a": group, "item": "i0", "estimate": value}
        for name, value in zip(names, whole, strict=True)
    ]


def likert_rows(groups=tuple(GROUPS)):
    shifts = {"asc": 0.0, "hosp": 0.1, "nurse": 0.05, "gp": 0.02}
    return [r for g in groups for r in spread(g, [0.06, 0.14, 0.3 - shifts[g], 0.35 + shifts[g], 0.15])]


def likert_figure(data, **more):
    return figures.likert(data, scale=SCALE, **SAID, **more)


def dots_rows(items=tuple(ITEMS)):
    return [
        share(0.8 - 0.12 * int(item[1]) - 0.05 * (group == "hosp"), group_a=group, item=item)
        for group in ("asc", "hosp")
        for item in items
    ]


def dots_figure(data, **more):
    return figures.dots(data, **SAID, **more)


def matrix_rows(groups=tuple(GROUPS)):
    return [
        share(0.25 + 0.1 * a + 0.05 * b, group_a=rater, target=team)
        for a, rater in enumerate(groups)
        for b, team in enumerate(TEAMS)
        if rater != team
    ]


def matrix_figure(data):
    return figures.matrix(data, **SAID)


def lines_rows(groups=tuple(GROUPS)):
    return [
        share(0.3 + 0.1 * place + 0.02 * step, group_a=group, wave=wave, item="i0")
        for place, group in enumerate(groups)
        for step, wave in enumerate(WAVES.index)
    ]


def lines_figure(data):
    return figures.lines(data, waves=WAVES, **SAID)


def intervals_rows(items=tuple(ITEMS)):
    verdicts = ["higher", "lower", "equivalent", "inconclusive", "higher", "lower"]
    return [
        {
            "estimand": "share_difference", "item": item, "group_a": "asc", "group_b": "hosp", "n_b": 80,
            "estimate": value, "conf_low": value - 0.1, "conf_high": value + 0.1, "verdict": verdict,
        }
        for item, value, verdict in zip(items, [0.2, -0.2, 0.0, 0.05, 0.3, -0.4], verdicts, strict=False)
    ]  # fmt: skip


def intervals_figure(data):
    return figures.intervals(data, **SAID)


def area_rows(count=40):
    return [
        share(0.3 + 0.4 * ((7 * number) % count) / count, area=f"X{number}", n_a=20.0 + 9 * number)
        for number in range(count)
    ]


WHOLE = [share(0.5, 0.02, area="national", n_a=7000.0)]


def limits():
    n = np.arange(10.0, 420.0, 10.0)
    width = np.sqrt(0.25 / n)
    sides = {"low_95": -1.96, "high_95": 1.96, "low_998": -3.09, "high_998": 3.09}
    return {"n": n, **{name: np.clip(0.5 + z * width, 0, 1) for name, z in sides.items()}}


def funnel_figure(data):
    long = "Multi" in data.frame["area_label"].str.cat()
    return figures.funnel(data, whole=shown(WHOLE, long=long), limits=limits(), area="X1", **SAID)


def strip_figure(data):
    return figures.strip(data, whole=shown(WHOLE), **SAID)


def one(rows_):
    return lambda: rows_()[:1]


CHARTS = {
    "likert": (likert_figure, likert_rows, lambda: likert_rows(("asc",))),
    "dots": (dots_figure, dots_rows, one(dots_rows)),
    "matrix": (matrix_figure, matrix_rows, one(matrix_rows)),
    "lines": (lines_figure, lines_rows, one(lines_rows)),
    "intervals": (intervals_figure, intervals_rows, one(intervals_rows)),
    "funnel": (funnel_figure, area_rows, one(area_rows)),
    "strip": (strip_figure, area_rows, one(area_rows)),
}
INPUTS = {
    "ordinary": lambda many, single: shown(many()),
    "hidden": lambda many, single: shown(many(), n=7),
    "bounded": lambda many, single: shown(
        [{**row, "estimate": 0.97, "conf_low": 0.8, "conf_high": 1.0} for row in many()], n=20
    ),
    "one row": lambda many, single: shown(single()),
    "one hidden row": lambda many, single: shown(single(), n=7),
    "long labels": lambda many, single: shown(many(), long=True),
}


@pytest.fixture(params=[(c, i) for c in CHARTS for i in INPUTS], ids=lambda pair: " ".join(pair))
def case(request):
    return made(*request.param)


@functools.cache
def made(chart, kind):
    draw, many, single = CHARTS[chart]
    data = INPUTS[kind](many, single)
    return SimpleNamespace(draw=draw, data=data, kind=kind, figure=draw(data))


def test_a_figure_is_small_and_complete(case):
    mimes, metadata = case.figure._repr_mimebundle_()

    assert mimes["image/svg+xml"].startswith("<svg ")
    assert mimes["image/svg+xml"].endswith("</svg>")
    assert len(mimes["image/svg+xml"]) <= 60_000
    assert mimes["text/plain"] == "Trust differs"
    said = metadata["trustgap"]
    assert said["kind"] == "figure"
    assert set(said) == {"kind", "headline", "subtitle", "alt", "source", "table_html"}
    assert len(said["alt"].split()) >= 12
    assert "nan" not in said["alt"]
    assert "<caption>Trust differs</caption>" in said["table_html"]


def test_a_figure_is_drawn_twice_to_the_same_bytes_under_any_settings(case):
    with matplotlib.rc_context(
        {"font.size": 31, "lines.linewidth": 9, "svg.fonttype": "none", "hatch.color": "red"}
    ):
        assert case.draw(case.data).svg == case.figure.svg


def test_a_figure_carries_no_date_no_text_and_no_reference_outside(case):
    svg = case.figure.svg

    assert not re.search(r"<metadata|<!--|<text|<script|<image|matplotlib|nan", svg)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", svg)
    named = re.findall(r" id='([^']+)'", svg)
    assert set(re.findall(r"(?:href='|url\()#(\w+)", svg)) == set(named)
    assert len(set(named)) == len(named)
    assert ElementTree.fromstring(svg).get("width") == "760"  # noqa: S314 - our own drawing


def test_every_colour_of_a_figure_is_of_the_palette(case):
    known = {
        colour.lower()
        for value in vars(palette).values()
        for colour in (value if isinstance(value, tuple) else [value])
        if isinstance(colour, str) and colour.startswith("#")
    }

    assert set(re.findall(r"#[0-9a-f]{6}\b", case.figure.svg)) <= known


@pytest.mark.parametrize("kind", ["hidden", "one hidden row"])
@pytest.mark.parametrize("chart", CHARTS)
def test_a_hidden_figure_says_why_and_holds_no_number(chart, kind):
    alt = made(chart, kind).figure.alt

    assert "too few people answered" in alt
    assert not re.search(r"\d%", re.sub(r"95% (and 99\.8% limits|intervals?)|50\.0%", "", alt))


@pytest.mark.parametrize("chart", CHARTS)
def test_hidden_rows_that_differ_give_the_same_drawing(chart):
    draw, many, _ = CHARTS[chart]
    other = [{**row, "estimate": 0.5, "conf_low": 0.4, "conf_high": 0.6} for row in many()]

    assert draw(shown(other, n=3)).svg == draw(shown(many(), n=7)).svg


@pytest.mark.parametrize("chart", CHARTS)
def test_values_that_round_alike_give_the_same_drawing(chart):
    draw, many, _ = CHARTS[chart]

    def jitter(by):
        numbers = ("estimate", "conf_low", "conf_high")
        return shown([{**r, **{k: round(r[k], 2) + by for k in numbers if k in r}} for r in many()])

    assert draw(jitter(0.003)).svg == draw(jitter(-0.002)).svg
    assert draw(jitter(0.003)).svg != draw(jitter(0.013)).svg


@pytest.mark.parametrize("chart", CHARTS)
def test_only_protected_rows_are_drawn(chart):
    draw, many, _ = CHARTS[chart]
    data = shown(many())

    with pytest.raises((TypeError, AttributeError), match=r"Shown|frame"):
        draw(SimpleNamespace(frame=data.frame))
    assert draw(data.where(area="nowhere")) is None, "nothing was asked, so nothing is drawn"


@pytest.mark.parametrize("chart", CHARTS)
def test_the_rows_are_not_changed(chart):
    draw, many, _ = CHARTS[chart]
    data = shown(many())
    before = data.frame.copy()

    draw(data)

    pd.testing.assert_frame_equal(data.frame, before)


@pytest.mark.parametrize("chart", CHARTS)
def test_two_rows_for_one_mark_are_refused(chart):
    draw, many, _ = CHARTS[chart]

    with pytest.raises(ValueError, match="more than one row"):
        draw(shown(many() + many()[:1]))


LABEL = st.text(
    st.characters(min_codepoint=32, max_codepoint=382, exclude_categories=["Cc", "Cs", "Cn"]),
    min_size=1,
    max_size=90,
)


@settings(max_examples=5)
@given(
    labels=st.lists(LABEL, min_size=4, max_size=4),
    values=st.lists(st.floats(0, 1), min_size=20, max_size=20),
    bases=st.lists(st.integers(0, 90), min_size=20, max_size=20),
)
def test_no_labels_and_no_values_make_text_collide(labels, values, bases):
    names = dict(zip(GROUPS, labels, strict=True))
    words = Words(
        whole=labels[0], areas={"X1": labels[1]}, groups=names, teams=names,
        items={f"i{number}": label for number, label in enumerate(labels)},
    )  # fmt: skip
    pairs = [(a, b) for a in GROUPS for b in GROUPS if a != b]
    keyed = {
        matrix_figure: [{"group_a": a, "target": b} for a, b in pairs],
        dots_figure: [{"group_a": g, "item": f"i{i}"} for g in ("asc", "hosp") for i in range(4)],
        lines_figure: [{"group_a": g, "wave": w} for g in GROUPS for w in WAVES.index],
        strip_figure: [{"area": f"X{number}"} for number in range(20)],
        funnel_figure: [{"area": f"X{number}"} for number in range(20)],
    }
    for draw, keys in keyed.items():
        rows_ = [
            {**share(value), "area": "X1", "wave": "w5", "n_a": float(n), "rests_on": (), **key}
            for key, value, n in zip(keys, values, bases, strict=False)
        ]
        assert refusal(draw, Mask().protect(pd.DataFrame(rows_), words)) == ""
    parts = np.array(values).reshape(4, 5) + 0.01
    answers = [
        r for g, p in zip(GROUPS, parts / parts.sum(axis=1, keepdims=True), strict=True) for r in spread(g, p)
    ]
    base = {g: float(n) for g, n in zip(GROUPS, bases, strict=False)}
    answers = [{**r, "area": "X1", "wave": "w5", "n_a": base[r["group_a"]], "rests_on": ()} for r in answers]
    assert refusal(likert_figure, Mask().protect(pd.DataFrame(answers), words)) == ""


def refusal(draw, data):
    """Say why a figure refuses itself, as it does where text collides or is cut off."""
    try:
        draw(data)
    except ValueError as reason:
        return str(reason)
    return ""


def test_text_that_collides_or_leaves_the_figure_is_refused():
    surface = canvas.Canvas(60)
    surface.text(10, 20, "left")
    surface.text(300, 20, "right")
    canvas.check_overlaps(surface)

    surface.text(305, 24, "on top")
    with pytest.raises(ValueError, match="'right' with 'on top'"):
        surface.svg()

    cut = canvas.Canvas(60)
    cut.text(canvas.WIDTH - 10, 20, "beyond the edge")
    with pytest.raises(ValueError, match="cut off"):
        cut.svg()


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_text_is_measured_as_matplotlib_lays_it_out(weight):
    drawing = Drawing(dpi=96)
    renderer = FigureCanvasAgg(drawing).get_renderer()
    font = FontProperties(family=list(palette.fonts()), size=10.5, weight=weight)
    text = drawing.text(0, 0, "Community nursing staff £5", fontproperties=font)

    wide = text.get_window_extent(renderer).width

    # Agg hints letters to whole pixels, so the two differ by a little per letter.
    assert lettering.extent("Community nursing staff £5", 14, weight) == pytest.approx(wide, rel=0.05)


@given(words=LABEL, width=st.integers(20, 300))
@settings(max_examples=30)
def test_wrapped_text_fits_and_loses_nothing(words, width):
    found = lettering.wrap(words, width)

    assert "".join("".join(found).split()) == "".join(words.split())
    assert all(lettering.extent(line) <= width or len(line) == 1 for line in found)


def test_shortened_text_fits_and_says_that_it_is_cut():
    assert lettering.shorten("Hospital staff", 300) == "Hospital staff"
    cut = lettering.shorten("Hospital staff of the acute trust", 120)
    assert cut.endswith("…")
    assert lettering.extent(cut) <= 120


def test_a_dollar_sign_in_a_label_is_a_dollar_sign():
    data = Mask().protect(
        pd.DataFrame(
            [{**share(0.5), "item": "i", "group_a": "asc", "area": "X1", "n_a": 40.0, "rests_on": ()}]
        ),
        Words(items={"i": "Costs $5 to $9_a"}),
    )

    assert "Costs $5 to $9_a" in dots_figure(data).alt


def test_a_label_is_escaped_in_the_table_and_absent_from_the_drawing():
    nasty = "<script>alert(1)</script>"
    data = Mask().protect(
        pd.DataFrame(
            [{**share(0.5), "item": "i", "group_a": "asc", "area": "X1", "n_a": 40.0, "rests_on": ()}]
        ),
        Words(items={"i": nasty}),
    )
    made = dots_figure(data)

    assert "<script" not in made.svg + made.table_html
    assert html.escape(nasty) in made.table_html


@pytest.mark.parametrize("alt", ["", "A chart.", "one two three four five six seven eight nine ten eleven"])
def test_a_short_text_alternative_is_refused(alt):
    with pytest.raises(ValueError, match="at least 12 words"):
        Figure("<svg/>", "h", "s", alt, "source", "<table></table>")


@pytest.mark.parametrize("part", ["svg", "headline", "subtitle", "source", "table_html"])
def test_a_figure_without_one_of_its_parts_is_refused(part):
    parts = {
        "svg": "<svg/>",
        "headline": "h",
        "subtitle": "s",
        "source": "o",
        "table_html": "<table></table>",
    }

    with pytest.raises(ValueError, match=f"{part} of a figure is empty"):
        Figure(**{**parts, part: " "}, alt="word " * 12)


def test_alternatives_name_the_extremes_in_the_shown_words():
    assert "highest for Hospital staff (60%), lowest for Adult social care staff (50%)" in (
        likert_figure(shown(likert_rows())).alt
    )
    assert "Highest for GPs rating community nurses (65%)" in matrix_figure(shown(matrix_rows())).alt
    assert "GPs: 60% in 2015, 68% in 2019" in lines_figure(shown(lines_rows())).alt.replace(
        "w1", "2015"
    ).replace("w5", "2019")
    assert "from 30% to 69%" in strip_figure(shown(area_rows())).alt


def test_the_alternative_says_where_the_own_area_lies_among_the_limits():
    # Limits at n = 100 around 50%: 95% are 40.2% to 59.8%, 99.8% are 34.6% to 65.5% (normal, sd 5%).
    for value, words in (
        (0.50, "within the 95% limits"), (0.62, "above the 95% limits"), (0.70, "above the 99.8% limits"),
        (0.38, "below the 95% limits"), (0.30, "below the 99.8% limits"),
    ):  # fmt: skip
        assert f"lies {words}" in funnel_figure(shown([share(value, area="X1", n_a=100.0)])).alt


def test_hidden_values_are_told_apart_from_those_that_are_not_available():
    said = phrases.hidden_words([("GPs", "[c]"), ("Nurses", "[x]")])

    assert "GPs: too few people answered" in said
    assert "Nurses: no value is available" in said


def test_percentages_that_do_not_add_up_are_stated():
    exact = likert_figure(shown(spread("asc", [0.1, 0.2, 0.3, 0.2, 0.2])))
    thirds = likert_figure(shown(spread("asc", [1 / 6, 1 / 6, 1 / 3, 1 / 6, 1 / 6])))

    assert exact.source == "Source: demo."
    assert likert.ADDS_UP in thirds.source


def test_few_answers_are_drawn_in_three_parts_and_it_is_said():
    few = likert_figure(shown(likert_rows(("asc", "hosp")), n=20))

    assert likert.GROUPED in few.source
    assert palette.DIVERGING[0].lower() not in few.svg


def test_neutral_answers_stand_apart_and_a_scale_without_negative_answers_has_two_sides():
    assert likert._side("category_3", SCALE) == "neutral"
    often = SimpleNamespace(**{**vars(SCALE), "low_to": 0, "negative_phrase": ""})
    sides = [likert._side(f"category_{score}", often) for score in range(1, 6)]
    assert sides == ["negative", "negative", "negative", "positive", "positive"]
    colours = list(likert._colours(often, grouped=False).values())
    assert len(set(colours)) == 5
    figures.likert(shown(likert_rows()), scale=often, **SAID)


@pytest.mark.parametrize(
    ("value", "place"), [(0.0, 0), (0.19, 0), (0.2, 1), (0.59, 2), (0.6, 3), (0.8, 4), (1.0, 4)]
)
def test_a_cell_has_one_of_five_fixed_shades(value, place):
    assert matrix.shade(value, matrix.SHARES) == palette.SEQUENTIAL[place]


def test_columns_stand_in_the_order_that_all_rows_agree_on():
    cells = dict.fromkeys([("a", "y"), ("a", "z"), ("b", "x"), ("b", "z"), ("c", "x"), ("c", "y")])

    assert set(matrix._order(cells, dict.fromkeys("abc"))) == set("xyz")
    assert matrix._order(cells, dict.fromkeys("abc"))[-1] == "z"


def test_means_and_shares_are_not_mixed_in_one_matrix():
    mean = {**share(0.5), "estimand": "mean", "estimate": 3.0, "group_a": "asc", "target": "asc"}
    mixed = [*matrix_rows(), mean]

    with pytest.raises(ValueError, match="one sort at a time"):
        matrix_figure(shown(mixed))


def test_a_dot_chart_of_three_groups_is_refused():
    three = [share(0.5, group_a=group, item="i0") for group in ("asc", "hosp", "gp")]

    with pytest.raises(ValueError, match="at most two groups"):
        dots_figure(shown(three))


def test_possible_ranks_stand_in_the_table():
    ranks = [
        {
            "estimand": "rank",
            "group_a": "asc",
            "item": item,
            "estimate": 1.0,
            "conf_low": 1,
            "conf_high": 1 + place,
        }
        for place, item in enumerate(ITEMS)
    ]
    made = dots_figure(shown(dots_rows()).where(group_a="asc"), ranks=shown(ranks))

    assert "1 to 6" in made.table_html
    assert made.svg != dots_figure(shown(dots_rows()).where(group_a="asc")).svg


def test_limits_for_all_rows_together_are_drawn_and_stand_in_the_table():
    rows_ = intervals_rows()
    wider = [
        row | {"conf_low": row["conf_low"] - 0.04, "conf_high": row["conf_high"] + 0.04} for row in rows_
    ]
    plain = figures.intervals(shown(rows_), **SAID)
    made = figures.intervals(shown(rows_), outer=shown(wider), **SAID)
    assert made.svg.count("<path") == plain.svg.count("<path") + len(rows_)
    assert "+6 to +34" in made.table_html
    assert "+6 to +34" not in plain.table_html
    assert "hold for all rows together" in made.alt
    assert figures.intervals(shown(rows_), outer=shown(wider).where(item="none"), **SAID).svg == plain.svg


def test_a_line_is_broken_where_a_wave_is_missing():
    times = WAVES["time"]
    data = shown([row for row in lines_rows(("asc",)) if row["wave"] != "w3"])
    panel = {row.wave: row for row in rows.read(data, by=("wave",))}

    runs = lines._runs(panel, times)

    assert [[time for time, _ in run] for run in runs] == [[2015.0, 2016.0], [2018.0, 2019.0]]


def test_a_wave_that_the_survey_does_not_have_is_refused():
    with pytest.raises(ValueError, match="w9"):
        lines_figure(shown([share(0.5, wave="w9", group_a="asc")]))


def test_limits_without_a_curve_are_refused():
    with pytest.raises(ValueError, match="high_998"):
        figures.funnel(
            shown(area_rows()),
            whole=shown(WHOLE),
            limits={"n": [1], "low_95": [0], "high_95": [1], "low_998": [0]},
            **SAID,
        )


@pytest.mark.parametrize(
    ("most", "ticks"), [(30, [0, 10, 20, 30]), (430, [0, 100, 200, 300, 400]), (12, None)]
)
def test_the_axis_of_answers_has_a_few_round_numbers(most, ticks):
    found = funnel._ticks(most)

    assert 3 <= len(found) <= 7
    assert ticks is None or found == ticks


def test_neighbours_in_the_diverging_palette_differ_by_three_to_one():
    pairs = zip(palette.DIVERGING, palette.DIVERGING[1:], strict=False)

    assert all(palette.contrast(a, b) >= 3 for a, b in pairs)
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=1e-9)


@pytest.mark.parametrize("fill", [*palette.SEQUENTIAL, *palette.DIVERGING, palette.WHITE])
def test_text_on_a_fill_can_be_read(fill):
    assert palette.contrast(palette.ink(fill), fill) >= 4.5


def test_colours_are_decided_in_the_palette_only():
    for module in sorted(FOLDER.glob("*.py")):
        assert not re.search(r"#[0-9A-Fa-f]{6}\b|pyplot", module.read_text()), module.name


def test_fonts_are_those_that_are_here():
    assert palette.fonts()[-1] == "DejaVu Sans"
    assert len(palette.fonts()) <= 2
