"""Synthetic case reviews: the files are those the model makes, and the pages find what is true of them."""

import copy
import io
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from trustgap.stats import results
from trustgap.stats.case_reviews import gaps, reviewers, reviews, suitability
from trustgap.stats.counts import NATIONAL
from trustgap.survey.programme.cases import read
from trustgap.survey.synthetic import cases as synthetic_cases
from trustgap.survey.synthetic.cases_truth import settled_chances

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
KEYS = ["area", "analysis", "estimand", "item", "group_a", "group_b"]


@cache
def areas():
    return pd.read_csv(DEMO / "areas.csv", dtype=str).set_index("code")


def model():
    return yaml.safe_load((DEMO / "model.yaml").read_text(encoding="utf-8"))["cases"]


def made(settings):
    frame, truth = synthetic_cases.make(areas(), settings, seed=settings["seed"])
    return frame.assign(available=frame["available"].map({"yes": 1.0, "no": 0.0})), truth


def found(own, area):
    """Run what the page of an area, or the claims on all of them, run."""
    parts = [reviews.findings(own, area=area), reviewers.agreed(own, area=area)]
    parts += [reviewers.agreement_change(own, area=area)]
    if area == NATIONAL:
        parts += [suitability.swapped(own, area=area), gaps.gaps_change(own)]
    else:
        parts += [suitability.suitable(own, area=area), gaps.gap_change(own, area=area)]
    rows = results.complete(pd.concat([part for part in parts if len(part)], ignore_index=True))
    gap = rows["estimand"].eq("gap_change")
    rows.loc[gap, ["group_a", "group_b"]] = ""
    return rows


@cache
def scored():
    """Give every result of the demo's cases beside what is true."""
    frame, truth = made(model())
    rows = [found(own.reset_index(drop=True), area) for area, own in frame.groupby("area", sort=False)]
    rows = pd.concat([*rows, found(frame, NATIONAL)], ignore_index=True)
    # The agreement of one period stands beside no truth of its own.
    return rows.merge(truth, on=KEYS)


def test_the_committed_files_are_those_the_model_makes():
    settings = model()
    frame, truth = synthetic_cases.make(areas(), settings, seed=settings["seed"])
    for table, name in ((frame, "cases.csv"), (truth, "synthetic_truth_cases.csv")):
        text = io.StringIO()
        table.to_csv(text, index=False, lineterminator="\n")
        assert (DEMO / name).read_text(encoding="utf-8") == text.getvalue(), name
        assert (DEMO / name).stat().st_size < 1_000_000


def test_the_file_is_sound_and_a_third_of_areas_has_none():
    frame, problems, _ = read(DEMO, asked=None, areas=areas())
    assert problems == []
    per_area = frame[frame["better_decision"].ne("")].groupby("area")["case"].nunique()
    assert 0.25 < 1 - len(per_area) / len(areas()) < 0.42
    assert "X004" not in per_area
    assert per_area["X003"] < 11 <= per_area["X007"] < 15
    assert per_area["X002"] > 60
    assert per_area.drop("X002").max() <= 30


@pytest.mark.parametrize("many", [1, 2, 3])
def test_the_chance_to_be_settled_is_what_simulation_gives(many):
    random, n = np.random.default_rng(many), 200_000
    chance, skill = 0.3, 0.6
    better = random.random((n, 1)) < chance
    sees, guess = random.random((n, many)) < skill, random.random((n, many)) < chance
    says = np.where(sees, better, guess)
    if many == 1:
        says = says[random.random(n) >= 0.1]
    yes, no = settled_chances(np.array([chance]), np.array([skill]), np.array([many]), missed=0.1)
    votes = says.sum(axis=1)
    assert yes[0] == pytest.approx((2 * votes > many).sum() / n, abs=0.004)
    assert no[0] == pytest.approx((2 * votes < many).sum() / n, abs=0.004)


def test_the_published_shares_are_about_those_of_all_areas():
    _, truth = made(model())
    values = truth[truth["area"].eq(NATIONAL)].set_index(["estimand", "item"])["value"]
    published = {"improvable": 0.45, "avoidable_admission": 0.26, "residential_right": 0.10}
    for estimand, value in (published | {"over_provided": 1 / 3}).items():
        assert values[estimand, f"case_{estimand}"] == pytest.approx(value, abs=0.015)
    assert values["available", "case_available"] > 0.9


@pytest.mark.parametrize(
    ("estimand", "promised"),
    [
        ("improvable", 0.95),
        ("available", 0.95),
        ("avoidable_admission", 0.95),
        ("residential_right", 0.95),
        ("over_provided", 0.95),
        ("saving_per_case", 0.91),
        ("percent_agreement", 0.95),
        ("gwet_ac", 0.95),
        ("team_difference", 0.95),
        ("population_difference", 0.95),
    ],
)
def test_the_areas_intervals_hold_the_truth_about_as_often_as_they_promise(estimand, promised):
    rows = scored()
    rows = rows[rows["estimand"].eq(estimand) & rows["conf_low"].notna() & rows["area"].ne(NATIONAL)]
    inside = rows["value"].between(rows["conf_low"] - 1e-9, rows["conf_high"] + 1e-9)
    assert len(rows) >= 40
    error = np.sqrt(promised * (1 - promised) / len(rows))
    assert inside.mean() > promised - 3 * error


def test_verdicts_on_teams_and_populations_are_seldom_wrong():
    rows = scored()
    rows = rows[rows["verdict"].isin(["higher", "lower", "equivalent", "inconclusive"])]
    value, verdict = rows["value"], rows["verdict"]
    wrong = (verdict.eq("higher") & value.lt(1e-12)) | (verdict.eq("lower") & value.gt(-1e-12))
    wrong |= verdict.eq("equivalent") & value.abs().gt(0.1)
    assert len(rows) > 100
    assert wrong.mean() <= 0.05
    clear = rows[rows["estimand"].eq("team_difference") & value.gt(0.5)]["verdict"]
    assert clear.eq("higher").mean() > 0.9


def test_over_all_areas_the_published_findings_are_found():
    rows = scored()
    rows = rows[rows["area"].eq(NATIONAL)].set_index(["estimand", "item"])
    assert rows.loc[("available", "case_available"), "conf_low"] > 0.9
    assert rows.loc[("improvable", "case_improvable"), "conf_low"] > 0.4
    assert rows.loc[("team_difference", "case_swapped"), "verdict"] == "higher"
    assert rows.loc[("population_difference", "case_swapped"), "verdict"] == "equivalent"
    assert rows.loc[("agreement_change", "case_agreement"), "verdict"] == "higher"
    assert rows.loc[("gap_change", "case_gap"), "verdict"] == "lower"


def test_the_opposite_truth_turns_the_findings_round():
    settings = copy.deepcopy(model())
    settings["available"] = 0.6
    settings["suitable"]["team"] = {
        "Team A North": 0.7, "Team A South": 0.1, "Team B North": 0.7, "Team B South": 0.1
    }  # fmt: skip
    settings["suitable"] |= {
        "before": {"Team A": 0.4, "Team B": 0.4},
        "after": {"Team A": 0.8, "Team B": 0.2},
    }
    settings["skill"] |= {"before": 0.92, "after": 0.5}
    frame, _ = made(settings)
    rows = found(frame, NATIONAL).set_index(["estimand", "item"])
    assert rows.loc[("available", "case_available"), "conf_high"] < 0.7
    assert rows.loc[("team_difference", "case_swapped"), "verdict"] == "equivalent"
    assert rows.loc[("population_difference", "case_swapped"), "verdict"] == "higher"
    assert rows.loc[("agreement_change", "case_agreement"), "verdict"] == "lower"
    assert rows.loc[("gap_change", "case_gap"), "verdict"] == "higher"
