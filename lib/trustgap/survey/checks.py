"""What can be wrong with a survey's files, said so that the person who sent them can put it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from trustgap.stats.counts import MISSING

DISCLOSE_FROM = 11
"""An unknown value is named only if at least this many rows hold it: anything rarer may be free text."""

CANONICAL = ["respondent", "wave", "area", "region", "group", "role", "weight", "stratum", "psu"]
"""The columns of the canonical frame that are not items, in order."""

TOLD = 12
"""Problems that a message names; a thousand would hide the first of them."""

LEDGER = ["reason", "action", "rows", "cells", "detail"]
"""Columns of the account of a file's rows: what was dropped, altered or noted, and how often."""

REMEDY = "This is a fault of trustgap and not of your files: please report it with this message"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, how often, what would be right and what to do.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    place : str
        Row, column, field or cell in it; "" for the file as a whole.
    found : str
        What stands there, in words. Never a respondent's answer that fewer than `DISCLOSE_FROM` rows share.
    count : int
        How many rows or entries are concerned; 0 if counting makes no sense.
    accepted : str
        What would be accepted.
    remedy : str
        What to do next.

    Examples
    --------
    >>> print(Problem("areas.csv", "row 3", "the code is empty", 0, "letters", "Fill it in").message())
    areas.csv, row 3: the code is empty. Accepted: letters. Fill it in.
    """

    file: str
    place: str
    found: str
    count: int = 0
    accepted: str = ""
    remedy: str = ""

    def message(self) -> str:
        """Say the problem as one paragraph of plain text, free of control characters."""
        where = f"{self.file}, {self.place}" if self.place else self.file
        often = f" ({self.count:,} {'time' if self.count == 1 else 'times'})" if self.count else ""
        parts = [f"{where}: {self.found}{often}"]
        if self.accepted:
            parts.append(f"Accepted: {self.accepted}")
        if self.remedy:
            parts.append(self.remedy)
        return printable(". ".join(part.rstrip(". ") for part in parts) + ".")


class SurveyError(Exception):
    """The survey's files cannot be used; every problem found is in `problems`.

    Parameters
    ----------
    problems : iterable of Problem
        At least one.

    Examples
    --------
    >>> print(SurveyError([Problem("areas.csv", "", "the file is empty")]))
    1 problem found.
    <BLANKLINE>
    1. areas.csv: the file is empty.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        """List the problems, one paragraph each; of very many the first."""
        n, told = len(self.problems), self.problems[:TOLD]
        lines = [f"{number}. {problem.message()}" for number, problem in enumerate(told, start=1)]
        rest = [f"And {n - len(told):,} more, which are named once these are put right."] if n > TOLD else []
        return "\n\n".join([f"{n:,} problem{'' if n == 1 else 's'} found.", *lines, *rest])


def printable(text: str) -> str:
    r"""Replace characters that a terminal would obey instead of showing.

    Parameters
    ----------
    text : str
        Any text, perhaps from a file.

    Returns
    -------
    str
        White space becomes a plain space, other unprintable characters "�".

    Examples
    --------
    >>> printable("a\x1b[31mb\tc")
    'a�[31mb c'
    """
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)


def listed(values: Iterable[str], *, at_most: int = 12) -> str:
    """Join values for a message, and cut a long list short.

    Parameters
    ----------
    values : iterable of str
        What to list; each is cut at 60 characters.
    at_most : int
        How many to name.

    Returns
    -------
    str
        Such as "a, b and 3 more".

    Examples
    --------
    >>> listed(["a", "b", "c"], at_most=2)
    'a, b and 1 more'
    """
    names = [name if len(name) <= 60 else f"{name[:57]}..." for name in map(str, values)]
    rest = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {rest} more" if rest > 0 else "")


def unknown_values(counts: pd.Series) -> str:
    """Describe values that nobody expected, naming only those that cannot single anybody out.

    Parameters
    ----------
    counts : Series of int, indexed by value
        In how many rows each unknown value stands.

    Returns
    -------
    str
        Values with at least `DISCLOSE_FROM` rows by name and count; of the others only how many there are.

    Examples
    --------
    >>> unknown_values(pd.Series({"Agreee": 12, "call me, Jo": 1}))
    "'Agreee' in 12 rows; 1 further value, not shown because fewer than 11 rows hold it"
    """
    common = counts[counts >= DISCLOSE_FROM].sort_values(ascending=False, kind="stable")
    rare = len(counts) - len(common)
    named = [f"'{listed([value])}' in {rows:,} rows" for value, rows in common.head(8).items()]
    if len(common) > len(named):
        named.append(f"{len(common) - len(named)} more such values")
    if rare:
        further = " further" if named else ""
        values, each = ("value", "it") if rare == 1 else ("values", "each")
        named.append(
            f"{rare:,}{further} {values}, not shown because fewer than {DISCLOSE_FROM} rows hold {each}"
        )
    return "; ".join(named)


def schema(items: pd.DataFrame, *, groups: Sequence[str], waves: Sequence[str]) -> pa.DataFrameSchema:
    """State what the canonical frame is, as a pandera schema.

    Parameters
    ----------
    items : DataFrame, indexed by item
        Needs ``k``, the number of categories.
    groups, waves : sequence of str
        The ids that may occur.

    Returns
    -------
    pandera.DataFrameSchema
        Columns in order; ids known; weights positive or missing; every item a score from 1 to ``k`` or one
        of the missing codes; one row per respondent and wave.

    Examples
    --------
    >>> schema(pd.DataFrame({"k": [5]}, index=["q"]), groups=["a"], waves=["1"]).columns["q"].checks
    [<Check in_range: in_range(-4, 5)>]
    """
    text = {name: pa.Column(None, nullable=False) for name in CANONICAL}
    known = {
        "wave": pa.Column(None, pa.Check.isin(list(waves))),
        "group": pa.Column(None, pa.Check.isin(list(groups))),
        "weight": pa.Column(float, pa.Check.gt(0), nullable=True),
    }
    lowest = min(MISSING.values())
    answers = {item: pa.Column("int8", pa.Check.in_range(lowest, int(k))) for item, k in items["k"].items()}
    return pa.DataFrameSchema(
        {**text, **known, **answers}, strict=True, ordered=True, unique=["respondent", "wave"]
    )


def validate(
    answers: pd.DataFrame,
    *,
    items: pd.DataFrame,
    groups: Sequence[str],
    waves: Sequence[str],
    file: str = "answers",
) -> list[Problem]:
    """Hold a canonical frame to its schema, without repeating anybody's answer.

    Parameters
    ----------
    answers : DataFrame
        The canonical frame.
    items, groups, waves
        As for `schema`.
    file : str
        What to call the frame in messages.

    Returns
    -------
    list of Problem
        One per column and rule that is broken, with the number of rows; empty if all is well.

    Examples
    --------
    >>> items = pd.DataFrame({"k": [5]}, index=["q"])
    >>> frame = pd.DataFrame([["1", "1", "X1", "", "a", "", 1.0, "", "", 9]], columns=[*CANONICAL, "q"])
    >>> [p.place for p in validate(frame.astype({"q": "int8"}), items=items, groups=["a"], waves=["1"])]
    ['column q']
    """
    try:
        schema(items, groups=groups, waves=waves).validate(answers, lazy=True)
    except pa.errors.SchemaErrors as error:
        # The text of the error holds the failing values, so only counts and rule names leave here.
        cases = error.failure_cases.fillna({"column": "", "check": ""})
        broken = cases.groupby(["column", "check"], sort=True).size()
        return [
            Problem(
                file,
                f"column {column}",
                f"the rule {str(check).split('(')[0]} is broken",
                int(rows),
                "",
                REMEDY,
            )
            for (column, check), rows in broken.items()
        ]
    return []
