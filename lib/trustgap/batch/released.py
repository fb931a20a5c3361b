"""What was released of a survey before: read from the record that lies with its answers."""

import json
from pathlib import Path

import pandas as pd

from trustgap.record import releases
from trustgap.record.asked import Asked
from trustgap.report.earlier import entry, known
from trustgap.report.earlier.entry import Entry
from trustgap.report.earlier.standing import Standing
from trustgap.survey import key, secret
from trustgap.survey.folder import Survey

REVIEW = "review.json"
"""File beside the pages of a run, for who publishes them: its last release, and why cells are hidden."""

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
    """Read the earlier releases of the answers that a survey is made of, under whatever id.

    Parameters
    ----------
    asked : Asked
        What a run is asked for.
    survey : str
        Id of the survey, after which its folder among the outputs is called.

    Returns
    -------
    list of Entry
        Those that were not taken back, first to last.

    Raises
    ------
    Broken
        If the record is not as it was left, or does not know of the last release of these outputs.
    """
    record = place(asked)
    lines = releases.read(record, key=secret.key(home(asked)))
    last = _last(asked.outputs / survey / REVIEW)
    if last and last not in {line["release"] for line in lines}:
        raise releases.Broken(f"{record.name}: it does not tell of {last}, which was released")
    back = {line["release"] for line in lines if line["what"] == TAKEN_BACK}
    kept = [line for line in lines if line["what"] == RELEASED and line["release"] not in back]
    return [entry.read(line | line["entry"]) for line in kept]


def _last(review: Path) -> str:
    """Name the last release that was made of some outputs."""
    try:
        return json.loads(review.read_text(encoding="utf-8"))["release"]
    except FileNotFoundError:
        return ""
    except (ValueError, KeyError, TypeError):
        raise releases.Broken(f"{review.name}: it is not as it was written") from None


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
