"""The attack against every table of whole numbers that agrees with what is published."""

import numpy as np
import pandas as pd
import pytest
from recovery_blocks import facts, leaves, limits, random_block, tables

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.recovery import of_means, ranges, recovered


def by_hand(found, known, told, *, levels, linear=(), most=None):
    """Give the limits of the same cells over all tables, each written down."""
    agreeing = tables(known, told, levels=levels, linear=linear, most=most)
    return [
        limits(known, agreeing, (row.area, row.group), (row.low_level, row.high_level))
        for row in found.itertuples()
    ]


def found_cells(found, known):
    """Name the cells that were found, and how."""
    told = recovered(found, known)
    return {(row.area, row.group): row.how for row in told.itertuples()}


@pytest.mark.parametrize("seed", range(45))
def test_limits_are_those_of_all_tables_that_agree(seed):
    levels = 2 + seed % 2
    known, told, _, linear = random_block(np.random.default_rng(seed), levels=levels, linear=seed % 3 == 0)
    targets = [(1, 1), (levels, levels), (1, levels)]
    found = ranges(known, told, targets=targets, linear=linear)
    expected = by_hand(found, known, told, levels=levels, linear=linear)
    assert len(found)
    assert list(zip(found["least"], found["most"], strict=True)) == expected
    assert found["known"].eq("exact").all()


@pytest.mark.parametrize("seed", range(10))
def test_limits_without_bases_are_those_of_all_tables_that_agree(seed):
    rng = np.random.default_rng(seed)
    known, told, truth, _ = random_block(rng, levels=2)
    known, truth = known.head(3), np.minimum(truth[:3], 2)
    known["n"] = truth.sum(axis=1).astype(float)
    known["n"] = known["n"].where(rng.random(len(known)) < 0.4)
    total = truth.sum()
    told = facts((NATIONAL, ALL, 1, 2, total), (NATIONAL, ALL, 2, 2, truth[:, 1].sum()))
    found = ranges(known, told, targets=[(2, 2), (1, 2)])
    expected = by_hand(found, known, told, levels=2, most=int(total))
    assert len(found)
    assert list(zip(found["least"], found["most"], strict=True)) == expected
    assert found["known"].eq("exact").all()


SQUARE = {(f"X{area}", group): 5 for area in (1, 2, 3) for group in "abc"}


def two_way(sizes, hidden, *, x=2):
    """Publish both margins and every cell but some: exactly, of answers 1 and 2."""
    known = leaves(sizes)
    rows = [(area, group, 2, 2, x) for area, group in sizes if (area, group) not in hidden]
    rows += [(area, ALL, 2, 2, x * part) for area, part in known["area"].value_counts().items()]
    rows += [(NATIONAL, group, 2, 2, x * part) for group, part in known["group"].value_counts().items()]
    return known, facts(*rows, (NATIONAL, ALL, 2, 2, x * len(known)))


def test_a_rectangle_of_hidden_cells_keeps_its_secret_and_an_l_shape_does_not():
    """A16."""
    rectangle = {("X1", "a"), ("X1", "b"), ("X2", "a"), ("X2", "b")}
    known, told = two_way(SQUARE, rectangle)
    found = ranges(known, told)
    assert found_cells(found, known) == {}
    assert found["least"].eq(0).all()
    assert found["most"].eq(4).all()

    shape = rectangle - {("X2", "b")}
    known, told = two_way(SQUARE, shape)
    assert found_cells(ranges(known, told), known) == dict.fromkeys(shape, "exactly")


def test_a_cell_that_the_lines_together_determine_is_found_although_each_hides_two():
    """A17."""
    sizes = {(f"X{area}", group): 6 for area in (1, 2, 3, 4) for group in "abcd"}
    hidden = {("X1", "a"), ("X1", "b"), ("X2", "a"), ("X2", "b"), ("X2", "c")}
    hidden |= {("X3", "c"), ("X3", "d"), ("X4", "c"), ("X4", "d")}
    known, told = two_way(sizes, hidden)
    order = sorted(hidden)
    lines = np.array(
        [[cell[0] == area for cell in order] for area in ("X1", "X2", "X3", "X4")]
        + [[cell[1] == group for cell in order] for group in "abcd"],
        float,
    )
    assert (lines.sum(axis=1) >= 2).all()
    one = np.eye(len(order))
    rank = np.linalg.matrix_rank(lines)
    bound = {
        cell for cell, row in zip(order, one, strict=True) if np.linalg.matrix_rank([*lines, row]) == rank
    }
    assert bound == {("X2", "c")}

    for exact in (True, False):
        assert found_cells(ranges(known, told, exact=exact), known) == {("X2", "c"): "exactly"}


def test_means_give_the_hidden_group_away_unless_a_second_one_is_hidden():
    """A22."""
    known = leaves({("X1", "a"): 1, ("X1", "b"): 14, ("X1", "c"): 20})
    # Scores: a 4; b 14 people, 42 points; c 20 people, 70 points.
    means = pd.DataFrame(
        [("X1", "b", 2.995, 3.005), ("X1", "c", 3.495, 3.505), ("X1", ALL, 3.31, 3.32)],
        columns=["area", "group", "low", "high"],
    )
    targets = [(level, level) for level in range(1, 6)]
    linear = of_means(known, means, levels=5)
    found = ranges(known, facts(), targets=targets, linear=linear).query("group == 'a'")
    assert found["least"].tolist() == found["most"].tolist() == [0, 0, 0, 1, 0]

    protected = of_means(known, means.query("group != 'b'"), levels=5)
    found = ranges(known, facts(), targets=targets, linear=protected).query("group == 'a'")
    assert found["least"].tolist() == [0] * 5
    assert found["most"].tolist() == [1] * 5


def test_a_mean_of_an_unknown_base_is_used_as_well():
    known = leaves({("X1", "a"): np.nan, ("X1", "b"): np.nan})
    told = facts(("X1", ALL, 1, 3, 4), ("X1", "a", 1, 3, 1, 2))
    means = pd.DataFrame([("X1", ALL, 2.7, 2.8)], columns=["area", "group", "low", "high"])
    linear = of_means(known, means, levels=3)
    assert len(linear) == 2
    found = ranges(known, told, targets=[(1, 1), (3, 3)], linear=linear)
    expected = by_hand(found, known, told, levels=3, linear=linear, most=4)
    assert len(found)
    assert list(zip(found["least"], found["most"], strict=True)) == expected
    assert found["known"].eq("exact").all()


def test_regions_between_areas_and_the_whole_are_lines_of_their_own():
    """B01."""
    known = leaves(
        {("X1", "a"): ("R", 5), ("X2", "a"): ("R", 30), ("X3", "a"): ("S", 5), ("X4", "a"): ("S", 7)}
    )
    of_region = facts(("X2", "a", 2, 2, 11), ("region R", "a", 2, 2, 14), (NATIONAL, "a", 2, 2, 20))
    assert found_cells(ranges(known, of_region), known) == {("X1", "a"): "exactly"}
    assert found_cells(ranges(known, of_region.drop(index=1)), known) == {}


def test_nobody_in_a_total_is_nobody_in_its_parts():
    """B02."""
    known = leaves({("X1", "a"): 4, ("X1", "b"): 9, ("X1", "c"): 60})
    told = facts(("X1", ALL, 1, 2, 0), ("X1", ALL, 4, 5, 30, 32))
    found = ranges(known, told).query("high_level == 2 and group != 'all'")
    assert found["most"].tolist() == [0, 0, 0]
    assert set(found_cells(found, known)) == {("X1", "a"), ("X1", "b")}


def test_facts_that_contradict_each_other_are_refused_without_a_count_in_the_message():
    """B03."""
    known = leaves({("X1", "a"): 20, ("X1", "b"): 17})
    told = facts(("X1", "a", 2, 2, 19), ("X1", ALL, 2, 2, 13), ("X1", "b", 1, 2, 17))
    with pytest.raises(ValueError, match=r"no counts agree with all facts.* area X1, group a") as raised:
        ranges(known, told, targets=[(2, 2)])
    assert not {"19", "13", "17", "20"} & set(str(raised.value).replace(",", " ").split())


def test_bases_that_nobody_told_are_found_where_they_follow():
    """B04."""
    known = leaves(
        {("X1", "a"): np.nan, ("X1", "b"): 30, ("X1", "c"): 12, ("X2", "a"): np.nan, ("X2", "b"): np.nan}
    )
    told = facts(("X1", ALL, 1, 5, 49), ("X2", ALL, 1, 5, 16), ("X1", "b", 4, 5, 9))
    found = ranges(known, told).query("low_level == 1")
    bases = found.set_index(["area", "group"])[["least", "most"]].T.to_dict("list")
    assert bases["X1", "a"] == [7, 7]
    assert bases["X2", "a"] == bases["X2", "b"] == [0, 16]
    assert found_cells(found, known) == {("X1", "a"): "exactly"}


def test_whole_people_are_found_where_fractions_of_them_would_hide():
    """B05."""
    # Of 40 people 36.5% to 37.5% is between 14.6 and 15.0, of 31 people 45% to 46% is 13.95 to 14.26: the
    # difference of fractions lies between 0.34 and 1.05, which is one person.
    known = leaves({("X1", "a"): 31, ("X1", "b"): 9})
    told = facts(("X1", "a", 2, 2, 13.95, 14.26), ("X1", ALL, 2, 2, 14.6, 15.0))
    found = ranges(known, told, cells=pd.DataFrame({"area": ["X1"], "group": ["b"]}))
    assert found[["least", "most"]].to_numpy().tolist() == [[1, 1]]


def test_a_small_area_is_found_by_its_region_although_none_of_its_groups_is():
    """B06."""
    known = leaves(
        {("X1", "a"): ("R", 4), ("X1", "b"): ("R", 5), ("X2", "a"): ("R", 40), ("X2", "b"): ("R", 50)}
    )
    told = facts(("X2", ALL, 2, 2, 60), ("region R", ALL, 2, 2, 63))
    assert found_cells(ranges(known, told), known) == {("X1", ALL): "exactly"}


def test_who_counts_as_found_depends_on_how_many_are_there():
    sizes = {("X1", f"g{n}"): n for n in (0, 1, 2, 3, 10, 11)}
    known = leaves(sizes)
    every = known[["area", "group"]].assign(low_level=2, high_level=2, known="exact")
    told = {
        width: recovered(every.assign(least=0, most=width), known).set_index("group")["how"].to_dict()
        for width in (0, 1, 2)
    }
    assert told[0] == dict.fromkeys(["g1", "g2", "g3", "g10"], "exactly")
    assert told[1] == dict.fromkeys(["g3", "g10"], "within one")
    assert told[2] == {}


def test_a_cell_whose_base_is_found_to_be_large_is_none_of_a_few():
    known = leaves({("X1", "a"): np.nan, ("X1", "b"): np.nan, ("X1", "c"): np.nan, ("X1", "d"): np.nan})
    bases = pd.DataFrame({"area": "X1", "group": list("abcd"), "low_level": 1, "high_level": 2})
    bases = bases.assign(
        least=[11, 4, 0, 11], most=[30, 30, 0, 30], known=["exact", "exact", "exact", "at least"]
    )
    answers = bases.assign(low_level=2, least=0, most=0, known="exact")
    told = recovered(pd.concat([bases, answers]), known)
    # Of d it was not found out whether fewer than 11 could be there.
    assert told[["group", "low_level", "how"]].to_numpy().tolist() == [
        ["b", 2, "exactly"],
        ["d", 2, "exactly"],
    ]
