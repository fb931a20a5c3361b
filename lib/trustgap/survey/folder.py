"""The survey folder: questionnaire, areas and answers read together, or every problem named."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from trustgap.stats.batteries import direction
from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.shares.responses import largest_bases
from trustgap.survey import key as keys
from trustgap.survey import questionnaire as questions
from trustgap.survey import sources
from trustgap.survey.areas import read_areas
from trustgap.survey.checks import Problem, SurveyError, listed, printable
from trustgap.survey.free_text import Kept, described
from trustgap.survey.programme import cases, delays, evidence, metrics, quotes
from trustgap.survey.programme.inventory import inventory
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.scales import Scale

QUESTIONNAIRE, AREAS, MODEL = "questionnaire.yaml", "areas.csv", "model.yaml"

FILES = {"cases": cases, "evidence": evidence, "metrics": metrics, "delays": delays, quotes.NAME: quotes}
"""What a folder may bring beside, or instead of, a survey's answers, and who reads it."""


@dataclass(frozen=True)
class Survey:
    """A survey that has been read and found sound; the tables are not to be changed.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    answers : DataFrame, one row per respondent and wave
        The canonical frame, see `answers.canonical`; without rows where shares are all that is known.
    shares : DataFrame, one row per cell
        Counts behind published shares, see `shares.aggregated`; without rows where there are answers.
    areas : DataFrame, indexed by code
        ``name``, ``region``, and where given ``in_answers``, ``staff_<group>`` and ``role_<role>`` (float
        head-counts, missing where unknown).
    ledger : DataFrame
        Which rows were dropped, altered or noted, and why.
    files : dict of str to DataFrame
        Reviewed cases, evidence, metrics, delays and approved quotes, as `FILES` reads them; perhaps without
        rows.
    paths : tuple of Path
        All files read.
    key : Key
        Of every hash that depends on answers.
    digest : str
        Hash of these files, made with the key.
    ignored : tuple of str
        Columns of the file of answers or shares that the questionnaire does not use; they were left behind.
    rows_read : int
        Rows of the file of answers or shares.
    free_text : Kept
        Where the free text of the answers went, and how much there was; nothing here holds any of it.
    """

    questionnaire: Questionnaire
    answers: pd.DataFrame
    shares: pd.DataFrame
    areas: pd.DataFrame
    ledger: pd.DataFrame
    files: dict[str, pd.DataFrame]
    paths: tuple[Path, ...]
    key: keys.Key
    digest: str
    ignored: tuple[str, ...]
    rows_read: int
    free_text: Kept

    @property
    def rows_kept(self) -> int:
        """Rows of the file of answers or shares that are used."""
        return self.rows_read - int(self.ledger.loc[self.ledger["action"].eq("dropped"), "rows"].sum())

    @property
    def people(self) -> pd.DataFrame:
        """Respondents by ``area``, ``wave`` and ``group``; of shares, the largest base of any item."""
        if len(self.shares):
            people = largest_bases(self.shares)
            return people[people["area"].ne(NATIONAL) & people["group"].ne(ALL)].reset_index(drop=True)
        key = ["area", "wave", "group"]
        return self.answers[key].groupby(key, observed=True).size().reset_index(name="n")


def load(folder: str | Path, *, answers: str | Path | None = None) -> Survey:
    """Read a survey folder.

    Parameters
    ----------
    folder : str or Path
        Holds ``questionnaire.yaml``, ``areas.csv`` and, unless `answers` is given, the file of answers or
        shares that the questionnaire names. Answers that it calls synthetic are made on first use.
    answers : str or Path, optional
        Another file of answers or shares, or another folder in which the survey's files lie.

    Returns
    -------
    Survey
        Sound: every answer is on its scale, every area and group known.

    Raises
    ------
    SurveyError
        With every problem of every file that can be looked at; answers are only looked at once
        questionnaire and areas are sound.

    Examples
    --------
    >>> load("nowhere")
    Traceback (most recent call last):
    ...
    trustgap.survey.checks.SurveyError: 1 problem found.
    <BLANKLINE>
    1. nowhere: this is not a folder. Accepted: a folder with questionnaire.yaml and areas.csv. Name another.
    """
    folder = Path(folder)
    if not folder.is_dir():
        accepted = f"a folder with {QUESTIONNAIRE} and {AREAS}"
        raise SurveyError([Problem(folder.name, "", "this is not a folder", 0, accepted, "Name another")])
    sources.stay_inside(folder, [QUESTIONNAIRE, AREAS])
    problems, asked = [], None
    try:
        asked = questions.read(folder / QUESTIONNAIRE)
    except SurveyError as error:
        problems += error.problems
    known = {"groups": asked.groups.index.tolist(), "roles": asked.roles.index.tolist()} if asked else {}
    areas, more = read_areas(folder / AREAS, **known)
    problems += more
    if problems:
        raise SurveyError(problems)
    elsewhere = answers is not None and Path(answers).is_dir()
    home, answers = (Path(answers), None) if elsewhere else (folder, answers)
    sources.stay_inside(home, [MODEL, *(kind.FILE for kind in FILES.values()), *sources.named(asked)])
    if asked.synthetic and (home / MODEL).is_file():
        # Only here: nobody with real answers should need, or wait for, the maker of invented ones.
        from trustgap.survey.synthetic import folder as synthetic

        synthetic.ensure_brought(home)
    files, paths, problems = {}, [], []
    for name, kind in FILES.items():
        files[name], more, read = kind.read(home, asked=asked, areas=areas)
        problems, paths = [*problems, *more], [*paths, *read]
    fields, path = sources.nothing(asked), sources.answers_path(home, asked, answers)
    if path:
        fields, more = sources.read(path, asked, areas)
        problems, paths = [*problems, *more], [path, *paths]
    elif not paths:
        accepted = "answers, shares, or " + listed(kind.FILE for kind in FILES.values())
        problems += [Problem(folder.name, "", "there is nothing to analyse", 0, accepted, "Add a file")]
    if problems:
        raise SurveyError(problems)
    paths = (folder / QUESTIONNAIRE, folder / AREAS, *paths)
    found = {"questionnaire": asked, "areas": areas, "files": files, "paths": paths}
    key = sources.key(keys.home(folder, Path(answers) if answers else home))
    return Survey(**found, key=key, digest=key.of_files(paths), **fields)


def describe(survey: Survey) -> str:
    """Say in plain words what has been read, without any respondent's answer.

    Parameters
    ----------
    survey : Survey
        As `load` returns it.

    Returns
    -------
    str
        Title, waves, groups, teams, items by block, respondents per wave and group, and what happened to
        rows and columns.
    """
    asked = survey.questionnaire
    made_up = "Synthetic: these answers are invented.\n" if asked.synthetic else ""
    blocks = asked.items.groupby("block", sort=False).size()
    people, staff = survey.people, asked.names["respondents"]
    waves = [
        f"{label}: {rows['n'].sum():,} {staff} in {len(rows['area'].unique()):,} "
        f"{_word('area', len(rows['area'].unique()), asked)}"
        for wave, label in asked.waves["label"].items()
        for rows in [people[people["wave"].eq(wave)]]
    ]
    groups = [
        f"{label}: {people.loc[people['group'].eq(group), 'n'].sum():,}"
        for group, label in asked.groups["label"].items()
    ]
    lines = [
        f"{asked.title} ({asked.survey})",
        f"{made_up}{_used(survey)} can be used; sampling: {asked.sampling['design']}"
        if survey.rows_read
        else f"{made_up}No survey",
        "",
        *_section("Waves", waves),
        *_section("Groups", groups),
        *_section("Teams rated", [str(label) for label in asked.teams["label"]]),
        *_section("Scales, from low to high", [_scale(scale) for scale in asked.scales.values()]),
        *_section("Items", [f"{block}: {count}" for block, count in blocks.items()]),
        *_section("To look at: questions that run against those beside them", _against(survey)),
        *_section("Areas", [f"{len(survey.areas):,} listed, {people['area'].nunique():,} with answers"]),
        *(line for title, said in inventory(survey.files, asked.names) for line in _section(title, said)),
        *(_section("Rows", _rows(survey)) if survey.rows_read else []),
        *_section("Free text, kept apart", described(survey.free_text)),
        *_section("Columns left behind", [printable(name) for name in survey.ignored] or ["none"]),
        f"Fingerprint {survey.digest[:12]}",
    ]
    return "\n".join(lines)


def _used(survey: Survey) -> str:
    """Say how many rows are used, and of whom."""
    staff = survey.questionnaire.names["respondents"]
    if len(survey.shares):
        return f"{survey.rows_kept:,} rows of shares of {staff}, without answers of single {staff},"
    return f"{len(survey.answers):,} rows of {survey.answers['respondent'].nunique():,} {staff}"


def _section(title: str, entries: list[str]) -> list[str]:
    """Set a heading over indented lines."""
    return [title, *(f"  {entry}" for entry in entries), ""] if entries else []


def _scale(scale: Scale) -> str:
    """Say which way a scale runs, so that one listed the wrong way round is seen."""
    top = ", ".join(scale.labels[scale.top_from - 1 :])
    return f"{scale.id}: {scale.labels[0]} to {scale.labels[-1]}; positive: {top}"


def _against(survey: Survey) -> list[str]:
    """Name questions whose scale may be listed the wrong way round."""
    if survey.answers.empty:
        return []
    items = survey.questionnaire.items
    return [
        f"{row.item}: answers fall where those to "
        f"{row.beside or 'the other questions of its set'} rise; does its scale run from low to high?"
        for row in direction.against(survey.answers, items).itertuples(index=False)
    ]


def _word(name: str, count: int, asked: Questionnaire) -> str:
    """Choose singular or plural of what the survey calls its areas."""
    return asked.names[name if count == 1 else f"{name}s"]


def _rows(survey: Survey) -> list[str]:
    """Account for every row of the answers file."""
    lines = [f"{survey.rows_read:,} read, {survey.rows_kept:,} kept"]
    for row in survey.ledger.itertuples(index=False):
        cells = f", {row.cells:,} {'shares' if len(survey.shares) else 'answers'}" if row.cells else ""
        detail = f" ({row.detail})" if row.detail else ""
        lines.append(f"{row.rows:,} {row.action}: {row.reason}{cells}{detail}")
    return lines
