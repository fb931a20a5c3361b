"""Verdicts on published statements against what is exactly true in the synthetic survey, and its opposite."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import claims_truth
import demo_rows
import pandas as pd
import pytest
import yaml

from trustgap.report import claims, measuring
from trustgap.report.study import Study
from trustgap.stats.counts import NATIONAL
from trustgap.survey import catalogue, folder
from trustgap.survey.synthetic import folder as synthetic
from trustgap.survey.synthetic import law as synthetic_law
from trustgap.survey.synthetic import model as synthetic_model

KNOWN = catalogue.claims()
SURVEY = KNOWN[[test["kind"] in claims_truth.KINDS for test in KNOWN["test"]]]
DECIDED = ["holds", "does_not_hold"]
EVERY = 6  # every so many areas are judged: all 153 take minutes

pytestmark = pytest.mark.slow


def judged(study, truth):
    """Evaluate every claim, and say of each verdict whether it is wrong."""
    rows = claims.evaluate(study, SURVEY)
    wrong = [claims_truth.wrong(truth, SURVEY.loc[row.item, "test"]) for row in rows.itertuples()]
    held, failed = (rows["verdict"].eq(verdict).to_numpy() for verdict in DECIDED)
    false = [(a and one) or (b and other) for a, b, (one, other) in zip(held, failed, wrong, strict=True)]
    return rows.assign(wrong=false, area=study.area)


def listed(rows):
    return "\n" + rows[["area", "item", "estimate", "conf_low", "conf_high", "verdict"]].to_string()


@pytest.fixture(scope="module")
def world():
    return synthetic_model.build(demo_rows.DEMO)


def test_over_the_whole_country_no_verdict_is_wrong_and_none_is_left_open(world):
    truth = claims_truth.Truth(synthetic_law.look(world, pooled=True), 0)
    rows = judged(demo_rows.study(NATIONAL), truth)
    assert not rows["wrong"].any(), listed(rows[rows["wrong"]])
    assert rows["verdict"].isin(DECIDED).all(), listed(rows[~rows["verdict"].isin(DECIDED)])


def test_over_areas_few_verdicts_are_wrong_and_some_are_given(world):
    view = synthetic_law.look(world, pooled=False)
    places = [*range(0, len(view.areas), EVERY), *range(1, 7)]
    rows = pd.concat(
        [
            judged(demo_rows.study(view.areas[place]), claims_truth.Truth(view, place))
            for place in sorted(set(places))
        ]
    )
    decided = rows[rows["verdict"].isin(DECIDED)]
    assert decided["wrong"].mean() <= 0.05, listed(rows[rows["wrong"]])
    assert 0.1 < len(decided) / len(rows) < 0.6


SMALL = [f"X{number:03d}" for number in range(8, 26)]
SHARES = {
    "trust_asc": {"hospital": 0.88},
    "trust_hospital": {"asc": 0.45},
    "trust_community": {"asc": 0.55, "hospital": 0.75},
    "trust_gp": {"asc": 0.90, "hospital": 0.60, "community": 0.90},
    "trust_discharge": {"asc": 0.85, "gp": 0.85, "community": 0.85},
    "rel_discharge": {"asc": 0.10},
    "rel_asc": {"hospital": 0.60},
}
"""The opposite of what was published, where it is about trust and relationships."""

OPPOSITE = ["C1", "C1a", "C1b", "C2", "C3", "C4", "C4a", "C6", "C7", "C8", "C9", "C10", "C10a", "C11", "C11a",
            "C13", "C14", "C15", "C24", "C27", "C25", "C25e"]  # fmt: skip
"""What holds in the demo, and must not where its opposite was planted."""


def planted(to, change):
    """Make a smaller survey of the demo's questionnaire after changing how its answers are made."""
    to.mkdir()
    shutil.copyfile(demo_rows.DEMO / "questionnaire.yaml", to / "questionnaire.yaml")
    listed = pd.read_csv(demo_rows.DEMO / "areas.csv", dtype=str)
    listed[listed["code"].isin(SMALL)].to_csv(to / "areas.csv", index=False)
    model = yaml.safe_load((demo_rows.DEMO / "model.yaml").read_text(encoding="utf-8"))
    model |= {"hard_areas": {}, "published": [], "same_law": [], "spread": []}
    change(model)
    (to / "model.yaml").write_text(yaml.safe_dump(model, sort_keys=False), encoding="utf-8")
    synthetic.ensure(to)
    part = measuring.measure(folder.load(to))
    study = Study(part, NATIONAL, Path("outputs"), part.mask, part.words, datetime(2020, 1, 1, tzinfo=UTC))
    view = synthetic_law.look(synthetic_model.build(to), pooled=True)
    return judged(study, claims_truth.Truth(view, 0)).set_index("item")


def opposite(model):
    """Turn round which class is named more, who trusts whom, what is strong, and how trust moved."""
    asked = yaml.safe_load((demo_rows.DEMO / "questionnaire.yaml").read_text(encoding="utf-8"))
    for item in asked["items"]:
        if item["block"] == "factor":
            share = {"behaviour": 0.30, "process": 0.60, "environment": 0.45}[item["class"]]
            model["shares"][item["id"]] = dict.fromkeys(model["shares"][item["id"]], share)
    model["shares"]["transport_medication"] = {"asc": 0.40, "hospital": 0.75, "gp": 0.5, "community": 0.5}
    for item, groups in SHARES.items():
        model["shares"][item] |= groups
    model["trends"] = [{"item": "trust_asc", "groups": ["hospital"], "change": 0.8}]
    model["correlation"]["team"] = dict.fromkeys(model["correlation"]["team"], 0.15)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    home = tmp_path_factory.mktemp("worlds")
    return planted(home / "as_published", lambda model: None), planted(home / "opposite", opposite)


def test_planting_the_opposite_turns_what_holds_into_what_does_not(both):
    as_published, turned = both
    assert as_published.loc[OPPOSITE, "verdict"].isin(["holds", "cannot_say"]).all()
    held = as_published.loc[OPPOSITE, "verdict"].eq("holds")
    assert held.sum() >= 16, listed(as_published.loc[OPPOSITE].reset_index())
    assert turned.loc[OPPOSITE, "verdict"].eq("does_not_hold").all(), listed(
        turned.loc[OPPOSITE].reset_index()
    )


def test_no_verdict_is_wrong_in_either_world(both):
    for rows in both:
        assert not rows["wrong"].any(), listed(rows[rows["wrong"]].reset_index())
