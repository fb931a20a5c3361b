"""An area's work in one parcel, for a worker that shares no disk with the run, and what comes back."""

import io
import shutil
import tarfile
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from trustgap.batch import keys, plan
from trustgap.batch.engine import Done, Task, Warm
from trustgap.batch.makers import in_order

RELEASE, MADE = "release", "made"
"""Folders inside a worker's own."""


@dataclass(frozen=True)
class Bundle:
    """What a worker needs to make the pages of one area.

    Parameters
    ----------
    tasks : list of Task
        In order; a later one may read the tables of those before it. Their folders are those of the run.
    release : bytes
        The area's part of the stored release, packed.
    made : bytes
        What lies in the area's staging folder already, packed.
    program : str
        Hash of the library that packed it; a worker with another one refuses.
    """

    tasks: list[Task]
    release: bytes
    made: bytes
    program: str


class OtherProgram(RuntimeError):
    """A worker runs another version of the project than the run it works for."""


def pack(folder: Path) -> bytes:
    """Pack a folder.

    Parameters
    ----------
    folder : Path
        Plain files and folders.

    Returns
    -------
    bytes
        Nothing of who owned the files, or when they were written, is in it.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
                entry.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(entry, file)
    return packed.getvalue()


def unpack(packed: bytes, to: Path) -> None:
    """Unpack into a folder; nothing gets outside of it.

    Parameters
    ----------
    packed : bytes
        What `pack` gave.
    to : Path
        Made if it is not there.
    """
    to.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(to, filter="data")


def make(bundle: Bundle, warm: Warm) -> tuple[list[Done], bytes]:
    """Make the pages of an area in a folder of its own that is gone afterwards.

    Parameters
    ----------
    bundle : Bundle
        The work.
    warm : Warm
        Starts the processes on this machine.

    Returns
    -------
    done : list of Done
        One for each task, up to the first that failed.
    made : bytes
        The staging folder, packed.

    Raises
    ------
    OtherProgram
        If the library here is not the one that packed the work.
    """
    if bundle.program != keys.library():
        raise OtherProgram("install the same version of trustgap, with the same lock, on every machine")
    books = {book.path.name: book.path for book in plan.find_notebooks()}
    # The folder holds answers: only its owner can open it (mkdtemp), and it goes whatever happens.
    home = Path(tempfile.mkdtemp(prefix="trustgap-"))
    try:
        unpack(bundle.release, home / RELEASE)
        unpack(bundle.made, home / MADE)
        tasks = [_here(task, home, books[task.notebook.name]) for task in bundle.tasks]
        return in_order(warm, tasks), pack(home / MADE)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _here(task: Task, home: Path, notebook: Path) -> Task:
    """Point a task at this machine's folders."""
    inside = task.to.relative_to(task.parameters["outputs"])
    parameters = task.parameters | {"release": str(home / RELEASE), "outputs": str(home / MADE)}
    return replace(task, notebook=notebook, to=home / MADE / inside, parameters=parameters)
