"""Comparisons made again with missing answers at their ends and filled in, and the sentence about it."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask, primary
from trustgap.report.sentences import missing as say
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.stats.change.changes import change
from trustgap.stats.missingness import sensitivity
from trustgap.stats.missingness.imputation import imputed
from trustgap.stats.missingness.pooling import pool
from trustgap.stats.orders.ordinal import theta
from trustgap.stats.trust import dyads

GROUPS = pd.DataFrame({"team": ["s", "t", "u"]}, index=["a", "b", "c"])
ITEMS = pd.DataFrame(
    {"block": "trust", "scale": "agree", "team": ["s", "t", "u"], "top_from": 4, "low_to": 2, "k": 5},
    index=["trust_s", "trust_t", "trust_u"],
)
WAVES = ["1", "2"]


def survey(*, gone=0.15, n=60, shift=0.0, seed=2, waves=("1",)):
    """Draw answers of three groups about each other's teams; group a thinks the more of b by `shift`."""
    random = np.random.default_rng(seed)
    frames = []
    for wave in waves:
        for group in GROUPS.index:
            level = random.standard_normal((n, 1))
            hidden = 0.7 * level + 0.7 * random.standard_normal((n, 3))
            hidden[:, 1] += shift if group == "a" else 0.0
            codes = 1 + (hidden[..., None] > np.array([-1.2, -0.4, 0.3, 1.2])).sum(axis=-1)
            codes[random.random(codes.shape) < gone] = cells.MISSING["dont_know"]
            codes[:, ITEMS["team"].eq(GROUPS.loc[group, "team"])] = cells.MISSING["not_asked"]
            frame = pd.DataFrame(codes, columns=list(ITEMS.index))
            frames.append(frame.assign(area="X1", wave=wave, group=group))
    answers = pd.concat(frames, ignore_index=True)
    return answers, cells.tally(answers, ITEMS)


def ask(answers, counts):
    base = dyads.reciprocity(counts, ITEMS, GROUPS, seed=4)
    return base, sensitivity.reciprocity(base, counts, answers, ITEMS, GROUPS, seed=4)


def row(rows, estimand, a="a", b="b"):
    return rows[rows["estimand"].eq(estimand) & rows["group_a"].eq(a) & rows["group_b"].eq(b)].iloc[0]


def scores(counts, group, item, *, moved_to=None):
    cell = counts[counts["group"].eq(group) & counts["item"].eq(item)].iloc[0]
    table = cell[[1, 2, 3, 4, 5]].to_numpy(int).copy()
    if moved_to is not None:
        table[moved_to - 1] += cell["dont_know"]
    return table


def test_the_extremes_are_the_comparison_of_answers_moved_by_hand():
    answers, counts = survey()
    _, rows = ask(answers, counts)

    for estimand, first, second in (("theta_lowest", 1, 5), ("theta_highest", 5, 1)):
        found = row(rows, estimand)
        again = theta(
            scores(counts, "a", "trust_t", moved_to=first), scores(counts, "b", "trust_s", moved_to=second)
        ).iloc[0]
        names = ["n_a", "n_b", "estimate", "conf_low", "conf_high", "p_value"]
        assert found[names].tolist() == pytest.approx(again[names].tolist(), abs=1e-12)
        assert found["n_a"] == found["n_b"] == 60


def test_the_imputed_comparison_pools_one_comparison_of_every_draw():
    answers, counts = survey()
    _, rows = ask(answers, counts)

    draws = imputed(counts, answers, ITEMS, seed=4)
    each = [
        dyads.reciprocity(part.drop(columns="draw"), ITEMS, GROUPS, permutations=0).assign(draw=draw)
        for draw, part in draws.groupby("draw")
    ]
    again = pool(pd.concat(each).query("estimand == 'theta'"))
    found = rows[rows["estimand"].eq("theta_imputed")].set_index(["group_a", "group_b"])
    again = again.set_index(["group_a", "group_b"])
    for name in ("estimate", "conf_low", "conf_high", "p_value"):
        assert found[name].tolist() == pytest.approx(again.loc[found.index, name].tolist(), abs=1e-12)
    # Holm by hand: all three pairs are one family.
    p = np.sort(found["p_value"])
    holm = np.minimum(np.maximum.accumulate(p * [3, 2, 1]), 1)
    assert np.sort(found["p_adjusted"]) == pytest.approx(holm, abs=1e-12)


def test_a_gap_that_is_large_holds_and_one_that_is_not_does_not():
    for shift, verdict, expected in ((2.5, "higher", 1.0), (0.85, "higher", 0.0), (-0.85, "lower", 0.0)):
        base, rows = ask(*survey(shift=shift, n=120, gone=0.12))
        assert row(base, "theta")["verdict"] == verdict
        assert row(rows, "holds_bounds")["estimate"] == expected
        assert row(rows, "holds_imputed")["estimate"] == 1.0
        assert row(rows, "holds_bounds")["verdict"] == verdict


def test_where_hardly_anything_is_missing_nothing_is_asked():
    base, rows = ask(*survey(gone=0.01))

    assert base["estimand"].eq("theta").sum() == 3
    assert set(rows["reason"]) == {"complete"}
    assert rows[["estimate", "conf_low", "p_value"]].isna().all(axis=None)


def test_groups_too_small_to_learn_from_are_said_to_be_so():
    answers, counts = survey(n=18)
    _, rows = ask(answers, counts)
    found = rows[rows["estimand"].eq("theta_imputed")]

    assert set(found["reason"]) == {"n_lt_min"}
    assert found[["estimate", "conf_low", "conf_high", "p_value", "p_adjusted"]].isna().all(axis=None)
    assert rows.loc[rows["estimand"].eq("holds_imputed"), "estimate"].isna().all()
    assert rows.loc[rows["estimand"].eq("holds_bounds"), "estimate"].notna().all()


def test_a_group_that_answers_all_alike_is_not_imputed():
    answers, _ = survey()
    here = answers["group"].eq("a") & answers["trust_t"].gt(0)
    answers.loc[here, "trust_t"] = 4
    _, rows = ask(answers, cells.tally(answers, ITEMS))

    assert row(rows, "theta_imputed")["reason"] == "constant"
    assert np.isnan(row(rows, "holds_imputed")["estimate"])


def test_rows_rest_on_the_cells_of_the_comparison_and_keep_no_trace_of_the_version():
    answers, counts = survey()
    base, rows = ask(answers, counts)
    main = base[base["estimand"].eq("theta")].set_index(["group_a", "group_b"])["rests_on"]

    for found in rows.itertuples():
        assert found.rests_on == main[(found.group_a, found.group_b)]
    text = rows.drop(columns="rests_on").astype(str).to_csv()
    assert sensitivity.MARK not in text


def test_inputs_are_left_as_they_were():
    answers, counts = survey()
    base = dyads.reciprocity(counts, ITEMS, GROUPS)
    before = [frame.copy() for frame in (base, counts, answers)]
    sensitivity.reciprocity(base, counts, answers, ITEMS, GROUPS)

    for frame, given in zip(before, (base, counts, answers), strict=True):
        pd.testing.assert_frame_equal(frame, given)


def test_a_survey_without_the_block_has_nothing_to_ask():
    answers, counts = survey()
    base = dyads.reciprocity(counts, ITEMS, GROUPS, block="relationship")

    assert sensitivity.reciprocity(base, counts, answers, ITEMS, GROUPS, block="relationship").empty


def changes(answers, counts):
    base = change(counts, ITEMS, waves=WAVES)
    return base, sensitivity.change(base, counts, answers, ITEMS, waves=WAVES, seed=4)


def test_the_extremes_of_a_change_set_the_last_wave_against_the_first():
    answers, counts = survey(waves=WAVES, n=90)
    _, rows = changes(answers, counts)
    one = rows[rows["item"].eq("trust_t") & rows["group_a"].eq("a")].set_index("estimand")
    here = counts[counts["item"].eq("trust_t") & counts["group"].eq("a")].set_index("wave")
    top, gone = here[[4, 5]].sum(axis=1), here["dont_know"]

    assert one.loc["difference_lowest", "estimate"] == pytest.approx((top["2"] - top["1"] - gone["1"]) / 90)
    assert one.loc["difference_highest", "estimate"] == pytest.approx((top["2"] + gone["2"] - top["1"]) / 90)
    assert set(rows["wave"]) == {"1/2"}


def test_the_imputed_change_lies_near_the_one_observed_when_answers_are_lost_by_chance():
    answers, counts = survey(waves=WAVES, n=150)
    base, rows = changes(answers, counts)
    observed = base[base["estimand"].eq("share_difference")].set_index(["item", "group_a"])["estimate"]
    found = rows[rows["estimand"].eq("difference_imputed")].set_index(["item", "group_a"])["estimate"]

    assert len(found) == 9, "three items, two groups and all of them together"
    # 15% lost of 150 in each wave: the difference moves by a standard error of about two points.
    assert (found - observed[found.index]).abs().max() < 0.07


def test_other_groups_in_the_family_stay_in_it():
    answers, _ = survey(waves=WAVES, n=90)
    quiet = answers["group"].isin(["b", "c"]) & (answers["trust_s"].le(0))
    answers.loc[quiet, "trust_s"] = np.where(answers.loc[quiet, "trust_s"].eq(-1), -1, 3)
    _, rows = changes(answers, cells.tally(answers, ITEMS))
    found = rows[rows["estimand"].eq("difference_imputed") & rows["group_a"].ne("all")]
    found = found[found["reason"].ne("complete")]

    assert "trust_s" not in set(found["item"])
    # Six comparisons by group are planned: the smallest p-value counts at least fourfold, missing or not.
    smallest = found.loc[found["p_value"].idxmin()]
    assert smallest["p_adjusted"] >= min(4 * smallest["p_value"], 1) - 1e-12


def shown(base, rows, *, mask=None, **constants):
    names = {"survey": "s", "area": "X1", "wave": "1"}
    full = pd.DataFrame(rows).assign(**names, rests_on=[()] * len(rows), **constants)
    return (mask or Mask()).protect(full, Words.plain()) if base else full


PAIR = {"group_a": "a", "group_b": "b", "item": "trust", "n_a": 60, "n_b": 60, "reason": ""}


def words(verdicts, holds, imputed_holds=None):
    """Say it for pairs g0 and x, g1 and x, ...; None leaves a row without an answer."""
    pairs = [PAIR | {"group_a": f"g{i}", "group_b": "x", "verdict": v} for i, v in enumerate(verdicts)]
    base = shown(True, [pair | {"estimand": "theta", "estimate": 0.6} for pair in pairs])
    kinds = {"holds_bounds": holds, "holds_imputed": imputed_holds or holds}
    rows = [
        pair | {"estimand": name, "estimate": np.nan if h is None else h}
        for name, list_ in kinds.items()
        for pair, h in zip(pairs, list_, strict=True)
        if h != "absent"
    ]
    return say.verdicts(base, shown(True, rows)) if rows else say.verdicts(base, base.where(item="none"))


def test_findings_that_would_change_are_counted_and_named():
    text = words(["higher", "lower", "equivalent", "inconclusive"], [1, 0, 1, 0], [1, 1, None, 1])

    assert text.startswith("1 of the 3 findings would change if everybody without a valid answer")
    assert "(g1 with x)" in text
    assert text.endswith("filled in from people's other answers, none of the 2 that allow it would.")
    assert "g3" not in text, "what claims nothing has nothing to lose"


@pytest.mark.parametrize(
    ("holds", "filled", "expected", "end"),
    [
        ([1], [1], "The one finding would not change if", "it would not."),
        ([0], [0], "The one finding would change if", "it would."),
        ([0], [None], "The one finding would change if", "there are too few answers for the others to be"),
    ],
)
def test_one_finding_is_told_as_one(holds, filled, expected, end):
    text = words(["higher"], holds, filled)

    assert text.startswith(expected)
    assert end in text


def test_findings_that_rest_on_complete_answers_are_not_counted_among_those_asked_about():
    text = words(["higher", "lower"], ["absent", 1])

    assert text.startswith("The one finding that rests on questions that lost more than 5% of their answers")
    assert words(["higher", "inconclusive"], ["absent", 0]).startswith(
        "No finding rests on a question that lost"
    )


def test_without_a_finding_it_is_said_how_many_could_be_one():
    text = words(["inconclusive", "inconclusive"], [0, 1])

    assert text.startswith("There is no finding here; 1 of 2 comparisons would show one if everybody")
    assert "; the one comparison would not show one if" in words(["inconclusive"], [1])
    some = words(["inconclusive", "inconclusive"], ["absent", 0])
    assert "; the one comparison that lost more than 5% of its answers would show one if" in some


def test_complete_answers_and_hidden_comparisons_are_told_apart():
    assert words(["higher"], ["absent"]) == (
        "Nothing compared here rests on a question that lost more than 5% of its answers."
    )
    assert words([""], ["absent"]) == "No comparison is shown here that missing answers could change."


def test_hidden_pairs_are_neither_counted_nor_named():
    answers, counts = survey(n=60, shift=1.2)
    small = answers[~(answers["group"].eq("a") & (np.arange(len(answers)) >= 10))]
    counts = cells.tally(small, ITEMS)
    base, rows = ask(small, counts)
    people = small.groupby(["area", "wave", "group"]).size().rename("n").reset_index()
    decided = primary(counts, ITEMS.assign(numeric=False), people, latest="1")
    mask = Mask.of(decided[decided["kind"].ne("silent")])
    main = base[base["estimand"].eq("theta")]

    text = say.verdicts(mask.protect(main, Words.plain()), mask.protect(rows, Words.plain()))
    hidden = mask.protect(rows, Words.plain()).frame.query("suppressed")

    assert len(hidden) > 0
    assert hidden[["estimate", "conf_low", "n_a", "p_value"]].isna().all(axis=None)
    for name in hidden["group_a"] + " with " + hidden["group_b"]:
        assert name not in text


def test_room_names_the_question_left_out_most():
    answered = [
        PAIR | {"estimand": "answered_share", "item": q, "estimate": e} for q, e in (("p", 0.9), ("q", 0.7))
    ]
    ends = [
        PAIR | {"estimand": name, "item": q, "estimate": e}
        for q, pair in (("p", (0.5, 0.6)), ("q", (0.3, 0.6)))
        for name, e in zip(("share_lowest", "share_highest"), pair, strict=True)
    ]
    text = say.room(shown(True, answered, group_b="", n_b=np.nan), shown(True, ends, group_b="", n_b=np.nan))

    assert "“q”" in text
    assert "between 30% and 60%" in text


def test_only_protected_rows_are_put_into_words():
    frame = shown(False, [PAIR | {"estimand": "theta", "estimate": 0.6}])
    with pytest.raises(TypeError, match="DataFrame"):
        say.verdicts(frame, frame)
    with pytest.raises(TypeError, match="DataFrame"):
        say.room(frame, frame)
