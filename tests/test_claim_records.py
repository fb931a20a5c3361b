"""Published statements held against reviewed cases, delayed days and metrics."""

from dataclasses import replace

import case_files as files
import demo_rows
import numpy as np
import pandas as pd
import pytest

from trustgap.report import claims
from trustgap.report.disclosure import Mask
from trustgap.report.disclosure.beside import beside
from trustgap.report.study import Study
from trustgap.stats.counts import NATIONAL
from trustgap.survey import catalogue
from trustgap.survey.programme import cases, delays, metrics
from trustgap.survey.programme.records import empty

KNOWN = catalogue.claims()
AREA = "X008"
EMPTY = {"cases": empty(cases.COLUMNS), "delays": empty(delays.COLUMNS), "metrics": empty(metrics.COLUMNS)}


def study(area=AREA, **files):
    """A study of an area that brings these files and no other."""
    known = demo_rows.study(area)
    every = known.release.files | EMPTY
    brought, of_cases = beside(every | files)
    decided = pd.concat([known.release.decided, of_cases], ignore_index=True)
    release = replace(known.release, files=brought, decided=decided)
    return Study(release, area, known.outputs, Mask.of(decided), known.words, known.started)


def found(claim, area=AREA, **files):
    return claims.evaluate(study(area, **files), KNOWN.loc[[claim]]).iloc[0]


def reviewed(better, n=400, *, point="admission", decision="admit", area=AREA, **columns):
    """Cases of which a share could have been decided better; every case has its own reviewer."""
    hit = np.arange(n) < better * n
    frame = pd.DataFrame({"case": [f"{point}{area}{i}" for i in range(n)], "area": area})
    frame = frame.assign(decision_point=point, decision=decision, reviewer=[f"r{i}" for i in range(n)])
    frame = frame.assign(better_decision=np.where(hit, "other", decision), available=hit, cost=900.0)
    blank = dict.fromkeys(["team", "outcome", "population", "period"], "")
    frame = frame.assign(cost_better=400.0, **blank | columns)
    return frame[[column.name for column in cases.COLUMNS]]


@pytest.mark.parametrize(
    ("claim", "better", "verdict"),
    [
        ("C17", 0.45, "holds"),
        ("C17", 0.70, "does_not_hold"),
        ("C18", 0.26, "holds"),
        ("C18a", 0.26, "does_not_hold"),
        ("C18", 0.31, "cannot_say"),
        ("C17a", 0.45, "holds"),
        ("C17b", 0.45, "holds"),
    ],
)
def test_shares_of_cases_are_held_against_published_ones(claim, better, verdict):
    row = found(claim, cases=reviewed(better))
    assert row["verdict"] == verdict
    assert row["reason"] == ""


def test_the_share_available_and_the_share_cheaper_can_fail():
    other = reviewed(0.5)
    other["available"] = other["available"] & (np.arange(len(other)) % 2 == 0)
    assert found("C17a", cases=other)["verdict"] == "does_not_hold"
    dear = reviewed(0.5).assign(cost_better=1000.0)
    row = found("C17b", cases=dear)
    assert (row["verdict"], row["estimate"], row["n_a"]) == ("does_not_hold", 0.0, 200)


def test_moves_into_residential_care_are_right_where_nothing_was_better():
    moves = reviewed(0.9, point="residential", decision="move")
    assert found("C20", cases=moves)["verdict"] == "holds"
    assert found("C20a", cases=moves)["verdict"] == "does_not_hold"


def crossover(team, people, n=100):
    """Two teams on two populations; `team` and `people` are the differences between them."""
    cells = [("A", "p", 0.4 + team / 2), ("A", "q", 0.4 + team / 2 - people)]
    cells += [("B", "p", 0.4 - team / 2), ("B", "q", 0.4 - team / 2 - people)]
    parts = [
        reviewed(0, n, point="reablement", team=name, population=population).assign(
            case=[f"{name}{population}{i}" for i in range(n)],
            decision=np.where(np.arange(n) < share * n, "suitable", "unsuitable"),
        )
        for name, population, share in cells
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(
    ("team", "people", "verdict"),
    [
        (0.6, 0.0, "holds"),
        (0.0, 0.0, "does_not_hold"),
        (0.4, 0.2, "does_not_hold"),
        (0.12, 0.0, "cannot_say"),
    ],
)
def test_it_is_the_team_only_if_the_people_do_not_matter(team, people, verdict):
    assert found("C19", cases=crossover(team, people, n=300))["verdict"] == verdict


def test_cases_without_teams_or_periods_leave_what_needs_them_untested():
    for claim in ("C19", "C22"):
        row = found(claim, cases=reviewed(0.4))
        assert (row["verdict"], row["reason"]) == ("cannot_say", "no_file")


def judged(before, after, n=80):
    """Cases that two reviewers judged, alike in these shares of them."""
    parts = []
    for period, alike in (("before", before), ("after", after)):
        first = reviewed(0.5, n, period=period).assign(reviewer="a")
        first["case"] = period + first["case"]
        second = first.assign(reviewer="b")
        turn = np.arange(n) % 100 >= 100 * alike if alike < 1 else np.zeros(n, bool)
        other = np.where(first["better_decision"].eq("other"), "admit", "other")
        second["better_decision"] = np.where(turn, other, first["better_decision"])
        parts += [first, second]
    return pd.concat(parts, ignore_index=True)


def test_reviewing_together_holds_where_agreement_rose_and_not_where_it_did_not():
    assert found("C22", cases=judged(0.4, 1.0))["verdict"] == "holds"
    assert found("C22", cases=judged(1.0, 0.4))["verdict"] == "does_not_hold"


def delayed(share, area=AREA):
    months = pd.period_range("2016-04", periods=12, freq="M").strftime("%Y-%m-01")
    wave = np.tile([0.98, 1.0, 1.02], 4)
    parts = {"social_care": 1000 * share * wave, "nhs": 1000 * (1 - share) / wave}
    return pd.concat(
        [
            pd.DataFrame(
                {"area": area, "period": months, "breakdown": "responsible", "category": name, "days": d}
            )
            for name, d in parts.items()
        ],
        ignore_index=True,
    )


@pytest.mark.parametrize(("share", "verdict"), [(0.35, "holds"), (0.60, "does_not_hold")])
@pytest.mark.parametrize("area", [AREA, NATIONAL])
def test_delayed_days_are_held_against_the_share_of_their_time(share, verdict, area):
    row = found("C21", area, delays=pd.concat([delayed(share, area), delayed(0.9, "X009")]))
    assert row["verdict"] == verdict
    assert row["estimate"] == pytest.approx(share, abs=0.005)


def test_days_of_another_time_leave_the_statement_open():
    later = delayed(0.35).assign(period=lambda rows: rows["period"].str.replace("201", "202"))
    assert found("C21", delays=later)["verdict"] == "cannot_say"


def tracked(step, area, months=24):
    at = pd.period_range("2016-01", periods=months, freq="M").strftime("%Y-%m-01")
    value = 50 + np.tile([0.0, 1, -1, 0.5, -0.5, 1], months // 6) + step * (np.arange(months) >= months // 2)
    named = {"metric": "days", "label": "Days", "kind": "outcome", "wanted": "down", "unit": "days"}
    frame = pd.DataFrame(named | {"area": area, "period": at, "value": value})
    frame = frame.assign(numerator=np.nan, denominator=np.nan, intervention="rounds", public="yes")
    frame = frame.assign(intervention_date=at[months // 2])
    return frame[[column.name for column in metrics.COLUMNS]]


def test_an_area_says_of_its_own_interventions_whether_they_helped():
    assert found("C23", metrics=tracked(-10, AREA))["verdict"] == "holds"
    row = found("C23", metrics=tracked(0, AREA, months=96))
    assert row["verdict"] == "does_not_hold"
    assert row["group_a"] == "item:rounds"
    assert row["group_b"] == "item:days"


def test_over_all_areas_it_takes_more_interventions_that_helped_than_chance_brings():
    few = pd.concat([tracked(-10 if place < 1 else 0, f"X{place + 8:03d}") for place in range(12)])
    many = pd.concat([tracked(-10 if place < 8 else 0, f"X{place + 8:03d}") for place in range(12)])
    assert found("C23", NATIONAL, metrics=few)["verdict"] == "cannot_say"
    row = found("C23", NATIONAL, metrics=many)
    assert (row["verdict"], row["estimate"]) == ("holds", pytest.approx(8 / 12))


def test_what_rests_on_few_cases_is_hidden_and_no_answers_mask_touches_the_rest():
    shown = claims.shown(study(cases=reviewed(0.4, 8)))
    assert shown.where(item="C17").hidden == 1
    alike = claims.shown(study(cases=reviewed(1.0, 20))).where(item=["C17", "C17a", "C17b"]).frame
    assert alike["estimate_text"].tolist() == [">90%", "[c]", "[c]"]
    shown = claims.shown(study(cases=reviewed(0.45)))
    assert shown.where(item="C17").frame["verdict"].item() == "holds"
    assert shown.where(item="C21").frame["reason"].item() == "no_file"


def test_a_contrast_of_teams_tells_no_share_that_the_page_of_cases_keeps_back():
    own = [("A", "North", "", 11, 14), ("A", "South", "", 9, 14)]
    for few, several, shown in ((1, 0, "[z]"), (6, 4, "+36 points")):
        cells = [*own, ("B", "North", "", few, 14), ("B", "South", "", several, 14)]
        row = claims.shown(study(cases=files.decided(cells, area=AREA))).where(item="C19").frame
        assert row["estimate_text"].item() == shown
        assert row["conf_low"].isna().item() == (shown == "[z]")


def test_a_survey_without_any_file_leaves_every_such_statement_untested():
    kinds = KNOWN["test"].map(lambda test: test["kind"])
    rested = KNOWN[kinds.isin(list(claims.evaluation.records.FILES))]
    rows = claims.evaluate(study(), rested)
    assert len(rows) >= 12
    assert set(rows["reason"]) == {"no_file"}
