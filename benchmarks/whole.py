"""All areas of the demo: minutes, memory, size, and the seconds of a second run that finds nothing to do."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import DEMO, Reached, figure
from processes import adopt, descendants, peak, proportional, spent

from trustgap.record import ledger
from trustgap.stats.counts import NATIONAL

AGAIN = 3
"""How often the second run is repeated."""


def run(to: Path, areas: str) -> float:
    """Run the demo with two workers; give the seconds by the clock."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "trustgap.cli", "run", str(DEMO), "--areas", areas, "--workers", "2"]
    done = subprocess.run([*command, "--outputs", str(to)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the run ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def state(home: Path) -> dict[Path, tuple[int, int]]:
    """Say which pages and tables there are, and when each was written."""
    files = [path for path in home.rglob("*") if path.suffix in (".html", ".csv") and path.parent != home]
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def everything() -> float:
    """Give the MiB of all processes of the run together, what they share counted once."""
    return sum(proportional(pid) for pid in descendants())


def told(home: Path) -> Iterator[Reached]:
    """Give the cost of every page as the run's own log tells it."""
    made = [event for event in ledger.events(home / ledger.LOG) if event["event"] == "made"]
    local = [event for event in made if event["area"] != NATIONAL]
    of_whole = ", ".join(
        f"`{event['notebook']}` {figure(event['seconds'])} s" for event in made if event["area"] == NATIONAL
    )
    seconds = [event["seconds"] for event in local]
    how = (
        f"{len(local):,} pages of areas, mean {figure(statistics.mean(seconds))} s; of the whole: {of_whole}"
    )
    yield Reached("One page, CPU, as the run's log tells it", "≤ 1.0 s", seconds, " s", how)


def sizes(home: Path) -> Iterator[Reached]:
    """Give the size of the site and of its pages."""
    files = [path for path in home.rglob("*") if path.is_file()]
    pages = [path.stat().st_size / 1000 for path in files if path.suffix == ".html"]
    total = sum(path.stat().st_size for path in files) / 1e6
    largest = max((path for path in files if path.suffix == ".html"), key=lambda path: path.stat().st_size)
    yield Reached("Size of the whole site", "≤ 100 MB", [total], " MB", f"{len(files):,} files")
    how = f"{len(pages):,} pages with the index; largest `{largest.relative_to(home)}`"
    yield Reached("Size of a page", "≤ 400 kB", pages, " kB", how)


def rows(*, small: bool) -> Iterator[Reached]:
    """Run all areas, and again; small takes the first."""
    adopt()
    with tempfile.TemporaryDirectory() as made:
        to, areas, clock, before = Path(made), "1" if small else "all", [], spent()
        most = peak(lambda: clock.append(run(to, areas)), everything, every=1)
        home, cpu = to / "demo", figure((spent() - before) / 60)
        first = state(home)
        what = "The first area and the whole" if small else "153 areas, all pages"
        how = f"2 workers; {cpu} min of processor time in all processes"
        yield Reached(f"{what}, by the clock", "≤ 12 min", [clock[0] / 60], " min", how)
        again = [run(to, areas) for _ in range(AGAIN)]
        kept = sum(state(home).get(path) == seen for path, seen in first.items())
        how = f"the same command, {AGAIN} times; {kept:,} of {len(first):,} pages and tables as they were"
        yield Reached("Nothing to do, by the clock", "≤ 2 s", again, " s", how)
        how = "what processes share counted once; looked at once a second"
        yield Reached("Memory of all processes at its most", "≤ 1,500 MiB", [most], " MiB", how)
        yield from told(home)
        yield from sizes(home)
