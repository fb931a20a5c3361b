"""Variances that follow from how a sample was drawn, against R's survey package and by hand."""

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.weighting import design

PANEL = {
    "file": "gss_confidence_panel_2006_2014.csv",
    "filter": {"panel": 2010, "wave": 3},
    "reverse": {"conmedic": 4},
    "complete": ["conmedic", "wtpannr123", "vstrat"],
}


def drawn(values, weights, stratum=None, psu=None, **options):
    """Estimate means with their standard errors and degrees of freedom."""
    n = len(weights)
    unit, stratum_of = design.units(
        np.full(n, "") if stratum is None else np.asarray(stratum, object),
        np.full(n, "") if psu is None else np.asarray(psu, object),
    )
    values = np.asarray(values, float).reshape(n, -1)
    mean, moves = design.influence(values, np.asarray(weights, float))
    errors = np.sqrt(np.diag(design.covariance(moves, unit, stratum_of, **options)))
    total = (np.asarray(weights, float)[:, None] * values).sum(axis=0)
    spread = np.asarray(weights, float)[:, None] * values
    of_total = np.sqrt(np.diag(design.covariance(spread, unit, stratum_of, **options)))
    return mean[0], errors[0], total[0], of_total[0], int(design.freedom(unit, stratum_of))


def of_r(stored):
    return (
        next(iter(stored["est"].values())),
        np.ravel(stored["se"])[0],
        stored["total"]["est"],
        stored["total"]["se"],
        stored["df"],
    )


def test_a_simple_random_sample_with_finite_population_agrees_with_r(shared):
    data = golden.rows(shared, {"file": "apisrs.csv"})
    found = drawn(data["api00"], data["pw"], population=data["fpc"].iloc[[0]])
    assert found == pytest.approx(of_r(golden.case(shared, "07", "apisrs_api00")), rel=1e-8)


@pytest.mark.parametrize("finite", [True, False])
def test_a_stratified_sample_agrees_with_r(shared, finite):
    data = golden.rows(shared, {"file": "apistrat.csv"})
    population = data.drop_duplicates("stype")["fpc"] if finite else None
    found = drawn(data["api00"], data["pw"], data["stype"], population=population)
    case = "apistrat_api00" if finite else "apistrat_api00_nofpc"
    assert found == pytest.approx(of_r(golden.case(shared, "07", case)), rel=1e-8)


def test_a_cluster_sample_agrees_with_r(shared):
    data = golden.rows(shared, {"file": "apiclus1.csv"})
    found = drawn(data["api00"], data["pw"], psu=data["dnum"], population=data["fpc"].iloc[[0]])
    assert found == pytest.approx(of_r(golden.case(shared, "07", "apiclus1_api00")), rel=1e-8)


@pytest.mark.parametrize("case", ["apistrat_comp.imp_proportion", "apiclus1_comp.imp_proportion"])
def test_shares_agree_with_r(shared, case):
    sample = case.split("_")[0]
    data = golden.rows(shared, {"file": f"{sample}.csv"})
    stored = golden.case(shared, "07", case)
    yes = data["comp.imp"].eq("Yes")
    if sample == "apistrat":
        fpc = {"population": data.drop_duplicates("stype")["fpc"]}
        share, error, *_ = drawn(yes, data["pw"], data["stype"], **fpc)
    else:
        share, error, *_ = drawn(yes, data["pw"], psu=data["dnum"], population=data["fpc"].iloc[[0]])
    assert share == pytest.approx(stored["mean"]["est"]["comp.impYes"], rel=1e-8)
    assert error == pytest.approx(stored["mean"]["se"]["comp.impYes"], rel=1e-8)


def test_weights_strata_and_units_of_a_real_survey_agree_with_r(shared):
    data = golden.rows(shared, PANEL)
    stored = golden.case(shared, "07", "gss_conmedic_top_2014_design")
    top = data["conmedic"].eq(3)
    share, error, _, _, freedom = drawn(top, data["wtpannr123"], data["vstrat"], data["vpsu"])
    assert len(data) == stored["kish"]["n"]
    assert share == pytest.approx(stored["mean"]["est"]["top"], rel=1e-8)
    assert error == pytest.approx(stored["mean"]["se"][0], rel=1e-8)
    assert freedom == stored["df"]
    limits = share + np.array([-1, 1]) * stats.t.ppf(0.975, freedom) * error
    assert limits == pytest.approx(stored["mean"]["ci_t"][0], rel=1e-8)
    _, alone, *_ = drawn(top, data["wtpannr123"])
    assert alone == pytest.approx(stored["weights_only"]["se"][0], rel=1e-8)


def test_a_group_of_a_designed_sample_keeps_the_units_of_the_others(shared):
    data = golden.rows(shared, PANEL)
    stored = golden.case(shared, "07", "gss_conmedic_top_2014_design")
    top = data["conmedic"].eq(3).astype(float).to_numpy()
    by_sex = np.stack([np.where(data["sex"].eq(sex), top, np.nan) for sex in (1, 2)], axis=1)
    unit, stratum_of = design.units(data["vstrat"].to_numpy(), data["vpsu"].to_numpy())
    means, moves = design.influence(by_sex, data["wtpannr123"].to_numpy())
    errors = design.covariance(moves, unit, stratum_of)
    assert means == pytest.approx(stored["by_sex"]["est"], rel=1e-8)
    assert np.sqrt(np.diag(errors)) == pytest.approx(stored["by_sex"]["se"], rel=1e-8)
    difference = means[1] - means[0]
    error = np.sqrt(errors[0, 0] + errors[1, 1] - 2 * errors[0, 1])
    assert difference == pytest.approx(stored["ttest_sex"]["diff"], rel=1e-8)
    assert difference / error == pytest.approx(stored["ttest_sex"]["stat"], rel=1e-8)
    counted = design.freedom(unit, stratum_of, among=~np.isnan(by_sex))
    assert (counted <= stored["df"]).all()
    assert (counted > 50).all()


@pytest.mark.parametrize("how", ["poststrat", "api00"])
def test_the_variance_after_calibration_agrees_with_r(shared, how):
    data = golden.rows(shared, {"file": "apiclus1.csv"})
    stored = golden.case(shared, "07", "apiclus1_rake")
    schools = golden.rows(shared, {"file": "apipop.csv"})
    margins = [data["stype"].to_numpy()] + ([data["sch.wide"].to_numpy()] if how == "api00" else [])
    weights = data["pw"].to_numpy(float)
    for _ in range(200):  # iterative proportional fitting, written out
        for margin in ("stype", "sch.wide")[: len(margins)]:
            sums = pd.Series(weights).groupby(data[margin]).sum()
            weights = weights * (schools[margin].value_counts() / sums)[data[margin]].to_numpy()
    mean, moves = design.influence(data[["api00"]].to_numpy(float), weights)
    residual = design.calibrated(moves, weights, margins, base=data["pw"].to_numpy(float))
    unit, stratum_of = design.units(np.full(len(data), ""), data["dnum"].to_numpy())
    error = np.sqrt(design.covariance(residual, unit, stratum_of)[0, 0])
    assert mean[0] == pytest.approx(stored[how]["est"]["api00"], rel=1e-8)
    assert error == pytest.approx(stored[how]["se"][0], rel=1e-6)
    plain = np.sqrt(design.covariance(moves, unit, stratum_of)[0, 0])
    assert abs(plain - error) > 1e-3, "calibration must matter here, or the test shows nothing"


def test_the_only_unit_of_a_stratum_is_set_against_all_units():
    moves = np.array([[3.0], [1.0], [-1.0], [-3.0]])
    unit, stratum_of = design.units(np.array(["a", "a", "b", "c"]), np.array(["1", "2", "1", "1"]))
    # Stratum a: 2/(2-1) * (1 + 1) = 4; b and c alone, about the mean 0: 1 and 9.
    assert design.covariance(moves, unit, stratum_of)[0, 0] == pytest.approx(14.0, abs=1e-12)


def test_nothing_is_known_of_a_variance_where_no_stratum_has_two_units():
    unit, stratum_of = design.units(np.array(["a", "a", "b"]), np.array(["1", "1", "1"]))
    assert int(design.freedom(unit, stratum_of)) == 0
    assert np.isnan(design.covariance(np.array([[1.0], [2.0], [-3.0]]), unit, stratum_of)).all()


def test_equal_weights_without_a_design_give_the_usual_standard_error():
    x = np.random.default_rng(1).normal(size=40)
    _, error, *_ = drawn(x, np.full(40, 7.0))
    assert error == pytest.approx(x.std(ddof=1) / np.sqrt(40), rel=1e-12)


def test_a_mean_of_nobody_is_missing_and_moves_nothing():
    mean, moves = design.influence(np.full((3, 1), np.nan), np.ones(3))
    assert np.isnan(mean).all()
    assert (moves == 0).all()
