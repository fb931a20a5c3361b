"""The files of a run that may be published, copied where nobody sees them yet, then put in place at once."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from trustgap.publish.refused import Refused
from trustgap.record import disk, fresh, ledger, private

BESIDE = ("index.html", "items.csv", "results.parquet")
"""What is published beside the areas' pages."""


def recorded(home: Path) -> dict:
    """Read what the last whole run put on record.

    Parameters
    ----------
    home : Path
        The survey's folder among the outputs.

    Returns
    -------
    dict
        As `fresh.write` left it; of what was asked for, ``areas`` and ``notebooks``.

    Raises
    ------
    Refused
        If there is none.
    """
    try:
        record = json.loads((home / fresh.RECORD).read_text(encoding="utf-8"))
        return record | {"asked": {name: record["asked"][name] for name in ("areas", "notebooks")}}
    except (OSError, ValueError, KeyError, TypeError):
        said = f"{home} holds no finished run. Run the survey, see that no page fails, and release then"
        raise Refused(said) from None


def files(home: Path) -> dict[str, str]:
    """List what of a run may be published.

    Parameters
    ----------
    home : Path
        The survey's folder among the outputs of a finished run.

    Returns
    -------
    dict of str to str
        Names in it and hashes, all of them as the run put them on record: pages and their tables, and the
        files for all areas together. What lies there besides is the run's own, or a stranger's.
    """
    record = recorded(home)
    found = {name: record["left"][name] for name in BESIDE if name in record["left"]}
    for area in record["areas"]:
        for page in ledger.read(home / area).values():
            found |= {f"{area}/{name}": known for name, known in page["files"].items()}
    return dict(sorted(found.items()))


def copy(home: Path, to: Path, names: dict[str, str]) -> None:
    """Copy files, and make sure that each is what is on record.

    Parameters
    ----------
    home, to : Path
        From where, and where to.
    names : dict of str to str
        As `files` gives it.

    Raises
    ------
    Refused
        If a file is another by now, or lies or would lie elsewhere.
    """
    for name, known in names.items():
        if not all((top / name).resolve().is_relative_to(top.resolve()) for top in (home, to)):
            raise Refused(f"{home} holds a file that lies elsewhere: run the survey again")
        content = (home / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != known:
            raise Refused(f"{name} is not what the run made: run the survey again")
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, content)


def write(path: Path, content: bytes) -> None:
    """Write a file that anybody may read, on disk before this returns.

    Parameters
    ----------
    path : Path
        New; its folder is there.
    content : bytes
        Of the file.
    """
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)


@contextlib.contextmanager
def aside(to: Path) -> Iterator[Path]:
    """Give a folder to fill that nobody takes for the one to be made.

    Parameters
    ----------
    to : Path
        The folder to be made.

    Yields
    ------
    Path
        Beside it, on the same disk, for its owner alone: no audit has passed what will be in it. What of it
        was not moved away goes again; what a release that was killed left there goes with the next.
    """
    private.sweep(to.parent)
    part = private.folder(to.parent)
    made = [folder for folder in to.parents if not folder.exists()]
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if not to.exists():
            for folder in made:
                with contextlib.suppress(OSError):
                    folder.rmdir()


def put_in_place(part: Path, to: Path) -> None:
    """Have a folder appear, whole.

    Parameters
    ----------
    part : Path
        As `aside` gave it, filled.
    to : Path
        The folder to be made; it is not there.

    Raises
    ------
    OSError
        If it is there by now, or cannot be made.
    """
    if to.exists():
        # A move would replace an empty folder without a word.
        raise FileExistsError(17, "it is there already", str(to))
    for folder in [*(path for path in part.rglob("*") if path.is_dir()), part]:
        folder.chmod(0o755)
        disk.to_disk(folder)
    part.rename(to)
    disk.to_disk(to.parent)
