"""Nobody is singled out by what they are: counted twice, alone in an area, or by a column of their own."""

import pandas as pd
import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.report import measuring
from trustgap.report.disclosure import Mask
from trustgap.report.study import open_area
from trustgap.report.wording import Words
from trustgap.survey import folder
from trustgap.survey.checks import CANONICAL, SurveyError

CANARY = "R_3kanarienvogel"


def rename(survey, codes):
    """Give areas of a sample survey other codes, in the list and in the answers."""
    areas = pd.read_csv(survey / "areas.csv", dtype=str)
    areas.assign(code=areas["code"].replace(codes)).to_csv(survey / "areas.csv", index=False)
    answers = pd.read_parquet(survey / "responses.parquet")
    answers.assign(area=answers["area"].replace(codes)).to_parquet(survey / "responses.parquet", index=False)
    return survey


def ten_and_one_again(frame):
    """Keep ten people of an area's group, one of them with two rows."""
    mine = frame[frame["area"].eq("X001") & frame["group"].eq("hospital")]
    others = frame[~(frame["area"].eq("X001") & frame["group"].eq("hospital"))]
    return pd.concat([others, mine.head(10), mine.head(1)], ignore_index=True)


def test_eleven_rows_of_ten_people_are_no_eleven_people(tmp_path, capsys):
    """A03. Not even hidden: nothing is made of such a file, and it says how many rows and people."""
    survey = sample.folder(
        tmp_path / "survey", areas=["X001", "X002"], waves=["2019"], answers=ten_and_one_again
    )

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 2
    assert "1 rows repeat a respondent within the same wave (by 1 respondent)" in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


def test_without_the_second_row_the_ten_are_hidden(tmp_path):
    """A03."""
    survey = sample.folder(
        tmp_path / "survey",
        areas=["X001", "X002"],
        waves=["2019"],
        answers=lambda frame: ten_and_one_again(frame).drop_duplicates(["respondent", "wave"]),
    )
    measured = measuring.measure(folder.load(survey))
    people = measured.people.query("area == 'X001' and group == 'hospital'")["n"]

    assert people.tolist()[-1] == 10
    hidden = measured.decided.query("area == 'X001' and group == 'hospital'")["item"]
    teams = measured.questionnaire.items["team"]
    assert set(teams.index[teams.ne("hospital")]) <= set(hidden)


@pytest.mark.parametrize("options", [["--tenure", "5"], ["--parameters", "tenure=5"], ["-p", "tenure", "5"]])
def test_no_further_question_can_be_asked_on_the_command_line(options, tmp_path, capsys):
    """A33."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", str(sample.DEMO), "--outputs", str(tmp_path / "pages"), *options])
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    """Make a survey of two ordinary areas and two tiny ones, with the codes of two real tiny councils."""

    def few(frame):
        kept = frame[frame["area"].isin(["X001", "X002"])]
        return pd.concat([kept, *(frame[frame["area"].eq(code)].head(7) for code in ("X004", "X005"))])

    areas = ["X001", "X002", "X004", "X005"]
    made = sample.folder(tmp_path_factory.mktemp("tiny") / "survey", areas=areas, waves=["2019"], answers=few)
    return rename(made, {"X004": "E06000053", "X005": "E09000001"})


def test_a_tiny_area_has_one_page_which_holds_no_number(survey, tmp_path, monkeypatch):
    """A35. Isles of Scilly and City of London."""
    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: sample_runs.Instant())
    monkeypatch.setattr("trustgap.batch.run.Here", lambda _: None)
    monkeypatch.setattr("trustgap.batch.site.write_tables", lambda *_: None)
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")

    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 0
    for code in ("E06000053", "E09000001"):
        home = tmp_path / "pages" / "demo" / code
        files = [path.name for path in home.rglob("*") if path.is_file() and path.suffix != ".json"]
        assert files == ["00_summary.html"]
        page = (home / "00_summary.html").read_text(encoding="utf-8")
        body = page[page.index("<main") : page.index("</main>")]
        assert "No local result" in body
        name = pd.read_csv(survey / "areas.csv", index_col="code").loc[code, "name"]
        digits = [c for c in body.replace(name, "").replace("2019", "").replace("h1", "") if c.isdigit()]
        assert digits == []


def test_what_analyses_read_has_no_column_but_those_on_the_list(survey):
    """A34."""
    study = open_area(survey, area="X001")

    assert study.answers.columns.tolist() == [*CANONICAL, *study.questionnaire.items.index]
    with pytest.raises(KeyError, match="tenure"):
        study.cells(tenure="5")


@pytest.mark.parametrize("column", ["respondent", "ResponseId", "StartDate", "Email"])
def test_a_column_that_is_not_on_the_list_never_becomes_a_table(column):
    """A34."""
    rows = pd.DataFrame(
        {"area": ["X001"], "estimate": [0.5], "n_a": [40], "rests_on": [()], column: [CANARY]}
    )

    with pytest.raises(KeyError, match="not in the results vocabulary") as caught:
        Mask().protect(rows, Words.plain())
    assert CANARY not in str(caught.value)


def test_a_notebook_that_passes_one_on_makes_no_page_and_says_nothing_of_it(
    survey, tmp_path, monkeypatch, capsys
):
    """A34."""
    leak = """from trustgap.report import tables
from trustgap.report.study import open_area
study = open_area(survey, area=area, answers=answers, release=release, outputs=outputs)
rows = study.answers[["area", "respondent"]].assign(estimate=0.5, n_a=40, rests_on=[()] * len(study.answers))
tables.show(study.protect(rows), columns={"respondent": "Who"}, caption="People")"""
    sample.notebook(tmp_path / "notebooks" / "area" / "01_leak.ipynb", leak)
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")
    command = ["run", str(survey), "--areas", "X001", "--outputs", str(tmp_path / "pages"), "--workers", "1"]

    assert cli.main(command) == 1
    said = capsys.readouterr()
    assert "Failed: area X001, 01_leak" in said.err
    first = open_area(survey, area="X001").answers["respondent"].iloc[0]
    assert first not in said.err + said.out
    assert not list((tmp_path / "pages").rglob("01_leak.html"))


def test_an_unknown_area_in_the_answers_ends_the_run_and_is_not_named(tmp_path):
    """A51. In the answers it may be a remark about somebody."""

    def strange(frame):
        return frame.assign(area=[CANARY, *frame["area"].iloc[1:]])

    survey = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"], answers=strange)
    with pytest.raises(SurveyError, match="1 row holds an unknown area") as caught:
        folder.load(survey)
    assert CANARY not in str(caught.value)
