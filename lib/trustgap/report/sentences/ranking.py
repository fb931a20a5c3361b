"""Sentences about which factors come first."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    LONGEST,
    Findings,
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    nothing,
    quoted,
    remainder,
    require,
    silence,
    tally_verdicts,
    upper_first,
)


def top_headline(shares: Shown) -> Sentence:
    """Name the factor with the highest share.

    Parameters
    ----------
    shares : Shown
        Rows ``top2_share``, one per factor.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(shares)
    ordered = known(shares).sort("estimate").frame
    if not len(ordered):
        return silence(shares, few="Too few answers to rank")
    row = ordered.iloc[0]
    same = ordered[ordered["estimate_text"].eq(row.estimate_text)]
    among = ""
    if ordered["group_a"].nunique() > 1:
        groups = list(dict.fromkeys(map(lower_first, same["group_a_label"])))
        among = f" of {groups[0]}" if len(groups) == 1 else " of a group"
    if (tied := same["item"].nunique()) > 1:
        return Sentence(f"{tied} factors are named by {row.estimate_text}{among}")
    shown = " of those shown" if shares.hidden else ""
    text = f"Named most often{shown}: {lower_first(row.item_label)}, {row.estimate_text}"
    # A long factor leaves no room for the group, which the chart names.
    if among and len(f"{text}{among}".split()) > LONGEST:
        among = " of a group"
    return Sentence(text + among)


def top(ranks: Shown, *, most: int, decision: str = "") -> Sentence:
    """Name the factors that could be among the first, and say how many cannot be told apart.

    Parameters
    ----------
    ranks : Shown
        Rows of the analysis ``ranking`` for one group.
    most : {1, 3, 5}
        How many first places.
    decision : str
        The decision that the factors belong to.

    Returns
    -------
    Sentence
        Never an order that the answers do not support.
    """
    require(ranks)
    could, tested = _could(ranks, most)
    if not tested:
        return nothing(ranks)
    named = listed(quoted(could), most=7)
    shown = " of those that can be shown" if ranks.where(estimand=f"top_{most}").hidden else ""
    if len(could) == most:
        first = f"the most frequent{shown} is" if most == 1 else f"the {most} most frequent{shown} are"
        text = f"{first} {named}"
    else:
        # Fewer than the places there are: the others are hidden, or were not ranked.
        text = _many(could, tested, most, shown=" that can be shown" if len(could) < most and shown else "")
        text += f": {named}" if 0 < len(could) < tested else ""
    return Sentence(f"{decision}: {text}." if decision else f"{upper_first(text)}.")


def tops(ranks: Shown, *, places: tuple[int, ...] = (1, 3, 5)) -> Findings:
    """Name the factors that could be the first, then those that more places let in.

    Parameters
    ----------
    ranks : Shown
        Rows of the analysis ``ranking`` for one group.
    places : tuple of int
        How many first places each list has, smallest first.

    Returns
    -------
    Findings
        One sentence a list; a factor that could be the first could be among the first three, too, and is
        named once.
    """
    require(ranks)
    sentences, before = [], []
    for most in places:
        could, tested = _could(ranks, most)
        new = [label for label in could if label not in before]
        if before and len(could) > most and set(before) <= set(could) and len(could) < tested:
            text = upper_first(_many(could, tested, most))
            same = "this" if len(before) == 1 else "these"
            added = f"{same} and {listed(quoted(new), most=7)}" if new else "the same"
            sentences.append(Sentence(f"{text}: {added}."))
        else:
            sentences.append(top(ranks, most=most))
        before = could
    # Where nothing can be said, once is enough.
    return Findings([*{str(said): said for said in sentences}.values()])


def _could(ranks: Shown, most: int) -> tuple[list[str], int]:
    """List the factors that cannot be excluded from the first places, and count those ranked."""
    speaking = known(ranks.where(estimand=f"top_{most}")).frame
    order = ranks.where(estimand="rank").frame.drop_duplicates("item").set_index("item")["estimate"]
    speaking = speaking.assign(rank=speaking["item"].map(order)).sort_values("rank", kind="stable")
    return list(speaking.loc[speaking["estimate"].eq(1), "item_label"]), len(speaking)


def _many(could: list[str], tested: int, most: int, *, shown: str = "") -> str:
    place = "the most frequent" if most == 1 else f"one of the {most} most frequent"
    return f"{len(could) or 'none'} of {counted(tested, 'factor', 'factors')}{shown} could be {place}"


def gap_headline(rows: Shown) -> Sentence:
    """Count the factors on which two groups differ.

    Parameters
    ----------
    rows : Shown
        Rows ``share_difference`` or ``theta`` of the analysis ``group_gap``.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return silence(rows, few="Too few answers to compare the two groups")
    clear = found["higher"] + found["lower"]
    if not clear:
        return Sentence(f"No clear difference between the groups on {counted(tested, 'factor', 'factors')}")
    return Sentence(f"The groups differ on {clear} of {counted(tested, 'factor', 'factors')}")


def gap(rows: Shown) -> Sentence:
    """Say which factors one group names more often than another.

    Parameters
    ----------
    rows : Shown
        Rows ``theta`` of the analysis ``group_gap``, all for the same two groups.

    Returns
    -------
    Sentence
        One clause a direction.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return nothing(rows, few="There are too few answers to compare the two groups.")
    first, second = (lower_first(rows.frame[f"group_{side}_label"].iloc[0]) for side in "ab")
    parts = []
    for verdict, who in (("higher", first), ("lower", second)):
        clear = rows.where(verdict=verdict).frame
        if len(clear):
            parts.append(f"higher among {who}: {listed(quoted(clear['item_label']))}")
    start = f"{upper_first('; '.join(parts))}." if parts else "No factor is seen clearly differently."
    rest = {"same": "are seen about the same", "unsure": "cannot be told with this many answers"}
    return Sentence(start + remainder(found, one="factor", many="factors", **rest))


def classes(rows: Shown, *, labels: dict[str, str]) -> Sentence:
    """Say which class of factors is named more often.

    Parameters
    ----------
    rows : Shown
        Rows ``mean_difference`` of the analysis ``class_contrast`` for one group.
    labels : dict of str to str
        Labels of the classes by id.

    Returns
    -------
    Sentence
        One clause a contrast.
    """
    require(rows)
    clauses = []
    for row in rows.frame.itertuples():
        if row.suppressed or not row.verdict:
            continue
        first, second = (lower_first(labels.get(name, name)) for name in row.item.split(" v "))
        size = "" if row.estimate != row.estimate else f" ({row.estimate_text}; {row.interval_text})"
        said = {
            "higher": f"{first} is named more often than {second}{size}",
            "lower": f"{first} is named less often than {second}{size}",
            "equivalent": f"{first} and {second} are named about equally often{size}",
            "inconclusive": f"whether {first} or {second} is named more often cannot be told{size}",
        }
        clauses.append(said[row.verdict])
    if not clauses:
        return nothing(rows, few="There are too few answers to compare the classes of factors.")
    return Sentence(f"{upper_first('; '.join(clauses))}.")
