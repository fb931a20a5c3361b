"""The list of areas: codes that are safe in file names, names that are safe on pages."""

import re
from pathlib import Path

import pandas as pd

from trustgap.survey.checks import Problem, SurveyError, listed
from trustgap.survey.matching import fold
from trustgap.survey.tables import read_table

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
CODE_WORDS = "1 to 20 letters, digits, _ or -, starting with a letter or digit"

MAX_AREAS = 20_000
"""Each is to have a folder of pages."""

MOST_STAFF = 10_000_000
"""No area has more; a larger number is a slip, and sums of far larger ones are no numbers."""

TAKEN = {"national", "all", "rest", "con", "prn", "aux", "nul"}
TAKEN |= {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
"""Codes that results use for pooled areas, or that Windows does not allow as file names."""


def read_areas(
    path: Path, *, groups: list[str] | None = None, roles: list[str] | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    r"""Read and check the list of areas.

    Parameters
    ----------
    path : Path
        A CSV with ``code name region`` and perhaps ``in_answers``, ``staff_<group>`` and ``role_<role>``.
    groups, roles : list of str, optional
        The groups and roles that may have head-counts; None leaves this unchecked.

    Returns
    -------
    areas : DataFrame, indexed by code
        In the order of the file.
    problems : list of Problem
        If there are any, the table is not to be used.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "areas.csv"
    >>> _ = path.write_text("code,name,region\nX1,Ashby,North\nX/2,Birch,North\n")
    >>> [problem.place for problem in read_areas(path)[1]]
    ['row 3, code']
    """
    try:
        table = read_table(path).astype("str").fillna("")
    except SurveyError as error:
        return pd.DataFrame(), error.problems
    absent = [column for column in ("code", "name", "region") if column not in table.columns]
    if absent:
        found, here = (
            f"lacks the columns {listed(absent)}",
            f"code, name, region; it has {listed(table.columns)}",
        )
        return pd.DataFrame(), [Problem(path.name, "header", found, 0, here, "Add them")]
    if len(table) > MAX_AREAS:
        found, remedy = f"lists {len(table):,} areas", "Is it the list of areas, or the answers?"
        return pd.DataFrame(), [Problem(path.name, "", found, 0, f"at most {MAX_AREAS:,}", remedy)]
    problems, text = [*_area_cells(table, path.name), *_area_doubles(table, path.name)], table
    heads = []
    for prefix, known, kind in (("staff_", groups, "group"), ("role_", roles, "role")):
        for column in [column for column in table.columns if column.startswith(prefix)]:
            table = table.assign(**{column: pd.to_numeric(table[column], errors="coerce").astype(float)})
            problems += _head_counts(text[column], table[column], prefix, known, kind, path.name)
            heads.append(column)
    kept = ["name", "region", *(["in_answers"] if "in_answers" in table else []), *heads]
    return table.set_index("code")[kept], problems


def head_counts(areas: pd.DataFrame, ids: list[str], prefix: str) -> pd.DataFrame:
    """Give the head-counts of groups or roles.

    Parameters
    ----------
    areas : DataFrame, indexed by code
        As `read_areas` returns it.
    ids : list of str
        Groups or roles.
    prefix : {"staff_", "role_"}
        How their columns begin.

    Returns
    -------
    DataFrame, indexed by code, one column per id
        Missing where unknown.

    Examples
    --------
    >>> areas = pd.DataFrame({"staff_a": [12.0]}, index=["X1"])
    >>> head_counts(areas, ["a", "b"], "staff_").loc["X1"].tolist()
    [12.0, nan]
    """
    columns = [f"{prefix}{one}" for one in ids]
    return areas.reindex(columns=columns).astype(float).set_axis(list(ids), axis=1)


def _head_counts(
    text: pd.Series, numbers: pd.Series, prefix: str, known: list[str] | None, kind: str, file: str
) -> list[Problem]:
    """Check a column of head-counts: whose they are, and that they are numbers from 0."""
    problems, place = [], f"column {text.name}"
    if known is not None and str(text.name).removeprefix(prefix) not in known:
        found, accepted = f"no such {kind} is in the questionnaire", listed(f"{prefix}{one}" for one in known)
        accepted = accepted or f"none: no {kind} is defined"
        problems.append(Problem(file, place, found, 0, accepted, "Correct or remove it"))
    bad = int(((numbers.isna() & (text != "")) | (numbers < 0) | (numbers > MOST_STAFF)).sum())
    if bad:
        found, remedy = "head-counts are no numbers from 0", "Correct them, or leave the cells empty"
        problems.append(Problem(file, place, found, bad, f"0, 1, 2 ... up to {MOST_STAFF:,}", remedy))
    return problems


def _area_cells(table: pd.DataFrame, file: str) -> list[Problem]:
    """Check each area's code, name and region; row 1 is the header."""
    problems = []
    for row, (code, name, region) in enumerate(table[["code", "name", "region"]].to_numpy(), start=2):
        if not CODE.fullmatch(code) or code.casefold() in TAKEN:
            found = f"the code '{listed([code])}' cannot be used" if code else "the code is empty"
            accepted = f"{CODE_WORDS}; not {listed(sorted(TAKEN)[:4])} and the like"
            problems.append(
                Problem(file, f"row {row}, code", found, 0, accepted, "Give the area a plain code")
            )
        for column, text in (("name", name), ("region", region)):
            if not text or len(text) > 100 or not text.isprintable() or set(text) & set("<>{}"):
                found = "a character or length that is not allowed" if text else "the cell is empty"
                accepted = "1 to 100 characters without < > { } and control characters"
                problems.append(Problem(file, f"row {row}, {column}", found, 0, accepted, "Correct it"))
    return problems


def _area_doubles(table: pd.DataFrame, file: str) -> list[Problem]:
    """Check that areas can be told apart, in files as in lists."""
    problems = []
    for column in ("code", "name"):
        again = table[column].map(fold).duplicated() & (table[column] != "")
        if again.any():
            names = listed(table.loc[again, column])
            problems.append(
                Problem(file, f"column {column}", f"comes twice: {names}", 0, "each once", "Rename")
            )
    if "in_answers" in table:
        meanings = pd.concat(
            [table["code"].map(fold), table["in_answers"].map(fold)], keys=["code", "in_answers"]
        )
        owners = pd.Series([*table["code"], *table["code"]]).groupby(meanings.to_numpy()).nunique()
        unclear = [value for value, n in owners.items() if n > 1 and value]
        if unclear:
            found = f"several areas are called {listed(unclear)} in the answers"
            problems.append(Problem(file, "column in_answers", found, 0, "one area each", "Correct it"))
    return problems
