"""The calendar of a series."""

import pytest

from trustgap.stats.tracking.periods import calendar, later, spacing


@pytest.mark.parametrize(
    ("periods", "every"),
    [
        (["2024-01-01", "2024-02-01", "2024-05-01"], "month"),
        (["2024-01-01", "2024-04-01", "2025-01-01"], "quarter"),
        (["2022-01-01", "2024-01-01"], "year"),
        (["2024-01-01"], "month"),
        (["2024-01-08", "2024-01-22", "2024-01-29"], "week"),
        (["2024-01-03"], "week"),
        (["2024-01-01", "2024-01-15", "2024-02-01"], ""),
        (["2024-01-15", "2024-02-15"], ""),
        ([], ""),
    ],
)
def test_the_spacing_is_the_widest_into_which_all_periods_fit(periods, every):
    assert spacing(reversed(periods)) == every


def test_absent_periods_stand_in_the_calendar():
    assert calendar(["2024-04-01", "2023-10-01", "2023-07-01"]) == [
        "2023-07-01",
        "2023-10-01",
        "2024-01-01",
        "2024-04-01",
    ]
    assert calendar(["2024-01-08", "2024-01-22"]) == ["2024-01-08", "2024-01-15", "2024-01-22"]


def test_a_later_period_is_counted_over_the_end_of_a_year():
    assert later("2023-11-01", 3, every="month") == "2024-02-01"
    assert later("2023-10-01", 2, every="quarter") == "2024-04-01"
    assert later("2023-12-25", 2, every="week") == "2024-01-08"


def test_periods_that_fit_no_calendar_are_refused():
    with pytest.raises(ValueError, match="weeks, months"):
        calendar(["2024-01-01", "2024-01-15", "2024-02-01"])
