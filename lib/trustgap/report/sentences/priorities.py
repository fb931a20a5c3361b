"""Sentences about the questions on which an area could lie furthest from the rest."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import Sentence, counted, known, listed, nothing, quoted, require

MANY = 10
"""More questions than this are counted, not named."""

DRAWN = 12
"""So many questions go into one figure."""

NO_REST = "The survey has one area only, so no question can be furthest from the rest."


def furthest(rows: Shown, *, rest: str) -> Sentence:
    """Name the questions that could be the one furthest above the rest, and furthest below.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``priority`` of one area.
    rest : str
        What the other areas together are called.

    Returns
    -------
    Sentence
        Never a single question that the answers do not single out.
    """
    require(rows)
    if len(rows) and rows.frame["reason"].eq("few_areas").all():
        return Sentence(NO_REST)
    if not len(known(rows)):
        return nothing(rows, few=f"There are too few answers to set questions against each other and {rest}.")
    highest, lowest = (_end(rows.where(estimand=f"top_{way}")) for way in ("above", "below"))
    return Sentence(
        f"With 95% confidence, the question on which this area stands highest against {rest} {highest}; "
        f"the one on which it stands lowest {lowest}."
    )


def first(differences: Shown, rows: Shown) -> Shown:
    """Keep the differences that are clear, and those of the questions that could be the furthest.

    Parameters
    ----------
    differences : Shown
        Rows ``share_difference`` of one area, one per question.
    rows : Shown
        Its rows of the analysis ``priority``.

    Returns
    -------
    Shown
        At most `DRAWN`, furthest above first. A list of more than `MANY` questions that could be the
        furthest singles out none of them.
    """
    require(differences)
    clear = differences.where(verdict=["higher", "lower"]).largest("estimate", DRAWN).frame["item"]
    chosen = dict.fromkeys([*clear, *candidates(rows)])
    return differences.where(item=list(chosen)[:DRAWN]).sort("estimate")


def candidates(rows: Shown) -> pd.Index:
    """List the questions that could be the furthest, of either end whose list is short enough to name.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``priority`` of one area.

    Returns
    -------
    Index
        Items, each once.
    """
    require(rows)
    found = known(rows.where(estimand=["top_above", "top_below"], estimate=1.0)).frame
    short = found.groupby("estimand")["item"].transform("size") <= MANY
    return pd.Index(found.loc[short.astype(bool), "item"].unique())


def _end(rows: Shown) -> str:
    drawn = known(rows).frame
    could = drawn.loc[drawn["estimate"].eq(1), "item_label"]
    hidden = f" or one that is hidden ({rows.hidden})" if rows.hidden else ""
    every = f"the {counted(len(drawn), 'question', 'questions')}{' shown' if hidden else ''}"
    if len(could) == len(drawn):
        return f"could be any of {every}{hidden}"
    if len(could) == 1:
        return f"is {quoted(could)[0]}{hidden}"
    if not len(could):
        return "is one that is hidden"
    if len(could) > MANY:
        return f"is one of {len(could)} of {every}{hidden}, too many to name"
    return f"is one of {len(could)} of {every}{hidden}: {listed(quoted(could), most=5)}"
