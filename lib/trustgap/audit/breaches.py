"""Rules that a single row of a published table can break."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from trustgap.audit import facts
from trustgap.audit.digits import places
from trustgap.audit.known import PEOPLE, Known
from trustgap.audit.published import Published
from trustgap.report.disclosure.labels import EXACT
from trustgap.report.disclosure.mask import SHARES
from trustgap.report.wording import SMALL_RATE, kind
from trustgap.stats import results
from trustgap.stats.claims.rules import UNSURE
from trustgap.stats.counts import ALL, CELL, NATIONAL

LEAST = 11
"""The fewest people behind a number."""

DETAIL = 30
"""The fewest answers of which single categories and second decimals of means are shown."""

SMALL = 50
"""From so many answers on a share may be near 0 or 1."""

NEAR = 0.905
"""A share above this, rounded, or below its complement, tells of nearly everyone."""

RANGES = frozenset(
    "minimum maximum min max range lowest_answer highest_answer quartile percentile quantile".split()
)
"""Numbers that are one respondent's own."""

ROUNDED = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "mde80"]
BOUNDS = ("over", "under")


NONE = pd.DataFrame(columns=["rule", "file", "what"], dtype=object)
"""No breach."""


def breaches(published: Published, known: Known) -> pd.DataFrame:
    """Hold every published row against the rules for single rows.

    Parameters
    ----------
    published : Published
        As `published.read` returns it.
    known : Known
        As `known.known` returns it.

    Returns
    -------
    DataFrame
        ``rule file what``; ``what`` names the cell and never a value.
    """
    rows = published.rows
    shown = rows[~rows["suppressed"]]
    parts = [
        _named("base below 11", shown[_few(shown)]),
        _named("decimals", shown[_fine(shown)]),
        _named("near 0% or 100% on a small base", shown[_near(shown)]),
        _named("detail on a small base", shown[_detailed(shown)]),
        _named("one respondent's own number", shown[shown["estimand"].isin(RANGES)]),
        _named("hidden row that tells", rows[rows["suppressed"] & _telling(rows)]),
        _named("a verdict beside a bound", shown[_beside_a_bound(shown)]),
        _named("a set that is no group or area", shown[_unknown_set(published, shown)]),
        _twice(published, known),
        _strays(published),
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _named(rule: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Name rows by what they are about."""
    about = ["area", "wave", "analysis", "estimand", "item", "group_a", "group_b", "target"]
    what = [" ".join(filter(None, row)) for row in rows[about].to_numpy().tolist()]
    return pd.DataFrame({"rule": rule, "file": rows["file"].to_numpy(), "what": what}, dtype=object)


def _of_people(rows: pd.DataFrame) -> pd.Series:
    """Choose the rows that tell of people in an area or in the whole."""
    return rows["area"].ne("")


def _few(rows: pd.DataFrame) -> pd.Series:
    few = (rows["n_a"] < LEAST) | ((rows["n_b"] < LEAST) & rows["reason"].ne("few_areas"))
    few |= rows["estimand"].eq("respondents") & (rows["estimate"] < LEAST)
    return few & _of_people(rows)


def _fine(rows: pd.DataFrame) -> pd.Series:
    """Find numbers with more digits than may be shown."""
    sorts = rows["estimand"].map({name: kind(name) for name in rows["estimand"].unique()})
    wide = rows["area"].isin([NATIONAL, ""])
    numbers = rows[ROUNDED].to_numpy(float)
    percent = sorts.isin(["share", "difference", "width", "rate"]) & wide
    allowed = np.where(percent | sorts.str.startswith("service_"), 3, 2)[:, None]
    small = sorts.eq("rate").to_numpy()[:, None] & (numbers < SMALL_RATE)
    over = places(numbers) > np.where(small, 3, allowed)
    digits = _significant(rows["p_value"]) | _significant(rows["p_adjusted"])
    uneven = places(rows["n_eff"]) > 0
    return pd.Series((over.any(axis=1) & ~sorts.isin(EXACT)) | digits | uneven, index=rows.index)


def _significant(p: pd.Series) -> np.ndarray:
    """Find p-values with more than two significant digits."""
    values = p.to_numpy(float)
    known = ~np.isnan(values)
    shortened = np.array([float(f"{value:.2g}") for value in values[known]])
    found = np.zeros(len(values), bool)
    found[known] = values[known] != shortened
    return found


def _near(rows: pd.DataFrame) -> pd.Series:
    share = rows["estimate"]
    near = (share > NEAR) | (share < 1 - NEAR)
    return (
        near
        & (rows["n_a"] < SMALL)
        & rows["estimand"].isin(SHARES)
        & ~rows["reason"].isin(BOUNDS)
        & _of_people(rows)
    )


def _detailed(rows: pd.DataFrame) -> pd.Series:
    few = (rows["n_a"] < DETAIL) & _of_people(rows) & rows["area"].ne(NATIONAL) & rows["estimate"].notna()
    fine = rows["estimand"].isin(["mean", "weighted_mean"]) & (places(rows["estimate"]) > 1)
    return few & (rows["estimand"].str.startswith(facts.CATEGORY) | fine)


def _telling(rows: pd.DataFrame) -> pd.Series:
    """Find hidden rows that differ from other hidden rows by more than what they are about."""
    words = rows[["verdict", "method", "family_id"]].ne("").any(axis=1)
    return (
        rows[results.NUMBERS].notna().any(axis=1)
        | words
        | rows[["material", "low_base"]].any(axis=1)
        | rows["reason"].ne("c")
    )


def _beside_a_bound(rows: pd.DataFrame) -> pd.Series:
    """Find verdicts that one alone of the few counts may give which a bound allows."""
    said = ~rows["verdict"].isin(["", UNSURE]) | rows["material"]
    return rows["reason"].isin(["near", *BOUNDS]) & rows["wave"].ne("") & said


def _unknown_set(published: Published, rows: pd.DataFrame) -> pd.Series:
    """Find rows of areas that are on no list, and plain shares of groups that nobody is counted in."""
    wrong = pd.Series(False, index=rows.index)
    if len(published.areas):
        wrong |= ~rows["area"].isin([*published.areas.index, NATIONAL, ""])
    groups = set(rows.loc[rows["estimand"].eq("respondents"), "group_a"])
    if groups - {ALL}:
        about = rows["item"].isin(published.items.index) & rows["analysis"].isin(facts.PLAIN)
        wrong |= about & ~rows["group_a"].isin([*groups, ALL])
    return wrong


def _twice(published: Published, known: Known) -> pd.DataFrame:
    """Name the counts of which published rows tell different things, and where."""
    rows = facts.named(published.rows)
    files = rows.drop_duplicates(CELL).set_index(CELL)["file"]
    lines = []
    for cell in known.contradictions.itertuples(index=False):
        key = (cell.area, cell.wave, cell.group, cell.item)
        base = cell.item == PEOPLE or (
            cell.low_level == 1 and cell.high_level == known.scales["k"].get(cell.item)
        )
        what = "the same base shown differently" if base else "the same answers shown differently"
        lines.append({"rule": what, "file": files.get(key, ""), "what": " ".join(filter(None, key))})
    return pd.DataFrame(lines, columns=NONE.columns, dtype=object)


def _strays(published: Published) -> pd.DataFrame:
    names = [path.relative_to(published.home).as_posix() for path in published.strays]
    what = "has no place in a release"
    lines: Iterator[dict] = ({"rule": "file", "file": name, "what": what} for name in names)
    extra = [
        {"rule": "column", "file": name, "what": "has columns that no table has"} for name in published.wider
    ]
    return pd.DataFrame([*lines, *extra], columns=NONE.columns, dtype=object)
