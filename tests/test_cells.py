"""Cells of counts and what their items mean."""

import pandas as pd
import pytest

from trustgap.stats.cells import between, pick, positives, sides

CELLS = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "item": "q", 1: [3, 1], 2: [4, 9]})
ITEMS = pd.DataFrame({"team": ["t"], "top_from": [2]}, index=["q"])


def test_a_cell_that_does_not_occur_is_picked_empty_and_order_is_kept():
    wanted = pd.DataFrame({"area": "X1", "wave": "1", "group": ["b", "z", "a", "b"], "item": "q"})
    found = pick(CELLS, wanted)
    assert found["group"].tolist() == ["b", "z", "a", "b"]
    assert found[2].tolist() == [9, 0, 4, 9]


def test_bounds_count_above_one_and_up_to_the_other():
    assert between(CELLS, [0, 1], [1, 2]).tolist() == [3, 9]
    assert positives(CELLS, ITEMS).tolist() == [4, 9]


def test_a_comparison_rests_on_both_cells():
    found = sides(CELLS[:1], CELLS[1:], ITEMS).iloc[0]
    assert (found["group_a"], found["group_b"], found["n_a"], found["n_b"]) == ("a", "b", 7, 10)
    assert found["rests_on"] == (("X1", "1", "a", "q"), ("X1", "1", "b", "q"))


def test_an_item_without_meaning_is_refused():
    with pytest.raises(KeyError, match="lacks"):
        positives(CELLS.assign(item="other"), ITEMS)


def test_cells_that_occur_twice_are_not_picked_from():
    counts = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "item": "q", 1: [3, 4]})
    with pytest.raises(ValueError, match="several rows for the same cell"):
        pick(counts, counts)
