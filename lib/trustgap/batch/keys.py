"""What a page is made from, as hashes: while they are the same, the page need not be made again."""

import ast
import hashlib
import json
import sys
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd

from trustgap.batch.plan import Notebook
from trustgap.report.release import TABLES, Release
from trustgap.stats import counts as cells
from trustgap.survey.key import Key

LIBRARY = Path(__file__).parents[1]

OWN = ("answers", "counts", "people", "weighting")
"""Tables whose rows of an area come from its own answers; what compares it with others follows from these
and from the whole."""

WHY = {
    "notebook": "its notebook changed",
    "library": "the library, its settings or the environment changed",
    "key": "the key that lies with the answers is another",
    "survey": "the questionnaire or the list of areas changed",
    "answers": "what it is made from changed",
    "whole": "results of the whole, or of other areas, that the page shows changed",
    "mask": "what is hidden changed",
    "tables": "the tables that it reads changed",
    "around": "the pages around it changed",
}
"""What each part of a key stands for, in the words of `trustgap status`; ``exactly`` is for releases."""


def of(parts: dict[str, str]) -> str:
    """Make one key of the parts.

    Parameters
    ----------
    parts : dict of str to str
        Hashes by what they stand for.

    Returns
    -------
    str
        Hexadecimal.
    """
    return _hash(json.dumps(parts, sort_keys=True).encode())


def _hash(*parts: bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()


@cache
def library() -> str:
    """Hash what the library does: its code without comments and docstrings, its settings, its environment.

    Returns
    -------
    str
        Hexadecimal; the same after a changed comment.
    """
    parts = [".".join(map(str, sys.version_info[:2])).encode()]
    for path in sorted(path for path in LIBRARY.rglob("*") if path.is_file()):
        if path.suffix == ".py":
            parts += [path.relative_to(LIBRARY).as_posix().encode(), _code(path.read_text(encoding="utf-8"))]
        elif path.suffix in (".json", ".j2", ".css", ".js"):
            parts += [path.relative_to(LIBRARY).as_posix().encode(), path.read_bytes()]
    root = LIBRARY.parents[1]
    for path in (root / "requirements.lock", *sorted((root / "data").glob("*.yaml"))):
        parts.append(path.read_bytes() if path.is_file() else b"")
    return _hash(*parts)


@cache
def stored() -> str:
    """Hash the tables and models of the project itself, of which pages of the whole tell.

    Returns
    -------
    str
        Hexadecimal.
    """
    data = LIBRARY.parents[1] / "data"
    return _hash(*(path.read_bytes() for path in sorted([*data.glob("*.csv"), *data.glob("*/model.yaml")])))


def _code(source: str) -> bytes:
    """Write code without comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = body[1:] or [ast.Pass()]
    return ast.dump(tree).encode()


def notebook(book: Notebook) -> str:
    """Hash a notebook: code, text and what it needs, without outputs.

    Parameters
    ----------
    book : Notebook
        The notebook.

    Returns
    -------
    str
        Hexadecimal.
    """
    read = nbformat.read(book.path, as_version=4)
    kept = [[cell.cell_type, cell.source, cell.metadata.get("tags", [])] for cell in read.cells]
    return _hash(json.dumps([kept, read.metadata.get("title"), read.metadata.get("trustgap")]).encode())


class Keys:
    """The hashes behind the pages of a release.

    Parameters
    ----------
    release : Release
        Of all areas.
    whole : str
        Hash of what areas' pages show of the whole, see `batch.whole`.
    key : Key
        Of the hashes that depend on answers, which are put on record beside the pages.
    """

    def __init__(self, release: Release, whole: str, *, key: Key) -> None:
        self.whole, self.key = whole, key
        asked = json.dumps(release.questionnaire.document, default=str)
        self.survey = _hash(asked.encode(), release.areas.to_csv().encode())
        self.own = _by_area({name: getattr(release, name) for name in OWN})
        self.brought = _by_area(release.files)
        self.masks = _by_area({"decided": release.decided})
        self.silent = _hash(json.dumps(sorted(release.mask.silent)).encode())
        measured = [getattr(release, name) for name in TABLES if name != "answers"]
        self.measured = _hash(*(_rows(frame).tobytes() for frame in measured))
        every = [release.answers, *release.files.values()]
        self.all = _hash(self.measured.encode(), *(_rows(frame).tobytes() for frame in every))
        self._notebooks: dict[Notebook, str] = {}

    def parts(self, book: Notebook, area: str, *, around: dict, tables: str = "") -> dict[str, str]:
        """Give what one page is made from.

        Parameters
        ----------
        book : Notebook
            The notebook.
        area : str
            Code, or `counts.NATIONAL`.
        around : dict
            What stands around the notebook on its page.
        tables : str
            Hash of the tables that the notebook reads, if it reads any.

        Returns
        -------
        dict of str to str
            Hashes by the names in `WHY`.
        """
        national = area == cells.NATIONAL
        return {
            "notebook": self._notebooks.get(book) or self._read(book),
            "library": _hash(library().encode(), stored().encode()) if national else library(),
            "key": self.key.of("which key"),
            "survey": self.survey,
            "answers": self.key.of(self.all if national else self._own(area)),
            "whole": "" if national else self.whole,
            "exactly": "" if national else self.key.of(self.measured),
            "mask": self.key.of(_hash(*(part.encode() for part in self._hidden(area)))),
            "tables": tables,
            "around": _hash(json.dumps(around, sort_keys=True, default=str).encode()),
        }

    def _read(self, book: Notebook) -> str:
        self._notebooks[book] = notebook(book)
        return self._notebooks[book]

    def _own(self, area: str) -> str:
        """Hash an area's rows, and those that stand for the whole in what areas brought."""
        parts = [self.own.get(area, ""), self.brought.get(area, ""), self.brought.get(cells.NATIONAL, "")]
        return _hash(*(part.encode() for part in parts))

    def _hidden(self, area: str) -> list[str]:
        """Give what the mask says of an area and of the whole, and which areas are never shown."""
        return [self.masks.get(area, ""), self.masks.get(cells.NATIONAL, ""), self.silent]


def _by_area(frames: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Hash the rows of every area in one pass over each table."""
    found: dict[str, list[bytes]] = {}
    for name, frame in frames.items():
        if not len(frame):
            continue
        hashes = _rows(frame)
        codes, areas = pd.factorize(frame["area"].astype(str))
        order = np.argsort(codes, kind="stable")
        ends = np.searchsorted(codes[order], np.arange(len(areas) + 1))
        for place, area in enumerate(areas):
            part = hashes[order[ends[place] : ends[place + 1]]].tobytes()
            found.setdefault(area, []).append(name.encode() + part)
    return {area: _hash(*parts) for area, parts in found.items()}


def _rows(frame: pd.DataFrame) -> np.ndarray:
    """Hash every row; a column of any kind counts as text if it is neither number nor flag."""
    plain = frame.rename(columns=str)
    text = plain.select_dtypes(exclude=["number", "bool"])
    plain = plain.assign(**{name: text[name].astype(str) for name in text})
    return pd.util.hash_pandas_object(plain, index=False).to_numpy()


def of_tables(files: dict[str, str]) -> str:
    """Hash the tables that a notebook reads.

    Parameters
    ----------
    files : dict of str to str
        Hashes by name.

    Returns
    -------
    str
        Hexadecimal.
    """
    return _hash(json.dumps(files, sort_keys=True).encode())
