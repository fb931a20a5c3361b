"""The mask of a release, applied to the rows of an analysis."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.report import wording
from trustgap.report.disclosure.rules import CLASS_BASE, CLASS_SHARE, FULL_DETAIL, THRESHOLD
from trustgap.report.disclosure.shown import KEY, Shown
from trustgap.stats import counts as cells
from trustgap.stats import results

SHARES = [
    "top2_share", "low_share", "dont_know_share", "answered_share", "response_rate",
    "standardised_share", "negative", "neutral", "positive",
]  # fmt: skip
NUMBERS = [
    "n_a", "n_b", "n_eff", "estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90",
    "p_value", "p_adjusted", "mde80",
]  # fmt: skip
INTERVAL = ["conf_low", "conf_high", "conf_low_90", "conf_high_90"]


@dataclass(frozen=True)
class Mask:
    """What a release hides: decided once, with all areas in view.

    Parameters
    ----------
    hidden : frozenset of tuple
        Cells (area, wave, group, item) of which nothing is shown.
    bounded : frozenset of tuple
        Cells whose positive share is near 0 or 1 on a small base.
    unanimous : frozenset of tuple
        Cells on a small base where nearly everyone is in one collapsed category.
    silent : frozenset of str
        Areas without pages of their own.
    """

    hidden: frozenset
    bounded: frozenset
    unanimous: frozenset
    silent: frozenset = frozenset()

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
        """
        by_kind = {
            kind: frozenset(part[cells.CELL].itertuples(index=False, name=None))
            for kind, part in decided.groupby("kind")
        }
        silent = frozenset(area for area, *_ in by_kind.get("silent", ()))
        return cls(*(by_kind.get(kind, frozenset()) for kind in ("hidden", "bounded", "unanimous")), silent)

    @classmethod
    def none(cls) -> "Mask":
        """Make a mask that knows no cell; the rules that need only the row itself still apply."""
        return cls(frozenset(), frozenset(), frozenset())

    def protect(self, rows: pd.DataFrame, words: wording.Words) -> Shown:
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
        if "rests_on" not in rows.columns:
            raise KeyError("rows lack 'rests_on': a result that does not say what it rests on is not shown")
        full = results.complete(rows)
        rests = full.pop("rests_on")
        hide = _touches(rests, self.hidden) | _small(full)
        full = _bound(full, rests, self.bounded, self.unanimous, ~hide)
        full.loc[hide, NUMBERS] = np.nan
        full.loc[hide, ["verdict", "reason"]] = ["", "c"]
        full.loc[hide, ["material", "low_base"]] = False
        full["suppressed"] = hide
        return Shown(wording.label(wording.rounded(full), words), KEY)


def _touches(rests: pd.Series, chosen: frozenset) -> pd.Series:
    if not chosen:
        return pd.Series(False, index=rests.index)
    return pd.Series([not chosen.isdisjoint(row) for row in rests], index=rests.index, dtype=bool)


def _small(rows: pd.DataFrame) -> pd.Series:
    return rows["n_a"].lt(THRESHOLD) | rows["n_b"].lt(THRESHOLD)


def _bound(
    rows: pd.DataFrame, rests: pd.Series, bounded: frozenset, unanimous: frozenset, open_: pd.Series
) -> pd.DataFrame:
    """Replace near-unanimous shares by bounds, and take out what would give them away."""
    rows = rows.copy()
    local = rows["area"].ne(cells.NATIONAL) & rows["n_a"].lt(CLASS_BASE) & open_
    share = rows["estimand"].isin(SHARES) & local
    count = rows["estimate"] * rows["n_a"]
    over = share & (rows["estimate"].gt(CLASS_SHARE) | count.gt(rows["n_a"] - 1.5))
    under = share & (rows["estimate"].lt(1 - CLASS_SHARE) | count.lt(1.5))
    rows.loc[over, "estimate"], rows.loc[under, "estimate"] = CLASS_SHARE, 1 - CLASS_SHARE
    gives_away = rows["estimand"].isin(["share_difference", "change_over_period", "mean_difference"])
    near = open_ & (
        (gives_away & _touches(rests, bounded))
        | (rows["estimand"].isin(["theta", "mean", "dominance"]) & _touches(rests, unanimous))
    )
    rows.loc[near, "estimate"] = np.nan
    rows.loc[over | under | near, [*INTERVAL, "p_value", "p_adjusted", "mde80"]] = np.nan
    rows.loc[over, "reason"], rows.loc[under, "reason"], rows.loc[near, "reason"] = "over", "under", "near"
    detail = rows["estimand"].str.startswith("category_") & rows["area"].ne(cells.NATIONAL) & open_
    coarse = detail & (rows["n_a"].lt(FULL_DETAIL) | _touches(rests, unanimous | bounded))
    rows.loc[coarse, ["estimate", *INTERVAL]] = np.nan
    rows.loc[coarse, "reason"] = "collapsed"
    return rows


def read_back(path: Path, words: wording.Words) -> Shown:
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
    rows = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values={c: [""] for c in NUMBERS})
    return Shown(wording.label(rows, words), KEY)
