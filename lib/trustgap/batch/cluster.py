"""Areas rendered by the workers of a Dask cluster, each on its own machine's warm server.

Dask only carries the work there and back: a worker has threads and must never fork, so it hands each page
to a server process of its machine, as a local run does. A worker that is lost loses its areas to others.
"""

import shutil
import threading

from trustgap.batch import keys
from trustgap.batch.bundle import Bundle, OtherProgram, make, pack, unpack
from trustgap.batch.engine import Done, Task, Warm
from trustgap.batch.makers import Here
from trustgap.batch.places import Places
from trustgap.batch.plan import PlanError
from trustgap.report import release as releases
from trustgap.report.release import Release
from trustgap.stats import counts as cells

_server: list[Warm] = []
_one = threading.Lock()

RETRIES = 3
"""So many workers may be lost over an area before it counts as failed."""


def on_worker(bundle: Bundle) -> tuple[list[Done], bytes]:
    """Make one area's pages on the machine of a worker.

    Parameters
    ----------
    bundle : Bundle
        The work.

    Returns
    -------
    tuple
        As `bundle.make` gives it.
    """
    with _one:
        if not _server:
            _server.append(Warm())
    return make(bundle, _server[0])


class Cluster:
    """Has the pages of areas made by a Dask cluster; those of the whole, which need everything, here.

    Parameters
    ----------
    address : str
        ``tcp://host:port`` of a scheduler, or ``local:N`` for N worker processes on this machine.
    release : Release
        Of all areas; each area's part goes to the worker that makes its pages.
    places : Places
        Where to write.

    Raises
    ------
    PlanError
        If Dask is not installed, the address is of another form, or nobody answers there.
    """

    def __init__(self, address: str, release: Release, places: Places) -> None:
        self.release, self.places, self.here = release, places, Here(1)
        self.client, self._own = _connect(address)
        self.areas_at_once = max(1, sum(self.client.nthreads().values()))

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
        if area == cells.NATIONAL:
            return self.here.make(area, tasks)
        part = self.places.work / "parts" / area
        staging = self.places.staging(area)
        staging.mkdir(parents=True, exist_ok=True)
        releases.write(releases.part(self.release, area), part)
        work = Bundle(tasks, pack(part), pack(staging), keys.library())
        shutil.rmtree(part)
        try:
            done, made = self.client.submit(on_worker, work, pure=False, retries=RETRIES).result()
        except Exception as error:
            why = str(error) if isinstance(error, OtherProgram) else type(error).__name__
            return [Done({}, f"no worker of the cluster could make it: {why}", "process")]
        unpack(made, staging)
        return done

    def close(self) -> None:
        """Take back what is wanted of the workers, and make nothing more."""
        self.here.close()
        self.client.close()
        if self._own is not None:
            self._own.close()


def _connect(address: str) -> tuple:
    """Reach a scheduler, or start one here: a client, and the cluster that was started or None."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise PlanError("--cluster needs Dask: install it with  pip install 'trustgap[cluster]'") from None
    kind, _, count = address.partition(":")
    try:
        if kind == "local" and count.isdecimal() and int(count) > 0:
            options = {"dashboard_address": None, "protocol": "tcp", "host": "127.0.0.1"}
            own = LocalCluster(n_workers=int(count), threads_per_worker=1, **options)
            return Client(own), own
        if address.startswith(("tcp://", "tls://")):
            return Client(address, timeout=10), None
    except (OSError, ValueError) as error:
        raise PlanError(f"--cluster {address}: nobody answers there ({type(error).__name__})") from None
    raise PlanError(f"--cluster {address}: give tcp://host:port, or local:N for N workers here")
