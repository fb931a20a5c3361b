"""On which question an area lies furthest from the rest, from counts alone."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.between_areas.areas import against_rest
from trustgap.stats.counts import NATIONAL, pool
from trustgap.stats.ranking.joint_limits import furthest
from trustgap.stats.ranking.priorities import priorities
from trustgap.stats.results import complete

IDS = list("pqrs")
ITEMS = pd.DataFrame({"top_from": 2, "team": "", "k": 2}, index=IDS)
PLACE = {"area": "X1", "wave": "1"}


def cells(hits, n, area="X1", group="a"):
    """Write one area's cells of one group."""
    rows = zip(IDS, np.broadcast_to(hits, 4), np.broadcast_to(n, 4), strict=True)
    return pd.DataFrame(
        [{"area": area, "wave": "1", "group": group, "item": i, 1: b - x, 2: x} for i, x, b in rows]
    )


def flags(rows, way):
    return rows[rows["estimand"] == way].set_index("item")["estimate"].reindex(IDS).tolist()


def found(own, rest, items=ITEMS, **options):
    whole = pd.concat([own, rest])
    return furthest(own, items, **PLACE, national=whole, **options)


def test_a_clear_gap_is_named_alone_and_the_other_end_stays_open():
    rows = found(cells([180, 100, 100, 100], 200), cells(1000, 2000, "X2"))

    assert flags(rows, "top_above") == [1, 0, 0, 0]
    assert flags(rows, "top_below") == [0, 1, 1, 1]
    assert rows["item"].tolist()[:1] == ["p"]
    assert len(complete(rows, survey="demo")) == 8


def test_the_limits_are_newcombes_at_the_level_shared_out_over_the_items():
    own, rest = cells([130, 100, 90, 80], 200), cells(1000, 2000, "X2")
    z = stats.norm.ppf(1 - 0.05 / 4 / 2)

    def wilson(x, n):
        centre, half = (x + z * z / 2) / (n + z * z), z / (n + z * z) * np.sqrt(x * (n - x) / n + z * z / 4)
        return centre - half, centre + half

    x = np.array([130, 100, 90, 80])
    a, b = wilson(x, 200), wilson(1000, 2000)
    low = x / 200 - 0.5 - np.hypot(x / 200 - a[0], b[1] - 0.5)
    high = x / 200 - 0.5 + np.hypot(a[1] - x / 200, 0.5 - b[0])

    rows = found(own, rest)
    assert flags(rows, "top_above") == (high >= low.max()).astype(float).tolist() == [1, 1, 0, 0]
    assert flags(rows, "top_below") == (low <= high.min()).astype(float).tolist() == [0, 1, 1, 1]


def test_bases_and_differences_are_those_of_the_comparison_with_the_rest():
    own = pd.concat([cells([30, 20, 10, 5], 40), cells([5, 9, 2, 1], 12, group="b")])
    rest = pd.concat([cells(300, 800, "X2"), cells(90, 200, "X2", group="b"), cells(9, 20, "X3", group="c")])
    reference = against_rest(pd.concat([own, rest]), ITEMS).query("area == 'X1' and group_a == 'all'")

    rows = found(own, rest).query("estimand == 'top_above'").set_index("item").loc[IDS]

    expected = reference.set_index("item").loc[IDS]
    assert rows[["n_a", "n_b"]].to_numpy().tolist() == expected[["n_a", "n_b"]].to_numpy().tolist()
    assert rows["rests_on"].tolist() == expected["rests_on"].tolist()
    assert found(own, rest)["item"].tolist() == [*IDS, *IDS]


def test_the_country_may_come_pooled_and_with_the_pooled_group():
    own, rest = cells([150, 100, 90, 80], 200), cells(1000, 2000, "X2")
    whole = pd.concat([own, rest])
    pooled = pool(whole, over="area", label=NATIONAL)
    both = pd.concat([pooled, pool(pooled, over="group", label="all")])

    again = furthest(pd.concat([own, pool(own, over="group", label="all")]), ITEMS, **PLACE, national=both)

    pd.testing.assert_frame_equal(again, found(own, rest))


def test_nobody_positive_is_not_taken_for_certainty():
    rows = found(cells([0, 0, 30, 30], [54, 54, 54, 54]), cells([20, 60, 1000, 1000], 2000, "X2"))

    # 0 of 54 against 1% and against 3%: the two zeros cannot be told apart.
    assert flags(rows, "top_below")[:2] == [1, 1]


def test_turning_the_answers_round_swaps_the_two_ends():
    own, rest = cells([130, 100, 90, 60], 200), cells([900, 1000, 1100, 1000], 2000, "X2")
    turned = [part.rename(columns={1: 2, 2: 1})[own.columns] for part in (own, rest)]

    there, back = found(own, rest), found(*turned)

    assert flags(there, "top_above") == flags(back, "top_below")
    assert flags(there, "top_below") == flags(back, "top_above")


@pytest.mark.parametrize("dependence", ["alike", "apart", "opposed"])
def test_the_true_ends_are_in_the_sets_however_the_questions_depend_on_one_another(dependence):
    truth, n, draws = np.array([0.60, 0.55, 0.5, 0.44]), 120, 150
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(draws):
        common = rng.random((n, 1))
        level = {
            "alike": np.repeat(common, 4, axis=1),
            "apart": rng.random((n, 4)),
            "opposed": np.where(np.arange(4) % 2, 1 - common, common),
        }[dependence]
        hits = (level < truth).sum(axis=0)
        rows = found(cells(hits, n), cells(rng.binomial(1200, 0.5, 4), 1200, "X2"))
        inside.append(flags(rows, "top_above")[0] == 1 and flags(rows, "top_below")[3] == 1)

    assert np.mean(inside) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / draws)


def test_knowing_the_answers_excludes_no_fewer_questions():
    rng = np.random.default_rng(8)
    scored = np.where(rng.random((1200, 4)) < 0.5, 2, 1)
    scored[:300] = np.where(rng.random((300, 4)) < [0.68, 0.58, 0.5, 0.4], 2, 1)
    answers = pd.DataFrame(scored, columns=IDS).assign(area=["X1"] * 300 + ["X2"] * 900, wave="1", group="a")
    positive = [(answers.loc[answers["area"].eq(area), IDS] == 2).sum().to_numpy() for area in ("X1", "X2")]

    counted = found(cells(positive[0], 300), cells(positive[1], 900, "X2"))
    answered = priorities(answers, ITEMS, **PLACE, seed=1)

    for way in ("top_above", "top_below"):
        assert (np.array(flags(counted, way)) >= np.array(flags(answered, way))).all()


def test_what_cannot_be_compared_has_a_reason():
    own, rest = cells([15, 10, 9, 8], 20), cells(100, 200, "X2")
    no_rest = furthest(own, ITEMS, **PLACE, national=own)
    one = found(own, rest, ITEMS.iloc[:1])
    empty = furthest(own.iloc[:0], ITEMS, **PLACE, national=rest)
    few = found(cells(5, 10), rest)
    silent = found(own[own["item"] != "p"], rest)

    for rows, reason in zip(
        (no_rest, one, empty, few), "few_areas one_level all_missing n_lt_min".split(), strict=True
    ):
        assert set(rows["reason"]) == {reason}
        assert rows["estimate"].isna().all()
    assert silent.set_index("item").loc["p", "reason"].tolist() == ["all_missing"] * 2
    assert silent.loc[silent["item"] != "p", "estimate"].notna().all()


def test_a_country_smaller_than_the_area_and_a_confidence_of_one_are_refused():
    own = cells(15, 20)
    with pytest.raises(ValueError, match="fewer answers than the area"):
        furthest(own, ITEMS, **PLACE, national=cells(5, 10, "X2"))
    with pytest.raises(ValueError, match="confidence"):
        furthest(own, ITEMS, **PLACE, national=own, confidence=1.0)
