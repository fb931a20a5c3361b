"""Surveys of any size: what counting, measuring and an area's pages cost as respondents become many."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import big
import numpy as np
from measure import Reached, figure, in_turn, ratios
from pages import Bench
from processes import adopt, spent

from trustgap.batch import plan
from trustgap.batch.engine import Warm
from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.stats import counts
from trustgap.survey import folder

SIZES = (20_000, 200_000, 3_500_000)
SMALL = (20_000, 60_000, 200_000)

LARGEST = "X002"
"""The demo's largest area, the only one here that has pages with the fewest respondents."""

USUAL = "X001"
"""An area with about as many respondents as the areas have on average."""

LOWEST = min(counts.MISSING.values())


def bare(survey: folder.Survey) -> np.ndarray:
    """Count nothing but numbers: no names, no order, no missing kinds told apart."""
    answers, items = survey.answers, survey.questionnaire.items
    cell = np.zeros(len(answers), dtype=np.int64)
    for key in counts.CELL[:3]:
        cell = cell * len(answers[key].cat.categories) + answers[key].cat.codes.to_numpy()
    width = int(items["k"].max()) - LOWEST + 1
    place = cell * width - LOWEST
    return np.array([np.bincount(place + answers[item].to_numpy()).sum() for item in items.index])


def counting(folder_: Path, *, pairs: int) -> Reached:
    """Set the counting of cells against bare counting of the same answers."""
    survey = folder.load(folder_)
    items = survey.questionnaire.items
    a, b, ours, theirs = in_turn(
        lambda: counts.tally(survey.answers, items),
        lambda: bare(survey),
        pairs=pairs,
        clock=time.process_time,
    )
    found = ours.groupby("item")[[*counts.levels(ours), *counts.MISSING]].sum().sum(axis=1)
    if found.loc[items.index].tolist() != theirs.tolist():
        raise SystemExit("counting: the two sides count another number of answers")
    what = f"Counting the answers of {len(survey.answers):,} respondents to {len(items)} items"
    how = f"`counts.tally` {figure(min(a))} s against `numpy.bincount` alone {figure(min(b))} s, CPU; as many"
    return Reached(what, "≤ 2 × bare counting", ratios(a, b), " ×", how)


def alone(folder_: Path, to: Path) -> dict[str, float]:
    """Measure a survey in this process, which has done nothing else, and say what that took."""
    started, clock = time.perf_counter(), time.process_time()
    survey = folder.load(folder_)
    read = time.process_time() - clock
    release = measuring.measure(survey)
    took = {"read": read, "cpu": time.process_time() - clock, "wall": time.perf_counter() - started}
    took["GiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    if not to.exists():
        releases.write(release, to)
    return took


def measured(folder_: Path, to: Path, *, times: int) -> list[dict[str, float]]:
    """Measure a survey several times, each in a process of its own."""
    command = [sys.executable, __file__, str(folder_), str(to)]
    run = (subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(times))
    return [json.loads(one.stdout) for one in run]


def protect(respondents: int, took: list[dict[str, float]], *, most: bool) -> Iterator[Reached]:
    """Say what reading, measuring and protecting took."""
    cpu, read = (figure(np.median([one[name] for one in took])) for name in ("cpu", "read"))
    what = f"Read, measure and protect {respondents:,} respondents"
    how = f"each time in a new process; CPU {cpu} s, of which reading {read} s"
    yield Reached(what, "≤ 60 s" if most else "–", [one["wall"] for one in took], " s", how)
    how = "most memory of that process, Python and libraries included"
    yield Reached(what, "≤ 2 GiB" if most else "–", [one["GiB"] for one in took], " GiB", how)


def opened(at: Path) -> Bench:
    """Open a stored release with a server that makes its pages."""
    release = releases.read(at / "release", area=counts.NATIONAL)
    books = [book for book in plan.find_notebooks() if not book.national]
    return Bench(at, release, [book for book in books if not plan.why_not(book, release)], Warm())


def flat(area: str, few: Bench, many: Bench, *, pairs: int) -> Reached:
    """Set the pages of an area with many respondents against the same pages of it with few."""
    books = [book for book in many.books_of(area) if not book.last]
    if [book.name for book in books] != [book.name for book in few.books_of(area) if not book.last]:
        raise SystemExit(f"{area}: it has other pages with many respondents than with few")
    sides = [lambda one=one: [one.page(book, area) for book in books] for one in (many, few)]
    a, b, *_ = in_turn(*sides, pairs=pairs, clock=spent)
    rows = [len(releases.read(one.at / "release", area=area).answers) for one in (many, few)]
    what = f"CPU of the pages of {area}, with {rows[0]:,} respondents against {rows[1]:,}"
    how = f"{figure(np.median(a))} s against {figure(np.median(b))} s; {len(books)} notebooks, {pairs} pairs"
    return Reached(what, "0.9 to 1.1 ×", ratios(a, b), " ×", how)


def rows(*, small: bool) -> Iterator[Reached]:
    """Measure surveys of three sizes; small leaves out the millions."""
    sizes, times = SMALL if small else SIZES, 1 if small else 3
    adopt()
    with tempfile.TemporaryDirectory() as made, ExitStack() as after:
        at = {size: Path(made) / str(size) for size in sizes}
        for size in sizes:
            took = measured(big.make(at[size] / "survey", size), at[size] / "release", times=times)
            yield from protect(size, took, most=size == max(sizes))
        yield counting(at[max(sizes)] / "survey", pairs=times + 2)
        few, some, many = (opened(at[size]) for size in sizes)
        for one in (few, some, many):
            after.callback(one.warm.stop)
        yield flat(LARGEST, few, some, pairs=times)
        yield flat(USUAL, some, many, pairs=times)
        yield flat(LARGEST, few, many, pairs=times)


if __name__ == "__main__":
    print(json.dumps(alone(Path(sys.argv[1]), Path(sys.argv[2]))))
