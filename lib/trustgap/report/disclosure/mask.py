"""The mask of a release, applied to the rows of an analysis."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.report.disclosure.labels import Columns, among, columns, label, rounded
from trustgap.report.disclosure.rules import CLASS_BASE, CLASS_SHARE, FULL_DETAIL, KINDS, THRESHOLD
from trustgap.report.disclosure.shown import KEY, Shown
from trustgap.report.vocabulary import SORT_OF
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.claims.rules import UNSURE
from trustgap.survey.spreadsheets import unmarked

CASES = (
    "improvable",
    "available",
    "avoidable_admission",
    "residential_right",
    "over_provided",
    "suitable_share",
    "cheaper",
)
"""Shares of reviewed cases."""

PARTS = {
    "positive": (
        "positive",
        "top2_share",
        "standardised_share",
        "shrunken_share",
        "weighted_share",
        "trusting",
        "trusted",
        "share_lowest",
        "share_highest",
        "top2_share_without",
        "linked_share",
        *CASES,
    ),
    "negative": ("negative",),
    "neutral": ("neutral",),
}
"""Estimands of the three collapsed categories. Who answered, and who could not say, is none of them: how
many gave a valid answer is shown, and tells as much."""

MIXED = [
    "standardised_share", "shrunken_share", "weighted_share", "share_lowest", "share_highest",
    "top2_share_without", "linked_share",
]  # fmt: skip
"""Shares that stand beside the plain share of the same cell and can lie inside its bounds."""

ORDERS = [name for name, sort in SORT_OF.items() if sort == "theta"] + ["mean", "weighted_mean", "dominance"]
"""Estimands that, where nearly everyone answered alike, would tell how."""

SHARES = [estimand for part in PARTS.values() for estimand in part]
DIFFERENCES = [name for name, sort in SORT_OF.items() if sort == "difference" and name not in ORDERS]
"""Estimands that tell one positive share from another."""

EXTREMES = ["floor_share", "ceiling_share", "same_answer_share"]
"""Estimands that say how many gave one answer to several questions."""

ALIKE = ["constant", "separated", "steady"]
"""Reasons that say that all answers, or all of one side, are the same, or on a small base nearly so."""

TESTS = ["n_eff", "conf_low", "conf_high", "conf_low_90", "conf_high_90", "p_value", "p_adjusted", "mde80"]


@dataclass(frozen=True)
class Mask:
    """What a release hides: decided once, with all areas in view.

    One that was not made of a release's decisions still applies the rules that need only the row itself.

    Parameters
    ----------
    hidden : frozenset of tuple
        Cells (area, wave, group, item) of which nothing is shown.
    bounded, unanimous, neutral, negative : frozenset of tuple
        Cells on a small base in which nearly everyone answered alike, as `rules.primary` explains.
    silent : frozenset of str
        Areas without pages of their own.
    areas : frozenset of str, optional
        The areas, the whole among them, of which it knows every decision; by default all. What rests on
        another one is hidden, but for cells `everywhere`.
    everywhere : frozenset of tuple
        (wave, group, item) of which it knows the decisions in every area.
    released : bool
        Made of a release's decisions, be it that these hide nothing: what rests on no cell is hidden.
    """

    hidden: frozenset = frozenset()
    bounded: frozenset = frozenset()
    unanimous: frozenset = frozenset()
    neutral: frozenset = frozenset()
    negative: frozenset = frozenset()
    silent: frozenset = frozenset()
    areas: frozenset | None = None
    everywhere: frozenset = frozenset()
    released: bool = False

    @classmethod
    def of(cls, decided: pd.DataFrame) -> "Mask":
        """Make a mask of what `rules` decided, for all areas or for some.

        Parameters
        ----------
        decided : DataFrame
            ``area wave group item kind``, as `rules.primary` returns it.

        Returns
        -------
        Mask
            Of those areas.

        Raises
        ------
        ValueError
            If there is a kind of decision that this mask would not carry out.
        """
        unknown = set(decided["kind"]) - {*KINDS, "silent"}
        if unknown:
            raise ValueError(f"the mask knows decisions of the kinds {KINDS} and silent, got {unknown}")
        by_kind = {
            kind: frozenset(part[cells.CELL].itertuples(index=False, name=None))
            for kind, part in decided.groupby("kind")
        }
        silent = frozenset(area for area, *_ in by_kind.pop("silent", ()))
        # Why a cell is hidden must not show: both get the same mark.
        shut = by_kind.pop("hidden", frozenset()) | by_kind.pop("secondary", frozenset())
        return cls(**by_kind, hidden=shut, silent=silent, released=True)

    @cached_property
    def untold(self) -> frozenset:
        """Cells whose share is not told: hidden ones, and those of which a bound is."""
        return self.hidden | self.bounded

    def protect(self, rows: pd.DataFrame, words: Words) -> Shown:
        """Hide, bound and round the rows of an analysis.

        Parameters
        ----------
        rows : DataFrame
            Results rows with ``rests_on``: the cells behind each row.
        words : Words
            Labels of areas, waves, groups, teams and items.

        Returns
        -------
        Shown
            One row per row given.

        Raises
        ------
        KeyError
            If ``rests_on`` is absent: a row that does not say what it rests on is not shown.
        """
        if "rests_on" not in rows.columns and len(rows):
            raise KeyError("rows lack 'rests_on': a result that does not say what it rests on is not shown")
        full = results.complete(rows)
        rests = full.pop("rests_on").tolist() if "rests_on" in full else []
        full = columns(full)
        hide = _small(full) | among(full["area"], self.silent) | _touches(rests, self.hidden)
        if self.released:
            hide |= np.array([not cells for cells in rests], bool)
        if self.areas is not None:
            hide |= np.array([not all(map(self._knows, cells)) for cells in rests], bool)
        bound = self._bound(full, rests, ~hide) | {"method": _without_groups(full)}
        return Shown(label(rounded(hidden(bound, hide)), words), KEY)

    def _knows(self, cell: tuple[str, ...]) -> bool:
        return cell[0] in self.areas or cell[1:] in self.everywhere

    def _bound(self, rows: Columns, rests: list[tuple], open_: np.ndarray) -> Columns:
        """Replace near-unanimous shares by bounds, and take out what would give them away."""
        sort, n, share = rows["estimand"], rows["n_a"], rows["estimate"]
        few, count = open_ & (n < CLASS_BASE), share * n
        bounded, unanimous = _touches(rests, self.bounded), _touches(rests, self.unanimous)
        neutral, negative = _touches(rests, self.neutral), _touches(rests, self.negative)
        over = (share > CLASS_SHARE) | (few & (count > n - 1.5))
        under = (share < 1 - CLASS_SHARE) | (few & (count < 1.5))
        beside = neutral & among(sort, PARTS["neutral"]) | negative & among(sort, PARTS["negative"])
        beside &= open_
        small = few | (bounded & open_)
        over, under = (small & among(sort, SHARES) & ~beside & near for near in (over, under))
        near = bounded & (among(sort, [*DIFFERENCES, "linearity"]) | (among(sort, MIXED) & ~over & ~under))
        # With those who gave no answer in the base, the same bound is a narrower one.
        near |= bounded & among(sort, ["share_lowest", "share_highest"])
        near |= bounded & among(sort, ["trusting", "trusted"]) & ~over & ~under
        near |= unanimous & among(sort, ORDERS)
        near |= (bounded | unanimous | neutral | negative) & among(sort, EXTREMES)
        # How few gave one answer throughout, or took no care, and how few did not, is told of nobody.
        sign = ((rows["analysis"] == "quality") & ~among(sort, SHARES)) | among(sort, EXTREMES)
        rare = open_ & sign & ~near & (count < THRESHOLD - 0.5)
        near |= sign & ~rare & (count > n - THRESHOLD + 0.5)
        near |= (few | bounded | (rows["n_b"] < CLASS_BASE)) & among(rows["reason"], ALIKE)
        detail = among(sort, [name for name in set(sort) if name.startswith("category_")])
        coarse = detail & ((n < FULL_DETAIL) | unanimous | bounded | neutral | negative)
        kept_back = {"rare": rare, "collapsed": coarse & open_, "near": near & open_, "beside": beside}
        kept_back |= {"under": under, "over": over}
        chosen, kept = list(kept_back.values()), np.any(list(kept_back.values()), axis=0)
        bounds = [np.nan, np.nan, np.nan, np.nan, 1 - CLASS_SHARE, CLASS_SHARE]
        # Of the few counts that a bound allows, one alone may give the verdict; cases are judged by them all.
        unsaid = (near | over | under) & (rows["wave"] != "")
        return rows | {
            "estimate": np.select(chosen, bounds, share),
            "reason": np.select(chosen, list(kept_back), rows["reason"]),
            **{column: np.where(kept, np.nan, rows[column]) for column in TESTS},
            "verdict": np.where(unsaid, np.where(rows["analysis"] == "claims", UNSURE, ""), rows["verdict"]),
            "material": rows["material"] & ~unsaid,
        }


def hidden(rows: Columns, hide: np.ndarray) -> Columns:
    """Take all that rows tell out of some of them.

    Parameters
    ----------
    rows : dict of str to array
        The full vocabulary.
    hide : array of bool
        Which.

    Returns
    -------
    dict of str to array
        `rows` with ``suppressed``; the reason of those hidden is ``c``.
    """
    # A method, too, can depend on how many answered.
    empty = dict.fromkeys(results.NUMBERS, np.nan) | dict.fromkeys(("verdict", "method", "family_id"), "")
    empty |= {"reason": "c", "material": False, "low_base": False}
    kept = {column: np.where(hide, nothing, rows[column]) for column, nothing in empty.items()}
    return rows | kept | {"suppressed": hide}


def _touches(rests: list[tuple], chosen: frozenset) -> np.ndarray:
    return np.array([not chosen.isdisjoint(cells) for cells in rests], bool)


def _small(rows: Columns) -> np.ndarray:
    """Find the rows on a small base; one that is not known counts as small, but only comparisons have two."""
    # Where a survey has one area there is no other side that could be small.
    other = (rows["n_b"] < THRESHOLD) & (rows["reason"] != "few_areas")
    # What one or two people's weight decides would be theirs.
    other |= rows["reason"] == "dominated"
    # A share with some people and the same share without them give theirs.
    other |= (rows["estimand"] == "top2_share_without") & (rows["n_b"] < CLASS_BASE)
    return ~(rows["n_a"] >= THRESHOLD) | other


def _without_groups(rows: Columns) -> np.ndarray:
    """Leave out of how many groups a fixed mix is made: the count tells an empty group from a small one."""
    fewer = {name: re.sub(r"(fixed mix) of \d+ groups?", r"\1", name) for name in set(rows["method"])}
    local = np.array([fewer[name] for name in rows["method"]], dtype=object)
    return np.where(rows["area"] == cells.NATIONAL, rows["method"], local)


def read_back(path: Path, words: Words) -> Shown:
    """Read a table that was written from shown rows.

    Parameters
    ----------
    path : Path
        CSV in the results vocabulary, hidden numbers absent.
    words : Words
        Labels.

    Returns
    -------
    Shown
        The same rows again: nothing is in the file that was not shown.
    """
    kinds = {column: str for column in results.TEXT} | {column: bool for column in results.FLAGS}
    missing = {column: [""] for column in results.NUMBERS}
    rows = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=missing)
    return Shown(label(columns(unmarked(rows)), words), KEY)
