"""The analyses on which claims rest, each carried out once for a study."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trustgap.stats import counts as cells
from trustgap.stats.change import changes
from trustgap.stats.claims import ties
from trustgap.stats.ranking import contrasts, rankings
from trustgap.stats.shares import proportions
from trustgap.stats.trust import dyads

if TYPE_CHECKING:
    # A study opens by measuring, and measuring evaluates the claims of the whole.
    from trustgap.report.study import Study


class Found:
    """The analyses of one area, or of the whole, that claims share.

    Parameters
    ----------
    study : Study
        The area, or the whole.
    """

    def __init__(self, study: "Study") -> None:
        self.study = study
        self._kept: dict = {}

    def once(self, name: tuple, make: Callable[[], Any]) -> Any:
        """Carry out an analysis the first time that a claim asks for it.

        Parameters
        ----------
        name : tuple
            Tells analyses apart.
        make : callable
            Carries it out.

        Returns
        -------
        object
            What it gave.
        """
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    @cached_property
    def now(self) -> pd.DataFrame:
        """The cells of the latest wave by group."""
        return self.study.mixed(wave=self.study.latest)

    @cached_property
    def everyone(self) -> pd.DataFrame:
        """The cells of the latest wave with all groups pooled."""
        return self.study.mixed(wave=self.study.latest, group=cells.ALL)

    @cached_property
    def current(self) -> pd.DataFrame:
        """The answers of the latest wave, without those of hidden cells."""
        answers = self.study.told
        return answers[answers["wave"].eq(self.study.latest)]

    @property
    def rated(self) -> dict[str, Any]:
        """What comparisons of groups that rate teams take."""
        asked = self.study.questionnaire
        return {
            "items": self.study.items, "groups": asked.groups, "teams": asked.teams, "seed": self.study.seed
        }  # fmt: skip

    def cell(self, group: str, item: str) -> pd.DataFrame:
        """Pick one cell of the latest wave, of a group or of all pooled; no row where it does not occur."""
        whole = self.everyone if group == cells.ALL else self.now
        return whole[whole["group"].eq(group) & whole["item"].eq(item)]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The shares and means of all cells of the latest wave, pooled ones included."""
        both = pd.concat([self.now, self.everyone], ignore_index=True)
        return proportions.shares(both, self.study.items)

    def ranking(self, items: pd.DataFrame, group: str, places: int, **options: Any) -> pd.DataFrame:
        """Rank items for one group, or for all with the same weight, by their positive share or mean."""
        name = ("ranking", tuple(items.index), group, places, tuple(sorted(options.items())))
        place = {"area": self.study.area, "wave": self.study.latest, "seed": self.study.seed}
        rank = lambda: rankings.ranking(  # noqa: E731 (named for what it makes)
            self.current, items, group=group, tau=(places,), **place, **options
        )
        return self.once(name, rank)

    def classes(self, items: pd.DataFrame, class_a: str, class_b: str) -> pd.DataFrame:
        """Compare two classes of factors within the same people."""
        place = {"area": self.study.area, "wave": self.study.latest}
        return contrasts.class_contrast(self.current, items, class_a=class_a, class_b=class_b, **place)

    def group_gap(self, group_a: str, group_b: str) -> pd.DataFrame:
        """Compare two groups on every factor."""
        # The claims on factors go by intervals: tests by permutation would change nothing but the time.
        gap = lambda: dyads.group_gap(  # noqa: E731 (named for what it makes)
            self.now, self.study.items, group_a, group_b, permutations=0
        )
        return self.once(("group_gap", group_a, group_b), gap)

    @cached_property
    def both_ways(self) -> pd.DataFrame:
        """Compare trust in both directions for every pair of groups."""
        return dyads.reciprocity(self.now, **self.rated)

    @cached_property
    def ties(self) -> tuple[pd.DataFrame, np.ndarray]:
        """Estimate the strength of every relationship, and how they go together."""
        place = {"area": self.study.area, "wave": self.study.latest}
        return ties.means(self.current, self.study.block("relationship"), **place)

    @cached_property
    def changed(self) -> pd.DataFrame:
        """Compare the last wave with the first, for every group's trust in every team."""
        trust = self.study.mixed(block="trust")
        # Of the change in shares only: the tests of θ would take most of the time.
        rows = changes.change(trust, self.study.items, permutations=0, **self.study.over_time)
        return rows[rows["estimand"].eq("share_difference") & rows["group_a"].ne(cells.ALL)]
