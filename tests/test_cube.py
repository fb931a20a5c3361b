"""Counts on a full grid and back."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.counts import pool, tally
from trustgap.stats.cube import cube, reference_mix, rows_of

ITEMS = pd.DataFrame({"top_from": [3, 4], "team": ["t", ""], "k": [4, 5]}, index=["q", "r"])


def answers(n=300, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "area": rng.choice(["X1", "X2"], n),
            "wave": rng.choice(["2", "1"], n),
            "group": rng.choice(["a", "b", "c"], n),
            "q": rng.integers(-4, 5, n).astype("int8"),
            "r": rng.integers(-4, 6, n).astype("int8"),
        }
    )


def test_every_cell_lands_in_its_place():
    data = answers()
    grid = cube(tally(data, ITEMS), ITEMS)

    for a, i, w, g in np.ndindex(grid.n.shape):
        item = grid.items[i]
        here = (data["area"] == grid.areas[a]) & (data["wave"] == grid.waves[w])
        mine = data.loc[here & (data["group"] == grid.groups[g]), item]
        assert grid.n[a, i, w, g] == (mine > 0).sum()
        assert grid.x[a, i, w, g] == (mine >= ITEMS.loc[item, "top_from"]).sum()
        assert grid.asked[a, i, w, g] == (mine != -1).sum()
        assert grid.table[a, i, w, g].tolist() == [(mine == score).sum() for score in range(1, 6)]


def test_pooled_groups_are_left_out_and_waves_keep_the_order_asked_for():
    counts = tally(answers(), ITEMS)
    both = pd.concat([counts, pool(counts, over="group", label="all")], ignore_index=True)

    assert cube(both, ITEMS).n.sum() == cube(counts, ITEMS).n.sum()
    assert cube(counts, ITEMS, waves=["2", "1"]).waves == ["2", "1"]
    np.testing.assert_array_equal(cube(counts, ITEMS, waves=["2", "1"]).n[:, :, ::-1], cube(counts, ITEMS).n)


def test_an_unknown_item_is_named():
    with pytest.raises(KeyError, match="r"):
        cube(tally(answers(), ITEMS), ITEMS.iloc[:1])


def test_the_mix_sums_to_one_over_usable_groups_or_is_nothing():
    grid = cube(tally(answers(), ITEMS), ITEMS)
    usable = np.ones((2, 2, 3), bool)
    usable[0, 0] = False
    usable[1, 0, 2] = False

    for mix in (None, {"a": 2, "b": 1, "c": 7}):
        weights = reference_mix(grid, mix, usable)
        assert weights[0, 0].tolist() == [0, 0, 0]
        assert weights[1, 0, 2] == 0
        np.testing.assert_allclose(weights.sum(axis=-1).ravel()[1:], 1)
    np.testing.assert_allclose(reference_mix(grid, {"a": 2, "b": 1, "c": 7}, usable)[1, 0], [2 / 3, 1 / 3, 0])
    with pytest.raises(ValueError, match="negative"):
        reference_mix(grid, {"a": -1, "b": 1, "c": 1}, usable)


def test_rows_name_the_cells_they_rest_on():
    grid = cube(tally(answers(), ITEMS), ITEMS)
    shown = np.zeros((2, 2, 4), bool)
    shown[1, 0, [0, 3]] = True
    values = {"n_a": np.arange(16).reshape(2, 2, 4), "reason": np.array([["w", "x"], ["y", "z"]])}

    used = np.zeros((2, 2, 2, 3), bool)
    used[1, 0, 0, 1] = used[0, 0, 0, 2] = True

    rows = rows_of(grid, shown, values, ITEMS, waves=np.full((2, 2), "1/2"), used=used, also=("N",))

    assert rows["n_a"].tolist() == [8, 11]
    assert rows["reason"].tolist() == ["y", "y"]
    assert rows["rests_on"].iloc[0] == tuple(
        (area, wave, "a", "q") for area in ("X2", "N") for wave in ("1", "2")
    )
    pooled = {(area, wave, "all", "q") for area in ("X2", "N") for wave in ("1", "2")}
    assert set(rows["rests_on"].iloc[1]) == {*pooled, ("X2", "1", "b", "q")}
