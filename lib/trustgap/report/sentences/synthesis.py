"""Sentences about what areas share, from counts of areas."""

from dataclasses import dataclass

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Findings,
    Sentence,
    counted,
    known,
    listed,
    nothing,
    quoted,
    require,
    upper_first,
)
from trustgap.report.themes.synthesis import ENOUGH
from trustgap.stats.families import CONFIRM

SMALL = (
    "Many areas have too few answers to say, and that many cannot say speaks neither for a statement "
    "nor against it."
)
NO_PAGES = (
    "The areas' own pages are not there to be read. Run trustgap on the survey folder, which makes them "
    "first, then this page."
)
MOST = 3
"""How many items a sentence names."""


@dataclass(frozen=True)
class Kind:
    """The words for one kind of verdict.

    Parameters
    ----------
    verdicts : tuple of str
        As in `synthesis`: the first says yes, the second no, the last that nothing can be said.
    one, many : str
        What is judged.
    yes, no : tuple of str
        What follows the number, for one and for several.
    lists : tuple of str
        What stands before those with most areas saying yes, and saying no.
    where : str
        Which areas count, for several items.
    """

    verdicts: tuple[str, ...]
    one: str
    many: str
    yes: tuple[str, str]
    no: tuple[str, str]
    lists: tuple[str, str]
    where: str


KINDS = {
    "claims": Kind(
        ("holds", "does_not_hold", "cannot_say"), "statement", "statements", ("holds", "hold"),
        ("fails", "fail"), ("Hold", "Do not hold"), "areas that looked at them",
    ),
    "barriers": Kind(
        ("verified", "disproved", "mixed", "not_tested"), "barrier", "barriers",
        ("is verified", "are verified"), ("is disproved", "are disproved"), ("Verified", "Disproved"),
        "areas with evidence on them",
    ),
    "interventions": Kind(
        ("difference", "no_difference", "too_early"), "intervention", "interventions",
        ("made a difference", "made a difference"), ("made none", "made none"),
        ("Made a difference", "Made no difference"), "areas that tried them",
    ),
}  # fmt: skip
"""By what is judged."""


def headline(tallied: Shown, *, what: str) -> Sentence:
    """Say on how many items most areas came to the first verdict.

    Parameters
    ----------
    tallied : Shown
        Rows ``areas``, as `synthesis.tally` gives them.
    what : {"claims", "barriers", "interventions"}
        What is judged.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(tallied)
    kind, table = KINDS[what], _table(tallied)
    if not len(table):
        return Sentence("Too few areas to say" if len(tallied) else "No area has a page on this")
    yes = int(_majority(table, kind.verdicts[0]).sum())
    of = f"{yes or 'None'} of {counted(len(table), kind.one, kind.many)}"
    return Sentence(f"{of} {kind.yes[yes > 1]} in most areas")


def shared(tallied: Shown, *, what: str) -> Findings:
    """Say what most areas have in common, and on how much most areas cannot say.

    Parameters
    ----------
    tallied : Shown
        Rows ``areas``.
    what : {"claims", "barriers", "interventions"}
        What is judged.

    Returns
    -------
    Findings
        The counts, then the items on which most areas came to the first or the second verdict.
    """
    require(tallied)
    kind, table = KINDS[what], _table(tallied)
    if not len(table):
        few = f"No {kind.one} has been judged by {ENOUGH} areas or more: too few to say what areas share."
        return Findings([Sentence(few if len(tallied) else "No area has a page on this.")])
    yes, no = (_majority(table, verdict) for verdict in kind.verdicts[:2])
    text = _count(kind, len(table), int(yes.sum()), int(no.sum()))
    silent = int(_majority(table, kind.verdicts[-1]).sum())
    if silent and what == "claims":
        text += f" On {counted(silent, kind.one, kind.many)} more than half cannot say. {SMALL}"
    said = [Sentence(text)]
    for chosen, verdict, start in zip((yes, no), kind.verdicts, kind.lists, strict=False):
        if chosen.any():
            said.append(_named(table[chosen], verdict, start))
    return Findings(said)


def _count(kind: Kind, items: int, yes: int, no: int) -> str:
    """Say on how many items most areas came to the first verdict, and to the second."""
    it = kind.where.replace("them", "it")
    parts = [f"{n} {words[n > 1]}" for n, words in ((yes, kind.yes), (no, kind.no)) if n]
    if not parts:
        return f"There is no {kind.one} on which more than half of the {it} come to one clear verdict."
    of, where = counted(items, kind.one, kind.many), kind.where if items > 1 else it
    return f"Of {of}, {' and '.join(parts)} in more than half of the {where}."


def _table(tallied: Shown) -> pd.DataFrame:
    """Lay out the counts of items that enough areas judged, with their labels and numbers of areas."""
    frame = tallied.where(estimand="areas").frame
    table = frame.pivot_table(index="item", columns="verdict", values="estimate", aggfunc="sum", sort=False)
    labels = frame.drop_duplicates("item").set_index("item")["item_label"]
    if not len(frame):
        return frame
    table = table.assign(label=labels, n=table.sum(axis=1))
    return table[table["n"].ge(ENOUGH)]


def _majority(table: pd.DataFrame, verdict: str) -> pd.Series:
    return table[verdict].gt(table["n"] / 2)


def _named(rows: pd.DataFrame, verdict: str, start: str) -> Sentence:
    """Name items with their counts, those with most areas first."""
    ordered = rows.sort_values(verdict, ascending=False, kind="stable")
    named = [
        f"“{label}” ({found:.0f} of {counted(int(n), 'area', 'areas')})"
        for label, found, n in zip(ordered["label"], ordered[verdict], ordered["n"], strict=True)
    ]
    return Sentence(f"{start} in most areas: {listed(named, most=MOST)}.")


def first_places(counts: Shown) -> Sentence:
    """Name the factors that could be the most frequent in most areas.

    Parameters
    ----------
    counts : Shown
        Rows ``areas_first``, ``areas_alone`` and ``areas_ranked``, as `synthesis.first_places` gives them.

    Returns
    -------
    Sentence
        With the number of areas in which a factor stands alone.
    """
    require(counts)
    if not len(counts):
        return Sentence("No area could rank its factors.")
    table = counts.frame.pivot_table(index="item", columns="estimand", values="estimate", sort=False)
    labels = counts.frame.drop_duplicates("item").set_index("item")["item_label"]
    most = table[table["areas_first"].gt(table["areas_ranked"] / 2)]
    areas = counted(int(table["areas_ranked"].max()), "area", "areas")
    if not len(most):
        return Sentence(f"No factor could be the most frequent in more than half of {areas}.")
    named = [f"“{labels[item]}” ({row.areas_first:.0f})" for item, row in most.iterrows()]
    alone = table["areas_alone"]
    text = (
        f"{counted(len(most), 'factor', 'factors')} of {len(table)} could be the most frequent in more than "
        f"half of {areas}: {listed(named, most=MOST)}."
    )
    if alone.sum():
        top, total = alone.idxmax(), int(alone.sum())
        sole = f"“{labels[top]}”" if alone[top] == total else f"“{labels[top]}” in {alone[top]:.0f} of them"
        text += f" In {counted(total, 'area', 'areas')} one factor stands alone: {sole}."
    else:
        text += " In no area does one factor stand alone: with an area's answers few can be excluded."
    return Sentence(text)


def differ(pooled: Shown) -> Sentence:
    """Say on which findings of case reviews areas differ beyond chance.

    Parameters
    ----------
    pooled : Shown
        Rows ``mean_share`` and ``prediction``, as `case_reviews.over_areas` gives them.

    Returns
    -------
    Sentence
        That no difference shows is not called likeness.
    """
    require(pooled)
    if not len(pooled):
        return Sentence("No area brought case reviews.")
    tested = known(pooled.where(estimand="prediction")).present("p_adjusted").frame
    if not len(tested):
        return nothing(pooled)
    apart = tested[tested["p_adjusted"].lt(CONFIRM)]
    of = counted(len(tested), "finding", "findings")
    if not len(apart):
        return Sentence(
            f"On none of {of} do areas clearly differ more than chance explains. With this few cases an "
            "area, that does not show that they are alike."
        )
    named = listed(quoted(apart["item_label"]), most=MOST)
    return Sentence(f"Areas differ more than chance explains on {len(apart)} of {of}: {named}.")


def side_by_side(areas: int, *, listed_areas: int) -> Sentence:
    """Say how many areas the table has.

    Parameters
    ----------
    areas : int
        Areas with a page in this run.
    listed_areas : int
        All areas of the survey.

    Returns
    -------
    Sentence
        Or how the pages are made, where there are none.
    """
    if not areas:
        return Sentence(NO_PAGES)
    missing = listed_areas - areas
    rest = f" {missing} more have no page in this run." if missing > 1 else ""
    rest = " 1 more has no page in this run." if missing == 1 else rest
    return Sentence(f"{upper_first(counted(areas, 'area', 'areas'))}, in the order of their codes.{rest}")
