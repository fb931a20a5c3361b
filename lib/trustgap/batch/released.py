"""What was released of a survey before: read from the record that lies with its answers."""

from pathlib import Path

import pandas as pd

from trustgap.record import releases
from trustgap.record.asked import Asked
from trustgap.report.earlier import entry, known
from trustgap.report.earlier.entry import Entry
from trustgap.report.earlier.standing import Standing
from trustgap.survey import key, secret
from trustgap.survey.folder import Survey

RELEASED, TAKEN_BACK = "released", "taken back"
"""What a line of the record can say: pages were put in place, or in the end they were not."""


def home(asked: Asked) -> Path:
    """Say in which folder the answers of a survey lie, and so its key and the record of its releases.

    Parameters
    ----------
    asked : Asked
        What a run is asked for.

    Returns
    -------
    Path
        A folder.
    """
    return key.home(asked.survey, asked.answers)


def place(asked: Asked) -> Path:
    """Say where the record of a survey's releases lies.

    Parameters
    ----------
    asked : Asked
        What a run is asked for.

    Returns
    -------
    Path
        Beside its key.
    """
    return releases.place(secret.place(home(asked)))


def entries(asked: Asked, survey: str) -> list[Entry]:
    """Read the earlier releases of a survey.

    Parameters
    ----------
    asked : Asked
        What a run is asked for.
    survey : str
        Id of the survey: answers to several may lie in one folder.

    Returns
    -------
    list of Entry
        Those that were not taken back, first to last.

    Raises
    ------
    Broken
        If the record is not as it was left.
    """
    lines = releases.read(place(asked), key=secret.key(home(asked)))
    mine = [line for line in lines if line["survey"] == survey]
    back = {line["release"] for line in mine if line["what"] == TAKEN_BACK}
    kept = [line for line in mine if line["what"] == RELEASED and line["release"] not in back]
    return [entry.read(line["entry"]) for line in kept]


def already(asked: Asked, survey: Survey) -> pd.DataFrame:
    """Say what earlier releases told of cells that still hold the same answers.

    Parameters
    ----------
    asked : Asked
        What a run is asked for.
    survey : Survey
        What was read for it.

    Returns
    -------
    DataFrame
        As `known.already` gives it; without rows where nothing was released.

    Raises
    ------
    Broken
        If the record is not as it was left.
    """
    earlier = entries(asked, survey.questionnaire.survey)
    standing = Standing.of(survey, key=secret.key(home(asked))) if earlier else None
    return known.already(earlier, standing)
