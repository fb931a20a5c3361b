"""Respondents who answer more readily in one group than in another, weighted to head-counts."""

import numpy as np
import pandas as pd

from simulation.draws import items
from simulation.registry import Check, width, within, world
from trustgap.stats.weighting import weighted, weighted_theta

STAFF = {"a": 600, "b": 300, "c": 100}
SIZES = {"a": 30, "b": 60, "c": 30}
SMALL = {"a": 12, "b": 30, "c": 12}
LEVEL = {"a": 0.35, "b": 0.6, "c": 0.8}
EVEN = np.array([0.10, 0.20, 0.30, 0.25, 0.15])
HIGHER = np.array([0.06, 0.14, 0.27, 0.31, 0.22])


def people(sizes):
    """Lay out respondents of one area with the weights that head-counts give them."""
    groups = np.repeat(list(sizes), list(sizes.values()))
    weight = [STAFF[group] / sizes[group] for group in groups]
    named = {"area": "X1", "wave": "1", "group": groups, "stratum": "", "psu": "", "weight": weight}
    return pd.DataFrame(named)


def share(name, sizes):
    true = sum(STAFF[group] * LEVEL[group] for group in STAFF) / sum(STAFF.values())

    @world(
        f"weighted share, {name}",
        fast=1000,
        long=10_000,
        coverage=Check("Wilson at the effective base, linearised", "coverage", "at least"),
    )
    def draw(rng, repetitions):
        frame = people(sizes)
        chance = frame["group"].map(LEVEL).to_numpy()[:, None]
        # Questions are the repetitions here: the same people answer each of them anew.
        names = [f"q{place:05d}" for place in range(repetitions)]
        hits = rng.random((len(frame), repetitions)) < chance
        answers = pd.concat([frame, pd.DataFrame(np.where(hits, 2, 1), columns=names)], axis=1)
        asked = items(*names, k=2, top_from=2)
        rows = weighted.shares(answers, asked, area="X1", wave="1", groups=list(STAFF))
        rows = rows[rows["group_a"].eq("all") & rows["estimand"].eq("weighted_share")]
        return {"coverage": (within(rows, true), width(rows))}


def theta(name, n, law):
    """Half of each side has three times the weight of the other half, and answers in another way."""
    scores = np.arange(1, 6)
    mixed = [np.array([0.25, 0.75]) @ np.stack(pair) for pair in ((law[0], EVEN), (law[1], EVEN))]
    true = float((mixed[0] * (np.cumsum(mixed[1]) - mixed[1] / 2)).sum())
    null = abs(true - 0.5) < 1e-12
    extra = {"test": Check("weighted theta, t test", "error rate")} if null else {}

    @world(
        f"weighted theta, {name}, n {2 * n} each",
        fast=500,
        long=10_000,
        coverage=Check("weighted theta on the logit scale", "coverage", "at least"),
        **extra,
    )
    def draw(rng, repetitions):
        weight = np.repeat([1.0, 3.0], n)
        kept, p, wide = [], [], []
        for _ in range(repetitions):
            x, y = (
                np.concatenate([rng.choice(scores, n, p=one), rng.choice(scores, n, p=EVEN)]) for one in law
            )
            row = weighted_theta.theta(x, weight, y, weight)
            kept.append(row["conf_low"] <= true <= row["conf_high"])
            p.append(row["p_value"] < 0.05)
            wide.append(row["conf_high"] - row["conf_low"])
        return {"coverage": (np.array(kept), np.array(wide)), "test": (np.array(p), np.nan)}


share("three groups of 30 to 60", SIZES)
share("three groups of 12 to 30", SMALL)
theta("alike", 20, (EVEN, EVEN))
theta("apart", 20, (HIGHER, EVEN))
