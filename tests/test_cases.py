"""Case reviews: shares."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trustgap.stats.case_reviews.cases import intraclass, shares
from trustgap.stats.shares.intervals import stratified_wilson, wilson


def reviewed(n=30, better=14, possible=13, **columns):
    available = [True] * possible + [False] * (better - possible) + [None] * (n - better)
    improvable = [True] * better + [False] * (n - better)
    return pd.DataFrame({"improvable": improvable, "available": available, **columns})


def limits(row):
    return [row["conf_low"], row["conf_high"]]


def test_fourteen_of_thirty_are_thirty_to_sixty_four_per_cent_as_the_methods_say():
    row = shares(reviewed()).iloc[0]
    assert limits(row) == pytest.approx([0.30, 0.64], abs=5e-3)


def test_two_thousand_cases_give_the_published_45_per_cent_within_two_points():
    row = shares(reviewed(2000, 900, 820)).set_index("estimand").loc["improvable"]
    assert limits(row) == pytest.approx([0.43, 0.47], abs=5e-3)


def test_the_second_share_is_of_improvable_cases_only():
    rows = shares(reviewed()).set_index("estimand")
    assert rows["n_a"].to_dict() == {"improvable": 30, "available": 14, "improvable_available": 30}
    assert rows.loc["available", "estimate"] == pytest.approx(13 / 14)
    assert rows.loc["improvable_available", "estimate"] == pytest.approx(13 / 30)
    assert limits(rows.loc["available"]) == pytest.approx([float(x) for x in wilson(13, 14)])


def test_an_answer_about_availability_counts_only_where_better_was_possible():
    cases = reviewed()
    rows = shares(cases.assign(available=cases["available"].where(cases["improvable"], True)))
    pd.testing.assert_frame_equal(rows, shares(cases))
    unknown = cases.astype(object)
    unknown.loc[0, "available"] = None
    unknown.loc[29, "improvable"] = None
    bases = shares(unknown).set_index("estimand")["n_a"].to_dict()
    assert bases == {"improvable": 29, "available": 13, "improvable_available": 28}


def test_the_intraclass_correlation_is_that_of_an_analysis_of_variance():
    random = np.random.default_rng(1)
    site = np.repeat(np.arange(7), [5, 9, 4, 12, 8, 6, 10])
    y = random.binomial(1, random.uniform(0.1, 0.9, 7)[site])
    dummies = pd.get_dummies(site).astype(float)
    fit = sm.OLS(y, dummies).fit()
    within = fit.ssr / (len(y) - 7)
    between = (((y - y.mean()) ** 2).sum() - fit.ssr) / 6
    size = np.bincount(site)
    usual = (size.sum() - (size**2).sum() / size.sum()) / 6
    expected = (between - within) / (between + (usual - 1) * within)
    assert expected > 0
    assert intraclass(np.bincount(site, weights=y), size) == pytest.approx(expected, abs=1e-12)


def test_clusters_that_are_alike_by_chance_or_alone_have_no_intraclass_correlation():
    assert intraclass(np.array([5, 5, 5]), np.array([10, 10, 10])) == 0
    assert intraclass(np.array([5]), np.array([10])) == 0
    assert intraclass(np.array([1, 0, 1]), np.array([1, 1, 1])) == 0
    assert intraclass(np.array([0, 0]), np.array([4, 4])) == 0
    assert intraclass(np.array([0, 8]), np.array([8, 8])) == pytest.approx(1)


def test_clusters_widen_the_limits_by_the_design_effect():
    cases = reviewed(60, 30, 30)
    # Three sites of twenty: all, half, none improvable.
    order = np.r_[0:20, 20:30, 30:40, 40:60]
    cases = cases.iloc[order].assign(site=np.repeat(["a", "b", "c"], 20))
    row = shares(cases, cluster="site").iloc[0]
    icc = intraclass(np.array([20, 10, 0]), np.array([20, 20, 20]))
    deff = 1 + 19 * icc
    assert row["n_eff"] == pytest.approx(60 / deff)
    assert limits(row) == pytest.approx([float(x) for x in wilson(30 / deff, 60 / deff)])
    assert "3 clusters: too few" in row["method"]
    alike = cases.assign(site=np.tile(["a", "b", "c", "d", "e"], 12))
    assert "too few" not in shares(alike, cluster="site").iloc[0]["method"]
    assert limits(shares(alike, cluster="site").iloc[0]) == pytest.approx(limits(shares(cases).iloc[0]))


def test_a_large_cluster_counts_by_the_cases_it_holds():
    cases = reviewed(40, 25, 25).assign(site=["a"] * 25 + ["b"] * 5 + ["c"] * 5 + ["d"] * 5)
    row = shares(cases, cluster="site").iloc[0]
    icc = intraclass(np.array([25, 0, 0, 0]), np.array([25, 5, 5, 5]))
    assert row["n_eff"] == pytest.approx(40 / (1 + ((625 + 75) / 40 - 1) * icc))


def test_cases_sampled_by_pathway_are_weighted_back():
    cases = reviewed().assign(pathway=["home"] * 10 + ["bed"] * 20)
    row = shares(cases, pathways={"home": 0.8, "bed": 0.2}).iloc[0]
    assert row["estimate"] == pytest.approx(0.8 * 10 / 10 + 0.2 * 4 / 20)
    assert limits(row) == pytest.approx([float(x) for x in stratified_wilson([0.8, 0.2], [10, 4], [10, 20])])
    same = shares(cases, pathways={"home": 8, "bed": 2}).iloc[0]
    assert limits(same) == limits(row)
    with pytest.raises(KeyError, match="bed"):
        shares(cases, pathways={"home": 1})
    with pytest.raises(ValueError, match="weights"):
        shares(cases, pathways={"home": 0, "bed": 0})
    empty = shares(cases, pathways={"home": 0.5, "bed": 0.3, "ward": 0.2})
    assert empty["reason"].eq("n_lt_min").all()


def test_nothing_judged_has_a_reason():
    rows = shares(reviewed().assign(improvable=None, available=None))
    assert rows["reason"].eq("n_lt_min").all()
    assert rows[["estimate", "conf_low"]].isna().all(axis=None)
