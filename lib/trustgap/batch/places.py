"""Where a run writes: the survey's folder of pages, one for half-made pages, and one for answers."""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from trustgap.batch.plan import PlanError
from trustgap.record import disk, ledger, private
from trustgap.stats import counts as cells
from trustgap.survey.areas import CODE

WORK = ".work"
"""Folder under the outputs for half-made pages, on their disk so that they can change places at once."""

PAGE = 2**20
"""Bytes of disk that a page may take with its table, while it is made and when it is in place."""


@dataclass(frozen=True)
class Places:
    """The folders of a run.

    Parameters
    ----------
    home : Path
        The survey's folder of pages.
    work : Path
        Holds half-made pages, and goes when the run ends.
    private : Path
        Holds answers and mask, outside of the outputs: even a run that is killed leaves none there. Only its
        owner can open it, and it goes when the run ends, or with the next command of any kind.
    """

    home: Path
    work: Path
    private: Path

    @classmethod
    def under(cls, outputs: Path, survey: str, *, inputs: list[Path]) -> "Places":
        """Choose the folders of a survey, and refuse those in which something could get lost.

        Parameters
        ----------
        outputs : Path
            Folder to write to.
        survey : str
            Id of the survey.
        inputs : list of Path
            What the run reads.

        Returns
        -------
        Places
            Nothing is made yet.

        Raises
        ------
        PlanError
            If a folder lies outside `outputs`, holds an input, or holds files that no run made.
        """
        top = outputs.resolve()
        try:
            answers = private.folder()
        except OSError:
            raise PlanError("no folder for temporary files can be written; name one in TMPDIR") from None
        places = cls((top / survey).resolve(), (top / WORK / survey).resolve(), answers)
        for folder in (places.home, places.work):
            if not folder.is_relative_to(top):
                raise PlanError(f"--outputs {outputs}: {folder.name} in it is a link that leads elsewhere")
            inside = [path.name for path in inputs if path.resolve().is_relative_to(folder)]
            if inside:
                raise PlanError(
                    f"--outputs {outputs}: {inside[0]} lies in the folder to be written; name another"
                )
        home = places.home
        if home.exists() and not (home / ledger.LOG).is_file() and (home.is_file() or any(home.iterdir())):
            raise PlanError(
                f"--outputs {outputs}: {survey} in it was not made by trustgap, which would replace it; "
                "name another folder"
            )
        return places

    def start(self) -> None:
        """Make the folders; what a run that was killed left half-made goes.

        Raises
        ------
        PlanError
            If the folders cannot be written.
        """
        self.private.mkdir(mode=0o700)
        try:
            if self.work.exists():
                shutil.rmtree(self.work)
            self.work.mkdir(parents=True, mode=0o700)
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / ledger.LOG).touch()
            for half in self.home.glob(f"*{ledger.PART}"):
                half.unlink()
        except OSError as error:
            if disk.is_full(error):
                raise
            top = self.home.parent
            raise PlanError(
                f"--outputs: {top} cannot be written ({error.strerror}); name another folder"
            ) from None

    def room(self, pages: int) -> None:
        """Make sure that some pages will fit on the disk.

        Parameters
        ----------
        pages : int
            How many are to be made.

        Raises
        ------
        OSError
            With ``ENOSPC``, if they will not.
        """
        free = shutil.disk_usage(self.work).free
        if free < pages * PAGE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.home.parent))

    @property
    def release(self) -> Path:
        """Folder of the stored release; it holds answers."""
        return self.private / "release"

    def areas(self) -> list[str]:
        """List the areas that have a folder among the published pages.

        Returns
        -------
        list of str
            Codes, perhaps `counts.NATIONAL` among them.
        """
        names = sorted(path.name for path in self.home.iterdir() if path.is_dir() and not path.is_symlink())
        return [name for name in names if name == cells.NATIONAL or CODE.fullmatch(name)]

    def staging(self, area: str) -> Path:
        """Name the folder in which an area's pages are made before they are put in place.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        Path
            In the folder for half-made pages.
        """
        return self.work / "staging" / self._checked(area)

    def pages(self, area: str) -> Path:
        """Name the folder of an area's published pages.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        Path
            In the survey's folder.
        """
        return self.home / self._checked(area)

    def keep(self, area: str, files: list[Path], *, at: Path) -> None:
        """Take files that are there into an area's staging folder, without a second copy where it can be.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        files : list of Path
            Names inside `at`.
        at : Path
            Folder of an area's pages.
        """
        to = self.made(area)
        for name in files:
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(at / name, to / name)
            except OSError:
                shutil.copyfile(at / name, to / name)

    def made(self, area: str) -> Path:
        """Name the folder in which an area's pages stand while they are made.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        Path
            Inside its staging folder.
        """
        return self.staging(area) / self.home.name / area

    def publish(self, area: str) -> None:
        """Put what was made in an area's staging folder in the place of what was there.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        """
        made, place = self.made(area), self.pages(area)
        for path in made.rglob("*"):
            disk.to_disk(path)
        old = self.staging(area) / "old"
        if place.exists():
            place.rename(old)
        try:
            made.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
        disk.to_disk(self.home)
        shutil.rmtree(self.staging(area), ignore_errors=True)

    def withdraw(self, area: str) -> None:
        """Remove what there is of an area: half a page, or a page that can no longer be made.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        """
        shutil.rmtree(self.staging(area), ignore_errors=True)
        shutil.rmtree(self.pages(area), ignore_errors=True)

    def finish(self) -> None:
        """Remove the folders of answers and of half-made pages."""
        shutil.rmtree(self.private, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)
        if self.work.parent.is_dir() and not any(self.work.parent.iterdir()):
            self.work.parent.rmdir()

    @staticmethod
    def _checked(area: str) -> str:
        if area != cells.NATIONAL and not CODE.fullmatch(area):
            raise ValueError(f"{area!r} is no area code, and no path is made of it")
        return area
