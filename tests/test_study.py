"""What a notebook holds in its hands, alone and in a batch."""

import pandas as pd
import pytest
import sample_survey as sample

from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.report.study import open_area, open_national
from trustgap.stats import results
from trustgap.stats.shares import proportions
from trustgap.survey import folder


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("study") / "survey")


@pytest.fixture(scope="module")
def stored(survey, tmp_path_factory):
    to = tmp_path_factory.mktemp("stored") / "release"
    releases.write(measuring.measure(folder.load(survey)), to)
    return to


def show(study):
    return study.protect(proportions.shares(study.cells(wave=study.latest, block="trust"), study.items))


@pytest.mark.parametrize("area", ["X001", "X004", "national"])
def test_alone_and_in_a_batch_the_table_is_the_same(survey, stored, tmp_path, area):
    for name, release in {"alone": "", "batch": str(stored)}.items():
        own = {"release": release, "outputs": str(tmp_path / name)}
        study = (
            open_national(str(survey), **own)
            if area == "national"
            else open_area(str(survey), area=area, **own)
        )
        show(study)
        study.save("03_some")

    alone, batch = (tmp_path / name / "demo" / area / "tables" / "03_some.csv" for name in ("alone", "batch"))
    assert alone.read_bytes() == batch.read_bytes()
    assert list(pd.read_csv(alone).columns) == results.COLUMNS


def test_a_notebook_that_shows_nothing_still_writes_the_columns(stored, tmp_path):
    open_area("", area="X001", release=str(stored), outputs=str(tmp_path)).save("09_none")
    table = pd.read_csv(tmp_path / "demo" / "X001" / "tables" / "09_none.csv")

    assert list(table.columns) == results.COLUMNS
    assert len(table) == 0


def test_the_facts_count_everything_that_was_shown(stored, tmp_path):
    study = open_area("", area="X001", release=str(stored), outputs=str(tmp_path))
    shown = show(study)
    facts = study.save("03_some").facts

    assert facts["Results"] == f"{len(shown) - shown.hidden} shown, {shown.hidden} hidden"
    assert facts["Area"] == "Fennowmere"


def test_an_unknown_area_is_named(survey, stored):
    for release in ("", str(stored)):
        with pytest.raises(ValueError, match=r"area 'X999' is not in areas\.csv"):
            open_area(str(survey), area="X999", release=release)


def test_a_table_is_read_only_once_another_notebook_wrote_it(survey, tmp_path):
    study = open_area(str(survey), area="X001", outputs=str(tmp_path))

    with pytest.raises(FileNotFoundError, match="no tables of area X001 yet"):
        study.tables()
    study.protect(proportions.shares(study.cells(wave="2019", block="trust"), study.items))
    study.save("03_some")
    assert len(study.tables()) == len(study.recorded[0])
    assert [path.name for path in (tmp_path / "demo" / "X001" / "tables").iterdir()] == ["03_some.csv"]
