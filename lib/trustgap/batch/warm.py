"""A papermill engine that runs a notebook's cells in the process it is in: no kernel, no port.

What cells show is what a kernel of their own would have sent, in the same order. What a kernel alone can do
stays with papermill's own engine: widgets, and output that another program writes to this process's terminal.
"""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout

import papermill
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine
from traitlets import Any, Dict, List, Type
from traitlets.config import Config

INLINE = "module://matplotlib_inline.backend_inline"
"""What a kernel draws with: it shows the figures that are open after each cell."""

PARAMETERS = frozenset({"survey", "area", "answers", "release", "outputs", "made"})
"""All that a notebook can be given: papermill writes values into its code safely, and names as they are."""


class Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    def publish(
        self,
        data: dict,
        metadata: dict | None = None,
        *,
        transient: dict | None = None,
        update: bool = False,
        **_: object,
    ) -> None:
        """Keep one displayed object, or put it in the place of those displayed under its name."""
        output = new_output("display_data", data=data, metadata=metadata or {})
        self.shell.show(output, name=(transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown, now or when it shows something else."""
        self.shell.clear(wait=wait)


class Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def __call__(self, result: object = None) -> None:
        """Keep the value, unless there is none or the cell ends in a semicolon."""
        self.check_for_underscore()
        if result is None or self.quiet():
            return
        data, metadata = self.compute_format_data(result)
        self.update_user_ns(result)
        self.fill_exec_result(result)
        if data:
            count = self.prompt_count
            self.shell.show(new_output("execute_result", data=data, metadata=metadata, execution_count=count))


class Shell(InteractiveShell):
    """An IPython shell that keeps what cells show instead of printing it."""

    shown = List()
    named = Dict()
    written = Any()
    clear_first = False
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
        self.shown, self.clear_first = [], False
        self.written = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        with redirect_stdout(self.written["stdout"]), redirect_stderr(self.written["stderr"]):
            result = self.run_cell(cell.source, store_history=True)
        self.flush()
        # A kernel counts a cell only if there is something in it to run.
        cell.execution_count = result.execution_count if cell.source.strip() else None
        cell.outputs = list(self.shown)
        return not any(output.output_type == "error" for output in cell.outputs)

    def show(self, output: NotebookNode, *, name: str | None = None, update: bool = False) -> None:
        """Keep one output of the cell that runs, after what was printed before it.

        Parameters
        ----------
        output : NotebookNode
            What to keep.
        name : str, optional
            Later outputs of this name take its place, wherever it stands.
        update : bool
            Only take the place of those before.
        """
        self.flush()
        for before in self.named.get(name, []):
            before.data, before.metadata = output.data, output.metadata
        if not update:
            self._keep(output)
            if name:
                self.named.setdefault(name, []).append(output)

    def flush(self) -> None:
        """Keep what was printed since the last output."""
        for name, stream in self.written.items():
            if text := stream.getvalue():
                self._keep(new_output("stream", name=name, text=text))
                stream.seek(0)
                stream.truncate()

    def clear(self, *, wait: bool) -> None:
        """Forget the outputs of the cell that runs.

        Parameters
        ----------
        wait : bool
            Only once there is another output.
        """
        self.flush()
        if wait:
            self.clear_first = True
        else:
            self.shown.clear()

    def _keep(self, output: NotebookNode) -> None:
        if self.clear_first:
            self.shown.clear()
            self.clear_first = False
        self.shown.append(output)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.show(new_output("error", ename=_known(etype), evalue=str(evalue), traceback=stb))

    def enable_gui(self, gui: str | None = None) -> None:
        """Accept what magics of matplotlib ask for: there is no window to open."""


def _known(kind: type) -> str:
    """Name the class of an error as its module does; one made in a cell could be named after an answer."""
    return next(
        base.__name__
        for base in kind.__mro__
        if base.__module__ != "__main__"
        and getattr(sys.modules.get(base.__module__), base.__name__, None) is base
    )


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
        for kind in (InteractiveShell, Shell):
            kind.clear_instance()
        shell = Shell.instance(config=config)
        _draw_inline()
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            failed = cell.cell_type == "code" and not shell.run(cell)
            if failed:
                nb_man.cell_exception(cell, index)
            nb_man.cell_complete(cell, index)
            if failed:
                break


def execute(notebook: str | NotebookNode, **options: object) -> NotebookNode:
    """Run the cells of a notebook in this process.

    Parameters
    ----------
    notebook : str or NotebookNode
        The notebook, or its path.
    **options : object
        ``parameters`` and ``cwd``, as papermill takes them.

    Returns
    -------
    NotebookNode
        With what its cells showed.

    Raises
    ------
    PapermillExecutionError
        If a cell fails.
    ValueError
        If there is a parameter that is none of `PARAMETERS`.
    """
    strange = sorted(set(options.get("parameters", {})) - PARAMETERS)
    if strange:
        raise ValueError(f"a notebook has no parameter {strange}; there are {sorted(PARAMETERS)}")
    return papermill.execute_notebook(
        notebook,
        None,
        engine_name="trustgap",
        # Cells run in this process: which kernel a notebook was written with, or none, makes no difference.
        kernel_name="python3",
        language="python",
        progress_bar=False,
        log_output=False,
        **options,
    )


def _draw_inline() -> None:
    """Draw figures as a kernel does, whether matplotlib is loaded already or comes with a cell."""
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use(INLINE)
