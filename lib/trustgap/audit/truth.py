"""The answers, for whoever has them: what a colleague knows who knows who answered, and what is true."""

from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.audit.breaches import LEAST
from trustgap.audit.known import PEOPLE
from trustgap.stats import counts as cells
from trustgap.stats.counts import ALL, CELL
from trustgap.survey import folder


def counted(survey: Path, *, answers: Path | None = None) -> pd.DataFrame:
    """Count every cell of a survey.

    Parameters
    ----------
    survey : Path
        The survey folder.
    answers : Path, optional
        Its answers, where they lie elsewhere.

    Returns
    -------
    DataFrame
        ``area wave group item``, one column per score; item `known.PEOPLE` counts respondents as score 1.
        The pooled group is among them.
    """
    loaded = folder.load(survey, answers=answers)
    items = loaded.questionnaire.items
    tally = cells.tally(loaded.answers, items) if len(loaded.answers) else loaded.shares
    scores = cells.levels(tally)
    tally = tally[[*CELL, *scores]]
    if len(loaded.answers):
        people = loaded.answers.groupby(CELL[:3], observed=True).size().rename(1).reset_index()
        tally = pd.concat([tally, people.assign(item=PEOPLE)], ignore_index=True).fillna(
            dict.fromkeys(scores, 0)
        )
    tally = tally.astype(dict.fromkeys(CELL, str))
    pooled = tally.groupby(["area", "wave", "item"], sort=False)[scores].sum().reset_index().assign(group=ALL)
    return pd.concat([tally, pooled[tally.columns]], ignore_index=True)


def bases(counted: pd.DataFrame) -> pd.DataFrame:
    """Give everybody's base.

    Parameters
    ----------
    counted : DataFrame
        As `counted` returns it.

    Returns
    -------
    DataFrame
        ``area wave group item n``.
    """
    return counted[CELL].assign(n=cells.valid(counted).to_numpy(float))


def kinds(hidden: pd.DataFrame, bases: pd.DataFrame) -> np.ndarray:
    """Say why each cell is hidden.

    Parameters
    ----------
    hidden : DataFrame
        ``area wave group item``.
    bases : DataFrame
        As `bases` returns it.

    Returns
    -------
    array of str
        ``empty``, ``primary`` (fewer than 11 people) or ``secondary``.
    """
    n = bases.set_index(CELL)["n"].reindex(pd.MultiIndex.from_frame(hidden[CELL])).fillna(0).to_numpy()
    return np.select([n == 0, n < LEAST], ["empty", "primary"], "secondary")


def checked(
    hidden: pd.DataFrame, found: pd.DataFrame, counted: pd.DataFrame, scales: pd.DataFrame
) -> np.ndarray:
    """Say of each cell that was found whether what was found is true.

    Parameters
    ----------
    hidden : DataFrame
        ``area wave group item how``.
    found : DataFrame
        As `attack.attack` returns it.
    counted : DataFrame
        As `counted` returns it.
    scales : DataFrame, indexed by item
        ``k``: levels are scores where there are as many.

    Returns
    -------
    array of str
        ``true``, ``false`` or "".
    """
    told = found[found["how"].ne("")]
    scores = np.array(cells.levels(counted))
    table = counted.set_index(CELL)[list(scores)].reindex(pd.MultiIndex.from_frame(told[CELL])).fillna(0)
    inside = (scores >= told["low_level"].to_numpy()[:, None]) & (
        scores <= told["high_level"].to_numpy()[:, None]
    )
    sums = (table.to_numpy() * inside).sum(axis=1)
    holds = (sums >= told["least"].to_numpy() - 1e-6) & (sums <= told["most"].to_numpy() + 1e-6)
    right = pd.Series(holds, pd.MultiIndex.from_frame(told[CELL])).groupby(level=CELL).all()
    verdict = right.map({True: "true", False: "false"})
    return verdict.reindex(pd.MultiIndex.from_frame(hidden[CELL])).fillna("").to_numpy()
