"""Sentences about who answered."""

import pandas as pd

from trustgap.report.disclosure import THRESHOLD, Shown
from trustgap.report.sentences.base import Sentence, counted, known, listed, lower_first, nothing, require
from trustgap.report.wording import HIDDEN
from trustgap.stats.counts import ALL
from trustgap.stats.shares.responses import LEAST


def answered(people: Shown) -> Sentence:
    """Say how many people answered in one wave, and from which groups.

    Parameters
    ----------
    people : Shown
        Rows ``respondents`` of one wave.

    Returns
    -------
    Sentence
        Groups too small to show are named without a number; a survey's only group is not named again. Where
        only bases of shares are known, so many are said to be the least.
    """
    require(people)
    if not len(people):
        return Sentence("How many people answered is not known here.")
    whole = people.where(group_a=ALL)
    groups = people.frame[people.frame["group_a"].ne(ALL)]
    if not len(whole) or whole.frame["suppressed"].all():
        return Sentence(f"Fewer than {THRESHOLD} people answered, so nothing can be shown.")
    row = whole.frame.iloc[0]
    parts = [
        f"{text.estimate_text} {lower_first(text.group_a_label)}"
        for text in groups.sort_values("estimate", ascending=False).itertuples()
        if text.estimate_text != HIDDEN
    ]
    small = [lower_first(label) for label in groups.loc[groups["suppressed"], "group_a_label"]]
    people = lower_first(row.group_a_label).removeprefix("all ")
    least = "At least " if row.method == LEAST else ""
    text = f"{least}{row.estimate_text} {people} answered in {row.wave_label}"
    text += f": {listed(parts, most=8)}." if parts and len(groups) > 1 else "."
    if small:
        text += f" Among {listed(small)} too few answered to be shown."
    return Sentence(text)


def rates(rows: Shown) -> Sentence:
    """Say how large a part of the staff answered.

    Parameters
    ----------
    rows : Shown
        Rows ``response_rate`` of one wave.

    Returns
    -------
    Sentence
        Says so where no head-count is known.
    """
    require(rows)
    groups = rows.where(group_a=[g for g in rows.frame["group_a"].unique() if g != ALL])
    if not len(rows):
        return Sentence("How many were asked is not known, so no response rate can be given.")
    if not len(known(groups)):
        return nothing(rows)
    ordered = known(groups).sort("estimate").frame
    first, last = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return Sentence(f"{first.estimate_text} of {lower_first(first.group_a_label)} answered.")
    if first.estimate_text == last.estimate_text:
        return Sentence(f"{first.estimate_text} of each group answered, rounded.")
    low, high = (_tied(ordered, end.estimate_text) for end in (last, first))
    return Sentence(f"The share of each group who answered runs from {low} to {high}.")


def _tied(rows: pd.DataFrame, text: str) -> str:
    """Name all groups with one rounded rate, as nobody could check which of them is the lowest."""
    labels = rows.loc[rows["estimate_text"].eq(text), "group_a_label"]
    return f"{text} ({listed(map(lower_first, labels))})"


SAMPLING = {
    "probability": "Who was asked was drawn by chance. Those asked who did not answer may differ from "
    "those who did; the intervals do not allow for that.",
    "census": "Everybody was asked. Those who did not answer may differ from those who did; the intervals "
    "do not allow for that.",
    "opportunistic": "People chose whether to take part. Those with strong views, or with time, may have "
    "answered more readily; the intervals do not allow for that.",
}
"""What a design leaves open."""


def sampling(design: str) -> Sentence:
    """Say what the way in which people came to answer leaves open.

    Parameters
    ----------
    design : {"probability", "census", "opportunistic"}
        As the questionnaire says.

    Returns
    -------
    Sentence
        True of every area of the survey.
    """
    return Sentence(SAMPLING[design])


def unanswered(rows: Shown) -> Sentence:
    """Name the questions that were most often left without a valid answer.

    Parameters
    ----------
    rows : Shown
        Rows ``answered_share`` of one group and wave.

    Returns
    -------
    Sentence
        The three lowest shares.
    """
    require(rows)
    speaking = known(rows).sort("estimate", ascending=True)
    if not len(speaking):
        return nothing(rows)
    # A question that hardly anybody answered is hidden: it must not drop out of the account.
    questions, hidden = counted(len(speaking), "question", "questions"), len(rows) - len(speaking)
    shown = " that can be shown" if hidden else ""
    rest = f" {hidden} more got too few valid answers to be shown." if hidden else ""
    if speaking.frame["estimate"].ge(0.9).all():
        return Sentence(f"Every question{shown} got a valid answer from at least 90% of those asked.{rest}")
    few = speaking.frame[speaking.frame["estimate"].lt(0.8)]
    least = speaking.frame.head(3)
    named = listed(f"“{row.item_label}” ({row.estimate_text})" for row in least.itertuples())
    return Sentence(
        f"{len(few) or 'None'} of {questions}{shown} got a valid answer from fewer than 80% of those asked. "
        f"The least answered{' of these' if hidden else ''}: {named}.{rest}"
    )
