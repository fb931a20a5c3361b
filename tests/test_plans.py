"""Planning as tables, in words and as a chart."""

import re

import numpy as np
import pandas as pd
import pytest

from trustgap.report import figures
from trustgap.report.disclosure import Mask, public
from trustgap.report.sentences import planning as say
from trustgap.report.wording import Words
from trustgap.stats.plan import plans

WORDS = Words(
    whole="England",
    areas={"X1": "Alphashire", "X2": "Betashire", "X3": "Gammashire"},
    waves={"1": "2015", "2": "2019"},
    groups={"a": "Adult social care staff", "b": "GPs"},
)
SIZES = {"X1": (60, 40), "X2": (200, 100), "X3": (9, 8), "national": (269, 148)}


def people(waves=("1", "2"), sizes=SIZES):
    return pd.DataFrame(
        [
            {"area": area, "wave": wave, "group": group, "n": n}
            for area, (a, b) in sizes.items()
            for wave in waves
            for group, n in (("a", a), ("b", b), ("all", a + b))
        ]
    )


def areas(mask=None, **given):
    sizes = given.pop("sizes", SIZES)
    waves = given.pop("waves", ("1", "2"))
    rows = plans.by_area(people(waves, sizes), pair=["a", "b"], waves=list(waves))
    return (mask or Mask()).protect(rows, WORDS)


NEEDED = public(plans.needed(), WORDS)


def test_answers_needed_are_whole_rounded_up_and_fall_with_the_precision():
    rows = plans.needed().query("item != 'theta'").set_index(["item", "target"])["estimate"]
    table = pd.DataFrame({name: rows.xs(name, level="target") for name in rows.index.unique("target")})
    table = table[["3 points", "5 points", "10 points", "15 points"]]

    assert (table % 1 == 0).all(axis=None)
    assert (np.diff(table.to_numpy(), axis=1) < 0).all()
    # By hand: z^2/(4h^2) - z^2 is Wilson's at one half; 2 (z1 + z2)^2 / 4 / margin^2 for two one-sided tests.
    assert table.loc["half_width"].tolist() == [
        np.ceil(1.959964**2 * (0.25 / h**2 - 1)) for h in plans.POINTS
    ]
    assert table.loc["smallest_margin"].tolist() == [
        np.ceil(0.5 * (1.644854 + 1.281552) ** 2 / m**2) for m in plans.POINTS
    ]
    assert table.loc["smallest_trend"].tolist() == [np.ceil(0.4 * 2.801585**2 / m**2) for m in plans.POINTS]


def test_what_is_visible_falls_with_the_number_of_answers():
    rows = plans.visible([50, 100, 200])

    assert (rows.groupby("estimand")["estimate"].diff().dropna() < 0).all()
    assert set(rows["goal"]) == set(plans.GOALS.values())


def test_each_area_s_own_numbers_are_used():
    rows = plans.by_area(people(), pair=["a", "b"], waves=["1", "2"]).set_index(["area", "estimand"])

    assert rows.loc[("X1", "respondents"), "estimate"] == 100
    assert rows.loc[("X1", "half_width"), "estimate"] == pytest.approx(0.0962, abs=5e-5)
    gap = rows.loc[("X1", "smallest_gap")]
    assert (gap["n_a"], gap["n_b"], gap["group_a"], gap["group_b"]) == (60, 40, "a", "b")
    assert gap["rests_on"] == (("X1", "2", "a", ""), ("X1", "2", "b", ""))
    change = rows.loc[("X1", "smallest_change")]
    assert (change["wave"], change["n_a"], change["n_b"]) == ("1/2", 100, 100)
    assert change["rests_on"] == (("X1", "1", "all", ""), ("X1", "2", "all", ""))


def test_one_wave_one_group_and_a_wave_without_answers_leave_out_what_they_cannot_give():
    one = plans.by_area(people(["1"]), pair=["a", "b"], waves=["1"])
    alone = plans.by_area(people(["1"]), pair=["a"], waves=["1"])
    empty = people()
    empty.loc[empty["wave"].eq("1"), "n"] = 0
    later = plans.by_area(empty, pair=["a", "b"], waves=["1", "2"])

    assert set(one["estimand"]) == {"respondents", "half_width", "smallest_gap"}
    assert set(alone["estimand"]) == {"respondents", "half_width"}
    assert set(later["estimand"]) == {"respondents", "half_width", "smallest_gap"}
    assert set(later["wave"]) == {"2"}


def test_an_area_or_a_group_that_is_too_small_is_hidden():
    small = areas(sizes=SIZES | {"X1": (60, 10)})

    assert small.where(area="X3", estimand="smallest_gap").frame["suppressed"].all()
    assert small.where(area="X1", estimand="smallest_gap").frame["estimate_text"].tolist() == ["[c]"]
    assert small.where(area="X1", estimand="respondents").frame["estimate_text"].tolist() == ["70"]
    nobody = plans.by_area(people(sizes={"X1": (0, 12), "X2": (5, 9)}), pair=["a", "b"], waves=["1", "2"])
    assert nobody.loc[nobody["estimate"].isna(), "reason"].eq("n_lt_min").all()


def test_the_design_effect_is_that_of_kish():
    rng = np.random.default_rng(1)
    weights = rng.lognormal(size=400)
    answers = pd.DataFrame({"wave": "1", "weight": np.append(weights, np.nan)})

    row = plans.design_effect(answers, wave="1").iloc[0]

    assert row["estimate"] == pytest.approx(1 + np.var(weights) / np.mean(weights) ** 2, abs=1e-12)
    assert row["n_a"] == 400
    assert plans.design_effect(answers, wave="2")["reason"].tolist() == ["all_missing"]


def test_points_are_written_without_a_sign_and_counts_whole():
    shown = areas()

    assert shown.where(area="X1", estimand="half_width").frame["estimate_text"].tolist() == ["10 points"]
    assert shown.where(area="national", estimand="half_width").frame["estimate_text"].tolist() == [
        "4.8 points"
    ]
    assert NEEDED.where(item="smallest_gap", target="5 points").frame["estimate_text"].tolist() == ["1,569"]
    assert (NEEDED.frame["interval_text"] == "[z]").all()


def test_the_sentences_give_the_shown_numbers():
    shown = areas()

    assert say.share(NEEDED, shown) == (
        "To know a share within 5 points either way takes 381 answers, and within 10 points 93, whatever "
        "the share. In 2019, none of 3 areas that can be shown had 381 respondents or more; "
        "the median area had 100."
    )
    assert "10 points between two groups or two waves with 80% probability takes 392" in say.comparisons(
        NEEDED
    )
    assert "takes 392 answers in each (364 for a θ of 0.56);" in say.comparisons(NEEDED)
    assert say.visible(shown)[0] == (
        "In the median area a share is known within 10 points either way; a difference is seen with 80% "
        "probability if it is at least 28 points between adult social care staff and GPs and 20 points from "
        "2015 to 2019."
    )
    assert say.visible(shown)[1].startswith(
        "In all areas together a share is known within 4.8 points either way;"
    )
    assert say.headline(shown) == "Median area: a share is known within 10 points"
    assert say.marks(shown) == {"Median area": 100.0, "England": 417.0}


def test_one_area_is_named_and_one_wave_says_nothing_of_change():
    shown = areas(sizes={"X1": (60, 40), "national": (60, 40)}, waves=("2",))

    assert say.share(NEEDED, shown).endswith("Alphashire had 100 in 2019.")
    (text,) = say.visible(shown)
    assert text.startswith("With all answers a share is known within 9.6 points either way")
    assert "from" not in text
    assert say.marks(shown) == {"Alphashire": 100.0}
    assert say.headline(shown) == "Alphashire: a share is known within 10 points"


def test_hidden_areas_leave_the_arithmetic_alone():
    shown = areas(sizes=dict.fromkeys(SIZES, (4, 5)))

    assert say.share(NEEDED, shown).endswith("whatever the share.")
    assert set(say.visible(shown)) == {"Too few people answered to say anything here."}
    assert say.marks(shown) == {}
    assert not re.search(r"\d", say.headline(shown))


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0] * 20, "All respondents weigh the same"),
        ([1.0] * 15 + [4.0] * 5, "with the design effect 1.55 of this survey's weights, 591 answers"),
        ([1.0] * 4, "is not known"),
    ],
)
def test_weights_that_differ_cost_answers(weights, said):
    row = plans.design_effect(pd.DataFrame({"wave": "1", "weight": weights}), wave="1")

    assert said in say.weighting(Mask().protect(row, WORDS), NEEDED)


def test_only_protected_rows_are_put_into_words_or_drawn():
    for function in (say.visible, say.headline, say.marks):
        with pytest.raises(TypeError, match="DataFrame"):
            function(areas().frame)
    with pytest.raises(TypeError, match="DataFrame"):
        figures.curve(plans.visible(), headline="a", subtitle="b", source="c")


SAID = {"headline": "Median area: 9 points", "subtitle": "Points by answers", "source": "Source: demo."}
DRAWN = public(plans.visible(), WORDS)
PAIR = DRAWN.where(estimand=["half_width", "smallest_gap"])


def test_a_chart_of_curves_tells_its_ends_and_marks_what_lies_on_its_scale():
    figure = figures.curve(PAIR, marks={"Median area": 117.0, "England": 18_949.0}, **SAID)

    assert "20.1 points with 20 answers, 2.2 points with 2,000" in figure.alt
    assert "Marked: Median area, 117." in figure.alt
    assert "England" not in figure.alt
    assert figure.table_html.count("<tr>") == 1 + len(plans.GRID)
    assert figure.svg == figures.curve(PAIR, marks={"Median area": 117.0, "England": 1e9}, **SAID).svg
    assert len(figure.svg) <= 60_000


def test_marks_that_lie_close_do_not_collide_and_long_names_fit():
    long = "Multidisciplinary team for intermediate care and reablement"

    for marks in ({"Median area": 100.0, long: 104.0}, {long: 20.0}, {long: 2000.0}, {}):
        assert figures.curve(PAIR, marks=marks, **SAID).svg.startswith("<svg")


def test_a_chart_of_one_curve_is_drawn_and_one_of_four_is_refused():
    assert "1 falling" in figures.curve(DRAWN.where(estimand="half_width"), **SAID).alt
    with pytest.raises(ValueError, match="one curve or 2"):
        figures.curve(DRAWN, **SAID)
    with pytest.raises(ValueError, match="more than one row"):
        figures.curve(public(plans.visible([50, 50]), WORDS), **SAID)
