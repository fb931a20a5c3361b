"""Faults of what a run reads: damaged files, areas and groups with few answers or none, files that change."""

import os
import shutil

import pandas as pd
import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.report import measuring
from trustgap.stats.shares import proportions
from trustgap.survey import folder

TWO = ("hospital", "asc")
SIZES = {"X001": None, "X002": 30, "X003": 0, "X004": 11, "X005": 10, "X006": 3, "X007": 1}


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path):
    path.write_bytes(b"")


def other(path):
    """Give it the first bytes of another kind of file."""
    path.write_bytes(b"\x7fELF" + path.read_bytes()[4:])


def spoilt(survey, ending, damage):
    """Have the answers in another kind of file, and damage it."""
    frame = pd.read_parquet(survey / "responses.parquet")
    path = survey / f"responses.{ending}"
    if ending == "xlsx":
        frame.head(50).to_excel(path, index=False)
    elif ending == "csv":
        frame.to_csv(path, index=False)
    elif ending == "sav":
        path.write_bytes(b"$FL2@(#) SPSS DATA FILE" + bytes(200))
    damage(path)
    if ending != "parquet":
        (survey / "responses.parquet").unlink()
    asked = survey / "questionnaire.yaml"
    text = asked.read_text(encoding="utf-8")
    asked.write_text(text.replace("responses.parquet", path.name, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("input") / "survey", areas=["X001", "X003"], waves=["2019"])


@pytest.mark.parametrize("damage", [halved, emptied, other])
@pytest.mark.parametrize("ending", ["parquet", "csv", "xlsx", "sav"])
def test_a_damaged_file_ends_the_run_before_any_area(ending, damage, small, tmp_path, capsys):
    """F14; nothing cut in half may pass for a survey with fewer answers."""
    survey = shutil.copytree(small, tmp_path / "survey")
    spoilt(survey, ending, damage)

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 2
    said = capsys.readouterr()
    assert f"responses.{ending}" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("name", ["questionnaire.yaml", "areas.csv"])
@pytest.mark.parametrize("damage", [emptied, other])
def test_damage_to_the_other_files_is_named_too(name, damage, small, tmp_path, capsys):
    survey = shutil.copytree(small, tmp_path / "survey")
    damage(survey / name)

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 2
    assert name in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


@pytest.fixture(scope="module")
def sizes(tmp_path_factory):
    """Make a survey of areas with so many respondents, half of them in each of two groups."""

    def of_sizes(frame):
        two = frame[frame["area"].eq("X001") & frame["group"].isin(TWO)]
        parts = [two]
        for area, size in SIZES.items():
            halves = [] if size is None else [(size + 1) // 2, size // 2]
            for half, group in zip(halves, TWO, strict=False):
                part = two[two["group"].eq(group)].head(half)
                parts.append(part.assign(area=area, respondent=area + part["respondent"]))
        return pd.concat(parts, ignore_index=True)

    to = tmp_path_factory.mktemp("sizes") / "survey"
    return sample.folder(to, areas=list(SIZES), waves=["2019"], answers=of_sizes)


@pytest.fixture(scope="module")
def measured(sizes):
    return measuring.measure(folder.load(sizes))


def test_the_size_of_an_area_decides_whether_it_has_results_of_its_own(
    sizes, measured, tmp_path, monkeypatch
):
    """F15, and F13 for the area that is listed and that nobody answered in."""
    people = measured.people.query("group == 'all' and wave == '2019'").set_index("area")["n"]
    counted = {area: int(people.get(area, 0)) for area in SIZES}
    assert {area: size for area, size in counted.items() if area != "X001"} == {
        area: size for area, size in SIZES.items() if size is not None
    }
    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: sample_runs.Instant())
    monkeypatch.setattr("trustgap.batch.run.Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)
    monkeypatch.setattr(measuring, "measure", lambda _, **__: measured)
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")

    assert cli.main(["run", str(sizes), "--outputs", str(tmp_path / "pages")]) == 0
    made = {
        area: sorted(path.name for path in (tmp_path / "pages/demo" / area).glob("*.html")) for area in SIZES
    }
    assert made == {
        area: ["01_good.html"] if area in ("X001", "X002") else ["00_summary.html"] for area in SIZES
    }
    empty = (tmp_path / "pages" / "demo" / "X003" / "00_summary.html").read_text(encoding="utf-8")
    few = (tmp_path / "pages" / "demo" / "X005" / "00_summary.html").read_text(encoding="utf-8")
    words = measured.words.areas
    assert empty.replace(words["X003"], "") == few.replace(words["X005"], ""), "nobody looks like ten"


def test_a_group_that_nobody_belongs_to_has_its_row_and_no_number(measured):
    """F16."""
    rows = proportions.shares(measured.counts.query("area == 'X001'"), measured.questionnaire.items)
    shown = measured.mask.protect(rows, measured.words).frame
    absent = sorted(set(measured.questionnaire.groups.index) - {*TWO})

    assert absent
    for group in absent:
        mine = shown[shown["group_a"].eq(group)]
        assert len(mine)
        assert mine["suppressed"].all()
        assert mine["estimate"].isna().all()
        assert set(mine["estimate_text"]) == {"[c]"}


def appended(path):
    return f"open({str(path)!r}, 'a').write('\\n')"


def swapped(path):
    """Another file of the same size and time in its place."""
    return f"""import os, shutil
facts = os.stat({str(path)!r}); shutil.copy2({str(path)!r}, {str(path) + ".new"!r})
os.utime({str(path) + ".new"!r}, ns=(facts.st_atime_ns, facts.st_mtime_ns))
os.replace({str(path) + ".new"!r}, {str(path)!r})"""


CHANGES = {
    "areas that are added to": ("areas.csv", appended),
    "answers put in the place of others": ("responses.parquet", swapped),
    "cases that were not there": ("cases.csv", appended),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_input_that_changes_during_the_run_ends_it_and_nothing_more_is_put_in_place(
    change, tmp_path, monkeypatch, capsys
):
    """F23."""
    name, how = CHANGES[change]
    survey = sample.folder(tmp_path / "survey", waves=["2019"])
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")
    sample.measuring(
        tmp_path / "notebooks" / "area" / "01_good.ipynb",
        after=f"if area == 'X002':\n    exec({how(survey / name)!r})",
    )
    command = ["run", str(survey), "--outputs", str(tmp_path / "pages"), "--workers", "1"]
    assert cli.main(command) == 2
    home = tmp_path / "pages" / "demo"
    said = capsys.readouterr()

    assert "a file of the survey changed during the run" in said.err
    assert said.out == ""
    assert sorted(path.name for path in home.iterdir() if path.is_dir()) == ["X001", "X003"]
    assert not (home / "run.json").exists()
    assert not (tmp_path / "pages" / ".work").exists()


def test_a_file_that_comes_to_lie_beside_and_is_none_of_a_survey_ends_no_run(tmp_path, monkeypatch, capsys):
    survey = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"])
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")
    beside = survey / ".~lock.cases.csv#"
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb", after=f"exec({appended(beside)!r})")

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages"), "--workers", "1"]) == 0
    assert beside.is_file()
    assert "0 failed" in capsys.readouterr().out


def test_an_input_edited_where_it_is_is_told_by_its_bytes_at_the_end(tmp_path, monkeypatch, capsys):
    """F23, where neither size nor time of the file give it away."""
    survey = sample.folder(tmp_path / "survey", areas=["X001", "X002"], waves=["2019"])

    class Editing(sample_runs.Instant):
        def make(self, area, tasks):
            path = survey / "areas.csv"
            facts = path.stat()
            path.write_text(path.read_text(encoding="utf-8").swapcase(), encoding="utf-8")
            os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
            return super().make(area, tasks)

    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: Editing())
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")

    assert cli.main(["run", str(survey), "--areas", "X001", "--outputs", str(tmp_path / "pages")]) == 2
    assert "a file of the survey changed during the run" in capsys.readouterr().err
    assert not (tmp_path / "pages" / "demo" / "run.json").exists()
