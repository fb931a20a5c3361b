"""Interrupted series."""

import golden
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trustgap.stats.tracking.autocorrelation import ar1, newey_west
from trustgap.stats.tracking.series import interrupted, segments


def series(values):
    return pd.DataFrame({"period": range(len(values)), "value": values})


def bent(n=32, at=16, level=0.0, slope=0.0, seed=1, noise=1.0):
    time = np.arange(n, dtype=float)
    jump = np.where(time >= at, level + slope * (time - at + 1), 0)
    return series(50 + 0.2 * time + jump + np.random.default_rng(seed).normal(scale=noise, size=n))


def delayed(shared):
    found = golden.case(shared, "12", "dtoc_england_social_care_daily")["its_2017_03"]
    y = np.array(found["y"])
    return found, y, segments(np.arange(1.0, len(y) + 1), found["t0"])


def test_segmented_regression_with_newey_and_west_s_errors_matches_r(shared):
    found, y, design = delayed(shared)
    for adjust, name in ((False, "newey_west_lag3_noadj"), (True, "newey_west_lag3_adj")):
        coefficients, covariance = newey_west(y, design, lag=3, adjust=adjust)
        assert coefficients.tolist() == pytest.approx(list(found["ols"]["coef"].values()), abs=1e-8)
        assert np.sqrt(np.diag(covariance)).tolist() == pytest.approx(list(found[name].values()), abs=1e-8)


def test_errors_at_lag_one_are_statsmodels(shared):
    _, y, design = delayed(shared)
    fit = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True})
    assert newey_west(y, design)[1] == pytest.approx(fit.cov_params(), rel=1e-8)


def test_errors_that_follow_the_one_before_match_nlme(shared):
    found, y, design = delayed(shared)
    expected = found["gls_ar1_ml"]
    coefficients, covariance, phi = ar1(y, design, restricted=False)
    assert coefficients.tolist() == pytest.approx(list(expected["coef"].values()), rel=1e-6)
    assert np.sqrt(np.diag(covariance)).tolist() == pytest.approx(list(expected["se"].values()), rel=1e-5)
    assert phi == pytest.approx(expected["phi"], abs=1e-6)


def test_restricted_likelihood_finds_nlme_s_jump_near_a_unit_root(shared):
    # nlme stops at φ = 0.99999, beyond where the search here ends; the jump hardly depends on it.
    found, y, design = delayed(shared)
    expected = found["gls_ar1_reml"]
    coefficients, covariance, phi = ar1(y, design)
    assert phi > 0.999
    assert coefficients[2] == pytest.approx(expected["coef"]["lev"], rel=0.01)
    assert np.sqrt(covariance[2, 2]) == pytest.approx(expected["se"]["lev"], rel=0.01)


@pytest.mark.parametrize("gone", [[], [4, 5, 13]])
def test_restricted_likelihood_is_that_of_its_definition(gone):
    random = np.random.default_rng(3)
    n = 20 + len(gone)
    whole, every = random.normal(size=n).cumsum(), segments(np.arange(1.0, n + 1), n // 2)
    whole[gone] = np.nan
    coefficients, covariance, phi = ar1(whole, every)
    place = np.flatnonzero(~np.isnan(whole))
    y, design = whole[place], every[place]

    def loss(value):
        v = value ** np.abs(np.subtract.outer(place, place)) / (1 - value**2)
        inverse = np.linalg.inv(v)
        information = design.T @ inverse @ design
        beta = np.linalg.solve(information, design.T @ inverse @ y)
        rest = y - design @ beta
        parts = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
        return 16 * np.log(rest @ inverse @ rest) + parts, beta, information, rest @ inverse @ rest / 16

    grid = np.linspace(-0.9, 0.98, 400)
    assert loss(phi)[0] <= min(loss(value)[0] for value in grid) + 1e-9
    _, beta, information, variance = loss(phi)
    assert coefficients.tolist() == pytest.approx(beta.tolist(), rel=1e-7)
    assert covariance == pytest.approx(variance * np.linalg.inv(information), rel=1e-7)


def test_a_series_without_scatter_or_too_short_has_a_reason_and_no_numbers():
    for values, at, reason in ((np.arange(20.0), 10, "constant"), (range(15), 8, "few_points")):
        rows = interrupted(series(list(values)), at=at)
        assert rows["reason"].eq(reason).all()
        assert rows[["estimate", "conf_low", "p_value"]].isna().all(axis=None)
        assert rows["verdict"].eq("").all()
    assert interrupted(bent(16, 8), at=8)["reason"].ne("few_points").all()
    gap = bent(16, 8)
    gap.loc[3, "value"] = np.nan
    assert interrupted(gap, at=8)["n_b"].unique().tolist() == [7]


def test_a_jump_and_a_bend_are_found_and_the_last_point_follows_from_them():
    rows = interrupted(bent(level=-8, slope=-0.5), at=16).set_index("estimand")
    assert rows.loc["level_change", "conf_low"] < -8 < rows.loc["level_change", "conf_high"]
    assert rows.loc["slope_change", "conf_low"] < -0.5 < rows.loc["slope_change", "conf_high"]
    assert rows.loc[["level_change", "slope_change", "change_at_end"], "verdict"].tolist() == ["lower"] * 3
    end = rows.loc["level_change", "estimate"] + 16 * rows.loc["slope_change", "estimate"]
    assert rows.loc["change_at_end", "estimate"] == pytest.approx(end)
    assert rows["n_a"].unique().tolist() == rows["n_b"].unique().tolist() == [16]


def test_limits_are_never_narrower_than_least_squares():
    points = bent(seed=5)
    design = segments(np.arange(1.0, 33), 16)
    fit = sm.OLS(points["value"].to_numpy(), design).fit()
    rows = interrupted(points, at=16).set_index("estimand")
    for name, place in (("slope_before", 1), ("level_change", 2), ("slope_change", 3)):
        low, high = fit.conf_int()[place]
        assert rows.loc[name, "conf_low"] <= low + 1e-9
        assert rows.loc[name, "conf_high"] >= high - 1e-9


def test_a_change_that_only_one_model_finds_is_inconclusive(shared):
    # Delayed transfers from April 2017: both models have the slope fall; they disagree about the jump.
    found, y, _ = delayed(shared)
    rows = interrupted(series(y), at=found["t0"]).set_index("estimand")
    assert rows.loc["level_change", "estimate"] > 0 > rows.loc["level_change_ar1", "estimate"]
    assert rows.loc["slope_change", "verdict"] == rows.loc["slope_change_ar1", "verdict"] == "lower"
    random = np.random.default_rng(0)
    splits = 0
    for _ in range(10):
        rows = interrupted(series(random.normal(size=40).cumsum()), at=20)
        first, check = rows["verdict"][:4].to_numpy(), rows["verdict"][4:].to_numpy()
        split = rows["reason"][:4].eq("models_disagree").to_numpy()
        splits += split.sum()
        assert (first[split] == "inconclusive").all()
        assert (first[~split] == check[~split]).all()
    assert splits > 0


def test_a_missing_point_is_left_out_of_the_rows():
    points = bent(seed=2)
    missing = points.assign(value=points["value"].where(points["period"] != 5))
    assert interrupted(missing, at=16)[["n_a", "n_b"]].iloc[0].tolist() == [16, 15]
    # Without relation between errors a point left out is a point that was never there.
    y, design = missing["value"].to_numpy(), segments(np.arange(1.0, 33), 16)
    there = ~np.isnan(y)
    expected = sm.OLS(y[there], design[there]).fit(cov_type="HC1")
    coefficients, covariance = newey_west(y, design, lag=0)
    assert coefficients.tolist() == pytest.approx(expected.params.tolist())
    assert covariance == pytest.approx(expected.cov_params())


def test_wrong_periods_are_named_and_the_input_stays():
    points = bent()
    before = points.copy()
    interrupted(points.iloc[::-1], at=16)
    pd.testing.assert_frame_equal(points, before)
    with pytest.raises(ValueError, match="at must be a period"):
        interrupted(points, at=99)
    with pytest.raises(ValueError, match="occurs twice"):
        interrupted(pd.concat([points, points]), at=16)
