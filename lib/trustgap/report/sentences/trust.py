"""Sentences about who trusts whom, and how strong relationships are."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    LONGEST,
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    nothing,
    require,
    silence,
    tally_verdicts,
    upper_first,
)
from trustgap.report.sentences.gaps import theta_size, too_small

KINDS = {
    "trust": ("lowest trust", "highest", "in"),
    "relationship": ("weakest relationship", "strongest", "with"),
}
"""The words for the two ends of what groups say of teams, and the preposition before the team."""


def lowest_headline(matrix: Shown, *, what: str) -> Sentence:
    """Name the pair of raters and rated team with the lowest value.

    Parameters
    ----------
    matrix : Shown
        Rows with rater group and rated team, shares or means.
    what : {"trust", "relationship"}
        What is compared.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(matrix)
    ordered = known(matrix).sort("estimate", ascending=True).frame
    if not len(ordered):
        return silence(matrix, few="Too few answers to show")
    if _high_everywhere(ordered):
        return Sentence(f"{upper_first(what)} is 90% or more everywhere it can be shown")
    low = ordered[ordered["estimate_text"].eq(ordered.iloc[0].estimate_text)]
    lowest, _, at = KINDS[what]
    shown = " that can be shown" if matrix.hidden else ""
    texts = (
        f"{upper_first(lowest)}{shown}: {_pairs(low, at, most=most)}, {low.iloc[0].estimate_text}"
        for most in (2, 1)
    )
    return Sentence(min(texts, key=lambda text: len(text.split()) > LONGEST))


def extremes(matrix: Shown, *, what: str) -> Sentence:
    """Say which pair has the lowest and which the highest value, and whether they can be told apart.

    Parameters
    ----------
    matrix : Shown
        Rows with rater group and rated team, shares or means.
    what : {"trust", "relationship"}
        What is compared.

    Returns
    -------
    Sentence
        With both intervals.
    """
    require(matrix)
    ordered = known(matrix).sort("estimate", ascending=True).frame
    if len(ordered) < 2:
        return nothing(matrix)
    if _high_everywhere(ordered):
        return Sentence(f"{upper_first(what)} is 90% or more in every pair that can be shown.")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    lowest, highest, at = KINDS[what]
    shown = " that can be shown" if matrix.hidden else ""
    text = f"The {lowest}{shown} is that of {_rated(ordered, low, at)}; "
    text += f"the {highest} is that of {_rated(ordered, high, at)}."
    if low.conf_high == low.conf_high and high.conf_low == high.conf_low and low.conf_high >= high.conf_low:
        text += " The two intervals overlap, so the order of the pairs is not certain."
    return Sentence(text)


def _high_everywhere(rows: pd.DataFrame) -> bool:
    """Say whether no pair is lower than another in a way that could be told."""
    return bool(rows["estimand"].eq("top2_share").all() and rows["estimate"].ge(0.9).all())


def _rated(ordered: pd.DataFrame, end: pd.Series, at: str) -> str:
    """Name the pairs that share the text of one end, with the interval where there is one pair."""
    same = ordered[ordered["estimate_text"].eq(end.estimate_text)]
    alone = len(same) == 1 and not end.interval_text.startswith("[")
    interval = f"; {end.interval_text}" if alone else ""
    return f"{_pairs(same, at)} ({end.estimate_text}{interval})"


def _pairs(rows: pd.DataFrame, at: str, *, most: int = 2) -> str:
    named = (f"{lower_first(row.group_a_label)} {at} {row.target_label}" for row in rows.itertuples())
    return listed(named, most=most)


def least(tops: Shown) -> Sentence:
    """Say for each group which teams could be the one it trusts least.

    Parameters
    ----------
    tops : Shown
        Rows ``top_1`` of the analysis ``least``: 1 where a team cannot be excluded from being the least
        trusted.

    Returns
    -------
    Sentence
        One clause a group; only a team that stands alone is called the least trusted.
    """
    require(tops)
    clauses = []
    partly = set(tops.where(suppressed=True).frame["group_a_label"])
    for label, part in known(tops).frame.groupby("group_a_label", sort=False):
        could = part.loc[part["estimate"].eq(1), "target_label"]
        # A team whose ratings are hidden may be trusted less than every team that is named.
        of = " of the teams that can be shown" if label in partly else ""
        if len(could) == 1:
            clauses.append(f"{lower_first(label)} trust {could.iloc[0]} least{of}")
        elif len(could) == len(part):
            clauses.append(f"for {lower_first(label)} it could be any{of or ' team'}")
        elif len(could):
            clauses.append(f"for {lower_first(label)} it is one of {listed(could)}{of and f',{of}'}")
    if not clauses:
        return nothing(tops)
    return Sentence(f"{upper_first('; '.join(clauses))}.")


def reciprocity_headline(rows: Shown) -> Sentence:
    """Count the pairs in which trust is one-sided.

    Parameters
    ----------
    rows : Shown
        Rows ``theta`` of the analysis ``reciprocity``.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not len(rows):
        return Sentence("No two groups rated each other")
    if not tested:
        return Sentence("The two directions cannot be compared here")
    small = sum(map(too_small, rows.where(verdict=["higher", "lower"], suppressed=False).frame.itertuples()))
    clear = found["higher"] + found["lower"] - small
    if not clear:
        matter = " that would matter" if small else ""
        return Sentence(f"No clear one-sided trust{matter} in {counted(tested, 'pair', 'pairs')}")
    return Sentence(f"Trust is one-sided in {clear} of {counted(tested, 'pair', 'pairs')}")


def reciprocity(rows: Shown) -> Sentence:
    """Say in which pairs one side trusts the other more than it is trusted.

    Parameters
    ----------
    rows : Shown
        Rows ``theta`` of the analysis ``reciprocity``.

    Returns
    -------
    Sentence
        Also counts the pairs that are about equal and those about which nothing can be said.
    """
    require(rows)
    if not len(rows):
        return Sentence(
            "No two groups were asked about each other, so the two directions cannot be compared."
        )
    found = tally_verdicts(rows)
    clear = [
        _more(row)
        for row in rows.frame.itertuples()
        if row.verdict in ("higher", "lower") and not row.suppressed
    ]
    parts = [f"{upper_first(listed(clear, most=6))}."] if clear else []
    if clear and "(θ" in parts[0]:
        parts.append("A θ of 0.5 is balance.")
    if found["equivalent"]:
        pairs = counted(found["equivalent"], "pair of groups", "pairs of groups")
        parts.append(f"In {pairs} trust is about the same both ways.")
    if found["inconclusive"]:
        pairs = counted(found["inconclusive"], "pair of groups", "pairs of groups")
        parts.append(f"For {pairs} the answers are too few to say whether one side trusts the other more.")
    if found["none"]:
        pairs = counted(found["none"], "pair of groups", "pairs of groups")
        start = "" if parts else "Whether trust goes both ways cannot be said: "
        parts.append(f"{start}{pairs if start else upper_first(pairs)} cannot be shown or compared.")
    return Sentence(" ".join(parts))


def _more(row: object) -> str:
    """Say which way the pair leans, in the direction in which the table and the figure name it."""
    way = "more" if row.verdict == "higher" else "less"
    first, second = lower_first(row.group_a_label), lower_first(row.group_b_label)
    return f"{first} trust {second} {way} than the other way round{theta_size(row)}"


def beside(rows: Shown) -> Sentence:
    """Say whether people who trust a team also report a stronger relationship with it.

    Parameters
    ----------
    rows : Shown
        Rows ``tau_b`` of the analysis ``beside``, one per rater group.

    Returns
    -------
    Sentence
        Only where the interval lies on one side of zero is a link claimed; one that goes the other way is
        marked as a sign that a scale may have been read in the wrong direction.
    """
    require(rows)
    if not len(rows):
        return Sentence("No group here rated a team on both trust and the relationship.")
    speaking = known(rows).present("conf_low").frame
    if not len(speaking):
        return nothing(rows, few="There are too few answers to set trust beside the relationship.")
    said = [
        f"those who trust a team {report} relationship with it among {_groups(speaking[way])}"
        for report, way in (
            ("also report a stronger", speaking["conf_low"].gt(0)),
            ("report a weaker", speaking["conf_high"].lt(0)),
        )
        if way.any()
    ]
    if not said:
        return Sentence(
            "No group shows a clear link between trust in a team and the strength of the relationship."
        )
    text = f"{upper_first('; '.join(said))}."
    if speaking["conf_high"].lt(0).any():
        text += " That is unusual: was one of the two scales read the wrong way round?"
    return Sentence(text)


def _groups(rows: pd.DataFrame) -> str:
    return listed(f"{lower_first(row.group_a_label)} (τ {row.estimate_text})" for row in rows.itertuples())
