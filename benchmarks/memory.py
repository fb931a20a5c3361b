"""What one more worker needs: the memory of a process that makes a page, beyond that of the server."""

import subprocess
from collections.abc import Callable, Iterator

from measure import Reached, figure, spread
from pages import AREA, Bench, bench, typed
from processes import command, descendants, peak, private, proportional

EVERY = 0.05
"""Seconds from one look at the memory to the next."""


def forked(ready: Bench, *, look: Callable[[int], float]) -> list[float]:
    """Give the most MiB that the process of each page of an area had."""
    standing = set(descendants())

    def children() -> float:
        return sum(look(pid) for pid in set(descendants()) - standing)

    books = ready.books_of(AREA)
    return [peak(lambda book=book: ready.page(book, AREA), children, every=EVERY) for book in books]


def kernels(ready: Bench, *, books: int) -> list[float]:
    """Give the most MiB that a kernel had which papermill started for a notebook."""

    def kernel() -> float:
        return max((private(pid) for pid in descendants() if "ipykernel_launcher" in command(pid)), default=0)

    found = []
    for book in [book for book in ready.books_of(AREA) if not book.last][-books:]:
        run, _ = typed(book, ready.options(AREA, "typed"), ready.at / "typed")
        found.append(
            peak(lambda run=run: subprocess.run(run, check=True, capture_output=True), kernel, every=EVERY)
        )
    return found


def rows(*, small: bool) -> Iterator[Reached]:
    """Measure what a page's process has to itself; small sets one kernel beside it, not four."""
    with bench() as ready:
        own, cold = forked(ready, look=private), kernels(ready, books=1 if small else 4)
        shared = figure(max(forked(ready, look=proportional)))
    how = (
        f"what a page's process has to itself at its most, {len(own)} notebooks of {AREA} "
        f"(with its part of what is shared at most {shared} MiB); a kernel of its own, measured in the same "
        f"way, {len(cold)} of these: {spread(cold, unit=' MiB')}"
    )
    yield Reached("One more worker", "≤ 120 MiB", own, " MiB", how)
