"""What readers know from earlier releases: protection and audit of a later one take it as shown."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from trustgap.report.earlier.entry import VALUE, Entry
from trustgap.report.earlier.overlap import PAIR, Overlap, overlaps
from trustgap.report.earlier.standing import Standing

COLUMNS = [*VALUE, "release"]


def already(entries: Iterable[Entry], standing: Standing | None) -> pd.DataFrame:
    """Say what earlier releases told of cells that still hold the same answers.

    Parameters
    ----------
    entries : iterable of Entry
        Earlier releases.
    standing : Standing, optional
        What the survey holds now; not looked at where there is no entry.

    Returns
    -------
    DataFrame
        `COLUMNS`: one row per value that was shown, with the cell's present names in ``area wave group_a
        item``. A cell that was told of without a value of its own has one row with ``estimand`` "". Whether
        or not a later release shows such a cell, it is as good as shown.

    Notes
    -----
    A cell with other counts than then is none of these: its old values are true of other people, and whether
    the new ones may stand beside them is for `differences` to say.
    """
    found = []
    for entry in entries:
        for wave, overlap in overlaps(entry, standing, standing.cells).items():
            found.append(_of(entry, _still(overlap).assign(wave=wave)))
    if not found:
        return pd.DataFrame(columns=COLUMNS, dtype=object)
    return pd.concat(found, ignore_index=True).drop_duplicates(ignore_index=True)


def _still(overlap: Overlap) -> pd.DataFrame:
    """List the cells that hold the same answers of the same people as then, whatever they are called now."""
    old, new = overlap.old, overlap.new
    before, after = overlap.places()
    at = np.flatnonzero((before >= 0) & (after >= 0))
    s, t, both = before[at], after[at], (overlap.same + overlap.changed)[at]
    alike = old.told[s] & (old.counts[s] == new.counts[t]).all(axis=2)
    names = overlap.pairs[PAIR].to_numpy(object)[at]
    twins = (names[:, :2] == names[:, 2:]).all(axis=1)[:, None]
    alike &= twins | ((both == old.base[s]) & (both > 0))
    pair, item = np.nonzero(alike)
    items = np.array(overlap.items, dtype=object)[item]
    return pd.DataFrame(names[pair], columns=PAIR).assign(item=items)


def _of(entry: Entry, still: pd.DataFrame) -> pd.DataFrame:
    """Put what was shown of cells under their present names."""
    named = {"area": "old_area", "group_a": "old_group"}
    told = still.merge(
        entry.values.rename(columns=named), on=["wave", "old_area", "old_group", "item"], how="left"
    )
    told["estimand"] = told["estimand"].fillna("")
    told = told.rename(columns={"new_area": "area", "new_group": "group_a"})
    return told.assign(release=entry.release)[COLUMNS]
