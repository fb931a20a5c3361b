"""Questions that hang together: alpha, omega and Mokken's H of a battery."""

import numpy as np
import pandas as pd
from scipy import stats

from simulation.draws import items
from simulation.registry import Check, world
from trustgap.stats.batteries import scales

COUNT, N = 6, 100
BATTERY = items(*(f"q{place}" for place in range(COUNT)), block="statement")
CUTS = np.array([-1.0, -0.3, 0.4, 1.1])
LOADING = np.sqrt(0.5)


def answered(rng, n):
    own = rng.standard_normal((n, 1)) * LOADING
    latent = own + rng.standard_normal((n, COUNT)) * np.sqrt(1 - LOADING**2)
    return 1 + (latent[..., None] > CUTS).sum(axis=-1)


def truth():
    """Work out from the law of two answers what a survey without end would give."""
    edges = np.concatenate([[-9.0], CUTS, [9.0]])
    both = stats.multivariate_normal(cov=[[1, LOADING**2], [LOADING**2, 1]])
    points = np.stack(np.meshgrid(edges, edges, indexing="ij"), axis=-1)
    table = np.diff(np.diff(both.cdf(points), axis=0), axis=1)
    scores, one = np.arange(1, 6), np.diff(stats.norm.cdf(edges))
    mean = one @ scores
    variance = one @ (scores - mean) ** 2
    covariance = (scores - mean) @ table @ (scores - mean)
    alpha = COUNT * covariance / (variance + (COUNT - 1) * covariance)
    # Items with one law can have the covariance of equal answers at most: their variance.
    return {"alpha": alpha, "omega": alpha, "mokken_h": covariance / variance}


@world(
    f"a battery of {COUNT} questions, one factor, n {N}",
    fast=120,
    long=1500,
    alpha=Check("influence values of alpha", "coverage"),
    omega=Check("influence values of omega", "coverage"),
    mokken_h=Check("bias-corrected bootstrap of H", "coverage"),
)
def battery(rng, repetitions):
    """All questions have one law and one loading, so that omega is alpha."""
    true = truth()
    found = {name: ([], []) for name in true}
    for seed in range(repetitions):
        answers = pd.DataFrame(answered(rng, N), columns=list(BATTERY.index))
        answers = answers.assign(area="X1", wave="1", group="g")
        rows = scales.scale(answers, BATTERY, area="X1", wave="1", name="b", seed=seed)
        rows = rows.set_index("estimand")
        for name, value in true.items():
            low, high = rows.loc[name, ["conf_low", "conf_high"]]
            found[name][0].append(low <= value <= high)
            found[name][1].append(high - low)
    named = {"alpha": "alpha", "omega": "omega", "mokken h": "mokken_h"}
    return {check: tuple(np.array(part) for part in found[name]) for check, name in named.items()}
