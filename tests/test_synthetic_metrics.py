"""The invented figures of services, and whether the decisions on them agree with what is true."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from sample_survey import DEMO

from trustgap.stats.tracking.controls import control_series
from trustgap.stats.tracking.decisions import decide
from trustgap.survey.programme import metrics
from trustgap.survey.synthetic import metrics as synthetic_metrics


@cache
def model():
    return yaml.safe_load((DEMO / "model.yaml").read_text(encoding="utf-8"))["metrics"]


@cache
def areas():
    return pd.read_csv(DEMO / "areas.csv", index_col="code")


@cache
def made(seed):
    return synthetic_metrics.make(areas(), model(), seed=seed)


@cache
def read():
    frame, problems, _ = metrics.read(DEMO, asked=SimpleNamespace(files={}), areas=areas())
    assert problems == []
    return frame


@cache
def judged():
    rows = decide(pd.concat([read(), control_series(read())], ignore_index=True))
    rows = rows[rows["estimand"].str.endswith("_change")]
    truth = pd.read_csv(DEMO / "synthetic_truth_metrics.csv")
    return rows.drop(columns="p_value").merge(truth, left_on=["area", "item"], right_on=["area", "metric"])


@pytest.mark.parametrize(("place", "name"), [(0, "metrics.csv"), (1, "synthetic_truth_metrics.csv")])
def test_the_committed_file_is_what_the_generator_makes(place, name):
    text = made(model()["seed"])[place].to_csv(index=False, lineterminator="\n")
    assert (DEMO / name).read_text(encoding="utf-8") == text
    assert (DEMO / name).stat().st_size < 1_000_000


def test_another_seed_makes_other_figures_of_the_same_areas_at_most():
    other = made(1)[0]
    assert not other.equals(made(model()["seed"])[0])
    assert set(other["area"]) <= set(areas().index)


def test_the_hard_areas_are_as_the_model_says():
    size = read().groupby("area")["period"].nunique()
    assert (size["X001"], size["X002"], size["X003"], size["X007"]) == (36, 36, 6, 11)
    assert "X004" not in size
    assert 0.6 < len(size) / len(areas()) < 0.75
    assert read().loc[read()["area"].eq("X003"), "denominator"].lt(11).any()


def test_interventions_that_do_nothing_have_no_effect_and_others_the_wanted_one():
    truth = pd.read_csv(DEMO / "synthetic_truth_metrics.csv")
    assert truth.loc[truth["is_null"], "value"].eq(0).all()
    moved = truth[~truth["is_null"]]
    wanted = moved["metric"].map(read().groupby("metric")["wanted"].first())
    assert (np.sign(moved["value"]) == wanted.map({"up": 1, "down": -1})).all()
    assert truth.query("area == 'X001' and intervention == 'shared_processes'")["value"].item() < 0


def test_hardly_any_intervention_without_effect_is_said_to_make_a_difference():
    null = judged()[judged()["is_null"]]
    assert len(null) > 100
    assert null["verdict"].eq("difference").mean() <= 0.05


def test_hardly_any_intervention_with_an_effect_worth_having_is_said_to_make_none():
    real = judged()[~judged()["is_null"]]
    assert real["verdict"].eq("no_difference").mean() <= 0.05
    tested = real[real["conf_low"].notna()]
    assert tested["verdict"].eq("difference").mean() >= 0.7


def test_intervals_beside_comparison_areas_cover_the_true_effect():
    found = judged()[judged()["conf_low"].notna() & judged()["method"].str.startswith("beyond")]
    inside = found["value"].between(found["conf_low"], found["conf_high"])
    # All areas of a metric share their comparison, so that they miss together.
    assert len(found) > 150
    assert 0.90 <= inside.mean() <= 0.995


def test_what_cannot_be_said_yet_has_a_reason():
    waiting = judged()[judged()["verdict"].eq("too_early")]
    assert set(waiting["reason"]) <= {"few_points", "few_before", "drift", "no_signal", "not_clear"}
