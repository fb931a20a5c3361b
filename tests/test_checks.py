"""Problems, their wording, and the schema of the canonical frame."""

import pandas as pd
import pytest

from trustgap.survey.checks import CANONICAL, Problem, SurveyError, listed, unknown_values, validate

ITEMS = pd.DataFrame({"k": [5, 2]}, index=["q1", "q2"])


def frame(**changes):
    """Give a sound canonical frame of two rows, with some columns changed."""
    sound = {
        "respondent": ["1", "2"],
        "wave": ["w", "w"],
        "area": ["X1", "X1"],
        "region": ["R", "R"],
        "group": ["a", "b"],
        "role": ["", ""],
        "weight": [1.0, float("nan")],
        "stratum": ["", ""],
        "psu": ["", ""],
        "q1": pd.array([5, -4], dtype="int8"),
        "q2": pd.array([0, 2], dtype="int8"),
    }
    assert list(sound)[:9] == CANONICAL
    return pd.DataFrame({**sound, **changes}).astype({"q1": "int8", "q2": "int8"})


def found(answers):
    """Validate and give place and count of each problem."""
    problems = validate(answers, items=ITEMS, groups=["a", "b"], waves=["w"])
    return {problem.place: problem.count for problem in problems}, " ".join(p.message() for p in problems)


def test_a_sound_frame_passes_untouched():
    answers = frame()
    before = answers.copy(deep=True)

    assert found(answers) == ({}, "")
    pd.testing.assert_frame_equal(answers, before)


@pytest.mark.parametrize(
    ("column", "values", "rows"),
    [
        ("q1", [6, 7], 2),
        ("q2", [3, 1], 1),
        ("q1", [-5, 1], 1),
        ("wave", ["w", "secret-value"], 1),
        ("group", ["secret-value", "secret-value"], 2),
        ("weight", [0.0, 1.0], 1),
        ("area", ["X1", None], 1),
    ],
)
def test_each_broken_rule_is_counted_and_no_value_repeated(column, values, rows):
    places, said = found(frame(**{column: values}))

    assert places == {f"column {column}": rows}
    assert "secret-value" not in said


def test_a_respondent_twice_in_a_wave_breaks_the_schema():
    places, said = found(frame(respondent=["secret-value", "secret-value"]))

    assert places
    assert "secret-value" not in said


def test_a_column_too_many_breaks_the_schema():
    assert found(frame(comment=["secret-value", "x"]))[0]


def test_a_message_names_file_place_count_accepted_and_remedy():
    problem = Problem("a.csv", "column 'q'", "holds nonsense", 1234, "1, 2", "Correct it")

    assert problem.message() == "a.csv, column 'q': holds nonsense (1,234 times). Accepted: 1, 2. Correct it."


def test_an_error_lists_every_problem_in_its_own_paragraph():
    error = SurveyError([Problem("a", "", "one"), Problem("b", "", "two")])

    assert str(error).split("\n\n") == ["2 problems found.", "1. a: one.", "2. b: two."]
    assert [problem.found for problem in error.problems] == ["one", "two"]


def test_only_values_shared_by_eleven_rows_are_named():
    said = unknown_values(pd.Series({"Agre": 11, "call me on 0161": 10, "Jo": 1}))

    assert said == "'Agre' in 11 rows; 2 further values, not shown because fewer than 11 rows hold each"


def test_long_lists_and_long_values_are_cut():
    assert listed("abcd", at_most=2) == "a, b and 2 more"
    assert len(listed(["x" * 500])) == 60
