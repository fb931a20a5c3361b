"""Respondents planted in the answers are found nowhere in what a run leaves, whatever goes wrong."""

import json
import multiprocessing.forkserver
import os
import signal
import subprocess
import sys
import tempfile
import time

import canaries
import pandas as pd
import pytest
import sample_runs
import sample_survey as sample
from canary_bench import SCRIPT, Bench
from test_faults import FAULTS

from trustgap import cli
from trustgap.batch import engine, places
from trustgap.record.lock import NAME as LOCK
from trustgap.record.lock import Lock, me
from trustgap.report import release as releases

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are planted with POSIX signals")


def in_notebook(code, reason):
    def plant(bench):
        bench.patch.setattr(engine, "LIMIT_SECONDS", 5)
        bench.fault(code)
        assert bench.run() == 1
        assert f"Failed: area X001, 01_fault: {reason}" in bench.said

    return plant


def full(bench):
    """Have the disk full when the answers are stored, and when a page is put in place."""
    write = releases.write

    def stored(release, to):
        write(release, to)
        raise OSError(28, "No space left on device", str(to))

    def published(*_):
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releases, "write", stored)
        assert bench.run() == 73
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places.Places, "publish", published)
        assert bench.run() == 73


def signalled(name):
    def plant(bench):
        mark = bench.home / "begun"
        bench.fault(f"import pathlib, time; pathlib.Path({str(mark)!r}).touch(); time.sleep(600)")
        script = bench.home / "run.py"
        script.write_text(SCRIPT)
        process = subprocess.Popen(
            [sys.executable, script, bench.books, "run", bench.survey, "--outputs", bench.outputs],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=bench.home / "here",
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        bench.started.append(process)
        while not mark.exists():
            assert process.poll() is None
            time.sleep(0.05)
        there = list((bench.home / "temporary").glob("trustgap-*"))
        assert [path.stat().st_mode & 0o777 for path in there] == [0o700]
        assert list(there[0].glob("release/answers.arrow")), "answers are there while pages are made"
        assert not list(bench.outputs.rglob("*.arrow"))
        process.send_signal(getattr(signal, name))
        bench.said += process.communicate(timeout=60)[0]
        if name == "SIGKILL":
            assert not list(bench.outputs.rglob("*.arrow"))
            assert list((bench.home / "temporary").glob("trustgap-*")) == there
            # Any other command, about another survey.
            assert cli.main(["list", str(sample.ROOT / "data" / "template")]) == 0
        assert list((bench.home / "temporary").glob("trustgap-*")) == []

    return plant


def held(bench):
    with Lock(bench.outputs):
        assert bench.run() == 75


def stale(bench):
    bench.outputs.mkdir()
    (bench.outputs / LOCK).write_text(json.dumps(me() | {"pid": 999999999}))
    assert bench.run() == 0
    assert "Taken over" in bench.said


def damaged(name, cut):
    def plant(bench):
        assert bench.run() == 0
        path = bench.outputs / "demo" / name
        path.write_bytes(path.read_bytes()[:-cut])
        assert bench.run("--force") == 0

    return plant


def typed(column, text, *, code):
    """Type a text into a column of the planted respondent's."""

    def change(frame):
        frame.loc[frame["respondent"].eq(canaries.RESPONDENT), column] = text
        return frame

    def plant(bench):
        bench.answers(change)
        assert bench.run() == code

    return plant


def halved(bench):
    path = bench.survey / "responses.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert bench.run() == 2
    bench.answers(lambda frame: frame)
    path.write_text(pd.read_parquet(path).to_csv(index=False))
    assert bench.run() == 2


def small(frame):
    """Leave so few in the area of the planted that it has no results of its own."""
    planted = frame["respondent"].astype(str).str.startswith(canaries.RESPONDENT)
    return frame[planted | frame["area"].ne("X001")]


def without_group(frame):
    return frame[frame["group"].ne("gp")]


def alike(frame):
    items = [column for column in frame if set(frame[column].dropna().unique()) <= set("123456789")]
    return frame.assign(**dict.fromkeys(items, "4"))


def separated(frame):
    return frame.assign(trust_asc=["5" if group == "asc" else "1" for group in frame["group"]])


def unasked(frame):
    return frame.assign(trust_asc=None, trust_hospital=None)


def surveyed(change, *, code=0):
    def plant(bench):
        bench.answers(change)
        assert bench.run(areas="all") == code

    return plant


def elsewhen(bench):
    bench.patch.setenv("TZ", "Pacific/Kiritimati")
    assert bench.run() == 0
    os.utime(bench.survey / "responses.parquet", (4e9, 4e9))
    bench.patch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert bench.run("--force") == 0


def forbidden(bench):
    bench.outputs.write_text("not a folder")
    assert bench.run() == 2


def no_notebook(bench):
    book = bench.books / "area" / "01_fault.ipynb"
    book.write_bytes(book.read_bytes()[:-20])
    assert bench.run() == 2


def changed(bench):
    path = bench.survey / "responses.parquet"
    whole = path.read_bytes()
    bench.fault(f"open({str(path)!r}, 'ab').write(b' ')")
    assert bench.run() == 2
    path.write_bytes(whole)


def long_path(bench):
    bench.outputs = bench.home / ("pages, naïve café, " * 5).strip()
    bench.outputs.mkdir()
    assert bench.run() == 0, bench.said


PLANTED = {
    "F01": in_notebook("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "its process ended"),
    "F02": in_notebook(
        "kept = [respondent * 2**20] * 9; bytearray(4 * 2**30)", "cell 6 stopped with MemoryError"
    ),
    "F03": in_notebook(
        "import os; os.write(2, respondent.encode()); raise KeyError(respondent)",
        "cell 6 stopped with KeyError",
    ),
    "F04": in_notebook("import sys; sys.exit(0)", "its page was refused: cell 6: it failed"),
    "F05": in_notebook("while True: pass", "it took longer"),
    "F06": full,
    "F07": signalled("SIGINT"),
    "F08": signalled("SIGKILL"),
    "F09": held,
    "F10": stale,
    "F11": damaged("X001/01_fault.html", 9),
    "F12": damaged("runs.jsonl", 9),
    "F13": typed("area", canaries.NAME, code=2),
    "F14": halved,
    "F15": surveyed(small),
    "F16": surveyed(without_group),
    "F17": surveyed(alike),
    "F18": surveyed(separated),
    "F19": surveyed(unasked),
    "F20": elsewhen,
    "F21": forbidden,
    "F22": no_notebook,
    "F23": changed,
    "F24": long_path,
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    home = tmp_path_factory.mktemp("planted") / "survey"
    return sample.folder(home, areas=["X001", "X003"], waves=["2019"], answers=canaries.plant)


@pytest.fixture(scope="module", autouse=True)
def own_places(tmp_path_factory):
    """Give runs, and the server of their pages, places of their own for all that is temporary."""
    home = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("temporary", "own", "here"):
            (home / name).mkdir()
        patch.setenv("PYTHONPATH", str(sample.ROOT / "lib"))
        patch.setenv("TMPDIR", str(home / "temporary"))
        for name in ("HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home / "own"))
        patch.setattr(tempfile, "tempdir", str(home / "temporary"))
        patch.chdir(home / "here")
        sample_runs.measured_once(patch)
        # The server that runs before had other places, and runs after have.
        multiprocessing.forkserver._forkserver._stop()
        yield home
        multiprocessing.forkserver._forkserver._stop()


@pytest.fixture
def bench(own_places, survey, tmp_path, monkeypatch, capfd):
    made = Bench(tmp_path, survey, monkeypatch, capfd)
    for name in ("temporary", "own", "here"):
        (tmp_path / name).symlink_to(own_places / name)
    yield made
    for process in made.started:
        process.kill()
        process.communicate()


def test_every_fault_is_planted():
    assert list(PLANTED) == [name[:3] for name in FAULTS]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_no_respondent_is_left_by_a_run_with(fault, bench):
    """A36."""
    PLANTED[fault[:3]](bench)

    assert canaries.search(bench.survey), "what is planted is in what was read"
    assert bench.search() == {}
    assert list((bench.home / "temporary").glob("trustgap-*")) == []
    assert not list(bench.home.rglob("core*"))
