"""Weights from head-counts: against R, by hand, and by what must hold for any of them."""

import golden
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.stats.weighting import weighing, weights


def answers(sizes, *, area="X1", wave="1", roles=None):
    """Give one row per respondent; sizes by group, or by group and role."""
    rows = [(group, "") for group, n in sizes.items() for _ in range(n)] if roles is None else roles
    frame = pd.DataFrame(rows, columns=["group", "role"])
    return frame.assign(area=area, wave=wave, weight=1.0)


def heads(**areas):
    return pd.DataFrame.from_dict(areas, orient="index")


def summed(frame, weighed, by="group"):
    return weighed["weight"].groupby(frame[by]).sum().to_dict()


def test_kish_agrees_with_r(shared):
    data = golden.rows(
        shared,
        {
            "file": "gss_confidence_panel_2006_2014.csv",
            "filter": {"panel": 2010, "wave": 3},
            "complete": ["conmedic", "wtpannr123", "vstrat"],
        },
    )
    stored = golden.case(shared, "07", "gss_conmedic_top_2014_design")["kish"]
    deff, n_eff = weights.kish(data["wtpannr123"])
    assert (deff, n_eff) == pytest.approx((stored["deff_w"], stored["n_eff"]), rel=1e-8)


def test_raking_agrees_with_r(shared):
    stored = golden.case(shared, "07", "apiclus1_rake")
    data = golden.rows(shared, {"file": "apiclus1.csv"})
    base = data.pivot_table(index="stype", columns="sch.wide", values="pw", aggfunc="sum")
    by_type = [row["Freq"] for row in stored["margins"]["stype"]]
    by_goal = [row["Freq"] for row in stored["margins"]["sch.wide"]]
    assert list(base.index) == [row["stype"] for row in stored["margins"]["stype"]]
    assert list(base.columns) == [row["sch.wide"] for row in stored["margins"]["sch.wide"]]
    factors = weights.rake(base.to_numpy(), [np.array(by_type), np.array(by_goal)])
    spot = base.index.get_indexer(data["stype"]), base.columns.get_indexer(data["sch.wide"])
    found = data["pw"].to_numpy() * factors[spot]
    # R stored these to nine decimals.
    assert np.unique(found.round(6)) == pytest.approx(stored["weights_unique"], abs=2e-6)
    assert found[:10] == pytest.approx(stored["weights_first10"], rel=1e-8)
    assert found.sum() == pytest.approx(stored["sum"], rel=1e-9)
    deff, n_eff = weights.kish(found)
    assert (deff, n_eff) == pytest.approx((stored["kish"]["deff_w"], stored["kish"]["n_eff"]), rel=1e-8)


def test_groups_count_by_their_head_counts():
    frame = answers({"a": 40, "b": 20})
    weighed = weighing.weigh(frame, headcounts=heads(X1={"a": 100, "b": 200}))
    assert summed(frame, weighed) == pytest.approx({"a": 100, "b": 200}, rel=1e-12)
    assert weighed["kind"].unique().tolist() == ["poststratified"]


def test_a_small_group_joins_its_declared_partner_and_only_where_it_is_small():
    large = answers({"a": 30, "b": 30, "c": 11})
    small = answers({"a": 30, "b": 30, "c": 10}, area="X2")
    frame = pd.concat([large, small], ignore_index=True)
    staff = heads(X1={"a": 300, "b": 600, "c": 90}, X2={"a": 300, "b": 600, "c": 90})
    weighed = weighing.weigh(frame, headcounts=staff, merge={"c": "b"})
    of = weighed["weight"].groupby([frame["area"], frame["group"]]).first()
    assert of["X1", "c"] == pytest.approx(90 / 11)
    assert of["X2", "c"] == of["X2", "b"] == pytest.approx(690 / 40)
    assert weighed["merged"].groupby(frame["area"]).any().to_dict() == {"X1": False, "X2": True}


def test_partners_that_are_small_themselves_join_further():
    people = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b", "c"], "n": [3, 4, 40]})
    table = weights.poststratify(
        people, heads(X1={"a": 10, "b": 10, "c": 27}), merge={"a": "b", "b": "c"}
    ).set_index("group")
    assert table["cell"].tolist() == ["c", "c", "c"]
    assert table["weight"].tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_a_group_in_which_nobody_answered_is_stood_for_by_its_partner_or_left_out_and_said_so():
    frame = answers({"a": 40, "b": 20})
    staff = heads(X1={"a": 100, "b": 100, "c": 60})
    alone = weighing.weigh(frame, headcounts=staff)
    assert alone["weight"].sum() == pytest.approx(200)
    assert alone["left_out"].all()
    joined = weighing.weigh(frame, headcounts=staff, merge={"c": "a"})
    assert summed(frame, joined) == pytest.approx({"a": 160, "b": 100})
    assert joined["merged"].all()
    assert not joined["left_out"].any()


def test_an_area_of_unknown_size_counts_as_many_staff_a_head_as_the_others_do():
    frame = pd.concat(
        [answers({"a": 20, "b": 20}), answers({"a": 12, "b": 18}, area="X2")], ignore_index=True
    )
    staff = heads(X1={"a": 100, "b": 300}, X2={"a": np.nan, "b": 500})
    weighed = weighing.weigh(frame, headcounts=staff)
    there = weighed[frame["area"].eq("X2")]
    assert there["weight"].to_numpy() == pytest.approx(np.full(30, 10.0))
    assert there["kind"].unique().tolist() == ["none"]
    table = weighing.account(frame, weighed).set_index("area")
    assert table.loc["national", ["kind", "known"]].tolist() == ["poststratified", 40 / 70]


def test_without_any_head_count_everybody_counts_once():
    frame = answers({"a": 20, "b": 20})
    weighed = weighing.weigh(frame, headcounts=pd.DataFrame({"a": [np.nan], "b": [np.nan]}, index=["X1"]))
    assert weighed["weight"].eq(1.0).all()
    assert weighed["kind"].eq("none").all()


def two_margins():
    cells = [("a", "p")] * 30 + [("a", "q")] * 20 + [("b", "p")] * 15 + [("b", "q")] * 35
    frame = answers({}, roles=cells)
    return frame, heads(X1={"a": 600, "b": 400}), heads(X1={"p": 50, "q": 50})


def test_two_margins_are_both_met_and_the_second_is_scaled_to_the_first():
    frame, staff, roles = two_margins()
    weighed = weighing.weigh(frame, headcounts=staff, margin=roles)
    assert weighed["kind"].unique().tolist() == ["raked"]
    assert summed(frame, weighed) == pytest.approx({"a": 600, "b": 400}, rel=1e-8)
    assert summed(frame, weighed, "role") == pytest.approx({"p": 500, "q": 500}, rel=1e-8)


@pytest.mark.parametrize("fault", ["no role", "role unknown", "few in a role", "cannot be met"])
def test_where_the_second_margin_cannot_serve_the_first_alone_does(fault):
    frame, staff, roles = two_margins()
    if fault == "no role":
        frame.loc[0, "role"] = ""
    elif fault == "role unknown":
        roles = roles.assign(q=np.nan)
    elif fault == "few in a role":
        frame.loc[frame.index[20:65], "role"] = "q"
        frame.loc[frame.index[8:], "role"] = "q"
    else:  # nobody in a has the role q, nor in b the role p: the margins would have to agree
        frame["role"] = frame["group"].map({"a": "p", "b": "q"})
    weighed = weighing.weigh(frame, headcounts=staff, margin=roles)
    assert weighed["kind"].unique().tolist() == ["poststratified"]
    assert summed(frame, weighed) == pytest.approx({"a": 600, "b": 400}, rel=1e-8)


def test_raking_names_the_margin_that_cannot_be_met():
    with pytest.raises(ValueError, match="the totals of groups cannot be met in 1 of 1 places"):
        weights.rake(np.eye(2) * 10, [np.array([15, 5]), np.array([10, 10])], names=["groups", "roles"])


def test_raking_one_place_does_not_depend_on_the_others():
    base = np.array([[[30.0, 20.0], [10.0, 40.0]], [[5.0, 9.0], [7.0, 2.0]]])
    margins = [np.array([[50.0, 50.0], [9.0, 3.0]]), np.array([[30.0, 70.0], [4.0, 8.0]])]
    together = weights.rake(base, margins)
    apart = [weights.rake(base[k], [margin[k] for margin in margins]) for k in (0, 1)]
    assert together == pytest.approx(np.array(apart), rel=1e-8)


def test_the_largest_weights_are_cut_at_five_times_the_median_and_the_sum_stays():
    frame = answers({"a": 40, "b": 12})
    weighed = weighing.weigh(frame, headcounts=heads(X1={"a": 40, "b": 240}))
    assert weighed["weight"].max() == pytest.approx(5 * weighed["weight"].median(), rel=1e-12)
    assert weighed["weight"].sum() == pytest.approx(280, rel=1e-12)
    assert weighed["trimmed"].sum() == 12


def test_an_area_where_hardly_anybody_answered_is_cut_as_a_whole():
    frame = pd.concat(
        [answers({"a": 40, "b": 40}), answers({"a": 12, "b": 12}, area="X2")], ignore_index=True
    )
    staff = heads(X1={"a": 80, "b": 160}, X2={"a": 1200, "b": 2400})
    weighed = weighing.weigh(frame, headcounts=staff)
    of = weighed["weight"].groupby([frame["area"], frame["group"]]).first()
    assert of["X1"].tolist() == [2.0, 4.0]
    # The median of all 104 weights before the cut is 4; the mean of X2 becomes 20, its ratio of 2 stays.
    assert of["X2"].tolist() == pytest.approx([40 / 3, 80 / 3])
    assert weighed["trimmed"].groupby(frame["area"]).all().to_dict() == {"X1": False, "X2": True}


def test_weights_of_the_file_are_kept_and_missing_ones_do_not_count():
    frame = answers({"a": 3}).assign(weight=[1.0, 3.0, np.nan])
    weighed = weighing.weigh(frame, headcounts=heads(X1={"a": 100}), given=True)
    assert weighed["weight"].to_numpy() == pytest.approx([1.0, 3.0, np.nan], nan_ok=True)
    row = weighing.account(frame, weighed).set_index("area").loc["X1"]
    assert row[["kind", "n", "deff"]].tolist() == ["given", 2, 1.25]


def test_nobody_with_a_weight_leaves_an_account_without_numbers():
    frame = answers({"a": 2}).assign(weight=np.nan)
    weighed = weighing.weigh(frame, headcounts=heads(X1={"a": 100}), given=True)
    table = weighing.account(frame, weighed)
    assert table["n"].eq(0).all()
    assert table[["deff", "n_eff", "largest"]].isna().all(axis=None)
    assert not len(weighing.described(table, groups=["a"]))


def test_the_account_of_an_area_rests_on_every_group():
    frame = answers({"a": 40, "b": 12})
    table = weighing.account(frame, weighing.weigh(frame, headcounts=heads(X1={"a": 40, "b": 24})))
    rows = weighing.described(table[table["area"].eq("X1")], groups=["a", "b"])
    assert set(rows["rests_on"]) == {(("X1", "1", "all", ""), ("X1", "1", "a", ""), ("X1", "1", "b", ""))}


@given(
    sizes=st.lists(st.integers(0, 60), min_size=2, max_size=4).filter(any),
    staff=st.lists(st.integers(1, 900), min_size=4, max_size=4),
)
def test_weights_are_positive_add_up_to_the_staff_stood_for_and_cost_precision(sizes, staff):
    groups = "abcd"[: len(sizes)]
    frame = answers(dict(zip(groups, sizes, strict=True)))
    counted = dict(zip(groups, staff, strict=False))
    weighed = weighing.weigh(frame, headcounts=heads(X1=counted))
    present = sum(n for group, n in counted.items() if group in set(frame["group"]))
    assert weighed["weight"].gt(0).all()
    assert weighed["weight"].sum() == pytest.approx(present, rel=1e-9)
    assert weighed["weight"].max() <= 5 * weighed["weight"].median() * (1 + 1e-9)
    deff, n_eff = weights.kish(weighed["weight"])
    assert deff >= 1 - 1e-12
    assert n_eff <= len(frame) * (1 + 1e-12)


def test_inputs_are_left_as_they_were():
    frame, staff, roles = two_margins()
    before = frame.copy(), staff.copy(), roles.copy()
    weighing.weigh(frame, headcounts=staff, margin=roles, merge={"a": "b"})
    for now, then in zip((frame, staff, roles), before, strict=True):
        pd.testing.assert_frame_equal(now, then)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([1.0] * 3, False), ([1.0] * 30, False), ([1.0] * 30 + [10.0], False), ([1.0] * 30 + [10.1], True),
        ([1.0] * 30 + [9.9, 9.9], False), ([1.0] * 30 + [10.1, 10.1], True), ([], False), ([2.0], False),
        ([1.0] * 30 + [10.1, np.nan, 0.0], True),
    ],
)  # fmt: skip
def test_one_dominates_above_a_quarter_of_all_weight_and_two_above_two_fifths(given, found):
    assert bool(weights.dominated(np.array(given))) is found
    several = np.column_stack([np.ones(len(given)), given])
    assert weights.dominated(several).tolist() == [False, found]
