"""What every benchmark has: two sides in turn, ratios, and lines of the tables in ``README.md``."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"


@dataclass(frozen=True)
class Row:
    """One comparison: what was compared, the seconds of each side, and whether both gave the same."""

    what: str
    ours: list[float]
    theirs: list[float]
    same: str

    HEAD = "| what | ours, or first | other side | ratio: median (min to max) | pairs | same on both sides |"

    def __str__(self) -> str:
        faster = ratios(self.theirs, self.ours)
        a, b = (figure(statistics.median(side)) for side in (self.ours, self.theirs))
        return f"| {self.what} | {a} s | {b} s | {spread(faster)} | {len(faster)} | {self.same} |"


@dataclass(frozen=True)
class Reached:
    """One figure to reach: how far it shall go, how far it went each time, and how that was seen."""

    what: str
    goal: str
    values: list[float]
    unit: str
    how: str

    HEAD = "| what | to reach | measured: median (min to max) | how |"

    def __str__(self) -> str:
        return f"| {self.what} | {self.goal} | {spread(self.values, unit=self.unit)} | {self.how} |"


def figure(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def spread(values: list[float], *, unit: str = "") -> str:
    """Say the median, and the smallest and the largest where there are several."""
    middle = f"{figure(statistics.median(values))}{unit}"
    return middle if len(values) == 1 else f"{middle} ({figure(min(values))} to {figure(max(values))})"


def ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """Give what share of the other side's cost ours was, pair by pair."""
    return [a / b for a, b in zip(ours, theirs, strict=True)]


def in_turn(
    ours: Callable,
    theirs: Callable,
    *,
    pairs: int,
    clock: Callable[[], float] = time.perf_counter,
    untimed: bool = True,
) -> tuple[list[float], list[float], object, object]:
    """Time two sides A B A B, and keep what each made last.

    Parameters
    ----------
    ours, theirs : callable
        The two sides.
    pairs : int
        How often each.
    clock : callable
        Gives seconds; of the wall by default.
    untimed : bool
        Whether a round goes before that does not count.
    """
    made = [ours(), theirs()] if untimed else [None, None]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(pairs):
        for place, side in enumerate((ours, theirs)):
            start = clock()
            made[place] = side()
            times[place].append(clock() - start)
    return *times, *made
