"""What an area's page on the gap sets side by side: the whole and the area, question by question.

An area can have respondents' answers, or shares that came aggregated. What needs respondents gives no rows
where there are none, so that a notebook need not ask.
"""

from itertools import combinations

import pandas as pd

from trustgap.report.study import Study
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.ranking import contrasts, joint_limits, priorities
from trustgap.stats.shares import proportions
from trustgap.stats.tracking import decisions
from trustgap.stats.trust import dyads
from trustgap.survey import catalogue

BLOCKS = {"trust": "Trust", "relationship": "Working relationships", "statement": "Statements"}
"""What the parts of a questionnaire are called; factors go by the decision that they belong to."""

MOST = 22
"""So many questions go into one figure."""


def nothing() -> pd.DataFrame:
    """Give results without a row, for an analysis that cannot be made.

    Returns
    -------
    DataFrame
        The results vocabulary, empty.
    """
    return pd.DataFrame(columns=[*results.COLUMNS, "rests_on"])


def both_shares(study: Study) -> pd.DataFrame:
    """Give the positive share of everybody, here and in all areas together, in the latest wave.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``shares``, ``top2_share``, of the questions that somebody was asked here or anywhere;
        ``area`` tells the area from the whole.
    """
    counts = study.release.counts
    place = counts["area"].isin([study.area, cells.NATIONAL])
    chosen = counts[place & counts["wave"].eq(study.latest) & counts["group"].eq(cells.ALL)]
    rows = proportions.shares(chosen, study.items)
    return rows[rows["estimand"].eq("top2_share")].reset_index(drop=True)


def sections(study: Study) -> list[tuple[str, pd.Index]]:
    """Name the parts of the questionnaire, each with its questions.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    list of (str, Index)
        In the order of the questionnaire, factors decision by decision.
    """
    found = [(BLOCKS[block], study.block(block).index) for block in BLOCKS]
    found += [(label, items.index) for label, items in study.decisions]
    first = {label: study.items.index.get_indexer(items).min() for label, items in found if len(items)}
    return sorted([part for part in found if len(part[1])], key=lambda part: first[part[0]])


def central(study: Study, *, most: int = MOST) -> pd.Index:
    """Choose the questions that are drawn: those that the published findings are about.

    Parameters
    ----------
    study : Study
        One area.
    most : int
        How many at most.

    Returns
    -------
    Index
        Items of the survey, in the order in which the findings name them; where none is about a question
        that was asked, those of the first part of the questionnaire.
    """
    named = dict.fromkeys(item for test in catalogue.claims()["test"] for item in _items(test))
    asked = [item for item in named if item in study.items.index]
    return pd.Index(asked or sections(study)[0][1])[:most]


def _items(test: dict) -> list[str]:
    """List the questions that the test of a claim names."""
    single = [test[key] for key in ("item", "item_a", "item_b") if key in test]
    return [*test.get("items", ()), *single, *(item for _, item in test.get("ties", ()))]


def furthest(study: Study) -> pd.DataFrame:
    """Find the questions that could be the one on which the area lies furthest above, or below, the rest.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    DataFrame, rows of results
        As `trustgap.stats.ranking.priorities.priorities` returns them; where there are only shares, as
        `trustgap.stats.ranking.joint_limits.furthest` does.
    """
    place = {"area": study.area, "wave": study.latest}
    if study.answers.empty:
        counts = study.release.counts
        return joint_limits.furthest(counts, study.items, **place, national=counts)
    everywhere = {"national": study.item_pairs, "seed": study.seed}
    return priorities.priorities(study.told, study.items, **place, **everywhere)


def classes(study: Study) -> pd.DataFrame:
    """Compare how often the same people name the classes of factors, two classes at a time.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    DataFrame, rows of results
        As `trustgap.stats.ranking.contrasts.class_contrast` returns them; empty without factors of two
        classes, or without respondents.
    """
    factors = study.block("factor")
    named = [name for name in study.questionnaire.classes if name in set(factors.get("factor_class", []))]
    if len(named) < 2 or not len(study.answers):
        return nothing()
    place = {"area": study.area, "wave": study.latest}
    return pd.concat(
        [
            contrasts.class_contrast(study.told, factors, class_a=one, class_b=other, **place)
            for one, other in combinations(named, 2)
        ],
        ignore_index=True,
    )


def seen_by_two(study: Study) -> pd.DataFrame:
    """Compare how the first two groups of the questionnaire answer on each factor.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    DataFrame, rows of results
        As `trustgap.stats.trust.dyads.group_gap` returns them, ``theta`` only; empty without factors or a
        second group.
    """
    groups, factors = study.questionnaire.groups.index, study.block("factor")
    if len(groups) < 2 or factors.empty:
        return nothing()
    now = study.mixed(wave=study.latest, block="factor")
    rows = dyads.group_gap(now, factors, *groups[:2], seed=study.seed)
    return rows[rows["estimand"].eq("theta")].reset_index(drop=True)


def effort(study: Study) -> pd.DataFrame:
    """List the interventions that the area's metrics name, with class and verdict.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``effort``; ``group_a`` is the intervention as ``item:<id>``, ``target`` its class, "" where
        the catalogue of interventions does not have it; the verdict is that of
        `trustgap.stats.tracking.decisions.decide` on all its metrics. Empty where no metric names one.
    """
    rows = decisions.decide(study.release.files["metrics"])
    rows = rows[rows["estimand"].eq("intervention")].reset_index(drop=True)
    known = catalogue.interventions().interventions["intervention_class"]
    target = rows["group_a"].astype(str).str.removeprefix("item:").map(known).fillna("")
    return rows.assign(analysis="effort", target=target)
