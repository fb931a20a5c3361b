"""Counting cells: every respondent once, every kind of answer in its place."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.stats.counts import ALL, CELL, MISSING, NATIONAL, levels, numbered, pool, tally, valid

ITEMS = pd.DataFrame({"k": [3, 5]}, index=["p", "q"])
CODES = st.sampled_from([*range(1, 4), *MISSING.values()])
PEOPLE = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("12"), st.sampled_from("gh"), CODES, CODES)
)


def frame(people):
    columns = ["area", "wave", "group", "p", "q"]
    return pd.DataFrame(people, columns=columns).astype({"p": "int8", "q": "int8"})


@given(PEOPLE.filter(len))
def test_every_cell_equals_a_plain_count(people):
    answers = frame(people)

    counts = tally(answers, ITEMS)

    for row in counts.to_dict("records"):
        here = [p for p in people if p[:3] == (row["area"], row["wave"], row["group"])]
        given_ = [p[3] if row["item"] == "p" else p[4] for p in here]
        for code in range(1, 6):
            assert row[code] == given_.count(code)
        for kind, code in MISSING.items():
            assert row[kind] == given_.count(code)
    assert counts[[*levels(counts), *MISSING]].to_numpy().sum() == 2 * len(people)


@given(PEOPLE.filter(len), st.randoms())
def test_the_order_of_respondents_does_not_matter(people, random):
    shuffled = list(people)
    random.shuffle(shuffled)

    pd.testing.assert_frame_equal(tally(frame(people), ITEMS), tally(frame(shuffled), ITEMS))


def test_the_answers_are_left_as_they_were():
    answers = frame([("A", "1", "g", 1, -2)])
    before = answers.copy()
    tally(answers, ITEMS)
    pd.testing.assert_frame_equal(answers, before)


def test_a_cell_without_valid_answers_keeps_its_row_and_has_base_zero():
    counts = tally(frame([("A", "1", "g", -2, -1)]), ITEMS)
    assert valid(counts).tolist() == [0, 0]
    assert counts.loc[0, "dont_know"] == 1
    assert counts.loc[1, "not_asked"] == 1


def test_categories_give_the_same_counts_as_text_and_no_empty_cells():
    answers = frame([("A", "1", "g", 1, 2), ("B", "2", "h", 3, 3)])
    kinds = {column: pd.CategoricalDtype(["A", "B", "C", "1", "2", "g", "h"]) for column in CELL[:3]}
    pd.testing.assert_frame_equal(tally(answers.astype(kinds), ITEMS), tally(answers, ITEMS))


def test_pooling_adds_cells_and_names_the_pool():
    counts = tally(frame([("A", "1", "g", 1, 2), ("A", "1", "h", 1, 4), ("B", "1", "g", 2, 4)]), ITEMS)
    groups = pool(counts, over="group", label=ALL)
    whole = pool(groups, over="area", label=NATIONAL)
    q = whole[whole["item"].eq("q")].iloc[0]
    assert (q["area"], q["group"], q[2], q[4]) == (NATIONAL, ALL, 1, 2)
    assert list(whole.columns) == list(counts.columns)


def test_an_item_without_a_column_is_named():
    with pytest.raises(KeyError, match="'r'"):
        tally(frame([("A", "1", "g", 1, 1)]), pd.DataFrame({"k": [2]}, index=["r"]))


def test_pooling_over_something_else_is_refused():
    with pytest.raises(ValueError, match="got 'region'"):
        pool(pd.DataFrame(columns=CELL), over="region", label=ALL)


def test_levels_are_the_integer_columns_only():
    assert levels(pd.DataFrame(columns=["item", np.int64(1), 2, "blank"])) == [1, 2]


def test_a_row_without_a_place_is_refused_and_not_counted_somewhere_else():
    with pytest.raises(ValueError, match="column wave has rows without a value"):
        numbered(pd.DataFrame({"area": ["X1", "X1"], "wave": ["1", None]}), ["area", "wave"])
