"""Tables of a local diagnostic: what verdicts rest on, interventions in order, the catalogue itself."""

import pandas as pd

from trustgap.report import tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.tables import Table
from trustgap.report.themes.hypotheses import hypotheses, in_words
from trustgap.survey.catalogue import interventions

STATED = ("verified", "mixed")
"""Verdicts on barriers after which an intervention is proposed; the others are listed apart."""

WHEN = {"high": " (if many)", "low": " (if few)", "": ""}
NO_FACTOR = {"not_linked": "No factor asked", "evidence_only": "No answers"}
RESTS = {"weight_for": "Weight for", "weight_against": "Weight against", "kinds_speaking": "Kinds that speak"}
CHANGES = {"yes": "The same", "no": "Another", wording.UNAVAILABLE: "Nothing to leave out"}
NOT_STAFF, NOT_PEOPLE, NOBODY = "Not of staff", "Not of people", "Not heard"


def rests(judged: Shown, *, caption: str) -> Table:
    """List the verdict on every barrier, and what it rests on.

    Parameters
    ----------
    judged : Shown
        Rows of the analysis ``barriers``.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        One row per barrier, in the order given.

    Raises
    ------
    TypeError
        If `judged` is not `Shown`.
    """
    tables.require(judged)
    texts = {(row.item, row.estimand): row.estimate_text for row in judged.frame.itertuples()}
    lines = [
        {"Barrier": row.item_label, "Behaviour that it hinders": row.target_label}
        | {heading: texts[row.item, estimand] for estimand, heading in RESTS.items()}
        | {"Verdict": row.verdict_text}
        | {"Verdict without the strongest piece": CHANGES[texts[row.item, "holds_without"]]}
        for row in judged.where(estimand="kinds_speaking").frame.itertuples()
    ]
    return _table(lines, caption)


def weights(found: Shown, *, caption: str) -> Table:
    """List every piece of evidence with its weight.

    Parameters
    ----------
    found : Shown
        Rows of the analysis ``evidence_pieces``.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        One row per piece, in the order given.

    Raises
    ------
    TypeError
        If `found` is not `Shown`.
    """
    tables.require(found)
    lines = [
        {
            "Barrier": row.item_label,
            "Kind of evidence": row.target_label,
            "Level": row.group_a_label or NOT_STAFF,
            "Weight": row.estimate_text,
            "People or cases": row.n_text.replace(wording.LOW, "").strip() or NOT_PEOPLE,
        }
        for row in found.frame.itertuples()
    ]
    return _table(lines, caption)


def levels(rows: Shown, *, caption: str) -> Table:
    """Set the evidence from two levels of staff side by side.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``evidence_by_level``.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        One row per barrier on which either was heard.

    Raises
    ------
    TypeError
        If `rows` is not `Shown`.
    """
    tables.require(rows)
    texts = {(row.item, row.group_a): row.estimate_text for row in rows.frame.itertuples()}
    heads = rows.frame.drop_duplicates("group_a").set_index("group_a")["group_a_label"].sort_index()
    lines = [
        {"Barrier": row.item_label}
        | {label: texts.get((row.item, level), NOBODY) for level, label in heads.items()}
        for row in rows.frame.drop_duplicates("item").itertuples()
    ]
    return _table(lines, caption)


def questions(everybody: Shown, roles: Shown, *, evidence: pd.DataFrame, caption: str) -> Table | None:
    """List the survey's questions that speak to the barriers, with what everybody and two roles say.

    Parameters
    ----------
    everybody : Shown
        Rows ``top2_share`` of all groups together, one per question.
    roles : Shown
        Rows of the analysis ``role_gap``, perhaps none.
    evidence : DataFrame
        The area's: whose ``barrier`` the questions speak to.
    caption : str
        What the table shows.

    Returns
    -------
    Table
        One row per question; None where nothing can be shown.

    Raises
    ------
    TypeError
        If the rows are not `Shown`.
    """
    tables.require(everybody, roles)
    if not len(everybody) or everybody.hidden == len(everybody):
        return None
    speaks = _speaks(evidence)
    theta = roles.where(estimand="theta").frame.set_index("item")
    share = roles.where(estimand="top2_share").frame
    texts = dict(zip(zip(share["item"], share["group_a"], strict=True), share["estimate_text"], strict=True))
    heads = share.drop_duplicates("group_a").set_index("group_a")["group_a_label"]
    lines = [
        {"Question": row.item_label, "Speaks for": speaks[row.item], "All": row.estimate_text}
        | {label: texts[row.item, role] for role, label in heads.items()}
        | ({"θ": theta.loc[row.item, "estimate_text"]} if len(theta) else {})
        | ({"Verdict": theta.loc[row.item, "verdict_text"]} if len(theta) else {})
        for row in everybody.frame.itertuples()
    ]
    return _table(lines, caption)


def _speaks(evidence: pd.DataFrame) -> dict[str, str]:
    """Say for every question which of the area's barriers it speaks for, and when."""
    links, labels = interventions().links, hypotheses(evidence)
    named = evidence.loc[evidence["item"].ne(""), ["barrier", "item"]].assign(sign="")
    pairs = pd.concat([links[links["barrier"].isin(evidence["barrier"])], named])
    pairs = pairs.drop_duplicates(["barrier", "item"])
    said = pairs["barrier"].map(labels) + pairs["sign"].map(WHEN)
    return said.groupby(pairs["item"]).agg("; ".join).to_dict()


def _table(lines: list[dict], caption: str) -> Table:
    if lines:
        return tables.of_texts(pd.DataFrame(lines), caption=caption)
    return Table(f'<p class="legend">{caption}: none.</p>', f"Table: {caption} (0 rows)")


def in_order(states: Shown, places: Shown, *, caption: str, proposed: bool = True) -> Table | None:
    """List interventions by what is known of their barriers and the places that they could take.

    Parameters
    ----------
    states : Shown
        Rows ``barriers_verified``, one per intervention.
    places : Shown
        Rows ``rank`` and ``linked_share`` of the same interventions.
    caption : str
        What the table shows.
    proposed : bool
        Those of which a barrier is verified or mixed; else the others.

    Returns
    -------
    Table
        Equal places stand beside each other; effort and who must act are given, and weigh nothing. None where
        nothing puts the others into an order.

    Raises
    ------
    TypeError
        If the rows are not `Shown`.
    """
    tables.require(states, places)
    catalogue = interventions()
    acts, rank = catalogue.interventions, places.where(estimand="rank").frame.set_index("item")
    share = places.where(estimand="linked_share").frame.set_index("item")
    chosen = states.where(verdict=STATED) if proposed else states.without(verdict=STATED)
    found = chosen.frame.assign(low=lambda one: one["item"].map(rank["conf_low"]))
    found = found.assign(high=found["item"].map(rank["conf_high"]))
    if not proposed and not found["item"].map(rank["estimate"]).notna().any():
        return None
    lines = [
        {
            "Intervention": row.item_label,
            "Its barrier": row.verdict_text,
            "Place": _span(rank.loc[row.item, "interval_text"]),
            "Factors named": NO_FACTOR.get(
                share.loc[row.item, "reason"], share.loc[row.item, "estimate_text"]
            ),
            "Effort": in_words(acts.loc[row.item, "effort"]),
            "Who must act": acts.loc[row.item, "who"],
        }
        for row in found.sort_values(["low", "high"], kind="stable", na_position="last").itertuples()
    ]
    return _table(lines, caption)


def _span(text: str) -> str:
    """Write a set of places that holds one place only as that place."""
    first, _, last = text.partition(" to ")
    return first if first == last else text


def explained(*, caption: str) -> Table:
    """Say what each intervention of the catalogue is, against what, and where it is from.

    Parameters
    ----------
    caption : str
        What the table shows.

    Returns
    -------
    Table
        The whole catalogue; no result of any area is in it.
    """
    catalogue = interventions()
    basis = {"proposed": "proposed there", "derived": "our reading of what was found there"}
    source = catalogue.sources["label"] + " (" + catalogue.sources["year"] + ")"
    labels = catalogue.barriers["label"]
    acts = catalogue.interventions
    frame = pd.DataFrame(
        {
            "Intervention": acts["label"],
            "What is done": acts["what"],
            "Against": ["; ".join(labels[list(one)]) for one in acts["barriers"]],
            "Kind": acts["intervention_class"].map(catalogue.classes),
            "Source": acts["source"].map(source) + ": " + acts["basis"].map(basis),
        },
        dtype=object,
    )
    return tables.of_texts(frame, caption=caption)
