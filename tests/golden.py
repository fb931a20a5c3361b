"""Reference values made by R, and the rows of data they were made from."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd


@cache
def _topic(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=float)


def _numbers(value: object) -> object:
    """Turn null into a missing number and the words for infinity into infinity, at any depth."""
    if isinstance(value, dict):
        return {key: _numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    if value is None:
        return np.nan
    return float(value) if value in ("Inf", "-Inf") else value


def entry(shared: Path, topic: str, name: str) -> dict:
    """Give one whole case of a topic: what was selected, what was computed, on which columns.

    Parameters
    ----------
    shared : Path
        The shared folder (fixture ``shared``).
    topic : str
        Such as ``"01_two_group_rank"``; the two leading digits are enough.
    name : str
        The ``id`` of the case.

    Returns
    -------
    dict
        As stored, ``select`` and all.

    Raises
    ------
    KeyError
        If no topic, or no case of it, has that name; the message lists those that are there.
    """
    files = sorted((shared / "golden").glob(f"{topic}*.json"))
    if len(files) != 1:
        raise KeyError(f"topic {topic!r} names {[file.stem for file in files]}, and must name one")
    cases = {stored["id"]: stored for stored in _topic(files[0])["cases"]}
    if name not in cases:
        raise KeyError(f"{files[0].stem} has no case {name!r}; it has {sorted(cases)}")
    return cases[name]


def case(shared: Path, topic: str, id: str) -> dict:
    """Give the results of one case, with null as a missing number and "Inf" as infinity."""
    return _numbers(entry(shared, topic, id)["result"])


def rows(shared: Path, select: dict) -> pd.DataFrame:
    """Give the rows of data that a case's ``select`` names: filtered, then reversed, then complete ones.

    Filters compare numbers where the column has numbers and text elsewhere.
    """
    data = pd.read_csv(shared / "data" / select["file"])
    for column, wanted in (select.get("filter") or {}).items():
        among = wanted if isinstance(wanted, list) else [wanted]
        kind = float if pd.api.types.is_numeric_dtype(data[column]) else str
        data = data[data[column].isin([kind(one) for one in among])]
    for column, highest in (select.get("reverse") or {}).items():
        data = data.assign(**{column: highest - data[column]})
    needed = select.get("complete") or []
    needed = [needed] if isinstance(needed, str) else needed
    return data.dropna(subset=needed).reset_index(drop=True) if needed else data.reset_index(drop=True)
