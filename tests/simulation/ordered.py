"""θ of two groups on a five-point item: limits on the logit scale, the t test, the permutation test."""

import numpy as np

from simulation.draws import areas, cells, items, theta_of
from simulation.registry import Check, width, within, world
from trustgap.stats.orders import ordinal

ITEMS = items("q")
EVEN = np.array([0.10, 0.20, 0.30, 0.25, 0.15])
VARIED, CONCENTRATED = np.array([0.40, 0.05, 0.10, 0.05, 0.40]), np.array([0.02, 0.08, 0.80, 0.08, 0.02])
TRUSTING, DOUBTING = np.array([0.05, 0.12, 0.23, 0.38, 0.22]), np.array([0.12, 0.22, 0.28, 0.26, 0.12])
HIGH, LOW = np.array([0.01, 0.03, 0.09, 0.32, 0.55]), np.array([0.41, 0.38, 0.14, 0.06, 0.01])
GAPS = {
    "alike": (EVEN, EVEN),
    "one varied, one concentrated": (VARIED, CONCENTRATED),
    "trust gap": (TRUSTING, DOUBTING),
    "extreme": (HIGH, LOW),
}
SCENARIOS = [
    ("alike", (8, 8)),
    ("one varied, one concentrated", (10, 40)),
    ("trust gap", (30, 30)),
    ("extreme", (8, 8)),
    ("extreme", (40, 10)),
    ("extreme", (100, 100)),
    ("trust gap", (200, 120)),
]
SMALL = [("alike", (8, 8)), ("alike", (15, 15)), ("one varied, one concentrated", (10, 40))]
DRAWS = 199  # a permutation test holds its level for any number of draws


def gap(name, sizes):
    laws = GAPS[name]
    null = abs(theta_of(*laws) - 0.5) < 1e-12
    extra = {"test": Check("Brunner-Munzel t", "error rate")} if null else {}
    if name != "extreme":
        # Limits at 90% decide whether groups are alike: of no use where they differ so much.
        extra["coverage_at_90"] = Check("Brunner-Munzel on the logit scale", "coverage at 90%", "at least")

    @world(
        f"theta, {name}, n {sizes[0]} and {sizes[1]}",
        coverage=Check("Brunner-Munzel on the logit scale", "coverage", "at least"),
        **extra,
    )
    def draw(rng, repetitions):
        x, y = (rng.multinomial(n, law, repetitions) for n, law in zip(sizes, laws, strict=True))
        rows, true = ordinal.theta(x, y), theta_of(*laws)
        # Where all answers of both groups are the same there is no interval: the row says so.
        none = rows["conf_low"].isna().to_numpy()
        narrow = rows.assign(conf_low=rows["conf_low_90"], conf_high=rows["conf_high_90"])
        return {
            "coverage": (within(rows, true) | none, width(rows)),
            "coverage at 90": (within(narrow, true) | none, width(narrow)),
            "test": ((rows["p_value"] < 0.05).to_numpy(), np.nan),
        }


def shuffled(name, sizes):
    @world(
        f"permutation test of theta, {name}, n {sizes[0]} and {sizes[1]}",
        fast=1000,
        long=10_000,
        test=Check("studentised permutation", "error rate", "at most"),
    )
    def draw(rng, repetitions):
        sides = [
            cells(rng.multinomial(n, law, repetitions), group=group, area=areas(repetitions))
            for n, law, group in zip(sizes, GAPS[name], "ab", strict=True)
        ]
        seed = int(rng.integers(2**31))
        rows = ordinal.compare(*sides, ITEMS, analysis="gap", permutations=DRAWS, seed=seed)
        rows = rows[rows["estimand"].eq("theta")]
        assert rows["method"].str.endswith("+permutation").all()
        return {"test": ((rows["p_value"] < 0.05).to_numpy(), np.nan)}


for which, both in SCENARIOS:
    gap(which, both)
for which, both in SMALL:
    shuffled(which, both)
