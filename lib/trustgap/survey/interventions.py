"""The catalogue of a local programme: behaviours wanted, barriers to them, interventions against these."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from trustgap.survey import yaml_file
from trustgap.survey.checks import Problem, SurveyError, listed

SCHEMA = json.loads(Path(__file__).with_name("interventions.schema.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Catalogue:
    """What ``data/interventions.yaml`` says; the tables are not to be changed.

    Parameters
    ----------
    sources : DataFrame, indexed by source
        ``label``, ``year`` (text, such as "2016-17").
    classes, efforts : dict of str to str
        Labels by id.
    behaviours : DataFrame, indexed by behaviour
        ``label``, ``description``.
    barriers : DataFrame, indexed by barrier
        ``label``, ``behaviour``, ``barrier_class``.
    links : DataFrame
        ``barrier``, ``item`` (of a survey) and ``sign``: whether many positive answers (``high``) or few
        (``low``) speak for the barrier. One row per pair.
    interventions : DataFrame, indexed by intervention
        ``label``, ``what``, ``barriers`` (tuple), ``intervention_class``, ``who`` (must act), ``effort``,
        ``source`` and ``basis`` (``proposed`` by the source, or ``derived`` from what it found).
    """

    sources: pd.DataFrame
    classes: dict[str, str]
    efforts: dict[str, str]
    behaviours: pd.DataFrame
    barriers: pd.DataFrame
    links: pd.DataFrame
    interventions: pd.DataFrame

    @property
    def labels(self) -> dict[str, str]:
        """Labels of behaviours, barriers and interventions by id, no id twice."""
        parts = (self.behaviours, self.barriers, self.interventions)
        return {one: label for part in parts for one, label in part["label"].items()}

    @property
    def addressed(self) -> pd.DataFrame:
        """Which intervention addresses which barrier: ``intervention``, ``barrier``, one row per pair."""
        pairs = [(one, barrier) for one, many in self.interventions["barriers"].items() for barrier in many]
        return pd.DataFrame(pairs, columns=["intervention", "barrier"], dtype=object)


def read(path: Path) -> Catalogue:
    """Read a catalogue and check that everything it names is defined.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    Catalogue
        Every field as text.

    Raises
    ------
    SurveyError
        With every fault found: one of form, an id given twice, a barrier, behaviour, class or source that
        is used and not defined.
    """
    document, problems = yaml_file.load(path, schema=SCHEMA)
    problems = problems or _incoherent(path.name, document)
    if problems:
        raise SurveyError(problems)
    barriers = document["barriers"]
    links = [(one["id"], item, sign) for one in barriers for item, sign in one.get("items", {}).items()]
    acts = [one | {"barriers": tuple(one["barriers"])} for one in document["interventions"]]
    return Catalogue(
        sources=pd.DataFrame.from_dict(document["sources"], orient="index", columns=["label", "year"]),
        classes=document["classes"],
        efforts=document["efforts"],
        behaviours=_table(document["behaviours"]),
        barriers=_table(barriers).rename(columns={"class": "barrier_class"})[
            ["label", "behaviour", "barrier_class"]
        ],
        links=pd.DataFrame(links, columns=["barrier", "item", "sign"], dtype=object),
        interventions=_table(acts).rename(columns={"class": "intervention_class"}),
    )


def _table(entries: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(entries).set_index("id")


def _incoherent(file: str, document: dict) -> list[Problem]:
    """Find ids that stand twice, and ids that are used and not defined."""
    places = ("behaviours", "barriers", "interventions")
    ids = Counter(one["id"] for place in places for one in document[place])
    twice = [one for one, count in ids.items() if count > 1]
    problems = []
    if twice:
        found, accepted = f"the id {listed(twice)} is given twice", "each id once in the whole file"
        problems = [Problem(file, "", found, 0, accepted, "Rename one of them")]
    known = {place: [one["id"] for one in document[place]] for place in places[:2]}
    known |= {"classes": list(document["classes"]), "sources": list(document["sources"])}
    uses = [("barriers", "behaviour", "behaviours"), ("barriers", "class", "classes")]
    uses += [("interventions", "barriers", "barriers"), ("interventions", "class", "classes")]
    uses += [("interventions", "source", "sources")]
    for place, field, defined in uses:
        for number, entry in enumerate(document[place]):
            named = entry[field] if isinstance(entry[field], list) else [entry[field]]
            unknown = [one for one in named if one not in known[defined]]
            if unknown:
                where = yaml_file.place(document, [place, number, field])
                found = f"names {listed(unknown)}, which is not defined under `{defined}`"
                accepted = listed(known[defined], at_most=25)
                problems.append(Problem(file, where, found, 0, accepted, "Define it or correct the spelling"))
    return problems
