"""Faults around a run: another run, damaged results and logs, clocks, kernels that are not there."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.batch.engine import Task, Warm
from trustgap.batch.prepared import SITE
from trustgap.record import fresh, ledger
from trustgap.record.asked import Asked
from trustgap.record.lock import NAME, Lock
from trustgap.survey import key

COMMAND = [sys.executable, "-m", "trustgap.cli", "run"]


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("around") / "survey", waves=["2019"])


@pytest.fixture(scope="module", autouse=True)
def measured():
    with pytest.MonkeyPatch.context() as patch:
        sample_runs.measured_once(patch)
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture
def books(tmp_path, monkeypatch):
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    return sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")


@pytest.fixture
def instant(monkeypatch):
    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: sample_runs.Instant())
    monkeypatch.setattr("trustgap.batch.run.Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)


SCRIPT = """import sys
from pathlib import Path
from trustgap import cli
from trustgap.batch import plan
find = plan.find_notebooks
plan.find_notebooks = lambda: find(Path(sys.argv[1]))
if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[2:]))
"""


@pytest.mark.slow
def test_a_second_run_is_refused_within_two_seconds_and_the_first_goes_on(survey, tmp_path):
    """F09."""
    wait = f"""import pathlib, time
pathlib.Path({str(tmp_path)!r}, "begun").touch()
while not pathlib.Path({str(tmp_path)!r}, "go").exists(): time.sleep(0.05)"""
    sample.measuring(tmp_path / "notebooks" / "area" / "01_slow.ipynb", before=wait)
    (tmp_path / "run.py").write_text(SCRIPT)
    outputs = ["--outputs", tmp_path / "pages"]
    first = subprocess.Popen(
        [sys.executable, tmp_path / "run.py", tmp_path / "notebooks", "run", survey, *outputs],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    end = time.monotonic() + 90
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    lock, took = (tmp_path / "pages" / NAME).read_bytes(), []
    for _ in range(3):
        started = time.monotonic()
        second = subprocess.run([*COMMAND, survey, *outputs], capture_output=True, text=True, check=False)
        took.append(time.monotonic() - started)
        assert second.returncode == 75
        assert f"process {first.pid} on " in second.stderr
        assert second.stderr.count("\n") == 1
    assert (tmp_path / "pages" / NAME).read_bytes() == lock
    (tmp_path / "go").touch()
    said = first.communicate(timeout=60)[0]

    assert min(took) < 2
    assert first.returncode == 0
    assert said.startswith("4 pages, 0 failed")
    assert not (tmp_path / "pages" / NAME).exists()


def cut(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def edit(path):
    content = path.read_bytes()
    path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])


DAMAGES = {
    "an edited page": ("X001/01_good.html", edit),
    "a cut page": ("X001/01_good.html", cut),
    "an edited table": ("X001/tables/01_good.csv", edit),
    "a page that is gone": ("X001/01_good.html", Path.unlink),
    "a cut record": ("X001/result.json", cut),
    "a record that is gone": ("X001/result.json", Path.unlink),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_result_that_was_changed_with_its_time_kept_is_found_and_made_again(
    damage, survey, books, instant, tmp_path, capsys
):
    """F11."""
    name, change = DAMAGES[damage]
    home = tmp_path / "pages" / "demo"
    command = ["run", str(survey), "--outputs", str(tmp_path / "pages")]
    assert cli.main(command) == 0
    before, path = sample_runs.contents(home), home / name
    times = path.stat()
    change(path)
    if path.exists():
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert sample_runs.contents(home) != before
    capsys.readouterr()

    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith("4 pages (3 as they were), 0 failed")
    assert sample_runs.contents(home) == before


def test_a_log_whose_last_line_was_cut_changes_nothing_and_goes_on(survey, books, instant, tmp_path, capsys):
    """F12: pages are told by their records, so that nothing need be made again for a line that was lost."""
    command = ["run", str(survey), "--outputs", str(tmp_path / "pages")]
    log = tmp_path / "pages" / "demo" / ledger.LOG
    assert cli.main(command) == 0
    known = len(ledger.events(log))
    log.write_bytes(log.read_bytes()[:-30])
    capsys.readouterr()

    assert cli.main([*command, "--force"]) == 0
    assert capsys.readouterr().out.startswith("4 pages (1 as they were), 0 failed")
    events = ledger.events(log)
    assert len(events) == known - 1 + 5
    assert [event["event"] for event in events[known - 1 :]] == ["started", *["made"] * 3, "ended"]


def test_neither_clock_nor_time_zone_nor_times_of_files_make_a_page_stale(
    survey, books, instant, tmp_path, monkeypatch, capsys
):
    """F20."""
    command = ["run", str(survey), "--outputs", str(tmp_path / "pages")]
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    assert cli.main(command) == 0
    before = sample_runs.contents(tmp_path / "pages" / "demo")
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    time.tzset()
    for place, path in enumerate([*survey.iterdir(), *(tmp_path / "pages").rglob("*")]):
        os.utime(path, (4e9, 4e9) if place % 2 else (0, 0))
    capsys.readouterr()

    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith("Nothing to do: 4 pages are as they should be.")
    (tmp_path / "pages" / "demo" / fresh.RECORD).unlink()
    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith("4 pages (4 as they were), 0 failed")
    assert sample_runs.contents(tmp_path / "pages" / "demo") == before
    monkeypatch.undo()
    time.tzset()


def test_the_name_of_a_kernel_makes_no_difference(tmp_path):
    """F22: cells run in the run's own process, so that no kernel need be installed."""
    book = sample.notebook(
        tmp_path / "area" / "01_ask.ipynb", sample.SENTENCE, 'said = f"{area}"', sample.FACTS
    )
    known = nbformat.read(book, as_version=4)
    warm, made = Warm(), []
    for spec in (sample.KERNEL, sample.KERNEL | {"name": "gone-with-its-venv"}, None):
        known.metadata.pop("kernelspec")
        known.metadata |= {"kernelspec": spec} if spec else {}
        nbformat.write(known, book)
        known.metadata.setdefault("kernelspec", {})
        made.append(warm.render(Task(book, tmp_path / "page.html", {"area": "X1"}, SITE)))
        made[-1].facts["page"] = (tmp_path / "page.html").read_bytes()

    assert made[0].failure == ""
    assert made[0].facts["Said"] == "X1"
    assert made[0] == made[1] == made[2]


def other_language(path):
    book = nbformat.read(path, as_version=4)
    book.metadata.kernelspec = {"display_name": "R", "language": "R", "name": "ir"}
    nbformat.write(book, path)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (other_language, "it is in R"),
        (cut, "not a whole notebook"),
        (lambda path: path.write_text("[]"), "not a"),
    ],
)
def test_a_notebook_that_cannot_be_run_is_one_line_and_nothing_is_written(
    change, part, survey, books, tmp_path, capsys
):
    """F22."""
    change(books / "area" / "01_good.ipynb")

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("Reading")]
    assert line.startswith("notebooks/area/01_good.ipynb: ")
    assert part in line
    assert not (tmp_path / "pages").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="its pages are made by a server that is forked")
def test_a_python_that_is_not_where_it_was_is_one_line(survey, books, tmp_path):
    """F22."""
    moved = "import multiprocessing; multiprocessing.set_executable('/nowhere/python')\n"
    (tmp_path / "run.py").write_text(moved + SCRIPT)
    done = subprocess.run(
        [sys.executable, tmp_path / "run.py", books, "run", survey, "--outputs", tmp_path / "pages"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"Stopped: {sys.executable} makes no page: ")
    assert not (tmp_path / "pages" / ".work").exists()


def test_what_a_run_is_asked_for_is_all_that_decides_which_record_counts(survey, books, instant, tmp_path):
    assert cli.main(["run", str(survey), "--outputs", str(tmp_path), "--areas", "X001"]) == 0
    seal = key.ensure(survey).of
    asked = Asked(survey, areas="X001", outputs=tmp_path)
    assert fresh.nothing_to_do(asked, seal=seal) == (tmp_path / "demo", 1)
    assert fresh.nothing_to_do(replace(asked, areas="X001,X002"), seal=seal) is None
    assert fresh.nothing_to_do(replace(asked, shard=(1, 2)), seal=seal) is None
    assert fresh.nothing_to_do(asked, seal=str) is None
    with Lock(tmp_path):
        assert cli.main(["run", str(survey), "--outputs", str(tmp_path), "--areas", "X001"]) == 75
