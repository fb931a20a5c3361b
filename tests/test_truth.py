"""Verdicts, intervals and rank sets of the synthetic survey against what is exactly true in it.

Everything is computed with the functions that the notebooks use, for all 153 areas at once and for the
country; `permutations=0` for speed: with fewer than 30 answers θ is then tested by the t distribution.
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trustgap.stats import counts
from trustgap.stats.between_areas import areas
from trustgap.stats.change import changes, wave_shares
from trustgap.stats.checks import scoring
from trustgap.stats.ranking import contrasts, rankings
from trustgap.stats.shares import proportions
from trustgap.stats.trust import dyads
from trustgap.survey import folder
from trustgap.survey.answers import canonical
from trustgap.survey.synthetic import folder as synthetic
from trustgap.survey.synthetic import law as synthetic_law
from trustgap.survey.synthetic import model as synthetic_model
from trustgap.survey.synthetic import truth as synthetic_truth

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
LATEST = "2019"
RATED = ("trust", "relationship")
SEEDS = (1, 2, 3, 4, 5)
BY = ("analysis", "estimand", "whose")
SHOWN = 11  # rows that rest on fewer answers are hidden from every page
# The areas' weights differ between groups and waves, so that the country differs by up to this much where no
# area does (`synthetic.truth`); an interval that misses "no difference" by less is not held against it.
NATIONAL_TOLERANCE = 0.005
HOLM, HOCHBERG = ["reciprocity", "change"], ["same_team", "group_gap", "against_rest"]

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
        changes.change(cells, asked.items, comparable=asked.comparability, permutations=0, **waves),
        wave_shares.standardised(cells, asked.items, **waves),
        proportions.shares(everybody, asked.items),
    ]
    if len(cells["area"].unique()) > 1:
        parts.append(areas.against_rest(now, asked.items))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(whose=np.where(rows["group_a"].eq(counts.ALL), "all", "groups"))


def mixed_truth(rows, known):
    """Work out what is true of an area against the rest at the area's own mix, from what is true by group."""
    key = ["area", "wave", "item", "target"]
    by_group = rows[rows["analysis"].eq("against_rest") & rows["whose"].eq("groups") & rows["n_a"].gt(0)]
    own = known[known["analysis"].eq("against_rest")]
    both = by_group[[*scoring.KEY, "n_a"]].merge(own, on=scoring.KEY)
    both["part"] = both["n_a"] * both["value"]
    sums = both.groupby(key, as_index=False).agg(
        part=("part", "sum"), n=("n_a", "sum"), is_null=("is_null", "all")
    )
    labels = {"analysis": "against_rest", "estimand": "share_difference", "group_a": "all", "group_b": "rest"}
    return sums.assign(value=sums["part"] / sums["n"], **labels)[list(known.columns)]


def shown(rows):
    """Keep what disclosure control would let pass by its number of answers."""
    return rows[rows["n_a"].ge(SHOWN) & rows["n_b"].fillna(SHOWN).ge(SHOWN)]


def local_scores(cells, asked, known):
    rows = estimated(cells, asked)
    return scoring.score(shown(rows), pd.concat([known, mixed_truth(rows, known)]), by=BY)


def national_scores(cells, asked, whole):
    pooled = counts.pool(cells, over="area", label=counts.NATIONAL)
    options = {"by": BY, "cluster": "item", "tolerance": NATIONAL_TOLERANCE}
    return scoring.score(shown(estimated(pooled, asked)), whole, **options)


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
        answers, _, problems = canonical(
            [raw.astype("category")], questionnaire=asked, areas=survey.areas, file="synthetic"
        )
        assert not problems
        cells = counts.tally(answers, asked.items)
        frames.append(local_scores(cells, asked, known).assign(seed=seed, where="areas"))
        frames.append(national_scores(cells, asked, whole).assign(seed=seed, where="national"))
    return pd.concat(frames, ignore_index=True)


def listed(table):
    """Give the whole table of scores for the message of a test that fails."""
    return "\n" + table.round(4).to_csv(index=False)


def exceeding(table, rate, promised):
    """Give the rows whose rate lies above what is promised by more than three Monte-Carlo errors."""
    return table[table[f"{rate}_rate"] > promised + 3 * table[f"{rate}_error"]]


def short(table):
    """Give the rows whose intervals cover the truth too rarely."""
    return table[table["coverage"] < 0.95 - 3 * table["coverage_error"]]


def test_where_there_is_no_difference_few_are_called_different(local, national):
    for table in (local, national):
        assert table["nulls"].sum() > 200
        assert exceeding(table, "false", scoring.LEVEL).empty, listed(table)


def test_families_of_tests_keep_their_error_rate(local):
    for analyses, rate, promised in ((HOLM, "family_rate", 0.05), (HOCHBERG, "discovery_rate", 0.10)):
        chosen = local[local["analysis"].isin(analyses) & local["families"].gt(100)]
        error = np.sqrt(promised * (1 - promised) / chosen["families"])
        assert len(chosen)
        assert (chosen[rate] <= promised + 3 * error).all(), listed(chosen)


def test_hardly_any_difference_is_called_the_wrong_way(local, national):
    for table in (local, national):
        assert exceeding(table, "wrong", scoring.LEVEL / 2).empty, listed(table)
    assert national["wrong_way"].sum() == 0, listed(national)
    assert local["wrong_way"].sum() < 0.01 * local["differences"].sum(), listed(local)


def test_hardly_any_real_difference_is_called_equivalent(local, national):
    for table in (local, national):
        assert exceeding(table, "equal", scoring.LEVEL).empty, listed(table)


def test_differences_that_could_be_seen_are_seen(local, national):
    for table in (local, national):
        seen = table[table["seeable"] > 20]
        assert len(seen)
        assert (seen["seen_rate"] >= 0.8 - 3 * seen["seen_error"]).all(), listed(seen)


def test_in_the_country_differences_beyond_the_margin_are_found(national):
    judged = national[national["beyond"] > 0]
    assert (judged["right_way"] >= judged["beyond"]).all(), listed(judged)


def test_intervals_contain_the_truth_as_often_as_they_promise(local, national):
    assert local["intervals"].min() > 300
    for table in (local, national):
        assert short(table).empty, listed(table)
    # Newcombe's and Wilson's limits are not wide either.
    close = local[local["estimand"].isin(["share_difference", "top2_share"]) & local["whose"].eq("groups")]
    assert (close["coverage"] <= 0.95 + 3 * close["coverage_error"] + 0.005).all(), listed(close)


def test_other_random_numbers_tell_the_same(by_seed):
    assert by_seed["seed"].nunique() == len(SEEDS)
    for where in ("areas", "national"):
        table = by_seed[by_seed["where"].eq(where)]
        sums = table.groupby(list(BY), as_index=False).sum(numeric_only=True)
        # One seed's worth of chance each: three errors over all seeds together, not over every line of each.
        rates = ["false_error", "coverage_error", "seen_error"]
        errors = table.groupby(list(BY), as_index=False)[rates].max()
        false = sums["false"] / sums["nulls"].where(sums["nulls"] > 0)
        coverage = sums["covered"] / sums["intervals"]
        seen = sums["seen"] / sums["seeable"].where(sums["seeable"] > 20)
        spread = errors[rates] / np.sqrt(len(SEEDS))
        assert not (false > 0.05 + 3 * spread["false_error"]).any(), listed(table)
        assert not (coverage < 0.95 - 3 * spread["coverage_error"]).any(), listed(table)
        assert not (seen < 0.8 - 3 * spread["seen_error"]).any(), listed(table)
        assert seen.notna().any()
        assert sums["wrong_way"].sum() < 0.01 * sums["differences"].sum(), listed(table)


def ranked(survey, places, groups, *, all_together=False):
    """Rank the factors decision by decision, or all together, in some areas and groups."""
    factors = survey.questionnaire.items.query("block == 'factor'")
    here = survey.answers[survey.answers["wave"].eq(LATEST)]
    parts = {area: here if area == counts.NATIONAL else here[here["area"].eq(area)] for area in places}
    frames = []
    for decision in [""] if all_together else factors["decision"].unique():
        items = factors if all_together else factors[factors["decision"].eq(decision)]
        for area, answers in parts.items():
            for group in groups:
                options = {"area": area, "wave": LATEST, "group": group, "seed": 1}
                rows = rankings.ranking(answers, items, **options)
                # Groups with fewer answers leave the mean of the groups, and so another truth.
                if group != counts.ALL or complete(answers, items):
                    frames.append(rows.assign(target=decision))
    return pd.concat(frames, ignore_index=True)


def complete(answers, items):
    """Say whether every staff group has enough answers to every item to enter the mean of the groups."""
    return bool(
        ((answers[list(items.index)] > 0).groupby(answers["group"], observed=False).sum() >= SHOWN).all(
            axis=None
        )
    )


@pytest.fixture(scope="module")
def sample(survey):
    return sorted(survey.answers["area"].astype(str).unique())[::4]


def test_rank_sets_contain_all_true_ranks_together(survey, known, sample):
    rows = ranked(survey, sample, ["all", "asc", "hospital", "community"])
    table = scoring.rank_score(rows, known[known["analysis"].eq("ranking")], by=("analysis",))
    assert table["sets"].min() > 150
    assert (table["coverage"] >= 0.95 - 3 * table["coverage_error"]).all(), listed(table)
    assert table.set_index("estimand")["width"]["rank"] < 8, (
        "a set of all ranks would be right and say nothing"
    )


def test_rank_sets_of_all_factors_and_of_the_country_contain_the_true_ranks(survey, known, whole, sample):
    truth = pd.concat([known, whole])
    rows = ranked(survey, [*sample[::2], counts.NATIONAL], ["asc", "hospital"], all_together=True)
    rows = pd.concat([rows, ranked(survey, [counts.NATIONAL], ["all", *survey.questionnaire.groups.index])])
    table = scoring.rank_score(rows, truth[truth["analysis"].eq("ranking")], by=("analysis",))
    assert (table["coverage"] >= 0.95 - 3 * table["coverage_error"]).all(), listed(table)


def test_sets_of_the_least_trusted_contain_the_true_ranks(survey, known, whole, sample):
    trust, here = survey.questionnaire.items.query("block == 'trust'"), survey.answers
    here = here[here["wave"].eq(LATEST)]
    frames = [
        rankings.least_trusted(part, trust, area=area, wave=LATEST, seed=1)
        for area in [*sample, counts.NATIONAL]
        for part in [here if area == counts.NATIONAL else here[here["area"].eq(area)]]
    ]
    truth = pd.concat([known, whole])
    rows = pd.concat(frames).assign(target="")
    table = scoring.rank_score(rows, truth[truth["analysis"].eq("least")], by=("analysis",))
    assert (table["coverage"] >= 0.95 - 3 * table["coverage_error"]).all(), listed(table)


def contrast_truth(world, one, other):
    """Work out the true mean difference of two classes from what each respondent answered and its law.

    The truth of the survey holds for respondents who answer every factor; the estimate takes each over the
    factors they answered, so its expectation is worked out here for just those.
    """
    view, people = synthetic_law.look(world, pooled=False), world.respondents
    chance = view.positive[people["area"], people["wave"], people["group"]]
    classes = world.items["factor_class"]
    sides = []
    for name in (one, other):
        at = np.flatnonzero(classes == name)
        answered = world.kind[:, at] == 0
        total = answered.sum(axis=1)
        mean = np.where(answered, chance[:, at], 0).sum(axis=1) / np.maximum(total, 1)
        sides.append(np.where(total > 0, mean, np.nan))
    frame = people.assign(value=sides[0] - sides[1]).dropna()
    frame = frame[frame["wave"].eq(world.waves.index(LATEST))]
    areas_, groups = np.array(world.areas), np.array(world.groups)
    return frame.assign(area=areas_[frame["area"]], group_a=groups[frame["group"]])


def test_class_contrasts_are_right(survey, world, whole, sample):
    asked, here = survey.questionnaire, survey.answers[survey.answers["wave"].eq(LATEST)]
    frames, truths = [], []
    for one, other in combinations(asked.classes, 2):
        options = {"class_a": one, "class_b": other, "wave": LATEST}
        expected = contrast_truth(world, one, other)
        for group in asked.groups.index:
            members = here[here["group"].eq(group)]
            frames.append(
                contrasts.class_contrast(members, asked.items, area=counts.NATIONAL, group=group, **options)
            )
            for area, part in members[members["area"].isin(sample)].groupby("area", observed=True):
                frames.append(contrasts.class_contrast(part, asked.items, area=area, group=group, **options))
        own = expected.groupby(["area", "group_a"], as_index=False)["value"].mean()
        country = expected.groupby("group_a", as_index=False)["value"].mean().assign(area=counts.NATIONAL)
        truths.append(pd.concat([own, country]).assign(item=f"{one} v {other}"))
    labels = {"analysis": "class_contrast", "estimand": "mean_difference", "wave": LATEST}
    truth = pd.concat(truths).assign(is_null=False, group_b="", target="", **labels)
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.assign(whose=np.where(rows["area"].eq(counts.NATIONAL), "national", "areas"))
    table = scoring.score(rows, truth, by=("analysis", "estimand", "whose"))
    assert set(table["whose"]) == {"national", "areas"}
    assert short(table).empty, listed(table)
    assert exceeding(table, "wrong", scoring.LEVEL / 2).empty, listed(table)
    assert exceeding(table, "equal", scoring.LEVEL).empty, listed(table)
    # For respondents who answered all, as the survey's own truth has it, the value is almost the same.
    stated = whole.query("analysis == 'class_contrast' and wave == @LATEST").set_index(["item", "group_a"])[
        "value"
    ]
    found = truth[truth["area"].eq(counts.NATIONAL)].set_index(["item", "group_a"])["value"]
    assert (found - stated.reindex(found.index)).abs().max() < 0.005
