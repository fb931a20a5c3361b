"""Faults in the files of a local programme: one message each, with its place, and no cell repeated."""

import shutil

import pytest
import sample_survey as sample

from trustgap import cli

CANARY = "Kanarienvogel4711"
TEMPLATE = sample.ROOT / "data" / "template"


def cell(old, new):
    """Replace the first place in which a text stands; the row of the header is row 1."""

    def spoilt(text):
        assert old in text
        return text.replace(old, new, 1)

    return spoilt


def without(column):
    """Leave a column out."""

    def spoilt(text):
        rows = [line.split(",") for line in text.splitlines()]
        at = rows[0].index(column)
        return "\n".join(",".join(row[:at] + row[at + 1 :]) for row in rows)

    return spoilt


FAULTS = {
    ("cases", "a missing column"): (without("decision"), "header"),
    ("cases", "an unknown area"): (cell("case_1,T01", f"case_1,{CANARY}"), "area"),
    ("cases", "something but yes or no"): (cell(",yes,", f",{CANARY},"), "row 2, available"),
    ("cases", "a cost in words"): (cell("2400", CANARY), "row 2, cost"),
    ("cases", "an empty decision point"): (cell(",package_review,", ",,"), "row 4, decision_point"),
    ("evidence", "a missing column"): (without("finding"), "header"),
    ("evidence", "an unknown kind"): (cell("interviews", CANARY), "row 2, kind"),
    ("evidence", "an unknown finding"): (cell("supports", CANARY), "row 2, finding"),
    ("evidence", "a base in words"): (cell(",14,", f",{CANARY},"), "row 2, base"),
    ("metrics", "a missing column"): (without("period"), "header"),
    ("metrics", "a date the other way round"): (cell("2025-02,39", "02/2025,39"), "row 3, period"),
    ("metrics", "an unknown area"): (cell("T02", CANARY), "row 4, area"),
    ("metrics", "a value with its unit"): (cell(",12,", f",{CANARY},"), "row 4, value"),
    ("delays", "a missing column"): (without("category"), "header"),
    ("delays", "an unknown breakdown"): (cell("responsible", CANARY), "row 2, breakdown"),
    ("delays", "days in words"): (cell("118", CANARY), "row 2, days"),
    ("delays", "an unknown area"): (cell("T01", CANARY), "row 2, area"),
}


@pytest.fixture
def home(tmp_path):
    return shutil.copytree(TEMPLATE, tmp_path / "survey")


def problems(capsys):
    """Give the problems told, after checking that nothing else was."""
    said = capsys.readouterr()
    assert said.out == ""
    assert CANARY not in said.err
    assert "Traceback" not in said.err
    head, *told = said.err.strip().split("\n\n")
    assert head.splitlines()[-1] == f"{len(told)} problem{'' if len(told) == 1 else 's'} found."
    return told


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_is_one_message_that_names_the_place(name, fault, command, home, capsys):
    spoil, place = FAULTS[name, fault]
    path = home / f"{name}.csv"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    outputs = home.parent / "pages"
    more = ["--outputs", str(outputs)] if command == "run" else []

    assert cli.main([command, str(home), *more]) == 2
    (told,) = problems(capsys)
    assert told.startswith(f"1. {name}.csv, ")
    assert place in told.split(":")[0]
    assert "Accepted: " in told
    assert not outputs.exists()


def test_faults_of_all_files_are_told_together(home, capsys):
    for name in ("cases", "evidence", "metrics", "delays"):
        spoil, _ = FAULTS[name, "a missing column"]
        path = home / f"{name}.csv"
        path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")

    assert cli.main(["check", str(home)]) == 2
    told = problems(capsys)
    assert [text.split(".csv")[0].split(". ")[1] for text in told] == [
        "cases",
        "evidence",
        "metrics",
        "delays",
    ]


def test_a_folder_with_nothing_but_a_questionnaire_is_told_what_it_could_bring(home, capsys):
    text = (home / "questionnaire.yaml").read_text(encoding="utf-8")
    (home / "questionnaire.yaml").write_text(text[: text.index("sampling:")], encoding="utf-8")
    (home / "areas.csv").write_text("code,name,region\nT01,Exampleton,Here\n")
    for path in home.glob("*.csv"):
        if path.stem != "areas":
            path.unlink()

    assert cli.main(["check", str(home)]) == 2
    (told,) = problems(capsys)
    assert "nothing to analyse" in told
    assert "cases.csv, evidence.csv, metrics.csv, delays.csv" in told
