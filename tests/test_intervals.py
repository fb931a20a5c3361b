"""Wilson, one group or many, Newcombe and the score test against R, publications and symmetries."""

import golden
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.stats.shares.intervals import newcombe, score_p, stratified_wilson, wilson
from trustgap.stats.shares.mover import mover_difference

TABLES = ["newcombe1998_table", "apha_stay_trust_vs_csu", "apha_primary_vs_other_small"]


@pytest.mark.parametrize("part", ["conf95", "conf90_99"])
def test_wilson_matches_r(shared, part):
    for row in golden.case(shared, "05", "single_proportions")[part]:
        low, high = wilson(row["x"], row["n"], confidence=row["conf"])
        assert [low, high] == pytest.approx(row["wilson"], abs=1e-8)


@pytest.mark.parametrize("name", TABLES)
def test_newcombe_and_the_score_test_match_r(shared, name):
    found = golden.case(shared, "05", name)
    for row in found if isinstance(found, list) else [found]:
        (x_a, x_b), (n_a, n_b) = row["x"], row["n"]
        assert list(newcombe(x_a, n_a, x_b, n_b)) == pytest.approx(row["newcombe_method10"], abs=1e-8)
        p = row["prop.test"]["p"]
        assert np.isnan(p) or score_p(x_a, n_a, x_b, n_b) == pytest.approx(p, abs=1e-8)


def test_newcombe_at_90_percent_matches_r(shared):
    row = golden.case(shared, "13", "gss_top_sex_2010_prop_0.1")
    (x_a, x_b), (n_a, n_b) = row["x"], row["n"]
    limits = newcombe(x_a, n_a, x_b, n_b, confidence=0.9)
    assert sorted(map(abs, limits)) == pytest.approx(sorted(map(abs, row["newcombe90"])), abs=1e-8)


def test_newcombe_matches_the_published_table():
    # Newcombe (1998), Table II, method 10: 56/70 v 48/80, printed to four decimals.
    assert list(newcombe(56, 70, 48, 80)) == pytest.approx([0.0524, 0.3339], abs=5e-5)


def test_an_empty_base_has_no_limits_and_an_extreme_share_touches_the_edge():
    low, high = wilson([0, 0, 7], [0, 7, 7])
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[2]) == (0, 1)
    assert np.isnan(newcombe(0, 0, 1, 2)).all()
    assert np.isnan(score_p(0, 0, 1, 2))
    assert score_p(0, 5, 0, 9) == 1


@given(n=st.integers(1, 400), share=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_wilson_brackets_the_share_and_mirrors(n, share, level):
    x = round(share * n)
    low, high = map(float, wilson(x, n, confidence=level))
    mirrored = map(float, wilson(n - x, n, confidence=level))
    assert 0 <= low <= x / n + 1e-12
    assert x / n - 1e-12 <= high <= 1
    assert [1 - high, 1 - low] == pytest.approx(list(mirrored), abs=1e-12)


@given(x=st.integers(0, 30), y=st.integers(0, 30))
def test_newcombe_changes_sign_when_the_groups_change_places(x, y):
    low, high = newcombe(x, 30, y, 40)
    assert [-high, -low] == pytest.approx(list(newcombe(y, 40, x, 30)), abs=1e-12)


def test_stratified_wilson_matches_the_r_package_tern():
    # The tests of its prop_strat_wilson(), to seven digits: 100 answers in six strata of equal weight, 90%.
    x, n = [12, 7, 5, 9, 8, 8], [22, 18, 17, 17, 14, 12]
    limits = stratified_wilson(np.full(6, 1 / 6), x, n, confidence=0.9)
    assert list(limits) == pytest.approx([0.4190436, 0.5789733], abs=5e-8)


@given(n=st.integers(1, 400), share=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_stratified_wilson_of_one_group_is_wilson(n, share, level):
    x = round(share * n)
    single = wilson(x, n, confidence=level)
    assert stratified_wilson([1.0], [x], [n], confidence=level) == single
    # A group of weight 0 does not matter, not even if it is empty.
    assert stratified_wilson([1.0, 0.0], [x, 0], [n, 0], confidence=level) == single


def test_stratified_wilson_mirrors_and_reaches_the_edge_only_where_all_groups_do():
    weights, x, n = [0.2, 0.8], np.array([10, 12]), np.array([10, 30])
    low, high = map(float, stratified_wilson(weights, x, n))
    mirrored = map(float, stratified_wilson(weights, n - x, n))
    assert [1 - high, 1 - low] == pytest.approx(list(mirrored), abs=1e-12)
    assert high < 1
    low, high = stratified_wilson(weights, n, n)
    # Nothing varies: each group keeps its own lower limit n / (n + z²), z = 1.959964.
    assert (low, high) == (pytest.approx(0.2 * 10 / 13.841459 + 0.8 * 30 / 33.841459, abs=1e-7), 1)


def test_stratified_wilson_without_weights_or_answers_has_no_limits():
    assert np.isnan(stratified_wilson([0, 0], [1, 2], [3, 4])).all()
    assert np.isnan(stratified_wilson([0.5, 0.5], [1, 0], [3, 0])).all()


def test_wrong_counts_and_levels_are_refused():
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 4, confidence=95)


def test_wilson_and_newcombe_cover_as_often_as_the_exact_calculation_says():
    # Mean coverage over p at n = 11 by exact enumeration: Wilson .953, Newcombe (11, 11) .952.
    random = np.random.default_rng(11)
    p, q = random.random((2, 20_000))
    x, y = random.binomial(11, p), random.binomial(11, q)
    low, high = wilson(x, 11)
    assert np.mean((low <= p) & (p <= high)) == pytest.approx(0.953, abs=3 * np.sqrt(0.95 * 0.05 / 20_000))
    low, high = newcombe(x, 11, y, 11)
    covered = np.mean((low <= p - q) & (p - q <= high))
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 2_000))


SMALL = np.array([43, 43, 15, 22])


@pytest.mark.parametrize(
    "shares", [(0.9, 0.7, 0.5, 0.3), (0.9,) * 4, (0.5,) * 4], ids=["mixed", "high", "half"]
)
def test_limits_of_four_small_groups_together_cover_as_often_as_they_promise(shares):
    # MOVER on Wilson limits covers 93.0% (one side, high) and 93.6% (difference, half) here.
    rng, reps, p = np.random.default_rng(12), 20_000, np.array(shares)
    least = 0.95 - 3 * np.sqrt(0.95 * 0.05 / reps)
    weights = SMALL / SMALL.sum()
    hits = [rng.binomial(SMALL, p, (reps, 4)) for _ in range(2)]
    limits = [stratified_wilson(weights, x, SMALL) for x in hits]
    whole = [x / SMALL @ weights for x in hits]

    low, high = limits[0]
    assert least <= np.mean((low <= weights @ p) & (weights @ p <= high)) < 0.97
    low, high = mover_difference(whole[0], limits[0], whole[1], limits[1])
    assert least <= np.mean((low <= 0) & (high >= 0)) < 0.975
