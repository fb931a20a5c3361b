"""Days of delay month by month, one column a part, and the stretches of months that are looked at."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

YEAR = 12
"""Months of a stretch, unless it is said otherwise: whole years, so that seasons do not matter."""


def by_month(delays: pd.DataFrame, *, breakdown: str) -> pd.DataFrame:
    """Lay the days of one area out by month and part.

    Parameters
    ----------
    delays : DataFrame, one row per area, period, breakdown and category
        ``period`` (ISO date of the first day), ``breakdown``, ``category`` and ``days``, of one area. A month
        or a category without a row was not recorded, which is not the same as no days.
    breakdown : str
        Such as ``responsible`` or ``reason``.

    Returns
    -------
    DataFrame, indexed by period in time order, one column per category in the order of first occurrence
        Days; missing where not recorded.

    Raises
    ------
    ValueError
        If a category occurs twice in a month, as it does where there is more than one area.

    Examples
    --------
    >>> delays = pd.DataFrame({"period": ["2019-02-01", "2019-01-01"], "breakdown": "responsible",
    ...                        "category": "nhs", "days": [10, 30]})
    >>> by_month(delays, breakdown="responsible")["nhs"].tolist()
    [30.0, 10.0]
    """
    part = delays[delays["breakdown"].eq(breakdown) & delays["days"].notna()]
    if part.duplicated(["period", "category"]).any():
        twice = part[part.duplicated(["period", "category"])].iloc[0]
        raise ValueError(f"{twice['category']!r} occurs twice in {twice['period']}: choose one area")
    months, categories = sorted(set(part["period"])), list(dict.fromkeys(part["category"]))
    days = np.full((len(months), len(categories)), np.nan)
    places = (
        pd.Index(labels).get_indexer(part[name])
        for labels, name in ((months, "period"), (categories, "category"))
    )
    days[tuple(places)] = part["days"].to_numpy(float)
    return pd.DataFrame(days, index=pd.Index(months, dtype=object), columns=categories)


def latest(wide: pd.DataFrame, *, months: int = YEAR, before: int = 0) -> pd.DataFrame:
    """Keep the last stretch of months, or the one so many stretches before it.

    Parameters
    ----------
    wide : DataFrame
        As `by_month` returns it.
    months : int
        Length of a stretch in calendar months.
    before : int
        0 for the stretch that ends with the last month recorded, 1 for the one before, and so on.

    Returns
    -------
    DataFrame
        As `stretch`.

    Examples
    --------
    >>> wide = pd.DataFrame({"nhs": [1.0, 2.0, 3.0]}, index=["2019-01-01", "2019-02-01", "2019-03-01"])
    >>> latest(wide, months=1, before=1).index.tolist()
    ['2019-02-01']
    """
    recorded = wide.dropna(how="all")
    if recorded.empty:
        return recorded
    end = pd.Period(recorded.index[-1], "M") - months * before
    first, last = ((end - back).strftime("%Y-%m-01") for back in (months - 1, 0))
    return stretch(recorded, first=first, last=last)


def stretch(wide: pd.DataFrame, *, first: str, last: str) -> pd.DataFrame:
    """Keep the months of a stretch.

    Parameters
    ----------
    wide : DataFrame
        As `by_month` returns it.
    first, last : str
        ISO dates of the first and the last month, both included.

    Returns
    -------
    DataFrame
        Without the months in which a part that was recorded `throughout` is missing, and without parts that
        were never recorded in the stretch.

    Examples
    --------
    >>> wide = pd.DataFrame({"a": [1.0, None, 2.0]}, index=["2019-01-01", "2019-02-01", "2019-03-01"])
    >>> stretch(wide, first="2019-01-01", last="2019-03-01").index.tolist()
    ['2019-01-01', '2019-03-01']
    """
    inside = wide[(wide.index >= first) & (wide.index <= last)].dropna(how="all").dropna(axis=1, how="all")
    return inside.dropna(subset=throughout(inside))


def throughout(wide: pd.DataFrame) -> list[str]:
    """Name the parts that were recorded from the first month of a stretch to its last.

    Parameters
    ----------
    wide : DataFrame
        As `stretch` returns it.

    Returns
    -------
    list of str
        A part that came in later, or went, has no share of the stretch; its days are days all the same.

    Examples
    --------
    >>> wide = pd.DataFrame({"a": [1.0, 2.0], "b": [None, 3.0]}, index=["2019-01-01", "2019-02-01"])
    >>> throughout(wide), throughout(wide.tail(1))
    (['a'], ['a', 'b'])
    """
    if wide.empty:
        return []
    recorded = wide.notna().to_numpy()
    return list(wide.columns[recorded[0] & recorded[-1]])


def span(wide: pd.DataFrame) -> str:
    """Name a stretch as results do: its first and its last month, joined by a slash.

    Parameters
    ----------
    wide : DataFrame
        As `stretch` returns it.

    Returns
    -------
    str
        "" where there is no month.

    Examples
    --------
    >>> span(pd.DataFrame(index=["2019-01-01", "2019-02-01"]))
    '2019-01-01/2019-02-01'
    """
    return "/".join(dict.fromkeys([wide.index[0], wide.index[-1]])) if len(wide) else ""


def monthly(delays: pd.DataFrame, *, breakdown: str) -> pd.DataFrame:
    """Give every part's share of the days of every month.

    Parameters
    ----------
    delays : DataFrame
        As `by_month` takes it.
    breakdown : str
        What the days are split by.

    Returns
    -------
    DataFrame of results, one row per month and part recorded
        Analysis ``delays_by_month``, estimand ``days_share``, ``n_a`` days of the month. A count has no
        interval. A month without any day has no shares and no row.

    Examples
    --------
    >>> delays = pd.DataFrame({"period": "2019-01-01", "breakdown": "responsible",
    ...                        "category": ["nhs", "both"], "days": [30, 10]})
    >>> monthly(delays, breakdown="responsible")[["item", "n_a", "estimate"]]
       item   n_a  estimate
    0   nhs  40.0      0.75
    1  both  40.0      0.25
    """
    wide = by_month(delays, breakdown=breakdown)
    total = wide.sum(axis=1)
    share = wide[total > 0].div(total[total > 0], axis=0)
    rows = share.rename_axis("wave").reset_index().melt("wave", list(wide), "item", "estimate")
    rows = rows.dropna(subset=["estimate"]).assign(n_a=lambda row: row["wave"].map(total))
    rows = rows.sort_values("wave", kind="stable", ignore_index=True)
    return rows.assign(analysis="delays_by_month", estimand="days_share", method="days counted")


def gaps(months: Iterable[str]) -> list[str]:
    """Name the months between the first and the last that are missing.

    Parameters
    ----------
    months : iterable of str
        ISO dates of first days.

    Returns
    -------
    list of str
        In time order.

    Examples
    --------
    >>> gaps(["2019-01-01", "2019-04-01"])
    ['2019-02-01', '2019-03-01']
    """
    here = sorted(set(months))
    if not here:
        return []
    every = pd.period_range(here[0], here[-1], freq="M").strftime("%Y-%m-01")
    return [month for month in every if month not in here]
