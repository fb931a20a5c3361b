"""What areas lack and what they brought: which pages an area does not have, how many have none, and why."""

import pandas as pd

from trustgap.batch import plan
from trustgap.report.release import Release

SURVEY = "Pages on the survey"
"""What stands for all notebooks that rest on the survey: an area has them all, or none."""


def without(notebook: plan.Notebook, release: Release) -> list[str]:
    """List the areas that have no page of a notebook for want of what it rests on.

    Parameters
    ----------
    notebook : Notebook
        One for areas, which the survey can feed.
    release : Release
        Of all areas.

    Returns
    -------
    list of str
        Codes in the order of the survey.
    """
    areas = release.areas.index
    if notebook.rests_on in plan.FILES:
        return list(areas[~areas.isin(release.files[notebook.rests_on]["area"])])
    return list(areas[areas.isin(release.mask.silent)])


def by_notebook(books: list[plan.Notebook], release: Release) -> pd.DataFrame:
    """Say of each kind of page how many areas have none, and why.

    Parameters
    ----------
    books : list of Notebook
        Those for areas that the survey can feed.
    release : Release
        Of all areas.

    Returns
    -------
    DataFrame
        ``notebook reason``, one row per kind of page that some area lacks.
    """
    names, total, said = release.questionnaire.names, len(release.areas), {}
    for book in books:
        missing = len(without(book, release))
        if not missing:
            continue
        on_file = book.rests_on in plan.FILES
        why = (
            f"brought no {plan.FILES[book.rests_on]}" if on_file else "had too few answers for a local result"
        )
        areas = names["area"] if total == 1 else names["areas"]
        said[book.title if on_file else SURVEY] = f"{missing} of {total} {areas} {why}"
    return pd.DataFrame(list(said.items()), columns=["notebook", "reason"], dtype=object)


def by_area(books: list[plan.Notebook], release: Release, *, made: set[str], before: set[str]) -> list[str]:
    """Say of each area why it has no page, or not those that others have.

    Parameters
    ----------
    books : list of Notebook
        Those for areas that the survey can feed.
    release : Release
        Of all areas.
    made : set of str
        Codes of the areas that have pages.
    before : set of str
        Codes of those whose pages a run before made.

    Returns
    -------
    list of str
        One text per area, in the order of the survey; "" where there is nothing to say.
    """
    kinds = {book.rests_on: set(without(book, release)) for book in books if book.rests_on in plan.FILES}
    on_survey = any(book.rests_on not in plan.FILES for book in books)
    said = []
    for code in release.areas.index:
        absent = [plan.FILES[kind] for kind, areas in kinds.items() if code in areas]
        silent = code in release.mask.silent
        nothing = not on_survey and bool(kinds) and len(absent) == len(kinds)
        parts = ["Too few answers: no local result"] if silent else []
        parts += ["Page not made in this run"] if code not in made and not silent and not nothing else []
        parts += ["Pages of a run before"] if code in before else []
        parts += [f"Brought no {_either(absent)}"] if absent else []
        said.append("; ".join(parts))
    return said


def brought(release: Release) -> dict[str, str]:
    """Say of each area how much it brought beside the answers to a survey.

    Parameters
    ----------
    release : Release
        Of all areas.

    Returns
    -------
    dict of str to str
        By code, such as "; rows of cases 30, metrics 108"; "" where it brought nothing.
    """
    rows = {name: frame["area"].value_counts() for name, frame in release.files.items()}
    said = {
        code: ", ".join(f"{name} {counts[code]:,}" for name, counts in rows.items() if code in counts.index)
        for code in release.areas.index
    }
    return {code: f"; rows of {text}" if text else "" for code, text in said.items()}


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
