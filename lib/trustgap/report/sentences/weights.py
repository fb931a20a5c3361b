"""Sentences about weights: what they cost, and what they would change."""

import pandas as pd

from trustgap.report.disclosure import THRESHOLD, Shown, together
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    quoted,
    require,
    upper_first,
)
from trustgap.report.vocabulary import VERDICTS
from trustgap.report.wording import WITHHELD
from trustgap.stats.counts import NATIONAL
from trustgap.stats.results import MARGIN_SHARE
from trustgap.stats.weighting.weights import ONE

NO_WEIGHTS = "Nothing is weighted here: neither weights nor head-counts of the groups are known."
"""The wording where there is no weighted row at all."""

HIDDEN = (
    f"Weighted results cannot be shown here: fewer than {THRESHOLD} of a group answered, or one or two "
    "people carry much of the weight."
)
"""The wording where a hidden group would be told by weighted and unweighted results together."""

UNKNOWN = "What weights would change cannot be shown here."
"""The wording where no comparison is shown both ways: few answered, or nearly everyone alike."""

BOUNDED = (
    "What weights would change cannot be given here: nearly everyone of a group answered alike, and it would "
    "tell the size of a share."
)
"""The wording where enough answered, and shares are kept back for being near to all or to none."""

HEADINGS = {
    "design_effect": "Design effect",
    "effective_n": "Respondents of equal weight",
    "largest_weight": "Largest weight (mean 1)",
}
"""Headings of the table of weights, by estimand."""

HOW = {
    "given": "The survey gives each respondent a weight.",
    "poststratified": "Weights make each group count by its head-count.",
    "raked": "Weights make each group and each role count by its head-count.",
}
"""What weights of a kind do."""

DONE = {
    "merged": f"A group of fewer than {THRESHOLD} is weighted together with its partner group.",
    "left_out": "Groups in which nobody answered are stood for by nobody.",
    "trimmed": "Weights above five times the median were cut.",
}
"""What was done on the way, by mark in the method."""


def weighting(rows: Shown) -> Sentence:
    """Say how answers can be weighted, and what that costs in precision.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``weighting`` of one place.

    Returns
    -------
    Sentence
        Says so where nothing can be weighted, and where it cannot be shown.
    """
    require(rows)
    if not len(rows):
        return Sentence("Neither weights nor head-counts of all groups are known, so everybody counts once.")
    if not len(known(rows)):
        return Sentence(HIDDEN)
    by = rows.frame.set_index("estimand")
    kind, *done = by["method"].iloc[0].split("+")
    effect, base = by["estimate_text"]["design_effect"], by["estimate_text"]["effective_n"]
    text = (
        f"{HOW[kind]} So weighted, {by['n_text'].iloc[0]} respondents are as precise as {base} of equal "
        f"weight (design effect {effect}); the largest weight is "
        f"{by['estimate_text']['largest_weight']} times the mean."
    )
    some = [DONE[mark] for mark in done]
    if by["estimate"]["largest_weight"] > ONE * by["n_a"].iloc[0]:
        some.append(
            "One respondent carries more than a quarter of all weight: weighted results that rest on their "
            "answer are not given."
        )
    if by["area"].iloc[0] == NATIONAL and kind != "given":
        text = text.replace("by its head-count.", "by its head-count, and so each area.")
        if by["estimate"]["weight_known"] < 1:
            some.append(
                f"Head-counts are known for the areas of {by['estimate_text']['weight_known']} of the "
                "respondents; each of the others counts as many staff as those do on average."
            )
    return Sentence(" ".join([text, *some]))


def _beside(plain: Shown, heavy: Shown, keys: list[str]) -> pd.DataFrame:
    """Set each weighted row beside the unweighted one of the same thing, where both are known exactly."""
    columns = [
        *keys, "item_label", "group_a_label", "group_b_label", "target_label", "estimate", "estimate_text",
        "conf_low", "conf_high", "verdict",
    ]  # fmt: skip
    # A bound says too little to tell how far a share moves.
    plain, heavy = (known(rows).without(reason=list(WITHHELD)).frame for rows in (plain, heavy))
    chosen = list(dict.fromkeys(columns))
    other = heavy[[*keys, "estimate", "estimate_text", "verdict"]]
    return plain[chosen].merge(other, on=keys, suffixes=("", "_heavy"))


def _shares(plain: Shown, heavy: Shown) -> pd.DataFrame:
    """Set shares side by side, and say which move; rounding must not make a move of what is none."""
    both = _beside(plain, heavy, ["area", "wave", "item", "group_a"])
    move = (both["estimate_heavy"] - both["estimate"]).round(6)
    outside = both["estimate_heavy"].lt(both["conf_low"]) | both["estimate_heavy"].gt(both["conf_high"])
    return both.assign(move=move.abs(), moved=move.abs().gt(MARGIN_SHARE) | outside)


def furthest(plain: Shown, heavy: Shown, *, most: int = 10) -> Shown:
    """Choose the shares that weighting moves furthest.

    Parameters
    ----------
    plain, heavy : Shown
        Rows ``top2_share`` and ``weighted_share`` of one group.
    most : int
        How many items at most.

    Returns
    -------
    Shown
        Both rows of each item chosen, the furthest first; no row where nothing is weighted.
    """
    require(plain)
    require(heavy)
    ordered = _shares(plain, heavy).sort_values("move", ascending=False, kind="stable")
    items = list(ordered["item"] if len(ordered) else heavy.frame["item"])[:most]
    both = together(plain, heavy).where(item=items)
    return both.at(both.frame["item"].map(items.index).sort_values(kind="stable").index)


def moved(plain: Shown, heavy: Shown, *, most: int = 3) -> Sentence:
    """Say which shares weighting moves by more than the margin or out of their interval.

    Parameters
    ----------
    plain, heavy : Shown
        Rows ``top2_share`` and ``weighted_share`` of the same groups.
    most : int
        Name so many at most.

    Returns
    -------
    Sentence
        Names the shares that move, or says how far the one does that moves furthest.
    """
    require(plain)
    require(heavy)
    if not len(heavy):
        return Sentence(NO_WEIGHTS)
    both = _shares(plain, heavy)
    if not len(both):
        return Sentence(HIDDEN if plain.hidden or heavy.hidden else BOUNDED)
    ordered = both.sort_values("move", ascending=False, kind="stable")
    several = len(set(both["group_a"])) > 1
    clear = ordered[ordered["moved"]]
    named = listed((_move(row, several) for row in clear.itertuples()), most=most)
    limit = f"by more than {round(100 * MARGIN_SHARE)} points or out of its 95% interval"
    if len(clear):
        text = f"Weighting moves {len(clear)} of {counted(len(both), 'share', 'shares')} {limit}: {named}."
    else:
        text = f"Weighting moves none of {counted(len(both), 'share', 'shares')} {limit}"
        first = next(ordered.itertuples())
        text += f"; furthest {_move(first, several)}." if first.move else "."
    absent = len(heavy) - len(both)
    rest = f"{absent} more {'is' if absent == 1 else 'are'} hidden, not available, or given as a bound only."
    return Sentence(f"{text} {rest}" if absent else text)


def _move(row: object, several: bool) -> str:
    who = f", {lower_first(row.group_a_label)}" if several else ""
    return f"“{row.item_label}”{who} ({row.estimate_text} to {row.estimate_text_heavy})"


def verdicts(plain: Shown, heavy: Shown, *, noun: tuple[str, str] = ("verdict", "verdicts")) -> Sentence:
    """Say whether comparisons come out otherwise when respondents are weighted.

    Parameters
    ----------
    plain, heavy : Shown
        Rows with a verdict of the same pairs of groups.
    noun : tuple of str
        For one comparison and for several.

    Returns
    -------
    Sentence
        Names up to three pairs whose verdict changes.
    """
    require(plain)
    require(heavy)
    if not len(plain):
        return Sentence("With no pair of groups to compare, weights change nothing here.")
    if not len(heavy):
        return Sentence(NO_WEIGHTS)
    both = _beside(plain, heavy, ["area", "wave", "item", "group_a", "group_b"])
    both = both[both["verdict"].ne("") & both["verdict_heavy"].ne("")]
    if not len(both):
        return Sentence(UNKNOWN)
    other = both[both["verdict"].ne(both["verdict_heavy"])]
    # A verdict without its size, and one that is hidden in one of the two, is not repeated.
    of = " that can be repeated" if len(both) < plain.frame["verdict"].ne("").sum() else ""
    if not len(other):
        if len(both) == 1:
            return Sentence(f"Weights would not change the one {noun[0]}{of}.")
        return Sentence(f"Weights would change none of the {len(both)} {noun[1]}{of}.")
    named = listed(
        (
            f"{lower_first(row.group_a_label)} and {lower_first(row.group_b_label)} "
            f"(“{VERDICTS[row.verdict_heavy].lower()}” instead of “{VERDICTS[row.verdict].lower()}”)"
            for row in other.itertuples()
        ),
        most=3,
    )
    return Sentence(f"Weights would change {len(other)} of {counted(len(both), *noun)}{of}: {named}.")


def tops(plain: Shown, heavy: Shown) -> Sentence:
    """Say whether other items could come first when respondents are weighted.

    Parameters
    ----------
    plain, heavy : Shown
        Rows ``top_1`` of rankings of the same items, without and with weights.

    Returns
    -------
    Sentence
        Names the items that could come first in one of the two only.
    """
    require(plain)
    require(heavy)
    if not len(heavy):
        return Sentence(NO_WEIGHTS)
    both = _beside(plain, heavy, ["area", "wave", "item"])
    # The one that comes first may be hidden.
    if not both[["estimate", "estimate_heavy"]].eq(1).to_numpy().any():
        return Sentence(UNKNOWN)
    start = "With everybody counting by weight instead of every group the same, "
    gone = both[both["estimate"].eq(1) & both["estimate_heavy"].eq(0)]["item_label"]
    new = both[both["estimate"].eq(0) & both["estimate_heavy"].eq(1)]["item_label"]
    if not len(gone) and not len(new):
        same = int(both["estimate"].eq(1).sum())
        which = "the same one comes first" if same == 1 else f"the same {same} could come first"
        return Sentence(f"{start}{which}.")
    parts = [f"{listed(quoted(new), most=3)} could come first as well"] if len(new) else []
    parts += [f"{listed(quoted(gone), most=3)} could no longer come first"] if len(gone) else []
    return Sentence(upper_first(f"{start}{'; '.join(parts)}."))
