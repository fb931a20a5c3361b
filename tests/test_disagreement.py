"""Systematic differences between raters of the same cases."""

import golden
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import SquareTable, cochrans_q

from trustgap.stats.case_reviews.disagreement import rater_differences, raters_differ


def long(wide):
    return wide.rename_axis("case").reset_index().melt("case", var_name="rater", value_name="rating")


def scored(n=40, seed=3):
    random = np.random.default_rng(seed)
    base = random.integers(1, 4, (n, 1))
    moved = np.clip(base + random.integers(-1, 2, (n, 3)) + [0, 0, 1], 1, 4)
    return pd.DataFrame(moved, columns=["a", "b", "c"])


@pytest.mark.parametrize("name", ["anxiety_rater1_vs_rater2", "apha_mgr_vs_org_support"])
def test_stuart_and_maxwell_s_test_matches_r(shared, name):
    entry = golden.entry(shared, "04", name)
    wide = golden.rows(shared, entry["select"])[entry["select"]["complete"]]
    codes = wide.astype(int)
    found = raters_differ(long(codes), categories=int(codes.max().max()))
    assert found["p_value"].item() == pytest.approx(entry["result"]["stuart_maxwell"]["p"], abs=1e-8)


def test_nothing_is_added_to_empty_cells():
    square = np.array([[10, 4, 0], [1, 12, 5], [0, 0, 8]])
    first, second = np.nonzero(square)
    pairs = np.repeat(np.stack([first, second], 1) + 1, square[first, second], axis=0)
    found = raters_differ(long(pd.DataFrame(pairs, columns=["a", "b"])), categories=3)
    expected = SquareTable(square, shift_zeros=False).homogeneity()
    assert found["p_value"].item() == pytest.approx(expected.pvalue, abs=1e-10)
    assert abs(found["p_value"].item() - SquareTable(square).homogeneity().pvalue) > 0.001
    # A category nobody uses changes nothing.
    more = raters_differ(long(pd.DataFrame(pairs, columns=["a", "b"])), categories=6)
    assert more["p_value"].item() == pytest.approx(expected.pvalue, abs=1e-10)
    # The largest difference of shares: 14 of 40 against 11, 18 against 16, 8 against 13.
    assert found["estimate"].item() == pytest.approx(5 / 40, abs=1e-12)


def test_cochran_s_q_is_statsmodels():
    wide = scored()
    yes = (wide >= 3).to_numpy().astype(int)
    found = raters_differ(long(wide), categories=4, top_from=3)
    assert found["p_value"].item() == pytest.approx(cochrans_q(yes).pvalue, abs=1e-12)
    assert found["estimate"].item() == pytest.approx(np.ptp(yes.mean(axis=0)), abs=1e-12)
    assert found["reason"].item() == "test_only"
    with pytest.raises(ValueError, match="top_from is needed"):
        raters_differ(long(wide), categories=4)


def test_pairs_of_raters_are_compared_case_by_case():
    wide = scored().astype(float)
    wide.loc[:4, "a"] = np.nan
    found = rater_differences(long(wide), categories=4).set_index(["group_a", "group_b"])
    both = wide.dropna()
    for one, other in found.index:
        part = wide[[one, other]].dropna()
        assert found.loc[(one, other), "n_a"] == len(part)
        assert found.loc[(one, other), "estimate"] == pytest.approx(np.sign(part[one] - part[other]).mean())
    assert len(both) == 35
    assert found.loc[("a", "c"), "verdict"] == "lower"
    p = found["p_value"].sort_values().to_numpy()
    assert found["p_adjusted"].min() == pytest.approx(min(1, 3 * p[0]))


def test_raters_who_never_differ_have_p_of_one_and_raters_without_a_case_a_reason():
    same = pd.DataFrame({"a": [1, 2, 3] * 4, "b": [1, 2, 3] * 4})
    row = raters_differ(long(same), categories=3).iloc[0]
    assert (row["estimate"], row["p_value"], row["reason"]) == (0, 1, "constant")
    three = same.assign(c=same["a"])
    assert raters_differ(long(three), categories=3, top_from=2)["p_value"].item() == 1
    apart = pd.DataFrame({"a": [1, 2, np.nan, np.nan], "b": [np.nan, np.nan, 1, 2]})
    for found in (raters_differ(long(apart), categories=2), rater_differences(long(apart), categories=2)):
        assert found["reason"].tolist() == ["n_lt_min"]
        assert found[["estimate", "p_value"]].isna().all(axis=None)
    alone = rater_differences(long(pd.DataFrame({"a": [1, 2]})), categories=2)
    assert alone.empty
