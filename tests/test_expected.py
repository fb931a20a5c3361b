"""What to expect of an area from the others: against the model fitted without it, and as a rate of errors."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from trustgap.stats.between_areas.expected import expected
from trustgap.stats.between_areas.heterogeneity import random_effects

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"]}, index=["q"])


def cells(x, n, item="q"):
    x, n = np.asarray(x), np.asarray(n)
    areas = [f"A{i:03d}" for i in range(len(x))]
    return pd.DataFrame({"area": areas, "wave": "1", "group": "a", "item": item, 1: n - x, 2: x})


def test_the_range_of_an_area_is_that_of_the_model_fitted_without_it():
    rng = np.random.default_rng(3)
    n = rng.integers(20, 300, 12)
    x = rng.binomial(n, special.expit(rng.normal(0.3, 0.5, 12)))

    rows = expected(cells(x, n), ITEMS)

    for area in (0, 5, 11):
        others = np.arange(12) != area
        fit = random_effects(x[others], n[others])
        share = special.expit(fit["mean"])
        spread = np.sqrt(fit["tau2"] + fit["se"] ** 2 + 1 / (n[area] * share * (1 - share)))
        reach = stats.t.ppf(0.975, 11 - 2) * spread
        wanted = special.expit([fit["mean"], fit["mean"] - reach, fit["mean"] + reach])
        found = rows.loc[area, ["estimate", "conf_low", "conf_high"]].astype(float)
        assert found.tolist() == pytest.approx(list(wanted), abs=1e-6)
    assert rows["n_b"].tolist() == list(n.sum() - n)


def test_one_question_in_twenty_lies_outside_where_the_area_is_like_the_others():
    rng = np.random.default_rng(11)
    outside = []
    for _ in range(60):
        n = rng.integers(25, 200, 40)
        x = rng.binomial(n, special.expit(rng.normal(-0.2, 0.35, 40)))
        outside.append(expected(cells(x, n), ITEMS)["verdict"].ne("within_range").mean())

    # 2,400 judgements: three standard errors are 1.3 points.
    assert np.mean(outside) == pytest.approx(0.05, abs=0.015)


def test_an_area_far_out_does_not_widen_the_range_it_is_judged_by():
    alike = [50, 52, 48, 51, 49, 50, 47, 53]
    near = expected(cells([*alike, 60], [100] * 9), ITEMS).iloc[-1]
    far = expected(cells([*alike, 99], [100] * 9), ITEMS).iloc[-1]

    assert far[["conf_low", "conf_high"]].tolist() == near[["conf_low", "conf_high"]].tolist()
    assert (near["verdict"], far["verdict"]) == ("within_range", "above_range")
    low = expected(cells([*alike, 1], [100] * 9), ITEMS).iloc[-1]
    assert low["verdict"] == "below_range"


def test_on_a_small_base_the_verdict_tells_no_more_than_the_bound():
    others = [312, 320, 328, 316, 324, 320, 312, 328]
    # The range ends above nine tenths: all 40 lie beyond it, but so would 37, and a reader is told ">90%".
    small = expected(cells([*others, 40], [400] * 8 + [40]), ITEMS).iloc[-1]
    large = expected(cells([*others, 60], [400] * 8 + [60]), ITEMS).iloc[-1]

    assert 0.9 < small["conf_high"] < 1
    assert small["verdict"] == "within_range"
    assert large["verdict"] == "above_range"


def test_there_is_no_range_without_five_others_or_where_all_of_them_are_alike():
    few = expected(cells([20] * 5, [50] * 5), ITEMS)
    alike = expected(cells([50] * 6 + [20], [50] * 7), ITEMS)
    empty = expected(cells([20] * 6 + [0], [50] * 6 + [0]), ITEMS)

    assert few["reason"].eq("few_areas").all()
    assert few[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)
    assert few["verdict"].eq("").all()
    assert alike["reason"].tolist() == [""] * 6 + ["constant"]
    assert len(empty) == 6, "an area that was not asked has no row"
    assert empty["reason"].eq("").all()


def test_areas_alike_have_a_range_of_chance_alone():
    row = expected(cells([20] * 9, [50] * 9), ITEMS).iloc[0]

    error = np.sqrt(1 / (8 * 50 * 0.4 * 0.6) + 1 / (50 * 0.4 * 0.6))
    wanted = special.expit(special.logit(0.4) + np.array([-1, 1]) * stats.t.ppf(0.975, 6) * error)
    assert row[["conf_low", "conf_high"]].tolist() == pytest.approx(list(wanted), abs=1e-9)


def test_an_area_that_could_not_answer_keeps_its_row():
    counts = cells([20] * 6 + [0], [50] * 6 + [0]).assign(dont_know=[0] * 6 + [4])

    row = expected(counts, ITEMS).iloc[-1]

    assert (row["n_a"], row["reason"], row["verdict"]) == (0, "n_lt_min", "")
