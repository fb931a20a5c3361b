"""Verdicts: how often there is one where nothing differs, and how often a difference worth seeing is seen."""

from itertools import combinations

import numpy as np
import pandas as pd

from simulation.draws import areas, cells, items, theta_of, yes_no
from simulation.registry import Check, world
from trustgap.stats import results
from trustgap.stats.change.changes import change
from trustgap.stats.orders import ordinal
from trustgap.stats.shares import proportions
from trustgap.stats.trust import dyads

YES = items("q", k=2, top_from=2, low_to=1)
FIVE = items("q")
CLEAR = ["higher", "lower"]
EVEN = np.array([0.10, 0.20, 0.30, 0.25, 0.15])


def tilted(law, theta):
    """Tilt a law until an answer drawn from it lies above one of the law itself with chance θ."""
    scores = np.arange(len(law))
    low, high = -3.0, 3.0
    for _ in range(80):
        middle = (low + high) / 2
        tilt = law * np.exp(middle * scores)
        tilt /= tilt.sum()
        low, high = (middle, high) if theta_of(tilt, law) < theta else (low, middle)
    return tilt


def pair(rng, repetitions, laws, sizes):
    return [
        cells(rng.multinomial(n, law, repetitions), group=group, area=areas(repetitions))
        for law, n, group in zip(laws, sizes, "ab", strict=True)
    ]


def compared(rng, repetitions, laws, sizes, estimand, asked):
    rows = ordinal.compare(*pair(rng, repetitions, laws, sizes), asked, analysis="gap", permutations=0)
    return rows[rows["estimand"].eq(estimand)]


def judged(name, estimand, laws, sizes, asked, verdicts, check):
    @world(name, verdict=check)
    def draw(rng, repetitions):
        rows = compared(rng, repetitions, laws, sizes, estimand, asked)
        return {"verdict": (rows["verdict"].isin(verdicts).to_numpy(), np.nan)}


def yes(share):
    return np.array([1 - share, share])


judged(
    "verdict on theta, alike, n 60 each", "theta", (EVEN, EVEN), (60, 60), FIVE, CLEAR,
    Check("t test and interval", "error rate", "at most"),
)  # fmt: skip
judged(
    "verdict on shares, alike, n 60 each", "share_difference", (yes(0.56), yes(0.56)), (60, 60), YES, CLEAR,
    Check("Newcombe", "error rate", "at most"),
)  # fmt: skip
judged(
    "equivalence on theta, truth on the margin, n 400 each", "theta",
    (tilted(EVEN, 0.5 + results.MARGIN_THETA), EVEN), (400, 400), FIVE, ["equivalent"],
    Check("two one-sided tests", "error rate", "at most"),
)  # fmt: skip
judged(
    "equivalence on shares, truth on the margin, n 2400 each", "share_difference",
    (yes(0.56 + results.MARGIN_SHARE), yes(0.56)), (2400, 2400), YES, ["equivalent"],
    Check("two one-sided tests", "error rate", "at most"),
)  # fmt: skip
judged(
    "equivalence on shares, truth on the margin, n 400 each", "share_difference",
    (yes(0.56 + results.MARGIN_SHARE), yes(0.56)), (400, 400), YES, ["equivalent"],
    Check("two one-sided tests", "error rate", "at most"),
)  # fmt: skip


def seen_share(n):
    step = float(results.mde_share(0.56, np.array(n), np.array(n), around=True))
    # Both sides lie about the pooled share on the arcsine scale, as `mde_share` has it.
    middle = np.arcsin(np.sqrt(0.56))
    half = float(np.arcsin(step / np.sin(2 * middle)) / 2)
    high, low = (float(np.sin(middle + sign * half) ** 2) for sign in (1, -1))

    @world(
        f"a difference of shares of the size said to be seen, n {n} each",
        power=Check("mde80 of shares", "power", "at least"),
    )
    def draw(rng, repetitions):
        rows = compared(rng, repetitions, (yes(high), yes(low)), (n, n), "share_difference", YES)
        return {"power": ((rows["conf_low"] > 0).to_numpy(), np.nan)}


def seen_theta(n):
    laws = tilted(EVEN, 0.5 + float(results.mde_theta(np.array(n), np.array(n)))), EVEN

    @world(
        f"theta of the size said to be seen, n {n} each",
        power=Check("mde80 of theta (Noether)", "power", "at least"),
    )
    def draw(rng, repetitions):
        rows = compared(rng, repetitions, laws, (n, n), "theta", FIVE)
        return {"power": ((rows["p_value"] < 0.05).to_numpy(), np.nan)}


TEAMS = ("s", "t", "u", "v")
RATED = items(*(f"trust_{team}" for team in TEAMS), team=list(TEAMS))
STAFF = pd.DataFrame({"team": TEAMS}, index=list("abcd"))


def everybody(rng, repetitions, n, law):
    """Draw how four groups rate one another's teams, all alike; one area for each repetition."""
    return pd.concat(
        [
            cells(
                rng.multinomial(n, law, repetitions),
                area=areas(repetitions),
                group=group,
                item=f"trust_{team}",
            )
            for group, own in STAFF["team"].items()
            for team in TEAMS
            if team != own
        ],
        ignore_index=True,
    )


def families(n, permutations, fast):
    tests = "permutation tests" if permutations else "t tests"

    @world(
        f"reciprocity of four groups, all alike, n {n} each",
        fast=fast,
        long=5 * fast,
        any_pair=Check(f"{tests}, Holm", "error rate of a family", "at most"),
    )
    def draw(rng, repetitions):
        table = everybody(rng, repetitions, n, EVEN)
        rows = dyads.reciprocity(
            table, RATED, STAFF, permutations=permutations, seed=int(rng.integers(2**31))
        )
        rows = rows[rows["estimand"].eq("theta")]
        assert len(rows) == repetitions * len(list(combinations(STAFF.index, 2)))
        called = rows["verdict"].isin(CLEAR).groupby(rows["area"]).any()
        return {"any pair": (called.to_numpy(), np.nan)}


@world(
    "four groups about the same teams, all alike, n 40 each",
    fast=1000,
    long=10_000,
    any_pair=Check("t tests, Benjamini-Hochberg", "false findings among findings", "at most"),
)
def same_team(rng, repetitions):
    """Where nothing differs every finding is false: a family has one with a chance of at most 10%."""
    rows = dyads.same_team(everybody(rng, repetitions, 40, EVEN), RATED, STAFF, permutations=0)
    rows = rows[rows["estimand"].eq("theta")]
    called = rows["verdict"].isin(CLEAR).groupby(rows["area"]).any()
    return {"any pair": (called.to_numpy(), np.nan)}


@world(
    "change of four groups, none changes, n 40 a wave",
    fast=1000,
    long=10_000,
    any_group=Check("Newcombe, Holm", "error rate of a family", "at most"),
)
def changes(rng, repetitions):
    """A family holds the groups of an area."""
    table = pd.concat(
        [
            cells(
                yes_no(rng.binomial(40, 0.56, repetitions), 40),
                area=areas(repetitions),
                wave=wave,
                group=group,
            )
            for wave in ("1", "2")
            for group in STAFF.index
        ],
        ignore_index=True,
    )
    rows = change(table, YES, permutations=0)
    rows = rows[rows["estimand"].eq("share_difference") & rows["group_a"].ne("all")]
    called = rows["verdict"].isin(CLEAR).groupby(rows["area"]).any()
    return {"any group": (called.to_numpy(), np.nan)}


@world(
    "shares of two groups, one question, equal, n 15 and 15",
    verdict=Check("Newcombe", "error rate", "at most"),
)
def small(rng, repetitions):
    """The smallest groups that are shown."""
    sides = [
        cells(yes_no(rng.binomial(15, 0.4, repetitions), 15), group=g, area=areas(repetitions)) for g in "ab"
    ]
    rows = proportions.difference(*sides, YES, analysis="gap")
    return {"verdict": (rows["verdict"].isin(CLEAR).to_numpy(), np.nan)}


for size in (50, 200):
    seen_share(size)
    seen_theta(size)
families(40, 0, 1000)
families(15, 199, 200)
