"""Control charts and their rules."""

import golden
import numpy as np
import pandas as pd
import pytest

from trustgap.stats.tracking.spc import p_chart, xmr
from trustgap.stats.tracking.special_causes import RULES, special_causes


def series(values):
    return pd.DataFrame({"period": range(len(values)), "value": values})


def flagged(values, *, wanted="", centre=0.0, low=-3.0, high=3.0, **options):
    points = pd.DataFrame({"value": np.array(values, float), "centre": centre, "low": low, "high": high})
    return special_causes(points, wanted=wanted, **options)


def hit(chart, rule):
    return (np.flatnonzero(chart[rule]) + 1).tolist()


def delays(shared):
    data = pd.read_csv(shared / "data" / "england_dtoc_days_by_responsible_org.csv")
    return data[data["area"].eq("England")].sort_values("month").reset_index(drop=True)


def daily(shared):
    rows = delays(shared)
    days = pd.to_datetime(rows["month"]).dt.days_in_month
    return pd.DataFrame({"period": rows["month"], "value": rows["days_social_care"] / days})


@pytest.mark.parametrize(
    ("name", "part", "baseline"),
    [("all", slice(None), None), ("baseline24", slice(None), 24), ("last36", slice(69, None), None)],
)
def test_xmr_limits_of_delayed_transfers_match_r(shared, name, part, baseline):
    found = golden.case(shared, "12", "dtoc_england_social_care_daily")[name]
    chart = xmr(daily(shared).iloc[part], baseline=baseline)
    assert chart["value"].tolist() == pytest.approx(found["x"], abs=1e-8)
    assert chart["centre"].iloc[0] == pytest.approx(found["centre"], abs=1e-8)
    screened = found["mr_screened"]
    assert chart["mean_range"].iloc[0] == pytest.approx(screened["mr_bar"], abs=1e-8)
    limits = chart[["low", "high"]].iloc[-1].tolist()
    assert limits == pytest.approx([screened["lcl_2.66"], screened["ucl_2.66"]], abs=1e-8)
    assert not chart["trial"].any()


@pytest.mark.parametrize(
    ("name", "part"), [("all", slice(None)), ("baseline24", slice(None)), ("last36", slice(69, None))]
)
def test_rules_match_r_point_by_point(shared, name, part):
    found = golden.case(shared, "12", "dtoc_england_social_care_daily")[name]
    points = daily(shared).iloc[part].reset_index(drop=True)
    points = points.assign(centre=found["centre"], low=found["lcl_exact"], high=found["ucl_exact"])
    # The reference lets the third point lie anywhere; Making Data Count wants it on the same side.
    chart = special_causes(points, third_anywhere=True)
    expected = found["rules"]
    assert hit(chart, "outside") == expected["beyond_3sigma"]
    assert hit(chart, "shift") == expected["shift7"]
    assert hit(chart, "trend") == expected["trend7"]
    assert hit(chart, "two_of_three") == expected["two_of_three_beyond_2sigma"]
    assert set(hit(special_causes(points), "two_of_three")) <= set(expected["two_of_three_beyond_2sigma"])


@pytest.mark.parametrize("name", ["ae_type1_4h_breach", "dtoc_share_social_care"])
def test_p_and_laney_charts_match_r(shared, name):
    found = golden.case(shared, "12", name)
    if name == "ae_type1_4h_breach":
        data = pd.read_csv(shared / "data" / "nhs_england_ae_attendances.csv", dtype={"type": str})
        sums = data[data["type"].eq("1")].groupby("period")[["breaches", "attendances"]].sum()
        points = sums.reset_index().set_axis(["period", "numerator", "denominator"], axis=1)
    else:
        rows = delays(shared)
        whole = rows[["days_nhs", "days_social_care", "days_both"]].sum(axis=1)
        points = pd.DataFrame(
            {"period": rows["month"], "numerator": rows["days_social_care"], "denominator": whole}
        )
    chart = p_chart(points)
    assert chart["centre"].iloc[0] == pytest.approx(found["pbar"], abs=1e-10)
    assert chart["sigma_z"].iloc[0] == pytest.approx(found["laney_sigma_z_1.128"], rel=1e-10)
    assert set(chart["chart"]) == {"p_prime"}
    # R's limits have the exact constant 2/√π where convention has 1.128.
    ratio = found["laney_sigma_z_1.128"] / found["laney_sigma_z"]
    for column, theirs in (("low", "laney_lcl"), ("high", "laney_ucl")):
        expected = found["pbar"] + (np.array(found[theirs]) - found["pbar"]) * ratio
        assert chart[column].tolist() == pytest.approx(expected.tolist(), abs=1e-10)
    assert hit(chart, "outside") == found["out_laney"]


def test_a_share_that_varies_as_counting_allows_gets_a_plain_p_chart(shared):
    found = golden.case(shared, "12", "ae_type1_4h_breach")
    n = np.array(found["n"], float)[:20]
    points = pd.DataFrame({"period": range(20), "numerator": [30, 34] * 10, "denominator": [100, 110] * 10})
    chart = p_chart(points)
    centre = 640 / 2100
    assert set(chart["chart"]) == {"p"}
    assert chart["sigma_z"].iloc[0] < 1
    error = np.sqrt(centre * (1 - centre) / points["denominator"])
    assert chart["high"].tolist() == pytest.approx((centre + 3 * error).tolist(), abs=1e-12)
    # The same formula gives R's plain limits, which its own points leave nearly everywhere.
    plain = found["pbar"] + 3 * np.sqrt(found["pbar"] * (1 - found["pbar"]) / n)
    assert plain.tolist() == pytest.approx(found["ucl"][:20], abs=1e-10)


def test_rules_on_rows_worked_out_by_hand():
    assert hit(flagged([0.1, 3.0, 3.1, -3.2]), "outside") == [3, 4]
    assert hit(flagged([1, 1, 1, 1, 1, 1, 1, -1]), "shift") == [1, 2, 3, 4, 5, 6, 7]
    assert hit(flagged([1, 1, 1, 1, 1, 1, -1, 1]), "shift") == []
    assert hit(flagged([1, 1, 1, 0, 1, 1, 1, 1]), "shift") == [], "a point on the centre breaks a shift"
    assert hit(flagged([1, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.5]), "trend") == [2, 3, 4, 5, 6, 7, 8]
    assert hit(flagged([-0.6, -0.4, -0.2, 0, 0.2, 0.4]), "trend") == []
    assert hit(flagged([-0.6, -0.4, -0.2, -0.2, 0, 0.2, 0.4]), "trend") == [], "equal points are no trend"
    assert hit(flagged([2.1, 0.5, 2.1]), "two_of_three") == [1, 3]
    assert hit(flagged([2.1, -0.5, 2.1]), "two_of_three") == []
    assert hit(flagged([2.1, -0.5, 2.1], third_anywhere=True), "two_of_three") == [1, 3]
    assert hit(flagged([2.0, 0.5, 2.1]), "two_of_three") == [], "on the line is not beyond it"
    assert hit(flagged([2.1, 0.5, 0.5, 2.1]), "two_of_three") == []


def test_two_points_near_opposite_limits_are_ordinary():
    # NHSRplotthedots issue 143.
    assert flagged([2.5, -2.5, 0.1])["special"].eq("").all()


def test_a_falling_trend_above_the_mean_is_judged_by_its_direction():
    # NHSRplotthedots issues 167 (falling trends were missed) and 171 (coloured by side of the mean).
    values = [1.9, 1.6, 1.3, 1.0, 0.7, 0.4, 0.1]
    chart = flagged(values, wanted="up")
    assert set(chart["rule"]) == {"trend"}
    assert set(chart["special"]) == {"concern"}
    assert set(chart["shift"]) == {1}
    assert set(flagged(values, wanted="down")["special"]) == {"improvement"}
    assert set(flagged(values)["special"]) == {"low"}
    assert set(flagged([-value for value in values], wanted="up")["special"]) == {"improvement"}


def test_a_point_beyond_the_limit_counts_among_two_of_three():
    # NHSRplotthedots issues 153 and 194: the rule of the Making Data Count tools since the end of 2023.
    chart = flagged([3.2, 2.4, 0.3], wanted="down")
    assert chart["rule"].tolist() == ["outside", "two_of_three", ""]
    assert chart["special"].tolist() == ["concern", "concern", ""]


def test_mirrored_values_mirror_every_rule():
    random = np.random.default_rng(4)
    values = np.concatenate([random.normal(scale=1.6, size=200), np.linspace(-2, 2, 9)])
    one, other = flagged(values), flagged(-values)
    assert (one[list(RULES)] != 0).any().all()
    assert (one[list(RULES)] == -other[list(RULES)]).all(axis=None)


def test_a_missing_value_breaks_a_run_and_causes_no_flag():
    # NHSRplotthedots issue 156: a missing value made its neighbours special.
    values = [1, 1, 1, 1, np.nan, 1, 1, 1]
    assert flagged(values)["special"].eq("").all()
    chart = xmr(series([50, 52, np.nan, 49, 51] * 4))
    assert chart["moving_range"].isna().sum() == 1 + 4 + 4
    assert chart["special"].eq("").all()
    plain = np.abs(np.diff([50, 52])).mean()
    assert chart["moving_range"].min() == pytest.approx(1)
    assert plain == 2


def test_a_single_jump_does_not_widen_the_limits_that_should_show_it():
    values = [10, 12] * 10
    quiet, jumped = xmr(series(values)), xmr(series([*values[:-1], 60]))
    assert quiet["mean_range"].iloc[0] == jumped["mean_range"].iloc[0] == 2
    assert jumped["rule"].iloc[-1] == "outside"


@pytest.mark.parametrize(("n", "trial"), [(11, True), (12, False), (13, False)])
def test_fewer_than_twelve_points_give_trial_limits(n, trial):
    chart = xmr(series([10, 12, 11, 13] * 3 + [12])[:n])
    assert chart["trial"].tolist() == [trial] * n
    assert chart["low"].notna().all()
    hits = ([30, 35, 32, 34] * 3 + [31])[:n]
    shares = pd.DataFrame({"period": range(n), "numerator": hits, "denominator": 100})
    assert p_chart(shares)["trial"].tolist() == [trial] * n


def test_limits_are_frozen_after_the_baseline_and_new_at_a_declared_change():
    values = [10, 12, 11, 13] * 3 + [30, 32, 31, 33] * 3
    frozen = xmr(series(values), baseline=12)
    first = xmr(series(values[:12]))
    assert set(frozen["centre"]) == {11.5}
    assert frozen["high"].iloc[-1] == first["high"].iloc[0]
    assert frozen["rule"].iloc[12:].eq("outside").all()
    changed = xmr(series(values), baseline=12, changes=[12])
    assert changed["phase"].tolist() == [1] * 12 + [2] * 12
    assert changed["centre"].tolist() == [11.5] * 12 + [31.5] * 12
    assert changed["special"].eq("").all()
    assert np.isnan(changed["moving_range"].iloc[12]), "no moving range reaches into the next phase"


def test_no_rule_reaches_into_the_next_phase():
    values = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2]
    points = pd.DataFrame(
        {"value": values, "centre": 0.0, "low": -3.0, "high": 3.0, "phase": [1] * 4 + [2] * 4}
    )
    assert special_causes(points)["special"].eq("").all()


def test_points_that_do_not_vary_or_stand_alone_have_a_reason_and_no_limits():
    for values, reason in (([5] * 15, "constant"), ([5] * 14 + [9], "constant"), ([5], "n_lt_min")):
        chart = xmr(series(values))
        assert chart["reason"].eq(reason).all()
        assert chart[["low", "high"]].isna().all(axis=None)
        assert chart["special"].eq("").all()
    apart = xmr(series([1, np.nan, 2, np.nan, 3]))
    assert apart["reason"].eq("n_lt_min").all()
    empty = pd.DataFrame({"period": [1, 2], "numerator": [0, 0], "denominator": [0, 0]})
    assert p_chart(empty)["reason"].eq("n_lt_min").all()
    none = pd.DataFrame({"period": range(12), "numerator": 0, "denominator": 50})
    assert p_chart(none)["reason"].eq("constant").all()
    assert p_chart(none)["high"].isna().all()


def test_limits_of_a_share_stay_between_0_and_1_while_the_rules_see_the_sigma():
    points = pd.DataFrame({"period": range(14), "numerator": [1, 0] * 7, "denominator": 20})
    chart = p_chart(points)
    assert (chart["low"] == 0).all()
    # 0 is nearer to the limit that is cut off at 0 than two thirds of the way, but within two sigma.
    assert chart["two_of_three"].eq(0).all()


def test_wrong_input_is_named_and_the_input_stays():
    points = series([1, 2, 3])
    before = points.copy()
    xmr(points.iloc[::-1])
    pd.testing.assert_frame_equal(points, before)
    with pytest.raises(ValueError, match="occurs twice"):
        xmr(pd.concat([points, points]))
    with pytest.raises(ValueError, match="changes must be"):
        xmr(points, changes=[7])
    with pytest.raises(ValueError, match="at least 2"):
        xmr(points, baseline=1)
    with pytest.raises(ValueError, match="wanted must be"):
        xmr(points, wanted="sideways")


def test_false_alarms_of_a_steady_series_are_as_often_as_said():
    random = np.random.default_rng(8)
    alarms = [xmr(series(random.normal(size=24)))["special"].ne("").any() for _ in range(150)]
    # Simulated once: 19% of 2,000 charts; the standard error of 150 is 3 points.
    assert np.mean(alarms) == pytest.approx(0.19, abs=0.11)
