"""How much areas differ: the mean of areas, the spread between them, the range of a further area."""

import numpy as np
import pandas as pd
from scipy import special

from simulation.draws import areas, cells, items, yes_no
from simulation.registry import Check, width, within, world
from trustgap.stats.between_areas import heterogeneity

MEAN = 0.3


def spread(sd, count, sizes):
    spec = {
        "mean": Check("Hartung-Knapp t", "coverage", "equal" if sd else "at least"),
        # Without any spread limits that allow for some are wide, and the lower one of the spread is mostly 0.
        "between areas": Check("Q-profile", "coverage", "equal" if sd else "at least"),
        "further area": Check("prediction interval", "coverage", "equal" if sd else "at least"),
    }
    if not sd:
        spec["test"] = Check("Cochran's Q", "error rate", "at most")

    @world(
        f"{count} areas, spread {sd} on the logit scale, n {sizes[0]} to {sizes[1]}",
        fast=300,
        long=5000,
        **spec,
    )
    def draw(rng, repetitions):
        n = np.linspace(*sizes, count).astype(int)
        logit = MEAN + sd * rng.standard_normal((repetitions, count))
        hits = rng.binomial(n, special.expit(logit))
        names = np.char.add("q", np.char.zfill(np.arange(repetitions).astype(str), 5)).astype(object)
        table = cells(
            yes_no(hits, n).reshape(-1, 2),
            area=np.tile(areas(count), repetitions),
            item=np.repeat(names, count),
        )
        rows = heterogeneity.spread(table, items(*names, k=2, top_from=2))
        part = {name: rows[rows["estimand"].eq(name)] for name in rows["estimand"].unique()}
        further = special.expit(MEAN + sd * rng.standard_normal(repetitions))
        q = part["between_area_sd"]
        return {
            "mean": (within(part["mean_share"], special.expit(MEAN)), width(part["mean_share"])),
            "between areas": (within(q, sd), width(q)),
            "further area": (within(part["prediction"], further), width(part["prediction"])),
            "test": (pd.Series(q["p_value"] < 0.05).to_numpy(), np.nan),
        }


spread(0.0, 40, (30, 120))
spread(0.2, 40, (30, 120))
spread(0.5, 12, (60, 200))
spread(0.5, 6, (60, 200))
