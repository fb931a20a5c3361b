"""Two surveys, one before and one after something was tried: did answers change more here than elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
from scipy import stats

from trustgap.stats.change.changes import change
from trustgap.stats.counts import ALL, CELL, NATIONAL
from trustgap.stats.families import decide
from trustgap.stats.results import MARGIN_SHARE
from trustgap.stats.tracking.comparisons import difference_in_differences

REST = "rest"


def before_after(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    dates: Sequence[str],
    times: Mapping[str, float],
    comparable: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Compare an area's change between two waves with that of all other areas together.

    Parameters
    ----------
    counts : DataFrame
        Cells of the area and of the whole, by group.
    items : DataFrame, indexed by item
        Which ones, with ``block team top_from``.
    area : str
        The area in which something was tried.
    dates : sequence of str
        When it began, as ISO dates; each with its own pair of waves.
    times : mapping of str to float
        Waves in time order, with their times in years.
    comparable : mapping of str to sequence of str, optional
        Waves of an item that may be compared with each other.

    Returns
    -------
    DataFrame
        Analysis ``before_after``, estimand ``share_difference_beyond``: the area's change in the share of
        positive answers, at a fixed mix of its groups, less that of the rest; from the last wave before the
        year of the date to the first wave after that year. ``wave`` names the two, ``n_a`` answers in the
        later, ``n_b`` in the earlier. Holm over the items; ``rests_on`` cells of the area and of the whole.
        No rows for a date without a wave on either side, for items that nobody in the area answered, and
        for a survey without items.

    Notes
    -----
    A wave in the year itself may lie on either side and is passed over. Limits are those of
    `comparisons.difference_in_differences` with two areas: sampling error only, too narrow for an area that
    changes by itself, as areas do. The p-value is that at which such an interval would touch 0.

    Examples
    --------
    >>> cells = [(area, wave, "a", "q", yes, 50 * size - yes) for area, size, first, last in
    ...          [("X1", 2, 40, 70), ("national", 20, 400, 450)] for wave, yes in (("1", first), ("3", last))]
    >>> counts = pd.DataFrame(cells, columns=["area", "wave", "group", "item", 2, 1])
    >>> items = pd.DataFrame({"block": ["trust"], "team": ["t"], "top_from": [2]}, index=["q"])
    >>> times = {"1": 2021.0, "3": 2023.0}
    >>> row = before_after(counts, items, area="X1", dates=["2022-04-01"], times=times)
    >>> row[["estimate", "conf_low", "conf_high", "verdict"]].round(2)
       estimate  conf_low  conf_high verdict
    0      0.28      0.13       0.41  higher
    """
    parts = []
    for waves in dict.fromkeys(_around(day, times) for day in dates):
        if waves and len(items):
            chosen = counts[counts["wave"].isin(waves) & counts["item"].isin(items.index)]
            parts += _pair(chosen, items, area=area, waves=waves, comparable=comparable)
    if not parts:
        return pd.DataFrame(columns=["analysis", "item", "estimand", "rests_on"])
    rows = pd.concat(parts, ignore_index=True)
    return decide(rows, by=["area", "wave"], name="before_after", method="holm", null=0, margin=MARGIN_SHARE)


def _around(day: str, times: Mapping[str, float]) -> tuple[str, ...]:
    """Find the waves before and after a year; none where one of them is not there."""
    year = date.fromisoformat(day).year
    earlier = [wave for wave, time in times.items() if time < year]
    later = [wave for wave, time in times.items() if time >= year + 1]
    return (earlier[-1], later[0]) if earlier and later else ()


def _pair(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    *,
    area: str,
    waves: tuple[str, ...],
    comparable: Mapping[str, Sequence[str]] | None,
) -> list[pd.DataFrame]:
    """Give one row for each item that the area answered."""
    key = [name for name in CELL if name != "area"]
    scores = [column for column in counts if column not in CELL]
    own, whole = (
        counts[counts["area"].eq(name) & counts["group"].ne(ALL)].set_index(key)[scores]
        for name in (area, NATIONAL)
    )
    rest = whole.sub(own.reindex(whole.index, fill_value=0))
    both = [part.reset_index().assign(area=name) for name, part in ((area, own), (REST, rest))]
    how = {"waves": list(waves), "comparable": comparable, "permutations": 0}
    rows = change(pd.concat(both, ignore_index=True), items, **how)
    rows = rows[rows["estimand"].eq("share_difference") & rows["group_a"].eq(ALL)]
    items_of = rows.groupby("item", sort=False)
    return [_beyond(part, area) for _, part in items_of if part["area"].eq(area).any()]


def _beyond(pair: pd.DataFrame, area: str) -> pd.DataFrame:
    own = pair[pair["area"].eq(area)].iloc[0]
    found = difference_in_differences(pair, treated=[area]).iloc[0].to_dict()
    near = found["conf_low"] if found["estimate"] > 0 else found["conf_high"]
    error = abs(found["estimate"] - near) / stats.norm.ppf(0.975)
    found["p_value"] = float(2 * stats.norm.sf(abs(found["estimate"]) / error))
    kept = {name: own[name] for name in ("area", "wave", "item", "target", "n_a", "n_b")}
    kept |= {"analysis": "before_after", "estimand": "share_difference_beyond", "group_a": ALL}
    rests = (*own["rests_on"], *((NATIONAL, *cell[1:]) for cell in own["rests_on"]))
    reason = own["reason"] or found["reason"]
    return pd.DataFrame([found | kept | {"reason": reason, "rests_on": rests}])
