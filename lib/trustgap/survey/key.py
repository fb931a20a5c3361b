"""The key of a survey's hashes: it lies with the answers, and without it no hash tells anything of them.

Who knows all answers but one could try every value of that one against a hash that anybody can compute. So
each hash of answers that a run leaves is made with a key that nobody has who has not got the answers anyway.
"""

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

NAME = ".trustgap-key"
"""File beside the answers; it goes wherever they go, and never where pages go."""

LENGTH = 32
"""Bytes of a key, as many as of a hash."""


@dataclass(frozen=True)
class Key:
    """Makes hashes that are of no use without it.

    Parameters
    ----------
    secret : bytes
        Never to be written anywhere but in its file.
    path : Path
        That file.
    beside : bool
        It lies beside the answers.
    """

    secret: bytes = field(repr=False)
    path: Path
    beside: bool

    def of(self, known: str) -> str:
        """Make a keyed hash of what somebody could guess.

        Parameters
        ----------
        known : str
            Such as a hash without a key.

        Returns
        -------
        str
            HMAC-SHA256, hexadecimal.

        Examples
        --------
        >>> Key(b"k" * 32, Path(NAME), True).of("a guess")[:16]
        '25aadef375dd97a9'
        """
        return hmac.new(self.secret, known.encode(), hashlib.sha256).hexdigest()

    def of_files(self, paths: Iterable[Path]) -> str:
        """Make a keyed hash of some files, in their order.

        Parameters
        ----------
        paths : iterable of Path
            The files.

        Returns
        -------
        str
            As `of` gives it.
        """
        total = hmac.new(self.secret, digestmod=hashlib.sha256)
        for path in paths:
            content = path.read_bytes()
            # Each is preceded by its length, so that nothing can move from one to the next.
            total.update(len(content).to_bytes(8, "big"))
            total.update(content)
        return total.hexdigest()


def home(folder: Path, answers: Path | None) -> Path:
    """Name the folder in which the answers, and so the key, lie.

    Parameters
    ----------
    folder : Path
        Of the survey.
    answers : Path, optional
        Answers file, or folder with the survey's files, where they lie elsewhere.

    Returns
    -------
    Path
        A folder.
    """
    if answers is None:
        return Path(folder)
    return Path(answers) if Path(answers).is_dir() else Path(answers).parent


def find(at: Path) -> Key | None:
    """Read the key of a survey.

    Parameters
    ----------
    at : Path
        Folder in which the answers lie.

    Returns
    -------
    Key or None
        None where there is none yet that may be read.

    Raises
    ------
    ValueError
        If its file holds something else.
    """
    for path, beside in ((at / NAME, True), (_own(at), False)):
        secret = _read(path)
        if secret is not None:
            return Key(secret, path, beside)
    return None


def ensure(at: Path) -> Key:
    """Read the key of a survey, or make one where there is none.

    Parameters
    ----------
    at : Path
        Folder in which the answers lie. If it may not be written, or its key is somebody else's, the key
        is kept in the folder for the state of one's own programs.

    Returns
    -------
    Key
        Every process that asks gets the same one.

    Raises
    ------
    ValueError
        If its file holds something else.
    OSError
        If it can be kept nowhere.
    """
    found = find(at)
    if found is not None:
        return found
    # A folder that is marked as read-only is left alone, also by those who may write everywhere.
    if at.stat().st_mode & 0o222:
        with contextlib.suppress(OSError):
            _make(at / NAME)
    if find(at) is None:
        own = _own(at)
        own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(own)
    return find(at)


def _own(at: Path) -> Path:
    """Name the file for the key of a folder among the state of one's own programs."""
    given = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    state = Path(given) if given else Path.home() / ".local" / "state"
    return state / "trustgap" / "keys" / hashlib.sha256(str(at.resolve()).encode()).hexdigest()[:32]


def _read(path: Path) -> bytes | None:
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
        if path.stat().st_mode & 0o077:
            # A copy may have lost its mode on the way.
            path.chmod(0o600)
    except OSError:
        return None
    if not re.fullmatch(f"[0-9a-f]{{{2 * LENGTH}}}", text):
        raise ValueError(path.name)
    return bytes.fromhex(text)


def _make(path: Path) -> None:
    """Write a new key, whole or not at all and never in the place of another, whoever else is at it."""
    part = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(LENGTH)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        except OSError:
            # Some file systems know no links.
            if not path.exists():
                part.replace(path)
    finally:
        part.unlink(missing_ok=True)
