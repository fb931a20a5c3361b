"""The rule for whether an intervention made a difference."""

import numpy as np
import pandas as pd
import pytest
from tracked_series import begun, elsewhere, metric, months, noise

from trustgap.stats.tracking.decisions import decide

NULL = noise(11, 24)
DROP = np.where(np.arange(24) >= 12, -3.0, 0.0)


def judged(*frames, **how):
    """Give the row of the change of the only metric."""
    rows = decide(pd.concat(frames), **how)
    return rows[rows["estimand"].str.endswith("_change")].iloc[0]


def dated(rows, estimand):
    return rows.loc[rows["estimand"].eq(estimand), "estimate"].tolist()


def test_a_signal_and_a_clear_change_beyond_comparison_areas_are_a_difference():
    row = judged(begun(20 + NULL + DROP, 12), elsewhere(20 + noise(12, 24) / 5))
    assert (row["verdict"], row["reason"]) == ("difference", "")
    assert row["method"].startswith("beyond 20 comparison areas; 12 points before, 12 after; signal")
    assert row["conf_low"] < -3 < row["conf_high"]


def test_a_change_that_all_areas_share_is_no_difference():
    shared = 20 + DROP
    row = judged(begun(shared + NULL, 12), elsewhere(shared + noise(12, 24) / 5))
    assert row["verdict"] == "no_difference"


def test_a_move_the_other_way_is_no_difference_and_says_so():
    row = judged(begun(20 + NULL - DROP, 12), elsewhere(20 + noise(12, 24) / 5))
    assert (row["verdict"], row["reason"]) == ("no_difference", "against")


def test_the_wanted_direction_decides_what_is_an_improvement():
    up = judged(begun(20 + NULL - DROP, 12, wanted="up"), elsewhere(20 + noise(12, 24) / 5, wanted="up"))
    assert up["verdict"] == "difference"


@pytest.mark.parametrize(
    ("at", "count", "reason"), [(12, 19, "few_points"), (12, 12, "few_points"), (7, 24, "few_before")]
)
def test_without_eight_figures_on_either_side_nothing_is_said(at, count, reason):
    row = judged(begun((20 + NULL + DROP)[:count], at), elsewhere((20 + noise(12, 24))[:count]))
    assert (row["verdict"], row["reason"]) == ("too_early", reason)
    assert np.isnan(row["conf_low"])


def test_when_it_can_be_said_is_at_least_the_eighth_figure_after():
    rows = decide(pd.concat([begun((20 + NULL)[:14], 12), elsewhere((20 + noise(12, 24) / 5)[:14])]))
    eighth = int(months(20)[-1].replace("-", ""))
    assert dated(rows, "say_from")[0] >= eighth


def test_what_no_later_figure_can_mend_has_no_date():
    rows = decide(begun(20 + NULL, 7))
    assert dated(rows, "say_from") == []


def test_an_area_that_moved_away_before_the_date_is_not_judged():
    away = -0.6 * np.arange(24)
    row = judged(begun(40 + NULL + away, 12), elsewhere(20 + noise(12, 24) / 5))
    assert (row["verdict"], row["reason"]) == ("too_early", "drift")


def test_without_comparison_areas_the_line_before_is_carried_on():
    slope = -0.6 * np.arange(24)
    row = judged(begun(40 + noise(14, 24) + slope, 12))
    assert row["verdict"] != "difference"
    assert row["method"].startswith("no comparison areas, line before carried on")


def test_a_figure_that_never_varies_says_nothing():
    row = judged(begun([5.0] * 24, 12))
    assert (row["verdict"], row["reason"]) == ("too_early", "unchanging")


def test_a_clear_but_small_change_of_a_share_is_a_difference_that_is_not_material():
    base = np.full(30, 20_000)
    hits = 4000 + np.round(60 * noise(3, 30)) - np.where(np.arange(30) >= 15, 400, 0)
    plain = 40_000 + np.round(60 * noise(4, 30))
    facts = {"intervention": "rounds", "intervention_date": months(16)[-1]}
    other = metric(hits=plain, base=base * 10, area="national").assign(areas=20)
    row = judged(metric(hits=hits, base=base, **facts), other)
    assert (row["verdict"], bool(row["material"])) == ("difference", False)
    assert (row["n_a"], row["n_b"]) == (300_000, 300_000)
    assert judged(metric(hits=hits, base=base, **facts), other, margin=0.01)["material"]


def test_a_clear_change_without_a_signal_on_the_chart_is_not_yet_a_difference():
    swing = np.tile([0.42, 0.58], 24) - np.where(np.arange(48) >= 24, 0.075, 0.0)
    facts = {"intervention": "rounds", "intervention_date": months(25)[-1], "base": np.full(48, 10_000)}
    other = metric(hits=5000 + np.round(10 * noise(12, 48)), base=np.full(48, 10_000), area="national")
    row = judged(metric(hits=np.round(10_000 * swing), **facts), other.assign(areas=20))
    assert row["conf_high"] < 0
    assert (row["verdict"], row["reason"]) == ("too_early", "no_signal")


def test_a_change_worth_having_that_cannot_be_ruled_out_is_not_yet_none():
    own = (20 + NULL)[:16] - np.where(np.arange(16) >= 8, 0.5, 0.0)
    row = judged(begun(own, 8), elsewhere((20 + noise(12, 24) / 5)[:16]))
    assert -0.8 < row["estimate"] < 0
    assert (row["verdict"], row["reason"]) == ("too_early", "not_clear")


def test_the_averages_before_and_after_are_of_the_periods_that_are_compared():
    own, other = 20 + NULL + DROP, 20 + noise(12, 24) / 5
    own[:4] += 9
    rows = decide(pd.concat([begun(own, 12), elsewhere(other).iloc[4:]]))
    told = rows.set_index("estimand")["estimate"]
    assert told["metric_value_before"] == pytest.approx(own[4:12].mean())
    scale = own[4:12].mean() / other[4:12].mean()
    assert told["metric_value_elsewhere"] == pytest.approx(scale * (other[12:].mean() - other[4:12].mean()))
    moved = told["metric_value_after"] - told["metric_value_before"] - told["metric_value_elsewhere"]
    assert told["metric_value_change"] == pytest.approx(moved)


def test_the_base_of_a_change_counts_the_periods_that_are_compared():
    base = np.arange(100.0, 124)
    own = metric(hits=base / 4 + NULL, base=base, intervention="rounds", intervention_date=months(13)[-1])
    other = metric(hits=base / 4 - NULL, base=base, area="national").assign(areas=20).iloc[3:]
    row = judged(own, other)
    assert (row["n_b"], row["n_a"]) == (base[3:12].sum(), base[12:].sum())


def test_areas_of_different_size_are_compared_in_proportion():
    shared = np.where(np.arange(24) >= 12, 0.8, 1.0)
    row = judged(begun(200 * shared + 2 * NULL, 12), elsewhere(20 * shared + noise(12, 24) / 50))
    assert row["verdict"] == "no_difference"
    assert abs(row["estimate"]) < 3


def test_tests_of_one_kind_of_measure_of_one_intervention_are_adjusted_together():
    rows = [begun(20 + noise(20 + n, 24) + DROP / 3, 12, name=f"m{n}") for n in range(3)]
    lone = judged(rows[0])
    found = decide(pd.concat([*rows, begun(20 + NULL, 12, name="p", kind="process")]))
    found = found[found["estimand"].str.endswith("_change")].set_index("item")
    assert found.loc["m0", "p_adjusted"] >= lone["p_adjusted"]
    assert found.loc["p", "p_adjusted"] == found.loc["p", "p_value"]


def test_an_intervention_is_judged_by_its_outcomes_and_never_by_what_may_suffer():
    other = [elsewhere(20 + noise(12, 24) / 5, name=name) for name in ("o", "p", "b")]
    outcome = begun(20 + NULL, 12, name="o")
    process = begun(20 + NULL + DROP, 12, name="p", kind="process")
    balancing = begun(20 + NULL + DROP, 12, name="b", kind="balancing")
    both = decide(pd.concat([outcome, process, balancing, *other])).set_index("estimand")
    assert both.loc["intervention", "verdict"] == "no_difference"
    only = decide(pd.concat([process, balancing, *other])).set_index("estimand")
    assert (only.loc["intervention", "verdict"], only.loc["intervention", "target"]) == (
        "difference",
        "process",
    )
    none = decide(pd.concat([balancing, *other])).set_index("estimand")
    assert (none.loc["intervention", "verdict"], none.loc["intervention", "target"]) == ("too_early", "")


def test_an_intervention_needs_a_wanted_direction():
    with pytest.raises(ValueError, match="wanted direction"):
        decide(begun(20 + NULL, 12, wanted=""))


def test_where_nothing_was_tried_there_are_no_rows():
    assert decide(metric(NULL)).empty


def many(count, *, related=0.0, step=0.0):
    """Judge one metric of many areas beside the same comparison areas."""
    drop = np.where(np.arange(24) >= 12, step, 0.0)
    own = [
        begun(20 + noise(1000 + seed, 24, related=related) + drop, 12, area=f"X{seed}")
        for seed in range(count)
    ]
    rows = decide(pd.concat([*own, elsewhere(20 + noise(9, 24) / 10)], ignore_index=True))
    return rows.loc[rows["estimand"].eq("metric_value_change"), "verdict"].tolist()


@pytest.mark.parametrize("related", [0.0, 0.4])
def test_steady_series_are_seldom_called_a_difference(related):
    # 2.5% is the aim and at most 4% was found over 200 series; then more than 8 of 100 has a chance below 2%.
    assert many(100, related=related).count("difference") <= 8


def test_a_change_of_two_sigma_is_mostly_found_beside_comparison_areas():
    assert many(40, step=-2.0).count("difference") >= 34
