"""What a worker of a Dask cluster does for a run: it hands pages to the warm server of its machine.

A worker has threads and must never fork; so each page is made in a process that a server without threads
forks, as in a local run.
"""

import errno
import multiprocessing
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from distributed import get_worker

from trustgap.batch import bundle
from trustgap.batch.bundle import Bundle
from trustgap.batch.engine import Done, Warm

_runs: dict[str, Warm] = {}
_one = threading.Lock()


@dataclass(frozen=True)
class Back:
    """What comes back from a worker.

    Parameters
    ----------
    worker : str
        Its address.
    done : list of Done
        One for each page tried.
    made : bytes
        The pages and tables that were made, packed.
    other : str
        In what its program is another than that of the run; "" where it is the same.
    """

    worker: str
    done: list[Done] = field(default_factory=list)
    made: bytes = field(default=b"", repr=False)
    other: str = ""


def ready(run: str, program: dict[str, str]) -> str:
    """Have the server of this machine load what pages need, if they would be the same as elsewhere.

    Parameters
    ----------
    run : str
        Id of the run that pages will be made for.
    program : dict of str to str
        As `bundle.program` gives it where the run is.

    Returns
    -------
    str
        In what it is another here; "" where it is the same.
    """
    other = bundle.different(program, bundle.program())
    if not other:
        _warm(run)
    return other


def work(parcel: Bundle) -> Back:
    """Make one area's pages on the machine of this worker.

    Parameters
    ----------
    parcel : Bundle
        What to make.

    Returns
    -------
    Back
        What came of it. Nothing is raised: Dask would write it to the worker's log.
    """
    here = get_worker()
    if other := bundle.different(parcel.program, bundle.program()):
        return Back(here.address, other=other)
    try:
        # Dask removes this folder also when it has to kill the worker, or finds it left by one that is dead.
        done, made = bundle.make(parcel, _warm(parcel.run), at=Path(here.local_directory))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno in errno.errorcode else type(error).__name__
        return Back(here.address, [Done({}, f"its work could not be unpacked: {why}", "process")])
    except Exception as error:
        return Back(here.address, [Done({}, f"it failed with {type(error).__name__}", "process")])
    return Back(here.address, done, made)


def _warm(run: str) -> Warm:
    with _one:
        # Dask's nanny starts workers as daemons, which may not have processes of their own.
        if multiprocessing.current_process().daemon:
            multiprocessing.current_process().daemon = False
        return _runs.setdefault(run, Warm())


def halt(run: str) -> None:
    """End at once what this worker makes for a run.

    Parameters
    ----------
    run : str
        Id of the run.
    """
    with _one:
        warm = _runs.pop(run, None)
    if warm is not None:
        warm.stop()
