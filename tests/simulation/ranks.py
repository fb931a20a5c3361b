"""Rank sets and top sets of 25 factors answered by the same people: right for all factors together."""

import numpy as np
import pandas as pd

from simulation.draws import alike, items
from simulation.registry import Check, world
from trustgap.stats.ranking import rankings

COUNT = 25
FACTORS = items(*(f"f{i:02d}" for i in range(COUNT)), block="factor")
CLUMPS = np.repeat([0.70, 0.60, 0.50, 0.40, 0.30], 5) + np.tile(np.linspace(0.008, -0.008, 5), 5)
WELL_SPREAD = np.linspace(0.85, 0.15, COUNT)
NEAR = np.linspace(0.51, 0.49, COUNT)
RHO = 0.4


def ranked(name, law, n, *, missing=0.0, fast=40, long=400):
    rank = 1 + (law[:, None] < law).sum(axis=1)
    ranks = {"ranks": Check("simultaneous rank sets", "joint coverage", "at least")} if n >= 30 else {}
    tops = {f"top {tau}": Check("one-sided top sets", "joint coverage", "at least") for tau in (1, 3, 5)}

    @world(f"25 factors, {name}, n {n}", fast=fast, long=long, **ranks, **tops)
    def draw(rng, repetitions):
        hits = alike(rng, (repetitions, n), law, RHO)
        scores = np.where(rng.random(hits.shape) < missing, -2, np.where(hits, 4, 2))
        found = {check: ([], []) for check in [*ranks, *tops]}
        for seed, part in enumerate(scores):
            answers = pd.DataFrame(part, columns=list(FACTORS.index)).assign(area="X", wave="1", group="g")
            rows = rankings.ranking(answers, FACTORS, area="X", wave="1", group="g", seed=seed)
            whole = rows[rows["estimand"].eq("rank")]
            if ranks:
                low, high = whole["conf_low"].to_numpy(), whole["conf_high"].to_numpy()
                found["ranks"][0].append(((low <= rank) & (rank <= high)).all())
                found["ranks"][1].append((high - low + 1).mean())
            for tau in (1, 3, 5):
                inside = rows[rows["estimand"].eq(f"top_{tau}")]["estimate"].to_numpy() == 1
                found[f"top {tau}"][0].append(inside[rank <= tau].all())
                found[f"top {tau}"][1].append(inside.sum())
        return {check: (np.array(kept), np.array(wide)) for check, (kept, wide) in found.items()}


ranked("five clumps", CLUMPS, 60)
ranked("five clumps", CLUMPS, 200)
ranked("well spread", WELL_SPREAD, 200)
ranked("well spread, 15% do not know", WELL_SPREAD, 200, missing=0.15)
ranked("all near one another", NEAR, 20, fast=60, long=600)
