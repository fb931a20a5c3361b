"""Change over the waves at a fixed mix of staff, while the mix of those who answer shifts."""

import numpy as np
import pandas as pd
from scipy import special

from simulation.draws import areas, cells, items, theta_of, yes_no
from simulation.registry import Check, width, within, world
from trustgap.stats.change.changes import change
from trustgap.stats.change.slopes import trend
from trustgap.stats.change.wave_shares import standardised

YES = items("q", k=2, top_from=2, low_to=1)
GROUPS = ("a", "b", "c")
MIX = {"a": 0.3, "b": 0.3, "c": 0.4}
LEVEL = np.array([0.8, 0.5, 0.35])
SHIFTING = {"first": np.array([90, 60, 50]), "last": np.array([40, 60, 100])}
STEADY = {"first": np.array([60, 60, 80]), "last": np.array([60, 60, 80])}
SMALL = {"first": np.array([14, 12, 11]), "last": np.array([11, 12, 16])}
CHANGED = np.array([0.7, 0.6, 0.5])


def two_waves(rng, repetitions, sizes, laws):
    """Draw the counts of two waves by group, one area for each repetition."""
    names = areas(repetitions)
    return pd.concat(
        [
            cells(
                yes_no(rng.binomial(n, share, repetitions), n),
                area=names,
                wave="1" if wave == "first" else "2",
                group=group,
            )
            for wave, law in laws.items()
            for n, share, group in zip(sizes[wave], law, GROUPS, strict=True)
        ],
        ignore_index=True,
    )


def changes(name, sizes, then, now):
    null = np.array_equal(then, now)
    true = float(np.array(list(MIX.values())) @ (now - then))
    extra = {"test": Check("stratified score test", "error rate")} if null else {}

    @world(
        f"change at a fixed mix, {name}",
        coverage=Check("stratified Wilson, Newcombe", "coverage", "at least"),
        coverage_at_90=Check("stratified Wilson, Newcombe", "coverage at 90%", "at least"),
        share=Check("stratified Wilson", "coverage", "at least"),
        theta=Check("MOVER on theta", "coverage", "at least"),
        **extra,
    )
    def draw(rng, repetitions):
        counts = two_waves(rng, repetitions, sizes, {"first": then, "last": now})
        rows = change(counts, YES, mix=MIX, permutations=0)
        rows = rows[rows["group_a"].eq("all")]
        points = rows[rows["estimand"].eq("share_difference")]
        thetas = rows[rows["estimand"].eq("theta")]
        narrow = points.assign(conf_low=points["conf_low_90"], conf_high=points["conf_high_90"])
        levels = standardised(counts, YES, mix=MIX)
        levels = levels[levels["group_a"].eq("all") & levels["wave"].eq("2")]
        # With two categories θ is one half of one more than the difference of the shares.
        return {
            "coverage": (within(points, true), width(points)),
            "coverage at 90": (within(narrow, true), width(narrow)),
            "share": (within(levels, float(np.array(list(MIX.values())) @ now)), width(levels)),
            "theta": (within(thetas, 0.5 + true / 2) | thetas["conf_low"].isna(), width(thetas)),
            "test": ((points["p_value"] < 0.05).to_numpy(), np.nan),
        }


FIVE = items("q")
THEN, NOW = np.array([0.12, 0.22, 0.28, 0.26, 0.12]), np.array([0.06, 0.14, 0.26, 0.36, 0.18])


@world(
    "theta of one group, last wave against first, n 40 and 60",
    coverage=Check("Brunner-Munzel on the logit scale", "coverage", "at least"),
)
def one_group(rng, repetitions):
    """A single group on a five-point item."""
    names = areas(repetitions)
    counts = pd.concat(
        [
            cells(rng.multinomial(n, law, repetitions), area=names, wave=wave)
            for wave, n, law in (("1", 40, THEN), ("2", 60, NOW))
        ]
    )
    rows = change(counts, FIVE, permutations=0)
    rows = rows[rows["estimand"].eq("theta") & rows["group_a"].eq("g")]
    return {"coverage": (within(rows, theta_of(NOW, THEN)), width(rows))}


TIMES = {"1": 2015.0, "2": 2016.0, "3": 2017.0, "4": 2018.0, "5": 2019.0}
SHIFT = np.array([[90, 80, 60, 50, 40], [60, 60, 60, 60, 60], [50, 60, 80, 90, 100]])


def slopes(name, slope, *, wobble=0.0):
    """Let the logit of every group's share rise by `slope` a year; waves as a whole may wobble."""
    t = np.array(list(TIMES.values()))
    share = special.expit(special.logit(LEVEL)[:, None] + slope * (t - 2017))
    true = float(np.array(list(MIX.values())) @ (share[:, -1] - share[:, 0]))
    both = ("binomial model", "waves as they scatter")
    promises = {}
    for method, side in zip(both, ("equal", "at least"), strict=True):
        if wobble and method == both[0]:
            continue
        promises[f"coverage, {method}"] = Check(method, "coverage", side)
        if not slope:
            promises[f"test, {method}"] = Check(
                method, "error rate", "equal" if side == "equal" else "at most"
            )

    @world(f"trend over five waves, {name}", **promises)
    def draw(rng, repetitions):
        names = areas(repetitions)
        moved = rng.normal(0, wobble, (repetitions, 5)) if wobble else np.zeros((repetitions, 5))
        counts = []
        for at, group in enumerate(GROUPS):
            for wave, label in enumerate(TIMES):
                chance = special.expit(special.logit(share[at, wave]) + moved[:, wave])
                hits = rng.binomial(SHIFT[at, wave], chance)
                table = yes_no(hits, SHIFT[at, wave])
                counts.append(cells(table, area=names, wave=label, group=group))
        rows = trend(pd.concat(counts, ignore_index=True), YES, TIMES, mix=MIX)
        rows = rows[rows["group_a"].eq("all") & rows["estimand"].eq("change_over_period")]
        model = rows["method"].str.startswith("binomial").to_numpy()
        found = {}
        for method, part in zip(both, (rows[model], rows[~model]), strict=True):
            found[f"coverage, {method}"] = within(part, true), width(part)
            found[f"test, {method}"] = (part["p_value"] < 0.05).to_numpy(), np.nan
        return found


changes("no change, steady staff mix", STEADY, LEVEL, LEVEL)
changes("no change, shifting staff mix", SHIFTING, LEVEL, LEVEL)
changes("change, shifting staff mix", SHIFTING, LEVEL, CHANGED)
changes("no change, three small groups", SMALL, LEVEL, LEVEL)
slopes("no trend, shifting staff mix", 0.0)
slopes("rising, shifting staff mix", 0.15)
slopes("no trend, waves that wobble", 0.0, wobble=0.15)
