"""Nothing hidden is found by subtracting what is shown from a total."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustgap.report.disclosure import Mask, decide
from trustgap.report.disclosure.rules import THRESHOLD, primary
from trustgap.report.disclosure.secondary import ROUNDS, board, complements
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.stats.shares import proportions

ITEMS = pd.DataFrame({"top_from": [2], "low_to": [1], "k": [2]}, index=["q"])
GROUPS = "abcde"


def release(sizes, *, yes=0.5):
    """Make counts and people of one question; `sizes` gives by area the answers of each group."""
    rows = []
    for area, groups in sizes.items():
        for group, n in zip(GROUPS, groups, strict=False):
            top = round(n * (yes if isinstance(yes, float) else yes.get((area, group), 0.5)))
            rows.append({"area": area, "wave": "1", "group": group, "item": "q", 1: n - top, 2: top})
    by_group = pd.DataFrame(rows).assign(**dict.fromkeys(cells.MISSING, 0))
    local = pd.concat([by_group, cells.pool(by_group, over="group", label=cells.ALL)])
    counts = pd.concat([local, cells.pool(local, over="area", label=cells.NATIONAL)], ignore_index=True)
    people = counts[["area", "wave", "group"]].assign(n=cells.valid(counts).to_numpy())
    return counts, people


def hidden(sizes, **options):
    """Give the cells of the question that a release hides, by kind."""
    counts, people = release(sizes, **options)
    decided = decide(counts, ITEMS, people, latest="1")
    return {
        kind: {(area, group) for area, _, group, item in part[cells.CELL].to_numpy() if item == "q"}
        for kind, part in decided.groupby("kind")
    }


OTHERS = {f"Y{i}": [4, 5, 40, 30, 60] for i in range(3)}
"""Areas in which the same small groups are hidden, so that those of the whole tell nothing."""


def test_one_small_group_takes_the_next_smallest_with_it():
    """A11."""
    found = hidden({"X": [40, 9, 14, 60, 80]} | OTHERS)

    assert ("X", "b") in found["hidden"]
    assert {group for area, group in found["secondary"] if area == "X"} == {"c"}


def test_two_hidden_groups_of_five_together_take_a_third():
    """A12."""
    found = hidden({"X": [3, 2, 14, 60, 80]} | OTHERS)

    assert {group for area, group in found["secondary"] if area == "X"} == {"c"}


def test_an_empty_group_does_not_protect_another():
    """A13."""
    found = hidden({"X": [0, 9, 14, 60, 80]} | OTHERS)

    assert {("X", "a"), ("X", "b")} <= found["hidden"]
    assert ("X", "c") in found["secondary"]


def test_of_two_groups_nothing_is_shown_where_one_is_small():
    """A14."""
    counts, people = release({"X": [40, 6]} | {f"Y{i}": [50, 27] for i in range(3)})
    mask = Mask.of(decide(counts, ITEMS, people, latest="1"))

    assert "X" in mask.silent
    assert ("X", "1", "b", "q") in mask.hidden


def test_of_two_groups_both_are_hidden_where_one_left_a_question_out():
    counts, people = release({f"Y{i}": [50, 27] for i in range(4)})
    place = counts.index[counts["area"].eq("Y0")]
    counts.loc[place, [1, 2]] = [[25, 25], [3, 3], [28, 28]]
    whole = counts.index[counts["area"].eq(cells.NATIONAL)]
    sums = counts[counts["area"].ne(cells.NATIONAL)].groupby("group")[[1, 2]].sum()
    counts.loc[whole, [1, 2]] = sums.loc[counts.loc[whole, "group"]].to_numpy()
    decided = decide(counts, ITEMS, people, latest="1")

    of_q = decided[decided["area"].eq("Y0") & decided["item"].eq("q")]
    assert set(zip(of_q["group"], of_q["kind"], strict=True)) == {("b", "hidden"), ("a", "secondary")}


def test_a_group_that_is_small_in_one_area_alone_is_not_found_from_the_whole():
    """A15."""
    found = hidden({"X": [6, 8, 40, 30], "Y": [60, 50, 40, 30], "Z": [30, 25, 50, 60]})

    for group in "ab":
        together = {area for area, who in found["hidden"] | found["secondary"] if who == group}
        assert len(together - {cells.NATIONAL}) >= 2 or cells.NATIONAL in together


def test_areas_without_pages_are_not_found_as_what_is_left_of_the_whole():
    """A23."""
    tiny = {"T": [3, 3]}
    counts, people = release(tiny | {"X": [40, 60], "Y": [30, 45], "Z": [50, 60]})
    decided = decide(counts, ITEMS, people, latest="1")
    assert "T" in set(decided.loc[decided["kind"].eq("silent"), "area"])

    gone = {area for area, _, group, item, kind in decided.to_numpy() if group == cells.ALL and item == "q"}

    assert len(gone - {cells.NATIONAL}) >= 2 or cells.NATIONAL in gone


@pytest.mark.parametrize("empty", [0, 5])
def test_an_empty_group_hides_what_one_of_five_would(empty):
    """A05."""
    found = hidden({"X": [empty, 15, 30, 60]} | {f"Y{i}": [6, 15, 30, 60] for i in range(3)})

    assert {cell for cell in found["hidden"] | found["secondary"] if cell[0] == "X"} == {
        ("X", "a"),
        ("X", "b"),
    }


def test_an_area_in_which_nobody_took_part_takes_no_other_with_it():
    found = hidden({"X": [0, 0, 0], "Y": [40, 30, 20], "Z": [60, 50, 40]})

    assert {area for area, _ in found["hidden"]} == {"X"}
    assert "secondary" not in found


def test_a_question_that_a_group_was_never_asked_hides_nothing():
    found = hidden({"X": [0, 15, 30, 60], "Y": [0, 20, 40, 30]})

    assert "secondary" not in found
    assert {group for _, group in found["hidden"]} == {"a"}


AREAS = st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=3, max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(AREAS)
def test_no_line_of_any_release_is_left_open(sizes):
    named = {f"X{place}": groups for place, groups in enumerate(sizes) if sum(groups)}
    if not named:
        return
    counts, people = release(named)
    on = board(counts, people, primary(counts, ITEMS, people, latest="1"))
    marks = on.hidden | complements(on)
    local = [place for place, name in enumerate(on.places) if name != cells.NATIONAL]
    whole = [len(local)] if cells.NATIONAL in on.places else []

    for place, block in itertools.product(range(len(on.places)), range(len(on.blocks))):
        line = marks[place, :-1, block] & (on.n[place, :-1, block] > 0)
        small = line & (on.n[place, :-1, block] < THRESHOLD)
        if small.any() and not marks[place, -1, block]:
            assert line.sum() >= 2
            assert (on.n[place, :-1, block] * line).sum() >= THRESHOLD
    assert whole == [on.places.get_loc(cells.NATIONAL)]
    for group, block in itertools.product(range(len(on.groups)), range(len(on.blocks))):
        line = marks[local, group, block] & (on.n[local, group, block] > 0)
        small = line & (on.n[local, group, block] < THRESHOLD)
        if small.any() and not marks[whole[0], group, block]:
            assert line.sum() >= 2


def test_one_more_cell_is_hidden_for_each_open_line_and_no_more():
    """In areas apart from one another one cell closes a line: fewer cannot."""
    sizes = {f"X{i}": [8, 20 + i, 40, 60] for i in range(12)} | {f"Y{i}": [20, 30, 40, 50] for i in range(12)}

    found = hidden(sizes, yes=0.5)

    assert len([cell for cell in found["secondary"] if cell[0].startswith("X")]) == 12
    assert not [cell for cell in found["secondary"] if cell[0].startswith("Y")]


def test_the_same_mark_stands_for_both_reasons():
    counts, people = release({"X": [40, 9, 14, 60, 80]} | OTHERS)
    mask = Mask.of(decide(counts, ITEMS, people, latest="1"))

    assert {("X", "1", "b", "q"), ("X", "1", "c", "q")} <= mask.hidden


def test_a_release_whose_lines_cannot_be_closed_is_refused(monkeypatch):
    monkeypatch.setattr("trustgap.report.disclosure.secondary.ROUNDS", 0)
    counts, people = release({"X": [40, 9, 14, 60, 80]} | OTHERS)

    with pytest.raises(RuntimeError, match="can still be solved"):
        complements(board(counts, people, primary(counts, ITEMS, people, latest="1")))
    assert ROUNDS == 20


def test_what_an_earlier_release_showed_of_the_same_people_hides_nothing():
    sizes = {"X": [40, 9, 14, 60, 80]} | OTHERS
    shown = pd.DataFrame([("X", "1", "c", "q")], columns=cells.CELL)
    counts, people = release(sizes)

    decided = decide(counts, ITEMS, people, latest="1", already=shown)

    of_x = decided[decided["area"].eq("X") & decided["item"].eq("q") & decided["kind"].eq("secondary")]
    assert list(of_x["group"]) == ["a"]


def test_who_could_not_say_of_a_hidden_group_is_not_left_over_of_all_staff():
    """B84. A share of its own: the cell of all staff is shown, and those of two groups are not."""
    counts, people = release({"X": [40, 9, 14, 60, 80], "Z": [90] * 5} | OTHERS)
    counts["dont_know"] = 2
    items = ITEMS.assign(team="", numeric=False)
    shown = Mask.of(decide(counts, items, people, latest="1")).protect(
        proportions.shares(counts, items), Words.plain()
    )
    text = shown.frame.set_index(["area", "group_a", "estimand"])["estimate_text"]

    assert text["X", "b", "top2_share"] == text["X", "c", "top2_share"] == "[c]"
    assert text["X", "all", "top2_share"] != "[c]"
    assert text["X", "all", "dont_know_share"] == "[c]"
    for told in ("X", "a"), ("Z", "all"), ("Z", "a"):
        assert text[(*told, "dont_know_share")] != "[c]"
