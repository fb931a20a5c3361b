"""The folder to copy: it is sound, it has every column that a reader knows, and nothing in it is real."""

import re
import shutil

import pandas as pd
import pytest
import sample_survey as sample

from trustgap import cli
from trustgap.survey import folder

TEMPLATE = sample.ROOT / "data" / "template"


def test_the_template_passes_its_check_and_every_file_is_understood(capsys):
    assert cli.main(["check", str(TEMPLATE)]) == 0
    said = capsys.readouterr().out

    for line in (
        "3 rows of 3 staff can be used",
        "3 judgements of 2 cases in 1 local area, by 2 reviewers",
        "package_review: 1 row",
        "3 pieces on 2 barriers in 2 local areas: 2 support, 1 contradict, 0 do neither",
        "flow_data: 1 row",
        "delayed: outcome, wanted down; 2 points in 1 local area, 2025-01 to 2025-02; an intervention with a "
        "date in 1 local area",
        "reason: 1 row for 1 month, 2025-01 to 2025-01, 1 local area; categories awaiting_home_care",
    ):
        assert line in said


@pytest.mark.parametrize("name", folder.FILES)
def test_each_header_is_that_of_the_reader(name):
    kind = folder.FILES[name]
    table = pd.read_csv(TEMPLATE / kind.FILE, dtype=str)

    assert list(table.columns) == [column.name for column in kind.COLUMNS]
    assert 2 <= len(table) <= 4


def test_it_is_small_and_says_that_it_is_invented():
    survey = folder.load(TEMPLATE)

    assert survey.questionnaire.synthetic
    assert len(survey.answers) < 5
    names = pd.read_csv(sample.DEMO / "areas.csv")["code"]
    assert not set(survey.areas.index) & set(names), "rows of the template are of no area of the demo"


def test_without_the_survey_what_remains_is_sound_too(tmp_path, capsys):
    home = shutil.copytree(TEMPLATE, tmp_path / "programme")
    text = (home / "questionnaire.yaml").read_text(encoding="utf-8")
    kept = text[: text.index("sampling:")]
    (home / "questionnaire.yaml").write_text(kept, encoding="utf-8")
    for name in ("answers.csv", "shares.csv"):
        (home / name).unlink()
    (home / "areas.csv").write_text("code,name,region\nT01,Exampleton,Here\nT02,Sampleford,Here\n")
    evidence = pd.read_csv(home / "evidence.csv", dtype=str).drop(columns="item")
    evidence.to_csv(home / "evidence.csv", index=False)

    assert cli.main(["check", str(home)]) == 0
    said = capsys.readouterr().out
    assert "No survey" in said
    assert "Case reviews" in said
    assert cli.main(["list", str(home)]) == 0
    assert "it needs a survey" in capsys.readouterr().out


@pytest.mark.parametrize("name", folder.FILES)
def test_every_column_is_explained_and_those_needed_are_marked(name):
    text = (sample.ROOT / "data" / "README.md").read_text(encoding="utf-8")
    part = text[text.index(f"### {name}.csv") :].split("\n#")[0]
    told = {}
    for line in part.splitlines():
        if line.startswith("| `"):
            head = line.split("|")[1]
            told |= dict.fromkeys(re.findall(r"`(\w+)`", line.split(" | ")[0]), "**needed**" in head)
    for column in folder.FILES[name].COLUMNS:
        here = column.name in told or f"`{column.name}`" in part
        assert here, f"{column.name} is not explained"
        assert told.get(column.name, False) == column.needed, column.name
