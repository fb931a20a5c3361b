"""The scheduler that gives areas to workers: one that is there, or one with workers on this machine."""

import contextlib
import logging
import os
import signal
from pathlib import Path

from trustgap.batch.plan import PlanError

CONNECT_SECONDS = 10
"""How long a scheduler has to answer."""


def reach(address: str, *, at: Path) -> tuple:
    """Reach a scheduler, or start one here.

    Parameters
    ----------
    address : str
        ``tcp://host:port``, ``tls://host:port``, or ``local:N`` for N workers on this machine.
    at : Path
        Folder for workers on this machine.

    Returns
    -------
    client : distributed.Client
        To give work to.
    own : distributed.LocalCluster or None
        What was started here.

    Raises
    ------
    PlanError
        If Dask is not installed, the address is of another form, or nobody answers there.
    """
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
            return Client(address, timeout=CONNECT_SECONDS), None
    except (OSError, ValueError, RuntimeError) as error:
        raise PlanError(f"--cluster {address}: nobody answers there ({type(error).__name__})") from None
    except TypeError:
        raise PlanError(
            f"--cluster {address}: Dask does not know its key here; see docs/more_than_one_machine.md"
        ) from None
    raise PlanError(f"--cluster {address}: give tcp://host:port, or local:N for N workers here")


def _own_cluster(kind: type, workers: int, at: Path) -> object:
    """Start a scheduler and workers that only this machine can reach."""
    at.mkdir(mode=0o700)
    # Ctrl-C goes to every process of a terminal, but is for this one, which ends its workers. What is
    # blocked here is blocked in the thread that starts them, and so in them.
    deaf = {signal.SIGINT, signal.SIGTERM} if hasattr(signal, "pthread_sigmask") else set()
    if deaf:
        signal.pthread_sigmask(signal.SIG_BLOCK, deaf)
    try:
        return kind(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            protocol="tcp",
            dashboard_address="127.0.0.1:0",
            local_directory=str(at),
            silence_logs=logging.CRITICAL,
        )
    finally:
        if deaf:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, deaf)


def end(own: object, *, within: float) -> None:
    """End the workers that were started here, which have nothing left to do.

    Parameters
    ----------
    own : distributed.LocalCluster
        As `reach` gave it.
    within : float
        Seconds that they have to end by themselves.
    """
    started = [worker.pid for worker in own.workers.values()]
    # Else Dask closes it again when this process ends, and waits for workers that are no more.
    own.shutdown_on_close = False
    try:
        own.close(timeout=within)
    except TimeoutError:
        for process in started:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
