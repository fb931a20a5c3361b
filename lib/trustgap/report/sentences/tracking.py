"""Sentences about metrics over time, and whether what was tried made a difference."""

from trustgap.report import vocabulary
from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Findings,
    Sentence,
    counted,
    known,
    listed,
    quoted,
    require,
)

POINTS = ["metric_share", "metric_value"]
CHANGES = ["metric_share_change", "metric_value_change"]

SIGNALS = {
    "improvement": "improvement",
    "concern": "concern",
    "high": "unusually high figures",
    "low": "unusually low figures",
}
"""What signals say, by verdict."""

FINAL = ("few_before", "drift", "unchanging")
"""Reasons that no later figure takes away."""

WITHOUT = ("unchanging", "few_figures", "yearly")
"""Reasons for which there are no limits."""


def headline(rows: Shown) -> Sentence:
    """Count the signals of one metric.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``tracking`` of one metric.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    points = known(rows.where(estimand=POINTS)).frame
    if not len(points):
        return Sentence("No figure can be shown")
    reason = _reason(rows)
    if reason in WITHOUT:
        return Sentence(f"No limits: {vocabulary.REASONS[reason]}")
    found = points["verdict"].value_counts()
    said = [f"{found[name]} of {word}" for name, word in SIGNALS.items() if name in found]
    many = counted(len(points), "figure", "figures")
    if not said:
        return Sentence(f"Nothing but ordinary variation in {many}")
    return Sentence(f"Signals in {many}: {listed(said)}")


def overview(rows: Shown, *, what: str) -> Sentence:
    """Count the metrics of some kinds that show signals.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``tracking``, of any number of metrics.
    what : str
        What they are, such as "outcome measure".

    Returns
    -------
    Sentence
        Names those with signals at any time.
    """
    require(rows)
    points = rows.where(estimand=POINTS).frame
    if not len(points):
        return Sentence(f"No {what} was sent.")
    some = points[points["verdict"].isin(list(SIGNALS))]["item_label"].unique()
    many, usual = points["item"].nunique(), "more than ordinary variation"
    if many == 1:
        ever = f"{usual} at some time" if len(some) else f"no {usual}"
        return Sentence(f"The one {what}, {quoted(points['item_label'].unique())[0]}, shows {ever}.")
    if not len(some):
        return Sentence(f"None of {many} {what}s shows {usual} at any time.")
    show = "shows" if len(some) == 1 else "show"
    return Sentence(f"{len(some)} of {many} {what}s {show} {usual} at some time: {listed(quoted(some))}.")


def metric(rows: Shown) -> Sentence:
    """Say what one metric did.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``tracking`` of one metric.

    Returns
    -------
    Sentence
        The last figure, the range of ordinary variation, and the signals with their first period.
    """
    require(rows)
    all_points = rows.where(estimand=POINTS)
    if not len(all_points):
        return Sentence("No figure was sent.")
    points = known(all_points).frame
    name = f"“{all_points.frame['item_label'].iloc[0]}”"
    if not len(points):
        return Sentence(f"{name}: every figure rests on too few people to be shown.")
    last = points.iloc[-1]
    start = f"{name} was {last['estimate_text']} in {last['wave_label']}"
    reason = _reason(rows)
    if reason in WITHOUT:
        return Sentence(f"{start}. There are no limits: {vocabulary.REASONS[reason]}.")
    ends = [_at(rows, end, last["wave"]) for end in ("low", "high")]
    usual = f", where {ends[0]} to {ends[1]} is ordinary variation" if all(ends) else ""
    trial = f" These limits are on trial: {vocabulary.REASONS['trial']}." if reason == "trial" else ""
    return Sentence(f"{start}{usual}. {_signals(points)}{trial}")


def _signals(points: object) -> str:
    parts = []
    for verdict, word in SIGNALS.items():
        some = points[points["verdict"].eq(verdict)]
        if len(some):
            verb, since = ("signals", "in") if len(some) == 1 else ("signal", "first in")
            parts.append(f"{len(some)} {verb} {word} ({since} {some['wave_label'].iloc[0]})")
    many = counted(len(points), "figure", "figures")
    if not parts:
        return f"None of {many} is more than ordinary variation."
    return f"Of {many}, {listed(parts)}."


def _reason(rows: Shown) -> str:
    limits = rows.frame[rows.frame["estimand"].str.endswith("_low")]
    return limits["reason"].iloc[0] if len(limits) else ""


def _at(rows: Shown, end: str, wave: str) -> str:
    """Find the limit that holds for a period."""
    limits = rows.frame[rows.frame["estimand"].str.endswith(f"_{end}")]
    chosen = limits[limits["wave"].eq(wave) | limits["wave"].str.contains("/", regex=False)]
    return chosen["estimate_text"].iloc[0] if chosen["estimate"].notna().any() else ""


def interventions(rows: Shown) -> Findings | Sentence:
    """Say of every intervention whether it made a difference.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``intervention``.

    Returns
    -------
    Findings, or Sentence
        One sentence for each, in the order of their dates; one for all where nothing was tried.
    """
    require(rows)
    whole = rows.where(estimand="intervention")
    if not len(whole):
        return Sentence("No intervention is recorded for these figures.")
    ordered = whole.sort("wave", ascending=True).frame
    return Findings([_intervention(rows, row) for row in ordered.itertuples(index=False)])


def _intervention(rows: Shown, row: object) -> Sentence:
    own = rows.where(group_a=row.group_a, area=row.area)
    return Sentence(_judged(own, row) + _else(own))


def _judged(own: Shown, row: object) -> str:
    measures = own.where(estimand=CHANGES, target=row.target)
    name = f"“{row.group_a_label}”, begun in {row.wave_label},"
    if row.suppressed:
        return f"{name} rests on too few people for a result to be shown."
    if not len(measures):
        return f"{name} has no outcome or process measure: nothing can be said of it."
    frame = measures.frame
    named = {verdict: listed(quoted(part["item_label"])) for verdict, part in frame.groupby("verdict")}
    only = f" There is no outcome measure: only {row.target} measures are judged."
    kind = "" if row.target == "outcome" else only
    if row.verdict == "difference":
        size = frame[frame["verdict"].eq("difference")]
        parts = [f"{_size(one)} in “{one.item_label}”" for one in size.itertuples(index=False)]
        return f"{name} made a difference: {listed(parts)}, beyond what {_beyond(size)}.{kind}"
    if row.verdict == "no_difference":
        against = frame[frame["reason"].eq("against")]
        other_way = f"; {listed(quoted(against['item_label']))} moved clearly the other way"
        worse = other_way if len(against) else ""
        return f"{name} made no difference worth having in {named['no_difference']}{worse}.{kind}"
    waiting = frame[frame["verdict"].eq("too_early")]
    parts = [_waiting(own, one) for one in waiting.itertuples(index=False)]
    return f"{name} cannot be judged yet: {'; '.join(parts)}.{kind}"


def _size(row: object) -> str:
    if row.estimate != row.estimate:
        return "a change that cannot be shown"
    return f"{row.estimate_text} ({row.interval_text})"


def _beyond(size: object) -> str:
    compared = size["method"].str.startswith("beyond")
    if compared.all():
        return "comparison areas did"
    return "the line before would have reached" if not compared.any() else "was to be expected without it"


def _waiting(own: Shown, row: object) -> str:
    why = vocabulary.REASONS.get(row.reason, vocabulary.REASONS["not_clear"])
    when = own.where(estimand="say_from", item=row.item).frame
    if not len(when):
        never = "" if row.reason in FINAL else "; more figures would not settle it soon"
        return f"on “{row.item_label}”, {why}{never}"
    return f"on “{row.item_label}”, {why}; it could be said from {when['estimate_text'].iloc[0]}"


def _else(own: Shown) -> str:
    """Say of the balancing measures of an intervention whether they got worse."""
    measures = own.where(estimand=CHANGES, target="balancing").frame
    worse = measures["reason"].eq("against")
    steady = ~worse & measures["estimate"].notna()
    said = []
    for some, verb in ((worse, "moved"), (steady, "did not move")):
        if some.any():
            said.append(f"{listed(quoted(measures.loc[some, 'item_label']))} {verb} clearly the wrong way")
    unknown = ~worse & ~steady
    if unknown.any():
        said.append(f"whether {listed(quoted(measures.loc[unknown, 'item_label']))} got worse cannot be said")
    return f" Beside it: {'; '.join(said)}." if said else ""
