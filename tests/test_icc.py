"""Intraclass correlation."""

import golden
import numpy as np
import pandas as pd
import pytest

from trustgap.stats.case_reviews.icc import FORMS, icc


def long(wide, case):
    return wide.melt(case, var_name="rater", value_name="rating").rename(columns={case: "case"})


@pytest.mark.parametrize("name", ["anxiety_3_raters_icc", "shrout_fleiss_1979"])
def test_all_six_forms_match_r(shared, name):
    entry = golden.entry(shared, "11", name)
    found = entry["result"]
    wide = pd.read_csv(shared / "data" / entry["select"]["file"])
    rows = icc(long(wide, wide.columns[0]))
    assert rows["estimand"].tolist() == found["type"] == list(FORMS)
    assert rows["n_a"].unique().tolist() == [found["n"]]
    for column, theirs in [("estimate", "ICC"), ("conf_low", "lo"), ("conf_high", "hi"), ("p_value", "p")]:
        assert rows[column].tolist() == pytest.approx(found[theirs], abs=1e-8)


def test_shrout_and_fleiss_s_published_values(shared):
    wide = pd.read_csv(shared / "data" / golden.entry(shared, "11", "shrout_fleiss_1979")["select"]["file"])
    published = [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert icc(long(wide, "subject"))["estimate"].tolist() == pytest.approx(published, abs=5e-3)


def test_a_case_that_a_rater_missed_is_left_out_and_the_order_does_not_matter():
    random = np.random.default_rng(2)
    wide = pd.DataFrame(random.normal(size=(15, 1)) + random.normal(size=(15, 3)), columns=list("abc"))
    ratings = long(wide.rename_axis("case").reset_index(), "case")
    missing = pd.concat([pd.DataFrame({"case": [99], "rater": ["a"], "rating": [50.0]}), ratings[::-1]])
    pd.testing.assert_frame_equal(icc(missing), icc(ratings))


def test_no_error_or_no_pair_has_a_reason_and_a_double_rating_is_refused():
    same = pd.DataFrame({"case": [1, 2, 3] * 2, "rater": ["a"] * 3 + ["b"] * 3, "rating": [1, 2, 3] * 2})
    assert icc(same)["reason"].eq("constant").all()
    assert icc(same)[["estimate", "conf_low", "p_value"]].isna().all(axis=None)
    assert icc(same[same["rater"] == "a"])["reason"].eq("n_lt_min").all()
    with pytest.raises(ValueError, match="once"):
        icc(pd.concat([same, same]))
