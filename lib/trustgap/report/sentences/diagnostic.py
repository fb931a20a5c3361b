"""Sentences about barriers held against evidence, two levels of staff, and interventions in order."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    nothing,
    quoted,
    remainder,
    require,
    tally_verdicts,
    upper_first,
)
from trustgap.survey.catalogue import interventions

SAID = {
    "verified": "verified",
    "disproved": "disproved",
    "mixed": "mixed, the evidence pointing both ways or weighing little",
    "not_tested": "not yet tested, with fewer than two kinds of evidence that speak",
}
NO_EVIDENCE = "No evidence on barriers was brought."
ROLES = "The survey does not tell two roles apart, or asked nothing that speaks to these barriers."
FEW_ROLES = "Too few people of one of the two roles answered to compare them."


def verdicts(judged: Shown) -> Sentence:
    """Say which barriers the evidence bears out.

    Parameters
    ----------
    judged : Shown
        Rows ``kinds_speaking``, one per barrier.

    Returns
    -------
    Sentence
        Every barrier by name, but for those not tested, which are counted.
    """
    require(judged)
    if not len(judged):
        return Sentence(NO_EVIDENCE)
    parts = []
    for verdict, words in SAID.items():
        found = judged.where(verdict=verdict).frame
        if len(found):
            names = "" if verdict == "not_tested" else f": {listed(quoted(found['item_label']), most=6)}"
            parts.append(f"{len(found)} {'is' if len(found) == 1 else 'are'} {words}{names}")
    return Sentence(f"Of {counted(len(judged), 'barrier', 'barriers')} looked at, {'; '.join(parts)}.")


def headline(judged: Shown) -> Sentence:
    """Count the barriers verified and disproved.

    Parameters
    ----------
    judged : Shown
        As for `verdicts`.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(judged)
    if not len(judged):
        return Sentence("No evidence on barriers")
    count = judged.frame["verdict"].value_counts()
    clear = [f"{count[one]} {one}" for one in ("verified", "disproved") if one in count]
    barriers = counted(len(judged), "barrier", "barriers")
    return Sentence(f"Of {barriers}, {' and '.join(clear)}" if clear else f"No clear verdict on {barriers}")


def resting(judged: Shown) -> Sentence:
    """Say which verdicts hang on one piece of evidence.

    Parameters
    ----------
    judged : Shown
        Rows of the analysis ``barriers``.

    Returns
    -------
    Sentence
        About the barriers verified or disproved.
    """
    require(judged)
    clear = judged.where(estimand="kinds_speaking", verdict=["verified", "disproved"]).frame["item"]
    if not len(clear):
        return Sentence("No barrier is verified or disproved, so no such verdict can hang on one piece.")
    held = judged.where(estimand="holds_without", item=list(clear))
    weak = held.where(estimate=0.0).frame["item_label"]
    only = {1: "The one verdict", 2: "Both verdicts"}.get(len(clear), f"All {len(clear)} verdicts")
    if not len(weak):
        return Sentence(
            f"{only} of verified or disproved would stand without the strongest piece of evidence."
        )
    without = "if the strongest piece of evidence is left out"
    if len(weak) == len(clear):
        changes = "changes" if len(clear) == 1 else "change"
        return Sentence(f"{only} of verified or disproved {changes} {without}.")
    changes = "changes" if len(weak) == 1 else "change"
    some = f"Of {len(clear)} verdicts of verified or disproved, {len(weak)} {changes} {without}"
    return Sentence(f"{some}: {listed(quoted(weak), most=6)}.")


def levels(rows: Shown) -> Sentence:
    """Say whether evidence from senior staff and from the front line points the same way.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``evidence_by_level``.

    Returns
    -------
    Sentence
        Barriers on which the two point different ways, by name.
    """
    require(rows)
    heard = known(rows).frame
    sides = heard.assign(side=heard["estimate"].gt(0).astype(int) - heard["estimate"].lt(0).astype(int))
    both = sides.pivot_table(index="item_label", columns="group_a", values="side", sort=False)
    hidden = f" {counted(rows.hidden, 'balance', 'balances')} cannot be shown." if rows.hidden else ""
    if not {"front_line", "senior"} <= set(both) or both.dropna().empty:
        return Sentence(f"On no barrier can evidence from both levels of staff be set side by side.{hidden}")
    both = both.dropna()
    product = both["front_line"] * both["senior"]
    apart, alike = both.index[product < 0], (product > 0).sum()
    named = f"on {listed(quoted(apart), most=6)} they point different ways" if len(apart) else ""
    parts = [
        named or "on none do they point different ways",
        f"on {alike or 'none'} the same way",
    ]
    unclear = (product == 0).sum()
    parts += [f"on {unclear} one of them points neither way"] if unclear else []
    barriers = counted(len(both), "barrier", "barriers")
    return Sentence(f"Both levels of staff were heard on {barriers}: {listed(parts)}.{hidden}")


def roles(rows: Shown) -> Sentence:
    """Say on which questions two roles answer differently.

    Parameters
    ----------
    rows : Shown
        Rows ``theta`` of the analysis ``role_gap``.

    Returns
    -------
    Sentence
        One clause a direction.
    """
    require(rows)
    if not len(rows):
        return Sentence(ROLES)
    found = tally_verdicts(rows)
    if len(rows) == found["none"]:
        return nothing(rows, few=FEW_ROLES)
    first, second = quoted(rows.frame[f"group_{side}_label"].iloc[0] for side in "ab")
    parts = []
    for verdict, who, other in (("higher", first, second), ("lower", second, first)):
        clear = rows.where(verdict=verdict).frame
        if len(clear):
            parts.append(f"{who} answers higher than {other} on {listed(quoted(clear['item_label']))}")
    start = f"{'; '.join(parts)}." if parts else "No question is clearly answered differently."
    rest = {"same": "are answered about the same", "unsure": "cannot be told with this many answers"}
    return Sentence(start + remainder(found, one="question", many="questions", **rest))


def first(states: Shown, places: Shown) -> Sentence:
    """Name the interventions that could come first.

    Parameters
    ----------
    states : Shown
        Rows of the analysis ``intervention_barriers``.
    places : Shown
        Rows ``rank`` of the analysis ``interventions``.

    Returns
    -------
    Sentence
        All that could, together; never an order that neither evidence nor answers support.
    """
    require(states)
    require(places)
    if not len(states):
        return Sentence("There is no intervention to put into order.")
    leading = next(one for one in SAID_OF if one in set(states.frame["verdict"]))
    if leading not in ("verified", "mixed"):
        return Sentence("No barrier is verified or mixed here, so the evidence puts no intervention first.")
    inside = places.where(item=list(states.where(verdict=leading).frame["item"]))
    shown = inside.where(suppressed=False).frame
    could = shown[shown["conf_low"].eq(1)]
    start = f"Against {SAID_OF[leading]}"
    if not len(could):
        return Sentence(f"{start}, which interventions come first cannot be shown.")
    answered = shown["estimate"].notna().any()
    how = "how often people name the factors behind them" if answered else "the evidence"
    hidden = f" {inside.hidden} more cannot be shown." if inside.hidden else ""
    names = listed(quoted(could["item_label"]), most=8)
    if len(could) == 1:
        only = len(shown) == 1 and not inside.hidden
        why = "the only intervention of the list is" if only else f"by {how}, the first is"
        return Sentence(f"{start}, {why} {names}.{hidden}")
    of = f"{len(could)} of {len(shown)}" if len(could) < len(shown) else f"any of {len(shown)}"
    cannot = "" if len(could) < len(shown) else f", for {how} cannot tell them apart"
    return Sentence(f"{start}, {of} interventions could come first{cannot}: {names}.{hidden}")


def others(states: Shown, judged: Shown) -> Sentence:
    """Count the interventions whose barriers are not yet tested, or disproved, and barriers without any.

    Parameters
    ----------
    states : Shown
        As for `first`.
    judged : Shown
        As for `verdicts`.

    Returns
    -------
    Sentence
        What would have to be known first.
    """
    require(states)
    require(judged)
    bare = judged.where(verdict=["verified", "mixed"])
    bare = bare.without(item=list(interventions().addressed["barrier"])).frame["item_label"]
    without = f" The catalogue has no intervention against {listed(quoted(bare))}." if len(bare) else ""
    count = states.frame["verdict"].value_counts()
    parts = [
        f"{counted(int(count[one]), 'intervention is', 'interventions are')} against {SAID_OF[one]}"
        for one in ("not_tested", "disproved")
        if one in count
    ]
    if not parts:
        every = "Every intervention of the catalogue is against a barrier that is verified or mixed."
        return Sentence(every + without)
    after = ": gather evidence before choosing one" if "not_tested" in count else ""
    return Sentence(f"{upper_first('; '.join(parts[::-1]))}{after}.{without}")


SAID_OF = {
    "verified": "barriers that are verified",
    "mixed": "barriers on which the evidence is mixed, for none is verified",
    "not_tested": "barriers not yet tested",
    "disproved": "barriers that are disproved",
}
