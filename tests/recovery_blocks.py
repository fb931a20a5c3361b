"""Small blocks of answers, what is published of them, and every table that agrees with it."""

import itertools

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, NATIONAL

RANGES = ((1, 2), (3, 3), (4, 5), (4, 4), (1, 5))


def leaves(sizes):
    """Give leaves of {(area, group): n} or {(area, group): (region, n)}."""
    rows = [(area, group, *(n if isinstance(n, tuple) else (None, n))) for (area, group), n in sizes.items()]
    return pd.DataFrame(rows, columns=["area", "group", "region", "n"]).astype({"n": float})


def facts(*rows):
    """Give facts of (area, group, low_level, high_level, count) or with (low, high) for the count."""
    rows = [(*row[:4], *(row[4:] if len(row) == 6 else row[4:] * 2)) for row in rows]
    columns = ["area", "group", "low_level", "high_level", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype({"low": float, "high": float})


def inside(cell, leaf):
    """Say whether a leaf (area, group, region) is in a cell of facts."""
    where = cell[0] in (leaf[0], NATIONAL) or cell[0] == f"region {leaf[2]}"
    return where and cell[1] in (leaf[1], ALL)


def tables(known, told, *, levels, linear=(), most=None):
    """Enumerate every table of whole numbers that agrees with the facts: leaves by levels."""
    names = list(known[["area", "group", "region"]].itertuples(index=False, name=None))
    bases = [range(most + 1) if np.isnan(n) else [int(n)] for n in known["n"]]
    choices = [np.array([split for base in each for split in _splits(base, levels)]) for each in bases]
    places = np.indices([len(choice) for choice in choices]).reshape(len(choices), -1)
    every = np.stack([choice[place] for choice, place in zip(choices, places, strict=True)], axis=1)
    for fact in told.itertuples():
        chosen = [inside((fact.area, fact.group), leaf) for leaf in names]
        counted = every[:, chosen, fact.low_level - 1 : fact.high_level].sum(axis=(1, 2))
        every = every[(fact.low <= counted) & (counted <= fact.high)]
    for each, low, high in linear:
        counted = (every * each).sum(axis=(1, 2))
        every = every[(low - 1e-9 <= counted) & (counted <= high + 1e-9)]
    return every


def _splits(n, levels):
    if levels == 1:
        return [(n,)]
    return [(first, *rest) for first in range(n + 1) for rest in _splits(n - first, levels - 1)]


def limits(known, agreeing, cell, target):
    """Give the least and the most answers of a cell in a range of levels over tables."""
    names = list(known[["area", "group", "region"]].itertuples(index=False, name=None))
    chosen = [inside(cell, leaf) for leaf in names]
    low, high = target
    counted = agreeing[:, chosen, low - 1 : high].sum(axis=(1, 2))
    return counted.min(), counted.max()


def random_block(rng, *, levels, linear=False, share=0.35):
    """Make a small block with a known truth, and publish a share of its cells, exactly or rounded."""
    areas, groups = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    regions = {f"X{area}": f"R{rng.integers(2)}" for area in range(areas)}
    size = 6 if levels == 2 else 3
    names = [(area, f"g{group}") for area in regions for group in range(groups)]
    names = [name for name in names if rng.random() < 0.9][: 5 if levels == 2 else 4] or names[:1]
    truth = rng.integers(0, size, (len(names), levels)) * (rng.random((len(names), levels)) < 0.7)
    known = leaves({(a, g): (regions[a], row.sum()) for (a, g), row in zip(names, truth, strict=True)})
    places = [*regions, *(f"region {r}" for r in sorted(set(regions.values()))), NATIONAL]
    told = []
    for cell in itertools.product(places, [*(f"g{group}" for group in range(groups)), ALL]):
        chosen = [inside(cell, (*name, regions[name[0]])) for name in names]
        for low, high in [(a, b) for a in range(1, levels + 1) for b in range(a, levels + 1)]:
            if any(chosen) and (low, high) != (1, levels) and rng.random() < share:
                count, off = truth[chosen, low - 1 : high].sum(), int(rng.integers(0, 2) * rng.integers(0, 3))
                told.append((*cell, low, high, max(count - off, 0), count + off))
    sums = []
    if linear:
        weights = rng.integers(0, 4, truth.shape) * (rng.random(len(names)) < 0.6)[:, None]
        sums = [(weights, float((weights * truth).sum()) - 0.5, float((weights * truth).sum()) + 0.5)]
    return known, facts(*told), truth, sums
