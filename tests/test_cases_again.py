"""Reviewed cases are released, change, and are to be released again."""

from copy import copy
from dataclasses import replace

import case_files as files
import pandas as pd
import pytest
from sample_two_releases import Release, load, people

from trustgap.publish import refused
from trustgap.report.disclosure import Mask, records
from trustgap.report.disclosure.beside import beside
from trustgap.report.earlier import entry
from trustgap.report.earlier.differences import differences
from trustgap.report.wording import Words
from trustgap.stats.case_reviews import reviews
from trustgap.stats.case_reviews.over_areas import over_areas

FIRST = pd.concat(
    [files.reviews(n, n // 4, area=area, name=area) for area, n in {"A1": 40, "A2": 60, "A3": 30}.items()],
    ignore_index=True,
)


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    """Release a survey to which nobody brought cases."""
    return Release(load(tmp_path_factory.mktemp("cases") / "survey", people()))


def released(survey, judgements):
    """Release a survey with reviewed cases: the findings of every area, and of the whole."""
    release, standing = copy(survey), survey.standing
    brought = standing.survey.files | {"cases": judgements}
    release.standing = replace(standing, survey=replace(standing.survey, files=brought))
    found, hidden = beside(brought)
    of_area = found["cases"].groupby("area")
    rows = [of(part, area=area) for area, part in of_area for of in (reviews.findings, reviews.counted)]
    rows = pd.concat([*rows, over_areas(files.pooled(found["cases"]))])
    shown = records(rows, Words.plain(), mask=Mask.of(hidden)).table
    release.rows = pd.concat([release.rows, shown.assign(notebook="07_case_reviews")], ignore_index=True)
    return release


@pytest.fixture(scope="module")
def first(survey):
    return released(survey, FIRST)


@pytest.fixture
def then(survey, first):
    """Give a way to hold a release of other cases against the first."""
    return lambda judgements: released(survey, judgements).beside(first)


def late(count, *, area="A1", better=1):
    """Add cases to an area, the first of them improvable."""
    return pd.concat([FIRST, files.reviews(count, better, area=area, name="late")], ignore_index=True)


def places(found):
    assert set(found["kind"]) <= {"cases"}
    return set(found["area"])


def test_the_same_cases_may_be_released_again_in_another_order_and_numbered_anew(then):
    other = FIRST.sample(frac=1, random_state=1).assign(case=[f"n{at}" for at in range(len(FIRST))])

    assert then(other).empty


@pytest.mark.parametrize(("count", "refused"), [(1, True), (10, True), (11, False)])
def test_one_late_case_does_not_stand_beside_what_was_shown_of_the_others(then, count, refused):
    """B53."""
    found = then(late(count))

    assert places(found) == ({"A1", "national"} if refused else set())
    assert set(found["people"]) == ({count} if refused else set())


def test_a_case_taken_out_and_a_case_judged_anew_are_found_too(then):
    """B53."""
    assert places(then(FIRST.drop(index=3))) == {"A1", "national"}
    anew = FIRST.copy()
    anew.loc[39, "better_decision"] = "other"
    # One of 130 does not move a per cent of the whole.
    assert places(then(anew)) == {"A1"}


def test_a_late_case_does_not_hide_behind_names_given_anew_to_many(then):
    """B54."""
    found = then(late(1).assign(reviewer="b", team="East"))

    assert places(found) == {"A1", "national"}
    assert set(found["people"]) == {1}


def test_names_given_anew_to_many_are_no_reason(then):
    assert then(FIRST.assign(reviewer="b")).empty


def test_a_late_case_is_found_where_the_pages_are_of_the_whole_alone(survey, first):
    """B53."""
    before, later = copy(first), released(survey, late(1))
    for one in (before, later):
        one.rows = one.rows[one.rows["area"].eq("national")]

    assert places(later.beside(before)) == {"national"}


def test_cases_that_are_not_shown_any_more_tell_nothing_new(survey, first):
    """B53."""
    later = released(survey, late(1))
    later.rows = later.rows[later.rows["notebook"].eq("01_shares")]

    assert later.beside(first).empty


def test_beside_a_release_that_put_no_cases_on_record_none_are_shown_otherwise(survey, first):
    """B54."""
    record = entry.written(first.entry())
    del record["reviewed"]
    before = entry.read(record)
    again = released(survey, FIRST)
    many = released(survey, late(30))

    assert differences(before, again.standing, again.told, again.rows).empty
    assert places(differences(before, many.standing, many.told, many.rows)) == {"A1", "national"}


def test_it_is_said_in_which_areas_cases_are_in_the_way(then):
    said = refused.together(then(late(1)))

    assert said.endswith("these pages would tell of 1 to 10 people in reviewed cases of A1, the whole")


def test_the_record_names_no_case_and_no_word_of_one(first):
    """B54."""
    kept = entry._bytes(entry.written(first.entry())["reviewed"]).decode()

    assert kept.splitlines()[0] == "area,aspect,digest,n"
    assert not [word for word in ("admit", "other", "A10", "A20") if f",{word}" in kept]
    assert set(first.entry().reviewed["area"]) == {"A1", "A2", "A3", "national"}
