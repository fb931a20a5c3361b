"""Case reviews: savings."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from trustgap.stats.case_reviews.savings import saving


def reviewed(n=30, better=14, possible=13, **columns):
    available = [True] * possible + [False] * (better - possible) + [None] * (n - better)
    improvable = [True] * better + [False] * (n - better)
    return pd.DataFrame({"improvable": improvable, "available": available, **columns})


def limits(row):
    return [row["conf_low"], row["conf_high"]]


def test_the_saving_is_a_mean_over_all_cases_with_student_s_interval():
    random = np.random.default_rng(3)
    cases = reviewed(cost=random.uniform(500, 900, 30), cost_better=random.uniform(200, 600, 30))
    gain = np.where(np.arange(30) < 13, cases["cost"] - cases["cost_better"], 0.0)
    row = saving(cases).iloc[0]
    expected = stats.t.interval(0.95, 29, gain.mean(), stats.sem(gain))
    assert row["estimate"] == pytest.approx(gain.mean())
    assert limits(row) == pytest.approx(list(expected))


def test_the_saving_allows_for_clusters_as_a_cluster_robust_mean_does():
    random = np.random.default_rng(4)
    cases = reviewed(cost=random.uniform(500, 900, 30), cost_better=300.0).sample(frac=1, random_state=1)
    cases = cases.reset_index(drop=True).assign(site=np.repeat(np.arange(6), 5))
    gain = np.where((cases["improvable"] & cases["available"].eq(True)), cases["cost"] - 300, 0.0)
    fit = sm.OLS(gain, np.ones(30)).fit(
        cov_type="cluster", cov_kwds={"groups": cases["site"].to_numpy(), "use_correction": False}
    )
    error = fit.bse[0] * np.sqrt(6 / 5)
    row = saving(cases, cluster="site").iloc[0]
    half = stats.t.ppf(0.975, 5) * error
    assert limits(row) == pytest.approx([gain.mean() - half, gain.mean() + half])


def test_a_case_without_a_cost_saves_what_such_cases_save_and_does_not_draw_the_saving_to_nothing():
    random = np.random.default_rng(5)
    cases = reviewed(cost=random.uniform(500, 900, 30), cost_better=300.0)
    cases.loc[[0, 1, 29], "cost"] = np.nan
    row = saving(cases).iloc[0]
    known = cases["cost"].iloc[2:13] - 300
    assert row["n_a"] == 30
    assert row["estimate"] == pytest.approx(13 / 30 * known.mean())
    # Limits against a bootstrap of the whole estimate over cases: within a tenth of their width.
    saves = np.arange(30) < 13
    drawn = random.integers(0, 30, (4000, 30))
    gain = np.where(saves, cases["cost"] - 300, 0.0)[drawn]
    products = saves[drawn].mean(axis=1) * np.nanmean(np.where(saves[drawn], gain, np.nan), axis=1)
    half = stats.t.ppf(0.975, 29) * products.std(ddof=1)
    assert (row["conf_high"] - row["conf_low"]) / 2 == pytest.approx(half, rel=0.1)


def test_a_saving_that_cannot_be_told_has_a_reason():
    cases = reviewed(cost=900.0, cost_better=400.0)
    none = reviewed(30, 0, 0, cost=900.0, cost_better=400.0)
    assert saving(none).iloc[0][["estimate", "reason"]].tolist() == [0, "constant"]
    unknown = saving(cases.assign(cost=np.nan)).iloc[0]
    assert unknown["reason"] == "no_costs"
    assert np.isnan(unknown["estimate"])
    few = saving(cases.assign(cost=[900.0, 800, 700, 750] + [np.nan] * 26)).iloc[0]
    assert few["reason"] == "few_costs"
    assert few[["estimate", "conf_low"]].isna().all()
    assert saving(reviewed(30, 30, 30, cost=900.0, cost_better=400.0))["reason"].tolist() == ["constant"]
    assert saving(cases.iloc[:1])["reason"].tolist() == ["n_lt_min"]
    one = saving(cases.assign(site="a"), cluster="site")
    assert one["reason"].tolist() == ["few_clusters"]
