"""The command ``trustgap``: check a survey folder, run its pages, list what there is, open JupyterLab."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

# One thread for each process: the work is spread over processes, and forking needs a single thread.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

EXAMPLES = """examples:
  trustgap check data/demo
  trustgap run data/demo --areas 6
  trustgap run data/demo --areas X001,X004 --notebooks 03,05
  trustgap run data/gss_confidence --answers ../shared/data/gss_confidence_panel_2006_2014.csv
  trustgap list data/demo
  trustgap lab

exit codes:
  0  everything was made
  1  some pages could not be made; the index names them
  2  the survey folder or the command line has a fault; nothing was written
  130  interrupted
"""


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
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="measure a survey and make its pages")
    check = commands.add_parser("check", help="say what was understood of a survey folder, and every problem")
    listing = commands.add_parser("list", help="list a survey's areas and the notebooks it can feed")
    for command in (run, check, listing):
        command.add_argument("folder", type=Path, help="survey folder, such as data/demo")
        command.add_argument("--answers", type=Path, help="answers file, where it is not in the folder")
    run.add_argument("--areas", default="all", help="all, area codes separated by commas, or a number")
    run.add_argument("--notebooks", default="all", help="all, or notebook numbers separated by commas")
    run.add_argument("--workers", type=_positive, help="areas at the same time (default: processors)")
    run.add_argument("--outputs", type=Path, default=Path("outputs"), help="folder to write to")
    commands.add_parser("lab", help="open JupyterLab on the notebooks")
    return top


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
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
            "Interrupted. Pages of finished areas stay; run the same command again for the rest.",
            file=sys.stderr,
        )
        return 130


def _run(asked: argparse.Namespace) -> int:
    from trustgap.batch.run import run

    outcome = run(
        asked.folder,
        answers=asked.answers,
        areas=asked.areas,
        notebooks=asked.notebooks,
        workers=asked.workers,
        outputs=asked.outputs,
    )
    for area, notebook, reason in outcome.failures:
        print(f"Failed: area {area}, {notebook}: {reason}", file=sys.stderr)
    print(outcome)
    return 1 if outcome.failures else 0


def _check(asked: argparse.Namespace) -> int:
    from trustgap.survey import folder

    print(folder.describe(folder.load(asked.folder, answers=asked.answers)))
    return 0


def _list(asked: argparse.Namespace) -> int:
    from trustgap.batch import plan
    from trustgap.report import release
    from trustgap.survey import folder

    measured = release.measure(folder.load(asked.folder, answers=asked.answers))
    print("Notebooks")
    for book in plan.find_notebooks():
        reason = plan.why_not(book, measured)
        print(f"  {book.name:<24} {f'no page: {reason}' if reason else book.title}")
    print("\nAreas")
    for code, area in measured.areas.iterrows():
        note = "  (no local result: too few answers)" if code in measured.mask.silent else ""
        print(f"  {code:<10} {area['name']}, {area['region']}{note}")
    return 0


def _lab(asked: argparse.Namespace) -> int:
    from trustgap.batch import plan

    home = plan.find_notebooks()[0].path.parents[1]
    return subprocess.call([sys.executable, "-m", "jupyterlab", str(home)])


if __name__ == "__main__":
    sys.exit(main())
