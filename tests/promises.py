"""What `trustgap check` and `trustgap run` promise, whatever lies in a survey folder; see `fuzz`."""

import contextlib
import io
import os
import re
import signal
import sys
import unicodedata
import warnings
from pathlib import Path

from broken_files import CANARY

from trustgap import cli

PRIVATE = ("answers", "cases", "evidence")
"""Files of which no cell may be told."""

HANGS = {"check": 120, "run": 900}
"""Seconds after which a command that does not end is stopped, on however busy a machine."""

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
def quickly(command: str):
    """Stop what hangs."""

    def stop(*_):
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS[command])
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def said_by(command: list[str]) -> tuple[int, str]:
    """Run a command in this process; give its exit code and all that it said."""
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        quickly(command[0]),
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
    if not all(c.isprintable() or c == "\n" or unicodedata.category(c) == "Zs" for c in said):
        raise Violation("a character that is not for print")
    # A table in another format holds a text once, however many rows have it.
    if (
        kind in PRIVATE
        and not content.startswith((b"PK", b"PAR1"))
        and 0 < content.count(CANARY.encode()) < 11
        and CANARY in said
    ):
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
