"""What makes a page stale, and what is said of it; a run makes what is stale and nothing else."""

import os
import shutil

import nbformat
import pandas as pd
import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.batch import keys, status, whole
from trustgap.batch.run import Prepared
from trustgap.record import fresh, ledger
from trustgap.record.asked import Asked
from trustgap.survey import key

MADE = ["X001", "X002", "X004", "national"]


@pytest.fixture(scope="module", autouse=True)
def measured():
    with pytest.MonkeyPatch.context() as patch:
        sample_runs.measured_once(patch)
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("resume") / "survey", waves=["2019"])


@pytest.fixture
def survey(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "survey")


@pytest.fixture(autouse=True)
def books(tmp_path, monkeypatch):
    """Have pages made in no time; what they are made from is what is tried here."""
    to = sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")
    for name in ("01_who", "02_more"):
        sample.measuring(to / "area" / f"{name}.ipynb")
    sample.national(to / "national" / "20_all.ipynb")
    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: sample_runs.Instant())
    monkeypatch.setattr("trustgap.batch.run.Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)
    return to


@pytest.fixture
def command(survey, tmp_path):
    return ["run", str(survey), "--outputs", str(tmp_path / "pages")]


def states(survey, outputs):
    """Give the areas of every state and reason."""
    table = status.pages(Prepared(Asked(survey, outputs=outputs)))
    return {key: sorted(set(rows["area"])) for key, rows in table.groupby(["state", "why"])}


def change_cell(name):
    def change(survey, books):
        book = nbformat.read(books / name, as_version=4)
        book.cells[-1].source += "  # as before"
        nbformat.write(book, books / name)

    return change


def change_labels(survey, books):
    path = survey / "questionnaire.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Adult social care staff", "Staff of adult social care"), encoding="utf-8")


def change_answer(survey, books):
    """One person of one area says otherwise."""
    path = survey / "responses.parquet"
    frame = pd.read_parquet(path)
    row = frame.index[frame["area"].eq("X002") & frame["trust_asc"].eq("4")][0]
    frame.loc[row, "trust_asc"] = "3"
    frame.to_parquet(path, index=False)


def change_key(survey, books):
    (survey / key.NAME).unlink()


def change_page(survey, books):
    """Edit a page and keep its time."""
    path = books.parent / "pages" / "demo" / "X004" / "01_who.html"
    facts = path.stat()
    path.write_text(path.read_text().swapcase())
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def change_other(survey, books):
    """A notebook more stands beside all others on their pages."""
    sample.measuring(books / "area" / "03_new.ipynb")


FRESH = ("fresh", "")
CHANGES = {
    "a notebook of areas": (
        change_cell("area/01_who.ipynb"),
        {FRESH: MADE, ("stale", keys.WHY["notebook"]): MADE[:-1]},
        3,
    ),
    "the national notebook": (
        change_cell("national/20_all.ipynb"),
        {FRESH: MADE[:-1], ("stale", keys.WHY["notebook"]): ["national"]},
        1,
    ),
    "the questionnaire": (change_labels, {("stale", keys.WHY["survey"]): MADE}, 7),
    "an answer": (
        change_answer,
        {FRESH: ["X001", "X004"], ("stale", keys.WHY["answers"]): ["X002", "national"]},
        3,
    ),
    "a page": (
        change_page,
        {FRESH: MADE, ("stale", "its files were changed or removed"): ["X004"]},
        1,
    ),
    "the key": (change_key, {("stale", keys.WHY["key"]): MADE}, 7),
    "one notebook more": (
        change_other,
        {
            FRESH: ["national"],
            ("stale", keys.WHY["around"]): MADE[:-1],
            ("absent", "never made"): MADE[:-1],
        },
        9,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_makes_stale_is_said_and_made_and_nothing_else(
    change, survey, books, command, tmp_path, capsys
):
    how, expected, pages = CHANGES[change]
    assert cli.main(command) == 0
    how(survey, books)
    capsys.readouterr()

    assert states(survey, tmp_path / "pages") == expected
    assert cli.main(["status", *command[1:]]) == 0
    said = capsys.readouterr().out
    for state, why in expected:
        assert (f"\n{state}: {why}\n" in said) == (state != "fresh")
    log = tmp_path / "pages" / "demo" / ledger.LOG
    before = len(ledger.events(log))
    assert cli.main(command) == 0
    made = [event for event in ledger.events(log)[before:] if event["event"] == "made"]
    assert len(made) == pages
    assert {(event["area"], event["why"]) for event in made} == {
        (area, why) for (state, why), areas in expected.items() for area in areas if state != "fresh"
    }
    assert set(states(survey, tmp_path / "pages")) == {FRESH}


def test_many_late_answers_move_the_whole_and_with_it_every_page(survey, command, tmp_path):
    assert cli.main(command) == 0
    path = survey / "responses.parquet"
    frame = pd.read_parquet(path)
    row = frame["area"].eq("X002") & frame["trust_asc"].eq("4")
    frame.loc[row, "trust_asc"] = "2"
    frame.to_parquet(path, index=False)

    found = states(survey, tmp_path / "pages")
    assert found["stale", keys.WHY["answers"]] == ["X002", "national"]
    assert found["stale", keys.WHY["whole"]] == ["X001", "X004"]
    assert FRESH not in found


def longer(name):
    def change(survey, books):
        content = (survey / name).read_bytes()
        (survey / name).write_bytes(content + b"\n")

    return change


NEWS = {
    "answers": change_answer,
    "the questionnaire": longer("questionnaire.yaml"),
    "the areas": longer("areas.csv"),
    "a new file": lambda survey, books: (survey / "notes.txt").touch(),
    "a notebook": change_cell("area/01_who.ipynb"),
    "a page": change_page,
    "a key that is gone": lambda survey, books: (survey / key.NAME).unlink(),
    "a page that is gone": lambda survey, books: (books.parent / "pages/demo/X001/02_more.html").unlink(),
    "an area that is gone": lambda survey, books: shutil.rmtree(books.parent / "pages/demo/X001"),
    "the index": lambda survey, books: (books.parent / "pages/demo/index.html").write_text("mine"),
    "the record": lambda survey, books: (books.parent / "pages/demo/run.json").write_text("{"),
}


@pytest.mark.parametrize("news", NEWS)
def test_nothing_to_do_is_said_only_where_nothing_changed(news, survey, books, command, tmp_path, capsys):
    assert cli.main(command) == 0
    before = sample_runs.contents(tmp_path / "pages")
    capsys.readouterr()
    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith("Nothing to do: 8 pages are as they should be. Open ")
    NEWS[news](survey, books)
    assert cli.main(command) == 0
    assert capsys.readouterr().out.startswith("8 pages")
    if news.startswith(("a page", "an area", "the index", "the record")):
        assert sample_runs.contents(tmp_path / "pages") == before
    seal = key.ensure(survey).of
    assert fresh.nothing_to_do(Asked(survey, outputs=tmp_path / "pages"), seal=seal) is not None


def test_a_file_of_the_program_that_changed_is_seen(tmp_path, monkeypatch):
    root = tmp_path / "root"
    for name in ("lib/trustgap/stats/a.py", "notebooks/area/01_a.ipynb", "data/claims.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("one")
    monkeypatch.undo()
    monkeypatch.setattr(fresh, "ROOT", root)
    seen = {fresh.program()}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        path.write_text("two")
        seen.add(fresh.program())
    (root / "lib/trustgap/stats/b.py").touch()
    seen.add(fresh.program())
    (root / "lib/trustgap/notes.txt").touch()

    assert len(seen) == 5
    assert fresh.program() in seen


@pytest.mark.parametrize(
    ("now", "moved"),
    [
        ({}, False),
        ({"shares": {"a": 0.51, "b": None}}, False),
        ({"shares": {"a": 0.489, "b": None}}, True),
        ({"shares": {"a": None, "b": None}}, True),
        ({"shares": {"a": 0.5, "b": 0.2}}, True),
        ({"shares": {"a": 0.5}}, True),
        ({"said": ["no"]}, True),
        ({"marks": {"a": "over", "b": "c"}}, True),
    ],
)
def test_a_published_share_of_the_whole_may_move_by_one_point_and_nothing_else_may(now, moved, tmp_path):
    before = {"shares": {"a": 0.5, "b": None}, "marks": {"a": "", "b": "c"}, "said": ["yes"]}
    now = before | now
    whole.write(before, tmp_path)

    assert whole.kept(now, tmp_path) == (now if moved else before)
