"""Sentences about how areas differ, without a league table."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    listed,
    nothing,
    remainder,
    require,
    tally_verdicts,
    upper_first,
)
from trustgap.report.themes.scatter import fits, points
from trustgap.stats.between_areas.funnels import funnel
from trustgap.stats.between_areas.heterogeneity import MIN_AREAS
from trustgap.stats.counts import NATIONAL


def apart(rows: Shown, *, rest: str) -> Sentence:
    """Count the areas above and below the rest on one question.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``against_rest`` for one item, one per area.
    rest : str
        What the other areas together are called.

    Returns
    -------
    Sentence
        Also counts those about the same and those about which nothing can be said.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return Sentence("No area can be compared with the rest.")
    stand = "stand" if found["higher"] > 1 else "stands"
    clear = f"{found['higher'] or 'None'} of {counted(tested, 'area', 'areas')} {stand} clearly above {rest}"
    text = f"{clear} and {found['lower'] or 'none'} clearly below."
    other = {"same": "are about the same", "unsure": "have too few answers to say"}
    return Sentence(text + remainder(found, one="area", many="areas", **other))


def range_headline(shares: Shown) -> Sentence:
    """Say from where to where the areas' shares run.

    Parameters
    ----------
    shares : Shown
        One share for each area.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(shares)
    drawn = known(shares).sort("estimate", ascending=True).frame
    if not len(drawn):
        return Sentence("No area's share can be shown")
    low, high = drawn.iloc[0], drawn.iloc[-1]
    if low.estimate_text == high.estimate_text:
        return Sentence(f"{low.estimate_text} in {counted(len(drawn), 'area', 'areas')}")
    return Sentence(f"Areas run from {low.estimate_text} to {high.estimate_text}")


def scatter(shares: Shown, *, phi: float, tau2: float) -> Sentence:
    """Say whether areas scatter more than chance explains, and what the limits drawn therefore allow for.

    Parameters
    ----------
    shares : Shown
        One share for each area, and that of the whole.
    phi, tau2 : float
        As `funnels.overdispersion` gives them for the shares drawn.

    Returns
    -------
    Sentence
        With the number of areas outside limits for chance alone where wider ones are drawn.
    """
    require(shares)
    drawn = len(points(shares))
    if not fits(shares):
        few = counted(drawn, "area has a share", "areas have a share")
        return Sentence(
            f"{upper_first(few)} to draw: too few for limits of chance, or for a spread between areas."
            if drawn < MIN_AREAS
            else "All answers are alike, so there are no limits of chance to draw."
        )
    size = f"variance {phi:.1f} times that of chance, with the outermost tenth at either end drawn in"
    if not tau2 > 0:
        return Sentence(
            f"The {drawn} areas scatter no more than chance explains ({size}), so the limits are those of "
            "chance alone."
        )
    outside = counted(_outside(shares, 0.0), "area", "areas")
    return Sentence(
        f"The {drawn} areas scatter more than chance explains ({size}), so the limits also allow for "
        f"ordinary differences between areas. With limits of chance alone, {outside} would lie outside the "
        "outer ones."
    )


def outside_headline(shares: Shown, *, tau2: float) -> Sentence:
    """Count the areas outside the funnel.

    Parameters
    ----------
    shares : Shown
        One share for each area, and that of the whole.
    tau2 : float
        Variance between areas that the limits allow for.

    Returns
    -------
    Sentence
        About ten words.
    """
    require(shares)
    if not fits(shares):
        return Sentence("No limits can be drawn")
    drawn = len(points(shares))
    return Sentence(
        f"{_outside(shares, tau2) or 'None'} of {counted(drawn, 'area', 'areas')} outside the outer limits"
    )


def _outside(shares: Shown, tau2: float) -> int:
    drawn, centre = points(shares).frame, shares.where(area=NATIONAL).frame["estimate"].iloc[0]
    limits = funnel(centre, drawn["n_a"].to_numpy(), tau2=tau2)
    estimate = drawn["estimate"].to_numpy()
    over, under = estimate > limits["high_998"].to_numpy(), estimate < limits["low_998"].to_numpy()
    return int((over | under).sum())


def spread(rows: Shown) -> Sentence:
    """Name the questions on which areas spread most and least.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``spread``.

    Returns
    -------
    Sentence
        With the range in which a further area would lie.
    """
    require(rows)
    ranges = known(rows).where(estimand="prediction").present("conf_low").frame
    if not len(ranges):
        return nothing(rows)
    width = (ranges["conf_high"] - ranges["conf_low"]).sort_values(kind="stable")
    least, most = ranges.loc[width.index[0]], ranges.loc[width.index[-1]]
    if len(ranges) > 1 and least["interval_text"] == most["interval_text"]:
        return Sentence(
            f"On every question that can be judged, the true share of a further area would lie at "
            f"{most['interval_text']}."
        )
    flat = int(rows.where(estimand="between_area_sd").frame["estimate"].eq(0).sum())
    none = (
        f" On {counted(flat, 'question', 'questions')} no spread beyond chance was found, which does not "
        "show that there is none: there the range is too narrow if areas do differ."
    )
    return Sentence(
        f"Areas spread most on “{most['item_label']}”, where the true share of a further area is expected to "
        f"lie in the range {most['interval_text']}, and least on “{least['item_label']}” "
        f"({least['interval_text']}).{none if flat else ''}"
    )


def widest(rows: Shown, *, most: int) -> Shown:
    """Keep the questions with the widest range, widest first.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``spread``.
    most : int
        How many questions.

    Returns
    -------
    Shown
        Their rows ``mean_share`` and ``prediction``.
    """
    require(rows)
    ranges = rows.where(estimand="prediction").frame
    width = (ranges["conf_high"] - ranges["conf_low"]).sort_values(ascending=False, kind="stable")
    items = list(ranges.loc[width.index[:most], "item"])
    frame = rows.where(estimand=["mean_share", "prediction"], item=items)
    place = frame.frame["item"].map({item: at for at, item in enumerate(items)})
    return frame.at(place.sort_values(kind="stable").index)


def clear(rows: Shown) -> Sentence:
    """Say how many differences between areas are clear, and on which questions most of them are.

    Parameters
    ----------
    rows : Shown
        Rows of the analysis ``against_rest``, all areas and items.

    Returns
    -------
    Sentence
        Counts, and the questions with most clear differences.
    """
    require(rows)
    found = rows.where(verdict=["higher", "lower"]).frame
    tested = len(rows) - tally_verdicts(rows)["none"]
    if not tested:
        return Sentence("No area can be compared with the rest.")
    made = f"{tested:,} {'comparison' if tested == 1 else 'comparisons'}"
    if not len(found):
        return Sentence(f"None of {made} of an area with the rest shows a clear difference.")
    questions = found["item_label"].value_counts()
    named = listed(f"“{label}” ({counted(n, 'area', 'areas')})" for label, n in questions.head(3).items())
    if len(found) == 1:
        row = next(found.itertuples())
        return Sentence(f"1 of {made} shows a clear difference: {row.area_label} on “{row.item_label}”.")
    return Sentence(
        f"{len(found):,} of {made} show a clear difference, in "
        f"{counted(found['area'].nunique(), 'area', 'areas')}. Most often on {named}."
    )
