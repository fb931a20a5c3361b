"""What is left over of a cell when others, some shown earlier and some now, are taken from it."""

from collections.abc import Iterator

import numpy as np

from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.earlier.overlap import Overlap
from trustgap.stats import counts as cells

Name = tuple[str, str]


def left_over(overlap: Overlap) -> list[tuple]:
    """Find cells of which those who keep both releases can work out a few people.

    Parameters
    ----------
    overlap : Overlap
        Two releases in one wave.

    Returns
    -------
    list of tuple
        Area, group, item and how many people: 1 to 10. The cell is one of either release.

    Notes
    -----
    A cell of one release is set against lines that add up to it: the groups of an area, areas, groups of the
    whole. Of each line are taken away the parts that the same release shows and, where they have nobody in
    common with these, parts that the other shows and that lie wholly inside. Lines that one release shows on
    its own are for its own protection to judge.
    """
    return [*_one_way(overlap), *_one_way(overlap.turned())]


def _one_way(overlap: Overlap) -> Iterator[tuple]:
    """Take from the cells of the later of two releases parts that the earlier shows."""
    if not _anything_new(overlap):
        return
    new = overlap.new
    before, after = overlap.places()
    known = (before >= 0) & (after >= 0)
    of_whole = {cell: np.flatnonzero(known & (after == cell)) for cell in set(after[known])}
    of_part = {cell: np.flatnonzero(known & (before == cell)) for cell in set(before[known])}
    sorts = {place: _sort(name) for name, place in overlap.old.place.items()}
    for whole, parent in new.place.items():
        for sort, parts in _lines(whole, list(new.place)):
            own = [new.place[name] for name in parts]
            rest = new.base[parent] - (new.base[own] * new.told[own]).sum(axis=0)
            taken, outside = np.zeros_like(rest), np.zeros_like(rest)
            for n in of_whole.get(parent, []):
                part = before[n]
                if sorts[part] == sort and overlap.old.place.get(whole) != part:
                    others = [m for m in of_part[part] if after[m] in own]
                    here = _usable(overlap, n, parent, part, others=others, cells_of=after)
                    both = overlap.same[n] + overlap.changed[n]
                    taken += np.where(here, both, 0)
                    outside += np.where(here, overlap.old.base[part] - both, 0)
            people = np.maximum(rest - taken, outside)
            few = new.told[parent] & (taken > 0) & (people > 0) & (people < THRESHOLD)
            for i in np.flatnonzero(few):
                yield (*whole, overlap.items[i], int(people[i]))


def _usable(
    overlap: Overlap, pair: int, parent: int, part: int, *, others: list[int], cells_of: np.ndarray
) -> np.ndarray:
    """Say for which items a part that the earlier release shows can be taken from a cell of the later."""
    both = overlap.same[pair] + overlap.changed[pair]
    base = overlap.old.base[part]
    inside = overlap.old.told[part] & (both > 0) & (base - both < THRESHOLD)
    inside &= both < overlap.new.base[parent]
    for m in others:
        inside &= ~(overlap.new.told[cells_of[m]] & (overlap.same[m] + overlap.changed[m] > 0))
    return inside


def _anything_new(overlap: Overlap) -> bool:
    """Say whether the earlier release tells of cells that the later one does not."""
    old, new = overlap.old, overlap.new
    return any(
        name not in new.place or (old.told[place] & ~new.told[new.place[name]]).any()
        for name, place in old.place.items()
    )


def _sort(name: Name) -> tuple[bool, bool]:
    """Say whether a cell is of an area, and whether of a group."""
    return name[0] != cells.NATIONAL, name[1] != cells.ALL


def _lines(whole: Name, names: list[Name]) -> list[tuple[tuple[bool, bool], list[Name]]]:
    """List the lines whose sum is a cell: the sort of their parts, and those that there are."""
    area, group = whole
    lines = []
    if area == cells.NATIONAL:
        local = group != cells.ALL
        lines.append(((True, local), [name for name in names if name[0] != area and name[1] == group]))
    if group == cells.ALL:
        wide = area != cells.NATIONAL
        lines.append(((wide, True), [name for name in names if name[0] == area and name[1] != group]))
    return lines
