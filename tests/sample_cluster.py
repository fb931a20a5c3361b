"""A Dask scheduler and workers in processes of their own, for tests of the batch."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

QUIET = ["--no-dashboard", "--host", "127.0.0.1"]


class Dask:
    """A scheduler and workers, each a process group of its own."""

    def __init__(self, home):
        self.home, self.file, self.started = home, home / "scheduler.json", []
        self._start("scheduler", "--port", "0")
        assert happens(lambda: self.file.exists() and self.file.read_text())
        self.address = json.loads(self.file.read_text())["address"]

    def _start(self, what, *options, **environment):
        command = [sys.executable, "-m", "dask", what, "--scheduler-file", str(self.file), *QUIET, *options]
        log = (self.home / f"log{len(self.started)}").open("wb")
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=self.home,
            env=os.environ | environment,
            start_new_session=True,
        )
        log.close()
        self.started.append(process)
        return process

    def worker(self, name, **environment):
        """Start a worker, whose half-made work lies in a folder of that name; give its process."""
        return self._start(
            "worker", "--nthreads", "1", "--local-directory", str(self.home / name), **environment
        )

    def work(self, name=""):
        """Folders that hold an area's answers on a worker."""
        return list((self.home / name).glob("**/dask-scratch-space/*/trustgap-*"))

    def logs(self):
        return "".join(path.read_text(errors="replace") for path in self.home.glob("log*"))

    def end(self):
        for process in reversed(self.started):
            kill(process)


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def happens(true, seconds=300):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(true())


def in_session(process):
    """List the processes that a process started, and those that these started, while any is alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, *fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == process.pid and state != "Z":
            found.append(int(path.parent.name))
    return found


class Joined:
    """Wait until so many workers are there."""

    def __init__(self, dask, count):
        from distributed import Client

        self.client, self.count = Client(dask.address), count

    def __enter__(self):
        self.client.wait_for_workers(self.count, timeout=120)

    def __exit__(self, *_):
        self.client.close()
