"""Run one notebook and turn it into a page, in a process of its own that starts warm.

The libraries are loaded once in a server process that forks for every notebook, so that a page costs its
own work and nothing else, and no state passes from one area to the next. Where a system cannot fork, a
fresh process is started instead: slower, the same pages.
"""

import contextlib
import multiprocessing
import os
import random
import signal
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy
import pandas
from papermill.exceptions import PapermillExecutionError

from trustgap.batch import confined, warm
from trustgap.record import disk
from trustgap.report import figures, page, sentences, study, tables  # noqa: F401  loaded here, not by each notebook
from trustgap.report.outputs import PROVENANCE

LIMIT_SECONDS = 300
"""A notebook that takes longer than this is stopped."""

GRACE_SECONDS = 5
"""How long a process may take to end once its page is made."""

NO_ROOM = tuple(f"[Errno {number}]" for number in disk.FULL)
"""How the message of an error begins that means a full disk."""


@dataclass(frozen=True)
class Task:
    """One notebook for one area.

    Parameters
    ----------
    notebook : Path
        The notebook, inside the project.
    to : Path
        The page to write.
    parameters : dict
        Values for its parameters cell; the keys are fixed in `batch.run`.
    site : dict
        What the page shows around the notebook.
    """

    notebook: Path
    to: Path
    parameters: dict
    site: dict


@dataclass(frozen=True)
class Done:
    """What came of a task.

    Parameters
    ----------
    facts : dict
        The notebook's own; none where it failed.
    failure : str
        Why there is no page, in words without answers.
    fault : {"", "notebook", "process", "start", "time", "disk"}
        What failed: what the notebook does, its process, that process's start, its time, or the room on
        the disk.
    cost : dict
        ``seconds`` of the processor and ``memory`` in bytes at its peak, where known.
    """

    facts: dict
    failure: str = ""
    fault: str = ""
    cost: dict = field(default_factory=dict, compare=False)


def make_page(task: Task) -> dict:
    """Run a notebook with its parameters and write its page.

    Parameters
    ----------
    task : Task
        What to run and where to write.

    Returns
    -------
    dict
        The notebook's provenance.

    Raises
    ------
    PapermillExecutionError
        If a cell fails.
    PageRefused
        If something on the page may not be published.
    """
    notebook = warm.execute(str(task.notebook), parameters=task.parameters, cwd=str(task.notebook.parent))
    html = page.export(notebook, site=task.site)
    task.to.parent.mkdir(parents=True, exist_ok=True)
    part = task.to.with_suffix(".part")
    part.write_text(html, encoding="utf-8", newline="\n")
    os.replace(part, task.to)
    found = [
        output.data[PROVENANCE]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if PROVENANCE in output.get("data", {})
    ]
    return dict(found[-1]) if found else {}


def attempt(task: Task) -> Done:
    """Make a page; what goes wrong comes back in words that hold no answer.

    Parameters
    ----------
    task : Task
        What to run and where to write.

    Returns
    -------
    Done
        Facts of the page, or why there is none.
    """
    try:
        return Done(make_page(task))
    except PapermillExecutionError as error:
        # The message of an error can hold an answer; its class and cell cannot.
        full = error.ename == "OSError" and str(error.evalue).startswith(NO_ROOM)
        return Done({}, f"{_cell(error)} stopped with {error.ename}", "disk" if full else "notebook")
    except page.PageRefused as error:
        return Done({}, f"its page was refused: {error}", "notebook")
    except OSError as error:
        why = error.strerror or type(error).__name__
        fault = "disk" if disk.is_full(error) else "notebook"
        return Done({}, f"its page could not be written: {why}", fault)
    except MemoryError:
        return Done({}, "it needed more memory than a notebook may take", "notebook")
    except Exception as error:
        return Done({}, f"it failed with {type(error).__name__}", "notebook")


def _cell(error: PapermillExecutionError) -> str:
    """Name the cell that failed by the comment it starts with, which is the same for every area."""
    first = error.source.strip().partition("\n")[0]
    return f"the cell '{first.lstrip('# ')}'" if first.startswith("# ") else f"cell {error.cell_index + 1}"


def _child(answer: Connection, task: Task) -> None:
    # The run decides when its notebooks stop; none outlives it, and none writes to its terminal or log.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    confined.confine()
    # A draw that forgot its seed still gives the same page twice, and other draws in another area.
    seed = zlib.crc32(f"{task.notebook.stem} {task.parameters.get('area', '')}".encode())
    random.seed(seed)
    numpy.random.seed(seed)  # noqa: NPY002  the global state is what such a draw would use
    # Pages work on short tables: text in arrays of Python is picked faster than text in those of Arrow.
    pandas.set_option("mode.string_storage", "python")
    done = attempt(task)
    answer.send(replace(done, cost=confined.cost()))


def _end_with_the_run() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


class Warm:
    """Starts a process for each task from a server in which everything is loaded.

    Parameters
    ----------
    way : {"forkserver", "spawn"}, optional
        How processes start; by default from a server where the system has that.
    """

    def __init__(self, way: str = "") -> None:
        way = way or ("forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn")
        self.context = multiprocessing.get_context(way)
        if way == "forkserver":
            self.context.set_forkserver_preload(["trustgap.batch.server"])
            os.environ["TRUSTGAP_RUN"] = str(os.getpid())
            with _deaf():
                forkserver.ensure_running()
        self._lock = threading.Lock()
        self._running: set[BaseProcess] = set()
        self.stopped = False

    def render(self, task: Task) -> Done:
        """Make one page in a process of its own.

        Parameters
        ----------
        task : Task
            What to run.

        Returns
        -------
        Done
            Facts of the page, or why there is none; never raises for what happens in the notebook.
        """
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_child, args=(theirs, task), daemon=True)
        with self._lock:
            if self.stopped:
                return Done({}, "the run was interrupted", "process")
            try:
                with _deaf():
                    process.start()
            except (OSError, EOFError) as error:
                ours.close()
                theirs.close()
                why = getattr(error, "strerror", None) or type(error).__name__
                return Done({}, f"its process could not be started: {why}", "start")
            self._running.add(process)
        theirs.close()
        try:
            return _answer(ours, process)
        finally:
            process.join(GRACE_SECONDS)
            with self._lock:
                process.kill()
                self._running.discard(process)
            process.join()
            ours.close()

    def stop(self) -> None:
        """End every process at once and start no other."""
        with self._lock:
            self.stopped = True
            for process in self._running:
                process.kill()


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Start a process that does not hear Ctrl-C, which its run hears for it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _answer(ours: Connection, process: BaseProcess) -> Done:
    """Wait for what a process has to say, but not for ever."""
    try:
        if ours.poll(LIMIT_SECONDS):
            return ours.recv()
    except (EOFError, OSError):
        process.join(GRACE_SECONDS)
        code = process.exitcode
        return Done({}, f"its process ended before the page was made (exit code {code})", "process")
    process.kill()
    return Done({}, f"it took longer than {LIMIT_SECONDS} seconds and was stopped", "time")
