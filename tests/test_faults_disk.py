"""A disk that is full, and one that may not be written: what was there stays, and the rest is made later."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest
import sample_runs
import sample_survey as sample
from soak import check_whole

from trustgap import cli
from trustgap.batch import places, run
from trustgap.record import fresh, ledger
from trustgap.record.asked import Asked
from trustgap.stats import results

BLOCK = 4096
EMPTY = pd.DataFrame(columns=results.COLUMNS)
MEGABYTES = 5


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("disk") / "survey", waves=["2019"])


@pytest.fixture(scope="module", autouse=True)
def measured():
    with pytest.MonkeyPatch.context() as patch:
        sample_runs.measured_once(patch)
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture
def books(tmp_path, monkeypatch):
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample.measuring(tmp_path / "notebooks" / "area" / "02_more.ipynb")
    return sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")


@pytest.fixture
def disk():
    """Mount a small disk of its own; only root may."""
    with tempfile.TemporaryDirectory() as at:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", at]
        try:
            subprocess.run(mount, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("a disk of its own may not be mounted here")
        try:
            yield Path(at)
        finally:
            subprocess.run(["umount", "--lazy", at], check=True)


def leave(disk, blocks):
    """Fill a disk up to some blocks; give the file that fills it."""
    filler = disk / "filler"
    facts = os.statvfs(disk)
    with filler.open("wb") as file:
        file.write(bytes(max(0, facts.f_bavail * facts.f_frsize - blocks * BLOCK)))
    return filler


def areas(home):
    """Give the contents of every area's folder."""
    return {path.name: sample_runs.contents(path) for path in home.iterdir() if path.is_dir()}


def check_left(outputs, before, after):
    """Fail if an area is neither as it was before nor as it is after, or if something half-made is left."""
    check_whole(outputs)
    assert not list(outputs.rglob(f"*{ledger.PART}"))
    assert sorted(path.name for path in outputs.iterdir() if path.name.startswith(".")) == []
    there = areas(outputs / "demo")
    assert set(there) == set(before)
    for area, content in there.items():
        assert content in (before[area], after[area]), area


def test_a_disk_that_is_really_full_ends_the_run_and_leaves_what_was_there(
    survey, books, disk, tmp_path, capsys
):
    """F06: there is room for the lock and the log, and for no page."""
    command = ["run", str(survey), "--outputs", str(disk / "pages")]
    assert cli.main([*command[:-1], str(tmp_path / "pages")]) == 0
    before = sample_runs.contents(tmp_path / "pages")
    for blocks in (0, 2, 60):
        shutil.copytree(tmp_path / "pages", disk / "pages", dirs_exist_ok=True)
        filler = leave(disk, blocks)
        capsys.readouterr()

        assert cli.main([*command, "--force"]) == 73
        assert "the disk is full" in capsys.readouterr().err
        after = sample_runs.contents(disk / "pages")
        index = "demo/index.html"
        assert {name for name in {*before, *after} if before.get(name) != after.get(name)} <= {index}
        assert after[index].rstrip().endswith(b"</html>")
        filler.unlink()
    assert cli.main(command) == 0
    assert sample_runs.contents(disk / "pages") == before


@pytest.mark.slow
def test_a_disk_that_fills_while_pages_are_made_leaves_whole_results(
    survey, books, disk, tmp_path, monkeypatch
):
    """F06: the free space looks sufficient and is not."""
    monkeypatch.setattr(places, "PAGE", 0)
    command = ["run", str(survey), "--outputs", str(disk / "pages"), "--workers", "1"]
    assert cli.main(command) == 0
    shutil.copytree(disk / "pages", tmp_path / "before")
    before = areas(tmp_path / "before" / "demo")
    sample.measuring(books / "area" / "02_more.ipynb", before="'other';")
    assert cli.main(command) == 0
    made = sample_runs.contents(disk / "pages")
    after = areas(disk / "pages" / "demo")
    changed = [area for area in after if after[area] != before[area]]
    assert sorted(changed) == ["X001", "X002", "X004"]
    codes = []
    for blocks in (10, 40, 70, 120, 1000):
        shutil.rmtree(disk / "pages")
        shutil.copytree(tmp_path / "before", disk / "pages")
        filler = leave(disk, blocks)
        codes.append(cli.main(command))
        check_left(disk / "pages", before, after)
        filler.unlink()
    assert cli.main(command) == 0

    assert codes[0] == 73
    assert codes[-1] == 0
    assert sorted(codes, reverse=True) == codes
    assert sample_runs.contents(disk / "pages") == made


WRITES = ("open", "os.mkdir", "os.rename", "os.link")
_failing = {"at": None, "count": 0, "under": ""}


def _fail(event, arguments):
    """Count what is written under a folder, and fail at one of these with a full disk."""
    if _failing["at"] is None or event not in WRITES:
        return
    path, *_ = arguments
    if not isinstance(path, str) or not path.startswith(_failing["under"]):
        return
    if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return
    _failing["count"] += 1
    # What is full stays full until the run has ended; but to move back what was there takes no room.
    over = _failing["count"] - _failing["at"]
    if over == 0 or (over > 0 and event != "os.rename"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def write_failing(at, under):
    _failing.update(at=at, count=0, under=str(under))


def test_a_disk_that_is_full_at_any_write_leaves_whole_results_and_the_rest_is_made_later(
    survey, books, tmp_path, monkeypatch
):
    """F06: every file that the run itself opens, every folder that it makes or moves, one after another."""
    sys.addaudithook(_fail)
    maker, outputs = sample_runs.Instant(), tmp_path / "pages"
    monkeypatch.setattr(run, "_maker", lambda *_: maker)
    monkeypatch.setattr(run, "Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.pd.read_csv", lambda *_, **__: EMPTY)
    command = ["run", str(survey), "--outputs", str(outputs), "--areas", "X001,X002,X003"]
    assert cli.main(command) == 0
    shutil.copytree(outputs, tmp_path / "before")
    before = areas(outputs / "demo")
    maker.said = "other"
    ready = run.Prepared(Asked(survey, areas="X001,X002,X003", outputs=outputs, force=True))
    monkeypatch.setattr(run, "Prepared", lambda _: ready)
    write_failing(10**9, outputs)
    assert cli.main([*command, "--force"]) == 0
    writes, _ = _failing["count"], write_failing(None, "")
    made, after = sample_runs.contents(outputs), areas(outputs / "demo")
    assert writes > 50
    for at in range(1, writes + 1):
        shutil.rmtree(outputs)
        shutil.copytree(tmp_path / "before", outputs)
        write_failing(at, outputs)
        code = cli.main([*command, "--force"])
        write_failing(None, "")
        assert code == 73, at
        check_left(outputs, before, after)
    assert cli.main([*command, "--force"]) == 0
    assert sample_runs.contents(outputs) == made


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, 73), (errno.EDQUOT, 73), (errno.EACCES, 1), (errno.EIO, 1)]
)
def test_only_a_full_disk_is_called_one(number, code, survey, books, tmp_path, monkeypatch, capsys):
    def broken(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(run, "_maker", lambda *_: sample_runs.Instant())
    monkeypatch.setattr(run, "Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)
    monkeypatch.setattr(places.Places, "publish", broken)

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == code
    said = capsys.readouterr().err
    assert ("the disk is full" in said) == (code == 73)
    assert (f"could not be put in place: {os.strerror(number)}" in said) == (code == 1)
    assert not (tmp_path / "pages" / "demo" / fresh.RECORD).exists()


@pytest.mark.parametrize("locked", ["", "demo"])
def test_outputs_that_may_not_be_written_are_one_line_and_change_nothing(locked, survey, disk, capsys):
    """F21: a disk that is read-only, or the survey's folder on it."""
    (disk / "demo").mkdir()
    (disk / "demo" / ledger.LOG).touch()
    at, more = str(disk / locked), ["--bind", str(disk / locked)] * bool(locked)
    if locked:
        subprocess.run(["mount", *more, at], check=True)
    subprocess.run(["mount", "-o", "remount,ro" + ",bind" * bool(locked), at], check=True)
    try:
        code = cli.main(["run", str(survey), "--outputs", str(disk)])
    finally:
        subprocess.run(["umount", at] if locked else ["true"], check=True)
    said = capsys.readouterr().err.splitlines()[-1]

    assert code == 2
    assert said.startswith("--outputs")
    assert "cannot be written (Read-only file system); name another" in said
    assert sorted(path.relative_to(disk).as_posix() for path in disk.rglob("*")) == [
        "demo",
        "demo/runs.jsonl",
    ]
