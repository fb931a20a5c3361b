"""Sentences on the group that answers and the team rated: clear, unclear and withheld."""

from itertools import product

import pandas as pd
import pytest
from test_sentences import WORDS, faults

from trustgap.report.disclosure import Mask, together
from trustgap.report.sentences.joint import headline, order, same_team, who_or_whom
from trustgap.report.wording import Words

TESTS = "between_groups between_teams interaction interaction_top2 proportional_odds".split()


def protect(rows):
    frame = pd.DataFrame(rows).assign(area="X1", wave="2", analysis="joint")
    return Mask().protect(frame.assign(rests_on=[()] * len(frame)), WORDS)


def outcomes(**p):
    """Make the five tests, not clear unless said, with a reason where p is text."""
    found = dict.fromkeys(TESTS, 0.5) | p
    return protect(
        [
            {
                "estimand": name,
                "item": "trust",
                "n_a": 300,
                "estimate": None if isinstance(value, str) else 2.0,
            }
            | ({"reason": value} if isinstance(value, str) else {"p_value": value, "reason": ""})
            for name, value in found.items()
        ]
    )


def shares(teams=(0.38, 0.5, 0.61), groups=(0.45, 0.52), n=200):
    """Make shares with intervals of ten points to either side; none where the share is missing."""
    named = [
        ("trusted", {"target": t, "group_a": "all"}, v)
        for t, v in zip(("asc", "gp", "hospital"), teams, strict=False)
    ]
    named += [("trusting", {"group_a": g}, v) for g, v in zip(("asc", "gp"), groups, strict=False)]
    rows = [{"estimand": e, "n_a": n, "item": "trust", **who, "estimate": value} for e, who, value in named]
    frame = pd.DataFrame(rows).astype({"estimate": float})
    missing = frame["estimate"].isna()
    return protect(
        frame.assign(
            conf_low=frame["estimate"] - 0.1,
            conf_high=frame["estimate"] + 0.1,
            reason=missing.map({True: "separated", False: ""}),
        )
    )


def residuals(*clear):
    rows = [
        {"estimand": "residual", "n_a": 60, "group_a": g, "target": t, "estimate": e, "conf_low": e - 0.05,
         "conf_high": e + 0.05, "verdict": v, "reason": ""}
        for g, t, e, v in (("asc", "gp", 0.01, "inconclusive"), *clear)
    ]  # fmt: skip
    return protect(rows)


STARTS = {
    (0.01, 0.01): "Both count",
    (0.5, 0.01): "It is the team",
    (0.01, 0.5): "It is the group",
    (0.5, 0.5): "Neither",
}


@pytest.mark.parametrize("p", list(product((0.01, 0.5), repeat=2)))
def test_it_is_said_whether_the_group_or_the_team_counts(p):
    rows = shares()
    text = who_or_whom(rows, outcomes(between_groups=p[0], between_teams=p[1]))
    assert text.startswith(STARTS[p])
    assert faults(text, rows) == []
    assert "lowest share is that of adult social care (38%; 28% to 48%)" in text
    assert "highest that of the hospital (61%; 51% to 71%)" in text
    assert "adult social care staff (45%; 35% to 55%)" in text


def test_the_level_is_five_percent():
    assert who_or_whom(shares(), outcomes(between_teams=0.049)).startswith("It is the team")
    assert who_or_whom(shares(), outcomes(between_teams=0.05)).startswith("Neither")


def test_ends_that_look_alike_are_named_together_and_without_an_interval():
    text = who_or_whom(shares(teams=(0.38, 0.381, 0.61)), outcomes())
    assert "adult social care and general practice (38%)" in text
    text = who_or_whom(shares(teams=(0.5, 0.5, 0.5)), outcomes())
    assert "all have the share 50%" in text


def test_what_is_withheld_is_not_passed_over():
    text = who_or_whom(shares(teams=(None, 0.5, 0.61)), outcomes())
    assert "Of the teams that can be shown" in text
    assert "Of groups, allowing" in text
    text = who_or_whom(shares(teams=(None, 0.5, 0.5)), outcomes())
    assert "teams" not in text.split(". ", 1)[1]


def test_bounds_are_given_as_bounds():
    rows = shares(teams=(0.02, 0.5, 0.97), n=40)
    text = who_or_whom(rows, outcomes())
    assert "adult social care (<10%)" in text
    assert "the hospital (>90%)" in text
    assert faults(text, rows) == []


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("confounded", "cannot be told apart"),
        ("separated", "do not overlap"),
        ("df_le_0", "too few people"),
        ("n_lt_min", "Too few people answered"),
    ],
)
def test_a_model_that_could_not_be_fitted_says_why(reason, said):
    found = outcomes(**dict.fromkeys(TESTS, reason))
    assert said in who_or_whom(shares(), found)
    assert said in order(found, residuals())


def test_hidden_and_unasked_say_so():
    few = protect(
        [{"estimand": name, "item": "trust", "n_a": 5, "p_value": 0.01, "estimate": 9.0} for name in TESTS]
    )
    assert few.hidden == 5
    for text in (who_or_whom(shares(), few), order(few, residuals())):
        assert "Too few people" in text
    none = outcomes().where(item="other")
    for text in (who_or_whom(shares(), none), order(none, residuals())):
        assert "did not ask" in text
    assert (
        headline(shares(), few)
        == headline(shares().where(item="x"), outcomes())
        == "Teams cannot be compared here"
    )


def test_the_headline_names_the_lowest_team_only_where_teams_differ():
    clear, rows = outcomes(between_teams=0.01), shares()
    assert headline(rows, clear) == "Lowest, allowing for who answered: adult social care, 38%"
    assert headline(rows, outcomes()) == "No clear difference between teams, allowing for who answered"
    assert headline(shares(teams=(0.5, 0.5, 0.5)), clear) == "Teams differ, allowing for who answered"
    assert headline(shares(teams=(None, 0.4, 0.6)), clear).startswith("Lowest that can be shown")
    assert headline(shares(teams=(None, 0.02, 0.6), n=40), clear).startswith("Lowest, allowing")


def test_the_order_is_judged_on_the_whole_scale_unless_trust_and_distrust_differ():
    clear = outcomes(interaction=0.01, interaction_top2=0.5)
    assert (
        order(clear, residuals())
        == "Who is trusted depends on who answers, beyond chance (test on the whole scale)."
        " Which groups and teams make the difference, these answers do not show."
    )
    text = order(outcomes(interaction=0.01, interaction_top2=0.5, proportional_odds=0.01), residuals())
    assert text.startswith(
        "That groups put the teams in different orders is not shown (test on positive answers)."
    )
    assert "different patterns" in text
    text = order(
        outcomes(interaction="not_comparable", interaction_top2=0.01, proportional_odds="not_comparable"),
        residuals(),
    )
    assert text.startswith("Who is trusted depends on who answers, beyond chance (test on positive answers).")


def test_the_clearest_pairs_are_named_with_their_size():
    rows = residuals(("asc", "hospital", 0.08, "higher"), ("gp", "asc", -0.12, "lower"))
    text = order(outcomes(interaction=0.01), rows)
    assert "adult social care staff trust the hospital more (+8 points)" in text
    assert "general practitioners trust adult social care less (−12 points)" in text
    assert faults(text, together(outcomes(), rows)) == []


def test_groups_that_see_a_team_alike_or_not_are_told_apart():
    row = {
        "analysis": "same_team",
        "estimand": "theta",
        "item": "q",
        "n_a": 60,
        "n_b": 60,
        "target": "hospital",
    }
    rows = protect(
        [
            row | {"group_a": "asc", "group_b": "gp", "estimate": 0.3, "verdict": "lower"},
            row | {"group_a": "hospital", "group_b": "gp", "estimate": 0.5, "verdict": "equivalent"},
        ]
    )
    text = same_team(rows)
    assert text.startswith(
        "Adult social care staff trust the hospital less than general practitioners do (θ 0.30)."
    )
    assert text.endswith("Of 2 comparisons, 1 came out about the same.")
    assert same_team(rows.where(item="x")).startswith("No team was rated by two groups")


def test_the_name_of_a_team_keeps_its_capital_and_a_group_loses_it():
    words = Words(
        whole="all", areas={}, waves={}, groups={"asc": "Women", "gp": "Men"},
        teams={"asc": "Congress", "gp": "the press", "hospital": "medicine"}, items={},
    )  # fmt: skip
    columns = "area wave analysis estimand n_a item target group_a estimate conf_low conf_high reason".split()
    rows = Mask().protect(shares().frame[columns].assign(rests_on=[()] * 5), words)
    text = who_or_whom(rows, outcomes(between_teams=0.01))

    assert "lowest share is that of Congress (" in text
    assert "lowest share is that of women (" in text
