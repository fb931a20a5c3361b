"""The process from which pages are forked: it loads what they need, and ends if its run does before that."""

import os
import signal
from importlib import import_module

RUN = "TRUSTGAP_RUN"
"""Variable of the environment that names the process of the run."""

EVERY = 0.2
"""Seconds between looks for the run, while everything is loaded."""


def load() -> None:
    """Load what pages need; a run that is killed meanwhile leaves no process behind.

    Examples
    --------
    >>> os.environ[RUN] = str(os.getppid())
    >>> load()
    """
    if not hasattr(signal, "setitimer"):  # Windows has no such server either.
        return
    run = int(os.environ.get(RUN, os.getppid()))

    def look(*_: object) -> None:
        # A run that loads this module itself, as tests do, is not its own server.
        if run not in (os.getppid(), os.getpid()):
            os._exit(0)

    look()
    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
    try:
        import_module("trustgap.batch.prepared")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


load()
