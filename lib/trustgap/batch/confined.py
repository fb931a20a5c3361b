"""What the process of a notebook may do to the machine: no memory beyond a limit, no core, no open file."""

import os
from pathlib import Path

from trustgap.record import private

try:
    import resource
except ImportError:  # Windows has no limits of this kind.
    resource = None

LIMIT_MEMORY = 2 * 2**30
"""Bytes that a notebook may take beside what the server it comes from has loaded."""


def confine() -> None:
    """Limit this process for good.

    What it writes is its owner's alone, and says nothing on the run's terminal or in its log; if it
    crashes, the system keeps no picture of its memory, which holds answers.
    """
    os.umask(0o077)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    private.no_core()
    _limit_memory()


def _limit_memory() -> None:
    """Let a notebook that takes too much fail by itself, before the system kills something."""
    if resource is None:
        return
    try:
        loaded = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = loaded + LIMIT_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def cost() -> dict:
    """Say what this process has used.

    Returns
    -------
    dict
        ``seconds`` of the processor and ``memory`` in bytes at its peak, where known.
    """
    if resource is None:
        return {}
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": round(used.ru_utime + used.ru_stime, 2), "memory": used.ru_maxrss * 1024}
