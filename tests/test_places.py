"""Where a run writes: nothing outside, nothing lost, nothing of anybody left."""

import os
import tempfile
from pathlib import Path

import pytest

from trustgap.batch.places import Places
from trustgap.batch.plan import PlanError


@pytest.mark.parametrize("code", ["..", "../X1", "", "X1/Y", "/etc", "X" * 21, "{area}", "X1\n"])
def test_no_path_is_made_of_what_is_not_a_code(code, tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])

    for make in (places.staging, places.pages, places.publish, places.withdraw):
        with pytest.raises(ValueError, match="no path is made of it"):
            make(code)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Have answers kept where the test can see them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("answers")))


def test_the_folder_of_answers_is_its_owners_alone_and_outside_of_the_outputs(tmp_path):
    places = Places.under(tmp_path / "pages", "demo", inputs=[])
    places.start()

    assert not places.release.is_relative_to(tmp_path / "pages")
    for folder in (places.work, places.private):
        assert folder.stat().st_mode & 0o777 == 0o700
    places.finish()
    assert not places.private.exists()
    assert sorted(os.listdir(tmp_path / "pages")) == ["demo"]


def made(places, area, text):
    to = places.staging(area) / places.home.name / area
    to.mkdir(parents=True)
    (to / "01_who.html").write_text(text)


def test_an_area_is_put_in_the_place_of_what_was_there(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start()
    for text in ("old", "new"):
        made(places, "X1", text)
        places.publish("X1")

    assert (places.pages("X1") / "01_who.html").read_text() == "new"
    assert not places.staging("X1").exists()


def test_what_is_withdrawn_is_gone_wherever_it_stands(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start()
    made(places, "X1", "old")
    places.publish("X1")
    made(places, "X1", "half")
    places.withdraw("X1")

    assert not places.pages("X1").exists()
    assert not places.staging("X1").exists()


def test_what_is_kept_stands_beside_what_is_made(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start()
    made(places, "X1", "old")
    places.publish("X1")
    places.keep("X1", [Path("01_who.html")], at=places.pages("X1"))
    (places.made("X1") / "02_new.html").write_text("new")
    places.publish("X1")

    assert {path.name: path.read_text() for path in places.pages("X1").iterdir()} == {
        "01_who.html": "old",
        "02_new.html": "new",
    }
    assert places.areas() == ["X1"]


def test_a_disk_without_room_for_the_pages_is_told_before_one_is_made(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start()
    places.room(1)
    with pytest.raises(OSError, match="No space left"):
        places.room(2**40)


def test_what_an_interrupted_run_left_is_removed(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start()
    (places.work / "half.html").write_text("half a page")
    again = Places.under(tmp_path, "demo", inputs=[])
    again.start()

    assert list(again.work.iterdir()) == []


@pytest.mark.parametrize("inside", ["demo", "demo/answers.csv", ".work/demo/answers.csv"])
def test_an_input_is_never_where_pages_go(tmp_path, inside):
    with pytest.raises(PlanError, match="lies in the folder to be written"):
        Places.under(tmp_path, "demo", inputs=[tmp_path / inside])
    assert list(tmp_path.iterdir()) == []
