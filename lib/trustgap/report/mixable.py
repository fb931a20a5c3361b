"""What a notebook may mix and compare: answers and cells without those that are hidden."""

from functools import cached_property

import pandas as pd

from trustgap.report.disclosure import opened, told
from trustgap.stats import counts as cells


class Mixable:
    """The part of `Material` that leaves out hidden cells before anything is made of them."""

    @cached_property
    def told(self) -> pd.DataFrame:
        """The area's answers without those of hidden cells; `answers` are for what adds all of them up."""
        area = cells.NATIONAL if self.area == cells.NATIONAL else ""
        return told(self.answers, self.release.mask, list(self.items.index), area=area)

    @cached_property
    def opened(self) -> pd.DataFrame:
        """The cells of the area and of the whole, those that are hidden or a bound without any answer."""
        return opened(self._here, self.release.mask)

    @cached_property
    def plain(self) -> pd.DataFrame:
        """The same with bounds as they were counted, for shares of one cell."""
        return opened(self._here, self.release.mask, bounds=True)

    @property
    def _here(self) -> pd.DataFrame:
        counts = self.release.counts
        return counts[counts["area"].isin([self.area, cells.NATIONAL])]

    @property
    def asked(self) -> pd.DataFrame:
        """What each group was asked in the latest wave, though nobody of the area answer: ``group item``."""
        counts = self.opened
        here = counts["area"].eq(self.area) & counts["wave"].eq(self.latest) & counts["group"].ne(cells.ALL)
        given = (cells.valid(counts) + cells.unanswered(counts)).gt(0) | counts["closed"].eq(1)
        return counts.loc[here & given, ["group", "item"]].reset_index(drop=True)

    @property
    def everywhere(self) -> pd.DataFrame:
        """The cells of all areas by group, those that are hidden empty; national notebooks only."""
        return _local(opened(self.release.counts, self.release.mask))

    @property
    def areas_shown(self) -> pd.DataFrame:
        """The cells by group of the areas whose pooled cell is shown; national notebooks only."""
        return _local(opened(self.release.counts, self.release.mask, areas=True))


def _local(counts: pd.DataFrame) -> pd.DataFrame:
    return counts[counts["area"].ne(cells.NATIONAL) & counts["group"].ne(cells.ALL)]
