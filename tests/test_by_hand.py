"""Formulas worked through on paper, where other tests lean on reference values that lie beside the project.

Without these a wrong formula could pass on a machine that has the project alone.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.between_areas import funnels, heterogeneity
from trustgap.stats.change import slopes
from trustgap.stats.orders import paired
from trustgap.stats.ranking import ranks


def test_answers_that_go_together_tell_two_factors_apart():
    # The difference has variance 2 * 0.001 * (1 - 0.99): the means are 11 standard errors apart.
    estimate, alike = np.array([0.50, 0.45]), 0.001 * np.array([[1, 0.99], [0.99, 1]])
    found = ranks.rank_sets(estimate, alike, n=500, seed=1)
    assert found[["low", "high"]].to_numpy().tolist() == [[1, 1], [2, 2]]
    # Were they answered by different people the difference would be 1.1 standard errors.
    apart = ranks.rank_sets(estimate, np.diag(np.diag(alike)), n=500, seed=1)
    assert apart[["low", "high"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_the_limits_of_the_spread_are_where_cochran_s_q_has_its_points():
    x, n = np.array([20, 45, 80, 60]), np.array([100, 100, 120, 90])
    found = heterogeneity.random_effects(x, n)
    effect, variance = np.log(x / (n - x)), 1 / x + 1 / (n - x)
    for tau2, level in ((found["tau2_low"], 0.975), (found["tau2_high"], 0.025)):
        weight = 1 / (variance + tau2)
        mean = (weight * effect).sum() / weight.sum()
        q = (weight * (effect - mean) ** 2).sum()
        assert q == pytest.approx(stats.chi2.ppf(level, 3), rel=1e-8)


def test_the_range_of_a_further_area_holds_the_spread_and_the_doubt_about_the_mean():
    x, n = np.array([20, 45, 80, 60, 30, 50]), np.array([100, 100, 120, 90, 80, 100])
    names = {"area": list("ABCDEF"), "wave": "1", "group": "a", "item": "q"}
    cells = pd.DataFrame(names | {1: n - x, 2: x})
    items = pd.DataFrame({"top_from": [2], "team": ""}, index=["q"])
    rows = heterogeneity.spread(cells, items).set_index("estimand")
    fit = heterogeneity.random_effects(x, n)
    variance = 1 / x + 1 / (n - x)
    error = 1 / (1 / (variance + fit["tau2"])).sum()
    reach = stats.t.ppf(0.975, 4) * np.sqrt(fit["tau2"] + error)
    limits = [1 / (1 + np.exp(-(fit["mean"] + sign * reach))) for sign in (-1, 1)]
    assert rows.loc["prediction", ["conf_low", "conf_high"]].tolist() == pytest.approx(limits, rel=1e-8)


def test_areas_that_scatter_less_than_chance_are_not_over_dispersed():
    phi, tau2 = funnels.overdispersion(np.array([48, 50, 53]), np.array([100, 100, 100]))
    assert 0 < phi < 1
    assert tau2 == 0


def test_the_mid_p_takes_half_the_chance_of_what_was_seen():
    # One of eight pairs the other way round: (1 + 8) / 256 on either side, less half of 8 / 256 on each.
    assert paired.mcnemar_mid_p(1, 7) == pytest.approx(2 * 9 / 256 - 8 / 256)


def test_a_trend_is_tested_within_groups_of_staff():
    t, names = np.array([0.0, 1.0, 2.0]), ["1", "2", "3"]
    hits = np.array([[9, 16, 8], [20, 50, 90]])
    base = np.array([[10, 20, 10], [100, 200, 300]])
    frames = [
        pd.DataFrame({"area": "X", "wave": names, "group": g, "item": "q", 1: n - x, 2: x})
        for g, x, n in zip("ab", hits, base, strict=True)
    ]
    items = pd.DataFrame({"top_from": [2], "team": "", "block": "b"}, index=["q"])
    rows = slopes.trend(pd.concat(frames), items, dict(zip(names, t, strict=True)))
    whole = rows[rows["group_a"].eq("all") & rows["method"].str.startswith("binomial")]
    score = variance = 0.0
    for x, n in zip(hits, base, strict=True):
        share, middle = x.sum() / n.sum(), (n * t).sum() / n.sum()
        score += ((t - middle) * (x - n * share)).sum()
        variance += share * (1 - share) * (n * (t - middle) ** 2).sum()
    expected = 2 * stats.norm.sf(abs(score) / np.sqrt(variance))
    assert whole["p_value"].item() == pytest.approx(expected, rel=1e-8)
