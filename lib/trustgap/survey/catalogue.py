"""What the project knows before any survey is read: files of its own data folder."""

from functools import cache
from pathlib import Path

import pandas as pd

from trustgap.survey import claims as statements
from trustgap.survey.interventions import Catalogue, read


def stored(name: str) -> Path:
    """Find a file of the project's data folder.

    Parameters
    ----------
    name : str
        Such as ``interventions.yaml``.

    Returns
    -------
    Path
        In the checkout that the library runs from, or else in the current folder's or one above it.

    Raises
    ------
    FileNotFoundError
        If it is in neither.
    """
    for home in (Path(__file__).parents[3], Path.cwd(), *Path.cwd().parents):
        if (home / "data" / name).exists():
            return home / "data" / name
    raise FileNotFoundError(f"{name} is in no data folder of the project: start from the project's folder")


@cache
def interventions() -> Catalogue:
    """Read ``data/interventions.yaml``.

    Returns
    -------
    Catalogue
        Behaviours, barriers and interventions.

    Raises
    ------
    SurveyError
        If the file has faults.

    Examples
    --------
    >>> interventions().barriers.loc["beds_first", "behaviour"]
    'best_pathway'
    """
    return read(stored("interventions.yaml"))


@cache
def claims() -> pd.DataFrame:
    """Read ``data/claims.yaml``.

    Returns
    -------
    DataFrame, indexed by claim
        As `claims.read` returns it; not to be changed.

    Raises
    ------
    SurveyError
        If the file has faults.

    Examples
    --------
    >>> claims().loc["C7", "test"]["value"]
    0.56
    """
    return statements.read(stored("claims.yaml"))
