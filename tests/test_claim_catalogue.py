"""The file of published statements: what it holds, and what is said of a faulty one."""

from pathlib import Path

import pytest
import yaml

from trustgap.report.claims import answers, evaluation
from trustgap.report.sentences import reasons
from trustgap.survey import catalogue, claims, questionnaire, yaml_file
from trustgap.survey.checks import SurveyError

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "data" / "claims.yaml"
KNOWN = catalogue.claims()
PUBLISHED = [f"C{number}" for number in range(1, 24)]


def written(to, change):
    """Write the file with its list of claims changed."""
    document, _ = yaml_file.load(FILE, schema={})
    change(document["claims"])
    path = to / "claims.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


def faults(to, change):
    with pytest.raises(SurveyError) as caught:
        claims.read(written(to, change))
    return [problem.message() for problem in caught.value.problems]


def test_every_statement_of_the_specification_is_in_it():
    assert set(PUBLISHED) <= set(KNOWN.index)


def test_statements_that_pull_against_each_other_stand_next_to_each_other():
    place = {claim: number for number, claim in enumerate(KNOWN.index)}
    for claim, others in KNOWN["contradicts"].items():
        for other in others:
            between = KNOWN.index[min(place[claim], place[other]) : max(place[claim], place[other])]
            assert all(KNOWN.loc[one, "contradicts"] for one in between), (claim, other)


def test_every_test_but_none_is_about_what_the_demo_asked():
    asked = questionnaire.read(ROOT / "data" / "demo" / "questionnaire.yaml")
    found = type("Found", (), {"study": type("Study", (), {"items": asked.items, "questionnaire": asked})})
    for claim, test in KNOWN["test"].items():
        if test["kind"] in answers.KINDS:
            assert answers.asked(found, test), claim


def test_every_kind_of_test_is_decided_somewhere_and_has_words_for_each_verdict():
    kinds = set(claims.TESTS) - {"none"}
    assert kinds == set(evaluation.KINDS)
    assert kinds == set(reasons.RULE_OF)
    assert set(reasons.WHY) == set(reasons.RULES)
    assert set(reasons.OF_CASES) == set(evaluation.records.CASES)
    assert {test["kind"] for test in KNOWN["test"]} == {*kinds, "none"}, "a kind that no claim uses"


def test_a_statement_about_how_often_a_factor_is_named_says_that_this_is_not_how_often_it_acts():
    for claim, row in KNOWN.iterrows():
        if row["test"]["kind"] == "first":
            assert row["out_of_scope"].startswith("How often staff name a factor is not how often it"), claim
            assert " lead to " not in row["label"], claim


def test_what_nothing_can_test_says_why():
    for claim, row in KNOWN.iterrows():
        assert row["test"]["kind"] != "none" or row["out_of_scope"], claim


def test_numbers_are_numbers_and_ids_stay_text():
    assert KNOWN.loc["C14", "test"] == {
        "kind": "distrust", "item": "trust_gp", "group": "all", "value": 0.3, "within": 0.07
    }  # fmt: skip
    assert KNOWN.loc["C11a", "published"] == "3.4 against 2.7"


def test_a_test_with_a_parameter_too_few_or_too_many_is_named_with_its_place(tmp_path):
    def change(entries):
        del entries[0]["test"]["items"]
        entries[1]["test"]["team"] = "gp"

    messages = faults(tmp_path, change)
    assert len(messages) == 2
    assert messages[0].startswith("claims.yaml, claims, entry 1 (C1), test: a test of the kind 'first' lacks")
    assert "`items`" in messages[0]
    assert "does not know `team`" in messages[1]
    assert "decision, group, items" in messages[1]


def test_an_id_used_twice_and_an_opponent_that_does_not_answer_are_named(tmp_path):
    def change(entries):
        entries[4]["id"] = "C1"
        entries[0]["contradicts"] = ["C9"]

    messages = faults(tmp_path, change)
    assert any("entry 5 (C1): the id is used twice" in message for message in messages)
    assert any("names C9, which does not name it" in message for message in messages)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entries: entries[0].pop("rule"), "lacks `rule`"),
        (lambda entries: entries[0].update(verdict="holds"), "unknown field `verdict`"),
        (lambda entries: entries[0].update(id="first"), "such as C14a"),
        (lambda entries: entries[0]["test"].update(kind="vote"), "is 'vote'"),
        (lambda entries: entries.clear(), "at least 1"),
        (lambda entries: entries[0].update(label="x" * 71), "at most 70"),
    ],
)
def test_a_breach_of_the_schema_is_said_in_words(tmp_path, change, said):
    (message,) = faults(tmp_path, change)
    assert said in message


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    with pytest.raises(SurveyError, match="not there"):
        claims.read(tmp_path / "claims.yaml")
