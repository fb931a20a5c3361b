"""The batteries of a questionnaire: questions on one scale that could be added up to one score."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from trustgap.stats.batteries.scales import MIN_ITEMS
from trustgap.stats.counts import ALL
from trustgap.survey.questionnaire import Questionnaire

BLOCKS = {
    "trust": "Trust",
    "relationship": "Working relationships",
    "factor": "Factors",
    "statement": "Statements",
}
"""What a battery is called, by its block, where it belongs to no decision."""


class Battery(NamedTuple):
    """Questions that one group of people was asked on one scale.

    Parameters
    ----------
    name : str
        Id: the block, then its decision and its scale where there are several.
    group : str
        Who was asked all of them: a group, or `counts.ALL`.
    items : DataFrame
        The questions.
    label : str
        For readers.
    """

    name: str
    group: str
    items: pd.DataFrame
    label: str


def batteries(asked: Questionnaire) -> list[Battery]:
    """Find the questions that could be added up.

    Parameters
    ----------
    asked : Questionnaire
        What was asked.

    Returns
    -------
    list of Battery
        Questions of one block, one decision and one scale, at least `scales.MIN_ITEMS`; never across
        decisions. Where a group does not rate its own team, each group has a battery of its own.
    """
    found, teams = [], {group: _own(asked, group) for group in asked.groups.index}
    for (block, decision, scale), items in asked.items.groupby(["block", "decision", "scale"], sort=False):
        alone = len(set(asked.items.loc[asked.items["block"].eq(block), "scale"])) == 1
        name = ":".join([block, *([decision] if decision else []), *([] if alone else [scale])])
        label = asked.decisions.get(decision, BLOCKS[block])
        if not alone:
            ends = asked.scales[scale].labels
            label += f", answered {ends[0]} to {ends[-1]}"
        own = {group: np.array([team in mine for team in items["team"]]) for group, mine in teams.items()}
        rated = [Battery(name, ALL, items, label)]
        if any(mine.any() for mine in own.values()):
            rated = [Battery(name, group, items[~mine], label) for group, mine in own.items()]
        found += [battery for battery in rated if len(battery.items) >= MIN_ITEMS]
    return found


def _own(asked: Questionnaire, group: str) -> list[str]:
    """Name the teams to which a group belongs."""
    return [team for team, members in asked.teams["members"].items() if group in members]
