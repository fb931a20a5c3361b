"""Two sides compared at a fixed mix, against sums written out."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint, proportion_effectsize

from trustgap.stats.orders.ordinal import theta
from trustgap.stats.orders.stratified_theta import thetas
from trustgap.stats.shares.stratified import share_differences

X, N = [np.array([30.0, 10.0]), np.array([20.0, 35.0])], [np.array([50.0, 20.0]), np.array([60.0, 50.0])]
MIX = np.array([0.3, 0.7])


@pytest.mark.parametrize(("level", "suffix"), [(0.95, ""), (0.9, "_90")])
def test_the_standardised_difference_is_the_stratified_newcombe_interval(level, suffix):
    values = share_differences(X, N, MIX)

    p = [x / n for x, n in zip(X, N, strict=True)]
    low, high = [], []
    for x, n in zip(X, N, strict=True):
        error = np.sqrt(x / n * (1 - x / n) / n)
        z = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.sum(MIX**2 * error**2)) / np.sum(MIX * error)
        # statsmodels gives Wilson's limits at the level to which z belongs.
        ends = proportion_confint(x, n, alpha=2 * stats.norm.sf(z), method="wilson")
        low.append(MIX @ ends[0])
        high.append(MIX @ ends[1])
    d, sides = MIX @ (p[0] - p[1]), [MIX @ q for q in p]
    assert values["estimate"][2] == pytest.approx(d, abs=1e-12)
    assert values[f"conf_low{suffix}"][2] == pytest.approx(
        d - np.hypot(sides[0] - low[0], high[1] - sides[1]), abs=1e-12
    )
    assert values[f"conf_high{suffix}"][2] == pytest.approx(
        d + np.hypot(high[0] - sides[0], sides[1] - low[1]), abs=1e-12
    )


def test_swapping_the_sides_mirrors_everything():
    there, back = share_differences(X, N, MIX), share_differences(X[::-1], N[::-1], MIX)

    np.testing.assert_allclose(back["conf_low"], -there["conf_high"], atol=1e-12)
    np.testing.assert_allclose(back["p_value"], there["p_value"], rtol=1e-12)


def test_the_smallest_visible_difference_is_the_same_from_either_side_and_of_eighty_percent_power():
    there, back = share_differences(X, N, MIX), share_differences(X[::-1], N[::-1], MIX)
    np.testing.assert_allclose(there["mde80"], back["mde80"], rtol=1e-12)

    # 30 of 50 against 20 of 60: two shares as far in angle from the pooled 50 of 110, on either side.
    angle = np.arcsin(np.sqrt(50 / 110))
    effect = NormalIndPower().solve_power(None, 50, 0.05, 0.8, ratio=60 / 50, alternative="two-sided")
    pair = np.sin([angle + effect / 4, angle - effect / 4]) ** 2
    assert proportion_effectsize(*pair) == pytest.approx(effect, abs=1e-10)
    assert there["mde80"][0] == pytest.approx(pair[0] - pair[1], abs=1e-6)


def test_a_group_of_no_weight_does_not_matter_even_if_empty():
    x, n = [np.append(part, 0.0) for part in X], [np.append(part, 0.0) for part in N]
    found, reference = share_differences(x, n, np.append(MIX, 0.0)), share_differences(X, N, MIX)

    for name in ("estimate", "conf_low", "p_value", "mde80"):
        assert found[name][3] == pytest.approx(reference[name][2], abs=1e-12)
        assert np.isnan(found[name][2])


def test_theta_of_the_whole_is_the_weighted_mean_and_one_group_alone_is_itself():
    tables = [np.array([[5, 9, 16], [8, 2, 4]]), np.array([[12, 8, 10], [6, 6, 6]])]
    single = theta(tables[0], tables[1])

    both, one = thetas(tables, MIX), thetas(tables, np.array([1.0, 0.0]))

    assert both["estimate"][2] == pytest.approx(MIX @ single["estimate"].to_numpy(), abs=1e-12)
    for name in ("estimate", "conf_low", "conf_high", "p_value"):
        assert one[name][2] == pytest.approx(single[name].iloc[0], abs=1e-10)


def test_a_group_without_interval_leaves_the_whole_without_one_and_says_why():
    constant = [np.array([[0, 0, 9], [8, 2, 4]]), np.array([[0, 0, 7], [6, 6, 6]])]
    short = [np.array([[0, 0, 1], [8, 2, 4]]), np.array([[3, 0, 7], [6, 6, 6]])]

    for tables, reason in ((constant, "constant"), (short, "n_lt_min")):
        values = thetas(tables, MIX)
        assert values["reason"][2] == reason
        assert np.isnan(values["conf_low"][2])


def test_a_group_at_the_edge_still_adds_uncertainty():
    tables = [np.array([[0, 0, 9], [8, 2, 4]]), np.array([[7, 0, 0], [6, 6, 6]])]

    values = thetas(tables, MIX)

    assert values["estimate"][0] == 1
    assert values["conf_low"][2] < values["estimate"][2] - 0.3 * (1 - values["conf_low"][0])
    assert 0 < values["p_value"][2] < 1
