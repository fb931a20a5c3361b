"""The command ``trustgap``: check a survey folder, run its pages, list what there is, open JupyterLab."""

import os
import sys

from trustgap.cli.commands import COMMANDS
from trustgap.cli.parser import parser
from trustgap.record import discreet, disk, private
from trustgap.record.lock import Locked

INTERRUPTED = "Interrupted. Pages finished so far stay; run the same command again to make the others."
UNHEARD = 141
"""The exit code of a command whose reader has gone, as the shell gives it to others."""

FULL = "Stopped: the disk is full. Pages finished so far stay; make room and run the same command again."


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
    private.sweep()
    private.no_core()
    try:
        with discreet.warned():
            code = COMMANDS[asked.command](asked)
        print(end="", flush=True)
        return code
    except Locked as error:
        return _end(str(error), 75)
    except KeyboardInterrupt:
        return _end(INTERRUPTED, 130)
    except BrokenPipeError:
        # Nobody reads what is printed any more, as after `head`. What is left goes nowhere; else Python would
        # complain of it when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        return UNHEARD
    except OSError as error:
        return _end(*_cannot(error))
    except Exception as error:
        return _end(*_told(error))


def _end(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _cannot(error: OSError) -> tuple[str, int]:
    if disk.is_full(error):
        return FULL, 73
    if error.strerror is None:
        return discreet.fault(error), 70
    return f"Stopped: {': '.join(str(part) for part in (error.strerror, error.filename) if part)}", 2


def _told(error: Exception) -> tuple[str, int]:
    """Put an error in words that hold no answer, with its exit code."""
    from trustgap.batch.job import CannotStart, DiskFull, InputChanged
    from trustgap.batch.plan import PlanError
    from trustgap.publish.refused import Refused
    from trustgap.survey.checks import SurveyError

    if isinstance(error, DiskFull):
        return FULL, 73
    if isinstance(error, InputChanged):
        return "Stopped: a file of the survey changed during the run. Run the same command again.", 2
    if isinstance(error, CannotStart):
        return f"Stopped: {sys.executable} makes no page: {error}. Is it where it was installed?", 2
    if isinstance(error, Refused):
        return f"Not released: {error}", 3
    if isinstance(error, SurveyError | PlanError):
        return str(error), 2
    return discreet.fault(error), 70
