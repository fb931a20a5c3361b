"""From judgements to what was found about decisions."""

import case_files as files
import numpy as np
import pandas as pd
import pytest

from trustgap.stats.case_reviews import reviews
from trustgap.stats.case_reviews.cases import intraclass
from trustgap.stats.counts import NATIONAL
from trustgap.stats.shares.intervals import wilson


def one(rows, **same):
    row = reviews.settled(files.judged([{"case": "c"} | row for row in rows], decision="admit", **same)).iloc[
        0
    ]
    return row


def found(judgements, area="X1"):
    return reviews.findings(judgements, area=area).set_index("estimand")


@pytest.mark.parametrize(
    ("better", "says"),
    [
        (["home"], True),
        (["admit"], False),
        ([""], None),
        (["home", "admit"], None),
        (["home", "ward", "admit"], True),
        (["home", "admit", "admit"], False),
        (["home", ""], True),
        (["home", "home", "admit", "admit"], None),
    ],
)
def test_a_case_is_settled_by_more_than_half_of_those_who_judged_it(better, says):
    row = one([{"better_decision": word, "reviewer": str(i)} for i, word in enumerate(better)])
    assert (None if pd.isna(row["improvable"]) else bool(row["improvable"])) is says
    assert row["reviewers"] == sum(word != "" for word in better)


def test_whether_the_option_existed_is_settled_by_those_who_say_improvable():
    rows = [
        {"better_decision": "home", "available": 1.0},
        {"better_decision": "home", "available": 0.0},
        {"better_decision": "admit", "available": 1.0},
    ]
    assert pd.isna(one(rows)["available"]), "one says yes, one says no; the third has no say"
    assert bool(one([*rows, {"better_decision": "home", "available": 1.0}])["available"])
    assert pd.isna(one(rows[2:])["available"])


def test_costs_are_means_over_those_who_gave_them():
    rows = [
        {"better_decision": "home", "cost": 900.0, "cost_better": 400.0},
        {"better_decision": "home", "cost": 1100.0},
        {"better_decision": "admit", "cost": 700.0, "cost_better": 0.0},
    ]
    assert one(rows)[["cost", "cost_better"]].tolist() == [900.0, 400.0]


def test_a_panel_is_who_judged_whatever_the_order():
    both = files.shared([(True, True), (True, False)])
    turned = both.iloc[::-1]
    assert reviews.settled(both)["panel"].tolist() == ["a+b", "a+b"]
    pd.testing.assert_frame_equal(reviews.settled(both), reviews.settled(turned))


def test_shares_are_of_their_own_kind_of_case_only():
    parts = [
        files.reviews(20, 5),
        files.reviews(4, 4, decision="send_home", name="h"),
        files.reviews(12, 9, point="residential", decision="move", name="r"),
        files.reviews(11, 0, point="package_review", decision="go_on", name="p", outcome="over_provided"),
        files.reviews(3, 0, point="package_review", decision="go_on", name="q", outcome="as_needed"),
        files.reviews(5, 0, point="package_review", decision="go_on", name="o"),
    ]
    rows = found(pd.concat(parts))
    assert rows["n_a"].to_dict() == {
        "improvable": 55,
        "available": 18,
        "avoidable_admission": 20,
        "residential_right": 12,
        "over_provided": 14,
        "saving_per_case": 55,
    }
    shares = rows["estimate"].drop("saving_per_case").to_dict()
    expected = {"improvable": 18 / 55, "available": 1.0, "avoidable_admission": 0.25}
    assert shares == pytest.approx(expected | {"residential_right": 0.25, "over_provided": 11 / 14})
    assert rows["area"].unique().tolist() == ["X1"]
    assert rows["item"].tolist() == ["case_" + name for name in rows.index]


def test_thirty_cases_of_one_reviewer_have_wilson_s_limits():
    row = found(files.reviews(30, 14)).loc["improvable"]
    assert (row["conf_low"], row["conf_high"]) == pytest.approx([float(x) for x in wilson(14, 30)])
    assert "1 cluster:" in row["method"]


def test_cases_of_one_area_are_a_cluster_where_all_areas_are_pooled():
    areas = {"X1": 18, "X2": 2, "X3": 10, "X4": 4, "X5": 16}
    parts = [files.reviews(20, yes, area=area, name=area) for area, yes in areas.items()]
    row = found(pd.concat(parts), NATIONAL).loc["improvable"]
    deff = 1 + 19 * intraclass(np.array(list(areas.values())), np.full(5, 20))
    assert deff > 3
    limits = [float(x) for x in wilson(50 / deff, 100 / deff)]
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits)


def test_cases_that_one_reviewer_judged_alike_count_for_less():
    strict = files.reviews(12, 11, name="a", reviewer="a")
    mild = [files.reviews(12, yes, name=who, reviewer=who) for who, yes in [("b", 1), ("c", 2), ("d", 6)]]
    row = found(pd.concat([strict, *mild])).loc["improvable"]
    assert row["n_eff"] < 20
    assert row["conf_high"] - row["conf_low"] > np.diff(wilson(20, 48)).item()


def test_nothing_judged_leaves_reasons():
    rows = found(files.decided([("A", "", "", 3, 12)]))
    assert set(rows["reason"]) == {"n_lt_min"}
    assert rows["estimate"].isna().all()


def test_the_saving_is_that_of_settled_cases():
    cases = files.reviews(20, 10, possible=8, cost=900.0)
    cases.loc[cases["better_decision"].eq("other"), "cost_better"] = 400.0
    cases["cost"] += np.arange(20)
    row = found(cases).loc["saving_per_case"]
    assert row["estimate"] == pytest.approx((8 * 500 + sum(range(8))) / 20)


def test_cases_are_counted_once_and_reviewers_of_two_areas_are_two():
    both = pd.concat([files.shared([(True, False)]), files.reviews(3, 1, area="X2")])
    both.loc[both["case"].eq("c2"), "better_decision"] = ""
    rows = reviews.counted(both, area=NATIONAL).set_index("item")["estimate"]
    assert rows.to_dict() == {"case_reviewed": 3, "case_shared": 1, "case_reviewers": 3}


def test_agreement_is_of_cases_that_two_judged():
    mixed = pd.concat([files.shared([(True, False, True)]), files.reviews(5, 2)])
    rows = reviews.ratings(mixed)
    assert rows["rating"].tolist() == [2, 1, 2]
    assert set(rows["case"]) == {"s0"}
