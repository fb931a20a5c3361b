"""Approved quotes: word for word, on the page of the whole only, and never with what leads to a person."""

import csv
import hashlib
import shutil

import pandas as pd
import pytest
import sample_survey as sample

from trustgap import cli
from trustgap.report import quotes as shown
from trustgap.report import release
from trustgap.report.study import open_area, open_national
from trustgap.survey.folder import load
from trustgap.survey.programme import quotes

TEXT = "We only hear of it when somebody is already in hospital."

EDITED = [TEXT.replace("only", "0nly"), TEXT[:-1], TEXT.lower(), TEXT.replace(" ", "  ", 1), f"{TEXT}!"]


def row(text, *, approved=None, approver="A. Approver", date="2025-03-01", theme="Information"):
    digest = hashlib.sha256((text if approved is None else approved).encode()).hexdigest()
    return [digest, text, approver, date, theme]


def written(home, *rows):
    with (home / "quotes_approved.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(["sha256 text approver date theme".split(), *rows])
    return home


@pytest.fixture
def home(tmp_path):
    return shutil.copytree(sample.ROOT / "data" / "template", tmp_path / "survey")


def test_a_quote_is_read_as_it_was_approved_and_belongs_to_no_area(home, capsys):
    survey = load(written(home, row(TEXT), row("Ça va, “nobody” rings back; ever!", theme="")))

    frame = survey.files["quotes_approved"]
    assert frame["text"].tolist() == [TEXT, "Ça va, “nobody” rings back; ever!"]
    assert set(frame["area"]) == {""}
    assert cli.main(["check", str(home)]) == 0
    said = capsys.readouterr().out
    assert "Approved quotes\n  2 quotes on 1 theme, approved by 1 person, 2025-03-01 to 2025-03-01\n" in said
    assert TEXT not in said
    assert "A. Approver" not in said


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("edited", EDITED)
def test_a_quote_edited_by_one_character_after_approval_blocks_every_page(command, edited, home, capsys):
    """A62."""
    written(home, row("Another one."), row(edited, approved=TEXT))
    outputs = ["--outputs", str(home.parent / "pages")] if command == "run" else []

    assert cli.main([command, str(home), *outputs]) == 2
    said = capsys.readouterr()
    assert "quotes_approved.csv, row 3, text: is not what was approved" in said.err
    assert "Have it approved again" in said.err
    assert "already in hospital" not in said.err
    assert not (home.parent / "pages").exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to jo.bloggs at ward@example.org please.", "seems to hold an e-mail address"),
        ("Ring us on zero-two-zero 020 7946 0018.", "seems to hold a telephone number"),
        ("Ask Dr Featherstonehaugh, who knows.", "seems to hold a title with a name"),
        ("There were 3 of us left.", "holds a digit"),
        ("There were \u0663 of us left.", "holds a digit"),
        ("In Exampleton nobody rings back.", "names an area or region"),
        ("EXAMPLETON's team never rings back.", "names an area or region"),
        ("All of the example region is like this.", "names an area or region"),
        ("There were \u00bd of us left.", "holds a digit"),
        ("In Ex\u00e1mpleton nobody rings back.", "names an area or region"),
        ("In Example\u034fton nobody rings back.", "names an area or region"),
        ("In \uff25xampleton nobody rings back.", "names an area or region"),
        ("MRS FEATHERSTONEHAUGH never rings back.", "seems to hold a title with a name"),
    ],
)
def test_a_quote_that_could_lead_to_somebody_is_refused_even_if_approved(text, found, home, capsys):
    written(home, row(text))

    assert cli.main(["check", str(home)]) == 2
    said = capsys.readouterr().err
    assert f"row 2, text: {found}" in said
    assert text not in said


@pytest.mark.parametrize(
    ("theme", "found"),
    [
        ("Dr Smith, GP", "seems to hold a title with a name"),
        ("020 7946 0000", "seems to hold a telephone number"),
        ("Ward 9", "holds a digit"),
        ("Discharge in Exampleton", "names an area or region"),
        ("smith@example.org", "seems to hold an e-mail address"),
    ],
)
def test_a_theme_leads_to_nobody_either_because_it_stands_beside_the_quote(theme, found, home, capsys):
    """B55."""
    written(home, row("Another one."), row(TEXT, theme=theme))

    assert cli.main(["check", str(home)]) == 2
    said = capsys.readouterr().err
    assert f"row 3, theme: {found}" in said
    assert theme not in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("St. Helen's", "In St Helen\u2019s nobody rings back."),
        ("Stoke-on-Trent", "Nobody in Stoke on Trent rings back."),
        ("Bristol, City of", "In Bristol nobody rings back."),
        ("Bath & Wells", "Bath & Wells is like this."),
        ("Ynys M\u00f4n", "In Ynys Mon nobody rings back."),
    ],
)
def test_a_name_with_other_signs_than_letters_is_found_as_one_writes_it(name, text, home, capsys):
    """B55."""
    areas = (home / "areas.csv").read_text(encoding="utf-8")
    (home / "areas.csv").write_text(areas.replace("Exampleton", f'"{name}"'), encoding="utf-8")
    written(home, row(text))

    assert cli.main(["check", str(home)]) == 2
    assert "row 2, text: names an area or region" in capsys.readouterr().err


def test_a_place_goes_by_its_code_and_its_name_in_the_answers_too(home):
    """B55. A code of two letters may be a word."""
    asked = load(home).questionnaire
    areas = pd.DataFrame(
        {"name": ["Ashe and Elm", "Oak"], "region": "", "in_answers": ["Ashe & Elm", "so"]},
        index=["RQM", "no"],
    )
    said = ["Ask RQM.", "Ashe & Elm is like this.", "No, so it stays."]
    _, problems, _ = quotes.read(written(home, *map(row, said)), asked=asked, areas=areas)

    assert [problem.place for problem in problems] == ["rows 2, 3, text"]


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        (row(TEXT, approver=""), "row 2, approver: is empty"),
        (row(TEXT, date="last week"), "row 2, date: holds something else"),
        (row("x" * 401), "row 2, text: holds something else"),
        (row("<b>bold</b>"), "row 2, text: holds something else"),
        (row("right to left \u202e"), "row 2, text: holds something else"),
        (["", TEXT, "A", "2025-03-01", ""], "row 2, sha256: is empty"),
    ],
)
def test_whoever_approved_it_and_when_must_be_said_and_the_text_be_plain(bad, place, home, capsys):
    written(home, bad)

    assert cli.main(["check", str(home)]) == 2
    assert place in capsys.readouterr().err


def test_a_quote_given_twice_is_refused(home, capsys):
    written(home, row(TEXT), row(TEXT))

    assert cli.main(["check", str(home)]) == 2
    assert "row 3, text: comes a second time" in capsys.readouterr().err


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    home = sample.folder(tmp_path_factory.mktemp("quotes") / "survey", areas=["X001", "X003"], waves=["2019"])
    return written(home, row(TEXT), row("A & B agree."))


def test_the_page_of_the_whole_shows_them_and_says_when_they_are_invented(survey):
    study = open_national(survey)

    data, metadata = shown.approved(study)._repr_mimebundle_()
    assert metadata == {"trustgap": {"kind": "sentence"}}
    assert data["text/html"] == (
        f"<ul><li>“A &amp; B agree.” (Information)</li><li>“{TEXT}” (Information)</li>"
        "<li>These words are invented, like all answers to this survey.</li></ul>"
    )
    for private in ("A. Approver", "2025-03", hashlib.sha256(TEXT.encode()).hexdigest()[:8]):
        assert private not in data["text/html"]


def test_an_area_neither_shows_them_nor_has_them(survey, tmp_path):
    study = open_area(survey, area="X001")

    assert len(study.release.files["quotes_approved"]) == 0
    with pytest.raises(ValueError, match="pages of the whole only"):
        shown.approved(study)
    release.write(open_national(survey).release, tmp_path / "stored")
    kept = release.read(tmp_path / "stored", area="X001").files["quotes_approved"]
    assert len(kept) == 0
    assert len(release.read(tmp_path / "stored", area="national").files["quotes_approved"]) == 2


def test_without_quotes_or_with_few_respondents_a_sentence_says_so(tmp_path):
    def few(frame):
        return frame[frame["area"].eq("X001")].head(29)

    survey = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"], answers=few)
    assert shown.approved(open_national(survey)) == "No quotes were approved to be shown."
    written(survey, row(TEXT))
    assert shown.approved(open_national(survey)) == "Too few people answered for anybody to be quoted."


def test_the_committed_quotes_are_marked_as_invented():
    for name in ("demo", "template"):
        table = pd.read_csv(sample.ROOT / "data" / name / "quotes_approved.csv")
        assert table["text"].str.startswith("Invented: ").all()
        assert table["approver"].eq("Invented approver").all()


@pytest.mark.slow
def test_quotes_of_the_demo_stand_on_page_20_and_on_no_other(demo):
    _, home = demo
    quote = pd.read_csv(sample.DEMO / "quotes_approved.csv")["text"].iloc[0]
    files = [path for path in home.rglob("*") if path.is_file()]
    quoting = [path for path in files if quote.encode() in path.read_bytes()]

    assert [path.relative_to(home).as_posix() for path in quoting] == ["national/20_national_findings.html"]
