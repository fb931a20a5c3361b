"""How many answers a precision needs: against R, against other software, and by simulation."""

import golden
import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint

from trustgap.stats.plan import planning
from trustgap.stats.results import mde_share, mde_theta

N = np.array([50, 100, 200])


def test_answers_for_two_shares_equal_those_of_r(shared):
    result = golden.case(shared, "16", "two_prop_n")

    # 0.56 against 0.66: half way between them is 0.61.
    n = float(planning.gap_n(0.10, share=0.61))

    # R counts the chance, one in a million, of seeing the difference the wrong way round.
    assert n == pytest.approx(result["pwr_arcsine_n"], abs=1e-3)
    assert float(mde_share(0.56, n, n)) == pytest.approx(0.10, abs=1e-9)
    # The test with two variances differs a little by construction.
    assert n == pytest.approx(result["power.prop.test_n"], rel=1e-3)


def test_the_planning_numbers_of_the_specification_are_found():
    half = planning.half_width(N, share=0.56)
    low, high = proportion_confint(0.56 * N, N, method="wilson")

    assert half == pytest.approx((high - low) / 2, abs=1e-12)
    assert np.round(np.column_stack([low, high]), 2).tolist() == [[0.42, 0.69], [0.46, 0.65], [0.49, 0.63]]
    assert mde_share(0.56, N, N) == pytest.approx([0.25, 0.19, 0.135], abs=0.006)
    assert float(planning.smallest_trend(np.array(200), share=0.56)) == pytest.approx(0.124, abs=5e-4)
    assert float(planning.smallest_margin(np.array(200), share=0.56)) == pytest.approx(0.145, abs=5e-4)
    for margin, n in ((0.05, 1689), (0.10, 423)):
        assert planning.smallest_margin(np.array(n), share=0.56) <= margin
        assert planning.smallest_margin(np.array(n - 1), share=0.56) > margin


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
@pytest.mark.parametrize("half", [0.01, 0.05, 0.15, 0.3])
def test_answers_and_half_width_are_each_other_s_inverse(share, half):
    n = planning.share_n(half, share=share)
    finite = planning.share_n(half, share=share, deff=1.3, population=900)

    assert float(planning.half_width(n, share=share)) == pytest.approx(half, abs=1e-9)
    assert float(planning.half_width(finite, share=share, deff=1.3, population=900)) == pytest.approx(
        half, abs=1e-9
    )


def test_no_share_needs_more_answers_than_one_half():
    shares = np.linspace(0.01, 0.99, 99)

    assert np.argmax([planning.share_n(0.05, share=share) for share in shares]) == 49
    assert np.argmin(np.abs(shares - 0.5)) == 49


def test_a_finite_population_needs_fewer_and_never_more_than_all():
    assert float(planning.share_n(0.05, population=500)) == pytest.approx(380.3 / (1 + 379.3 / 500), abs=0.1)
    assert planning.share_n(0.001, population=500) < 500
    assert float(planning.half_width(np.array(500), population=500)) < 1e-5


def test_a_design_effect_multiplies_the_answers():
    pairs = [(planning.share_n, 0.05), (planning.gap_n, 0.1), (planning.theta_n, 0.6)]

    for function, goal in pairs:
        assert float(function(goal, deff=1.5)) == pytest.approx(1.5 * float(function(goal)), abs=1e-9)
    wide = [planning.half_width, planning.smallest_trend, planning.smallest_margin]
    for function in wide:
        assert function(150, deff=1.5) == pytest.approx(function(100), abs=1e-12)
    assert planning.smallest_gap(150, 300, deff=1.5) == pytest.approx(
        planning.smallest_gap(100, 200), abs=1e-12
    )


@pytest.mark.parametrize("gap", [0.03, 0.1, 0.25])
def test_power_for_a_difference_agrees_with_statsmodels(gap):
    n = float(planning.gap_n(gap, share=0.4))
    effect = 2 * (np.arcsin(np.sqrt(0.4 + gap / 2)) - np.arcsin(np.sqrt(0.4 - gap / 2)))

    assert NormalIndPower().solve_power(effect, power=0.8, alpha=0.05) == pytest.approx(n, rel=1e-4)
    even = float(planning.gap_n(gap))
    assert float(planning.smallest_gap(even, even)) == pytest.approx(gap, abs=1e-9)
    # Elsewhere the two shares lie evenly about theirs in angle there, in points here.
    assert float(planning.smallest_gap(n, n, share=0.4)) == pytest.approx(gap, rel=2e-3)


@pytest.mark.parametrize("theta", [0.56, 0.4, 0.7])
def test_answers_for_theta_invert_noether_s_formula(theta):
    n = planning.theta_n(theta)

    assert float(mde_theta(n, n)) == pytest.approx(abs(theta - 0.5), abs=1e-12)
    # Noether's own, without the 1 in n + m + 1.
    assert 2 * n == pytest.approx(2.80159**2 / (3 * (theta - 0.5) ** 2), abs=1.1)


def rejections(shares, n, *, repeats=20_000, seed=1):
    """Simulate shares of several samples of the same size."""
    rng = np.random.default_rng(seed)
    return rng.binomial(n, np.asarray(shares), size=(repeats, len(shares))) / n


def test_a_difference_of_the_planned_size_is_seen_in_four_of_five_simulated_surveys():
    p = rejections([0.45, 0.55], 392)
    pooled = p.mean(axis=1)

    z = (p[:, 1] - p[:, 0]) / np.sqrt(2 * pooled * (1 - pooled) / 392)

    assert (np.abs(z) > 1.96).mean() == pytest.approx(0.8, abs=0.012)


def test_a_trend_of_the_planned_size_is_seen_in_four_of_five_simulated_surveys():
    times = np.arange(5) - 2.0
    p = rejections(0.5 + 0.10 * times / 4, 314)

    slope = p @ times / (times @ times)
    error = np.sqrt((p * (1 - p) / 314) @ times**2) / (times @ times)

    assert (np.abs(slope / error) > 1.96).mean() == pytest.approx(0.8, abs=0.012)


def test_equal_shares_are_shown_to_be_alike_in_four_of_five_simulated_surveys():
    n, margin = 429, 0.10
    p = rejections([0.5, 0.5], n)

    d, error = p[:, 1] - p[:, 0], np.sqrt((p * (1 - p)).sum(axis=1) / n)

    alike = np.abs(d) + stats.norm.ppf(0.95) * error < margin
    assert alike.mean() == pytest.approx(0.8, abs=0.012)


def test_a_theta_of_the_planned_size_is_seen_in_four_of_five_simulated_surveys():
    n = int(np.ceil(planning.theta_n(0.60)))
    rng = np.random.default_rng(5)
    shift = np.sqrt(2) * stats.norm.ppf(0.60)

    a, b = rng.normal(shift, 1, (4000, n)), rng.normal(0, 1, (4000, n))
    p = stats.mannwhitneyu(a, b, axis=1, method="asymptotic").pvalue

    assert (p < 0.05).mean() == pytest.approx(0.8, abs=0.025)


def test_uneven_times_of_waves_change_what_a_trend_can_show():
    # The slope's variance is that of least squares: 1 / sum of squared distances in time.
    far, near = [0, 1, 10], [0, 5, 10]
    seen = [float(planning.smallest_trend(np.array(100), times=times)) for times in (far, near)]
    by_hand = [2.80159 * 10 * 0.05 / np.sqrt(np.var(times) * 3) for times in (far, near)]

    assert seen == pytest.approx(by_hand, rel=1e-5)
