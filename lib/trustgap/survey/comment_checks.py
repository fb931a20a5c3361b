"""Whether a questionnaire is clear about free text: which columns hold it, and who types what they are."""

from collections.abc import Iterator

from trustgap.survey.checks import listed
from trustgap.survey.matching import fold


def comments(document: dict) -> Iterator[tuple]:
    """Find columns of free text that are used for something else, too, or are listed twice.

    Parameters
    ----------
    document : dict
        ``items``, ``columns`` and ``comments`` of a questionnaire, kept to the schema.

    Yields
    ------
    tuple
        Place, what was found, how often, what would be accepted, and what to do.

    Examples
    --------
    >>> asked = {"items": [{"id": "q"}], "columns": {"area": "a"}, "comments": ["Q", "a", "why"]}
    >>> [found for _, found, *_ in comments(asked)]
    ["the column 'Q' is used for something else", "the column 'a' is used for something else"]
    """
    if document["comments"] and "shares" in document:
        yield "comments", "shares hold no free text", 0, "a file of answers", "Remove comments"
        return
    named = document["columns"].get("items", {})
    used = [value for value in document["columns"].values() if isinstance(value, str)]
    used += [named.get(item["id"], item["id"]) for item in document["items"]]
    taken = {fold(column) for column in used if isinstance(column, str)}
    seen = set()
    for column in document["comments"]:
        if fold(column) in taken | seen:
            how = "listed twice" if fold(column) in seen else "used for something else"
            found = f"the column '{listed([column])}' is {how}"
            yield "comments", found, 0, "columns of free text only", "Remove it there or here"
        seen.add(fold(column))


def others(document: dict) -> Iterator[tuple]:
    """Find more than one group or role that would take what people typed.

    Parameters
    ----------
    document : dict
        ``groups`` and ``roles`` of a questionnaire, kept to the schema.

    Yields
    ------
    tuple
        As `comments` gives them.

    Examples
    --------
    >>> asked = {"groups": [{"id": "a", "other": True}, {"id": "b", "other": True}], "roles": []}
    >>> [found for _, found, *_ in others(asked)]
    ['a, b are for everybody else']
    """
    for section in ("groups", "roles"):
        ids = [str(entry["id"]) for entry in document[section] if entry.get("other")]
        if len(ids) > 1:
            found = f"{listed(ids)} are for everybody else"
            yield section, found, 0, "`other: true` once", "Leave one of them"
