"""Missing answers filled in: who lends what, who is left alone, and whether truth is found again."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.imputation.mice import MICEData

from trustgap.stats import counts as cells
from trustgap.stats.missingness.imputation import completed, imputed

ITEMS = pd.DataFrame({"k": 5}, index=list("abcd"))


def people(n, *, seed=3, rho=0.7, items=4):
    """Draw answers that go together: a normal quantity, cut into five."""
    random = np.random.default_rng(seed)
    shape = np.full((items, items), rho) + (1 - rho) * np.eye(items)
    hidden = random.multivariate_normal(np.zeros(items), shape, size=n)
    return 1 + (hidden[..., None] > np.array([-1.2, -0.4, 0.3, 1.2])).sum(axis=-1)


def lose(codes, *, seed=4, column=0, kind="dont_know"):
    """Let those who answer high to the second item leave one item out more often than others."""
    gone = np.random.default_rng(seed).random(len(codes)) < np.where(codes[:, 1] >= 3, 0.4, 0.1)
    left = codes.copy()
    left[gone, column] = cells.MISSING[kind]
    return left, gone


def canonical(codes, **keys):
    named = {"area": "X1", "wave": "1", "group": "g"} | keys
    return pd.DataFrame(codes, columns=list("abcd")[: codes.shape[1]]).assign(**named)


def chance():
    return np.random.default_rng(1)


def test_an_answer_that_the_others_determine_is_found():
    truth = np.tile([1, 2, 3, 4, 5], 20)
    codes = np.column_stack([truth, truth, 6 - truth])
    codes[::9, 0] = 0

    found = completed(codes, random=chance())

    assert list(found) == [0]
    assert (found[0] == truth[::9]).all()


def test_only_answers_that_somebody_gave_are_lent():
    codes, gone = lose(people(300))
    codes[codes == 2] = 3

    lent = completed(codes, random=chance())[0]

    assert lent.shape == (20, gone.sum())
    assert set(np.unique(lent)) <= {1, 3, 4, 5}


def test_draws_differ_from_each_other_and_not_from_run_to_run():
    codes, _ = lose(people(120))
    one, again = (completed(codes, random=np.random.default_rng([5, 6]))[0] for _ in range(2))

    assert (one == again).all()
    assert len({tuple(draw) for draw in one}) == 20


def test_counts_of_every_draw_hold_everybody_who_was_asked():
    codes, gone = lose(people(120))
    answers = canonical(codes)
    counts = cells.tally(answers, ITEMS)
    before = counts.copy(), answers.copy()
    versions = imputed(counts, answers, ITEMS, draws=4, seed=7)

    assert len(versions) == 4 * len(counts)
    assert (cells.valid(versions) == 120).all()
    assert versions["dont_know"].sum() == 0
    assert counts.loc[counts["item"].eq("a"), "dont_know"].item() == gone.sum() > 20
    observed = versions[versions["item"].ne("a")].drop(columns="draw").reset_index(drop=True)
    whole = counts[counts["item"].ne("a")]
    pd.testing.assert_frame_equal(observed, pd.concat([whole] * 4, ignore_index=True))
    for kept, given in zip(before, (counts, answers), strict=True):
        pd.testing.assert_frame_equal(kept, given)


def test_who_was_not_asked_is_never_imputed():
    codes, _ = lose(people(120))
    codes[:50, 0] = cells.MISSING["not_asked"]
    answers = canonical(codes)
    versions = imputed(cells.tally(answers, ITEMS), answers, ITEMS, draws=3)

    asked = versions[versions["item"].eq("a")]
    assert (asked["not_asked"] == 50).all()
    assert (cells.valid(asked) == 70).all()


def few(codes):
    return codes[:20]


def alike(codes):
    return np.column_stack([np.where(codes[:, 0] > 0, 3, codes[:, 0]), codes[:, 1:]])


def nobody(codes):
    return np.column_stack([np.zeros(len(codes), int), codes[:, 1:]])


def own(codes):
    return np.column_stack([np.full(len(codes), -1), codes[:, 1:]])


@pytest.mark.parametrize("case", [few, alike, nobody, own])
def test_what_cannot_be_learnt_is_left_alone(case):
    codes = case(lose(people(60))[0])
    answers = canonical(codes)
    counts = cells.tally(answers, ITEMS)
    versions = imputed(counts, answers, ITEMS, draws=2)

    for draw in (0, 1):
        same = versions[versions["draw"].eq(draw)].drop(columns="draw").reset_index(drop=True)
        pd.testing.assert_frame_equal(same, counts)


def test_questions_answered_alike_do_no_harm():
    codes, _ = lose(people(80))
    twice = np.column_stack([codes, codes[:, 1], codes[:, 1]])

    assert completed(twice, random=chance())[0].shape[0] == 20


def test_groups_are_filled_in_from_their_own_answers_only():
    low, high = (np.column_stack([np.tile([score, score + 1], 30)] * 4) for score in (1, 4))
    low[:9, 0] = high[:9, 0] = 0
    answers = pd.concat([canonical(low), canonical(high, group="h")], ignore_index=True)
    versions = imputed(cells.tally(answers, ITEMS), answers, ITEMS, draws=3)
    here = versions[versions["item"].eq("a") & versions["group"].eq("g")]

    assert (here[[1, 2]].sum(axis=1) == 60).all()


def test_a_missing_column_is_named():
    answers = canonical(people(30))
    with pytest.raises(KeyError, match="'a'"):
        imputed(cells.tally(answers, ITEMS), answers.drop(columns="a"), ITEMS)


def test_the_mean_is_found_again_where_those_who_know_more_say_less():
    complete_case, filled = [], []
    for seed in range(40):
        whole = people(200, seed=seed)
        codes, gone = lose(whole, seed=100 + seed)
        lent = completed(codes, random=np.random.default_rng(seed))[0]
        truth = whole[:, 0].mean()
        complete_case.append(codes[~gone, 0].mean() - truth)
        filled.append((codes[~gone, 0].sum() + lent.sum(axis=1).mean()) / 200 - truth)

    assert np.mean(complete_case) < -0.1
    assert abs(np.mean(filled)) < 3 * np.std(filled) / np.sqrt(40) + 0.01
    # Draws, not the one best guess: people with one and the same prediction are lent different answers.
    assert lent.std(axis=0).mean() > 0.3


def test_the_library_that_does_the_same_for_one_group_finds_the_same_mean():
    whole = people(400, seed=11)
    codes, gone = lose(whole, seed=12)
    ours = completed(codes, random=chance())[0].mean()

    np.random.seed(13)  # noqa: NPY002 - MICEData draws from the global stream
    data = MICEData(pd.DataFrame(np.where(codes > 0, codes, np.nan), columns=list("abcd")), k_pmm=5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        theirs = [data.next_sample()["a"].to_numpy()[gone].mean() for _ in range(20)]

    # The mean of 20 draws has a standard error of a fifth of the spread between draws.
    assert ours == pytest.approx(np.mean(theirs), abs=4 * np.sqrt(2 / 20) * np.std(theirs))
    assert np.std(theirs) < 0.15
