"""What an attacker finds out about cells that are hidden, from everything that is published beside them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL
from trustgap.stats.recovery.lines import RANGE, members
from trustgap.stats.recovery.search import Search
from trustgap.stats.recovery.system import Linear, assemble, check

FEW = 10
"""A cell of at most so many people is one whose answers nobody may find."""

ALONE = 3
"""From so many people on, a range of two neighbouring numbers counts as found."""

FOUND = ["area", "group", *RANGE, "least", "most", "known"]


def ranges(
    leaves: pd.DataFrame,
    facts: pd.DataFrame,
    *,
    targets: Sequence[tuple[int, int]] | None = None,
    linear: Sequence[Linear] = (),
    cells: pd.DataFrame | None = None,
    exact: bool = True,
    start: np.ndarray | None = None,
) -> pd.DataFrame:
    """Find between which limits the answers in every hidden cell must lie: one item in one wave.

    Parameters
    ----------
    leaves : DataFrame, one row per area and group with somebody in it
        ``area``, ``group``, ``n`` (valid answers, where the attacker knows them, else missing) and perhaps
        ``region``.
    facts : DataFrame
        ``area group low_level high_level low high``: in this cell the answers from one level to another are
        within these limits, both included; a missing limit is none. The area may be `counts.NATIONAL` or
        ``region`` and the name of one, the group `counts.ALL`.
    targets : sequence of (int, int), optional
        The ranges of levels whose answers are sought; else those that the facts have, and the base where
        that of a leaf is not known.
    linear : sequence of (array, float, float)
        Further known sums: a coefficient for each leaf (in the order given) and level, and the limits of
        the sum. See `sums.of_means`.
    cells : DataFrame, optional
        ``area group`` of the cells to attack, pooled ones as in facts; else every leaf, and the pooled
        group of every area, for each target that no fact of its own is about.
    exact : bool
        Whether the limits themselves are sought. If not, only what `recovered` asks: cells that are known to
        have nobody or more than 10 people are left out, and limits far enough apart are not followed
        further, which saves nearly all of the time.
    start : array of int, shape (leaves, levels), optional
        Answers that agree with everything, such as the true ones: saves a search, changes no result.

    Returns
    -------
    DataFrame, one row per cell attacked and target
        ``area group low_level high_level``, then ``least`` and ``most``, and what is ``known`` of them:

        ===========  =====================================================================================
        `exact`      they are the smallest and the largest number that agree with everything published
        `at least`   both agree with everything published, and are too far apart to count as found; there
                     may be more
        `at most`    there is nothing outside them; what there is inside was not found out in time
        ===========  =====================================================================================

    Raises
    ------
    KeyError
        If a column is absent.
    ValueError
        If no answers at all agree with the facts; the message names facts, and no count.
    RuntimeError
        If a solver gives up: what was not found out does not count as safe.

    Notes
    -----
    The attacker's best is a whole number of people for every leaf and level, all of which agree with
    everything published: bounds by linear programming [1]_, over whole numbers where fractions are not
    enough. That a range is wide is only ever said of two such tables that were written down and held
    against every fact; that it is narrow, only of a solver's proof.

    References
    ----------
    .. [1] Hundepool, A. and others (2012). Statistical Disclosure Control. Wiley, section 4.3.

    Examples
    --------
    Of three groups one is hidden, and the total is shown:

    >>> leaves = pd.DataFrame({"area": "X1", "group": ["a", "b", "c"], "n": [40, 30, 4]})
    >>> facts = pd.DataFrame({"area": "X1", "group": ["a", "b", "all"], "low_level": 4, "high_level": 5,
    ...                       "low": [20, 10, 33], "high": [20, 10, 33]})
    >>> ranges(leaves, facts)[["group", "least", "most", "known"]]
      group  least  most  known
    0     c    3.0   3.0  exact
    """
    check(leaves, facts, targets or ())
    top = _top(facts, targets, linear)
    sought = list(targets) if targets is not None else _targets(leaves, facts, top)
    system = assemble(leaves, facts, targets=[*sought, (1, top)], linear=linear)
    wanted = _wanted(leaves, facts, sought, cells)
    people = _people(wanted, leaves)
    wide = np.full(len(wanted), np.inf)
    if not exact:
        few = ~(people < 1) & ~(people > FEW)
        wanted, wide = wanted[few], np.where(people < ALONE, 1, 2)[few]
    home = pd.Index(system.leaves["area"].unique()).get_indexer(wanted["area"])
    search = Search(system, system.rows(wanted), home=home, enough=wide)
    search.run(None if start is None else system.of_levels(start))
    return wanted.reset_index(drop=True).assign(**search.found())


def _top(facts: pd.DataFrame, targets: Sequence[tuple[int, int]] | None, linear: Sequence[Linear]) -> int:
    """Find the highest level that anything tells of."""
    tops = [int(facts["high_level"].max())] if len(facts) else []
    tops += [high for _, high in targets or ()] + [np.shape(each)[1] for each, *_ in linear]
    return max(tops, default=1)


def _targets(leaves: pd.DataFrame, facts: pd.DataFrame, top: int) -> list[tuple[int, int]]:
    """Take what facts are about; bases only where they are not known."""
    named = set(facts[RANGE].itertuples(index=False, name=None)) - {(1, top)}
    return sorted(named) + ([(1, top)] if leaves["n"].isna().any() else [])


def _wanted(
    leaves: pd.DataFrame, facts: pd.DataFrame, targets: list[tuple[int, int]], cells: pd.DataFrame | None
) -> pd.DataFrame:
    """Name each cell to attack with each target."""
    ranges_ = pd.DataFrame(targets, columns=RANGE)
    if cells is not None:
        return cells[["area", "group"]].merge(ranges_, how="cross")
    several = leaves["area"].value_counts(sort=False)
    pooled = pd.DataFrame({"area": several.index[several > 1], "group": ALL})
    every = pd.concat([leaves[["area", "group"]], pooled], ignore_index=True).merge(ranges_, how="cross")
    keys = ["area", "group", *RANGE]
    told = pd.MultiIndex.from_frame(every[keys]).isin(pd.MultiIndex.from_frame(facts[keys]))
    return every[~told].reset_index(drop=True)


def recovered(found: pd.DataFrame, leaves: pd.DataFrame) -> pd.DataFrame:
    """Name the cells of a few people whose answers, or whose number, were found.

    Parameters
    ----------
    found : DataFrame
        As `ranges` returns it.
    leaves : DataFrame
        ``area group n`` as given to `ranges`. Where ``n`` is missing, a cell is one of a few people if it
        can be, by what was found for all levels.

    Returns
    -------
    DataFrame
        The rows of `found` for cells of 1 to 10 people, with ``how``: ``exactly`` where the limits are the
        same, ``within one`` where they are neighbours and at least three people are there, ``unsettled``
        where what lies within the limits was not found out.

    Examples
    --------
    >>> found = pd.DataFrame({"area": "X1", "group": ["a", "b"], "low_level": 4, "high_level": 5,
    ...                       "least": [2, 0], "most": [3, 4], "known": "exact"})
    >>> recovered(found, pd.DataFrame({"area": "X1", "group": ["a", "b"], "n": [5, 5]}))[["group", "how"]]
      group         how
    0     a  within one
    """
    fewest, most = _between(found, leaves)
    width = (found["most"] - found["least"]).to_numpy()
    how = np.select(
        [width < 1, (width < 2) & (most >= ALONE), found["known"].eq("at most")],
        ["exactly", "within one", "unsettled"],
        "",
    )
    few = (fewest <= FEW) & (most >= 1)
    return found.assign(how=how)[few & (how != "")].reset_index(drop=True)


def _people(cells: pd.DataFrame, leaves: pd.DataFrame) -> np.ndarray:
    """Give how many people are known to be in each cell; missing where that is not known."""
    return members(leaves, cells) @ leaves["n"].to_numpy(float, na_value=np.nan)


def _between(found: pd.DataFrame, leaves: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give the fewest and the most people that the attacker can think in each row's cell."""
    keys = ["area", "group"]
    whole = found["low_level"].eq(1) & found["high_level"].eq(found["high_level"].max())
    # Limits that were not followed to their end do not exclude that somebody is there, or that few are.
    bases = found[whole & found["known"].ne("at least")].set_index(keys)[["least", "most"]]
    bases = bases.reindex(pd.MultiIndex.from_frame(found[keys]))
    limits = (bases["least"].fillna(0), bases["most"].fillna(np.inf))
    people = _people(found, leaves)
    return tuple(np.where(np.isnan(people), limit, people) for limit in limits)
