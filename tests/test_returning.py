"""Who answered in more than one wave."""

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from trustgap.report.disclosure import Mask
from trustgap.report.sentences import change as say
from trustgap.report.wording import Words
from trustgap.stats.change.returning import returning


def answers(first, last, both, between=0):
    """Give people who answered first only, last only, in both, and in both and between."""
    rows = [(f"f{i}", "1") for i in range(first)] + [(f"l{i}", "3") for i in range(last)]
    rows += [(f"b{i}", wave) for i in range(both) for wave in "13"]
    rows += [(f"m{i}", wave) for i in range(between) for wave in "12"]
    return pd.DataFrame(rows, columns=["respondent", "wave"]).assign(area="X1")


def shown(rows):
    return Mask().protect(rows, Words.plain())


def test_shares_are_of_the_last_wave_and_of_all_people():
    rows = returning(answers(40, 30, 20, 15), waves=["1", "2", "3"]).set_index("estimand")

    again, several = rows.loc["returning_share"], rows.loc["several_waves_share"]
    assert (again["n_a"], again["n_b"], again["estimate"]) == (50, 20, 0.4)
    assert (several["n_a"], several["n_b"]) == (105, 35)
    low, high = proportion_confint(35, 105, method="wilson")
    assert (several["conf_low"], several["conf_high"]) == pytest.approx((low, high), abs=1e-12)
    assert again["rests_on"] == tuple(
        ("X1", wave, "all", what) for wave, what in (("1", ""), ("3", ""), ("3", "linked:3"))
    )
    assert len(several["rests_on"]) == 5


def test_where_nobody_answered_twice_there_is_nothing_to_show():
    rows = returning(answers(40, 30, 0), waves=["1", "2", "3"])

    assert rows.empty
    assert "as if each had asked different people" in say.same_people(shown(rows))


@pytest.mark.parametrize("both", [0, 10])
def test_few_and_none_sound_alike(both):
    sentence = say.same_people(shown(returning(answers(40, 30, both, 30), waves=["1", "2", "3"])))

    several = 30 + both
    assert sentence == (
        "Few, if any, of those who answered in the last wave also answered in the first, but "
        f"{100 * several / (70 + several):.0f}% of all people answered in more than one wave: in the trend "
        "each counts as one person, not as several."
    )


def test_the_sentence_says_that_the_same_people_count_as_one():
    sentence = say.same_people(shown(returning(answers(40, 30, 20), waves=["1", "2", "3"])))

    assert sentence == (
        "40% of those who answered in the last wave also answered in the first, and 22% of all people "
        "answered in more than one wave: each counts as one person, not as several."
    )
    hidden = say.same_people(shown(returning(answers(40, 30, 10), waves=["1", "2", "3"])))
    assert "as if each had asked different people" in hidden


def bend(*p):
    rows = pd.DataFrame(
        {
            "area": "X1", "wave": "1/3", "analysis": "trend", "estimand": "linearity", "group_a": "all",
            "item": [f"q{place}" for place in range(len(p))], "n_a": 90, "p_value": p, "p_adjusted": p,
            "reason": "test_only",
        }
    )  # fmt: skip
    return rows.assign(rests_on=[(("X1", "1", "all", item),) for item in rows["item"]])


def test_a_course_that_is_no_line_is_named_and_lines_are_counted():
    assert say.bends(shown(bend(0.5, 0.06))) == (
        "In none of 2 questions do the waves depart clearly from a straight line."
    )
    assert say.bends(shown(bend(0.001, 0.5))).startswith("A straight line does not fit “q0”: ")
    few = say.bends(shown(bend(0.001, 0.5).assign(n_a=9)))
    assert few == "Too few people answered to say whether a straight line fits the waves."
    assert "did not ask" in say.bends(shown(bend()))
