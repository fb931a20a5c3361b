"""Verdicts, intervals and rank sets of the synthetic survey against what is exactly true in it.

Everything is computed with the functions that the notebooks use, for all 153 areas at once and for the country;
`permutations=0` for speed: with fewer than 30 answers θ is then tested by the t distribution.
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trustgap.stats import areas, contrasts, counts, dyads, proportions, rankings, scoring, trends
from trustgap.survey import folder, synthetic, synthetic_law, synthetic_model, synthetic_truth
from trustgap.survey.answers import canonical

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
LATEST = "2019"
SEEDS = (1, 2, 3, 4, 5)
BY = ("analysis", "estimand", "whose")
# The areas' weights differ between groups and waves, so that the country differs by up to this much where no
# area does (`synthetic.truth`); an interval that misses "no difference" by less is not held against it.
NATIONAL_TOLERANCE = 0.005
HOLM, HOCHBERG = ("reciprocity", "change"), ("same_team", "group_gap", "against_rest")
# At a fixed mix of groups the limits (MOVER) are known to be a little wide, those of θ (logit scale) and of
# shares near 0 or 1 as well where groups are small: these must cover enough, and may cover more.
WIDE = {("against_rest", "all"), ("change", "all"), ("wave_share", "all")}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def survey():
    return folder.load(DEMO)


@pytest.fixture(scope="module")
def world():
    return synthetic_model.build(DEMO)


@pytest.fixture(scope="module")
def known(world):
    # Worked out afresh: the file that `synthetic.truth(areas=True)` keeps may be older than the settings.
    return synthetic_truth.local(world)


@pytest.fixture(scope="module")
def whole():
    return synthetic.truth(DEMO)


def estimated(cells, asked):
    """Run every analysis that is made of counts, for all areas in `cells`."""
    now = cells[cells["wave"].eq(LATEST)]
    everybody = pd.concat([now, counts.pool(now, over="group", label=counts.ALL)])
    waves = {"waves": list(asked.waves.index)}
    options = {"teams": asked.teams, "permutations": 0}
    parts = [
        *(dyads.reciprocity(cells, asked.items, asked.groups, block=block, **options) for block in RATED),
        *(dyads.same_team(now, asked.items, asked.groups, block=block, **options) for block in RATED),
        *(
            dyads.group_gap(now, asked.items, a, b, permutations=0)
            for a, b in combinations(asked.groups.index, 2)
        ),
        trends.change(cells, asked.items, comparable=asked.comparability, **waves),
        trends.standardised(cells, asked.items, **waves),
        proportions.shares(everybody, asked.items, low=True),
    ]
    if cells["area"].nunique() > 1:
        parts.append(areas.against_rest(now, asked.items))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(whose=np.where(rows["group_a"].eq(counts.ALL), "all", "groups"))


RATED = ("trust", "relationship")


def mixed_truth(rows, known):
    """Work out what is true of an area against the rest at the area's own mix, from what is true by group."""
    key = ["area", "wave", "item", "target"]
    by_group = rows[rows["analysis"].eq("against_rest") & rows["whose"].eq("groups") & rows["n_a"].gt(0)]
    own = known[known["analysis"].eq("against_rest")]
    both = by_group[[*scoring.KEY, "n_a"]].merge(own, on=scoring.KEY)
    both["part"] = both["n_a"] * both["value"]
    sums = both.groupby(key, as_index=False).agg(part=("part", "sum"), n=("n_a", "sum"), is_null=("is_null", "all"))
    labels = {"analysis": "against_rest", "estimand": "share_difference", "group_a": "all", "group_b": "rest"}
    return sums.assign(value=sums["part"] / sums["n"], **labels)[list(known.columns)]


def local_scores(cells, asked, known):
    rows = estimated(cells, asked)
    return scoring.score(rows, pd.concat([known, mixed_truth(rows, known)]), by=BY)


def national_scores(cells, asked, whole):
    pooled = counts.pool(cells, over="area", label=counts.NATIONAL)
    options = {"by": BY, "cluster": "item", "tolerance": NATIONAL_TOLERANCE}
    return scoring.score(estimated(pooled, asked), whole, **options)


@pytest.fixture(scope="module")
def cells(survey):
    return counts.tally(survey.answers, survey.questionnaire.items)


@pytest.fixture(scope="module")
def local(cells, survey, known):
    return local_scores(cells, survey.questionnaire, known)


@pytest.fixture(scope="module")
def national(cells, survey, whole):
    return national_scores(cells, survey.questionnaire, whole)


@pytest.fixture(scope="module")
def by_seed(survey):
    """Score the same survey made with other random numbers: areas, people and answers are all new."""
    asked, frames = survey.questionnaire, []
    for seed in SEEDS:
        raw, whole = synthetic.generate(DEMO, seed=seed)
        known = synthetic_truth.local(synthetic_model.build(DEMO, seed=seed))
        answers, _, problems = canonical(raw.astype("category"), questionnaire=asked, areas=survey.areas, file="synthetic")
        assert not problems
        cells = counts.tally(answers, asked.items)
        frames.append(local_scores(cells, asked, known).assign(seed=seed, where="areas"))
        frames.append(national_scores(cells, asked, whole).assign(seed=seed, where="national"))
    return pd.concat(frames, ignore_index=True)


def listed(table):
    """Give the whole table of scores for the message of a test that fails."""
    return "\n" + table.round(4).to_csv(index=False)
