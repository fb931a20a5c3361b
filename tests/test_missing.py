"""Missing answers at their worst and best, and verdicts that do not stand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from trustgap.report.disclosure import Mask, primary
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.stats.missingness import missing
from trustgap.stats.orders.ordinal import theta
from trustgap.stats.shares import proportions

ITEMS = pd.DataFrame({"team": "t", "top_from": 4, "low_to": 2, "k": 5, "numeric": False}, index=["q"])


def cell(scores, **kinds):
    named = {"area": "X1", "wave": "1", "group": "g", "item": "q"}
    return named | dict(enumerate(scores, start=1)) | dict.fromkeys(cells.MISSING, 0) | kinds


def frame(*made):
    return pd.DataFrame(list(made))


def test_the_two_bounds_are_wilson_shares_of_all_who_were_asked():
    rows = missing.bounds(frame(cell([1, 1, 2, 3, 1], dont_know=1, refused=1, not_asked=50)), ITEMS)

    for row, hits in zip(rows.itertuples(), (4, 6), strict=True):
        low, high = proportion_confint(hits, 10, method="wilson")
        assert (row.n_a, row.estimate) == (10, hits / 10)
        assert (row.conf_low, row.conf_high) == pytest.approx((low, high), abs=1e-12)
    assert rows["estimand"].tolist() == ["share_lowest", "share_highest"]


@given(positive=st.integers(0, 9), other=st.integers(0, 9), gone=st.integers(0, 4), said=st.integers(0, 4))
def test_whatever_the_missing_said_the_share_lies_between_the_bounds(positive, other, gone, said):
    counts = frame(cell([other, 0, 0, 0, positive], blank=gone))
    low, high = missing.bounds(counts, ITEMS)["estimate"]
    n = positive + other
    if n == 0:
        assert np.isnan([low, high]).all()
    else:
        share = (positive + min(said, gone)) / (n + gone)
        assert low - 1e-12 <= share <= high + 1e-12


@pytest.mark.parametrize(("kinds", "reason"), [({"blank": 3}, "all_missing"), ({"not_asked": 3}, "n_lt_min")])
def test_a_cell_without_an_answer_has_no_bounds_and_says_why(kinds, reason):
    rows = missing.bounds(frame(cell([0] * 5, **kinds)), ITEMS)

    assert set(rows["reason"]) == {reason}
    assert rows[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)


def test_all_missing_answers_move_to_one_end_and_those_not_asked_stay():
    counts = frame(cell([1, 1, 2, 3, 1], blank=1, dont_know=2, no_contact=3, refused=4, not_asked=7))
    before = counts.copy()
    low, high = (missing.filled(counts, ITEMS, top=top).iloc[0] for top in (False, True))

    assert [low[score] for score in range(1, 6)] == [11, 1, 2, 3, 1]
    assert [high[score] for score in range(1, 6)] == [1, 1, 2, 3, 11]
    assert (low[cells.UNANSWERED] == 0).all()
    assert low["not_asked"] == high["not_asked"] == 7
    pd.testing.assert_frame_equal(counts, before)


def test_a_cell_that_nobody_answered_stays_as_it_is():
    counts = frame(cell([0] * 5, blank=4), cell([1, 0, 0, 0, 0], blank=4))
    filled = missing.filled(counts, ITEMS, top=np.array([True, False]))

    assert cells.valid(filled).tolist() == [0, 5]
    assert filled.loc[1, 1] == 5


def test_the_top_of_a_short_scale_is_its_own():
    items = pd.DataFrame({"k": [5, 3]}, index=["q", "r"])
    counts = frame(cell([1, 1, 1, 0, 0], blank=2, item="r"))

    assert missing.filled(counts, items, top=True).loc[0, [1, 2, 3, 4, 5]].tolist() == [1, 1, 3, 0, 0]


def test_one_in_twenty_is_tolerated_and_more_is_not():
    counts = frame(cell([95, 0, 0, 0, 0], blank=5), cell([94, 0, 0, 0, 0], blank=6, not_asked=900))

    assert missing.affected(counts).tolist() == [False, True]
    assert not missing.affected(frame(cell([0] * 5, not_asked=9))).any()


def test_no_answers_that_could_be_missing_take_theta_beyond_its_two_extremes():
    a, b, gone = np.array([2, 1, 3]), np.array([1, 3, 1]), 2
    ends = []
    for first, second in ((0, 2), (2, 0)):
        one, other = a.copy(), b.copy()
        one[first] += gone
        other[second] += gone
        ends.append(theta(one, other)["estimate"].iloc[0])
    for said in product(range(3), repeat=2 * gone):
        one = np.repeat([1, 2, 3], a).tolist() + [score + 1 for score in said[:gone]]
        other = np.repeat([1, 2, 3], b).tolist() + [score + 1 for score in said[gone:]]
        found = np.mean([(x > y) + (x == y) / 2 for x in one for y in other])
        assert ends[0] - 1e-12 <= found <= ends[1] + 1e-12


def compared(verdicts, **given):
    names = dict.fromkeys(["area", "wave", "item", "group_b", "target"], "") | {"estimand": "theta"}
    groups = [f"g{place}" for place in range(len(verdicts))]
    rows = pd.DataFrame({"group_a": groups, "verdict": verdicts, "reason": "", "n_a": 40, **names})
    return rows.assign(rests_on=[((g,),) for g in groups], **given)


def test_a_verdict_holds_only_where_every_version_has_the_same_one():
    base = compared(["higher", "equivalent", "inconclusive", "lower", ""])
    first = compared(["higher", "equivalent", "higher", "", "higher"]).assign(
        reason=["", "", "", "constant", ""]
    )
    second = compared(["higher", "inconclusive", "higher", "lower", ""]).iloc[::-1]
    rows = missing.verdict_changes(base, first, second, estimand="holds_bounds").set_index("group_a")

    assert rows["estimate"].tolist()[:3] == [1.0, 0.0, 0.0]
    assert np.isnan(rows.loc["g3", "estimate"])
    assert rows.loc["g3", "reason"] == "constant"
    assert "g4" not in rows.index, "what has no verdict has none to lose"
    assert rows["verdict"].tolist() == ["higher", "equivalent", "inconclusive", "lower"]
    assert rows.loc["g0", "rests_on"] == (("g0",),)


def test_a_comparison_that_a_version_lacks_is_not_said_to_hold():
    row = missing.verdict_changes(compared(["higher"]), compared([]), estimand="holds_bounds").iloc[0]

    assert np.isnan(row["estimate"])
    assert row["reason"] == "n_lt_min"


def test_a_comparison_that_occurs_twice_is_refused():
    twice = pd.concat([compared(["higher"])] * 2)
    with pytest.raises(ValueError, match="Merge keys are not unique"):
        missing.verdict_changes(compared(["higher"]), twice, estimand="holds_bounds")


def protected(counts, rows):
    people = counts.assign(n=cells.valid(counts))[["area", "wave", "group", "n"]]
    decided = primary(counts, ITEMS, people, latest="1")
    return Mask.of(decided[decided["kind"].ne("silent")]).protect(rows, Words.plain()).frame


def test_bounds_do_not_tell_a_share_that_is_kept_back():
    # 39 of 40 answered positively, so the share is a bound; of 52 asked 75% would give the 39 away.
    counts = frame(cell([1, 0, 0, 0, 39], blank=12))
    plain = protected(counts, proportions.shares(counts, ITEMS)).iloc[0]
    shown = protected(counts, missing.bounds(counts, ITEMS)).set_index("estimand")

    assert plain["estimate_text"] == ">90%"
    assert shown.loc["share_lowest", "estimate_text"] == "[z]"
    assert np.isnan(shown.loc["share_lowest", ["estimate", "conf_low"]].astype(float)).all()


def test_bounds_on_a_base_large_enough_do_not_show_a_cell_that_is_too_small():
    counts = frame(cell([5, 0, 0, 0, 5], blank=40))

    assert (protected(counts, missing.bounds(counts, ITEMS))["estimate_text"] == "[c]").all()
