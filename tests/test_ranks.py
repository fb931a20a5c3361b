"""Rank sets against R, in cases with a known answer, and by their coverage."""

import golden
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.stats.ranking.means import estimates
from trustgap.stats.ranking.ranks import holm_sets, rank_sets, top_sets

SURVEYS = [
    "bfi_25_items",
    "turkiye_28_items_class2",
    "turkiye_28_items_class2_top2box",
    "gss2010_13_institutions",
]


def case(shared, name):
    """Give estimate, covariance and R's result of a golden case."""
    stored = golden.entry(shared, "15", name)
    if name.startswith("pisa"):
        result = stored["result"]
        return np.array(result["est"]), np.diag(np.square(result["se"])), result
    numbers = golden.rows(shared, stored["select"])[stored["items"]].to_numpy(float)
    if "cut" in stored:
        numbers = (numbers >= stored["cut"]).astype(float)
    return *estimates(numbers), stored["result"]


@pytest.mark.parametrize("name", [*SURVEYS, "pisa2018_math_independent"])
def test_holm_sets_equal_those_of_r(shared, name):
    estimate, covariance, expected = case(shared, name)

    together = holm_sets(estimate, covariance)
    alone = holm_sets(estimate, covariance, marginal=True)

    assert together["rank"].tolist() == expected["rank"]
    assert together[["low", "high"]].to_numpy().tolist() == expected["simultaneous_holm"]
    assert alone[["low", "high"]].to_numpy().tolist() == expected["marginal_holm"]


@pytest.mark.parametrize("name", [*SURVEYS, "pisa2018_math_independent"])
def test_simulated_sets_lie_within_one_rank_of_those_of_r(shared, name):
    estimate, covariance, expected = case(shared, name)
    theirs = np.array(expected["simultaneous_maxt_normal"]["set"])

    found = rank_sets(estimate, covariance, n=np.inf, seed=1, draws=20_000)[["low", "high"]].to_numpy()

    # R's reference is one step without the step-down, so ours may be narrower, by a rank or two.
    assert (found[:, 0] >= theirs[:, 0] - 1).all()
    assert (found[:, 1] <= theirs[:, 1] + 1).all()
    assert np.abs(found - theirs).max() <= 2
    assert (np.abs(found - theirs) <= 1).mean() > 0.95


def test_without_uncertainty_every_set_is_the_rank_itself():
    estimate = np.array([0.3, 0.9, 0.5, 0.1])

    found = rank_sets(estimate, 1e-14 * np.eye(4), n=1000, seed=1)

    assert found["rank"].tolist() == [3, 1, 2, 4]
    assert found["low"].tolist() == found["high"].tolist() == [3, 1, 2, 4]
    assert top_sets(estimate, 1e-14 * np.eye(4), n=1000, seed=1, tau=[2])[2].tolist() == [
        False,
        True,
        True,
        False,
    ]


def test_equal_means_leave_every_rank_open():
    found = rank_sets(np.full(5, 0.4), 1e-3 * np.eye(5), n=100, seed=1)

    assert found["rank"].tolist() == [1] * 5
    assert found["low"].tolist() == [1] * 5
    assert found["high"].tolist() == [5] * 5


def test_identical_items_are_never_told_apart():
    numbers = np.random.default_rng(1).integers(0, 2, (80, 1)).astype(float)
    estimate, covariance = estimates(np.hstack([numbers, numbers, np.ones((80, 1)), np.ones((80, 1))]))

    found = rank_sets(estimate, covariance, n=80, seed=1)
    holm = holm_sets(estimate, covariance, n=80)

    for sets in (found, holm):
        assert sets["low"].tolist() == [3, 3, 1, 1]
        assert sets["high"].tolist() == [4, 4, 2, 2]


@given(seed=st.integers(0, 10_000))
def test_another_order_of_the_items_gives_the_same_sets(seed):
    rng = np.random.default_rng(seed)
    estimate, covariance = estimates(rng.normal(np.linspace(0, 1, 6), 1, (40, 6)))
    order = rng.permutation(6)
    again = estimate[order], covariance[np.ix_(order, order)]

    sets = rank_sets(estimate, covariance, n=40, seed=3, draws=300)
    tops = top_sets(estimate, covariance, n=40, seed=3, draws=300)

    assert rank_sets(*again, n=40, seed=3, draws=300).to_numpy().tolist() == sets.to_numpy()[order].tolist()
    assert top_sets(*again, n=40, seed=3, draws=300).to_numpy().tolist() == tops.to_numpy()[order].tolist()


@given(seed=st.integers(0, 10_000), n=st.integers(5, 200))
def test_sets_contain_the_rank_and_the_tops_are_nested(seed, n):
    rng = np.random.default_rng(seed)
    estimate, covariance = estimates(rng.normal(np.linspace(0, 1.5, 7), 1, (n, 7)))

    sets = rank_sets(estimate, covariance, n=n, seed=3, draws=300)
    tops = top_sets(estimate, covariance, n=n, seed=3, draws=300)

    assert (sets["low"] <= sets["rank"]).all()
    assert (sets["rank"] <= sets["high"]).all()
    for places in (1, 3, 5):
        assert (tops[places] <= (sets["low"] <= places)).all()
        assert tops[places].to_numpy()[(sets["rank"] <= places).to_numpy()].all()
    assert (tops[1] <= tops[3]).all()
    assert (tops[3] <= tops[5]).all()


def test_a_wider_confidence_and_a_small_sample_widen_the_sets():
    estimate, covariance = np.linspace(0, 1, 8), 0.02 * np.eye(8)
    width = [
        (lambda sets: (sets["high"] - sets["low"]).sum())(
            rank_sets(estimate, covariance, n=n, seed=1, confidence=confidence)
        )
        for n, confidence in ((1000, 0.8), (1000, 0.99), (6, 0.99))
    ]

    assert width[0] < width[1] < width[2]


@pytest.mark.parametrize("truth", [np.zeros(12), np.repeat([0, 0.35, 0.7], 4), np.linspace(0, 3, 12)])
def test_all_true_ranks_are_covered_together_and_so_is_the_true_top(truth):
    rng, reps, n = np.random.default_rng(20), 200, 60
    low_rank = 1 + (truth[:, None] < truth).sum(axis=1)
    common = np.sqrt(0.4) * rng.normal(size=(reps, n, 1))
    people = truth + common + np.sqrt(0.6) * rng.normal(size=(reps, n, 12))

    covered = top = 0
    for sample in people:
        estimate, covariance = estimates(sample)
        sets = rank_sets(estimate, covariance, n=n, seed=1, draws=500)
        # Items with equal means share a rank: 1 + the number of items truly above.
        covered += ((sets["low"] <= low_rank) & (low_rank <= sets["high"])).all()
        tops = top_sets(estimate, covariance, n=n, seed=1, draws=500, tau=[3])[3].to_numpy()
        top += tops[low_rank <= 3].all()

    least = 0.95 - 3 * np.sqrt(0.95 * 0.05 / reps)
    assert covered / reps >= least
    assert top / reps >= least


def test_covariance_between_items_narrows_the_sets():
    rng = np.random.default_rng(5)
    sample = np.linspace(0, 1, 10) + 2 * rng.normal(size=(100, 1)) + 0.5 * rng.normal(size=(100, 10))
    estimate, covariance = estimates(sample)

    full = rank_sets(estimate, covariance, n=100, seed=1)
    diagonal = rank_sets(estimate, np.diag(np.diag(covariance)), n=100, seed=1)

    assert (full["high"] - full["low"]).sum() < 0.5 * (diagonal["high"] - diagonal["low"]).sum()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"estimate": np.array([1.0]), "covariance": np.eye(1)}, "two items"),
        ({"estimate": np.array([1.0, np.nan])}, "missing"),
        ({"confidence": 1.0}, "confidence"),
    ],
)
def test_what_cannot_be_ranked_is_named(change, words):
    arguments = {"estimate": np.array([0.0, 1.0]), "covariance": np.eye(2), "n": 10, "seed": 1} | change
    estimate, covariance = arguments.pop("estimate"), arguments.pop("covariance")

    with pytest.raises(ValueError, match=words):
        rank_sets(estimate, covariance, **arguments)
    with pytest.raises(ValueError, match="tau"):
        top_sets(np.array([0.0, 1.0]), np.eye(2), n=10, seed=1, tau=[0])


def test_pairs_already_decided_make_room_for_a_close_one():
    # Ten independent items: the first step needs t = 3.16 (studentised range 4.47 / √2, table of the 5%
    # points); with 44 of 45 pairs decided about 2.9 is enough. The close pair has 3.04.
    estimate = np.array([0, 3.04 * np.sqrt(2), *np.arange(1, 9) * 100.0])

    found = rank_sets(estimate, np.eye(10), n=np.inf, seed=1, draws=20_000)

    assert found["low"].tolist() == found["high"].tolist() == found["rank"].tolist()
    nearer = rank_sets(estimate * [1, 0.9, *[1] * 8], np.eye(10), n=np.inf, seed=1, draws=20_000)
    assert nearer["low"].tolist()[:2] == [9, 9]


def test_the_top_one_is_smaller_than_the_rank_sets_imply_where_many_are_clearly_out():
    # Only pairs within the top matter once the rest is out, so a t of 2.8 excludes the second.
    estimate = np.array([1000 + 2.8 * np.sqrt(2), 1000, *np.arange(1, 9) * 100.0])

    top = top_sets(estimate, np.eye(10), n=np.inf, seed=1, tau=[1], draws=20_000)

    assert top[1].tolist() == [True, *[False] * 9]
    assert rank_sets(estimate, np.eye(10), n=np.inf, seed=1, draws=20_000)["low"][1] == 1
