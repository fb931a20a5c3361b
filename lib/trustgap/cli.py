"""The command ``trustgap``: check a survey folder, run its pages, list what there is, open JupyterLab."""

import argparse
import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from trustgap.record import discreet, disk, fresh, private
from trustgap.record.asked import Asked
from trustgap.record.lock import Lock, Locked
from trustgap.survey import key

EXAMPLES = {
    "check": ["data/demo"],
    "run": [
        "data/demo --areas 6",
        "data/demo --areas X001,X004 --notebooks 03,05",
        "data/gss_confidence --answers path/to/gss_confidence_panel_2006_2014.csv",
        "data/demo --shard 1/3 --outputs shard1",
        "data/demo --reuse shard1 shard2 shard3",
    ],
    "status": ["data/demo"],
    "list": ["data/demo"],
    "lab": [""],
}

EXIT_CODES = """exit codes:
  0    everything is made
  1    some pages could not be made; the index names them
  2    the survey folder, the command line or the notebooks have a fault, or the survey changed while it was
       read; or no notebook can be started
  70   a fault of trustgap itself; it is named by its place, without a word of the data
  73   the disk is full; what was there before is as it was
  75   another run writes to the outputs
  130  interrupted
"""
INTERRUPTED = "Interrupted. Pages finished so far stay; run the same command again to make the others."
FULL = "Stopped: the disk is full. Pages finished so far stay; make room and run the same command again."


def _examples(*commands: str) -> str:
    lines = [f"  trustgap {command} {rest}".rstrip() for command in commands for rest in EXAMPLES[command]]
    return "\n".join(["examples:", *lines])


def parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns
    -------
    ArgumentParser
        With the five commands.
    """
    top = argparse.ArgumentParser(
        prog="trustgap",
        description="Staff surveys where hospital meets social care: a survey folder goes in, "
        "one page per question and area comes out.",
        epilog=f"{_examples(*EXAMPLES)}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    about = {
        "run": "measure a survey and make those of its pages that are not there yet",
        "status": "say which pages are fresh, stale or failed, and why",
        "check": "say what was understood of a survey folder, and every problem",
        "list": "list a survey's areas and the notebooks it can feed",
        "lab": "open JupyterLab on the notebooks",
    }
    run, status, check, listing, _ = (_command(commands, name, text) for name, text in about.items())
    for command in (run, status, check, listing):
        command.add_argument("folder", type=Path, help="survey folder, such as data/demo")
        command.add_argument(
            "--answers",
            type=Path,
            help="answers file, or folder with the survey's files, where they lie elsewhere",
        )
    for command in (run, status):
        command.add_argument(
            "--areas", default="all", help="all, area codes separated by commas, or a number"
        )
        command.add_argument(
            "--notebooks", default="all", help="all, or notebook numbers separated by commas"
        )
        command.add_argument("--outputs", type=Path, default=Path("outputs"), help="folder to write to")
    _add_run(run)
    return top


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--workers", type=_positive, help="areas at the same time (default: processors)")
    run.add_argument("--force", action="store_true", help="make every page anew")
    run.add_argument("--dry-run", action="store_true", help="say what would be made, and write nothing")
    run.add_argument("--quiet", action="store_true", help="lines for a log in place of a moving bar")
    run.add_argument("--max-failures", type=_positive, help="give up after so many pages that failed")
    run.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="only the I-th of N parts of the areas"
    )
    run.add_argument(
        "--reuse",
        type=Path,
        nargs="+",
        default=(),
        metavar="OUTPUTS",
        help="outputs of other runs, such as shards, from which pages are taken that are as they should be",
    )
    run.add_argument(
        "--cluster",
        default="",
        help="Dask cluster for the areas: tcp://host:port, or local:N for N workers here",
    )


def _command(commands: argparse.Action, name: str, text: str) -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    epilog = f"{_examples(name)}\n\n{EXIT_CODES}" if name == "run" else _examples(name)
    said = f"{text[0].upper()}{text[1:]}."
    return commands.add_parser(name, help=text, description=said, epilog=epilog, formatter_class=raw)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a part of a whole, such as 1/3, 2/3 or 3/3")
    return int(part), int(parts)


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        Command line without the program's name.

    Returns
    -------
    int
        Exit code, as the help lists them.
    """
    asked = parser().parse_args(arguments)
    commands = {"run": _run, "status": _status, "check": _check, "list": _list, "lab": _lab}
    private.sweep()
    private.no_core()
    try:
        with discreet.warned():
            return commands[asked.command](asked)
    except Locked as error:
        return _end(f"--outputs {asked.outputs}: {error}", 75)
    except KeyboardInterrupt:
        return _end(INTERRUPTED, 130)
    except OSError as error:
        return _end(FULL, 73) if disk.is_full(error) else _end(_cannot(error), 2)
    except Exception as error:
        return _end(*_told(error))


def _end(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _cannot(error: OSError) -> str:
    return f"Stopped: {error.strerror}: {error.filename}"


def _told(error: Exception) -> tuple[str, int]:
    """Put an error in words that hold no answer, with its exit code."""
    from trustgap.batch.job import CannotStart, DiskFull, InputChanged
    from trustgap.batch.plan import PlanError
    from trustgap.survey.checks import SurveyError

    if isinstance(error, DiskFull):
        return FULL, 73
    if isinstance(error, InputChanged):
        return "Stopped: a file of the survey changed during the run. Run the same command again.", 2
    if isinstance(error, CannotStart):
        return f"Stopped: {sys.executable} makes no page: {error}. Is it where it was installed?", 2
    if isinstance(error, SurveyError | PlanError):
        return str(error), 2
    return discreet.fault(error), 70


def _run(asked: argparse.Namespace) -> int:
    Lock(asked.outputs).look()
    # A run that is told to end removes the answers it holds, as one that is interrupted does.
    before = {name: signal.signal(name, _interrupt) for name in _told_to_end()}
    try:
        wanted = _asked(asked)
        if not asked.force and (there := _there(wanted)):
            print(f"Nothing to do: {there[1]:,} pages are as they should be. Open {there[0] / 'index.html'}")
            return 0
        return _render(asked)
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

    if asked.dry_run:
        return _status(asked)
    options = {"workers": asked.workers, "cluster": asked.cluster, "max_failures": asked.max_failures}
    outcome = run(_asked(asked), quiet=asked.quiet or not sys.stderr.isatty(), **options)
    for area, notebook, reason in outcome.failures:
        print(f"Failed: area {area}, {notebook}: {reason}", file=sys.stderr)
    if outcome.failures:
        print("To see an error itself, set survey and area in that notebook and run it.", file=sys.stderr)
    print(outcome)
    return 1 if outcome.failures else 0


def _status(asked: argparse.Namespace) -> int:
    from trustgap.batch import status
    from trustgap.batch.run import Prepared

    print(status.describe(status.pages(Prepared(_asked(asked)))))
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


def _lab(asked: argparse.Namespace) -> int:
    from trustgap.batch import plan

    home = plan.find_notebooks()[0].path.parents[1]
    with private.for_owner_only():
        return subprocess.call([sys.executable, "-m", "jupyterlab", str(home)])


if __name__ == "__main__":
    sys.exit(main())
