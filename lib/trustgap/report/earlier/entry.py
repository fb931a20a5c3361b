"""What is put on record of a release, and read back: as little as later comparisons need."""

import base64
import io
import zlib
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustgap.report.earlier import cases, people
from trustgap.report.earlier.standing import CELL, Standing, levels
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.survey import secret


@dataclass(frozen=True)
class Entry:
    """One earlier release.

    Parameters
    ----------
    release : str
        Its name.
    survey : str
        Id of its survey.
    items : list of str
        What its rows of respondents are digested over.
    people : DataFrame
        As `people.digested` gives it.
    cells : DataFrame
        The cells that it told of, as `standing.published` gives them.
    shown : dict of str to str
        By area and item, a digest of every row that it showed.
    reviewed : DataFrame or None
        As `cases.digested` gives it, of the areas of which it showed what was found of reviewed cases; None
        of releases from before these were put on record. Beside such a release no other result of an area's
        cases may be shown: nobody can say any more in how many cases they differ.
    """

    release: str
    survey: str
    items: list[str]
    people: pd.DataFrame
    cells: pd.DataFrame
    shown: dict[str, str]
    reviewed: pd.DataFrame | None


def of(standing: Standing, told: pd.DataFrame, rows: pd.DataFrame, *, release: str) -> Entry:
    """Collect what is to be known of a release later on.

    Parameters
    ----------
    standing : Standing
        What the survey holds.
    told : DataFrame
        As `standing.published` gives it.
    rows : DataFrame
        All tables of the release, in the results vocabulary.
    release : str
        Its name.

    Returns
    -------
    Entry
        Without an answer that could be read: people and rows are digests, counts are of cells that are shown.
    """
    items = sorted(standing.items)
    # In the order of the digests: that of the file would tell who is who to those who have the file.
    there = standing.people(items).sort_values([*people.KEY, "person", "row"], ignore_index=True)
    survey, reviewed = standing.survey.questionnaire.survey, standing.reviewed(cases.told(rows)["area"])
    return Entry(release, survey, items, there, told, shown(rows, key=standing.key), reviewed)


def shown(rows: pd.DataFrame, *, key: bytes) -> dict[str, str]:
    """Digest what is shown of each area and item.

    Parameters
    ----------
    rows : DataFrame
        Tables in the results vocabulary.
    key : bytes
        Of the survey.

    Returns
    -------
    dict of str to str
        By area and item, with a space between.
    """
    told = rows[results.COLUMNS].drop(columns="survey").drop_duplicates()
    columns = [told[name].astype("str") for name in told]
    texts = columns[0].str.cat(columns[1:], sep="\t", na_rep="")
    names = told["area"].astype("str") + " " + told["item"].astype("str")
    return {
        name: secret.digest(key, "\n".join(sorted(part)).encode())[: people.DIGITS]
        for name, part in texts.groupby(names.to_numpy())
    }


def written(entry: Entry) -> dict:
    """Put an entry into a form that JSON can hold.

    Parameters
    ----------
    entry : Entry
        Of a release.

    Returns
    -------
    dict
        Of texts, lists and dicts; `read` turns it back.
    """
    digests = entry.people[["person", "row"]].to_numpy(np.uint64)
    runs = entry.people.groupby(people.KEY, sort=False).size().reset_index(name="n")
    return {
        "release": entry.release,
        "survey": entry.survey,
        "items": entry.items,
        "people": {"runs": _packed(runs), "digests": _text(digests.astype("<u8").tobytes())},
        "cells": _packed(entry.cells),
        "shown": entry.shown,
        "reviewed": _packed(entry.reviewed),
    }


def read(record: dict) -> Entry:
    """Read an entry back.

    Parameters
    ----------
    record : dict
        As `written` gives it.

    Returns
    -------
    Entry
        The same.
    """
    runs = _frame(record["people"]["runs"], numbers=["n"])
    there = runs.loc[runs.index.repeat(runs["n"]), people.KEY].reset_index(drop=True)
    digests = np.frombuffer(_bytes(record["people"]["digests"]), "<u8").reshape(-1, 2).astype(np.uint64)
    table = _frame(record["cells"])
    counted = {name: int for name in table if name not in CELL}
    return Entry(
        record["release"],
        record["survey"],
        record["items"],
        there.assign(person=digests[:, 0], row=digests[:, 1]),
        table.astype(counted),
        record["shown"],
        _frame(record["reviewed"], numbers=["n"]) if "reviewed" in record else None,
    )


def bases(table: pd.DataFrame) -> np.ndarray:
    """Count the valid answers of cells.

    Parameters
    ----------
    table : DataFrame
        As `Standing.cells`.

    Returns
    -------
    array of int
        One per row.
    """
    return table[levels(table)].sum(axis=1).to_numpy(int)


def missing(table: pd.DataFrame) -> list[str]:
    """Name the columns of cells that count people without a valid answer.

    Parameters
    ----------
    table : DataFrame
        As `Standing.cells`.

    Returns
    -------
    list of str
        Kinds of missing answers.
    """
    return [kind for kind in cells.MISSING if kind in table]


def _packed(table: pd.DataFrame) -> str:
    return _text(table.to_csv(index=False, lineterminator="\n").encode())


def _frame(packed: str, *, numbers: Collection[str] = ()) -> pd.DataFrame:
    frame = pd.read_csv(io.BytesIO(_bytes(packed)), dtype=str, keep_default_na=False)
    return frame.astype(dict.fromkeys(numbers, int))


def _text(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _bytes(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
