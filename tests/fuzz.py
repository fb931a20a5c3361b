"""Give `trustgap check` and `trustgap run` thousands of broken files, and hold them to what they promise.

Started by `make fuzz`; a short round of it is in the tests. Whatever a file holds, a check ends within
seconds with exit code 0 or 2 and words that fit on a screen, repeat no answer and hold no traceback; nothing
is written but where it belongs. Some of the files that pass are run: their pages are whole and harmless.
"""

import argparse
import contextlib
import io
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from broken_files import CANARY, SOUND, TEMPLATE, tables
from broken_questionnaires import TEXT, questionnaires
from hypothesis import HealthCheck, Phase, given, seed, settings

from trustgap import cli

KINDS = {"questionnaire": questionnaires()} | {kind: tables(kind) for kind in SOUND}
PRIVATE = ("answers", "cases", "evidence")
"""Files of which no cell may be told."""

RUNS = {
    "questionnaire": "02",
    "answers": "02",
    "areas": "01",
    "cases": "07",
    "evidence": "08",
    "metrics": "09",
}
"""The notebook that a file is run with."""

SECONDS, HANGS = 5, 60
SCREEN = 6_000
"""Characters of a screen: fifty lines of 120."""

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
}
ESCAPES = {"os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "socket.connect", "ctypes.dlopen"}


class Violation(AssertionError):
    """What was promised did not hold; says what, and not what was in the file."""


class Hung(BaseException):
    """It took so long that it was stopped."""


class Watch:
    """Notes what this process writes and starts, by Python's audit events; there is one in a process."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] | None = None
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple) -> None:
        if self.seen is None:
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, int) and flags & WRITES:
                self.seen.append((event, os.fsdecode(path)))
        elif event in CHANGES or event in ESCAPES:
            self.seen.append((event, str(arguments[0])))

    @contextlib.contextmanager
    def within(self, home: Path):
        """Allow nothing to be written but under a folder, and nothing to be started."""
        self.seen = []
        try:
            yield
        finally:
            seen, self.seen = self.seen, None
        for event, path in seen:
            ours = path == os.devnull or "__pycache__" in path
            if not ours and (event in ESCAPES or not Path(path).resolve().is_relative_to(home.resolve())):
                raise Violation(f"it did {event} outside: {path}")


WATCH = Watch()


@contextlib.contextmanager
def quickly():
    """Stop what hangs."""

    def stop(*_):
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Bench:
    """A sound survey folder in which one file is broken at a time.

    Parameters
    ----------
    home : Path
        Empty folder to work in.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.survey = home, home / "survey"
        self.survey.mkdir(parents=True)
        (self.survey / "questionnaire.yaml").write_text(TEXT, encoding="utf-8")
        for name in ("delays.csv", "shares.csv"):
            shutil.copyfile(TEMPLATE / name, self.survey / name)
        for kind, rows in SOUND.items():
            (self.survey / f"{kind}.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
        self.sound = {path.name: path.read_bytes() for path in self.survey.iterdir()}
        self.slowest, self.counted = 0.0, Counter()
        # Libraries make folders of their own when they are first loaded, some only to tell of a fault.
        assert said_by(["check", str(self.survey)])[0] == 0
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


def said_by(command: list[str]) -> tuple[int, str]:
    """Run a command in this process; give its exit code and all that it said."""
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        quickly(),
        warnings.catch_warnings(),
    ):
        # A warning would be printed, and can hold a cell.
        warnings.simplefilter("error")
        code = cli.main(command)
    return code, out.getvalue()


def hold(kind: str, code: int, said: str, content: bytes, *, codes: tuple[int, ...] = (0, 2)) -> None:
    """Hold what a command said to what it may say."""
    if code not in codes:
        raise Violation(f"exit code {code}")
    if "Traceback" in said:
        raise Violation("a traceback")
    if code == 2 and len(said) > SCREEN:
        raise Violation("more than a screen")
    if max(map(len, said.splitlines()), default=0) > SCREEN:
        raise Violation("a line of more than a screen")
    if not all(c.isprintable() or c == "\n" for c in said):
        raise Violation("a character that is not for print")
    if kind in PRIVATE and 0 < content.count(CANARY.encode()) < 11 and CANARY in said:
        raise Violation("an answer repeated")
    if kind == "answers" and "person-" in said:
        raise Violation("a respondent named")


def harmless(page: Path) -> None:
    """Hold a file of the outputs to being whole, and a page to calling nobody."""
    if page.suffix == ".part":
        raise Violation("a part of a file left")
    if page.suffix == ".html":
        html = page.read_text(encoding="utf-8")
        if not html.rstrip().endswith("</html>"):
            raise Violation("a partial page")
        if html.count("<script") != (page.name == "index.html") or re.search(r"<[^>\"]*\son\w+=", html):
            raise Violation("something that runs on a page")


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
        try:
            if bench.check(kind, name, content) == 0:
                passed["checked"] += 1
                if every and passed["checked"] % every == 0 and passed["run"] < runs:
                    passed["run"] += 1
                    bench.counted[f"{kind}, run", bench.run(kind, name, content)] += 1
        except (Exception, Hung) as error:
            why = f"{type(error).__name__}: {error}" if isinstance(error, Violation) else _at(error)
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
            bench = Bench(Path(home))
            failures = fuzz(bench, kind, inputs=options.inputs, runs=options.runs, chance=options.seed)
        codes = ", ".join(
            f"{what} {code}: {n:,}" for (what, code), n in sorted(bench.counted.items(), key=str)
        )
        spent = time.monotonic() - started
        total += sum(n for (what, _), n in bench.counted.items() if what == kind)
        print(f"{codes}; slowest {bench.slowest:.1f} s; {len(failures)} broken; {spent:.0f} s", flush=True)
        for number, (why, (name, content)) in enumerate(failures.items()):
            print(f"  {why}", flush=True)
            if options.keep:
                to = options.keep / f"{kind}_{number}_{name}"
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(content)
        broken += len(failures)
    print(f"{total:,} inputs, {broken} ways in which a promise was broken")
    return int(broken > 0)


if __name__ == "__main__":
    raise SystemExit(main())
