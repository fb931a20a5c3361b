"""The attack on simulated releases with no protection but the threshold, beside an attacker of another make.

153 areas of 9 regions, 5 groups, areas of negative binomial size, yes or no. Every base is known, and every
share is published that has a base of at least 11 people. What to expect comes from an earlier simulation by
linear programmes over fractions of people: 3 surveys, with 268 to 305 hidden cells of 1 to 10 people each.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, sparse

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.recovery import ranges, recovered

AREAS, REGIONS, GROUPS = 153, 9, 5
EXPECTED = {1: ((0.17, 0.23), (0.16, 0.25)), 0: ((0.03, 0.05), (0.08, 0.11))}
"""By decimals: found exactly, and within one with at least three people, in cells of 1 to 10 people."""


def survey(seed):
    """Draw sizes and positive answers."""
    rng = np.random.default_rng(seed)
    area = rng.negative_binomial(1.8, 1.8 / (1.8 + 120), AREAS)
    mix = np.array([0.33, 0.25, 0.2, 0.13, 0.09]) * 12
    n = np.array([rng.multinomial(size, rng.dirichlet(mix)) for size in area])
    agree = 1 / (1 + np.exp(-(rng.normal(0.2, 0.4, AREAS)[:, None] + rng.normal(0, 0.4, GROUPS))))
    return n, rng.binomial(n, agree)


def published(n):
    """Name every cell that is published, and mark the leaves in it."""
    region = np.arange(AREAS) % REGIONS
    places = {f"X{area}": np.arange(AREAS) == area for area in range(AREAS)}
    places |= {f"region R{one}": region == one for one in range(REGIONS)}
    places |= {NATIONAL: np.ones(AREAS, bool)}
    groups = {f"g{one}": np.arange(GROUPS) == one for one in range(GROUPS)} | {ALL: np.ones(GROUPS, bool)}
    for place, areas in places.items():
        for group, chosen in groups.items():
            marked = np.outer(areas, chosen)
            if n[marked].sum() >= 11:
                yield place, group, marked


def shown(agreeing, base, decimals):
    return np.floor(100 * 10**decimals * agreeing / base + 0.5)


def release(n, x, decimals):
    """Publish: leaves, facts in whole people, and sums of fractions of people."""
    rows, marks, limits = [], [], []
    for place, group, marked in published(n):
        base, share = n[marked].sum(), shown(x[marked].sum(), n[marked].sum(), decimals)
        every = np.arange(base + 1)
        could = every[shown(every, base, decimals) == share]
        rows.append((place, group, 2, 2, could.min(), could.max()))
        marks.append(marked[n > 0])
        limits.append((np.array([-0.5, 0.5]) + share) * base / (100 * 10**decimals))
    area, group = np.nonzero(n)
    leaves = pd.DataFrame(
        {
            "area": [f"X{one}" for one in area],
            "group": [f"g{one}" for one in group],
            "region": [f"R{one % REGIONS}" for one in area],
            "n": n[area, group].astype(float),
        }
    )
    columns = ["area", "group", "low_level", "high_level", "low", "high"]
    return (
        leaves,
        pd.DataFrame(rows, columns=columns),
        (sparse.csc_array(np.array(marks, float)), np.array(limits)),
    )


def by_fractions(sums, n, leaf):
    """Find between which whole numbers the fractions of a leaf lie."""
    marks, limits = sums
    aim = np.zeros(len(n))
    aim[leaf] = 1
    low, high = (
        sign
        * optimize.milp(
            sign * aim,
            bounds=optimize.Bounds(0, n),
            constraints=optimize.LinearConstraint(marks, limits[:, 0] - 1e-9, limits[:, 1] + 1e-9),
        ).fun
        for sign in (1, -1)
    )
    return np.floor(high + 1e-6) - np.ceil(low - 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("decimals", [1, 0])
def test_as_many_cells_are_found_as_were_in_an_earlier_simulation(decimals):
    exactly, within = [], []
    for seed in range(3):
        n, x = survey(seed)
        leaves, facts, sums = release(n, x, decimals)
        few = int(leaves["n"].le(10).sum())
        found = recovered(ranges(leaves, facts, exact=False), leaves).merge(leaves.reset_index())
        assert set(found["how"]) <= {"exactly", "within one"}
        # What whole people leave open, fractions do; so only what was found has to be tried again.
        bases = leaves["n"].to_numpy()
        width = np.array([by_fractions(sums, bases, leaf) for leaf in found["index"]])
        exactly.append((width == 0).sum() / few)
        within.append(((width <= 1) & found["n"].ge(3)).sum() / few)
        # An attacker who knows that people are whole finds at least as much.
        assert found["how"].eq("exactly")[width == 0].all()
        assert found["how"].eq("exactly").sum() >= (width == 0).sum()
        known = dict(zip(zip(leaves["area"], leaves["group"], strict=True), x[n > 0], strict=True))
        truth = [known[cell] for cell in zip(found["area"], found["group"], strict=True)]
        assert ((found["least"] <= truth) & (truth <= found["most"])).all()
    for figure, (low, high) in zip((exactly, within), EXPECTED[decimals], strict=True):
        assert low <= np.mean(figure) <= high
