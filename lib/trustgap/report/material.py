"""What a notebook works on: one area's part of a release, or the whole, under the names that it uses."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from trustgap.report import provenance
from trustgap.report.brought import Brought
from trustgap.report.headcounts import HeadCounts
from trustgap.report.mixable import Mixable
from trustgap.report.release import Release
from trustgap.report.themes.batteries import batteries
from trustgap.stats import counts as cells
from trustgap.stats.change import linked
from trustgap.stats.counts import MISSING
from trustgap.survey.questionnaire import Questionnaire, Scale


@dataclass(frozen=True)
class Material(HeadCounts, Mixable, Brought):
    """One area of a survey, or the whole of it.

    Parameters
    ----------
    release : Release
        Measurements and mask, this area's part and the whole's.
    area : str
        Area code, or `counts.NATIONAL`.
    """

    release: Release
    area: str

    @property
    def questionnaire(self) -> Questionnaire:
        """What was asked."""
        return self.release.questionnaire

    @property
    def items(self) -> pd.DataFrame:
        """The items, one row each."""
        return self.release.questionnaire.items

    @property
    def seed(self) -> int:
        """Every draw derives from this, the area and the analysis, never from the order of work."""
        return provenance.SEED

    @property
    def latest(self) -> str:
        """The last wave that anybody answered."""
        return self.release.latest

    @property
    def name(self) -> str:
        """Name of the area, or of the whole."""
        return (
            self.release.words.whole if self.area == cells.NATIONAL else self.release.words.areas[self.area]
        )

    @property
    def answers(self) -> pd.DataFrame:
        """The area's answers in the canonical frame; for the whole, everybody's under one area."""
        answers = self.release.answers
        if self.area == cells.NATIONAL:
            return answers.assign(area=cells.NATIONAL)
        return answers[answers["area"].astype(str).eq(self.area)]

    def cells(self, **equals: object) -> pd.DataFrame:
        """Give some of the area's cells, those that are hidden without any answer, to show shares of each.

        Parameters
        ----------
        **equals : str, or several
            Column and wanted value or values, such as ``wave="2019"``, and ``block`` for the items of a
            block; without ``group`` the pooled group is left out.

        Returns
        -------
        DataFrame
            The cells, in the order of the questionnaire. A group's rating of its own team is never among
            them: nobody was asked for it.
        """
        return self._chosen(self.plain, equals)

    def mixed(self, **equals: object) -> pd.DataFrame:
        """Give some of the area's cells to be mixed or compared: bounds are without answers, too.

        Parameters
        ----------
        **equals : str, or several
            As for `cells`.

        Returns
        -------
        DataFrame
            As `cells`.
        """
        return self._chosen(self.opened, equals)

    def _chosen(self, every: pd.DataFrame, equals: dict[str, object]) -> pd.DataFrame:
        groups, teams = self.questionnaire.groups, self.questionnaire.teams
        own = {(group, team) for team, members in teams["members"].items() for group in members}
        counts = every[every["area"].eq(self.area)].reset_index(drop=True)
        if "block" in equals:
            equals["item"] = self.block(equals.pop("block")).index
        team = counts["item"].map(self.items["team"])
        keep = pd.Series([pair not in own for pair in zip(counts["group"], team, strict=True)], dtype=bool)
        for column, value in ({"group": groups.index} | equals).items():
            keep &= counts[column].isin([value] if isinstance(value, str) else list(value))
        order = {"wave": self.questionnaire.waves.index, "group": groups.index, "item": self.items.index}
        place = pd.DataFrame({column: ids.get_indexer(counts[column]) for column, ids in order.items()})
        return counts.loc[place[keep].sort_values(list(order), kind="stable").index].reset_index(drop=True)

    def scales(self, *, without: str = "") -> list[tuple[Scale, pd.Index]]:
        """Give the scales in use, each with its items, in the order of the questionnaire.

        Parameters
        ----------
        without : str
            A block whose items are left out.

        Returns
        -------
        list of (Scale, Index)
            Scales without items are left out.
        """
        items = self.items[self.items["block"].ne(without)].groupby("scale", sort=False)
        return [(self.questionnaire.scales[scale], part.index) for scale, part in items]

    @property
    def decisions(self) -> list[tuple[str, pd.DataFrame]]:
        """The decisions that factors belong to, each by its label with its factors."""
        labels = self.questionnaire.decisions
        factors = self.block("factor").groupby("decision", sort=False)
        return [(labels.get(decision, "All factors"), items) for decision, items in factors]

    @property
    def batteries(self) -> list[tuple]:
        """The questions that could be added up: of each set its id, who was asked, and the items."""
        return [battery[:3] for battery in batteries(self.questionnaire)]

    @property
    def everyone(self) -> str:
        """What the pooled group is called in a subtitle."""
        return f"all {self.questionnaire.names['respondents']}"

    @property
    def short(self) -> dict[str, str]:
        """Short labels of groups by their labels, for the heads of tables."""
        groups = self.questionnaire.groups
        return dict(zip(groups["label"], groups["short"], strict=True))

    @property
    def unsure(self) -> pd.Index:
        """The items that offer an answer for those who cannot say."""
        wanted = {MISSING["dont_know"], MISSING["no_contact"]}
        offers = {
            name for name, scale in self.questionnaire.scales.items() if wanted & set(scale.codes.values())
        }
        return self.items.index[self.items["scale"].isin(offers)]

    def phrase(self, block: str) -> str:
        """Say what a positive answer to a block's items says, such as "agree or strongly agree".

        Parameters
        ----------
        block : str
            Part of the questionnaire.

        Returns
        -------
        str
            For "% who ...", of the block's first scale; "" where the block was not asked.
        """
        scales = self.block(block)["scale"]
        return self.questionnaire.scales[scales.iloc[0]].positive_phrase if len(scales) else ""

    def ends(self, first: str, second: str) -> tuple[str, str]:
        """Name the two sides of a figure that compares two groups.

        Parameters
        ----------
        first, second : str
            Groups; values above no difference favour the first.

        Returns
        -------
        tuple of str
            Left and right.
        """
        short = self.questionnaire.groups["short"]
        return f"{short[second]} higher", f"{short[first]} higher"

    def ends_of(self, block: str) -> str:
        """Name the two ends of a block's scale.

        Parameters
        ----------
        block : str
            Part of the questionnaire.

        Returns
        -------
        str
            Such as "1 (poor) to 5 (strong)"; "" where the block was not asked.
        """
        scales = self.block(block)["scale"]
        if scales.empty:
            return ""
        labels = self.questionnaire.scales[scales.iloc[0]].labels
        return f"{labels[0]} to {labels[-1]}"

    @property
    def headline(self) -> pd.DataFrame:
        """The headline item's share in every area that has pages, and in the whole."""
        return self.release.headline

    @property
    def headline_label(self) -> str:
        """What the headline share says."""
        item = self.items.loc[self.questionnaire.headline]
        return f"{item['label']}: % who {self.questionnaire.scales[item['scale']].positive_phrase}"

    @property
    def wave_label(self) -> str:
        """Label of the latest wave."""
        return self.release.words.wave(self.latest)

    @property
    def rest(self) -> str:
        """What all other areas together are called inside a sentence."""
        return self.questionnaire.names["rest"]

    @property
    def source(self) -> str:
        """The line under a figure that says where its numbers are from."""
        asked = self.questionnaire
        synthetic = ", synthetic data" if asked.synthetic else ""
        place = "" if self.area == cells.NATIONAL else f", {self.name}"
        how = "Published shares, counts worked out from them" if asked.shares_file else "Unweighted"
        return f"Source: {asked.title}{synthetic}{place}. {how}."

    @property
    def people(self) -> pd.DataFrame:
        """The area's respondents by wave and group."""
        people = self.release.people[self.release.people["area"].eq(self.area)]
        place = self.questionnaire.groups.index.append(pd.Index([cells.ALL])).get_indexer(people["group"])
        return people.iloc[np.lexsort((place, people["wave"]))].reset_index(drop=True)

    @property
    def compared(self) -> pd.DataFrame:
        """The area against the rest, p-values adjusted over all areas."""
        compared = self.release.compared
        return compared[compared["area"].eq(self.area)]

    @property
    def expected(self) -> pd.DataFrame:
        """The range in which each of the area's shares would be expected, judged by all other areas."""
        expected = self.release.expected
        return expected[expected["area"].eq(self.area)].reset_index(drop=True)

    @property
    def item_pairs(self) -> pd.DataFrame:
        """How often pairs of items were answered together over all areas, latest wave."""
        return self.release.item_pairs

    @property
    def all_compared(self) -> pd.DataFrame:
        """Every area that has pages of its own against the rest."""
        compared = self.release.compared
        return compared[~compared["area"].isin(self.release.mask.silent)]

    @property
    def over_time(self) -> dict[str, object]:
        """What comparisons of waves need to know: their order, which may be compared, who answered twice."""
        waves = list(self.questionnaire.waves.index)
        return {"waves": waves, "comparable": self.questionnaire.comparability, "links": self.links}

    @cached_property
    def links(self) -> pd.DataFrame:
        """The area's pairs of answers by the same person in two waves, neither in a hidden cell."""
        return linked.pairs(self.told, self.items)

    def block(self, block: str) -> pd.DataFrame:
        """Give the items of one block.

        Parameters
        ----------
        block : {"factor", "trust", "relationship", "statement"}
            Part of the questionnaire.

        Returns
        -------
        DataFrame
            Its items, perhaps none.
        """
        return self.items[self.items["block"].eq(block)]
