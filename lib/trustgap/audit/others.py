"""What the page of one area tells of others, held against what these tell of themselves."""

import re
from html import unescape

import pandas as pd

from trustgap.audit.numerals import numerals, written
from trustgap.stats.counts import ALL

LINE = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
SHARE = ["estimate", "conf_low", "conf_high"]


def lines(rows: pd.DataFrame) -> dict[str, list[frozenset[str]]]:
    """Give the numbers that stand together where areas tell their shares.

    Parameters
    ----------
    rows : DataFrame
        Results vocabulary, as published.

    Returns
    -------
    dict of str to list of frozenset
        By area, for every share of all its staff: base, share and limits, as a page writes them.
    """
    shares = rows[rows["analysis"].eq("shares") & rows["group_a"].eq(ALL) & ~rows["suppressed"]]
    columns = [written(shares, name) for name in SHARE]
    found: dict[str, list[frozenset[str]]] = {}
    for area, n, *parts in zip(shares["area"], shares["n_a"], *columns, strict=True):
        found.setdefault(area, []).append(frozenset([f"{n:.0f}", *(one for part in parts for one in part)]))
    return found


def told(html: str, names: dict[str, str]) -> list[tuple[str, frozenset[str]]]:
    """Read the lines of tables that are about other areas.

    Parameters
    ----------
    html : str
        The page of an area.
    names : dict of str to str
        Codes of the other areas by their names.

    Returns
    -------
    list of (str, frozenset)
        Code, and the numbers of the line.

    Examples
    --------
    >>> told("<tr><th>Elmford</th><td>62%</td><td>40</td></tr>", {"Elmford": "X2"}) == [("X2", {"62%", "40"})]
    True
    """
    found = []
    for line in LINE.findall(html):
        name, *cells = [unescape(cell).strip() for cell in CELL.findall(line)] or [""]
        if name in names:
            found.append((names[name], frozenset(one for cell in cells for one in numerals(cell))))
    return found


def wrong(
    read: list[tuple[str, frozenset[str]]], known: dict[str, list[frozenset[str]]]
) -> list[tuple[str, str]]:
    """Find the lines that tell of another area what it does not tell itself.

    Parameters
    ----------
    read : list of (str, frozenset)
        As `told` gives it.
    known : dict of str to list of frozenset
        As `lines` gives it.

    Returns
    -------
    list of (str, str)
        Rule and area.
    """
    return [
        ("a number of another area that it does not give itself", area)
        for area, numbers in read
        if numbers and not any(numbers <= one for one in known.get(area, []))
    ]
