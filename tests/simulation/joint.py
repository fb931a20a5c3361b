"""Four groups rate one another's teams: limits for all pairs together, and the joint model."""

import numpy as np
import pandas as pd
from scipy import stats

from simulation.draws import areas
from simulation.paired import ALIKE
from simulation.registry import Check, width, within, world
from simulation.verdicts import EVEN, RATED, STAFF, everybody
from trustgap.stats.trust import dyads, joint, pattern

N = 40
OWN = 0.4


@world(
    "reciprocity of four groups, all alike, n 40 each, all pairs together",
    fast=1000,
    long=10_000,
    all_pairs=Check("simultaneous limits of theta", "joint coverage", "at least"),
)
def simultaneous(rng, repetitions):
    """Every pair's limits contain θ = 0.5 together."""
    rows = dyads.reciprocity(everybody(rng, repetitions, N, EVEN), RATED, STAFF, permutations=0)
    rows = rows[rows["estimand"].eq("theta_simultaneous")]
    held = pd.Series(within(rows, 0.5), rows.index).groupby(rows["area"]).all()
    return {"all pairs": (held.to_numpy(), pd.Series(width(rows)).groupby(rows["area"].to_numpy()).mean())}


def surveyed(rng, repetitions, readiness):
    """Draw respondents whose ratings of several teams go together; groups may differ in readiness."""
    frames = []
    for group, (team, ready) in zip(STAFF.index, zip(STAFF["team"], readiness, strict=True), strict=True):
        own = rng.standard_normal((repetitions, N, 1)) * np.sqrt(OWN)
        latent = ready + own + rng.standard_normal((repetitions, N, len(RATED))) * np.sqrt(1 - OWN)
        scores = 1 + (latent[..., None] > ALIKE).sum(axis=-1)
        frame = pd.DataFrame(scores.reshape(-1, len(RATED)), columns=list(RATED.index))
        frame[f"trust_{team}"] = -1
        frames.append(frame.assign(area=np.repeat(areas(repetitions), N), wave="1", group=group))
    answers = pd.concat(frames, ignore_index=True)
    return answers.assign(respondent=np.arange(len(answers)).astype(str))


@world(
    "joint model of who trusts whom, four groups alike, n 40 each",
    fast=80,
    long=600,
    interaction=Check("proportional odds, respondents as clusters", "error rate", "at most"),
    groups=Check("Wald test of groups, respondents as clusters", "error rate", "at most"),
    proportional_odds=Check("Brant, respondents as clusters", "error rate", "at most"),
)
def alike(rng, repetitions):
    """The same people rate three teams: tests that take answers as independent go wrong here."""
    rows = pattern.pattern(surveyed(rng, repetitions, (0, 0, 0, 0)), RATED, STAFF)
    found = {}
    for check, estimand in (
        ("interaction", "interaction"),
        ("groups", "between_groups"),
        ("proportional odds", "proportional_odds"),
    ):
        part = rows[rows["estimand"].eq(estimand)]
        found[check] = (part["p_value"] < 0.05).to_numpy(), np.nan
    return found


@world(
    "who trusts readily, who is trusted, four groups alike, n 40 each",
    fast=80,
    long=600,
    trusting=Check("additive model, respondents as clusters", "coverage"),
    trusted=Check("additive model, respondents as clusters", "coverage"),
    residuals=Check("additive model, Holm", "error rate of a family", "at most"),
)
def effects(rng, repetitions):
    """All groups trust all teams alike: the share of each is that of the law."""
    rows = joint.effects(surveyed(rng, repetitions, (0, 0, 0, 0)), RATED, STAFF)
    true = float(stats.norm.sf(ALIKE[0][2]))
    found = {}
    for estimand in ("trusting", "trusted"):
        part = rows[rows["estimand"].eq(estimand)]
        held = pd.Series(within(part, true), part.index).groupby(part["area"]).mean()
        wide = pd.Series(width(part), part.index).groupby(part["area"]).mean()
        found[estimand] = held.to_numpy(), wide.to_numpy()
    left = rows[rows["estimand"].eq("residual")]
    called = left["verdict"].isin(["higher", "lower"]).groupby(left["area"]).any()
    return found | {"residuals": (called.to_numpy(), np.nan)}
