"""What a run leaves on record: a result per area that lists its files by hash, and a log of the runs.

A reader trusts only files named in a result, and a result is written when its files are in place.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

RESULT = "result.json"
"""File beside the pages of an area that says what they were made from and what their bytes are."""

LOG = "runs.jsonl"
"""Log of all runs of a survey, one line an event."""

PART = ".part"
"""Ending of a file that is not whole yet."""

FORMAT = 1


def digest(path: Path) -> str:
    """Hash a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(area: Path) -> dict:
    """Read the pages on record of an area.

    Parameters
    ----------
    area : Path
        Folder of its pages.

    Returns
    -------
    dict
        By notebook ``key``, ``parts``, ``files`` (hash by name) and ``facts``; {} where there is no record,
        or one that cannot be read.
    """
    try:
        record = json.loads((area / RESULT).read_text(encoding="utf-8"))
        pages = record["pages"] if record["format"] == FORMAT else {}
        return {name: page for name, page in pages.items() if isinstance(page["files"], dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(area: Path, pages: dict) -> None:
    """Put the pages of an area on record; the last file to be written.

    Parameters
    ----------
    area : Path
        Folder of its pages.
    pages : dict
        As `read` gives them.
    """
    record = {"format": FORMAT, "pages": dict(sorted(pages.items()))}
    replace(area / RESULT, json.dumps(record, indent=1, sort_keys=True) + "\n")


def intact(area: Path, page: dict) -> bool:
    """Say whether the files of a page are those that were put on record.

    Parameters
    ----------
    area : Path
        Folder of its pages.
    page : dict
        One page as `read` gives it.

    Returns
    -------
    bool
        False also where a file is absent.
    """
    try:
        return all(digest(area / name) == known for name, known in page["files"].items())
    except OSError:
        return False


def replace(path: Path, text: str) -> None:
    """Write a file so that it is whole or not there, even if the machine stops.

    Parameters
    ----------
    path : Path
        The file; its folder is there.
    text : str
        Its content.
    """
    with in_place(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def in_place(path: Path) -> Iterator[Path]:
    """Give a file to write that takes the place of another when it is whole.

    Parameters
    ----------
    path : Path
        What is to be replaced, or made; its folder is there.

    Yields
    ------
    Path
        Where to write. If that breaks off, `path` is as it was.
    """
    part = path.with_name(f"{path.name}{PART}")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class Log:
    """Appends events of runs to a file, one line of JSON each; a line is on disk before work goes on.

    Parameters
    ----------
    path : Path
        The file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._one = path, threading.Lock()
        self.run = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, process {os.getpid()}"
        # A run that was killed may have left half a line, to which nothing must be joined.
        if path.exists() and path.read_bytes()[-1:] not in (b"", b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")

    def note(self, event: str, **facts: object) -> None:
        """Write one event.

        Parameters
        ----------
        event : str
            Such as ``made`` or ``failed``.
        **facts : object
            Counts, hashes, seconds; never an answer.
        """
        line = json.dumps({"run": self.run, "event": event, **facts}, sort_keys=True)
        with self._one, self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


def events(path: Path) -> list[dict]:
    """Read the log of runs.

    Parameters
    ----------
    path : Path
        What `Log` wrote.

    Returns
    -------
    list of dict
        Whole lines in their order; half a line is left out.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            found.append(event)
    return found
