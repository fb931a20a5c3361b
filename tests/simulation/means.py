"""Means of scores, contrasts of classes within respondents, and τ-b of two orders or two ratings."""

import numpy as np
import pandas as pd
from scipy import stats

from simulation.draws import alike, areas, cells, items
from simulation.registry import Check, width, within, world
from trustgap.stats.orders import association
from trustgap.stats.ranking import contrasts
from trustgap.stats.shares import proportions

SCORED = items("q", numeric=True)
LAWS = {"even": [0.10, 0.20, 0.30, 0.25, 0.15], "leaning": [0.02, 0.05, 0.13, 0.30, 0.50]}


def mean(name, n):
    law = np.array(LAWS[name])
    true = float(law @ np.arange(1, 6))

    @world(f"mean score, {name}, n {n}", coverage=Check("t interval", "coverage"))
    def draw(rng, repetitions):
        table = cells(rng.multinomial(n, law, repetitions), area=areas(repetitions))
        rows = proportions.shares(table, SCORED)
        rows = rows[rows["estimand"].eq("mean")]
        return {"coverage": (within(rows, true), width(rows))}


FACTORS = items(*"abcdef", block="factor", factor_class=["x", "x", "x", "y", "y", "y"])
CLASSES = np.array([0.6, 0.5, 0.4, 0.45, 0.35, 0.3])


def contrast(n, missing):
    @world(
        f"class contrast, n {n}, {missing:.0%} blank",
        fast=150,
        long=3000,
        coverage=Check("t interval of within-respondent differences", "coverage"),
    )
    def draw(rng, repetitions):
        hits = alike(rng, (repetitions, n), CLASSES, 0.4)
        scores = np.where(rng.random(hits.shape) < missing, 0, np.where(hits, 4, 2))
        options = {"class_a": "x", "class_b": "y", "area": "X1", "wave": "1", "group": "g"}
        rows = [
            contrasts.class_contrast(frame_of(part, FACTORS.index), FACTORS, **options) for part in scores
        ]
        rows = pd.concat(rows, ignore_index=True)
        return {"coverage": (within(rows, CLASSES[:3].mean() - CLASSES[3:].mean()), width(rows))}


def frame_of(scores, names, group="g"):
    return pd.DataFrame(scores, columns=list(names)).assign(area="X1", wave="1", group=group)


SPREAD = np.linspace(0.25, 0.75, 10)
OTHER = SPREAD[[1, 0, 3, 2, 4, 5, 7, 6, 9, 8]]


@world(
    "agreement of two groups' orders, 10 factors, n 200 each",
    fast=100,
    long=1500,
    coverage=Check("bootstrap on Fisher's z", "coverage", "at least"),
)
def agreement(rng, repetitions):
    """Two groups order ten factors almost alike."""
    ordered = items(*(f"f{i}" for i in range(10)), block="factor")
    true = stats.kendalltau(SPREAD, OTHER).statistic
    rows = []
    for repetition in range(repetitions):
        sides = [
            frame_of(np.where(alike(rng, (1, 200), law, 0.4)[0], 4, 2), ordered.index, group)
            for law, group in ((SPREAD, "a"), (OTHER, "b"))
        ]
        answers = pd.concat(sides, ignore_index=True)
        options = {
            "group_a": "a",
            "group_b": "b",
            "area": "X1",
            "wave": "1",
            "seed": repetition,
            "draws": 400,
        }
        rows.append(contrasts.agreement(answers, ordered, **options))
    rows = pd.concat(rows, ignore_index=True)
    return {"coverage": (within(rows, true), width(rows))}


BOTH = items(
    "trust_s", "trust_t", "rel_s", "rel_t",
    team=["s", "t", "s", "t"], block=["trust", "trust", "relationship", "relationship"],
)  # fmt: skip
CUTS = np.array([-1.2, -0.4, 0.3, 1.0])


def ratings(rng, repetitions, n):
    """Draw trust in two teams and the relationship with them; all four share what the respondent is like."""
    own = rng.standard_normal((repetitions, n, 1)) * np.sqrt(0.3)
    team = rng.standard_normal((repetitions, n, 2)) * np.sqrt(0.3)
    noise = rng.standard_normal((repetitions, n, 4)) * np.sqrt(0.4)
    latent = own + team[..., [0, 1, 0, 1]] + noise
    return 1 + (latent[..., None] > CUTS).sum(axis=-1)


def together(n):
    drawn = ratings(np.random.default_rng(2), 1, 1_000_000)[0]
    table = np.zeros((1, 5, 5))
    for team in (0, 1):
        np.add.at(table[0], (drawn[:, team] - 1, drawn[:, team + 2] - 1), 1)
    concordant = sum(
        table[0, i, j] * (table[0, i + 1 :, j + 1 :].sum() - table[0, i + 1 :, :j].sum())
        for i in range(5)
        for j in range(5)
    )
    pairs = [(table.sum() ** 2 - (one**2).sum()) / 2 for one in (table[0].sum(0), table[0].sum(1))]
    true = concordant / np.sqrt(pairs[0] * pairs[1])

    @world(
        f"trust beside relationship, two teams, n {n}",
        fast=200,
        long=3000,
        coverage=Check("bootstrap of respondents, percentiles", "coverage"),
    )
    def draw(rng, repetitions):
        scores = ratings(rng, repetitions, n).reshape(repetitions * n, 4)
        frame = pd.DataFrame(scores, columns=list(BOTH.index))
        frame = frame.assign(area=np.repeat(areas(repetitions), n), wave="1", group="g")
        rows = association.association(frame, BOTH, draws=400, seed=int(rng.integers(2**31)))
        return {"coverage": (within(rows, true), width(rows))}


for law_name in LAWS:
    for size in (11, 30, 100):
        mean(law_name, size)
contrast(30, 0.0)
contrast(120, 0.15)
together(30)
together(120)
