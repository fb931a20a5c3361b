"""Rankings as rows: who is in them, what is left out and why."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.ranking.rankings import least_trusted, ranking
from trustgap.stats.results import complete

ITEMS = pd.DataFrame({"top_from": 4, "team": ["s", "t", "u", "v"], "block": "trust"}, index=list("pqrs"))


def answers(n=60, groups=("a", "b"), seed=0, shares=(0.9, 0.7, 0.5, 0.2), area="X1"):
    rng = np.random.default_rng(seed)
    drawn = np.where(rng.random((n * len(groups), 4)) < shares, 5, 2).astype("int8")
    people = pd.DataFrame({"area": area, "wave": "1", "group": np.repeat(groups, n)})
    return pd.concat([people, pd.DataFrame(drawn, columns=list("pqrs"))], axis=1)


def rows(table, estimand="rank"):
    return table[table["estimand"] == estimand].set_index("item")


def test_one_group_is_ranked_by_its_positive_shares():
    data = answers()
    before = data.copy()

    found = ranking(data, ITEMS, area="X1", wave="1", group="a", seed=1)

    ranks = rows(found)
    expected = (data[data["group"] == "a"][list("pqrs")] >= 4).mean().rank(ascending=False)
    assert ranks["estimate"].tolist() == expected.tolist()
    assert (ranks["n_a"] == 60).all()
    assert ranks.loc["p", "rests_on"] == (("X1", "1", "a", "p"),)
    assert found["estimand"].unique().tolist() == ["rank", "top_1", "top_3", "top_5"]
    assert set(rows(found, "top_1")["estimate"]) <= {0.0, 1.0}
    pd.testing.assert_frame_equal(data, before)
    assert len(complete(found, survey="demo")) == 16


def test_pooled_groups_weigh_the_same():
    large = answers(n=400, groups=["a"], shares=(0.9, 0.1, 0.1, 0.1), seed=1)
    small = answers(n=40, groups=["b"], shares=(0.1, 0.95, 0.1, 0.1), seed=2)
    data = pd.concat([large, small], ignore_index=True)
    positive = (data[list("pqrs")] >= 4).groupby(data["group"]).mean().mean()

    found = rows(ranking(data, ITEMS, area="X1", wave="1", seed=1))

    assert found["estimate"].tolist() == positive.rank(ascending=False, method="min").tolist()
    assert "equal weights of 2 groups" in found["method"].iloc[0]


def test_results_do_not_depend_on_what_ran_before_and_differ_only_by_seed_and_area():
    data = answers()
    one = ranking(data, ITEMS, area="X1", wave="1", seed=1)
    ranking(data, ITEMS, area="national", wave="1", seed=5)

    pd.testing.assert_frame_equal(one, ranking(data, ITEMS, area="X1", wave="1", seed=1))
    shuffled = data.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(one, ranking(shuffled, ITEMS, area="X1", wave="1", seed=1))


def test_the_country_takes_every_area():
    data = pd.concat([answers(area="X1"), answers(area="X2", seed=3)], ignore_index=True)

    assert (rows(ranking(data, ITEMS, area="national", wave="1", seed=1))["n_a"] == 240).all()


@pytest.mark.parametrize(
    ("n", "rank_reason", "top_reason"), [(0, "all_missing", "all_missing"), (10, "n_lt_min", "n_lt_min")]
)
def test_nobody_and_hardly_anybody_give_rows_with_a_reason(n, rank_reason, top_reason):
    found = ranking(answers(n=n, groups=["a"]), ITEMS, area="X1", wave="1", group="a", seed=1)

    assert set(rows(found)["reason"]) == {rank_reason}
    assert set(rows(found, "top_1")["reason"]) == {top_reason}
    assert found["estimate"].isna().all()


@pytest.mark.parametrize("n", [11, 29])
def test_below_thirty_only_the_tops_are_given(n):
    found = ranking(answers(n=n, groups=["a"]), ITEMS, area="X1", wave="1", group="a", seed=1)

    assert set(rows(found)["reason"]) == {"n_lt_min"}
    assert rows(found)["estimate"].isna().all()
    assert rows(found, "top_1")["estimate"].notna().all()


def test_an_item_without_answers_is_left_out_with_its_reason():
    data = answers(groups=["a"]).assign(q=np.int8(-2))

    found = ranking(data, ITEMS, area="X1", wave="1", group="a", seed=1)

    assert rows(found).loc["q", "reason"] == "all_missing"
    assert rows(found)["conf_high"].max() == 3
    assert rows(found).drop(index="q")["reason"].eq("").all()


def test_items_that_are_all_alike_cannot_be_ranked():
    constant = answers(groups=["a"]).assign(**dict.fromkeys("pqrs", np.int8(5)))

    found = ranking(constant, ITEMS, area="X1", wave="1", group="a", seed=1)
    single = ranking(constant, ITEMS.iloc[:1], area="X1", wave="1", group="a", seed=1)

    assert set(found["reason"]) == {"constant"}
    assert set(single["reason"]) == {"one_level"}


def test_the_least_trusted_team_comes_first_and_the_own_team_is_not_rated():
    data = answers(n=300)
    data.loc[data["group"] == "b", "s"] = np.int8(-1)

    found = least_trusted(data, ITEMS, area="X1", wave="1", seed=1)

    a, b = (found[found["group_a"] == group] for group in ("a", "b"))
    assert rows(a).loc["s", ["target", "estimate", "conf_high"]].tolist() == ["v", 1.0, 1.0]
    assert sorted(rows(b).index) == ["p", "q", "r"]
    assert rows(b).loc["r", "estimate"] == 1
    assert rows(b, "top_1")["estimate"].tolist() == [0.0, 0.0, 1.0]
    assert set(found["analysis"]) == {"least"}


def test_a_group_in_which_nobody_answered_has_rows_like_one_of_a_few():
    """B82."""
    data = answers(n=300)
    asked = pd.DataFrame({"group": ["a"] * 4 + ["b"] * 3, "item": [*"pqrs", *"pqr"]})
    nobody = data[data["group"] == "a"]

    found = [
        least_trusted(of, ITEMS, area="X1", wave="1", seed=1, asked=asked).query("group_a == 'b'")
        for of in (nobody, pd.concat([nobody, data[data["group"] == "b"].head(5)]))
    ]

    named = ["estimand", "item", "group_a", "target", "rests_on"]
    assert found[0][named].to_numpy().tolist() == found[1][named].to_numpy().tolist()
    assert len(found[0]) == 6
    assert set(found[0]["reason"]) == {"all_missing"}
    assert least_trusted(nobody, ITEMS, area="X1", wave="1", seed=1)["group_a"].unique().tolist() == ["a"]


def test_a_weighted_ranking_lets_heavy_respondents_decide_and_leaves_out_who_has_no_weight():
    start = {"area": "X1", "wave": "1", "group": ["a"] * 60 + ["b"] * 60, "p": 2, "q": 2, "weight": 1.0}
    people = pd.DataFrame(start)
    people.loc[:59, "p"] = [5, 2] * 30
    people.loc[60:, "q"] = [5, 5, 2] * 20
    items = pd.DataFrame({"top_from": 4, "team": ""}, index=["p", "q"])

    def first(frame):
        found = ranking(frame, items, area="X1", wave="1", seed=1, weighted=True)
        ranked = found[found["estimand"].eq("rank")].set_index("item")["estimate"]
        return ranked.idxmin() if len(ranked) else None

    assert first(people) == "q"
    assert first(people.assign(weight=[9.0] * 60 + [1.0] * 60)) == "p"
    assert first(people.assign(weight=[1.0] * 60 + [np.nan] * 60)) == "p"
    assert first(people.assign(weight=np.nan)) is None
