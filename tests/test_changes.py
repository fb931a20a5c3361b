"""Change over the waves at a fixed mix of staff."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, hypergeom, norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from trustgap.stats.change.changes import change
from trustgap.stats.change.wave_shares import standardised
from trustgap.stats.orders.ordinal import theta
from trustgap.stats.results import complete

ITEMS = pd.DataFrame({"top_from": [2], "team": ["t"], "block": ["trust"]}, index=["q"])


def cells(table, area="X1", item="q"):
    """Build cells from {(wave, group): (negative, positive)}."""
    rows = [
        {"area": area, "wave": wave, "group": group, "item": item, 1: low, 2: high, "dont_know": 0}
        for (wave, group), (low, high) in table.items()
    ]
    return pd.DataFrame(rows)


TWO = cells({("1", "a"): (44, 56), ("1", "b"): (10, 30), ("2", "a"): (20, 30), ("2", "b"): (60, 140)})


def pick(rows, **equals):
    for column, value in equals.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_group_has_the_wilson_interval_and_all_groups_the_fixed_mix():
    rows = standardised(TWO, ITEMS)

    low, high = proportion_confint(56, 100, method="wilson")
    one = pick(rows, wave="1", group_a="a")
    assert (one["conf_low"], one["conf_high"]) == pytest.approx((low, high), abs=1e-12)

    mix = np.array([150, 240]) / 390
    x, n, share = np.array([30, 140]), np.array([50, 200]), np.array([0.6, 0.7])
    error = np.sqrt(share * (1 - share) / n)
    z = norm.ppf(0.975) * np.sqrt(mix**2 @ error**2) / (mix @ error)
    limits = proportion_confint(x, n, alpha=2 * norm.sf(z), method="wilson")
    whole = pick(rows, wave="2", group_a="all")
    assert whole["method"] == "fixed mix of 2 groups, stratified Wilson"
    expected = (mix @ share, mix @ limits[0], mix @ limits[1])
    assert tuple(whole[["estimate", "conf_low", "conf_high"]]) == pytest.approx(expected, abs=1e-12)
    assert whole["n_eff"] == pytest.approx(1 / (mix**2 / [50, 200]).sum())
    assert set(whole["rests_on"]) == {("X1", "2", group, "q") for group in ("all", "a", "b")}


def test_a_declared_mix_is_used_and_a_group_without_share_is_named():
    rows = standardised(TWO, ITEMS, mix={"a": 3, "b": 1})
    assert pick(rows, wave="1", group_a="all")["estimate"] == pytest.approx(0.75 * 0.56 + 0.25 * 0.75)
    with pytest.raises(KeyError, match="b"):
        standardised(TWO, ITEMS, mix={"a": 1})


def test_a_group_missing_in_one_wave_does_not_enter_the_mix():
    rows = standardised(TWO[~(TWO["wave"].eq("2") & TWO["group"].eq("b"))], ITEMS)

    whole = pick(rows, wave="1", group_a="all")
    assert whole["estimate"] == pytest.approx(0.56)
    assert "1 groups" in whole["method"]


def test_the_change_of_a_group_is_the_newcombe_difference_with_the_score_test():
    rows = change(TWO, ITEMS)

    one = pick(rows, estimand="share_difference", group_a="a")
    limits = confint_proportions_2indep(30, 50, 56, 100, method="newcomb", compare="diff")
    test = chi2_contingency([[30, 20], [56, 44]], correction=False)
    assert (one["conf_low"], one["conf_high"]) == pytest.approx(limits, abs=1e-10)
    assert one["p_value"] == pytest.approx(test.pvalue, abs=1e-10)
    assert (one["wave"], one["n_a"], one["n_b"]) == ("1/2", 50, 100)

    order = pick(rows, estimand="theta", group_a="a")
    expected = theta([20, 30], [44, 56]).iloc[0]
    assert order["estimate"] == pytest.approx(expected["estimate"], abs=1e-12)
    assert order["conf_low"] == pytest.approx(expected["conf_low"], abs=1e-12)


def test_with_one_group_the_standardised_change_is_that_of_the_group():
    rows = change(TWO[TWO["group"] == "a"], ITEMS)

    for estimand in ("share_difference", "theta"):
        one, whole = (pick(rows, estimand=estimand, group_a=group) for group in ("a", "all"))
        for column in ("estimate", "conf_low", "conf_high", "conf_low_90", "p_value", "n_a"):
            assert whole[column] == pytest.approx(one[column], abs=1e-10), (estimand, column)


def test_the_last_two_waves_of_an_area_are_compared_if_others_are_missing():
    late = cells({("2", "a"): (20, 30), ("3", "a"): (60, 140)}, area="X2")
    once = cells({("3", "a"): (60, 140)}, area="X3")
    rows = change(pd.concat([TWO, late, once], ignore_index=True), ITEMS)

    share = rows[rows["estimand"].eq("share_difference") & rows["group_a"].eq("all")].set_index("area")
    assert share["wave"].to_dict() == {"X1": "1/2", "X2": "2/3", "X3": "1/3"}
    assert share.loc["X3", "reason"] == "few_waves"
    assert share.loc["X3", "verdict"] == ""
    first = change(pd.concat([TWO, late], ignore_index=True), ITEMS, first="2")
    assert set(first.loc[first["area"].eq("X1"), "reason"]) == {"few_waves"}
    with pytest.raises(ValueError, match="1999"):
        change(TWO, ITEMS, first="1999")


def test_waves_that_may_not_be_compared_are_left_out():
    rows = change(TWO, ITEMS, comparable={"q": ["2"]})

    assert set(rows["reason"]) == {"not_comparable"}
    assert rows[["estimate", "conf_low", "p_value", "p_adjusted"]].isna().all(axis=None)
    assert set(rows["family_id"]) == {""}


def test_holm_runs_over_the_dyads_of_an_area_and_counts_the_untestable():
    more = pd.concat([TWO, cells({("1", "a"): (0, 0), ("2", "a"): (9, 3)}, item="r")], ignore_index=True)
    more.loc[more["item"].eq("r") & more["wave"].eq("1"), "dont_know"] = 4
    items = pd.concat([ITEMS, ITEMS.rename(index={"q": "r"})])
    more = pd.concat([more, cells({("1", "b"): (5, 5), ("2", "b"): (9, 1)}, item="r")], ignore_index=True)

    rows = change(more, items)

    share = rows[rows["estimand"].eq("share_difference") & rows["group_a"].ne("all")]
    untestable = pick(share, item="r", group_a="a")
    assert untestable["reason"] == "n_lt_min"
    assert share["p_adjusted"].min() == pytest.approx(4 * share["p_value"].min())


@pytest.mark.parametrize("n", [0, 1, 10, 11])
def test_small_and_constant_cells_have_limits_or_a_reason(n):
    rows = complete(
        change(cells({("1", "a"): (0, n), ("2", "a"): (0, n), ("1", "b"): (n, 0), ("2", "b"): (0, n)}), ITEMS)
    )

    assert ((rows["conf_low"].notna() & rows["conf_high"].notna()) | rows["reason"].ne("")).all()
    if n == 0:
        assert len(rows) == 0
    elif n > 1:
        theta_a, theta_b = (pick(rows, estimand="theta", group_a=group) for group in "ab")
        assert (theta_a["reason"], theta_a["estimate"]) == ("constant" if n > 10 else "n_lt_min", 0.5)
        assert (theta_b["reason"], theta_b["estimate"]) == ("" if n > 10 else "n_lt_min", 1)


def test_theta_of_too_few_answers_has_no_limits_and_no_verdict_yet_counts_in_its_family():
    # Eleven and more answers a side in group a; ten and fewer, all apart, in group b.
    table = {("1", "a"): (20, 10), ("2", "a"): (2, 9), ("1", "b"): (40, 0), ("2", "b"): (0, 10)}
    rows = change(cells(table), ITEMS)
    rows = rows[rows["estimand"].eq("theta")]

    few, enough, whole = (pick(rows, group_a=group) for group in ("b", "a", "all"))
    assert (few["reason"], few["verdict"], few["estimate"]) == ("n_lt_min", "", 1)
    assert np.isnan([few[name] for name in ("conf_low", "conf_high_90", "p_value", "p_adjusted")]).all()
    assert few["family_id"] == enough["family_id"]
    assert enough["p_adjusted"] == pytest.approx(2 * enough["p_value"], rel=1e-12)
    assert (enough["reason"], whole["reason"]) == ("", "")


def test_the_mix_is_of_those_asked_so_that_not_knowing_costs_no_weight():
    data = cells({("1", "a"): (10, 30), ("1", "b"): (30, 10), ("2", "a"): (10, 30), ("2", "b"): (15, 5)})
    data["dont_know"] = [0, 0, 0, 20]

    rows = standardised(data, ITEMS)

    # 80 of either group were asked; with 60 valid answers group b would count 3 parts of 7.
    assert pick(rows, wave="2", group_a="all")["estimate"] == pytest.approx(0.5, abs=1e-12)


def test_the_input_is_untouched_and_the_order_of_rows_is_irrelevant():
    before = TWO.copy()
    shuffled = change(TWO.sample(frac=1, random_state=2), ITEMS)

    pd.testing.assert_frame_equal(change(TWO, ITEMS), shuffled)
    pd.testing.assert_frame_equal(TWO, before)


def test_theta_of_a_small_group_is_tested_by_permutation_and_a_large_or_a_linked_one_is_not():
    table = {("1", "a"): (14, 6), ("2", "a"): (8, 13), ("1", "b"): (30, 30), ("2", "b"): (30, 40)}
    rows = change(cells(table), ITEMS, seed=3)
    plain = change(cells(table), ITEMS, permutations=0)

    small, large = (pick(rows, estimand="theta", group_a=group) for group in "ab")
    # All splits of 20 answers of the first wave: the studentised statistic depends on its positives only.
    positives = np.arange(21)
    chance = hypergeom(41, 19, 20).pmf(positives)
    splits = [theta([8 + k - 6, 13 - (k - 6)], [20 - k, k]).iloc[0] for k in positives[:20]]
    extreme = np.array([abs(one["statistic"]) for one in splits])
    observed = abs(theta([8, 13], [14, 6]).iloc[0]["statistic"])
    exact = chance[:20][extreme >= observed - 1e-9].sum()
    assert small["p_value"] == pytest.approx(exact, abs=0.01)
    assert small["p_value"] != pick(plain, estimand="theta", group_a="a")["p_value"]
    assert small["method"] == "Brunner-Munzel, permutation test"
    assert large["method"] == "Brunner-Munzel"
    assert large["p_value"] == pick(plain, estimand="theta", group_a="b")["p_value"]
    assert set(plain.loc[plain["estimand"].eq("theta"), "method"]) == {
        "Brunner-Munzel",
        "fixed mix of 2 groups, MOVER",
    }


def test_two_waves_of_the_effective_base_would_be_as_precise():
    rows = change(TWO, ITEMS)

    for estimand in ("share_difference", "theta"):
        assert pick(rows, estimand=estimand, group_a="a")["n_eff"] == pytest.approx(2 / (1 / 50 + 1 / 100))
    mix = np.array([150, 240]) / 390
    whole = pick(rows, estimand="share_difference", group_a="all")
    variances = [(mix**2 / n).sum() for n in (np.array([50, 200]), np.array([100, 40]))]
    assert whole["n_eff"] == pytest.approx(2 / sum(variances))


def test_a_shifting_staff_mix_is_no_change_when_standardised_but_is_when_crude():
    rng, reps = np.random.default_rng(11), 2000
    sizes = {("1", "a"): 150, ("1", "b"): 50, ("2", "a"): 50, ("2", "b"): 150}
    chance = {"a": 0.4, "b": 0.6}
    hits = {key: rng.binomial(n, chance[key[1]], reps) for key, n in sizes.items()}
    frames = [
        pd.DataFrame({"area": [f"A{i:04d}" for i in range(reps)], "wave": wave, "group": group, "item": "q",
                      1: sizes[wave, group] - x, 2: x})
        for (wave, group), x in hits.items()
    ]  # fmt: skip
    fixed = pd.concat(frames, ignore_index=True)
    crude = fixed.assign(group="one").groupby(["area", "wave", "group", "item"], as_index=False).sum()

    def rejected(counts):
        rows = change(counts, ITEMS)
        whole = rows[rows["estimand"].eq("share_difference") & rows["group_a"].eq("all")]
        return (whole["p_value"] < 0.05).mean(), ((whole["conf_low"] > 0) | (whole["conf_high"] < 0)).mean()

    band = 3 * np.sqrt(0.05 * 0.95 / reps)
    assert rejected(fixed) == pytest.approx((0.05, 0.05), abs=band)
    assert min(rejected(crude)) > 0.2
