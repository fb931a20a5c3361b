"""How a questionnaire names the columns of a file of shares, and what can be wrong with it."""

from collections import Counter
from collections.abc import Iterator

from trustgap.survey.checks import listed
from trustgap.survey.matching import fold

LONG = {name: name for name in ("area", "wave", "item", "base", "rate")}
"""The plain layout, one row per share, taken where the questionnaire names no columns."""

VALUES = ("rate", "count")
ANSWERS_ONLY = ("respondent", "role", "weight", "stratum", "psu")


def complete(document: dict) -> dict[str, object]:
    """Fill in what a questionnaire does not say of the columns of its shares.

    Parameters
    ----------
    document : dict
        A questionnaire with ``shares``, without problems.

    Returns
    -------
    dict
        ``wave``, ``area``, ``group`` and either ``item``, ``base`` and ``rate`` or ``count``, or ``items``.
        Without a column of groups every row is of the only group, or the column is called ``group``.

    Examples
    --------
    >>> complete({"shares": "a.csv", "groups": [{"id": "staff"}]})["group"]
    {'constant': 'staff'}
    """
    groups = document["groups"]
    group = {"constant": groups[0]["id"]} if len(groups) == 1 else "group"
    return {"group": group} | dict(document.get("columns") or LONG)


def columns(document: dict) -> Iterator[tuple]:
    """Find columns that shares cannot be read without, or have no use for.

    Parameters
    ----------
    document : dict
        ``items`` and ``columns`` of a questionnaire with ``shares``, kept to the schema.

    Yields
    ------
    tuple
        Place, what was found, how often, what is accepted, remedy: a `checks.Problem` without its file.

    Examples
    --------
    >>> asked = {"items": [{"id": "q"}], "columns": {"wave": "year", "area": "trust"}}
    >>> [place for place, *_ in columns(asked)]
    ['columns, items']
    """
    named = document["columns"]
    for place in ANSWERS_ONLY:
        if place in named:
            yield f"columns, {place}", "shares have no such column", 0, "wave, area, group", "Remove it"
    for place in ("wave", "area"):
        if place not in named:
            yield f"columns, {place}", "no column is named", 0, "a column of the file", "Name it"
    yield from (_of_a_row(named) if "item" in named else _of_items(document, named))
    yield from _used_twice(named)


def _of_a_row(named: dict) -> Iterator[tuple]:
    """Hold the layout of one row per share to its columns."""
    values = [name for name in VALUES if name in named]
    if "base" not in named or len(values) != 1:
        accepted = "`base`, and one of `rate` (percent) and `count`"
        yield "columns", "base and share are not both named, or twice", 0, accepted, "Name both"
    if "items" in named:
        yield "columns, items", "the column `item` names the items already", 0, "one of both", "Remove one"


def _of_items(document: dict, named: dict) -> Iterator[tuple]:
    """Hold the layout of one row per area and wave to its columns."""
    given, ids = named.get("items", {}), [item["id"] for item in document["items"]]
    stray = [name for name in ("base", *VALUES) if name in named]
    if stray:
        yield "columns", f"names {listed(stray)} without `item`", 0, "`item` as well, or `items`", "Add it"
    for item, spec in given.items():
        if item not in ids:
            yield (
                f"columns, items ({item})",
                "this item is not defined",
                0,
                listed(ids, at_most=20),
                "Correct it",
            )
        if not isinstance(spec, dict) or sum(name in spec for name in VALUES) != 1:
            accepted = "{base: COLUMN, rate: COLUMN} or {base: COLUMN, count: COLUMN}"
            yield f"columns, items ({item})", "base and share are not both named", 0, accepted, "Name both"
    absent = [item for item in ids if item not in given]
    if absent:
        found = f"no columns are named for {listed(absent)}"
        yield "columns, items", found, 0, "base and rate, or count, of every item", "Name them"


def _used_twice(named: dict) -> Iterator[tuple]:
    """Find columns that two different things would be read from; several items may share a base."""
    specs = [spec for spec in named.get("items", {}).values() if isinstance(spec, dict)]
    values = [fold(spec[name]) for spec in specs for name in VALUES if name in spec]
    bases = {fold(spec["base"]) for spec in specs}
    fixed = [fold(spec) for spec in named.values() if isinstance(spec, str)]
    for column, times in Counter([*values, *bases, *fixed]).items():
        if times > 1:
            found = f"the column '{listed([column])}' is used for two things"
            yield "columns", found, 0, "one use for each column", "Correct columns"
