"""Why a run is not released, in words that say what to do."""

import pandas as pd

from trustgap.batch.outcome import many
from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.stats import counts as cells

NAMED = 8
"""So many areas are named, the others counted."""


class Refused(Exception):
    """A run must not be published as it is."""


def together(found: pd.DataFrame) -> str:
    """Say in one line what two releases would tell together.

    Parameters
    ----------
    found : DataFrame
        As `differences.differences` gives it, of one or more earlier releases.

    Returns
    -------
    str
        "" where there is nothing to say.

    Examples
    --------
    >>> row = {"area": "X001", "item": "q", "group": "a", "kind": "changed", "release": "demo-1"}
    >>> together(pd.DataFrame([row, row | {"area": cells.NATIONAL}]))
    'beside release demo-1, these pages would tell of 1 to 10 people in 2 cells of X001, the whole'
    >>> together(pd.DataFrame([row | {"kind": "cases"}]))
    'beside release demo-1, these pages would tell of 1 to 10 people in reviewed cases of X001'
    """
    if found.empty:
        return ""
    of_cases = found["kind"].eq("cases")
    parts = [(found[~of_cases], many(int((~of_cases).sum()), "cell")), (found[of_cases], "reviewed cases")]
    places = " and ".join(f"in {what} of {_named(part['area'])}" for part, what in parts if len(part))
    releases = list(dict.fromkeys(found["release"]))
    return (
        f"beside {'release' if len(releases) == 1 else 'releases'} {', '.join(releases)}, these pages would "
        f"tell of 1 to {THRESHOLD - 1} people {places}"
    )


def _named(found: pd.Series) -> str:
    """Name some areas, and count the others."""
    areas = [name for name in dict.fromkeys(found) if name != cells.NATIONAL]
    named = areas[:NAMED] + ([many(len(areas) - NAMED, "other area")] if len(areas) > NAMED else [])
    return ", ".join(named + (["the whole"] if found.eq(cells.NATIONAL).any() else []))


def behind(areas: list[str]) -> str:
    """Say that pages show the whole, or other areas, as they were before.

    Parameters
    ----------
    areas : list of str
        Codes of the areas whose pages these are.

    Returns
    -------
    str
        With what to do.

    Examples
    --------
    >>> print(behind(["X001", "X004"]).partition(".")[0])
    Pages of 2 areas show the whole, or other areas, as they were before the last answers came in
    """
    return (
        f"Pages of {many(len(areas), 'area')} show the whole, or other areas, as they were before the last "
        "answers came in. Beside newer pages they would tell what those answers were. Make all of them with "
        "trustgap run --force, and release then."
    )


REMEDY = (
    "Whoever keeps the earlier pages could take one from the other. Accepted: what is published stays as it "
    f"is; or a release in which, in each of these cells, at least {THRESHOLD} people joined, left or changed "
    "their answer since, or nobody did; so many cases were added, taken out or judged anew, or none was."
)
"""What to do where two releases would tell too much."""


def damaged(error: Exception) -> str:
    """Say what to do where the record of releases is not as it was left.

    Parameters
    ----------
    error : Exception
        Says where.

    Returns
    -------
    str
        One line.
    """
    return (
        f"the record of releases is damaged ({error}): put back a copy of it, with its .head; without it "
        "nobody can say what earlier releases told"
    )
