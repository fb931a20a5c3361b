"""The attack on the demo: how long it takes, and for how much of it solvers are needed."""

import time
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pandas as pd
from measure import DEMO, Reached

from trustgap.report.disclosure import rules
from trustgap.report.measuring import measure
from trustgap.report.release import last_wave
from trustgap.stats import counts as cells
from trustgap.stats import recovery
from trustgap.stats.recovery.search import Search
from trustgap.survey import folder

PARTS = ("base", "positive", "negative", "neutral")


def told(counts: pd.DataFrame, items: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Give base and parts of every cell that is shown, as facts: whole shares, those of the whole to 0.1."""
    positive, negative = rules.collapsed(counts, items)
    n = cells.valid(counts)
    parts = {"base": n, "positive": positive, "negative": negative, "neutral": n - positive - negative}
    low, top, k = (counts["item"].map(items[column]).to_numpy() for column in ("low_to", "top_from", "k"))
    levels = {"base": (1, k), "positive": (top, k), "negative": (1, low), "neutral": (low + 1, top - 1)}
    names = pd.MultiIndex.from_frame(counts[cells.CELL].astype(str))
    marked = {
        kind: names.isin(pd.MultiIndex.from_frame(part[cells.CELL])) for kind, part in decided.groupby("kind")
    }
    silent = counts["area"].isin(decided.loc[decided["kind"].eq("silent"), "area"])
    closed = silent | n.lt(rules.THRESHOLD) | marked["hidden"] | marked["secondary"]
    step = np.where(counts["area"].eq(cells.NATIONAL), 1000, 100)
    found = []
    for part in PARTS:
        low_level, high_level = (np.broadcast_to(level, len(counts)) for level in levels[part])
        share = np.floor(parts[part] / n.clip(lower=1) * step + 0.5)
        limits = [n, n] if part == "base" else [(share + half) * n / step for half in (-0.5, 0.5)]
        kept = closed | (low_level > high_level)
        if part != "base":
            kept |= marked["bounded"] | marked.get(part, False)
        row = counts[cells.CELL].assign(
            low_level=low_level, high_level=high_level, low=limits[0], high=limits[1]
        )
        found.append(row[~kept])
    return pd.concat(found, ignore_index=True)


def rows(*, small: bool) -> Iterator[Reached]:
    """Attack the latest wave, one question after the other: small takes three of them."""
    release = measure(folder.load(DEMO))
    asked, wave = release.questionnaire, last_wave(release.questionnaire, release.people)
    items = asked.items.head(3) if small else asked.items
    counts = release.counts[release.counts["wave"].eq(wave) & release.counts["item"].isin(items.index)]
    facts = told(counts, asked.items, release.decided).groupby("item")
    leaf = counts["area"].ne(cells.NATIONAL) & counts["group"].ne(cells.ALL) & cells.valid(counts).gt(0)
    leaf &= ~counts["area"].str.startswith("region ")
    leaves = counts.loc[leaf, ["area", "group", "item"]].assign(
        n=cells.valid(counts), true=cells.valid(counts)
    )
    leaves["region"] = leaves["area"].map(release.areas["region"])
    for who, known in (("who knows every base", True), ("who knows the bases that are shown", False)):
        yield from attacked(leaves, facts, who=f"An attacker {who}", known=known)


def attacked(leaves: pd.DataFrame, facts: object, *, who: str, known: bool) -> Iterator[Reached]:
    """Attack every question, and count what solvers had to be asked for."""
    seconds, sought, unseen, alone, found = [], 0, 0, 0, 0
    near, last = Search.areas_alone, Search.one_by_one

    def areas_alone(self: Search) -> None:
        nonlocal sought, unseen
        sought, unseen = sought + len(self.home), unseen + len(self.open)
        near(self)

    def one_by_one(self: Search) -> int:
        nonlocal alone
        alone += len(self.open)
        return last(self)

    for item, here in leaves.groupby("item"):
        published = facts.get_group(item)
        block = here.reset_index(drop=True)
        if not known:
            base = published[
                published["low_level"].eq(1) & published["high_level"].eq(published["high_level"].max())
            ]
            shown = pd.MultiIndex.from_frame(block[["area", "group"]]).isin(
                pd.MultiIndex.from_frame(base[["area", "group"]])
            )
            block["n"] = block["n"].where(shown)
        start = time.process_time()
        with mock.patch.multiple(Search, areas_alone=areas_alone, one_by_one=one_by_one):
            ranges = recovery.ranges(block, published, exact=False)
        seconds.append(time.process_time() - start)
        found += len(recovery.recovered(ranges, block.assign(n=block["true"])))
    cells_ = len(leaves[["area", "group"]].drop_duplicates())
    how = f"{len(seconds)} questions, up to {cells_} cells each; {found} found"
    yield Reached(f"{who}: the latest wave of the demo, CPU", "≤ 60 s", [sum(seconds)], " s", how)
    how = f"of {sought:,} numbers sought; {alone} of them one by one"
    yield Reached(f"{who}: what solvers are needed for", "–", [100 * unseen / max(sought, 1)], " %", how)
