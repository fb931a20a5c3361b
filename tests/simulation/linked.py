"""Waves in which some people answer again: each of them counts as one."""

import numpy as np
from linked_people import survey
from scipy import special

from simulation.draws import items
from simulation.registry import Check, width, within, world
from trustgap.stats import counts
from trustgap.stats.change import linked
from trustgap.stats.change.changes import change
from trustgap.stats.change.slopes import trend

YES = items("q", k=2, top_from=2, low_to=1)
MIX = {"a": 0.3, "b": 0.3, "c": 0.4}
LEVEL = {"a": 0.8, "b": 0.5, "c": 0.35}
SHIFTING = {"a": [90, 40], "b": [60, 60], "c": [50, 100]}
TIMES = {str(wave): 2014.0 + wave for wave in range(1, 6)}


def changes(name, moved):
    shares = {group: [share, share + moved] for group, share in LEVEL.items()}
    extra = {} if moved else {"test": Check("score test, respondents as clusters", "error rate")}

    @world(
        f"change, half of the people answer twice, {name}",
        fast=500,
        long=5000,
        coverage=Check("MOVER with correlation", "coverage", "at least"),
        theta=Check("theta, respondents as clusters", "coverage", "at least"),
        **extra,
    )
    def draw(rng, repetitions):
        answers = survey(rng, reps=repetitions, sizes=SHIFTING, shares=shares, rho=0.6, linked=0.5)
        table, links = counts.tally(answers, YES), linked.pairs(answers, YES)
        rows = change(table, YES, mix=MIX, links=links, permutations=0)
        rows = rows[rows["group_a"].eq("all")]
        points = rows[rows["estimand"].eq("share_difference")]
        thetas = rows[rows["estimand"].eq("theta")]
        return {
            "coverage": (within(points, moved), width(points)),
            "theta": (within(thetas, 0.5 + moved / 2) | thetas["conf_low"].isna().to_numpy(), width(thetas)),
            "test": ((points["p_value"] < 0.05).to_numpy(), np.nan),
        }


def slopes(name, slope):
    t = np.array(list(TIMES.values()))
    law = {
        group: list(special.expit(special.logit(share) + slope * (t - t.mean())))
        for group, share in LEVEL.items()
    }
    true = sum(MIX[group] * (shares[-1] - shares[0]) for group, shares in law.items())
    extra = {} if slope else {"test": Check("binomial model, respondents as clusters", "error rate")}

    @world(
        f"trend, half of the people answer in all five waves, {name}",
        fast=300,
        long=3000,
        coverage=Check("binomial model, respondents as clusters", "coverage", "at least"),
        waves=Check("waves as they scatter, respondents as clusters", "coverage", "at least"),
        **extra,
    )
    def draw(rng, repetitions):
        sizes = {group: [60] * 5 for group in LEVEL}
        answers = survey(rng, reps=repetitions, sizes=sizes, shares=law, rho=0.6, linked=0.5)
        table, links = counts.tally(answers, YES), linked.pairs(answers, YES)
        rows = trend(table, YES, TIMES, mix=MIX, links=links)
        rows = rows[rows["group_a"].eq("all") & rows["estimand"].eq("change_over_period")]
        model = rows["method"].str.startswith("binomial").to_numpy()
        return {
            "coverage": (within(rows[model], true), width(rows[model])),
            "waves": (within(rows[~model], true), width(rows[~model])),
            "test": ((rows[model]["p_value"] < 0.05).to_numpy(), np.nan),
        }


changes("no change", 0.0)
changes("change", 0.1)
slopes("no trend", 0.0)
slopes("rising", 0.12)
