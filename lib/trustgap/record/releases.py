"""The record of releases: one line each, only ever added to, every line sealed together with the one before.

It lies beside the answers and, like them, is nobody's but its owner's. What a line says of a release is not
known here; that no line was changed, taken out or cut off is.
"""

import hashlib
import hmac
import json
import os
from pathlib import Path

from trustgap.record import ledger

NAME = "releases.jsonl"
"""What the record is called beside a key that is called after nothing else."""

HEAD = ".head"
"""Ending of the file that says how many lines there are; a record that was cut short is found out by it."""

OWN = ("releases.", "trustgap.key")
"""How the names of the record's files, and of the key, begin: they are no files of the survey."""


class Broken(Exception):
    """The record of releases is not as it was left."""


def place(key: Path) -> Path:
    """Say where the record of releases lies.

    Parameters
    ----------
    key : Path
        File of the survey's key, which lies with the answers or in the user's own folder.

    Returns
    -------
    Path
        Beside it.

    Examples
    --------
    >>> place(Path("survey/trustgap.key")).name, place(Path("state/0ab1.key")).name
    ('releases.jsonl', '0ab1.releases.jsonl')
    """
    return key.with_name(NAME if key.stem == "trustgap" else f"{key.stem}.{NAME}")


def read(path: Path, *, key: bytes) -> list[dict]:
    """Read the record, and make sure that it is whole.

    Parameters
    ----------
    path : Path
        As `place` gives it; it need not be there.
    key : bytes
        Of the survey.

    Returns
    -------
    list of dict
        Its lines, first to last. Half a line at its end, left by a power cut, is none.

    Raises
    ------
    Broken
        If a line was changed, moved, taken out or cut off, or was sealed with another key.
    """
    count, last = _head(path, key)
    lines: list[dict] = []
    for text in _texts(path):
        try:
            line = json.loads(text)
            seal = line.pop("seal")
        except (ValueError, KeyError, AttributeError, TypeError):
            break
        before = lines[-1]["seal"] if lines else ""
        if not hmac.compare_digest(seal, _seal(line, key)) or line["before"] != before:
            raise Broken(f"{path.name}: line {len(lines) + 1} is not as it was written")
        lines.append(line | {"seal": seal})
    if len(lines) < count or (count and lines[count - 1]["seal"] != last):
        raise Broken(f"{path.name}: it had {count:,} lines, of which {len(lines):,} are there")
    if len(_texts(path)) > len(lines) or len(lines) > count + 1:
        raise Broken(f"{path.name}: line {len(lines) + 1} is not as it was written")
    return lines


def append(path: Path, record: dict, *, key: bytes) -> None:
    """Add a line, on disk before this returns.

    Parameters
    ----------
    path : Path
        As `place` gives it.
    record : dict
        What to say; fields ``number``, ``before`` and ``seal`` are added.
    key : bytes
        Of the survey.

    Raises
    ------
    Broken
        As `read`.
    OSError
        If there is no room; the record is then as it was.
    """
    lines = read(path, key=key)
    line = {"number": len(lines) + 1, "before": lines[-1]["seal"] if lines else "", **record}
    line["seal"] = _seal(line, key)
    content = (json.dumps(line, sort_keys=True) + "\n").encode()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "rb+") as file:
        size = _whole(file.read(), len(lines))
        try:
            file.truncate(size)
            file.seek(size)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            _write_head(path, len(lines) + 1, line["seal"], key)
        except BaseException:
            # A line that the head counts stays: without it the record would be broken for ever.
            if _head(path, key)[0] <= len(lines):
                os.truncate(path, size)
            raise


def _whole(content: bytes, lines: int) -> int:
    """Say where the last of some lines ends; half a line may follow."""
    end = 0
    for _ in range(lines):
        end = content.find(b"\n", end) + 1
    return end


def _texts(path: Path) -> list[bytes]:
    """Give the lines that end, without their ends; what follows the last of them is half a line."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    return content.split(b"\n")[:-1]


def _seal(line: dict, key: bytes) -> str:
    return hmac.digest(key, json.dumps(line, sort_keys=True).encode(), hashlib.sha256).hex()


def _head(path: Path, key: bytes) -> tuple[int, str]:
    """Read how many lines were there when the last was added, and its seal."""
    try:
        head = json.loads(path.with_suffix(HEAD).read_text(encoding="utf-8"))
        known = _seal({"count": head["count"], "last": head["last"]}, key)
        if hmac.compare_digest(head["seal"], known):
            return head["count"], head["last"]
    except FileNotFoundError:
        # The first line may have been written, and its number not yet.
        return 0, ""
    except (ValueError, KeyError, TypeError):
        pass
    raise Broken(f"{path.with_suffix(HEAD).name}: it is not as it was written")


def _write_head(path: Path, count: int, last: str, key: bytes) -> None:
    head = {"count": count, "last": last}
    text = json.dumps(head | {"seal": _seal(head, key)}) + "\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with ledger.in_place(path.with_suffix(HEAD)) as part, open(os.open(part, flags, 0o600), "wb") as file:
        file.write(text.encode())
