"""A whole batch by the clock: against the two commands typed in a loop, and with one worker or two."""

import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

from measure import DEMO, Reached, figure, in_turn, ratios
from pages import Bench, bench, sample, typed

MEASURE = """import sys
from pathlib import Path
from trustgap.report import measuring, release
from trustgap.survey import folder
survey, to = map(Path, sys.argv[1:])
release.write(measuring.measure(folder.load(survey)), to)"""
"""What a loop has to do before its first notebook, once, as a batch does."""


class Sides:
    """Runs some areas as a batch and as a loop, always into a new folder.

    Parameters
    ----------
    ready : Bench
        Knows which notebooks each area has.
    areas : list of str
        Codes.
    """

    def __init__(self, ready: Bench, areas: list[str]) -> None:
        self.ready, self.areas, self.number = ready, areas, count()
        self.pages = [(area, book) for area in areas for book in ready.books_of(area)]

    def batch(self, workers: int) -> Path:
        """Make all pages with one command; give the folder with a folder for each area."""
        to = self.ready.at / f"batch_{next(self.number)}"
        books = ",".join(book.name for book in self.ready.books)
        wanted = ["--areas", ",".join(self.areas), "--notebooks", books]
        options = ["--workers", str(workers), "--outputs", str(to)]
        _run([sys.executable, "-m", "trustgap.cli", "run", str(DEMO), *wanted, *options])
        return to / "demo"

    def loop(self, at_once: int) -> Path:
        """Make them with two commands each, as xargs runs them; those that read others' tables last."""
        to = self.ready.at / f"loop_{next(self.number)}"
        stored = to / "release"
        _run([sys.executable, "-c", MEASURE, str(DEMO), str(stored)])
        for last in (False, True):
            lines = []
            for area, book in self.pages:
                if book.last == last:
                    options = self.ready.options(area, "") | {"release": str(stored), "outputs": str(to)}
                    lines.append(" && ".join(map(shlex.join, typed(book, options, to))))
            _run(["xargs", "-d", "\n", "-P", str(at_once), "-I{}", "sh", "-c", "{}"], lines)
        return to / "demo"

    def same(self, *made: Path) -> int:
        """Count the tables, and stop if they are not the same byte by byte."""
        for area, book in self.pages:
            tables = {(one / area / "tables" / f"{book.name}.csv").read_bytes() for one in made}
            if len(tables) != 1:
                raise SystemExit(f"the table of {book.name}, {area}, differs between the two sides")
        return len(self.pages)


def _run(command: list[str], lines: list[str] | None = None) -> None:
    given = "\n".join(lines) if lines is not None else None
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[:4]} ended with {done.returncode}:\n{done.stderr[-2000:]}")


def against_loop(sides: Sides, *, at_once: int, pairs: int) -> Reached:
    """Set a batch of two workers against the loop."""
    ours, theirs = partial(sides.batch, 2), partial(sides.loop, at_once)
    a, b, *made = in_turn(ours, theirs, pairs=pairs, untimed=False)
    how = (
        f"{figure(statistics.median(a))} s against {figure(statistics.median(b))} s; {sides.same(*made)} "
        f"pages of {len(sides.areas)} areas ({', '.join(sides.areas)}), {pairs} pairs, reading and measuring "
        "all 153 areas included on both sides; every table byte by byte"
    )
    way = f"`xargs -P{at_once}` of papermill and nbconvert"
    return Reached(
        f"A batch with HTML by the clock, 2 workers, against {way}",
        "≥ 10 × faster" if at_once == 1 else "",
        ratios(b, a),
        " ×",
        how,
    )


def two_against_one(sides: Sides, *, pairs: int) -> Reached:
    """Set a batch of two workers against the same of one."""
    a, b, *made = in_turn(partial(sides.batch, 2), partial(sides.batch, 1), pairs=pairs, untimed=False)
    how = (
        f"{figure(statistics.median(a))} s against {figure(statistics.median(b))} s; {sides.same(*made)} "
        f"pages of {len(sides.areas)} areas, {pairs} pairs, reading and measuring all 153 areas, which no "
        "worker shortens, included; every table byte by byte"
    )
    what = "Two workers against one, by the clock"
    return Reached(what, "≤ 0.55 ×", ratios(a, b), " ×", how)


def rows(*, small: bool) -> Iterator[Reached]:
    """Measure whole batches; small takes one area in one pair."""
    pairs = 1 if small else 2
    with bench() as ready:
        loop = Sides(ready, sample(ready.release, 1 if small else 4))
        yield against_loop(loop, at_once=1, pairs=pairs)
        yield against_loop(loop, at_once=2, pairs=pairs)
        yield two_against_one(Sides(ready, sample(ready.release, 2 if small else 12)), pairs=pairs)
