"""What a notebook knows of the staff behind the answers: head-counts, and the weights made from them."""

import pandas as pd

from trustgap.stats import counts as cells
from trustgap.survey.areas import head_counts


class HeadCounts:
    """The part of `Material` that deals with head-counts and weights."""

    @property
    def staff(self) -> dict[str, float]:
        """Head-count by group, where known."""
        table = head_counts(self.release.areas, self.questionnaire.groups.index, "staff_")
        known = table.sum(min_count=len(table)) if self.area == cells.NATIONAL else table.loc[self.area]
        by_group = {group: float(count) for group, count in known.items()}
        return by_group | {cells.ALL: float(sum(by_group.values()))}

    @property
    def least(self) -> bool:
        """Whether no more is known of respondents than how many there are at least."""
        return bool(self.questionnaire.shares_file)

    @property
    def weighable(self) -> pd.DataFrame:
        """What is told of the latest wave, if it has weights that say something, else no row."""
        here = self.weighting
        told = self.told
        now = told[told["wave"].eq(self.latest)]
        return now if len(here) and here["kind"].ne("none").all() else now.iloc[:0]

    @property
    def weighting(self) -> pd.DataFrame:
        """How the area's weights in the latest wave came about, and what they cost."""
        weighting = self.release.weighting
        return weighting[weighting["area"].eq(self.area) & weighting["wave"].eq(self.latest)]
