"""One common factor and McDonald's omega against R, and against their definitions."""

import golden
import numpy as np
import pytest

from trustgap.stats.batteries.factor import omega, one_factor

CASES = ["bfi_agreeableness", "bfi_neuroticism", "gss2010_13_institutions", "apha_support_scale"]


def scores_of(shared, name):
    stored = golden.entry(shared, "10", name)
    return golden.rows(shared, stored["select"])[stored["items"]].to_numpy(float)


@pytest.mark.parametrize("name", CASES)
def test_omega_and_its_factor_equal_those_of_r(shared, name):
    result = golden.case(shared, "10", name)
    scores = scores_of(shared, name)

    estimate, low, high = omega(scores)
    loadings, own = one_factor(np.corrcoef(scores.T))

    # lavaan and psych::fa stop a little before the top of the likelihood.
    assert estimate == pytest.approx(result["lavaan_1factor"]["omega_unstd"], abs=1e-6)
    assert loadings == pytest.approx(result["loadings_ml"], abs=1e-5)
    of_correlations = loadings.sum() ** 2 / (loadings.sum() ** 2 + own.sum())
    assert of_correlations == pytest.approx(result["omega_1factor_ml_corr"], abs=1e-6)
    assert low < estimate < high


def test_the_limits_of_omega_are_those_of_a_jackknife(shared):
    scores = scores_of(shared, "apha_support_scale")
    n = len(scores)
    without = np.array([omega(np.delete(scores, one, axis=0))[0] for one in range(n)])
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())

    estimate, low, high = omega(scores)

    # On the scale of log(1 - omega) the limits lie t standard errors from the estimate.
    reach = 1.97014 * error / (1 - estimate)
    assert np.log((1 - low) / (1 - estimate)) == pytest.approx(reach, rel=0.02)
    assert np.log((1 - estimate) / (1 - high)) == pytest.approx(reach, rel=0.02)


def test_a_matrix_of_one_factor_is_taken_apart_exactly():
    loadings = np.array([0.9, 0.7, 0.6, 0.4, -0.3])
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1)

    found, own = one_factor(correlation)

    assert found == pytest.approx(loadings, abs=1e-8)
    assert own == pytest.approx(1 - loadings**2, abs=1e-8)


def test_no_factor_is_given_where_one_question_would_be_the_factor():
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.2], [0.9, 0.2, 1]])
    twins = np.random.default_rng(2).integers(1, 6, (60, 3))[:, [0, 0, 1, 2]]

    assert one_factor(heywood) is None
    assert np.isnan(omega(twins)).all()


def test_units_matter_to_omega_only_as_they_matter_to_the_sum():
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))

    assert omega(10 * scores + 3) == pytest.approx(omega(scores), abs=1e-9)
    assert omega(scores * [1, 1, 1, 20])[0] != pytest.approx(omega(scores)[0], abs=0.01)
