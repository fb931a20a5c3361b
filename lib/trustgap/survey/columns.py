"""What single columns of an answers file mean: areas and groups, scores, weights, people."""

import numpy as np
import pandas as pd
import pyarrow as pa

from trustgap.stats.counts import MISSING
from trustgap.survey.checks import Problem
from trustgap.survey.matching import BLANK, UNKNOWN, fold, match
from trustgap.survey.questionnaire import Questionnaire

LARGEST_WEIGHT = 1e9
"""A weight of this or more, or of one part of it or less, is a slip, and its square is no number."""


def placed(columns: dict, questionnaire: Questionnaire, areas: pd.DataFrame) -> tuple[dict, dict]:
    """Find wave, area, group and role of every row.

    Parameters
    ----------
    columns : dict of str to Series of category
        By role; ``role`` may be absent.
    questionnaire : Questionnaire
        Knows waves, groups and roles.
    areas : DataFrame, indexed by code
        Perhaps with ``in_answers``.

    Returns
    -------
    places : dict of str to ndarray of int
        Positions in the tables of waves, areas, groups and roles; `matching.BLANK` for an empty cell.
    unknown : dict of str to Series of int
        For each of them the values without a meaning, and in how many rows each stands.
    """
    tables = {
        "wave": questionnaire.waves.index,
        "area": areas.index,
        "group": questionnaire.groups.index,
        "role": questionnaire.roles.index,
    }
    places, unknown = {}, {}
    for kind, index in tables.items():
        if kind not in columns:
            continue
        number = {code: n for n, code in enumerate(index)}
        meanings = questionnaire.codes[kind] if kind != "area" else _area_codes(areas)
        by_text = {key: number[code] for key, code in meanings.items()}
        places[kind], unknown[kind] = match(columns[kind], by_text)
    return places, unknown


def scored(columns: dict, questionnaire: Questionnaire) -> tuple[np.ndarray, dict]:
    """Turn the answers to every item into scores and missing codes.

    Parameters
    ----------
    columns : dict of str to Series of category
        With ``item:<id>`` for every item.
    questionnaire : Questionnaire
        Knows items and scales.

    Returns
    -------
    scores : ndarray of int8, rows by items
        From 1, or codes of `stats.counts.MISSING`.
    unknown : dict of str to Series of int
        For each item, by ``item:<id>``, answers that are not on its scale, and in how many rows each stands.
    """
    items = questionnaire.items
    first = columns[f"item:{items.index[0]}"]
    scores, unknown = np.empty((len(first), len(items)), dtype=np.int8, order="F"), {}
    # Places of blank and unknown cells must not collide with missing codes, so scores are shifted.
    shift = 1 - min(MISSING.values())
    for n, (item, scale) in enumerate(items["scale"].items()):
        meanings = {key: value + shift for key, value in questionnaire.scales[scale].codes.items()}
        places, unknown[f"item:{item}"] = match(columns[f"item:{item}"], meanings)
        scores[:, n] = np.where((places == BLANK) | (places == UNKNOWN), MISSING["blank"], places - shift)
    return scores, unknown


def weighed(column: pd.Series | None, rows: int) -> tuple[np.ndarray, int]:
    """Read weights; a blank one is missing.

    Parameters
    ----------
    column : Series of category, or None
        Text; None if the survey has no weights.
    rows : int
        How many rows there are.

    Returns
    -------
    weights : ndarray of float
        Above 0 and of a sane size, or missing; all 1 without a column.
    bad : int
        How many are no such number.

    Examples
    --------
    >>> weighed(pd.Series(["1.5", None, "0"], dtype="category"), 3)[1]
    1
    """
    if column is None:
        return np.ones(rows), 0
    values = pd.to_numeric(pd.Series(column.cat.categories, dtype="str"), errors="coerce").to_numpy(
        dtype=float
    )
    good = (values > 1 / LARGEST_WEIGHT) & (values < LARGEST_WEIGHT)
    codes = column.cat.codes.to_numpy()
    return np.append(np.where(good, values, np.nan), np.nan)[codes], int(
        (~np.append(good, True)[codes]).sum()
    )


def text(column: pd.Series) -> pa.Array:
    """Give the text of a column; null where it is empty.

    Parameters
    ----------
    column : Series of category
        Text.

    Returns
    -------
    Array of large_string

    Examples
    --------
    >>> text(pd.Series(["b", None, "b"], dtype="category")).to_pylist()
    ['b', None, 'b']
    """
    codes = column.cat.codes.to_numpy()
    return pa.array(column.cat.categories, type=pa.large_string()).take(pa.array(codes, mask=codes < 0))


def coded(parts: list[pa.Array]) -> tuple[np.ndarray, pa.Array]:
    """Give each distinct text of a column a number, in the order in which they first come.

    Parameters
    ----------
    parts : list of Array
        All of the column, as `text` gives them; at least one.

    Returns
    -------
    codes : ndarray of int
        From 0; -1 for an empty cell.
    words : Array
        What each number stands for.

    Examples
    --------
    >>> codes, words = coded([pa.array(["b", None]), pa.array(["a", "b"])])
    >>> codes.tolist(), words.to_pylist()
    ([0, -1, 1, 0], ['b', 'a'])
    """
    found = pa.chunked_array(parts).combine_chunks().dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64), found.dictionary


def numbered(parts: list[pa.Array], rows: int) -> tuple[np.ndarray, list[tuple]]:
    """Give each respondent a number, in the order of the file; a blank id is nobody else's.

    Parameters
    ----------
    parts : list of Array
        Identifiers, as `text` gives them; none if every row is another person.
    rows : int
        How many rows there are.

    Returns
    -------
    people : ndarray of int
        From 0, the same for the same identifier.
    account : list of tuple
        A ledger row about blank identifiers.

    Examples
    --------
    >>> numbered([pa.array(["b", "a"]), pa.array(["b"])], 3)[0].tolist()
    [0, 1, 0]
    """
    if not parts:
        return np.arange(rows), []
    codes, _ = coded(parts)
    blank = codes < 0
    people = pd.factorize(np.where(blank, rows + np.arange(rows), codes))[0] if blank.any() else codes
    detail = "each such row is counted as another person"
    return people, [("no respondent id", "noted", int(blank.sum()), 0, detail)]


def repeated(people: np.ndarray, waves: np.ndarray, file: str) -> list[Problem]:
    """Report respondents who come more than once in a wave.

    Parameters
    ----------
    people, waves : ndarray of int
        Per row, people from 0; rows with a blank wave are passed over.
    file : str
        For messages.

    Returns
    -------
    list of Problem
        One, with counts and no identifiers, or none.

    Examples
    --------
    >>> repeated(np.array([0, 0, 1]), np.array([0, 1, 0]), "a.csv")
    []
    """
    placed = waves >= 0
    pairs = people[placed] * (waves.max(initial=0) + 1) + waves[placed]
    twice = pd.Series(pairs).duplicated().to_numpy()
    again, who = int(twice.sum()), len(np.unique(people[placed][twice]))
    if not again:
        return []
    plural = "" if who == 1 else "s"
    found = f"{again:,} rows repeat a respondent within the same wave (by {who:,} respondent{plural})"
    remedy = "Keep one row for each respondent and wave, or correct the respondent and wave columns"
    return [Problem(file, "respondents", found, 0, "each respondent once per wave", remedy)]


def numbered_names(parts: list[pa.Array], rows: int) -> pd.Categorical:
    """Give numbers for what a column names, so that no text of the file lives on; "" where it is empty.

    Parameters
    ----------
    parts : list of Array
        As `text` gives them; none if there is no such column.
    rows : int
        How many rows there are.

    Returns
    -------
    Categorical
        Numbers from 1 as text, in the order of the alphabet of what they stand for, and with zeros before
        them so that they keep this order.

    Examples
    --------
    >>> list(numbered_names([pa.array(["b", None, "a"])], 3)), list(numbered_names([], 1))
    (['2', '', '1'], [''])
    """
    codes, words = coded(parts) if parts else (np.full(rows, -1), pa.array([], pa.large_string()))
    used = np.unique(codes[codes >= 0])
    names = np.array(words.to_pylist(), dtype=object)[used] if len(used) else np.array([], dtype=object)
    order = np.argsort(names, kind="stable")
    place = np.zeros(len(words) + 1, dtype=np.int64)
    place[used[order]] = np.arange(1, len(used) + 1)
    digits = len(str(len(used)))
    numbers = ["", *(f"{number:0{digits}}" for number in range(1, len(used) + 1))]
    blank = bool((codes < 0).any())
    kept = numbers if blank else numbers[1:]
    # An empty cell has the code -1, which is the last place, and stands for nothing.
    return pd.Categorical.from_codes(place[codes] - (not blank), categories=pd.Index(kept, dtype="str"))


def _area_codes(areas: pd.DataFrame) -> dict[str, str]:
    """Find the area behind each code and each value of ``in_answers``."""
    meanings = {fold(code): code for code in areas.index}
    if "in_answers" in areas:
        meanings |= {fold(value): code for code, value in areas["in_answers"].items() if fold(value)}
    return meanings
