"""Give `trustgap check` and `trustgap run` thousands of broken files, and hold them to what they promise.

Started by `make fuzz`; a short round of it is in the tests. Whatever a file holds, a check ends within
seconds with exit code 0 or 2 and words that fit on a screen, repeat no answer and hold no traceback; nothing
is written but where it belongs. Some of the files that pass are run: their pages are whole and harmless.
"""

import argparse
import contextlib
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from broken_files import SOUND, rows_of, tables
from broken_questionnaires import TEXT, questionnaires
from hypothesis import HealthCheck, Phase, given, seed, settings
from promises import WATCH, Hung, Violation, harmless, hold, said_by

KINDS = {"questionnaire": questionnaires()} | {kind: tables(kind) for kind in SOUND}
RUNS = {
    "questionnaire": "02",
    "answers": "02",
    "areas": "01",
    "cases": "07",
    "evidence": "08",
    "metrics": "09",
}
"""The notebook that a file is run with."""

SECONDS = 5
"""Of the processor, for one check."""


class Bench:
    """A sound survey folder in which one file is broken at a time.

    Parameters
    ----------
    home : Path
        Empty folder to work in.
    kind : str
        The file that is broken. Files that this one has nothing to do with are left out: they cost time.
    """

    def __init__(self, home: Path, kind: str) -> None:
        self.home, self.survey = home, home / "survey"
        self.survey.mkdir(parents=True)
        (self.survey / "questionnaire.yaml").write_text(TEXT, encoding="utf-8")
        more = ("metrics", "delays", "shares") if kind == "questionnaire" else ()
        for name in {"areas", "answers", kind, *more} - {"questionnaire"}:
            rows = SOUND.get(name) or rows_of(f"{name}.csv")
            (self.survey / f"{name}.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
        self.slowest, self.counted = 0.0, Counter()
        # Libraries make folders of their own when they are first loaded, some only to tell of a fault.
        assert said_by(["check", str(self.survey)])[0] == 0
        # The key that the first check makes is there from now on.
        self.sound = {path.name: path.read_bytes() for path in self.survey.iterdir()}
        assert said_by(["check", str(home)])[0] == 2

    @contextlib.contextmanager
    def broken(self, name: str, content: bytes):
        """Have a file in the folder while something is done with it."""
        (self.survey / name).write_bytes(content)
        if name.startswith("answers") and name != "answers.csv":
            asked = self.sound["questionnaire.yaml"].replace(
                b"answers: answers.csv", b"answers: " + name.encode()
            )
            (self.survey / "questionnaire.yaml").write_bytes(asked)
        try:
            yield
        finally:
            shutil.rmtree(self.survey)
            self.survey.mkdir()
            for name, content in self.sound.items():
                (self.survey / name).write_bytes(content)

    def check(self, kind: str, name: str, content: bytes) -> int:
        """Check the folder with one file broken, and hold the check to its promises; give its exit code."""
        started = time.process_time()
        before = {path.name: path.read_bytes() for path in self.survey.iterdir()}
        with self.broken(name, content), WATCH.within(self.survey):
            code, said = said_by(["check", str(self.survey)])
        spent = time.process_time() - started
        self.slowest = max(self.slowest, spent)
        self.counted[kind, code] += 1
        if {path.name: path.read_bytes() for path in self.survey.iterdir()} != before:
            raise Violation("the folder is not as it was")
        if spent > SECONDS:
            raise Violation(f"it took {spent:.1f} s")
        hold(kind, code, said, content)
        return code

    def run(self, kind: str, name: str, content: bytes) -> int:
        """Run the folder with one file broken; give the exit code."""
        pages = self.home / "pages"
        with self.broken(name, content):
            code, said = said_by(
                ["run", str(self.survey), "--notebooks", RUNS[kind], "--outputs", str(pages)]
            )
            outside = sorted({path.name for path in self.home.iterdir()} - {"survey", "pages"})
        try:
            hold(kind, code, said, content, codes=(0, 1, 2))
            if outside:
                raise Violation("files outside the outputs")
            if code == 1:
                raise Violation(
                    f"a page failed: {'; '.join(sorted(set(re.findall('Failed: .*', said)))[:2])}"
                )
            for page in pages.rglob("*"):
                harmless(page)
        finally:
            shutil.rmtree(pages, ignore_errors=True)
        return code


def fuzz(bench: Bench, kind: str, *, inputs: int, runs: int, chance: int) -> dict[str, tuple[str, bytes]]:
    """Try so many files of a kind; give one small file for each way in which a promise was broken."""
    failures: dict[str, tuple[str, bytes]] = {}
    every = max(1, inputs // (10 * runs)) if runs else 0
    passed = Counter()

    @seed(chance)
    @settings(max_examples=inputs, phases=[Phase.generate], database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(KINDS[kind])
    def one(file):
        name, content = file
        done = sum(bench.counted[kind, code] for code in (0, 2))
        if done and done % 500 == 0:
            print(f"{kind}: {done:,} of {inputs:,}", file=sys.stderr, flush=True)
        try:
            if bench.check(kind, name, content) == 0:
                passed["checked"] += 1
                if every and passed["checked"] % every == 0 and passed["run"] < runs:
                    passed["run"] += 1
                    bench.counted[f"{kind}, run", bench.run(kind, name, content)] += 1
        except (Exception, Hung) as error:
            why = f"{type(error).__name__}: {error}" if isinstance(error, Violation) else _at(error)
            if why not in failures:
                print(f"{kind}: {why}", file=sys.stderr, flush=True)
            if why not in failures or len(content) < len(failures[why][1]):
                failures[why] = file

    one()
    return failures


def _at(error: BaseException) -> str:
    """Name an error by its class and the line that it came from."""
    while error.__traceback__.tb_next:
        error.__traceback__ = error.__traceback__.tb_next
    frame = error.__traceback__
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
    return f"{type(error).__name__} in {place}: {str(error)[:200]}"


def main(arguments: list[str] | None = None) -> int:
    """Try as many files as asked; the exit code is 1 if a promise was broken."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("kinds", nargs="*", default=list(KINDS), help=f"of {', '.join(KINDS)}")
    asked.add_argument("--inputs", type=int, default=2_000, help="files of each kind")
    asked.add_argument("--runs", type=int, default=10, help="of those that pass the check, per kind")
    asked.add_argument("--seed", type=int, default=2019)
    asked.add_argument("--keep", type=Path, help="folder for the files by which a promise was broken")
    options = asked.parse_args(arguments)
    sys.dont_write_bytecode, broken, total = True, 0, 0
    for kind in options.kinds:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="fuzz ") as home:
            bench = Bench(Path(home), kind)
            failures = fuzz(bench, kind, inputs=options.inputs, runs=options.runs, chance=options.seed)
        codes = ", ".join(
            f"{what} {code}: {n:,}" for (what, code), n in sorted(bench.counted.items(), key=str)
        )
        spent = time.monotonic() - started
        total += sum(n for (what, _), n in bench.counted.items() if what == kind)
        print(f"{codes}; slowest {bench.slowest:.1f} s; {len(failures)} broken; {spent:.0f} s", flush=True)
        for number, (name, content) in enumerate(failures.values()):
            if options.keep:
                to = options.keep / f"{kind}_{number}_{name}"
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(content)
        broken += len(failures)
    print(f"{total:,} inputs, {broken} ways in which a promise was broken")
    return int(broken > 0)


if __name__ == "__main__":
    raise SystemExit(main())
