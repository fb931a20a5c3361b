"""Rubin's rules and Barnard and Rubin's degrees of freedom, against the formulas written out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trustgap.stats.missingness.pooling import pool, rubin
from trustgap.stats.orders.ordinal import theta


def by_hand(estimates, variances, complete):
    """Follow Barnard and Rubin (1999) step by step, for one result."""
    m = len(estimates)
    mean = sum(estimates) / m
    within = sum(variances) / m
    between = sum((one - mean) ** 2 for one in estimates) / (m - 1)
    total = within + (1 + 1 / m) * between
    gamma = (1 + 1 / m) * between / total
    large = (m - 1) / gamma**2
    observed = (complete + 1) / (complete + 3) * complete * (1 - gamma)
    return mean, total, 1 / (1 / large + 1 / observed), gamma


@given(
    st.lists(st.floats(-3, 3), min_size=3, max_size=8, unique=True),
    st.floats(0.01, 2),
    st.floats(3, 500),
)
def test_rules_follow_the_published_formulas(estimates, variance, complete):
    variances = [variance * (1 + place / 10) for place in range(len(estimates))]
    found = rubin(np.array([estimates]), np.array([variances]), complete_df=complete).iloc[0]
    expected = by_hand(estimates, variances, complete)

    assert found[["estimate", "variance", "df", "lost"]].tolist() == pytest.approx(
        expected, rel=1e-9, abs=1e-12
    )


def test_in_a_large_sample_the_degrees_of_freedom_are_those_of_rubin():
    found = rubin(np.array([[0.0, 1.0, 2.0]]), np.array([[1.0, 1.0, 1.0]])).iloc[0]

    # B = 1, T = 1 + 4/3, lost = 4/7, df = 2 / (4/7)².
    assert found["df"] == pytest.approx(2 * (7 / 4) ** 2, abs=1e-12)


def test_degrees_of_freedom_never_exceed_those_of_complete_answers():
    spread = np.linspace(0, 3, 40)[:, None] * np.array([[-1.0, 0.0, 1.0]])
    df = rubin(spread, np.ones(spread.shape), complete_df=12)["df"]

    assert (df < 12).all()
    assert (np.diff(df) < 1e-12).all(), "the more is lost, the fewer"


def test_one_imputation_says_nothing_of_what_is_lost():
    with pytest.raises(ValueError, match="at least 2 imputations"):
        rubin(np.array([[1.0]]), np.array([[1.0]]))


NAMES = dict.fromkeys(["area", "wave", "item", "group_a", "group_b", "target"], "")


def drawn(rows, **constants):
    return pd.DataFrame([NAMES | {"draw": d, "reason": ""} | row for d, row in enumerate(rows)]).assign(
        **constants
    )


def test_where_nothing_is_missing_the_pooled_theta_is_that_of_the_answers():
    x, y = np.array([11, 51, 22, 21, 7]), np.array([24, 37, 21, 19, 6])
    one = theta(x, y)
    rows = pd.concat([one.assign(draw=draw, estimand="theta", **NAMES) for draw in range(20)])
    found = pool(rows).iloc[0]

    assert found["estimate"] == pytest.approx(one["estimate"].iloc[0], abs=1e-12)
    # Welch's degrees of freedom are 204, Barnard and Rubin's 215: next to no difference in the interval.
    for name in ("conf_low", "conf_high", "conf_low_90", "conf_high_90"):
        assert found[name] == pytest.approx(one[name].iloc[0], abs=1e-4)
    assert found["p_value"] == pytest.approx(one["p_value"].iloc[0], abs=0.003)


def test_theta_is_pooled_as_a_logit():
    ends = [(0.58, 0.5, 0.7), (0.62, 0.5, 0.7)]
    rows = drawn([dict(zip(("estimate", "conf_low", "conf_high"), e, strict=True)) for e in ends])
    found = pool(rows.assign(estimand="theta", n_a=40, n_b=50)).iloc[0]

    points = [np.log(p / (1 - p)) for p, _, _ in ends]
    error = np.log(0.7 / 0.3) / 2 / stats.t.ppf(0.975, 88)
    mean, total, df, _ = by_hand(points, [error**2] * 2, 88)
    for level, suffix in ((0.975, ""), (0.95, "_90")):
        half = stats.t.ppf(level, df) * np.sqrt(total)
        low, high = (1 / (1 + np.exp(-(mean + side * half))) for side in (-1, 1))
        assert (found[f"conf_low{suffix}"], found[f"conf_high{suffix}"]) == pytest.approx(
            (low, high), abs=1e-12
        )
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(mean / np.sqrt(total), df), abs=1e-12)


def test_a_difference_is_pooled_on_fishers_scale_and_stays_a_difference():
    ends = [(0.90, 0.70, 0.97), (0.96, 0.80, 0.99)]
    rows = drawn([dict(zip(("estimate", "conf_low", "conf_high"), e, strict=True)) for e in ends])
    found = pool(rows.assign(estimand="share_difference", n_a=20, n_b=20)).iloc[0]

    z = [np.arctanh(0.9), np.arctanh(0.96)]
    errors = [
        (np.arctanh(h) - np.arctanh(low)) / 2 / stats.norm.ppf(0.975) for low, h in ((0.7, 0.97), (0.8, 0.99))
    ]
    total = np.mean(np.square(errors)) + 1.5 * np.var(z, ddof=1)
    df = (1.5 * np.var(z, ddof=1) / total) ** -2
    high = np.tanh(np.mean(z) + stats.t.ppf(0.975, df) * np.sqrt(total))
    assert found["conf_high"] == pytest.approx(high, abs=1e-12)
    assert 0.9 < found["estimate"] < 0.96 < found["conf_high"] < 1


def test_swapping_the_groups_turns_the_result_round():
    one = drawn([{"estimate": e, "conf_low": e - 0.1, "conf_high": e + 0.1} for e in (0.55, 0.6, 0.7)])
    other = one.assign(
        estimate=1 - one["estimate"], conf_low=1 - one["conf_high"], conf_high=1 - one["conf_low"]
    )
    a, b = (pool(rows.assign(estimand="theta", n_a=30, n_b=40)).iloc[0] for rows in (one, other))

    assert a["estimate"] == pytest.approx(1 - b["estimate"], abs=1e-12)
    assert (a["conf_low"], a["p_value"]) == pytest.approx((1 - b["conf_high"], b["p_value"]), abs=1e-12)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"estimate": 1.0, "conf_low": 0.8, "conf_high": 1.0}, "separated"),
        ({"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan, "reason": "constant"}, "constant"),
        ({"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan}, "n_lt_min"),
    ],
)
def test_what_one_draw_cannot_say_the_pool_does_not(given, reason):
    fine = {"estimate": 0.6, "conf_low": 0.5, "conf_high": 0.7}
    found = pool(drawn([fine, given], estimand="theta", n_a=30, n_b=30)).iloc[0]

    assert found["reason"] == reason
    assert found[["estimate", "conf_low", "conf_high", "conf_low_90", "p_value"]].isna().all()


def test_every_comparison_is_needed_in_every_draw():
    rows = drawn([{"estimate": 0.6, "conf_low": 0.5, "conf_high": 0.7}] * 3, estimand="theta", n_a=9, n_b=9)
    more = rows.iloc[:2].assign(group_a="b")
    with pytest.raises(ValueError, match="once in each of 3 draws"):
        pool(pd.concat([rows, more]))
