"""Teams that decide differently."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from trustgap.stats.case_reviews.consistency import between_teams, fisher_mid_p
from trustgap.stats.case_reviews.crossover import crossover
from trustgap.stats.shares.intervals import newcombe


def decisions(**cells):
    """Build decisions from cells such as a_p=(7, 10): team a, population p, 7 yes of 10."""
    rows = [(f"{cell}{i}", *cell.split("_"), i < yes) for cell, (yes, n) in cells.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["case", "team", "population", "decision"])


@pytest.mark.parametrize(("n", "low", "high"), [(10, 0.17, 0.81), (30, 0.36, 0.75)])
def test_seventy_against_ten_per_cent_is_as_uncertain_as_the_methods_say(n, low, high):
    row = between_teams(decisions(a_p=(7 * n // 10, n), b_p=(n // 10, n))).iloc[0]
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((low, high), abs=5e-3)
    assert row["estimate"] == pytest.approx(0.6)
    assert (row["verdict"], bool(row["material"])) == ("higher", True)


def test_ten_cases_a_team_give_fisher_s_p_of_02_and_a_smaller_mid_p():
    exact = stats.fisher_exact([[7, 3], [1, 9]]).pvalue
    assert exact == pytest.approx(0.020, abs=5e-4)
    assert fisher_mid_p(7, 10, 1, 10) == pytest.approx(exact - stats.hypergeom.pmf(7, 20, 8, 10), abs=1e-12)


@pytest.mark.parametrize(
    ("x_a", "n_a", "x_b", "n_b"), [(9, 10, 3, 10), (2, 7, 5, 9), (0, 5, 0, 6), (12, 40, 20, 35)]
)
def test_fisher_s_mid_p_is_fisher_s_p_less_half_the_tables_as_likely(x_a, n_a, x_b, n_b):
    exact = stats.fisher_exact([[x_a, n_a - x_a], [x_b, n_b - x_b]]).pvalue
    hits = np.arange(max(0, x_a + x_b - n_b), min(n_a, x_a + x_b) + 1)
    chance = stats.hypergeom.pmf(hits, n_a + n_b, x_a + x_b, n_a)
    tied = chance[np.isclose(chance, stats.hypergeom.pmf(x_a, n_a + n_b, x_a + x_b, n_a), rtol=1e-7)].sum()
    assert fisher_mid_p(x_a, n_a, x_b, n_b) == pytest.approx(exact - tied / 2, abs=1e-10)
    assert fisher_mid_p(x_a, n_a, x_b, n_b) == pytest.approx(fisher_mid_p(x_b, n_b, x_a, n_a), abs=1e-12)


def test_three_teams_make_three_pairs_with_holm_and_a_missing_decision_does_not_count():
    data = decisions(a_p=(15, 20), b_p=(5, 20), c_p=(6, 20))
    data["decision"] = data["decision"].astype(object)
    data.loc[data["case"].eq("a_p0"), "decision"] = None
    rows = between_teams(data)
    assert rows["n_a"].tolist() == [19, 19, 20]
    assert rows["estimate"].iloc[0] == pytest.approx(14 / 19 - 5 / 20)
    expected = newcombe(14, 19, 5, 20)
    assert rows[["conf_low", "conf_high"]].iloc[0].tolist() == pytest.approx([float(x) for x in expected])
    smallest = rows["p_value"].min()
    assert rows["p_adjusted"].min() == pytest.approx(3 * smallest)


def test_marginal_differences_are_those_of_the_binomial_model():
    data = decisions(a_p=(21, 30), a_q=(14, 25), b_p=(4, 28), b_q=(6, 35))
    rows = crossover(data).set_index("estimand")
    team = data["team"].eq("a").astype(float)
    population = data["population"].eq("p").astype(float)
    design = pd.DataFrame({"one": 1.0, "t": team, "p": population, "tp": team * population})
    y = data["decision"].astype(float)
    full = sm.GLM(y, design, family=sm.families.Binomial()).fit()
    additive = sm.GLM(y, design[["one", "t", "p"]], family=sm.families.Binomial()).fit()

    def predicted(t, p):
        return float(full.predict(np.array([[1.0, t, p, t * p]]))[0])

    gaps = [predicted(1, p) - predicted(0, p) for p in (1, 0)]
    assert rows.loc["team_difference", "estimate"] == pytest.approx(np.mean(gaps), abs=1e-8)
    assert rows.loc["team_by_population", "estimate"] == pytest.approx(gaps[0] - gaps[1], abs=1e-8)
    sides = [predicted(t, 1) - predicted(t, 0) for t in (1, 0)]
    assert rows.loc["population_difference", "estimate"] == pytest.approx(np.mean(sides), abs=1e-8)
    gain = 2 * (full.llf - additive.llf)
    assert rows.loc["team_by_population", "p_value"] == pytest.approx(stats.chi2.sf(gain, 1), abs=1e-8)


def test_the_difference_was_the_team_when_the_population_contrast_is_equivalent():
    few = crossover(decisions(a_p=(21, 30), a_q=(21, 30), b_p=(3, 30), b_q=(3, 30))).set_index("estimand")
    many = crossover(decisions(a_p=(210, 300), a_q=(210, 300), b_p=(30, 300), b_q=(30, 300)))
    many = many.set_index("estimand")
    assert few.loc["team_difference", "verdict"] == many.loc["team_difference", "verdict"] == "higher"
    assert many.loc["population_difference", "verdict"] == "equivalent"
    assert few.loc["population_difference", "verdict"] == "inconclusive", "30 a cell cannot show it"
    assert few.loc["team_difference", "material"]
    # The same populations decided differently, not the teams.
    other = crossover(decisions(a_p=(21, 30), a_q=(3, 30), b_p=(21, 30), b_q=(3, 30))).set_index("estimand")
    assert other.loc["population_difference", "verdict"] == "higher"
    assert other.loc["team_difference", "verdict"] == "inconclusive"


def test_a_cell_of_all_or_none_keeps_its_limits_and_says_why_there_is_no_model():
    rows = crossover(decisions(a_p=(10, 10), a_q=(8, 10), b_p=(1, 10), b_q=(2, 10))).set_index("estimand")
    assert rows.loc["team_by_population", "reason"] == "separated"
    assert np.isnan(rows.loc["team_by_population", "p_value"])
    assert rows.loc["team_by_population", ["conf_low", "conf_high"]].notna().all()
    assert rows.loc["team_difference", "reason"] == ""


def test_empty_cells_wrong_designs_and_double_decisions_are_refused():
    data = decisions(a_p=(3, 10), a_q=(3, 10), b_p=(3, 10))
    assert crossover(data)["reason"].eq("n_lt_min").all()
    assert crossover(data)[["estimate", "conf_low"]].isna().all(axis=None)
    with pytest.raises(ValueError, match="got 1 and 2"):
        crossover(data[data["team"].eq("a")])
    for function in (between_teams, crossover):
        with pytest.raises(ValueError, match="two decisions"):
            function(pd.concat([data, data]))
    none = data.assign(decision=data["decision"].where(data["team"].eq("a")))
    assert between_teams(none)["reason"].tolist() == ["n_lt_min"]


def test_stratified_limits_cover_where_wald_s_do_not():
    random, n = np.random.default_rng(6), 10
    covered = wald = 0
    draws = 600
    for _ in range(draws):
        x = random.binomial(n, [[0.7, 0.7], [0.1, 0.1]])
        row = crossover(decisions(a_p=(x[0, 0], n), a_q=(x[0, 1], n), b_p=(x[1, 0], n), b_q=(x[1, 1], n)))
        covered += row["conf_low"].iloc[0] <= 0.6 <= row["conf_high"].iloc[0]
        p = x / n
        half = 1.96 * np.sqrt((p * (1 - p) / n).sum() / 4)
        wald += abs((p[0] - p[1]).mean() - 0.6) <= half
    assert 0.93 <= covered / draws <= 0.985
    assert wald < covered
