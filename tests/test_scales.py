"""Alpha, and whether the questions of a battery may be added up."""

import golden
import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.sentences import scales as say
from trustgap.report.vocabulary import REASONS
from trustgap.report.wording import Words
from trustgap.stats.batteries import scales

CASES = ["bfi_agreeableness", "bfi_neuroticism", "gss2010_13_institutions", "apha_support_scale"]
PLACE = {"area": "X1", "wave": "1", "name": "trust", "seed": 1}


def frame(scores, **columns):
    scores = np.asarray(scores)
    names = [f"q{one}" for one in range(scores.shape[1])]
    answers = pd.DataFrame(scores, columns=names).assign(area="X1", wave="1", group="g", **columns)
    return answers, pd.DataFrame({"k": 5, "team": ""}, index=names)


def correlated(n, k=4, *, noise=0.7, seed=0):
    rng = np.random.default_rng(seed)
    latent = rng.normal(3, 1, (n, 1)) + rng.normal(0, noise, (n, k))
    return np.clip(latent.round(), 1, 5).astype(int)


def rows_of(scores, **options):
    answers, items = frame(scores)
    return scales.scale(answers, items, **PLACE | options)


def row(rows, estimand, item="trust"):
    return rows[rows["estimand"].eq(estimand) & rows["item"].eq(item)].iloc[0]


@pytest.mark.parametrize("name", CASES)
def test_alpha_and_item_rest_correlations_equal_those_of_r(shared, name):
    stored, result = golden.entry(shared, "10", name), golden.case(shared, "10", name)
    data = golden.rows(shared, stored["select"])[stored["items"]].astype(int)
    items = pd.DataFrame({"k": int(data.max().max()), "team": ""}, index=stored["items"])

    rows = scales.scale(data.assign(area="X1", wave="1", group="g"), items, **PLACE, draws=20)

    found = row(rows, "alpha")
    assert found["n_a"] == result["n"]
    assert found["estimate"] == pytest.approx(result["alpha_raw"], abs=1e-8)
    # Feldt's interval supposes more; with these numbers of people the two nearly agree.
    assert [found["conf_low"], found["conf_high"]] == pytest.approx(result["feldt_ci"], abs=0.012)
    rest = rows[rows["estimand"].eq("item_rest")].set_index("item")["estimate"]
    assert rest.to_dict() == pytest.approx(result["r_drop"], abs=1e-8)


def test_the_limits_of_alpha_are_those_of_a_jackknife():
    scores = correlated(300)
    n = len(scores)
    without = [scales.alpha(np.cov(np.delete(scores, one, axis=0).T)) for one in range(n)]
    error = np.sqrt((n - 1) / n * ((without - np.mean(without)) ** 2).sum())

    estimate, low, high = scales.influence(scores)

    reach = 1.96793 * error / (1 - estimate)
    assert [np.log((1 - low) / (1 - estimate)), np.log((1 - estimate) / (1 - high))] == pytest.approx(
        [reach] * 2, rel=0.03
    )


def test_only_those_who_answered_every_question_count():
    scores = correlated(60)
    gaps = np.vstack([scores, [[5, 0, 5, 5], [1, 1, -2, 1], [2, 2, 2, -1]]])

    pd.testing.assert_frame_equal(rows_of(gaps), rows_of(scores))


def test_a_question_that_nobody_was_asked_is_left_out():
    scores = correlated(60)
    unasked = np.column_stack([scores, np.full(60, -1)])

    rows = rows_of(unasked)

    assert row(rows, "alpha")["estimate"] == row(rows_of(scores), "alpha")["estimate"]
    assert "q4" not in set(rows["item"])
    behind = [*(f"q{one}" for one in range(4)), "complete:trust"]
    assert row(rows, "alpha")["rests_on"] == tuple(("X1", "1", "all", one) for one in behind)


def test_area_wave_and_group_choose_the_people():
    answers, items = frame(correlated(120))
    answers["group"] = ["g", "h"] * 60
    answers["area"] = ["X1", "X1", "X2", "X2"] * 30

    sizes = [
        row(scales.scale(answers, items, **PLACE | {"area": area}, group=group), "alpha")["n_a"]
        for area, group in (("X1", "all"), ("X1", "g"), ("national", "h"), ("X3", "all"))
    ]

    assert sizes == [60, 30, 60, 0]


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        (correlated(29), "n_lt_min"),
        (correlated(60)[:, :2], "one_level"),
        (np.column_stack([correlated(60), np.full(60, 3)]), "constant"),
        (np.full((60, 4), 3), "constant"),
        (np.array([[1, 5, 3, 3], [5, 1, 3, 3], [3, 3, 1, 5], [3, 3, 5, 1]] * 10), "constant"),
        (correlated(60)[:, [0, 0, 0]], "identical"),
        (np.empty((0, 4), int), "n_lt_min"),
    ],
    ids=[
        "few",
        "two questions",
        "constant question",
        "all the same",
        "constant sum",
        "one answer each",
        "nobody",
    ],
)
def test_what_cannot_be_estimated_says_why_and_gives_no_number(scores, reason):
    rows = rows_of(scores)

    assert set(rows["reason"]) == {reason}
    assert rows[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)
    assert reason in REASONS


def test_where_no_factor_fits_only_omega_is_missing():
    rows = rows_of(correlated(60)[:, [0, 0, 1, 2]])

    assert rows.loc[rows["reason"].ne(""), ["estimand", "reason"]].to_numpy().tolist() == [
        ["omega", "no_factor"]
    ]
    assert rows.loc[rows["reason"].eq(""), "estimate"].notna().all()


@pytest.mark.parametrize(
    ("noise", "n", "may"), [(0.5, 200, 1.0), (2.5, 200, 0.0), (0.9, 30, 0.0), (0.9, 900, 1.0)]
)
def test_answers_are_added_up_only_where_both_lower_limits_are_high_enough(noise, n, may):
    rows = rows_of(correlated(n, noise=noise))

    low = [row(rows, estimand)["conf_low"] for estimand in ("alpha", "mokken_h")]
    assert row(rows, "composite")["estimate"] == may == float(low[0] >= 0.7 and low[1] >= 0.3)


def test_many_weakly_related_questions_are_reliable_and_yet_not_one_order():
    rows = rows_of(correlated(400, k=20, noise=2.2))

    assert row(rows, "alpha")["conf_low"] > 0.7
    assert row(rows, "mokken_h")["conf_high"] < 0.3
    assert row(rows, "composite")["estimate"] == 0


def test_an_h_above_the_limit_is_not_enough_if_its_interval_reaches_below():
    rows = rows_of(correlated(60, k=10, noise=1.3))

    assert row(rows, "alpha")["conf_low"] > 0.7
    assert row(rows, "mokken_h")["estimate"] > 0.3 > row(rows, "mokken_h")["conf_low"]
    assert row(rows, "composite")["estimate"] == 0


def test_floor_ceiling_and_one_answer_throughout_are_counted_by_hand():
    scores = np.vstack([correlated(40, seed=5), np.full((3, 4), 1), np.full((7, 4), 5), np.full((2, 4), 3)])
    by_hand = [(scores == 1).all(axis=1), (scores == 5).all(axis=1), (scores == scores[:, :1]).all(axis=1)]

    rows = rows_of(scores)

    shares = [row(rows, name)["estimate"] for name in ("floor_share", "ceiling_share", "same_answer_share")]
    assert shares == pytest.approx([one.mean() for one in by_hand], abs=1e-12)


def test_turning_the_scale_round_changes_no_coefficient():
    scores = correlated(90)
    there, back = rows_of(scores), rows_of(6 - scores)
    names = ["alpha", "omega", "mokken_h", "item_rest", "mokken_h_item"]

    pair = [rows[rows["estimand"].isin(names)]["estimate"].to_numpy() for rows in (there, back)]

    assert pair[0] == pytest.approx(pair[1], abs=1e-9)
    assert row(there, "floor_share")["estimate"] == row(back, "ceiling_share")["estimate"]


def test_the_order_of_people_does_not_matter_and_the_answers_are_not_changed():
    answers, items = frame(correlated(70))
    before = answers.copy()

    rows = scales.scale(answers, items, **PLACE)

    pd.testing.assert_frame_equal(answers, before)
    pd.testing.assert_frame_equal(rows, scales.scale(answers.sample(frac=1, random_state=1), items, **PLACE))


def test_several_batteries_stand_under_one_another_and_none_gives_an_empty_table():
    answers, items = frame(correlated(70))
    options = {"area": "X1", "wave": "1", "seed": 1}

    rows = scales.every(answers, [("a", "all", items), ("b", "g", items)], **options)

    assert rows.loc[rows["estimand"].eq("alpha"), "item"].tolist() == ["a", "b"]
    assert scales.every(answers, [], **options).empty


def shown(*batteries, words=None):
    """Make shown rows: of each battery whether it may be added up, and the share of one answer throughout."""
    rows = [
        {"item": name, "group_a": "all", "estimand": estimand, "estimate": value, "n_a": n, "conf_low": low}
        for name, may, same, n in batteries
        for estimand, value, low in (("composite", may, np.nan), ("same_answer_share", same, same))
    ]
    frame = pd.DataFrame(rows).assign(area="X1", wave="1", conf_high=lambda rows: rows["conf_low"])
    return Mask().protect(frame.assign(rests_on=[()] * len(frame)), words or Words.plain())


def test_the_sentence_names_what_may_be_added_up_and_counts_the_rest():
    rows = shown(("A", 1.0, 0.1, 90), ("B", 0.0, 0.1, 90), ("C", np.nan, np.nan, 20), ("D", 0.0, 0.1, 5))

    assert say.added_up(rows) == (
        "1 of 2 sets of questions may be added up to one score: “A”. 2 more sets cannot be judged."
    )


def test_one_battery_is_named_and_one_answer_throughout_is_warned_of():
    assert say.added_up(shown(("A", 0.0, 0.1, 90))) == "“A” may not be added up to one score."
    text = say.added_up(shown(("A", 1.0, 0.52, 90), ("B", 0.0, 0.31, 90)))
    assert (
        "Beware: 52% gave one and the same answer to every question of “A”, and many did so in 1 other set"
        in text
    )


def test_what_cannot_be_judged_and_what_was_not_asked_is_said():
    assert "at least 30 people" in say.added_up(shown(("A", np.nan, np.nan, 20)))
    assert "at least 30 people" in say.added_up(shown(("A", 1.0, 0.5, 5)))
    assert "did not ask" in say.added_up(shown(("A", 1.0, 0.5, 50)).where(item="none"))
    with pytest.raises(TypeError, match="DataFrame"):
        say.added_up(pd.DataFrame())


def test_how_many_gave_one_answer_is_not_told_of_a_small_group_that_answered_alike():
    cell = ("X1", "1", "all", "q0")
    rows = rows_of(np.vstack([correlated(30), np.full((14, 4), 5)]))

    plain = Mask().protect(rows, Words.plain()).where(estimand="ceiling_share").frame.iloc[0]
    bounded = Mask(bounded=frozenset([cell])).protect(rows, Words.plain())

    assert plain["estimate"] > 0.2
    bounded = bounded.where(estimand=["ceiling_share", "floor_share", "same_answer_share"]).frame
    assert bounded["estimate"].isna().all()
    # Few and many look alike there.
    assert set(bounded["reason"]) == {"near"}


@pytest.mark.parametrize(("same", "reason"), [(10, "rare"), (11, ""), (109, ""), (110, "near")])
def test_one_answer_throughout_is_not_told_of_fewer_than_eleven_nor_of_all_but_so_few(same, reason):
    varied = np.array([[1, 2, 3, 4], [5, 4, 2, 1], [2, 4, 5, 3]] * 40)
    rows = rows_of(np.vstack([varied[: 120 - same], np.full((same, 4), 5)]))

    found = Mask().protect(rows, Words.plain()).where(estimand="same_answer_share").frame.iloc[0]

    assert found["reason"] == reason
    assert np.isnan([found["estimate"], found["conf_low"]]).all() == (reason != "")
