"""What is hidden is attacked: nothing is left that adding and subtracting gives away."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_secondary import AREAS, ITEMS, OTHERS, hidden, release

from trustgap.report.disclosure import decide
from trustgap.report.disclosure.repair import by_exchange, by_subtraction, find, told
from trustgap.report.disclosure.rules import collapsed, primary
from trustgap.report.disclosure.secondary import board, complements
from trustgap.stats import counts as cells


def decided_board(counts, people):
    decided = decide(counts, ITEMS, people, latest="1")
    on = board(counts, people, decided)
    positive, _ = (on.spread(counts, part) for part in collapsed(counts, ITEMS))
    return on, positive


def tables(on, known, block):
    """List the limits of every cell over all whole tables that agree with what is told: by brute force."""
    places = [place for place, name in enumerate(on.places) if name != cells.NATIONAL]
    groups = range(len(on.groups) - 1)
    least, most = known.least[:, :, block], known.most[:, :, block]
    whole = on.places.get_loc(cells.NATIONAL)
    rows = {}
    for place in places:
        grids = np.meshgrid(*(np.arange(least[place, g], most[place, g] + 1) for g in groups), indexing="ij")
        every = np.stack([grid.ravel() for grid in grids], axis=1)
        sums = every.sum(axis=1)
        rows[place] = every[(sums >= least[place, -1]) & (sums <= most[place, -1])]
    # Sums of groups over the areas so far, with the limits that each area's cells can still have.
    reach = [{(0,) * len(groups)}]
    for place in places:
        reach.append({tuple(np.add(one, row)) for one in reach[-1] for row in rows[place]})

    def fits(total):
        inside = all(least[whole, g] <= total[g] <= most[whole, g] for g in groups)
        return inside and least[whole, -1] <= sum(total) <= most[whole, -1]

    left = {total for total in reach[-1] if fits(total)}
    limits = {}
    for step in reversed(range(len(places))):
        used, before = [], set()
        for row in rows[places[step]]:
            ends = {tuple(np.subtract(total, row)) for total in left} & reach[step]
            if ends:
                used.append(row)
                before |= ends
        limits[places[step]] = (np.min(used, axis=0), np.max(used, axis=0))
        left = before
    return limits


SMALL = st.lists(st.lists(st.integers(0, 14), min_size=3, max_size=3), min_size=2, max_size=3)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(SMALL, st.integers(0, 10_000))
@pytest.mark.slow
def test_brute_force_finds_nothing_in_any_small_release(sizes, seed):
    named = {f"X{place}": groups for place, groups in enumerate(sizes) if sum(groups)}
    if not named:
        return
    stream = np.random.default_rng(seed)
    yes = {(area, group): stream.uniform() for area in named for group in "abc"}
    on, positive = decided_board(*release(named, yes=yes))
    known = told(on, positive)

    for block in np.flatnonzero(on.blocks.get_level_values(1) == "q"):
        for place, (low, high) in tables(on, known, block).items():
            for group, width in enumerate(high - low):
                n = on.n[place, group, block]
                if on.hidden[place, group, block] and 0 < n < 11:
                    assert width >= (2 if n >= 3 else 1)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(AREAS, st.integers(0, 10_000))
def test_exchanges_prove_no_more_than_single_lines_leave(sizes, seed):
    named = {f"X{place}": groups for place, groups in enumerate(sizes) if sum(groups)}
    if not named:
        return
    stream = np.random.default_rng(seed)
    counts, people = release(
        named, yes={(area, group): stream.uniform() for area in named for group in "abcd"}
    )
    on = board(counts, people, primary(counts, ITEMS, people, latest="1"))
    on = replace(on, hidden=on.hidden | complements(on))
    positive, _ = (on.spread(counts, part) for part in collapsed(counts, ITEMS))
    known = told(on, positive)

    assert (by_exchange(on, known) <= by_subtraction(on, known)).all()


@pytest.mark.parametrize(("yes", "least", "most"), [(1.0, 91, 100), (0.0, 0, 9), (0.5, 50, 50)])
def test_a_bound_tells_what_its_text_says_and_no_less(yes, least, most):
    """More than 90% of 100 people are 91 or more."""
    counts, people = release({"X": [100, 40], "Y": [60, 50]}, yes={("X", "a"): yes})
    on = board(counts, people, primary(counts, ITEMS, people, latest="1"))
    positive, _ = (on.spread(counts, part) for part in collapsed(counts, ITEMS))
    at = on.places.get_loc("X"), on.groups.get_loc("a"), list(on.blocks.get_level_values(1)).index("q")
    bounded = np.zeros_like(on.bounded)
    bounded[at] = yes != 0.5

    known = told(replace(on, bounded=bounded), positive)

    assert (known.least[at], known.most[at]) == (least, most)


def test_hidden_groups_that_all_said_yes_are_not_told_by_what_is_left_of_the_total():
    yes = {("X", "a"): 1.0, ("X", "b"): 1.0}
    found = hidden({"X": [6, 7, 20, 60, 80]} | OTHERS, yes=yes)

    assert ("X", "c") in found["secondary"]


def test_where_everybody_of_an_area_agrees_its_total_is_a_bound_too():
    sizes = {"X": [30, 40, 45, 48, 49], "Y": [30, 40, 45, 48, 49]} | {f"T{i}": [5] * 5 for i in range(3)}
    found = hidden(sizes, yes={("X", group): 1.0 for group in "abcde"})

    assert {("X", group) for group in (*"abcde", cells.ALL)} <= found["bounded"]
    assert "secondary" not in found


def test_an_l_of_hidden_cells_is_found_and_repaired_and_a_rectangle_is_not():
    """A16."""
    square = {"X": [6, 8, 40], "Y": [7, 9, 50], "Z": [30, 40, 50]}
    counts, people = release(square)
    on = board(counts, people, primary(counts, ITEMS, people, latest="1"))
    positive, _ = (on.spread(counts, part) for part in collapsed(counts, ITEMS))
    assert not find(replace(on, bounded=on.bounded & False), positive).any()

    at = tuple(part[0] for part in np.nonzero((on.n == 9) & on.hidden))
    open_ = on.hidden.copy()
    open_[on.places.get_loc("Y"), on.groups.get_loc("b"), at[2]] = False
    ell = replace(on, hidden=open_, bounded=on.bounded & False)
    assert find(ell, positive)[:, :, at[2]].any()


def test_cells_determined_by_all_lines_together_are_found_though_no_single_line_gives_them():
    """A17."""
    sizes = {"X": [20, 20, 20, 20], "Y": [20, 20, 20, 20], "Z": [20, 20, 20, 20]}
    counts, people = release(sizes)
    on = board(counts, people, primary(counts, ITEMS, people, latest="1"))
    positive, _ = (on.spread(counts, part) for part in collapsed(counts, ITEMS))
    marks = np.zeros_like(on.hidden)
    place = {name: on.places.get_loc(name) for name in "XYZ"}
    q = int(np.flatnonzero(on.blocks.get_level_values(1) == "q")[0])
    # Two rows of two hidden cells meet in one column only: each line has two, and all are determined.
    for area, group in [("X", 0), ("X", 1), ("Y", 1), ("Y", 2), ("Z", 2), ("Z", 3)]:
        marks[place[area], group, q] = True
    few = replace(on, hidden=marks, n=np.where(marks, 9, on.n), bounded=marks & False)
    known = told(few, np.minimum(positive, few.n))
    assert (known.most - known.least)[marks].min() == 9
    assert find(few, np.minimum(positive, few.n))[marks].all()


@pytest.mark.parametrize("answer", [0, 1])
def test_a_total_of_which_nobody_said_no_does_not_tell_that_nobody_hidden_did(answer):
    items = pd.DataFrame({"top_from": [3], "low_to": [1], "k": [3]}, index=["q"])
    rows = [
        {"area": area, "wave": "1", "group": group, "item": "q", 1: 0, 2: n // 2, 3: n - n // 2}
        for area in ("X", "Y", "Z")
        for group, n in zip("abcd", [8, 14, 60, 70], strict=True)
    ]
    by_group = pd.DataFrame(rows).assign(**dict.fromkeys(cells.MISSING, 0))
    by_group.loc[3, [1, 2]] = [answer, 35 - answer]
    by_group.loc[4:, [1, 2]] = by_group.loc[4:, [1, 2]].to_numpy() // [1, 2]
    local = pd.concat([by_group, cells.pool(by_group, over="group", label=cells.ALL)])
    counts = pd.concat([local, cells.pool(local, over="area", label=cells.NATIONAL)], ignore_index=True)
    people = counts[["area", "wave", "group"]].assign(n=cells.valid(counts).to_numpy())
    decided = decide(counts, items, people, latest="1")

    of_x = decided[decided["area"].eq("X") & decided["group"].eq(cells.ALL) & decided["item"].eq("q")]
    assert {"neutral", "negative"} <= set(of_x["kind"])


def test_a_question_that_cannot_be_repaired_cell_by_cell_is_withheld(monkeypatch):
    monkeypatch.setattr("trustgap.report.disclosure.repair._give", lambda on, *_: on)
    sizes = {"X": [6, 7, 20, 60, 80]} | OTHERS
    found = hidden(sizes, yes={("X", "a"): 1.0, ("X", "b"): 1.0})

    together = found["hidden"] | found["secondary"]
    assert {("X", group) for group in (*"abcde", cells.ALL)} <= together
    assert (cells.NATIONAL, cells.ALL) not in together
