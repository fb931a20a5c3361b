"""The calendar of a series: how far apart its periods are, and which of them are absent."""

import functools
from collections.abc import Iterable

import pandas as pd

STEPS = {"month": 1, "quarter": 3, "year": 12}
"""Months from one period to the next, by what the periods are."""


def spacing(periods: Iterable[str]) -> str:
    """Say what the periods of a series are.

    Parameters
    ----------
    periods : iterable of str
        ISO dates of the first day of each period, in any order; absent periods do no harm.

    Returns
    -------
    {"week", "month", "quarter", "year", ""}
        The widest spacing into whose steps all fit. A single period is a month if it begins on the first day
        of one, else a week; "" where they fit into none, such as months among weeks, and where there is none.

    Examples
    --------
    >>> spacing(["2024-04-01", "2024-07-01"]), spacing(["2024-04-01", "2024-05-01", "2024-08-01"])
    ('quarter', 'month')
    >>> spacing(["2024-04-01", "2024-04-08"]), spacing(["2024-04-01", "2024-04-03"])
    ('week', '')
    """
    return _spacing(tuple(sorted(set(periods))))


@functools.lru_cache(maxsize=1024)
def _spacing(periods: tuple[str, ...]) -> str:
    dates = pd.DatetimeIndex(periods)
    if not len(dates):
        return ""
    if (dates.day == 1).all():
        if len(dates) == 1:
            return "month"
        months = dates.year * 12 + dates.month
        gaps = (months - months[0])[1:]
        return next(name for name, step in reversed(STEPS.items()) if (gaps % step == 0).all())
    days = (dates - dates[0]).days
    return "week" if (days % 7 == 0).all() else ""


def calendar(periods: Iterable[str]) -> list[str]:
    """List every period from the first to the last, those without a figure too.

    Parameters
    ----------
    periods : iterable of str
        As for `spacing`.

    Returns
    -------
    list of str
        ISO dates.

    Raises
    ------
    ValueError
        If the periods fit into no spacing.

    Examples
    --------
    >>> calendar(["2024-04-01", "2024-05-01", "2024-07-01"])
    ['2024-04-01', '2024-05-01', '2024-06-01', '2024-07-01']
    """
    return list(_calendar(tuple(sorted(set(periods)))))


@functools.lru_cache(maxsize=1024)
def _calendar(periods: tuple[str, ...]) -> tuple[str, ...]:
    every = pd.date_range(periods[0], periods[-1], freq=_step(_spacing(periods)))
    return tuple(every.strftime("%Y-%m-%d"))


def later(period: str, count: int, *, every: str) -> str:
    """Name the period so many after another.

    Parameters
    ----------
    period : str
        ISO date.
    count : int
        How many periods later.
    every : {"week", "month", "quarter", "year"}
        As `spacing` gives it.

    Returns
    -------
    str
        ISO date.

    Examples
    --------
    >>> later("2024-11-01", 3, every="month"), later("2024-12-30", 1, every="week")
    ('2025-02-01', '2025-01-06')
    """
    return f"{pd.Timestamp(period) + count * _step(every):%Y-%m-%d}"


def _step(every: str) -> pd.DateOffset:
    if every == "week":
        return pd.DateOffset(weeks=1)
    if every not in STEPS:
        raise ValueError(f"periods must be weeks, months, quarters or years apart, got {every!r}")
    return pd.DateOffset(months=STEPS[every])
