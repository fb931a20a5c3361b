"""Free text is taken out of the answers before anything is made of them, and kept apart for its owner."""

import csv
import errno
import io
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trustgap.survey import personal
from trustgap.survey.checks import Problem, SurveyError, listed
from trustgap.survey.matching import fold
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.spreadsheets import BEGINS

NAME = "free_text.csv"
HEADER = ["id", "survey", "column", "text"]

UNWRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}
"""Errors of a folder in which nothing may be written; the answers can be read all the same."""


@dataclass(frozen=True)
class Kept:
    """What became of the free text of a survey: counts, and no text.

    Parameters
    ----------
    columns : dict of str to int
        How many texts each column held.
    personal : dict of str to dict
        For each column, how many of its texts seem to hold what kind of personal detail.
    path : Path or None
        The file in which they lie; None where there are none, or where it could not be written.
    """

    columns: dict[str, int]
    personal: dict[str, dict[str, int]]
    path: Path | None


class Aside:
    """Takes the free text out of the parts of an answers file.

    Parameters
    ----------
    asked : Questionnaire
        Its ``comments`` are the columns of free text; its ``others`` are the roles and groups under which
        people type what they are.
    file : str
        Name of the file, for messages.
    """

    def __init__(self, asked: Questionnaire, *, file: str) -> None:
        self.asked, self.file = asked, file
        self.texts: list[tuple[str, str]] = []
        self.typed: Counter[str] = Counter()

    def strip(self, parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Give the parts without their free text.

        Parameters
        ----------
        parts : iterator of DataFrame
            As `tables.read_parts` gives them.

        Yields
        ------
        DataFrame
            Without the columns of comments; what people typed under "other" is the id of it.

        Raises
        ------
        SurveyError
            If the file has no such column.
        """
        for part in parts:
            names = {fold(name): name for name in reversed(part.columns)}
            absent = [column for column in self.asked.comments if fold(column) not in names]
            if absent:
                place, found = f"column '{listed(absent)}' of free text", "the file has no such column"
                remedy = "Correct `comments` in questionnaire.yaml"
                raise SurveyError([Problem(self.file, place, found, 0, "a column of the file", remedy)])
            comments = [names[fold(column)] for column in self.asked.comments]
            for name in comments:
                texts = part[name].dropna().astype("str")
                self.texts += [(name, text) for text in texts]
            yield part.drop(columns=comments).assign(**self._others(part, names))

    def _others(self, part: pd.DataFrame, names: dict[str, str]) -> dict[str, pd.Series]:
        """Put the id of "other" in the place of what was typed."""
        changed = {}
        for kind, other in self.asked.others.items():
            name = names.get(fold(self.asked.columns.get(kind, "")))
            if name is None:
                continue
            free = self._typed(part[name], kind)
            rows = free[part[name].cat.codes.to_numpy()]
            self.typed[kind] += int(rows.sum())
            self.texts += [(name, text) for text in part[name][rows].astype("str")]
            changed[name] = _renamed(part[name], free, other)
        return changed

    def _typed(self, column: pd.Series, kind: str) -> np.ndarray:
        """Flag the texts of a column that are no group or role; one flag more, for empty cells."""
        known = self.asked.codes[kind]
        flags = [bool(fold(text)) and fold(text) not in known for text in column.cat.categories]
        return np.array([*flags, False])

    def account(self) -> list[tuple]:
        """Give rows of the ledger about what was typed under "other".

        Returns
        -------
        list of tuple
            As `checks.LEDGER` has them.
        """
        others = self.asked.others
        return [
            (f"typed a {kind} of their own", "altered", rows, rows, f"counted as {others[kind]}")
            for kind, rows in self.typed.items()
            if rows
        ]

    def keep(self, home: Path) -> Kept:
        """Write the free text into a file that only its owner can read.

        Parameters
        ----------
        home : Path
            Folder in which the answers lie.

        Returns
        -------
        Kept
            Counts; without a path where there was nothing to keep, or the folder cannot be written to.

        Raises
        ------
        SurveyError
            If a file that is none of ours is in its place.
        OSError
            If the disk is full or broken; nothing of the texts is left there.
        """
        by_column: dict[str, list[str]] = {}
        for column, text in self.texts:
            by_column.setdefault(column, []).append(text)
        found = {column: personal.counted(texts) for column, texts in by_column.items()}
        path = _store(home / NAME, self.asked.survey, self.texts) if self.texts else None
        return Kept({column: len(texts) for column, texts in by_column.items()}, found, path)


def described(kept: Kept) -> list[str]:
    """Say what became of the free text.

    Parameters
    ----------
    kept : Kept
        Counts.

    Returns
    -------
    list of str
        A line for each column and one for the file; none where there is no free text.

    Examples
    --------
    >>> described(Kept({"remarks": 3}, {"remarks": {"a postcode": 1}}, None))[0]
    'remarks: 3 texts; with a postcode: 1'
    """
    lines = []
    for column, count in kept.columns.items():
        details = "".join(f"; with {kind}: {times:,}" for kind, times in kept.personal[column].items())
        lines.append(f"{column}: {count:,} text{'' if count == 1 else 's'}{details}")
    if lines:
        where = f"kept in {NAME} beside the answers, which only you can read" if kept.path else NOT_KEPT
        lines.append(f"{where}; no page is made of them")
    return lines


NOT_KEPT = f"not kept in {NAME}: the folder cannot be written to"


def _renamed(column: pd.Series, free: np.ndarray, other: str) -> pd.Series:
    """Put one text in the place of those that are flagged."""
    words = [other if flag else text for text, flag in zip(column.cat.categories, free, strict=False)]
    place = {word: number for number, word in enumerate(dict.fromkeys(words))}
    codes = np.array([*(place[word] for word in words), -1])[column.cat.codes.to_numpy()]
    named = pd.Categorical.from_codes(codes, categories=pd.Index(list(place), dtype="str"))
    return pd.Series(named, index=column.index, name=column.name)


def _store(path: Path, survey: str, texts: list[tuple[str, str]]) -> Path | None:
    """Write the texts under ids that tell nothing, in the order of the ids; ids that were given stay."""
    given = _given(path)
    ids: dict[tuple[str, ...], list[str]] = {}
    for one, *cells in given:
        ids.setdefault(tuple(cells), []).append(one)
    # Other surveys may have their answers in the same folder, and their texts in the same file.
    rows = [row for row in given if row[1] != survey]
    for told in texts:
        cells = (survey, *(BEGINS.sub("'", cell) for cell in told))
        before = ids.get(cells, [])
        rows.append([before.pop() if before else secrets.token_hex(8), *cells])
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([HEADER, *sorted(rows)])
    try:
        _write(path, written.getvalue().encode())
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        return None
    return path


def _write(path: Path, content: bytes) -> None:
    """Put the content in place at once, or leave nothing of it; if it is there already, leave it."""
    if path.is_file() and path.read_bytes() == content:
        path.chmod(0o600)
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _given(path: Path) -> list[list[str]]:
    """Read the rows that are there, of any survey; a file that is not ours is left alone, and said."""
    if not os.path.lexists(path):
        return []
    rows = _rows(path) if path.is_file() and not path.is_symlink() else []
    if not rows or rows[0] != HEADER or any(len(row) != len(HEADER) for row in rows):
        remedy = "Give it another name: this one is for the free text of the answers"
        raise SurveyError([Problem(NAME, "", "a file of other contents", 0, "none, or our own", remedy)])
    return rows[1:]


def _rows(path: Path) -> list[list[str]]:
    """Read a file of ours, in which a text may be longer than the library reads without being told."""
    before = csv.field_size_limit(path.stat().st_size)
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return list(csv.reader(file))
    finally:
        csv.field_size_limit(before)
