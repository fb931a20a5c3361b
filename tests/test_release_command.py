"""`trustgap release`: what is published, what is refused, and what an interruption leaves."""

import errno
import hashlib
import json
import os
import shutil
import stat

import pandas as pd
import pytest
import sample_releases
from sample_releases import release, run

from trustgap.publish import copying
from trustgap.record import releases
from trustgap.survey import secret

PRIVATE = ["result.json", "run.json", "runs.jsonl", "whole.json", "review.json", ".lock", ".work"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return sample_releases.made(tmp_path_factory.mktemp("made"))


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    return sample_releases.again(made, tmp_path, monkeypatch)


def go(here, to="published"):
    return release(here / "survey", here / "pages", here / to)


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_release_holds_pages_tables_and_a_manifest_and_nothing_of_the_runs_own(here, capsys):
    (here / "pages" / "demo" / "X001" / "answers.csv").write_text("private")

    assert go(here) == 0
    there = names(here / "published")
    assert not [name for name in there if name.rpartition("/")[2] in [*PRIVATE, "answers.csv"]]
    assert {"index.html", "items.csv", "results.parquet", "manifest.json"} < set(there)
    assert {"X001/01_shares.html", "X001/tables/01_shares.csv", "national/20_shares.html"} < set(there)
    assert "demo-1: " in capsys.readouterr().out


def test_the_manifest_has_the_hash_of_every_file_and_counts_of_every_page(here):
    assert go(here) == 0
    published = here / "published"
    manifest = json.loads((published / "manifest.json").read_text())

    others = [name for name in names(published) if name != "manifest.json"]
    hashes = {name: hashlib.sha256((published / name).read_bytes()).hexdigest() for name in others}
    assert manifest["files"] == hashes
    assert manifest["audit"]["passed"] is True
    assert len(manifest["policy"]) == 64
    page = manifest["pages"]["X001/01_shares"]
    assert set(page) == {"shown", "hidden"}
    assert page["shown"] > 0
    assert page["hidden"] > 0
    for kind in ("shown", "hidden"):
        assert sum(one[kind] for one in manifest["pages"].values()) == manifest["cells"][kind]


def test_why_cells_are_hidden_page_by_page_is_said_to_who_publishes_only(here):
    assert go(here) == 0
    review = json.loads((here / "pages" / "demo" / "review.json").read_text())

    # X003 is too small for a page of results; in X001 some groups have fewer than 11 answers to a question.
    assert set(review["pages"]["X001/01_shares"]) == {"shown", "hidden_primary", "hidden_secondary"}
    assert review["pages"]["X001/01_shares"]["hidden_primary"] > 0


def test_anybody_can_read_a_release_and_only_its_owner_the_record(here):
    assert go(here) == 0
    for path in [here / "published", *(here / "published").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)
    for name in ("releases.jsonl", "releases.head"):
        assert stat.S_IMODE((here / "survey" / name).stat().st_mode) == 0o600


def test_a_release_can_be_made_again_as_it_was(here):
    assert go(here) == 0
    assert go(here, "again") == 0
    same = [name for name in names(here / "again") if name != "manifest.json"]
    assert all(
        (here / "again" / name).read_bytes() == (here / "published" / name).read_bytes() for name in same
    )


def test_a_release_leaves_the_run_as_fresh_as_it_was(here, capsys):
    assert go(here) == 0
    capsys.readouterr()
    assert run(here / "survey", here / "pages") == 0
    assert "Nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["page", "answers", "record"])
def test_pages_that_are_not_what_a_run_would_make_are_not_released(here, what, capsys):
    if what == "page":
        (here / "pages" / "demo" / "X001" / "01_shares.html").write_text("<html>mine</html>")
    elif what == "answers":
        with (here / "survey" / "areas.csv").open("a") as file:
            file.write("\n")
    else:
        (here / "pages" / "demo" / "run.json").unlink()

    assert go(here) == 3
    said = capsys.readouterr().err
    assert "Not released: " in said
    assert "Run the survey" in said
    assert not (here / "published").exists()
    assert not (here / "survey" / "releases.jsonl").exists()


def test_a_release_that_fails_its_audit_is_refused_and_leaves_nothing(here, capsys, monkeypatch):
    from trustgap.publish.refused import Refused

    def fails(home, **_):
        assert (home / "X001" / "01_shares.html").is_file()
        raise Refused("the audit found what must not be published")

    monkeypatch.setattr("trustgap.publish.audited.audit", fails)

    assert go(here) == 3
    assert "audit" in capsys.readouterr().err
    assert sorted(path.name for path in here.iterdir()) == ["pages", "survey"]
    assert not (here / "survey" / "releases.jsonl").exists()


@pytest.mark.parametrize("what", ["folder", "empty folder", "file", "link"])
def test_a_release_never_replaces_what_is_there(here, what, capsys):
    """B46."""
    to = here / "published"
    if what == "file":
        to.write_text("mine")
    elif what == "link":
        to.symlink_to(here / "nowhere")
    else:
        to.mkdir()
        if what == "folder":
            (to / "mine.txt").write_text("mine")

    assert go(here) == 2
    assert "it is there already" in capsys.readouterr().err
    assert not (here / "survey" / "releases.jsonl").exists()
    assert what != "folder" or (to / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("to", ["pages/demo/out", "survey/out"])
def test_a_release_is_not_put_where_private_files_lie(here, to, capsys):
    assert go(here, to) == 2
    assert "private" in capsys.readouterr().err


STEPS = [
    "trustgap.publish.release.made",
    "trustgap.publish.copying.copy",
    "trustgap.publish.manifest.by_page",
    "trustgap.publish.release.entry.of",
    "trustgap.publish.release.releases.append",
    "trustgap.publish.copying.put_in_place",
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.rpartition(".")[2])
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_a_release_that_is_interrupted_is_there_whole_or_not_at_all(here, step, late, monkeypatch):
    """B47."""
    module, _, name = step.rpartition(".")
    owner = pytest.importorskip(module) if module.count(".") == 2 else _attribute(module)
    whole, stopped = getattr(owner, name), []

    def interrupted(*given, **named):
        if stopped:
            return whole(*given, **named)
        stopped.append(step)
        if late:
            whole(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, interrupted)
    code = go(here)

    assert code == 130
    assert stopped
    there = here / "published"
    assert {path.name for path in here.iterdir()} <= {"pages", "published", "survey"}
    key = secret.key(here / "survey")
    lines = releases.read(here / "survey" / "releases.jsonl", key=key)
    back = {line["release"] for line in lines if line["what"] == "taken back"}
    on_record = [line for line in lines if line["what"] == "released" and line["release"] not in back]
    assert there.exists() == bool(on_record), "what is on record is what is published"
    assert not there.exists() or (there / "manifest.json").is_file()
    assert go(here, "again") == 0


def _attribute(path):
    import importlib

    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("when", range(1, 12))
def test_a_full_disk_leaves_nothing_half_made(here, when, monkeypatch, capsys):
    """B48."""
    count, sync = [0], os.fsync

    def full(handle):
        count[0] += 1
        if count[0] == when:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    code = go(here)
    monkeypatch.setattr(os, "fsync", sync)

    if code == 0:
        pytest.skip("a release writes fewer files than that")
    assert code == 73
    assert "disk is full" in capsys.readouterr().err
    assert not (here / "published").exists()
    assert {path.name for path in here.iterdir()} <= {"pages", "published", "survey"}
    assert go(here, "again") == 0


def test_two_releases_at_the_same_time_are_one(here, monkeypatch, capsys):
    """B45."""
    shutil.copytree(here / "pages", here / "others")
    inner, copy = [], copying.copy

    def meanwhile(*given):
        if not inner:
            inner.append(None)
            inner[0] = release(here / "survey", here / "others", here / "second")
        copy(*given)

    monkeypatch.setattr(copying, "copy", meanwhile)

    assert go(here) == 0
    assert inner == [75]
    assert "releases.lock" in capsys.readouterr().err
    assert not (here / "second").exists()
    assert release(here / "survey", here / "others", here / "second") == 0


def test_pages_that_show_the_whole_as_it_was_before_a_late_answer_are_not_released(here, capsys):
    """B49. One run: the whole as one page shows it, less the whole as another does, is the late answer."""
    path = here / "survey" / "responses.parquet"
    given = pd.read_parquet(path)
    late = given.index[given["area"].eq("X002") & given["trust_asc"].eq("4")][0]
    given.loc[late, "trust_asc"] = "5"
    given.to_parquet(path, index=False)

    assert run(here / "survey", here / "pages") == 0
    assert "(3 as they were)" in capsys.readouterr().out
    assert go(here) == 3
    assert "Pages of 2 areas show the whole, or other areas, as they were" in capsys.readouterr().err
    assert run(here / "survey", here / "pages", "--force") == 0
    assert go(here) == 0
