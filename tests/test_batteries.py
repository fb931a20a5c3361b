"""Which questions of a questionnaire could be added up to one score."""

import sample_survey as sample

from trustgap.report.themes.batteries import batteries
from trustgap.survey import questionnaire


def found(name):
    return batteries(questionnaire.read(sample.ROOT / "data" / name / "questionnaire.yaml"))


def test_each_decision_is_a_battery_and_nobody_rates_the_own_team():
    demo = found("demo")

    assert [one.label for one in demo if one.group == "all"] == [
        "Unnecessary admission", "Delayed discharge", "Sub-optimal discharge pathway",
    ]  # fmt: skip
    trust = {one.group: set(one.items["team"]) for one in demo if one.name == "trust"}
    assert trust["gp"] == {"asc", "hospital", "community", "discharge"}
    assert trust["hospital"] == {"asc", "gp", "community"}
    assert len({(one.name, one.group) for one in demo}) == len(demo) == 11


def test_no_battery_mixes_scales_decisions_or_blocks_and_all_have_three_questions():
    for name in ("demo", "gss_confidence", "apha_analysts", "turkiye_teaching"):
        for one in found(name):
            assert len(one.items) >= 3
            assert (one.items[["block", "decision", "scale"]].nunique() == 1).all()


def test_a_survey_in_which_nobody_has_an_own_team_has_one_battery_for_all():
    assert [(one.name, one.group, len(one.items)) for one in found("gss_confidence")] == [
        ("trust", "all", 13)
    ]


def test_questions_of_one_block_on_several_scales_are_told_apart_by_the_ends_of_the_scale():
    assert [(one.name, one.label) for one in found("apha_analysts")] == [
        ("statement:yes_no", "Statements, answered No to Yes")
    ]
