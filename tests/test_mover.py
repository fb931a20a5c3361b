"""Limits of sums and differences recovered from those of their parts."""

import numpy as np
import pytest

from trustgap.stats.mover import mover, mover_difference


def test_mover_of_one_part_is_that_part_and_weight_zero_ignores_a_missing_part():
    low, high = mover([1, 0], [0.4, np.nan], [0.3, np.nan], [0.6, np.nan])
    assert [low, high] == pytest.approx([0.3, 0.6], abs=1e-12)
    assert np.isnan(mover([0.5, 0.5], [0.4, np.nan], [0.3, np.nan], [0.6, np.nan])[0])


def test_mover_difference_follows_the_formula_of_zou_and_donner():
    low, high = mover_difference(0.6, (0.45, 0.7), 0.4, (0.32, 0.55))
    # Their equation: each limit takes the distances that push the difference its way.
    assert low == pytest.approx(0.2 - np.hypot(0.15, 0.15), abs=1e-12)
    assert high == pytest.approx(0.2 + np.hypot(0.10, 0.08), abs=1e-12)
