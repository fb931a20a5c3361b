"""What the page on the local gap sets side by side, and the table that does it."""

import re
from dataclasses import replace

import demo_rows
import pandas as pd
import pytest

from trustgap.report.sentences.workshop import outside
from trustgap.report.themes import local_gap
from trustgap.report.themes.beside import beside
from trustgap.stats.counts import ALL, NATIONAL


def without_answers(study):
    """Give a study that has counts and no respondents, as one of aggregated shares has."""
    release = replace(study.release, answers=study.release.answers.head(0))
    return replace(study, release=release, recorded=[])


def cells(html):
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_every_question_has_the_share_of_the_area_and_of_the_whole():
    study = demo_rows.study("X001")

    rows = local_gap.both_shares(study).set_index(["area", "item"])

    assert set(rows.index) == {(area, item) for area in ("X001", NATIONAL) for item in study.items.index}
    assert rows["group_a"].eq(ALL).all()
    answers = demo_rows.survey().answers
    for area, here in (("X001", answers["area"].eq("X001")), (NATIONAL, answers["area"].notna())):
        given = answers.loc[here & answers["wave"].eq("2019"), "trust_gp"]
        own = answers.loc[here & answers["wave"].eq("2019"), "group"].eq("gp")
        valid = given[given.ge(1) & ~own]
        assert rows.loc[(area, "trust_gp"), "n_a"] == len(valid)
        assert rows.loc[(area, "trust_gp"), "estimate"] == pytest.approx((valid >= 4).mean())


def test_the_parts_of_the_questionnaire_hold_every_question_once_and_in_its_order():
    study = demo_rows.study("X001")

    parts = local_gap.sections(study)

    assert [label for label, _ in parts] == [
        "Trust", "Working relationships", "Unnecessary admission", "Delayed discharge",
        "Sub-optimal discharge pathway",
    ]  # fmt: skip
    assert [item for _, items in parts for item in items] == list(study.items.index)


def test_the_range_to_expect_is_that_of_this_area_and_bears_out_the_questions_it_names():
    study = demo_rows.study("X002")

    ranges = study.mask.protect(study.expected, study.words)
    both = local_gap.both_shares(study)
    here = both[both["area"].eq("X002")].set_index("item")["estimate"]

    assert set(ranges.frame["area"]) == {"X002"}
    assert len(ranges) == len(study.items)
    far = set(outside(ranges).frame["item"])
    raw = study.expected.set_index("item")
    assert far == {i for i in raw.index if not raw.loc[i, "conf_low"] <= here[i] <= raw.loc[i, "conf_high"]}
    assert 0 < len(far) < len(study.items)


def test_what_needs_respondents_gives_no_rows_without_them_and_what_needs_counts_the_same():
    study = demo_rows.study("X001")
    bare = without_answers(study)

    assert len(local_gap.classes(study)) == 3
    assert local_gap.classes(bare).empty
    assert list(local_gap.classes(bare).columns) == list(local_gap.nothing().columns)
    for name in ("both_shares", "seen_by_two"):
        pd.testing.assert_frame_equal(getattr(local_gap, name)(bare), getattr(local_gap, name)(study))
    pd.testing.assert_frame_equal(bare.expected, study.expected)
    assert len(study.mask.protect(local_gap.nothing(), study.words)) == 0


def table(study, items):
    both = study.mask.protect(local_gap.both_shares(study), study.words)
    compared = study.mask.protect(study.compared, study.words).where(group_a=ALL)
    return beside(both, compared, items=items, whole="England", caption="Side by side").html


def test_the_table_has_one_row_a_question_in_the_order_given_with_unit_in_the_heading():
    study = demo_rows.study("X001")
    shown = demo_rows.shown("X001")["compared"].where(group_a=ALL, item="transport_medication").frame.iloc[0]

    head, first, second = cells(table(study, pd.Index(["transport_medication", "trust_gp"])))

    assert head == ["Question", "England", "Here (95% interval)", "Points from the rest", "Verdict"]
    assert (first[0], second[0]) == ("Medication or transport not ready", "Trust in GPs")
    assert re.fullmatch(r"\d+\.\d%", first[1])
    assert re.fullmatch(r"\d+% \(\d+% to \d+%\)", first[2])
    assert first[3] == f"{shown.estimate_text.removesuffix(' points')} ({shown.interval_text})"
    assert first[4] == shown.verdict_text


def test_a_hidden_share_is_marked_and_explained_and_what_was_not_asked_is_not_applicable():
    study = demo_rows.study("X007")
    hidden = study.mask.protect(local_gap.both_shares(study), study.words).where(area="X007", suppressed=True)
    item = hidden.frame["item"].iloc[0]

    html = table(study, pd.Index([item]))

    assert cells(html)[1][2:] == ["[c]", "[c]", "[c]"]
    assert "[c] hidden, because it rests on too few people" in html
    both = study.mask.protect(local_gap.both_shares(study), study.words)
    nowhere = both.where(area=NATIONAL)
    made = beside(nowhere, hidden.where(item="none"), items=[item], whole="England", caption="c").html
    assert cells(made)[1][2:] == ["[z]", "[z]", "[z]"]


def test_the_table_takes_shown_rows_only_and_one_of_each_side():
    study = demo_rows.study("X001")
    both = study.mask.protect(local_gap.both_shares(study), study.words)
    every = study.mask.protect(study.compared, study.words)

    with pytest.raises(TypeError, match="Shown"):
        beside(both.frame, every, items=study.items.index, whole="England", caption="c")
    with pytest.raises(ValueError, match="several rows of one question"):
        beside(both, every, items=study.items.index, whole="England", caption="c")
