"""Proportional odds against R and statsmodels, and the data for which there is no estimate."""

import warnings

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import special, stats
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from trustgap.stats.orders.cumulative import fit
from trustgap.stats.orders.separation import separated

R_CASES = [
    "apha_stay_by_org_tenure",
    "gss_conmedic_2010_sex_age_region",
    "gss_conmedic_pooled_year_trend",
    "housing_freq_weighted",
]


def dummies(values: pd.Series) -> list[np.ndarray]:
    """Code a factor as R does: one column for each level but the first in alphabetical order."""
    levels = sorted(values.unique(), key=lambda level: str(level).lower())
    return [values.eq(level).to_numpy(float) for level in levels[1:]]


def case(shared, name):
    """Give scores, design and counts of a reference case, and what R found."""
    stored = golden.entry(shared, "06", name)
    data = golden.rows(shared, stored["select"])
    factors = stored["factors"] or []
    columns = []
    for term in stored["rhs"].split(" + "):
        columns += dummies(data[term]) if term in factors else [data[term].to_numpy(float)]
    counts = data[stored["weights"]].to_numpy() if stored["weights"] else None
    return data[stored["y"]].to_numpy(), np.column_stack(columns), counts, golden.case(shared, "06", name)


def errors(model):
    """Give the standard errors of thresholds, then coefficients, as R orders them."""
    p = len(model.coefficients)
    return np.roll(np.sqrt(np.diag(model.covariance)), -p)


def sample(seed=1, n=300, p=2):
    random = np.random.default_rng(seed)
    design = random.normal(size=(n, p)).round(1)
    latent = design @ np.linspace(0.8, -0.5, p) + random.logistic(size=n)
    return np.searchsorted([-1.5, -0.2, 1.0], latent) + 1, design


@pytest.mark.parametrize("name", R_CASES)
def test_fit_matches_clm_of_r_in_estimates_errors_and_likelihood(shared, name):
    scores, design, counts, result = case(shared, name)
    model, expected = fit(scores, design, counts=counts), result["clm"]
    # Tighter than the 1e-4 that R's own stopping rule promises; both are at the maximum.
    assert [*model.thresholds, *model.coefficients] == pytest.approx([*expected["coef"].values()], abs=1e-7)
    assert errors(model) == pytest.approx([*expected["se"].values()], abs=1e-7)
    assert model.log_likelihood == pytest.approx(expected["logLik"], abs=1e-8)
    p, k = len(model.coefficients), len(model.thresholds)
    order = [*range(p, p + k), *range(p)]
    assert model.covariance[np.ix_(order, order)] == pytest.approx(np.array(expected["vcov"]), abs=1e-7)


@pytest.mark.parametrize("name", R_CASES)
def test_fit_matches_polr_of_r(shared, name):
    scores, design, counts, result = case(shared, name)
    model, expected = fit(scores, design, counts=counts), result["polr"]
    assert model.coefficients == pytest.approx([*expected["coef"].values()], abs=1e-5)
    assert model.thresholds == pytest.approx([*expected["zeta"].values()], abs=1e-5)
    assert -2 * model.log_likelihood == pytest.approx(expected["deviance"], abs=1e-7)
    assert errors(model) == pytest.approx([*expected["zeta_se"].values(), *expected["se"].values()], abs=1e-4)


def test_clustered_errors_match_the_sandwich_of_r(shared):
    stored = golden.entry(shared, "08", "gss_panel2010_ordinal")
    data = golden.rows(shared, stored["select"])
    design = np.column_stack([data["wave"] - 1, data["sex"] == 2]).astype(float)
    model = fit(data["conmedic"].to_numpy(), design, cluster=data["pid"].to_numpy())
    expected = golden.case(shared, "08", "gss_panel2010_ordinal")["polr_cluster_robust"]
    estimates = [*model.coefficients, *model.thresholds]
    # R's polr stops early: 1e-6 is its distance from the maximum.
    assert estimates == pytest.approx([*expected["coef"].values()], abs=5e-6)
    # R leaves out the factor G / (G - 1).
    plain = np.sqrt(np.diag(model.robust) * (model.clusters - 1) / model.clusters)
    assert plain == pytest.approx([*expected["se_cluster"].values()], abs=1e-6)
    assert model.clusters == 1375


def test_fit_agrees_with_statsmodels_by_newton():
    scores, design = sample()
    model = fit(scores, design)
    other = OrderedModel(scores, design, distr="logit")
    found = other.fit(method="newton", disp=False)
    assert model.coefficients == pytest.approx(found.params[:2], abs=1e-6)
    assert model.thresholds == pytest.approx(other.transform_threshold_params(found.params)[1:-1], abs=1e-6)
    assert model.log_likelihood == pytest.approx(found.llf, abs=1e-8)


def test_two_categories_are_logistic_regression_with_clustered_errors():
    scores, design = sample(n=400)
    cluster = np.repeat(np.arange(100), 4)
    model = fit(scores > 2, design, cluster=cluster)
    found = Logit(scores > 2, np.column_stack([design, np.ones(400)])).fit(
        disp=False, cov_type="cluster", cov_kwds={"groups": cluster}
    )
    assert model.coefficients == pytest.approx(found.params[:2], abs=1e-8)
    assert model.thresholds == pytest.approx(-found.params[2:], abs=1e-8)
    # statsmodels multiplies by (N - 1) / (N - k) besides G / (G - 1).
    factor = 399 / (400 - 3)
    assert np.diag(model.robust) * factor == pytest.approx(found.bse**2, abs=1e-9)


def test_a_saturated_table_has_the_closed_form_of_the_odds_ratio():
    model = fit(np.array([1, 2, 1, 2]), np.array([[0], [0], [1], [1]]), counts=[30, 70, 55, 45])
    assert model.coefficients[0] == pytest.approx(np.log(45 / 55) - np.log(70 / 30), abs=1e-8)
    assert model.covariance[0, 0] == pytest.approx(1 / 30 + 1 / 70 + 1 / 55 + 1 / 45, abs=1e-8)


def test_counts_are_so_many_answers_and_empty_categories_do_not_count():
    scores, design = sample()
    table = pd.DataFrame(np.column_stack([scores, design.round()])).value_counts().reset_index()
    grouped = fit(table[0].to_numpy() * 3, table[[1, 2]].to_numpy(), counts=table["count"].to_numpy())
    plain = fit(scores, design.round())
    assert grouped.coefficients == pytest.approx(plain.coefficients, abs=1e-9)
    assert grouped.robust == pytest.approx(plain.robust, abs=1e-9)
    assert (grouped.n, grouped.clusters) == (300, 300)


def test_turning_the_scale_round_turns_the_model_round():
    scores, design = sample()
    one, two = fit(scores, design), fit(5 - scores, design)
    assert two.coefficients == pytest.approx(-one.coefficients, abs=1e-8)
    assert two.thresholds == pytest.approx(-one.thresholds[::-1], abs=1e-8)
    assert np.diag(two.robust) == pytest.approx(np.diag(one.robust)[[0, 1, 4, 3, 2]], abs=1e-8)


def test_units_of_a_column_and_order_of_rows_do_not_matter():
    scores, design = sample()
    one = fit(scores, design, cluster=np.arange(300) // 3)
    turn = np.random.default_rng(3).permutation(300)
    two = fit(scores[turn], design[turn] * [1000, 1] + [0, 50], cluster=(np.arange(300) // 3)[turn])
    assert two.coefficients * [1000, 1] == pytest.approx(one.coefficients, abs=1e-8)
    assert np.sqrt(np.diag(two.robust))[:2] * [1000, 1] == pytest.approx(
        np.sqrt(np.diag(one.robust))[:2], abs=1e-8
    )


def test_asking_everyone_twice_halves_the_model_variance_and_leaves_the_clustered_one():
    scores, design = sample()
    once = fit(scores, design)
    twice = fit(np.tile(scores, 2), np.tile(design, (2, 1)), cluster=np.tile(np.arange(300), 2))
    assert twice.covariance == pytest.approx(once.covariance / 2, abs=1e-9)
    assert twice.robust == pytest.approx(once.robust, abs=1e-9)


GROUP = np.repeat([0.0, 1.0], 20)[:, None]


@pytest.mark.parametrize(
    ("scores", "design", "reason"),
    [
        (np.empty(0, int), np.empty((0, 1)), "all_missing"),
        (np.full(40, 3), GROUP, "constant"),
        (np.tile([1, 2], 20), np.ones((40, 1)), "confounded"),
        (np.tile([1, 2], 20), np.hstack([GROUP, 1 - GROUP]), "confounded"),
        (np.tile([1, 2], 20), np.hstack([GROUP, GROUP * 2 + 1e9]), "confounded"),
        (np.array([1, 2]), np.array([[0.0], [1.0]]), "df_le_0"),
        (np.repeat([1, 2], 20), GROUP, "separated"),
        (np.r_[np.tile([1, 2, 3], 7)[:20], np.full(20, 3)], GROUP, "separated"),
        (np.r_[np.repeat([1, 2], 10), np.repeat([2, 3], 10)], GROUP, "separated"),
    ],
    ids=["nobody", "constant", "column", "twins", "shifted", "few", "complete", "top", "meeting"],
)
def test_data_without_an_estimate_get_a_reason_and_no_number(scores, design, reason):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = fit(scores, design)
    assert model.reason == reason
    assert model.coefficients.size == model.covariance.size == 0


def test_clusters_and_not_answers_must_outnumber_the_parameters():
    scores, design = sample(n=40)
    assert fit(scores, design, cluster=np.arange(40) % 5).reason == "df_le_0"
    assert fit(scores, design, cluster=np.arange(40) % 6).reason == ""


def test_a_single_overlap_is_enough_for_an_estimate():
    scores = np.repeat([1, 2], 20)
    scores[[0, -1]] = [2, 1]
    model = fit(scores, GROUP)
    assert model.reason == ""
    assert model.coefficients[0] == pytest.approx(2 * np.log(19), abs=1e-8)


def test_an_overlap_too_slight_to_estimate_counts_as_separated():
    # One answer in 50,000 lets the odds ratio be finite, at exp(10.8 * 2) and an error of 1: beyond `FAR`.
    scores, group = np.array([1, 2, 1, 2]), np.array([[0.0], [0.0], [1.0], [1.0]])
    assert fit(scores, group, counts=[50000, 1, 1, 50000]).reason == "separated"


@pytest.mark.parametrize("seed", range(6))
def test_separation_is_found_where_and_only_where_a_line_parts_the_answers(seed):
    # With one column the answers are parted exactly if they do not overlap in one direction or the other.
    random = np.random.default_rng(seed)
    place, x = np.repeat([0, 1], 4), random.integers(0, 6, 8).astype(float)
    low, high = x[:4], x[4:]
    parted = low.max() <= high.min() or high.max() <= low.min()
    assert separated(place, x[:, None]) == (parted and np.ptp(x) != 0)


def test_inputs_are_left_alone_and_faults_are_named():
    scores, design = sample()
    before = scores.copy(), design.copy()
    fit(scores, design)
    assert (scores == before[0]).all()
    assert (design == before[1]).all()
    with pytest.raises(ValueError, match="one value per score"):
        fit(scores, design, counts=[1, 2])
    with pytest.raises(ValueError, match="not both"):
        fit(scores, design, counts=np.ones(300, int), cluster=np.arange(300))
    with pytest.raises(ValueError, match="at least one column"):
        fit(scores, np.empty((300, 0)))


def test_treating_answers_as_independent_rejects_too_often_and_clusters_keep_the_level():
    # Two groups of 40 that do not differ; each of 80 people rates four teams, alike within a person.
    random, naive, robust = np.random.default_rng(11), [], []
    cuts, person = stats.logistic.ppf([0.1, 0.3, 0.5, 0.85]), np.repeat(np.arange(80), 4)
    group = (person < 40).astype(float)
    teams = np.eye(4)[np.tile(np.arange(4), 80)][:, 1:]
    for _ in range(120):
        tendency = np.sqrt(0.4) * random.normal(size=80)[person] + np.sqrt(0.6) * random.normal(size=320)
        latent = special.logit(stats.norm.cdf(tendency)) + teams @ [0.5, -0.5, 0.2]
        model = fit(np.searchsorted(cuts, latent), np.column_stack([group, teams]), cluster=person)
        size = abs(model.coefficients[0])
        naive.append(2 * stats.norm.sf(size / np.sqrt(model.covariance[0, 0])) < 0.05)
        robust.append(2 * stats.t.sf(size / np.sqrt(model.robust[0, 0]), 80 - 4) < 0.05)
    # Three Monte-Carlo errors of a rate of 5% in 120 runs are 6 points.
    assert np.mean(robust) < 0.11
    assert np.mean(naive) > 0.11
