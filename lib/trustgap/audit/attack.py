"""The attack carried out: every block of a wave and an item, and what is found about its hidden cells."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm import tqdm

from trustgap.audit.known import PEOPLE, Known
from trustgap.stats import recovery
from trustgap.stats.counts import ALL, NATIONAL

SEVERAL = 3
"""From so many people on, two neighbouring numbers are too narrow a range."""

FOUND = ["area", "wave", "group", "item", "low_level", "high_level", "least", "most", "how"]


@dataclass(frozen=True)
class Block:
    """One item in one wave.

    Parameters
    ----------
    wave, item : str
        Which; `known.PEOPLE` is the count of respondents.
    leaves : DataFrame
        ``area group region n``; ``n`` is missing where the attacker does not know it.
    facts : DataFrame
        ``area group low_level high_level low high``.
    means : DataFrame
        ``area group low high``.
    levels : int
        How many answers the item has.
    parts : list of (int, int)
        From which level to which its positive, neutral and negative answers run.
    cells : DataFrame
        ``area group``: those that are hidden.
    """

    wave: str
    item: str
    leaves: pd.DataFrame
    facts: pd.DataFrame
    means: pd.DataFrame
    levels: int
    parts: list[tuple[int, int]]
    cells: pd.DataFrame


def blocks(known: Known, *, bases: pd.DataFrame | None = None) -> Iterator[Block]:
    """Take apart what is known by wave and item.

    Parameters
    ----------
    known : Known
        As `known.known` returns it.
    bases : DataFrame, optional
        ``area wave group item n``: everybody's base, as a colleague may know it who knows who answered; then
        respondents are no secret to be found. Cells that it lacks are empty.

    Yields
    ------
    Block
        Those of which anything is published.
    """
    people = known.facts[known.facts["item"].eq(PEOPLE)].set_index(["wave", "area", "group"])["high"]
    for (wave, item), facts in known.facts.groupby(["wave", "item"], sort=True):
        if bases is not None and item == PEOPLE:
            continue
        levels = 1 if item == PEOPLE else int(known.scales["k"][item])
        leaves = _leaves(known, wave, item, bases)
        exact = facts[
            facts["low"].eq(facts["high"]) & facts["low_level"].eq(1) & facts["high_level"].eq(levels)
        ]
        shown = pd.MultiIndex.from_frame(exact[["area", "group"]])
        pooled = pd.DataFrame({"area": leaves["area"].unique(), "group": ALL})
        cells = pd.concat([leaves[["area", "group"]], pooled], ignore_index=True)
        cells = cells[~pd.MultiIndex.from_frame(cells).isin(shown)]
        at_most = people.get(wave, people.iloc[:0]) if item != PEOPLE else people.iloc[:0]
        limits = _at_most(cells, at_most, levels)
        keep = ["area", "group", "low_level", "high_level", "low", "high"]
        here = known.means[known.means["wave"].eq(wave) & known.means["item"].eq(item)]
        yield Block(
            wave=wave,
            item=item,
            leaves=leaves,
            facts=pd.concat([facts[keep], limits[keep]], ignore_index=True) if len(limits) else facts[keep],
            means=here[["area", "group", "low", "high"]].reset_index(drop=True),
            levels=levels,
            parts=[(1, 1)] if item == PEOPLE else _parts(known.scales.loc[item]),
            cells=cells.reset_index(drop=True),
        )


def _parts(scale: pd.Series) -> list[tuple[int, int]]:
    """Give the ranges of levels of the collapsed answers."""
    low, top, k = (int(scale[name]) for name in ("low_to", "top_from", "k"))
    return [(first, last) for first, last in ((top, k), (low + 1, top - 1), (1, low)) if first <= last]


def _leaves(known: Known, wave: str, item: str, bases: pd.DataFrame | None) -> pd.DataFrame:
    """Give the groups of areas in which there may be somebody who was asked."""
    leaves = known.leaves
    groups = known.asked.loc[known.asked["item"].eq(item), "group"]
    if len(groups):
        leaves = leaves[leaves["group"].isin(groups)]
    if bases is None:
        return leaves.assign(n=float("nan")).reset_index(drop=True)
    there = bases[bases["wave"].eq(wave) & bases["item"].eq(item) & bases["n"].gt(0)]
    return leaves.merge(there[["area", "group", "n"]], on=["area", "group"]).reset_index(drop=True)


def _at_most(cells: pd.DataFrame, people: pd.Series, levels: int) -> pd.DataFrame:
    """No more can have answered a question than answered at all."""
    most = people.reindex(pd.MultiIndex.from_frame(cells)) if len(people) else pd.Series(index=cells.index)
    limits = cells.assign(low_level=1, high_level=levels, low=0.0, high=most.to_numpy(float))
    return limits[limits["high"].notna()]


def attack(known: Known, *, bases: pd.DataFrame | None = None, quiet: bool = True) -> pd.DataFrame:
    """Try to find out every hidden cell.

    Parameters
    ----------
    known : Known
        As `known.known` returns it.
    bases : DataFrame, optional
        As `blocks` takes it.
    quiet : bool
        Without a bar of progress.

    Returns
    -------
    DataFrame, one row per hidden cell and range of levels
        ``area wave group item low_level high_level least most how``; ``how`` is ``exactly``,
        ``within one`` or ``unsettled`` of cells of 1 to 10 people; ``narrow`` where it is within one, but the
        attacker cannot tell that three to ten people are there, or knows only how many they are;
        ``contradiction`` of one row for a block that no answers agree with; else "".

    Notes
    -----
    What is sought are the base, where it is not known, and the positive, neutral and negative answers. A
    single category of a larger scale counts as found only where it is known to have been chosen: that
    nobody chose it follows for every group wherever nobody of the area did.
    """
    parts = [pd.DataFrame(columns=FOUND)]
    with tqdm(list(blocks(known, bases=bases)), desc="Attack", disable=quiet, leave=False) as bar:
        for block in bar:
            bar.set_postfix_str(f"{block.wave} {block.item}")
            parts.append(_found(block).assign(wave=block.wave, item=block.item)[FOUND])
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _found(block: Block) -> pd.DataFrame:
    """Attack one block."""
    if block.cells.empty or block.leaves.empty:
        return pd.DataFrame(columns=FOUND)
    whole = (1, block.levels)
    single = [(level, level) for level in range(1, block.levels + 1) if (level, level) not in block.parts]
    sought = [*block.parts, *single, *([whole] if block.leaves["n"].isna().any() else [])]
    linear = recovery.of_means(block.leaves, block.means, levels=block.levels) if len(block.means) else []
    try:
        given = {"targets": list(dict.fromkeys(sought)), "cells": block.cells, "linear": linear}
        found = recovery.ranges(block.leaves, block.facts, **given, exact=False)
    except ValueError:
        nothing = {"low_level": 1, "high_level": block.levels, "least": float("nan"), "most": float("nan")}
        return pd.DataFrame([{"area": NATIONAL, "group": ALL, "how": "contradiction"} | nothing])
    told = recovery.recovered(found, block.leaves)
    alone = [one in single for one in zip(told["low_level"], told["high_level"], strict=True)]
    told = told[~np.array(alone, bool) | (told["how"].eq("exactly") & told["least"].gt(0))]
    keys = ["area", "group", "low_level", "high_level"]
    told = told.assign(how=told["how"].where(~_unsure(told, found, block), "narrow"))
    # Cells that are known to hold nobody, or more than a few, are not attacked.
    every = block.cells.merge(found, on=keys[:2], how="left").fillna(
        {"low_level": 1, "high_level": block.levels}
    )
    every = every.astype({"low_level": int, "high_level": int}).merge(
        told[[*keys, "how"]], on=keys, how="left"
    )
    return every.assign(how=every["how"].fillna(""))


def _unsure(told: pd.DataFrame, found: pd.DataFrame, block: Block) -> np.ndarray:
    """Find the cells within one that tell no answer of a few: how many they are; of two, or of many."""
    bases = found[found["low_level"].eq(1) & found["high_level"].eq(block.levels)]
    people = bases.set_index(["area", "group"])[["least", "most"]].reindex(
        pd.MultiIndex.from_frame(told[["area", "group"]])
    )
    base = told["low_level"].eq(1).to_numpy() & told["high_level"].eq(block.levels).to_numpy()
    others = (people["least"] < SEVERAL) | (people["most"] > recovery.FEW)
    return told["how"].eq("within one").to_numpy() & (base | others.to_numpy())
