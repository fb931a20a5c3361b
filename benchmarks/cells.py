"""A notebook's cells alone, without a page: in a process forked for them, and in one that runs many.

Both start from the same warm server. What stands here runs in those processes.
"""

import os
from multiprocessing.connection import Connection
from pathlib import Path

import papermill
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


def once(notebook: Path, parameters: dict) -> None:
    """Run a notebook as the batch does, but make no page of it, and end."""
    papermill.execute_notebook(
        str(notebook),
        None,
        parameters=parameters,
        engine_name="trustgap",
        progress_bar=False,
        log_output=False,
        cwd=str(notebook.parent),
    )


def again(answer: Connection, asked: Connection) -> None:
    """Run the cells that are sent, one after another in this one process, until there are no more."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    while (given := asked.recv()) is not None:
        folder, sources = given
        os.chdir(folder)
        shell.reset()
        with capture_output():
            for source in sources:
                shell.run_cell(source).raise_error()
        answer.send(True)
