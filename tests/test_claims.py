"""Published statements held against a study: rows, what may be shown of them, sentences and the ledger."""

import re

import demo_rows
import pandas as pd
import pytest

from trustgap.report import claims
from trustgap.report.claims import answers
from trustgap.report.claims.found import Found
from trustgap.report.disclosure import figures
from trustgap.report.sentences import claims as say
from trustgap.report.sentences.reasons import WHY, why
from trustgap.report.vocabulary import REASONS, VERDICTS
from trustgap.report.wording import Words
from trustgap.stats import counts, results
from trustgap.stats.ranking import rankings
from trustgap.stats.shares import proportions
from trustgap.survey import catalogue

KNOWN = catalogue.claims()
WORDS = Words(items=KNOWN["label"].to_dict() | {"late_referral": "Referral made late"})
AREA = "X002"  # large: some statements hold there, some do not, some cannot be told


@pytest.fixture(scope="module")
def rows():
    return claims.evaluate(demo_rows.study(AREA))


@pytest.fixture(scope="module")
def shown():
    return claims.shown(demo_rows.study(AREA))


def row(rows, claim):
    return rows[rows["item"].eq(claim)].iloc[0]


def test_every_claim_has_one_row_in_the_order_of_the_file(rows, shown):
    assert rows["item"].tolist() == list(KNOWN.index)
    assert shown.frame["item"].tolist() == list(KNOWN.index)
    assert set(rows["analysis"]) == {"claims"}
    assert set(rows["verdict"]) <= set(VERDICTS) - {""}


def test_the_numbers_are_those_of_the_analyses_they_rest_on(rows):
    study = demo_rows.study(AREA)
    now = study.cells(wave=study.latest)
    share = proportions.shares(now[now["item"].eq("trust_asc") & now["group"].eq("hospital")], study.items)
    expected = share[share["estimand"].eq("top2_share")].iloc[0]
    for column in ("n_a", "estimate", "conf_low", "conf_high", "rests_on"):
        assert row(rows, "C7")[column] == expected[column]
    place = {"area": AREA, "wave": study.latest, "seed": study.seed}
    least = rankings.least_trusted(study.told, study.block("trust"), **place)
    found = least[least["item"].eq("trust_asc") & least["group_a"].eq("hospital")]
    assert row(rows, "C9")["estimate"] == found.loc[found["estimand"].eq("rank"), "estimate"].item()
    pair = demo_rows.study(AREA).protect(Found(study).both_ways).frame
    theta = pair[pair["estimand"].eq("theta") & pair["group_a"].eq("asc") & pair["group_b"].eq("hospital")]
    assert row(rows, "C8")["estimate"] == pytest.approx(theta["estimate"].item(), abs=0.005)


def test_a_pair_that_is_named_the_other_way_round_is_turned():
    test = {"kind": "both_ways", "group_a": "hospital", "group_b": "asc"}
    turned = KNOWN.loc[["C8"]].assign(test=[test])
    study = demo_rows.study(counts.NATIONAL)
    one, other = (claims.evaluate(study, part).iloc[0] for part in (KNOWN.loc[["C8"]], turned))
    assert other["estimate"] == pytest.approx(1 - one["estimate"])
    assert other["conf_low"] == pytest.approx(1 - one["conf_high"])
    assert (one["verdict"], other["verdict"]) == ("holds", "does_not_hold")
    assert (other["n_a"], other["group_a"]) == (one["n_b"], "hospital")


def test_first_and_last_places_are_looked_for_at_their_own_end():
    whole = claims.evaluate(demo_rows.study(counts.NATIONAL), KNOWN.loc[["C9", "C10a", "C11"]])
    assert whole["verdict"].tolist() == ["holds"] * 3


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "first", "items": ["not_there"], "decision": "delay", "group": "all"},
        {"kind": "first", "items": ["capacity_views"], "decision": "not_there", "group": "all"},
        {"kind": "share", "item": "trust_asc", "group": "not_there", "value": 0.5, "within": 0.1},
        {"kind": "classes", "class_a": "behaviour", "class_b": "not_there"},
        {"kind": "looser", "team": "not_there"},
        {"kind": "weakest_ties", "ties": [["asc", "rel_gp"], ["asc", "not_there"]]},
        {"kind": "none_rose", "groups": ["asc", "not_there"], "items": ["trust_gp"]},
    ],
)
def test_what_the_survey_did_not_ask_is_said_to_be_so(change):
    found = claims.evaluate(demo_rows.study(AREA), KNOWN.head(1).assign(test=[change])).iloc[0]
    assert (found["verdict"], found["reason"]) == ("cannot_say", "not_asked")
    assert pd.isna(found["estimate"])


def test_a_survey_that_asked_nothing_of_it_gets_one_sentence_and_no_table():
    test = {"kind": "majority", "item": "not_there", "group": "all"}
    none = KNOWN.assign(test=[test] * len(KNOWN))
    found = claims.shown(demo_rows.study(AREA), none)
    assert not found.hidden
    assert say.summary(found).startswith(f"None of {len(KNOWN)} published statements can be tested here")
    assert say.headline(found) == "No published statement can be tested here"
    assert not say.contradictions(found, KNOWN)
    assert claims.tables(found, place="Somewhere") == []


def test_claims_without_a_file_and_beyond_any_data_pass_without_being_hidden(shown):
    for claim, reason in (("C2b", "out_of_scope"), ("C29", "out_of_scope")):
        found = row(shown.frame, claim)
        assert (found["reason"], found["verdict"], found["suppressed"]) == (reason, "out_of_scope", False)


def test_a_tiny_area_shows_nothing_that_rests_on_its_answers():
    found = claims.shown(demo_rows.study("X003"))
    answered = found.where(
        item=[claim for claim, test in KNOWN["test"].items() if test["kind"] in answers.KINDS]
    )
    assert len(answered) >= 30
    assert answered.hidden == len(answered)
    assert set(answered.frame["verdict"]) == {""}
    assert "rest on too few people or cases to be shown" in say.summary(found)


def test_a_statement_about_a_group_that_is_not_there_hides_and_others_stand():
    frame = claims.shown(demo_rows.study("X004")).frame
    assert row(frame, "C1")["verdict"] == "holds"
    assert row(frame, "C12a")["verdict"] in ("", "cannot_say")


def test_where_everybody_agrees_neither_size_nor_verdict_is_given():
    """B80."""
    frame = claims.shown(demo_rows.study("X005")).frame
    assert row(frame, "C7")[["estimate_text", "verdict"]].tolist() == ["[c]", ""]
    assert row(frame, "C9")["verdict"] in ("", "cannot_say")


def test_rows_say_what_they_rest_on(rows):
    survey = rows[~rows["reason"].isin(["not_asked", "no_file", "out_of_scope"]) & rows["n_a"].notna()]
    first = row(survey, "C2")["rests_on"]
    delay = demo_rows.study(AREA).block("factor").query("decision == 'delay'").index
    assert {cell[3] for cell in first} == set(delay)
    waves = {cell[1] for cell in row(survey, "C15")["rests_on"]}
    assert waves == {"2015", "2019"}


def made(*verdicts):
    """Rows of the first claims with given verdicts; a reason in place of a verdict stands for itself."""
    frame = pd.DataFrame({"item": list(KNOWN.index[: len(verdicts)]), "verdict": verdicts})
    reason = frame["verdict"].where(frame["verdict"].isin([*say.UNTESTED, "c"]), "")
    verdict = frame["verdict"].where(reason.eq(""), "cannot_say")
    frame = frame.assign(area="X1", analysis="claims", estimand="theta", estimate=0.6, reason=reason)
    return figures(frame.assign(verdict=verdict, n_a=[5.0 if one == "c" else None for one in reason]), WORDS)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["holds"], "Of 1 published statement that can be tested here, 1 holds."),
        (
            ["holds", "holds", "does_not_hold", "cannot_say"],
            "Of 4 published statements that can be tested here, 2 hold, 1 does not hold and of 1 nobody can "
            "tell from this many answers or records.",
        ),
        (["c"], "1 rests on too few people or cases to be shown."),
        (
            ["does_not_hold", "c", "c"],
            "Of 1 published statement that can be tested here, none holds and 1 does not hold. 2 more rest "
            "on too few people or cases to be shown.",
        ),
        (
            ["holds", "not_asked", "no_file", "out_of_scope"],
            "Of 1 published statement that can be tested here, 1 holds. Not tested: 1 "
            "about what the survey did not ask, 1 about what is in no file that was handed in and 1 beyond "
            "anything that is collected here.",
        ),
    ],
)
def test_the_summary_tells_cannot_say_from_not_asked(verdicts, said):
    assert say.summary(made(*verdicts)) == said


def test_the_headline_counts_in_ten_words():
    assert say.headline(made("holds", "does_not_hold")) == "1 of 2 statements holds, 1 does not"
    assert say.headline(made("cannot_say")) == "0 of 1 statement hold, 0 do not"
    assert len(say.headline(made("holds")).split()) <= 10


def test_two_statements_that_pull_against_each_other_are_told_together():
    # C1 against C1a, and C1 against C1b.
    both = say.contradictions(made("holds", "holds", "does_not_hold"), KNOWN)
    first, second = (KNOWN.loc[claim, "label"] for claim in ("C1", "C1a"))
    assert both[0] == f"“{first}” and “{second}” pull against each other: both hold."
    assert both[1].endswith("pull against each other: the first holds, the second does not hold.")
    assert say.contradictions(made("does_not_hold", "does_not_hold"), KNOWN)[0].endswith("neither holds.")
    unsure = say.contradictions(made("cannot_say", "cannot_say", "holds"), KNOWN)
    assert unsure[0].endswith("the first cannot be told, the second holds.")
    assert unsure[1] == "Of 1 more pair of statements that pull against each other, neither can be told."
    assert not say.contradictions(made("holds", "not_asked", "c"), KNOWN)


def test_the_number_says_which_factor_or_whose_rating_decides():
    frame = made("holds").frame.assign(group_b="item:late_referral", group_b_label="Referral made late")
    assert say.here(next(frame.itertuples()), "some_differ") == "θ 0.60: “Referral made late”"
    frame = made("holds").frame.assign(estimand="rank", estimate_text="1", interval_text="1 to 3")
    assert say.here(next(frame.itertuples()), "weakest") == "rank 1 (1 to 3) from below"
    frame = frame.assign(group_a="asc", group_a_label="Adult social care staff", target_label="GPs")
    assert say.here(next(frame.itertuples()), "first") == "rank 1 (1 to 3): adult social care staff on GPs"


def test_why_is_the_reason_where_there_is_one_and_else_the_rule():
    hidden, unasked = next(made("c").frame.itertuples()), next(made("not_asked").frame.itertuples())
    assert why(hidden, "share") == REASONS["c"]
    assert why(hidden, "case_share") == "too few cases were judged"
    assert why(unasked, "share") == REASONS["not_asked"]
    for verdict, words in zip(("holds", "does_not_hold", "cannot_say"), WHY["level"], strict=True):
        assert why(next(made(verdict).frame.itertuples()), "mean") == words


def test_a_bound_for_the_number_is_no_reason_for_the_verdict():
    bounded = made("cannot_say").frame.assign(reason="over", estimate_text=">90%")
    assert why(next(bounded.itertuples()), "cheaper") == "the interval allows for either"


@pytest.mark.parametrize(
    ("kind", "low", "hidden"),
    [("groups", 0.0, True), ("groups", 0.01, False), ("ratings", 0.5, True), ("both_ways", 0.56, True),
     ("both_ways", 0.57, False), ("share", 0.0, False), ("metric_moved", -9.6, False)],
)  # fmt: skip
def test_a_limit_that_rounds_to_the_value_it_leaves_out_is_explained(kind, low, hidden):
    row = next(made("holds").frame.assign(conf_low=low).itertuples())
    assert why(row, kind).endswith("by less than rounding shows") == hidden


@pytest.mark.parametrize("kind", ["none_rose", "some_fell"])
def test_what_no_one_group_shows_is_not_denied_of_all_groups_together(kind):
    assert why(next(made("cannot_say").frame.itertuples()), kind).startswith("no one group's trust clearly")


def test_interventions_of_all_areas_have_words_of_their_own():
    whole = made("holds").frame.assign(estimand="interventions_helped")
    assert why(next(whole.itertuples()), "metric_moved") == "more of them helped than chance would bring"


def test_the_ledger_has_every_statement_tested_and_no_blank_cell(shown):
    ledger, decided = (table.html for table in claims.tables(shown, place="Somewhere"))
    tested = shown.without(reason=list(say.UNTESTED)).frame
    for item in tested["item"]:
        assert f"{item}: " in ledger
        assert f"{item}: " in decided
    assert "C2b: " not in ledger
    assert "C2b: " in decided
    assert not re.search(r"<t[dh][^>]*>\s*</t[dh]>", ledger + decided)


def test_only_protected_rows_are_told_or_laid_out(rows):
    for use in (say.summary, say.headline, lambda bare: say.contradictions(bare, KNOWN)):
        with pytest.raises(TypeError, match="Shown"):
            use(rows)
    with pytest.raises(TypeError, match="Shown"):
        claims.tables(rows, place="Somewhere")


def test_every_number_of_the_rows_belongs_to_the_vocabulary(rows):
    assert list(rows.columns) == [*results.COLUMNS, "rests_on"]
    assert set(rows["reason"]) <= {"", *REASONS}
