"""A local diagnostic: what its survey answers may show of two roles, and its interventions in order."""

from dataclasses import replace

import pandas as pd

from trustgap.report.disclosure import THRESHOLD, Shown, primary, together
from trustgap.report.disclosure.rules import CLASS_BASE, CLASS_SHARE
from trustgap.report.study import Study
from trustgap.stats import counts as cells
from trustgap.stats.diagnostic import order
from trustgap.stats.diagnostic.roles import NO_ROLE, by_role, role_gap
from trustgap.stats.shares import proportions
from trustgap.survey.catalogue import interventions

NUMBERS = ["estimate", "conf_low", "conf_high"]


def linked_items(study: Study) -> pd.DataFrame:
    """Find the survey's questions that speak to a barrier on which the area has evidence.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    DataFrame
        Rows of ``study.items``: those that the catalogue links to such a barrier, and those that a piece of
        evidence names.
    """
    found = study.evidence
    links = interventions().links
    named = {*links.loc[links["barrier"].isin(found["barrier"]), "item"], *found["item"]}
    return study.items[study.items.index.isin(named)]


def everybody(study: Study) -> Shown:
    """Give the positive share of everybody on the linked questions.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    Shown
        Rows ``top2_share``, latest wave, remembered for the notebook's table.
    """
    counted = study.cells(wave=study.latest, group=cells.ALL, item=list(linked_items(study).index))
    rows = proportions.shares(counted, study.items) if len(counted) else pd.DataFrame(columns=["rests_on"])
    return study.protect(rows[rows["estimand"].eq("top2_share")] if len(rows) else rows)


def roles(study: Study) -> Shown:
    """Compare the first two roles of the questionnaire on the linked questions, as far as that may be shown.

    Parameters
    ----------
    study : Study
        One area.

    Returns
    -------
    Shown
        Rows of `role_gap`, latest wave, remembered for the notebook's table; none where there are no two
        roles, no such questions or no answers.

    Notes
    -----
    Role is looked at over all groups of staff only. What one role says, taken from what everybody says,
    leaves what the others say. So both roles are hidden where either has fewer than `THRESHOLD` answers, or
    where fewer, but some, gave no role; and where nearly everyone of one role answered alike, the size is
    given for neither.
    """
    known, items = list(study.questionnaire.roles.index), linked_items(study)
    answers = study.answers
    answers = answers[answers["wave"].astype(str).eq(study.latest)]
    if len(known) < 2 or items.empty or answers.empty:
        return study.protect(pd.DataFrame(columns=["rests_on"]))
    first, second = known[:2]
    counted = by_role(answers, items)
    counts = cells.fill(counted, area=[study.area], group=sorted({*known, NO_ROLE}))
    rows = role_gap(counts, items, first, second, seed=study.seed)
    hidden, alike = _closed(counts, items, known, study.latest)
    near = rows["item"].isin(alike) & rows["estimand"].eq("top2_share")
    rows = rows.assign(reason=rows["reason"].mask(near & ~_extreme(rows), "near"))
    rows[NUMBERS] = rows[NUMBERS].mask(rows["reason"].eq("near"), axis=0)
    named = [(study.area, study.latest, role) for role in known[:2]]
    mask = replace(
        study.mask,
        hidden=study.mask.hidden | {(*cell, item) for cell in named for item in hidden},
        unanimous=study.mask.unanimous | {(*cell, item) for cell in named for item in alike},
    )
    shown = mask.protect(rows, study.words)
    study.keep(shown)
    return shown


def _closed(counts: pd.DataFrame, items: pd.DataFrame, known: list[str], wave: str) -> tuple[set, set]:
    """Find the questions on which too few are left over, and those on which one role answers alike."""
    # A role with few answers hides both by itself, for both bases stand on every row. Everybody less the
    # two roles leaves the others; nobody is no protection, and needs none.
    others = counts[~counts["group"].isin(known[:2])]
    rest = cells.valid(others).groupby(others["item"]).sum()
    hidden = set(rest.index[rest.between(1, THRESHOLD - 1)])
    people = counts[["area", "wave", "group"]].drop_duplicates().assign(n=THRESHOLD)
    decided = primary(counts, items, people, latest=wave)
    alike = decided[decided["kind"].isin(["bounded", "unanimous", "neutral", "negative"])]
    return hidden, set(alike.loc[alike["group"].isin(known[:2]), "item"])


def _extreme(rows: pd.DataFrame) -> pd.Series:
    """Find shares that the mask itself shows as a bound."""
    count = rows["estimate"] * rows["n_a"]
    outside = rows["estimate"].gt(CLASS_SHARE) | rows["estimate"].lt(1 - CLASS_SHARE)
    return rows["n_a"].lt(CLASS_BASE) & (outside | count.gt(rows["n_a"] - 1.5) | count.lt(1.5))


def placed(study: Study, verdicts: pd.DataFrame, stated: pd.DataFrame) -> Shown:
    """Put the interventions into order, as far as that may be shown.

    Parameters
    ----------
    study : Study
        One area.
    verdicts : DataFrame
        As `trustgap.stats.diagnostic.barriers.barriers` gives them.
    stated : DataFrame
        As `order.states` gives them.

    Returns
    -------
    Shown
        Rows of `order.places`, latest wave, remembered for the notebook's table. Where the survey has no
        local result the evidence alone decides.
    """
    catalogue, answers = interventions(), study.told
    if study.area in study.mask.silent:
        answers = answers.iloc[:0]
    factors = study.block("factor")
    linked = order.linked(catalogue.addressed, catalogue.links, verdicts)
    place = {"area": study.area, "wave": study.latest, "seed": study.seed}
    rows = order.places(answers, factors, linked, stated, **place)
    of_answers = rows["rests_on"].astype(bool)
    parts = [study.protect(rows[of_answers])] if of_answers.any() else []
    if not of_answers.all():
        parts.append(study.protect_figures(rows[~of_answers].drop(columns="rests_on")))
    return together(*parts)
