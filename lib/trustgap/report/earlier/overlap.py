"""Which cells of two releases have people in common, and how many, item by item."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustgap.report.earlier import people
from trustgap.report.earlier.entry import Entry, bases, missing
from trustgap.report.earlier.standing import Standing, levels
from trustgap.stats import counts as cells

PAIR = ["old_area", "old_group", "new_area", "new_group"]


@dataclass(frozen=True)
class Side:
    """The cells of one release in one wave, as arrays.

    Parameters
    ----------
    place : dict of tuple to int
        Row of every (area, group).
    told : array of bool, (area, group) by item
        Whether the release tells of the cell.
    base : array of int, (area, group) by item
        Valid answers; 0 where it does not.
    counts : array of int, (area, group) by item by answer
        The same by answer and by kind of missing answer.
    """

    place: dict[tuple[str, str], int]
    told: np.ndarray
    base: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Overlap:
    """Two releases in one wave.

    Parameters
    ----------
    items : list of str
        Those of both; "" is all who took part.
    old, new : Side
        The two.
    pairs : DataFrame
        `PAIR`: cells with people in common, and all cells that have the same name in both.
    same, changed : array of int, pairs by item
        Valid answers of people who are in both: of those who changed no answer, and of the others.
    lasting : bool
        Whether identifiers can be trusted to last.
    """

    items: list[str]
    old: Side
    new: Side
    pairs: pd.DataFrame
    same: np.ndarray
    changed: np.ndarray
    lasting: bool

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Find the cells of the pairs among those of the two releases.

        Returns
        -------
        old, new : array of int
            One per pair; -1 where a release tells nothing of the cell.
        """
        ends = []
        for side, names in ((self.old, PAIR[:2]), (self.new, PAIR[2:])):
            cell = zip(self.pairs[names[0]], self.pairs[names[1]], strict=True)
            ends.append(np.array([side.place.get(name, -1) for name in cell], int))
        return ends[0], ends[1]

    def turned(self) -> "Overlap":
        """Look at it from the other side: what is old takes the place of what is new."""
        named = dict(zip(PAIR, [*PAIR[2:], *PAIR[:2]], strict=True))
        pairs = self.pairs.rename(columns=named)[PAIR]
        return Overlap(self.items, self.new, self.old, pairs, self.same, self.changed, self.lasting)


def overlaps(entry: Entry, standing: Standing, told: pd.DataFrame) -> dict[str, Overlap]:
    """Compare an earlier release with what is to be released now.

    Parameters
    ----------
    entry : Entry
        The earlier release.
    standing : Standing
        What the survey holds now.
    told : DataFrame
        The cells that are to be told of, as `standing.published` gives them.

    Returns
    -------
    dict of str to Overlap
        By wave as it is called now, those of both; of a survey with another id, those of the same people.
    """
    then = _then(entry, standing)
    entry = _named(entry, {old: now for now, old in then.items()})
    new = standing.people(entry.items, then=then)
    pairs = people.paired(entry.people, new)
    steady = people.lasting(entry.people, new)
    table = pd.concat([entry.cells.assign(side="old"), told.assign(side="new")], ignore_index=True)
    counted = [*levels(table), *missing(table)]
    table[counted] = table[counted].fillna(0).astype(int)
    ours, found = entry.survey == standing.survey.questionnaire.survey, {}
    for wave, rows in table.groupby("wave", sort=False):
        sides = {side: part for side, part in rows.groupby("side")}
        if len(sides) < 2 or not (ours or _alike(entry.people, new, wave) >= people.FOUND_AGAIN):
            continue
        items = sorted(set(sides["old"]["item"]) & set(sides["new"]["item"]))
        old, new_side = (_side(sides[name], items, counted) for name in ("old", "new"))
        here = pairs["place"].ge(0).to_numpy() & new["wave"].eq(wave).to_numpy()
        valid = standing.valid(items).reindex(columns=items, fill_value=False)
        names, sums = _with_twins(*_common(entry.people, new, pairs, valid, here), old, new_side)
        halves = sums[:, : len(items)], sums[:, len(items) :]
        found[str(wave)] = Overlap(items, old, new_side, names, *halves, str(wave) in steady)
    return found


def _then(entry: Entry, standing: Standing) -> dict[str, str]:
    """Say what waves were called then: of those new by name, each whose people were in one that is gone."""
    here, before = set(standing.cells["wave"]), set(entry.people["wave"])
    found: dict[str, str] = {}
    for old in sorted(before - here):
        again = {
            now: _alike(_named(entry, {old: now}).people, standing.people(entry.items, then={now: old}), now)
            for now in sorted(here - before - found.keys())
        }
        best = max(again, key=again.get, default="")
        if again.get(best, 0) >= people.FOUND_AGAIN:
            found[best] = old
    return found


def _named(entry: Entry, waves: dict[str, str]) -> Entry:
    """Call waves of an earlier release what they are called now."""
    there, told = (table.replace({"wave": waves}) for table in (entry.people, entry.cells))
    return replace(entry, people=there, cells=told)


def _alike(old: pd.DataFrame, new: pd.DataFrame, wave: str) -> float:
    """Say how many people of a wave of the one release are in that of the other, with the same answers."""
    one, two = (rows[rows["wave"].eq(wave)].reset_index(drop=True) for rows in (old, new))
    return people.paired(one, two)["same"].sum() / max(min(len(one), len(two)), 1)


def _side(rows: pd.DataFrame, items: list[str], counted: list[str]) -> Side:
    """Lay the cells of one release out as arrays."""
    rows = rows[rows["item"].isin(items)]
    names = list(dict.fromkeys(zip(rows["area"], rows["group"], strict=True)))
    place = {name: n for n, name in enumerate(names)}
    at = [place[name] for name in zip(rows["area"], rows["group"], strict=True)]
    of = pd.Index(items).get_indexer(rows["item"])
    told = np.zeros((len(names), len(items)), bool)
    told[at, of] = True
    counts = np.zeros((len(names), len(items), len(counted)), np.int32)
    counts[at, of] = rows[counted].to_numpy()
    base = np.zeros(told.shape, np.int64)
    base[at, of] = bases(rows)
    return Side(place, told, base, counts)


def _common(
    old: pd.DataFrame, new: pd.DataFrame, pairs: pd.DataFrame, valid: pd.DataFrame, here: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Count valid answers of people who are in a cell of each, for every pair of cells, pooled ones too."""
    before = old.iloc[pairs["place"].to_numpy()[here]]
    names = pd.DataFrame(
        {
            "old_area": before["area"].to_numpy(),
            "old_group": before["group"].to_numpy(),
            "new_area": new["area"].to_numpy()[here],
            "new_group": new["group"].to_numpy()[here],
        }
    )
    same = pairs["same"].to_numpy()[here][:, None]
    values = valid.to_numpy()[here]
    width = values.shape[1]
    sums = pd.DataFrame(np.hstack([values & same, values & ~same]).astype(np.int64))
    leaves = pd.concat([names, sums], axis=1).groupby(PAIR, as_index=False).sum()
    every = [
        leaves.assign(**dict(zip(PAIR, pooled, strict=True)) if pooled else {})
        for pooled in _poolings(leaves)
    ]
    whole = pd.concat(every).groupby(PAIR, as_index=False).sum() if len(leaves) else leaves
    return whole[PAIR], whole[list(range(2 * width))].to_numpy(np.int64)


def _with_twins(
    names: pd.DataFrame, sums: np.ndarray, old: Side, new: Side
) -> tuple[pd.DataFrame, np.ndarray]:
    """Add the pairs of cells of one name in which nobody was found again."""
    seen = set(names.itertuples(index=False, name=None))
    more = [(*name, *name) for name in old.place if name in new.place and (*name, *name) not in seen]
    none = np.zeros((len(more), sums.shape[1]), np.int64)
    return pd.concat([names, pd.DataFrame(more, columns=PAIR)], ignore_index=True), np.vstack([sums, none])


def _poolings(leaves: pd.DataFrame) -> list[list]:
    """Give the names of the cells of every pair, as they are and in each of the ways of pooling them."""
    pooled = dict(zip(PAIR, [cells.NATIONAL, cells.ALL] * 2, strict=True))
    ways = []
    for number in range(16):
        ways.append([pooled[name] if number >> n & 1 else leaves[name] for n, name in enumerate(PAIR)])
    return ways
