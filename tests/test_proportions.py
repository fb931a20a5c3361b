"""Shares, means and distributions of cells, and differences between two sets of cells."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.counts import MISSING
from trustgap.stats.shares.proportions import difference, distribution, shares

ITEMS = pd.DataFrame(
    {
        "team": ["t", "t", ""],
        "k": [5, 5, 3],
        "top_from": [4, 4, 3],
        "low_to": [2, 2, 0],
        "numeric": [False, True, False],
        "scale": ["agree", "strength", "often"],
    },
    index=["trust", "strength", "factor"],
)


def cell(item="trust", group="g", scores=(1, 2, 3, 4, 5), **missing):
    named = {"area": "X1", "wave": "1", "group": group, "item": item}
    return named | dict(enumerate(scores, 1)) | dict.fromkeys(MISSING, 0) | missing


def row(table, estimand):
    return table[table["estimand"] == estimand].iloc[0]


def test_every_share_has_its_own_base():
    table = shares(pd.DataFrame([cell(dont_know=3, no_contact=2, refused=1, blank=4, not_asked=50)]), ITEMS)
    top, unknown = (row(table, name) for name in ("top2_share", "dont_know_share"))
    assert (top["n_a"], top["estimate"]) == (15, pytest.approx(9 / 15))
    assert (unknown["n_a"], unknown["estimate"]) == (25, pytest.approx(5 / 25))
    assert top["target"] == "t"
    assert top["rests_on"] == (("X1", "1", "g", "trust"),)


def test_the_mean_and_its_limits_are_those_of_the_raw_scores():
    table = shares(pd.DataFrame([cell(item="strength")]), ITEMS)
    scores = np.repeat([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    found = row(table, "mean")
    expected = stats.ttest_1samp(scores, 0).confidence_interval()
    assert found["estimate"] == pytest.approx(scores.mean(), abs=1e-12)
    assert [found["conf_low"], found["conf_high"]] == pytest.approx([expected.low, expected.high], abs=1e-10)


@pytest.mark.parametrize(
    ("scores", "missing", "share_reason", "mean_reason"),
    [
        ((0, 0, 0, 0, 0), {"not_asked": 9}, "n_lt_min", "n_lt_min"),
        ((0, 0, 0, 0, 0), {"dont_know": 9}, "all_missing", "all_missing"),
        ((0, 0, 1, 0, 0), {}, "", "n_lt_min"),
        ((0, 0, 10, 0, 0), {}, "", "constant"),
        ((0, 0, 10, 1, 0), {}, "", ""),
    ],
)
def test_a_row_without_limits_says_why(scores, missing, share_reason, mean_reason):
    table = shares(pd.DataFrame([cell(item="strength", scores=scores, **missing)]), ITEMS)
    assert (row(table, "top2_share")["reason"], row(table, "mean")["reason"]) == (share_reason, mean_reason)
    assert (table["conf_low"].isna() == (table["reason"] != "")).all()


def test_only_a_numeric_item_has_a_mean():
    table = shares(pd.DataFrame([cell(item="factor", scores=(1, 2, 3, 0, 0))]), ITEMS)
    assert table["estimand"].tolist() == ["top2_share", "dont_know_share"]
    assert row(table, "top2_share")["estimate"] == pytest.approx(0.5)


def test_a_distribution_sums_to_one_in_its_categories_and_in_its_parts():
    counts = pd.DataFrame([cell(), cell(item="factor", scores=(4, 3, 2, 0, 0))])
    table = distribution(counts, ITEMS)
    categories = table["estimand"].str.startswith("category")
    assert table[categories].groupby("item")["estimate"].sum().tolist() == pytest.approx([1, 1])
    assert table[~categories].groupby("item")["estimate"].sum().tolist() == pytest.approx([1, 1])
    assert table[table["item"] == "factor"]["estimand"].tolist() == [
        "category_1",
        "category_2",
        "category_3",
        "neutral",
        "positive",
    ]


def test_a_difference_is_newcombe_s_and_its_test_the_z_test():
    # 56/70 v 48/80: limits from Newcombe (1998), Table II; p is that of the chi-squared test.
    a = pd.DataFrame([cell(scores=(0, 14, 0, 56, 0))])
    b = pd.DataFrame([cell(group="h", scores=(0, 32, 0, 48, 0))])
    found = difference(a, b, ITEMS, analysis="gap").iloc[0]
    assert found["estimate"] == pytest.approx(0.2, abs=1e-12)
    assert [found["conf_low"], found["conf_high"]] == pytest.approx([0.0524, 0.3339], abs=5e-5)
    chi2 = stats.chi2_contingency([[14, 56], [32, 48]], correction=False)
    assert found["p_value"] == pytest.approx(chi2.pvalue, abs=1e-12)
    assert (found["verdict"], found["material"]) == ("higher", True)
    turned = difference(b, a, ITEMS, analysis="gap").iloc[0]
    assert turned["estimate"] == pytest.approx(-0.2, abs=1e-12)
    assert (turned["verdict"], turned["mde80"]) == ("lower", pytest.approx(found["mde80"]))
    # sin²(a + h/4) - sin²(a - h/4), a = arcsin √(104/150), h = 2.801585 √(1/70 + 1/80).
    a, h = np.arcsin(np.sqrt(104 / 150)), 2.801585 * np.sqrt(1 / 70 + 1 / 80)
    assert found["mde80"] == pytest.approx(np.sin(a + h / 4) ** 2 - np.sin(a - h / 4) ** 2, abs=1e-6)


def test_an_empty_side_gives_no_difference():
    a = pd.DataFrame([cell(), cell(scores=(0,) * 5)])
    found = difference(a, a.iloc[::-1], ITEMS, analysis="gap")
    assert found["reason"].tolist() == ["n_lt_min", "n_lt_min"]
    assert found[["estimate", "conf_low", "p_value", "mde80"]].isna().all(axis=None)


def test_sides_of_different_length_and_unknown_items_are_refused():
    a = pd.DataFrame([cell(), cell()])
    with pytest.raises(ValueError, match="2 and 1 cells"):
        difference(a, a[:1], ITEMS, analysis="gap")
    with pytest.raises(KeyError, match="nobody"):
        shares(a.assign(item="nobody"), ITEMS)


def test_the_input_stays_as_it_was_and_no_cells_give_no_rows():
    counts = pd.DataFrame([cell(), cell(item="strength")])
    before = counts.copy()
    shares(counts, ITEMS)
    distribution(counts, ITEMS)
    pd.testing.assert_frame_equal(counts, before)
    assert shares(counts[:0], ITEMS).empty
