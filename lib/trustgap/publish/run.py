"""A finished run as a release sees it: its tables, its cells, and what it tells beside earlier releases."""

from dataclasses import dataclass

import pandas as pd

from trustgap.batch import released
from trustgap.batch.run import Prepared
from trustgap.publish import refused
from trustgap.record import releases
from trustgap.report.earlier.differences import COLUMNS, differences
from trustgap.report.earlier.entry import Entry
from trustgap.report.earlier.standing import Standing, published
from trustgap.survey import folder, secret

INDEX = "index"
"""Stands for the notebook of rows that the index shows."""


@dataclass(frozen=True)
class Run:
    """A finished run, and what of it may be published.

    Parameters
    ----------
    ready : Prepared
        What it was asked for, read and measured.
    standing : Standing
        What the survey holds, in the form in which releases are compared.
    rows : DataFrame
        All that its tables and its index show, in the results vocabulary, and ``notebook``.
    told : DataFrame
        The cells that it tells of, as `standing.published` gives them.
    """

    ready: Prepared
    standing: Standing
    rows: pd.DataFrame
    told: pd.DataFrame

    def against(self, earlier: list[Entry]) -> pd.DataFrame:
        """Hold it against earlier releases of the survey.

        Parameters
        ----------
        earlier : list of Entry
            As `released.entries` gives them.

        Returns
        -------
        DataFrame
            As `differences.differences` gives it.
        """
        found = [differences(one, self.standing, self.told, self.rows) for one in earlier]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def made(ready: Prepared) -> Run:
    """Take what a run has made.

    Parameters
    ----------
    ready : Prepared
        What it was asked for, read and measured.

    Returns
    -------
    Run
        With the tables that are there.
    """
    survey = folder.load(ready.asked.survey, answers=ready.asked.answers)
    standing = Standing.of(survey, key=secret.key(released.home(ready.asked)))
    path = ready.places.home / "results.parquet"
    tables = [pd.read_parquet(path)] if path.is_file() else []
    # The index shows every area, also one whose pages were not asked for.
    shown = ready.release.mask.protect(ready.release.headline, ready.release.words).table
    rows = pd.concat([*tables, shown.assign(notebook=INDEX)], ignore_index=True)
    return Run(ready, standing, rows, published(standing, ready.release.decided, rows))


def would_tell(ready: Prepared) -> str:
    """Say in one line why what a run has made could not be released.

    Parameters
    ----------
    ready : Prepared
        What it was asked for, read and measured.

    Returns
    -------
    str
        "" where nothing was released yet, or nothing is in the way.
    """
    try:
        earlier = released.entries(ready.asked, ready.places.home.name)
        return refused.together(made(ready).against(earlier)) if earlier else ""
    except releases.Broken as error:
        return refused.damaged(error)
