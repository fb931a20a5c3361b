"""Areas rendered by workers of a Dask cluster: separate processes on this machine, some lost, some others."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sample_survey as sample
from sample_cluster import Dask, Joined, happens, in_session, kill

from trustgap import cli
from trustgap.batch import bundle, cluster, scheduler
from trustgap.batch.cluster import Cluster
from trustgap.batch.plan import PlanError
from trustgap.batch.run import run
from trustgap.record import fresh, ledger
from trustgap.record.asked import Asked

pytest.importorskip("distributed", reason="needs the extra 'cluster'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc"),
]

BOOKS = "01,02"
OF_A_RUN = {ledger.LOG, fresh.RECORD}


@pytest.fixture(scope="module", autouse=True)
def now():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        patch.setenv("PYTHONPATH", str(sample.ROOT / "lib"))
        yield


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("cluster") / "survey")


@pytest.fixture(scope="module")
def local(survey, tmp_path_factory):
    outputs = tmp_path_factory.mktemp("local")
    assert run(Asked(survey, notebooks=BOOKS, outputs=outputs), workers=2, quiet=True).failures == []
    return outputs / "demo"


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    made = Dask(tmp_path_factory.mktemp("dask"))
    try:
        for name in ("one", "two"):
            made.worker(name)
        yield made
    finally:
        made.end()


def files(home):
    found = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name not in OF_A_RUN}


def makers(home):
    """Who made the pages of areas, as the log has it."""
    events = ledger.events(home / ledger.LOG)
    return [event["worker"] for event in events if event["event"] == "made" and event["area"] != "national"]


def command(survey, outputs, address):
    options = ["--notebooks", BOOKS, "--outputs", str(outputs), "--cluster", address]
    return [sys.executable, "-m", "trustgap.cli", "run", str(survey), *options]


def test_workers_make_the_pages_of_a_local_run_and_keep_nothing(survey, local, dask, tmp_path):
    asked, home = Asked(survey, notebooks=BOOKS, outputs=tmp_path), tmp_path / "demo"
    assert run(asked, cluster=dask.address, quiet=True).failures == []
    assert files(home) == files(local)
    assert len(makers(home)) == 6
    assert all(worker.startswith("tcp://127.0.0.1:") for worker in makers(home))

    # A page that stays is linked, not copied: what comes back from a worker must not be written into it.
    (home / "X001" / "02_survey_statistics.html").unlink()
    page = home / "X001" / "01_who_answered.html"
    before = page.stat()
    run(asked, cluster=dask.address, quiet=True)
    assert files(home) == files(local)
    assert len(makers(home)) == 7
    after = page.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    assert dask.work() == []
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_worker_of_another_version_is_left_out(survey, local, dask, tmp_path, capfd, monkeypatch):
    other = tmp_path / "other"
    for part in ("lib/trustgap", "notebooks", "requirements.lock"):
        copy = shutil.copytree if (sample.ROOT / part).is_dir() else shutil.copyfile
        (other / part).parent.mkdir(parents=True, exist_ok=True)
        copy(sample.ROOT / part, other / part)
    (other / "data").mkdir()
    for path in (sample.ROOT / "data").glob("*.*"):
        shutil.copyfile(path, other / "data" / path.name)
    page = other / "lib" / "trustgap" / "report" / "page.py"
    page.write_text(page.read_text(encoding="utf-8") + "\nOTHER = 1\n", encoding="utf-8")
    odd = dask.worker("odd", PYTHONPATH=str(other / "lib"))
    try:
        with Joined(dask, 3):
            run(Asked(survey, notebooks=BOOKS, outputs=tmp_path / "one"), cluster=dask.address, quiet=True)
            assert "is left out: it has other versions of: Code, files" in capfd.readouterr().err
            # One that comes when the run has begun is found out when it is given work.
            monkeypatch.setattr(Cluster, "_look", lambda *_: None)
            run(Asked(survey, notebooks=BOOKS, outputs=tmp_path / "two"), cluster=dask.address, quiet=True)
    finally:
        kill(odd)

    assert files(tmp_path / "one" / "demo") == files(local)
    assert files(tmp_path / "two" / "demo") == files(local)


def test_no_worker_with_the_same_version_is_a_fault_of_the_command(
    survey, dask, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(bundle, "program", lambda: {"files": "others"})

    assert cli.main(command(survey, tmp_path / "out", dask.address)[3:]) == 2
    assert "no worker has this version of trustgap" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_an_interrupt_reaches_the_workers(survey, dask, tmp_path):
    process = subprocess.Popen(
        command(survey, tmp_path, dask.address), stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert happens(dask.work)
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=5) == 130
    assert happens(lambda: not in_session(process), 5)
    assert happens(lambda: not dask.work(), 5)
    assert not (tmp_path / ".work").exists()


def test_a_killed_worker_loses_its_areas_to_the_other_and_its_answers_go_when_it_is_back(
    survey, local, dask, tmp_path
):
    process = subprocess.Popen(command(survey, tmp_path, dask.address), stderr=subprocess.DEVNULL)
    assert happens(lambda: dask.work("one"))
    killed = dask.started[1]
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()

    assert happens(lambda: not in_session(killed), 5)
    assert process.wait(timeout=300) == 0
    assert files(tmp_path / "demo") == files(local)
    left = dask.work("one")
    assert [path.stat().st_mode & 0o777 for path in left] == [0o700], "answers, for their owner alone"
    dask.worker("one")
    assert happens(lambda: not dask.work("one"))


def test_workers_on_this_machine_are_gone_after_an_interrupt_and_finish_the_next_time(
    survey, local, tmp_path
):
    temporary = tmp_path / "t"
    temporary.mkdir()
    process = subprocess.Popen(
        command(survey, tmp_path, "local:2"),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    assert happens(lambda: list(temporary.glob("trustgap-*/*/*/trustgap-*")))
    assert {path.stat().st_mode & 0o777 for path in temporary.glob("trustgap-*")} == {0o700}
    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(timeout=5) == 130
    assert happens(lambda: not in_session(process), 5)
    assert not (tmp_path / ".work").exists()
    assert list(temporary.glob("trustgap-*")) == []
    done = subprocess.run(command(survey, tmp_path, "local:1"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "demo") == files(local)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "t"]


FAULTS = {
    "tcp://127.0.0.1:9": "nobody answers there",
    "tcp://": "nobody answers there",
    "http://127.0.0.1": "give tcp://host:port, or local:N",
    "tls://127.0.0.1:9": "Dask does not know its key here",
    "local:0": "give tcp://host:port, or local:N",
    "local:two": "give tcp://host:port, or local:N",
}


@pytest.mark.parametrize("address", FAULTS)
def test_an_address_at_which_nobody_answers_is_one_line_and_nothing_is_written(
    address, tmp_path, monkeypatch, capfd
):
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 1)

    assert cli.main(command(sample.DEMO, tmp_path / "out", address)[3:]) == 2
    said = capfd.readouterr().err.splitlines()
    assert said == [said[0]]
    assert said[0].startswith(f"--cluster {address}: {FAULTS[address]}")
    assert not (tmp_path / "out").exists()


def test_a_scheduler_without_workers_is_not_waited_for_for_ever(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1)
    alone = Dask(tmp_path)
    try:
        with pytest.raises(PlanError, match="no worker came within 1 seconds"):
            Cluster(alone.address, tmp_path)
    finally:
        alone.end()


def test_without_dask_the_command_says_what_to_install(tmp_path, monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "distributed", None)

    assert cli.main(command(sample.DEMO, tmp_path / "out", "tcp://127.0.0.1:9")[3:]) == 2
    assert (
        capfd.readouterr().err == "--cluster needs Dask: install it with  pip install 'trustgap[cluster]'\n"
    )
