"""The questionnaire: what a survey asked, of whom and when, and how its answers are coded."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.survey import coherence, share_columns, yaml_file
from trustgap.survey.checks import SurveyError
from trustgap.survey.matching import fold
from trustgap.survey.scales import Scale, build_scale, in_two

SCHEMA = json.loads(Path(__file__).with_name("questionnaire.schema.json").read_text(encoding="utf-8"))

NAMES = {
    "whole": "All areas",
    "area": "area",
    "areas": "areas",
    "region": "Region",
    "respondents": "respondents",
}
"""What a survey calls its parts, unless it says otherwise."""


def _names(given: dict[str, str]) -> dict[str, str]:
    """Fill in what a survey does not name; ``rest`` is what all other areas together are called."""
    names = {**NAMES, **given}
    return {"rest": f"the rest of {names['whole']}" if "whole" in given else "all other areas", **names}


@dataclass(frozen=True)
class Questionnaire:
    """A survey as its questionnaire describes it; the tables are not to be changed.

    Parameters
    ----------
    survey, title, citation : str
        Id for paths; title for pages; where the answers come from.
    synthetic : bool
        Whether the answers are invented.
    names : dict
        ``whole``, ``rest`` (all other areas together), ``area``, ``areas``, ``region``, ``respondents``.
    sampling : dict
        ``design`` (probability, census or opportunistic) and ``note``.
    answers_file, shares_file : str
        Name of the file of answers, or of shares; "" where there is none.
    waves : DataFrame, indexed by wave in time order
        ``label``, ``time`` in years.
    groups : DataFrame, indexed by group
        ``label``, ``short``, ``team`` (the team that this group is, or "").
    teams : DataFrame, indexed by team
        ``label``, ``members`` (tuple of the groups whose own team it is).
    roles : DataFrame, indexed by role
        ``label``.
    scales : dict of str to Scale
        The answers that items offer; of shares two, positive or not.
    decisions, classes : dict of str to str
        Labels by id.
    items : DataFrame, indexed by item
        ``text label block scale decision factor_class team source k top_from low_to numeric``.
    headline : str
        The item that the index shows.
    comparability : dict of str to tuple of str
        For every item the waves that may be compared, in time order.
    comparability_notes : dict of str to str
        Why an item is not comparable over all waves.
    merge : dict of str to str
        For weights: the group that a group joins where too few of it answered.
    files : dict
        How files in other layouts are to be read, by what they hold.
    columns : dict
        Column of the answers file (str) or ``{"constant": value}`` by role; ``columns["items"]`` by item.
        Of a file of shares: as `share_columns.complete` gives them.
    codes : dict of str to dict
        For ``wave``, ``group`` and ``role``: folded text to id.
    comments : tuple of str
        Columns of free text, which no analysis sees.
    others : dict of str to str
        For ``group`` and ``role``, where one of them is for people who type what they are: its id.
    document : dict
        What all this was built from, free of problems; `build` makes the same questionnaire of it again.
    """

    survey: str
    title: str
    citation: str
    synthetic: bool
    names: dict[str, str]
    sampling: dict[str, str]
    answers_file: str
    shares_file: str
    waves: pd.DataFrame
    groups: pd.DataFrame
    teams: pd.DataFrame
    roles: pd.DataFrame
    scales: dict[str, Scale]
    decisions: dict[str, str]
    classes: dict[str, str]
    items: pd.DataFrame
    headline: str
    comparability: dict[str, tuple[str, ...]]
    comparability_notes: dict[str, str]
    merge: dict[str, str]
    files: dict[str, object]
    columns: dict[str, object]
    codes: dict[str, dict[str, str]]
    comments: tuple[str, ...]
    others: dict[str, str]
    document: dict[str, object]


def read(path: str | Path) -> Questionnaire:
    """Read and check a questionnaire.

    Parameters
    ----------
    path : str or Path
        A ``questionnaire.yaml``; ``data/README.md`` explains its fields.

    Returns
    -------
    Questionnaire
        With every default filled in.

    Raises
    ------
    SurveyError
        With every problem of the file at once.

    Examples
    --------
    >>> read("nowhere/questionnaire.yaml")
    Traceback (most recent call last):
    ...
    trustgap.survey.checks.SurveyError: 1 problem found.
    <BLANKLINE>
    1. questionnaire.yaml: the file is not there. Accepted: a YAML file. Put a file ...
    """
    path = Path(path)
    document, problems = yaml_file.load(path, schema=SCHEMA)
    if isinstance(document, dict):
        document = {**coherence.OPTIONAL, **document}
        broken = {problem.place.split(",")[0] for problem in problems}
        problems += coherence.problems(document, file=path.name, sections=set(document) - broken)
    if problems:
        raise SurveyError(problems)
    return build(document)


def build(document: dict) -> Questionnaire:
    """Turn a sound document into a questionnaire.

    Parameters
    ----------
    document : dict
        What `yaml_file.load` gives, free of problems.

    Returns
    -------
    Questionnaire
        With every default filled in.
    """
    document = {**coherence.ASKED, **coherence.OPTIONAL, **document}
    scales = {name: build_scale(name, entry) for name, entry in document["scales"].items()}
    if "shares" in document:
        scales = {name: in_two(scale) for name, scale in scales.items()}
    waves = _table(document["waves"], "wave", {"label": "", "time": ""}).astype({"time": float})
    columns = _columns(document)
    limits = {entry["item"]: {str(wave) for wave in entry["waves"]} for entry in document["comparability"]}
    groups = _table(document["groups"], "group", {"label": "", "short": "", "team": ""})
    teams = _table(document["teams"], "team", {"label": ""})
    teams["members"] = pd.Series(
        [tuple(team.get("members", ())) for team in document["teams"]], index=teams.index, dtype=object
    )
    return Questionnaire(
        survey=document["survey"],
        title=str(document["title"]),
        citation=str(document["citation"]).strip(),
        synthetic=document["synthetic"],
        names=_names(document["names"]),
        sampling={"note": "", **document["sampling"]},
        answers_file=document.get("answers", ""),
        shares_file=document.get("shares", ""),
        waves=waves,
        groups=groups.assign(short=groups["short"].where(groups["short"] != "", groups["label"])),
        teams=teams,
        roles=_table(document["roles"], "role", {"label": ""}),
        scales=scales,
        decisions=dict(document["decisions"]),
        classes=dict(document["classes"]),
        items=_items(document["items"], scales),
        headline=document["headline"],
        comparability={
            item["id"]: tuple(wave for wave in waves.index if wave in limits.get(item["id"], waves.index))
            for item in document["items"]
        },
        comparability_notes={entry["item"]: entry.get("note", "") for entry in document["comparability"]},
        merge=dict(document["weighting"].get("merge", {})),
        files=document["files"],
        columns=columns,
        codes={kind: _meanings(document[f"{kind}s"]) for kind in ("wave", "group", "role")},
        comments=tuple(str(column) for column in document["comments"]),
        others={
            kind: str(entry["id"])
            for kind in ("group", "role")
            for entry in document[f"{kind}s"]
            if entry.get("other")
        },
        document=document,
    )


def _columns(document: dict) -> dict[str, object]:
    """Say which column holds what; an item's column is called like it unless it is said otherwise."""
    if "shares" in document:
        return share_columns.complete(document)
    columns = dict(document["columns"])
    named = columns.get("items", {})
    return columns | {
        "items": {item["id"]: str(named.get(item["id"], item["id"])) for item in document["items"]}
    }


def _table(entries: list[dict], name: str, columns: dict[str, str]) -> pd.DataFrame:
    """Lay a list of entries out as a table of text, indexed by id."""
    index = pd.Index([str(entry["id"]) for entry in entries], name=name, dtype="str")
    data = {column: [str(entry.get(column, empty)) for entry in entries] for column, empty in columns.items()}
    return pd.DataFrame(data, index=index, dtype="str")


def _meanings(entries: list[dict]) -> dict[str, str]:
    """Find the id behind every id, label and code."""
    return {
        fold(code): str(entry["id"])
        for entry in entries
        for code in [entry["id"], entry["label"], *entry.get("codes", [])]
    }


def _items(entries: list[dict], scales: dict[str, Scale]) -> pd.DataFrame:
    """Lay out the items with what their scales say."""
    columns = {
        name: "" for name in ("text", "label", "block", "scale", "decision", "class", "team", "source")
    }
    items = _table(entries, "item", columns).rename(columns={"class": "factor_class"})
    items["text"] = items["text"].str.strip()
    used = [scales[name] for name in items["scale"]]
    items["k"] = np.array([len(scale.labels) for scale in used], dtype=int)
    items["top_from"] = np.array([scale.top_from for scale in used], dtype=int)
    items["low_to"] = np.array([scale.low_to for scale in used], dtype=int)
    items["numeric"] = np.array([scale.numeric for scale in used], dtype=bool)
    return items
