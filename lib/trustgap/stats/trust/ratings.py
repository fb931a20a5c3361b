"""Who rated which team how: the answers of a block in the long form that a joint model needs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustgap.stats.results import MIN_N
from trustgap.stats.teams import item_of_team, rates

MIN_FREEDOM = 30
"""People whom a model needs beyond its coefficients: with fewer it is nearly the table that it is made of."""


@dataclass(frozen=True)
class Ratings:
    """The answers of one place about teams, one entry per answer, and the cells that they belong to.

    Parameters
    ----------
    cells : DataFrame
        One row per group and team that it was asked about: ``group``, ``item``, ``team``, ``n``, ``used``.
        A cell is used where it has at least `results.MIN_N` valid answers.
    cell, person, score : array of int, shape (n_answers,)
        Of the used cells: the place among them, who answered (from 0 without gaps), the answer.
    group_of : array of int, shape (n_people,)
        The group of each person, as a place among the groups of the used cells in their order.
    positive : array of bool, shape (n_answers,)
        Whether the answer counts as positive.
    """

    cells: pd.DataFrame
    cell: np.ndarray
    person: np.ndarray
    score: np.ndarray
    group_of: np.ndarray
    positive: np.ndarray

    @property
    def used(self) -> pd.DataFrame:
        """The cells that the model rests on."""
        return self.cells[self.cells["used"]].reset_index(drop=True)

    @property
    def design(self) -> np.ndarray:
        """The additive design of the used cells: a constant, groups and teams but the first."""
        used = self.used
        parts = [np.ones((len(used), 1))]
        for column in ("group", "team"):
            codes, names = pd.factorize(used[column])
            parts.append(np.eye(len(names))[codes][:, 1:])
        return np.column_stack(parts)

    @property
    def connected(self) -> bool:
        """Whether chains of groups and teams join all used cells, so that effects can be told apart."""
        used = self.used
        enough = min(used["group"].nunique(), used["team"].nunique()) > 1
        return bool(enough and np.linalg.matrix_rank(self.design) == self.design.shape[1])

    @property
    def unable(self) -> str:
        """Why no model can be fitted: ``confounded``, ``n_lt_min`` with too few people to spare, or ""."""
        if not self.connected:
            return "confounded"
        return "" if len(self.group_of) - self.design.shape[1] >= MIN_FREEDOM else "n_lt_min"


def ratings(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    block: str = "trust",
    teams: pd.DataFrame | None = None,
) -> Ratings:
    """Bring the answers of one place about teams into long form.

    Parameters
    ----------
    answers : DataFrame, one row per respondent
        The canonical frame of one area and wave: ``group`` and one integer column per item. Codes of 0 and
        below are no answers.
    items : DataFrame, indexed by item
        Needs ``block``, ``team`` and ``top_from``.
    groups, teams : DataFrame
        As in `trustgap.stats.trust.dyads.reciprocity`.
    block : str
        Block of items, one per team.

    Returns
    -------
    Ratings
        A group's rating of its own team is never among them.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    Examples
    --------
    >>> answers = pd.DataFrame({"group": ["a"] * 12 + ["b"] * 12, "s": [1, 2, 2] * 8, "t": 2})
    >>> items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "top_from": 2}, index=["s", "t"])
    >>> groups = pd.DataFrame({"team": ["s", ""]}, index=["a", "b"])
    >>> ratings(answers, items, groups).cells[["group", "team", "n", "used"]]
      group team   n  used
    0     a    t  12  True
    1     b    s  12  True
    2     b    t  12  True
    """
    plan = [
        (group, item, team)
        for group in groups.index
        for team, item in item_of_team(items, block).items()
        if rates(group, team, groups, teams)
    ]
    cells = pd.DataFrame(plan, columns=["group", "item", "team"])
    group = answers["group"].astype(str).to_numpy()
    of_group = {name: group == name for name in groups.index}
    answered = {item: answers[item].to_numpy() > 0 for item in cells["item"].unique()}
    given = [of_group[name] & answered[item] for name, item, _ in plan]
    cells["n"] = [int(one.sum()) for one in given]
    cells["used"] = cells["n"].ge(MIN_N)
    used = cells[cells["used"]]
    who = [np.flatnonzero(given[place]) for place in used.index]
    score = [answers[item].to_numpy()[some] for item, some in zip(used["item"], who, strict=True)]
    top = [part >= items.loc[item, "top_from"] for item, part in zip(used["item"], score, strict=True)]
    cell = np.repeat(np.arange(len(used)), used["n"].to_numpy(int))
    who, score, top = (np.concatenate([*part, np.empty(0, int)]).astype(int) for part in (who, score, top))
    people, person = np.unique(who, return_inverse=True)
    group_of = pd.Index(used["group"].unique()).get_indexer(group[people])
    return Ratings(cells, cell, person, score, group_of, top.astype(bool))


def places(answers: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Take the answers apart by area and wave.

    Parameters
    ----------
    answers : DataFrame
        The canonical frame.

    Yields
    ------
    (area, wave), DataFrame
        In sorted order.

    Examples
    --------
    >>> [place for place, _ in places(pd.DataFrame({"area": ["X2", "X1"], "wave": 2019}))]
    [('X1', '2019'), ('X2', '2019')]
    """
    for place, part in answers.groupby(["area", "wave"], observed=True, sort=True):
        yield tuple(map(str, place)), part


def rests(cells: pd.DataFrame, place: tuple[str, str]) -> tuple:
    """Name the cells that a result rests on, as disclosure control needs them.

    Parameters
    ----------
    cells : DataFrame
        ``group`` and ``item``.
    place : tuple of str
        Area and wave.

    Returns
    -------
    tuple of tuple of str

    Examples
    --------
    >>> rests(pd.DataFrame({"group": ["a"], "item": "q"}), ("X1", "1"))
    (('X1', '1', 'a', 'q'),)
    """
    return tuple((*place, *cell) for cell in zip(cells["group"], cells["item"], strict=True))
