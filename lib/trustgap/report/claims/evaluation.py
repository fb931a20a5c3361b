"""Evaluate every claim of the catalogue for one area, or for the whole."""

from typing import TYPE_CHECKING

import pandas as pd

from trustgap.report.claims import answers, records
from trustgap.report.claims.found import Found
from trustgap.report.disclosure import Shown, together
from trustgap.stats import results
from trustgap.stats.claims.rules import UNSURE
from trustgap.stats.counts import NATIONAL
from trustgap.survey import catalogue

if TYPE_CHECKING:
    # A study opens by measuring, and measuring evaluates the claims of the whole.
    from trustgap.report.study import Study

OUTSIDE = "out_of_scope"

UNTESTED = ("not_asked", "no_file", "out_of_scope")
"""Reasons of claims on which there is nothing to look at here."""

KINDS = answers.KINDS | records.CASES | records.FIGURES
"""How each kind of test is decided."""

SEVERAL = ("first", "some_differ")
"""Kinds of test about several factors, of which one decides."""


def evaluate(study: "Study", claims: pd.DataFrame | None = None) -> pd.DataFrame:
    """Decide of every published statement whether it holds here.

    Parameters
    ----------
    study : Study
        One area, or the whole.
    claims : DataFrame, optional
        As `trustgap.survey.catalogue.claims` gives them; those by default.

    Returns
    -------
    DataFrame, one row of results per claim, in their order
        Analysis ``claims``; ``item`` is the claim, ``estimand`` and the numbers are those of the result that
        decides, ``group_a``, ``group_b`` and ``target`` say whose it is, and where a claim is about several
        factors ``group_b`` names the one that decides as ``item:<id>``. ``verdict`` is ``holds``,
        ``does_not_hold``, ``cannot_say`` or ``out_of_scope``; ``reason`` says why there is no number:
        ``not_asked``, ``no_file``, ``out_of_scope`` or one of the analysis. ``rests_on`` names all cells
        that the verdict depends on.
    """
    claims = catalogue.claims() if claims is None else claims
    found = Found(study)
    rows = [_row(found, test).assign(item=claim) for claim, test in claims["test"].items()]
    columns = [*results.COLUMNS, "rests_on"]
    kept = pd.concat([row[[name for name in columns if name in row]] for row in rows], ignore_index=True)
    return results.complete(kept.assign(area=study.area, analysis="claims", family_id=""))


def _row(found: Found, test: dict) -> pd.DataFrame:
    kind = test["kind"]
    if kind == "none":
        return _without("out_of_scope", OUTSIDE)
    if kind in records.FILES:
        rests = found.study.release.files[records.FILES[kind]]
        own = rests if found.study.area == NATIONAL else rests[rests["area"].eq(found.study.area)]
        row = KINDS[kind](found, test).head(1) if len(own) else own
        # A file without the columns or the period that a claim is about says as little as none.
        return row.assign(rests_on=[()] * len(row)) if len(row) else _without("no_file", UNSURE)
    if not answers.asked(found, test):
        return _without("not_asked", UNSURE)
    row = KINDS[kind](found, test).head(1)
    if len(row) and kind in SEVERAL and len(test.get("items", "..")) > 1:
        row = row.assign(group_b="item:" + row["item"])
    return row if len(row) else _without("n_lt_min", UNSURE)


def _without(reason: str, verdict: str) -> pd.DataFrame:
    """Make the row of a claim on which there is no result."""
    return pd.DataFrame({"reason": [reason], "verdict": verdict, "rests_on": [()]})


def shown(study: "Study", claims: pd.DataFrame | None = None, *, rows: pd.DataFrame | None = None) -> Shown:
    """Evaluate every claim and pass each by the rules for what it rests on.

    Parameters
    ----------
    study, claims
        As for `evaluate`.
    rows : DataFrame, optional
        What `evaluate` gave, where that was done before: ``study.release.claimed`` is of the whole.

    Returns
    -------
    Shown
        One row per claim, in their order: those on respondents' answers by the mask of the release, those on
        reviewed cases by the rules for records, all others, and those without a result, as figures.
    """
    claims = catalogue.claims() if claims is None else claims
    rows = evaluate(study, claims) if rows is None else rows
    kind = claims["test"].map(lambda test: test["kind"])
    kind = kind.where(~rows["reason"].isin(UNTESTED).to_numpy(), "none")
    people, reviewed = kind.isin(list(answers.KINDS)).to_numpy(), kind.isin(list(records.CASES)).to_numpy()
    parts = together(
        study.protect(rows[people]),
        study.protect_records(rows[reviewed].drop(columns="rests_on")),
        study.protect_figures(rows[~people & ~reviewed].drop(columns="rests_on")),
    )
    place = pd.Index(parts.frame["item"]).get_indexer(rows["item"])
    return parts.at(pd.Index(place))
