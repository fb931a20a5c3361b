"""The vocabulary, the verdict, and what could have been seen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from trustgap.stats import results

LIMITS = st.tuples(*[st.floats(-1, 1) for _ in range(4)])


def rows(low, high, low_90, high_90, **other):
    frame = {"conf_low": [low], "conf_high": [high], "conf_low_90": [low_90], "conf_high_90": [high_90]}
    return pd.DataFrame(frame | {name: [value] for name, value in other.items()})


def judged(*limits, null=0.0, margin=0.05, **other):
    return results.judge(rows(*limits, **other), null=null, margin=margin).iloc[0]


@pytest.mark.parametrize(
    ("limits", "verdict", "material"),
    [
        ((0.06, 0.2, 0.07, 0.19), "higher", True),
        ((0.01, 0.04, 0.015, 0.035), "higher", False),
        ((-0.2, -0.06, -0.19, -0.07), "lower", True),
        ((-0.04, 0.04, -0.03, 0.03), "equivalent", False),
        ((-0.04, 0.07, -0.03, 0.06), "inconclusive", False),
        ((-0.3, 0.3, -0.25, 0.25), "inconclusive", False),
        ((np.nan, np.nan, np.nan, np.nan), "", False),
    ],
)
def test_the_first_verdict_that_matches_counts(limits, verdict, material):
    found = judged(*limits)
    assert (found["verdict"], found["material"]) == (verdict, material)


def test_an_interval_that_touches_the_null_value_is_not_clear():
    assert judged(0.0, 0.2, 0.01, 0.19)["verdict"] == "inconclusive"


@given(LIMITS)
def test_swapping_the_groups_mirrors_the_verdict(limits):
    a, b, c, d = limits
    low, high, low_90, high_90 = min(a, b), max(a, b), min(c, d), max(c, d)
    mirror = {"higher": "lower", "lower": "higher"}
    one = judged(low, high, low_90, high_90)["verdict"]
    other = judged(-high, -low, -high_90, -low_90)["verdict"]
    assert other == mirror.get(one, one)


def test_theta_is_judged_around_one_half():
    found = judged(0.46, 0.54, 0.47, 0.53, null=0.5, margin=results.MARGIN_THETA)
    assert found["verdict"] == "equivalent"


def test_a_p_value_that_disagrees_with_the_interval_makes_the_verdict_inconclusive_and_says_so():
    found = judged(0.01, 0.2, 0.02, 0.19, p_adjusted=0.08)
    assert (found["verdict"], found["reason"]) == ("inconclusive", "p_ci_disagree")
    assert judged(0.01, 0.2, 0.02, 0.19, p_adjusted=0.03)["verdict"] == "higher"


@pytest.mark.parametrize(
    ("p", "level", "verdict", "reason"),
    [
        (0.04, 0.05, "inconclusive", "p_ci_disagree"),
        (0.04, 0.10, "inconclusive", "p_ci_disagree"),
        # A finding at 10% is none at 5%, and so no contradiction of a 95% interval.
        (0.07, 0.10, "equivalent", ""),
        (0.07, 0.05, "equivalent", ""),
        (np.nan, 0.05, "equivalent", ""),
    ],
)
def test_a_test_that_finds_what_the_interval_does_not_makes_the_verdict_inconclusive(
    p, level, verdict, reason
):
    row = rows(-0.001, 0.04, 0.003, 0.037, p_adjusted=p, reason="")
    found = results.judge(row, null=0, margin=0.05, level=level).iloc[0]
    assert (found["verdict"], found["reason"]) == (verdict, reason)


@pytest.mark.parametrize(("level", "verdict"), [(0.05, "inconclusive"), (0.10, "higher")])
def test_the_adjusted_p_value_is_held_against_the_level_of_its_family(level, verdict):
    row = rows(0.01, 0.2, 0.02, 0.19, p_adjusted=0.08)
    assert results.judge(row, null=0, margin=0.05, level=level)["verdict"].item() == verdict


@pytest.mark.parametrize(("n", "points"), [(50, 25), (100, 19), (200, 13.5)])
def test_the_smallest_visible_difference_is_that_of_the_planning_table(n, points):
    # methods.md 3, printed to the nearest half point or point.
    found = 100 * float(results.mde_share(0.56, np.array(n), np.array(n)))
    assert found == pytest.approx(points, abs=0.5)


@given(st.floats(0.05, 0.6), st.integers(60, 2000), st.integers(60, 2000))
def test_the_smallest_visible_difference_has_eighty_percent_power(share, n_a, n_b):
    found = float(results.mde_share(share, np.array(n_a), np.array(n_b)))
    effect = proportion_effectsize(share + found, share)
    power = NormalIndPower().solve_power(effect, n_a, 0.05, None, ratio=n_b / n_a, alternative="two-sided")
    assert power == pytest.approx(0.8, abs=1e-3)


@given(st.floats(0, 1), st.integers(20, 2000), st.integers(20, 2000))
def test_around_a_pooled_share_the_smallest_visible_difference_is_symmetric_and_fits(share, n_a, n_b):
    found, turned = (
        float(results.mde_share(p, np.array(n_a), np.array(n_b), around=True)) for p in (share, 1 - share)
    )
    assert found == pytest.approx(turned, abs=1e-9)
    effect = NormalIndPower().solve_power(None, n_a, 0.05, 0.8, ratio=n_b / n_a, alternative="two-sided")
    # Of all pairs this far apart in angle, that around one half differs most, and one at the edge least.
    assert np.sin(effect / 2) ** 2 - 1e-5 <= found <= np.sin(effect / 2) + 1e-5


def test_around_one_half_both_shares_lie_as_far_from_it():
    found = float(results.mde_share(0.5, np.array(100), np.array(100), around=True))
    effect = proportion_effectsize(0.5 + found / 2, 0.5 - found / 2)
    power = NormalIndPower().solve_power(effect, 100, 0.05, None, alternative="two-sided")
    assert power == pytest.approx(0.8, abs=1e-4)


def test_nothing_could_be_seen_in_an_empty_group():
    assert np.isnan(results.mde_share(0.5, np.array(0), np.array(10)))
    assert np.isnan(results.mde_theta(np.array(0), np.array(10)))


def test_noether_gives_the_visible_theta():
    # .5 + 2.80 sqrt((n1 + n2 + 1) / (12 n1 n2)), methods.md 4.0, with 2.80 to two decimals.
    assert results.mde_theta(np.array(100), np.array(50)) == pytest.approx(
        2.80 * np.sqrt(151 / 60000), rel=1e-3
    )


def test_complete_fills_and_orders_the_vocabulary_and_leaves_its_input():
    given_ = pd.DataFrame({"estimate": [1], "n_a": [29], "rests_on": [()]})
    before = given_.copy()
    full = results.complete(given_, survey="s")
    assert list(full.columns) == [*results.COLUMNS, "rests_on"]
    assert full.loc[0, "low_base"]
    assert full.loc[0, "verdict"] == ""
    assert full["estimate"].dtype == float
    pd.testing.assert_frame_equal(given_, before)


def test_a_column_outside_the_vocabulary_is_refused():
    with pytest.raises(KeyError, match="p-val"):
        results.complete(pd.DataFrame({"p-val": [0.1]}))


def test_a_comparison_with_nobody_is_not_marked_as_resting_on_few():
    full = results.complete(pd.DataFrame({"n_a": [237, 237, 20], "n_b": [0, 12, 100]}))
    assert full["low_base"].tolist() == [False, True, True]


def test_what_the_test_does_not_bear_out_is_not_said_to_matter():
    limits = {"conf_low": 0.1, "conf_high": 0.3, "conf_low_90": 0.12, "conf_high_90": 0.28}
    rows = results.judge(pd.DataFrame([limits | {"p_adjusted": p} for p in (0.01, 0.2)]), null=0, margin=0.05)
    assert rows["verdict"].tolist() == ["higher", "inconclusive"]
    assert rows["material"].tolist() == [True, False]
