"""What is fresh, stale or failed among a survey's pages, and why."""

from collections import Counter

import pandas as pd

from trustgap.batch.outcome import many
from trustgap.batch.run import Prepared
from trustgap.record import ledger
from trustgap.stats import counts as cells

COLUMNS = ["area", "notebook", "state", "why"]


def pages(ready: Prepared) -> pd.DataFrame:
    """Say of every page wanted whether it is there as it should be.

    Parameters
    ----------
    ready : Prepared
        What is wanted.

    Returns
    -------
    DataFrame
        ``area notebook state why``; ``state`` is fresh, stale (there, but made from something else), failed
        (in the last run that tried it) or absent.
    """
    failed = _failed(ready)
    rows = []
    for area in ready.codes:
        there = ledger.read(ready.places.pages(area))
        for page in ready.wishes.of(area):
            name = page.book.name
            state = "fresh" if not page.why else "stale" if name in there else "absent"
            why = page.why
            if state == "absent" and (area, name) in failed:
                state, why = "failed", failed[area, name]
            rows.append((area, name, state, why))
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def behind(ready: Prepared) -> list[str]:
    """Name the areas with a page that shows the whole, or other areas, as they were before the last answers.

    Parameters
    ----------
    ready : Prepared
        What is wanted; every page is fresh.

    Returns
    -------
    list of str
        Codes. A run leaves such pages as they are, while nothing on them has moved by more than
        `whole.MOVED`; to release them beside newer ones would tell what the last people answered.
    """
    return [
        area
        for area in ready.codes
        if any(page.kept["parts"].get("exactly") != page.parts["exactly"] for page in ready.wishes.of(area))
    ]


def _failed(ready: Prepared) -> dict[tuple[str, str], str]:
    """Read from the log which pages failed when they were last tried, and why."""
    found: dict[tuple[str, str], str] = {}
    for event in ledger.events(ready.places.home / ledger.LOG):
        page = (event.get("area", ""), event.get("notebook", ""))
        if event["event"] == "failed":
            found[page] = event["reason"]
        elif event["event"] == "made":
            found.pop(page, None)
    return found


def describe(table: pd.DataFrame) -> str:
    """Say in lines what the state of the pages is.

    Parameters
    ----------
    table : DataFrame
        As `pages` gives it.

    Returns
    -------
    str
        Counts, then every reason with its areas.

    Examples
    --------
    >>> row = ["X001", "03_trust_gap", "stale", "its notebook changed"]
    >>> print(describe(pd.DataFrame([row, ["X001", "04_change", "fresh", ""]], columns=COLUMNS)))
    2 pages: 1 fresh, 1 stale
    <BLANKLINE>
    stale: its notebook changed
      1 page of 1 area: X001
    """
    if table.empty:
        return "0 pages: the survey feeds none of these notebooks"
    counts = Counter(table["state"])
    order = ["fresh", "stale", "failed", "absent"]
    said = ", ".join(f"{counts[state]:,} {state}" for state in order if counts[state])
    lines = [f"{many(len(table), 'page')}: {said}"]
    for (state, why), rows in table[table["state"].ne("fresh")].groupby(["state", "why"], sort=False):
        areas = list(dict.fromkeys(rows["area"]))
        few = ", ".join("the whole" if area == cells.NATIONAL else area for area in areas[:8])
        more = f" and {len(areas) - 8:,} more" if len(areas) > 8 else ""
        lines += [
            "",
            f"{state}: {why}",
            f"  {many(len(rows), 'page')} of {many(len(areas), 'area')}: {few}{more}",
        ]
    return "\n".join(lines)
