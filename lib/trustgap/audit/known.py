"""Everything that a release tells about counts of people, put in order for the attack."""

from dataclasses import dataclass

import pandas as pd

from trustgap.audit import differences, facts
from trustgap.audit.published import Published
from trustgap.audit.scales import scales
from trustgap.stats.counts import ALL, CELL, NATIONAL

COUNT = [*CELL, "low_level", "high_level"]
PEOPLE = ""
"""Stands for the item where respondents are counted, not answers."""

ELSEWHERE = "elsewhere"
"""All areas together that nothing published names."""


@dataclass(frozen=True)
class Known:
    """What an attacker knows of every count.

    Parameters
    ----------
    facts : DataFrame
        ``area wave group item low_level high_level low high``; item `PEOPLE` counts respondents, with one
        level.
    means : DataFrame
        ``area wave group item low high``: limits of mean scores.
    scales : DataFrame, indexed by item
        ``k top_from low_to scored``.
    leaves : DataFrame
        ``area group region``, every group of every area.
    asked : DataFrame
        ``group item``, which groups were asked what.
    contradictions : DataFrame
        Counts, by `COUNT`, of which published rows tell different things.
    """

    facts: pd.DataFrame
    means: pd.DataFrame
    scales: pd.DataFrame
    leaves: pd.DataFrame
    asked: pd.DataFrame
    contradictions: pd.DataFrame


def known(published: Published) -> Known:
    """Collect all facts about counts of people.

    Parameters
    ----------
    published : Published
        As `published.read` returns it.

    Returns
    -------
    Known
        Of all waves and items.
    """
    rows = published.rows
    rows = rows[rows["item"].isin(published.items.index)]
    read = scales(rows)
    plain, compared = facts.plain(rows), differences.against_rest(rows)
    bases, wrong_bases = facts.agreed(_bases(plain, compared, read), key=COUNT)
    shares = pd.concat([facts.of_shares(plain, read), facts.of_missing(rows, bases, read)])
    shares, wrong_shares = facts.agreed(shares, key=COUNT)
    found = pd.concat([shares, differences.positives(compared, shares, read)])
    found, wrong = facts.agreed(found, key=COUNT)
    people = facts.of_people(published.rows)
    counted = people.rename(columns={"n": "low"}).assign(item=PEOPLE, low_level=1, high_level=1)
    counted, wrong_people = facts.agreed(counted.assign(high=counted["low"]), key=COUNT)
    parts = [counted, bases, found]
    return Known(
        facts=pd.concat([part for part in parts if len(part)] or parts, ignore_index=True),
        means=facts.of_means(plain, read).drop_duplicates(CELL),
        scales=read,
        leaves=_leaves(published, people, [plain, compared]),
        asked=_asked([plain, compared]),
        contradictions=pd.concat([wrong_bases, wrong_shares, wrong, wrong_people]).drop_duplicates(),
    )


def _bases(plain: pd.DataFrame, compared: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Give the bases of all cells: as they stand, and those of the whole as the area's and the rest's."""
    parts = [plain, compared, differences.bases(compared)]
    return pd.concat([facts.of_bases(part, read) for part in parts], ignore_index=True)


def _asked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Say which groups were asked each question: those that it has a row for, hidden or not."""
    pairs = pd.concat([part.loc[part["group"].ne(ALL), ["group", "item"]] for part in parts])
    return pairs.drop_duplicates().reset_index(drop=True)


def _leaves(published: Published, people: pd.DataFrame, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Name every group of every area; without an index, of areas that nothing names, too."""
    named = [people, *parts]
    areas = [area for part in named for area in part["area"].unique()]
    groups = sorted({group for part in named for group in part["group"].unique()} - {ALL})
    every = dict.fromkeys([*published.areas.index, *areas, *([] if len(published.areas) else [ELSEWHERE])])
    index = pd.MultiIndex.from_product(
        [[area for area in every if area != NATIONAL], groups], names=["area", "group"]
    )
    leaves = index.to_frame(index=False)
    return leaves.assign(region=leaves["area"].map(published.areas["region"]))
