"""One page at a time: what it costs from notebook to HTML, and its cells alone.

The processor seconds are those of all processes that work on a page, user and system. Starting the warm
server once, a few seconds per batch, is not in them.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import cells
import numpy as np
from measure import DEMO, Reached, figure, in_turn, ratios
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from processes import adopt, spent

from trustgap.batch import plan, site
from trustgap.batch.engine import Task, Warm
from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.survey import folder

AREA = "X001"


@dataclass(frozen=True)
class Bench:
    """The demo's release, its area notebooks, and a server that makes their pages."""

    at: Path
    release: releases.Release
    books: list[plan.Notebook]
    warm: Warm

    def books_of(self, area: str) -> list[plan.Notebook]:
        return [book for book in self.books if plan.feeds(book, self.release, area)]

    def options(self, area: str, side: str) -> dict[str, str]:
        """Give the parameters of a notebook; each side writes its tables to a folder of its own."""
        stored = str(self.at / "release")
        return {
            "area": area,
            "survey": "",
            "answers": "",
            "release": stored,
            "outputs": str(self.at / side),
        }

    def page(self, book: plan.Notebook, area: str) -> Path:
        """Make a page as the batch does."""
        around = site.around(self.release, area, book, self.books_of(area))
        to = self.at / "warm" / area / f"{book.name}.html"
        done = self.warm.render(Task(book.path.resolve(), to, self.options(area, "warm"), around))
        if done.failure:
            raise SystemExit(f"{book.name} of {area}: {done.failure}")
        return to

    def typed(self, book: plan.Notebook, area: str) -> None:
        """Make a page with the two command lines that a reader would type."""
        for command in typed(book, self.options(area, "typed"), self.at / "typed"):
            subprocess.run(command, check=True, capture_output=True)

    def same(self, book: plan.Notebook, area: str, *sides: str) -> None:
        """Stop if the sides did not write the same table."""
        made = [self.at / side / "demo" / area / "tables" / f"{book.name}.csv" for side in sides]
        if len({path.read_bytes() for path in made}) != 1:
            raise SystemExit(f"{book.name} of {area}: the tables of {' and '.join(sides)} differ")


def typed(book: plan.Notebook, options: dict[str, str], at: Path) -> list[list[str]]:
    """Give the two command lines that run a notebook and turn it into a page."""
    at.mkdir(parents=True, exist_ok=True)
    ran = at / f"{options['area']}_{book.name}.ipynb"
    given = [part for name, value in options.items() for part in ("-r", name, value)]
    where = ["--cwd", str(book.path.resolve().parent), "--no-progress-bar"]
    run = [sys.executable, "-m", "papermill", str(book.path), str(ran), *where, *given]
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", str(ran)]
    return [run, convert]


@contextmanager
def bench() -> Iterator[Bench]:
    """Measure the demo once, store its release, and start the server on a page that does not count."""
    release = measuring.measure(folder.load(DEMO))
    books = [book for book in plan.find_notebooks() if not book.national]
    books = [book for book in books if not plan.why_not(book, release)]
    adopt()
    with tempfile.TemporaryDirectory() as made:
        releases.write(release, Path(made) / "release")
        ready = Bench(Path(made), release, books, Warm())
        ready.page(books[0], AREA)
        yield ready
        ready.warm.stop()


def sample(release: releases.Release, areas: int) -> list[str]:
    """Draw areas that have pages on the survey, always the same."""
    speaking = [area for area in release.areas.index if area not in release.mask.silent]
    drawn = np.random.default_rng(1).choice(len(speaking), min(areas, len(speaking)), replace=False)
    return [speaking[place] for place in sorted(drawn)]


def against_commands(ready: Bench, books: list[plan.Notebook], *, pairs: int) -> Reached:
    """Set each page against papermill and nbconvert on the command line."""
    shares, seconds = [], []
    for book in books:
        a, b, *_ = in_turn(
            lambda book=book: ready.page(book, AREA),
            lambda book=book: ready.typed(book, AREA),
            pairs=pairs,
            clock=spent,
        )
        ready.same(book, AREA, "warm", "typed")
        shares.append(statistics.median(ratios(a, b)))
        seconds.append((statistics.median(a), statistics.median(b)))
    ours, theirs = (figure(statistics.median(side)) for side in zip(*seconds, strict=True))
    how = (
        f"{ours} s against {theirs} s; {len(books)} notebooks of {AREA}, the median of {pairs} pairs each; "
        "every table byte by byte"
    )
    what = "One notebook with HTML, CPU, against papermill and nbconvert on the command line"
    return Reached(what, "≤ 0.15 ×", shares, " ×", how)


def cells_alone(ready: Bench, names: list[str], *, areas: int) -> Reached:
    """Set a forked process that runs a notebook's cells against one that has run others before."""
    shares, seconds, first = [], [], True
    with Cells(ready) as run:
        # What the one process has seen before is other areas, as in a batch that never forks.
        for area in [AREA, *sample(ready.release, areas)]:
            for book in [book for book in ready.books_of(area) if book.name in names]:
                sides = [partial(side, book, area) for side in (run.once, run.again)]
                a, b, *_ = in_turn(*sides, pairs=1, clock=spent, untimed=False)
                ready.same(book, area, "once", "again")
                if not first:
                    shares += ratios(a, b)
                    seconds.append((*a, *b))
            first = False
    ours, theirs = (figure(statistics.median(side)) for side in zip(*seconds, strict=True))
    how = (
        f"{ours} s against {theirs} s; {len(names)} notebooks in {areas} areas, {len(shares)} pairs; "
        "every table byte by byte"
    )
    what = "One notebook without HTML, CPU, against the same cells in one warm process, nothing saved"
    return Reached(what, "≤ 1.10 ×", shares, " ×", how)


class Cells:
    """Runs a notebook's cells in a process of their own, or in one that stays."""

    def __init__(self, ready: Bench) -> None:
        self.ready, self.start = ready, ready.warm.context
        (self.asked, self.to_ask), (self.answer, self.to_answer) = (
            self.start.Pipe(duplex=False) for _ in range(2)
        )
        self.stays = self.start.Process(target=cells.again, args=(self.to_answer, self.asked), daemon=True)

    def __enter__(self) -> Self:
        self.stays.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.to_ask.send(None)
        self.stays.join(5)
        self.stays.kill()

    def once(self, book: plan.Notebook, area: str) -> None:
        """Run them in a process that is forked for them and ends."""
        options = self.ready.options(area, "once")
        process = self.start.Process(target=cells.once, args=(book.path.resolve(), options))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{book.name} of {area}: its cells did not run in a process of their own")

    def again(self, book: plan.Notebook, area: str) -> None:
        """Run them in the process that has run others before."""
        options = self.ready.options(area, "again")
        notebook = parameterize_notebook(load_notebook_node(str(book.path)), options)
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        self.to_ask.send((str(book.path.resolve().parent), code))
        while not self.answer.poll(1):
            if not self.stays.is_alive():
                raise SystemExit(f"{book.name} of {area}: its cells stopped in the process that stays")
        self.answer.recv()


def over_the_demo(ready: Bench, *, areas: int) -> Iterator[Reached]:
    """Make all pages of some areas, one after another; give their cost and their size."""
    drawn, seconds, sizes, by_book = sample(ready.release, areas), [], [], {}
    for area in drawn:
        for book in ready.books_of(area):
            start = spent()
            page = ready.page(book, area)
            seconds.append(spent() - start)
            by_book.setdefault(book.name, []).append(seconds[-1])
            sizes.append(page.stat().st_size / 1000)
    dearest = max(by_book, key=lambda name: statistics.median(by_book[name]))
    how = (
        f"{len(seconds)} pages of {len(drawn)} areas drawn from {len(ready.release.areas)}; "
        f"mean {figure(statistics.mean(seconds))} s; dearest `{dearest}`, median "
        f"{figure(statistics.median(by_book[dearest]))} s"
    )
    yield Reached("One page, notebook and HTML, CPU", "≤ 1.0 s", seconds, " s", how)
    yield Reached("Size of a page of an area", "≤ 400 kB", sizes, " kB", "the same pages")


def rows(*, small: bool) -> Iterator[Reached]:
    """Measure single pages; small takes three notebooks, once, and one area."""
    with bench() as ready:
        books = ready.books_of(AREA)
        chosen = books[2:5] if small else books
        yield against_commands(ready, chosen, pairs=1 if small else 3)
        yield cells_alone(ready, [book.name for book in chosen], areas=1 if small else 5)
        yield from over_the_demo(ready, areas=1 if small else 15)
