"""Sentences about who trusts whom, and how strong relationships are."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    nothing,
    require,
    tally_verdicts,
    upper_first,
)


def lowest_headline(matrix: Shown) -> Sentence:
    """Name the pair of raters and rated team with the lowest value.

    Parameters
    ----------
    matrix : Shown
        Rows with rater group and rated team, shares or means.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(matrix)
    ordered = known(matrix).sort("estimate", ascending=True).frame
    if not len(ordered):
        return Sentence("Too few answers to show")
    row = ordered.iloc[0]
    return Sentence(f"Lowest: {lower_first(row.group_a_label)} about {row.target_label}, {row.estimate_text}")


def extremes(matrix: Shown, *, what: str) -> Sentence:
    """Say which pair has the lowest and which the highest value, and whether they can be told apart.

    Parameters
    ----------
    matrix : Shown
        Rows with rater group and rated team, shares or means.
    what : str
        What is compared, such as "Trust".

    Returns
    -------
    Sentence
        With both intervals.
    """
    require(matrix)
    ordered = known(matrix).sort("estimate", ascending=True).frame
    if len(ordered) < 2:
        return nothing(matrix)
    low, high = ordered.iloc[0], ordered.iloc[-1]
    text = f"{what} is lowest {_rated(low)} and highest {_rated(high)}."
    if low.conf_high == low.conf_high and high.conf_low == high.conf_low and low.conf_high >= high.conf_low:
        text += " The two intervals overlap, so the order of the pairs is not certain."
    return Sentence(text)


def _rated(row: object) -> str:
    interval = "" if row.interval_text.startswith("[") else f"; {row.interval_text}"
    return f"among {lower_first(row.group_a_label)} about {row.target_label} ({row.estimate_text}{interval})"


def least_headline(ranks: Shown) -> Sentence:
    """Say for how many groups one team is clearly trusted least.

    Parameters
    ----------
    ranks : Shown
        Rows ``rank`` of the analysis ``least``: rank 1 is trusted least.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(ranks)
    groups = [part for _, part in known(ranks).frame.groupby("group_a", sort=False)]
    clear = sum(int(part["conf_low"].eq(1).sum() == 1) for part in groups)
    if not groups:
        return Sentence("Too few answers to say who is trusted least")
    return Sentence(
        f"One team is clearly trusted least by {clear} of {counted(len(groups), 'group', 'groups')}"
    )


def least(ranks: Shown) -> Sentence:
    """Say for each group which teams could be the one it trusts least.

    Parameters
    ----------
    ranks : Shown
        Rows ``rank`` of the analysis ``least``: rank 1 is trusted least.

    Returns
    -------
    Sentence
        One clause a group; a team that cannot be excluded is named.
    """
    require(ranks)
    clauses = []
    for label, part in ranks.frame.groupby("group_a_label", sort=False):
        could = part.loc[part["conf_low"].eq(1) & ~part["suppressed"], "target_label"]
        if len(could) == 1:
            clauses.append(f"{lower_first(label)} trust {could.iloc[0]} least")
        elif len(could) == part["target_label"].nunique():
            clauses.append(f"for {lower_first(label)} no order can be told")
        elif len(could):
            clauses.append(f"{lower_first(label)} trust one of {listed(could)} least")
    if not clauses:
        return nothing(ranks)
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
        return Sentence("Too few answers to compare the two directions")
    clear = found["higher"] + found["lower"]
    if not clear:
        return Sentence(f"No clear one-sided trust in {counted(tested, 'pair', 'pairs')}")
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
    if found["equivalent"]:
        parts.append(
            f"In {counted(found['equivalent'], 'pair', 'pairs')} the two directions are about the same."
        )
    if found["inconclusive"]:
        parts.append(f"In {counted(found['inconclusive'], 'pair', 'pairs')} the answers are too few to say.")
    if found["none"]:
        parts.append(f"{counted(found['none'], 'pair', 'pairs').capitalize()} cannot be shown or compared.")
    return Sentence(" ".join(parts))


def _more(row: object) -> str:
    first, second = lower_first(row.group_a_label), lower_first(row.group_b_label)
    if row.verdict == "lower":
        first, second = second, first
    size = f" (θ {row.estimate_text})" if row.estimate == row.estimate else ""
    return f"{first} trust {second} more than the other way round{size}"


def beside(rows: Shown) -> Sentence:
    """Say whether people who trust a team also report a stronger relationship with it.

    Parameters
    ----------
    rows : Shown
        Rows ``tau_b`` of the analysis ``beside``, one per rater group.

    Returns
    -------
    Sentence
        Only where the interval lies on one side of zero is a link claimed.
    """
    require(rows)
    speaking = known(rows).present("conf_low").frame
    if not len(speaking):
        return (
            Sentence("There are too few answers to set trust beside the relationship.")
            if len(rows)
            else nothing(rows)
        )
    linked = speaking[speaking["conf_low"].gt(0)]
    named = listed(f"{lower_first(row.group_a_label)} (τ {row.estimate_text})" for row in linked.itertuples())
    if not len(linked):
        return Sentence(
            "No group shows a clear link between trust in a team and the strength of the relationship."
        )
    return Sentence(f"Those who trust a team also report a stronger relationship with it among {named}.")
