"""Areas rendered by the workers of a Dask cluster, each on its own machine's warm server.

Dask only carries the work there and back. A worker that is lost loses its areas to others.
"""

import contextlib
import logging
import os
import shutil
import signal
import sys
import threading
import uuid
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from trustgap.batch import bundle
from trustgap.batch.engine import Done, Task
from trustgap.batch.makers import Here
from trustgap.batch.plan import PlanError
from trustgap.stats import counts as cells

WAIT_SECONDS = 60
"""How long a run waits for a scheduler to have a first worker."""

AHEAD = 32
"""Areas that may be given to the scheduler at once, so that workers which come later find work."""

TRIES = 3
"""An area may meet so many workers with another program before it counts as failed."""

STOP_SECONDS = 1.5
"""How long each step may take by which workers are told that a run is over."""

FOLDER = ".workers"
"""Folder for workers on this machine, beside the surveys' own in the folder that is never published."""


class Cluster:
    """Has the pages of areas made by a Dask cluster; those of the whole, which need everything, here.

    Parameters
    ----------
    address : str
        ``tcp://host:port`` or ``tls://host:port`` of a scheduler, or ``local:N`` for N worker processes on
        this machine.
    at : Path
        Folder for half-made work of workers on this machine; it goes when the run ends.

    Raises
    ------
    PlanError
        If Dask is not installed, the address is of another form, nobody answers there, or no worker runs
        the same program as this process.
    """

    def __init__(self, address: str, at: Path) -> None:
        self.here, self.run, self.at = Here(1), uuid.uuid4().hex, at / FOLDER
        # What a run that was killed left of its answers goes.
        shutil.rmtree(self.at, ignore_errors=True)
        self.client, self._own = _connect(address, self.at)
        self._others: dict[str, str] = {}
        self._one = threading.Lock()
        try:
            self._look(address)
        except BaseException:
            self.close()
            raise
        self.areas_at_once = max(AHEAD, 2 * sum(self.client.nthreads().values()))

    def _look(self, address: str) -> None:
        """See that there are workers, and which of them run the same program."""
        try:
            self.client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except TimeoutError:
            raise PlanError(f"--cluster {address}: no worker came within {WAIT_SECONDS} seconds") from None
        from trustgap.batch import worker

        theirs = self.client.run(worker.ready, self.run, on_error="return")
        for name, found in theirs.items():
            if isinstance(found, BaseException):
                self._leave_out(name, f"it cannot load trustgap ({type(found).__name__})")
            elif other := bundle.different(bundle.program(), found):
                self._leave_out(name, f"it has other versions of: {other}")
        if not self._same():
            raise PlanError(
                f"--cluster {address}: no worker has this version of trustgap; install the same commit and "
                "the same lock on every machine, and start its workers anew"
            )

    def _leave_out(self, worker: str, why: str) -> None:
        with self._one:
            known = worker in self._others
            self._others[worker] = why
        if not known:
            tqdm.write(f"Worker {worker} is left out: {why}", file=sys.stderr)

    def _same(self) -> list[str]:
        """List the workers that are not known to run another program."""
        return [worker for worker in self.client.nthreads() if worker not in self._others]

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self.here.stopped

    def make(self, area: str, tasks: list[Task]) -> list[Done]:
        """Have one area's pages made, and put them into its staging folder.

        Parameters
        ----------
        area : str
            Whose they are.
        tasks : list of Task
            In order.

        Returns
        -------
        list of Done
            One for each task, up to the first that failed.
        """
        if area == cells.NATIONAL or not tasks:
            return self.here.make(area, tasks)
        parcel = bundle.bundle(area, tasks, run=self.run)
        for _ in range(TRIES):
            try:
                back = self._sent(parcel)
            except Exception as error:
                return [
                    Done({}, f"no worker of the cluster could make it: {type(error).__name__}", "process")
                ]
            if not back.other:
                bundle.unpack(back.made, Path(tasks[0].parameters["outputs"]))
                return [_told(done, back.worker) for done in back.done]
            self._leave_out(back.worker, f"it has other versions of: {back.other}")
        return [Done({}, "no worker of the cluster has this version of trustgap", "process")]

    def _sent(self, parcel: bundle.Bundle) -> object:
        """Send work to a worker and wait for what comes back; Dask sends it on where a worker is lost."""
        from trustgap.batch import worker

        # Where some were left out the others are preferred, not demanded: those may be lost too.
        same = self._same() if self._others else None
        options = {"workers": same, "allow_other_workers": True} if same else {}
        return self.client.submit(worker.work, parcel, pure=False, **options).result()

    def close(self) -> None:
        """Take back what is wanted of the workers, and make nothing more."""
        if self.here.stopped:
            return
        self.here.close()
        halting = threading.Thread(target=self._halt, daemon=True)
        halting.start()
        halting.join(STOP_SECONDS)
        with contextlib.suppress(TimeoutError):
            self.client.close(timeout=STOP_SECONDS)
        if self._own is not None:
            self._end_own()

    def _end_own(self) -> None:
        """End the workers that were started here, which have nothing left to do."""
        started = [worker.pid for worker in self._own.workers.values()]
        try:
            self._own.close(timeout=STOP_SECONDS)
        except TimeoutError:
            for process in started:
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.at, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.at.parent.rmdir()

    def _halt(self) -> None:
        from trustgap.batch import worker

        self.client.run(worker.halt, self.run, on_error="ignore")


def _told(done: Done, worker: str) -> Done:
    """Add who made a page; that the disk of a worker is full does not end the run."""
    if done.fault == "disk":
        done = replace(done, fault="process", failure=f"{done.failure} on the worker {worker}")
    return replace(done, cost=done.cost | {"worker": worker})


def _connect(address: str, at: Path) -> tuple:
    """Reach a scheduler, or start one here: a client, and the cluster that was started or None."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise PlanError("--cluster needs Dask: install it with  pip install 'trustgap[cluster]'") from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # The work of a large area is as large as its answers.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    kind, _, count = address.partition(":")
    try:
        if kind == "local" and count.isdecimal() and int(count) > 0:
            own = _own_cluster(LocalCluster, int(count), at)
            return Client(own), own
        if address.startswith(("tcp://", "tls://")):
            return Client(address, timeout=10), None
    except (OSError, ValueError) as error:
        raise PlanError(f"--cluster {address}: nobody answers there ({type(error).__name__})") from None
    raise PlanError(f"--cluster {address}: give tcp://host:port, or local:N for N workers here")


def _own_cluster(kind: type, workers: int, at: Path) -> object:
    """Start a scheduler and workers that only this machine can reach."""
    at.mkdir(parents=True, mode=0o700)
    return kind(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        protocol="tcp",
        dashboard_address=None,
        local_directory=str(at),
        silence_logs=logging.CRITICAL,
    )
