"""The audit that a release must pass, of exactly the files that would be published."""

from pathlib import Path

from trustgap.audit import auditing
from trustgap.publish.refused import Refused


def audit(home: Path, *, survey: Path, answers: Path | None) -> dict:
    """Attack what would be published, as somebody who knows who answered what question.

    Parameters
    ----------
    home : Path
        Folder with the files of a release.
    survey : Path
        The survey folder.
    answers : Path, optional
        Its answers, where they lie elsewhere.

    Returns
    -------
    dict
        What was found of hidden cells, counted.

    Raises
    ------
    Refused
        If anything is found that must not be.
    """
    found = auditing.audit(home, survey=survey, answers=answers)
    if not found.passed:
        raise Refused(f"the audit found what must not be published.\n{found}")
    return {"passed": True, **found.counts}
