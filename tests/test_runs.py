"""Whole runs: the same pages every time, a failure that stays where it is, nothing of anybody left behind."""

import re

import nbformat
import pandas as pd
import pytest
import sample_survey as sample

from trustgap.batch import plan
from trustgap.batch.job import DiskFull
from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.report import measuring
from trustgap.stats import results
from trustgap.stats.shares import proportions
from trustgap.survey import folder

FIND = plan.find_notebooks
BAD = "02_bad"
CANARY = "Kanarienvogel4711"
FAIL = """if area == "X002":
    raise KeyError("".join(reversed("1174legovneiranaK")))"""


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("runs") / "survey")


@pytest.fixture(scope="module", autouse=True)
def now():
    """Every page tells when its run began; here all begin at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture(scope="module")
def first(survey, tmp_path_factory):
    outputs = tmp_path_factory.mktemp("first")
    return run(Asked(survey, areas="X001,X002,X003", outputs=outputs), workers=2), outputs / "demo"


@pytest.fixture(scope="module")
def second(survey, tmp_path_factory):
    outputs = tmp_path_factory.mktemp("second")
    return run(Asked(survey, areas="X002,X001,X003", outputs=outputs), workers=1), outputs / "demo"


@pytest.fixture
def books(tmp_path, monkeypatch):
    to = tmp_path / "notebooks"
    sample.measuring(to / "area" / "01_good.ipynb")
    monkeypatch.setattr(plan, "find_notebooks", lambda: FIND(to))
    return to


def files(home):
    return {path.relative_to(home).as_posix(): path for path in sorted(home.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_two_runs_give_the_same_pages_and_tables_whatever_the_workers(first, second):
    one, other = files(first[1]), files(second[1])

    assert list(one) == list(other)
    assert len([name for name in one if name.endswith(".html")]) == 2 * 8 + 1 + 3 + 1
    for name in one:
        if name not in ("run.json", "runs.jsonl"):
            assert one[name].read_bytes() == other[name].read_bytes(), name


@pytest.mark.slow
def test_the_outcome_counts_what_is_there(first):
    outcome, home = first

    assert outcome.failures == []
    assert outcome.pages == len(list(home.glob("*/*.html"))) == 20
    hidden = sum(pd.read_csv(path)["suppressed"].sum() for path in home.glob("*/tables/*.csv"))
    assert outcome.hidden == hidden > 0


@pytest.mark.slow
def test_every_table_has_the_columns_of_the_vocabulary_and_all_of_them_make_the_whole(first):
    tables = {
        path: pd.read_csv(path, dtype=str, keep_default_na=False) for path in first[1].glob("*/tables/*.csv")
    }
    together = pd.read_parquet(first[1] / "results.parquet")

    assert len(tables) == 2 * 8 + 3
    for path, table in tables.items():
        assert list(table.columns) == results.COLUMNS, path
        assert set(table["survey"]) <= {"demo (synthetic)"}, path
        assert set(table["area"]) <= {"", "national", *sample.AREAS}, path
        assert table.loc[table["area"].eq(sample.TINY), "suppressed"].eq("True").all(), path
        there = together[together["notebook"].eq(path.stem) & together["area"].isin(table["area"])]
        assert len(there) >= len(table)
    assert list(together.columns) == [*results.COLUMNS, "notebook"]
    assert len(together) == sum(map(len, tables.values()))
    numbers = pd.concat(tables.values())["estimate"].replace("", "nan").astype(float)
    assert together["estimate"].sum() == pytest.approx(numbers.sum(), abs=1e-9)


@pytest.mark.slow
def test_synthetic_is_said_on_every_page_and_in_every_file(first):
    for name, path in files(first[1]).items():
        if name.endswith(".html"):
            assert "synthetic" in path.read_text(encoding="utf-8").lower(), name
    assert set(pd.read_parquet(first[1] / "results.parquet")["survey"]) == {"demo (synthetic)"}
    assert set(pd.read_csv(first[1] / "items.csv")["survey"]) == {"demo (synthetic)"}


@pytest.mark.slow
def test_a_tiny_area_has_a_page_without_a_number_and_no_table(first):
    home = first[1] / sample.TINY
    html = (home / "00_summary.html").read_text(encoding="utf-8")
    words = re.sub(r"(?s)<style.*?</style>|<head.*?</head>|<[^>]*>", " ", html)

    assert list(files(home)) == ["00_summary.html", "result.json"]
    assert set(re.findall(r"\d+", words)) <= {"2015", "2019", "11", "30"}, "only the wave and the rule"


@pytest.mark.slow
def test_the_index_lists_every_area_and_says_which_were_not_made(first):
    html = (first[1] / "index.html").read_text(encoding="utf-8")
    names = pd.read_csv(sample.DEMO / "areas.csv", index_col="code")["name"]

    for code in sample.AREAS:
        assert names[code] in html
    assert html.count("Page not made in this run") == 1
    assert html.count("Too few answers: no local result") == 1
    for href in re.findall(r'href="([^"#:]+)"', html):
        assert (first[1] / href).is_file(), href


@pytest.mark.slow
def test_links_between_pages_lead_to_pages(first):
    for path in first[1].glob("*/*.html"):
        for href in re.findall(r'href="([^"#:]+)"', path.read_text(encoding="utf-8")):
            assert (path.parent / href).is_file(), (path, href)


@pytest.mark.slow
def test_what_was_measured_at_once_is_what_a_notebook_shows(first, survey):
    measured = measuring.measure(folder.load(survey))
    table = pd.read_csv(
        first[1] / "X002" / "tables" / "03_trust_gap.csv", keep_default_na=False, na_values=[""]
    )
    shown = table[table["estimand"].eq("top2_share") & table["analysis"].eq("shares")].dropna(
        subset="estimate"
    )
    cells = measured.counts[measured.counts["area"].eq("X002") & measured.counts["wave"].eq("2019")]
    exact = proportions.shares(cells, measured.questionnaire.items)
    exact = exact[exact["estimand"].eq("top2_share")].set_index(["item", "group_a"])["estimate"]
    sure = shown[shown["reason"].fillna("").eq("")]

    assert len(sure) >= 4
    for row in sure.itertuples():
        assert row.estimate == pytest.approx(exact[row.item, row.group_a], abs=0.005 + 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["01_who_answered", "03_trust_gap"])
def test_a_notebook_opened_alone_writes_the_table_of_the_batch(first, survey, tmp_path, name, monkeypatch):
    book = nbformat.read(sample.ROOT / "notebooks" / "area" / f"{name}.ipynb", as_version=4)
    own = {"survey": str(survey), "area": "X002", "outputs": str(tmp_path)}
    space = {}
    for cell in (cell for cell in book.cells if cell.cell_type == "code"):
        exec(cell.source, space)  # noqa: S102  our own notebook, cell by cell
        if "parameters" in cell.metadata.get("tags", []):
            space |= own

    alone = (tmp_path / "demo" / "X002" / "tables" / f"{name}.csv").read_bytes()
    assert alone == (first[1] / "X002" / "tables" / f"{name}.csv").read_bytes()


def test_a_failed_area_stops_no_other_and_leaves_nothing(survey, books, tmp_path):
    home = tmp_path / "pages" / "demo"
    assert run(Asked(survey, areas="2", outputs=tmp_path / "pages")).failures == []
    assert (home / "X002" / "01_good.html").is_file()

    sample.measuring(books / "area" / f"{BAD}.ipynb", after=FAIL)
    sample.national(books / "national" / "20_all.ipynb")
    outcome = run(Asked(survey, areas="X001,X002,X003", outputs=tmp_path / "pages"))

    assert outcome.failures == [("X002", BAD, "cell 6 stopped with KeyError")]
    assert (outcome.pages, outcome.silent) == (4, 1)
    assert not (home / "X002").exists(), "not even the page of the run before"
    assert sorted(path.name for path in home.iterdir()) == [
        "X001", "X003", "index.html", "items.csv", "national", "results.parquet", "runs.jsonl", "whole.json",
    ]  # fmt: skip
    assert set(pd.read_parquet(home / "results.parquet")["area"]) >= {"X001"}
    assert "X002" not in set(pd.read_parquet(home / "results.parquet").query("notebook == '01_good'")["area"])
    html = (home / "index.html").read_text(encoding="utf-8")
    assert "cell 6 stopped with KeyError" in html
    assert not [name for name, path in files(home).items() if CANARY.encode() in path.read_bytes()]


def test_answers_do_not_stay_in_the_outputs(survey, books, tmp_path, monkeypatch):
    run(Asked(survey, areas="X001", outputs=tmp_path / "pages"))
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["demo"]
    assert not list((tmp_path / "pages").rglob("*.arrow"))

    def broken(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trustgap.batch.site.write_index", broken)
    with pytest.raises(DiskFull):
        run(Asked(survey, areas="X001", outputs=tmp_path / "pages"))
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["demo"]


def test_a_page_that_other_answers_made_does_not_stay(survey, books, tmp_path):
    run(Asked(survey, areas="X001,X002", outputs=tmp_path))
    run(Asked(survey, areas="X001", outputs=tmp_path))
    assert (tmp_path / "demo" / "X002" / "01_good.html").is_file(), "the same input: pages add up"

    def without_one(frame):
        return frame.drop(frame.index[frame["area"].eq("X002")][0])

    other = sample.folder(tmp_path / "other", answers=without_one)
    run(Asked(other, areas="X001", outputs=tmp_path))
    assert (tmp_path / "demo" / "X001" / "01_good.html").is_file()
    assert not (tmp_path / "demo" / "X002").exists()
    (tmp_path / "demo" / "X009").mkdir()
    run(Asked(other, areas="X001", outputs=tmp_path))
    assert not (tmp_path / "demo" / "X009").exists(), "what no record vouches for does not stay"
