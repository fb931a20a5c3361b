"""Sets of respondents within one another: of two that differ by a few, the second is hidden.

Who answered a question, and of these who answered all of a battery, has a weight or holds a role; who
answered in one wave and again in the next. A set that goes beside the others is named as a cell of its own,
by `counts.part` or by its role, so that it can be hidden alone.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.stats import counts as cells
from trustgap.stats.nesting import withheld
from trustgap.stats.shares import responses

KEY = ["area", "group"]
COLUMNS = [*cells.CELL, "kind"]


def differences(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    waves: list[str],
    latest: str,
    batteries: Iterable[tuple[str, str, pd.DataFrame]],
    roles: list[str],
) -> pd.DataFrame:
    """Decide which parts of those who answered cannot be shown beside the whole.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame with ``weight``.
    items : DataFrame, indexed by item
        The items.
    waves : list of str
        In time order.
    latest : str
        The wave in which parts are shown.
    batteries : iterable of (str, str, DataFrame)
        Id, group and items of each set of questions that is looked at for those who answered all of it.
    roles : list of str
        The roles that are shown beside the groups.

    Returns
    -------
    DataFrame
        ``area wave group item kind``, all ``hidden``: of an area, or of the whole, those who answered all
        of a battery, those who have a weight, those of a role (``group``), those who came back in a later
        wave; and cells of a wave whose respondents are those of an earlier one but for a few.

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent": range(40), "area": "X1", "wave": "1", "group": "a", "role": "",
    ...                         "weight": 1.0, "p": 1, "q": [1] * 36 + [0] * 4})
    >>> items = pd.DataFrame(index=["p", "q"])
    >>> differences(answers, items, waves=["1"], latest="1", batteries=[("b", "all", items)], roles=[])
           area wave group        item    kind
    0        X1    1   all  complete:b  hidden
    1  national    1   all  complete:b  hidden
    """
    now = answers[answers["wave"].astype(str).eq(latest)]
    places = {str(area): now.iloc[rows] for area, rows in now.groupby("area", observed=True).indices.items()}
    batteries, found = list(batteries), _again(answers, items, waves)
    for area, part in (places | {cells.NATIONAL: now}).items():
        here = [*_complete(part, batteries), *_weighted(part, items), *_roles(part, items, roles)]
        found += [(area, latest, *cell) for cell in here]
    return pd.DataFrame(found, columns=cells.CELL).assign(kind="hidden")[COLUMNS].astype(str)


def _complete(part: pd.DataFrame, batteries: list[tuple]) -> list[tuple[str, str]]:
    """Find the batteries that all but a few of those who answered one of its questions answered whole."""
    found, group_of = [], part["group"].astype(str).to_numpy()
    for name, group, of in batteries:
        who = np.full(len(part), True) if group == cells.ALL else group_of == group
        codes = part[list(of.index)].to_numpy()[who]
        valid = codes[:, (codes != cells.MISSING["not_asked"]).any(axis=0)] > 0
        sets = np.array([np.full(len(valid), True), valid.all(axis=1)])
        if withheld(sets, valid)[1].any():
            found.append((group, cells.part("complete", name)))
    return found


def _weighted(part: pd.DataFrame, items: pd.DataFrame) -> list[tuple[str, str]]:
    """Find the questions that all but a few of those who answered it have a weight for."""
    known = part["weight"].notna().to_numpy()
    if known.all() or not known.any():
        return []
    found, group_of = [], part["group"].astype(str).to_numpy()
    valid = part[list(items.index)].to_numpy() > 0
    for group in [cells.ALL, *np.unique(group_of)]:
        who = np.full(len(part), True) if group == cells.ALL else group_of == group
        shut = withheld(np.array([who, who & known]), valid)[1]
        found += [(group, cells.part("weighted", item)) for item in items.index[shut]]
    return found


def _roles(part: pd.DataFrame, items: pd.DataFrame, roles: list[str]) -> list[tuple[str, str]]:
    """Find the questions on which roles cannot stand beside groups: two ways to divide the same people."""
    if not roles:
        return []
    role_of, group_of = (part[name].astype(str).to_numpy() for name in ("role", "group"))
    groups = np.unique(group_of)
    whole = np.full(len(part), True)
    sets = [whole, *(group_of == one for one in groups), *(role_of == one for one in roles)]
    shut = withheld(np.array(sets), part[list(items.index)].to_numpy() > 0)[1 + len(groups) :]
    return [(role, item) for role, row in zip(roles, shut, strict=True) for item in items.index[row]]


def _again(answers: pd.DataFrame, items: pd.DataFrame, waves: list[str]) -> list[tuple]:
    """Find the cells of a wave that all but a few of the same people answered in an earlier wave."""
    person = pd.factorize(answers["respondent"])[0]
    pairs = _pairs(person, answers["wave"].astype(str), waves)
    if not len(pairs):
        return []
    found = []
    for pooled in ({}, {"group": cells.ALL}, {"area": cells.NATIONAL}, responses.EVERYBODY):
        names = answers[KEY].astype(str).assign(**pooled)
        number, named = cells.numbered(names, KEY)
        wave = pd.Index(waves).get_indexer(answers["wave"].astype(str))
        for item in [*items.index, ""]:
            valid = answers[item].to_numpy() > 0 if item else np.full(len(answers), True)
            clash = _clashes(number, wave, valid, pairs, shape=(len(named), len(waves)))
            for c, w in np.argwhere(clash):
                place = named.iloc[c]
                cell = item or cells.part("linked", waves[w])
                found.append((place["area"], waves[w], place["group"], cell))
    return found


def _pairs(person: np.ndarray, wave: pd.Series, waves: list[str]) -> np.ndarray:
    """Pair the rows of the same person in an earlier and in a later wave."""
    several = np.flatnonzero(pd.Series(person).duplicated(keep=False))
    rows = pd.DataFrame({"person": person[several], "row": several})
    rows["wave"] = pd.Index(waves).get_indexer(wave.iloc[several])
    both = rows.merge(rows, on="person", suffixes=("_a", "_b"))
    return both.loc[both["wave_a"] < both["wave_b"], ["row_a", "row_b"]].to_numpy()


def _clashes(
    number: np.ndarray, wave: np.ndarray, valid: np.ndarray, pairs: np.ndarray, *, shape: tuple[int, int]
) -> np.ndarray:
    """Find, among cells by wave, those that lack or add a few people beside an earlier one that is shown."""
    size, waves = np.zeros(shape, int), shape[1]
    np.add.at(size, (number[valid], wave[valid]), 1)
    one, two = pairs[valid[pairs].all(axis=1)].T
    same = number[one] == number[two]
    both = np.zeros((*shape, waves), int)
    np.add.at(both, (number[one[same]], wave[one[same]], wave[two[same]]), 1)
    hidden, found = size < THRESHOLD, np.zeros(shape, bool)
    for w in range(1, waves):
        for earlier in range(w):
            shared = both[:, earlier, w]
            left = np.stack([size[:, w] - shared, size[:, earlier] - shared])
            few = ((left > 0) & (left < THRESHOLD)).any(axis=0) & (shared > 0)
            found[:, w] |= few & ~hidden[:, earlier]
        found[:, w] &= ~hidden[:, w]
        hidden[:, w] |= found[:, w]
    return found
