"""Answers that are missing because of what people said elsewhere, filled in and pooled."""

import numpy as np
import pandas as pd
from scipy import stats

from simulation.draws import areas, items
from simulation.registry import Check, width, within, world
from trustgap.stats import counts
from trustgap.stats.missingness import imputation, pooling
from trustgap.stats.shares import proportions

TEAMS = ("s", "t", "u", "v")
RATED = items(*(f"trust_{team}" for team in TEAMS), team=list(TEAMS))
CUTS = np.array([-1.2, -0.4, 0.3, 1.0])
N = 120


@world(
    "share, missing more often where other answers are low, n 120",
    fast=100,
    long=1500,
    coverage=Check("multiple imputation, Rubin, Barnard-Rubin", "coverage"),
)
def imputed(rng, repetitions):
    """Who trusts the second team little leaves the first question blank more often: a quarter do."""
    own = rng.standard_normal((repetitions * N, 1)) * np.sqrt(0.6)
    latent = own + rng.standard_normal((repetitions * N, len(TEAMS))) * np.sqrt(0.4)
    scores = 1 + (latent[..., None] > CUTS).sum(axis=-1)
    chance = np.where(scores[:, 1] <= 2, 0.45, 0.1)
    scores[:, 0] = np.where(rng.random(len(scores)) < chance, 0, scores[:, 0])
    answers = pd.DataFrame(scores, columns=list(RATED.index))
    answers = answers.assign(area=np.repeat(areas(repetitions), N), wave="1", group="g")
    table = counts.tally(answers, RATED)
    first = table[table["item"].eq("trust_s")].reset_index(drop=True)
    drawn = imputation.imputed(first, answers, RATED, seed=int(rng.integers(2**31)))
    rows = [
        proportions.shares(part.drop(columns="draw"), RATED).assign(draw=draw)
        for draw, part in drawn.groupby("draw")
    ]
    rows = pd.concat(rows, ignore_index=True)
    pooled = pooling.pool(rows[rows["estimand"].eq("top2_share")].reset_index(drop=True))
    return {"coverage": (within(pooled, float(stats.norm.sf(CUTS[2]))), width(pooled))}
