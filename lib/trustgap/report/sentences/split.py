"""Sentences about a published split of delayed days, and about how far areas spread."""

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import (
    Sentence,
    counted,
    known,
    require,
    tally_verdicts,
    upper_first,
)
from trustgap.stats.counts import NATIONAL


def published(rows: Shown) -> Sentence:
    """Hold the published split against the days of its time.

    Parameters
    ----------
    rows : Shown
        Three rows of `attribution.published` for one area: social care, the NHS, and the NHS with both.

    Returns
    -------
    Sentence
        Both ways of reading "health", which days attributed to both tell apart.
    """
    require(rows)
    care = known(rows.where(item="social_care")).frame
    if not len(care):
        return Sentence(
            "There are too few days of delay, or months with a count, at the time of that statement."
        )
    row = care.iloc[0]
    text = (
        f"{row['wave_label']}: {row['estimate_text']} of the days were attributed to social care "
        f"({row['interval_text']}). That it was 35% {_holds(row['verdict'])}."
    )
    readings = {"nhs": "the NHS alone", "nhs+both": "the NHS and both together"}
    said = [
        f"{_holds(row.verdict)} if that is {readings[row.item]} ({row.estimate_text}; {row.interval_text})"
        for row in known(rows.where(item=list(readings))).frame.itertuples()
    ]
    return Sentence(f"{text} That 65% arose within health {', and '.join(said)}." if said else text)


def _holds(verdict: str) -> str:
    return {"holds": "holds", "does_not_hold": "does not hold"}.get(verdict, "cannot be told")


def spread(rows: Shown) -> Sentence:
    """Count the areas whose share is above and below that of the rest.

    Parameters
    ----------
    rows : Shown
        Rows ``share_difference`` of `comparisons.everywhere`, one per area.

    Returns
    -------
    Sentence
        No area is named: most orders of areas are chance.
    """
    require(rows)
    found = tally_verdicts(rows)
    tested = len(rows) - found["none"]
    if not tested:
        return Sentence("No area can be compared with the rest.")
    more = counted(found["none"], "more area", "more areas")
    higher, lower, same, unsure = (
        found[name] or "none" for name in ("higher", "lower", "equivalent", "inconclusive")
    )
    return Sentence(
        f"Of {counted(tested, 'area', 'areas')} compared with the rest: clearly larger share {higher}, "
        f"clearly smaller {lower}, about the same {same}, unclear {unsure}."
        + (f" {upper_first(more)} cannot be compared." if found["none"] else "")
    )


def standing(rows: Shown) -> Sentence:
    """Count the areas in which the published share holds.

    Parameters
    ----------
    rows : Shown
        One row of `attribution.published` per area.

    Returns
    -------
    Sentence
        Of how many it holds, does not hold, and cannot be said.
    """
    require(rows)
    if not len(rows):
        return Sentence("No area has days of that time.")
    verdicts = rows.without(area=NATIONAL).frame["verdict"].value_counts()
    holds, not_, unsure = (int(verdicts.get(name, 0)) for name in ("holds", "does_not_hold", "cannot_say"))
    total = counted(holds + not_ + unsure, "area", "areas")
    return Sentence(
        f"Of {total} at the same time, the 35% of social care holds in {holds or 'none'}, does not hold in "
        f"{not_ or 'none'}, and cannot be told in {unsure or 'none'}."
    )
