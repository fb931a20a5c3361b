"""Two releases of the same people, under another name of the wave or of the survey."""

import pytest
from sample_two_releases import Release, cells, late, load, people

from trustgap.report.earlier import known

FIRST = people()
WAVES = people(waves=("1", "2"))
MANY = ("q1", "q2", "q3", "q4", "q5")
OF_ONE = {
    (area, group, item) for area in ("A1", "national") for group in ("g", "all") for item in ("", "q1", "q2")
}


@pytest.fixture
def then(tmp_path):
    """Give a way to make a later release of other rows."""
    return lambda rows, **more: Release(load(tmp_path / "then", rows, **more))


@pytest.mark.parametrize("ids", [True, False], ids=["identifiers", "no identifiers"])
@pytest.mark.parametrize("rows", [FIRST, WAVES], ids=["one wave", "a panel"])
def test_one_late_respondent_does_not_hide_behind_another_name_of_the_wave(tmp_path, then, rows, ids):
    """B65."""
    names = sorted(rows["wave"].unique())
    before = Release(load(tmp_path / "first", rows, waves=names, ids=ids))
    more = late(rows, 1).replace({"wave": {"1": "0"}})
    found = then(more, waves=["0", *names[1:]], ids=ids).beside(before)

    assert cells(found) == OF_ONE
    assert set(found["wave"]) == {"0"}, "as it is called now"
    assert set(found["people"]) == {1}


def test_another_wave_in_the_place_of_an_earlier_one_is_held_against_nothing(tmp_path, then):
    waves = people(waves=("1", "2"), seed=5, items=MANY)
    before = Release(load(tmp_path / "first", waves[waves["wave"].eq("1")], items=MANY))
    other = waves[waves["wave"].eq("2")].iloc[5:]

    assert then(other, waves=("2",), items=MANY).beside(before).empty


@pytest.mark.parametrize("ids", [True, False], ids=["identifiers", "no identifiers"])
def test_one_late_respondent_does_not_hide_behind_another_id_of_the_survey(tmp_path, then, ids):
    """B66."""
    before = Release(load(tmp_path / "first", FIRST, ids=ids, survey="other"))
    found = then(late(FIRST, 1), ids=ids).beside(before)

    assert before.entry().survey == "other"
    assert cells(found) == OF_ONE


def test_another_survey_of_the_same_areas_is_held_against_nothing(tmp_path, then):
    before = Release(load(tmp_path / "first", people(seed=4, items=MANY), items=MANY, survey="other"))

    assert then(people(seed=5, items=MANY).iloc[1:], items=MANY).beside(before).empty


def test_what_was_shown_under_other_names_of_wave_and_survey_is_known(tmp_path, then):
    before = Release(load(tmp_path / "first", FIRST, survey="other"))
    later = then(FIRST.assign(wave="0"), waves=("0",))

    told = known.already([before.entry()], later.standing)
    assert set(told["wave"]) == {"0"}
    assert cells(told) == cells(before.told)
