"""Means of items with gaps, against numpy and simulation."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.ranking.means import estimates, pooled, scores


def test_without_gaps_the_covariance_is_the_usual_one():
    numbers = np.random.default_rng(0).normal(size=(30, 4))

    mean, covariance = estimates(numbers)

    np.testing.assert_allclose(mean, numbers.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(covariance, np.cov(numbers.T) / 30, rtol=1e-10)


def test_with_gaps_the_covariance_is_that_of_repeated_samples_and_no_variance_is_negative():
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(4000, 60, 1)) + rng.normal(size=(4000, 60, 3))
    numbers[rng.random(numbers.shape) < [0.0, 0.3, 0.6]] = np.nan
    means = np.nanmean(numbers, axis=1)

    average = np.mean([estimates(sample)[1] for sample in numbers], axis=0)

    # Three Monte Carlo errors of 4,000 repetitions: 0.001 for a covariance, 0.002 for the largest variance.
    np.testing.assert_allclose(average, np.cov(means.T), atol=0.004)
    first = numbers[0]
    usual = np.nanvar(first, axis=0, ddof=1) / (~np.isnan(first)).sum(axis=0)
    np.testing.assert_allclose(np.diag(estimates(first)[1]), usual, rtol=1e-12)
    assert np.linalg.eigvalsh(estimates(numbers[0])[1]).min() > -1e-15


def test_people_who_answered_nothing_do_not_count():
    numbers = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 2.0]])
    padded = np.vstack([numbers, np.full((5, 2), np.nan)])

    for with_them, without in zip(estimates(padded), estimates(numbers), strict=True):
        np.testing.assert_allclose(with_them, without, rtol=1e-14)


@pytest.mark.parametrize("rows", [0, 1])
def test_fewer_than_two_people_have_no_covariance(rows):
    assert np.isnan(estimates(np.ones((rows, 2)))[1]).all()


def test_groups_weigh_the_same_whatever_their_size():
    rng = np.random.default_rng(2)
    small, large = rng.normal(0, 1, (20, 2)), rng.normal(1, 1, (500, 2))

    mean, covariance, n = pooled([small, large])

    np.testing.assert_allclose(mean, (small.mean(axis=0) + large.mean(axis=0)) / 2, rtol=1e-12)
    expected = (np.cov(small.T) / 20 + np.cov(large.T) / 500) / 4
    np.testing.assert_allclose(covariance, expected, rtol=1e-10)
    assert 20 <= n < 40  # Satterthwaite: nearly all variance is that of the small group


def test_a_group_with_few_answers_to_an_item_does_not_enter_for_that_item():
    large, small = np.tile([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], (10, 1)), np.ones((10, 2))

    mean, _, _ = pooled([large, small])

    np.testing.assert_allclose(mean, [1 / 3, 2 / 3], rtol=1e-12)


def test_missing_kinds_are_no_scores():
    answers = pd.DataFrame({"q": [5, 4, 3, 0, -1, -2, -3, -4]}, dtype="int8")
    items = pd.DataFrame({"top_from": [4]}, index=["q"])
    before = answers.copy()

    np.testing.assert_array_equal(scores(answers, items).ravel(), [1, 1, 0, *[np.nan] * 5])
    np.testing.assert_array_equal(scores(answers, items, by="mean").ravel(), [5, 4, 3, *[np.nan] * 5])
    pd.testing.assert_frame_equal(answers, before)


def test_unknown_measures_and_items_are_named():
    items = pd.DataFrame({"top_from": [4]}, index=["q"])
    with pytest.raises(ValueError, match="median"):
        scores(pd.DataFrame({"q": [1]}), items, by="median")
    with pytest.raises(KeyError, match="q"):
        scores(pd.DataFrame({"r": [1]}), items)


def test_weights_multiply_the_influence_of_each_respondent():
    rng = np.random.default_rng(11)
    x = np.where(rng.random((40, 3)) < 0.2, np.nan, rng.integers(0, 2, (40, 3)))
    w = rng.uniform(0.5, 4, 40)
    mean, covariance = estimates(x, w)
    psi = np.zeros((40, 3))
    for j in range(3):
        m = ~np.isnan(x[:, j])
        assert mean[j] == pytest.approx(np.average(x[m, j], weights=w[m]), rel=1e-12)
        psi[m, j] = w[m] * (x[m, j] - mean[j]) / w[m].sum() * np.sqrt(m.sum() / (m.sum() - 1))
    assert covariance == pytest.approx(psi.T @ psi, rel=1e-10)


def test_equal_weights_are_no_weights():
    x = np.random.default_rng(12).integers(0, 2, (30, 4)).astype(float)
    for plain, heavy in zip(estimates(x), estimates(x, np.full(30, 7.0)), strict=True):
        assert heavy == pytest.approx(plain, rel=1e-12)
