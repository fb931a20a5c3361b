"""Classes of factors and orders of two groups compared."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.ranking import contrasts
from trustgap.stats.ranking.contrasts import agreement, class_contrast

ITEMS = pd.DataFrame({"top_from": 4, "factor_class": ["x", "x", "y", "y"]}, index=list("pqrs"))


def answers(n=40, groups=("a", "b"), seed=0, shares=(0.8, 0.6, 0.5, 0.3)):
    rng = np.random.default_rng(seed)
    drawn = np.where(rng.random((n * len(groups), 4)) < shares, 5, 2).astype("int8")
    people = pd.DataFrame({"area": "X1", "wave": "1", "group": np.repeat(groups, n)})
    return pd.concat([people, pd.DataFrame(drawn, columns=list("pqrs"))], axis=1)


def contrast(data, group="a"):
    return class_contrast(data, ITEMS, class_a="x", class_b="y", area="X1", wave="1", group=group).iloc[0]


def test_the_contrast_of_one_group_is_a_paired_t_interval():
    data = answers()
    top = (data[data["group"] == "a"][list("pqrs")] >= 4).astype(float)
    reference = stats.ttest_rel(top[["p", "q"]].mean(axis=1), top[["r", "s"]].mean(axis=1))

    row = contrast(data)

    np.testing.assert_allclose(row[["conf_low", "conf_high"]].astype(float), reference.confidence_interval())
    assert row["p_value"] == pytest.approx(reference.pvalue, rel=1e-10)
    assert (row["item"], row["n_a"], row["verdict"]) == ("x v y", 40, "higher")


def test_swapping_the_classes_mirrors_the_contrast():
    data = answers()
    there = contrast(data)
    back = class_contrast(data, ITEMS, class_a="y", class_b="x", area="X1", wave="1", group="a").iloc[0]

    assert back["estimate"] == pytest.approx(-there["estimate"], abs=1e-15)
    assert back["conf_low"] == pytest.approx(-there["conf_high"], abs=1e-15)


def test_only_people_who_answered_in_both_classes_count():
    data = answers()
    data.loc[:4, ["r", "s"]] = np.int8(-2)
    data.loc[5:9, "r"] = np.int8(0)

    assert contrast(data)["n_a"] == 35


def test_all_groups_together_are_averaged():
    data = pd.concat([answers(n=200, groups=["a"]), answers(n=30, groups=["b"], seed=4)], ignore_index=True)

    both = contrast(data, group="all")

    alone = [contrast(data, group=group)["estimate"] for group in ("a", "b")]
    assert both["estimate"] == pytest.approx(np.mean(alone), abs=1e-12)


@pytest.mark.parametrize(("n", "reason"), [(0, "all_missing"), (5, "n_lt_min")])
def test_too_few_people_give_a_reason(n, reason):
    row = contrast(answers(n=n, groups=["a"]))
    assert (row["reason"], row["verdict"]) == (reason, "")


def test_no_variation_gives_no_interval():
    row = contrast(answers().assign(**dict.fromkeys("pqrs", np.int8(4))))
    assert row["reason"] == "constant"
    assert np.isnan(row["conf_low"])


@pytest.mark.parametrize("n", [30, 79])
def test_equal_thirds_do_not_vary_though_their_mean_is_rounded(n):
    items = pd.DataFrame({"top_from": 4, "factor_class": list("xxxyyy")}, index=list("pqrstu"))
    data = pd.DataFrame([[4, 4, 1, 4, 1, 1]] * n, columns=items.index).assign(area="X1", wave="1", group="a")
    row = class_contrast(data, items, class_a="x", class_b="y", area="X1", wave="1", group="a").iloc[0]
    assert (row["reason"], row["verdict"]) == ("constant", "")
    assert row["estimate"] == pytest.approx(1 / 3)
    assert row[["conf_low", "conf_high", "p_value"]].isna().all()


def order(data, **more):
    named = {"group_a": "a", "group_b": "b", "area": "X1", "wave": "1", "seed": 1} | more
    return agreement(data, ITEMS, **named).iloc[0]


def test_tau_b_is_that_of_scipy_and_lies_in_its_limits():
    data = answers(n=60, shares=(0.6, 0.55, 0.5, 0.45))
    means = (data[list("pqrs")] >= 4).groupby(data["group"]).mean()

    row = order(data)

    assert row["estimate"] == pytest.approx(stats.kendalltau(*means.to_numpy()).statistic, abs=1e-12)
    assert -1 <= row["conf_low"] < row["conf_high"] <= 1
    assert row["conf_low"] <= row["estimate"] <= row["conf_high"]
    assert order(data, group_a="b", group_b="a")["estimate"] == row["estimate"]


def test_equal_shares_of_unlike_bases_are_tied():
    # Of 30, 15 and 12 answers a third each: the same share, however it was added up and divided.
    data = answers(n=30, shares=(0.5,) * 4, seed=3).astype({name: "int8" for name in "pqrs"})
    hits = {"p": (10, 30), "q": (5, 15), "r": (4, 12), "s": (20, 30)}
    for name, (x, n) in hits.items():
        data.loc[data["group"] == "a", name] = np.repeat([5, 2, -2], [x, n - x, 30 - n]).astype("int8")
    means = (data[list("pqrs")] >= 4).groupby(data["group"]).sum().loc["b"]

    row = order(data)

    assert row["estimate"] == pytest.approx(stats.kendalltau([0, 0, 0, 1], means).statistic, abs=1e-12)


def test_more_answers_narrow_the_interval_of_agreement():
    width = [
        (lambda row: row["conf_high"] - row["conf_low"])(order(answers(n=n, shares=(0.9, 0.65, 0.35, 0.1))))
        for n in (20, 60)
    ]
    assert width[1] < width[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (answers(n=5), "n_lt_min"),
        (answers().assign(p=np.int8(-2), q=np.int8(-2)), "one_level"),
        (answers().assign(**dict.fromkeys("pqrs", np.int8(4))), "constant"),
    ],
)
def test_orders_that_cannot_be_compared_have_a_reason(data, reason):
    row = order(data)
    assert row["reason"] == reason
    assert np.isnan(row["estimate"])


def test_orders_that_are_the_same_in_every_sample_have_no_interval():
    a, b = ([[4, 4, 1, 1]] * 30, [[4, 4, 4, 1]] * 30)
    data = pd.DataFrame([*a, *b], columns=list("pqrs")).assign(
        area="X1", wave="1", group=["a"] * 30 + ["b"] * 30
    )
    row = order(data)
    assert row["reason"] == "steady"
    assert row["estimate"] == pytest.approx(stats.kendalltau(a[0], b[0]).statistic)
    assert row[["conf_low", "conf_high"]].isna().all()
    clear = order(answers(n=2000, shares=(0.9, 0.65, 0.35, 0.1)))
    assert (clear["reason"], clear["estimate"]) == ("steady", 1.0)


def test_of_many_the_limits_are_those_of_drawing_respondents_anew(monkeypatch):
    data = answers(n=1500, seed=2, shares=(0.6, 0.55, 0.5, 0.45))
    quick = order(data)
    monkeypatch.setattr(contrasts, "MANY", len(data))
    drawn = order(data)

    assert quick["estimate"] == drawn["estimate"]
    halves = [
        np.arctanh(min(row["estimate"], 11 / 12)) - np.arctanh(row["conf_low"]) for row in (quick, drawn)
    ]
    assert halves[0] != halves[1]
    # A standard deviation of 1,000 draws is good to 2%.
    assert halves[0] == pytest.approx(halves[1], rel=0.1)


def test_items_that_all_of_many_answer_alike_stay_tied():
    row = order(answers(n=1500, shares=(1, 1, 0.8, 0.2)))

    assert row["reason"] == "steady"
    assert row["estimate"] == 1
