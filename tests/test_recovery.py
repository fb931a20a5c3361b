"""The attack against every table of whole numbers that agrees with what is published."""

import numpy as np
import pytest
from recovery_blocks import limits, random_block, tables

from trustgap.stats.recovery import ranges


def same_as_by_hand(found, known, told, *, levels, linear=(), most=None):
    agreeing = tables(known, told, levels=levels, linear=linear, most=most)
    for row in found.itertuples():
        expected = limits(known, agreeing, (row.area, row.group), (row.low_level, row.high_level))
        assert (row.least, row.most) == expected, row
    assert found["known"].eq("exact").all()


@pytest.mark.parametrize("seed", range(60))
def test_limits_are_those_of_all_tables_that_agree(seed):
    rng = np.random.default_rng(seed)
    levels = 2 + seed % 2
    known, told, _, linear = random_block(rng, levels=levels, linear=seed % 3 == 0)
    targets = [(1, 1), (levels, levels), (1, levels)]
    same_as_by_hand(
        ranges(known, told, targets=targets, linear=linear), known, told, levels=levels, linear=linear
    )
