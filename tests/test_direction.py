"""Questions that run against those beside them: found where a scale was reversed, and nowhere else."""

import numpy as np
import pandas as pd
import pytest
import sample_survey
from scipy import stats

from trustgap.stats.batteries.direction import against
from trustgap.survey import folder

TRUST = ["trust_s", "trust_t", "trust_u", "trust_v"]
ITEMS = pd.DataFrame(
    {"block": "trust", "decision": "", "scale": "agreement", "team": ["s", "t", "u", "v"], "k": 5},
    index=TRUST,
)
RELATED = ITEMS.rename(index=lambda item: item.replace("trust", "rel")).assign(
    block="relationship", scale="strength"
)


def answers(n=200, *, seed=1, items=ITEMS):
    """Give answers with one factor behind all of them, so that every correlation is positive."""
    stream = np.random.default_rng(seed)
    q = stream.normal(3, 1, (n, 1)) + stream.normal(0, 0.8, (n, len(items)))
    frame = pd.DataFrame(np.clip(np.round(q), 1, 5).astype("int8"), columns=items.index)
    return frame.assign(group=np.where(np.arange(n) % 2, "a", "b"))


def reverse(frame, *items):
    return frame.assign(**{item: np.where(frame[item] > 0, 6 - frame[item], frame[item]) for item in items})


def test_answers_that_run_together_are_not_remarked_upon():
    assert not len(against(answers(), ITEMS))


def test_one_reversed_question_is_found_and_no_other():
    frame = reverse(answers(), "trust_t")
    frame.loc[:20, "trust_t"] = -2
    found = against(frame, ITEMS)
    assert found[["item", "beside"]].to_numpy().tolist() == [["trust_t", ""]]

    # The correlation within groups, by a regression of both on the group.
    kept = frame[frame["trust_t"] > 0]
    group = np.column_stack([kept["group"].eq("a"), kept["group"].eq("b")]).astype(float)
    rest = kept[["trust_s", "trust_u", "trust_v"]].to_numpy(float).mean(axis=1)
    left = [
        y - group @ np.linalg.lstsq(group, y, rcond=None)[0] for y in (kept["trust_t"].to_numpy(float), rest)
    ]
    assert found.loc[0, "n"] == len(kept) == 179
    assert found.loc[0, "estimate"] == pytest.approx(stats.pearsonr(*left).statistic, abs=1e-12)


def test_a_scale_reversed_as_a_whole_is_seen_beside_the_other_block():
    items = pd.concat([ITEMS, RELATED])
    frame = reverse(answers(items=items), *TRUST)
    found = against(frame, items)
    assert found[["item", "beside"]].to_numpy().tolist() == [[t, t.replace("trust", "rel")] for t in TRUST]


def test_groups_that_differ_about_two_teams_are_no_reversed_scale():
    frame = answers()
    chance = np.random.default_rng(2).integers(-1, 2, (len(frame), 4))
    level = np.where(frame["group"].eq("a").to_numpy()[:, None], [4, 2, 2, 2], [2, 4, 4, 4])
    frame[TRUST] = level + chance
    assert np.corrcoef(frame["trust_s"], frame["trust_t"])[0, 1] < -0.4
    assert not len(against(frame, ITEMS))


@pytest.mark.parametrize("change", [{"k": 2}, {"scale": list("wxyz")}])
def test_lists_of_yes_and_no_and_short_sets_have_no_direction(change):
    assert not len(against(reverse(answers(), "trust_t"), ITEMS.assign(**change)))


@pytest.mark.parametrize("n", [0, 1, 20])
def test_few_answers_and_answers_that_are_all_the_same_say_nothing(n):
    assert not len(against(reverse(answers(n), "trust_t"), ITEMS))
    assert not len(against(answers(60).assign(**dict.fromkeys(TRUST, 5)), ITEMS))


def test_a_weak_opposite_is_not_worth_a_look_however_many_answered():
    stream = np.random.default_rng(3)
    q = stream.normal(3, 1, (40_000, 4))
    q[:, 0] -= 0.1 * q[:, 1]
    frame = pd.DataFrame(np.clip(np.round(q), 1, 5).astype("int8"), columns=TRUST).assign(group="a")
    assert not len(against(frame, ITEMS))


def test_the_input_is_left_alone():
    frame, items = reverse(answers(), "trust_t"), ITEMS.copy()
    before = frame.copy()
    against(frame, items)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(items, ITEMS)


def test_check_names_a_question_whose_answers_were_coded_the_wrong_way_round(tmp_path):
    turned = dict(zip("12345", "54321", strict=True))
    right = sample_survey.folder(tmp_path / "right", areas=["X002"])
    wrong = sample_survey.folder(
        tmp_path / "wrong",
        areas=["X002"],
        answers=lambda frame: frame.assign(
            trust_gp=frame["trust_gp"].map(lambda code: turned.get(code, code))
        ),
    )
    said = folder.describe(folder.load(wrong))
    assert "  trust_gp: answers fall where those to the other questions of its set rise" in said
    assert "To look at" not in folder.describe(folder.load(right))
    assert "  agreement: Strongly disagree to Strongly agree; positive: Agree, Strongly agree" in said
