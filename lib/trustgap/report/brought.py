"""What an area brings beside the answers to a survey: reviewed cases, evidence, metrics, delayed days."""

import pandas as pd

from trustgap.report.release import Release
from trustgap.stats import counts as cells


class Brought:
    """The files of an area's programme; a part of `Material`, which has the two attributes."""

    release: Release
    area: str

    @property
    def cases(self) -> pd.DataFrame:
        """The area's reviewed cases; of the whole, those of all areas."""
        return self._brought("cases")

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
