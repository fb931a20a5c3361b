"""Run one notebook and turn it into a page, in a process of its own that starts warm.

The libraries are loaded once in a server process that forks for every notebook, so that a page costs its
own work and nothing else, and no state passes from one area to the next. Where a system cannot fork, a
fresh process is started instead: slower, the same pages.
"""

import multiprocessing
import os
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import papermill
import seaborn  # noqa: F401  loaded here so that no notebook loads it again
from papermill.exceptions import PapermillExecutionError

from trustgap.report import figures, page, sentences, study, tables  # noqa: F401  likewise
from trustgap.report.outputs import PROVENANCE
from trustgap.stats import dyads, ranks, trends  # noqa: F401  likewise

LIMIT_SECONDS = 300
"""A notebook that takes longer than this is stopped."""


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
    """What came of a task: the notebook's own facts, or why it failed, in words without answers."""

    facts: dict
    failure: str = ""


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
    notebook = papermill.execute_notebook(
        str(task.notebook),
        None,
        parameters=task.parameters,
        engine_name="trustgap",
        progress_bar=False,
        log_output=False,
        cwd=str(task.notebook.parent),
    )
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


def _child(answer: Connection, task: Task) -> None:
    os.environ["MPLBACKEND"] = "Agg"
    try:
        answer.send(Done(make_page(task)))
    except PapermillExecutionError as error:
        # The message of an error can hold an answer; its class and cell cannot.
        answer.send(Done({}, f"cell {error.cell_index} of {task.notebook.name} stopped with {error.ename}"))
    except page.PageRefused as error:
        answer.send(Done({}, f"page of {task.notebook.name} refused: {error}"))
    except Exception as error:
        answer.send(Done({}, f"{task.notebook.name} failed: {type(error).__name__}"))


class Warm:
    """Starts a process for each task from a server in which everything is loaded."""

    def __init__(self) -> None:
        way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self.context = multiprocessing.get_context(way)
        if way == "forkserver":
            self.context.set_forkserver_preload(["trustgap.batch.engine"])

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
        process.start()
        theirs.close()
        try:
            if ours.poll(LIMIT_SECONDS):
                return ours.recv()
            return Done({}, f"{task.notebook.name} took longer than {LIMIT_SECONDS} seconds and was stopped")
        except EOFError:
            return Done({}, f"the process of {task.notebook.name} died")
        finally:
            process.kill() if process.is_alive() and not ours.closed and not ours.poll() else None
            process.join()
            ours.close()
