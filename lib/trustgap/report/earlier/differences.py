"""What two releases of one survey would tell together: rules 8 and 12, over time."""

import numpy as np
import pandas as pd

from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.earlier import cases, remainders
from trustgap.report.earlier.entry import Entry, shown
from trustgap.report.earlier.overlap import PAIR, Overlap, overlaps
from trustgap.report.earlier.standing import Standing

COLUMNS = ["wave", "area", "group", "item", "kind", "people", "release"]
"""What is known of a cell that must not be released."""


def differences(entry: Entry, standing: Standing, told: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Find what a release would give away to those who keep an earlier one.

    Parameters
    ----------
    entry : Entry
        The earlier release.
    standing : Standing
        What the survey holds now.
    told : DataFrame
        The cells that are to be told of, as `standing.published` gives them.
    rows : DataFrame
        The tables that are to be published, in the results vocabulary.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row per cell. ``kind`` is ``changed`` where 1 to 10 people joined a cell, left it or
        changed their answer, and ``left_over`` where a cell less others, some shown then and some now, is so
        many people; ``cases`` of all reviewed cases of an area, see `cases.changed`. ``people`` says how
        many differ for certain.

    Notes
    -----
    What is the same in both releases tells nothing new: cells with the same counts, and cells of releases of
    which every row reads the same. A row may rest on other cells than its own, such as a mean of several
    questions or a comparison with all other areas, so all rows are looked at. Where at least `THRESHOLD`
    people differ for certain, those who compare learn of so many at once. For certain differ as many as
    counts moved and, where identifiers last, as many as left or joined; somebody who changed an answer left
    with one and joined with another, so the larger of the two numbers is taken and not their sum.
    """
    now = shown(rows, key=standing.key)
    found, moved = [], entry.shown != now
    for wave, overlap in overlaps(entry, standing, told).items():
        found += [(wave, *cell, "changed", people) for *cell, people in _changed(overlap, moved=moved)]
        found += [(wave, *cell, "left_over", people) for *cell, people in remainders.left_over(overlap)]
    reviewed = standing.reviewed(cases.told(rows)["area"])
    few = cases.changed(entry.reviewed, reviewed, rows, then=entry.shown, now=now)
    found += [("", area, "", "", "cases", count) for area, count in few]
    table = pd.DataFrame(found, columns=COLUMNS[:-1]).assign(release=entry.release)
    return table.drop_duplicates(["wave", "area", "group", "item"], ignore_index=True)


def _changed(overlap: Overlap, *, moved: bool) -> list[tuple]:
    """List the cells that few people set apart from what was shown."""
    old, new, items = overlap.old, overlap.new, overlap.items
    before, after = overlap.places()
    at = np.flatnonzero((before >= 0) & (after >= 0))
    s, t, both = before[at], after[at], (overlap.same + overlap.changed)[at]
    names = overlap.pairs[PAIR].to_numpy(object)[at]
    twins = (names[:, :2] == names[:, 2:]).all(axis=1)[:, None]
    apart = _moved(old.counts[s], new.counts[t])
    people = apart
    if overlap.lasting:
        people = np.maximum.reduce([apart, old.base[s] - both, new.base[t] - both])
    bad = old.told[s] & new.told[t] & (apart > 0) & (people < THRESHOLD)
    steady_old, steady_new = _steady(overlap)
    bad &= np.where(twins, moved, (both > 0) & ~steady_old[s] & ~steady_new[t])
    return [(*names[n, 2:], items[i], int(people[n, i])) for n, i in zip(*np.nonzero(bad), strict=True)]


def _moved(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Count how many people at least must differ between counts, over their last axis."""
    moved = after.astype(int) - before
    return np.maximum(moved.clip(min=0).sum(axis=-1), -moved.clip(max=0).sum(axis=-1))


def _steady(overlap: Overlap) -> tuple[np.ndarray, np.ndarray]:
    """Find the cells that both releases tell of, with the same counts: neither adds to the other."""
    old, new = overlap.old, overlap.new
    found = np.zeros_like(old.told), np.zeros_like(new.told)
    names = [name for name in old.place if name in new.place]
    s, t = [old.place[name] for name in names], [new.place[name] for name in names]
    alike = old.told[s] & new.told[t] & (_moved(old.counts[s], new.counts[t]) == 0)
    found[0][s], found[1][t] = alike, alike
    return found
