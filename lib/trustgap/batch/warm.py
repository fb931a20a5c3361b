"""A papermill engine that runs a notebook's cells in the process it is in: no kernel, no port."""

import io
import traceback
from contextlib import redirect_stderr, redirect_stdout

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine
from traitlets import List, Type
from traitlets.config import Config


class Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    def publish(self, data: dict, metadata: dict | None = None, **_: object) -> None:
        """Keep one displayed object."""
        self.shell.shown.append(new_output("display_data", data=data, metadata=metadata or {}))


class Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def __call__(self, result: object = None) -> None:
        """Keep the value, unless there is none or the cell ends in a semicolon."""
        if result is None or self.quiet():
            return
        data, metadata = self.compute_format_data(result)
        self.update_user_ns(result)
        count = self.shell.execution_count
        self.shell.shown.append(
            new_output("execute_result", data=data, metadata=metadata, execution_count=count)
        )


class Shell(InteractiveShell):
    """An IPython shell that keeps what cells show instead of printing it."""

    shown = List()
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def run(self, cell: NotebookNode) -> bool:
        """Run one cell and give it its outputs.

        Parameters
        ----------
        cell : NotebookNode
            A code cell; its outputs and its count are replaced.

        Returns
        -------
        bool
            Whether it ran without an error.
        """
        self.shown = []
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            result = self.run_cell(cell.source, store_history=True)
        outputs = list(self.shown)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            lines = traceback.format_exception(error)
            outputs.append(
                new_output("error", ename=type(error).__name__, evalue=str(error), traceback=lines)
            )
        else:
            texts = {"stdout": out.getvalue(), "stderr": err.getvalue()}
            outputs += [new_output("stream", name=name, text=text) for name, text in texts.items() if text]
        cell.execution_count, cell.outputs = result.execution_count, outputs
        return error is None


class WarmEngine(Engine):
    """Known to papermill as ``trustgap``; meant for a process that ends after one notebook."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: object, kernel_name: str, **_: object) -> None:
        """Run the cells one after another; stop at the first that fails.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            papermill's record of the run.
        kernel_name : str
            Not used: the kernel is this process.
        """
        config = Config()
        config.HistoryManager.enabled = False
        InteractiveShell.clear_instance()
        shell = Shell.instance(config=config)
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            if cell.cell_type == "code" and not shell.run(cell):
                nb_man.cell_exception(cell, index)
                break
            nb_man.cell_complete(cell, index)
