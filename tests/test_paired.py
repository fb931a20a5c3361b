"""Ratings of two teams by the same respondents."""

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.orders.paired import bonett_price, dominance, mcnemar_mid_p

ITEMS = pd.DataFrame(
    {"block": "trust", "team": ["s", "t", "u"], "top_from": 4}, index=["trust_s", "trust_t", "trust_u"]
)
TEAMS = pd.DataFrame({"members": [("a",), (), ()]}, index=["s", "t", "u"])


def answers(n=40, group="g", seed=1):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"area": "X1", "wave": "1", "group": group}, index=range(n))
    for item, shift in zip(ITEMS.index, (1, 0, -1), strict=True):
        frame[item] = np.clip(random.integers(1, 6, n) + shift, 1, 5)
    return frame


@pytest.mark.parametrize(
    "name", ["gss_conmedic_2006_to_2010", "apha_mgr_vs_org_support", "anxiety_rater1_vs_rater2"]
)
def test_mcnemar_s_mid_p_matches_r(shared, name):
    found = golden.case(shared, "04", name)["mcnemar"]
    _, b, c, _ = found["abcd"]
    assert mcnemar_mid_p(b, c) == pytest.approx(found["p_mid"], abs=1e-8)


def test_bonett_and_price_s_interval_is_the_wald_interval_of_two_added_pairs():
    b, c, n = 12, 5, 30
    p, q = (b + 1) / (n + 2), (c + 1) / (n + 2)
    # A pair scores 1, -1 or 0: the variance of its mean, with one pair added to each side.
    scores = np.repeat([1, -1, 0], [b + 1, c + 1, n - b - c])
    half = stats.norm.ppf(0.975) * scores.std() / np.sqrt(n + 2)
    assert [float(limit) for limit in bonett_price(b, c, n)] == pytest.approx(
        [p - q - half, p - q + half], abs=1e-12
    )


def test_no_pair_has_no_interval_and_all_ties_have_p_of_one():
    assert np.isnan(bonett_price(0, 0, 0)).all()
    assert mcnemar_mid_p(0, 0) == 1
    with pytest.raises(ValueError, match="between 0 and the base"):
        bonett_price(3, 3, 5)


def test_bonett_and_price_cover():
    # Exact enumeration gives .949 to .974 at n = 30 over the parameter space.
    random = np.random.default_rng(4)
    drawn = random.multinomial(30, [0.35, 0.2, 0.45], size=20_000)
    low, high = bonett_price(drawn[:, 0], drawn[:, 1], 30)
    assert 0.945 <= np.mean((low <= 0.15) & (high >= 0.15)) <= 0.978


def test_dominance_counts_respondents_one_by_one():
    data = answers()
    data.loc[:4, "trust_s"] = -2
    found = dominance(data, ITEMS).set_index("item")
    for item in ("trust_s", "trust_t"):
        both = data[(data[item] > 0)]
        expected = np.sign(both[item] - both["trust_u"]).mean()
        assert found.loc[item, "estimate"] == pytest.approx(expected, abs=1e-12)
        assert found.loc[item, "n_a"] == len(both)
        assert found.loc[item, "group_b"] == "item:trust_u"


def test_holm_runs_within_the_rater_group():
    data = pd.concat([answers(), answers(group="h", seed=2)], ignore_index=True)
    found = dominance(data, ITEMS)
    for _, family in found.groupby("group_a"):
        p = family["p_value"].sort_values().to_numpy()
        expected = [min(1, 2 * p[0]), min(1, max(2 * p[0], p[1]))]
        assert family["p_adjusted"].sort_values().tolist() == pytest.approx(expected, abs=1e-12)
    alone = dominance(answers(), ITEMS)
    pd.testing.assert_frame_equal(found[found["group_a"] == "g"].reset_index(drop=True), alone)


def test_own_teams_and_items_not_asked_stay_out():
    data = answers(group="a")
    assert set(dominance(data, ITEMS, teams=TEAMS)["item"]) == {"trust_t"}
    assert set(dominance(data.assign(trust_u=-1), ITEMS)["group_b"]) == {"item:trust_t"}


def test_a_given_reference_is_used_and_an_unknown_one_refused():
    found = dominance(answers(), ITEMS, reference="trust_s")
    assert set(found["group_b"]) == {"item:trust_s"}
    assert (found["estimate"] < 0).all()
    with pytest.raises(KeyError, match="trust_x"):
        dominance(answers(), ITEMS, reference="trust_x")


def test_an_item_without_answers_keeps_its_row_and_counts_in_the_family():
    found = dominance(answers().assign(trust_s=-2), ITEMS).set_index("item")
    assert found.loc["trust_s", "reason"] == "n_lt_min"
    assert np.isnan(found.loc["trust_s", "p_adjusted"])
    row = found.loc["trust_t"]
    assert row["p_adjusted"] == pytest.approx(min(1, 2 * row["p_value"]), abs=1e-12)


def test_a_cell_too_small_to_be_shown_is_never_named_as_the_lowest():
    items = pd.DataFrame({"block": "trust", "team": ["s", "t", "u"], "top_from": 4})
    items.index = ["trust_s", "trust_t", "trust_u"]
    place = {"area": "X1", "wave": "1", "group": "g"}
    few = [1] * 10 + [-2] * 10
    mixed = pd.DataFrame(place | {"trust_s": few, "trust_t": [5, 2] * 10, "trust_u": [5] * 20})
    small = pd.DataFrame(place | {"trust_s": [5] * 10, "trust_t": [5] * 10, "trust_u": [1] * 10})

    assert set(dominance(mixed, items)["group_b"]) == {"item:trust_t"}
    assert set(dominance(small, items)["group_b"]) == {"item:trust_s"}, "the first, whatever was answered"
