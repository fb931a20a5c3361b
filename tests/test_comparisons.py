"""Difference in differences."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from trustgap.stats.tracking.comparisons import difference_in_differences


def changes(estimate, half=0.1):
    estimate = np.array(estimate, float)
    limits = {"conf_low": estimate - half, "conf_high": estimate + half}
    limits |= {"conf_low_90": estimate - 0.84 * half, "conf_high_90": estimate + 0.84 * half}
    return pd.DataFrame({"area": [f"X{i}" for i in range(len(estimate))], "estimate": estimate} | limits)


def test_few_areas_combine_their_limits_and_say_that_only_sampling_is_in_them():
    row = difference_in_differences(changes([0.20, 0.02, 0.04, 0.03]), treated=["X0"]).iloc[0]
    assert row["estimate"] == pytest.approx(0.17)
    # Square root of the sum of squared distances: one of weight 1, three of weight a third.
    half = 0.1 * np.sqrt(1 + 3 / 9)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((0.17 - half, 0.17 + half))
    assert "sampling error only" in row["method"]
    assert (row["n_a"], row["n_b"], row["verdict"]) == (1, 3, "higher")


def test_ten_areas_are_clusters_and_give_student_s_test():
    random = np.random.default_rng(2)
    estimate = random.normal(scale=0.05, size=14)
    data = changes(estimate)
    treated = ["X0", "X1", "X2"]
    inside = data["area"].isin(treated).astype(float)
    fit = sm.OLS(data["estimate"], sm.add_constant(inside.rename("t"))).fit()
    row = difference_in_differences(data, treated=treated).iloc[0]
    assert row["estimate"] == pytest.approx(fit.params["t"])
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(fit.conf_int().loc["t"].tolist())
    assert row["p_value"] == pytest.approx(fit.pvalues["t"])
    assert "14 areas as clusters" in row["method"]


def test_nine_areas_do_not_count_as_clusters_and_ten_do():
    nine = difference_in_differences(changes(np.linspace(0, 0.1, 9)), treated=["X0"])
    ten = difference_in_differences(changes(np.linspace(0, 0.1, 10)), treated=["X0"])
    assert "sampling" in nine["method"].item()
    assert "clusters" in ten["method"].item()


def test_scatter_of_areas_keeps_the_error_rate_where_sampling_limits_do_not():
    random = np.random.default_rng(7)
    wrong = narrow = 0
    for _ in range(300):
        data = changes(random.normal(scale=0.1, size=12) + random.normal(scale=0.05, size=12), half=0.098)
        row = difference_in_differences(data, treated=["X0", "X1"]).iloc[0]
        wrong += row["verdict"] in ("higher", "lower")
        half = 0.098 * np.sqrt(1 / 2 + 1 / 10)
        narrow += abs(row["estimate"]) > half
    assert wrong / 300 < 0.09
    assert narrow / 300 > 0.2


def test_no_comparison_or_no_scatter_has_a_reason():
    data = changes([0.1, 0.2, 0.3])
    for treated in (["X0", "X1", "X2"], []):
        row = difference_in_differences(data, treated=treated).iloc[0]
        assert (row["reason"], row["verdict"]) == ("few_areas", "")
        assert np.isnan(row["estimate"])
    hidden = data.assign(conf_low=[np.nan, 0.1, 0.2])
    assert difference_in_differences(hidden, treated=["X0"])["reason"].item() == "few_areas"
    same = difference_in_differences(changes([0.1] * 12), treated=["X0"])
    assert same["reason"].item() == "constant"
    assert np.isnan(same["conf_low"].item())


def test_unknown_areas_and_double_rows_are_refused():
    data = changes([0.1, 0.2])
    with pytest.raises(KeyError, match="X9"):
        difference_in_differences(data, treated=["X9"])
    with pytest.raises(ValueError, match="two rows"):
        difference_in_differences(pd.concat([data, data]), treated=["X0"])
