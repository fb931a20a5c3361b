"""A survey's areas in several parts, each by a run of its own, merged into what one run makes."""

import shutil

import pytest
import sample_survey as sample

from trustgap import cli
from trustgap.batch import keys, plan
from trustgap.batch.plan import PlanError
from trustgap.batch.run import run
from trustgap.record import fresh, ledger
from trustgap.record.asked import Asked
from trustgap.survey import key

FIND = plan.find_notebooks
REAL = ("01_who_answered", "00_summary")
WHOLE = """from trustgap.report import tables
from trustgap.report.study import area_tables, open_national
study = open_national(survey, answers=answers, release=release, outputs=outputs)
found = area_tables(made, study, ["shares"])
study.keep(found)
tables.show(found, columns={"area_label": "Area", "estimate_text": "Share"}, caption="Shares")"""
OF_A_RUN = {ledger.LOG, fresh.RECORD}
"""Files that tell of a run rather than of the survey."""


@pytest.fixture(scope="module", autouse=True)
def steady():
    """Let all runs begin at one time, with a few notebooks of which some read the tables of others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield patch


@pytest.fixture(scope="module")
def survey(tmp_path_factory, steady):
    home = tmp_path_factory.mktemp("shards")
    books = home / "notebooks"
    sample.measuring(books / "area" / "02_good.ipynb")
    for name in REAL:
        shutil.copyfile(
            sample.ROOT / "notebooks" / "area" / f"{name}.ipynb", books / "area" / f"{name}.ipynb"
        )
    sample.national(books / "national" / "20_all.ipynb")
    sample.notebook(books / "national" / "21_areas.ipynb", WHOLE, 'study.save("21_areas")', rests_on="tables")
    steady.setattr(plan, "find_notebooks", lambda: FIND(books))
    return sample.folder(home / "survey")


@pytest.fixture(scope="module")
def whole(survey, tmp_path_factory):
    outputs = tmp_path_factory.mktemp("whole")
    assert run(Asked(survey, outputs=outputs), workers=2, quiet=True).failures == []
    return outputs / "demo"


@pytest.fixture(scope="module")
def shards(survey, tmp_path_factory):
    made = tuple(tmp_path_factory.mktemp(f"shard{part}") for part in (1, 2, 3))
    for part, outputs in enumerate(made, start=1):
        outcome = run(Asked(survey, outputs=outputs, shard=(part, 3)), workers=2, quiet=True)
        assert outcome.failures == []
    return made


def files(home):
    found = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name not in OF_A_RUN}


def made(home):
    """List the pages that runs made, as their log has it."""
    events = ledger.events(home / ledger.LOG)
    return [(event["area"], event["notebook"]) for event in events if event["event"] == "made"]


@pytest.mark.slow
def test_every_area_is_in_one_part_and_the_whole_in_none(shards, whole):
    there = [
        {path.parent.name for path in (outputs / "demo").glob(f"*/{ledger.RESULT}")} for outputs in shards
    ]
    assert sorted(area for part in there for area in part) == sample.AREAS
    assert all(part for part in there)
    assert (whole / "national" / "21_areas.html").is_file()


@pytest.mark.slow
def test_parts_merged_are_the_run_that_made_everything(survey, shards, whole, tmp_path):
    before = {path: path.stat() for outputs in shards for path in outputs.rglob("*") if path.is_file()}
    outcome = run(Asked(survey, outputs=tmp_path, reuse=shards), quiet=True)
    merged = tmp_path / "demo"

    assert files(merged) == files(whole)
    assert {"index.html", "items.csv", "results.parquet"} <= set(files(merged))
    assert sorted(made(merged)) == [("national", "20_all"), ("national", "21_areas")]
    assert (outcome.pages, outcome.failures) == (len(list(whole.glob("*/*.html"))), [])
    after = {path: path.stat() for outputs in shards for path in outputs.rglob("*") if path.is_file()}
    told = [(one.st_mtime_ns, one.st_ino, one.st_size) for both in (before, after) for one in both.values()]
    assert told[: len(before)] == told[len(before) :], "the parts are as they were"
    asked, seal = Asked(survey, outputs=tmp_path, reuse=shards), key.ensure(survey).of
    assert fresh.nothing_to_do(asked, seal=seal) == (merged, outcome.pages)


@pytest.mark.slow
def test_a_merged_survey_stays_when_the_parts_are_removed(survey, shards, whole, tmp_path):
    copies = tuple(tmp_path / f"part{number}" for number in range(3))
    for outputs, copy in zip(shards, copies, strict=True):
        shutil.copytree(outputs, copy)
    run(Asked(survey, outputs=tmp_path / "merged", reuse=copies), quiet=True)
    for copy in copies:
        shutil.rmtree(copy)

    assert files(tmp_path / "merged" / "demo") == files(whole)


@pytest.mark.slow
def test_an_area_whose_part_is_missing_or_damaged_is_made_here(survey, shards, whole, tmp_path):
    damaged = tmp_path / "damaged"
    shutil.copytree(shards[0], damaged)
    page = damaged / "demo" / "X001" / "02_good.html"
    page.write_bytes(page.read_bytes().replace(b"Shares", b"Sharks"))
    run(Asked(survey, outputs=tmp_path / "merged", reuse=(damaged, shards[1])), quiet=True)

    assert files(tmp_path / "merged" / "demo") == files(whole)
    areas = [page for page in made(tmp_path / "merged" / "demo") if page[0] != "national"]
    # Area 3 is too small for pages; 4 is in the first part, 3 in the third.
    assert areas == [("X001", "02_good"), ("X001", "00_summary")]


@pytest.mark.slow
def test_a_part_made_from_other_answers_is_not_taken_over(survey, shards, whole, tmp_path):
    def without_one(frame):
        return frame.drop(frame.index[frame["area"].eq("X002") & frame["wave"].eq("2019")][0])

    other = sample.folder(tmp_path / "survey", answers=without_one)
    shutil.copyfile(survey / key.NAME, other / key.NAME)
    run(Asked(other, outputs=tmp_path / "old", shard=(2, 3)), quiet=True)
    run(Asked(survey, outputs=tmp_path / "merged", reuse=(tmp_path / "old", shards[0])), quiet=True)

    assert {area for area, _ in made(tmp_path / "merged" / "demo")} == {"X002", "national"}
    assert files(tmp_path / "merged" / "demo") == files(whole)


@pytest.mark.slow
def test_a_part_made_where_the_key_was_another_is_not_taken_over_and_that_is_said(
    survey, shards, whole, tmp_path
):
    other = shutil.copytree(survey, tmp_path / "survey")
    (other / key.NAME).unlink()
    run(Asked(other, outputs=tmp_path / "merged", reuse=shards, areas="X001"), quiet=True)

    events = ledger.events(tmp_path / "merged" / "demo" / ledger.LOG)
    made = [(event["area"], event["why"]) for event in events if event["event"] == "made"]
    assert made[:3] == [("X001", keys.WHY["key"])] * 2 + [("X001", keys.WHY["tables"])]


@pytest.mark.slow
def test_a_part_made_by_another_version_is_not_taken_over(survey, shards, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(keys, "library", lambda: "another")
    run(Asked(survey, outputs=tmp_path, reuse=shards, areas="X001,X002"), quiet=True)

    assert {area for area, _ in made(tmp_path / "demo")} == {"X001", "X002", "national"}


@pytest.mark.slow
def test_a_part_without_an_area_is_no_fault(survey, tmp_path):
    outcome = run(Asked(survey, outputs=tmp_path, shard=(5, 5)), quiet=True)

    assert (outcome.pages, outcome.failures) == (0, [])
    assert (tmp_path / "demo" / "index.html").is_file()


@pytest.mark.slow
def test_a_folder_to_take_pages_from_that_no_run_wrote_to_is_refused(survey, shards, tmp_path):
    with pytest.raises(PlanError, match=r"--reuse .*shard9: no run of demo wrote there"):
        run(Asked(survey, outputs=tmp_path / "merged", reuse=(shards[0], tmp_path / "shard9")), quiet=True)
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1", "1/0", "1/2/3", "-1/3", "1,3", "/"])
def test_a_part_that_does_not_exist_is_a_fault_of_the_command(text, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", str(sample.DEMO), "--shard", text])

    assert ended.value.code == 2
    assert "--shard" in capsys.readouterr().err
