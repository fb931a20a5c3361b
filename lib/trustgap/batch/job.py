"""The pages of a release: those that are there stay, the others are made, area by area."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from trustgap.batch import keys, site
from trustgap.batch.engine import Done, Task
from trustgap.batch.makers import Maker
from trustgap.batch.outcome import Outcome, Page
from trustgap.batch.places import Places
from trustgap.batch.progress import Progress
from trustgap.batch.wanted import Wanted, Wishes
from trustgap.record import disk, ledger
from trustgap.report import provenance
from trustgap.stats import counts as cells


class InputChanged(RuntimeError):
    """A file that the run reads changed while it ran."""


class DiskFull(RuntimeError):
    """There is no room for what the run would write."""


class CannotStart(RuntimeError):
    """No process for a notebook can be started on this machine."""


class Job:
    """Renders the pages of a release.

    Parameters
    ----------
    wishes : Wishes
        What is wanted, and what of it is there.
    places : Places
        Where to write; the release is stored there.
    maker : Maker
        Makes the pages.
    log : Log
        Where to tell what came of each page.
    same : callable
        Tells whether the input is still what was read.
    wanted : dict of str to list of Wanted
        Pages wanted by area; those of the whole are looked at again, once those of the areas are there.
    """

    def __init__(
        self,
        wishes: Wishes,
        places: Places,
        maker: Maker,
        log: ledger.Log,
        same: Callable[[], bool],
        wanted: dict[str, list[Wanted]],
    ) -> None:
        self.wishes, self.places, self.maker, self.log, self.same = wishes, places, maker, log, same
        self.release, self.wanted = wishes.release, wanted

    def render(
        self, areas: list[str], outcome: Outcome, *, national: bool, quiet: bool, most: int | None
    ) -> None:
        """Render the pages of areas, several areas at a time, then those of the whole.

        Parameters
        ----------
        areas : list of str
            Codes.
        outcome : Outcome
            Where to count; it is up to date also where the run is broken off.
        national : bool
            Render the pages of the whole too; they read the tables of the areas, so they come last.
        quiet : bool
            Write lines for a log, and no moving bar.
        most : int, optional
            So many pages may fail before the rest is given up.

        Raises
        ------
        DiskFull, InputChanged, CannotStart
            What was put in place before stays.
        """
        silent = self.release.mask.silent.intersection(areas)
        outcome.silent = len(silent)
        first = sorted(areas, key=lambda area: area not in silent)
        pool = ThreadPoolExecutor(self.maker.areas_at_once)
        bar = Progress(len(areas) + national, quiet=quiet)
        try:
            for wanted in (first, [cells.NATIONAL] if national else []):
                for area, future in _as_done({pool.submit(self.area, area): area for area in wanted}):
                    outcome.note(area, future.result())
                    bar.step(outcome)
                    if most is not None and len(outcome.failures) >= most:
                        outcome.stopped = f"{len(outcome.failures)} pages failed"
                        return
        finally:
            self.maker.close()
            pool.shutdown(cancel_futures=True)
            bar.close()
            outcome.failures.sort()

    def area(self, area: str) -> list[Page]:
        """Make those of an area's pages that are not there, and put them in place together.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        list of Page
            All its pages; or one, that failed: then there is nothing of the area, not even from a run
            before.

        Raises
        ------
        DiskFull, InputChanged, CannotStart
            The area is then as it was.
        """
        try:
            return self._area(area)
        except OSError as error:
            if disk.is_full(error):
                raise DiskFull from None
            why = error.strerror or type(error).__name__
            self.places.withdraw(area)
            return [self._failed(area, "", Done({}, f"its pages could not be put in place: {why}", "disk"))]

    def _area(self, area: str) -> list[Page]:
        wanted = self.wishes.of(area) if area == cells.NATIONAL else self.wanted[area]
        silent = area in self.release.mask.silent
        if not wanted and not silent:
            self.places.withdraw(area)
            return []
        record = {one.book.name: one.kept for one in wanted if not one.why}
        pages = [Page(one.book.name, Done(one.kept["facts"]), fresh=True) for one in wanted if not one.why]
        if silent:
            name, record[name], changed = self._no_local_result(area, [one.book for one in wanted])
            pages.append(Page(name, Done({}), fresh=not changed))
        there = ledger.read(self.places.pages(area)) == record and all(page.fresh for page in pages)
        if there and len(pages) == len(wanted) + silent:
            return pages
        for one in wanted:
            if not one.why:
                self.places.keep(area, [Path(name) for name in one.kept["files"]], at=one.at)
        stale = [one for one in wanted if one.why]
        tasks = [self.task(area, one, [other.book for other in wanted]) for one in stale]
        made = self.maker.make(area, tasks)
        for one, done in zip(stale, made, strict=False):
            if done.fault == "disk":
                raise DiskFull
            if done.fault == "start":
                raise CannotStart(done.failure)
            if done.failure:
                if self.maker.stopped:
                    return []
                self.places.withdraw(area)
                return [self._failed(area, one.book.name, done)]
            record[one.book.name] = self._recorded(area, one, done, record)
            pages.append(Page(one.book.name, done))
        self._commit(area, record)
        return pages

    def _commit(self, area: str, record: dict) -> None:
        if not self.same():
            raise InputChanged
        ledger.write(self.places.made(area), record)
        self.places.publish(area)

    def _failed(self, area: str, notebook: str, done: Done) -> Page:
        self.log.note(
            "failed", area=area, notebook=notebook, reason=done.failure, fault=done.fault, **done.cost
        )
        return Page(notebook, done)

    def _recorded(self, area: str, one: Wanted, done: Done, record: dict) -> dict:
        """Make the entry of a page that was made, and tell the log."""
        home, name = self.places.made(area), one.book.name
        files = [path for path in (home / f"{name}.html", home / "tables" / f"{name}.csv") if path.is_file()]
        tables = self.wishes.tables(area, record) if one.book.last else ""
        parts = one.parts | {"tables": tables}
        known = {path.relative_to(home).as_posix(): ledger.digest(path) for path in files}
        key = keys.of(parts)
        shown, hidden = provenance.counted(done.facts) if done.facts else (0, 0)
        told = {"area": area, "notebook": name, "why": one.why, "shown": shown, "hidden": hidden}
        self.log.note("made", key=key, files=known, **told, **done.cost)
        counted = {name: fact for name, fact in done.facts.items() if name == provenance.RESULTS}
        return {"key": key, "parts": parts, "files": known, "facts": counted}

    def task(self, area: str, one: Wanted, books: Iterable) -> Task:
        """Say how a page is made.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        one : Wanted
            The page.
        books : list of Notebook
            Of all pages of the area.

        Returns
        -------
        Task
            For the engine.
        """
        national, staging = area == cells.NATIONAL, self.places.staging(area)
        made = {"made": str(self.places.home.parent)} if national and one.book.last else {}
        return Task(
            notebook=one.book.path.resolve(),
            to=self.places.made(area) / f"{one.book.name}.html",
            parameters={
                **({} if national else {"area": area}),
                "survey": "",
                "answers": "",
                "release": str(self.places.release),
                "outputs": str(staging),
                **made,
            },
            site=site.around(self.release, area, one.book, list(books)),
        )

    def _no_local_result(self, area: str, books: list) -> tuple[str, dict, bool]:
        """Give the page of an area too small for results of the survey, and say whether it is another."""
        html = site.no_local_result(self.release, area, books).encode("utf-8")
        name = f"{site.FIRST}.html"
        entry = {
            "key": "",
            "parts": {},
            "files": {name: hashlib.sha256(html).hexdigest()},
            "facts": {},
        }
        home = self.places.pages(area)
        same = ledger.read(home).get(site.FIRST) == entry and ledger.intact(home, entry)
        to = self.places.made(area) / name
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(html)
        return site.FIRST, entry, not same


def _as_done(futures: dict[Future, str]) -> Iterable[tuple[str, Future]]:
    return ((futures[future], future) for future in as_completed(futures))
