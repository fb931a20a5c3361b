"""On which question an area lies furthest from the rest."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.sentences.priorities import furthest
from trustgap.report.wording import Words
from trustgap.stats.between_areas.areas import against_rest
from trustgap.stats.counts import pool, tally
from trustgap.stats.ranking import priorities as module
from trustgap.stats.ranking.means import scores
from trustgap.stats.ranking.priorities import item_pairs, priorities
from trustgap.stats.results import complete

IDS = list("pqrs")
ITEMS = pd.DataFrame({"top_from": 4, "team": "", "k": 5}, index=IDS)
PLACE = {"area": "X1", "wave": "1", "seed": 1}


def answers(own=60, rest=400, shares=(0.5, 0.5, 0.5, 0.5), seed=0, missing=0.1):
    """Draw one area's answers, which depend on each other, and those of two others, in two groups."""
    rng = np.random.default_rng(seed)
    n = own + rest
    levels = np.vstack([np.tile(shares, (own, 1)), np.full((rest, len(IDS)), 0.5)])
    common = rng.random((n, 1))
    positive = np.where(rng.random((n, len(IDS))) < 0.5, common, rng.random((n, len(IDS)))) < levels
    scored = np.where(positive, 5, 2)
    scored[rng.random(scored.shape) < missing] = -2
    area = ["X1"] * own + list(rng.choice(["X2", "X3"], rest))
    people = pd.DataFrame({"area": area, "wave": "1", "group": rng.choice(["a", "b"], n, p=[0.7, 0.3])})
    return pd.concat([people, pd.DataFrame(scored.astype("int8"), columns=IDS)], axis=1)


def flags(rows, way):
    return rows[rows["estimand"] == way].set_index("item")["estimate"].sort_index()


def taken_apart(data):
    """Run the module's own steps on one area."""
    pairs = item_pairs(data, ITEMS, wave="1")
    names, whole = module._grams(pairs, ITEMS)
    own = data[data["area"] == "X1"]
    numbers = [scores(own[own["group"] == name], ITEMS) for name in names]
    mine = np.array([module._pairs(part) for part in numbers])
    return module._differences(numbers, mine, whole - mine)


def test_the_differences_are_those_of_the_comparison_with_the_rest():
    data = answers(seed=3)
    reference = against_rest(tally(data, ITEMS), ITEMS).query("area == 'X1' and group_a == 'all'")

    estimate, _, n_a, n_b = taken_apart(data)

    expected = reference.set_index("item").loc[IDS]
    np.testing.assert_allclose(estimate, expected["estimate"], atol=1e-12)
    assert n_a.tolist() == expected["n_a"].tolist()
    assert n_b.tolist() == expected["n_b"].tolist()


def test_the_covariance_is_that_of_the_answers_of_both_sides():
    data = answers(seed=4)
    _, covariance, *_ = taken_apart(data)

    # Independently: within each side and group, item means of the respondents, one influence value each.
    expected = np.zeros((4, 4))
    mine = data["area"] == "X1"
    weight = (data.loc[mine, IDS] > 0).groupby(data["group"]).sum() / (data.loc[mine, IDS] > 0).sum()
    for side in (mine, ~mine):
        for group, part in data[side].groupby("group"):
            x = (part[IDS] >= 4).where(part[IDS] > 0).astype(float)
            n = x.notna().sum()
            influence = (x - x.mean()).fillna(0) * (weight.loc[group] / n * np.sqrt(n / (n - 1)))
            expected += influence.T.to_numpy() @ influence.to_numpy()
    np.testing.assert_allclose(covariance, expected, atol=1e-12)
    assert np.linalg.eigvalsh(covariance).min() > -1e-12


def test_pairs_are_counted_as_crosstab_counts_them():
    data = answers(seed=5)

    pairs = item_pairs(data, ITEMS, wave="1").set_index(["group", "item", "other"])

    part = data[data["group"] == "a"]
    p, q = part["p"], part["q"]
    row = pairs.loc[("a", "p", "q")]
    assert row["both"] == ((p > 0) & (q > 0)).sum()
    assert row["hits"] == ((p >= 4) & (q > 0)).sum()
    assert row["hits_both"] == ((p >= 4) & (q >= 4)).sum()


def test_a_clear_gap_is_named_alone_and_the_other_end_stays_open():
    rows = priorities(answers(own=200, rest=2000, shares=(0.9, 0.5, 0.5, 0.5)), ITEMS, **PLACE)

    assert flags(rows, "top_above").tolist() == [1, 0, 0, 0]
    assert flags(rows, "top_below").tolist() == [0, 1, 1, 1]
    assert len(complete(rows, survey="demo")) == 8


def test_where_nothing_differs_any_question_could_be_furthest():
    rows = priorities(answers(seed=6), ITEMS, **PLACE)

    assert rows["estimate"].mean() > 0.7


def test_turning_the_answers_round_swaps_the_two_ends():
    data = answers(own=100, shares=(0.75, 0.4, 0.5, 0.5), seed=7)
    turned = data.assign(**{item: data[item].where(data[item] < 1, 7 - data[item]) for item in IDS})

    there, back = priorities(data, ITEMS, **PLACE), priorities(turned, ITEMS, **PLACE)

    assert flags(there, "top_above").tolist() == flags(back, "top_below").tolist()
    assert flags(there, "top_below").tolist() == flags(back, "top_above").tolist()


def test_one_area_with_the_pairs_of_the_country_gets_the_same_rows():
    data = answers(seed=8)
    alone = data[data["area"] == "X1"]

    found = priorities(alone, ITEMS, **PLACE, national=item_pairs(data, ITEMS, wave="1"))

    pd.testing.assert_frame_equal(found, priorities(data, ITEMS, **PLACE))


def test_the_largest_raw_gap_on_few_answers_does_not_push_out_one_on_many():
    data = answers(own=300, rest=3000, shares=(0.9, 0.7, 0.5, 0.5), seed=9, missing=0)
    mine = data.index[data["area"] == "X1"]
    data.loc[mine[12:], "p"] = np.int8(-2)
    data.loc[mine[:12], "p"] = np.array([5] * 9 + [2] * 3, dtype="int8")

    rows = priorities(data, ITEMS, **PLACE)

    assert flags(rows, "top_above")[["p", "q"]].tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(3))
def test_the_true_largest_gap_is_in_the_set_with_its_confidence(seed):
    truth = (0.62, 0.58, 0.5, 0.45)
    inside = [
        flags(
            priorities(answers(own=80, rest=800, shares=truth, seed=1000 * seed + draw), ITEMS, **PLACE), way
        ).loc[item]
        for draw in range(60)
        for way, item in (("top_above", "p"), ("top_below", "s"))
    ]
    assert np.mean(inside) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 120)


def test_what_cannot_be_compared_has_a_reason():
    data = answers(seed=10)
    no_rest = priorities(data[data["area"] == "X1"], ITEMS, **PLACE)
    one = priorities(data, ITEMS.iloc[:1], **PLACE)
    same = priorities(data.assign(**dict.fromkeys(IDS, np.int8(5))), ITEMS, **PLACE)
    empty = priorities(data[data["area"] != "X1"], ITEMS, **PLACE)
    few = priorities(data[(data["area"] != "X1") | (data.index < 10)], ITEMS, **PLACE)
    silent = priorities(data.assign(p=np.int8(-2)), ITEMS, **PLACE)

    reasons = ["few_areas", "one_level", "constant", "all_missing", "n_lt_min"]
    for rows, reason in zip((no_rest, one, same, empty, few), reasons, strict=True):
        assert set(rows["reason"]) == {reason}
        assert rows["estimate"].isna().all()
    assert silent.set_index("item").loc["p", "reason"].tolist() == ["all_missing"] * 2
    assert silent.loc[silent["item"] != "p", "estimate"].notna().all()


def test_a_country_without_the_item_is_refused():
    data = answers()
    with pytest.raises(KeyError, match="national lacks"):
        priorities(data, ITEMS, **PLACE, national=item_pairs(data, ITEMS.iloc[:2], wave="1"))


def test_the_pairs_of_the_country_are_the_same_counts_as_the_tally():
    data = answers(seed=11)
    pairs = item_pairs(data, ITEMS, wave="1")
    whole = pool(tally(data, ITEMS), over="area", label="national").set_index(["group", "item"])

    own = pairs[pairs["item"] == pairs["other"]].set_index(["group", "item"])

    assert own["both"].to_dict() == whole[[1, 2, 3, 4, 5]].sum(axis=1).to_dict()
    assert own["hits"].to_dict() == whole[[4, 5]].sum(axis=1).to_dict()


def said(above, below, **other):
    rows = pd.DataFrame({"item": IDS * 2, "estimand": np.repeat(["top_above", "top_below"], 4)})
    rows = rows.assign(estimate=[*above, *below], area="X1", wave="1", analysis="priority", group_a="all")
    given = {"n_a": 50, "n_b": 500, "reason": ""} | other
    rows = rows.assign(group_b="rest", rests_on=[()] * 8, **given)
    return furthest(Mask().protect(rows, Words.plain()), rest="the rest")


def test_the_sentence_names_one_question_only_where_the_answers_single_it_out():
    text = said([1, 0, 0, 0], [0, 1, 0, 1])

    assert text.startswith("With 95% confidence, the question on which this area stands highest")
    assert "against the rest is “p”;" in text
    assert text.endswith("stands lowest is one of 2 of the 4 questions: “q” and “s”.")


def test_the_sentence_says_that_any_question_could_be_and_that_some_are_hidden():
    hidden = said([1, 1, 1, 1], [1, 0, 0, 0], n_a=[50, 50, 5, 50] * 2)

    assert "could be any of the 4 questions;" in said([1] * 4, [1] * 4)
    assert "any of the 3 questions shown or one that is hidden (1);" in hidden
    assert "lowest is “p” or one that is hidden (1)." in hidden
    assert "lowest is one that is hidden." in said([1] * 4, [0, 0, 1, 0], n_a=[50, 50, 5, 50] * 2)


def test_the_sentence_has_a_wording_for_what_cannot_be_said():
    nan = [np.nan] * 4
    assert "one area only" in said(nan, nan, reason="few_areas", n_b=0)
    assert "too few answers" in said(nan, nan, reason="n_lt_min")
    assert "all answers are the same" in said(nan, nan, reason="constant")
