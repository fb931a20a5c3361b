"""What the page of one area tells of others, held against what these tell of themselves."""

import re
from collections.abc import Collection
from html import unescape

from trustgap.audit.numerals import numerals, written
from trustgap.audit.published import CELL, Published
from trustgap.stats.counts import ALL

LINE = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
SHARE = ["estimate", "conf_low", "conf_high"]


def lines(published: Published) -> dict[str, list[frozenset[str]]]:
    """Give the numbers that stand together where areas tell their shares.

    Parameters
    ----------
    published : Published
        As `published.read` returns it.

    Returns
    -------
    dict of str to list of frozenset
        By name of an area, which two may share, for every share of all its staff: base, share and limits,
        as a page writes them.
    """
    rows, names = published.rows, published.areas["name"]
    own = rows["group_a"].eq(ALL) & rows["area"].isin(names.index)
    shares = rows[rows["analysis"].eq("shares") & own & ~rows["suppressed"]]
    columns = [written(shares, name) for name in SHARE]
    found: dict[str, list[frozenset[str]]] = {name: [] for name in names}
    for area, n, *parts in zip(shares["area"], shares["n_a"], *columns, strict=True):
        found[names[area]].append(frozenset([f"{n:.0f}", *(one for part in parts for one in part)]))
    return found


def told(html: str, names: Collection[str]) -> list[tuple[str, frozenset[str]]]:
    """Read the lines of tables that are about other areas.

    Parameters
    ----------
    html : str
        The page of an area.
    names : collection of str
        What the other areas are called.

    Returns
    -------
    list of (str, frozenset)
        Name, and the numbers of the line.

    Examples
    --------
    >>> told("<tr><th>Elmford</th><td>62%</td><td>40</td></tr>", ["Elmford"]) == [("Elmford", {"62%", "40"})]
    True
    """
    found = []
    for line in LINE.findall(html):
        name, *cells = [unescape(cell).strip() for cell in CELL.findall(line)] or [""]
        if name in names:
            found.append((name, frozenset(one for cell in cells for one in numerals(cell))))
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
        Rule and name.
    """
    return [
        ("a number of another area that it does not give itself", name)
        for name, numbers in read
        if numbers and not any(numbers <= one for one in known[name])
    ]
