"""What areas bring beside a survey, as its pages may use it, and what is hidden of it."""

import pandas as pd

from trustgap.report.disclosure import case_lines
from trustgap.report.disclosure.people import named
from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.disclosure.services import usable


def beside(files: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Take out of the files of all areas what no page may show, and decide what else is hidden.

    Parameters
    ----------
    files : dict of str to DataFrame
        ``cases evidence metrics delays``, as `survey.folder` reads them.

    Returns
    -------
    files : dict of str to DataFrame
        The same: of cases rare names of teams and populations are `people.OTHER`; of metrics what
        `services.usable` leaves. Delayed days are published counts of days, and evidence on few people
        counts for nothing (`stats.diagnostic.pieces`): both stay as they are.
    decided : DataFrame
        ``area wave group item kind``, as `case_lines.decided` gives them.

    Examples
    --------
    >>> from trustgap.survey.programme import cases, metrics
    >>> from trustgap.survey.programme.records import empty
    >>> files, decided = beside({"cases": empty(cases.COLUMNS), "metrics": empty(metrics.COLUMNS)})
    >>> sorted(files), len(decided)
    (['cases', 'metrics'], 0)
    """
    cases = named(files["cases"], fewest=THRESHOLD)
    return files | {"cases": cases, "metrics": usable(files["metrics"])}, case_lines.decided(cases)
