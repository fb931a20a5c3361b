"""Reviewed cases as the record of releases knows them, and what two releases together would tell of few."""

from collections.abc import Collection, Iterator

import pandas as pd

from trustgap.report.disclosure.mask import CASES
from trustgap.report.disclosure.people import CONTRASTS
from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.earlier.people import DIGITS
from trustgap.stats import counts as cells
from trustgap.stats.case_reviews import reviews
from trustgap.survey import secret

COLUMNS = ["area", "aspect", "digest", "n"]
"""What is on record: of so many cases of an area, or of all areas, one aspect is the same."""

FOUND = ["decision_point", "decision", "outcome", "improvable", "available"]
MARKS = ["team", "population", "period"]
ASPECTS = {
    "found": FOUND,
    **{mark: [*FOUND, mark] for mark in MARKS},
    "all": [*FOUND, *MARKS, "reviewers", "panel", "votes", "cost", "cost_better"],
}
"""In what cases are compared. One late case is still one where a team or a reviewer was given another name
in every row."""

TOLD = (*CASES, *CONTRASTS, "agreement_change")
"""Estimands of statements on reviewed cases, of which the item is the statement."""


def told(rows: pd.DataFrame) -> pd.DataFrame:
    """Say of which areas a release shows what was found of reviewed cases, and in which items.

    Parameters
    ----------
    rows : DataFrame
        All tables of the release, in the results vocabulary.

    Returns
    -------
    DataFrame
        ``area item``; how many cases were judged, and by how many, is no finding.
    """
    named = rows["item"].str.startswith("case_") & rows["estimand"].ne("reviewed_cases")
    shown = (named | rows["estimand"].isin(TOLD)) & ~rows["suppressed"].astype(bool)
    return rows.loc[shown, ["area", "item"]].drop_duplicates().astype(str)


def digested(judgements: pd.DataFrame, areas: Collection[str], *, key: bytes) -> pd.DataFrame:
    """Digest the cases of areas so that they can be compared, and not read.

    Parameters
    ----------
    judgements : DataFrame
        Of all areas, as for `reviews.settled`.
    areas : collection of str
        Codes of areas, perhaps `counts.NATIONAL` among them.
    key : bytes
        Of the survey.

    Returns
    -------
    DataFrame
        `COLUMNS`, in the order of the digests. Neither a case's name nor its area is part of them: files
        may number their cases anew.
    """
    if judgements.empty:
        return pd.DataFrame(columns=COLUMNS)
    reviewed = reviews.settled(judgements)
    votes = reviews.ratings(judgements).groupby("case")["rating"].sum()
    reviewed = reviewed.assign(votes=reviewed["case"].map(votes))
    local = pd.concat([reviewed, reviewed.assign(area=cells.NATIONAL)], ignore_index=True)
    local = local[local["area"].isin(areas)].astype(object).fillna("").astype(str)
    tables = []
    for aspect, columns in ASPECTS.items():
        counted = local.groupby(["area", *columns]).size().rename("n").reset_index()
        texts = ["\0".join(row) for row in counted[columns].itertuples(index=False, name=None)]
        digests = [secret.digest(key, f"case\0{aspect}\0{text}".encode())[:DIGITS] for text in texts]
        tables.append(counted[["area", "n"]].assign(aspect=aspect, digest=digests))
    return pd.concat(tables)[COLUMNS].sort_values(COLUMNS, ignore_index=True)


def changed(
    before: pd.DataFrame | None,
    after: pd.DataFrame,
    rows: pd.DataFrame,
    *,
    then: dict[str, str],
    now: dict[str, str],
) -> Iterator[tuple[str, int]]:
    """Find the areas of which two releases together would tell what was found of a few cases.

    Parameters
    ----------
    before, after : DataFrame
        As `digested` gives them, of an earlier release and of now; None where the earlier put none on record.
    rows : DataFrame
        The tables that are to be published, in the results vocabulary.
    then, now : dict of str to str
        Digests of what the releases show, as `entry.shown` gives them.

    Yields
    ------
    tuple of (str, int)
        An area, or `counts.NATIONAL`, and how many of its cases came, went or changed for certain: 1 to 10;
        0 where nobody knows, as an earlier release that showed cases put none on record.
    """
    for area, part in told(rows).groupby("area"):
        names = [f"{area} {item}" for item in part["item"]]
        if all(then.get(name) == now[name] for name in names):
            # What reads as it did tells nothing new.
            continue
        if before is None:
            if not then.keys().isdisjoint(names):
                yield area, 0
            continue
        both = [
            table[table["area"].eq(area)].set_index(["aspect", "digest"])["n"] for table in (before, after)
        ]
        if both[0].empty:
            continue
        moved = both[1].sub(both[0], fill_value=0)
        sides = [moved.clip(lower=0), -moved.clip(upper=0)]
        most = pd.concat([side.groupby("aspect").sum() for side in sides], axis=1).max(axis=1)
        few = most[most.between(1, THRESHOLD - 1)]
        if len(few):
            yield area, int(few.min())
