"""Whether a run would find nothing to do, told from files alone and without loading a library.

The record of a whole run names what it read, byte by byte, and what it left. While both are as they were,
every page is fresh. Where they are not, the run itself finds out which pages are (`batch.keys`).
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from trustgap.record import ledger, releases
from trustgap.record.asked import Asked

RECORD = "run.json"
"""File beside the index that says what the last whole run read and left."""

ROOT = Path(__file__).parents[3]
PROGRAM = (
    "lib/trustgap/**/*",
    "notebooks/*/*.ipynb",
    "data/*.yaml",
    "data/*.csv",
    "data/*/model.yaml",
    "requirements.lock",
)
"""Files of the project that can change a page."""

SUFFIXES = {".py", ".json", ".j2", ".css", ".js", ".ipynb", ".yaml", ".csv", ".lock"}


def program() -> str:
    """Hash the project's own files that can change a page, comments and all.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    total = hashlib.sha256()
    for pattern in PROGRAM:
        for path in sorted(ROOT.glob(pattern)):
            if path.suffix in SUFFIXES and path.is_file():
                total.update(f"{path.relative_to(ROOT).as_posix()} {ledger.digest(path)}\n".encode())
    return total.hexdigest()


def stamps(*homes: Path) -> dict[str, list[int]]:
    """Take the size and time of every file in some folders, to see later whether one was touched.

    Parameters
    ----------
    *homes : Path
        Folders, or files.

    Returns
    -------
    dict of str to list of int
        By path; folders inside are not entered.
    """
    found = {}
    for home in homes:
        for path in sorted(home.iterdir()) if home.is_dir() else [home]:
            try:
                facts = path.stat()
            except OSError:
                continue
            if path.is_file():
                found[str(path)] = [facts.st_size, facts.st_mtime_ns, facts.st_ino]
    return found


def read(homes: list[Path], paths: list[Path], *, seal: Callable[[str], str]) -> dict:
    """Say what a run reads of a survey.

    Parameters
    ----------
    homes : list of Path
        The survey folder and, where it is given, the other place of its files.
    paths : list of Path
        The files that were read.
    seal : callable
        Makes a hash with the survey's key of one without: some of the files are answers.

    Returns
    -------
    dict
        ``files``, keyed hashes by name, and ``there``, the names in the homes: a new file may be one to read.
    """
    there = [_names(home) if home.is_dir() else [] for home in homes]
    return {"files": {_name(path, homes): seal(ledger.digest(path)) for path in paths}, "there": there}


def _names(home: Path) -> list[str]:
    """Name the files of a survey; its key and the record of its releases are none of them."""
    return sorted(path.name for path in home.iterdir() if not path.name.startswith(releases.OWN))


def _name(path: Path, homes: list[Path]) -> str:
    """Name a file by the home it lies in, so that the record holds no machine's paths."""
    for place, home in reversed(list(enumerate(homes))):
        if path.resolve().is_relative_to(home.resolve()):
            return f"{place}/{path.resolve().relative_to(home.resolve()).as_posix()}"
    return f"{len(homes)}/{path.name}"


def write(home: Path, *, asked: Asked, inputs: dict, left: list[str]) -> None:
    """Put a whole run on record, when everything else is in place.

    Parameters
    ----------
    home : Path
        The survey's folder among the outputs.
    asked : Asked
        What the run was asked for.
    inputs : dict
        As `read` gives it.
    left : list of str
        Names of the files beside the areas' folders.
    """
    areas = sorted(path.parent.name for path in home.glob(f"*/{ledger.RESULT}"))
    record = {
        "format": ledger.FORMAT,
        "asked": asked.selection,
        "inputs": inputs,
        "program": program(),
        "left": {name: ledger.digest(home / name) for name in left if (home / name).is_file()},
        "areas": {area: ledger.digest(home / area / ledger.RESULT) for area in areas},
    }
    ledger.replace(home / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")


def forget(home: Path) -> None:
    """Take the record away before anything changes.

    Parameters
    ----------
    home : Path
        The survey's folder among the outputs.
    """
    (home / RECORD).unlink(missing_ok=True)


def nothing_to_do(asked: Asked, *, seal: Callable[[str], str]) -> tuple[Path, int] | None:
    """Say whether every page that a run would make is there, made from what there is now.

    Parameters
    ----------
    asked : Asked
        What the run is asked for.
    seal : callable
        As for `read`.

    Returns
    -------
    home : Path
        The survey's folder among the outputs.
    pages : int
        Pages there.
        None instead of both where anything is different, or cannot be told.
    """
    for path in sorted(asked.outputs.glob(f"*/{RECORD}")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if record["format"] == ledger.FORMAT and record["asked"] == asked.selection:
                pages = _pages(path.parent, record, asked.homes, seal=seal)
                if pages is not None:
                    return path.parent, pages
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return None


def _pages(home: Path, record: dict, homes: list[Path], *, seal: Callable[[str], str]) -> int | None:
    """Count the pages of a run on record; None where anything that it read or left has changed."""
    inputs = record["inputs"]
    places = [Path(name.partition("/")[2]) for name in inputs["files"]]
    numbers = [int(name.partition("/")[0]) for name in inputs["files"]]
    if any(number >= len(homes) for number in numbers):
        return None
    paths = [
        homes[number] / place if homes[number].is_dir() else homes[number]
        for number, place in zip(numbers, places, strict=True)
    ]
    if read(homes, paths, seal=seal) != inputs or program() != record["program"]:
        return None
    if any(ledger.digest(home / name) != known for name, known in record["left"].items()):
        return None
    pages = 0
    for area, known in record["areas"].items():
        if ledger.digest(home / area / ledger.RESULT) != known:
            return None
        made = ledger.read(home / area)
        if not all(ledger.intact(home / area, page) for page in made.values()):
            return None
        pages += len(made)
    return pages
