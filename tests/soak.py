"""Interrupt and kill a batch at random times, run it again, and hold every byte against an undisturbed run.

Started by `make soak`; a short round of it is in the tests. The runs are those of the real command, in a copy
of the checkout whose path is long and has spaces and letters beyond ASCII. Half of them start from nothing,
half replace the pages of a run before.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import sample_survey as sample

ROOT = Path(__file__).resolve().parents[1]
AREAS = [f"X00{number}" for number in range(1, 7)]
SECONDS = 5
"""Time within which an interrupted run has ended, and in which the last process of a killed one goes."""

RECORDED = "runs.jsonl"
DEEP = "a checkout, naïve café, " * 7
"""Name of the folder that everything is in."""

PATTERNS = ("lib/trustgap", "data/claims.yaml", "data/interventions.yaml", "data/coverage.csv")


class Violation(AssertionError):
    """A disturbed run left what it must not leave."""


class Bench:
    """A copy of the checkout, a survey, two versions of its notebooks and what each makes undisturbed.

    Parameters
    ----------
    home : Path
        Empty folder to work in.
    areas : list of str
        Of the survey.
    """

    def __init__(self, home: Path, *, areas: list[str] = AREAS) -> None:
        self.home = home = home / DEEP.strip()
        self.outputs, self.checkout = home / "pages", home / "trustgap"
        self.survey = sample.folder(home / "survey", areas=areas, waves=["2019"])
        for name in PATTERNS:
            to = self.checkout / name
            to.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, to)
        shutil.copy2(ROOT / "requirements.lock", self.checkout)
        real = self.checkout / "notebooks" / "area" / "01_who_answered.ipynb"
        real.parent.mkdir(parents=True)
        shutil.copy2(ROOT / "notebooks" / "area" / real.name, real)
        sample.national(self.checkout / "notebooks" / "national" / "20_all.ipynb")
        # Not under the long path: sockets, which lie there too, have short names.
        self.temporary = Path(tempfile.mkdtemp(prefix="soak-"))
        self.made: dict[str, Path] = {}
        self.seconds = 0.0
        for version in ("A", "B"):
            self.turn_to(version)
            started = time.monotonic()
            process = self.start()
            said = process.communicate()[1]
            if process.returncode:
                raise Violation(f"the undisturbed run ended with {process.returncode}: {said}")
            self.seconds = time.monotonic() - started
            self.made[version] = home / f"made {version}"
            self.outputs.rename(self.made[version])

    def turn_to(self, version: str) -> None:
        """Put one version of the small notebook in place."""
        book = self.home / version / "90_small.ipynb"
        if not book.is_file():
            sample.measuring(book, before=f"{version!r};")
        shutil.copyfile(book, self.checkout / "notebooks" / "area" / "90_small.ipynb")

    def start(self) -> subprocess.Popen:
        """Start the command as a user would."""
        more = {"PYTHONPATH": str(self.checkout / "lib"), "TRUSTGAP_SOAK": str(self.home)}
        more |= {"TMPDIR": str(self.temporary)}
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.Popen(
            [sys.executable, "-m", "trustgap.cli", "run", self.survey, "--outputs", self.outputs,
             "--workers", "2"],
            cwd=self.checkout, env=kept | more | {"SOURCE_DATE_EPOCH": "1700000000"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
            # A soak started in the background ignores Ctrl-C, and its children would inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def alive(self) -> list[int]:
        """Find the processes of any run of this bench."""
        mark, found = f"TRUSTGAP_SOAK={self.home}\0".encode(), []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def answers(self) -> list[Path]:
        """List what holds answers outside of the survey."""
        return sorted(self.temporary.glob("trustgap-*"))

    def phase(self) -> str:
        """Say what a run that was started from the state before is at, as far as files tell."""
        work, home = self.outputs / ".work" / "demo", self.outputs / "demo"
        if not work.is_dir():
            return "reading" if not (home / "run.json").is_file() else "before or after"
        if list(work.glob("staging/*/demo/*/result.json*")) or list(work.glob("staging/*/old")):
            return "publishing"
        if (home / "national" / "result.json").is_file() and not (home / "run.json").is_file():
            last = [event.get("area") for event in events(home) if event["event"] == "made"][-1:]
            if last == ["national"] and not list(work.glob("staging/*/demo/*/*")):
                return "tables, index, record"
        return "rendering" if (work / "staging").is_dir() else "reading"


def events(home: Path) -> list[dict]:
    """Read the log; half a line may only be its last."""
    path = home / RECORDED
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else [""]
    whole = [json.loads(line) for line in lines[:-1] if line.startswith("{") and line.endswith("}")]
    torn = [line for line in lines[:-1] if line and not (line.startswith("{") and line.endswith("}"))]
    if len(torn) > 1:
        raise Violation(f"{len(torn)} torn lines in {RECORDED}")
    return whole


def limit() -> float:
    """Give the time allowed, in which a busy machine does as much as an idle one."""
    return SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def tree(home: Path) -> dict[str, str]:
    """Hash every file of a tree but the log of runs."""
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name != RECORDED
    }


def check_whole(outputs: Path) -> None:
    """Fail if a file that somebody may read is not whole, or a page stands without a record."""
    home = outputs / "demo"
    if not home.is_dir():
        return
    events(home)
    for area in (path for path in home.iterdir() if path.is_dir()):
        record = json.loads((area / "result.json").read_text(encoding="utf-8"))
        known = {name: sha for page in record["pages"].values() for name, sha in page["files"].items()}
        there = tree(area)
        there.pop("result.json")
        if there != known:
            raise Violation(f"{area.name}: {set(there.items()) ^ set(known.items())}")
    for path in (home / "run.json", home / "whole.json"):
        if path.is_file():
            json.loads(path.read_text(encoding="utf-8"))
    if (home / "results.parquet").is_file():
        pd.read_parquet(home / "results.parquet")
    if (home / "index.html").is_file():
        html = (home / "index.html").read_text(encoding="utf-8")
        if not html.rstrip().endswith("</html>"):
            raise Violation("half an index")


def wait_until_gone(bench: Bench) -> float:
    """Wait for the last process of a run; give the seconds it took."""
    started = time.monotonic()
    while left := bench.alive():
        if time.monotonic() - started > limit():
            raise Violation(f"processes {left} are alive {limit():.0f} s after their run")
        time.sleep(0.2)
    return time.monotonic() - started


def aim(bench: Bench, process: subprocess.Popen, chance: random.Random) -> None:
    """Wait for a random moment: any of the run, or one of the short steps in which files change places."""
    if chance.random() < 0.5:
        end = time.monotonic() + chance.uniform(0, bench.seconds)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        return
    wanted = chance.choice(["publishing", "publishing", "tables, index, record"])
    skip = chance.randrange(6) if wanted == "publishing" else 0
    seen = ""
    while process.poll() is None:
        now = bench.phase()
        if now == wanted and seen != wanted:
            if not skip:
                time.sleep(chance.uniform(0, 0.03 if wanted == "publishing" else 0.3))
                return
            skip -= 1
        seen = now
        time.sleep(0.003)


def begin(bench: Bench, *, anew: bool, version: str) -> None:
    """Set out from nothing, or from the pages of the other version of the notebook."""
    shutil.rmtree(bench.outputs, ignore_errors=True)
    if not anew:
        shutil.copytree(bench.made["B" if version == "A" else "A"], bench.outputs)
    bench.turn_to(version)


def disturb(bench: Bench, name: str, *, chance: random.Random) -> dict:
    """Send a signal to a run at a random moment, and look at what it leaves."""
    process = bench.start()
    aim(bench, process, chance)
    at, sent, signalled = bench.phase(), time.monotonic(), getattr(signal, name)
    over = process.poll() is not None
    process.send_signal(signalled)
    process.wait()
    took = time.monotonic() - sent
    # What it left may still hold its stderr, so that is read last.
    gone = wait_until_gone(bench)
    said = process.communicate()[1]
    if not over and name != "SIGKILL":
        if process.returncode not in (0, 130, -signalled) or took > limit():
            raise Violation(f"{name} while {at}: exit {process.returncode} after {took:.1f} s: {said}")
        if process.returncode == 130 and ((bench.outputs / ".work").exists() or bench.answers()):
            raise Violation(f"{name} while {at}: answers or half-made pages stay")
    if list(bench.outputs.rglob("*.arrow")):
        raise Violation(f"{name} while {at}: answers among the outputs")
    check_whole(bench.outputs)
    return {"at": "after the end" if over else at, "took": took, "gone": gone}


def resume(bench: Bench, version: str) -> None:
    """Run to the end, and hold every byte against the undisturbed run."""
    process = bench.start()
    said = process.communicate()[1]
    wait_until_gone(bench)
    if process.returncode:
        raise Violation(f"the next run ended with {process.returncode}: {said}")
    if bench.answers():
        raise Violation("answers stay after the next run")
    one, two = tree(bench.outputs), tree(bench.made[version])
    if one != two:
        raise Violation(f"other bytes in {sorted({name for name, _ in set(one.items()) ^ set(two.items())})}")


def main(arguments: list[str] | None = None) -> int:
    """Disturb runs as often as asked; the exit code is 1 if one left what it must not."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--interrupts", type=int, default=20, help="by SIGINT and SIGTERM in turn")
    asked.add_argument("--kills", type=int, default=50, help="by SIGKILL")
    asked.add_argument("--seed", type=int, default=2019)
    options = asked.parse_args(arguments)
    chance, started = random.Random(options.seed), time.monotonic()
    names = [("SIGINT", "SIGTERM")[turn % 2] for turn in range(options.interrupts)]
    names = chance.sample(names := names + ["SIGKILL"] * options.kills, len(names))
    violations, at = [], Counter()
    slowest = {"interrupted": 0.0, "gone": 0.0}
    with tempfile.TemporaryDirectory(prefix="soak ") as home:
        bench = Bench(Path(home))
        print(f"undisturbed: {bench.seconds:.0f} s, {len(tree(bench.made['A']))} files", flush=True)
        for turn, name in enumerate(names, start=1):
            version, found = chance.choice("AB"), None
            try:
                # One that had ended before its signal came is no disturbed run.
                while found is None or found["at"] == "after the end":
                    begin(bench, anew=turn % 2 == 0, version=version)
                    found = disturb(bench, name, chance=chance)
                resume(bench, version)
            except (Violation, ValueError, OSError) as violation:
                violations.append(str(violation))
                print(f"[{turn}/{len(names)}] VIOLATION after {name}: {violation}", flush=True)
                continue
            kind = "kills" if name == "SIGKILL" else "interrupts"
            at[kind, found["at"]] += 1
            slowest["gone"] = max(slowest["gone"], found["gone"])
            if kind == "interrupts":
                slowest["interrupted"] = max(slowest["interrupted"], found["took"])
            spent = time.monotonic() - started
            print(f"[{turn}/{len(names)}, {spent:.0f} s] {name} while {found['at']}: whole", flush=True)
    for (kind, phase), count in sorted(at.items()):
        print(f"{count:3} {kind} while {phase}")
    print(
        f"slowest end of an interrupted run {slowest['interrupted']:.1f} s, "
        f"of what a run left behind {slowest['gone']:.1f} s; {len(violations)} violations"
    )
    return int(len(violations) > 0)


if __name__ == "__main__":
    raise SystemExit(main())
