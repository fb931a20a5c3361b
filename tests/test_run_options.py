"""What a run can be asked for beside pages: none at all, all anew, only so many failures; and what stays."""

import shutil

import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.batch import keys, makers, plan
from trustgap.batch.engine import Done
from trustgap.record import ledger
from trustgap.report import measuring
from trustgap.survey import folder


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("options") / "survey", waves=["2019"])


@pytest.fixture(scope="module", autouse=True)
def measured():
    with pytest.MonkeyPatch.context() as patch:
        sample_runs.measured_once(patch)
        yield


class Failing(sample_runs.Instant):
    """Makes no page of some areas."""

    areas = ()

    def make(self, area, tasks):
        return (
            [Done({}, "cell 1 stopped with KeyError", "notebook")]
            if area in self.areas
            else super().make(area, tasks)
        )


@pytest.fixture
def maker(tmp_path, monkeypatch):
    sample.measuring(sample_runs.notebooks(monkeypatch, tmp_path / "notebooks") / "area" / "01_who.ipynb")
    failing = Failing()
    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: failing)
    monkeypatch.setattr("trustgap.batch.run.Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)
    return failing


@pytest.fixture
def command(survey, tmp_path):
    return ["run", str(survey), "--outputs", str(tmp_path / "pages")]


def test_a_dry_run_says_what_would_be_made_and_writes_nothing(maker, command, survey, tmp_path, capsys):
    before = sample_runs.contents(tmp_path)
    assert cli.main([*command, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "3 pages: 3 absent\n\nabsent: never made\n  3 pages of 3 areas: X001, X002, X004\n"
    )
    assert sample_runs.contents(tmp_path) == before
    assert not (tmp_path / "pages").exists()
    assert cli.main(command) == 0
    log = (tmp_path / "pages" / "demo" / ledger.LOG).read_bytes()
    made = sample_runs.contents(tmp_path)
    for name in ("01_who.html", "tables/01_who.csv"):
        (tmp_path / "pages" / "demo" / "X002" / name).unlink()
    capsys.readouterr()

    assert cli.main([*command, "--dry-run"]) == 0
    assert "stale: its files were changed or removed\n  1 page of 1 area: X002\n" in capsys.readouterr().out
    assert len(sample_runs.contents(tmp_path)) == len(made) - 2
    assert (tmp_path / "pages" / "demo" / ledger.LOG).read_bytes() == log


def test_every_page_is_made_anew_where_that_is_asked_for(maker, command, tmp_path, capsys):
    assert cli.main(command) == 0
    log = tmp_path / "pages" / "demo" / ledger.LOG
    before = len(ledger.events(log))
    assert cli.main([*command, "--force"]) == 0
    made = [event for event in ledger.events(log)[before:] if event["event"] == "made"]
    assert sorted((event["area"], event["why"]) for event in made) == [
        (area, "asked for") for area in ("X001", "X002", "X004")
    ]


def test_a_run_gives_up_after_so_many_failures_and_the_next_takes_it_from_there(
    maker, command, tmp_path, capsys
):
    maker.areas = ("X001", "X002", "X004")
    assert cli.main([*command, "--max-failures", "2"]) == 1
    said = capsys.readouterr()
    assert "0 pages" not in said.out
    assert "2 failed" in said.out
    assert "Stopped: 2 pages failed." in said.out
    assert said.err.count("Failed: area ") == 2
    events = ledger.events(tmp_path / "pages" / "demo" / ledger.LOG)
    failed = [event["area"] for event in events if event["event"] == "failed"]
    assert set(failed) < {"X001", "X002", "X004"} or len(failed) == 3, "one more may have been under way"
    assert not (tmp_path / "pages" / "demo" / "run.json").exists()

    assert cli.main(["status", *command[1:]]) == 0
    assert "failed: cell 1 stopped with KeyError\n" in capsys.readouterr().out
    maker.areas = ()
    assert cli.main([*command, "--max-failures", "2"]) == 0
    assert cli.main(["status", *command[1:]]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3 pages: 3 fresh"


class Ending:
    """Ends its first processes without a word."""

    stopped = False

    def __init__(self, *faults):
        self.faults, self.tried = list(faults), 0

    def render(self, task):
        self.tried += 1
        fault = self.faults.pop(0) if self.faults else ""
        return Done({}, "why" if fault else "", fault)


@pytest.mark.parametrize(
    ("faults", "tried", "failure"),
    [
        ([], 1, ""),
        (["process"], 2, ""),
        (["start"], 2, ""),
        (["process", "process"], 2, "why"),
        (["notebook"], 1, "why"),
        (["time"], 1, "why"),
        (["disk"], 1, "why"),
    ],
)
def test_only_what_is_no_fault_of_the_notebook_is_tried_again_once(faults, tried, failure):
    warm = Ending(*faults)
    (done,) = makers.in_order(warm, [None])
    assert (warm.tried, done.failure) == (tried, failure)


def test_a_comment_in_the_library_makes_no_page_stale_and_its_code_and_settings_do(tmp_path, monkeypatch):
    root = tmp_path / "lib" / "trustgap"
    shutil.copytree(keys.LIBRARY, root, ignore=shutil.ignore_patterns("__pycache__"))
    lock, path = tmp_path / "requirements.lock", root / "stats" / "results.py"
    lock.write_text("numpy==1")
    monkeypatch.setattr(keys, "LIBRARY", root)
    first, text = keys.library.__wrapped__(), path.read_text(encoding="utf-8")
    path.write_text(f"# A comment.\n{text}\n", encoding="utf-8")
    assert keys.library.__wrapped__() == first
    path.write_text(f"{text}\nMORE = 1\n", encoding="utf-8")
    second = keys.library.__wrapped__()
    lock.write_text("numpy==2")
    assert len({first, second, keys.library.__wrapped__()}) == 3


def test_a_table_of_the_project_makes_pages_of_the_whole_stale_and_no_others(survey, tmp_path, monkeypatch):
    loaded, (book, *_) = folder.load(survey), plan.find_notebooks()
    release = measuring.measure(loaded)
    (tmp_path / "data" / "demo").mkdir(parents=True)
    table, model = tmp_path / "data" / "coverage.csv", tmp_path / "data" / "demo" / "model.yaml"
    monkeypatch.setattr(keys, "LIBRARY", tmp_path / "lib" / "trustgap")
    found = {keys.stored.__wrapped__()}
    for path, text in ((table, "a\n1\n"), (table, "a\n2\n"), (model, "seed: 1\n"), (model, "seed: 2\n")):
        path.write_text(text)
        found.add(keys.stored.__wrapped__())
    assert len(found) == 5

    both = []
    for known in ("1", "2"):
        monkeypatch.setattr(keys, "stored", lambda known=known: known)
        made = keys.Keys(release, "", key=loaded.key)
        both.append([made.parts(book, area, around={})["library"] for area in ("X001", "national")])
    (area, whole), (again, other) = both
    assert area == again
    assert whole != other
