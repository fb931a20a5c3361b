"""The change of an average, and how many points would show it."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from tracked_series import noise

from trustgap.stats.results import DETECTABLE
from trustgap.stats.tracking.autocorrelation import ar1
from trustgap.stats.tracking.average_change import average_change, drifts, points_needed


def series(values):
    return pd.DataFrame({"period": range(len(values)), "value": np.asarray(values, float)})


def only(values, **how):
    return average_change(series(values), **how).iloc[0]


def test_without_a_trend_it_is_the_difference_of_two_means():
    values = noise(1, 30) + np.where(np.arange(30) >= 12, 3, 0)
    row = only(values, at=12)
    assert row["estimate"] == pytest.approx(values[12:].mean() - values[:12].mean(), abs=1e-12)
    assert (row["n_before"], row["n_after"], row["reason"]) == (12, 18, "")


@pytest.mark.parametrize("related", [0.0, 0.5, -0.5])
def test_the_largest_of_three_standard_errors_is_taken(related):
    values = noise(2, 26, related=related)
    design = np.column_stack([np.ones(26), np.arange(26) >= 13]).astype(float)
    fit = sm.OLS(values, design).fit()
    robust = fit.get_robustcov_results("HAC", maxlags=1, use_correction=True).bse[1]
    errors = [fit.bse[1], robust, np.sqrt(ar1(values, design)[1][1, 1])]
    row = only(values, at=13)
    assert row["error"] == pytest.approx(max(errors), rel=1e-6)
    assert row["conf_high"] - row["estimate"] == pytest.approx(stats.t.ppf(0.975, 24) * max(errors), rel=1e-6)


def test_with_a_trend_it_is_the_mean_distance_from_the_line_before():
    values = noise(3, 28) + 0.3 * np.arange(28)
    before = np.polyfit(np.arange(12), values[:12], 1)
    distance = (values[12:] - np.polyval(before, np.arange(12, 28))).mean()
    assert only(values, at=12, trend=True)["estimate"] == pytest.approx(distance, abs=1e-9)


@pytest.mark.parametrize(
    ("before", "after", "reason"), [(7, 8, "few_points"), (8, 7, "few_points"), (8, 8, "")]
)
def test_it_needs_eight_points_on_either_side(before, after, reason):
    row = only(noise(4, before + after), at=before)
    assert row["reason"] == reason
    assert np.isnan(row["estimate"]) == bool(reason)


def test_missing_points_do_not_count():
    values = noise(5, 17)
    values[3] = np.nan
    assert only(values, at=9)["n_before"] == 8
    values[4] = np.nan
    assert only(values, at=9)["reason"] == "few_points"


@pytest.mark.parametrize("step", [0.0, 5.0])
def test_a_series_without_scatter_has_no_interval(step):
    row = only(np.where(np.arange(20) >= 10, step, 0.0) + 7, at=10)
    assert row["reason"] == "constant"
    assert np.isnan([row["conf_low"], row["conf_high"], row["p_value"]]).all()


def test_a_slope_before_the_date_is_a_drift_and_one_after_is_none():
    step = np.where(np.arange(24) >= 12, np.arange(24) - 12, 0)
    assert not drifts(series(noise(6, 24) + step), at=12)
    assert drifts(series(noise(6, 24) + 0.5 * np.arange(24)), at=12)


def test_the_points_needed_are_those_of_the_formula_for_two_means():
    values = noise(7, 20)
    spread = np.var(values[:12], ddof=1)
    enough = next(k for k in range(61) if DETECTABLE**2 * spread * (1 / 12 + 1 / (8 + k)) <= 1.2**2)
    assert points_needed(series(values), at=12, visible=1.2) == enough
    error = np.sqrt(spread * (1 / 12 + 1 / 8))
    assert points_needed(series(values), at=12, visible=1.2, error=error) == enough


def test_no_number_of_points_makes_up_for_a_short_time_before():
    assert np.isnan(points_needed(series(noise(8, 20)), at=7, visible=9.0))
    assert np.isnan(points_needed(series(noise(8, 20)), at=10, visible=0.1))


def test_at_least_eight_points_after_the_date_are_asked_for():
    assert points_needed(series(noise(9, 13)), at=12, visible=100.0) == 7
    assert points_needed(series(noise(9, 12)), at=12, visible=100.0) == 8
