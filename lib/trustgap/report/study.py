"""What a notebook holds in its hands: one area's answers and counts, and the way to show results."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from trustgap.report import measuring, provenance
from trustgap.report import release as releases
from trustgap.report.disclosure import Mask, Shown, figures, read_all, read_back, records, together
from trustgap.report.material import Material
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.survey import folder, spreadsheets

READERS = ("00_", "10_")
"""How the names of area notebooks begin that only repeat what others showed."""


@dataclass(frozen=True)
class Study(Material):
    """One area of a survey, or the whole of it, ready for analysis: what `Material` has, and how to show it.

    Parameters
    ----------
    outputs : Path
        Folder under which tables are written.
    mask : Mask
        What is hidden.
    words : Words
        Labels.
    started : datetime
        In UTC.
    recorded : list of Shown
        Everything shown so far; becomes the notebook's table.
    """

    outputs: Path
    mask: Mask
    words: Words
    started: datetime
    recorded: list = field(default_factory=list)

    def protect(self, rows: pd.DataFrame) -> Shown:
        """Pass results through the mask of the release, and remember them for the notebook's table.

        Parameters
        ----------
        rows : DataFrame
            Results rows.

        Returns
        -------
        Shown
            What may be shown.
        """
        shown = self.mask.protect(rows, self.words)
        self.recorded.append(shown)
        return shown

    def protect_records(self, rows: pd.DataFrame) -> Shown:
        """Pass results that rest on reviewed cases.

        Parameters
        ----------
        rows : DataFrame
            Results rows; ``n_a``, and for comparisons ``n_b``, count cases.

        Returns
        -------
        Shown
            What may be shown.
        """
        shown = records(rows, self.words, mask=self.mask)
        self.recorded.append(shown)
        return shown

    def protect_figures(self, rows: pd.DataFrame) -> Shown:
        """Pass figures of a service, such as a metric or a count of pieces of evidence.

        Parameters
        ----------
        rows : DataFrame
            Results rows; where ``n_a`` or ``n_b`` is known it counts people.

        Returns
        -------
        Shown
            What may be shown.
        """
        shown = figures(rows, self.words)
        self.recorded.append(shown)
        return shown

    def keep(self, shown: Shown) -> None:
        """Remember rows that were read back, for the notebook's table.

        Parameters
        ----------
        shown : Shown
            Rows from `tables`.
        """
        self.recorded.append(shown)

    def save(self, notebook: str) -> provenance.Provenance:
        """Write what this notebook showed of its area as one table, and say how it was made.

        Parameters
        ----------
        notebook : str
            Name of the notebook, which names the table.

        Returns
        -------
        Provenance
            For display at the end of the notebook.
        """
        shown = together(*self.recorded) if self.recorded else None
        if shown and self.area != cells.NATIONAL:
            # A funnel shows all areas; their rows belong to their own tables.
            shown = shown.where(area=self.area)
        to = self.outputs / self.questionnaire.survey / self.area / "tables" / f"{notebook}.csv"
        to.parent.mkdir(parents=True, exist_ok=True)
        part = to.with_suffix(".part")
        table = shown.table if shown else pd.DataFrame(columns=results.COLUMNS)
        spreadsheets.marked(table).to_csv(part, index=False, lineterminator="\n")
        os.replace(part, to)
        return provenance.of(
            self.release, notebook=notebook, area=self.name, shown=shown, started=self.started
        )

    def tables(self) -> Shown:
        """Read back what this area's other notebooks showed.

        Returns
        -------
        Shown
            All their rows.

        Raises
        ------
        FileNotFoundError
            If no other notebook of the area has run yet.
        """
        at = self.outputs / self.questionnaire.survey / self.area / "tables"
        files = [path for path in sorted(at.glob("*.csv")) if not path.name.startswith(READERS)]
        if not files:
            raise FileNotFoundError(
                f"no tables of area {self.area} yet: run its other notebooks first, this one reads them"
            )
        # The same share stands in the tables of several notebooks.
        return together(*(read_back(path, self.words) for path in files)).distinct()


def area_tables(made: str, study: Study, analyses: list[str]) -> Shown:
    """Read back what the pages of all areas showed in some analyses.

    Parameters
    ----------
    made : str
        Folder under which the areas' pages lie.
    study : Study
        The whole of the survey.
    analyses : list of str
        Those wanted.

    Returns
    -------
    Shown
        Their rows, areas in the order of the survey; none where no area has pages yet.
    """
    home = Path(made) / study.questionnaire.survey
    tables = [
        path
        for area in study.release.areas.index
        for path in sorted((home / area / "tables").glob("*.csv"))
        if not path.name.startswith(READERS)
    ]
    return read_all(tables, study.words, analyses=analyses)


def open_area(
    survey: str, *, area: str, answers: str = "", release: str = "", outputs: str = "../../outputs"
) -> Study:
    """Open one area of a survey.

    Parameters
    ----------
    survey : str
        Survey folder.
    area : str
        Area code.
    answers : str
        Answers file, or folder with the survey's files, where they do not lie in the survey folder.
    release : str
        Stored release to read from; without one the survey is read and measured here, so that a
        notebook opened alone shows the same numbers.
    outputs : str
        Folder under which tables are written.

    Returns
    -------
    Study
        The area, ready for analysis.

    Raises
    ------
    SurveyError
        If the survey folder has faults.
    ValueError
        If the survey has no such area.
    """
    started = datetime.now(UTC)
    if release:
        source = releases.read(Path(release), area=area)
    else:
        whole = measuring.measure(folder.load(Path(survey), answers=Path(answers) if answers else None))
        source = releases.part(whole, area)
    return Study(source, area, Path(outputs), source.mask, source.words, started)


def open_national(
    survey: str, *, answers: str = "", release: str = "", outputs: str = "../../outputs"
) -> Study:
    """Open the whole of a survey.

    Parameters
    ----------
    survey, answers, release, outputs : str
        As for `open_area`.

    Returns
    -------
    Study
        All areas, ready for analysis.
    """
    return open_area(survey, area=cells.NATIONAL, answers=answers, release=release, outputs=outputs)
