"""The main job: a survey folder goes in, the pages of England and of every area wanted come out."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from trustgap.batch import keys, plan, released, site, whole
from trustgap.batch.job import DiskFull, InputChanged, Job
from trustgap.batch.makers import Here, Maker
from trustgap.batch.outcome import Outcome, many
from trustgap.batch.places import Places
from trustgap.batch.plan import PlanError
from trustgap.batch.wanted import Wishes, homes_of
from trustgap.record import disk, fresh, ledger, private
from trustgap.record.asked import Asked
from trustgap.record.lock import Lock
from trustgap.record.releases import Broken
from trustgap.report import measuring, provenance
from trustgap.report import release as releases
from trustgap.stats import counts as cells
from trustgap.survey import folder

LEFT = ("index.html", "results.parquet", "items.csv", whole.NAME)
"""Files that a run leaves beside the areas' folders."""


class Prepared:
    """A survey read and measured, and what is wanted of it.

    Parameters
    ----------
    asked : Asked
        What the run is asked for.

    Raises
    ------
    SurveyError
        If the survey folder has faults.
    PlanError
        If an area or notebook that was asked for does not exist, or the outputs cannot be used.
    InputChanged
        If a file changed while it was read.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked, before = asked, fresh.stamps(*asked.homes)
        loaded = folder.load(asked.survey, answers=asked.answers)
        # What is made on first use, or lies beside and is nothing that a run reads, is not held against it.
        made = fresh.stamps(*asked.homes).keys() - before.keys()
        could = {str(home / kind.FILE) for home in asked.homes for kind in folder.FILES.values()}
        self._watched = ({str(path) for path in loaded.paths} | could) - made
        self._stamps = {path: stamp for path, stamp in before.items() if path in self._watched}
        part, parts = asked.shard
        self.areas = plan.choose_areas(asked.areas, loaded.areas)[part - 1 :: parts]
        self.books = plan.choose_notebooks(plan.find_notebooks(), asked.notebooks)
        inputs = [*asked.homes, *(book.path for book in self.books)]
        self.places = Places.under(asked.outputs, loaded.questionnaire.survey, inputs=inputs)
        others = homes_of(asked.reuse, survey=self.places.home.name)
        self.paths, self.rows, self.key = loaded.paths, loaded.rows_kept, loaded.key
        self.inputs = fresh.read(asked.homes, loaded.paths, seal=self.key.of)
        if not self.key.beside:
            _say(f"The folder of the answers cannot be written: the key of hashes is {self.key.path}")
        _say(f"Measuring {many(loaded.rows_kept, 'row')} of answers from {many(len(loaded.areas), 'area')}")
        measured = measuring.measure(loaded, already=_already(asked, loaded))
        self.release = replace(measured, facts=measured.facts | {"started": _now()})
        if not self.same():
            raise InputChanged
        fed = [book for book in self.books if not plan.why_not(book, self.release)]
        self.whole = whole.kept(whole.published(self.release), self.places.home)
        self.keys = keys.Keys(self.release, whole.digest(self.whole), key=self.key)
        self.wishes = Wishes(self.release, fed, self.keys, [self.places.home, *others], force=asked.force)

    @property
    def national(self) -> bool:
        """Whether the pages of the whole are wanted."""
        return self.asked.shard == (1, 1)

    @property
    def codes(self) -> list[str]:
        """Codes of the areas wanted, the whole last."""
        return [*self.areas, *([cells.NATIONAL] if self.national else [])]

    def same(self) -> bool:
        """Say whether the files that a run reads are as they were when reading began.

        Returns
        -------
        bool
            Told by size, time and place of each file.
        """
        return fresh.stamps(*map(Path, self._watched)) == self._stamps


def run(
    asked: Asked,
    *,
    workers: int | None = None,
    cluster: str = "",
    quiet: bool = False,
    max_failures: int | None = None,
    after: Callable[[Prepared], None] | None = None,
) -> Outcome:
    """Measure a survey, decide what to hide, and render those of its pages that are not there yet.

    Parameters
    ----------
    asked : Asked
        What is wanted.
    workers : int, optional
        Areas rendered at the same time on this machine; as many as there are processors by default.
    cluster : str
        Address of a Dask cluster that renders the areas; see `cluster.Cluster`.
    quiet : bool
        Write lines for a log, and no moving bar.
    max_failures : int, optional
        So many pages may fail before the rest is given up.
    after : callable, optional
        Looks at what was made while nobody else writes there.

    Returns
    -------
    Outcome
        Counts, and where to look.

    Raises
    ------
    SurveyError, PlanError
        If what is asked for has a fault; nothing is written then.
    Locked
        If another run writes to the folder.
    DiskFull, InputChanged, CannotStart
        What was put in place before stays.
    """
    with (
        private.for_owner_only(),
        _locked(asked.outputs) as lock,
        contextlib.closing(_maker(workers, cluster)) as maker,
    ):
        if lock.taken_over:
            _say(f"Taken over from {lock.taken_over}")
        _say(f"Reading {asked.survey}")
        ready = Prepared(asked)
        try:
            with _disk():
                ready.places.start()
                outcome = _render(ready, maker, quiet=quiet, most=max_failures)
            if after:
                after(ready)
            return outcome
        finally:
            try:
                ready.places.finish()
            finally:
                # An interruption may have come between; no answers stay.
                ready.places.finish()


@contextlib.contextmanager
def _locked(outputs: Path) -> Iterator[Lock]:
    lock = Lock(outputs)
    try:
        lock.__enter__()
    except OSError as error:
        if disk.is_full(error):
            raise DiskFull from None
        raise PlanError(
            f"--outputs {outputs}: it cannot be written ({error.strerror}); name another"
        ) from None
    with contextlib.ExitStack() as stack:
        stack.push(lock)
        yield lock


def _render(ready: Prepared, maker: Maker, *, quiet: bool, most: int | None) -> Outcome:
    places, log = ready.places, ledger.Log(ready.places.home / ledger.LOG)
    wanted = {area: ready.wishes.of(area) for area in ready.codes}
    stale = sum(bool(page.why) for pages in wanted.values() for page in pages)
    log.note("started", **_facts(ready), pages_to_make=stale)
    outcome = Outcome(places.home / "index.html")
    try:
        places.room(stale)
        fresh.forget(places.home)
        whole.write(ready.whole, places.home)
        if stale:
            releases.write(ready.release, places.release)
        job = Job(ready.wishes, places, maker, log, ready.same, wanted)
        job.render(ready.areas, outcome, national=ready.national, quiet=quiet, most=most)
        _withdraw_others(ready)
        site.write_tables(ready.release, places.home)
    except BaseException as error:
        # The disk may be what broke it off.
        with contextlib.suppress(OSError):
            log.note("broken off", reason=type(error).__name__)
            _write_index(ready, outcome, done=outcome.areas)
        raise
    _write_index(ready, outcome, done=outcome.areas | set(ready.release.areas.index) - set(ready.areas))
    # Byte by byte: a file can be changed and keep its size and time.
    now = fresh.read(ready.asked.homes, ready.paths, seal=ready.key.of)
    if not ready.same() or now["files"] != ready.inputs["files"]:
        raise InputChanged
    if not outcome.failures:
        fresh.write(places.home, asked=ready.asked, inputs=ready.inputs, left=list(LEFT))
    counts = {"pages": outcome.pages, "as_they_were": outcome.fresh, "failed": len(outcome.failures)}
    log.note("ended", **counts, shown=outcome.shown, hidden=outcome.hidden)
    return outcome


def _write_index(ready: Prepared, outcome: Outcome, *, done: set[str]) -> None:
    home, books = ready.places.home, ready.books
    site.write_index(ready.release, home, books=books, failures=outcome.failures, done=done)


def _withdraw_others(ready: Prepared) -> None:
    """Remove pages of areas not asked for that are not as they would be made now."""
    known = {*ready.release.areas.index, cells.NATIONAL}
    for area in set(ready.places.areas()) - set(ready.codes):
        pages = ready.wishes.of(area) if area in known else []
        if any(page.why for page in pages) or not ledger.read(ready.places.pages(area)) or area not in known:
            ready.places.withdraw(area)


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Turn a full disk, wherever it shows, into one fault."""
    try:
        yield
    except OSError as error:
        if disk.is_full(error):
            raise DiskFull from None
        raise


def _maker(workers: int | None, cluster: str) -> Maker:
    """Choose who makes pages; what it needs to start loads while the survey is read."""
    if not cluster:
        return Here(workers or os.cpu_count() or 1)
    from trustgap.batch.cluster import Cluster

    return Cluster(cluster, private.folder())


def _already(asked: Asked, loaded: folder.Survey) -> pd.DataFrame | None:
    """Find what earlier releases showed; with a damaged record nothing can be released anyway."""
    try:
        shown = released.already(asked, loaded)
    except Broken:
        return None
    return shown if len(shown) else None


def _now() -> str:
    """Say when the run began, which its pages tell; builds that must come out the same twice set the time."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)
    return when.strftime(provenance.TIME)


def _facts(ready: Prepared) -> dict:
    """Say what a run works on: for its log, without an answer."""
    return {
        "trustgap": version("trustgap"),
        "program": provenance.program(),
        "library": keys.library(),
        "input": ready.release.facts["digest"],
        "rows": ready.rows,
        "areas": len(ready.areas),
        "notebooks": [book.name for book in ready.books],
        **ready.asked.selection,
    }


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stderr)
