"""Spread between areas against metafor, and shrinkage."""

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from trustgap.stats.between_areas.heterogeneity import random_effects, shrunken, spread

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"]}, index=["q"])
CASE = "nhs_burnout_community_trusts_2023_PLO"


def cells(x, n):
    x, n = np.asarray(x), np.asarray(n)
    areas = [f"A{i:02d}" for i in range(len(x))]
    return pd.DataFrame({"area": areas, "wave": "1", "group": "a", "item": "q", 1: n - x, 2: x})


def test_the_model_equals_that_of_metafor(shared):
    stored = golden.entry(shared, "09", CASE)
    reference = stored["result"]["PM"]

    fit = random_effects(stored["x"], stored["n"])

    # statsmodels stops its Paule-Mandel iteration at 1e-5 of the estimating equation: 1e-8 in tau2.
    assert fit["tau2"] == pytest.approx(reference["tau2"], abs=1e-7)
    assert fit["mean"] == pytest.approx(reference["b"], abs=1e-8)
    assert fit["se"] == pytest.approx(reference["se"], abs=1e-7)
    assert fit["se_hk"] == pytest.approx(reference["hksj"]["se"], abs=1e-8)
    assert fit["q"] == pytest.approx(reference["Q"], rel=1e-9)
    profile = stored["result"]["REML"]["tau2_ci_Qprofile"]
    assert (fit["tau2_low"], fit["tau2_high"]) == pytest.approx(profile, rel=1e-7)


def test_rows_carry_the_hartung_knapp_and_the_prediction_interval_of_metafor(shared):
    stored = golden.entry(shared, "09", CASE)
    reference = stored["result"]["PM"]

    rows = spread(cells(stored["x"], stored["n"]), ITEMS).set_index("estimand")

    limits = rows[["conf_low", "conf_high"]].astype(float)
    np.testing.assert_allclose(limits.loc["mean_share"], special.expit(reference["hksj"]["ci"]), atol=1e-8)
    np.testing.assert_allclose(
        limits.loc["prediction"], special.expit(reference["pi_riley_t_kminus2"]), atol=1e-7
    )
    assert rows.loc["between_area_sd", "estimate"] == pytest.approx(np.sqrt(reference["tau2"]), abs=1e-6)
    assert rows.loc["between_area_sd", "p_value"] == pytest.approx(reference["Q_p"], rel=1e-6)
    assert rows["method"].str.endswith("; 16 areas").all()


def test_areas_alike_have_no_spread_but_an_interval():
    rows = spread(cells([20] * 6, [50] * 6), ITEMS).set_index("estimand")

    assert rows.loc["between_area_sd", ["estimate", "p_value"]].tolist() == pytest.approx([0, 1], abs=1e-12)
    assert rows.loc["between_area_sd", "reason"] == "alike"
    assert rows.loc["between_area_sd", ["conf_low", "conf_high"]].isna().all()
    # Hartung and Knapp's standard error is 0 here; that of the model is not.
    near = stats.t.ppf(0.975, 5) / np.sqrt(300 * 0.4 * 0.6)
    assert rows.loc["mean_share", "conf_high"] == pytest.approx(
        special.expit(special.logit(0.4) + near), abs=1e-9
    )
    # A common share of 0.4 in 300 answers: prediction is no narrower than its sampling error.
    half = stats.t.ppf(0.975, 4) / np.sqrt(300 * 0.4 * 0.6)
    assert rows.loc["prediction", "conf_high"] == pytest.approx(
        special.expit(special.logit(0.4) + half), abs=1e-9
    )


@pytest.mark.parametrize(
    ("x", "n", "reason"),
    [
        ([5, 6, 7, 8], [10] * 4, "few_areas"),
        ([5, 6, 7, 8, 0], [10] * 4 + [0], "few_areas"),
        ([0] * 6, [10] * 6, "constant"),
        ([10] * 6, [10] * 6, "constant"),
        ([0, 10, 5, 6, 7], [10] * 5, ""),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(x, n, reason):
    rows = spread(cells(x, n), ITEMS)

    assert set(rows["reason"]) == {reason}
    assert rows["conf_low"].isna().all() == (reason != "")


def test_areas_whose_shares_are_all_one_half_are_no_division_by_nothing():
    rows = spread(cells([20] * 6, [40] * 6), ITEMS).set_index("estimand")

    assert rows["estimate"].tolist() == [0.5, 0.0, 0.5]
    assert rows.loc["mean_share", "conf_low"] < 0.45


def test_shrinkage_draws_small_areas_further_and_finds_the_beta_that_made_them():
    rng = np.random.default_rng(6)
    n = rng.integers(10, 200, 4000)
    truth = rng.beta(6, 4, 4000)
    x = rng.binomial(n, truth)

    point = shrunken(x, n)

    # With the true Beta(6, 4) the posterior mean is (x + 6) / (n + 10).
    np.testing.assert_allclose(point, (x + 6) / (n + 10), atol=0.02)
    assert ((point - truth) ** 2).mean() < ((x / n - truth) ** 2).mean()


def test_areas_that_differ_by_chance_only_get_the_mean_and_the_empty_area_too():
    point = shrunken(np.array([4, 40, 0]), np.array([10, 100, 0]))

    np.testing.assert_allclose(point, 0.4, atol=1e-12)
    assert np.isnan(shrunken(np.array([0]), np.array([0]))).all()
