"""The rule for barriers: every branch, what another piece of evidence can change, and what the rows say."""

from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustgap.stats.diagnostic.barriers import VERDICTS, barriers, by_kind, rule
from trustgap.stats.diagnostic.pieces import base, pieces, weighed

KINDS = ["flow_data", "interviews", "case_reviews", "survey", "observation", "communications"]
PIECES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-3, 3)), max_size=12)


def judged(*found):
    return rule([kind for kind, _ in found], [weight for _, weight in found])[0]


def evidence(*rows):
    columns = ["area", "behaviour", "barrier", "kind", "level", "finding", "strength", "base"]
    return pd.DataFrame(list(rows), columns=columns)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([], "not_tested"),
        ([("interviews", 0), ("survey", 0)], "not_tested"),
        ([("interviews", 3), ("interviews", 3), ("interviews", 3)], "not_tested"),
        ([("interviews", 3), ("survey", 0)], "not_tested"),
        ([("interviews", 3), ("survey", 1)], "verified"),
        ([("interviews", 2), ("survey", 1)], "mixed"),
        ([("interviews", 2), ("survey", 2), ("flow_data", -2)], "verified"),
        ([("interviews", 2), ("survey", 2), ("flow_data", -3)], "mixed"),
        ([("interviews", 3), ("flow_data", -3)], "mixed"),
        ([("interviews", -3), ("flow_data", -1)], "disproved"),
        ([("interviews", -2), ("flow_data", -2), ("survey", 2)], "disproved"),
        ([("interviews", -2), ("flow_data", -2), ("survey", 3)], "mixed"),
    ],
)
def test_each_branch_of_the_rule(found, verdict):
    assert judged(*found) == verdict


def test_many_pieces_of_one_kind_do_not_outvote_two_other_kinds():
    many = [("interviews", 1)] * 20
    assert judged(*many, ("flow_data", -3), ("case_reviews", -3)) == "disproved"
    assert judged(*many, ("observation", 1), ("flow_data", -3)) == "mixed"


def test_one_kind_alone_decides_nothing_be_another_undecided():
    assert judged(*[("interviews", 3)] * 9, ("survey", 2), ("survey", -2)) == "mixed"
    assert judged(*[("interviews", -3)] * 9, ("survey", 2), ("survey", -2)) == "mixed"


def test_a_kind_that_contradicts_itself_counts_what_is_left():
    assert rule(["interviews", "interviews", "survey"], [3, -1, 2])[1:3] == (4.0, 0.0)
    assert rule(["interviews", "interviews"], [3, -3])[1:] == (0.0, 0.0, 1)


@given(PIECES, st.sampled_from(KINDS), st.integers(1, 3))
def test_another_supporting_piece_never_speaks_against_a_barrier(found, kind, weight):
    before, after = judged(*found), judged(*found, (kind, weight))
    assert before != "verified" or after == "verified"
    assert after != "disproved" or before == "disproved"


@given(PIECES)
def test_the_rule_has_two_sides_that_mirror_each_other(found):
    mirrored = {"verified": "disproved", "disproved": "verified"}
    verdict, in_favour, against, speaking = rule(*zip(*found, strict=True)) if found else rule([], [])
    other = rule([kind for kind, _ in found], [-weight for _, weight in found])
    assert other == (mirrored.get(verdict, verdict), against, in_favour, speaking)


@given(PIECES, st.randoms(use_true_random=False))
def test_the_order_of_the_pieces_does_not_matter(found, random):
    shuffled = random.sample(found, len(found))
    assert judged(*found) == judged(*shuffled)


def test_the_verdict_says_whether_it_outlives_its_strongest_piece():
    piece = ("X1", "b", "x")
    firm = evidence(*((*piece, kind, "", "supports", "strong", 12) for kind in KINDS[:3]))
    frail = evidence(
        (*piece, "interviews", "", "supports", "strong", 12),
        (*piece, "survey", "", "supports", "weak", 12),
    )
    # Two pieces are equally strong; without the second only one kind is left.
    either = evidence(
        (*piece, "interviews", "", "supports", "moderate", 12),
        (*piece, "interviews", "", "supports", "moderate", 13),
        (*piece, "survey", "", "supports", "moderate", 12),
    )
    held = [
        barriers(one).query("estimand == 'holds_without'")["estimate"].item() for one in (firm, frail, either)
    ]
    assert held == [1.0, 0.0, 0.0]


def test_the_rows_give_weights_bases_and_the_behaviour_in_the_way():
    found = barriers(
        evidence(
            ("X1", "b", "x", "interviews", "senior", "supports", "strong", 24),
            ("X1", "b", "x", "interviews", "front_line", "contradicts", "weak", 12),
            ("X1", "b", "x", "flow_data", "", "contradicts", "moderate", 3),
            ("X2", "c", "y", "flow_data", "", "neither", "strong", None),
        )
    ).set_index(["area", "estimand"])
    assert found.loc[("X1", "kinds_speaking"), ["verdict", "estimate", "item", "target"]].tolist() == [
        "mixed", 2.0, "x", "b",
    ]  # fmt: skip
    assert found.loc["X1", "estimate"][["weight_for", "weight_against"]].tolist() == [2.0, 2.0]
    assert found.loc["X1", "n_a"][["weight_for", "weight_against"]].tolist() == [12.0, 12.0]
    assert found.loc["X1", "n_a"].isna()[["kinds_speaking", "holds_without"]].all()
    assert found.loc[("X2", "kinds_speaking"), "verdict"] == "not_tested"
    assert found.loc[("X2", "holds_without"), "reason"] == "nothing_speaks"
    assert set(found["verdict"]) - {""} <= set(VERDICTS)


def test_evidence_is_balanced_by_kind_and_by_level():
    rows = evidence(
        ("X1", "b", "x", "interviews", "senior", "supports", "strong", 24),
        ("X1", "b", "x", "survey", "senior", "supports", "strong", 24),
        ("X1", "b", "x", "interviews", "front_line", "contradicts", "moderate", 24),
        ("X1", "b", "x", "flow_data", "", "neither", "strong", None),
    )
    by = by_kind(rows).set_index("target")
    assert by["estimate"].to_dict() == {"interviews": 1.0, "survey": 3.0, "flow_data": 0.0}
    assert by["reason"].to_dict() == {"interviews": "", "survey": "", "flow_data": "nothing_speaks"}
    assert by_kind(rows, over="level").set_index("group_a")["estimate"].to_dict() == {
        "senior": 6.0, "front_line": -2.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match="'area'"):
        by_kind(rows, over="area")


def test_a_sum_takes_the_smallest_base_of_people_and_no_other():
    rows = evidence(
        ("X1", "b", "x", "interviews", "senior", "supports", "strong", 24),
        ("X1", "b", "x", "case_reviews", "", "supports", "strong", 12),
        ("X1", "b", "x", "survey", "", "supports", "strong", 8),
        ("X1", "b", "x", "survey", "", "supports", "strong", None),
        ("X1", "b", "x", "observation", "", "supports", "strong", 2),
    )
    assert base(weighed(rows)) == 12
    assert pd.isna(base(weighed(rows.tail(1))))
    assert base(weighed(rows.iloc[[2, 3]])) == 0
    assert pieces(rows)["n_a"].fillna(-1).tolist() == [24, 12, 8, 0, -1]


@pytest.mark.parametrize("none", [barriers, by_kind, pieces])
def test_no_evidence_gives_no_rows(none):
    rows = none(evidence())
    assert len(rows) == 0
    assert {"area", "item", "estimand", "estimate"} <= set(rows)


def test_every_finding_and_strength_has_its_weight_and_others_are_refused():
    every = list(product(["supports", "contradicts", "neither"], ["strong", "moderate", "weak", ""]))
    pieces_of = pd.DataFrame(every, columns=["finding", "strength"]).assign(kind="survey", base=11)
    assert weighed(pieces_of)["weight"].tolist() == [3, 2, 1, 1, -3, -2, -1, -1, 0, 0, 0, 0]
    assert not weighed(pieces_of.assign(base=10))["weight"].any()
    with pytest.raises(KeyError, match="huge"):
        weighed(pd.DataFrame({"finding": ["supports"], "strength": ["huge"]}))
