"""A release: what is stored is what was measured, and single areas agree with all of them."""

import copy
import shutil
from dataclasses import fields, replace
from datetime import UTC, datetime

import demo_rows
import numpy as np
import pandas as pd
import pytest
import sample_survey as sample

from trustgap.report import batches, measuring, provenance, release
from trustgap.report.disclosure import opened
from trustgap.stats import counts
from trustgap.stats.between_areas import areas
from trustgap.stats.shares import proportions
from trustgap.survey import folder


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.folder(tmp_path_factory.mktemp("release") / "survey")


@pytest.fixture(scope="module")
def measured(survey):
    return measuring.measure(folder.load(survey))


@pytest.fixture(scope="module")
def stored(measured, survey, tmp_path_factory):
    to = tmp_path_factory.mktemp("stored") / "release"
    release.write(measured, to)
    return to


def plain(frame):
    """Take away what storing may change: names inside a column's type."""
    kinds = {name: str for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)}
    return frame.astype(kinds).set_axis(pd.Index(list(frame.columns), dtype=object), axis=1)


@pytest.mark.parametrize("area", ["X001", "X004", sample.TINY, counts.NATIONAL])
def test_what_is_read_of_an_area_is_what_was_measured(measured, stored, area):
    read, part = release.read(stored, area=area), release.part(measured, area)

    for name in release.TABLES:
        pd.testing.assert_frame_equal(plain(getattr(read, name)), plain(getattr(part, name)))
    assert read.mask == part.mask
    assert read.words == part.words
    assert read.facts == part.facts
    assert read.latest == part.latest == "2019"


def test_an_area_holds_its_own_answers_and_no_other_areas(stored):
    read = release.read(stored, area="X001")

    assert set(read.answers["area"].astype(str)) == {"X001"}
    assert set(read.counts["area"]) == {"X001", counts.NATIONAL}
    assert set(read.compared["area"]) == {"X001"}


@pytest.mark.parametrize("code", ["X999", "", "..", "x001"])
def test_an_unknown_area_is_refused(measured, stored, code):
    for give in (lambda: release.part(measured, code), lambda: release.read(stored, area=code)):
        with pytest.raises(ValueError, match=r"is not in areas\.csv; it has 4 areas, such as X001, X002"):
            give()


def test_a_table_is_read_only_when_somebody_looks_at_it(stored, tmp_path):
    shutil.copytree(stored, tmp_path / "release")
    (tmp_path / "release" / "item_pairs.arrow").unlink()
    read = release.read(tmp_path / "release", area="X001")

    assert len(read.answers) > 30
    assert read.counts is read.counts
    with pytest.raises(FileNotFoundError, match="item_pairs"):
        _ = read.item_pairs
    with pytest.raises(AttributeError, match="weights"):
        _ = read.weights


def test_a_release_that_was_read_can_be_changed_in_part_and_copied(stored):
    read = release.read(stored, area="X001")
    emptied = replace(read, answers=read.answers.head(0))

    assert emptied.answers.empty
    assert emptied.mask == read.mask
    pd.testing.assert_frame_equal(emptied.counts, read.counts)
    assert copy.copy(read).latest == read.latest


def test_a_stored_questionnaire_says_what_was_asked(measured, stored):
    read, asked = release.read(stored, area="X001"), measured.questionnaire

    for one in fields(asked):
        before, after = (getattr(whole, one.name) for whole in (asked, read.questionnaire))
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_frame_equal(before, after)
        else:
            assert before == after
    pd.testing.assert_frame_equal(read.areas, measured.areas)


def test_the_whole_is_the_sum_of_the_areas(measured):
    levels = [*counts.levels(measured.counts)]
    by_area = measured.counts[measured.counts["area"].ne(counts.NATIONAL)]
    whole = measured.counts[measured.counts["area"].eq(counts.NATIONAL)]
    keys = ["wave", "group", "item"]

    summed = by_area.groupby(keys)[levels].sum()
    pd.testing.assert_frame_equal(whole.set_index(keys)[levels].sort_index(), summed, check_dtype=False)


def test_an_area_alone_compares_as_among_all_of_them(measured, stored):
    read = release.read(stored, area="X002")
    now = read.counts[read.counts["wave"].eq(read.latest) & read.counts["group"].ne(counts.ALL)]
    own, whole = (opened(now, read.mask)[now["area"].eq("X002")], now[now["area"].eq(counts.NATIONAL)])
    alone = areas.against_rest(own, read.questionnaire.items, national=whole)

    keys = ["item", "group_a"]
    numbers = ["estimate", "conf_low", "conf_high", "p_value", "n_a", "n_b"]
    together = measured.compared[measured.compared["area"].eq("X002")].set_index(keys)[numbers]
    assert len(together) > 50
    pd.testing.assert_frame_equal(
        alone.set_index(keys)[numbers].sort_index(), together.sort_index(), rtol=1e-12, atol=1e-12
    )


def test_the_headline_leaves_out_areas_without_pages(measured):
    assert set(measured.mask.silent) == {sample.TINY}
    assert set(measured.headline["area"]) == {"X001", "X002", "X004", counts.NATIONAL}


@pytest.mark.slow
@pytest.mark.parametrize("area", ["X001", "X005"])
def test_an_area_shows_of_others_what_these_show_of_themselves(area, tmp_path):
    """B50. The total of X005 is a bound, because nearly everybody there agrees."""
    whole = demo_rows.measured()
    release.write(whole, tmp_path / "stored")
    everywhere = whole.mask.protect(whole.headline, whole.words)
    assert everywhere.where(area="X005").frame["estimate_text"].tolist() == [">90%"]

    for of in (release.part(whole, area), release.read(tmp_path / "stored", area=area)):
        shown = of.mask.protect(of.headline, of.words)
        pd.testing.assert_frame_equal(shown.frame, everywhere.frame)


def test_what_rests_on_an_area_of_which_a_part_knows_no_decision_is_hidden(measured):
    """B50."""
    of = release.part(measured, "X001")
    rows = proportions.shares(measured.counts, measured.questionnaire.items)
    rows = rows[rows["wave"].eq("2019") & rows["estimand"].eq("top2_share")]
    shown = of.mask.protect(rows, of.words).frame

    headline = shown["item"].eq("trust_asc") & shown["group_a"].eq(counts.ALL)
    others = shown["area"].eq("X002")
    assert (others & ~headline).any()
    assert set(shown.loc[others & ~headline, "estimate_text"]) == {"[c]"}
    for known in (others & headline, shown["area"].eq("X001"), shown["area"].eq(counts.NATIONAL)):
        assert set(shown.loc[known, "estimate_text"]) - {"[c]"}


def test_words_say_that_a_survey_is_synthetic(measured):
    assert measured.words.survey == "demo (synthetic)"


def test_a_table_whose_areas_do_not_stand_together_is_not_stored(tmp_path):
    with pytest.raises(ValueError, match="must stand together"):
        batches.write(pd.DataFrame({"area": ["X1", "X2", "X1"]}), tmp_path / "table.arrow")


def test_a_table_without_rows_and_one_with_gaps_come_back(tmp_path):
    full = pd.DataFrame({"area": ["b", "b", "a"], "n": [1.0, np.nan, 3.0], "text": ["", "x", "ü"]})
    for frame in (full, full.head(0)):
        batches.write(frame, tmp_path / "table.arrow")
        pd.testing.assert_frame_equal(batches.read(tmp_path / "table.arrow"), frame)
    assert len(batches.read(tmp_path / "table.arrow", ["a"])) == 0


def test_the_facts_of_a_page_count_what_is_shown_and_name_the_program(measured):
    facts = provenance.of(
        measured, notebook="01", area="X", shown=None, started=pd.Timestamp("2026-01-02 03:04:05")
    ).facts

    assert provenance.counted(facts) == (0, 0)
    assert facts["Input (HMAC-SHA256)"] == measured.facts["digest"]
    assert facts["Run started (UTC)"] == "2026-01-02 03:04:05"
    assert "(synthetic data)" in facts["Survey"]
    assert facts["trustgap"] == "0.1.0"


def test_without_git_the_facts_still_come(monkeypatch):
    def absent(*_, **__):
        raise FileNotFoundError

    provenance._commit.cache_clear()
    monkeypatch.setattr(provenance.subprocess, "run", absent)
    assert provenance.program()["Code"] == "unknown: git is not installed"
    provenance._commit.cache_clear()


def test_the_weights_of_a_release_stand_for_the_staff_of_every_area(measured):
    now = measured.answers[measured.answers["wave"].astype(str).eq("2019")]
    staff = measured.areas.filter(like="staff_").sum(axis=1)
    summed = now.groupby(now["area"].astype(str))["weight"].sum()
    # X003 is tiny: one of its groups gave no answer, and its weights are cut.
    for area in ("X001", "X002", "X004"):
        assert summed[area] == pytest.approx(staff[area], rel=1e-9)
    of_group = now.groupby([now["area"].astype(str), now["group"].astype(str)])["weight"].sum()
    heads = measured.areas.loc["X001"]
    for group in ("asc", "hospital", "gp", "community"):
        assert of_group["X001", group] == pytest.approx(heads[f"staff_{group}"], rel=1e-8)
    roles = now.groupby([now["area"].astype(str), now["role"].astype(str)])["weight"].sum()
    assert roles["X001", "senior"] == pytest.approx(heads["role_senior"], rel=1e-8)


def test_the_provenance_says_whose_weights_they_are(measured):
    facts = provenance.of(measured, notebook="n", area="a", shown=None, started=datetime.now(UTC)).facts
    assert facts["Weights"] == (
        "to head-counts of groups and roles, within area and wave, by version 1 of the rules; "
        "a result is unweighted unless it says weighted"
    )
    none = replace(measured, weighting=measured.weighting.assign(kind="none"))
    facts = provenance.of(none, notebook="n", area="a", shown=None, started=datetime.now(UTC)).facts
    assert facts["Weights"] == "none known: every respondent counts once"
