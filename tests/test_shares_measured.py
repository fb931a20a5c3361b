"""What is measured of a survey of shares, and what is not."""

import numpy as np
import pandas as pd
import pytest
import sample_shares as sample

from trustgap.batch import plan
from trustgap.batch.run import run
from trustgap.record.asked import Asked
from trustgap.report import measuring, provenance, release
from trustgap.report.study import open_area
from trustgap.report.themes import local_gap
from trustgap.stats import counts
from trustgap.stats.ranking import joint_limits
from trustgap.survey.folder import load

SHARES = """trust,year,n_heard,heard,n_tired,tired
T1,1,40,62.5,38,12
T1,2,55,33.3,60,20
T2,2,200,50.2,9,3
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("shares"), shares=SHARES)


@pytest.fixture(scope="module")
def measured(home):
    return measuring.measure(load(home))


def test_respondents_are_the_largest_base_of_a_wave_and_the_whole_is_their_sum(measured):
    people = measured.people.set_index(["area", "wave", "group"])["n"]

    assert people["X1", "1", "staff"] == people["X1", "1", "all"] == 40
    assert people["X1", "2", "all"] == 60
    assert people["X2", "1", "all"] == 0
    assert people["national", "2", "staff"] == people["national", "2", "all"] == 260
    assert measured.latest == "2"


def test_cells_are_filled_and_added_up(measured):
    cells = measured.counts.set_index(["area", "wave", "group", "item"])[[1, 2]]

    assert cells.loc[("X2", "1", "all", "heard")].tolist() == [0, 0]
    assert cells.loc[("national", "2", "all", "heard")].tolist() == [37 + 100, 18 + 100]
    assert len(cells) == 3 * 2 * 2 * 2


def test_the_difference_from_the_rest_is_that_of_the_counts(measured):
    rows = measured.compared.query("area == 'X1' and item == 'heard' and group_a == 'all'")

    assert rows["estimate"].tolist() == pytest.approx([18 / 55 - 100 / 200])
    assert rows[["n_a", "n_b"]].to_numpy().tolist() == [[55, 200]]


def test_where_one_group_was_asked_one_is_enough_for_pages(measured):
    assert not measured.mask.silent


def test_a_base_below_eleven_is_hidden_of_shares_as_of_answers(measured):
    shown = measured.mask.protect(measured.compared, measured.words).frame

    tired = shown[shown["item"].eq("tired")]
    assert tired["suppressed"].all()
    assert tired["estimate"].isna().all()
    assert not shown.loc[shown["item"].eq("heard"), "suppressed"].any()


def test_nothing_is_said_of_who_could_not_answer(measured):
    assert set(measured.counts.columns) == {*counts.CELL, 1, 2}
    assert set(measured.headline["estimand"]) == {"top2_share"}


def test_what_needs_respondents_has_no_rows_and_its_notebooks_say_why(measured):
    assert measured.answers.empty
    assert measured.weighting.empty
    assert measured.item_pairs.empty
    books = {book.name: book for book in plan.find_notebooks()}
    assert plan.why_not(books["02_survey_statistics"], measured) == "it needs the answers of respondents"
    assert plan.why_not(books["22_planning"], measured) == ""


@pytest.mark.parametrize("area", ["X1", counts.NATIONAL])
def test_a_stored_release_of_shares_reads_as_it_was_measured(measured, home, tmp_path, area):
    release.write(measured, tmp_path / "r")
    read, part = release.read(tmp_path / "r", area=area), release.part(measured, area)

    for name in release.TABLES:
        stored, own = (getattr(one, name) for one in (read, part))
        pd.testing.assert_frame_equal(stored.astype(object), own.astype(object), check_column_type=False)
    assert read.mask == part.mask


def test_what_comes_first_is_found_from_counts_where_nothing_else_is_known(home, tmp_path):
    study = open_area(str(home), area="X1", outputs=str(tmp_path))
    rows = local_gap.furthest(study)

    assert set(rows["method"]) == {joint_limits.METHOD}
    assert rows.loc[rows["item"].eq("heard"), "n_b"].tolist() == [200, 200]
    assert set(rows.loc[rows["item"].eq("tired"), "reason"]) == {"n_lt_min"}


def test_a_page_says_that_its_shares_were_published(home, tmp_path):
    study = open_area(str(home), area="X1", outputs=str(tmp_path))
    facts = study.save("06_local_gap").facts

    assert study.source == "Source: A small survey, Ashby. Published shares, counts worked out from them."
    assert facts["Shares"] == "3 of 3 rows read were kept"
    assert facts["Weights"] == provenance.WEIGHTS["published"]
    assert "Answers" not in facts


@pytest.mark.slow
def test_shares_of_trust_in_several_waves_get_a_page_on_change(tmp_path):
    text = sample.columns().replace("statement, scale: agree", "trust, team: gp, scale: agree", 1)
    text = text.replace("scales:", "teams: [{id: gp, label: GPs}]\nscales:")
    rows = "area,wave,item,base,rate\n" + "".join(
        f"{area},{wave},{item},100,{rate}\n"
        for area in ("X1", "X2")
        for wave, rate in (("1", 40), ("2", 70))
        for item in ("heard", "tired")
    )
    home = sample.folder(tmp_path / "small", questionnaire=text, shares=rows)
    outcome = run(Asked(home, areas="X1", notebooks="04", outputs=tmp_path / "out"), workers=1)

    assert outcome.failures == []
    page = (tmp_path / "out/small/X1/04_five_years.html").read_text(encoding="utf-8")
    assert "From First to Second trust rose in GPs (+30 points)." in page
    assert "How many answers are missing is not known" in page
    assert "the waves are compared as if each had asked different people" in page


def test_two_groups_of_shares_are_compared_at_the_areas_own_mix(tmp_path):
    text = sample.columns().replace("{id: staff, label: Staff}", "{id: a, label: A}, {id: b, label: B}")
    rows = "area,wave,item,base,rate,group\n" + "".join(
        f"{area},1,heard,{base},{rate},{group}\n"
        for area, group, base, rate in [
            ("X1", "a", 80, 50),
            ("X1", "b", 20, 25),
            ("X2", "a", 100, 40),
            ("X2", "b", 300, 20),
        ]
    )
    measured = measuring.measure(load(sample.folder(tmp_path, questionnaire=text, shares=rows)))

    row = measured.compared.query("area == 'X1' and item == 'heard' and group_a == 'all'").iloc[0]
    assert row["estimate"] == pytest.approx(np.average([0.5 - 0.4, 0.25 - 0.2], weights=[80, 20]))
