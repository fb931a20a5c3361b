"""The sentences of the workshop on ordinary, hidden, unasked and extreme rows, and the sheet to write on."""

import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.sentences import priorities, worksheet, workshop
from trustgap.report.sentences.base import NOT_ASKED
from trustgap.report.wording import Words
from trustgap.stats.counts import ALL, NATIONAL

WORDS = Words(
    whole="England",
    areas={"X1": "Alphashire"},
    groups={"gp": "General practitioners", "asc": "Adult social care staff"},
    items={f"q{i}": f"Question {i}" for i in range(40)},
)
BEHAVIOUR, SIZE = "behaviour and culture", "+12 points; +5 to +20"
LABELS = {"behaviour": "Behaviour and culture", "process": "Process", "environment": "Capacity"}


def protect(rows, **constants):
    made = pd.DataFrame(rows).assign(**constants)
    for column, value in {"area": "X1", "wave": "1", "group_a": ALL, "n_a": 120, "reason": ""}.items():
        made[column] = made[column] if column in made else value
    rests = [((area, "1", "a", str(i)),) for i, area in enumerate(made["area"])]
    return Mask().protect(made.assign(rests_on=rests), WORDS)


def ranges(verdicts, n=120, reason=""):
    rows = [
        {"item": f"q{i}", "verdict": verdict, "estimate": 0.5, "conf_low": 0.4, "conf_high": 0.6, "n_a": n}
        for i, verdict in enumerate(verdicts)
    ]
    return protect(rows, analysis="expected", estimand="expected_share", reason=reason)


def shares(values):
    rows = [{"item": f"q{i}", "estimate": value} for i, value in enumerate(values)]
    rows += [{"item": f"q{i}", "estimate": 0.5, "area": NATIONAL} for i in range(len(values))]
    frame = pd.DataFrame(rows).fillna({"area": "X1"})
    return protect(frame, analysis="shares", estimand="top2_share")


def test_questions_outside_the_range_are_counted_against_chance_and_named_with_share_and_range():
    verdicts = ["above_range"] * 4 + ["below_range"] * 2 + ["within_range"] * 34

    said = workshop.surprise(ranges(verdicts), shares([0.7, 0.6, 0.8, 0.9, 0.3, 0.4] + [0.5] * 34))

    assert said == (
        "In part: on 6 of 40 questions this area lies outside the range to expect of a further area, where "
        "about 2 would by chance. It lies above it on “Question 0” (70%, expected 40% to 60%), “Question 1” "
        "(60%, just outside 40% to 60%), “Question 2” (80%, expected 40% to 60%) and 1 more; below it on "
        "“Question 4” (30%, expected 40% to 60%) and “Question 5” (40%, just outside 40% to 60%)."
    )


@pytest.mark.parametrize(("outside", "start"), [(0, "No:"), (1, "Hardly:"), (4, "Hardly:"), (5, "In part:")])
def test_so_many_as_chance_often_brings_are_hardly_a_surprise(outside, start):
    verdicts = ["below_range"] * outside + ["within_range"] * (38 - outside)

    assert workshop.surprise(ranges(verdicts), shares([0.1] * 38)).startswith(start)


def test_a_few_questions_would_hardly_ever_lie_outside_by_chance():
    said = workshop.surprise(ranges(["within_range"] * 5), shares([0.5] * 5))

    assert said.endswith("(hardly any would by chance).")


def test_where_no_range_can_be_given_it_says_why():
    few_areas = workshop.surprise(ranges(["", ""], reason="few_areas"), shares([0.5, 0.5]))
    hidden = workshop.surprise(ranges(["within_range"], n=5), shares([0.5]))
    unasked = workshop.surprise(ranges(["within_range"]).where(item="none"), shares([0.5]))

    assert few_areas == "Nothing can be said here: too few areas to compare."
    assert hidden == "There are too few answers to say what would be a surprise."
    assert unasked == NOT_ASKED


def test_a_hidden_share_outside_is_not_told():
    said = workshop.surprise(ranges(["above_range"]), shares([0.7]).where(item="none"))

    assert "“Question 0”." in said
    assert "70%" not in said


def contrast(verdict, estimate=0.12):
    row = {"item": "behaviour v process", "estimate": estimate, "conf_low": 0.05, "conf_high": 0.2}
    other = {"item": "behaviour v environment", "estimate": 0.3, "conf_low": 0.25, "conf_high": 0.35}
    rows = [row | {"verdict": verdict}, other | {"verdict": "higher"}]
    return protect(rows, analysis="class_contrast", estimand="mean_difference")


def gaps(verdicts, kept_back=None):
    rows = [
        {
            "item": f"q{i}",
            "verdict": verdict,
            "estimate": None if i == kept_back else 0.6 + i / 100,
            "n_b": 60,
        }
        for i, verdict in enumerate(verdicts)
    ]
    return protect(rows, analysis="group_gap", estimand="theta", group_a="asc", group_b="gp")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            "higher",
            f"{BEHAVIOUR} is named more often than process ({SIZE}): a conversation about process alone",
        ),
        (
            "lower",
            f"{BEHAVIOUR} is named less often than process ({SIZE}): a conversation about {BEHAVIOUR} alone",
        ),
        ("equivalent", f"Here {BEHAVIOUR} and process are named about equally often ({SIZE})."),
        ("inconclusive", f"Whether {BEHAVIOUR} or process is named more often here cannot be told ({SIZE})."),
        ("", "There are too few answers to set behaviour and culture against process."),
    ],
)
def test_the_first_class_is_set_against_the_second_and_no_other(verdict, words):
    said = workshop.reframe(contrast(verdict), gaps([]), labels=LABELS)

    assert words in said
    assert "capacity" not in said


def test_factors_that_two_groups_see_differently_are_counted_and_the_furthest_is_named():
    said = workshop.reframe(contrast("higher"), gaps(["higher", "lower", "inconclusive", ""]), labels=LABELS)

    assert said.endswith(
        "On 2 of 3 factors adult social care staff and general practitioners clearly differ, by little or "
        "much, furthest on “Question 1”."
    )


def test_where_a_size_is_kept_back_no_factor_is_called_the_furthest():
    said = workshop.reframe(contrast("higher"), gaps(["higher", "higher"], kept_back=1), labels=LABELS)

    assert said.endswith("general practitioners clearly differ, by little or much.")


def test_no_clear_difference_of_groups_is_no_agreement_and_no_answers_are_no_difference():
    none = workshop.reframe(contrast("higher"), gaps(["inconclusive"] * 3), labels=LABELS)
    silent = workshop.reframe(contrast("higher"), gaps(["", ""]), labels=LABELS)

    assert "On none of 3 factors do adult social care staff" in none
    assert "does not show that they agree" in none
    assert "see the factors alike cannot be told" in silent


def test_a_survey_without_factors_cannot_say():
    empty = contrast("higher").where(item="none")

    assert workshop.reframe(empty, gaps([]), labels=LABELS) == (
        "The survey did not ask about factors, so it cannot say."
    )


def claims(verdicts, reasons=None):
    rows = [{"item": f"q{i}", "verdict": verdict, "estimate": 0.5} for i, verdict in enumerate(verdicts)]
    made = pd.DataFrame(rows).assign(reason=reasons or "")
    return protect(made, analysis="claims", estimand="top2_share")


def test_statements_are_told_by_name_first_those_that_do_not_hold():
    verdicts = ["holds"] * 8 + ["does_not_hold"] + ["cannot_say"] * 2

    said = workshop.published(claims(verdicts))

    assert said == (
        "Does not hold here: “Question 8”.",
        "Holds here: “Question 0”, “Question 1”, “Question 2”, “Question 3”, “Question 4”, “Question 5” "
        "and 2 more.",
        "Nobody can tell from what was collected here: 2 statements. That is neither yes nor no.",
    )


def test_statements_that_were_not_asked_about_are_not_told():
    unasked = claims(["cannot_say"] * 2, ["not_asked", "no_file"])

    assert workshop.published(unasked) == ()
    assert workshop.published(claims(["holds"])) == ("Holds here: “Question 0”.",)


def tried(targets, verdicts):
    rows = [{"target": target, "verdict": verdict} for target, verdict in zip(targets, verdicts, strict=True)]
    made = pd.DataFrame(rows).assign(item="", group_a=[f"item:q{i}" for i in range(len(rows))])
    return protect(made, analysis="effort", estimand="intervention", estimate=float("nan"))


def test_interventions_are_counted_by_class_and_those_asked_about_by_verdict():
    targets = ["behaviour", "behaviour", "behaviour", "process", ""]
    verdicts = ["difference", "too_early", "too_early", "no_difference", "difference"]

    assert workshop.effort(tried(targets, verdicts), classes=LABELS) == (
        "Of 5 interventions that the metrics name, 3 are about behaviour and culture: 1 made a difference "
        "and 2 cannot be judged yet. 1 more is in no class of the catalogue."
    )
    assert workshop.effort(tried(["process"], ["difference"]), classes=LABELS) == (
        "The one intervention that the metrics name is not about behaviour and culture."
    )
    assert workshop.effort(tried(["behaviour"], ["no_difference"]), classes=LABELS) == (
        "The one intervention that the metrics name is about behaviour and culture: it made no difference "
        "worth having."
    )
    assert workshop.effort(tried(["behaviour", ""], ["too_early", "difference"]), classes=LABELS) == (
        "Of 2 interventions that the metrics name, 1 is about behaviour and culture: it cannot be judged "
        "yet. 1 more is in no class of the catalogue."
    )
    assert workshop.effort(tried([""], ["difference"]), classes=LABELS) == (
        "The one intervention that the metrics name is in no class of the catalogue."
    )


def test_without_metrics_it_says_which_file_would_tell():
    nothing = tried(["process"], ["difference"]).where(item="none")

    assert "metrics.csv would say which interventions are in place" in workshop.effort(
        nothing, classes=LABELS
    )


def test_the_headline_counts_the_clear_differences_drawn():
    rows = [
        {"item": f"q{i}", "verdict": v, "n_b": 900}
        for i, v in enumerate(["higher", "lower", "inconclusive", ""])
    ]
    drawn = protect(rows, analysis="against_rest", estimand="share_difference", estimate=0.1)

    said = workshop.beside_headline(shares([0.5] * 4), drawn, whole="the rest")
    silent = workshop.beside_headline(shares([0.5]), drawn.where(item="q3"), whole="the rest")

    assert said == "Clearly apart on 2 of 3 questions drawn"
    assert silent == "Too few answers to set beside the rest"


def test_what_comes_first_is_what_is_clear_or_could_be_the_furthest_and_never_the_merely_large():
    rows = [
        {"item": f"q{i}", "estimate": estimate, "verdict": verdict, "n_b": 900}
        for i, (estimate, verdict) in enumerate(
            [
                (0.3, "inconclusive"),
                (0.1, "higher"),
                (-0.05, "lower"),
                (0.2, "inconclusive"),
                (-0.1, "inconclusive"),
            ]
        )
    ]
    differences = protect(rows, analysis="against_rest", estimand="share_difference")
    sets = [
        {"item": f"q{i}", "estimand": way, "estimate": float(could), "n_b": 900}
        for way, places in (("top_above", [1, 3]), ("top_below", range(5)))
        for i in range(5)
        for could in [i in places]
    ]
    furthest = protect(sets, analysis="priority")

    first = priorities.first(differences, furthest.where(estimand="top_above"))

    assert first.frame["item"].tolist() == ["q3", "q1", "q2"]
    assert priorities.candidates(furthest).tolist() == ["q1", "q3", "q0", "q2", "q4"]


def test_a_long_list_of_questions_that_could_be_the_furthest_singles_out_none():
    many = [{"item": f"q{i}", "estimate": 1.0, "n_b": 900} for i in range(priorities.MANY + 1)]

    assert len(priorities.candidates(protect(many, analysis="priority", estimand="top_above"))) == 0
    short = protect(many[:-1], analysis="priority", estimand="top_above")
    assert len(priorities.candidates(short)) == priorities.MANY


def test_the_sheet_has_the_four_questions_in_order_and_escapes_what_is_said():
    said = {name: f"<{name}> & so on" for name in reversed(worksheet.QUESTIONS)}

    sheet = worksheet.worksheet(**said)
    html = sheet._repr_mimebundle_()[0]["text/html"]

    assert [question for question, _ in sheet] == list(worksheet.QUESTIONS.values())
    assert html.startswith(
        '<ul class="room"><li><p><strong>Is this surprising?</strong> &lt;surprise&gt; &amp;'
    )
    assert html.count("<li>") == 4
