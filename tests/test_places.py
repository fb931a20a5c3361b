"""Where a run writes: nothing outside, nothing lost, nothing of anybody left."""

import os

import pytest

from trustgap.batch.places import STAMP, Places
from trustgap.batch.plan import PlanError


@pytest.mark.parametrize("code", ["..", "../X1", "", "X1/Y", "/etc", "X" * 21, "{area}", "X1\n"])
def test_no_path_is_made_of_what_is_not_a_code(code, tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])

    for make in (places.staging, places.pages, places.publish, places.withdraw):
        with pytest.raises(ValueError, match="no path is made of it"):
            make(code)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_answers_is_its_owners_alone(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start({})

    assert places.work.stat().st_mode & 0o777 == 0o700
    places.finish()
    assert sorted(os.listdir(tmp_path)) == ["demo"]


def made(places, area, text):
    to = places.staging(area) / places.home.name / area
    to.mkdir(parents=True)
    (to / "01_who.html").write_text(text)


def test_an_area_is_put_in_the_place_of_what_was_there(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start({})
    for text in ("old", "new"):
        made(places, "X1", text)
        places.publish("X1")

    assert (places.pages("X1") / "01_who.html").read_text() == "new"
    assert not places.staging("X1").exists()


def test_what_is_withdrawn_is_gone_wherever_it_stands(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start({})
    made(places, "X1", "old")
    places.publish("X1")
    made(places, "X1", "half")
    places.withdraw("X1")

    assert not places.pages("X1").exists()
    assert not places.staging("X1").exists()


@pytest.mark.parametrize("stamp", ['{"input": "a"}', '{"input": "b"}', "{", ""])
def test_only_pages_under_the_same_stamp_stay(tmp_path, stamp):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start({"input": "a"})
    (places.home / "page.html").write_text("a page")
    (places.home / STAMP).write_text(stamp)
    places.start({"input": "a"})

    assert (places.home / "page.html").exists() == ("a" in stamp)


def test_what_an_interrupted_run_left_is_removed(tmp_path):
    places = Places.under(tmp_path, "demo", inputs=[])
    places.start({})
    (places.work / "answers.arrow").write_text("answers")
    places.start({})

    assert list(places.work.iterdir()) == []


@pytest.mark.parametrize("inside", ["demo", "demo/answers.csv", ".work/demo/answers.csv"])
def test_an_input_is_never_where_pages_go(tmp_path, inside):
    with pytest.raises(PlanError, match="lies in the folder to be written"):
        Places.under(tmp_path, "demo", inputs=[tmp_path / inside])
    assert list(tmp_path.iterdir()) == []
