"""Sentences about orders of factors: by another measure, and in two groups."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    nothing,
    quoted,
    require,
    upper_first,
)


def by_mean(ranks: Shown, means: Shown, *, tops: tuple[int, ...] = (1, 3, 5)) -> Sentence:
    """Say whether other factors could be among the first if they were ranked by mean score.

    Parameters
    ----------
    ranks, means : Shown
        Rows of the analyses ``ranking`` and ``ranking_by_mean`` of the same factors and group.
    tops : tuple of int
        How many first places each list has.

    Returns
    -------
    Sentence
        Names what would leave the lists and what would enter them.
    """
    require(ranks)
    require(means)
    changes, compared = [], 0
    for places in tops:
        one, other = (known(rows.where(estimand=f"top_{places}")) for rows in (ranks, means))
        if not len(one) or not len(other):
            continue
        compared += 1
        before, after = (list(rows.where(estimate=1.0).frame["item_label"]) for rows in (one, other))
        out, new = ([x for x in a if x not in b] for a, b in ((before, after), (after, before)))
        moves = [
            f"{word} {listed(quoted(labels), most=3)}"
            for word, labels in (("without", out), ("with", new))
            if labels
        ]
        if moves:
            changes.append(f"{_place(places)} {' and '.join(moves)}")
    if not compared:
        return nothing(means, few="There are too few answers to rank by mean score.")
    start = "Ranked by mean score instead of the share,"
    if not changes:
        none = "the list would not change" if compared == 1 else f"none of the {compared} lists would change"
        return Sentence(f"{start} {none}.")
    lists = counted(compared, "list", "lists")
    return Sentence(f"{start} {len(changes)} of {lists} would change: {'; '.join(changes)}.")


def _place(places: int) -> str:
    return "the first place" if places == 1 else f"the first {places}"


def order(rows: Shown) -> Sentence:
    """Say how far two groups put the same factors in the same order.

    Parameters
    ----------
    rows : Shown
        The one row ``tau_b`` of the two groups.

    Returns
    -------
    Sentence
        Kendall's τ-b with its interval; no word for its size.
    """
    require(rows)
    drawn = known(rows).frame
    if not len(drawn):
        return nothing(
            rows, few="There are too few answers to compare the order in which the groups name factors."
        )
    row = drawn.iloc[0]
    first, second = (lower_first(label) for label in (row.group_a_label, row.group_b_label))
    size = f"Kendall's τ-b {row.estimate_text}, where 1 is the same order, 0 no relation and −1 the reverse"
    if row.conf_low != row.conf_low:
        return Sentence(
            f"How far {first} and {second} name factors in the same order has no interval ({size})."
        )
    size = f"Kendall's τ-b {row.estimate_text}, {row.interval_text}; 1 is the same order, 0 no relation"
    if row.conf_low > 0:
        return Sentence(
            f"{upper_first(first)} and {second} name factors in orders that agree in part ({size})."
        )
    if row.conf_high < 0:
        return Sentence(
            f"{upper_first(first)} and {second} name factors in orders that run against each other ({size})."
        )
    return Sentence(f"Whether {first} and {second} name factors in like orders cannot be told ({size}).")
