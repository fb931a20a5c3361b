"""What must run: which notebooks a survey can feed, and which areas are wanted."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd

from trustgap.report.release import Release
from trustgap.stats import counts as cells

BLOCKS = {
    "trust": "trust between groups",
    "relationship": "relationships",
    "factor": "factors",
    "statement": "statements",
}

RESTS = ("answers", "counts", "tables", "cases", "evidence", "metrics", "delays")
"""What a notebook can rest on: the survey's answers, or only their counts; the tables of the area's (or, for
a national one, of all areas') other notebooks; or a file that an area brings."""

FILES = {
    "cases": "case reviews",
    "evidence": "evidence on barriers",
    "metrics": "metrics",
    "delays": "delayed days",
}
"""What each file that an area can bring holds."""


class PlanError(ValueError):
    """A run was asked for something that does not exist."""


@dataclass(frozen=True)
class Notebook:
    """A notebook and what it needs of a survey.

    Parameters
    ----------
    path : Path
        Where it lies.
    title : str
        Its question.
    needs : tuple of str
        Blocks of the questionnaire, at least one of which must have been asked; none: any survey will do.
    waves, areas : int
        Fewest waves and areas with answers.
    rests_on : str
        One of `RESTS`.
    """

    path: Path
    title: str
    needs: tuple[str, ...]
    waves: int
    areas: int
    rests_on: str

    @property
    def name(self) -> str:
        """File name without its ending."""
        return self.path.stem

    @property
    def last(self) -> bool:
        """Reads the tables of other notebooks, so it runs after them."""
        return self.rests_on == "tables"

    @property
    def national(self) -> bool:
        """Runs once per survey, not once per area."""
        return self.path.parent.name == "national"


def find_notebooks(folder: Path | None = None) -> list[Notebook]:
    """Find the notebooks, in the order in which they run.

    Parameters
    ----------
    folder : Path, optional
        Folder with ``area/`` and ``national/``; by default ``notebooks/`` of the checkout that the
        library runs from, or of the current folder.

    Returns
    -------
    list of Notebook
        Area notebooks by number, those that read the others' tables last; then national ones.

    Raises
    ------
    PlanError
        If there is none, or one cannot be read or is not in Python.
    """
    homes = [folder] if folder else [Path(__file__).parents[3] / "notebooks", Path.cwd() / "notebooks"]
    for home in homes:
        found = [_notebook(path) for path in sorted(home.glob("*/[0-9][0-9]_*.ipynb"))]
        if found:
            return sorted(found, key=lambda notebook: (notebook.national, notebook.last, notebook.name))
    raise PlanError(
        f"no notebooks in {' or '.join(str(home) for home in homes)}: "
        "run trustgap inside a checkout of the project"
    )


def _notebook(path: Path) -> Notebook:
    try:
        metadata = nbformat.read(path, as_version=4).metadata
    except (ValueError, AttributeError, OSError):
        raise PlanError(f"notebooks/{path.parent.name}/{path.name}: it is not a whole notebook") from None
    language = metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise PlanError(
            f"notebooks/{path.parent.name}/{path.name}: it is in {language}; only Python is run, whatever "
            "the name of the kernel"
        )
    wants = metadata.get("trustgap", {})
    return Notebook(
        path=path,
        title=metadata.get("title", path.stem),
        needs=tuple(wants.get("needs", ())),
        waves=wants.get("waves", 1),
        areas=wants.get("areas", 1),
        rests_on=wants.get("rests_on", "answers"),
    )


def choose_notebooks(found: list[Notebook], wanted: str) -> list[Notebook]:
    """Keep the notebooks that were asked for.

    Parameters
    ----------
    found : list of Notebook
        All there are.
    wanted : str
        ``all``, or names or numbers separated by commas, such as ``03,05_factor_ranking``.

    Returns
    -------
    list of Notebook
        In running order. One that reads the tables of the others brings them along.

    Raises
    ------
    PlanError
        If a name or number matches nothing.
    """
    if wanted == "all":
        return found
    asked = [part.strip() for part in wanted.split(",") if part.strip()]
    unknown = [part for part in asked if not any(_named(notebook, part) for notebook in found)]
    if unknown or not asked:
        names = ", ".join(notebook.name for notebook in found)
        raise PlanError(
            f"--notebooks {wanted}: no notebook {', '.join(unknown) or repr(wanted)}; there are {names}"
        )
    chosen = [notebook for notebook in found if any(_named(notebook, part) for part in asked)]
    if any(notebook.last for notebook in chosen):
        chosen = [notebook for notebook in found if notebook in chosen or not notebook.national]
    return chosen


def _named(notebook: Notebook, part: str) -> bool:
    return part in (notebook.name, notebook.name.split("_")[0])


def why_not(notebook: Notebook, release: Release) -> str:
    """Say why a survey cannot feed a notebook.

    Parameters
    ----------
    notebook : Notebook
        The notebook.
    release : Release
        Of all areas.

    Returns
    -------
    str
        Empty where it can.
    """
    if notebook.rests_on in FILES:
        brought = len(release.files[notebook.rests_on])
        return "" if brought else f"no area brought {FILES[notebook.rests_on]}"
    if notebook.rests_on == "answers" and not len(release.answers):
        return "it needs the answers of respondents"
    if notebook.rests_on in ("counts", "tables") and not len(release.counts):
        return "it needs a survey"
    asked = set(release.questionnaire.items["block"])
    if notebook.needs and not asked & set(notebook.needs):
        return f"the survey did not ask about {' or '.join(BLOCKS[block] for block in notebook.needs)}"
    people = release.people
    counted = people[people["area"].ne(cells.NATIONAL) & people["n"].gt(0)]
    waves, areas = counted["wave"].nunique(), counted["area"].nunique()
    if waves < notebook.waves:
        return f"it needs answers from {notebook.waves} waves, and the survey has {waves}"
    if areas < notebook.areas:
        return f"it needs {notebook.areas} areas to compare, and the survey has {areas}"
    return ""


def feeds(notebook: Notebook, release: Release, area: str) -> bool:
    """Say whether an area has what a notebook rests on.

    Parameters
    ----------
    notebook : Notebook
        One that the survey can feed.
    release : Release
        Of all areas.
    area : str
        Code, or `counts.NATIONAL`.

    Returns
    -------
    bool
        An area that is too small for results of the survey may still have pages on what it brought.
    """
    if notebook.national != (area == cells.NATIONAL):
        return False
    if notebook.rests_on in FILES and not notebook.national:
        return bool(release.files[notebook.rests_on]["area"].eq(area).any())
    return area not in release.mask.silent


def choose_areas(wanted: str, areas: pd.DataFrame) -> list[str]:
    """Turn what was asked for into area codes.

    Parameters
    ----------
    wanted : str
        ``all``, codes separated by commas, or a number for the first so many.
    areas : DataFrame, indexed by code
        The survey's areas.

    Returns
    -------
    list of str
        Codes in the order of `areas`.

    Raises
    ------
    PlanError
        If a code is unknown or the number is not positive.
    """
    if wanted == "all":
        return list(areas.index)
    asked = [part.strip() for part in wanted.split(",") if part.strip()]
    if len(asked) == 1 and asked[0].isdecimal() and asked[0] not in areas.index:
        if int(asked[0]) < 1:
            raise PlanError(f"--areas {wanted}: give 'all', area codes, or a number of at least 1")
        return list(areas.index[: int(asked[0])])
    unknown = [part for part in asked if part not in areas.index]
    if unknown or not asked:
        few = ", ".join(areas.index[:5])
        raise PlanError(
            f"--areas {wanted}: no area {', '.join(unknown) or repr(wanted)} in areas.csv; "
            f"its {len(areas)} codes are such as {few}"
        )
    return [code for code in areas.index if code in asked]
