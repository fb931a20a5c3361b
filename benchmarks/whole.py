"""All areas of the demo: minutes, memory, size, and the seconds of a second run that finds nothing to do."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import DEMO, Reached, figure
from processes import adopt, descendants, peak, proportional, spent

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


def rows(*, small: bool) -> Iterator[Reached]:
    """Run all areas, and again; small takes the first area."""
    adopt()
    with tempfile.TemporaryDirectory() as made:
        to, areas, clock = Path(made), "1" if small else "all", []
        before = spent()
        most = peak(lambda: clock.append(run(to, areas)), everything, every=1)
        cpu, home = spent() - before, to / "demo"
        first = state(home)
        pages = [path.stat().st_size / 1000 for path in first if path.suffix == ".html"]
        how = f"{len(pages):,} pages, 2 workers; {figure(cpu / 60)} min of processor time, in all processes"
        what = "The first area" if small else "All 153 areas, all pages"
        yield Reached(f"{what}, by the clock", "≤ 12 min", [clock[0] / 60], " min", how)
        again = [run(to, areas) for _ in range(AGAIN)]
        kept = sum(state(home).get(path) == seen for path, seen in first.items())
        how = (
            f"the same command, {AGAIN} times; {kept:,} of {len(first):,} pages and tables left as they were"
        )
        yield Reached("Nothing to do, by the clock", "≤ 2 s", again, " s", how)
        yield Reached(
            "Memory of all processes at its most", "≤ 1,500 MiB", [most], " MiB", "looked at once a second"
        )
        total = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
        yield Reached("Size of the whole site", "≤ 100 MB", [total], " MB", "pages, tables and index")
        yield Reached("Size of a page", "≤ 400 kB", pages, " kB", f"{len(pages):,} pages")
