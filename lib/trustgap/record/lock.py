"""One run at a time in an outputs folder: a lock that says who holds it, and that a dead run gives up."""

import contextlib
import json
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

NAME = ".lock"
"""File in the outputs folder while a run writes to it."""

TRIES = 3

WRITTEN_IN = 2
"""Seconds in which a run that has made the lock has surely written into it who it is."""


class Locked(Exception):
    """Another run writes to the folder.

    Parameters
    ----------
    owner : dict
        ``pid``, ``host`` and ``since``, as far as they are known.
    path : Path
        The lock's file.
    """

    def __init__(self, owner: dict, path: Path) -> None:
        self.owner = owner
        who = f"process {owner.get('pid', '?')} on {owner.get('host', '?')}"
        # Of outputs there can be many, but a survey has one record of releases.
        other = ", or name another folder with --outputs" if path.name == NAME else ""
        super().__init__(
            f"{path.parent}: another run, {who}, has been writing here since {owner.get('since', '?')}: "
            f"wait for its end{other}; if it is no more, remove {path}"
        )


class Lock:
    """Holds an outputs folder for this process.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    name : str
        Of the lock's file.
    """

    def __init__(self, folder: Path, *, name: str = NAME) -> None:
        self.path = folder / name
        self.taken_over = ""
        self._made = False

    def look(self) -> None:
        """See whether the folder is free, without taking it.

        Raises
        ------
        Locked
            If a run that may be alive holds it.
        """
        if self.path.exists() and alive(owner := _read(self.path)):
            raise Locked(owner, self.path)

    def __enter__(self) -> "Lock":
        """Take the lock.

        Raises
        ------
        Locked
            If a run that may be alive holds it.
        """
        self._made = not self.path.parent.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(TRIES):
            try:
                handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                owner = _read(self.path)
                if alive(owner) or ("pid" not in owner and self._being_written()):
                    raise Locked(owner, self.path) from None
                self._remove(owner)
                continue
            # Who may write here must see whose it is, also where a run keeps all else to its owner.
            self.path.chmod(0o644)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(me(), file)
            except OSError:
                self.path.unlink()
                raise
            return self
        raise Locked(_read(self.path), self.path)

    def _being_written(self) -> bool:
        """Whether a lock that says nothing yet may be about to."""
        try:
            # A clock that was set back must not keep the folder held until it has caught up.
            return abs(time.time() - self.path.stat().st_mtime) < WRITTEN_IN
        except FileNotFoundError:
            return False

    def _remove(self, owner: dict) -> None:
        """Take the lock of a run that is no more away; of several that try, one succeeds."""
        aside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.rename(aside)
        except FileNotFoundError:
            return
        if _read(aside) != owner:
            # Between reading and taking, another run took over: it gets its lock back, unless a third one
            # has its own there by now. A link, unlike a move, never takes the place of that.
            with contextlib.suppress(FileExistsError):
                os.link(aside, self.path)
        else:
            self.taken_over = f"a run that ended without a word (process {owner.get('pid', '?')})"
        aside.unlink()

    def __exit__(self, *_: object) -> None:
        """Give the folder free, if it is still ours; one made for nothing does not stay."""
        if _read(self.path).get("pid") == os.getpid():
            self.path.unlink(missing_ok=True)
        if self._made and not any(self.path.parent.iterdir()):
            self.path.parent.rmdir()


def me() -> dict:
    """Say which process this is, so that a later one with the same number is not taken for it.

    Returns
    -------
    dict
        ``pid``, ``host``, ``boot`` and ``started`` as the system says them, and ``since``, the time now.
    """
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "boot": _boot(),
        "started": _started(os.getpid()),
        "since": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
    }


def _read(path: Path) -> dict:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def alive(owner: dict) -> bool:
    """Say whether a process may be alive.

    Parameters
    ----------
    owner : dict
        As `me` gives it where that process runs.

    Returns
    -------
    bool
        True also for one on another machine, because nobody here can tell.
    """
    pid = owner.get("pid")
    if not isinstance(pid, int):
        return False
    if owner.get("host") != socket.gethostname():
        return True
    if owner.get("boot") != _boot():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return owner.get("started") == _started(pid)


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; "" where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
