"""One share and two shares compared: Wilson, Newcombe, the score test."""

import numpy as np
import pandas as pd

from simulation.draws import areas, cells, items, yes_no
from simulation.registry import Check, width, within, world
from trustgap.stats.shares import proportions, responses

YES = items("q", k=2, top_from=2, low_to=1)
SIZES = (11, 30, 100)
SHARES = (0.05, 0.3, 0.56)
PAIRS = {(11, 11): (0.5, 0.5), (30, 30): (0.2, 0.5), (100, 40): (0.9, 0.8), (200, 200): (0.56, 0.56)}


def one_share(n, share):
    @world(f"share, n {n}, {share}", coverage=Check("Wilson", "coverage"))
    def draw(rng, repetitions):
        hits = rng.binomial(n, share, repetitions)
        rows = proportions.shares(cells(yes_no(hits, n), area=areas(repetitions)), YES)
        rows = rows[rows["estimand"].eq("top2_share")]
        return {"coverage": (within(rows, share), width(rows))}


def any_share(n):
    @world(f"share, n {n}, any true share", coverage=Check("Wilson", "coverage", "at least"))
    def draw(rng, repetitions):
        share = rng.uniform(0, 1, repetitions)
        hits = rng.binomial(n, share)
        rows = proportions.shares(cells(yes_no(hits, n), area=areas(repetitions)), YES)
        rows = rows[rows["estimand"].eq("top2_share")]
        return {"coverage": (within(rows, share), width(rows))}


def two_shares(sizes, shares):
    null = shares[0] == shares[1]
    extra = {"test": Check("score test", "error rate")} if null else {}

    @world(
        f"difference of shares, n {sizes[0]} and {sizes[1]}, {shares[0]} and {shares[1]}",
        coverage=Check("Newcombe", "coverage"),
        coverage_at_90=Check("Newcombe", "coverage at 90%"),
        **extra,
    )
    def draw(rng, repetitions):
        sides = [
            cells(yes_no(rng.binomial(n, p, repetitions), n), group=group, area=areas(repetitions))
            for n, p, group in zip(sizes, shares, "ab", strict=True)
        ]
        rows = proportions.difference(*sides, YES, analysis="gap")
        true = shares[0] - shares[1]
        narrow = rows.assign(conf_low=rows["conf_low_90"], conf_high=rows["conf_high_90"])
        return {
            "coverage": (within(rows, true), width(rows)),
            "coverage at 90": (within(narrow, true), width(narrow)),
            "test": ((rows["p_value"] < 0.05).to_numpy(), np.nan),
        }


def any_difference(n):
    @world(f"difference of shares, n {n} each, any true shares", coverage=Check("Newcombe", "coverage"))
    def draw(rng, repetitions):
        true = rng.uniform(0, 1, (2, repetitions))
        sides = [
            cells(yes_no(rng.binomial(n, p), n), group=group, area=areas(repetitions))
            for p, group in zip(true, "ab", strict=True)
        ]
        rows = proportions.difference(*sides, YES, analysis="gap")
        return {"coverage": (within(rows, true[0] - true[1]), width(rows))}


@world("response rate, 60 staff, any true rate", coverage=Check("Wilson", "coverage", "at least"))
def response_rate(rng, repetitions):
    """A group's head-count is 60; some answer."""
    rate = rng.uniform(0.1, 0.9, repetitions)
    groups = areas(repetitions)
    people = pd.DataFrame({"area": "X1", "wave": "1", "group": groups, "n": rng.binomial(60, rate)})
    rows = responses.who_answered(people, staff=dict.fromkeys(groups, 60))
    rows = rows[rows["estimand"].eq("response_rate")]
    return {"coverage": (within(rows, rate), width(rows))}


@world("don't know, 40 asked, any true share", coverage=Check("Wilson", "coverage", "at least"))
def dont_know(rng, repetitions):
    """Of 40 asked, some do not know."""
    share = rng.uniform(0.02, 0.5, repetitions)
    unknown = rng.binomial(40, share)
    table = cells(yes_no(rng.binomial(40 - unknown, 0.6), 40 - unknown), area=areas(repetitions))
    rows = proportions.shares(table.assign(dont_know=unknown), YES)
    rows = rows[rows["estimand"].eq("dont_know_share")]
    return {"coverage": (within(rows, share), width(rows))}


for size in SIZES:
    any_share(size)
    any_difference(size)
    for true_share in SHARES:
        one_share(size, true_share)
for both_sizes, both_shares in PAIRS.items():
    two_shares(both_sizes, both_shares)
