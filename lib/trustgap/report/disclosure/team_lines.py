"""What is hidden of people whom teams decided about: sums over populations and periods, and verdicts."""

from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd

from trustgap.report.disclosure.settling import Sum, settle
from trustgap.report.disclosure.sums import BOUNDED, HIDDEN, SHOWN, allowed, ranges, told
from trustgap.stats.case_reviews import gaps
from trustgap.stats.case_reviews.consistency import MARGIN_CASES, differences
from trustgap.stats.case_reviews.crossover import contrast
from trustgap.stats.case_reviews.reviews import PERIODS
from trustgap.stats.results import judge

TEAMS, SWAPPED, GAP = "case_reablement", "case_swapped", "case_gap"
"""Items of teams on all their people, on one another's people, and before and after a change."""

Key = tuple[str, str]

MOST = 500
"""So many tables an attacker is taken to try; where more are possible, verdicts are hidden instead."""


def team_lines(made: pd.DataFrame) -> dict[Key, str]:
    """Decide what is said of each team of an area, and of teams beside one another.

    Parameters
    ----------
    made : DataFrame, one row per decision
        As `suitability.decisions` gives them, of one area.

    Returns
    -------
    dict of (group, item) to str
        What is not said as it is: ``hidden`` or ``bounded``. A group is a team, or "" for all contrasts of
        an item; the items are `TEAMS`, with ``:population`` behind it for the people of one population,
        `SWAPPED`, and `GAP` with ``:before`` or ``:after``. Of a contrast, ``bounded`` keeps back the size.

    Notes
    -----
    A size of a contrast is taken to tell both its counts. A verdict that stays without its size is held
    against every table that fits all else that is shown: where it leaves too few of them, it is hidden.
    """
    made = made[made["decision"].notna()]
    if made.empty:
        return {}
    teams = {str(name): _Team(str(name), part, _gaps(made)) for name, part in made.groupby("team", sort=True)}
    said = {key: state for team in teams.values() for key, state in team.settled().items()}
    first = made[made["population"].ne("") & made["period"].ne("after")]
    cells = [(team, f"{TEAMS}:{name}") for team in teams for name in first["population"].unique()]
    if any(said.get(cell, SHOWN) != SHOWN for cell in cells):
        said["", SWAPPED] = BOUNDED
    said |= dict.fromkeys(_telling(teams, said, sorted(first["population"].unique())), HIDDEN)
    return {key: state for key, state in said.items() if state != SHOWN}


def _gaps(made: pd.DataFrame) -> frozenset[str]:
    """Name the teams that decided in both periods, if there are two."""
    marked = made[made["period"].isin(PERIODS)].groupby("team")["period"].nunique()
    both = marked.index[marked.eq(len(PERIODS))]
    return frozenset(both) if len(both) > 1 else frozenset()


class _Team:
    """The decisions of a team, in the smallest parts that sums of them tell apart."""

    def __init__(self, name: str, made: pd.DataFrame, both: frozenset[str]) -> None:
        now = made["period"].ne("after")
        inside = {(name, TEAMS): (now, 3)}
        for population in sorted(set(made.loc[now, "population"]) - {""}):
            inside[name, f"{TEAMS}:{population}"] = (now & made["population"].eq(population), 2)
        for period in PERIODS if name in both else ():
            inside[name, f"{GAP}:{period}"] = (made["period"].eq(period), 1)
        signs = pd.Series(list(zip(*(mask for mask, _ in inside.values()), strict=True)), index=made.index)
        hit = made["decision"].astype(int)
        parts = pd.DataFrame({"n": hit.groupby(signs).size(), "x": hit.groupby(signs).sum()})
        self.size, self.hits = parts["n"].to_numpy(), parts["x"].to_numpy()
        inside_of = np.array([list(sign) for sign in parts.index], bool)
        columns = [tuple(column) for column in inside_of.T.tolist()]
        self.sums = [
            Sum(key, parts, rank, key[1].split(":")[0] if rank == 2 else "")
            for (key, (_, rank)), parts in zip(inside.items(), columns, strict=True)
        ]
        self.parts = {one.key: np.array(one.parts) for one in self.sums}

    def settled(self) -> dict[Key, str]:
        """Decide on the sums of this team alone; a hidden gap loses its size, and first its size only."""
        said = settle(self.size, self.hits, self.sums)
        return {key: BOUNDED if state and key[1].startswith(GAP) else state for key, state in said.items()}

    def count(self, key: Key, table: np.ndarray | None = None) -> int:
        """Give the people of a sum, or those of them who have the property."""
        inside = self.parts.get(key)
        return 0 if inside is None else int((self.size if table is None else table)[inside].sum())

    def tables(self, said: dict[Key, str]) -> np.ndarray | None:
        """List all counts that fit what is shown; None where there are too many."""
        size = tuple(self.size.tolist())
        facts = []
        for one in self.sums:
            # A gap without its size tells nothing; it has no bound that stands anywhere.
            state = HIDDEN if said[one.key] and one.key[1].startswith(GAP) else said[one.key]
            n, hits = self.count(one.key), self.count(one.key, self.hits)
            facts += [(one.parts, *allowed(n, hits, state))] if state != HIDDEN else []
        single = [tuple(row) for row in np.eye(len(size), dtype=bool).tolist()]
        spans = [range(low, high + 1) for low, high in (ranges(size, tuple(facts), one) for one in single)]
        if np.prod([float(len(span)) for span in spans]) > 100 * MOST:
            return None
        every = np.array(list(product(*spans)))
        sums = [every[:, np.array(parts)].sum(axis=1) for parts, *_ in facts]
        fits = [(total >= low) & (total <= high) for total, (_, low, high) in zip(sums, facts, strict=True)]
        return every[np.all(fits, axis=0)] if fits else every


def _telling(teams: dict[str, _Team], said: dict[Key, str], populations: list[str]) -> set[Key]:
    """Find the contrasts whose verdicts must go, because they would leave too few tables."""
    names = list(teams)
    families = {
        ("", TEAMS): any(said[team, TEAMS] for team in names),
        ("", SWAPPED): bool(said.get(("", SWAPPED))) and len(populations) == 2,
        ("", GAP): any(said.get((team, f"{GAP}:{period}")) for team in names for period in PERIODS),
    }
    kept = [key for key, without_size in families.items() if without_size and len(names) > 1]
    if not kept:
        return set()
    tables = [team.tables(said) for team in teams.values()]
    if len(names) != 2 or any(one is None for one in tables) or len(tables[0]) * len(tables[1]) > MOST:
        return set(kept)
    pairs = [(one, other) for one in tables[0] for other in tables[1]]
    truth = tuple(team.hits for team in teams.values())
    gone = set()
    # The verdict on all the people of two teams is the last to go.
    for dropped in [(), *(kept[at:] for at in range(len(kept) - 1, -1, -1))]:
        gone = set(dropped)
        families_left = [key for key in kept if key not in gone]
        outcome = [_verdicts(teams, populations, families_left, pair) for pair in [truth, *pairs]]
        left = [pair for pair, got in zip(pairs, outcome[1:], strict=True) if got == outcome[0]]
        of_team = zip(*left, strict=True)
        if not any(_narrow(team, said, counts) for team, counts in zip(teams.values(), of_team, strict=True)):
            break
    return gone


def _narrow(team: _Team, said: dict[Key, str], tables: tuple[np.ndarray, ...]) -> bool:
    """Say whether the tables left tell a count of a team, or of one of its smallest parts."""
    every = np.array(tables)
    single = {("", str(at)): row for at, row in enumerate(np.eye(len(team.size), dtype=bool))}
    for key, inside in (team.parts | single).items():
        sums = every[:, inside].sum(axis=1)
        n, hits = int(team.size[inside].sum()), int(team.hits[inside].sum())
        state = HIDDEN if key[1].startswith(GAP) and said[key] else said.get(key)
        if told(n, hits, state, (int(sums.min()), int(sums.max()))):
            return True
    return False


def _verdicts(
    teams: dict[str, _Team], populations: list[str], families: list[Key], tables: tuple[np.ndarray, ...]
) -> tuple:
    """Give what is said of two teams beside one another if these were their counts."""
    said = []
    both = list(zip(teams.items(), tables, strict=True))
    for _, item in families:
        keys = {
            TEAMS: [TEAMS],
            SWAPPED: [f"{TEAMS}:{name}" for name in populations],
            GAP: [f"{GAP}:{period}" for period in PERIODS],
        }[item]
        x = tuple(tuple(team.count((name, key), table) for key in keys) for (name, team), table in both)
        n = tuple(tuple(team.count((name, key)) for key in keys) for (name, team), _ in both)
        said.append(_said(item, x, n))
    return tuple(said)


@lru_cache(maxsize=65536)
def _said(item: str, x: tuple, n: tuple) -> tuple:
    """Give the verdicts on two teams by their counts."""
    hits, base = np.array(x, float), np.array(n, float)
    if item == TEAMS:
        rows = differences(pd.DataFrame({"x": hits[:, 0], "n": base[:, 0]}, index=["a", "b"]))
    elif item == GAP:
        rows = gaps.narrowed(hits, base, ["a", "b"])
    else:
        found = [contrast(hits, base, name) for name in ("team_difference", "population_difference")]
        found.append(contrast(hits, base, "team_by_population"))
        rows = judge(pd.DataFrame(found), null=0, margin=MARGIN_CASES)
    if rows.empty:
        return ()
    sides = rows["group_a"].tolist() if "group_a" in rows else []
    return (*rows["verdict"], *rows["material"].tolist(), *sides)
