"""A release half made, asked for by mistake, from outputs that were tampered with, and seen by others."""

import json
import signal
import stat
import subprocess
import sys

import pytest
import sample_releases
from sample_releases import release

from trustgap.publish import copying, manifest
from trustgap.publish.refused import Refused
from trustgap.record import private
from trustgap.survey import secret

GONE = 2**22 + 1
"""No process has this number."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_releases.made(tmp_path_factory.mktemp("made"))


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return sample_releases.again(made, tmp_path, monkeypatch)


def go(here, to="published", *more, survey="survey"):
    return release(here / survey, here / "pages", here / to, *more)


def left(here):
    return sorted(path.name for path in here.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="its files have no modes")
def test_nobody_else_can_open_a_release_that_no_audit_has_passed(here, monkeypatch):
    """B71."""
    seen = []

    def look(home, **_):
        seen.extend(path for path in (home, *home.parents) if path.is_relative_to(here) and path != here)
        assert (home / "X001" / "01_shares.html").is_file()
        assert stat.S_IMODE(seen[-1].stat().st_mode) == 0o700
        return {"passed": True}

    monkeypatch.setattr("trustgap.publish.audited.audit", look)

    assert go(here) == 0
    assert seen
    assert stat.S_IMODE((here / "published").stat().st_mode) == 0o755


@pytest.mark.parametrize("told", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_release_that_is_told_to_end_leaves_nothing(told, here, monkeypatch):
    """B71."""
    number = getattr(signal, told, None) or pytest.skip("this system knows no such signal")
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip("whoever started the tests had them ignore it, as nohup does")

    def audit(*_, **__):
        assert callable(signal.getsignal(number))
        signal.raise_signal(number)

    monkeypatch.setattr("trustgap.publish.audited.audit", audit)
    before = signal.getsignal(number)

    assert go(here) == 130
    assert left(here) == ["pages", "survey"]
    assert signal.getsignal(number) is before


def test_what_a_killed_release_left_is_removed_by_the_next_of_any_name_and_no_live_one(here):
    """B71, B78; whether a process of another machine lives nobody can tell here."""
    said = private.NAME.fullmatch(private.folder().name).groupdict()
    form = "trustgap-{pid}-{started}-{boot}-{host}-0123456789abcdef"
    dead = here / form.format(**said | {"pid": GONE})
    others = [here / form.format(**said | {"pid": GONE, "host": "0" * 8}), here / form.format(**said)]
    for folder in (dead, *others):
        folder.mkdir()
        (folder / "index.html").write_text("half")

    assert go(here, "another") == 0
    assert [folder.exists() for folder in (dead, *others)] == [False, True, True]


def test_readers_are_not_told_why_cells_are_hidden_and_who_publishes_is(here):
    """B72."""
    assert go(here) == 0
    text = (here / "published" / "manifest.json").read_text()
    told, kept = json.loads(text), json.loads((here / "pages" / "demo" / "review.json").read_text())

    assert "primary" not in text
    assert "secondary" not in text
    assert set(told["cells"]) == {"shown", "hidden"}
    assert set(kept["cells"]) == set(manifest.COUNTED)
    for kind in manifest.COUNTED:
        assert kept["cells"][kind] == sum(page[kind] for page in kept["pages"].values())
    assert told["cells"]["shown"] == kept["cells"]["shown"] > 0
    hidden = kept["cells"]["hidden_primary"] + kept["cells"]["hidden_secondary"]
    assert told["cells"]["hidden"] == hidden > 0


@pytest.mark.parametrize("what", ["survey", "answers"])
def test_a_folder_that_is_not_there_is_named_and_gets_no_key(what, here, capsys):
    """B74."""
    if what == "survey":
        assert go(here, survey="survye") == 2
        assert "survye: this is not a folder" in capsys.readouterr().err
    else:
        assert go(here, "published", "--answers", str(here / "anwsers" / "all.csv")) == 2
        assert "all.csv: the file is not there" in capsys.readouterr().err
    assert left(here) == ["pages", "survey"]


def test_a_broken_key_is_a_fault_of_the_folder(here, capsys):
    """B74."""
    (here / "survey" / secret.NAME).write_text("no key")

    assert go(here) == 2
    assert "this is no key" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{}", "[]", "null", '{"asked": 1}', "\x00{", "{"])
def test_what_another_survey_left_beside_is_passed_over(text, here):
    """B74."""
    for name in ("another", "zzz"):
        (here / "pages" / name).mkdir()
        (here / "pages" / name / "run.json").write_text(text)

    assert go(here) == 0


@pytest.mark.parametrize("text", ["{}", "[]", "null", '{"asked": 1}', '{"asked": {"areas": "all"}}', "{"])
def test_a_record_of_the_survey_itself_that_is_none_is_refused(text, here, capsys):
    """B74."""
    (here / "pages" / "demo" / "run.json").write_text(text)

    assert go(here) == 3
    assert "holds no finished run. Run the survey" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../outside", "X001/../../outside", "link/outside"])
def test_no_file_is_copied_from_or_to_elsewhere(name, tmp_path):
    """B78; a name is only what a file in the outputs says."""
    home, to = tmp_path / "home", tmp_path / "part"
    for folder in (home / "X001", to, tmp_path / "far"):
        folder.mkdir(parents=True)
    (home / "link").symlink_to(tmp_path / "far")
    known = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # SHA-256 of "foo"
    for outside in (tmp_path / "outside", tmp_path / "far" / "outside"):
        outside.write_bytes(b"foo")

    with pytest.raises(Refused, match="lies elsewhere"):
        copying.copy(home, to, {name: known})
    assert list(to.rglob("*")) == []


def test_a_lock_of_the_record_is_told_where_it_lies(here, capsys):
    """B75."""
    hold = """import sys
from pathlib import Path
from trustgap.record.lock import Lock
with Lock(Path(sys.argv[1]), name="releases.lock"):
    print("held", flush=True)
    sys.stdin.read()"""
    command = [sys.executable, "-c", hold, here / "survey"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        assert go(here) == 75
        process.stdin.close()

    said = capsys.readouterr().err
    assert f"remove {here / 'survey' / 'releases.lock'}" in said
    assert "--outputs" not in said
