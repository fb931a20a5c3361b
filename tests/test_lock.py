"""One run at a time in a folder, and none that a dead run holds for ever."""

import json
import os
import subprocess
import sys
import time

import pytest

from trustgap.record import lock
from trustgap.record.lock import NAME, Lock, Locked

HOLD = """import sys, time
from pathlib import Path
from trustgap.record.lock import Lock
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_is_refused_at_once_and_told_whose_the_folder_is(holder, tmp_path):
    started = time.monotonic()
    with pytest.raises(Locked, match=rf"process {holder.pid} on .* --outputs"), Lock(tmp_path):
        pass
    assert time.monotonic() - started < 2
    assert json.loads((tmp_path / NAME).read_text())["pid"] == holder.pid


def test_the_folder_of_a_run_that_was_killed_is_taken_over_and_that_is_said(holder, tmp_path):
    holder.kill()
    holder.wait()
    with Lock(tmp_path) as taken:
        assert str(holder.pid) in taken.taken_over
        assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, True),
        ({"started": "1"}, False),
        ({"boot": "another"}, False),
        ({"host": "elsewhere", "boot": "another"}, True),
    ],
)
def test_a_number_used_again_is_another_process_and_another_machine_is_believed(change, refused, tmp_path):
    (tmp_path / NAME).write_text(json.dumps(lock.me() | change))
    if refused:
        with pytest.raises(Locked), Lock(tmp_path):
            pass
    else:
        with Lock(tmp_path):
            pass


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_lock_that_says_nothing_holds_nobody_up_for_long(text, tmp_path):
    (tmp_path / NAME).write_text(text)
    with pytest.raises(Locked), Lock(tmp_path):
        pass
    os.utime(tmp_path / NAME, (0, 0))
    with Lock(tmp_path):
        pass


def test_a_folder_made_for_the_lock_alone_does_not_stay(tmp_path):
    with Lock(tmp_path / "new"):
        pass
    assert not (tmp_path / "new").exists()
    with Lock(tmp_path):
        pass
    assert tmp_path.exists()


def test_a_lock_that_another_run_took_meanwhile_is_not_removed_at_the_end(tmp_path):
    other = json.dumps({"pid": 1, "host": "elsewhere"})
    with Lock(tmp_path):
        (tmp_path / NAME).write_text(other)
    assert (tmp_path / NAME).read_text() == other


def test_a_lock_taken_over_by_another_while_it_is_looked_at_is_given_back(tmp_path):
    mine = Lock(tmp_path)
    (tmp_path / NAME).write_text(json.dumps(lock.me()))
    mine._remove({"pid": 2**22 + 1})
    assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()
    assert mine.taken_over == ""


def test_a_lock_is_not_given_back_over_that_of_a_third_run(tmp_path, monkeypatch):
    """B78."""
    mine, third = Lock(tmp_path), json.dumps(lock.me() | {"pid": 1})
    (tmp_path / NAME).write_text(json.dumps(lock.me()))
    read = lock._read

    def meanwhile(path):
        if path != mine.path:
            mine.path.write_text(third)
        return read(path)

    monkeypatch.setattr(lock, "_read", meanwhile)
    mine._remove({"pid": 2**22 + 1})

    assert (tmp_path / NAME).read_text() == third
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert mine.taken_over == ""


def test_who_is_refused_is_told_which_file_to_remove(tmp_path):
    """B75."""
    for name, other in ((NAME, True), ("releases.lock", False)):
        (tmp_path / name).write_text(json.dumps(lock.me()))
        with pytest.raises(Locked) as refused, Lock(tmp_path, name=name):
            pass
        assert f"remove {tmp_path / name}" in str(refused.value)
        assert str(refused.value).startswith(f"{tmp_path}: ")
        assert ("another folder with --outputs" in str(refused.value)) == other


def test_a_lock_from_the_future_holds_nobody_up(tmp_path):
    (tmp_path / NAME).write_text("")
    later = time.time() + 3600
    os.utime(tmp_path / NAME, (later, later))
    with Lock(tmp_path):
        pass
