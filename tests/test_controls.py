"""Areas without an intervention as one series."""

import pandas as pd
import pytest
from tracked_series import begun, metric

from trustgap.stats.tracking.controls import MIN_CONTROLS, control_series


def areas(count, value, **facts):
    return [metric([v + place for v in value], area=f"C{place}", **facts) for place in range(count)]


def test_values_are_averaged_over_the_areas_without_an_intervention():
    rows = pd.concat([*areas(5, [1.0, 2, 3]), begun([90.0, 91, 92], 1, area="T")])
    found = control_series(rows)
    assert found["value"].tolist() == [3.0, 4.0, 5.0]
    assert set(found["areas"]) == {5}
    assert set(found["area"]) == {"national"}


def test_shares_are_added_up():
    rows = pd.concat([metric(hits=[n, 2 * n], base=[100, 200 * n], area=f"C{n}") for n in range(1, 7)])
    found = control_series(rows)
    assert found["numerator"].tolist() == [21.0, 42.0]
    assert found["denominator"].tolist() == [600.0, 4200.0]
    assert found["value"].isna().all()


@pytest.mark.parametrize(("count", "rows"), [(MIN_CONTROLS - 1, 0), (MIN_CONTROLS, 3)])
def test_a_few_areas_stand_for_nobody(count, rows):
    assert len(control_series(pd.concat(areas(count, [1.0, 2, 3])))) == rows


def test_an_area_that_comes_later_is_left_out_and_so_is_a_month_of_few_areas():
    full = areas(6, [1.0, 2, 3, 4])
    late = metric([50.0, 50], area="L", period=full[0]["period"].iloc[2:].tolist())
    early = metric([70.0] * 5, area="E", period=["2016-12-01", *full[0]["period"]])
    found = control_series(pd.concat([*full, late, early]))
    assert set(found["areas"]) == {7}
    assert found["period"].tolist() == full[0]["period"].tolist()


def test_an_area_compares_on_the_metrics_that_nothing_was_tried_on():
    rows = pd.concat([*areas(5, [1.0, 2]), *areas(4, [1.0, 2], name="late"), begun([9.0, 9], 1, area="T")])
    other = metric([4.0, 4], area="T", name="late")
    found = control_series(pd.concat([rows, other]))
    assert found.groupby("metric")["areas"].first().to_dict() == {"falls": 5, "late": 5}


def test_rows_of_the_whole_country_and_no_rows_make_no_comparison():
    rows = pd.concat(areas(5, [1.0, 2]))
    again = pd.concat([rows, control_series(rows)])
    assert control_series(again)["value"].tolist() == control_series(rows)["value"].tolist()
    assert control_series(rows.iloc[:0]).empty
