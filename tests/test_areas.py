"""Areas against the rest of the country."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from trustgap.stats.between_areas.areas import against_rest
from trustgap.stats.counts import pool
from trustgap.stats.results import complete

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"]}, index=["q"])


def cells(x, n, group="a", wave="1"):
    """Build one cell for each area."""
    x, n = np.asarray(x), np.asarray(n)
    areas = [f"A{i:03d}" for i in range(len(x))]
    return pd.DataFrame(
        {"area": areas, "wave": wave, "group": group, "item": "q", 1: n - x, 2: x, "dont_know": 0}
    )


def drawn(seed=0, areas=8, groups="ab"):
    rng = np.random.default_rng(seed)
    frames = []
    for wave in ("1", "2"):
        for group in groups:
            n = rng.integers(5, 80, areas)
            frames.append(cells(rng.binomial(n, 0.5), n, group, wave))
    return pd.concat(frames, ignore_index=True)


def test_a_group_is_compared_by_newcombe_with_all_other_areas():
    x, n = [14, 40, 33], [30, 60, 70]

    row = against_rest(cells(x, n), ITEMS).query("group_a == 'a'").iloc[0]

    limits = confint_proportions_2indep(14, 30, 73, 130, method="newcomb", compare="diff")
    assert row["estimate"] == pytest.approx(14 / 30 - 73 / 130, abs=1e-12)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits, abs=1e-10)
    assert (row["n_a"], row["n_b"], row["group_b"]) == (30, 130, "rest")
    assert row["rests_on"] == (("A000", "1", "a", "q"), ("national", "1", "a", "q"))


def test_another_mix_of_staff_is_no_difference():
    a, b = cells([9, 60, 60], [10, 67, 67]), cells([30, 5, 5], [100, 17, 16], group="b")
    a.loc[0, [1, 2]] = [1, 9]
    data = pd.concat([a, b], ignore_index=True)

    row = against_rest(data, ITEMS).query("group_a == 'all' and area == 'A000'").iloc[0]

    # The area has 39 of 110; the rest 120/134 and 10/33 by group, at the area's own mix of 10 and 100.
    expected = 39 / 110 - (10 * 120 / 134 + 100 * 10 / 33) / 110
    assert row["estimate"] == pytest.approx(expected, abs=1e-12)
    assert abs(row["estimate"]) < 0.01
    assert row["method"] == "rest at the area's mix of groups, stratified Wilson"
    assert abs(39 / 110 - 130 / 167) > 0.4


def test_one_area_with_the_national_counts_gets_the_same_numbers():
    data = drawn()
    national = pool(data, over="area", label="national")
    numbers = ["estimate", "conf_low", "conf_high", "conf_low_90", "p_value", "mde80", "n_a", "n_b"]
    there = against_rest(data, ITEMS)
    there = there[there["area"].eq("A003")].reset_index(drop=True)

    for whole in (national, data):
        alone = against_rest(data[data["area"].eq("A003")], ITEMS, national=whole)
        pd.testing.assert_frame_equal(alone[numbers], there[numbers], rtol=1e-12)
        assert alone["p_adjusted"].isna().all()
        assert alone["family_id"].tolist() == there["family_id"].tolist()


def test_a_country_smaller_than_its_area_is_an_error():
    with pytest.raises(ValueError, match="national"):
        against_rest(cells([5], [10]), ITEMS, national=cells([5], [9]))


def test_one_area_only_has_no_rest():
    rows = against_rest(cells([5], [10]), ITEMS)

    assert set(rows["reason"]) == {"few_areas"}
    assert rows["conf_low"].isna().all()
    assert rows["n_a"].tolist() == [10, 10], "all groups together have the answers of the one group"


def test_an_area_without_valid_answers_has_a_reason_and_one_never_asked_no_row():
    data = cells([5, 0, 9, 0], [10, 0, 20, 0])
    data.loc[1, "dont_know"] = 3

    rows = complete(against_rest(data, ITEMS))

    assert rows.loc[rows["area"].eq("A001"), "reason"].tolist() == ["n_lt_min", "n_lt_min"]
    assert "A003" not in set(rows["area"])


def test_two_areas_are_each_others_rest():
    rows = against_rest(cells([5, 12], [20, 20]), ITEMS).query("group_a == 'a'")

    assert rows["estimate"].tolist() == pytest.approx([-0.35, 0.35], abs=1e-12)
    assert rows["conf_low"].iloc[0] == pytest.approx(-rows["conf_high"].iloc[1], abs=1e-12)


def test_families_are_the_waves_with_all_groups_apart():
    rows = against_rest(drawn(), ITEMS)

    assert sorted(rows["family_id"].unique()) == [
        f"against_rest|{wave}|{kind}" for wave in "12" for kind in ("all", "groups")
    ]
    assert rows["family_id"].value_counts().tolist() == [16, 16, 8, 8]
    assert (rows["p_adjusted"] >= rows["p_value"]).all()


def test_order_of_rows_is_irrelevant_and_the_input_untouched():
    data = drawn()
    before = data.copy()

    pd.testing.assert_frame_equal(
        against_rest(data.sample(frac=1, random_state=1), ITEMS), against_rest(data, ITEMS)
    )
    pd.testing.assert_frame_equal(data, before)


def test_about_two_of_forty_areas_are_flagged_when_none_differs():
    rng, flagged = np.random.default_rng(8), []
    for _ in range(60):
        n = rng.integers(20, 61, 40)
        rows = against_rest(cells(rng.binomial(n, 0.55), n), ITEMS).query("group_a == 'all'")
        flagged.append((rows["p_value"] < 0.05).sum())
        assert (rows["p_adjusted"] < 0.1).sum() <= 3

    # 2,400 tests at 5%: 2 of 40, with a Monte Carlo error of 0.18.
    assert np.mean(flagged) == pytest.approx(2.0, abs=0.55)
