"""Funnel limits and overdispersion."""

import golden
import numpy as np
import pytest

from trustgap.stats.between_areas.funnels import funnel, overdispersion
from trustgap.stats.shares.intervals import wilson


@pytest.mark.parametrize("mean", [0.1, 0.5, 0.83])
@pytest.mark.parametrize(("name", "confidence"), [("95", 0.95), ("998", 0.998)])
def test_an_area_on_a_limit_has_a_wilson_interval_that_just_reaches_the_mean(mean, name, confidence):
    limits = funnel(mean, np.array([150, 400, 3000]))

    upper = wilson(limits[f"high_{name}"] * limits["n"], limits["n"], confidence=confidence)[0]
    lower = wilson(limits[f"low_{name}"] * limits["n"], limits["n"], confidence=confidence)[1]

    np.testing.assert_allclose(upper, mean, atol=1e-12)
    np.testing.assert_allclose(lower, mean, atol=1e-12)


def test_limits_stay_between_nothing_and_everything():
    limits = funnel(0.02, np.array([1, 5, 20]))

    assert limits["low_998"].tolist() == [0, 0, 0]
    assert limits["high_998"].between(0, 1).all()
    assert (limits["high_998"] > limits["high_95"]).all() or limits["high_998"].max() == 1


@pytest.mark.parametrize("name", ["nhs_staff_burnout_funnel_acute_2023", "ae_funnel_2018_03"])
def test_overdispersion_equals_that_of_r(shared, name):
    stored = golden.entry(shared, "12", name)
    data = golden.rows(shared, stored["select"])
    if name.startswith("nhs"):
        n = data["burned_out_base"].to_numpy()
        x = np.round(data["burned_out_rate"] / 100 * n).to_numpy()
    else:
        x, n = data["breaches"].to_numpy(), data["attendances"].to_numpy()

    phi, tau2 = overdispersion(x, n)

    k, weight = len(n), 4 * n.astype(float)
    assert phi == pytest.approx(stored["result"]["phi_arcsine_winsorised10"], rel=1e-8)
    room = weight.sum() - (weight**2).sum() / weight.sum()
    assert tau2 == pytest.approx((k * phi - (k - 1)) / room, rel=1e-12)


def test_areas_alike_are_not_overdispersed_and_wide_limits_contain_the_narrow():
    rng = np.random.default_rng(4)
    n = rng.integers(30, 300, 150)
    phi, _ = overdispersion(rng.binomial(n, 0.4), n)
    assert 0.6 < phi < 1.1  # winsorised at 10%: about 0.8 where the truth is 1

    narrow, wide = funnel(0.4, n, tau2=1e-9), funnel(0.4, n, tau2=0.01)
    assert (wide["low_95"] < narrow["low_95"]).all()
    assert (wide["high_998"] > narrow["high_998"]).all()
    exact = funnel(0.4, n)
    np.testing.assert_allclose(narrow["high_95"], exact["high_95"], atol=0.003)


def test_few_areas_and_empty_ones_are_no_evidence_of_spread():
    assert np.isnan(overdispersion(np.array([3]), np.array([9]))[0])
    with_empty = overdispersion(np.array([3, 0, 8]), np.array([9, 0, 12]))
    assert with_empty == overdispersion(np.array([3, 8]), np.array([9, 12]))


@pytest.mark.parametrize(("mean", "n", "tau2"), [(0.0, [5], 0), (1.0, [5], 0), (0.5, [0], 0), (0.5, [5], -1)])
def test_impossible_funnels_are_refused(mean, n, tau2):
    with pytest.raises(ValueError, match="must"):
        funnel(mean, np.array(n), tau2=tau2)
