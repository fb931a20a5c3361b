"""The command line: its commands, their arguments, and what the help says."""

import argparse
from pathlib import Path

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
    "release": ["data/demo --to path/to/published"],
    "list": ["data/demo"],
    "audit": ["outputs/demo", "outputs/demo --survey data/demo --report audit.json"],
    "lab": [""],
}

EXIT_CODES = """exit codes:
  0    everything is made
  1    some pages could not be made; the index names them
  2    the survey folder, the command line or the notebooks have a fault, or the survey changed while it was
       read; or no notebook can be started
  3    not safe to publish: a hidden number can be found, or a rule is broken; said is which, and what to do
  70   a fault of trustgap itself; it is named by its place, without a word of the data
  73   the disk is full; what was there before is as it was
  75   another run writes to the outputs
  130  interrupted
  141  nobody reads what is printed any more, as after `trustgap check data/demo | head -1`
"""


def _examples(*commands: str) -> str:
    lines = [f"  trustgap {command} {rest}".rstrip() for command in commands for rest in EXAMPLES[command]]
    return "\n".join(["examples:", *lines])


def parser() -> argparse.ArgumentParser:
    """Describe the command line.

    Returns
    -------
    ArgumentParser
        With all commands.
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
        "release": "put what of a finished run may be published into a folder of its own, and on record",
        "check": "say what was understood of a survey folder, and every problem",
        "list": "list a survey's areas and the notebooks it can feed",
        "audit": "try to find hidden numbers from published files alone",
        "lab": "open JupyterLab on the notebooks",
    }
    made = {name: _command(commands, name, text) for name, text in about.items()}
    for command in (made[name] for name in about if name not in ("audit", "lab")):
        command.add_argument("folder", type=Path, help="survey folder, such as data/demo")
        command.add_argument(
            "--answers",
            type=Path,
            help="answers file, or folder with the survey's files, where they lie elsewhere",
        )
    for command in (made["run"], made["status"]):
        command.add_argument(
            "--areas", default="all", help="all, area codes separated by commas, or a number"
        )
        command.add_argument(
            "--notebooks", default="all", help="all, or notebook numbers separated by commas"
        )
        command.add_argument("--outputs", type=Path, default=Path("outputs"), help="folder to write to")
    _add_run(made["run"])
    _add_audit(made["audit"])
    release = made["release"]
    release.add_argument("--outputs", type=Path, default=Path("outputs"), help="folder that the run wrote to")
    release.add_argument("--to", type=Path, required=True, metavar="DIR", help="new folder to publish")
    return top


def _add_audit(audit: argparse.ArgumentParser) -> None:
    audit.add_argument("outputs", type=Path, help="outputs of a run or of a release, such as outputs/demo")
    audit.add_argument(
        "--survey",
        type=Path,
        help="survey folder: attack as one who knows who answered, and check what is found",
    )
    audit.add_argument("--answers", type=Path, help="answers of that survey, where they lie elsewhere")
    audit.add_argument("--report", type=Path, help="file for all that was found, as JSON")


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
    epilog = f"{_examples(name)}\n\n{EXIT_CODES}" if name in ("run", "release") else _examples(name)
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
