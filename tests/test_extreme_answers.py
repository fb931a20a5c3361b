"""What pages say where everybody answers alike, where much is hidden, and where a scale was turned round."""

import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.sentences import areas, change, missing, ranking, scales, shares, trust, weights, who
from trustgap.report.sentences.base import remainder
from trustgap.report.wording import Words

WORDS = Words(
    groups={"asc": "Social care", "gp": "GPs", "ward": "Ward staff"},
    teams={"s": "team S", "t": "team T", "u": "team U"},
)
BASE = {
    "area": "X1", "wave": "1", "group_a": "all", "item": "q", "n_a": 60, "n_b": 60, "reason": "",
    "conf_low": 0.4, "conf_high": 0.6, "verdict": "", "rests_on": (),
}  # fmt: skip


def shown(*rows, **same):
    return Mask().protect(pd.DataFrame([BASE | same | row for row in rows]), WORDS)


def alike(estimand, **more):
    """Give rows of a small group in which everybody gave the same answer."""
    row = {"estimate": 1.0, "conf_low": None, "conf_high": None, "reason": "constant", "n_a": 40, "n_b": 40}
    return shown({"item": "q"}, {"item": "r"}, estimand=estimand, group_b="gp", **row | more)


@pytest.mark.parametrize(
    ("say", "rows"),
    [
        (lambda rows: trust.lowest_headline(rows, what="relationship"), alike("mean", estimate=5.0)),
        (trust.beside, alike("tau_b", estimate=None)),
        (ranking.gap_headline, alike("theta", estimate=None)),
        (ranking.gap, alike("theta", estimate=None)),
        (lambda rows: ranking.classes(rows, labels={}), alike("mean_difference", estimate=0.0)),
        (change.headline, alike("share_difference", estimate=0.0)),
        (lambda rows: change.change(rows, what="trust"), alike("share_difference", estimate=0.0)),
    ],
)
def test_where_everybody_answers_alike_it_is_not_said_that_too_few_did(say, rows):
    assert not rows.hidden
    assert "too few" not in say(rows).lower()


def test_too_few_is_still_said_where_too_few_answered():
    hidden = shown({"n_a": 4}, estimand="theta", estimate=0.6, group_b="gp")
    assert ranking.gap_headline(hidden) == "Too few answers to compare the two groups"
    assert ranking.gap(hidden) == "There are too few answers to compare the two groups."
    assert (
        trust.lowest_headline(shown({"n_a": 4}, estimand="mean", estimate=3), what="trust")
        == "Too few answers to show"
    )


def test_nobody_unsure_is_not_told_as_the_questions_most_often_left():
    rows = shown({"item": "q"}, {"item": "r"}, estimand="dont_know_share", estimate=0.0, conf_low=0.0)
    assert shares.dont_know(rows) == "Hardly anybody answered “don't know” or “no contact” to any question."
    assert "“q” (10%)" in shares.dont_know(shown({"estimate": 0.1}, estimand="dont_know_share"))


def test_what_is_hidden_could_be_lower_than_the_lowest_shown_and_the_sentence_says_so():
    pairs = [
        {"group_a": "asc", "target": "s", "estimate": 0.3, "conf_high": 0.35},
        {"group_a": "gp", "target": "t", "estimate": 0.7, "conf_low": 0.65},
    ]
    open_ = shown(*pairs, estimand="top2_share")
    partly = shown(
        *pairs, {"group_a": "ward", "target": "t", "n_a": 5, "estimate": 0.1}, estimand="top2_share"
    )
    assert trust.extremes(open_, what="trust").startswith("The lowest trust is that of social care in team S")
    assert trust.extremes(partly, what="trust").startswith(
        "The lowest trust that can be shown is that of social"
    )
    assert trust.lowest_headline(open_, what="trust") == "Lowest trust: social care in team S, 30%"
    assert trust.lowest_headline(partly, what="trust").startswith(
        "Lowest trust that can be shown: social care"
    )


def test_a_hidden_team_may_be_the_one_trusted_least():
    def rows(*could):
        teams = [
            {"target": team, "estimate": one, "n_a": n}
            for team, one, n in zip("stu", could, (60, 60, 4), strict=True)
        ]
        return trust.least(shown(*teams, estimand="top_1", group_a="asc", conf_low=None, conf_high=None))

    assert rows(1.0, 0.0, 1.0) == "Social care trust team S least of the teams that can be shown."
    assert rows(1.0, 1.0, 1.0) == "For social care it could be any of the teams that can be shown."


def test_a_tie_behind_a_bound_is_not_called_the_highest():
    bound = {"n_a": 20, "estimate": 0.97, "conf_low": 0.8, "conf_high": 1.0}
    rows = shown(
        {"group_a": "asc", "item": "q", **bound},
        {"group_a": "gp", "item": "r", **bound},
        estimand="top2_share",
    )
    assert ranking.top_headline(rows) == "2 factors are named by >90% of a group"
    one = shown(
        {"item": "q"},
        {"item": "r"},
        {"group_a": "gp", "estimate": 0.2},
        estimand="top2_share",
        estimate=0.5,
        group_a="asc",
    )
    assert ranking.top_headline(one) == "2 factors are named by 50% of social care"
    partly = shown(
        {"item": "q", "estimate": 0.5}, {"item": "r", "n_a": 3, "estimate": 0.9}, estimand="top2_share"
    )
    assert ranking.top_headline(partly) == "Named most often of those shown: q, 50%"


def test_trust_that_falls_where_the_relationship_rises_is_told_and_questioned():
    both = {"estimand": "tau_b", "item": "trust"}
    rows = shown(
        {"group_a": "asc", "estimate": -0.4, "conf_low": -0.6, "conf_high": -0.2},
        {"group_a": "gp", "estimate": 0.3, "conf_low": 0.1, "conf_high": 0.5},
        {"group_a": "ward", "estimate": -0.1, "conf_low": -0.3, "conf_high": 0.1},
        **both,
    )
    assert trust.beside(rows) == (
        "Those who trust a team also report a stronger relationship with it among GPs (τ 0.30); those who "
        "trust a team report a weaker relationship with it among social care (τ −0.40). That is unusual: was "
        "one of the two scales read the wrong way round?"
    )
    unclear = trust.beside(rows.where(group_a="ward"))
    assert unclear.startswith("No group shows a clear link")


def test_a_question_that_runs_against_its_set_is_pointed_at():
    rows = [
        {"estimand": "composite", "item": "set", "estimate": 0.0, "conf_low": None, "conf_high": None},
        {"estimand": "item_rest", "item": "q", "estimate": -0.5, "conf_low": -0.6, "conf_high": -0.3},
        {"estimand": "item_rest", "item": "r", "estimate": -0.1, "conf_low": -0.3, "conf_high": 0.1},
    ]
    assert scales.added_up(shown(*rows)) == (
        "“set” may not be added up to one score. Look at “q”: those who answer higher there answer lower on "
        "the others. Was a scale reversed?"
    )
    assert "Look at" not in scales.added_up(shown(rows[0], rows[2]))


def test_ranges_that_are_shown_alike_are_not_put_in_an_order():
    wide = {"estimand": "prediction", "area": "national", "conf_low": 0.0, "conf_high": 1.0, "estimate": 0.5}
    rows = shown({"item": "q"}, {"item": "r"}, **wide)
    assert areas.spread(rows) == (
        "On every question that can be judged, the true share of a further area would lie at 0.0% to 100.0%."
    )


def test_what_weights_would_change_is_kept_back_for_the_right_reason():
    plain = alike("top2_share", reason="", conf_low=0.9, conf_high=1.0)
    heavy = alike("weighted_share", reason="", conf_low=0.9, conf_high=1.0)
    assert weights.moved(plain, heavy) == weights.BOUNDED
    assert weights.moved(plain, alike("weighted_share", n_a=5)) == weights.HIDDEN
    dominated = alike("weighted_share", reason="dominated", estimate=None, n_a=60)
    assert dominated.hidden == len(dominated)
    said = weights.moved(shown({"item": "q"}, estimand="top2_share", estimate=0.5), dominated)
    assert said == weights.HIDDEN


def test_verdicts_that_cannot_be_repeated_are_not_counted_among_those_that_stand():
    whole = {"estimand": "theta", "verdict": "lower", "estimate": 0.3}
    plain = shown({"group_b": "gp"}, {"group_b": "ward", "n_a": 5, "verdict": "lower"}, **whole)
    both = plain.where(group_b="gp")
    heavy = shown({"group_b": "gp"}, **whole | {"estimand": "weighted_theta"})
    assert weights.verdicts(both, heavy) == "Weights would not change the one verdict."
    near = shown({"group_b": "gp"}, {"group_b": "ward"}, **whole)
    assert weights.verdicts(near, heavy) == "Weights would not change the one verdict that can be repeated."


def test_one_of_many_takes_the_singular():
    found = {"higher": 3, "lower": 3, "equivalent": 1, "inconclusive": 1, "none": 0}
    said = remainder(
        found, one="area", many="areas", same="are about the same", unsure="have too few answers"
    )
    assert said == " Of 8 areas, 1 is about the same and 1 has too few answers."
    assert "2 are" in remainder(
        found | {"equivalent": 2}, one="area", many="areas", same="are alike", unsure="x y"
    )


def test_a_question_that_hardly_anybody_answered_does_not_drop_out_of_the_account():
    left = {"estimand": "answered_share", "conf_low": 0.8, "conf_high": 0.9}
    rows = shown({"item": "q", "estimate": 0.88}, {"item": "r", "estimate": 0.02, "n_a": 3}, **left)
    assert who.unanswered(rows) == (
        "None of 1 question that can be shown got a valid answer from fewer than 80% of those asked. The "
        "least answered of these: “q” (88%). 1 more got too few valid answers to be shown."
    )
    full = shown(
        {"item": "q", "estimate": 0.97, "n_a": 200}, {"item": "r", "estimate": 0.0, "n_a": 3}, **left
    )
    assert who.unanswered(full).startswith("Every question that can be shown got")
    assert who.unanswered(full).endswith("1 more got too few valid answers to be shown.")
    assert missing.room(full, full) == "No question that can be shown lost more than 5% of its answers."
    unsure = shown({"item": "q", "estimate": 0.1}, {"item": "r", "n_a": 3}, estimand="dont_know_share")
    assert "most often, of the questions that can be shown, to “q” (10%)" in shares.dont_know(unsure)
    assert shares.headline(
        shown(
            {"item": "q"},
            {"item": "s", "estimate": 0.2},
            {"item": "r", "n_a": 3},
            estimate=0.4,
            estimand="top2_share",
        )
    ).startswith("Highest of those shown: q.")


def test_nobody_who_rated_both_is_not_called_a_question_that_was_not_asked():
    none = shown({"item": "trust"}, estimand="tau_b", estimate=0.1).where(item="none")
    assert trust.beside(none) == "No group here rated a team on both trust and the relationship."


def test_a_respondent_who_carries_a_quarter_of_all_weight_is_mentioned():
    def account(largest):
        rows = [{"estimand": "design_effect", "estimate": 1.5}, {"estimand": "effective_n", "estimate": 40.0}]
        return shown(*rows, {"estimand": "largest_weight", "estimate": largest}, method="given", n_a=60)

    assert "One respondent carries more than a quarter of all weight" in weights.weighting(account(15.1))
    assert "One respondent" not in weights.weighting(account(14.9))
