"""An area's work in one parcel, for a worker that shares no disk with the run, and what comes back."""

import importlib.metadata
import io
import re
import shutil
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from trustgap.batch import plan
from trustgap.batch.engine import Done, Task, Warm
from trustgap.batch.makers import in_order
from trustgap.record import fresh
from trustgap.report import palette, provenance
from trustgap.report import release as releases

RELEASE, MADE = "release", "made"
"""Folders inside a worker's own."""


@dataclass(frozen=True)
class Bundle:
    """What a worker needs to make the pages of one area.

    Parameters
    ----------
    run : str
        Id of the run, by which it can be told to stop.
    tasks : list of Task
        In order; a later one may read the tables of those before it. Their folders are those of the run.
    release : bytes
        The area's part of the stored release, packed. It holds answers, so no log may show it.
    made : bytes
        What lies in the area's staging folder already, packed.
    program : dict of str to str
        As `program` gives it where it was packed; a worker with another one refuses.
    """

    run: str
    tasks: list[Task]
    release: bytes = field(repr=False)
    made: bytes = field(repr=False)
    program: dict[str, str] = field(repr=False)


@cache
def program() -> dict[str, str]:
    """Say what has to be the same on every machine, so that pages are the same whoever makes them.

    Returns
    -------
    dict of str to str
        The project's files, its commit, Python, the packages that it needs, and fonts for figures.

    Examples
    --------
    >>> sorted(program())[:4]
    ['Code', 'Environment', 'Python', 'files']
    """
    needed = importlib.metadata.requires("trustgap") or []
    names = sorted({re.match(r"[\w.-]+", line)[0] for line in needed if "extra ==" not in line})
    return {
        **provenance.program(),
        "files": fresh.program(),
        "Python": ".".join(map(str, sys.version_info[:2])),
        "fonts": ", ".join(palette.fonts()),
        **{name: importlib.metadata.version(name) for name in names},
    }


def different(ours: dict[str, str], theirs: dict[str, str]) -> str:
    """Say in what two programs differ.

    Parameters
    ----------
    ours, theirs : dict of str to str
        As `program` gives them.

    Returns
    -------
    str
        "" where they do not.

    Examples
    --------
    >>> different({"files": "1", "numpy": "2.3", "pandas": "3.0"}, {"files": "2", "pandas": "3.0"})
    'files, numpy'
    """
    return ", ".join(sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)))


def bundle(area: str, tasks: list[Task], *, run: str) -> Bundle:
    """Pack the work of one area.

    Parameters
    ----------
    area : str
        Its code.
    tasks : list of Task
        In order.
    run : str
        Id of the run.

    Returns
    -------
    Bundle
        Only the area's rows of the release, and those of the whole, are in it.
    """
    at, staging = Path(tasks[0].parameters["release"]), Path(tasks[0].parameters["outputs"])
    # Beside the stored release, in the folder that only its owner can open.
    part = Path(tempfile.mkdtemp(prefix=f"part-{area}-", dir=at.parent))
    try:
        releases.write(releases.read(at, area=area), part)
        return Bundle(run, tasks, pack(part), pack(staging), program())
    finally:
        shutil.rmtree(part, ignore_errors=True)


def pack(folder: Path, *, without: frozenset[str] = frozenset()) -> bytes:
    """Pack a folder.

    Parameters
    ----------
    folder : Path
        Plain files and folders.
    without : frozenset of str
        Files to leave out, by their path in the folder.

    Returns
    -------
    bytes
        Nothing of who owned the files, or when they were written, is in it.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and name not in without:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = path.stat().st_size, 0o600
                with path.open("rb") as file:
                    tar.addfile(entry, file)
    return packed.getvalue()


def unpack(packed: bytes, to: Path) -> frozenset[str]:
    """Unpack into a folder; nothing gets outside of it.

    Parameters
    ----------
    packed : bytes
        What `pack` gave.
    to : Path
        Made if it is not there.

    Returns
    -------
    frozenset of str
        The files, by their path in the folder.
    """
    to.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(to, filter=_plain)  # noqa: S202  the filter keeps it inside
        return frozenset(tar.getnames())


def _plain(entry: tarfile.TarInfo, to: str) -> tarfile.TarInfo:
    """Let through what lies inside the folder; files are as old as they are here."""
    return tarfile.data_filter(entry, to).replace(mtime=None, deep=False)


def make(work: Bundle, warm: Warm, *, at: Path) -> tuple[list[Done], bytes]:
    """Make the pages of an area in a folder of its own that is gone afterwards.

    Parameters
    ----------
    work : Bundle
        What to make.
    warm : Warm
        Starts the processes on this machine.
    at : Path
        Where the folder may stand.

    Returns
    -------
    done : list of Done
        One for each task, up to the first that failed.
    made : bytes
        What was made, packed. What lay in the staging folder before is left out: there it may be the same
        file on disk as a published page, which must not be written to.
    """
    books = {book.path.name: book.path for book in plan.find_notebooks()}
    # The folder holds answers: only its owner can open it (mkdtemp), and it goes whatever happens.
    home = Path(tempfile.mkdtemp(prefix="trustgap-", dir=at))
    try:
        unpack(work.release, home / RELEASE)
        before = unpack(work.made, home / MADE)
        tasks = [_here(task, home, books[task.notebook.name]) for task in work.tasks]
        return in_order(warm, tasks), pack(home / MADE, without=before)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _here(task: Task, home: Path, notebook: Path) -> Task:
    """Point a task at this machine's folders."""
    inside = task.to.relative_to(task.parameters["outputs"])
    parameters = task.parameters | {"release": str(home / RELEASE), "outputs": str(home / MADE)}
    return replace(task, notebook=notebook, to=home / MADE / inside, parameters=parameters)
