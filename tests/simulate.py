"""Run every simulated world at length and write what was found to `data/coverage.csv`.

Started by `make simulate`. Each world's rows are written as soon as it has finished, and a world that is
done is not run again until the code of the statistics or of the simulation changes: stop it at any time
and start it again.
"""

import argparse
import hashlib
import os
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from simulation import WORLDS
from simulation.registry import SEED, rates

ROOT = Path(__file__).resolve().parents[1]
TO = ROOT / "data" / "coverage.csv"
COLUMNS = (
    "world scenario method what promised repetitions rate low high kept width seed exception version"
).split()


def code_version() -> str:
    """Name the version of the package, and of the code that a result depends on."""
    digest = hashlib.sha256()
    for folder in (ROOT / "lib" / "trustgap" / "stats", ROOT / "tests" / "simulation"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return f"{version('trustgap')}+{digest.hexdigest()[:8]}"


def rows_of(world, repetitions: int, named: str) -> pd.DataFrame:
    """Run one world and lay out its rates."""
    lines = [
        {
            "world": world.name,
            "scenario": found.scenario,
            "method": found.check.method,
            "what": found.check.what,
            "promised": found.promised,
            "repetitions": found.repetitions,
            "rate": round(found.rate, 5),
            "low": round(found.band[0], 5),
            "high": round(found.band[1], 5),
            "kept": found.kept,
            "width": round(found.width, 4),
            "seed": SEED,
            "exception": "" if found.exception is None else found.exception["reason"],
            "version": named,
        }
        for found in rates(world, repetitions)
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def write(table: pd.DataFrame) -> None:
    """Replace the file in one step, in the order of the registry."""
    order = {name: place for place, name in enumerate(WORLDS)}
    table = table.sort_values("world", key=lambda names: names.map(order), kind="stable")
    part = TO.with_suffix(".part")
    table.to_csv(part, index=False, lineterminator="\n")
    os.replace(part, TO)


def main() -> int:
    """Run the worlds asked for; the exit code is 1 if a rate lies outside its band."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--share", type=float, default=1.0, help="of the repetitions of the long tier")
    asked.add_argument("--only", default="", help="worlds whose name has this in it")
    options = asked.parse_args()
    warnings.simplefilter("error")
    named, started = code_version(), time.monotonic()
    done = pd.read_csv(TO, keep_default_na=False) if TO.exists() else pd.DataFrame(columns=COLUMNS)
    done = done[done["world"].isin(WORLDS)]
    chosen = [world for world in WORLDS.values() if options.only in world.name]
    for place, world in enumerate(chosen, start=1):
        wanted = max(world.fast, int(world.long * options.share))
        before = done[done["world"].eq(world.name)]
        current = before["version"].eq(named) & before["repetitions"].astype(int).ge(wanted)
        if len(before) == len(world.checks) and current.all():
            continue
        found = rows_of(world, wanted, named)
        done = pd.concat([done[done["world"].ne(world.name)], found], ignore_index=True)
        write(done)
        outside = "; ".join(
            f"OUTSIDE {row.scenario} {row.rate}" for row in found[~found["kept"]].itertuples()
        )
        spent = time.monotonic() - started
        print(f"[{place}/{len(chosen)}, {spent:.0f} s] {world.name}: {wanted:,} {outside}", flush=True)
    outside = done[~done["kept"].astype(str).eq("True")]
    print(f"{len(done)} checks in {TO.relative_to(ROOT)}, {len(outside)} outside their band")
    return int(len(outside) > 0)


if __name__ == "__main__":
    raise SystemExit(main())
