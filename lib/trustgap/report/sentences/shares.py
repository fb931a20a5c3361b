"""Sentences about shares: how answers spread, who could not say, and where an area differs."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    nothing,
    remainder,
    require,
    silence,
    tally_verdicts,
    upper_first,
)
from trustgap.stats.counts import NATIONAL


def headline(shares: Shown) -> Sentence:
    """Name the item with the highest and the one with the lowest share.

    Parameters
    ----------
    shares : Shown
        Rows ``top2_share`` or ``mean``, one per item.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(shares)
    ordered = known(shares).sort("estimate").frame
    if not len(ordered):
        return silence(shares, few="Too few answers to show")
    if len(ordered) == 1:
        return Sentence(f"{ordered.iloc[0].item_label}: {ordered.iloc[0].estimate_text}")
    high, low = ordered["estimate_text"].iloc[0], ordered["estimate_text"].iloc[-1]
    if high == low:
        return Sentence(f"{high} on each of {len(ordered)} questions")
    shown = " of those shown" if shares.hidden else ""
    return Sentence(f"Highest{shown}: {_alone(ordered, high)}. Lowest: {_alone(ordered, low)}")


def _alone(rows: pd.DataFrame, text: str) -> str:
    """Name the item with a shown value, or count the items where several share it."""
    tied = rows.loc[rows["estimate_text"].eq(text), "item_label"]
    return tied.iloc[0] if len(tied) == 1 else f"{len(tied)} questions ({text})"


def spread(shares: Shown, *, phrase: str) -> Sentence:
    """Say from where to where the shares of several items run.

    Parameters
    ----------
    shares : Shown
        Rows ``top2_share``, one per item.
    phrase : str
        What the share says, such as "agree or strongly agree".

    Returns
    -------
    Sentence
        With the intervals of both ends.
    """
    require(shares)
    ordered = known(shares).sort("estimate").frame
    if not len(ordered):
        return nothing(shares)
    first, last = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return Sentence(f"{first.estimate_text} of those who answered {phrase}: “{first.item_label}”.")
    if first.estimate_text == last.estimate_text:
        return Sentence(f"On every question shown, {first.estimate_text} of those who answered {phrase}.")
    return Sentence(
        f"Of those who answered, the share who {phrase} runs from {last.estimate_text} (“{last.item_label}”) "
        f"to {first.estimate_text} (“{first.item_label}”)."
    )


def dont_know(shares: Shown) -> Sentence:
    """Name the items to which most people could not give an answer.

    Parameters
    ----------
    shares : Shown
        Rows ``dont_know_share``, one per item.

    Returns
    -------
    Sentence
        The three highest.
    """
    require(shares)
    ordered = known(shares).sort("estimate").frame.head(3)
    if not len(ordered):
        return nothing(shares)
    if ordered["estimate"].iloc[0] == 0:
        shown = " that can be shown" if shares.hidden else ""
        return Sentence(f"Hardly anybody answered “don't know” or “no contact” to any question{shown}.")
    named = listed(f"“{row.item_label}” ({row.estimate_text})" for row in ordered.itertuples())
    # Where nearly everybody could not say, too few valid answers are left for the question to be shown.
    of = ", of the questions that can be shown," if shares.hidden else ""
    return Sentence(f"“Don't know” or “no contact” was answered most often{of} to {named}.")


def against_rest_headline(rows: Shown) -> Sentence:
    """Count the items on which an area differs from the rest.

    Parameters
    ----------
    rows : Shown
        Rows ``share_difference`` of the analysis ``against_rest``.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return Sentence("Cannot be compared with the rest")
    clear = found["higher"] + found["lower"]
    if not clear:
        return Sentence(f"No clear difference from the rest on {counted(tested, 'question', 'questions')}")
    return Sentence(f"Differs from the rest on {clear} of {counted(tested, 'question', 'questions')}")


def against_rest(rows: Shown, *, rest: str) -> Sentence:
    """Say where an area differs from the rest, where it is about the same and where nobody can say.

    Parameters
    ----------
    rows : Shown
        Rows ``share_difference`` of the analysis ``against_rest``, p-values adjusted over all areas.
    rest : str
        What the rest is called, such as "the rest of England".

    Returns
    -------
    Sentence
        Names the clear differences, largest first.
    """
    require(rows)
    if len(rows) and rows.frame["reason"].eq("few_areas").all():
        return Sentence("The survey has one area only, so there is nothing to compare it with.")
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return nothing(rows, few=f"There are too few answers to compare with {rest}.")
    parts = []
    for verdict in ("higher", "lower"):
        clear = rows.where(verdict=verdict).frame
        clear = clear.reindex(clear["estimate"].abs().sort_values(ascending=False).index)
        if len(clear):
            named = listed((_named(row) for row in clear.itertuples()), most=3)
            parts.append(f"{verdict} on {named}" if parts else f"{verdict} than {rest} on {named}")
    if parts:
        start = f"{upper_first('; '.join(parts))}, with all areas and questions allowed for."
    else:
        start = f"No question shows a clear difference from {rest}, with all areas and questions allowed for."
    other = {"same": "show about the same", "unsure": "cannot be told with this many answers"}
    return Sentence(start + remainder(found, one="question", many="questions", **other))


def _named(row: object) -> str:
    size = f" ({row.estimate_text})" if row.estimate == row.estimate else ""
    return f"“{row.item_label}”{size}"


def standing(rows: Shown, *, area: str) -> Sentence:
    """Say where one area stands among all.

    Parameters
    ----------
    rows : Shown
        One share for each area, and that of the whole.
    area : str
        The area in focus.

    Returns
    -------
    Sentence
        About ten words: both shares, no verdict.
    """
    require(rows)
    here, whole = rows.where(area=area), rows.where(area=NATIONAL)
    if not len(here) or here.hidden or not len(whole):
        return Sentence("This area's share cannot be shown")
    mine, all_ = here.frame.iloc[0], whole.frame.iloc[0]
    return Sentence(f"{mine.area_label} {mine.estimate_text}, {all_.area_label} {all_.estimate_text}")
