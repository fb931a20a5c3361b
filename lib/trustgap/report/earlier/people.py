"""Respondents as the record of releases knows them: by keyed digests, and found again in a later file."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trustgap.survey import secret

KEY = ["wave", "area", "group"]
"""Where a respondent is counted."""

DIGITS = 16
"""Hexadecimal digits of a digest that are kept: two of a million people share one by chance in 30 million."""

NOBODY = 0
"""In the place of a digest where there is nothing to digest."""

FOUND_AGAIN = 0.5
"""At least so many of a wave must be found again: identifiers to be lasting, rows to be of the same wave."""

SETTLED = 0.9
"""At least so many of those must stand for people who are where most others of their area and group are."""


def digested(
    answers: pd.DataFrame,
    ids: np.ndarray,
    *,
    items: list[str],
    key: bytes,
    then: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Digest respondents and their rows so that they can be compared, and not read.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    ids : array of str
        Identifiers of its rows, "" where there is none.
    items : list of str
        The answers to these make up a row; where one of them is not in `answers`, rows have no digest.
    key : bytes
        Of the survey.
    then : mapping of str to str, optional
        What waves were called when those were digested with whom these are compared.

    Returns
    -------
    DataFrame, one row per row of `answers`
        ``wave area group``, and the digests ``person`` and ``row``, of 64 bits; `NOBODY` where there is none.

    Notes
    -----
    A digest covers the wave too, so that those of different waves cannot be joined into one person's history.
    """
    frame = answers[KEY].astype(str).reset_index(drop=True)
    waves = [wave.encode() for wave in frame["wave"].replace(then or {})]
    person = [
        _digest(key, b"person", wave, one.encode()) if one else NOBODY
        for wave, one in zip(waves, ids, strict=True)
    ]
    row = [NOBODY] * len(frame)
    if set(items) <= set(answers.columns):
        scores = np.ascontiguousarray(answers[items].to_numpy(np.int8))
        row = [_digest(key, b"row", wave, one.tobytes()) for wave, one in zip(waves, scores, strict=True)]
    return frame.assign(person=np.array(person, np.uint64), row=np.array(row, np.uint64))


def _digest(key: bytes, *parts: bytes) -> int:
    return int(secret.digest(key, b"\0".join(parts))[:DIGITS], 16)


def paired(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Find the respondents of an earlier release again.

    Parameters
    ----------
    old, new : DataFrame
        As `digested` gives them, rows digested over the same items.

    Returns
    -------
    DataFrame, one row per row of `new`
        ``place``, the row of `old` that is the same respondent, or -1; ``same``, whether all answers are.

    Notes
    -----
    Rows that say the same are the same before identifiers are asked: an export may number its rows anew,
    and somebody who left for somebody else with the same answers changes nothing that is shown. So fewer
    people are found to differ than may, never more, and for few a release is refused.

    Examples
    --------
    >>> old = pd.DataFrame({"wave": "1", "area": "X", "group": "a", "person": [1, 2], "row": [7, 8]})
    >>> paired(old, old.assign(person=[2, 3], row=[8, 9])).to_numpy().tolist()
    [[1, True], [-1, False]]
    """
    place = np.full(len(new), -1)
    same = np.zeros(len(new), bool)
    free = np.ones(len(old), bool)
    for keys in (["person", "row"], ["row", "area", "group"], ["row"], ["person"]):
        known = [key for key in keys if key in ("person", "row")]
        here = _numbered(old[free & old[known].ne(NOBODY).all(axis=1).to_numpy()], ["wave", *keys])
        there = _numbered(new[(place < 0) & new[known].ne(NOBODY).all(axis=1).to_numpy()], ["wave", *keys])
        both = here.merge(there, on=["wave", *keys, "nth"], suffixes=("_old", "_new"))
        place[both["at_new"]] = both["at_old"]
        same[both["at_new"]] = "row" in keys
        free[both["at_old"]] = False
    return pd.DataFrame({"place": place, "same": same})


def _numbered(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give rows that are alike numbers, so that each finds one partner."""
    named = rows[keys].reset_index(names="at")
    return named.assign(nth=named.groupby(keys).cumcount())


def lasting(old: pd.DataFrame, new: pd.DataFrame) -> set[str]:
    """Name the waves in which an identifier that is gone surely stood for somebody who has left.

    Parameters
    ----------
    old, new : DataFrame
        As `digested` gives them.

    Returns
    -------
    set of str
        Waves in which most identifiers are there again, and those of an area and group stand together, be
        it under another name: a file whose rows were numbered anew has other identifiers, or the same ones
        for other people.

    Examples
    --------
    >>> old = pd.DataFrame({"wave": "1", "area": ["X", "Y"], "group": "a", "person": [1, 2]})
    >>> lasting(old, old), lasting(old, old.assign(area="Z")), lasting(old, old.assign(person=[3, 4]))
    ({'1'}, {'1'}, set())
    """
    known = old[old["person"].ne(NOBODY)]
    both = known.merge(new[new["person"].ne(NOBODY)], on=["wave", "person"], suffixes=("_old", "_new"))
    here = both.groupby(["wave", "area_old", "group_old"])
    now = both["area_new"] + "\t" + both["group_new"]
    stayed = now.eq(here["person"].transform(lambda rows: now[rows.index].mode().iloc[0]))
    there, again = known.groupby("wave").size(), both.groupby("wave").size()
    settled = stayed.groupby(both["wave"]).mean()
    return {
        wave
        for wave, count in there.items()
        if again.get(wave, 0) >= FOUND_AGAIN * count and settled.get(wave, 0) >= SETTLED
    }
