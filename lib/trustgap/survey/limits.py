"""What a table may be at most, and how one that is not read is refused: by its name, never by a cell."""

from collections import Counter
from pathlib import Path

from trustgap.survey.checks import Problem, SurveyError, listed

FORMATS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
OPTIONS = "a .csv, .tsv, .txt, .parquet or .xlsx file with one header row and one row per respondent"

MAX_BYTES = 500_000_000
MAX_COLUMNS = 10_000

MAX_ROWS = 20_000_000
"""Of a file that is read in parts; a few kilobytes can claim thousands of millions of rows."""

MAX_ROWS_AT_ONCE = 2_000_000
"""Of a file that is read as a whole."""


def refuse(path: Path, found: str, remedy: str, *, place: str = "", count: int = 0) -> None:
    """Stop with one problem of a table.

    Parameters
    ----------
    path : Path
        The file, of which only the name is said.
    found, remedy, place, count
        As for `checks.Problem`.

    Raises
    ------
    SurveyError
        Always.

    Examples
    --------
    >>> refuse(Path("a.csv"), "the file is empty", "Export the answers again")
    Traceback (most recent call last):
    ...
    trustgap.survey.checks.SurveyError: 1 problem found.
    <BLANKLINE>
    1. a.csv: the file is empty. Accepted: a .csv, .tsv, .txt, .parquet or .xlsx file ...
    """
    raise SurveyError([Problem(path.name, place, found, count, OPTIONS, remedy)]) from None


def column_names(path: Path, header: list[str]) -> list[str]:
    """Name the columns of a table, or refuse a header of which that cannot be done.

    Parameters
    ----------
    path : Path
        For messages.
    header : list of str
        The cells of the header, "" where one is empty.

    Returns
    -------
    list of str
        Each name once.

    Raises
    ------
    SurveyError
        If a name comes twice, or there are more than `MAX_COLUMNS`.

    Examples
    --------
    >>> column_names(Path("a.csv"), ["area", ""])
    ['area', '(column 2 has no name)']
    """
    if len(header) > MAX_COLUMNS:
        found = f"the file has {len(header):,} columns, more than {MAX_COLUMNS:,}"
        refuse(path, found, "Remove columns that hold no answers", place="header")
    names = [name if name else f"(column {n} has no name)" for n, name in enumerate(header, start=1)]
    times = Counter(names)
    doubles = [str(n) for n, name in enumerate(names, start=1) if times[name] > 1]
    if doubles:
        # Without a header the first person's answers stand in its place, so no name is told.
        found = f"column names come twice: those of the columns {listed(doubles)}"
        refuse(path, found, "Rename or remove some", place="header")
    return names


def few_enough(path: Path, rows: int, *, at_once: bool) -> None:
    """Refuse a table that claims more rows than can be read.

    Parameters
    ----------
    path : Path
        For messages.
    rows : int
        How many it has, or says that it has.
    at_once : bool
        Whether all of them are held at the same time.

    Raises
    ------
    SurveyError
        If they are too many.

    Examples
    --------
    >>> few_enough(Path("a.csv"), 100, at_once=True)
    """
    most = MAX_ROWS_AT_ONCE if at_once else MAX_ROWS
    if rows > most:
        refuse(path, f"the file has {rows:,} rows, more than {most:,}", "Leave rows out, or part the survey")
