"""Who answered, and which questions they left out."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from trustgap.stats.counts import ALL, NATIONAL, tally
from trustgap.stats.shares.responses import answered, respondents, who_answered

ANSWERS = pd.DataFrame(
    {
        "area": ["A", "A", "A", "B"],
        "wave": "1",
        "group": ["g", "g", "h", "g"],
        "respondent": ["r", "s", "t", "u"],
        "q": [1, -2, 0, -1],
    }
)


def count(people, area, group):
    return people.set_index(["area", "group"]).loc[(area, group), "n"]


def test_respondents_are_counted_by_area_and_group_and_over_both():
    people = respondents(ANSWERS)
    assert count(people, "A", "g") == 2
    assert count(people, "A", ALL) == 3
    assert count(people, NATIONAL, "g") == 3
    assert count(people, NATIONAL, ALL) == 4


def test_somebody_who_answered_twice_counts_once():
    twice = pd.concat([ANSWERS, ANSWERS.head(1)])
    assert count(respondents(twice), "A", "g") == 2


def test_the_response_rate_is_the_share_of_the_head_count_with_wilson_limits():
    people = pd.DataFrame({"area": "A", "wave": "1", "group": ["g", "h"], "n": [50, 30]})
    rows = who_answered(people, staff={"g": 200, "h": np.nan})
    rate = rows[rows["estimand"].eq("response_rate")].iloc[0]
    assert rate["estimate"] == 0.25
    low, high = proportion_confint(50, 200, method="wilson")
    assert (rate["conf_low"], rate["conf_high"]) == pytest.approx((low, high), abs=1e-12)
    assert rows["estimand"].tolist().count("response_rate") == 1, "no rate where the head-count is unknown"


def test_a_head_count_below_the_respondents_is_not_believed():
    people = pd.DataFrame({"area": "A", "wave": "1", "group": ["g"], "n": [50]})
    assert who_answered(people, staff={"g": 40})["estimand"].tolist() == ["respondents"]


def test_counts_rest_on_the_base_of_their_group():
    people = pd.DataFrame({"area": "A", "wave": "1", "group": ["g"], "n": [50]})
    assert who_answered(people)["rests_on"].tolist() == [(("A", "1", "g", ""),)]


def test_the_answered_share_leaves_out_only_those_who_were_not_asked():
    rows = answered(tally(ANSWERS, pd.DataFrame({"k": [2]}, index=["q"]))).set_index(["area", "group_a"])
    assert rows.loc[("A", "g"), ["n_a", "estimate"]].tolist() == [2, 0.5]
    assert rows.loc[("A", "h"), ["n_a", "estimate"]].tolist() == [1, 0.0]
    assert rows.loc[("B", "g"), "reason"] == "all_missing"
    assert np.isnan(rows.loc[("B", "g"), "estimate"])
