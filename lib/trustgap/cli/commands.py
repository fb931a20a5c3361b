"""What each command does: its arguments go in, an exit code comes out."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from trustgap.record import fresh, private
from trustgap.record.asked import Asked
from trustgap.record.lock import Lock
from trustgap.survey import key


def _run(asked: argparse.Namespace) -> int:
    Lock(asked.outputs).look()
    with _ending_in_order():
        wanted = _asked(asked)
        if not asked.force and (there := _there(wanted)):
            print(f"Nothing to do: {there[1]:,} pages are as they should be. Open {there[0] / 'index.html'}")
            return 0
        return _render(asked)


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Have a command that is told to end remove what nobody may see, as one that is interrupted does."""
    before = {name: signal.signal(name, _interrupt) for name in _told_to_end()}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _there(wanted: Asked) -> tuple[Path, int] | None:
    """Find the pages of a run that has nothing to do, without loading a library."""
    try:
        known = key.find(key.home(wanted.survey, wanted.answers))
    except ValueError:
        return None
    return fresh.nothing_to_do(wanted, seal=known.of) if known else None


def _told_to_end() -> list[signal.Signals]:
    """Name the signals that end a run: Ctrl-C, the system's own, a terminal that closes."""
    closed = getattr(signal, "SIGHUP", None)
    heard = [] if closed is None or signal.getsignal(closed) is signal.SIG_IGN else [closed]
    return [signal.SIGTERM, signal.SIGINT, *heard]


def _interrupt(*_: object) -> None:
    """End in good order; when told a second time, at once."""
    for name in _told_to_end():
        signal.signal(name, lambda *_: os._exit(130))
    raise KeyboardInterrupt


def _asked(asked: argparse.Namespace) -> Asked:
    wanted = {field.name: getattr(asked, field.name) for field in fields(Asked) if hasattr(asked, field.name)}
    return Asked(**wanted | {"survey": asked.folder, "reuse": tuple(getattr(asked, "reuse", ()))})


def _render(asked: argparse.Namespace) -> int:
    from trustgap.batch.run import run
    from trustgap.publish.run import would_tell

    if asked.dry_run:
        return _status(asked)
    options = {"workers": asked.workers, "cluster": asked.cluster, "max_failures": asked.max_failures}
    said = []
    options["after"] = lambda ready: said.append(would_tell(ready))
    outcome = run(_asked(asked), quiet=asked.quiet or not sys.stderr.isatty(), **options)
    for area, notebook, reason in outcome.failures:
        print(f"Failed: area {area}, {notebook}: {reason}", file=sys.stderr)
    if outcome.failures:
        print("To see an error itself, set survey and area in that notebook and run it.", file=sys.stderr)
    print(outcome)
    if any(said):
        print(f"Not to be released: {said[0]}.")
    return 1 if outcome.failures else 0


def _status(asked: argparse.Namespace) -> int:
    from trustgap.batch import status
    from trustgap.batch.run import Prepared
    from trustgap.publish.run import would_tell

    ready = Prepared(_asked(asked))
    print(status.describe(status.pages(ready)))
    if said := would_tell(ready):
        print(f"\nNot to be released: {said}.")
    return 0


def _release(asked: argparse.Namespace) -> int:
    from trustgap.publish.release import release

    with _ending_in_order():
        described = release(_asked(asked), to=asked.to)
    name, told = described["release"], described["cells"]
    print(f"{name}: {told['shown']:,} cells shown, {told['hidden']:,} hidden. Publish {asked.to}")
    return 0


def _check(asked: argparse.Namespace) -> int:
    from trustgap.survey import folder

    print(folder.describe(folder.load(asked.folder, answers=asked.answers)))
    return 0


def _list(asked: argparse.Namespace) -> int:
    from trustgap.batch import lacking, plan
    from trustgap.report import measuring
    from trustgap.survey import folder

    measured = measuring.measure(folder.load(asked.folder, answers=asked.answers))
    total = len(measured.areas)
    print("Notebooks")
    for book in plan.find_notebooks():
        reason = plan.why_not(book, measured)
        fed = "" if book.national else f" ({total - len(lacking.without(book, measured))} of {total} areas)"
        print(f"  {book.name:<24} {f'no page: {reason}' if reason else f'{book.title}{fed}'}")
    print("\nAreas")
    brought = lacking.brought(measured)
    for code, area in measured.areas.iterrows():
        note = "  (no local result: too few answers)" if code in measured.mask.silent else ""
        print(f"  {code:<10} {area['name']}, {area['region']}{brought[code]}{note}")
    return 0


def _audit(asked: argparse.Namespace) -> int:
    from trustgap.audit import auditing, published

    given = {"survey": asked.survey, "answers": asked.answers, "quiet": not sys.stderr.isatty()}
    try:
        audits = [auditing.audit(home, **given) for home in published.homes(asked.outputs)]
    except published.NotPublished as error:
        print(error, file=sys.stderr)
        return 2
    if asked.report:
        auditing.write(audits, asked.report)
    print(*audits, sep="\n")
    return 0 if all(audit.passed for audit in audits) else 3


def _lab(asked: argparse.Namespace) -> int:
    from trustgap.batch import plan

    home = plan.find_notebooks()[0].path.parents[1]
    with private.for_owner_only():
        return subprocess.call([sys.executable, "-m", "jupyterlab", str(home)])


COMMANDS = {
    "run": _run,
    "status": _status,
    "audit": _audit,
    "release": _release,
    "check": _check,
    "list": _list,
    "lab": _lab,
}
"""What to call for each command that the parser knows."""
