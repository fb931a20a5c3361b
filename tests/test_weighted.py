"""Weighted shares, means and θ: identities with the unweighted, R on a designed sample, and edges."""

import golden
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.counts import tally
from trustgap.stats.orders import ordinal
from trustgap.stats.trust import dyads
from trustgap.stats.weighting import design, weighted, weighted_theta

ITEMS = pd.DataFrame({"team": "", "top_from": 4, "numeric": True}, index=["q"])
PLACE = {"area": "X1", "wave": "1"}


def answers(q, weight=1.0, group="a", **more):
    frame = pd.DataFrame({"q": q}).assign(weight=weight, group=group, stratum="", psu="", **PLACE)
    return frame.assign(**more)


def shares(frame, items=ITEMS, *, groups=("a",), **options):
    rows = weighted.shares(frame, items, **PLACE, groups=list(groups), **options)
    return rows.set_index(["group_a", "estimand"])


def linearised(x, w):
    """Compute share, variance and Wilson limits at the effective base from the definitions."""
    n, p = len(x), (w * x).sum() / w.sum()
    v = n / (n - 1) * (w**2 * (x - p) ** 2).sum() / w.sum() ** 2
    n_eff = min(n, p * (1 - p) / v)
    t = stats.t.ppf(0.975, n - 1)
    # The limits solve |p - pi| = t sqrt(pi (1 - pi) / n_eff).
    return p, n_eff, sorted(np.roots([n_eff + t**2, -(2 * n_eff * p + t**2), n_eff * p**2]).real)


def test_a_weighted_share_follows_its_definition():
    rng = np.random.default_rng(2)
    q, w = rng.integers(1, 6, 60), rng.uniform(0.5, 4, 60)
    row = shares(answers(q, w)).loc[("all", "weighted_share")]
    p, n_eff, limits = linearised((q >= 4).astype(float), w)
    assert (row["estimate"], row["n_eff"]) == pytest.approx((p, n_eff), rel=1e-10)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(limits, rel=1e-10)


def test_a_common_factor_of_the_weights_changes_nothing():
    rng = np.random.default_rng(3)
    q, w = rng.integers(1, 6, 60), rng.uniform(0.5, 4, 60)
    numbers = ["estimate", "n_eff", "conf_low", "conf_high"]
    one, other = (shares(answers(q, factor * w))[numbers] for factor in (1, 250.0))
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_equal_weights_give_the_plain_share_and_mean():
    q = np.random.default_rng(4).integers(1, 6, 80)
    rows = shares(answers(q, 3.0))
    share, mean = rows.loc[("all", "weighted_share")], rows.loc[("all", "weighted_mean")]
    assert share["estimate"] == pytest.approx((q >= 4).mean(), rel=1e-12)
    error = q.std(ddof=1) / np.sqrt(80)
    assert mean["estimate"] == pytest.approx(q.mean(), rel=1e-12)
    assert mean["conf_high"] - mean["estimate"] == pytest.approx(stats.t.ppf(0.975, 79) * error, rel=1e-10)


def test_at_the_edge_the_base_is_reduced_by_the_design_effect_of_kish():
    w = np.array([1.0, 3.0] * 10)
    row = shares(answers(np.full(20, 5), w)).loc[("all", "weighted_share")]
    n_eff = w.sum() ** 2 / (w**2).sum()
    t = stats.t.ppf(0.975, 19)
    assert (row["estimate"], row["conf_high"]) == (1.0, 1.0)
    assert row["n_eff"] == pytest.approx(n_eff)
    assert row["conf_low"] == pytest.approx(n_eff / (n_eff + t**2), rel=1e-10)


@pytest.mark.parametrize(
    ("q", "share", "mean"),
    [([5], "n_lt_min", "n_lt_min"), ([-2, 0], "n_lt_min", "n_lt_min"), ([5, 5, 5], "", "constant")],
)
def test_what_cannot_be_estimated_says_why_and_has_no_limits(q, share, mean):
    rows = shares(answers(q))
    assert rows["reason"].tolist() == [share, mean]
    for _, row in rows.iterrows():
        assert np.isnan(row["conf_low"]) == bool(row["reason"])


def test_equal_scores_do_not_vary_though_unequal_weights_round_their_mean():
    weights = np.random.default_rng(1).uniform(1, 3, (20, 40))
    means = [shares(answers(np.full(40, 3), w)).loc[("all", "weighted_mean")] for w in weights]
    assert [row["reason"] for row in means] == ["constant"] * 20
    assert [row["estimate"] for row in means] == pytest.approx([3.0] * 20)
    assert all(row[["conf_low", "conf_high"]].isna().all() for row in means)


def test_one_sampling_unit_gives_a_share_without_limits():
    rows = shares(answers([1, 5, 5], psu="1", stratum="s"))
    assert rows["reason"].tolist() == ["df_le_0", "df_le_0"]
    assert rows["estimate"].notna().all()
    assert rows[["conf_low", "conf_high"]].isna().all(axis=None)


def test_who_has_no_weight_does_not_count():
    frame = answers([5, 5, 1, 1] * 5, [2.0, 1.0, 1.0, np.nan] * 5)
    row = shares(frame).loc[("all", "weighted_share")]
    assert (row["n_a"], row["estimate"]) == (15, pytest.approx(0.75))
    assert not len(shares(frame.assign(weight=np.nan)))


def test_what_would_be_the_answer_of_one_respondent_is_not_told():
    q, w = np.array([1, 5] * 20 + [5]), np.array([1.0] * 40 + [20.0])
    row = shares(answers(q, w)).loc[("all", "weighted_share")]
    assert row["reason"] == "dominated"
    assert row[["estimate", "conf_low", "conf_high", "n_eff"]].isna().all()
    assert shares(answers(q, np.minimum(w, 10))).loc[("all", "weighted_share"), "reason"] == ""

    frame = pd.concat([answers(q, w), answers([2, 4] * 20, 1.0, group="b")], ignore_index=True)
    pair = (("X1", "1", "a", "q"), ("X1", "1", "b", "q"))
    rows = pd.DataFrame([PLACE | {"estimand": "theta", "group_a": "a", "group_b": "b", "family_id": "f"}])
    found = weighted.reweighted(rows.assign(rests_on=[pair]), frame).iloc[0]
    assert (found["reason"], found["verdict"]) == ("dominated", "")
    assert found[["estimate", "conf_low", "conf_high", "p_value"]].isna().all()


def test_a_row_of_all_rests_on_every_group_that_rates_the_item():
    frame = pd.concat([answers([5] * 12, group=group) for group in "abc"], ignore_index=True)
    teams = pd.DataFrame({"members": [("c",)]}, index=["t"])
    rows = shares(frame, ITEMS.assign(team="t"), groups="abcd", teams=teams, by_group=True)
    everybody = rows.loc[("all", "weighted_share"), "rests_on"]
    asked = tuple(("X1", "1", group, "q") for group in ("all", "a", "b", "d"))
    assert everybody == (*asked, ("X1", "1", "all", "weighted:q"))
    own = (("X1", "1", "a", "q"), ("X1", "1", "a", "weighted:q"))
    assert rows.loc[("a", "weighted_share"), "rests_on"] == own
    assert "c" not in rows.index.get_level_values("group_a"), "nobody rates their own team"


PANEL = {
    "file": "gss_confidence_panel_2006_2014.csv",
    "filter": {"panel": 2010, "wave": 3},
    "reverse": {"conmedic": 4},
    "complete": ["conmedic", "wtpannr123", "vstrat"],
}


@pytest.fixture
def panel(shared):
    data = golden.rows(shared, PANEL)
    frame = answers(data["conmedic"].to_numpy(int), data["wtpannr123"], np.where(data["sex"] == 1, "m", "w"))
    return frame.assign(stratum=data["vstrat"].astype(str), psu=data["vpsu"].astype(str))


def test_a_real_survey_with_strata_and_units_agrees_with_r(shared, panel):
    stored = golden.case(shared, "07", "gss_conmedic_top_2014_design")
    rows = shares(panel, ITEMS.assign(top_from=3, numeric=False), groups="mw", by_group=True)
    row = rows.loc[("all", "weighted_share")]
    p, error = stored["mean"]["est"]["top"], stored["mean"]["se"][0]
    n_eff, t = p * (1 - p) / error**2, stats.t.ppf(0.975, stored["df"])
    limits = sorted(np.roots([n_eff + t**2, -(2 * n_eff * p + t**2), n_eff * p**2]).real)
    assert row["estimate"] == pytest.approx(p, rel=1e-8)
    assert row["n_eff"] == pytest.approx(n_eff, rel=1e-8)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(limits, rel=1e-8)
    # R's logit and beta intervals of the same share: Wilson's limits lie within a third of a point of both.
    for other in ("logit", "beta"):
        assert [row["conf_low"], row["conf_high"]] == pytest.approx(stored["ciprop"][other]["ci"], abs=0.0035)
    by_sex = rows.loc[[("m", "weighted_share"), ("w", "weighted_share")]]
    assert by_sex["estimate"].tolist() == pytest.approx(stored["by_sex"]["est"], rel=1e-8)
    variance = by_sex["estimate"] * (1 - by_sex["estimate"]) / by_sex["n_eff"]
    assert np.sqrt(variance).tolist() == pytest.approx(stored["by_sex"]["se"], rel=1e-8)


def mean_difference(panel, rank):
    """Compare women's and men's weighted mean ranks, with the standard error of the design."""
    by_sex = [np.where(panel["group"].eq(sex), rank, np.nan) for sex in ("w", "m")]
    mean, moves = design.influence(np.stack(by_sex, axis=1), panel["weight"].to_numpy())
    drawn = design.units(panel["stratum"].to_numpy(), panel["psu"].to_numpy())
    return mean[0] - mean[1], np.sqrt(design.covariance(moves[:, :1] - moves[:, 1:], *drawn)[0, 0])


def test_weighted_theta_agrees_with_the_rank_test_of_r(shared, panel):
    stored = golden.case(shared, "07", "gss_conmedic_top_2014_design")["ranktest_wilcoxon"]
    sides = [panel[panel["group"].eq(sex)] for sex in ("w", "m")]
    both = pd.concat(sides)
    how = design.units(both["stratum"].to_numpy(), both["psu"].to_numpy())
    found = weighted_theta.theta(*(side[c].to_numpy() for side in sides for c in ("q", "weight")), how=how)
    # R tests the difference of mean ranks as if they were fixed numbers; tied answers get the plain mean of
    # their running weights in the order of the file, where the weighted one makes the difference θ − ½.
    ordered = panel.sort_values("q", kind="stable")
    running = (ordered["weight"].cumsum() - ordered["weight"] / 2) / ordered["weight"].sum()
    of = panel.groupby("q")["weight"].sum() / panel["weight"].sum()
    like_r, error = mean_difference(panel, running.groupby(ordered["q"]).transform("mean").sort_index())
    assert like_r / error == pytest.approx(stored["stat"], rel=1e-8)
    exact, _ = mean_difference(panel, panel["q"].map(of.cumsum() - of / 2))
    assert exact == pytest.approx(found["estimate"] - 0.5, abs=1e-12)
    # Ours lets the ranks vary as well, and tests with one more degree of freedom.
    assert found["df"] == stored["df"] + 1
    assert (found["estimate"] - 0.5) / found["se"] == pytest.approx(stored["stat"], rel=0.02)
    assert found["p_value"] == pytest.approx(stored["p"], abs=0.005)


@pytest.mark.parametrize("seed", range(5))
def test_equal_weights_give_the_test_of_brunner_and_munzel(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(1, 6, 23), rng.integers(2, 6, 31)
    found = weighted_theta.theta(x, np.full(23, 2.5), y, np.full(31, 0.1))
    expected = stats.brunnermunzel(y, x)
    assert found["p_value"] == pytest.approx(expected.pvalue, rel=1e-10)
    counts = [np.bincount(side, minlength=6)[1:] for side in (x, y)]
    plain = ordinal.theta(*counts).iloc[0]
    names = ["estimate", "se", "df", "conf_low", "conf_high", "conf_low_90", "conf_high_90"]
    assert [found[name] for name in names] == pytest.approx(plain[names].tolist(), abs=1e-12)


def test_weighted_theta_follows_its_definition_over_all_pairs():
    rng = np.random.default_rng(7)
    x, y = rng.integers(1, 6, 20), rng.integers(1, 6, 30)
    w, v = rng.uniform(0.5, 3, 20), rng.uniform(0.5, 3, 30)
    above = (np.sign(x[:, None] - y) + 1) / 2
    theta = (w[:, None] * v * above).sum() / w.sum() / v.sum()
    of_x = w * ((above * v).sum(axis=1) / v.sum() - theta) / w.sum()
    of_y = v * ((above * w[:, None]).sum(axis=0) / w.sum() - theta) / v.sum()
    n, m = (one.sum() ** 2 / (one**2).sum() for one in (w, v))
    variance = (of_x**2).sum() * n / (n - 1) + (of_y**2).sum() * m / (m - 1)
    found = weighted_theta.theta(x, w, y, v)
    assert (found["estimate"], found["se"]) == pytest.approx((theta, np.sqrt(variance)), abs=1e-12)
    swapped = weighted_theta.theta(y, v, x, w)
    assert swapped["estimate"] == pytest.approx(1 - theta, abs=1e-12)
    assert swapped["conf_low"] == pytest.approx(1 - found["conf_high"], abs=1e-12)


def test_groups_that_do_not_overlap_have_limits_at_their_effective_bases():
    w = np.array([1.0, 3.0] * 10)
    found = weighted_theta.theta(np.full(20, 5), w, np.full(20, 2), np.ones(20))
    assert (found["estimate"], found["conf_high"], found["reason"]) == (1.0, 1.0, "")
    n_a, n_b, low = w.sum() ** 2 / (w**2).sum(), 20.0, found["conf_low"]
    m = (n_a + n_b) / 2 - 1
    at_limit = low * (1 - low) * (1 + m * ((1 - low) / (2 - low) + low / (1 + low))) / (n_a * n_b)
    assert (1 - low) ** 2 == pytest.approx(stats.norm.ppf(0.975) ** 2 * at_limit, rel=1e-8)


def test_equal_answers_and_single_answers_have_no_limits():
    ones = np.ones(4)
    constant = weighted_theta.theta(np.full(4, 3), ones, np.full(4, 3), ones)
    assert (constant["reason"], constant["estimate"], constant["p_value"]) == ("constant", 0.5, 1.0)
    assert np.isnan(constant["conf_low"])
    single = weighted_theta.theta(np.array([3]), ones[:1], np.array([1, 2]), ones[:2])
    assert (single["reason"], single["estimate"]) == ("n_lt_min", 1.0)
    assert np.isnan(single["conf_high"])


def test_one_respondent_who_outweighs_all_others_leaves_no_limits():
    x, w = np.array([5, 1, 2]), np.array([1e4, 1.0, 1.0])
    found = weighted_theta.theta(x, w, np.array([1, 2, 3, 4]), np.ones(4))
    assert found["reason"] == "n_lt_min"
    assert np.isnan(found["conf_low"])


def test_limits_cover_as_often_as_they_should_with_few_answers_and_unequal_weights():
    rng = np.random.default_rng(21)
    of = np.array([0.1, 0.2, 0.25, 0.3, 0.15])
    covered = []
    for _ in range(1500):
        sides = [(rng.choice(5, n, p=of) + 1, rng.lognormal(0, 0.9, n)) for n in (10, 40)]
        found = weighted_theta.theta(*sides[0], *sides[1])
        covered.append(found["conf_low"] <= 0.5 <= found["conf_high"])
    # Three standard errors of 1,500 draws about 95%; with plain numbers of respondents 92% are covered.
    assert np.mean(covered) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 1500)


def mutual(weight_a=1.0):
    """Give two groups that rate each other's team, and the unweighted comparison of their ratings."""
    rng = np.random.default_rng(9)
    a = answers(rng.integers(1, 6, 40), weight_a, "a").rename(columns={"q": "trust_t"}).assign(trust_s=-1)
    b = answers(rng.integers(2, 6, 50), 4.0, "b").rename(columns={"q": "trust_s"}).assign(trust_t=-1)
    frame = pd.concat([a, b], ignore_index=True)
    items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "top_from": 4, "scale": "x", "k": 5})
    items.index = ["trust_s", "trust_t"]
    groups = pd.DataFrame({"team": ["s", "t"]}, index=["a", "b"])
    return frame, dyads.reciprocity(tally(frame, items), items, groups)


def test_weights_that_are_equal_within_each_group_change_no_comparison():
    frame, rows = mutual()
    again = weighted.reweighted(rows, frame)
    plain = rows[rows["estimand"].eq("theta")]
    for column in ("estimate", "conf_low", "conf_high", "p_value", "p_adjusted", "verdict"):
        assert again[column].tolist() == plain[column].tolist(), column
    assert again["estimand"].tolist() == ["weighted_theta"]


def test_where_only_some_of_a_group_have_a_weight_the_others_do_not_count():
    frame, rows = mutual()
    without = frame.assign(weight=frame["weight"].where(np.arange(len(frame)) >= 10))
    row = weighted.reweighted(rows, without).iloc[0]
    x, y = frame["trust_t"].iloc[10:40].to_numpy(), frame["trust_s"].iloc[40:].to_numpy()
    plain = stats.brunnermunzel(y, x)
    assert (row["n_a"], row["n_b"]) == (30, 50)
    assert row["estimate"] == pytest.approx((np.sign(x[:, None] - y) + 1).mean() / 2, rel=1e-12)
    assert row["p_value"] == pytest.approx(plain.pvalue, rel=1e-8)


def test_weights_that_differ_within_a_group_move_its_comparison():
    heavy = np.linspace(0.2, 5, 40)
    frame, rows = mutual(heavy)
    row = weighted.reweighted(rows, frame).iloc[0]
    x, y = frame["trust_t"].iloc[:40].to_numpy(), frame["trust_s"].iloc[40:].to_numpy()
    expected = (heavy[:, None] * (np.sign(x[:, None] - y) + 1) / 2).sum() / heavy.sum() / 50
    assert row["estimate"] == pytest.approx(expected, rel=1e-10)
    assert row["rests_on"] == rows.iloc[0]["rests_on"]
    above = (np.sign(x[:, None] - y) + 1) / 2
    n = heavy.sum() ** 2 / (heavy**2).sum()
    of_a = (heavy * (above.mean(axis=1) - expected) / heavy.sum()) ** 2
    of_b = above.T @ heavy / heavy.sum() - expected
    error = np.sqrt(of_a.sum() * n / (n - 1) + of_b.var(ddof=1) / 50)
    seen = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert row["mde80"] == pytest.approx(seen * error, rel=1e-9)
    assert row["mde80"] != rows.iloc[0]["mde80"]


def test_a_comparison_keeps_the_sampling_units_of_those_who_do_not_rate():
    frame, rows = mutual(np.linspace(0.2, 5, 40))
    frame = frame.assign(stratum="s", psu=[str(n % 9) for n in range(len(frame))])
    others = answers([5] * 6, group="c").rename(columns={"q": "trust_t"})
    others = others.assign(trust_s=1, stratum="s", psu="far")
    row = weighted.reweighted(rows, pd.concat([frame, others], ignore_index=True)).iloc[0]
    apart = weighted.reweighted(rows, frame).iloc[0]
    assert row["estimate"] == apart["estimate"]
    # Ten units instead of nine, one of them with a total of nothing.
    ratio = (10 / 9) / (9 / 8)
    assert row["p_value"] != apart["p_value"]
    half = [np.log(r["conf_high"] / (1 - r["conf_high"])) for r in (row, apart)]
    middle = np.log(row["estimate"] / (1 - row["estimate"]))
    assert ((half[0] - middle) / (half[1] - middle)) ** 2 == pytest.approx(ratio, rel=1e-8)


def test_nobody_with_a_weight_gives_no_comparison():
    frame, rows = mutual()
    assert not len(weighted.reweighted(rows, frame.assign(weight=np.nan)))
