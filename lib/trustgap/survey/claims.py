"""Published statements, and how each is decided: the file of claims."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from trustgap.survey import yaml_file
from trustgap.survey.checks import Problem, SurveyError, listed

SCHEMA = json.loads(Path(__file__).with_name("claims.schema.json").read_text(encoding="utf-8"))

OPTIONAL = {"decision"}
"""Parameters of a test that need not be given."""

TESTS = {
    kind: set(parameters.split())
    for kind, parameters in {
        "none": "",
        "first": "items decision group",
        "classes": "class_a class_b decision",
        "some_differ": "group_a group_b",
        "groups": "item group_a group_b",
        "share": "item group value within",
        "distrust": "item group value within",
        "mean": "item group value within",
        "majority": "item group",
        "both_ways": "group_a group_b",
        "least_trusted": "item group",
        "strongest": "item group",
        "weakest": "item group",
        "weakest_ties": "ties",
        "ratings": "item_a group_a item_b group_b",
        "looser": "team",
        "none_rose": "groups items",
        "some_fell": "groups items",
        "uneven": "items within",
        "case_share": "finding value within",
        "case_share_above": "finding value",
        "cheaper": "value",
        "team_not_people": "",
        "agreement_rose": "",
        "delays": "category value within first last",
        "metric_moved": "",
    }.items()
}
"""The kinds of test, each with its parameters."""


def read(path: Path) -> pd.DataFrame:
    """Read published statements and how each is decided.

    Parameters
    ----------
    path : Path
        Such as ``data/claims.yaml``.

    Returns
    -------
    DataFrame, indexed by claim, in the order of the file
        Texts ``label statement source year published rule out_of_scope`` (the last "" where nothing is);
        ``contradicts`` (a tuple of claims); ``test``: a dict with ``kind`` and the parameters that
        `TESTS` names, numbers as float.

    Raises
    ------
    SurveyError
        If the file has faults: each is named with its place.
    """
    document, problems = yaml_file.load(path, schema=SCHEMA)
    if not problems:
        problems = _coherent(path.name, document["claims"])
    if problems:
        raise SurveyError(problems)
    rows = [{"out_of_scope": "", **one, "test": _numbers(one["test"])} for one in document["claims"]]
    frame = pd.DataFrame(rows).set_index("id")
    against = [tuple(one.get("contradicts", ())) for one in document["claims"]]
    return frame.assign(contradicts=pd.Series(against, index=frame.index, dtype=object))


def _numbers(test: dict[str, Any]) -> dict[str, Any]:
    return {name: float(value) if name in ("value", "within") else value for name, value in test.items()}


def _coherent(file: str, entries: list[dict]) -> list[Problem]:
    """Find what no schema can say: doubled ids, parameters of another test, opponents that are not there."""
    problems, known = [], [one["id"] for one in entries]
    for number, one in enumerate(entries, start=1):
        place = f"claims, entry {number} ({one['id']})"
        if known.index(one["id"]) != number - 1:
            problems.append(Problem(file, place, "the id is used twice", 0, "ids that differ", "Rename one"))
        kind, given = one["test"]["kind"], set(one["test"]) - {"kind"}
        lacks, extra = sorted(TESTS[kind] - OPTIONAL - given), sorted(given - TESTS[kind])
        for names, word in ((lacks, "lacks"), (extra, "does not know")):
            if names:
                found = f"a test of the kind '{kind}' {word} {listed(f'`{name}`' for name in names)}"
                accepted = listed(sorted(TESTS[kind]), at_most=20) or "no parameter"
                problems.append(Problem(file, f"{place}, test", found, 0, accepted, "Correct the test"))
        for other in one.get("contradicts", ()):
            if other not in known or one["id"] not in entries[known.index(other)].get("contradicts", ()):
                found = f"names {listed([other])}, which does not name it"
                remedy = "Name each of the two under the other's contradicts"
                problems.append(Problem(file, f"{place}, contradicts", found, 0, "another claim", remedy))
    return problems
