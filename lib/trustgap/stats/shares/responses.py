"""Who answered, how many of those asked, and which questions were left unanswered."""

import numpy as np
import pandas as pd

from trustgap.stats import counts as cells
from trustgap.stats.shares.intervals import wilson

KEY = ["area", "wave", "group"]
"""Whose respondents are counted."""

LEAST = "most answers to any one question, so at least as many respondents"
"""How respondents are counted where nothing but the bases of shares is known."""

EVERYBODY = {"area": cells.NATIONAL, "group": cells.ALL}


def respondents(answers: pd.DataFrame) -> pd.DataFrame:
    """Count the respondents of every area, wave and group.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        Needs ``area``, ``wave``, ``group`` and ``respondent``.

    Returns
    -------
    DataFrame
        ``area``, ``wave``, ``group``, ``n`` (distinct respondents); the pooled group `counts.ALL`, the
        pooled area `counts.NATIONAL` and both together are among the rows.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "respondent": ["r", "s"]})
    >>> people = respondents(answers)
    >>> people[people["area"].eq("X1")]["n"].tolist()
    [1, 1, 2]
    """
    person, (wave, waves) = pd.factorize(answers["respondent"])[0], cells.numbered(answers, ["wave"])
    once_a_wave = not pd.Series(person * len(waves) + wave).duplicated().any()
    counted = []
    for pooled in ({}, {"group": cells.ALL}, {"area": cells.NATIONAL}, EVERYBODY):
        numbers, names = cells.numbered(answers, [key for key in KEY if key not in pooled])
        if not once_a_wave:
            # One number for a person in a cell, however many rows give it.
            numbers = pd.unique(person * len(names) + numbers) % max(len(names), 1)
        n = np.bincount(numbers, minlength=len(names))
        counted.append(names.assign(**pooled, n=n)[[*KEY, "n"]])
    return pd.concat(counted, ignore_index=True)


def largest_bases(counts: pd.DataFrame) -> pd.DataFrame:
    """Count respondents where nothing but counts is known: the most valid answers that any item has.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `counts.tally` returns them, by area and by group; nothing pooled.

    Returns
    -------
    DataFrame
        As `respondents` returns it. ``n`` is the fewest people that can have given the answers of an area,
        wave and group; pooled ones are their sums.

    Examples
    --------
    >>> cell = {"area": "X1", "wave": "1", "group": "a"}
    >>> cells = pd.DataFrame([cell | {"item": "q", 1: 3, 2: 4}, cell | {"item": "r", 1: 5, 2: 1}])
    >>> largest_bases(cells)["n"].tolist()
    [7, 7, 7, 7]
    """
    own = counts[KEY].assign(n=cells.valid(counts)).groupby(KEY, as_index=False)["n"].max()
    versions = [
        own,
        own.assign(group=cells.ALL),
        own.assign(area=cells.NATIONAL),
        own.assign(area=cells.NATIONAL, group=cells.ALL),
    ]
    return pd.concat([part.groupby(KEY, as_index=False)["n"].sum() for part in versions], ignore_index=True)


def who_answered(
    people: pd.DataFrame, *, staff: dict[str, float] | None = None, least: bool = False
) -> pd.DataFrame:
    """Give the respondents of each group and, where the staff are known, the response rate.

    Parameters
    ----------
    people : DataFrame
        As `respondents` returns it, for one area.
    staff : dict of str to float, optional
        Head-count by group; missing or zero where it is not known.
    least : bool
        Whether more may have answered than are counted, as where they come from `largest_bases`: ``method``
        says so, and there are no response rates.

    Returns
    -------
    DataFrame
        Rows ``respondents`` for every wave and group, and ``response_rate`` (Wilson limits, proportion
        of the head-count) where the head-count is known and at least the number of respondents.

    Raises
    ------
    KeyError
        If `people` lacks a column.

    Notes
    -----
    The interval of a response rate describes chance in who answered, as if staff answered
    independently; it says nothing about who did not.

    Examples
    --------
    >>> people = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a"], "n": [50]})
    >>> who_answered(people, staff={"a": 200})[["estimand", "n_a", "estimate"]]
            estimand    n_a  estimate
    0    respondents   50.0     50.00
    1  response_rate  200.0      0.25
    """
    rests = [
        ((a, w, g, ""),) for a, w, g in zip(people["area"], people["wave"], people["group"], strict=True)
    ]
    rows = people[["area", "wave"]].assign(
        analysis="who_answered",
        estimand="respondents",
        group_a=people["group"],
        n_a=people["n"].astype(float),
        estimate=people["n"].astype(float),
        method=LEAST if least else "count of respondents",
        rests_on=rests,
    )
    if least:
        return rows
    asked = people["group"].map(staff or {}).astype(float)
    known = asked.ge(people["n"]) & asked.gt(0)
    low, high = wilson(people["n"].where(known, 0).to_numpy(float), asked.where(known, 0).to_numpy(float))
    rates = rows.assign(
        estimand="response_rate",
        n_a=asked,
        estimate=people["n"] / asked,
        conf_low=low,
        conf_high=high,
        method="Wilson score interval",
    )[known]
    return pd.concat([rows, rates], ignore_index=True)


def answered(counts: pd.DataFrame) -> pd.DataFrame:
    """Estimate how many of those asked a question gave a valid answer.

    Parameters
    ----------
    counts : DataFrame
        Cells as `counts.tally` returns them.

    Returns
    -------
    DataFrame
        Rows ``answered_share`` (proportion of those asked, Wilson limits); ``n_a`` are those asked.
        Nobody asked: reason ``all_missing``.

    Examples
    --------
    >>> cell = {"area": "X1", "wave": "1", "group": "a", "item": "q", 1: 15, 2: 15, "blank": 6,
    ...         "dont_know": 4, "no_contact": 0, "refused": 0, "not_asked": 9}
    >>> answered(pd.DataFrame([cell]))[["n_a", "estimate"]]
       n_a  estimate
    0   40      0.75
    """
    valid = cells.valid(counts)
    asked = valid + cells.unanswered(counts)
    low, high = wilson(valid.to_numpy(float), asked.to_numpy(float))
    rests = list(zip(counts[cells.CELL].itertuples(index=False, name=None), strict=True))
    return pd.DataFrame(
        {
            "area": counts["area"],
            "wave": counts["wave"],
            "analysis": "answered",
            "estimand": "answered_share",
            "item": counts["item"],
            "group_a": counts["group"],
            "n_a": asked,
            "estimate": valid / asked.where(asked > 0),
            "conf_low": low,
            "conf_high": high,
            "method": "Wilson score interval",
            "reason": np.where(asked > 0, "", "all_missing"),
            "rests_on": rests,
        }
    )
