"""What is said of the files of a local programme: counts that are right, and no cell written freely."""

import pandas as pd
import pytest

from trustgap.survey.programme import cases, delays, evidence, metrics
from trustgap.survey.programme.inventory import inventory
from trustgap.survey.programme.records import empty

NAMES = {"area": "council", "areas": "councils"}
CANARY = "Mrs Example of ward 4"


def table(kind, *rows):
    """Fill the rows of a file; what is not given is empty."""
    blank = empty(kind.COLUMNS)
    frame = pd.DataFrame(rows).reindex(columns=blank.columns)
    texts = [name for name in blank if blank[name].dtype == object]
    return frame.assign(**{name: frame[name].astype(object).fillna("") for name in texts})


def said(**files):
    return dict(inventory(files, NAMES))


def test_what_is_not_there_is_not_spoken_of():
    assert inventory({name.FILE: empty(name.COLUMNS) for name in (cases, metrics)}, NAMES) == []
    assert said(cases=empty(cases.COLUMNS), delays=empty(delays.COLUMNS)) == {}


@pytest.mark.parametrize(("rows", "named"), [(3, False), (10, False), (11, True)])
def test_a_decision_point_of_somebodys_own_is_named_only_where_many_rows_share_it(rows, named):
    own = [{"case": f"c{n}", "area": "X1", "decision_point": CANARY, "decision": "d"} for n in range(rows)]
    lines = said(cases=table(cases, *own, {"case": "z", "area": "X1", "decision_point": "admission"}))
    lines = lines["Case reviews"]

    assert "admission: 1 row" in lines
    assert (f"{CANARY}: {rows} rows" in lines) == named
    assert (f"1 other: {rows} rows" in lines) == (not named)


def test_cases_and_reviewers_are_counted_each_once_in_their_area():
    row = {"case": "c1", "area": "X1", "decision_point": "discharge", "cost": 10.0, "cost_better": 5.0}
    lines = said(
        cases=table(
            cases,
            row | {"reviewer": "a", "better_decision": "home"},
            row | {"reviewer": "b", "cost": float("nan")},
            row | {"reviewer": "a", "case": "c2", "area": "X2"},
        )
    )["Case reviews"]

    assert lines[0] == "3 judgements of 2 cases in 2 councils, by 3 reviewers"
    assert lines[1].startswith("1 case judged by several reviewers; ")
    assert lines[1].endswith("noted in 1 row, both costs in 2 rows")


def test_points_of_a_metric_are_counted_area_by_area():
    row = {"metric": "los", "kind": "outcome", "wanted": "down"}
    rows = [row | {"area": "X1", "period": f"2024-{month:02}-01"} for month in range(1, 13)]
    rows += [row | {"area": "X2", "period": "2024-03-01", "intervention_date": "2024-02-01"}]
    (line,) = said(
        metrics=table(
            metrics,
            *rows,
        )
    )["Metrics"]

    assert line == (
        "los: outcome, wanted down; 1 to 12 points in 2 councils, 2024-01 to 2024-12; an intervention with a "
        "date in 1 council"
    )


def test_the_whole_is_no_area_and_blank_days_are_counted():
    row = {"breakdown": "responsible", "category": "nhs", "period": "2019-01-01"}
    rows = [row | {"area": "national", "days": 5.0}, row | {"area": "X1", "days": float("nan")}]
    lines = said(delays=table(delays, *rows))["Delayed days"]

    assert lines == [
        "1 row in 1 council",
        "responsible: 1 row for 1 month, 2019-01 to 2019-01, 1 council; categories nhs; 1 blank",
    ]
    alone = said(delays=table(delays, rows[0]))["Delayed days"]
    assert alone[0] == "1 row in 0 councils"


def test_pieces_of_evidence_are_counted_by_finding_and_kind():
    row = {"area": "X1", "behaviour": "b", "barrier": "c", "kind": "interviews"}
    rows = [row | {"finding": "supports"}] * 2 + [row | {"finding": "neither", "kind": "observation"}]

    assert said(evidence=table(evidence, *rows))["Evidence"] == [
        "3 pieces on 1 barrier in 1 council: 2 support, 0 contradict, 1 do neither",
        "interviews: 2 rows",
        "observation: 1 row",
    ]
