"""The survey folder as a whole: what a user's mistake leads to, and what `check` prints."""

import os
import shutil
from pathlib import Path

import pytest

from trustgap.survey.areas import read_areas
from trustgap.survey.checks import SurveyError
from trustgap.survey.folder import describe, load
from trustgap.survey.synthetic import folder as synthetic

QUESTIONNAIRE = """
survey: small
title: A small survey
synthetic: false
citation: Written for a test
names: {area: place, areas: places, respondents: people}
sampling: {design: census}
answers: answers.csv
waves: [{id: "1", label: First, time: 1}]
groups: [{id: gp, label: GPs}, {id: ward, label: Ward staff}]
scales:
  agreement:
    categories: [{code: 1, label: Disagree}, {code: 2, label: Agree}]
    positive: [2]
items:
  - {id: q1, block: statement, scale: agreement, label: First, text: First}
  - {id: q2, block: factor, scale: agreement, label: Second, text: Second}
headline: q1
columns: {respondent: id, wave: {constant: "1"}, area: area, group: group}
"""
AREAS = "code,name,region,staff_gp\nX1,Ashby,North,120\nX2,Birch & Co,South,\n"
ANSWERS = "id,area,group,q1,q2,email\na,X1,gp,1,2,a@b.c\nb,X2,Ward staff,Agree,,\nc,,gp,1,1,\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Give a sound survey folder."""
    home = tmp_path / "small"
    home.mkdir()
    (home / "questionnaire.yaml").write_text(QUESTIONNAIRE)
    (home / "areas.csv").write_text(AREAS)
    (home / "answers.csv").write_text(ANSWERS)
    return home


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file of the folder in one place."""
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def said(folder: Path, **options) -> str:
    """Give what is said of a folder that must not load."""
    with pytest.raises(SurveyError) as caught:
        load(folder, **options)
    return str(caught.value)


def test_a_sound_folder_loads(folder):
    survey = load(folder)

    assert len(survey.answers) == 2
    assert survey.rows_read == 3
    assert survey.areas.index.tolist() == ["X1", "X2"]
    assert survey.areas.loc["X1", "staff_gp"] == 120
    assert survey.areas["staff_gp"].isna().tolist() == [False, True]
    assert survey.ignored == ("email",)
    assert survey.ledger[["reason", "rows"]].to_numpy().tolist() == [["no area", 1]]


def test_the_same_bytes_give_the_same_digest_and_any_change_another(folder):
    first = load(folder).digest
    assert load(folder).digest == first
    assert len(first) == 64
    digests = {first}
    for file, old, new in [
        ("answers.csv", "a,X1", "z,X1"),
        ("areas.csv", "Ashby", "Ashcombe"),
        ("questionnaire.yaml", "A small", "Another small"),
    ]:
        change(folder, file, old, new)
        digests.add(load(folder).digest)
    assert len(digests) == 4


def test_another_answers_file_can_be_named(folder, tmp_path):
    other = shutil.move(folder / "answers.csv", tmp_path / "other.csv")

    assert len(load(folder, answers=other).answers) == 2
    assert "Put it into the survey's folder, or name a file with --answers" in said(folder)


# The seven faults that a run must stop at, each with the words by which a user finds it.
@pytest.mark.parametrize(
    ("file", "old", "new", "parts"),
    [
        ("answers.csv", "q1,q2", "q1,q3", ["column 'q2' of the item q2", "no such column"]),
        ("answers.csv", "Agree", "Agre", ["column 'q1'", "1 row holds", "1 (Disagree), 2 (Agree)"]),
        (
            "answers.csv",
            "b,X2",
            "b,X9",
            ["column 'area'", "1 row holds an unknown area", "X1, X2", "areas.csv"],
        ),
        ("answers.csv", "b,X2", "a,X2", ["repeat a respondent", "Keep one row"]),
        ("answers.csv", ANSWERS, "\n", ["answers.csv: the file is empty"]),
        ("answers.csv", "X1,gp,1", "X1,gp,7", ["column 'q1'", "not on its scale"]),
        ("questionnaire.yaml", "groups: [", "groups: ", ["questionnaire.yaml, line", "bracket"]),
    ],
)
def test_each_bad_input_is_named_with_its_place_and_remedy(folder, file, old, new, parts):
    change(folder, file, old, new)
    text = said(folder)

    assert text.startswith("1 problem found")
    for part in parts:
        assert part in text
    assert file in text


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("Ashby", "<script>alert(1)</script>", "row 2, name: a character or length that is not allowed"),
        ("North", "{area.__class__}", "row 2, region: a character"),
        ("Ashby", "", "row 2, name: the cell is empty"),
        ("Ashby", "A" * 101, "row 2, name"),
        ("X1,", "../../etc/passwd,", "row 2, code: the code '../../etc/passwd' cannot be used"),
        ("X1,", "a/b,", "'a/b' cannot be used"),
        ("X1,", "..\\w,", "cannot be used"),
        ("X1,", "CON,", "'CON' cannot be used"),
        ("X1,", "national,", "'national' cannot be used"),
        ("X1,", f"{'A' * 300},", "cannot be used"),
        ("X1,", ",", "row 2, code: the code is empty"),
        ("X1,", ".,", "'.' cannot be used"),
        ("X1,", "{area},", "cannot be used"),
        ("X1,", "x2,", "column code: comes twice: X2"),
        ("Birch & Co", "Ashby", "column name: comes twice: Ashby"),
        (
            "staff_gp",
            "staff_gpp",
            "column staff_gpp: no such group is in the questionnaire. Accepted: staff_gp",
        ),
        (
            "staff_gp",
            "role_boss",
            "column role_boss: no such role is in the questionnaire. Accepted: none: no role is defined",
        ),
        ("120", "many", "column staff_gp: head-counts are no numbers from 0 (1 time)"),
        ("120", "-1", "head-counts are no numbers from 0"),
        ("region", "part", "lacks the columns region"),
        ("staff_gp\n", "in_answers\n", "several areas are called x2 in the answers"),
    ],
)
def test_an_area_that_would_be_unsafe_or_unclear_is_refused(folder, old, new, part):
    if new == "in_answers\n":
        change(folder, "areas.csv", "120", "X2")
    change(folder, "areas.csv", old, new)

    assert part in said(folder)


def test_faults_of_questionnaire_and_areas_are_reported_together(folder):
    change(folder, "questionnaire.yaml", "headline: q1", "headline: q9")
    change(folder, "areas.csv", "Ashby", "<b>")

    assert said(folder).startswith("2 problems found")


def test_absent_files_and_folders_are_named(folder, tmp_path):
    (folder / "areas.csv").unlink()
    (folder / "questionnaire.yaml").unlink()
    text = said(folder)

    assert "questionnaire.yaml: the file is not there" in text
    assert "areas.csv: the file is not there" in text
    assert "not a folder" in said(tmp_path / "nowhere")


def test_a_link_out_of_the_folder_is_refused(folder, tmp_path):
    outside = shutil.move(folder / "answers.csv", tmp_path / "outside.csv")
    (folder / "answers.csv").symlink_to(outside)

    assert "a link out of the folder" in said(folder)


def test_a_pipe_is_refused_and_not_waited_for(folder):
    (folder / "answers.csv").unlink()
    os.mkfifo(folder / "answers.csv")

    assert "not there" in said(folder)


def test_answers_of_which_no_row_can_be_used_are_refused(folder):
    (folder / "answers.csv").write_text("id,area,group,q1,q2\na,,gp,1,1\n")

    assert "none of the 1 rows can be used" in said(folder)
    assert "no area" in said(folder)


def test_invented_answers_are_made_on_first_use_and_real_ones_never(folder, monkeypatch):
    (folder / "answers.csv").unlink()
    monkeypatch.setattr(synthetic, "ensure", lambda home: (home / "answers.csv").write_text(ANSWERS))

    assert "the answers are not there" in said(folder)
    change(folder, "questionnaire.yaml", "synthetic: false", "synthetic: true")
    assert len(load(folder).answers) == 2


def test_areas_keep_the_order_of_the_file_and_may_carry_columns_of_their_own(folder):
    (folder / "areas.csv").write_text("name,code,region,note\nB,Z9,N,x\nA,A1,N,y\n")
    areas, problems = read_areas(folder / "areas.csv")

    assert problems == []
    assert areas.index.tolist() == ["Z9", "A1"]
    assert areas.columns.tolist() == ["name", "region"]


def test_the_description_accounts_for_everything_and_repeats_nobody(folder):
    text = describe(load(folder))

    for line in [
        "A small survey (small)",
        "  First: 2 people in 2 places",
        "  GPs: 1",
        "  statement: 1",
        "  2 listed, 2 with answers",
        "  3 read, 2 kept",
        "  1 dropped: no area",
        "  email",
    ]:
        assert line in text.splitlines()
    assert "a@b.c" not in text
    assert "invented" not in text


def test_the_description_says_when_answers_are_invented(folder):
    change(folder, "questionnaire.yaml", "synthetic: false", "synthetic: true")

    assert "these answers are invented" in describe(load(folder))
