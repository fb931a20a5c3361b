"""Sentences for the discovery workshop: what is a surprise, and what would reframe the conversation."""

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Findings,
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    nothing,
    quoted,
    require,
    silence,
    tally_verdicts,
)
from trustgap.report.sentences.claims import tallied
from trustgap.stats.between_areas.expected import by_chance
from trustgap.stats.counts import NATIONAL

NAMED = 6
"""So many statements are named, the others counted."""

OUTSIDE = {"above_range": "above", "below_range": "below"}


def judged(rows: Shown) -> Shown:
    """Keep the questions whose share can be held against the range to expect.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``expected`` of one area.

    Returns
    -------
    Shown
        Those with a verdict.
    """
    return rows.where(suppressed=False, verdict=[*OUTSIDE, "within_range"])


def outside(rows: Shown) -> Shown:
    """Keep the questions whose share lies outside the range to expect.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``expected`` of one area.

    Returns
    -------
    Shown
        In their order.
    """
    require(rows)
    return judged(rows).where(verdict=list(OUTSIDE))


def surprise(rows: Shown, shares: Shown) -> Sentence:
    """Say how many questions lie outside the range to expect, against how many would by chance, and which.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``expected`` of one area.
    shares : Shown
        Rows ``top2_share`` of everybody in the area, and of others that do not matter.

    Returns
    -------
    Sentence
        Names at most three questions each way, with their share and range.
    """
    require(rows)
    tested, found = len(judged(rows)), outside(rows)
    if not tested:
        return nothing(rows, few="There are too few answers to say what would be a surprise.")
    mean, most = by_chance(tested)
    usual = f"about {mean:.0f}" if mean >= 0.5 else "hardly any"
    of = counted(tested, "question", "questions")
    if not len(found):
        return Sentence(
            f"No: on none of {of} does this area lie outside the range to expect of a further area "
            f"({usual} would by chance)."
        )
    start = "Hardly" if len(found) <= most else "In part"
    here = shares.without(area=NATIONAL).frame.drop_duplicates("item").set_index("item")["estimate_text"]
    parts = [
        f"{way} it on {listed((_placed(row, here) for row in part.itertuples()), most=3)}"
        for verdict, way in OUTSIDE.items()
        if len(part := found.where(verdict=verdict).frame)
    ]
    return Sentence(
        f"{start}: on {len(found)} of {of} this area lies outside the range to expect of a further area, "
        f"where {usual} would by chance. It lies {'; '.join(parts)}."
    )


def _placed(row: object, here: pd.Series) -> str:
    share = here.get(row.item, "")
    if not share:
        return f"“{row.item_label}”"
    edge = "just outside" if share in row.interval_text.split(" to ") else "expected"
    return f"“{row.item_label}” ({share}, {edge} {row.interval_text})"


def reframe(classes: Shown, gaps: Shown, *, labels: dict[str, str]) -> Sentence:
    """Say whether the factors named here point elsewhere than to process, and whether groups disagree.

    Parameters
    ----------
    classes : Shown
        Rows ``mean_difference`` of the analysis ``class_contrast`` of everybody.
    gaps : Shown
        Rows ``theta`` of the analysis ``group_gap``.
    labels : dict of str to str
        Labels of the classes by id, in the order of the questionnaire: the first is set against the second.

    Returns
    -------
    Sentence
        One clause on the classes, one on the groups.
    """
    require(classes)
    require(gaps)
    if not len(classes) and not len(gaps):
        return Sentence("The survey did not ask about factors, so it cannot say.")
    return Sentence(" ".join(part for part in (_class(classes, labels), _groups(gaps)) if part))


def _class(classes: Shown, labels: dict[str, str]) -> str:
    names = list(labels)[:2]
    row = next(classes.where(item=" v ".join(names)).frame.itertuples(), None) if len(names) == 2 else None
    if row is None:
        return ""
    first, second = (lower_first(labels[name]) for name in names)
    size = f" ({row.estimate_text}; {row.interval_text})" if row.estimate == row.estimate else ""
    alone = "a conversation about {} alone would miss what is named more."
    said = {
        "higher": f"Here {first} is named more often than {second}{size}: {alone.format(second)}",
        "lower": f"Here {first} is named less often than {second}{size}: {alone.format(first)}",
        "equivalent": f"Here {first} and {second} are named about equally often{size}.",
        "inconclusive": f"Whether {first} or {second} is named more often here cannot be told{size}.",
    }
    too_few = f"There are too few answers to set {first} against {second}."
    return too_few if row.suppressed else said.get(row.verdict, too_few)


def _groups(gaps: Shown) -> str:
    if not len(gaps):
        return ""
    found = tally_verdicts(gaps)
    tested = len(gaps) - found["none"]
    first, second = (lower_first(gaps.frame[f"group_{side}_label"].iloc[0]) for side in "ab")
    if not tested:
        return f"Whether {first} and {second} see the factors alike cannot be told."
    clear, of = found["higher"] + found["lower"], counted(tested, "factor", "factors")
    if not clear:
        return f"On none of {of} do {first} and {second} clearly differ, which does not show that they agree."
    rows = known(gaps.where(verdict=["higher", "lower"])).frame
    # Where the size of one is kept back, that one could be the furthest.
    furthest = rows.loc[(rows["estimate"] - 0.5).abs().idxmax()] if len(rows) == clear else None
    most = f", furthest on “{furthest['item_label']}”" if furthest is not None else ""
    return f"On {clear} of {of} {first} and {second} clearly differ, by little or much{most}."


def published(rows: Shown) -> Findings:
    """Say in plain words which published statements hold here, which do not, and which nobody can tell.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``claims`` of one area.

    Returns
    -------
    Findings
        One sentence for each verdict that occurs; none where no statement can be tested here.
    """
    found = tallied(rows)
    said = []
    for verdict, words in (("does_not_hold", "Does not hold here"), ("holds", "Holds here")):
        labels = rows.where(suppressed=False, verdict=verdict).frame["item_label"]
        if len(labels):
            said.append(Sentence(f"{words}: {listed(quoted(labels), most=NAMED)}."))
    if found["cannot_say"]:
        many = counted(found["cannot_say"], "statement", "statements")
        said.append(
            Sentence(f"Nobody can tell from what was collected here: {many}. That is neither yes nor no.")
        )
    return Findings(said)


def effort(rows: Shown, *, classes: dict[str, str], wanted: str = "behaviour") -> Sentence:
    """Say how many of the interventions in place are of one class, and what is known of their effect.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``effort`` of one area, one per intervention.
    classes : dict of str to str
        Labels of the classes of interventions by id.
    wanted : str
        The class that is asked about.

    Returns
    -------
    Sentence
        Interventions are counted, not hours or money. Where no metric names any, which file would tell.
    """
    require(rows)
    about = lower_first(classes[wanted])
    if not len(rows):
        return Sentence(
            "Nobody can tell from what was handed in: metrics.csv would say which interventions are in "
            "place, since when, and what moved."
        )
    chosen = rows.where(target=wanted).frame["verdict"].value_counts()
    n = int(chosen.sum())
    start = f"Of {len(rows)} interventions that the metrics name, {n or 'none'} {'is' if n == 1 else 'are'}"
    if len(rows) == 1:
        start = f"The one intervention that the metrics name is{'' if n else ' not'}"
    start += f" about {about}"
    loose = len(rows.where(target=""))
    rest = f" {loose} more {'is' if loose == 1 else 'are'} in no class of the catalogue." if loose else ""
    if loose and len(rows) == 1:
        return Sentence("The one intervention that the metrics name is in no class of the catalogue.")
    if not n:
        return Sentence(f"{start}.{rest}")
    said = {
        "difference": "made a difference",
        "no_difference": "made no difference worth having",
        "too_early": "cannot be judged yet",
    }
    parts = [
        f"{'it' if n == 1 else int(chosen[verdict])} {words}"
        for verdict, words in said.items()
        if verdict in chosen
    ]
    return Sentence(f"{start}: {listed(parts)}.{rest}")


def beside_headline(shares: Shown, differences: Shown, *, whole: str) -> Sentence:
    """Say on how many questions the area is clearly apart.

    Parameters
    ----------
    shares : Shown
        Rows ``top2_share`` of the questions drawn, of the area and of the whole.
    differences : Shown
        Rows of the analysis ``against_rest`` of the same questions.
    whole : str
        What all areas together are called.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(shares)
    found = tally_verdicts(differences)
    tested = len(differences) - found["none"]
    if not tested:
        return silence(differences, few=f"Too few answers to set beside {whole}")
    clear = found["higher"] + found["lower"]
    return Sentence(f"Clearly apart on {clear or 'none'} of {counted(tested, 'question', 'questions')} drawn")
