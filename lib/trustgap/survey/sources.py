"""Where a survey's answers or shares lie, and what they are read into."""

import os
from itertools import chain
from pathlib import Path

import pandas as pd

from trustgap.survey import free_text, shares
from trustgap.survey import key as keys
from trustgap.survey.answers import canonical, ignored, named_columns, unanswered
from trustgap.survey.checks import LEDGER, Problem, SurveyError, listed
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.tables import read_parts, read_table

FILE_ITSELF = "Put the file itself there"


def stay_inside(folder: Path, names: list[str]) -> None:
    """Refuse links that lead out of the folder.

    Parameters
    ----------
    folder : Path
        Where the files should lie.
    names : list of str
        Their names; they need not be there.

    Raises
    ------
    SurveyError
        If any of them lies elsewhere.
    """
    problems, home = [], Path(os.path.realpath(folder))
    for name in dict.fromkeys(names):
        path = folder / name
        # Not `Path.resolve`, which fails where links lead round in a circle.
        if not Path(os.path.realpath(path)).is_relative_to(home):
            problems.append(Problem(name, "", "a link out of the folder", 0, "a file", FILE_ITSELF))
        elif path.is_symlink() and not path.exists():
            problems.append(Problem(name, "", "a link that leads nowhere", 0, "a file", FILE_ITSELF))
    if problems:
        raise SurveyError(problems)


def named(asked: Questionnaire) -> list[str]:
    """List the files that a questionnaire names beside answers and shares.

    Parameters
    ----------
    asked : Questionnaire
        Its ``files``.

    Returns
    -------
    list of str
        Names without folders.
    """
    layouts = asked.files.get("delays", {})
    entries = [*asked.files.get("metrics", []), *(one for one in layouts.values() if isinstance(one, dict))]
    return [entry["file"] for entry in entries if "file" in entry]


def key(at: Path) -> keys.Key:
    """Find the key of a survey's hashes, or have it made.

    Parameters
    ----------
    at : Path
        Folder in which the answers lie.

    Returns
    -------
    Key
        As `key.ensure` gives it.

    Raises
    ------
    SurveyError
        If its file holds something else, or is a link out of the folder.
    """
    stay_inside(at, [keys.NAME])
    try:
        return keys.ensure(at)
    except ValueError:
        remedy = "Put it back, or remove the file: all pages are then made anew"
        accepted = "the key that was made there"
        raise SurveyError([Problem(keys.NAME, "", "this is no key", 0, accepted, remedy)]) from None


def answers_path(folder: Path, asked: Questionnaire, answers: str | Path | None) -> Path | None:
    """Find the answers or shares, and have synthetic answers made if they are not there.

    Parameters
    ----------
    folder : Path
        Where they lie unless `answers` says otherwise.
    asked : Questionnaire
        Names the file.
    answers : str or Path, optional
        Another file.

    Returns
    -------
    Path or None
        None where the folder holds no survey.

    Raises
    ------
    SurveyError
        If the file is not there.
    """
    kind, name = ("shares", asked.shares_file) if asked.shares_file else ("answers", asked.answers_file)
    if not name:
        return None
    if answers is not None:
        return Path(answers)
    path = folder / name
    stay_inside(folder, [name])
    if asked.synthetic and asked.answers_file and not path.exists():
        # Only here: nobody with real answers should need, or wait for, the maker of invented ones.
        from trustgap.survey.synthetic import folder as synthetic

        synthetic.ensure(folder)
    if not path.is_file():
        remedy = f"Put it into the survey's folder, or name a file with --answers. Source: {asked.citation}"
        raise SurveyError(
            [Problem(path.name, "", f"the {kind} are not there", 0, f"a file of {kind}", remedy)]
        )
    return path


def nothing(asked: Questionnaire) -> dict:
    """Give the fields of a survey that are empty where only the programme's files are there.

    Parameters
    ----------
    asked : Questionnaire
        Without waves and items.

    Returns
    -------
    dict
        As `read` gives them.
    """
    tables = {
        "answers": unanswered(asked),
        "shares": shares.nothing(),
        "ledger": pd.DataFrame(columns=LEDGER),
    }
    return tables | {"ignored": (), "rows_read": 0, "free_text": free_text.Kept({}, {}, None)}


def read(path: Path, asked: Questionnaire, areas: pd.DataFrame) -> tuple[dict, list[Problem]]:
    """Read the file of answers or shares into the fields of a survey.

    Parameters
    ----------
    path : Path
        The file.
    asked : Questionnaire
        Says whether it holds answers or shares, and what its columns mean.
    areas : DataFrame, indexed by code
        As for `answers.canonical`.

    Returns
    -------
    fields : dict
        ``answers``, ``shares``, ``ledger``, ``ignored``, ``rows_read`` and ``free_text`` of `folder.Survey`.
    problems : list of Problem
        If there are any, the fields are not to be used.

    Raises
    ------
    SurveyError
        If the file cannot be read as a table.
    """
    options = {"questionnaire": asked, "areas": areas, "file": path.name}
    frame, counts, kept = unanswered(asked), shares.nothing(), free_text.Kept({}, {}, None)
    if asked.shares_file:
        first = read_table(path)
        counts, ledger, problems = shares.aggregated(first, **options)
        used, rows = shares.named_columns(asked), len(first)
    else:
        aside = free_text.Aside(asked, file=path.name)
        parts = aside.strip(read_parts(path))
        first = next(parts)
        frame, ledger, problems = canonical(chain([first], parts), **options)
        used, rows = named_columns(asked), len(frame) + _dropped(ledger)
        if not problems:
            account = pd.DataFrame(aside.account(), columns=LEDGER)
            ledger = pd.concat([ledger, account], ignore_index=True) if len(account) else ledger
            kept = aside.keep(path.parent)
    if not problems and not len(frame) and not len(counts):
        problems = [_nothing_usable(path, rows, ledger)]
    left = ignored(first, used=used)
    tables = {"answers": frame, "shares": counts, "ledger": ledger}
    return tables | {"ignored": left, "rows_read": rows, "free_text": kept}, problems


def _dropped(ledger: pd.DataFrame) -> int:
    return int(ledger.loc[ledger["action"].eq("dropped"), "rows"].sum())


def _nothing_usable(path: Path, rows: int, ledger: pd.DataFrame) -> Problem:
    found, remedy = f"none of the {rows:,} rows can be used", f"Reasons: {listed(ledger['reason'])}"
    return Problem(path.name, "", found, 0, "rows with wave, area, group and answers or shares", remedy)
