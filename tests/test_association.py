"""Kendall's tau-b of trust and relationship, and the two side by side."""

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.counts import tally
from trustgap.stats.orders.association import association, beside, tau_b

ITEMS = pd.DataFrame(
    {
        "block": ["trust", "relationship", "trust", "relationship", "trust"],
        "team": ["s", "s", "t", "t", "u"],
        "k": 5,
        "top_from": 4,
        "low_to": 2,
        "numeric": [False, True, False, True, False],
    },
    index=["trust_s", "rel_s", "trust_t", "rel_t", "trust_u"],
)


def answers(n, seed=1):
    random = np.random.default_rng(seed)
    scores = pd.DataFrame(random.integers(1, 6, (n, 5)), columns=ITEMS.index)
    scores["rel_s"] = np.clip(scores["trust_s"] + random.integers(-1, 2, n), 1, 5)
    return scores.assign(area="X1", wave="1", group="g")


@pytest.mark.parametrize(
    "name", ["apha_mgr_support_vs_stay", "apha_cpd_time_vs_org_support", "gss_confed_conlegis_2010"]
)
def test_tau_b_matches_r(shared, name):
    stored = golden.entry(shared, "17", name)
    data = golden.rows(shared, stored["select"])
    table = pd.crosstab(data[stored["x"]], data[stored["y"]]).to_numpy()
    assert tau_b(table[None])[0] == pytest.approx(stored["result"]["tau_b"], abs=1e-8)


def test_the_estimate_pools_a_respondent_s_pairs_over_teams():
    data = answers(60)
    data.loc[:5, "trust_s"] = -2
    found = association(data, ITEMS).iloc[0]
    x = pd.concat([data["trust_s"], data["trust_t"]])
    y = pd.concat([data["rel_s"], data["rel_t"]])
    expected = stats.kendalltau(x[x > 0], y[x > 0]).statistic
    assert found["estimate"] == pytest.approx(expected, abs=1e-10)
    assert (found["n_a"], found["n_eff"]) == (60, 114)
    assert found["conf_low"] < found["estimate"] < found["conf_high"]
    assert found["rests_on"] == (("X1", "1", "g", ""),)


def test_the_bootstrap_resamples_respondents_and_not_pairs():
    # Every respondent says the same of both teams, so two teams hold no more than one.
    one = answers(60).assign(trust_t=-1, rel_t=-1)
    two = one.assign(trust_t=one["trust_s"], rel_t=one["rel_s"])
    a, b = (association(data, ITEMS, draws=4000).iloc[0] for data in (one, two))
    width = a["conf_high"] - a["conf_low"]
    assert b["estimate"] == pytest.approx(a["estimate"], abs=0.02)
    assert b["conf_high"] - b["conf_low"] == pytest.approx(width, rel=0.08)


def test_limits_do_not_depend_on_row_order_or_other_areas():
    data = answers(40)
    shuffled = pd.concat([answers(30, seed=2).assign(area="X0"), data.sample(frac=1, random_state=1)])
    found = association(shuffled, ITEMS).iloc[[1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(association(data, ITEMS), found)


@pytest.mark.parametrize(("n", "reason"), [(10, "n_lt_min"), (11, "")])
def test_ten_respondents_are_too_few_to_resample(n, reason):
    found = association(answers(n), ITEMS).iloc[0]
    assert found["reason"] == reason
    assert np.isnan(found["conf_low"]) == (reason != "")


def test_a_constant_rating_has_no_estimate_and_no_answers_no_row():
    constant = association(answers(20).assign(trust_s=3, trust_t=3), ITEMS).iloc[0]
    assert constant["reason"] == "constant"
    assert np.isnan(constant["estimate"])
    assert association(answers(20).assign(trust_s=-2, trust_t=-2), ITEMS).empty


def test_beside_gives_both_numbers_of_a_dyad_and_skips_a_team_with_one():
    found = beside(tally(answers(20), ITEMS), ITEMS)
    assert found[["item", "estimand"]].to_numpy().tolist() == [
        ["trust_s", "top2_share"],
        ["trust_t", "top2_share"],
        ["rel_s", "mean"],
        ["rel_t", "mean"],
    ]
    data = answers(20)
    assert found["estimate"].tolist() == pytest.approx(
        [
            (data["trust_s"] > 3).mean(),
            (data["trust_t"] > 3).mean(),
            data["rel_s"].mean(),
            data["rel_t"].mean(),
        ]
    )
