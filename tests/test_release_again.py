"""A survey is released, its answers change, and it is to be released again: the command, from end to end."""

import json

import pandas as pd
import pytest
import sample_releases
from sample_releases import release, run

SHARES = "01_shares"


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Run and release a survey once."""
    top = sample_releases.made(tmp_path_factory.mktemp("released"))
    with pytest.MonkeyPatch.context() as patch:
        sample_releases.quick(patch, top / "notebooks")
        assert release(top / "survey", top / "pages", top / "first") == 0
    return top


@pytest.fixture
def here(released, tmp_path, monkeypatch):
    return sample_releases.again(released, tmp_path, monkeypatch)


def answers(here, change):
    path = here / "survey" / "responses.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def again(here):
    assert run(here / "survey", here / "pages") == 0
    return release(here / "survey", here / "pages", here / "second")


def of_area(frame, area="X002"):
    return frame[frame["area"].eq(area)]


def joined(count):
    def change(frame):
        more = of_area(frame).head(count).assign(respondent=[f"late {n}" for n in range(count)])
        return pd.concat([frame, more], ignore_index=True)

    return change


def test_one_late_respondent_is_no_reason_for_a_second_release(here, capsys):
    """A24."""
    answers(here, joined(1))

    assert again(here) == 3
    said = capsys.readouterr()
    assert "Not released: beside release demo-1, these pages would tell of 1 to 10 people" in said.err
    assert "cells of X002, the whole" in said.err
    assert "Accepted: what is published stays as it is; or a release in which" in said.err
    assert "at least 11 people joined" in said.err
    assert not (here / "second").exists()
    # The run has said so before.
    assert "Not to be released: beside release demo-1, these pages would tell of 1 to 10" in said.out


def test_status_says_what_could_not_be_released(here, capsys):
    """A24."""
    from trustgap import cli

    command = ["status", str(here / "survey"), "--outputs", str(here / "pages")]
    assert cli.main(command) == 0
    assert "Not to be released" not in capsys.readouterr().out
    answers(here, joined(1))
    assert run(here / "survey", here / "pages") == 0
    capsys.readouterr()
    assert cli.main(command) == 0
    assert "Not to be released: beside release demo-1" in capsys.readouterr().out


def test_a_respondent_who_withdraws_is_no_reason_for_a_second_release(here, capsys):
    """A25."""
    answers(here, lambda frame: frame.drop(of_area(frame).index[3]))

    assert again(here) == 3
    assert "cells of X002, the whole" in capsys.readouterr().err


def test_a_respondent_who_withdrew_is_not_in_what_is_kept(here):
    """A25."""
    gone = of_area(pd.read_parquet(here / "survey" / "responses.parquet")).iloc[3]
    kept = (here / "survey" / "releases.jsonl").read_text()

    assert gone["respondent"] not in kept
    named = {"cells", "items", "people", "release", "reviewed", "shown", "survey"}
    assert set(json.loads(kept)["entry"]) == named


def test_the_same_people_in_a_new_area_and_under_an_old_name_are_found(here, capsys):
    """A28."""

    def reorganised(frame):
        rows = of_area(frame).index[:5]
        frame.loc[rows, "area"] = "X004"
        return frame

    answers(here, reorganised)

    assert again(here) == 3
    assert "cells of X002, X004" in capsys.readouterr().err


def test_a_damaged_record_is_a_reason_too_and_said_by_the_run(here, capsys):
    """B44."""
    path = here / "survey" / "releases.jsonl"
    path.write_text(path.read_text().replace("demo-1", "demo-7"))
    answers(here, joined(1))

    assert again(here) == 3
    said = capsys.readouterr()
    assert "the record of releases is damaged" in said.err
    assert "the record of releases is damaged" in said.out


def test_a_late_respondent_to_the_survey_under_another_id_is_found(here, capsys):
    """B66."""
    asked = here / "survey" / "questionnaire.yaml"
    text = asked.read_text()
    assert text.count("survey: demo\n") == 1
    asked.write_text(text.replace("survey: demo\n", "survey: renamed\n"))
    answers(here, joined(1))

    assert again(here) == 3
    assert "beside release demo-1, these pages would tell of 1 to 10 people" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["gone", "cut to its first line"])
def test_a_record_that_lacks_what_the_outputs_say_was_released_is_missed(here, how, capsys):
    """B67."""
    assert release(here / "survey", here / "pages", here / "second") == 0
    record = here / "survey" / "releases.jsonl"
    record.with_suffix(".head").unlink()
    if how == "gone":
        record.unlink()
    else:
        record.write_text(record.read_text().splitlines(keepends=True)[0])
    capsys.readouterr()

    assert release(here / "survey", here / "pages", here / "third") == 3
    said = capsys.readouterr().err
    assert "releases.jsonl: it does not tell of demo-2, which was released" in said
    assert "put back a copy" in said
    assert not (here / "third").exists()


def test_a_release_from_other_outputs_is_held_against_the_same_record(here):
    """A24."""
    answers(here, joined(1))

    assert run(here / "survey", here / "others") == 0
    assert release(here / "survey", here / "others", here / "second") == 3


def test_a_survey_with_its_answers_elsewhere_has_its_record_beside_them(here, released):
    elsewhere = here / "answers"
    elsewhere.mkdir()
    (here / "survey" / "responses.parquet").rename(elsewhere / "responses.parquet")
    for path in (here / "survey").glob("releases.*"):
        path.unlink()
    more = ["--answers", str(elsewhere / "responses.parquet")]

    assert run(here / "survey", here / "others", *more) == 0
    assert release(here / "survey", here / "others", here / "second", *more) == 0
    assert (elsewhere / "releases.jsonl").is_file()
    assert not (here / "survey" / "releases.jsonl").exists()
