"""From the file of a survey tool to the canonical frame, with an account of every row."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trustgap.stats.counts import MISSING
from trustgap.survey.checks import CANONICAL, Problem, listed, validate
from trustgap.survey.columns import numbered, placed, plain, repeated, scored, weighed
from trustgap.survey.matching import BLANK, fold
from trustgap.survey.questionnaire import Questionnaire

LEDGER = ["reason", "action", "rows", "cells", "detail"]
"""Columns of the account: what was dropped, altered or noted, and how often."""

NOT_ASKED = MISSING["not_asked"]


def canonical(
    raw: pd.DataFrame, *, questionnaire: Questionnaire, areas: pd.DataFrame, file: str = "answers"
) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Bring a table of answers to the canonical frame.

    Parameters
    ----------
    raw : DataFrame, one row per respondent and wave
        Categorical text, as `tables.read_table` returns it.
    questionnaire : Questionnaire
        Says what the columns and codes mean.
    areas : DataFrame, indexed by code
        Needs ``region``; ``in_answers`` gives another value by which the file names the area.
    file : str
        Name of the file, for messages.

    Returns
    -------
    answers : DataFrame, one row per row kept
        ``respondent wave area region group role weight stratum psu``, then one int8 column per item:
        scores from 1, or a missing code of `stats.counts.MISSING`. Respondents are numbered in the order
        of the file, so that no identifier of the file lives on; a person has one number over all waves.
        A blank weight is missing (unweighted results count the row, weighted ones cannot); without a
        column of weights every weight is 1.
    ledger : DataFrame
        ``reason action rows cells detail``. Rows with action ``dropped`` and the rows of `answers` add up
        to the rows of `raw`; ``altered`` and ``noted`` rows are among those kept.
    problems : list of Problem
        If there are any, `answers` and `ledger` are empty.

    Examples
    --------
    >>> from trustgap.survey.questionnaire import build
    >>> survey = build({
    ...     "survey": "s", "title": "S", "synthetic": True, "citation": "none", "answers": "a.csv",
    ...     "sampling": {"design": "census"}, "headline": "q",
    ...     "waves": [{"id": "1", "label": "1", "time": 1}], "groups": [{"id": "gp", "label": "GPs"}],
    ...     "scales": {"s": {"categories": [{"code": "1", "label": "No"}, {"code": "2", "label": "Yes"}],
    ...                      "positive": ["2"]}},
    ...     "items": [{"id": "q", "block": "statement", "scale": "s", "label": "Q", "text": "Q?"}],
    ...     "columns": {"wave": {"constant": "1"}, "area": "a", "group": "g"}})
    >>> raw = pd.DataFrame({"a": ["X1", "X1", ""], "g": ["gps", "GP", "gp"], "q": ["yes", "1", "2"]})
    >>> areas = pd.DataFrame({"region": ["North"]}, index=["X1"])
    >>> answers, ledger, problems = canonical(raw.astype("category"), questionnaire=survey, areas=areas)
    >>> answers["q"].tolist(), ledger[["reason", "rows"]].to_numpy().tolist(), problems
    ([2, 1], [['no area', 1]], [])
    """
    found = {fold(name): name for name in reversed(raw.columns)}
    used = named_columns(questionnaire)
    problems = _absent(found, used, questionnaire, file, raw)
    if problems:
        return unanswered(questionnaire), pd.DataFrame(columns=LEDGER), problems
    columns = {role: _column(raw, found, spec) for role, spec in used.items()}
    places, problems = placed(columns, questionnaire, areas, file)
    scores, more = scored(columns, questionnaire, file)
    weights, unweighable = weighed(columns.get("weight"), file, len(raw))
    problems += more + unweighable
    people, anonymous = numbered(columns.get("respondent"), len(raw))
    problems += repeated(people, places["wave"], file)
    if problems:
        return unanswered(questionnaire), pd.DataFrame(columns=LEDGER), problems
    scores, account = _own_team(scores, places["group"], questionnaire)
    keep, dropped = _keep(places, scores)
    frame = _assemble(questionnaire, areas, places, people, weights, columns)[keep]
    values = pd.DataFrame(scores[keep], columns=questionnaire.items.index.tolist(), index=frame.index)
    answers = pd.concat([frame, values], axis=1).reset_index(drop=True)
    account = dropped + account + anonymous + _unweighted(answers["weight"])
    ledger = pd.DataFrame([row for row in account if row[2]], columns=LEDGER)
    waves, groups = questionnaire.waves.index.tolist(), questionnaire.groups.index.tolist()
    problems = validate(answers, items=questionnaire.items, groups=groups, waves=waves, file=file)
    return answers, ledger, problems


def named_columns(questionnaire: Questionnaire) -> dict[str, object]:
    """List the columns of the answers file that the questionnaire uses.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its ``columns``.

    Returns
    -------
    dict of str to str or dict
        By role (``respondent``, ``wave`` ...) and, for items, by ``item:<id>``.
    """
    fixed = {role: spec for role, spec in questionnaire.columns.items() if role != "items"}
    return {**fixed, **{f"item:{item}": name for item, name in questionnaire.columns["items"].items()}}


def ignored(raw: pd.DataFrame, *, used: Mapping[str, object]) -> tuple[str, ...]:
    """Name the columns of a file that the questionnaire does not use, which go no further.

    Parameters
    ----------
    raw : DataFrame
        As for `canonical`.
    used : mapping of str to str or dict
        As `named_columns` lists them.

    Returns
    -------
    tuple of str
        In the order of the file.
    """
    taken = {fold(spec) for spec in used.values() if not isinstance(spec, Mapping)}
    return tuple(str(name) for name in raw.columns if fold(name) not in taken)


def unanswered(questionnaire: Questionnaire) -> pd.DataFrame:
    """Give a canonical frame without rows.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its items.

    Returns
    -------
    DataFrame
        The columns of `canonical`.
    """
    return pd.DataFrame(columns=[*CANONICAL, *questionnaire.items.index])


def _absent(
    found: dict, used: dict, questionnaire: Questionnaire, file: str, raw: pd.DataFrame
) -> list[Problem]:
    """Report every column that the questionnaire names and the file lacks."""
    problems = []
    for role, spec in used.items():
        if isinstance(spec, Mapping) or fold(spec) in found:
            continue
        what = f"of the item {role[5:]}" if role.startswith("item:") else f"of the {role}"
        remedy = f"Add the column, or correct `columns` in {questionnaire.survey}'s questionnaire.yaml"
        here = f"the file has {listed(raw.columns, at_most=60)}"
        place = f"column '{listed([spec])}' {what}"
        problems.append(Problem(file, place, "the file has no such column", 0, here, remedy))
    return problems


def _column(raw: pd.DataFrame, found: dict, spec: object) -> pd.Series:
    """Take a column, or make one that says the same in every row."""
    if isinstance(spec, Mapping):
        same = pd.Categorical.from_codes(np.zeros(len(raw), dtype=int), categories=[str(spec["constant"])])
        return pd.Series(same, index=raw.index, name="constant")
    return raw[found[fold(spec)]]


def _own_team(
    scores: np.ndarray, groups: np.ndarray, questionnaire: Questionnaire
) -> tuple[np.ndarray, list[tuple]]:
    """Set ratings of one's own team to not asked, also where they were left blank."""
    scores = scores.copy()
    touched, filled = np.zeros(len(scores), dtype=int), np.zeros(len(scores), dtype=int)
    for n, team in enumerate(questionnaire.items["team"]):
        if not team:
            continue
        own = np.isin(
            groups, questionnaire.groups.index.get_indexer(questionnaire.teams.loc[team, "members"])
        )
        blank = scores[:, n] == MISSING["blank"]
        touched += own & ~blank & (scores[:, n] != NOT_ASKED)
        filled += own & blank
        scores[own, n] = NOT_ASKED
    detail = "nobody rates the team they belong to: set to not asked"
    account = [
        ("rated their own team", "altered", int((touched > 0).sum()), int(touched.sum()), detail),
        ("left their own team blank", "altered", int((filled > 0).sum()), int(filled.sum()), detail),
    ]
    return scores, account


def _keep(places: dict, scores: np.ndarray) -> tuple[np.ndarray, list[tuple]]:
    """Leave out rows that cannot be placed or hold no answer, each for one reason."""
    keep, account = np.ones(len(scores), dtype=bool), []
    silent = np.isin(scores, [MISSING["blank"], NOT_ASKED]).all(axis=1)
    reasons = {
        "no wave": places["wave"] == BLANK,
        "no area": places["area"] == BLANK,
        "no staff group": places["group"] == BLANK,
        "no item answered": silent,
    }
    for reason, here in reasons.items():
        account.append((reason, "dropped", int((keep & here).sum()), 0, ""))
        keep &= ~here
    return keep, account


def _unweighted(weights: pd.Series) -> list[tuple]:
    """Account for rows without a weight."""
    detail = "kept: unweighted results count them, weighted ones cannot"
    return [("no weight", "noted", int(weights.isna().sum()), 0, detail)]


def _assemble(
    questionnaire: Questionnaire,
    areas: pd.DataFrame,
    places: dict,
    people: np.ndarray,
    weights: np.ndarray,
    columns: dict,
) -> pd.DataFrame:
    """Lay out the columns that are not items."""
    regions = pd.Index(areas["region"].unique())
    region = np.append(regions.get_indexer(areas["region"]), -1)[places["area"]]
    digits = max(5, len(str(len(people))))
    data = {
        "respondent": pd.Series(people + 1).astype(str).str.zfill(digits),
        "wave": pd.Categorical.from_codes(places["wave"], categories=questionnaire.waves.index),
        "area": pd.Categorical.from_codes(places["area"], categories=areas.index.astype("str")),
        "region": pd.Categorical.from_codes(region, categories=regions),
        "group": pd.Categorical.from_codes(places["group"], categories=questionnaire.groups.index),
        "role": _role(places.get("role"), questionnaire.roles.index, len(people)),
        "weight": weights,
        "stratum": plain(columns.get("stratum"), len(people)),
        "psu": plain(columns.get("psu"), len(people)),
    }
    return pd.DataFrame(data)


def _role(places: np.ndarray | None, roles: pd.Index, rows: int) -> pd.Categorical:
    """Give every row its role, "" if it has none."""
    shifted = np.zeros(rows, dtype=int) if places is None else places + 1
    return pd.Categorical.from_codes(shifted, categories=["", *roles])
