"""Which sums of people are hidden, so that no sum, part or difference of those shown gives another away."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from trustgap.report.disclosure.sums import (
    BOUNDED,
    HIDDEN,
    SHOWN,
    Parts,
    Range,
    allowed,
    ranges,
    state,
    told,
)


class Sum(NamedTuple):
    """A set of people of whom a page says how many have a property.

    Parameters
    ----------
    key : tuple of str
        Names it.
    parts : tuple of bool
        Which of the smallest parts belong to it.
    rank : int
        Of several that could be hidden for another, the lowest is.
    line : str
        Sums of one line are shown as numbers, all of them, or hidden; "" where it stands alone.
    """

    key: tuple[str, ...]
    parts: Parts
    rank: int
    line: str = ""


def settle(
    size: Sequence[int],
    hits: Sequence[int],
    sums: Sequence[Sum],
    *,
    hidden: Collection[tuple[str, ...]] = (),
) -> dict[tuple[str, ...], str]:
    """Decide what is said of every sum, so that no sum, part or difference of two gives another away.

    Parameters
    ----------
    size, hits : sequence of int
        People in each of the smallest parts, and how many of them have the property.
    sums : sequence of Sum
        What pages would show.
    hidden : collection of tuple of str
        Keys of those that are hidden for other reasons.

    Returns
    -------
    dict of tuple to str
        By key `SHOWN`, `BOUNDED` or `HIDDEN`: the primary rules, and what has to be hidden besides: the
        lowest rank first, then the smallest; nothing that turns out not to be needed.

    Examples
    --------
    >>> sums = [Sum(("all",), (True, True), 2), Sum(("a",), (True, False), 1), Sum(("b",), (False, True), 1)]
    >>> settle([8, 20], [3, 9], sums)
    {('all',): '', ('a',): 'hidden', ('b',): 'hidden'}
    """
    # Sums of the same people are one: to hide one of them and show the other would hide nothing.
    rank = {
        parts: max(one.rank for one in sums if one.parts == parts) for parts in {one.parts for one in sums}
    }
    block = _Block(np.array(size, int), np.array(hits, int), set(rank))
    lines = {
        parts: {
            parts,
            *(two.parts for one in sums for two in sums if one.parts == parts and one.line == two.line != ""),
        }
        for parts in rank
    }
    gone = {one.parts for one in sums if one.key in hidden}
    alone = {parts: HIDDEN if parts in gone else state(*block.count(parts)) for parts in sorted(rank)}
    parted = {parts: len(lines[parts]) > 1 and any(alone[one] for one in lines[parts]) for parts in alone}
    first = {parts: HIDDEN if parted[parts] else said for parts, said in alone.items()}
    said = dict(first)
    while (leak := block.leak(said)) is not None:
        near = [parts for parts in _joined(leak, list(said)) if said[parts] != HIDDEN]
        # Where nothing is said of any part of a set nothing is known of it, so there is always one to hide.
        chosen = min(near, key=lambda parts: (rank[parts], said[parts] == BOUNDED, block.count(parts)[0]))
        said |= dict.fromkeys(lines[chosen], HIDDEN)
    more = [parts for parts in said if said[parts] != first[parts]]
    for parts in sorted(more, key=lambda parts: (-rank[parts], -block.count(parts)[0])):
        again = said | {one: first[one] for one in lines[parts]}
        if block.leak(again) is None:
            said = again
    return {one.key: said[one.parts] for one in sums}


def _joined(leak: Parts, published: list[Parts]) -> list[Parts]:
    """Find the sums that share people with a set, or with one that does, and so on."""
    reached, found = np.array(leak, bool), []
    while True:
        more = [parts for parts in published if parts not in found and (reached & np.array(parts)).any()]
        if not more:
            return found
        found += more
        reached = reached | np.any(more, axis=0)


class _Block:
    """Parts of which an attacker knows sums."""

    def __init__(self, size: np.ndarray, hits: np.ndarray, published: set[Parts]) -> None:
        self.size, self.hits = size, hits
        single = {tuple(row) for row in np.eye(len(size), dtype=bool).tolist()}
        self.guarded = sorted(
            _differences(_differences(published, published), published) | published | single
        )

    def count(self, parts: Parts) -> Range:
        """Give people and hits of a set."""
        inside = np.array(parts, bool)
        return int(self.size[inside].sum()), int(self.hits[inside].sum())

    def leak(self, said: dict[Parts, str]) -> Parts | None:
        """Find a set of which more is told than should be."""
        open_ = sorted(parts for parts in said if said[parts] != HIDDEN)
        facts = tuple((parts, *allowed(*self.count(parts), said[parts])) for parts in open_)
        alike = np.unique(np.array(open_, bool).T, axis=0, return_inverse=True)[1] if open_ else None
        for parts in self.guarded:
            n, hits = self.count(parts)
            of_it = said.get(parts)
            if n == 0 or (of_it or state(n, hits)) == SHOWN:
                continue
            if not told(n, hits, of_it, self._exchanged(np.array(parts), alike)):
                continue
            if told(n, hits, of_it, ranges(tuple(self.size.tolist()), facts, parts)):
                return parts
        return None

    def _exchanged(self, inside: np.ndarray, alike: np.ndarray | None) -> Range:
        """Give counts of a set that are possible for sure: parts in the same sums can exchange people."""
        hits, others = self.hits, self.size - self.hits
        if alike is None:
            return 0, int(self.size[inside].sum())
        less, more = (
            np.minimum(
                np.bincount(alike, weights=one * inside), np.bincount(alike, weights=other * ~inside)
            ).sum()
            for one, other in ((hits, others), (others, hits))
        )
        own = int(hits[inside].sum())
        return own - int(less), own + int(more)


def _differences(sets: set[Parts], published: set[Parts]) -> set[Parts]:
    """Add what is left of each set without a published one inside it."""
    found = set(sets)
    for whole in sets:
        for part in published:
            inside = all(a or not b for a, b in zip(whole, part, strict=True))
            if inside and part != whole:
                found.add(tuple(a and not b for a, b in zip(whole, part, strict=True)))
    return found
