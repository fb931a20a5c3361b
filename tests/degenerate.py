"""Answers in which nothing, or not much, can be estimated, and every function that makes rows of results."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from trustgap.stats import counts
from trustgap.stats.batteries import quality, scales
from trustgap.stats.between_areas import areas, expected, heterogeneity
from trustgap.stats.change import changes, linearity, slopes, wave_shares
from trustgap.stats.claims import looseness
from trustgap.stats.missingness import missing
from trustgap.stats.orders import association, ordinal, paired
from trustgap.stats.plan import plans
from trustgap.stats.ranking import contrasts, priorities, rankings
from trustgap.stats.shares import proportions, responses
from trustgap.stats.trust import dyads, joint, pattern
from trustgap.stats.weighting import weighted, weighted_theta

IDS = ["trust_s", "trust_t", "trust_u", "bond_s", "bond_t", "f1", "f2", "f3"]
ITEMS = pd.DataFrame(
    {
        "block": ["trust"] * 3 + ["relationship"] * 2 + ["factor"] * 3,
        "team": ["s", "t", "u", "s", "t", "", "", ""],
        "factor_class": [""] * 5 + ["x", "x", "y"],
        "decision": [""] * 5 + ["d"] * 3,
        "scale": "agree",
        "k": 5,
        "top_from": 4,
        "low_to": 2,
        "numeric": [False] * 3 + [True] * 2 + [False] * 3,
    },
    index=IDS,
)
GROUPS = pd.DataFrame({"team": ["s", "t"]}, index=["a", "b"])
TEAMS = pd.DataFrame({"members": [("a",), ("b",), ()]}, index=["s", "t", "u"])
TIMES = {"1": 2015.0, "2": 2016.0, "3": 2017.0}


def people(n, *, places=6, groups="ab", waves="123"):
    """Name respondents: so many in each area, group and wave."""
    grid = pd.MultiIndex.from_product(
        [[f"A{i}" for i in range(places)], list(waves), list(groups), range(n)],
        names=["area", "wave", "group", "person"],
    )
    named = grid.to_frame(index=False)
    return named.assign(respondent=[f"r{i}" for i in range(len(named))], weight=1.0, stratum="", psu="").drop(
        columns="person"
    )


def answered(who, scores):
    """Put answers beside the people; a number stands for the same answer throughout."""
    scores = np.asarray(scores, dtype="int8")
    table = np.broadcast_to(scores[:, None] if scores.ndim == 1 else scores, (len(who), len(IDS)))
    return pd.concat([who, pd.DataFrame(table, columns=IDS)], axis=1)


def varied(who, seed=1):
    return np.random.default_rng(seed).integers(1, 6, (len(who), len(IDS)))


def _separated(column):
    def make():
        who = people(20)
        high = who[column].eq(who[column].max()).to_numpy()
        return answered(who, np.where(high, 5, 1))

    return make


def _drawn(n, **layout):
    return lambda: answered(who := people(n, **layout), varied(who))


def _identical():
    who = people(40)
    return answered(who, varied(who)[:, 0])


def _opposite():
    """Every second question is the reverse of the one before: no covariance matrix of rank two."""
    who = people(40)
    first = varied(who)[:, :1]
    return answered(who, np.where(np.arange(len(IDS)) % 2 == 0, first, 6 - first))


def _unused():
    who = people(40)
    return answered(who, np.random.default_rng(2).choice([2, 4], (len(who), len(IDS))))


def _gap():
    found = _drawn(40)()
    return found[found["wave"] != "2"].reset_index(drop=True)


SITUATIONS = {
    "nobody": lambda: answered(people(3), 0),
    "all don't know": lambda: answered(people(40), -2),
    "one each": _drawn(1),
    "three each": _drawn(3),
    "ten each": _drawn(10),
    "eleven each": _drawn(11),
    "all the same": lambda: answered(people(40), 4),
    "all at the top": lambda: answered(people(40), 5),
    "groups apart": _separated("group"),
    "waves apart": _separated("wave"),
    "areas apart": _separated("area"),
    "unused categories": _unused,
    "one group": _drawn(40, groups="a"),
    "one area": _drawn(40, places=1),
    "two areas": _drawn(40, places=2),
    "one wave": _drawn(40, waves="3"),
    "a wave missing": _gap,
    "identical items": _identical,
    "singular covariance": _opposite,
}


@cache
def situation(name):
    """Give what the functions need of one set of answers."""
    found = SITUATIONS[name]()
    cells = counts.fill(counts.tally(found, ITEMS), group=["a", "b"], wave=["1", "2", "3"])
    return SimpleNamespace(
        answers=found,
        cells=cells,
        now=cells[cells["wave"].eq("3")].reset_index(drop=True),
        people=responses.respondents(found),
        one=found[found["area"].eq("A0")],
    )


PLACE = {"area": "A0", "wave": "3"}
FACTORS = ITEMS[ITEMS["block"].eq("factor")]
SEED = {"seed": 1}


def _sides(of):
    return [of.now[of.now["group"].eq(group)].reset_index(drop=True) for group in "ab"]


def _headline(of):
    pooled = counts.pool(of.now, over="group", label="all")
    shares = proportions.shares(pooled[pooled["item"].eq("trust_s")], ITEMS)
    return shares[shares["estimand"].eq("top2_share")]


MAKERS = {
    "expected.expected": lambda of: expected.expected(of.now, ITEMS),
    "looseness.looser": lambda of: looseness.looser(of.one[of.one["wave"].eq("3")], ITEMS, team="s"),
    "areas.against_rest": lambda of: areas.against_rest(of.now, ITEMS),
    "association.association": lambda of: association.association(of.answers, ITEMS, draws=50),
    "association.beside": lambda of: association.beside(of.now, ITEMS),
    "contrasts.agreement": lambda of: contrasts.agreement(
        of.answers, FACTORS, group_a="a", group_b="b", draws=50, **PLACE, **SEED
    ),
    "contrasts.class_contrast": lambda of: contrasts.class_contrast(
        of.answers, FACTORS, class_a="x", class_b="y", **PLACE
    ),
    "dyads.group_gap": lambda of: dyads.group_gap(of.now, FACTORS, "a", "b", permutations=99),
    "dyads.reciprocity": lambda of: dyads.reciprocity(of.now, ITEMS, GROUPS, teams=TEAMS, permutations=99),
    "dyads.same_team": lambda of: dyads.same_team(of.now, ITEMS, GROUPS, teams=TEAMS, permutations=99),
    "heterogeneity.drawn_in": lambda of: heterogeneity.drawn_in(_headline(of)),
    "heterogeneity.spread": lambda of: heterogeneity.spread(of.now, ITEMS),
    "ordinal.compare": lambda of: ordinal.compare(*_sides(of), ITEMS, analysis="x", permutations=99),
    "paired.dominance": lambda of: paired.dominance(of.answers, ITEMS, teams=TEAMS),
    "joint.effects": lambda of: joint.effects(of.answers, ITEMS, GROUPS, teams=TEAMS),
    "linearity.linearity": lambda of: linearity.linearity(of.cells, ITEMS, TIMES),
    "missing.bounds": lambda of: missing.bounds(of.now, ITEMS),
    "pattern.pattern": lambda of: pattern.pattern(of.answers, ITEMS, GROUPS, teams=TEAMS),
    "plans.by_area": lambda of: plans.by_area(of.people, pair=("a", "b"), waves=list(TIMES)),
    "quality.quality": lambda of: quality.quality(of.one, ITEMS),
    "quality.without": lambda of: quality.without(of.one, ITEMS, item="trust_s"),
    "weighted.shares": lambda of: weighted.shares(of.answers, ITEMS, **PLACE, groups=["a", "b"]),
    "weighted_theta.reweighted": lambda of: weighted_theta.reweighted(
        dyads.group_gap(of.now, FACTORS, "a", "b", permutations=99).query("estimand == 'theta'"), of.answers
    ),
    "priorities.priorities": lambda of: priorities.priorities(of.answers, ITEMS, **PLACE, **SEED),
    "proportions.difference": lambda of: proportions.difference(*_sides(of), ITEMS, analysis="x"),
    "proportions.distribution": lambda of: proportions.distribution(of.now, ITEMS),
    "proportions.shares": lambda of: proportions.shares(of.now, ITEMS),
    "rankings.least_trusted": lambda of: rankings.least_trusted(of.answers, ITEMS, **PLACE, **SEED),
    "rankings.ranking": lambda of: rankings.ranking(of.answers, FACTORS, **PLACE, **SEED),
    "responses.answered": lambda of: responses.answered(of.now),
    "responses.who_answered": lambda of: responses.who_answered(of.people, staff={"a": 500.0, "all": 900.0}),
    "scales.every": lambda of: scales.every(of.one, [("f", "all", FACTORS)], **PLACE, **SEED),
    "scales.scale": lambda of: scales.scale(of.one, FACTORS, name="f", draws=50, **PLACE, **SEED),
    "slopes.trend": lambda of: slopes.trend(of.cells, ITEMS, TIMES),
    "changes.change": lambda of: changes.change(of.cells, ITEMS, waves=list(TIMES)),
    "wave_shares.standardised": lambda of: wave_shares.standardised(of.cells, ITEMS, waves=list(TIMES)),
}
"""Every function of `trustgap.stats` that makes rows of results: one line each."""
