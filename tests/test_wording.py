"""Every form in which a number, a base or a verdict is written."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.vocabulary import REASONS, VERDICTS
from trustgap.report.wording import LEGEND, WITHHELD, Words, kind, number
from trustgap.stats import counts as cells
from trustgap.stats.diagnostic import barriers
from trustgap.stats.results import judge

WORDS = Words(
    survey="demo (synthetic)",
    whole="England",
    respondents="health and care professionals",
    areas={"X1": "Alphashire"},
    waves={"2015": "Spring 2015"},
    groups={"gp": "General practitioners"},
    teams={"asc": "adult social care"},
    items={"q": "Trust in adult social care", "a v b": "Behaviour against process"},
)


def shown(**given):
    row = {"area": "X1", "wave": "2015", "item": "q", "group_a": "gp", "estimand": "top2_share"}
    row |= {"n_a": 100, "estimate": 0.5, "conf_low": np.nan, "conf_high": np.nan, "rests_on": ()} | given
    return Mask().protect(pd.DataFrame([row]), WORDS).frame.iloc[0]


def texts(**given):
    row = shown(**given)
    return row["estimate_text"], row["interval_text"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"estimate": 0.5649, "conf_low": 0.4551, "conf_high": 0.6549}, ("56%", "46% to 65%")),
        ({"estimate": 0.5649, "conf_low": 0.4551, "conf_high": 0.6549, "area": cells.NATIONAL},
         ("56.5%", "45.5% to 65.5%")),
        ({"estimate": 1.0, "conf_low": 0.963, "conf_high": 1.0}, ("100%", "96% to 100%")),
        ({"estimate": -0.0, "conf_low": -0.001, "conf_high": 0.04}, ("0%", "0% to 4%")),
        ({"estimate": np.nan, "reason": "few_waves"}, ("[x]", "[x]")),
        ({"estimate": 0.5, "reason": "constant"}, ("50%", "[x]")),
        ({"estimate": 0.5, "n_a": 10}, ("[c]", "[c]")),
        ({"estimate": 0.95, "n_a": 40, "conf_low": 0.9, "conf_high": 1.0}, (">90%", "[z]")),
        ({"estimate": 0.05, "n_a": 40, "conf_low": 0.0, "conf_high": 0.1}, ("<10%", "[z]")),
        ({"estimate": 0.2, "n_a": 20, "estimand": "category_1"}, ("[z]", "[z]")),
    ],
)  # fmt: skip
def test_shares_are_whole_percentages_locally_and_tenths_nationally(given, expected):
    assert texts(**given) == expected


@pytest.mark.parametrize(
    ("estimate", "area", "expected"),
    [
        (0.12, "X1", "+12 points"),
        (-0.124, "X1", "−12 points"),
        (0.01, "X1", "+1 point"),
        (-0.0149, "X1", "−1 point"),
        (-0.004, "X1", "0 points"),
        (0.0, "X1", "0 points"),
        (-0.0004, cells.NATIONAL, "0 points"),
        (-0.0124, cells.NATIONAL, "−1.2 points"),
        (1.0, "X1", "+100 points"),
    ],
)
@pytest.mark.parametrize(
    "estimand", ["share_difference", "change_over_period", "mean_difference", "dominance"]
)
def test_differences_have_a_true_sign_and_a_unit(estimate, area, expected, estimand):
    assert texts(estimand=estimand, estimate=estimate, area=area)[0] == expected


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0.31, "31%"), (0.0149, "1%"), (0.0096, "1%"), (0.0094, "0.9%"), (0.004, "0.4%"), (0.00031, "<0.1%")],
)
def test_a_response_rate_is_never_nought_percent(rate, expected):
    given = {"estimand": "response_rate", "estimate": rate, "n_a": 40_000}
    assert texts(**given)[0] == expected
    assert "0%" not in texts(**given, area=cells.NATIONAL)[0].replace("1.0%", "").replace("31.0%", "")


def test_limits_of_a_difference_leave_the_unit_to_the_heading():
    assert texts(estimand="dominance", conf_low=-0.034, conf_high=0.001)[1] == "−3 to 0"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"estimand": "theta", "estimate": 0.6149, "conf_low": 0.5, "conf_high": 0.7},
         ("0.61", "0.50 to 0.70")),
        ({"estimand": "tau_b", "estimate": -0.1249, "conf_low": -0.3, "conf_high": -0.001},
         ("−0.12", "−0.30 to 0.00")),
        ({"estimand": "mean", "estimate": 3.4, "conf_low": 3.0, "conf_high": 3.816},
         ("3.40", "3.00 to 3.82")),
        ({"estimand": "mean", "estimate": 3.44, "conf_low": 3.0, "conf_high": 3.86, "n_a": 29},
         ("3.4", "3.0 to 3.9")),
        ({"estimand": "mean", "estimate": 3.44, "n_a": 30}, ("3.44", "[x]")),
        ({"estimand": "mean", "estimate": 3.44, "n_a": 29, "area": cells.NATIONAL}, ("3.44", "[x]")),
        ({"estimand": "rank", "estimate": 3.0, "conf_low": 1, "conf_high": 12}, ("3", "1 to 12")),
        ({"estimand": "top_3", "estimate": 1.0}, ("yes", "[z]")),
        ({"estimand": "top_3", "estimate": 0.0}, ("no", "[z]")),
        ({"estimand": "respondents", "estimate": 18949.0}, ("18,949", "[z]")),
        ({"estimand": "between_area_sd", "estimate": 0.555, "area": cells.NATIONAL}, ("0.56", "[x]")),
    ],
)  # fmt: skip
def test_other_numbers_have_the_decimals_of_their_kind(given, expected):
    assert texts(**given) == expected


def test_p_values_have_two_significant_digits():
    row = shown(p_value=0.000123456, p_adjusted=0.0456)

    assert (row["p_value"], row["p_adjusted"]) == (0.00012, 0.046)


def test_bases_carry_a_note_of_caution_and_hidden_ones_no_number():
    assert shown(n_a=18949)["n_text"] == "18,949"
    assert shown(n_a=29)["n_text"] == "29 [low]"
    assert shown(n_a=30)["n_text"] == "30"
    assert shown(n_a=100, n_b=12, estimand="theta")["n_text"] == "100 [low]"
    assert shown(n_a=10)["n_text"] == "[c]"


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        ("higher", "Higher"),
        ("lower", "Lower"),
        ("equivalent", "About the same"),
        ("inconclusive", "Cannot say"),
        ("", "[x]"),
    ],
)
def test_verdicts_are_words(verdict, text):
    assert shown(verdict=verdict)["verdict_text"] == text
    assert shown(verdict=verdict, n_a=3)["verdict_text"] == "[c]"


def test_every_verdict_that_can_be_given_has_a_word():
    assert set(barriers.VERDICTS) <= set(VERDICTS)
    limits = pd.DataFrame(
        {"conf_low": [0.1, -0.2, -0.01, -0.3, np.nan], "conf_high": [0.2, -0.1, 0.01, 0.3, np.nan]}
    )
    rows = limits.assign(conf_low_90=limits["conf_low"], conf_high_90=limits["conf_high"])

    assert set(judge(rows, null=0, margin=0.05)["verdict"]) <= set(VERDICTS)


def test_every_id_gets_its_label_and_an_unknown_one_stands_for_itself():
    row = shown(group_b="item:q", target="asc", wave="2015/2019")

    assert row["survey"] == "demo (synthetic)"
    assert row["area_label"] == "Alphashire"
    assert row["wave_label"] == "Spring 2015 to 2019"
    assert row["item_label"] == "Trust in adult social care"
    assert (row["group_a_label"], row["group_b_label"]) == (
        "General practitioners",
        "Trust in adult social care",
    )
    assert row["target_label"] == "adult social care"
    other = shown(area="X9", group_a="all", group_b="rest", item="a v b", target="")
    assert other["area_label"] == "X9"
    assert other["group_a_label"] == "All health and care professionals"
    assert other["group_b_label"] == "Rest of England"
    assert other["item_label"] == "Behaviour against process"
    assert other["target_label"] == ""
    assert shown(area=cells.NATIONAL)["area_label"] == "England"


def test_every_reason_that_withholds_a_number_is_explained():
    assert set(WITHHELD) | {"c"} <= set(REASONS)
    assert {text for text in WITHHELD.values() if text.startswith("[")} <= set(LEGEND)


def test_kinds_of_estimands():
    kinds = {
        "theta": "theta", "rank": "rank", "mean": "mean", "tau_b": "correlation", "respondents": "count",
        "top_1": "flag", "top2_share": "share", "category_1": "share", "dominance": "difference",
    }  # fmt: skip

    assert {estimand: kind(estimand) for estimand in kinds} == kinds


@pytest.mark.parametrize(
    "sort", ["share", "difference", "theta", "rank", "mean", "correlation", "count", "flag"]
)
def test_a_missing_number_is_not_available_and_zero_has_no_sign(sort):
    assert number(np.nan, sort) == "[x]"
    assert number(-0.0, sort) == number(0.0, sort)
    assert number(-0.0004, sort).strip("-−") == number(-0.0004, sort)
