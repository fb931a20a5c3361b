"""Who trusts whom: plans of pairs, families, and numbers that are those of the single comparison."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.counts import MISSING
from trustgap.stats.trust.dyads import group_gap, reciprocity, same_team

GROUPS = pd.DataFrame({"team": ["a", "b", "c"]}, index=["a", "b", "c"])
TEAMS = pd.DataFrame({"members": [("a",), ("b",), ("c",), ("a",)]}, index=["a", "b", "c", "d"])
ITEMS = pd.DataFrame(
    {
        "block": ["trust"] * 4 + ["factor"] * 3,
        "team": ["a", "b", "c", "d", "", "", ""],
        "decision": ["", "", "", "", "x", "x", "y"],
        "top_from": 4,
        "scale": "agree",
    },
    index=["trust_a", "trust_b", "trust_c", "trust_d", "f1", "f2", "f3"],
)


def counts(areas=("X1",), seed=1, size=40):
    random = np.random.default_rng(seed)
    rows = []
    for area in areas:
        for group in GROUPS.index:
            for item in ITEMS.index:
                own = group in TEAMS["members"].get(ITEMS.loc[item, "team"], ())
                table = [0] * 5 if own else random.multinomial(size, random.dirichlet([2] * 5))
                cell = {"area": area, "wave": "1", "group": group, "item": item}
                rows.append(cell | dict(enumerate(table, 1)) | dict.fromkeys(MISSING, 0))
    return pd.DataFrame(rows)


def sample(frame, group, item):
    row = frame[(frame["group"] == group) & (frame["item"] == item)].iloc[0]
    return np.repeat([1, 2, 3, 4, 5], row[[1, 2, 3, 4, 5]].astype(int))


def test_reciprocity_sets_each_rating_against_the_one_returned():
    frame = counts()
    rows = reciprocity(frame, ITEMS, GROUPS, teams=TEAMS)
    theta = rows[rows["estimand"] == "theta"]
    assert list(zip(theta["group_a"], theta["group_b"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    for row in theta.itertuples():
        x = sample(frame, row.group_a, f"trust_{row.group_b}")
        y = sample(frame, row.group_b, f"trust_{row.group_a}")
        expected = stats.mannwhitneyu(x, y).statistic / len(x) / len(y)
        assert row.estimate == pytest.approx(expected, abs=1e-12)
        assert row.p_value == pytest.approx(stats.brunnermunzel(x, y).pvalue, abs=1e-10)
    assert set(rows["item"]) == {"trust"}
    assert set(rows["target"]) == {""}
    assert theta["rests_on"].iloc[0] == (("X1", "1", "a", "trust_b"), ("X1", "1", "b", "trust_a"))


def test_a_missing_group_keeps_its_pairs_and_counts_in_the_family():
    frame = counts()
    rows = reciprocity(frame[frame["group"] != "c"], ITEMS, GROUPS, teams=TEAMS)
    theta = rows[rows["estimand"] == "theta"]
    assert theta["reason"].tolist() == ["", "n_lt_min", "n_lt_min"]
    # Three pairs were planned, so the one that could be tested is multiplied by three.
    assert theta["p_adjusted"].iloc[0] == pytest.approx(min(1, 3 * theta["p_value"].iloc[0]), abs=1e-12)
    assert rows[rows["estimand"] == "share_difference"]["p_adjusted"].isna().all()


def test_families_end_at_the_border_of_an_area():
    frame = counts(areas=("X1", "X2"))
    both = reciprocity(frame, ITEMS, GROUPS, teams=TEAMS)
    one = reciprocity(frame[frame["area"] == "X2"], ITEMS, GROUPS, teams=TEAMS)
    pd.testing.assert_frame_equal(both[both["area"] == "X2"].reset_index(drop=True), one)


def test_groups_that_do_not_rate_a_team_are_not_set_against_each_other():
    rows = same_team(counts(), ITEMS, GROUPS, teams=TEAMS)
    theta = rows[rows["estimand"] == "theta"]
    plan = set(zip(theta["target"], theta["group_a"], theta["group_b"], strict=True))
    assert plan == {("a", "b", "c"), ("b", "a", "c"), ("c", "a", "b"), ("d", "b", "c")}
    p = theta["p_value"]
    assert theta["p_adjusted"].tolist() == pytest.approx(
        stats.false_discovery_control(p, method="bh").tolist(), abs=1e-12
    )


def test_factors_are_adjusted_within_their_decision():
    rows = group_gap(counts(), ITEMS, "a", "b")
    theta = rows[rows["estimand"] == "theta"].set_index("item")
    p = theta["p_value"]
    expected = [*stats.false_discovery_control(p[["f1", "f2"]], method="bh"), p["f3"]]
    assert theta["p_adjusted"].tolist() == pytest.approx(expected, abs=1e-12)
    assert theta["family_id"].tolist() == [f"group_gap|a v b|X1|1|{d}" for d in "xxy"]
    assert "decision" not in rows


def test_turning_the_groups_round_turns_the_gap_round():
    one, two = (group_gap(counts(size=20), ITEMS, *pair) for pair in (("a", "b"), ("b", "a")))
    theta = one["estimand"] == "theta"
    assert one["estimate"][theta].tolist() == pytest.approx((1 - two["estimate"][theta]).tolist(), abs=1e-12)
    assert one["p_value"].tolist() == pytest.approx(two["p_value"].tolist(), abs=1e-12)
    opposite = {"higher": "lower", "lower": "higher"}
    assert one["verdict"].tolist() == [opposite.get(verdict, verdict) for verdict in two["verdict"]]


def test_two_items_for_one_team_are_refused():
    twice = pd.concat([ITEMS, ITEMS.loc[["trust_a"]].rename(index={"trust_a": "again"})])
    with pytest.raises(ValueError, match="one item per team"):
        reciprocity(counts(), twice, GROUPS)


def test_one_group_alone_has_no_pairs():
    alone = GROUPS.loc[["a"]]
    assert reciprocity(counts(), ITEMS, alone).empty
    assert same_team(counts(), ITEMS, alone).empty


def test_simultaneous_limits_are_those_of_one_interval_at_a_third_of_the_error():
    # Written out from Brunner and Munzel (2000): placements, their variances, t on the logit scale.
    frame = counts()
    rows = reciprocity(frame, ITEMS, GROUPS, teams=TEAMS)
    single, wide = (rows[rows["estimand"].eq(e)] for e in ("theta", "theta_simultaneous"))
    assert len(wide) == 3
    for row in wide.itertuples():
        x = sample(frame, row.group_a, f"trust_{row.group_b}")
        y = sample(frame, row.group_b, f"trust_{row.group_a}")
        above = np.sign(x[:, None] - y[None, :]) / 2 + 0.5
        theta, parts = (
            above.mean(),
            np.array([above.mean(axis=1).var(ddof=1), above.mean(axis=0).var(ddof=1)]),
        )
        sizes = np.array([len(x), len(y)])
        parts = parts / sizes
        df = parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum()
        half = stats.t.ppf(1 - 0.05 / 3 / 2, df) * np.sqrt(parts.sum()) / (theta * (1 - theta))
        middle = np.log(theta / (1 - theta))
        expected = 1 / (1 + np.exp(-(middle + np.array([-half, half]))))
        assert [row.conf_low, row.conf_high] == pytest.approx(expected.tolist(), abs=1e-10)
    assert (wide["conf_high"].to_numpy() > single["conf_high"].to_numpy()).all()
    assert wide["rests_on"].tolist() == single["rests_on"].tolist()
    assert wide["p_value"].isna().all()
    assert set(wide["verdict"]) == {""}


def test_a_pair_that_cannot_be_compared_has_no_simultaneous_limits_and_still_widens_the_others():
    frame = counts()
    whole = reciprocity(frame, ITEMS, GROUPS, teams=TEAMS)
    part = reciprocity(frame[frame["group"] != "c"], ITEMS, GROUPS, teams=TEAMS)
    whole, part = (r[r["estimand"].eq("theta_simultaneous")].reset_index(drop=True) for r in (whole, part))
    limits = ["conf_low", "conf_high"]
    assert part.loc[0, limits].tolist() == whole.loc[0, limits].tolist()
    assert part.loc[1:, limits].isna().all(axis=None)
    assert set(part.loc[1:, "reason"]) == {"n_lt_min"}
