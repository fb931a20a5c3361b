"""θ, its limits and tests against R, a publication, brute force and its own symmetries."""

import golden
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trustgap.stats.orders.ordinal import compare, permutation_p, theta

CASES = [
    "apha_stay_trust_vs_csu",
    "apha_influence_primary_vs_other",
    "gss_conmedic_2010_men_vs_women",
    "turkiye_Q1_instr1_vs_instr2",
]
NUMBERS = ["estimate", "conf_low", "conf_high", "conf_low_90", "conf_high_90"]
MUNZEL = np.array([24, 37, 21, 19, 6]), np.array([11, 51, 22, 21, 7])
tables = st.lists(st.integers(0, 12), min_size=5, max_size=5).map(np.array)


def cells(x, y, **other):
    frames = []
    for group, table in (("a", x), ("b", y)):
        named = {"area": "X1", "wave": "1", "group": group, "item": "q"} | other
        frames.append(pd.DataFrame([named | dict(enumerate(table, 1))]))
    return frames


ITEMS = pd.DataFrame({"team": "", "top_from": 4, "scale": ["s", "s", "u"]}, index=["q", "r", "u"])


@pytest.mark.parametrize("name", CASES)
def test_theta_matches_r(shared, name):
    stored = golden.entry(shared, "01", name)
    data = golden.rows(shared, stored["select"])
    values = stored["result"]["tab"]["values"]
    x, y = (
        data[stored["value"]][data[stored["group"]] == level].value_counts().reindex(values, fill_value=0)
        for level in stored["levels"]
    )
    found, expected = theta(x, y).iloc[0], stored["result"]["brunner_munzel"]

    # R gives P(x < y), so its direction is the other one.
    assert found["estimate"] == pytest.approx(stored["result"]["prob_superiority"], abs=1e-8)
    assert found["se"] == pytest.approx(expected["se"], abs=1e-8)
    assert found["df"] == pytest.approx(expected["df"], abs=1e-8)
    assert found["statistic"] == pytest.approx(-expected["statistic"], abs=1e-8)
    assert found["p_value"] == pytest.approx(expected["p_value"], abs=1e-8)
    limits = [1 - found["conf_high"], 1 - found["conf_low"]]
    assert limits == pytest.approx(expected["ci_logit_t"], abs=1e-8)


def test_theta_matches_munzel_and_hauschke():
    # Counts of Munzel and Hauschke (2003); their numbers as statsmodels reproduces them.
    found = theta(*MUNZEL).iloc[0]
    assert found["estimate"] == pytest.approx(0.455774, abs=5e-7)
    assert found["statistic"] == pytest.approx(-1.175756, abs=5e-7)
    assert found["df"] == pytest.approx(204.298, abs=5e-4)
    assert found["p_value"] == pytest.approx(0.241061, abs=5e-7)
    half = stats.t.ppf(0.975, found["df"]) * found["se"]
    assert [found["estimate"] - half, found["estimate"] + half] == pytest.approx(
        [0.381612, 0.529937], abs=5e-7
    )
    # Two one-sided tests within 0.4 to 0.6.
    t = (found["estimate"] - np.array([0.4, 0.6])) / found["se"] * [1, -1]
    assert stats.t.sf(t, found["df"]).max() == pytest.approx(0.069836, abs=5e-7)


@given(x=tables, y=tables)
def test_theta_is_the_share_of_pairs_in_which_x_lies_above_y(x, y):
    found = theta(x, y)["estimate"].iloc[0]
    a, b = np.repeat(range(5), x), np.repeat(range(5), y)
    if len(a) and len(b):
        difference = np.subtract.outer(a, b)
        assert found == pytest.approx(((difference > 0) + (difference == 0) / 2).mean(), abs=1e-12)
    else:
        assert np.isnan(found)


@given(x=tables, y=tables)
def test_theta_mirrors_when_groups_or_codes_are_turned_round(x, y):
    found = theta(x, y).iloc[0]
    mirrored = [1 - found[name] for name in ("estimate", "conf_high", "conf_low")]
    for other in (theta(y, x), theta(x[::-1], y[::-1])):
        turned = other.loc[0, ["estimate", "conf_low", "conf_high"]].tolist()
        assert turned == pytest.approx(mirrored, abs=1e-9, nan_ok=True)
        assert other["p_value"][0] == pytest.approx(found["p_value"], abs=1e-9, nan_ok=True)


def test_copies_of_the_data_leave_theta_and_narrow_its_interval_with_the_root():
    one, four = theta(*MUNZEL).iloc[0], theta(4 * MUNZEL[0], 4 * MUNZEL[1]).iloc[0]
    assert four["estimate"] == pytest.approx(one["estimate"], abs=1e-12)
    ratio = (one["conf_high"] - one["conf_low"]) / (four["conf_high"] - four["conf_low"])
    assert ratio == pytest.approx(2, abs=0.05)


def test_an_unused_category_and_the_order_of_the_cells_change_nothing():
    x, y = np.array([[3, 0, 5], [1, 2, 9]]), np.array([[2, 0, 2], [4, 4, 4]])
    wide = theta(np.insert(x, 1, 0, axis=1), np.insert(y, 1, 0, axis=1))
    pd.testing.assert_frame_equal(theta(x, y), wide)
    turned = theta(x[::-1], y[::-1])[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(theta(x, y), turned)


@pytest.mark.parametrize(
    ("x", "y", "reason", "p", "limits"),
    [
        ([0, 0, 0], [1, 2, 3], "n_lt_min", False, False),
        ([1, 0, 0], [1, 2, 3], "n_lt_min", False, False),
        ([0, 9, 0], [0, 4, 0], "constant", True, False),
        ([0, 0, 10], [11, 0, 0], "", True, True),
        ([0, 5, 5], [11, 0, 0], "", True, True),
    ],
)
def test_degenerate_tables_have_a_defined_answer(x, y, reason, p, limits):
    found = theta(np.array(x), np.array(y)).iloc[0]
    assert found["reason"] == reason
    assert np.isfinite(found["p_value"]) == p
    assert np.isfinite(found[NUMBERS[1:]].astype(float)).all() == limits
    if limits:
        assert found["conf_low"] < found["conf_low_90"] < found["conf_high"]


def test_the_interval_at_the_edge_solves_newcombe_s_equation():
    n_a, n_b = 10, 14
    found = theta(np.array([0, n_a]), np.array([n_b, 0])).iloc[0]
    low, m = found["conf_low"], (n_a + n_b) / 2 - 1
    variance = low * (1 - low) * (1 + m * ((1 - low) / (2 - low) + low / (1 + low))) / (n_a * n_b)
    assert (found["estimate"], found["conf_high"], found["method"]) == (1, 1, "newcombe_5")
    assert 1 - low == pytest.approx(stats.norm.ppf(0.975) * np.sqrt(variance), abs=1e-9)
    # At 0.5 that variance is the null variance of the rank-sum test without ties.
    rank_sum = stats.mannwhitneyu(np.arange(20, 30), np.arange(14), method="asymptotic", use_continuity=False)
    assert found["p_value"] == pytest.approx(rank_sum.pvalue, abs=1e-10)


def test_the_permutation_test_agrees_with_shuffled_respondents():
    x, y = np.array([2, 3, 1, 4, 2]), np.array([1, 1, 2, 5, 6])
    a, b = np.repeat(range(5), x), np.repeat(range(5), y)
    random, both = np.random.default_rng(3), np.concatenate([a, b])
    statistics = []
    for shuffled in [both, *(random.permutation(both) for _ in range(1500))]:
        statistics.append(abs(stats.brunnermunzel(shuffled[: len(a)], shuffled[len(a) :]).statistic))
    observed = np.mean(np.array(statistics) >= statistics[0] - 1e-9)
    p = permutation_p(x, y, seed=1)
    assert p == pytest.approx(observed, abs=4 * np.sqrt(observed * (1 - observed) / 1500))
    assert permutation_p(y, x, seed=1) == p


def test_a_permutation_p_is_never_zero_and_separated_groups_are_counted():
    # 4 v 4 separated: 2 of the 70 allocations are as extreme.
    p = permutation_p(np.array([0, 4]), np.array([4, 0]), seed=1)
    assert p == pytest.approx(2 / 70, abs=0.006)
    assert permutation_p(np.array([0, 40]), np.array([40, 0]), draws=99) == 0.01
    assert permutation_p(np.array([0, 9]), np.array([0, 4])) == 1
    assert np.isnan(permutation_p(np.array([1, 0]), np.array([0, 4])))


def test_small_bases_get_the_permutation_p_and_large_ones_do_not():
    small = compare(*cells([3, 2, 4, 5, 1], [1, 1, 3, 5, 9]), ITEMS, analysis="gap")
    plain = compare(*cells([3, 2, 4, 5, 1], [1, 1, 3, 5, 9]), ITEMS, analysis="gap", permutations=0)
    large = compare(*cells(*MUNZEL), ITEMS, analysis="gap")
    assert small["method"].tolist() == ["brunner_munzel+permutation", "newcombe"]
    assert small["p_value"][0] != plain["p_value"][0]
    assert small["p_value"][0] == pytest.approx(plain["p_value"][0], abs=0.02)
    assert (plain["method"][0], large["method"][0]) == ("brunner_munzel", "brunner_munzel")


def test_rows_do_not_depend_on_what_else_is_compared():
    a, b = cells([3, 2, 4, 5, 1], [1, 1, 3, 5, 9])
    other = [frame.assign(area="X2") for frame in cells([9, 2, 4, 5, 1], [1, 1, 3, 5, 9])]
    alone = compare(a, b, ITEMS, analysis="gap")
    together = compare(
        *(pd.concat(pair, ignore_index=True) for pair in zip(other, (a, b), strict=True)),
        ITEMS,
        analysis="gap",
    )
    together = together[together["area"] == "X1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, together)


def test_two_scales_are_not_compared_and_two_items_of_one_scale_are():
    a, b = cells([3, 2, 4, 5, 1], [1, 1, 3, 5, 9])
    same = compare(a, b.assign(item="r"), ITEMS, analysis="gap")
    apart = compare(a, b.assign(item="u"), ITEMS, analysis="gap")
    assert same["reason"].tolist() == ["", ""]
    assert apart["reason"].tolist() == ["not_comparable", "not_comparable"]
    assert apart[["estimate", "conf_low", "p_value"]].isna().all(axis=None)
    assert apart["verdict"].tolist() == ["", ""]


def test_large_equal_groups_are_equivalent_and_nothing_given_is_changed():
    x = np.array([400, 400, 400, 400, 400])
    a, b = cells(x, x)
    before = a.copy()
    rows = compare(a, b, ITEMS, analysis="gap")
    assert rows["verdict"].tolist() == ["equivalent", "equivalent"]
    pd.testing.assert_frame_equal(a, before)


SCENARIOS = {
    # Name: shares of x, shares of y, n of x, n of y.
    "null": ([0.2] * 5, [0.2] * 5, 30, 30),
    "gap": ([0.1, 0.15, 0.2, 0.3, 0.25], [0.2, 0.25, 0.25, 0.2, 0.1], 30, 30),
    "unequal spread": ([0.5, 0, 0, 0, 0.5], [0, 0.1, 0.8, 0.1, 0], 40, 40),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_theta_s_interval_covers(name):
    p, q, n_a, n_b = SCENARIOS[name]
    random = np.random.default_rng(20)
    found = theta(random.multinomial(n_a, p, size=2000), random.multinomial(n_b, q, size=2000))
    truth = sum(p[i] * (sum(q[:i]) + q[i] / 2) for i in range(5))
    covered = found["conf_low"].le(truth) & found["conf_high"].ge(truth)
    # Band for 2,000 repetitions: three standard errors; a logit interval may be a little wide.
    assert 0.95 - 0.0146 <= covered.mean() <= 0.99
    if truth == pytest.approx(0.5):
        assert found["p_value"].lt(0.05).mean() <= 0.05 + 0.0146


def test_limits_are_those_of_the_logit_and_no_others():
    # Munzel and Hauschke's counts: θ 0.455774, t −1.175756, 204.298 degrees of freedom, by statsmodels.
    rows = theta(np.array([24, 37, 21, 19, 6]), np.array([11, 51, 22, 21, 7]))
    centre, error = 0.455774, (0.455774 - 0.5) / -1.175756
    for level, low, high in ((0.975, "conf_low", "conf_high"), (0.95, "conf_low_90", "conf_high_90")):
        half = stats.t.ppf(level, 204.298) * error / (centre * (1 - centre))
        limits = [1 / (1 + (1 - centre) / centre * np.exp(sign * half)) for sign in (1, -1)]
        assert rows.loc[0, [low, high]].tolist() == pytest.approx(limits, abs=2e-6)
