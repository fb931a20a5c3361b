"""Case reviews of all areas: by hand, against chi-square, at the edges, and where the truth is known."""

import demo_rows
import numpy as np
import pandas as pd
import pytest
import sample_survey as sample
from scipy import special, stats

from trustgap.stats.case_reviews import reviews
from trustgap.stats.case_reviews.over_areas import answers, over_areas
from trustgap.stats.shares.intervals import wilson
from trustgap.survey.programme import cases as case_file
from trustgap.survey.programme.records import empty


def cases(found, size, item="improvable"):
    """Make the cases of areas: how many have the finding, of how many."""
    area = np.repeat(np.arange(len(found)), size)
    hit = np.concatenate([np.arange(n) < x for x, n in zip(found, size, strict=True)])
    return pd.DataFrame({"area": [f"X{n}" for n in area], "item": item, "hit": pd.array(hit, "boolean")})


def pooled(hits):
    return over_areas(hits).set_index("estimand")


FOUND, SIZE = [10, 12, 3, 14, 6, 9], [20, 25, 12, 20, 20, 30]


def test_the_share_is_that_of_all_cases_and_the_test_is_pearsons():
    rows = pooled(cases(FOUND, SIZE))
    misses = np.subtract(SIZE, FOUND)

    assert rows["estimate"].tolist() == [pytest.approx(54 / 127)] * 2
    assert rows["n_a"].tolist() == [127, 127]
    expected = stats.chi2_contingency([FOUND, misses], correction=False).pvalue
    assert rows.loc["prediction", "p_value"] == pytest.approx(expected, rel=1e-12)
    assert "6 areas" in rows.loc["mean_share", "method"]


def test_the_limits_allow_for_areas_as_clusters_by_hand():
    x, n = np.array(FOUND, float), np.array(SIZE, float)
    total, share = n.sum(), x.sum() / n.sum()
    between = (n * (x / n - share) ** 2).sum() / 5
    within = (x * (1 - x / n)).sum() / (total - 6)
    usual = (total - (n**2).sum() / total) / 5
    r = (between - within) / (between + (usual - 1) * within)
    size = total / (1 + ((n**2).sum() / total - 1) * r)
    low, high = wilson(np.array([share * size]), np.array([size]))
    rows = pooled(cases(FOUND, SIZE))

    assert rows.loc["mean_share", "n_eff"] == pytest.approx(size)
    assert rows.loc["mean_share", ["conf_low", "conf_high"]].tolist() == pytest.approx([low[0], high[0]])
    variance = share * (1 - share) * (r + 1 / size)
    limits = rows.loc["prediction", ["conf_low", "conf_high"]].tolist()
    weight = share * (1 - share) / variance - 1
    assert stats.beta(share * weight, (1 - share) * weight).cdf(limits) == pytest.approx([0.025, 0.975])


def test_areas_that_are_alike_give_a_simple_sample_and_a_narrow_range():
    rows = pooled(cases([10] * 8, [20] * 8))

    assert rows.loc["mean_share", "n_eff"] == 160
    width = rows["conf_high"] - rows["conf_low"]
    assert width["prediction"] == pytest.approx(width["mean_share"], abs=0.01)
    assert rows.loc["prediction", "p_value"] == pytest.approx(1)


def test_the_order_of_cases_and_unknown_cases_do_not_matter():
    plain = cases(FOUND, SIZE)
    unknown = plain.head(9).assign(hit=pd.NA)
    other = pd.concat([unknown, plain]).sample(frac=1, random_state=1)

    pd.testing.assert_frame_equal(over_areas(plain), over_areas(other))


@pytest.mark.parametrize(
    ("found", "size", "reason"),
    [
        ([5, 6, 4, 5], [10] * 4, "few_areas"),
        ([10] * 6, [10] * 6, "constant"),
        ([0] * 6, [10] * 6, "constant"),
    ],
)
def test_where_nothing_can_be_pooled_there_is_a_reason_and_no_limit(found, size, reason):
    rows = pooled(cases(found, size))

    assert rows["reason"].tolist() == [reason] * 2
    assert rows[["estimate", "conf_low", "conf_high", "p_value"]].isna().all(axis=None)


def test_a_finding_that_nobody_judged_and_none_at_all():
    unknown = cases([1] * 6, [2] * 6).assign(hit=pd.NA)

    assert pooled(unknown)["reason"].tolist() == ["n_lt_min"] * 2
    assert len(over_areas(unknown.iloc[:0])) == 0
    assert {"estimand", "area", "reason"} <= set(over_areas(unknown.iloc[:0]))


def test_the_findings_pooled_are_those_of_an_areas_page():
    judged = pd.read_csv(sample.DEMO / "cases.csv", keep_default_na=False)
    numbers = {name: pd.to_numeric(judged[name], errors="coerce") for name in ("cost", "cost_better")}
    judged = judged.assign(available=judged["available"].map({"yes": True, "no": False}), **numbers)
    pooled_rows = over_areas(answers(judged))
    whole = reviews.findings(judged, area="national").set_index("item")
    share = pooled_rows[pooled_rows["estimand"].eq("mean_share")].set_index("item")

    assert len(share) == 5
    for item, row in share.iterrows():
        for column in ("n_a", "estimate", "n_eff", "conf_low", "conf_high"):
            assert row[column] == pytest.approx(whole.loc[item, column], rel=1e-9), (item, column)


def test_areas_that_share_nothing_leave_any_share_possible():
    rows = pooled(cases([20, 0] * 4, [20] * 8))

    assert rows.loc["prediction", ["conf_low", "conf_high"]].tolist() == [0, 1]


def test_each_finding_is_pooled_by_itself():
    both = pd.concat([cases(FOUND, SIZE), cases([1, 2, 3, 2, 1, 0], [15] * 6, item="available")])
    rows = over_areas(both)

    assert rows["item"].tolist() == ["improvable"] * 2 + ["available"] * 2
    assert rows["estimate"].iloc[2] == pytest.approx(9 / 90)
    tests = rows["p_value"].dropna().sort_values()
    holm = np.maximum.accumulate(np.minimum(tests * [2, 1], 1))
    assert rows["p_adjusted"].dropna()[tests.index].tolist() == pytest.approx(holm.tolist())


def test_limits_of_the_mean_hold_where_those_on_logits_do_not():
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(120):
        truth = special.expit(special.logit(0.92) + 0.5 * rng.standard_normal(60))
        size = rng.integers(6, 20, 60)
        rows = pooled(cases(rng.binomial(size, truth), size))
        held += rows.loc["mean_share", "conf_low"] < 0.912 < rows.loc["mean_share", "conf_high"]

    assert held >= 105, "95% of 120 less three standard errors; the mean of such areas is 0.912"


def test_without_any_case_there_is_no_row():
    nobody = empty(case_file.COLUMNS)

    assert len(over_areas(answers(nobody))) == 0


@pytest.mark.slow
def test_pooled_cases_are_those_of_areas_that_show_the_finding():
    """B85. The test that areas are alike is an equation in the hidden ones besides the sum of all."""
    of = demo_rows.study("national")
    hits = answers(of.cases)
    kept_back = {(area, item) for area, wave, group, item in of.mask.untold if not wave and not group}
    shut = [pair in kept_back for pair in zip(hits["area"], hits["item"], strict=True)]
    assert 0 < sum(shut) < len(hits)

    pd.testing.assert_frame_equal(of.findings, hits[~np.array(shut)])
    turned = hits.assign(hit=hits["hit"].where(~np.array(shut), ~hits["hit"]))
    assert not over_areas(turned).equals(over_areas(hits))
    for item in ("case_improvable", "case_available"):
        there = of.cases_showing(item)["area"].unique()
        assert set(there) == set(of.cases["area"]) - {area for area, other in kept_back if other == item}
