"""Comparisons made again with the missing answers at their worst, at their best, and filled in."""

import numpy as np
import pandas as pd

from trustgap.stats import results
from trustgap.stats.change import changes
from trustgap.stats.counts import ALL, CELL, pool, unanswered
from trustgap.stats.families import decide
from trustgap.stats.missingness.imputation import DRAWS, ENOUGH, imputed
from trustgap.stats.missingness.missing import KEYS, affected, filled, verdict_changes
from trustgap.stats.missingness.pooling import pool as pool_rows
from trustgap.stats.trust import dyads

BLOCKS = ["trust", "relationship"]
"""The blocks whose questions fill each other in."""

MARK = "~"
"""Stands between an area and the version of it; no area code has it."""

METHOD = f"{DRAWS} imputations by predictive mean matching, Rubin's rules"
AT_ENDS = "missing answers at the ends of the scale"
NUMBERS = [
    "n_a", "n_b", "estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value",
]  # fmt: skip
TEXTS = {"family_id": "", "method": "", "verdict": "", "material": False, "reason": ""}
KEPT = [*NUMBERS, "p_adjusted", *TEXTS]


def reciprocity(
    base: pd.DataFrame,
    counts: pd.DataFrame,
    answers: pd.DataFrame,
    items: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    block: str = "trust",
    teams: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Ask of every pair of groups whether missing answers could change what is said of it.

    Parameters
    ----------
    base : DataFrame, rows of results
        As `dyads.reciprocity` returns them, of the same arguments.
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it.
    answers : DataFrame, one row per respondent
        The canonical frame of the same areas and wave.
    items, groups, block, teams, seed
        As for `dyads.reciprocity`; `items` also needs ``k``. Questions on trust and on relationships fill
        each other in.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``missing``, for every pair; with numbers where it has a verdict and rests on a question
        that more than `missing.TOLERATED` of those asked left without a valid answer, else with
        ``reason`` ``complete``.

        =================  ======================================================================
        ``theta_lowest``   the first group's missing answers at the bottom, the second's at the top
        ``theta_highest``  the other way round
        ``theta_imputed``  filled in from people's other answers, pooled over 20 completed data sets
        ``holds_bounds``   1 where the verdict is the same at both extremes, else 0
        ``holds_imputed``  1 where it is the same with imputed answers, else 0
        =================  ======================================================================

        Every version is held against the same test on the answers observed, Brunner and Munzel's also
        where groups are small, with Holm's adjustment made anew among the pairs. Reasons of the imputed
        rows: ``n_lt_min`` where a side has too few answers to learn from (`imputation.ENOUGH`) and too
        many missing to leave them, ``constant`` where those it has are all alike, ``separated``.

    References
    ----------
    .. [1] Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley.
    """
    base = base[base["estimand"].eq("theta")].reset_index(drop=True)
    tested = _tested(base, counts)
    if not tested.any():
        return _answer(base, tested, "theta", None, None, None)
    low, high = (filled(counts, items, top=top) for top in (False, True))
    draws = imputed(counts, answers, items[items["block"].isin(BLOCKS)], seed=seed)
    sides = _versions(counts, low, high, draws), _versions(counts, high, low, draws)
    options = {"block": block, "teams": teams, "permutations": 0}
    rows = dyads.reciprocity(sides[0], items, groups, against=sides[1], **options)
    made = _made(_apart(rows, "theta"), counts, draws, null=0.5, margin=results.MARGIN_THETA)
    return _answer(base, tested, "theta", *made)


def change(
    base: pd.DataFrame,
    counts: pd.DataFrame,
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    blocks: pd.DataFrame | None = None,
    seed: int = 0,
    **options: object,
) -> pd.DataFrame:
    """Ask of every change between two waves whether missing answers could change what is said of it.

    Parameters
    ----------
    base : DataFrame, rows of results
        As `changes.change` returns them, of the same arguments.
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it, all waves.
    answers : DataFrame, one row per respondent and wave
        The canonical frame of the same areas and waves.
    items : DataFrame, indexed by item
        As for `changes.change`; also needs ``k``.
    blocks : DataFrame, indexed by item, optional
        The items that fill each other in, with ``block``; by default `items`.
    seed : int
        Seed.
    **options
        What else `changes.change` was given.

    Returns
    -------
    DataFrame, rows of results
        As of `reciprocity`, for the difference of shares: ``difference_lowest`` (the last wave's missing
        answers at the bottom, the first's at the top), ``difference_highest``, ``difference_imputed``,
        ``holds_bounds`` and ``holds_imputed``. Reason ``missing_unknown`` where the counts have no column of
        missing answers, as those behind published shares.
    """
    base = base[base["estimand"].eq("share_difference")].reset_index(drop=True).assign(group_b="")
    tested = _tested(base, counts)
    if not tested.any():
        rows = _answer(base, tested, "difference", None, None, None)
        unknown = rows["reason"].eq("complete") & ("blank" not in counts)
        return rows.assign(reason=rows["reason"].mask(unknown, "missing_unknown"))
    late = _late(base, counts)
    low, high = (filled(counts, items, top=top) for top in (~late, late))
    others = items if blocks is None else blocks[blocks["block"].isin(BLOCKS)]
    compared = {wave for span in base["wave"] for wave in span.split("/")}
    draws = imputed(counts, answers[answers["wave"].isin(compared)], others, seed=seed)
    # θ, and so its permutation test, plays no part here.
    versions = changes.change(_versions(counts, low, high, draws), items, **options | {"permutations": 0})
    made = _made(_apart(versions, "share_difference"), counts, draws, null=0.0, margin=results.MARGIN_SHARE)
    return _answer(base, tested, "difference", *made)


def _tested(base: pd.DataFrame, counts: pd.DataFrame) -> pd.Series:
    """Find the comparisons that have a verdict and rest on a cell with too many missing answers."""
    whole = _whole(counts)
    return base["verdict"].ne("") & _on(_own(base), _names(whole, affected(whole)))


def _whole(counts: pd.DataFrame) -> pd.DataFrame:
    """Put the pooled group beside the groups: a fixed mix rests on it by name."""
    return pd.concat([counts, pool(counts, over="group", label=ALL)], ignore_index=True)


def _own(rows: pd.DataFrame) -> pd.Series:
    """Name the cells of which a row tells: where it is of all groups together, not those of each."""
    cells = zip(rows["group_a"].eq(ALL), rows["rests_on"], strict=True)
    kept = [tuple(cell for cell in behind if not whole or cell[2] == ALL) for whole, behind in cells]
    return pd.Series(kept, index=rows.index, dtype=object)


def _names(counts: pd.DataFrame, chosen: pd.Series) -> set[tuple]:
    return set(counts.loc[chosen, CELL].astype(str).itertuples(index=False, name=None))


def _on(rests: pd.Series, cells: set[tuple]) -> pd.Series:
    return pd.Series([not cells.isdisjoint(row) for row in rests], index=rests.index, dtype=bool)


def _versions(
    observed: pd.DataFrame, lowest: pd.DataFrame, highest: pd.DataFrame, draws: pd.DataFrame
) -> pd.DataFrame:
    """Set versions of the same cells under one another, each as areas of its own: one call serves all."""
    ends = {"observed": observed, "lowest": lowest, "highest": highest}
    frames = [frame.assign(draw=name) for name, frame in ends.items()]
    every = pd.concat([*frames, draws.assign(draw=draws["draw"].astype(str))], ignore_index=True)
    area = every["area"].astype(str) + MARK + every["draw"]
    return every.assign(area=area).drop(columns="draw")


def _apart(rows: pd.DataFrame, estimand: str) -> pd.DataFrame:
    """Give the rows of one estimand their area again, and the version a column."""
    rows = rows[rows["estimand"].eq(estimand)].reset_index(drop=True)
    parts = rows["area"].str.split(MARK, expand=True)
    families = zip(rows["family_id"], parts[1], strict=True)
    family = [name.replace(MARK + version, "") for name, version in families]
    other = rows["group_b"] if "group_b" in rows else ""
    return rows.assign(area=parts[0], draw=parts[1], family_id=family, group_b=other)


def _late(base: pd.DataFrame, counts: pd.DataFrame) -> np.ndarray:
    """Say which cells belong to the later of the two waves that are compared."""
    spans = base.drop_duplicates(["area", "item"])
    last = {(row.area, row.item): row.wave.split("/")[-1] for row in spans.itertuples()}
    named = zip(counts["area"].astype(str), counts["item"], counts["wave"].astype(str), strict=True)
    return np.array([last.get((area, item)) == wave for area, item, wave in named], dtype=bool)


def _made(
    rows: pd.DataFrame, counts: pd.DataFrame, draws: pd.DataFrame, *, null: float, margin: float
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """Give the versions of the comparisons, and whether their verdicts hold at the ends and filled in.

    They are held against the answers observed, tested in the same way: so that what differs is the answers,
    and neither the test nor the links between waves that the base may have known.
    """
    apart = {name: part.drop(columns="draw") for name, part in rows.groupby("draw")}
    observed, low, high = (apart.pop(name) for name in ("observed", "lowest", "highest"))
    drawn = rows[rows["draw"].isin(list(apart))]
    completed = _completed(observed, drawn, counts, draws, null=null, margin=margin)
    versions = {"lowest": low, "highest": high, "imputed": completed}
    bounds = verdict_changes(observed, low, high, estimand="holds_bounds")
    return versions, bounds, verdict_changes(observed, completed, estimand="holds_imputed")


def _answer(
    base: pd.DataFrame,
    tested: pd.Series,
    name: str,
    versions: dict[str, pd.DataFrame] | None,
    bounds: pd.DataFrame | None,
    filled_in: pd.DataFrame | None,
) -> pd.DataFrame:
    """Give every comparison all its rows, numbers or not: which rows there are must tell nothing."""
    keys = [key for key in KEYS if key != "estimand"]
    given = versions or dict.fromkeys(("lowest", "highest", "imputed"))
    made = {f"{name}_{version}": (found, None) for version, found in given.items()}
    made |= {"holds_bounds": (bounds, AT_ENDS), "holds_imputed": (filled_in, METHOD)}
    why = base["reason"].where(base["verdict"].eq("") & base["reason"].ne(""), "complete")
    why = why.mask(base["verdict"].eq("") & why.eq("complete"), "n_lt_min")
    parts = []
    for estimand, (found, method) in made.items():
        rows = base[[*keys, "rests_on"]]
        if found is not None:
            own = [column for column in KEPT if column in found]
            rows = rows.merge(found[[*keys, *own]], on=keys, how="left")
        rows = rows.reindex(columns=[*keys, "rests_on", *KEPT])
        for column in KEPT:
            other = base[column] if column in ("n_a", "n_b") else TEXTS.get(column, np.nan)
            rows[column] = rows[column].where(tested & rows[column].notna(), other)
        if method:
            rows = rows.assign(method=method, verdict=base["verdict"])
        family = rows["family_id"].astype(object).str.removeprefix("imputed|")
        rows["family_id"] = family.mask(family.ne(""), estimand + "|" + family)
        rows["reason"] = rows["reason"].where(tested, why)
        parts.append(rows.assign(analysis="missing", estimand=estimand))
    return pd.concat(parts, ignore_index=True)


def _completed(
    observed: pd.DataFrame,
    drawn: pd.DataFrame,
    counts: pd.DataFrame,
    draws: pd.DataFrame,
    *,
    null: float,
    margin: float,
) -> pd.DataFrame:
    """Make the comparisons of imputed answers; those that rest on none stay as they were.

    All stay in the family, so that what differs is what was imputed and not how many were tested.
    """
    observed = observed.reset_index(drop=True)
    before, after = _whole(counts), _whole(draws[draws["draw"].eq(0)].drop(columns="draw"))
    rests = _plain(_own(observed))
    filled_in = _on(rests, _names(before, unanswered(before).ne(unanswered(after).to_numpy())))
    still = _on(rests, _names(after, affected(after)))
    pooled = observed[KEYS].merge(pool_rows(drawn), on=KEYS, how="left")
    rows = observed.assign(
        **{name: observed[name].mask(filled_in, pooled[name]) for name in [*NUMBERS, "reason"]},
        method=observed["method"].mask(filled_in, METHOD),
        _family=observed["family_id"],
        _still=still,
    )
    rows = rows[rows["family_id"].ne("")]
    options = {"by": ["_family"], "name": "imputed", "method": "holm", "null": null, "margin": margin}
    rows = decide(rows, **options)
    still = rows.pop("_still")
    few = rows[["n_a", "n_b"]].min(axis=1).lt(ENOUGH) | rows["group_a"].eq(ALL)
    return rows.drop(columns="_family").assign(
        reason=rows["reason"].mask(still, pd.Series(np.where(few, "n_lt_min", "constant"), rows.index)),
        verdict=rows["verdict"].mask(still, ""),
        material=rows["material"] & ~still,
        **{name: rows[name].mask(still) for name in [*NUMBERS[2:], "p_adjusted"]},
    )


def _plain(rests: pd.Series) -> pd.Series:
    """Name the cells that rows of a version rest on as they are called in the counts."""
    return pd.Series(
        [tuple((area.split(MARK)[0], *cell) for area, *cell in row) for row in rests], index=rests.index
    )
