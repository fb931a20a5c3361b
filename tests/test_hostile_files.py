"""Nothing hostile gets in: each file is refused at once, in little memory, with its name and no cell."""

import re
import shutil
import time
import tracemalloc

import hostile
import hostile_workbooks
import pytest
import sample_survey as sample

from trustgap import cli

LONGEST = 60
"""Lines of a message, which must fit on about a screen."""


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """Load what is loaded on first use, which is not what is timed."""
    for folder in (sample.ROOT / "data" / "template", "nowhere"):
        cli.main(["check", str(folder)])


@pytest.fixture
def home(tmp_path):
    return shutil.copytree(sample.ROOT / "data" / "template", tmp_path / "survey")


def refused(home, capsys, command="check", *, weigh=True):
    """Give what is said of a folder that must be refused, having looked at the clock and at memory."""
    before = sorted(path.name for path in home.parent.rglob("*"))
    outputs = ["--outputs", str(home.parent / "pages")] if command == "run" else []
    begun = time.process_time()
    code = cli.main([command, str(home), *outputs])
    spent = time.process_time() - begun
    said = capsys.readouterr()
    peak = 0
    if weigh:
        tracemalloc.start()
        cli.main([command, str(home), *outputs])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        capsys.readouterr()

    assert code == 2, said.out
    assert said.out == ""
    assert "Traceback" not in said.err
    assert hostile.CANARY not in said.err
    assert len(said.err.splitlines()) <= LONGEST
    assert len(said.err) < 10_000
    assert spent < 1
    assert peak < 100e6
    assert sorted(path.name for path in home.parent.rglob("*")) == before, "something was written or run"
    return said.err


@pytest.mark.parametrize("fault", hostile.TABLE_FAULTS)
@pytest.mark.parametrize("name", hostile.TABLES)
def test_no_table_of_a_folder_is_read_that_could_do_harm(name, fault, home, capsys):
    """A58. A56. Links, pipes, devices, pickles and bombs in the place of every table."""
    spoil, expected = hostile.TABLE_FAULTS[fault]
    path = hostile.with_table(home, name)
    spoil(path)

    said = refused(home, capsys, weigh=name == "answers")
    assert path.name in said
    assert re.search(expected, said), said


@pytest.mark.parametrize("kind", hostile_workbooks.WORKBOOKS)
def test_a_workbook_that_is_more_than_a_sheet_of_values_is_refused_and_says_why(kind, home, capsys):
    """A57. B59, B60: hidden in other words, and sheets in other places, than programs write."""
    spoil, expected = hostile_workbooks.WORKBOOKS[kind]
    spoil(home)

    said = refused(home, capsys)
    assert re.search(expected, said), said


@pytest.mark.parametrize("to", ["/xl/data/sheet1.xml", "/xl/Worksheets/sheet1.xml"])
def test_a_sheet_of_values_is_read_wherever_it_lies(to, home, capsys):
    """B60."""
    hostile_workbooks.elsewhere(to)(home)

    assert cli.main(["check", str(home)]) == 2
    said = capsys.readouterr().err
    assert "late_referral" in said, "the word in it that is no answer is what is wrong"
    assert "workbook" not in said


@pytest.mark.parametrize("kind", hostile.PARQUETS)
def test_only_whole_tables_of_sane_size_are_read_whatever_their_names_say(kind, home, capsys):
    """A56."""
    spoil, expected = hostile.PARQUETS[kind]
    spoil(home)

    said = refused(home, capsys)
    assert re.search(expected, said), said


@pytest.mark.parametrize("kind", hostile.YAMLS)
def test_a_questionnaire_is_plain_data_of_sane_size(kind, home, capsys):
    """A54. A55."""
    old, new, expected = hostile.YAMLS[kind]
    hostile.change(home, "questionnaire.yaml", old, new)

    said = refused(home, capsys)
    assert "questionnaire.yaml" in said
    assert re.search(expected, said), said


CODES = ["../../etc/passwd", "a/b", "..\\w", "CON", "A" * 300, "X\x00", "", ".", "{area.__class__.__mro__}"]
CODES += ["nul", "-rf", "T01\u202e", "\uff34\uff10\uff11", "T01.html", "T 1"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("command", ["check", "run"])
def test_a_code_of_an_area_that_could_lead_elsewhere_is_refused_before_any_path_is_built(
    command, code, home, capsys
):
    """A51. A53."""
    hostile.change(home, "areas.csv", "T01,", f"{code},")

    assert "areas.csv" in refused(home, capsys, command, weigh=False)
    assert not (home.parent / "pages").exists()


def test_an_area_that_is_none_of_the_survey_makes_no_path(home, tmp_path, capsys):
    """A51. Asked for on the command line."""
    outputs = tmp_path / "pages"

    for area in ("../../etc/passwd", "/etc", "..", "T99", ""):
        assert cli.main(["run", str(home), "--areas", area, "--outputs", str(outputs)]) == 2
    assert not outputs.exists()
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_without_a_header_is_refused_and_its_first_person_not_repeated(home, capsys):
    """B20."""
    lines = (home / "answers.csv").read_text().splitlines()[1:]
    rows = [f"{hostile.CANARY}{n}@example.org,{line}" for n, line in enumerate(lines)]
    (home / "answers.csv").write_text("\n".join(rows))

    assert "none of the columns of the questionnaire is there" in refused(home, capsys)


def test_a_thousand_faults_are_told_on_a_screen(home, capsys):
    """B21."""
    rows = "".join(f"T/{n},Name {n},Region\n" for n in range(5_000))
    (home / "areas.csv").write_text(f"code,name,region\n{rows}")

    said = refused(home, capsys)
    assert "5,000 problems found" in said
    assert "more" in said.splitlines()[-1]
