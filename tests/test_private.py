"""Folders for answers outside of all outputs: whose they are is in their name, and dead ones are removed."""

import os
import re
import subprocess
import sys
import tempfile
import warnings

import pytest

from trustgap import cli
from trustgap.record import discreet, private

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="processes and modes are those of POSIX")
GONE = 2**22 + 1
"""No process has this number."""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def made(**change):
    """Make a folder as a run does, perhaps of another process, machine or start of the machine."""
    said = private.NAME.fullmatch(private.folder().name).groupdict() | change
    name = "trustgap-{pid}-{started}-{boot}-{host}-0123456789abcdef".format(**said)
    folder = private.folder().with_name(name)
    folder.mkdir(mode=0o700)
    (folder / "release").mkdir()
    (folder / "release" / "answers.arrow").write_text("answers")
    return folder


def test_a_folder_is_new_every_time_and_not_made_yet(temporary):
    one, two = private.folder(), private.folder()

    assert one != two
    assert one.parent == temporary
    assert not one.exists()


@POSIX
def test_folders_of_processes_that_are_no_more_are_removed_and_no_others():
    """B17."""
    dead = [made(pid=GONE), made(started="1"), made(boot="0" * 8)]
    alive = [made(), made(host="0" * 8, pid=GONE, boot="0" * 8)]
    private.sweep()

    assert [path.exists() for path in dead] == [False] * 3
    assert [(path / "release" / "answers.arrow").exists() for path in alive] == [True] * 2


@POSIX
def test_what_is_not_ones_own_or_not_called_so_is_left_alone(temporary, tmp_path):
    """B17: a link, a file, another name; whoever may write there can make them."""
    target = tmp_path / "mine"
    target.mkdir()
    (target / "kept").touch()
    link = made(pid=GONE)
    (link / "release" / "answers.arrow").unlink()
    (link / "release").rmdir()
    link.rmdir()
    link.symlink_to(target)
    others = [temporary / name for name in ("trustgap-1", "trustgap-1-1-00000000-00000000-x", "other")]
    for other in others:
        other.mkdir()
    private.sweep()

    assert (target / "kept").exists()
    assert all(other.exists() for other in others)


@POSIX
@pytest.mark.parametrize("command", [["list"], ["check"], ["run"], ["status"]])
def test_every_command_removes_what_a_killed_run_left(command, tmp_path, capsys):
    """B17: also one that cannot do what it is asked for."""
    left = made(pid=GONE)
    assert cli.main([*command, str(tmp_path / "nowhere")]) == 2

    assert not left.exists()


def test_where_nothing_can_be_written_it_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    def none():
        raise FileNotFoundError(2, "No usable temporary directory found")

    import sample_survey as sample

    survey = sample.folder(tmp_path / "survey", areas=["X003"], waves=["2019"])
    monkeypatch.setattr(tempfile, "gettempdir", none)

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == "no folder for temporary files can be written; name one in TMPDIR"


def broken(*_, **__):
    """Do as a library does that is given what it does not expect."""
    return {"a": 1}["Anne Example, hospital"]


@pytest.mark.parametrize("command", ["check", "list", "run", "status"])
def test_an_error_that_nobody_foresaw_is_told_by_class_and_place(command, tmp_path, monkeypatch, capsys):
    """S9: pandas, pandera and Python put values into the words of errors."""
    monkeypatch.setattr("trustgap.survey.folder.load", broken)
    outputs = ["--outputs", str(tmp_path / "pages")] if command in ("run", "status") else []

    assert cli.main([command, str(tmp_path), *outputs]) == 70
    said = capsys.readouterr()
    (line,) = [line for line in said.err.splitlines() if not line.startswith("Reading")]
    assert re.fullmatch(
        r"Stopped by a fault of trustgap itself: KeyError at cli/__init__\.py:\d+( > \S+\.py:\d+)*\. "
        r"What it says of the data is not shown\.",
        line,
    )
    assert "Anne" not in said.out + said.err
    assert str(tmp_path) not in line


def test_a_warning_is_told_by_class_and_place(capsys):
    """S9."""
    with discreet.warned():
        warnings.simplefilter("always")
        warnings.warn("Anne Example, hospital", UserWarning, stacklevel=1)
    said = capsys.readouterr().err

    assert re.fullmatch(r"UserWarning at test_private\.py:\d+\n", said)


@POSIX
def test_no_picture_of_memory_is_kept_after_a_crash(tmp_path):
    """B18: neither of a command that holds all answers, nor of what it starts."""
    code = (
        "import os, resource, subprocess, sys\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)\n"
        "from trustgap import cli\n"
        f"cli.main(['check', {str(tmp_path / 'nowhere')!r}])\n"
        "look = 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0])'\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "print(subprocess.check_output([sys.executable, '-c', look], text=True))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )

    assert done.stdout.split() == ["0", "0"]
