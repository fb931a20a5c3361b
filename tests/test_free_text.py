"""Free text is kept apart at ingest: no frame, no message and no other file has any of it."""

import csv
import hashlib
import json
import os
import shutil
import stat
from dataclasses import fields

import pandas as pd
import pytest
import sample_survey as sample

from trustgap import cli
from trustgap.survey import free_text, secret
from trustgap.survey.checks import CANONICAL, SurveyError
from trustgap.survey.folder import describe, load

PERSONAL = {
    "an e-mail address": "write to jo.bloggs+ward@example.nhs.uk please",
    "a telephone number": "ring me on (020) 7946 0018 after five",
    "an NHS number": "it was about 943 476 5919",
    "a postcode": "the house in SW1A 1AA",
    "a staff or registration number": "staff no. AB12345 signed it off",
    "a title with a name": "ask Dr Featherstonehaugh about it",
}
NOBODY = "nothing works here"
LEAD = "Only CMHT lead in Rutland"
ROWS = [
    "Response ID,Email,Start,year,area,group,role,role_other,trust_asc,trust_hospital,risk,late,why",
    *(
        f'R_{n},p{n}@example.org,2025-03-0{n} 09:1{n},2025,T01,hospital,front_line,,4,,3,4,"{text}"'
        for n, text in enumerate(PERSONAL.values(), start=1)
    ),
    f"R_8,p8@example.org,2025-03-08 09:18,2025,T01,asc,{LEAD},{LEAD},,3,5,2,{NOBODY}",
    "R_9,p9@example.org,2025-03-09 09:19,2025,T02,asc,senior,,,2,5,2,=1+1",
]
COLUMNS = """columns:
  {respondent: Response ID, wave: year, area: area, group: group, role: role,
   items: {risk_professional: risk, late_referral: late}}
comments: [why, role_other]
"""


@pytest.fixture
def home(tmp_path):
    to = shutil.copytree(sample.ROOT / "data" / "template", tmp_path / "survey")
    text = (to / "questionnaire.yaml").read_text(encoding="utf-8")
    text = text[: text.index("columns:  ")] + COLUMNS
    senior = "  - {id: senior, label: Senior stakeholder}\n"
    assert senior in text
    other = senior + "  - {id: other, label: Other, other: true}\n"
    (to / "questionnaire.yaml").write_text(text.replace(senior, other), encoding="utf-8")
    (to / "answers.csv").write_text("\n".join(ROWS), encoding="utf-8")
    return to


def stored(home):
    with (home / "free_text.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_text(value):
    """Give all that an object holds, as text."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.to_csv() + value.astype(str).to_csv()
    if hasattr(value, "__dataclass_fields__"):
        return "".join(every_text(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return "".join(f"{key}{every_text(one)}" for key, one in value.items())
    return str(value)


def test_free_text_is_in_no_table_of_the_survey_and_lies_in_a_file_for_its_owner_alone(home):
    """A60."""
    survey = load(home)
    held = every_text(survey)

    for text in [*PERSONAL.values(), NOBODY, LEAD, "example.org", "R_1", "09:1"]:
        assert text not in held
    assert survey.answers.columns.tolist() == [*CANONICAL, *survey.questionnaire.items.index]
    assert len(survey.answers) == 8
    assert survey.ignored == ("Email", "Start"), "texts that were declared go no further than the first step"
    assert stat.S_IMODE((home / "free_text.csv").stat().st_mode) == 0o600
    kept = {(row["column"], row["text"]) for row in stored(home)}
    wanted = {("why", text) for text in [*PERSONAL.values(), NOBODY, "'=1+1"]}
    assert kept == wanted | {("role_other", LEAD), ("role", LEAD)}


def test_of_personal_details_only_counts_are_said(home, capsys):
    """A60."""
    assert cli.main(["check", str(home)]) == 0
    said = capsys.readouterr().out

    line = next(line for line in said.splitlines() if line.startswith("  why: "))
    assert line == "  why: 8 texts" + "".join(f"; with {kind}: 1" for kind in PERSONAL)
    for text in [*PERSONAL.values(), NOBODY, LEAD, "Featherstonehaugh", "9434765919"]:
        assert text not in said


def test_what_was_typed_under_other_is_kept_apart_and_counts_as_other(home):
    """A61."""
    survey = load(home)

    assert survey.answers["role"].tolist() == ["front_line"] * 6 + ["other", "senior"]
    assert survey.questionnaire.roles.loc["other", "label"] == "Other"
    row = survey.ledger.set_index("reason").loc["typed a role of their own"]
    assert row[["action", "rows"]].tolist() == ["altered", 1]
    assert {"id", "survey", "column", "text"} == set(stored(home)[0])
    assert sum(row["text"] == LEAD for row in stored(home)) == 2
    assert "typed a role of their own" in describe(survey)


def test_without_a_role_for_others_what_was_typed_is_refused_and_not_repeated(home):
    """A61. Somebody must say that such a role exists."""
    text = (home / "questionnaire.yaml").read_text(encoding="utf-8")
    (home / "questionnaire.yaml").write_text(text.replace(", other: true", ""), encoding="utf-8")

    with pytest.raises(SurveyError, match="1 row holds an unknown role") as caught:
        load(home)
    assert LEAD not in str(caught.value)
    assert not (home / "free_text.csv").exists()


def test_columns_that_nobody_declared_go_nowhere_at_all(home):
    """A60. Identifiers of the survey tool (rule 17) among them."""
    text = (home / "questionnaire.yaml").read_text(encoding="utf-8")
    (home / "questionnaire.yaml").write_text(
        text.replace("comments: [why, role_other]", ""), encoding="utf-8"
    )
    survey = load(home)

    assert survey.ignored == ("Email", "Start", "role_other", "why")
    assert [row["column"] for row in stored(home)] == ["role"]
    assert survey.free_text.columns == {"role": 1}


def test_ids_say_nothing_and_stay_when_answers_come_later(home):
    load(home)
    first = {(row["column"], row["text"]): row["id"] for row in stored(home)}
    before = (home / "free_text.csv").stat().st_mtime_ns
    load(home)
    assert (home / "free_text.csv").stat().st_mtime_ns == before, "nothing has changed"

    later = "R_7,p7@example.org,2025-03-07 10:00,2025,T02,asc,senior,,,2,5,2,one more"
    (home / "answers.csv").write_text("\n".join([ROWS[0], later, *ROWS[1:]]), encoding="utf-8")
    load(home)
    second = {(row["column"], row["text"]): row["id"] for row in stored(home)}

    assert {key: one for key, one in second.items() if key in first} == first
    assert len(set(second.values())) == len(second) == len(first) + 1
    assert [row["id"] for row in stored(home)] == sorted(second.values()), "in no order of the answers"
    for text in ("one more", LEAD):
        assert hashlib.sha256(text.encode()).hexdigest()[:16] not in second.values()


def test_an_own_file_of_that_name_is_left_alone(home):
    """B22."""
    for content in ("id,area,comment\n1,T01,mine\n", "mine"):
        (home / "free_text.csv").write_text(content)
        with pytest.raises(SurveyError, match="file of other contents"):
            load(home)
        assert (home / "free_text.csv").read_text() == content


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(home, monkeypatch):
    secret.key(home)
    opens = os.open

    def refuses(path, flags, *mode, **more):
        if flags & os.O_CREAT:
            raise PermissionError(13, "no")
        return opens(path, flags, *mode, **more)

    monkeypatch.setattr(free_text.os, "open", refuses)
    survey = load(home)

    assert survey.free_text.path is None
    assert "not kept in free_text.csv" in describe(survey)
    assert not (home / "free_text.csv").exists()


def test_a_full_disk_is_said_and_leaves_nothing_of_the_texts_behind(home, monkeypatch, capsys):
    """B56."""
    secret.key(home)
    before = sorted(path.name for path in home.iterdir())
    opens = os.open

    def full(path, flags, *mode, **more):
        if flags & os.O_CREAT:
            os.close(opens(path, flags, *mode, **more))
            return opens("/dev/full", os.O_WRONLY)
        return opens(path, flags, *mode, **more)

    monkeypatch.setattr(free_text.os, "open", full)

    assert cli.main(["check", str(home)]) == 73
    assert "the disk is full" in capsys.readouterr().err
    assert sorted(path.name for path in home.iterdir()) == before


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("[why, role_other]", "[why, late]", "the column 'late' is used for something else"),
        ("[why, role_other]", "[wy]", "column 'wy' of free text: the file has no such column"),
        ("[why, role_other]", "[why, role_other, Why]", "the column 'Why' is listed twice"),
        ("[why, role_other]", "why", "comments"),
        ("label: Senior stakeholder}", "label: Senior stakeholder, other: true}", "are for everybody else"),
    ],
)
def test_a_questionnaire_that_is_unclear_about_free_text_is_refused(home, old, new, part):
    text = (home / "questionnaire.yaml").read_text(encoding="utf-8")
    assert old in text
    (home / "questionnaire.yaml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(SurveyError, match=part):
        load(home)


def test_names_of_strata_and_units_do_not_live_on_either(home):
    """A34. What the file calls them may be an address or the time at which somebody answered."""
    text = (home / "questionnaire.yaml").read_text(encoding="utf-8")
    more = text.replace("role: role,", "role: role, psu: Email, stratum: Start,")
    (home / "questionnaire.yaml").write_text(more, encoding="utf-8")
    survey = load(home)

    assert survey.answers["psu"].tolist() == [f"{n}" for n in range(1, 9)]
    assert survey.answers["stratum"].nunique() == 8
    assert "example.org" not in every_text(survey)
    assert "2025-03" not in every_text(survey.answers)


def test_the_counts_that_are_told_are_plain_numbers(home):
    kept = load(home).free_text

    assert json.loads(json.dumps([kept.columns, kept.personal]))[0] == {"why": 8, "role_other": 1, "role": 1}
