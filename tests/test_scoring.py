"""Scores of results against a truth: worked out by hand on a few rows."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.checks.scoring import KEY, matched, rank_score, score


def table(size, **columns):
    name = dict.fromkeys(KEY, "") | {"analysis": "a", "estimand": "share_difference"}
    name["item"] = [f"q{number}" for number in range(size)]
    name["area"] = [f"X{number}" for number in range(size)]
    return pd.DataFrame(name | columns, index=range(size))


ROWS = table(
    6,
    conf_low=[0.01, -0.2, -0.3, -0.02, 0.04, np.nan],
    conf_high=[0.11, 0.2, -0.1, 0.03, 0.14, np.nan],
    verdict=["higher", "inconclusive", "lower", "equivalent", "higher", ""],
    family_id=["f", "f", "f", "g", "g", ""],
    mde80=[0.2, 0.2, 0.1, 0.1, 0.08, np.nan],
)
TRUTH = table(6, value=[0.0, 0.0, 0.2, 0.06, 0.09, 0.3], is_null=[True, True, False, False, False, False])


def test_every_kind_of_right_and_wrong_is_counted():
    before = ROWS.copy()
    line = score(ROWS, TRUTH).iloc[0]

    expected = {
        "rows": 6,
        "nulls": 2,
        "false": 1,
        "differences": 3,
        "right_way": 1,
        "wrong_way": 1,
        "beyond": 3,
        "equal": 1,
        "seeable": 2,
        "seen": 1,
        "intervals": 5,
        "covered": 2,
        "families": 1,
    }
    assert line[list(expected)].to_dict() == expected
    assert line[["false_rate", "equal_rate", "coverage", "family_rate"]].tolist() == [0.5, 1 / 3, 0.4, 1.0]
    # Family f: one false finding of two; family g: none of one.
    assert line["discovery_rate"] == pytest.approx(0.25)
    pd.testing.assert_frame_equal(ROWS, before)


def test_a_null_missed_by_less_than_the_tolerance_is_no_false_alarm():
    assert score(ROWS, TRUTH, tolerance=0.02)["false"].item() == 0
    assert score(ROWS, TRUTH, tolerance=0.005)["false"].item() == 1


def test_the_monte_carlo_error_takes_rows_of_one_area_as_dependent():
    rows = table(40, conf_low=-0.1, conf_high=[0.1] * 20 + [-0.05] * 20)
    truth = table(40, value=0.0, is_null=True)
    alone = score(rows, truth)["coverage_error"].item()
    together = [frame.assign(area=["X1"] * 20 + ["X2"] * 20) for frame in (rows, truth)]

    assert score(*together)["coverage_error"].item() == pytest.approx(np.sqrt(2 * 10**2) / 40)
    assert alone == pytest.approx(np.sqrt(40 * 0.5**2) / 40)
    few = score(rows[:20], truth[:20])
    assert few["coverage_error"].item() == pytest.approx(np.sqrt(0.05 * 0.95 / 20)), (
        "none missed: as promised"
    )


def test_rows_are_matched_by_name_and_absent_names_count_as_empty():
    assert len(matched(ROWS.drop(columns="group_b"), TRUTH[:4])) == 4
    assert score(ROWS, TRUTH.assign(item="other")).empty


def test_what_occurs_twice_or_lacks_a_column_is_refused():
    with pytest.raises(ValueError, match="must occur once"):
        matched(pd.concat([ROWS, ROWS]), TRUTH)
    with pytest.raises(KeyError, match="truth lacks"):
        matched(ROWS, TRUTH.drop(columns="value"))
    with pytest.raises(KeyError, match="rows lacks"):
        matched(ROWS.drop(columns="conf_low"), TRUTH)


def test_a_rank_set_is_right_only_if_it_is_right_for_every_item():
    ranks = table(3, conf_low=[1, 2, 1], conf_high=[2, 3, 2], estimate=[1.0, 2.0, 3.0])
    top = table(3, conf_low=np.nan, conf_high=np.nan, estimate=[0.0, 1.0, 1.0])
    rows = pd.concat([ranks.assign(estimand="rank"), top.assign(estimand="top_1")]).assign(area="X1")
    truth = table(3, value=[1.0, 2.0, 3.0], is_null=False).assign(estimand="rank", area="X1")

    found = rank_score(rows, truth).set_index("estimand")
    assert found["sets"].tolist() == [1, 1]
    assert found["complete"].tolist() == [0, 0]
    assert found["width"].tolist() == [2.0, 2.0]

    right = truth.assign(value=[2.0, 3.0, 1.0])
    assert rank_score(rows, right)["complete"].tolist() == [1, 1]
    part = rows.assign(conf_low=rows["conf_low"].where(rows["item"].ne("q0")))
    assert "rank" not in set(rank_score(part, right)["estimand"]), "a set with a hole is not scored"
