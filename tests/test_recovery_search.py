"""The quick ways of the attack against the slow ones, its order of work, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from recovery_blocks import facts, leaves, random_block

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.recovery import programmes, ranges, recovered
from trustgap.stats.recovery.exchanges import rectangles
from trustgap.stats.recovery.search import Search
from trustgap.stats.recovery.system import assemble

KEYS = ["area", "group", "low_level", "high_level"]


def hidden_block(seed, *, share=0.35):
    """Make a small block, some of whose bases nobody told."""
    rng = np.random.default_rng(seed)
    levels = 2 + seed % 2
    known, told, truth, linear = random_block(rng, levels=levels, linear=seed % 3 == 0, share=share)
    known["n"] = known["n"].where(rng.random(len(known)) < (0.8 if seed % 2 else 1))
    total = facts((NATIONAL, ALL, 1, levels, truth.sum()))
    return known, pd.concat([told, total], ignore_index=True), truth, linear


def differing(seed):
    """List where the quick way says what solvers, asked of every cell by itself, do not."""
    known, told, truth, linear = hidden_block(seed, share=0.2 if seed % 4 else 0.4)
    slow = ranges(known, told, linear=linear).set_index(KEYS)
    holds = {"solvers settle every cell": slow["known"].eq("exact").all()}
    for start in (None, truth):
        quick = ranges(known, told, linear=linear, exact=False, start=start).set_index(KEYS)
        both = quick.add_suffix("_quick").join(slow)
        wide = both["known_quick"].eq("at least")
        same = (both["least_quick"] == both["least"]) & (both["most_quick"] == both["most"])
        found = [
            set(recovered(each.reset_index(), known)[[*KEYS, "how"]].itertuples(index=False))
            for each in (slow, quick)
        ]
        way = "from the truth" if start is truth else "from nothing"
        holds |= {
            f"{way}: the least is no smaller": (both["least_quick"] >= both["least"]).all(),
            f"{way}: the most is no larger": (both["most_quick"] <= both["most"]).all(),
            f"{way}: what is wide is wide": (both["most_quick"] > both["least_quick"])[wide].all(),
            f"{way}: limits are the same elsewhere": same[~wide].all(),
            # Without bases the quick way may leave open how many there are, and then takes them for few.
            f"{way}: all that is found is found": found[0] <= found[1],
            f"{way}: nothing else is": found[0] == found[1] or known["n"].isna().any(),
        }
    return [what for what, held in holds.items() if not held]


@pytest.mark.parametrize("seed", range(30))
def test_the_quick_way_says_of_no_cell_what_solvers_do_not(seed):
    assert differing(seed) == []


@pytest.mark.slow
def test_the_quick_way_says_of_no_cell_what_solvers_do_not_in_hundreds_of_blocks():
    assert [found for seed in range(1000, 1200) if (found := differing(seed))] == []


def test_every_table_that_a_move_leads_to_agrees_with_all_facts():
    moved = 0
    for seed in range(30):
        known, told, truth, linear = hidden_block(seed, share=0.1)
        system = assemble(known, told, targets=[(1, truth.shape[1])], linear=linear)
        table = system.of_levels(truth)
        aims = system.rows(known[["area", "group"]].assign(low_level=1, high_level=1))
        search = Search(system, aims, home=np.zeros(len(known), int), enough=np.full(len(known), np.inf))
        every = np.ones(len(system.low), bool)
        for moves in (search.moves, rectangles(search.moves, system, table)):
            forth, back = moves.steps(system, table, within=every)
            changes = moves.table.toarray().T
            for change, up, down in zip(changes, forth, back, strict=True):
                assert system.holds(table + up * change)
                assert system.holds(table - down * change)
                assert not system.holds(table + (up + 1) * change)
                assert not system.holds(table - (down + 1) * change)
                moved += up + down > 0
    assert moved > 50


def test_what_is_left_open_is_not_safe(monkeypatch):
    known = leaves({("X1", "a"): 5, ("X1", "b"): 9})
    told = facts(("X1", ALL, 2, 2, 7))
    monkeypatch.setattr(Search, "areas_alone", lambda self: None)
    monkeypatch.setattr(Search, "areas_together", lambda self: None)
    monkeypatch.setattr(Search, "one_by_one", lambda self: None)
    monkeypatch.setattr(
        Search, "see", lambda self, table: self._reach(np.arange(2), self.aims @ table, self.aims @ table)
    )
    found = ranges(known, told)
    assert found["known"].eq("at most").all()
    assert found[["least", "most"]].to_numpy().tolist() == [[0, 5], [0, 9]]
    assert recovered(found, known)["how"].tolist() == ["unsettled", "unsettled"]


def test_a_solver_that_gives_up_stops_the_attack(monkeypatch):
    class GaveUp:
        status, message, x, fun = 4, "numerical difficulties", None, None

    monkeypatch.setattr(programmes.optimize, "milp", lambda *args, **options: GaveUp)
    with pytest.raises(RuntimeError, match="numerical difficulties"):
        ranges(leaves({("X1", "a"): 5}), facts((NATIONAL, ALL, 2, 2, 3)))


def test_fractions_that_agree_are_not_enough_where_whole_people_do_not():
    known = leaves({("X1", "a"): 4, ("X1", "b"): 4})
    odd = [(np.array([[0, 2], [0, 2]]), 3.0, 3.0)]
    with pytest.raises(ValueError, match="only fractions"):
        ranges(known, facts(), targets=[(2, 2)], linear=odd)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda known, told: (known.drop(columns="n"), told), KeyError, "leaves lack"),
        (lambda known, told: (known, told.drop(columns="low")), KeyError, "facts lack"),
        (lambda known, told: (pd.concat([known, known]), told), ValueError, "twice"),
        (lambda known, told: (known, told.assign(low_level=3)), ValueError, "range of levels"),
        (lambda known, told: (known, told.assign(low_level=0)), ValueError, "range of levels"),
        (
            lambda known, told: (known, told.assign(area="region R")),
            ValueError,
            "no leaf is in area region R",
        ),
        (lambda known, told: (known, told.assign(low=4)), ValueError, "no number within limits"),
    ],
)
def test_what_makes_no_sense_is_refused(change, error, message):
    known, told = leaves({("X1", "a"): 5, ("X1", "b"): 9}), facts(("X1", ALL, 2, 2, 3))
    with pytest.raises(error, match=message):
        ranges(*change(known, told))


def test_answers_to_start_from_must_agree_with_the_facts():
    known, told = leaves({("X1", "a"): 5, ("X1", "b"): 9}), facts(("X1", ALL, 2, 2, 3))
    with pytest.raises(ValueError, match="start from"):
        ranges(known, told, start=np.array([[3, 2], [9, 0]]))


def test_no_facts_no_hidden_cell_and_no_people_are_no_trouble():
    known = leaves({("X1", "a"): 5, ("X1", "b"): 0})
    free = ranges(known, facts(), targets=[(2, 3)])
    assert free[["group", "least", "most"]].to_numpy().tolist() == [["a", 0, 5], ["b", 0, 0], ["all", 0, 5]]
    assert recovered(free, known).empty
    told = facts(*[("X1", group, 2, 2, 0) for group in ("a", "b", ALL)])
    assert ranges(known, told).empty
    assert recovered(ranges(known, told), known).empty
    away = ranges(known, facts(), targets=[(2, 2)], cells=pd.DataFrame({"area": ["X9"], "group": ["a"]}))
    assert away[["least", "most"]].to_numpy().tolist() == [[0, 0]]


def test_cells_of_more_than_ten_people_are_left_out_where_only_the_rule_is_asked():
    known, told = leaves({("X1", "a"): 10, ("X1", "b"): 11}), facts(("X1", ALL, 2, 2, 3))
    assert ranges(known, told, exact=False)["group"].tolist() == ["a"]
    assert ranges(known, told)["group"].tolist() == ["a", "b"]


def test_what_is_given_stays_as_it_is():
    known, told, truth, linear = hidden_block(3)
    before = known.copy(), told.copy(), truth.copy()
    ranges(known, told, linear=linear, start=truth)
    pd.testing.assert_frame_equal(known, before[0])
    pd.testing.assert_frame_equal(told, before[1])
    assert (truth == before[2]).all()


def test_what_an_area_alone_allows_is_never_narrower_than_what_everything_allows():
    narrowed = 0
    for seed in range(12):
        known, told, truth, linear = hidden_block(seed)
        wanted = known[["area", "group"]].assign(low_level=1, high_level=1)
        slow = ranges(known, told, targets=[(1, 1)], linear=linear, cells=wanted)
        system = assemble(known, told, targets=[(1, 1), (1, truth.shape[1])], linear=linear)
        home = pd.factorize(known["area"])[0]
        search = Search(system, system.rows(wanted), home=home, enough=np.full(len(known), np.inf))
        before = search.roof - search.floor
        search.areas_alone()
        assert (search.floor <= slow["least"]).all()
        assert (search.roof >= slow["most"]).all()
        narrowed += (search.roof - search.floor < before).sum()
    assert narrowed > 5
