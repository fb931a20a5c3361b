"""Whatever people answer, every function gives the row that is defined for it: a reason, or honest limits."""

import ast
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from degenerate import MAKERS, SITUATIONS, situation

from trustgap import stats
from trustgap.report.vocabulary import REASONS
from trustgap.stats import results

MODULES = sorted(Path(stats.__file__).parent.rglob("*.py"))
TESTS = ("between_groups", "between_teams", "interaction", "interaction_top2", "proportional_odds")
"""Estimands whose number is a test statistic."""

POINTS = ("respondents", "composite", "shrunken_share", *TESTS)
"""Estimands that have no interval by design; so have tops, and what is planned."""

EMPTY = {
    ("nobody", "association.association"),
    ("nobody", "paired.dominance"),
    ("all don't know", "association.association"),
    ("all don't know", "paired.dominance"),
}
"""Where there is no row at all: no team was rated, so there is none to set the others against."""

NUMBERS = [
    "estimate",
    "conf_low",
    "conf_high",
    "conf_low_90",
    "conf_high_90",
    "p_value",
    "p_adjusted",
    "mde80",
]
PAIRS = [(name, maker) for name in SITUATIONS for maker in MAKERS]


@cache
def rows(name, maker):
    return results.complete(MAKERS[maker](situation(name)))


def reasons(name, maker, **equals):
    found = rows(name, maker)
    for column, value in equals.items():
        found = found[found[column].eq(value)]
    # Whether test and interval agree is no matter of what can be estimated.
    return set(found["reason"].replace("p_ci_disagree", ""))


def test_every_public_function_that_makes_rows_of_results_is_in_the_table():
    missing = []
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            text = ast.get_docstring(node) or ""
            gives = text.partition("Returns\n")[2].partition("Raises\n")[0]
            makes = "nalysis ``" in gives or "``analysis``" in gives or "rows of results" in gives
            adjusts = "`rows` with" in gives  # the rows are another function's
            name = f"{path.stem}.{node.name}"
            if makes and not adjusts and name not in MAKERS and name not in ELSEWHERE:
                missing.append(name)
    assert missing == [], "give each a line in MAKERS (tests/degenerate.py), or in ELSEWHERE with the reason"


ELSEWHERE = {
    "agreement.agreement": "reads ratings of cases: test_agreement.py",
    "disagreement.rater_differences": "reads ratings of cases: test_disagreement.py",
    "disagreement.raters_differ": "reads ratings of cases: test_disagreement.py",
    "icc.icc": "reads ratings of cases: test_icc.py",
    "cases.shares": "reads reviewed cases: test_cases.py",
    "savings.saving": "reads reviewed cases: test_savings.py",
    "consistency.between_teams": "reads decisions on cases: test_consistency.py",
    "cases.share": "one share of cases.shares: test_cases.py",
    "reviews.counted": "reads reviewed cases: test_reviews.py",
    "reviews.findings": "reads reviewed cases: test_reviews.py",
    "reviewers.agreed": "reads reviewed cases: test_teams_decide.py",
    "reviewers.agreement_change": "reads reviewed cases: test_teams_decide.py",
    "suitability.suitable": "reads reviewed cases: test_teams_decide.py",
    "suitability.swapped": "reads reviewed cases: test_teams_decide.py",
    "gaps.gap_change": "reads reviewed cases: test_teams_decide.py",
    "gaps.gaps_change": "reads reviewed cases: test_teams_decide.py",
    "crossover.crossover": "reads decisions on cases: test_consistency.py",
    "over_areas.over_areas": "reads reviewed cases of all areas: test_over_areas.py",
    "ties.means": "means without limits, to be ranked: test_claim_analyses.py",
    "ties.weakest": "ranks the means of ties.means: test_claim_analyses.py",
    "attribution.attributed": "reads delayed days: test_delayed_days.py",
    "attribution.split": "reads delayed days: test_delayed_days.py",
    "elsewhere.against_rest": "reads delayed days: test_delayed_days.py",
    "months.monthly": "reads delayed days: test_delayed_days.py",
    "per_day.per_day": "reads delayed days: test_delayed_days.py",
    "reasons.reasons": "reads delayed days: test_delayed_days.py",
    "barriers.barriers": "reads pieces of evidence: test_barriers.py",
    "barriers.by_kind": "reads pieces of evidence: test_barriers.py",
    "pieces.pieces": "reads pieces of evidence: test_barriers.py",
    "order.states": "reads verdicts on barriers: test_intervention_places.py",
    "order.places": "reads verdicts on barriers: test_intervention_places.py",
    "roles.role_gap": "nobody has a role in these answers: test_roles.py",
    "before_after.before_after": "reads dates of interventions: test_before_after.py",
    "charts.chart_rows": "reads a metric over time: test_charts.py",
    "decisions.decide": "reads a metric over time: test_decisions.py",
    "series.interrupted": "reads a metric over time: test_series.py",
    "comparisons.difference_in_differences": "reads changes that other functions estimated",
    "plans.needed": "planning takes no answers",
    "plans.visible": "planning takes no answers",
    "missing.verdict_changes": "compares verdicts that other functions gave",
    "pooling.pool": "pools rows that other functions made",
    "returning.returning": "nobody answers twice in these answers: test_returning.py",
    "sensitivity.reciprocity": "reruns dyads.reciprocity on other counts",
    "sensitivity.change": "reruns changes.change on other counts",
    "weighing.described": "describes weights, not answers",
}
"""Functions whose input none of the situations can be, and where their edges are tested."""


@pytest.mark.parametrize(("name", "maker"), PAIRS, ids=lambda value: value)
def test_whatever_the_answers_each_row_has_honest_numbers_or_a_reason(name, maker):
    found = rows(name, maker)
    assert bool(len(found)) == ((name, maker) not in EMPTY)
    missing_has_a_reason(found)
    intervals_have_width_and_contain_the_estimate(found)
    numbers_are_within_their_range(found)
    verdicts_stand_where_intervals_do(found)


def missing_has_a_reason(found):
    free = found["estimand"].isin(POINTS) | found["estimand"].str.startswith("top_")
    free |= found["analysis"].eq("planning")
    silent = found["reason"].eq("")
    assert found.loc[silent, "estimate"].notna().all()
    assert found.loc[silent & ~free, ["conf_low", "conf_high"]].notna().all().all()
    assert set(found["reason"]) <= {"", *REASONS}, "a reader can read every reason"


def intervals_have_width_and_contain_the_estimate(found):
    given = found[found["conf_low"].notna() & found["estimand"].ne("rank")]
    assert found["conf_low"].notna().equals(found["conf_high"].notna())
    assert (given["conf_high"] > given["conf_low"]).all()
    assert (given["conf_low"] <= given["estimate"] + 1e-9).all()
    assert (given["estimate"] <= given["conf_high"] + 1e-9).all()


def numbers_are_within_their_range(found):
    assert not np.isinf(found[NUMBERS].to_numpy(float)).any()
    assert not (found[["p_value", "p_adjusted"]] < 0).any().any()
    free = ["respondents", "mean", "weighted_mean", "rank", *TESTS]
    wide = found["estimand"].isin(free) | found["analysis"].eq("planning")
    # The spread of areas is a standard deviation of logits, which near 0 and 1 are near -5 and 5.
    logits = found["estimand"].eq("between_area_sd")
    # A scale of unrelated questions: at most 1, yet with no lower bound.
    unrelated = found["estimand"].isin(["alpha", "mokken_h", "mokken_h_item"])
    assert not (found.loc[~wide & ~logits & ~unrelated, NUMBERS].abs() > 1 + 1e-9).any().any()
    assert not (found.loc[unrelated, NUMBERS].abs() > 5).any().any()
    assert not (found.loc[logits, NUMBERS].abs() > 10).any().any()


def verdicts_stand_where_intervals_do(found):
    judged = found[found["verdict"].ne("")]
    assert judged["conf_low"].notna().all()
    same = found[found["estimand"].isin(judged["estimand"]) & found["conf_low"].notna()]
    assert same["verdict"].ne("").all()


NOBODY = {"all_missing", "n_lt_min"}


@pytest.mark.parametrize("name", ["nobody", "all don't know"])
@pytest.mark.parametrize("maker", MAKERS)
def test_where_nobody_gave_a_valid_answer_no_number_rests_on_answers(name, maker):
    found = rows(name, maker)
    # How many were asked, could not say or answered at all is known; so is what is planned.
    known = ("mostly_missing", "dont_know_share", "respondents", "response_rate", "answered")
    about = found[~found["estimand"].isin(known) & found["analysis"].ne("planning")]
    about = about[about["analysis"].ne("answered")]
    assert about["estimate"].isna().all()
    assert set(about["reason"]) <= NOBODY | {"few_areas", "few_waves", "one_level"}


@pytest.mark.parametrize(
    ("name", "maker", "equals", "expected"),
    [
        ("all the same", "rankings.ranking", {}, {"constant"}),
        ("all the same", "rankings.least_trusted", {}, {"constant"}),
        ("all the same", "priorities.priorities", {}, {"constant"}),
        ("all the same", "contrasts.class_contrast", {}, {"constant"}),
        ("all the same", "contrasts.agreement", {}, {"constant"}),
        ("all the same", "association.association", {}, {"constant"}),
        ("all the same", "dyads.group_gap", {"estimand": "theta"}, {"constant"}),
        ("all the same", "heterogeneity.spread", {}, {"constant"}),
        ("all the same", "proportions.shares", {"estimand": "mean"}, {"constant"}),
        ("all the same", "proportions.shares", {"estimand": "top2_share"}, {""}),
        ("all the same", "scales.scale", {}, {"constant"}),
        ("waves apart", "slopes.trend", {}, {"separated", ""}),
        ("one area", "areas.against_rest", {}, {"few_areas"}),
        ("one area", "priorities.priorities", {}, {"few_areas"}),
        ("one area", "heterogeneity.spread", {}, {"few_areas"}),
        ("one area", "heterogeneity.drawn_in", {}, {"few_areas"}),
        ("two areas", "heterogeneity.spread", {}, {"few_areas"}),
        ("two areas", "heterogeneity.drawn_in", {}, {"few_areas"}),
        ("two areas", "areas.against_rest", {}, {""}),
        ("one wave", "changes.change", {}, {"few_waves"}),
        ("one wave", "slopes.trend", {}, {"few_waves"}),
        ("a wave missing", "slopes.trend", {}, {"few_waves"}),
        ("a wave missing", "changes.change", {}, {""}),
        ("one group", "dyads.reciprocity", {}, {"n_lt_min"}),
        ("one group", "contrasts.agreement", {}, {"n_lt_min"}),
        ("one each", "rankings.ranking", {}, {"n_lt_min"}),
        ("ten each", "rankings.ranking", {}, {"n_lt_min"}),
        ("eleven each", "rankings.ranking", {"estimand": "rank"}, {"n_lt_min"}),
        ("eleven each", "rankings.ranking", {"estimand": "top_1"}, {""}),
        ("ten each", "contrasts.class_contrast", {}, {"n_lt_min"}),
        ("eleven each", "contrasts.class_contrast", {}, {""}),
        ("ten each", "association.association", {}, {"n_lt_min"}),
        ("eleven each", "association.association", {}, {""}),
        ("identical items", "association.association", {}, {"perfect"}),
        ("identical items", "rankings.ranking", {"estimand": "rank"}, {""}),
        ("identical items", "scales.scale", {}, {"identical"}),
        ("singular covariance", "rankings.ranking", {"estimand": "rank"}, {""}),
        ("groups apart", "dyads.group_gap", {"estimand": "theta"}, {""}),
    ],
)  # fmt: skip
def test_the_row_that_is_defined_for_it_is_given(name, maker, equals, expected):
    assert reasons(name, maker, **equals) == expected


def test_identical_items_share_all_their_ranks():
    found = rows("identical items", "rankings.ranking").query("estimand == 'rank'")
    assert found[["estimate", "conf_low", "conf_high"]].to_numpy().tolist() == [[1, 1, 3]] * 3


def test_groups_wholly_apart_have_a_theta_of_one_with_limits():
    found = rows("groups apart", "dyads.group_gap").query("estimand == 'theta'")
    assert found["estimate"].isin([0, 1]).all()
    assert found["conf_low"].notna().all()
    assert (found["conf_high"] - found["conf_low"]).between(0.01, 0.5).all()


def test_unused_categories_change_nothing():
    of = situation("unused categories")
    fewer = type(of)(now=of.now.drop(columns=[1, 3]))
    pd.testing.assert_frame_equal(MAKERS["areas.against_rest"](fewer), MAKERS["areas.against_rest"](of))
