"""Decision rules on published statements: what each finds, what it refuses, and how often it errs."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from trustgap.stats.claims import rules

NONE = float("nan")


def rows(*limits, **columns):
    """Rows by (95% low, 95% high, 90% low, 90% high)."""
    names = ["conf_low", "conf_high", "conf_low_90", "conf_high_90"]
    frame = pd.DataFrame(limits, columns=names, dtype=float)
    frame["estimate"] = (frame["conf_low"] + frame["conf_high"]) / 2
    return frame.assign(reason="", rests_on=[((place,),) for place in range(len(frame))], **columns)


def ranked(could, *, rank=None, reason=None, low=None, high=None):
    """A ranking of items p, q, ... of which some could be on top."""
    size = len(could)
    places = np.arange(1, size + 1) if rank is None else rank
    why = [""] * size if reason is None else reason
    ranks = pd.DataFrame({"item": list("pqrstu")[:size], "estimate": places, "reason": why})
    ranks = ranks.assign(conf_low=low or 1.0, conf_high=high or float(size), n_a=50)
    ranks["rests_on"] = [((item,),) for item in ranks["item"]]
    tops = ranks.assign(estimate=could, conf_low=NONE, conf_high=NONE)
    return lambda places: pd.concat(
        [ranks.assign(estimand="rank"), tops.assign(estimand=f"top_{places}")], ignore_index=True
    )


@pytest.mark.parametrize(
    ("limits", "verdict", "material"),
    [
        ((0.01, 0.20, 0.02, 0.19), "holds", "cannot_say"),
        ((0.06, 0.20, 0.07, 0.19), "holds", "holds"),
        ((0.01, 0.045, 0.015, 0.04), "holds", "does_not_hold"),
        ((-0.03, 0.06, -0.02, 0.05), "does_not_hold", "does_not_hold"),
        ((-0.30, -0.10, -0.28, -0.12), "does_not_hold", "does_not_hold"),
        ((-0.03, 0.07, -0.02, 0.06), "cannot_say", "cannot_say"),
        ((NONE, NONE, NONE, NONE), "cannot_say", "cannot_say"),
    ],
)
def test_a_difference_holds_by_its_95_interval_and_fails_by_the_end_of_its_90_interval(
    limits, verdict, material
):
    for wanted, only_large in ((verdict, False), (material, True)):
        found = rules.above(rows(limits), null=0, margin=0.05, material=only_large)
        assert found["verdict"].tolist() == [wanted]


def test_an_adjusted_test_that_is_not_clear_takes_a_finding_back():
    clear = (0.01, 0.2, 0.02, 0.19)
    judged = rows(clear, clear, verdict=["higher", "inconclusive"])
    assert rules.above(judged, null=0, margin=0.05)["verdict"].tolist() == ["holds", "cannot_say"]


def test_the_null_value_moves_with_what_is_estimated():
    found = rules.above(rows((0.52, 0.7, 0.53, 0.69)), null=0.5, margin=0.06)
    assert found["verdict"].tolist() == ["holds"]
    assert rules.above(rows((0.52, 0.7, 0.53, 0.69)), null=0.6, margin=0.06)["verdict"].tolist() == [
        "cannot_say"
    ]


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ((0.50, 0.62, 0.51, 0.61), "holds"),
        ((0.45, 0.67, 0.465, 0.655), "holds"),
        ((0.40, 0.56, 0.41, 0.55), "cannot_say"),
        ((0.20, 0.90, 0.25, 0.85), "cannot_say"),
        ((0.67, 0.80, 0.68, 0.79), "does_not_hold"),
        ((0.30, 0.45, 0.31, 0.44), "does_not_hold"),
        ((NONE, NONE, NONE, NONE), "cannot_say"),
    ],
)
def test_a_level_holds_only_if_its_interval_is_near_and_fails_only_if_it_is_wholly_away(limits, verdict):
    assert rules.level(rows(limits), value=0.56, within=0.1)["verdict"].tolist() == [verdict]


def test_an_item_comes_first_only_if_it_is_alone_in_the_set_of_first_places():
    assert rules.foremost(ranked([1, 0, 0])(1), items=["p"])["verdict"].item() == "holds"
    assert rules.foremost(ranked([1, 1, 0])(1), items=["p"])["verdict"].item() == "cannot_say"
    assert rules.foremost(ranked([1, 1, 0])(1), items=["r"])["verdict"].item() == "does_not_hold"


def test_the_ranks_shown_leave_no_more_open_than_the_verdict():
    first = rules.foremost(ranked([1, 0, 0], high=2.0)(1), items=["p"])
    assert first[["conf_low", "conf_high"]].to_numpy().tolist() == [[1, 1]]
    out = rules.foremost(ranked([1, 0, 0], high=1.0)(1), items=["q"])
    assert out[["conf_low", "conf_high"]].to_numpy().tolist() == [[2, 2]]
    open_ = rules.foremost(ranked([1, 1, 0])(1), items=["p"])
    assert open_[["conf_low", "conf_high"]].to_numpy().tolist() == [[1, 3]]


def test_several_items_hold_only_together_and_fail_with_any_of_them():
    assert rules.foremost(ranked([1, 1, 0, 0])(2), items=["p", "q"])["verdict"].item() == "holds"
    assert rules.foremost(ranked([1, 1, 1, 0])(2), items=["p", "q"])["verdict"].item() == "cannot_say"
    found = rules.foremost(ranked([1, 1, 1, 0])(2), items=["p", "s"])
    assert (found["verdict"].item(), found["item"].item()) == ("does_not_hold", "s")


def test_a_place_rests_on_every_item_that_was_ranked_and_on_no_other():
    found = rules.foremost(ranked([1, 0, NONE], reason=["", "", "n_lt_min"])(1), items=["p"])
    assert found["rests_on"].item() == (("p",), ("q",))


def test_an_item_of_too_few_answers_could_belong_there_and_one_that_nobody_was_asked_about_could_not():
    few, none = (
        rules.foremost(ranked([1, 0, NONE], reason=["", "", reason])(1), items=["p"])
        for reason in ("n_lt_min", "all_missing")
    )
    assert few["verdict"].item() == "cannot_say"
    assert none["verdict"].item() == "holds"
    out = rules.foremost(ranked([1, 0, NONE], reason=["", "", "n_lt_min"])(1), items=["q"])
    assert out["verdict"].item() == "does_not_hold"


def test_an_item_that_was_not_ranked_has_no_place_and_borrows_no_number():
    found = rules.foremost(ranked([1, NONE, 0], reason=["", "all_missing", ""])(2), items=["p", "q"])
    assert (found["verdict"].item(), found["reason"].item()) == ("cannot_say", "all_missing")
    assert found["estimate"].isna().all()
    unknown = rules.foremost(ranked([1, 0])(1), items=["z"])
    assert unknown.empty


def changes(*verdicts, low=None, high=None):
    size = len(verdicts)
    frame = pd.DataFrame({"verdict": verdicts, "item": list("pqrstu")[:size], "reason": ""})
    frame = frame.assign(conf_low=low or [-0.1] * size, conf_high=high or [0.1] * size)
    return frame.assign(rests_on=[((item,),) for item in frame["item"]])


def test_nothing_rose_only_if_every_change_is_shown_to_be_none_or_down():
    found = rules.none_rose(changes("equivalent", "lower", high=[0.03, -0.02]))
    assert (found["verdict"].item(), found["item"].item()) == ("holds", "p")
    found = rules.none_rose(changes("equivalent", "inconclusive", high=[0.03, 0.2]))
    assert (found["verdict"].item(), found["item"].item()) == ("cannot_say", "q")
    found = rules.none_rose(
        changes("higher", "higher", "inconclusive", low=[0.02, 0.06, -0.3], high=[0.5] * 3)
    )
    assert (found["verdict"].item(), found["item"].item()) == ("does_not_hold", "q")
    assert found["rests_on"].item() == (("p",), ("q",), ("r",))


def test_something_fell_if_one_change_is_clear_and_not_if_all_are_shown_to_be_none():
    found = rules.some_fell(changes("lower", "lower", "higher", low=[-0.2, -0.4, 0], high=[-0.1, -0.02, 0.2]))
    assert (found["verdict"].item(), found["item"].item()) == ("holds", "p")
    found = rules.some_fell(changes("equivalent", "higher", low=[-0.04, 0.01]))
    assert (found["verdict"].item(), found["item"].item()) == ("does_not_hold", "p")
    assert rules.some_fell(changes("equivalent", "inconclusive"))["verdict"].item() == "cannot_say"


def test_a_change_that_could_not_be_judged_leaves_the_statement_open():
    found = rules.none_rose(changes("equivalent", "", low=[-0.03, NONE], high=[0.03, NONE]))
    assert (found["verdict"].item(), found["item"].item()) == ("cannot_say", "p")
    assert rules.none_rose(changes()).empty


def test_finding_the_opposite_of_the_truth_is_as_rare_as_each_rule_says():
    # Normal estimates with a known error: the rates of the docstrings, at the truths where they are largest.
    rng, draws, error = np.random.default_rng(1), 20000, 0.04
    z95, z90 = stats.norm.ppf([0.975, 0.95])

    def drawn(truth):
        at = truth + error * rng.standard_normal(draws)
        return rows(
            *np.column_stack([at - z95 * error, at + z95 * error, at - z90 * error, at + z90 * error])
        )

    def rate(found, verdict):
        return found["verdict"].eq(verdict).mean()

    band = 3 * np.sqrt(0.05 * 0.95 / draws)
    assert rate(rules.above(drawn(0.0), null=0, margin=0.05), "holds") <= 0.025 + band
    assert rate(rules.above(drawn(0.05), null=0, margin=0.05, material=True), "holds") <= 0.025 + band
    assert rate(rules.above(drawn(0.05), null=0, margin=0.05), "does_not_hold") <= 0.05 + band
    assert rate(rules.level(drawn(0.1), value=0, within=0.1), "holds") <= 0.05 + band
    assert rate(rules.level(drawn(0.1), value=0, within=0.1), "does_not_hold") <= 0.025 + band
