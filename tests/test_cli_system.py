"""What the command says of errors of the system: one line, and a code that fits."""

import errno
import subprocess
import sys

import pytest
import sample_survey as sample

from trustgap import cli

GONE, REFUSED = FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), ConnectionRefusedError(1, "Refused")
MESSAGES = {
    "of a place": (GONE, "Stopped: No such file: a.csv", 2),
    "of no place": (REFUSED, "Stopped: Refused", 2),
    "of a library": (OSError("could not read 'Anna'"), "Stopped by a fault of trustgap itself: OSError", 70),
    "of a full disk": (OSError(errno.ENOSPC, "No space left"), cli.FULL, 73),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_an_error_of_the_system_is_one_line_without_a_word_of_the_data(kind, monkeypatch, capsys):
    """B76."""
    error, message, code = MESSAGES[kind]

    def fails(_):
        raise error

    monkeypatch.setitem(cli.COMMANDS, "check", fails)

    assert cli.main(["check", "survey"]) == code
    said = capsys.readouterr().err
    assert said.startswith(message)
    assert said.count("\n") == 1
    assert "None" not in said
    assert "Anna" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="its pipes break in another way")
@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_who_goes_away_is_no_error(lines, tmp_path):
    """B76; also where all that is said is still waiting to be written."""
    survey = sample.folder(tmp_path / "survey", areas=["X003"], waves=["2019"])
    command = f"""import sys, time
from trustgap import cli
check = cli.COMMANDS["check"]
def slow(asked):
    sys.stdin.read()
    print("line\\n" * {lines})
    return check(asked)
cli.COMMANDS["check"] = slow
sys.exit(cli.main(["check", {str(survey)!r}]))"""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([sys.executable, "-c", command], **pipes, text=True) as process:
        process.stdout.close()
        process.stdin.close()
        said = process.stderr.read()

    assert process.returncode == cli.UNHEARD
    assert not [line for line in said.splitlines() if not line.startswith("Reading")]
