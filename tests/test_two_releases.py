"""What two releases of one survey would tell together, and what may be released again."""

import json

import pandas as pd
import pytest
from sample_two_releases import KEY, SIZES, Release, cells, late, load, people

from trustgap.report.earlier import entry, known
from trustgap.report.earlier.people import paired

FIRST = people()
OF_ONE = {
    (area, group, item) for area in ("A1", "national") for group in ("g", "all") for item in ("", "q1", "q2")
}


@pytest.fixture
def first(tmp_path):
    return Release(load(tmp_path / "first", FIRST))


@pytest.fixture
def then(tmp_path):
    """Give a way to make a later release of other rows."""
    return lambda rows, **more: Release(load(tmp_path / "then", rows, **more))


def test_the_same_answers_may_be_released_again(first, then):
    assert then(FIRST).beside(first).empty


def test_one_late_respondent_is_found_in_every_cell_that_they_are_in(first, then):
    """A24."""
    found = then(late(FIRST, 1)).beside(first)

    assert cells(found) == OF_ONE
    assert set(found["people"]) == {1}
    assert set(found["kind"]) == {"changed"}


@pytest.mark.parametrize(("count", "refused"), [(1, True), (10, True), (11, False), (12, False)])
def test_eleven_who_join_may_stand_beside_what_was_shown_and_ten_may_not(first, then, count, refused):
    """A24."""
    assert bool(len(then(late(FIRST, count)).beside(first))) is refused


def test_one_who_withdraws_is_found_though_the_ledger_knows_nobody(first, then):
    """A25."""
    found = then(FIRST[FIRST["id"].ne("A1-g-3")]).beside(first)

    assert cells(found) == OF_ONE


def test_an_answer_that_changes_nothing_that_is_shown_may_change(first, then):
    """A25."""
    # From one positive answer to the other: the positive share is all that these tables show of it.
    row = FIRST.index[FIRST["area"].eq("A1") & FIRST["group"].eq("g") & FIRST["q1"].eq("4")][0]
    changed = FIRST.copy()
    changed.loc[row, "q1"] = "5"
    assert then(changed).beside(first).empty


def test_an_answer_that_moves_only_a_row_that_rests_on_several_questions_may_not(first, then):
    """B64. What is shown of each question reads the same; the mean of both moves by a hundredth."""
    row = FIRST.index[FIRST["area"].eq("A1") & FIRST["group"].eq("g") & FIRST["q1"].eq("1")][0]
    changed = FIRST.copy()
    changed.loc[row, "q1"] = "2"
    later = then(changed)
    assert later.beside(first).empty
    for release, mean in ((first, 3.10), (later, 3.11)):
        row = release.rows.iloc[:1].assign(area="A1", group_a="all", item="q1+q2", estimate=mean)
        release.rows = pd.concat([release.rows, row], ignore_index=True)

    one = {(area, group, "q1") for area in ("A1", "national") for group in ("g", "all")}
    assert cells(later.beside(first)) == one


def test_one_answer_changed_is_found_in_its_question_alone(first, then):
    row = FIRST.index[FIRST["area"].eq("A1") & FIRST["group"].eq("g") & FIRST["q1"].eq("5")][0]
    changed = FIRST.copy()
    changed.loc[row, "q1"] = "1"
    found = then(changed).beside(first)

    # One of 40 and of 70 moves a whole per cent; one of 260 moves a tenth of the whole's.
    assert cells(found) == {(area, group, "q1") for area in ("A1", "national") for group in ("g", "all")}


@pytest.mark.parametrize("ids", [True, False], ids=["identifiers", "no identifiers"])
def test_an_old_county_and_a_new_unitary_that_differ_by_five_are_not_both_told_of(tmp_path, then, ids):
    """A28."""
    first = Release(load(tmp_path / "first", FIRST, ids=ids))
    moved = FIRST.copy()
    moved.loc[moved["area"].eq("A1"), "area"] = "U1"
    stay = moved.index[moved["area"].eq("U1") & moved["group"].eq("g")][:5]
    moved.loc[stay, "area"] = "A2"
    found = then(moved, ids=ids).beside(first)

    assert {("U1", "g", "q1"), ("U1", "all", "q1"), ("A2", "g", "q1"), ("A2", "all", "q1")} <= cells(found)
    assert found.loc[found["area"].eq("U1"), "people"].min() == 5


def test_areas_that_are_only_called_something_else_may_be_released_again(first, then):
    """A28."""
    renamed = FIRST.assign(area=FIRST["area"].replace({"A1": "U1"}))
    later = then(renamed)

    assert later.beside(first).empty
    told = known.already([first.entry()], later.standing)
    assert {"U1", "A2"} <= set(told["area"])
    assert "A1" not in set(told["area"])


@pytest.mark.parametrize(("size", "refused"), [((4, 2), True), ((20, 15), False)], ids=["6 people", "35"])
def test_a_partnership_and_one_of_its_two_areas_do_not_tell_of_a_few_in_the_other(
    tmp_path, then, size, refused
):
    """A30."""
    alone = people(SIZES | {"A4": size})
    before = Release(load(tmp_path / "first", alone))
    together = alone.assign(area=alone["area"].replace({"A3": "P34", "A4": "P34"}))
    found = then(together).beside(before)

    assert bool(len(found)) is refused
    if refused:
        assert {("P34", "all", "q1"), ("P34", "all", "")} <= cells(found)
        assert found.loc[found["group"].eq("all"), "people"].eq(6).all()


def test_a_partnership_released_first_and_its_areas_later_do_not_either(tmp_path, then):
    """A30."""
    alone = people(SIZES | {"A4": (4, 2)})
    together = alone.assign(area=alone["area"].replace({"A3": "P34", "A4": "P34"}))
    before = Release(load(tmp_path / "first", together))

    assert ("A3", "all", "q1") in cells(then(alone).beside(before))


def test_a_total_shown_then_and_all_but_a_small_part_now_are_set_against_each_other(tmp_path, then):
    small = people(SIZES | {"A1": (40, 6)})
    before = (
        Release(load(tmp_path / "first", small)).without(area="A1", group="g").without(area="A1", group="h")
    )
    later = then(small)
    # As if other rules hid another cell now: what is told of A1 is its one large group.
    later.told = pd.concat([later.told, later.standing.cells.query("area == 'A1' and group == 'g'")])
    later = later.without(area="A1", group="all")
    before.told = pd.concat([before.told, before.standing.cells.query("area == 'A1' and group == 'all'")])
    before.told = before.told.drop_duplicates()

    assert ("A1", "g", "q1") in cells(later.beside(before))


def test_areas_shown_then_are_taken_from_the_whole_that_is_shown_now(tmp_path, then):
    few = people(SIZES | {"A4": (4, 3)})
    before = Release(load(tmp_path / "first", few))
    later = then(few)
    large, pooled = before.standing.cells, later.standing.cells
    before.told = large.query("area in ('A1', 'A2', 'A3') and group == 'all'").reset_index(drop=True)
    later.told = pooled.query("area == 'national' and group == 'all'").reset_index(drop=True)
    found = later.beside(before)

    assert cells(found) == {("national", "all", item) for item in ("", "q1", "q2")}
    assert set(found["kind"]) == {"left_over"}
    assert set(found["people"]) == {7}


def test_one_respondent_in_the_place_of_another_is_found(first, then):
    """B43."""
    swapped = FIRST.copy()
    row = swapped.index[swapped["area"].eq("A1") & swapped["group"].eq("g") & swapped["q1"].eq("5")][0]
    swapped.loc[row, ["id", "q1"]] = ["somebody else", "1"]
    found = then(swapped).beside(first)

    assert ("A1", "g", "q1") in cells(found)
    assert ("A1", "g", "") not in cells(found), "as many as before"


@pytest.mark.parametrize("last", [True, False], ids=["lasting identifiers", "no identifiers"])
def test_many_in_the_place_of_others_are_enough_where_identifiers_last(tmp_path, then, last):
    before = Release(load(tmp_path / "first", FIRST, ids=last))
    rows = FIRST.index[FIRST["area"].eq("A1") & FIRST["group"].eq("g")]
    swapped = FIRST.copy()
    swapped.loc[rows, "id"] = [f"new-{n}" for n in range(len(rows))]
    # The same answers in other company, but for one: the counts move by one.
    swapped.loc[rows, "q2"] = swapped.loc[rows, "q2"].to_numpy()[::-1]
    one = swapped.index[swapped["q1"].eq("5") & swapped.index.isin(rows)][0]
    swapped.loc[one, "q1"] = "1"
    found = then(swapped, ids=last).beside(before)

    assert (("A1", "g", "q1") in cells(found)) is not last


@pytest.mark.parametrize("how", ["numbered anew", "in another order", "without identifiers"])
def test_a_file_that_is_only_exported_again_may_be_released_again(tmp_path, first, then, how):
    rows = FIRST.sample(frac=1, random_state=3) if how != "numbered anew" else FIRST
    rows = rows.assign(id=[str(n) for n in range(len(rows))]) if how == "numbered anew" else rows
    later = then(rows, ids=how != "without identifiers")

    assert later.beside(first).empty


@pytest.mark.parametrize("ids", [True, False])
def test_one_late_respondent_does_not_hide_behind_a_question_coded_anew_and_other_identifiers(
    tmp_path, then, ids
):
    before = Release(load(tmp_path / "first", FIRST, ids=ids))
    more = late(FIRST, 1)
    more["q2"] = more["q2"].map({"1": "5", "2": "4", "3": "3", "4": "2", "5": "1"})
    more["id"] = [f"x{n}" for n in range(len(more))]
    found = then(more, ids=ids).beside(before)

    # Of the question coded anew the counts moved by more than ten; of the other they tell of one.
    assert {("A1", "g", "q1"), ("A1", "all", "q1"), ("national", "all", "q1")} <= cells(found)
    assert set(found.loc[found["item"].eq("q1"), "people"]) == {1}


def test_a_question_coded_anew_for_all_does_not_keep_the_others_from_being_released(first, then):
    more = FIRST.assign(q2=FIRST["q2"].map({"1": "5", "2": "5", "3": "5", "4": "1", "5": "1"}))
    found = then(more).beside(first)

    assert "q1" not in set(found["item"])


def test_a_wave_or_a_question_more_or_less_changes_nothing_of_the_others(first, then, tmp_path):
    waves = pd.concat([FIRST, people(waves=("2",), seed=5)], ignore_index=True)
    assert Release(load(tmp_path / "waves", waves, waves=("1", "2"))).beside(first).empty
    more = FIRST.assign(q3=FIRST["q1"].to_numpy()[::-1])
    assert Release(load(tmp_path / "more", more, items=("q1", "q2", "q3"))).beside(first).empty
    assert then(FIRST, items=("q1",)).beside(first).empty


def test_what_was_shown_is_known_of_cells_that_hold_the_same_answers_only(first, then):
    later = then(late(FIRST, 1))
    told = known.already([first.entry()], later.standing)

    assert cells(told).isdisjoint(OF_ONE)
    assert {("A1", "h", "q1"), ("A2", "all", "q2"), ("A3", "g", "")} <= cells(told)
    assert set(told["wave"]) == {"1"}


def test_the_record_of_a_release_names_nobody_and_tells_no_answer(first):
    """A25."""
    kept = entry.written(entry.of(first.standing, first.told, first.rows, release="r"))
    text = json.dumps(kept) + entry._bytes(kept["people"]["runs"]).decode()
    text += entry._bytes(kept["cells"]).decode()

    assert not [one for one in FIRST["id"] if one in text]
    # What remains of a respondent are two digests; without the key nobody can make them of a row.
    other = entry.of(
        Release(first.standing.survey, key=b"x" * 32).standing,
        first.told,
        first.rows,
        release="r",
    )
    here = set(first.entry().people[["person", "row"]].to_numpy().ravel())
    assert here.isdisjoint(set(other.people[["person", "row"]].to_numpy().ravel()))
    assert KEY.hex() not in text


def test_the_record_keeps_no_counts_of_cells_that_were_hidden(tmp_path):
    few = Release(load(tmp_path / "first", people(SIZES | {"A4": (4, 40)})))
    kept = few.entry().cells

    assert kept[kept["area"].eq("A4") & kept["group"].eq("g")].empty
    assert (kept.query("item == ''")["1"] >= 11).all()


def test_rows_that_say_the_same_find_one_partner_each():
    old = pd.DataFrame({"wave": "1", "area": "X", "group": "a", "person": [0, 0, 0], "row": [5, 5, 6]})
    new = old.iloc[[0, 0, 0, 2]].reset_index(drop=True)

    assert sorted(paired(old, new)["place"]) == [-1, 0, 1, 2]
