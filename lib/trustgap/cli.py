"""The command ``trustgap``: check a survey folder, run its pages, list what there is, open JupyterLab."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

EXAMPLES = {
    "check": ["data/demo"],
    "run": [
        "data/demo --areas 6",
        "data/demo --areas X001,X004 --notebooks 03,05",
        "data/gss_confidence --answers path/to/gss_confidence_panel_2006_2014.csv",
    ],
    "list": ["data/demo"],
    "lab": [""],
}

EXIT_CODES = """exit codes:
  0    everything was made
  1    some pages could not be made; the index names them
  2    the survey folder or the command line has a fault; nothing was written
  130  interrupted
"""


def _examples(*commands: str) -> str:
    lines = [f"  trustgap {command} {rest}".rstrip() for command in commands for rest in EXAMPLES[command]]
    return "\n".join(["examples:", *lines])


def parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns
    -------
    ArgumentParser
        With the four commands.
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
        "run": "measure a survey and make its pages",
        "check": "say what was understood of a survey folder, and every problem",
        "list": "list a survey's areas and the notebooks it can feed",
        "lab": "open JupyterLab on the notebooks",
    }
    run, check, listing, _ = (_command(commands, name, text) for name, text in about.items())
    for command in (run, check, listing):
        command.add_argument("folder", type=Path, help="survey folder, such as data/demo")
        command.add_argument(
            "--answers",
            type=Path,
            help="answers file, or folder with the survey's files, where they lie elsewhere",
        )
    run.add_argument("--areas", default="all", help="all, area codes separated by commas, or a number")
    run.add_argument("--notebooks", default="all", help="all, or notebook numbers separated by commas")
    run.add_argument("--workers", type=_positive, help="areas at the same time (default: processors)")
    run.add_argument("--outputs", type=Path, default=Path("outputs"), help="folder to write to")
    return top


def _command(commands: argparse.Action, name: str, text: str) -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    epilog = f"{_examples(name)}\n\n{EXIT_CODES}" if name == "run" else _examples(name)
    said = f"{text[0].upper()}{text[1:]}."
    return commands.add_parser(name, help=text, description=said, epilog=epilog, formatter_class=raw)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


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
    from trustgap.batch.plan import PlanError
    from trustgap.survey.checks import SurveyError

    try:
        return {"run": _run, "check": _check, "list": _list, "lab": _lab}[asked.command](asked)
    except (SurveyError, PlanError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "Interrupted. Pages finished so far stay; run the same command again to make all.",
            file=sys.stderr,
        )
        return 130
    except OSError as error:
        print(f"Stopped: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1


def _run(asked: argparse.Namespace) -> int:
    from trustgap.batch.run import run

    # A run that is told to end removes the answers it holds, as one that is interrupted does.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        outcome = run(
            asked.folder,
            answers=asked.answers,
            areas=asked.areas,
            notebooks=asked.notebooks,
            workers=asked.workers,
            outputs=asked.outputs,
        )
    finally:
        signal.signal(signal.SIGTERM, before)
    for area, notebook, reason in outcome.failures:
        print(f"Failed: area {area}, {notebook}: {reason}", file=sys.stderr)
    if outcome.failures:
        print("To see an error itself, set survey and area in that notebook and run it.", file=sys.stderr)
    print(outcome)
    return 1 if outcome.failures else 0


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
    return subprocess.call([sys.executable, "-m", "jupyterlab", str(home)])


if __name__ == "__main__":
    sys.exit(main())
