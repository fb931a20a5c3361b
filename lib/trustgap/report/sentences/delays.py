"""Sentences about delayed days: counted, attributed and recorded, never caused."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    lower_first,
    quoted,
    remainder,
    require,
    tally_verdicts,
)
from trustgap.report.vocabulary import REASONS
from trustgap.report.wording import period
from trustgap.stats.delays.months import gaps

NONE = "There are too few days of delay, or months with a count, to say anything here."


def attributed(rows: Shown) -> Sentence:
    """Say to whom the days of the latest year are attributed, and what changed.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``attribution`` for one area.

    Returns
    -------
    Sentence
        Shares, and the change of each from the year before.
    """
    require(rows)
    shares = known(rows.where(estimand="days_share"))
    if not len(shares):
        return Sentence(NONE)
    now = shares.where(wave=shares.frame["wave"].max()).sort("estimate").frame
    parts = [f"{row.estimate_text} to {lower_first(row.item_label)}" for row in now.itertuples()]
    first = now.iloc[0]
    text = (
        f"{first['wave_label']}: {first['n_a']:,.0f} days of delay, of which are attributed {listed(parts)}."
    )
    changes = rows.where(estimand="change_over_period")
    if not len(known(changes)):
        return Sentence(f"{text} There is no year before to compare with.")
    clear = known(changes).where(verdict=["higher", "lower"]).frame
    said = [
        f"{'more' if row.verdict == 'higher' else 'less'} to {lower_first(row.item_label)} "
        f"({row.estimate_text}; {row.interval_text})"
        for row in clear.itertuples()
    ]
    change = (
        f"Compared with the year before, {listed(said)}."
        if said
        else ("No share has clearly changed from the year before.")
    )
    return Sentence(f"{text} {change}{_not_clear(changes)}")


def _not_clear(rows: Shown) -> str:
    """Count what is about the same or unclear, and what never varies, which is no secret."""
    found, flat = tally_verdicts(rows), int(rows.frame["reason"].eq("same_months").sum())
    words = {"same": "are about the same", "unsure": "are unclear"}
    text = remainder(found | {"none": found["none"] - flat}, one="share", many="shares", **words)
    are = "is" if flat == 1 else "are"
    never = f" {flat} more {are} the same in every month of a year, so that there is no interval."
    return text + (never if flat else "")


def share_headline(rows: Shown) -> Sentence:
    """Say to whom most days of the latest year are attributed.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``attribution`` for one area.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    shares = known(rows.where(estimand="days_share"))
    if not len(shares):
        return Sentence("Too few days of delay to show shares")
    now = shares.where(wave=shares.frame["wave"].max()).sort("estimate").frame
    first, *others = now.head(2).itertuples()
    parts = [f"{row.estimate_text} to {lower_first(row.item_label)}" for row in others]
    most = f"{first.estimate_text} attributed to {lower_first(first.item_label)}"
    return Sentence(", ".join([most, *parts]))


def recorded(rows: Shown) -> Sentence:
    """Say from when to when days were counted, and which months are missing.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``delays_by_month``.

    Returns
    -------
    Sentence
        A month that was not recorded, or had no day of delay, has no share.
    """
    require(rows)
    months = sorted(set(rows.frame["wave"]))
    if not months:
        return Sentence("No month has a day of delay.")
    span = " to ".join(dict.fromkeys(period(month) for month in (months[0], months[-1])))
    text = f"Counted for {counted(len(months), 'month', 'months')}, {span}."
    absent, hidden = gaps(months), len(set(rows.where(suppressed=True).frame["wave"]))
    if absent:
        named = listed(map(period, absent))
        text += f" Nothing was recorded, or no day of delay counted, in {named}."
    if hidden:
        text += f" In {counted(hidden, 'month', 'months')} with fewer than 11 days they are hidden."
    return Sentence(text)


def against(rows: Shown, *, rest: str) -> Sentence:
    """Say how an area's shares differ from those of everywhere else.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``delays_against_rest`` for one area.
    rest : str
        What the other areas together are called.

    Returns
    -------
    Sentence
        One clause for each clear difference, and how many others there are.
    """
    require(rows)
    clear = known(rows).where(verdict=["higher", "lower"]).frame
    found = tally_verdicts(rows)
    if len(rows) == found["none"]:
        reason = rows.frame["reason"].iloc[0] if len(rows) else ""
        return Sentence(NONE if not reason else f"There is no comparison with {rest}: {REASONS[reason]}.")
    parts = [
        f"a {'larger' if row.verdict == 'higher' else 'smaller'} share is attributed to "
        f"{lower_first(row.item_label)} ({row.estimate_text}; {row.interval_text})"
        for row in clear.itertuples()
    ]
    text = f"No share clearly differs from that of {rest}."
    if parts:
        text = f"Compared with {rest}, {listed(parts)}."
    return Sentence(text + _not_clear(rows))


def first(rows: Shown) -> Sentence:
    """Name the reasons that could come first.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``reasons`` for one area.

    Returns
    -------
    Sentence
        One reason only where every other can be excluded from the first place; and the reasons that were not
        recorded throughout.
    """
    require(rows)
    places = known(rows.where(estimand="rank"))
    late = rows.where(reason="not_throughout").frame
    left = f" Not recorded in all of these months, so without a place: {listed(quoted(late['item_label']))}."
    left = left if len(late) else ""
    if not len(places):
        return Sentence(f"{_most(rows)}{left}")
    could = places.where(conf_low=1).frame
    shares = rows.where(estimand="days_share").frame.set_index("item")["estimate_text"]
    named = [f"“{row.item_label}” ({shares[row.item]})" for row in could.itertuples()]
    span = could["wave_label"].iloc[0]
    if len(could) == 1:
        return Sentence(f"{named[0]} brought more days of delay in {span} than any other reason.{left}")
    every = " That is all of them." if len(could) == len(places) else ""
    text = f"{len(could)} of {len(places)} reasons could come first in {span}: {listed(named)}."
    return Sentence(f"{text}{every}{left}")


def _most(rows: Shown) -> str:
    """Name the largest share where there are no places."""
    shares, places = known(rows.where(estimand="days_share")), rows.where(estimand="rank").frame
    if not len(shares) or not len(places):
        return NONE
    top = shares.sort("estimate").frame.iloc[0]
    why = REASONS[places["reason"].iloc[0]]
    return (
        f"“{top['item_label']}” has the largest share ({top['estimate_text']}); places cannot be told: {why}."
    )


def unusual(rows: Shown) -> Sentence:
    """Name the months with more or fewer days of delay than usual.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``delays_per_day`` for one area.

    Returns
    -------
    Sentence
        Those beyond the limits by name, and how many are special by the other rules of the control chart.
    """
    require(rows)
    points = known(rows.where(estimand="metric_value"))
    limits = known(rows.where(estimand="metric_value_low"))
    if not len(points) or not len(limits):
        return Sentence("There are too few months, or no variation, for limits of what is usual.")
    outside = points.frame["method"].str.contains("outside")
    parts, runs = [], []
    for verdict, beyond, side in (("high", "above", "more"), ("low", "below", "fewer")):
        special = points.frame["verdict"].eq(verdict)
        months = points.frame.loc[special & outside, "wave_label"]
        if len(months):
            lie = "lies" if len(months) == 1 else "lie"
            parts.append(f"{len(months)} {lie} {beyond} the limits ({listed(months)})")
        count = int((special & ~outside).sum())
        runs += [f"{count} with {side} days than on average"] if count else []
    text = f"Of {counted(len(points), 'month', 'months')} on the chart of days of delay per day, "
    text += f"{listed(parts)}." if parts else "none lies beyond the limits."
    text += f" In runs or close to a limit: {listed(runs)}." if runs else ""
    trial = " These limits are on trial: fewer than 12 months set them."
    return Sentence(text + (trial if limits.frame["reason"].eq("trial").any() else ""))


def unusual_headline(rows: Shown) -> Sentence:
    """Count the months beyond the limits of the chart.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``delays_per_day`` for one area.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(rows)
    points = known(rows.where(estimand="metric_value")).frame
    if not len(known(rows.where(estimand="metric_value_low"))):
        return Sentence("No limits of what is usual can be drawn")
    outside = int((points["verdict"].ne("") & points["method"].str.contains("outside")).sum())
    return Sentence(f"{outside or 'None'} of {counted(len(points), 'month', 'months')} beyond the limits")
