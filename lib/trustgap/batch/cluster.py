"""Areas rendered by the workers of a Dask cluster, each on its own machine's warm server.

Dask only carries the work there and back. A worker that is lost loses its areas to others.
"""

import contextlib
import shutil
import sys
import threading
import time
import uuid
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from trustgap.batch import bundle, scheduler
from trustgap.batch.engine import Done, Task
from trustgap.batch.makers import Here
from trustgap.batch.plan import PlanError
from trustgap.stats import counts as cells

WAIT_SECONDS = 60
"""How long a run waits for workers where there are none: at first, or because all were lost."""

LOOK_SECONDS = 5
"""How often a run looks whether those who have its work are there."""

AHEAD = 32
"""Areas that may be given to the scheduler at once, so that workers which come later find work."""

TRIES = 3
"""An area may meet so many workers with another program before it counts as failed."""

STOP_SECONDS = 1.5
"""How long each step may take by which workers are told that a run is over."""


class WorkersLost(RuntimeError):
    """There are no workers any more, and none came."""


class Cluster:
    """Has the pages of areas made by a Dask cluster; those of the whole, which need everything, here.

    Parameters
    ----------
    address : str
        ``tcp://host:port`` or ``tls://host:port`` of a scheduler, or ``local:N`` for N worker processes on
        this machine.
    at : Path
        New folder for half-made work of workers on this machine; it goes when the run ends.

    Raises
    ------
    PlanError
        If Dask is not installed, the address is of another form, nobody answers there, or no worker runs
        the same program as this process.
    """

    def __init__(self, address: str, at: Path) -> None:
        self.run, self.at = uuid.uuid4().hex, at
        self.client, self._own = scheduler.reach(address, at=self.at)
        self.here = Here(1)
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

        theirs = self.client.run(worker.ready, self.run, bundle.program(), on_error="return")
        for name, other in theirs.items():
            if isinstance(other, BaseException):
                self._leave_out(name, f"it cannot load this trustgap ({type(other).__name__})")
            elif other:
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
            except WorkersLost:
                return [Done({}, "the workers of the cluster are lost", "process")]
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

        there, seen = None, time.monotonic()
        while True:
            if there is None:
                there = self._same() if self._others else []
                future = self.client.submit(worker.work, parcel, pure=False, workers=there or None)
            try:
                return future.result(timeout=LOOK_SECONDS)
            except TimeoutError:
                now = set(self._same())
            if there and not now.intersection(there):
                # Those that it was meant for are lost; nobody else would take it.
                future.cancel()
                there = None
            if now:
                seen = time.monotonic()
            elif time.monotonic() - seen > WAIT_SECONDS:
                future.cancel()
                raise WorkersLost

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
            scheduler.end(self._own, within=STOP_SECONDS)
            shutil.rmtree(self.at, ignore_errors=True)

    def _halt(self) -> None:
        from trustgap.batch import worker

        self.client.run(worker.halt, self.run, on_error="ignore")


def _told(done: Done, worker: str) -> Done:
    """Add who made a page; that a worker has no room, or can start no process, does not end the run."""
    if done.fault in ("disk", "start"):
        done = replace(done, fault="process", failure=f"{done.failure} on the worker {worker}")
    return replace(done, cost=done.cost | {"worker": worker})
