"""The analyses that only claims need: all relationships together, looseness, any difference at all."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.claims import ties
from trustgap.stats.claims.differ import some_differ
from trustgap.stats.claims.looseness import looser
from trustgap.stats.counts import tally
from trustgap.stats.orders.ordinal import theta
from trustgap.stats.trust import dyads

PLACE = {"area": "X1", "wave": "1"}
RATED = pd.DataFrame({"team": ["s", "t", "u"], "top_from": 4}, index=["p", "q", "r"])


def people(n=60, groups=("a", "b"), seed=0, shift=(0, 0, 0)):
    rng = np.random.default_rng(seed)
    parts = []
    for group in groups:
        own = rng.normal(size=(n, 1))
        scores = np.clip(np.rint(3 + own + rng.normal(size=(n, 3)) + shift), 1, 5).astype(int)
        parts.append(pd.DataFrame(scores, columns=list("pqr")).assign(group=group, **PLACE))
    return pd.concat(parts, ignore_index=True)


def test_means_and_their_covariance_are_those_of_numpy_and_groups_are_independent():
    answers = people()
    rows, covariance = ties.means(answers, RATED, **PLACE)
    first = answers[answers["group"].eq("a")][list("pqr")]
    assert rows["estimate"][:3].tolist() == pytest.approx(first.mean().tolist())
    assert covariance[:3, :3] == pytest.approx(np.cov(first.T.to_numpy()) / 60)
    assert not covariance[:3, 3:].any()


def test_a_group_of_few_has_its_row_and_no_mean_and_one_never_asked_has_none():
    answers = pd.concat([people(groups=("a",)), people(n=10, groups=("b",)).assign(r=-1)])
    rows, covariance = ties.means(answers, RATED, **PLACE)
    assert rows["group_a"].tolist() == list("aaabb")
    assert rows["reason"].tolist() == ["", "", "", "n_lt_min", "n_lt_min"]
    assert covariance.shape == (3, 3)
    nobody = ties.means(answers.head(0), RATED, **PLACE)[0]
    assert nobody.empty
    found = ties.weakest(nobody, np.empty((0, 0)), places=1, seed=1)
    assert found.empty


def test_the_weakest_tie_is_found_and_its_name_is_group_and_item():
    answers = people(n=200, shift=(0, -1.2, 1.2))
    rows = ties.weakest(*ties.means(answers, RATED, **PLACE), places=2, seed=1)
    could = rows[rows["estimand"].eq("top_2") & rows["estimate"].eq(1)]
    assert set(could["tie"]) == {("a", "q"), ("b", "q")}
    ranks = rows[rows["estimand"].eq("rank")].set_index("tie")
    assert ranks.loc[[("a", "q"), ("b", "q")], "conf_high"].tolist() == [2, 2]


def test_ties_that_all_score_alike_have_no_order():
    answers = people().assign(p=3, q=3, r=3)
    rows = ties.weakest(*ties.means(answers, RATED, **PLACE), places=1, seed=1)
    assert set(rows["reason"]) == {"constant"}
    found = ties.uneven(*ties.means(answers, RATED, **PLACE), within=0.25)
    assert (found["reason"].item(), found["verdict"].item()) == ("constant", "cannot_say")


def means(values, n=100):
    frame = pd.DataFrame({"estimate": values, "group_a": "a", "target": "t", "n_a": n, "reason": "", **PLACE})
    return frame.assign(rests_on=[((place,),) for place in range(len(values))])


def test_the_test_for_uneven_ties_is_the_chi_square_of_weighted_means():
    values, error = np.array([2.9, 3.0, 3.2, 3.1]), 0.1
    found = ties.uneven(means(values), np.eye(4) * error**2, within=0.25)
    statistic = ((values - values.mean()) ** 2).sum() / error**2
    assert found["p_value"].item() == pytest.approx(stats.chi2.sf(statistic, 3), rel=1e-9)
    spread = np.sqrt(max(0, values.var(ddof=1) - error**2))
    half = stats.t.ppf(0.975, 2) * spread
    assert found["conf_high"].item() == pytest.approx(values.mean() + half)


@pytest.mark.parametrize(
    ("values", "error", "verdict"),
    [
        ([3.0, 3.5, 4.0], 0.05, "holds"),
        ([3.0, 3.01, 3.0], 0.01, "does_not_hold"),
        ([3.0, 3.1, 3.2], 0.3, "cannot_say"),
    ],
)
def test_ties_are_uneven_even_or_not_to_be_told(values, error, verdict):
    found = ties.uneven(means(values), np.eye(3) * error**2, within=0.25)
    assert found["verdict"].item() == verdict


def test_two_ties_are_too_few_to_be_uneven():
    found = ties.uneven(means([2.0, 4.0]), np.eye(2) * 0.01, within=0.25)
    assert (found["reason"].item(), found["verdict"].item()) == ("one_level", "cannot_say")
    assert found["estimate"].isna().all()


PAIRS = pd.DataFrame(
    {"block": ["trust", "relationship"] * 2, "team": list("sstt"), "k": 5}, index=["xs", "ys", "xt", "yt"]
)


def rated(n=80, seed=3, loose=3.0):
    rng = np.random.default_rng(seed)
    base, other = rng.normal(size=(2, n))
    noise = rng.normal(size=(4, n)) * [[0.4], [0.4], [0.4], [loose]]
    raw = np.array([base, base, other, other]) + noise
    scores = 1 + (raw[..., None] > [-1.2, -0.4, 0.4, 1.2]).sum(axis=-1)
    return pd.DataFrame(scores.T, columns=PAIRS.index).assign(group="g", **PLACE)


def gap(answers):
    taus = [stats.kendalltau(answers[f"x{team}"], answers[f"y{team}"]).statistic for team in "st"]
    return taus[0] - taus[1]


def test_looseness_is_a_difference_of_kendalls_tau_with_the_error_of_the_jackknife():
    answers = rated()
    row = looser(answers, PAIRS, team="t").iloc[0]
    assert row["estimate"] == pytest.approx(gap(answers))
    left = np.array([gap(answers.drop(index=one)) for one in answers.index])
    jackknife = np.sqrt((len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum())
    assert (row["conf_high"] - row["conf_low"]) / (2 * 1.959964) == pytest.approx(jackknife, rel=0.05)
    assert row["conf_low"] > 0


def test_turning_the_teams_round_turns_the_sign():
    answers = rated()
    one, other = (looser(answers, PAIRS, team=team).iloc[0] for team in "ts")
    assert one["estimate"] == pytest.approx(-other["estimate"])
    assert one["conf_low"] == pytest.approx(-other["conf_high"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda answers: answers.head(10), "n_lt_min"),
        (lambda answers: answers.head(0), "n_lt_min"),
        (lambda answers: answers.assign(xt=4), "constant"),
        (lambda answers: answers.assign(yt=-1), "n_lt_min"),
        (lambda answers: answers.assign(ys=answers["xs"], yt=answers["xt"]), "perfect"),
    ],
)
def test_looseness_that_cannot_be_told_says_why_and_has_no_limits(change, reason):
    row = looser(change(rated()), PAIRS, team="t").iloc[0]
    assert row["reason"] == reason
    assert np.isnan(row["conf_low"])


def test_a_small_group_does_not_enter_looseness_and_hides_nothing():
    both = pd.concat([rated(), rated(n=9, seed=5).assign(group="h")], ignore_index=True)
    alone, joined = (looser(part, PAIRS, team="t").iloc[0] for part in (rated(), both))
    assert joined["estimate"] == alone["estimate"]
    assert {cell[2] for cell in joined["rests_on"]} == {"g"}


FACTORS = pd.DataFrame(
    {"block": "factor", "team": "", "decision": "d", "top_from": 4, "k": 5}, index=list("pqr")
)


def gaps(shift, n=80):
    answers = pd.concat(
        [people(n, ("a",), seed=7), people(n, ("b",), seed=8, shift=shift)], ignore_index=True
    )
    counts = tally(answers, FACTORS)
    rows = dyads.group_gap(counts, FACTORS, "a", "b", permutations=0)
    return rows[rows["estimand"].eq("theta")], counts


def test_groups_differ_if_an_interval_for_all_questions_together_is_clear():
    rows, counts = gaps((0, -1.5, 0))
    found = some_differ(rows, counts).iloc[0]
    assert (found["item"], found["verdict"]) == ("q", "holds")
    sides = [counts[counts["group"].eq(g) & counts["item"].eq("q")][[1, 2, 3, 4, 5]].to_numpy() for g in "ab"]
    wide = theta(*sides, confidence=1 - 0.05 / 3)
    assert found["conf_low"] == pytest.approx(wide["conf_low"].item())
    assert {cell[3] for cell in found["rests_on"]} == set("pqr")


def test_a_difference_clear_by_itself_alone_is_not_enough():
    rows, counts = gaps((0, -0.95, 0))
    own = rows[rows["item"].eq("q")].iloc[0]
    assert own["conf_low"] > 0.56
    assert own["material"]
    assert some_differ(rows, counts)["verdict"].item() == "cannot_say"


def test_groups_are_alike_only_if_every_question_is_shown_to_be():
    rows, counts = gaps((0, 0, 0))
    assert some_differ(rows.assign(verdict="equivalent"), counts)["verdict"].item() == "does_not_hold"
    one = rows.assign(verdict=["equivalent", "equivalent", "inconclusive"])
    assert some_differ(one, counts)["verdict"].item() == "cannot_say"


def test_groups_of_few_are_not_compared():
    rows, counts = gaps((0, -1.5, 0), n=10)
    found = some_differ(rows, counts)
    assert found[["item", "verdict"]].to_numpy().tolist() == [["p", "cannot_say"]]
