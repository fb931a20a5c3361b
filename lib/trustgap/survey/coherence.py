"""Whether a questionnaire makes sense: every name it uses is defined, every direction and code clear."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from trustgap.survey import comment_checks, scale_checks, share_columns
from trustgap.survey.checks import CANONICAL, Problem, listed
from trustgap.survey.matching import fold

OPTIONAL = {
    "teams": [],
    "roles": [],
    "decisions": {},
    "classes": {},
    "comparability": [],
    "names": {},
    "weighting": {},
    "files": {},
    "comments": [],
}
"""Sections that may be left out, and what they then hold."""

ASKED = {
    "sampling": {"design": ""},
    "answers": "",
    "waves": [],
    "groups": [],
    "scales": {},
    "items": [],
    "headline": "",
    "columns": {},
}
"""Sections that only a folder without any survey leaves out, and what they then hold."""

RESERVED = {"all", "rest", "national"}
"""Ids that results use for pooled groups and areas."""


def problems(document: dict, *, file: str, sections: Iterable[str]) -> list[Problem]:
    """Find what a JSON schema cannot: names without a definition, doubles, unclear directions.

    Parameters
    ----------
    document : dict
        The questionnaire, with the `OPTIONAL` sections filled in.
    file : str
        Its file name, for messages.
    sections : iterable of str
        The sections that kept to the schema; a check that reads any other is left out.

    Returns
    -------
    list of Problem
        Every problem found.

    Examples
    --------
    >>> asked = {"answers": "a.csv", "columns": {}, "items": [{"id": "a"}], "headline": "b"}
    >>> [p.found for p in problems(asked, file="q.yaml", sections=["items", "headline"])]
    ["names the item 'b', which is not defined"]
    """
    sound = set(sections)
    found = []
    for check, reads in CHECKS.items():
        if sound.issuperset(reads.split()):
            found += [Problem(file, *rest) for rest in check(document)]
    return found


def _source(document: dict) -> Iterator[tuple]:
    """Hold a survey to one file, of answers or of shares."""
    given = [field for field in ("answers", "shares") if document.get(field)]
    if len(given) == 2:
        yield "", "names both `answers` and `shares`", 0, "one of both", "Remove one"
    if not given and any(document.get(field) for field in ("waves", "groups", "scales", "items")):
        yield "", "lacks `answers`", 0, "`answers`, or `shares`: the name of a file", "Add what is missing"
    if given == ["answers"] and "columns" not in document:
        yield "", "lacks `columns`", 0, "the columns of the answers file", "Add what is missing"


def _undefined(kind: str, name: str, known: Iterable[str]) -> tuple:
    """Describe a name that nothing defines."""
    choice = listed(known, at_most=20) or f"none: no {kind} is defined"
    return f"names the {kind} '{listed([name])}', which is not defined", 0, choice, "Correct or define it"


def _doubles(entries: list[dict], section: str, field: str) -> Iterator[tuple]:
    """Find entries of a section that share the value of a field."""
    times = Counter(fold(entry[field]) for entry in entries if field in entry)
    for value, count in times.items():
        if count > 1:
            found = f"several entries have the {field} '{listed([value])}'"
            yield section, found, count, "each only once", "Give each entry its own"


def _ids(document: dict) -> Iterator[tuple]:
    """Find ids and labels that do not tell entries apart."""
    for section in ("waves", "groups", "teams", "roles"):
        yield from _doubles(document[section], section, "id")
        yield from _doubles(document[section], section, "label")
        for entry in document[section]:
            if fold(entry["id"]) in RESERVED:
                remedy = "Choose another id"
                yield f"{section} ({entry['id']})", "this id has a meaning of its own", 0, "any other", remedy
    yield from _doubles(document["groups"], "groups", "short")


def _items(document: dict) -> Iterator[tuple]:
    """Find item ids that cannot become columns beside the fixed ones."""
    yield from _doubles(document["items"], "items", "id")
    yield from _doubles(document["items"], "items", "label")
    for item in document["items"]:
        if item["id"] in CANONICAL or fold(item["id"]) in RESERVED:
            found = "this id is taken by a column of our own"
            yield f"items ({item['id']})", found, 0, f"any but {listed([*CANONICAL, *RESERVED])}", "Rename it"


def _codes(document: dict) -> Iterator[tuple]:
    """Find codes that mean more than one wave, group or role."""
    for section in ("waves", "groups", "roles"):
        owners: dict[str, set] = {}
        for entry in document[section]:
            for code in [entry["id"], entry["label"], *entry.get("codes", [])]:
                owners.setdefault(fold(code), set()).add(entry["id"])
        for code, ids in owners.items():
            if len(ids) > 1:
                found = f"'{listed([code])}' stands for {listed(sorted(ids))}"
                yield section, found, 0, "one meaning for each code and label", "Change one of them"


def _waves(document: dict) -> Iterator[tuple]:
    """Find waves out of the order of time."""
    times = [float(wave["time"]) for wave in document["waves"]]
    if any(later <= earlier for earlier, later in pairwise(times)):
        yield "waves", "they are not in the order of time", 0, "each later than the one before", "Sort them"


def _teams(document: dict) -> Iterator[tuple]:
    """Hold teams and groups to what they say of one another."""
    teams = {team["id"]: team.get("members", []) for team in document["teams"]}
    groups = [group["id"] for group in document["groups"]]
    for team, members in teams.items():
        for member in members:
            if member not in groups:
                yield f"teams ({team})", *_undefined("group", member, groups)
    for group in document["groups"]:
        place, team = f"groups ({group['id']})", group.get("team")
        if team is not None and team not in teams:
            yield place, *_undefined("team", team, teams)
        elif team is not None and group["id"] not in teams[team]:
            found = f"is the team '{team}', but is not among that team's members"
            yield place, found, 0, "", f"Add {group['id']} to the members: they do not rate themselves"


def _references(document: dict) -> Iterator[tuple]:
    """Find items that use undefined scales, teams, decisions or classes."""
    known = {
        "scale": list(document["scales"]),
        "team": [team["id"] for team in document["teams"]],
        "decision": list(document["decisions"]),
        "class": list(document["classes"]),
    }
    rated = Counter()
    for item in document["items"]:
        place = f"items ({item['id']})"
        for kind, names in known.items():
            if kind in item and item[kind] not in names:
                yield f"{place}, {kind}", *_undefined(kind, item[kind], names)
        if item["block"] in {"trust", "relationship"}:
            if "team" not in item:
                found = f"is in the block {item['block']} and names no team"
                yield place, found, 0, listed(known["team"]), "Say which team is rated"
            rated[item["block"], item.get("team", item["id"])] += 1
    for (block, team), count in rated.items():
        if count > 1:
            found = f"several {block} items are about the team '{team}'"
            yield "items", found, count, "one for each team and block", "Make the others statements"


def _headline(document: dict) -> Iterator[tuple]:
    """Look for the item that the index shows."""
    items = [item["id"] for item in document["items"]]
    if document["headline"] not in items:
        yield "headline", *_undefined("item", document["headline"], items)


def _comparability(document: dict) -> Iterator[tuple]:
    """Find undefined items and waves in the notes on comparability."""
    items = [item["id"] for item in document["items"]]
    waves = [str(wave["id"]) for wave in document["waves"]]
    yield from _doubles(document["comparability"], "comparability", "item")
    for entry in document["comparability"]:
        place = f"comparability ({entry['item']})"
        if entry["item"] not in items:
            yield place, *_undefined("item", entry["item"], items)
        for wave in entry["waves"]:
            if str(wave) not in waves:
                yield place, *_undefined("wave", wave, waves)


def _weighting(document: dict) -> Iterator[tuple]:
    """Find undefined groups in the map of small groups, and groups that would join one another in a ring."""
    groups = [group["id"] for group in document["groups"]]
    merge = document["weighting"].get("merge", {})
    for group, partner in merge.items():
        for name in (group, partner):
            if name not in groups:
                yield f"weighting, merge ({group})", *_undefined("group", name, groups)
        seen = {group}
        while partner in merge and partner not in seen:
            seen.add(partner)
            partner = merge[partner]
        if partner in seen:
            found, remedy = f"the group '{listed([group])}' joins itself in the end", "Name another partner"
            yield f"weighting, merge ({group})", found, 0, "a group that stays", remedy


def _columns(document: dict) -> Iterator[tuple]:
    """Find columns that two things would be read from."""
    items = [item["id"] for item in document["items"]]
    columns = document["columns"]
    if "shares" in document:
        return
    for place in ("wave", "area", "group"):
        if place not in columns:
            yield f"columns, {place}", "no column is named", 0, "a column of the answers file", "Name it"
    named = columns.get("items", {})
    if any(isinstance(name, dict) for name in named.values()) or {
        "item",
        "base",
        *share_columns.VALUES,
    } & set(columns):
        found, accepted = "bases and rates are named, but there is no file of shares", "columns of answers"
        yield "columns", found, 0, accepted, "Name the file in `shares`, or correct columns"
        return
    for item in named:
        if item not in items:
            yield "columns, items", *_undefined("item", item, items)
    fixed = [value for key, value in columns.items() if key != "items" and isinstance(value, str)]
    for column, times in Counter(fold(named.get(item, item)) for item in items).items():
        if times > 1 or column in {fold(value) for value in fixed}:
            found = f"the column '{listed([column])}' is used for an item and for something else"
            yield "columns", found, 0, "one use for each column", "Correct columns"
    if "role" in columns and not document["roles"]:
        yield (
            "columns, role",
            "a column is named, but no roles are defined",
            0,
            "",
            "Define roles or remove it",
        )


CHECKS = {
    _source: "",
    _ids: "waves groups teams roles",
    _items: "items",
    _codes: "waves groups roles",
    _waves: "waves",
    _teams: "groups teams",
    scale_checks.scales: "scales",
    _references: "items scales teams decisions classes",
    _headline: "items headline",
    _comparability: "items waves comparability",
    _weighting: "groups weighting",
    _columns: "items roles columns",
    share_columns.columns: "items columns shares",
    comment_checks.comments: "items columns comments",
    comment_checks.others: "groups roles",
}
"""Each check with the sections that it reads."""
