"""Intervals, tests, rank sets and verdicts do what they promise, in worlds in which the truth is known.

This is the fast tier; `make simulate` runs the same worlds with ten times as many repetitions. A rate may lie
three Monte-Carlo errors from what is promised, or, for the checks in `simulation/exceptions.csv`, from what
is known of them: so that a method that gets worse shows, and one that was put right shows too.
"""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from simulation import WORLDS, draws, registry, waves
from simulation.registry import PROMISED, Check, Rate, exceptions, rates

from trustgap.stats.shares import proportions


@pytest.mark.parametrize("world", WORLDS.values(), ids=list(WORLDS))
def test_it_keeps_its_promise(world):
    found = rates(world, world.fast)
    assert [rate.scenario for rate in found] == world.scenarios
    broken = [f"{one.scenario}: {one.rate:.4f}, not in {one.band}" for one in found if not one.kept]
    assert not broken, "\n".join(broken)


def test_worlds_are_found():
    assert len(WORLDS) > 50
    assert {check.what for world in WORLDS.values() for check in world.checks.values()} == set(PROMISED)


def test_every_exception_is_of_a_check_and_says_why_and_how_it_is_known():
    known = exceptions()
    assert set(known.index) <= {name for world in WORLDS.values() for name in world.scenarios}
    assert known["expected"].between(0, 1).all()
    assert known["reason"].str.len().gt(20).all()
    assert known["source"].str.len().gt(10).all()


def exact_coverage(n, share, z):
    """Add up the chances of the counts whose Wilson interval holds the share: roots of the score equation."""
    x = np.arange(n + 1)
    inside = np.abs(x / n - share) <= z * np.sqrt(share * (1 - share) / n) + 1e-12
    return stats.binom.pmf(x, n, share)[inside].sum()


@pytest.mark.parametrize("scenario", [name for name in exceptions().index if name.startswith("share, n ")])
def test_known_rates_of_one_share_are_exact(scenario):
    _, n, share = scenario.removesuffix(": coverage").split(", ")
    exact = exact_coverage(int(n.removeprefix("n ")), float(share), stats.norm.ppf(0.975))
    assert exceptions().loc[scenario, "expected"] == pytest.approx(exact, abs=5e-5)


def newcombe_limits(x, n, z):
    """Give Wilson's limits as roots of the score equation, on their own."""
    a, b, c = 1 + z**2 / n, -(2 * x / n + z**2 / n), (x / n) ** 2
    root = np.sqrt(np.maximum(b**2 - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@pytest.mark.parametrize(
    "scenario", [name for name in exceptions().index if name.startswith("difference of shares, n ")]
)
def test_known_rates_of_two_shares_are_exact(scenario):
    named, check = scenario.split(": ")
    n, m = (int(size) for size in named.split(", ")[1].removeprefix("n ").split(" and "))
    p, q = (float(share) for share in named.split(", ")[2].split(" and "))
    x, y = np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij")
    chance = stats.binom.pmf(x, n, p) * stats.binom.pmf(y, m, q)
    if check == "test":
        pooled = (x + y) / (n + m)
        error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        z = np.divide(x / n - y / m, error, out=np.zeros(error.shape), where=error > 0)
        exact = chance[2 * stats.norm.sf(np.abs(z)) < 0.05].sum()
    else:
        level = stats.norm.ppf(0.95 if check.endswith("90") else 0.975)
        low_a, high_a = newcombe_limits(x, n, level)
        low_b, high_b = newcombe_limits(y, m, level)
        gap = x / n - y / m
        below = gap - np.sqrt((x / n - low_a) ** 2 + (high_b - y / m) ** 2)
        above = gap + np.sqrt((high_a - x / n) ** 2 + (y / m - low_b) ** 2)
        exact = chance[(below <= p - q + 1e-12) & (above >= p - q - 1e-12)].sum()
    assert exceptions().loc[scenario, "expected"] == pytest.approx(exact, abs=5e-5)


def test_a_shifting_staff_mix_would_fool_a_crude_comparison():
    """The same answers that the standardised change is right about, compared without their groups."""
    rng = np.random.default_rng(5)
    then, now = (
        [rng.binomial(n, share, 2000) for n, share in zip(waves.SHIFTING[wave], waves.LEVEL, strict=True)]
        for wave in ("first", "last")
    )
    sides = [
        draws.cells(draws.yes_no(sum(hits), waves.SHIFTING[wave].sum()), area=draws.areas(2000), group=wave)
        for wave, hits in (("last", now), ("first", then))
    ]
    rows = proportions.difference(*sides, waves.YES, analysis="crude")
    assert (rows["p_value"] < 0.05).mean() > 0.5
    # The same world is among those above, where the standardised test keeps its 5%.
    assert "change at a fixed mix, no change, shifting staff mix: test" in {
        name for world in WORLDS.values() for name in world.scenarios
    }


def judged(rate, *, what="coverage", side="equal", exception=None, repetitions=2000):
    expected = PROMISED[what] if exception is None else exception
    error = np.sqrt(expected * (1 - expected) / repetitions)
    known = None if exception is None else pd.Series({"expected": exception})
    return Rate("s", Check("m", what, side), repetitions, rate, np.nan, float(error), known).kept


def test_the_band_is_three_monte_carlo_errors_wide_and_may_be_open_on_one_side():
    assert judged(0.9360)
    assert not judged(0.9350), "0.95 - 3 * 0.00487 = 0.9354"
    assert not judged(0.9660)
    assert judged(0.9990, side="at least")
    assert not judged(0.9350, side="at least")
    assert judged(0.0000, what="error rate", side="at most")
    assert not judged(0.0650, what="error rate", side="at most")
    assert not judged(0.9430, repetitions=20_000)


def test_an_exception_shows_when_it_is_cured_and_when_it_gets_worse():
    assert judged(0.905, exception=0.905)
    assert not judged(0.945, exception=0.905)
    assert not judged(0.945, exception=0.905, side="at least")
    assert not judged(0.880, exception=0.905)


def test_more_repetitions_extend_fewer_and_draws_do_not_depend_on_what_ran_before():
    world = WORLDS["share, n 30, 0.3"]
    (few, _), (many, _) = (registry.simulate(world, size)["coverage"] for size in (2000, 4000))
    assert (many[:2000] == few).all()
    assert (many[2000:] != few).any()


def test_the_stored_results_are_of_the_worlds_there_are():
    stored = pd.read_csv(registry.EXCEPTIONS.parents[2] / "data" / "coverage.csv", keep_default_na=False)
    assert list(stored["scenario"]) == [name for world in WORLDS.values() for name in world.scenarios]
    assert stored["kept"].all(), json.dumps(stored.loc[~stored["kept"], "scenario"].tolist())
    least = stored["world"].map({name: world.fast for name, world in WORLDS.items()})
    assert (stored["repetitions"] > least).all(), "run `make simulate`: these are of the fast tier"
