"""Whether a straight line fits the waves: the score test of the library, and refusals with a reason."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from trustgap.stats.change.linearity import linearity

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"], "block": ["trust"]}, index=["q"])
TIMES = {"1": 2015.0, "2": 2016.0, "3": 2018.0, "4": 2019.0}


def cells(x, n, group="a", item="q"):
    x, n = np.asarray(x), np.asarray(n)
    waves = list(TIMES)[: len(x)]
    return pd.DataFrame({"area": "X1", "wave": waves, "group": group, "item": item, 1: n - x, 2: x})


def pick(rows, group, item="q"):
    return rows[rows["group_a"].eq(group) & rows["item"].eq(item)].iloc[0]


X = {"a": [20, 45, 30, 50], "b": [40, 41, 12, 60]}
N = {"a": [60, 70, 65, 80], "b": [70, 60, 50, 75]}
BOTH = pd.concat([cells(X[group], N[group], group) for group in "ab"], ignore_index=True)


def test_for_one_group_it_is_pearsons_chi_squared_of_the_fitted_line():
    rows = linearity(BOTH, ITEMS, TIMES)

    for group in "ab":
        x, n, t = np.array(X[group]), np.array(N[group]), np.array(list(TIMES.values())) - 2017
        fit = sm.GLM(np.column_stack([x, n - x]), sm.add_constant(t), family=sm.families.Binomial())
        p = stats.chi2.sf(fit.fit(tol=1e-14).pearson_chi2, 2)
        row = pick(rows, group)
        assert row["p_value"] == pytest.approx(p, rel=1e-8)
        assert (row["reason"], row["verdict"], row["n_a"]) == ("test_only", "", n.sum())


def test_for_all_groups_it_is_the_score_test_of_the_model_with_a_free_course_of_the_waves():
    t = np.array(list(TIMES.values())) - 2017
    line = np.array([[group == "a", group == "b", at] for group in "ab" for at in t], float)
    free = np.array([[at == t[1], at == t[2]] for _ in "ab" for at in t], float)
    x, n = np.array([*X["a"], *X["b"]]), np.array([*N["a"], *N["b"]])
    fit = sm.GLM(np.column_stack([x, n - x]), line, family=sm.families.Binomial()).fit(tol=1e-14)
    expected = fit.score_test(exog_extra=free).pvalue.item()

    assert pick(linearity(BOTH, ITEMS, TIMES), "all")["p_value"] == pytest.approx(expected, rel=1e-7)


def test_points_on_a_line_do_not_depart_from_it_and_true_spacing_counts():
    # The logit rises by half a unit a year, and in 2017 nobody was asked.
    share = 1 / (1 + np.exp(1 - 0.5 * np.array([0.0, 1.0, 3.0, 4.0])))
    on_line = cells(1000 * share, np.full(4, 1000.0))
    evenly = {wave: float(place) for place, wave in enumerate(TIMES)}

    assert pick(linearity(on_line, ITEMS, TIMES), "a")["p_value"] == pytest.approx(1, abs=1e-9)
    assert pick(linearity(on_line, ITEMS, evenly), "a")["p_value"] < 0.2


def test_questions_are_adjusted_within_their_block_and_a_course_that_cannot_be_tested_counts():
    more = pd.concat([BOTH, cells([0, 4, 8], [10, 9, 8], item="r"), cells(X["a"], N["a"], item="s")])
    items = ITEMS.loc[["q"] * 3].set_axis(["q", "r", "s"])
    rows = linearity(more, items, TIMES)

    whole = rows[rows["group_a"].eq("all")]
    assert pick(whole, "all", "r")["reason"] == "separated"
    smallest = whole["p_value"].min()
    assert whole["p_adjusted"].min() == pytest.approx(3 * smallest, rel=1e-12)


@pytest.mark.parametrize(
    ("x", "n", "reason"),
    [
        ([5, 6], [20, 20], "few_waves"),
        ([0, 0, 0], [20, 20, 20], "constant"),
        ([3, 4, 5], [20, 20, 8], "n_lt_min"),
        ([3, 4, 5], [20, 20, 20], "test_only"),
    ],
)
def test_what_cannot_be_tested_has_a_reason(x, n, reason):
    row = pick(linearity(cells(x, n), ITEMS, TIMES), "a")

    assert row["reason"] == reason
    assert np.isnan(row["p_value"]) == (reason != "test_only")
    assert np.isnan(row["conf_low"])


def test_waves_that_may_not_be_compared_are_left_out_and_times_must_be_known():
    assert set(linearity(BOTH, ITEMS, TIMES, comparable={"q": ["1", "2"]})["reason"]) == {"not_comparable"}
    with pytest.raises(KeyError, match="4"):
        linearity(BOTH, ITEMS, {"1": 1.0, "2": 2.0, "3": 3.0})


def test_where_the_line_is_true_it_is_rejected_as_often_as_it_says():
    rng, reps = np.random.default_rng(31), 2000
    share = 1 / (1 + np.exp(0.6 - 0.3 * (np.array(list(TIMES.values())) - 2015)))
    n = np.array([40, 60, 50, 45])
    frames = [
        cells(x, n).assign(area=f"A{i:04d}") for i, x in enumerate(rng.binomial(n, share, (reps, len(n))))
    ]
    rows = linearity(pd.concat(frames, ignore_index=True), ITEMS, TIMES)
    rows = rows[rows["group_a"].eq("all")]

    assert (rows["p_value"] < 0.05).mean() == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / reps))
