"""Mokken's H and item-rest correlations against R and their definitions."""

import golden
import numpy as np
import pytest

from trustgap.stats.batteries.homogeneity import homogeneity

CASES = ["bfi_agreeableness", "bfi_neuroticism", "gss2010_13_institutions", "apha_support_scale"]


def of(scores, *, draws=200, seed=1):
    kinds, sizes = np.unique(scores, axis=0, return_counts=True)
    return homogeneity(kinds, sizes, draws=draws, stream=np.random.default_rng(seed))


def loevinger(scores):
    """Divide covariances by those of the sorted answers, pair by pair: the largest there can be."""
    k = scores.shape[1]
    pairs = [(i, j) for i in range(k) for j in range(k) if i != j]
    own = {pair: np.cov(scores[:, pair[0]], scores[:, pair[1]])[0, 1] for pair in pairs}
    most = {(i, j): np.cov(np.sort(scores[:, i]), np.sort(scores[:, j]))[0, 1] for i, j in pairs}
    each = [
        sum(own[p] for p in pairs if p[0] == i) / sum(most[p] for p in pairs if p[0] == i) for i in range(k)
    ]
    return sum(own.values()) / sum(most.values()), each


@pytest.mark.parametrize("name", CASES)
def test_item_rest_correlations_equal_those_of_r_and_h_its_definition(shared, name):
    stored = golden.entry(shared, "10", name)
    scores = golden.rows(shared, stored["select"])[stored["items"]].to_numpy(int)

    h, rest, each = of(scores, draws=20)

    assert rest[:, 0] == pytest.approx(list(golden.case(shared, "10", name)["r_drop"].values()), abs=1e-8)
    whole, by_item = loevinger(scores)
    assert h[0, 0] == pytest.approx(whole, abs=1e-10)
    assert each[:, 0] == pytest.approx(by_item, abs=1e-10)


def test_a_perfect_order_of_questions_has_an_h_of_one_and_independent_ones_of_about_nothing():
    ordered = np.array([[1, 1, 1], [2, 1, 1], [2, 2, 1], [2, 2, 2]] * 10)
    every = np.array([[a, b, c] for a in (1, 2) for b in (1, 2) for c in (1, 2)] * 8)

    assert of(ordered)[0][0, 0] == pytest.approx(1)
    h, rest, each = of(every)
    assert h[0, 0] == pytest.approx(0, abs=1e-12)
    assert [*rest[:, 0], *each[:, 0]] == pytest.approx([0] * 6, abs=1e-12)


def test_a_reversed_question_has_negative_coefficients():
    scores = np.array([[1, 1, 5], [2, 2, 5], [3, 3, 3], [4, 5, 2], [5, 4, 2]] * 8)

    h, rest, each = of(scores)

    assert rest[2, 2] < 0
    assert each[2, 0] < 0
    assert h[0, 0] < 0.3


def test_where_the_other_questions_add_up_to_a_constant_that_question_has_no_correlation():
    scores = np.array([[1, 1, 5], [2, 2, 4], [3, 3, 3], [4, 5, 2], [5, 4, 1]] * 8)

    _, rest, each = of(scores)

    assert np.isnan(rest[1]).all()
    assert not np.isnan([*rest[[0, 2]].ravel(), *each.ravel()]).any()


def test_limits_hold_the_estimate_and_narrow_with_more_answers():
    rng = np.random.default_rng(3)
    few = np.clip(np.round(rng.normal(3, 1, (80, 1)) + rng.normal(0, 1, (80, 4))), 1, 5).astype(int)

    narrow, wide = of(np.tile(few, (9, 1)))[0][0], of(few)[0][0]

    assert wide[1] < wide[0] < wide[2] < 1
    assert (wide[2] - wide[1]) / (narrow[2] - narrow[1]) == pytest.approx(3, rel=0.25)


def test_the_interval_of_h_holds_the_truth_where_many_give_one_answer_throughout():
    # Percentiles of the draws lie above H in about 15% of these surveys.
    rng = np.random.default_rng(11)
    cuts, loading = [-1.5, -0.5, 0.5, 1.5], 0.7

    def survey(n):
        latent = loading * rng.normal(size=(n, 1)) + np.sqrt(1 - loading**2) * rng.normal(size=(n, 5))
        scores = np.searchsorted(cuts, latent) + 1
        alike = rng.random(n) < 0.3
        scores[alike] = scores[alike][:, :1]
        return scores

    truth = loevinger(survey(200_000))[0]
    limits = np.array([of(survey(60), draws=200, seed=s)[0][0, 1:] for s in range(300)])

    above = (limits[:, 0] > truth).mean()
    # Nominal 0.025; three standard errors of 300 surveys are 0.027.
    assert above <= 0.055
    assert ((limits[:, 0] <= truth) & (truth <= limits[:, 1])).mean() >= 0.91
