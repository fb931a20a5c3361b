"""What a survey holds now, in the form in which releases are compared: its cells, and its people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from trustgap.report.earlier import cases, people
from trustgap.stats import counts as cells
from trustgap.stats.shares import responses
from trustgap.survey.folder import Survey
from trustgap.survey.identities import identities

CELL = ["wave", "area", "group", "item"]
"""What names a cell; the item "" stands for all who took part."""


@dataclass(frozen=True)
class Standing:
    """What a survey holds now.

    Parameters
    ----------
    survey : Survey
        As `folder.load` returns it.
    ids : array of str
        Identifiers of its respondents.
    key : bytes
        Of the survey.
    """

    survey: Survey
    ids: np.ndarray
    key: bytes

    @classmethod
    def of(cls, survey: Survey, *, key: bytes) -> "Standing":
        """Take what is needed of a survey.

        Parameters
        ----------
        survey : Survey
            As `folder.load` returns it.
        key : bytes
            Its key.

        Returns
        -------
        Standing
            With the identifiers of its respondents.
        """
        return cls(survey, identities(survey), key)

    @property
    def items(self) -> list[str]:
        """Items of the survey."""
        return list(self.survey.questionnaire.items.index)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Counts of every cell by answer and by kind of missing answer, pooled cells and people included."""
        asked, answers = self.survey.questionnaire, self.survey.answers
        by_group = self.survey.shares if len(self.survey.shares) else cells.tally(answers, asked.items)
        if by_group.empty:
            return pd.DataFrame(columns=CELL)
        by_group = by_group.astype(dict.fromkeys(cells.CELL, str))
        local = pd.concat([by_group, cells.pool(by_group, over="group", label=cells.ALL)])
        every = pd.concat([local, cells.pool(local, over="area", label=cells.NATIONAL)])
        shared = len(self.survey.shares)
        counted = responses.largest_bases(by_group) if shared else responses.respondents(answers)
        there = counted.rename(columns={"n": 1}).assign(item="")
        whole = pd.concat([every, there], ignore_index=True).rename(columns=str)
        numbers = [name for name in whole if name not in CELL]
        return whole[CELL].astype(str).join(whole[numbers].fillna(0).astype(int))

    def people(self, items: list[str], *, then: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Digest the respondents.

        Parameters
        ----------
        items : list of str
            The answers to these make up a row.
        then : mapping of str to str, optional
            As for `people.digested`.

        Returns
        -------
        DataFrame
            As `people.digested` gives it.
        """
        return people.digested(self.survey.answers, self.ids, items=items, key=self.key, then=then)

    def reviewed(self, areas: Collection[str]) -> pd.DataFrame:
        """Digest the reviewed cases.

        Parameters
        ----------
        areas : collection of str
            Of which, the whole perhaps among them.

        Returns
        -------
        DataFrame
            As `cases.digested` gives it.
        """
        return cases.digested(self.survey.files["cases"], areas, key=self.key)

    def valid(self, items: list[str]) -> pd.DataFrame:
        """Say who gave a valid answer to what.

        Parameters
        ----------
        items : list of str
            Which.

        Returns
        -------
        DataFrame of bool, one row per respondent
            A column for each item; that of "" is True throughout.
        """
        answers = self.survey.answers
        table = {item: answers[item].to_numpy() > 0 for item in items if item in answers}
        return pd.DataFrame({"": np.ones(len(answers), bool), **table})


def levels(table: pd.DataFrame) -> list[str]:
    """Name the columns of cells that count valid answers.

    Parameters
    ----------
    table : DataFrame
        As `Standing.cells`.

    Returns
    -------
    list of str
        Scores, written as text.
    """
    return [name for name in table if name.isdecimal()]


def published(standing: Standing, decided: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Say which cells the tables of a release tell of.

    Parameters
    ----------
    standing : Standing
        What the survey holds.
    decided : DataFrame
        ``area wave group item kind``: what the release hides.
    rows : DataFrame
        All of its tables, in the results vocabulary.

    Returns
    -------
    DataFrame
        Rows of `Standing.cells`: of every area and item that a row shows anything of, whatever is not
        hidden. Results draw on several groups and waves, such as shares at a fixed mix and trends.
    """
    table, items = standing.cells, [*standing.items, ""]
    told = _told(rows, list(standing.survey.questionnaire.waves.index), items)
    hidden = decided[decided["kind"].isin(("hidden", "secondary"))][CELL].astype(str)
    silent = set(decided.loc[decided["kind"].eq("silent"), "area"].astype(str))
    here = pd.MultiIndex.from_frame(table[["area", "item"]]).isin(told)
    here &= ~pd.MultiIndex.from_frame(table[CELL]).isin(pd.MultiIndex.from_frame(hidden))
    here &= ~table["area"].isin(silent).to_numpy()
    return table[here].reset_index(drop=True)


def _told(rows: pd.DataFrame, waves: list[str], items: list[str]) -> pd.MultiIndex:
    """Name the areas and items that rows which rest on answers show anything of."""
    of = {wave: not set(waves).isdisjoint(wave.split("/")) for wave in set(rows["wave"])}
    shown = rows[~rows["suppressed"].astype(bool) & rows["wave"].map(of).astype(bool)]
    sides = [shown[["area"]].assign(item=shown["item"])]
    for column in ("group_a", "group_b"):
        named = shown[shown[column].str.startswith("item:")]
        sides.append(named[["area"]].assign(item=named[column].str.removeprefix("item:")))
    pairs = pd.concat(sides).drop_duplicates()
    plain = pairs["item"].isin(items) & pairs["item"].ne("")
    # A scale, or a pattern over several questions, tells something of each of them.
    others = pairs[~plain][["area"]].drop_duplicates().merge(pd.DataFrame({"item": items}), how="cross")
    local = pd.concat([pairs[plain], others, pairs[["area"]].drop_duplicates().assign(item="")])
    # What an area is compared with is the whole.
    whole = local[["item"]].drop_duplicates().assign(area=cells.NATIONAL)
    return pd.MultiIndex.from_frame(pd.concat([local, whole])[["area", "item"]].drop_duplicates())
