"""Linear trend: the same as the library's model, and refused where no slope exists."""

import golden
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats

from trustgap.stats.change.slopes import BINOMIAL, WAVES, trend

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"], "block": ["trust"]}, index=["q"])
TIMES = {"1": 2015.0, "2": 2016.0, "3": 2018.0, "4": 2019.0}


def cells(x, n, group="a", area="X1", waves=TIMES):
    x, n = np.asarray(x), np.asarray(n)
    return pd.DataFrame(
        {"area": area, "wave": list(waves)[: len(x)], "group": group, "item": "q", 1: n - x, 2: x}
    )


def pick(rows, group, method):
    return rows[rows["group_a"].eq(group) & rows["method"].eq(method)].iloc[0]


def test_the_test_of_one_group_is_the_trend_test_of_r(shared):
    stored = golden.case(shared, "05", "gss_conmedic_top_trend_2006_2010")
    times = {str(year): year for year in stored["score"]}

    row = pick(trend(cells(stored["x"], stored["n"], waves=times), ITEMS, times), "a", BINOMIAL)

    assert row["p_value"] == pytest.approx(stored["prop.trend.test"]["p"], abs=1e-8)
    # R's slope of 0.0089 per year, carried over four years from the fitted first share.
    slope, x, n = stored["logit"]["slope"], np.array(stored["x"]), np.array(stored["n"])
    design = sm.add_constant(np.array(stored["score"]) - 2008.0)
    fit = sm.GLM(np.column_stack([x, n - x]), design, family=sm.families.Binomial()).fit(tol=1e-14)
    assert fit.params[1] == pytest.approx(slope, abs=1e-6)
    assert row["estimate"] == pytest.approx(np.diff(fit.fittedvalues[[0, -1]])[0], abs=1e-10)


def test_change_and_interval_equal_those_of_statsmodels_with_groups_and_a_missing_wave():
    x = {"a": [30, 35, 0, 60], "b": [80, 70, 60, 50]}
    n = {"a": [60, 62, 0, 90], "b": [100, 100, 90, 95]}
    data = pd.concat([cells(x[g], n[g], g) for g in "ab"], ignore_index=True)
    t = np.array(list(TIMES.values()))
    design = np.array([[g == "a", g == "b", at] for g in "ab" for at in t], float)
    hits, base = np.array([*x["a"], *x["b"]]), np.array([*n["a"], *n["b"]])
    used = base > 0
    fit = sm.GLM(
        np.column_stack([hits, base - hits])[used],
        design[used] - [0, 0, 2017],
        family=sm.families.Binomial(),
    ).fit(tol=1e-14)
    mix = np.array([sum(n["a"]), sum(n["b"])]) / base.sum()
    ends = [np.array([[1, 0, at], [0, 1, at]]) for at in (t[0] - 2017, t[-1] - 2017)]
    p = [special.expit(end @ fit.params) for end in ends]
    gradient = sum(
        sign * ((mix * q * (1 - q))[:, None] * end).sum(axis=0)
        for sign, q, end in zip((-1, 1), p, ends, strict=True)
    )
    error = np.sqrt(gradient @ fit.cov_params() @ gradient)

    row = pick(trend(data, ITEMS, TIMES), "all", BINOMIAL)

    estimate = mix @ (p[1] - p[0])
    assert row["estimate"] == pytest.approx(estimate, abs=1e-9)
    assert row["conf_low"] == pytest.approx(estimate - stats.norm.ppf(0.975) * error, abs=1e-8)
    assert row["mde80"] == pytest.approx((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * error, abs=1e-8)
    assert "sampling error only" in row["method"]
    assert row["wave"] == "1/4"


@pytest.mark.parametrize(
    ("x", "scattered"),
    [([30, 45, 40, 66], True), ([30, 38, 48, 58], False)],
    ids=["waves scatter more than sampling", "waves scatter less than sampling"],
)
def test_the_second_row_is_the_wider_of_two_weighted_least_squares(x, scattered):
    x, n, t = np.array(x), np.array([60, 70, 80, 90]), np.array(list(TIMES.values()))
    logit, weight = np.log((x + 0.5) / (n - x + 0.5)), 1 / (1 / (x + 0.5) + 1 / (n - x + 0.5))
    model = sm.WLS(logit, sm.add_constant(t - 2017), weights=weight)
    seen = model.fit(use_t=True)
    assumed = model.fit(use_t=False, cov_type="fixed scale", cov_kwds={"scale": 1.0})
    assert (seen.scale > 1) == scattered
    p = special.expit(seen.fittedvalues[[0, -1]])
    gradient = (p * (1 - p))[:, None] * model.exog[[0, -1]]
    gradient = gradient[1] - gradient[0]
    errors = [np.sqrt(gradient @ fit.cov_params() @ gradient) for fit in (seen, assumed)]
    half = max(stats.t.ppf(0.975, 2) * errors[0], stats.norm.ppf(0.975) * errors[1])
    p_value = max(seen.pvalues[1], assumed.pvalues[1])

    rows = trend(cells(x, n), ITEMS, TIMES)

    for group in ("a", "all"):
        row = pick(rows, group, WAVES)
        assert row["p_value"] == pytest.approx(p_value, rel=1e-8)
        assert row["estimate"] == pytest.approx(p[1] - p[0], abs=1e-10)
        assert row["conf_low"] == pytest.approx(p[1] - p[0] - half, abs=1e-10)
        assert row["conf_high"] == pytest.approx(min(p[1] - p[0] + half, 1), abs=1e-10)


def test_waves_that_lie_on_a_line_by_luck_are_no_more_certain_than_their_samples():
    # Shares of one half throughout: the line fits without any residual, and yet 399 answers are 399 answers.
    row = pick(trend(cells([199.5] * 3, [399] * 3), ITEMS, TIMES), "a", WAVES)

    # Logit variance 4/400 at times -4/3, -1/3, 5/3 from their mean: slope variance 0.01/(14/3), over 3 years.
    half = stats.norm.ppf(0.975) * 0.25 * 3 * np.sqrt(0.01 / (14 / 3))
    assert (row["reason"], row["estimate"]) == ("", pytest.approx(0, abs=1e-12))
    assert row["conf_high"] == pytest.approx(half, abs=1e-10)
    assert row["p_value"] == pytest.approx(1, abs=1e-10)


def test_all_areas_at_once_give_what_each_gives_alone():
    rng = np.random.default_rng(3)
    frames = []
    for area in ("X1", "X2", "X3"):
        for group in "ab":
            n = rng.integers(5, 60, 4)
            frames.append(cells(rng.binomial(n, 0.5), n, group, area))
    together = trend(pd.concat(frames, ignore_index=True), ITEMS, TIMES)

    alone = trend(pd.concat(frames[2:4], ignore_index=True), ITEMS, TIMES)

    numbers = ["estimate", "conf_low", "conf_high", "p_value", "p_adjusted", "mde80"]
    there = together[together["area"].eq("X2")].reset_index(drop=True)[numbers]
    pd.testing.assert_frame_equal(there, alone[numbers], rtol=1e-8)


@pytest.mark.parametrize(
    ("x", "n", "reason"),
    [
        ([5, 6], [10, 10], "few_waves"),
        ([5, 0, 6], [10, 0, 10], "few_waves"),
        ([0, 0, 0], [10, 9, 8], "constant"),
        ([10, 9, 8], [10, 9, 8], "constant"),
        ([0, 4, 8], [10, 9, 8], "separated"),
        ([10, 9, 0], [10, 9, 8], "separated"),
        ([0, 1, 2, 8], [10, 9, 8, 8], ""),
        ([1, 0, 0], [10, 9, 8], "separated"),
        ([0, 1, 0], [1, 1, 1], ""),
    ],
)
def test_a_slope_that_does_not_exist_is_refused_with_a_reason(x, n, reason):
    row = pick(trend(cells(x, n), ITEMS, TIMES), "a", BINOMIAL)

    assert row["reason"] == reason
    assert np.isnan(row["estimate"]) == (reason != "")


def test_groups_separated_in_opposite_directions_have_a_slope():
    data = pd.concat(
        [cells([0, 4, 8], [10, 9, 8], "a"), cells([10, 5, 0], [10, 9, 8], "b")], ignore_index=True
    )

    row = pick(trend(data, ITEMS, TIMES), "all", BINOMIAL)

    assert row["reason"] == ""
    assert abs(row["estimate"]) < 0.2


def test_an_item_that_may_not_be_compared_is_refused_and_times_must_be_known():
    data = cells([5, 6, 7], [10, 10, 10])
    assert set(trend(data, ITEMS, TIMES, comparable={"q": ["1", "2"]})["reason"]) == {"not_comparable"}
    with pytest.raises(KeyError, match="3"):
        trend(data, ITEMS, {"1": 1.0, "2": 2.0})


def test_mirrored_answers_mirror_the_trend():
    x, n = np.array([30, 45, 40, 66]), np.array([60, 70, 80, 90])
    there, back = (pick(trend(cells(hits, n), ITEMS, TIMES), "a", BINOMIAL) for hits in (x, n - x))

    assert back["estimate"] == pytest.approx(-there["estimate"], abs=1e-10)
    assert back["conf_low"] == pytest.approx(-there["conf_high"], abs=1e-9)
    assert back["p_value"] == pytest.approx(there["p_value"], rel=1e-9)


def test_without_a_trend_the_interval_covers_zero_as_often_as_it_says():
    rng, reps = np.random.default_rng(5), 2000
    n = np.array([40, 60, 50, 45])
    frames = []
    for group, chance in (("a", 0.5), ("b", 0.7)):
        x = rng.binomial(n, chance, (reps, 4))
        frames += [cells(row, n, group, f"A{i:04d}") for i, row in enumerate(x)]
    rows = trend(pd.concat(frames, ignore_index=True), ITEMS, TIMES)
    whole = rows[rows["group_a"].eq("all")]

    band = 3 * np.sqrt(0.05 * 0.95 / reps)
    p = {method: whole.loc[whole["method"].eq(method), "p_value"] for method in (BINOMIAL, WAVES)}
    assert (p[BINOMIAL] < 0.05).mean() == pytest.approx(0.05, abs=band)
    # Where nothing moves whole waves, the wider of two makes the second test cautious.
    assert (p[WAVES] < 0.05).mean() < 0.05 + band


def test_where_whole_waves_move_the_second_test_keeps_its_level_and_the_first_does_not():
    rng, reps = np.random.default_rng(9), 2000
    x = rng.binomial(5000, special.expit(rng.normal(0, 0.35, (reps, 4))))
    frames = [cells(row, np.full(4, 5000), area=f"A{i:04d}") for i, row in enumerate(x)]
    rows = trend(pd.concat(frames, ignore_index=True), ITEMS, TIMES)
    rate = rows[rows["group_a"].eq("all")].assign(hit=lambda r: r["p_value"] < 0.05).groupby("method")["hit"]

    assert rate.mean()[WAVES] == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / reps))
    assert rate.mean()[BINOMIAL] > 0.2
