"""What single columns of an answers file mean: areas and groups, scores, weights, people."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import MISSING
from trustgap.survey.checks import Problem, listed, unknown_values
from trustgap.survey.matching import BLANK, UNKNOWN, fold, match
from trustgap.survey.questionnaire import Questionnaire


def placed(
    columns: dict, questionnaire: Questionnaire, areas: pd.DataFrame, file: str
) -> tuple[dict, list[Problem]]:
    """Find wave, area, group and role of every row.

    Parameters
    ----------
    columns : dict of str to Series of category
        By role; ``role`` may be absent.
    questionnaire : Questionnaire
        Knows waves, groups and roles.
    areas : DataFrame, indexed by code
        Perhaps with ``in_answers``.
    file : str
        For messages.

    Returns
    -------
    places : dict of str to ndarray of int
        Positions in the tables of waves, areas, groups and roles; `matching.BLANK` for an empty cell.
    problems : list of Problem
        One for each column with unknown values.
    """
    tables = {
        "wave": questionnaire.waves.index,
        "area": areas.index,
        "group": questionnaire.groups.index,
        "role": questionnaire.roles.index,
    }
    places, problems = {}, []
    for kind, index in tables.items():
        if kind not in columns:
            continue
        number = {code: n for n, code in enumerate(index)}
        meanings = questionnaire.codes[kind] if kind != "area" else _area_codes(areas)
        places[kind], unknown = match(columns[kind], {key: number[code] for key, code in meanings.items()})
        if len(unknown):
            source = "areas.csv" if kind == "area" else "questionnaire.yaml"
            accepted = listed(index, at_most=12)
            remedy = f"Correct the answers, or add the {kind} or its code to {source}"
            problems.append(_strange(file, columns[kind], unknown, f"an unknown {kind}", accepted, remedy))
    return places, problems


def scored(columns: dict, questionnaire: Questionnaire, file: str) -> tuple[np.ndarray, list[Problem]]:
    """Turn the answers to every item into scores and missing codes.

    Parameters
    ----------
    columns : dict of str to Series of category
        With ``item:<id>`` for every item.
    questionnaire : Questionnaire
        Knows items and scales.
    file : str
        For messages.

    Returns
    -------
    scores : ndarray of int8, rows by items
        From 1, or codes of `stats.counts.MISSING`.
    problems : list of Problem
        One for each item with answers that are not on its scale.
    """
    items = questionnaire.items
    first = columns[f"item:{items.index[0]}"]
    scores, problems = np.empty((len(first), len(items)), dtype=np.int8, order="F"), []
    # Places of blank and unknown cells must not collide with missing codes, so scores are shifted.
    shift = 1 - min(MISSING.values())
    for n, (item, scale) in enumerate(items["scale"].items()):
        column, meaning = columns[f"item:{item}"], questionnaire.scales[scale]
        places, unknown = match(column, {key: value + shift for key, value in meaning.codes.items()})
        if len(unknown):
            remedy = f"Correct the answers, or add the label to the scale '{scale}' in questionnaire.yaml"
            what = f"an answer to the item {item} that is not on its scale"
            problems.append(_strange(file, column, unknown, what, meaning.accepted, remedy))
        places = np.where(places == BLANK, MISSING["blank"] + shift, places)
        scores[:, n] = np.where(places == UNKNOWN, MISSING["blank"] + shift, places) - shift
    return scores, problems


def weighed(column: pd.Series | None, file: str, rows: int) -> tuple[np.ndarray, list[Problem]]:
    """Read weights; a blank one is missing.

    Parameters
    ----------
    column : Series of category, or None
        Text; None if the survey has no weights.
    file : str
        For messages.
    rows : int
        How many rows there are.

    Returns
    -------
    weights : ndarray of float
        Above 0, or missing; all 1 without a column.
    problems : list of Problem
        If a weight is no number above 0.

    Examples
    --------
    >>> weighed(pd.Series(["1.5", None, "0"], dtype="category"), "a.csv", 3)[1][0].count
    1
    """
    if column is None:
        return np.ones(rows), []
    values = pd.to_numeric(pd.Series(column.cat.categories, dtype="str"), errors="coerce").to_numpy(
        dtype=float
    )
    good = np.isfinite(values) & (values > 0)
    codes = column.cat.codes.to_numpy()
    bad = int((~np.append(good, True)[codes]).sum())
    weights = np.append(np.where(good, values, np.nan), np.nan)[codes]
    remedy = "Correct the weights, with a point before decimals; leave the cell empty if there is none"
    found = "the weight is not a number above 0"
    problem = Problem(file, f"column '{listed([column.name])}'", found, bad, "numbers above 0", remedy)
    return weights, [problem] if bad else []


def numbered(column: pd.Series | None, rows: int) -> tuple[np.ndarray, list[tuple]]:
    """Give each respondent a number, in the order of the file; a blank id is nobody else's.

    Parameters
    ----------
    column : Series of category, or None
        Identifiers; None if every row is another person.
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
    >>> numbered(pd.Series(["b", "a", "b"], dtype="category"), 3)[0].tolist()
    [0, 1, 0]
    """
    if column is None:
        return np.arange(rows), []
    codes, _ = pd.factorize(column.cat.codes.to_numpy())
    blank = column.cat.codes.to_numpy() < 0
    codes = np.where(blank, rows + np.arange(rows), codes)
    detail = "each such row is counted as another person"
    return pd.factorize(codes)[0], [("no respondent id", "noted", int(blank.sum()), 0, detail)]


def repeated(people: np.ndarray, waves: np.ndarray, file: str) -> list[Problem]:
    """Report respondents who come more than once in a wave.

    Parameters
    ----------
    people, waves : ndarray of int
        Per row; rows with a blank wave are passed over.
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
    pairs = pd.DataFrame({"person": people, "wave": waves})
    pairs = pairs[pairs["wave"] >= 0]
    again = int(pairs.duplicated().sum())
    if not again:
        return []
    who = int(pairs.loc[pairs.duplicated(), "person"].nunique())
    plural = "" if who == 1 else "s"
    found = f"{again:,} rows repeat a respondent within the same wave (by {who:,} respondent{plural})"
    remedy = "Keep one row for each respondent and wave, or correct the respondent and wave columns"
    return [Problem(file, "respondents", found, 0, "each respondent once per wave", remedy)]


def plain(column: pd.Series | None, rows: int) -> pd.Categorical:
    """Give a column as text, "" where it is empty or absent.

    Parameters
    ----------
    column : Series of category, or None
        Text.
    rows : int
        How many rows there are.

    Returns
    -------
    Categorical
        Text without missing values.

    Examples
    --------
    >>> list(plain(pd.Series(["7", None], dtype="category"), 2))
    ['7', '']
    """
    text = pd.Series([""] * rows) if column is None else column.astype("str").fillna("")
    return pd.Categorical(text)


def _area_codes(areas: pd.DataFrame) -> dict[str, str]:
    """Find the area behind each code and each value of ``in_answers``."""
    meanings = {fold(code): code for code in areas.index}
    if "in_answers" in areas:
        meanings |= {fold(value): code for code, value in areas["in_answers"].items() if fold(value)}
    return meanings


def _strange(
    file: str, column: pd.Series, unknown: pd.Series, what: str, accepted: str, remedy: str
) -> Problem:
    """Report values without a meaning, naming only common ones."""
    rows = int(unknown.sum())
    found = f"{rows:,} {'row holds' if rows == 1 else 'rows hold'} {what}: {unknown_values(unknown)}"
    return Problem(file, f"column '{listed([column.name])}'", found, 0, accepted, remedy)
