"""What readers know from earlier releases: protection of a later one takes these cells as shown."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from trustgap.report.earlier.entry import Entry
from trustgap.report.earlier.overlap import PAIR, Overlap, overlaps
from trustgap.report.earlier.standing import CELL, Standing


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
        `CELL`, under present names. Whether or not a later release shows such a cell, it is as good as shown.

    Notes
    -----
    A cell with other counts than then is none of these: what was shown is true of other people, and whether
    new values may stand beside them is for `differences` to say.
    """
    found = []
    for entry in entries:
        for wave, overlap in overlaps(entry, standing, standing.cells).items():
            found.append(_still(overlap).assign(wave=wave)[CELL])
    if not found:
        return pd.DataFrame(columns=CELL, dtype=object)
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
    return pd.DataFrame(names[pair, 2:], columns=["area", "group"]).assign(item=items)
