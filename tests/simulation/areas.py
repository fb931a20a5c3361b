"""Areas against the rest, and how many are flagged when no area differs."""

import numpy as np
import pandas as pd

from simulation.draws import alike, cells, items, yes_no
from simulation.draws import areas as names_of
from simulation.registry import Check, width, within, world
from trustgap.stats.between_areas import areas, funnels
from trustgap.stats.ranking import priorities

COUNT = 40
SIZES = np.linspace(10, 60, COUNT).astype(int)
GROUPS = ("a", "b")
LEVEL = (0.7, 0.4)
MIXED = np.stack([np.linspace(10, 60, COUNT), np.linspace(60, 10, COUNT)], axis=1).astype(int)


@world(
    "40 areas all alike, n 10 to 60",
    outside_95=Check("funnel", "error rate", "at most"),
    outside_99_8=Check("funnel", "outside 99.8% limits", "at most"),
)
def funnel(rng, repetitions):
    """Wilson funnel about the mean of all areas; the share of areas outside, per country."""
    hits = rng.binomial(SIZES, 0.56, (repetitions, COUNT))
    share = hits / SIZES
    mean = hits.sum(axis=1) / SIZES.sum()
    outside = {"95": [], "998": []}
    for place in range(repetitions):
        limits = funnels.funnel(mean[place], SIZES)
        for level, listed in outside.items():
            low, high = limits[f"low_{level}"].to_numpy(), limits[f"high_{level}"].to_numpy()
            listed.append(((share[place] < low) | (share[place] > high)).mean())
    return {
        "outside 95": (np.array(outside["95"]), np.nan),
        "outside 99 8": (np.array(outside["998"]), np.nan),
    }


def country(rng, waves, chance):
    """Draw the counts of 40 areas of two groups in mixes that differ, one country for each wave."""
    frames = []
    for at, group in enumerate(GROUPS):
        n = MIXED[:, at]
        hits = rng.binomial(n, chance[..., at] if chance.ndim == 3 else chance[at], (waves, COUNT))
        frames.append(
            cells(
                yes_no(hits, n).reshape(-1, 2),
                area=np.tile(names_of(COUNT), waves),
                wave=np.repeat(np.char.zfill(np.arange(waves).astype(str), 5).astype(object), COUNT),
                group=group,
            )
        )
    return pd.concat(frames, ignore_index=True)


YES = items("q", k=2, top_from=2, low_to=1)


@world(
    "40 areas against the rest, no area differs, staff mixes do",
    fast=60,
    long=1000,
    coverage=Check("stratified Wilson, Newcombe", "coverage", "at least"),
    test=Check("stratified score test", "error rate"),
    flagged=Check("Benjamini-Hochberg over areas", "false findings among findings", "at most"),
)
def against_rest(rng, repetitions):
    """At an area's own mix nothing differs, though crude shares do."""
    rows = areas.against_rest(country(rng, repetitions, np.array(LEVEL)), YES)
    rows = rows[rows["group_a"].eq("all")]
    by = rows["wave"]
    flagged = rows["verdict"].isin(["higher", "lower"]).groupby(by).any()
    return {
        "coverage": (
            pd.Series(within(rows, 0.0), rows.index).groupby(by).mean().to_numpy(),
            pd.Series(width(rows), rows.index).groupby(by).mean().to_numpy(),
        ),
        "test": (rows["p_value"].lt(0.05).groupby(by).mean().to_numpy(), np.nan),
        "flagged": (flagged.to_numpy(), np.nan),
    }


@world(
    "40 areas against the rest, one in four differs",
    fast=60,
    long=1000,
    flagged=Check("Benjamini-Hochberg over areas", "false findings among findings", "at most"),
)
def some_differ(rng, repetitions):
    """Ten areas lie 0.25 above; the rest of the others then differs a little too, and counts as real."""
    chance = np.tile(np.array(LEVEL), (repetitions, COUNT, 1))
    chance[:, ::4] += 0.25
    rows = areas.against_rest(country(rng, repetitions, chance), YES)
    rows = rows[rows["group_a"].eq("all")]
    place = rows["area"].map({name: at for at, name in enumerate(names_of(COUNT))})
    # Nobody is exactly like the rest here: a finding is false if it points the wrong way.
    wrong = np.where(place % 4 == 0, rows["verdict"].eq("lower"), rows["verdict"].eq("higher"))
    called = rows["verdict"].isin(["higher", "lower"])
    by = rows["wave"]
    rate = pd.Series(wrong, rows.index).groupby(by).sum() / called.groupby(by).sum().clip(lower=1)
    return {"flagged": (rate.to_numpy(float), np.nan)}


QUESTIONS = items(*(f"q{place}" for place in range(10)))
COUNTRY = np.linspace(0.7, 0.4, 10)
HERE = COUNTRY + np.array([0.12, 0.1, 0.1, 0.02, 0.0, 0.0, -0.02, -0.1, -0.1, -0.12])


@world(
    "the question on which an area of 60 lies furthest from a rest of 600",
    fast=60,
    long=1500,
    above=Check("one-sided rank sets of differences", "joint coverage", "at least"),
    below=Check("one-sided rank sets of differences", "joint coverage", "at least"),
)
def furthest(rng, repetitions):
    """Ten questions; the first is furthest above, the last furthest below."""
    found = {"above": ([], []), "below": ([], [])}
    for seed in range(repetitions):
        frames = []
        for area, n, law in (("X1", 60, HERE), ("X2", 600, COUNTRY)):
            scores = np.where(alike(rng, (1, n), law, 0.4)[0], 4, 2)
            frame = pd.DataFrame(scores, columns=list(QUESTIONS.index))
            frames.append(frame.assign(area=area, wave="1", group="g"))
        answers = pd.concat(frames, ignore_index=True)
        rows = priorities.priorities(answers, QUESTIONS, area="X1", wave="1", seed=seed)
        for way, item in (("above", "q0"), ("below", "q9")):
            part = rows[rows["estimand"].eq(f"top_{way}")].set_index("item")["estimate"]
            found[way][0].append(part[item] == 1)
            found[way][1].append(part.sum())
    return {way: (np.array(kept), np.array(wide)) for way, (kept, wide) in found.items()}
