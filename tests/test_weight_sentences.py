"""What pages say of weights: true for small and large moves, hidden rows, bounds, and none at all."""

import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.sentences import weights as say
from trustgap.report.wording import Words
from trustgap.stats.weighting import weighing


def shown(rows, mask=None):
    frame = pd.DataFrame(rows)
    if len(frame):
        cells = [((row["area"], row["wave"], row["group_a"], row["item"]),) for row in rows]
        frame = frame.assign(rests_on=pd.Series(cells, dtype=object))
    return (mask or Mask()).protect(frame, Words.plain())


def shares(estimand, *estimates, n=400, area="X1", low=-0.06, high=0.06):
    return shown(
        [
            {
                "area": area, "wave": "1", "estimand": estimand, "item": f"q{place}", "group_a": "all",
                "n_a": n, "estimate": estimate, "conf_low": estimate + low, "conf_high": estimate + high,
            }
            for place, estimate in enumerate(estimates)
        ]
    )  # fmt: skip


def pairs(estimand, *verdicts, estimate=0.6):
    return shown(
        [
            {
                "area": "X1", "wave": "1", "estimand": estimand, "item": "trust", "group_a": "A",
                "group_b": f"B{k}", "n_a": 40, "n_b": 40, "estimate": estimate, "verdict": verdict,
            }
            for k, verdict in enumerate(verdicts)
        ]
    )  # fmt: skip


def account(**changes):
    row = {
        "area": "X1", "wave": "1", "kind": "poststratified", "n": 400, "deff": 1.25, "n_eff": 320.0,
        "largest": 2.5, "known": 1.0, "merged": False, "left_out": False, "trimmed": False,
    }  # fmt: skip
    return weighing.described(pd.DataFrame([row | changes]), groups=["a", "b"])


NOTHING = shown([])


def test_a_move_is_one_of_more_than_five_points_or_out_of_the_interval():
    plain = shares("top2_share", 0.50, 0.40, 0.30, low=-0.03, high=0.04)
    heavy = shares("weighted_share", 0.55, 0.44, 0.32)
    assert say.moved(plain, heavy) == (
        "Weighting moves 1 of 3 shares by more than 5 points or out of its 95% interval: “q0” (50% to 55%)."
    )
    wide = shares("top2_share", 0.50, 0.40, 0.30, low=-0.2, high=0.2)
    assert say.moved(wide, heavy) == (
        "Weighting moves none of 3 shares by more than 5 points or out of its 95% interval; "
        "furthest “q0” (50% to 55%)."
    )
    assert "moves 1 of 1 share " in say.moved(
        shares("top2_share", 0.50, low=-0.2), shares("weighted_share", 0.44)
    )


def test_a_bound_is_no_move_and_the_reader_hears_of_it():
    plain = shares("top2_share", 0.14, 0.5, n=20, low=-0.1, high=0.2)
    heavy = shares("weighted_share", 0.04, 0.5, n=20)
    assert heavy.frame["estimate_text"].tolist() == ["<10%", "50%"]
    said = say.moved(plain, heavy)
    assert said.startswith("Weighting moves none of 1 share by more")
    assert said.endswith("1 more is hidden, not available, or given as a bound only.")


def test_hidden_weighted_shares_say_why_and_none_at_all_says_so():
    hidden = shares("weighted_share", 0.5, n=5)
    plain = shares("top2_share", 0.5)
    assert say.moved(plain, hidden) == say.HIDDEN
    assert say.moved(plain, NOTHING) == say.NO_WEIGHTS
    assert len(say.furthest(plain, hidden)) == 2
    assert len(say.furthest(plain, NOTHING)) == 0


def test_the_table_has_the_furthest_moves_first():
    plain = shares("top2_share", 0.5, 0.5, 0.5)
    found = say.furthest(plain, shares("weighted_share", 0.51, 0.56, 0.47), most=2)
    assert found.frame["item"].tolist() == ["q1", "q1", "q2", "q2"]


def test_a_verdict_that_changes_is_named_with_both():
    plain, heavy = pairs("theta", "higher", "inconclusive"), pairs("weighted_theta", "inconclusive", "higher")
    assert say.verdicts(plain, plain) == "Weights would change none of the 2 verdicts."
    assert say.verdicts(plain, heavy) == (
        "Weights would change 2 of 2 verdicts: A and B0 (“cannot say” instead of “higher”) "
        "and A and B1 (“higher” instead of “cannot say”)."
    )


def test_pairs_that_do_not_exist_are_not_unweighted_ones():
    assert "no pair of groups" in say.verdicts(NOTHING, NOTHING)
    assert say.verdicts(pairs("theta", "higher"), NOTHING) == say.NO_WEIGHTS
    one = say.verdicts(pairs("theta", "higher"), pairs("weighted_theta", "higher"))
    assert one == "Weights would not change the one verdict."
    hidden = pairs("theta", "", "", estimate=float("nan"))
    assert say.verdicts(hidden, pairs("weighted_theta", "higher", "higher")) == say.UNKNOWN


def tops(analysis, *flags):
    return shown(
        [
            {
                "area": "X1", "wave": "1", "analysis": analysis, "estimand": "top_1", "item": f"q{k}",
                "group_a": "all", "n_a": 90, "estimate": float(flag),
            }
            for k, flag in enumerate(flags)
        ]
    )  # fmt: skip


def test_other_items_that_could_come_first_are_named():
    plain = tops("ranking", 1, 1, 0)
    assert say.tops(plain, tops("ranking_weighted", 1, 1, 0)).endswith("the same 2 could come first.")
    assert say.tops(plain, tops("ranking_weighted", 1, 0, 1)).endswith(
        "“q2” could come first as well; “q1” could no longer come first."
    )
    assert say.tops(plain, NOTHING) == say.NO_WEIGHTS
    without_first = tops("ranking", 0, 0)
    assert say.tops(without_first, tops("ranking_weighted", 0, 0)) == say.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "Weights make each group count by its head-count. So weighted, 400 respondents"),
        ({}, "400 respondents are as precise as 320 of equal weight (design effect 1.25)"),
        ({"kind": "raked"}, "each group and each role"),
        ({"kind": "given"}, "The survey gives each respondent a weight."),
        ({"trimmed": True}, "Weights above five times the median were cut."),
        ({"merged": True}, "weighted together with its partner group"),
        ({"area": "national"}, "by its head-count, and so each area."),
        ({"area": "national", "known": 0.81}, "known for the areas of 81.0% of the respondents"),
        ({"kind": "none"}, "everybody counts once"),
        ({"n": 5}, "fewer than 11 of a group answered"),
    ],
)
def test_the_account_of_weights_says_what_was_done(changes, part):
    assert part in say.weighting(Mask().protect(account(**changes), Words.plain()))


def test_a_hidden_group_hides_the_account_of_its_area():
    mask = Mask(hidden=frozenset({("X1", "1", "b", "")}))
    said = say.weighting(mask.protect(account(), Words.plain()))
    assert said == say.HIDDEN
    assert not any(figure in said for figure in ("400", "320", "1.25", "2.5"))


def test_only_protected_rows_are_spoken_of():
    with pytest.raises(TypeError, match="Shown"):
        say.weighting(account())
