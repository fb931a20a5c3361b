"""Folders for answers while a run works: outside of all outputs, for their owner alone, and never for long.

A folder's name says which process made it. One whose process is no more is removed by the next command,
whatever that is and wherever it writes to. A release that no audit has passed yet lies in such a folder, too,
beside the one to be made; there the next release to that place removes it.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from trustgap.record import lock

try:
    import resource
except ImportError:  # Windows keeps no such pictures.
    resource = None

NAME = re.compile(
    r"trustgap-(?P<pid>\d+)-(?P<started>\d*)-(?P<boot>[0-9a-f]{8})-(?P<host>[0-9a-f]{8})-[0-9a-f]{16}"
)
"""How the folders are called."""


def folder(at: Path | None = None) -> Path:
    """Name a new folder of this process; it is not made yet.

    Parameters
    ----------
    at : Path, optional
        Where it is to lie; by default in the system's folder for temporary files, which ``TMPDIR`` may name.

    Returns
    -------
    Path
        New.

    Raises
    ------
    OSError
        If there is no such folder that can be written.

    Examples
    --------
    >>> NAME.fullmatch(folder().name) is not None
    True
    """
    me = lock.me()
    return (at or Path(tempfile.gettempdir())) / (
        f"trustgap-{me['pid']}-{me['started']}-{_short(me['boot'])}-{_short(me['host'])}-{secrets.token_hex(8)}"
    )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def sweep(at: Path | None = None) -> None:
    """Remove the folders of processes that are no more; nobody else's, and none of another machine.

    Parameters
    ----------
    at : Path, optional
        Where they lie; by default in the system's folder for temporary files.
    """
    me = lock.me()
    with contextlib.suppress(OSError):
        for path in (at or Path(tempfile.gettempdir())).iterdir():
            said = NAME.fullmatch(path.name)
            if said and said["host"] == _short(me["host"]) and _left(path, said, me):
                shutil.rmtree(path, ignore_errors=True)


def _left(path: Path, said: re.Match, me: dict) -> bool:
    """Whether a folder is one's own and its process is no more."""
    with contextlib.suppress(OSError):
        # A link is not followed: what removes folders refuses it.
        if hasattr(os, "getuid") and path.lstat().st_uid != os.getuid():
            return False
        boot = me["boot"] if said["boot"] == _short(me["boot"]) else ""
        known = me | {"pid": int(said["pid"]), "started": said["started"], "boot": boot}
        return not lock.alive(known)
    return False


def no_core() -> None:
    """Have the system keep no picture of this process's memory, or of those it starts, after a crash.

    Examples
    --------
    >>> no_core()
    """
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@contextlib.contextmanager
def for_owner_only() -> Iterator[None]:
    """Have everything that is written meanwhile be open to its owner alone.

    Examples
    --------
    >>> with for_owner_only():
    ...     os.umask(0o077)
    63
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
