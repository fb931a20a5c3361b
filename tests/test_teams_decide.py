"""Teams on reablement, reviewers who agree, and what changed after joint reviews."""

import case_files as files
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.case_reviews.agreement import agreement, mapped
from trustgap.stats.case_reviews.crossover import crossover
from trustgap.stats.case_reviews.gaps import gap_change, gaps_change
from trustgap.stats.case_reviews.reviewers import agreed, agreement_change
from trustgap.stats.case_reviews.suitability import decisions, suitable, swapped
from trustgap.stats.counts import NATIONAL
from trustgap.stats.shares.intervals import newcombe

SWAPPED = [("A", "p", "", 21, 30), ("A", "q", "", 21, 30), ("B", "p", "", 3, 30), ("B", "q", "", 3, 30)]
MOVED = [
    ("A", "", "before", 14, 20),
    ("B", "", "before", 2, 20),
    ("A", "", "after", 10, 20),
    ("B", "", "after", 8, 20),
]


def areas(cells, many=8, wobble=2):
    """Repeat decisions over areas that differ a little."""
    parts = []
    for number in range(many):
        more = number % (wobble + 1)
        rows = [
            (team, people, period, yes + (team == "A") * more + (people == "q") * (more > 1), n)
            for team, people, period, yes, n in cells
        ]
        parts.append(files.decided(rows, area=f"X{number}"))
    return pd.concat(parts)


def test_a_decision_counts_once_however_many_judged_it_and_other_decisions_do_not():
    cases = pd.concat([files.decided(SWAPPED), files.decided(SWAPPED), files.reviews(9, 3)])
    assert len(decisions(cases)) == 120
    assert decisions(cases)["decision"].sum() == 48


def test_each_team_has_its_share_each_population_too_and_the_rows_after_a_change_stay_out():
    rows = suitable(pd.concat([files.decided(SWAPPED), files.decided(MOVED[2:])]), area="X1")
    shares = rows[rows["estimand"].eq("suitable_share")].set_index(["group_a", "group_b"])["estimate"]
    assert shares.round(9).to_dict() == {
        ("A", ""): 0.7,
        ("B", ""): 0.1,
        ("A", "p"): 0.7,
        ("A", "q"): 0.7,
        ("B", "p"): 0.1,
        ("B", "q"): 0.1,
    }
    pair = rows[rows["estimand"].eq("team_difference") & rows["item"].eq("case_reablement")].iloc[0]
    assert (pair["conf_low"], pair["conf_high"]) == pytest.approx([float(x) for x in newcombe(42, 60, 6, 60)])
    assert set(rows["item"]) == {"case_reablement", "case_swapped"}


def test_one_team_or_none_makes_no_comparison():
    alone = suitable(files.decided(SWAPPED[:2]), area="X1")
    assert set(alone["estimand"]) == {"suitable_share"}
    assert suitable(files.reviews(12, 3), area="X1").empty
    assert swapped(files.decided(SWAPPED[:3]).query("team == 'A'"), area="X1").empty
    assert swapped(files.decided([*SWAPPED, ("C", "p", "", 3, 9)]), area="X1").empty, "three teams"


def test_over_many_areas_the_team_is_told_from_the_people():
    rows = swapped(areas(SWAPPED), area=NATIONAL).set_index("estimand")
    assert rows["verdict"].to_dict()["team_difference"] == "higher"
    assert rows["verdict"].to_dict()["population_difference"] == "equivalent"
    assert rows.loc["team_difference", "material"]
    assert "8 clusters" in rows.loc["team_difference", "method"]


def test_clusters_give_the_interval_of_a_ratio_estimate_over_areas():
    data = decisions(areas(SWAPPED))
    row = crossover(data, cluster="area").iloc[0]
    # Every area has the same 30 decisions a cell, so that the contrast is the mean of the areas' contrasts.
    cells = data.groupby(["area", "team", "population"])["decision"].mean().astype(float)
    gaps = [
        np.mean([cells[area, "A", name] - cells[area, "B", name] for name in "pq"])
        for area in cells.index.unique("area")
    ]
    low, high = stats.t.interval(0.95, 7, np.mean(gaps), stats.sem(gaps))
    assert (row["estimate"], row["conf_low"], row["conf_high"]) == pytest.approx((np.mean(gaps), low, high))


def test_too_few_or_equal_areas_have_a_reason_and_no_interval():
    few = crossover(decisions(areas(SWAPPED, many=4)), cluster="area")
    assert few["reason"].eq("few_clusters").all()
    assert few["estimate"].notna().all()
    assert few["conf_low"].isna().all()
    same = crossover(decisions(areas(SWAPPED, wobble=0)), cluster="area")
    assert same["reason"].eq("constant").all()
    assert same["conf_low"].isna().all()


def test_no_reviewer_is_named_in_what_is_found_of_agreement():
    rows = agreed(files.shared([(True, True)] * 6 + [(False, False)] * 5 + [(True, False)] * 2), area="X1")
    assert rows["group_a"].eq("").all()
    assert rows["group_b"].eq("").all()
    found = rows.set_index("estimand")["estimate"]
    assert found["percent_agreement"] == pytest.approx(11 / 13)
    assert found["raters_differ"] == pytest.approx(2 / 13), "a says yes twice where b says no"
    assert agreed(files.reviews(9, 3), area="X1").empty


def test_areas_as_clusters_leave_the_coefficients_and_widen_their_limits():
    parts = []
    for number in range(10):
        pairs = [(True, True)] * 6 + [(False, False)] * 6 if number % 2 else [(True, False)] * 12
        parts.append(files.shared(pairs, name=f"s{number}", area=f"X{number}"))
    rows = agreed(pd.concat(parts), area=NATIONAL).set_index("estimand")
    assert "raters_differ" not in rows.index
    made = pd.concat(parts).assign(rater=lambda frame: frame["reviewer"])
    made["rating"] = np.where(made["better_decision"].eq("home"), 2, 1)
    plain = agreement(made[["case", "rater", "rating"]], categories=2).set_index("estimand")
    for name in ("percent_agreement", "gwet_ac", "fleiss_kappa", "krippendorff_alpha"):
        assert rows.loc[name, "estimate"] == pytest.approx(plain.loc[name, "estimate"])
        width = [part.loc[name, "conf_high"] - part.loc[name, "conf_low"] for part in (rows, plain)]
        # Cases of an area agree all or not at all: 10 areas tell what 10 cases would.
        assert 2.5 < width[0] / width[1] < 4
    # Wilson's limits at the base that the scatter of the ten areas allows, with their 9 degrees of freedom.
    # Each area lies 6 cases of 12 from the mean: variance 10 / 9 · Σ 6² / 120².
    base = 0.25 / (10 / 9 * 10 * 6**2 / 120**2)
    assert rows.loc["percent_agreement", "n_eff"] == pytest.approx(base)
    low, high = mapped(0.5, 0.0, base, df=9)
    assert rows.loc["percent_agreement", ["conf_low", "conf_high"]].tolist() == pytest.approx([low, high])
    few = agreement(made[made["area"].isin(["X0", "X1"])], categories=2, cluster="area")
    assert few["reason"].eq("few_clusters").all()


def agreeing(before, after, n=30):
    parts = [
        files.shared([(i % 2 == 0, (i % 2 == 0) ^ (i >= same)) for i in range(n)], name=period, period=period)
        for period, same in (("before", before), ("after", after))
    ]
    return pd.concat(parts)


@pytest.mark.parametrize(
    ("before", "after", "verdict"), [(15, 29, "higher"), (29, 15, "lower"), (22, 24, "inconclusive")]
)
def test_agreement_that_rose_is_told_from_agreement_that_fell(before, after, verdict):
    rows = agreement_change(agreeing(before, after), area="X1")
    assert rows["estimand"].tolist() == ["gwet_ac", "gwet_ac", "agreement_change"]
    assert rows["verdict"].tolist() == ["", "", verdict]
    change = rows.iloc[2]
    assert change["estimate"] == pytest.approx(rows["estimate"].iloc[1] - rows["estimate"].iloc[0])
    assert change["conf_low"] < change["estimate"] < change["conf_high"]


def test_agreement_in_one_period_only_is_no_change():
    assert agreement_change(files.shared([(True, True)] * 12, period="before"), area="X1").empty
    few = agreement_change(agreeing(5, 9, n=9), area="X1").iloc[2]
    assert few["reason"] == "n_lt_min"
    assert np.isnan(few["conf_low"])


def test_a_gap_that_closes_is_narrower_whatever_the_teams_are_called():
    rows = gap_change(files.decided(MOVED), area="X1")
    assert rows["estimate"].tolist() == pytest.approx([0.6, 0.1, -0.5])
    assert rows["verdict"].iloc[2] == "lower"
    named = {"A": "Z", "B": "B"}
    turned = gap_change(files.decided([(named[team], *rest) for team, *rest in MOVED]), area="X1")
    columns = ["estimate", "conf_low", "conf_high", "verdict"]
    pd.testing.assert_frame_equal(rows[columns], turned[columns])
    assert turned["group_a"].tolist() == ["Z"] * 3
    back = {"before": "after", "after": "before"}
    wider = gap_change(files.decided([(a, b, back[period], *n) for a, b, period, *n in MOVED]), area="X1")
    assert wider["verdict"].iloc[2] == "higher"
    assert gap_change(files.decided(MOVED[:3]), area="X1").empty


def test_over_areas_a_gap_that_is_gone_is_narrower_and_one_that_stays_is_not():
    closed = gaps_change(areas(MOVED)).iloc[0]
    assert (closed["verdict"], closed["reason"]) == ("lower", "")
    assert -0.75 < closed["conf_low"] < closed["estimate"] < closed["conf_high"] < -0.3
    stays = [
        (team, "", period, {"A": 14, "B": 2}[team], 20) for period in ("before", "after") for team in "AB"
    ]
    same = gaps_change(areas(stays)).iloc[0]
    assert same["conf_low"] < 0 < same["conf_high"]
    # Squared gaps less p (1 − p) / (n − 1) of either team; after the change chance explains all of it.
    equal = gaps_change(areas(MOVED, many=6, wobble=0)).iloc[0]
    assert equal["estimate"] == pytest.approx(-np.sqrt(0.6**2 - (0.7 * 0.3 + 0.1 * 0.9) / 19))
    assert equal["reason"] == "constant"
    assert gaps_change(areas(MOVED, many=3))["reason"].tolist() == ["few_clusters"]
    assert gaps_change(areas(MOVED[:3])).empty


def test_gaps_that_are_chance_alone_do_not_grow_with_few_decisions():
    random = np.random.default_rng(5)
    cells = [(team, "", period) for period in ("before", "after") for team in "AB"]
    parts = [
        files.decided([(*cell, random.binomial(12, 0.4), 12) for cell in cells], area=f"X{number}")
        for number in range(60)
    ]
    row = gaps_change(pd.concat(parts)).iloc[0]
    # Chance alone makes gaps of some 20 points between two teams of 12 decisions.
    assert "60 areas" in row["method"]
    assert row["conf_low"] < 0 < row["conf_high"]
