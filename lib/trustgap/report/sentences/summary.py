"""The findings and questions of the page for leaders, drawn from the area's other tables."""

import pandas as pd

from trustgap.report.disclosure import Shown, together
from trustgap.report.sentences import cases, change, claims, diagnostic, ranking, shares, tracking, trust
from trustgap.report.sentences.base import Findings, Sentence, known, lower_first, require
from trustgap.stats.counts import ALL


def findings(
    tables: Shown, *, trust_items: pd.Index, classes: dict[str, str], scales: list, rest: str
) -> Findings:
    """Choose three to five findings that the answers can carry, in a fixed order.

    Parameters
    ----------
    tables : Shown
        Rows of the area's other notebooks.
    trust_items : Index
        The items of the block on trust.
    classes : dict of str to str
        Labels of the classes of factors.
    scales : list of (Scale, Index)
        Scales, each with its items, for surveys that asked neither for trust nor for factors.
    rest : str
        What all other areas together are called.

    Returns
    -------
    Findings
        Trust, whether it goes both ways, its change, the factors, the comparison: each only where the
        survey asked for it.
    """
    require(tables)
    said = []
    shown = tables.where(analysis="shares", estimand="top2_share", item=trust_items)
    trusted = shown.without(group_a=ALL)
    if len(trusted):
        said.append(trust.extremes(trusted, what="trust"))
    pairs = tables.where(analysis="reciprocity", estimand="theta")
    if len(pairs):
        said.append(trust.reciprocity(pairs))
    changed = tables.where(analysis="change", estimand="share_difference", group_a=ALL)
    if len(changed):
        said.append(change.change(changed, what="trust"))
    if len(tables.where(analysis="ranking")):
        said.append(_factors(tables, classes))
    if len(said) < 2:
        spread = tables.where(analysis="shares", estimand="top2_share", group_a=ALL)
        said += [
            shares.spread(spread.where(item=items), phrase=scale.positive_phrase) for scale, items in scales
        ]
    compared = tables.where(analysis="against_rest", group_a=ALL)
    if len(compared) and len(said) < 3 and not compared.frame["reason"].eq("few_areas").all():
        said.append(shares.against_rest(compared, rest=rest))
    return Findings(said[:5])


def _factors(tables: Shown, classes: dict[str, str]) -> Sentence:
    """Join what is known of the first factors with what is known of their classes."""
    ranked = tables.where(analysis="ranking", group_a=ALL)
    text = str(ranking.top(_whole(ranked), most=3))
    contrast = tables.where(analysis="class_contrast", group_a=ALL)
    if len(contrast):
        text += f" {ranking.classes(contrast.first(1), labels=classes)}"
    return Sentence(text)


def _whole(ranked: Shown) -> Shown:
    """Keep the ranking over all decisions: the last of the rankings in which an item occurs."""
    frame = ranked.frame
    last = frame.groupby(["estimand", "item"], sort=False).tail(1).index
    return ranked.at(last)


def programme(tables: Shown) -> Findings | Sentence:
    """Say what published statements, reviewed cases, evidence and metrics add to the survey.

    Parameters
    ----------
    tables : Shown
        Rows of the area's other notebooks.

    Returns
    -------
    Findings, or Sentence
        One for each that the area's pages speak of, and one for each intervention; one for all where they
        speak of none.
    """
    require(tables)
    said = []
    stated, reviewed = tables.where(analysis="claims"), tables.where(analysis="cases")
    judged = tables.where(analysis="barriers", estimand="kinds_speaking")
    tried = tables.where(analysis="intervention")
    if len(stated):
        said.append(claims.summary(stated))
    if len(reviewed):
        said.append(cases.improvable(reviewed))
    if len(judged):
        said.append(diagnostic.verdicts(judged))
    if len(tried.where(estimand="intervention")):
        said += tracking.interventions(tried)
    none = "No page of this area rests on statements, reviewed cases, evidence or metrics."
    return Findings(said) if said else Sentence(none)


def behind(tables: Shown) -> Shown:
    """Keep the rows from which the findings are drawn.

    Parameters
    ----------
    tables : Shown
        Rows of the area's other notebooks.

    Returns
    -------
    Shown
        For the table of the summary.
    """
    require(tables)
    return together(
        tables.where(analysis="shares", estimand="top2_share").without(target="").without(group_a=ALL),
        tables.where(analysis="reciprocity", estimand="theta"),
        tables.where(analysis="change", estimand="share_difference", group_a=ALL),
        tables.where(analysis=["ranking", "class_contrast", "against_rest"], group_a=ALL),
        tables.where(analysis=["claims", "cases", "barriers", "intervention"]),
    )


def questions(tables: Shown, *, classes: dict[str, str], rest: str) -> Findings:
    """Turn the findings into questions for partners to put to one another.

    Parameters
    ----------
    tables : Shown
        Rows of the area's other notebooks.
    classes : dict of str to str
        Labels of the classes of factors.
    rest : str
        What all other areas together are called.

    Returns
    -------
    Findings
        At most six; the last are asked everywhere.
    """
    require(tables)
    asked = []
    for row in tables.where(
        analysis="reciprocity", estimand="theta", verdict=["higher", "lower"]
    ).frame.itertuples():
        more, less = lower_first(row.group_a_label), lower_first(row.group_b_label)
        more, less = (more, less) if row.verdict == "higher" else (less, more)
        asked.append(
            f"Do {less} know that {more} trust them more than they are trusted back, and why is that so?"
        )
    gaps = known(tables.where(analysis="group_gap", estimand="theta", verdict=["higher", "lower"]))
    if len(gaps):
        row = gaps.frame.loc[(gaps.frame["estimate"] - 0.5).abs().idxmax()]
        first, second = lower_first(row["group_a_label"]), lower_first(row["group_b_label"])
        asked.append(f"Why do {first} and {second} see “{row['item_label']}” so differently?")
    apart = known(tables.where(analysis="against_rest", group_a=ALL, verdict=["higher", "lower"]))
    if len(apart):
        row = apart.frame.loc[apart.frame["estimate"].abs().idxmax()]
        asked.append(f"What is different here from {rest} on “{row['item_label']}”?")
    fell = tables.where(analysis="change", estimand="share_difference", group_a=ALL, verdict="lower")
    asked += [
        f"What happened to trust in {row.target_label or row.item_label}?" for row in fell.frame.itertuples()
    ]
    always = ["Which of these findings is a surprise, and to whom?"]
    leading = _leading(tables, classes)
    if leading:
        always.append(f"How much of our joint effort goes into {leading}, and how do we know that it works?")
    return Findings(Sentence(question) for question in [*asked[:4], *always])


def _leading(tables: Shown, classes: dict[str, str]) -> str:
    """Name the class of factors that is named more often than another, if one is."""
    for row in tables.where(analysis="class_contrast", verdict=["higher", "lower"]).frame.itertuples():
        first, second = row.item.split(" v ")
        winner = first if row.verdict == "higher" else second
        return lower_first(classes.get(winner, winner))
    return ""
