"""Joint tests of coefficients, and Brant's test against R and against stacked regressions."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from test_cumulative import case, sample

from trustgap.stats.orders.parallel import brant, wald


@pytest.mark.parametrize("name", ["gss_conmedic_2010_sex_age_region", "gss_conmedic_pooled_year_trend"])
def test_brant_matches_r(shared, name):
    scores, design, _, result = case(shared, name)
    found, expected = brant(scores, design), result["brant"]
    assert found["statistic"].iloc[0] == pytest.approx(expected["omnibus"]["chi2"], abs=1e-6)
    assert found["p_value"].iloc[0] == pytest.approx(expected["omnibus"]["p"], abs=1e-7)
    assert found["df"].iloc[0] == expected["omnibus"]["df"]
    assert found["statistic"][1:].tolist() == pytest.approx(expected["per_term"]["chi2"], abs=1e-6)
    assert found["p_value"][1:].tolist() == pytest.approx(expected["per_term"]["p"], abs=1e-7)


def test_brant_refuses_where_r_goes_on_with_an_infinite_coefficient(shared):
    # In this case everyone in one organisation answered above the lowest category: R's logistic regression
    # stops at a coefficient of 15.9 for it, and its omnibus of 77.4 on 15 rests on that.
    scores, design, _, result = case(shared, "apha_stay_by_org_tenure")
    assert max(abs(value) for row in result["brant"]["binary_logits"] for value in row) > 15
    assert set(brant(scores, design)["reason"]) == {"separated"}


def test_brant_with_clusters_is_the_wald_test_of_stacked_regressions():
    scores, design = sample(n=400)
    person = np.arange(400) // 4
    # One logistic regression for each cut, stacked, with clusters of people: by another route.
    cuts = np.array([1, 2, 3])
    stacked = pd.DataFrame({"y": (scores[:, None] > cuts).astype(int).ravel(), "who": np.repeat(person, 3)})
    cut = np.tile(np.eye(3), (400, 1))
    columns = np.column_stack([cut, *(cut * np.repeat(design[:, [j]], 3, axis=0) for j in range(2))])
    model = sm.GEE(stacked["y"], columns, groups=stacked["who"], family=sm.families.Binomial()).fit()
    steps = np.zeros((4, 9))
    for j in range(2):
        for step in range(2):
            steps[2 * j + step, [3 + 3 * j, 4 + 3 * j + step]] = 1, -1
    apart, spread = steps @ model.params, steps @ model.cov_params() @ steps.T
    squared = apart @ np.linalg.solve(spread * 100 / 99, apart)
    ratio = squared * (100 - 4) / (99 * 4)
    found = brant(scores, design, cluster=person)
    assert found["statistic"].iloc[0] == pytest.approx(ratio, rel=1e-6)
    assert found["p_value"].iloc[0] == pytest.approx(stats.f.sf(ratio, 4, 96), abs=1e-7)
    one = steps[:2]
    squared = (
        one @ model.params @ np.linalg.solve(one @ model.cov_params() @ one.T * 100 / 99, one @ model.params)
    )
    assert found["statistic"].iloc[1] == pytest.approx(squared * 98 / (99 * 2), rel=1e-6)


def test_reversing_the_scale_leaves_the_test():
    scores, design = sample()
    one, two = brant(scores, design), brant(-scores, design)
    assert one["statistic"].tolist() == pytest.approx(two["statistic"].tolist(), rel=1e-8)


def test_a_scale_with_one_cut_and_a_constant_one_get_reasons():
    scores, design = sample()
    assert set(brant(scores > 2, design)["reason"]) == {"one_level"}
    assert set(brant(np.ones(300, int), design)["reason"]) == {"one_level"}
    assert set(brant(np.empty(0, int), np.empty((0, 2)))["reason"]) == {"all_missing"}


def test_wald_refers_to_chi_squared_or_to_the_f_of_hotelling():
    estimates, covariance = np.array([1.0, -2.0, 0.5]), np.diag([0.5, 2.0, 0.25])
    squared = 1 / 0.5 + 4 / 2 + 0.25 / 0.25
    assert wald(estimates, covariance) == pytest.approx((squared, stats.chi2.sf(squared, 3)), abs=1e-12)
    ratio = squared * (20 - 3) / (19 * 3)
    expected = (ratio, stats.f.sf(ratio, 3, 17))
    assert wald(estimates, covariance, clusters=20) == pytest.approx(expected, abs=1e-12)


def test_hotelling_of_a_mean_is_the_one_sample_test():
    # For means of independent rows the sandwich with G / (G - 1) is the usual covariance: T squared, exactly.
    rows = np.random.default_rng(4).normal(size=(12, 3))
    covariance = np.cov(rows.T) / 12
    statistic, p = wald(rows.mean(axis=0), covariance, clusters=12)
    squared = 12 * rows.mean(axis=0) @ np.linalg.inv(np.cov(rows.T)) @ rows.mean(axis=0)
    assert statistic == pytest.approx(squared * 9 / 33, abs=1e-10)
    assert p == pytest.approx(stats.f.sf(squared * 9 / 33, 3, 9), abs=1e-10)


@pytest.mark.parametrize(
    ("covariance", "clusters"),
    [(np.ones((2, 2)), None), (np.diag([1.0, 0.0]), None), (np.eye(2), 2)],
    ids=["twins", "sure", "few"],
)
def test_a_test_that_cannot_be_made_is_missing(covariance, clusters):
    assert np.isnan(wald(np.array([1.0, 2.0]), covariance, clusters=clusters)).all()
