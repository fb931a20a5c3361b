"""What a process and all that it started used: processor seconds and memory, as Linux counts them."""

import ctypes
import os
import resource
import threading
import time
from collections.abc import Callable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 2**20
ADOPT = 36
"""The call of Linux that makes a process the parent of those whose own parent ended."""


def adopt() -> None:
    """Become the parent of what is left over, so that no process escapes the account."""
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)


def descendants() -> dict[int, list[str]]:
    """List the processes that this one started, and those that they started, with what Linux says of each."""
    every = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        # The name stands in brackets and may hold anything; the fields follow it.
        every[int(path.parent.name)] = said.rpartition(")")[2].split()
    found, last = {}, {os.getpid()}
    while last:
        last = {pid for pid, fields in every.items() if int(fields[1]) in last}
        found |= {pid: every[pid] for pid in last}
    return found


def spent() -> float:
    """Give the processor seconds, user and system, of this process and of all that it started."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(sum(map(int, fields[11:15])) for fields in descendants().values())
    return time.process_time() + ended.ru_utime + ended.ru_stime + running / TICKS


def command(pid: int) -> str:
    """Give the command line of a process; "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
    except OSError:
        return ""


def private(pid: int) -> float:
    """Give the MiB that a process shares with no other: what ends with it."""
    return _rollup(pid, "Private_Clean") + _rollup(pid, "Private_Dirty")


def proportional(pid: int) -> float:
    """Give the MiB of a process, those shared divided among all that share them."""
    return _rollup(pid, "Pss")


def _rollup(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / MIB


def peak(work: Callable, look: Callable[[], float], *, every: float) -> float:
    """Do some work and give the largest of what was seen meanwhile.

    Parameters
    ----------
    work : callable
        What to do.
    look : callable
        Gives a number.
    every : float
        Seconds from one look to the next.
    """
    seen, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(every):
            seen.append(look())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        over.set()
        watcher.join()
    return max(seen)
