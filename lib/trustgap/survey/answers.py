"""From the file of a survey tool to the canonical frame, with an account of every row."""

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import chain

import pandas as pd

from trustgap.survey.checks import CANONICAL, LEDGER, Problem, listed, validate
from trustgap.survey.gathered import Gathered
from trustgap.survey.matching import fold
from trustgap.survey.questionnaire import Questionnaire


def canonical(
    parts: Iterable[pd.DataFrame], *, questionnaire: Questionnaire, areas: pd.DataFrame, file: str = "answers"
) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Bring a table of answers to the canonical frame.

    Parameters
    ----------
    parts : iterable of DataFrame, one row per respondent and wave
        Categorical text with the same columns, as `tables.read_parts` gives them; at least one. However
        the rows are parted, the result is the same.
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
        to the rows of all parts; ``altered`` and ``noted`` rows are among those kept.
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
    >>> answers, ledger, problems = canonical([raw.astype("category")], questionnaire=survey, areas=areas)
    >>> answers["q"].tolist(), ledger[["reason", "rows"]].to_numpy().tolist(), problems
    ([2, 1], [['no area', 1]], [])
    """
    rest = iter(parts)
    first = next(rest)
    columns = {fold(name): name for name in reversed(first.columns)}
    problems = _absent(columns, questionnaire, file, first)
    if problems:
        # A fault of the file itself, found at its end, comes before what its columns lack.
        deque(rest, maxlen=0)
        return unanswered(questionnaire), pd.DataFrame(columns=LEDGER), problems
    gathered = Gathered(questionnaire, areas, file, columns)
    for part in chain([first], rest):
        gathered.add(part)
    problems = gathered.problems()
    if problems:
        return unanswered(questionnaire), pd.DataFrame(columns=LEDGER), problems
    answers, ledger = gathered.whole()
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


def _absent(found: dict, questionnaire: Questionnaire, file: str, raw: pd.DataFrame) -> list[Problem]:
    """Report every column that the questionnaire names and the file lacks."""
    wanted = {role: one for role, one in named_columns(questionnaire).items() if not isinstance(one, Mapping)}
    absent = {role: spec for role, spec in wanted.items() if fold(spec) not in found}
    if len(absent) == len(wanted):
        # Without a header the first person's answers stand in its place, so nothing of it is named.
        what, remedy = "none of the columns of the questionnaire is there", "Is the first row a header?"
        return [Problem(file, "header", what, 0, listed(wanted.values(), at_most=25), remedy)]
    problems = []
    for role, spec in absent.items():
        what = f"of the item {role[5:]}" if role.startswith("item:") else f"of the {role}"
        remedy = f"Add the column, or correct `columns` in {questionnaire.survey}'s questionnaire.yaml"
        here = f"the file has {listed(raw.columns, at_most=25)}"
        place = f"column '{listed([spec])}' {what}"
        problems.append(Problem(file, place, "the file has no such column", 0, here, remedy))
    return problems
