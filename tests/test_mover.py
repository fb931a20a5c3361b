"""Limits of sums and differences recovered from those of their parts."""

import numpy as np
import pytest

from trustgap.stats.shares.mover import mover, mover_difference


def test_mover_of_one_part_is_that_part_and_weight_zero_ignores_a_missing_part():
    low, high = mover([1, 0], [0.4, np.nan], [0.3, np.nan], [0.6, np.nan])
    assert [low, high] == pytest.approx([0.3, 0.6], abs=1e-12)
    assert np.isnan(mover([0.5, 0.5], [0.4, np.nan], [0.3, np.nan], [0.6, np.nan])[0])


def test_mover_difference_follows_the_formula_of_zou_and_donner():
    low, high = mover_difference(0.6, (0.45, 0.7), 0.4, (0.32, 0.55))
    # Their equation: each limit takes the distances that push the difference its way.
    assert low == pytest.approx(0.2 - np.hypot(0.15, 0.15), abs=1e-12)
    assert high == pytest.approx(0.2 + np.hypot(0.10, 0.08), abs=1e-12)


def test_correlated_parts_follow_zou_and_a_correlation_of_zero_changes_nothing():
    sides = (0.6, (0.45, 0.7), 0.4, (0.32, 0.55))
    low, high = mover_difference(*sides, correlation=0.4)
    # Zou (2008): the product of the two distances enters twice, with the sign of a difference.
    assert low == pytest.approx(0.2 - np.sqrt(0.15**2 + 0.15**2 - 2 * 0.4 * 0.15 * 0.15), abs=1e-12)
    assert high == pytest.approx(0.2 + np.sqrt(0.1**2 + 0.08**2 - 2 * 0.4 * 0.1 * 0.08), abs=1e-12)
    assert mover_difference(*sides, correlation=0.0) == mover_difference(*sides)

    weights, point, below, above = [0.5, 0.25, 0.25], [0.4, 0.6, 0.5], [0.3, 0.5, 0.4], [0.55, 0.7, 0.6]
    tied = np.array([[9, 0.3, 0.0], [0.3, 9, -0.2], [0.0, -0.2, 9]])
    low, _ = mover(weights, point, below, above, correlation=tied)
    reach = np.array([0.05, 0.025, 0.025])
    off = 2 * (0.3 * reach[0] * reach[1] - 0.2 * reach[1] * reach[2])
    assert low == pytest.approx(0.475 - np.sqrt((reach**2).sum() + off), abs=1e-12)
