"""What an area brings beside the answers to a survey: reviewed cases, evidence, metrics, delayed days."""

import numpy as np
import pandas as pd

from trustgap.report.release import Release
from trustgap.stats import counts as cells
from trustgap.stats.case_reviews import over_areas


class Brought:
    """The files of an area's programme; a part of `Material`, which has the two attributes."""

    release: Release
    area: str

    @property
    def cases(self) -> pd.DataFrame:
        """The area's reviewed cases; of the whole, those of all areas."""
        return self._brought("cases")

    def cases_showing(self, finding: str) -> pd.DataFrame:
        """Give the reviewed cases to pool for a finding: of the whole, those of areas that show it.

        Parameters
        ----------
        finding : str
            As `disclosure.case_lines` names what it decides.

        Returns
        -------
        DataFrame
            As `cases`. How far areas lie apart would tell of those that keep it back, too.
        """
        if self.area != cells.NATIONAL:
            return self.cases
        untold = self.release.mask.untold
        told = [(area, "", "", finding) not in untold for area in self.cases["area"]]
        return self.cases[np.array(told, bool)]

    @property
    def findings(self) -> pd.DataFrame:
        """Every case with each finding on it, as `over_areas.answers` gives it, but those kept back."""
        found, untold = over_areas.answers(self.cases), self.release.mask.untold
        told = [(area, "", "", item) not in untold for area, item in found[["area", "item"]].to_numpy()]
        return found[np.array(told, bool)]

    @property
    def evidence(self) -> pd.DataFrame:
        """The area's pieces of evidence; of the whole, those of all areas."""
        return self._brought("evidence")

    @property
    def metrics(self) -> pd.DataFrame:
        """The area's metrics; of the whole, those of all areas."""
        return self._brought("metrics")

    @property
    def tracked(self) -> pd.DataFrame:
        """The area's metrics with those of its comparison areas, which stand under the whole."""
        return self.release.files["metrics"].reset_index(drop=True)

    @property
    def delays(self) -> pd.DataFrame:
        """The area's delayed days; of the whole, those of all areas."""
        return self._brought("delays")

    def source_of(self, what: str) -> str:
        """Write the line under a figure drawn from what an area brought.

        Parameters
        ----------
        what : str
            Such as "evidence".

        Returns
        -------
        str
            It says so where all is invented.
        """
        words, asked = self.release.words, self.release.questionnaire
        place = words.whole if self.area == cells.NATIONAL else words.areas[self.area]
        return f"Source: {asked.title}, {what}{', synthetic data' if asked.synthetic else ''}, {place}."

    @property
    def delays_of_whole(self) -> pd.DataFrame:
        """The delayed days of all areas together."""
        rows = self.release.files["delays"]
        return rows[rows["area"].eq(cells.NATIONAL)].reset_index(drop=True)

    def _brought(self, name: str) -> pd.DataFrame:
        rows = self.release.files[name]
        own = rows["area"].ne(cells.NATIONAL) if self.area == cells.NATIONAL else rows["area"].eq(self.area)
        return rows[own].reset_index(drop=True)
