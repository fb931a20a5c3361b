"""Signs of careless answers: who shows them, what they change, and that nobody's are told."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from trustgap.report.disclosure import Mask
from trustgap.report.sentences.quality import care
from trustgap.report.vocabulary import SIGNALS
from trustgap.report.wording import Words
from trustgap.stats.batteries import quality as stats_quality
from trustgap.stats.batteries.quality import quality, signals, without
from trustgap.stats.shares.proportions import shares
from trustgap.survey import folder

FACTORS = [f"f{place}" for place in range(28)]
TRUST = [f"t{place}" for place in range(4)]
ITEMS = pd.DataFrame(
    {
        "block": ["factor"] * 28 + ["trust"] * 4,
        "scale": ["often"] * 28 + ["agree"] * 4,
        "k": 5,
        "top_from": 4,
        "low_to": 2,
        "team": "",
        "numeric": False,
    },
    index=FACTORS + TRUST,
)
TEACHING = Path(__file__).resolve().parents[1] / "data" / "turkiye_teaching"
WORDS = Words(items=SIGNALS | {"t0": "Trust in hospitals"}, respondents="staff")


def varied(n, *, seed=1):
    """Draw people who answer every question by itself: none shows a sign."""
    return np.random.default_rng(seed).integers(1, 6, size=(n, len(ITEMS)))


def frame(codes, **keys):
    named = {"area": "X1", "wave": "1", "group": "g"} | keys
    return pd.DataFrame(codes, columns=list(ITEMS.index)).assign(**named)


def sign(codes, items=ITEMS):
    return signals(frame(codes), items).iloc[0]


def one(factors, trust):
    return np.array([[*factors, *trust]])


MIXED = [1, 2, 3, 4, 5, 4, 3]


@pytest.mark.parametrize(
    ("factors", "trust", "shown"),
    [
        ([3] * 28, [1, 5, 2, 4], {"straight_line", "long_string"}),
        ([3] * 5 + [0] * 23, [1, 5, 2, 4], {"straight_line", "mostly_missing"}),
        ([3] * 4 + [0] * 24, [1, 5, 2, 4], {"mostly_missing"}),
        ([3] * 27 + [4], [1, 5, 2, 4], {"long_string"}),
        (MIXED * 4, [3] * 4, set()),
        ([3] * 14 + MIXED * 2, [1, 5, 2, 4], {"long_string"}),
        ([3] * 13 + MIXED * 2 + [1], [1, 5, 2, 4], set()),
        ([3, 0] * 10 + MIXED + [1], [1, 5, 2, 4], {"long_string"}),
        ([3] * 28, [3] * 4, {"straight_line", "long_string", "one_answer"}),
        ([3] * 28, [0] * 4, {"straight_line", "long_string"}),
        ([3] * 28, [-1] * 4, {"straight_line", "long_string"}),
        ([1, 5] + [0] * 14 + [2, 4] * 6, [0] * 4, {"mostly_missing"}),
        ([-1] * 28, [1, 2, 0, 0], set()),
        ([-1] * 28, [1, 0, 0, -2], {"mostly_missing"}),
    ],
)
def test_each_sign_is_seen_where_it_is_and_nowhere_else(factors, trust, shown):
    found = sign(one(factors, trust))

    assert set(found.index[found.eq(1)]) == shown
    assert set(found.index) == set(SIGNALS)


def test_copies_are_those_of_one_area_and_wave_and_not_of_people_who_answer_all_alike():
    codes = varied(6)
    codes[1] = codes[0]
    codes[3] = codes[2]
    codes[4:] = 3
    answers = frame(codes, area=["X1", "X1", "X1", "X2", "X1", "X1"])

    assert signals(answers, ITEMS)["identical_sheet"].tolist() == [1, 1, 0, 0, 0, 0]


def test_sheets_with_few_answers_are_no_copies():
    codes = varied(2)
    codes[1] = codes[0]
    codes[:, 19:] = 0

    assert signals(frame(codes), ITEMS)["identical_sheet"].tolist() == [0, 0]


def test_yes_or_no_questions_are_not_looked_at():
    found = sign(one([1] * 28, [1] * 4), ITEMS.assign(k=2))

    assert found[["straight_line", "long_string", "one_answer"]].isna().all()


def test_a_short_questionnaire_cannot_show_it_and_says_so():
    rows = quality(frame(varied(40))[[*TRUST, "area", "wave", "group"]], ITEMS.loc[TRUST])
    known = rows.set_index("estimand")["reason"]

    assert known[known.eq("")].index.tolist() == ["mostly_missing"]
    assert set(known.drop("mostly_missing")) == {"one_level"}
    numbers = rows.loc[rows["reason"].ne(""), ["estimate", "conf_low", "conf_high"]]
    assert numbers.isna().all(axis=None)


def test_the_share_is_of_all_respondents_with_wilson_limits():
    codes = varied(60)
    codes[:21, :28] = 2
    row = quality(frame(codes), ITEMS).set_index("estimand").loc["straight_line"]

    assert (row["n_a"], row["estimate"]) == (60, 0.35)
    limits = proportion_confint(21, 60, method="wilson")
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits, abs=1e-12)
    assert row["rests_on"] == (("X1", "1", "all", ""),)


def test_every_area_and_wave_has_its_own_rows():
    codes = varied(90)
    codes[:30, :28] = 2
    answers = frame(codes, area=["X1"] * 30 + ["X2"] * 60, wave=["1"] * 60 + ["2"] * 30)
    found = quality(answers, ITEMS).query("estimand == 'straight_line'").set_index(["area", "wave"])

    assert found["estimate"].to_dict() == {("X1", "1"): 1.0, ("X2", "1"): 0.0, ("X2", "2"): 0.0}


def test_a_share_without_them_is_the_share_of_the_others():
    codes = varied(200)
    codes[:60, :28] = 2
    codes[:60, 28] = 5
    codes[10:20, 28] = 0
    row = without(frame(codes), ITEMS, item="t0").iloc[0]
    rest = codes[60:, 28]

    assert (row["n_a"], row["n_b"], row["estimate"]) == (140, 50, np.mean(rest >= 4))
    limits = proportion_confint((rest >= 4).sum(), 140, method="wilson")
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(limits, abs=1e-12)
    with pytest.raises(KeyError, match="items lacks 'x'"):
        without(frame(codes), ITEMS, item="x")


def test_inputs_are_left_as_they_were():
    answers = frame(varied(30))
    before = answers.copy()
    quality(answers, ITEMS)
    without(answers, ITEMS, item="t0")

    pd.testing.assert_frame_equal(answers, before)


@pytest.mark.slow
def test_the_teaching_survey_shows_what_it_is_known_for(shared):
    path = shared / "data" / "turkiye_student_evaluation.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        forms = [[line[f"Q{place}"] for place in range(1, 29)] for line in csv.DictReader(stream)]
    alike = sum(len(set(form)) == 1 for form in forms)

    survey = folder.load(TEACHING, answers=path)
    rows = quality(survey.answers.assign(area="all"), survey.questionnaire.items).set_index("estimand")

    assert alike > 2500, "about half of the forms"
    assert rows.loc["straight_line", "n_a"] == len(forms)
    assert rows.loc["straight_line", "estimate"] == alike / len(forms)


def shown(straight, n=120, *, trust=None, seed=1):
    """Protect what is said of `n` people of whom the first `straight` answer a block alike."""
    codes = varied(n, seed=seed)
    codes[:straight, :28] = 2
    codes[:, 28] = np.where(np.arange(n) % 2, 5, 1) if trust is None else trust
    answers = frame(codes, group="all")
    counts = pd.DataFrame(
        [
            {"area": "X1", "wave": "1", "group": "all", "item": "t0"}
            | {score: (codes[:, 28] == score).sum() for score in range(1, 6)}
            | dict.fromkeys(["blank", "not_asked", "dont_know", "no_contact", "refused"], 0)
        ]
    )
    parts = (quality(answers, ITEMS), shares(counts, ITEMS), without(answers, ITEMS, item="t0"))
    protected = [Mask().protect(rows, WORDS) for rows in parts]
    return protected[0], protected[1].where(estimand="top2_share"), protected[2]


def everything(parts):
    return "".join(part.frame.to_csv() for part in (parts[0], parts[2]))


def test_nought_and_ten_look_the_same_to_every_byte():
    none = everything(shown(0))

    assert all(everything(shown(straight)) == none for straight in (1, 5, 10))
    assert everything(shown(11)) != none
    assert "under 11" in none


def test_all_but_ten_are_told_by_no_number():
    lines = [shown(straight)[0].where(estimand="straight_line") for straight in (110, 115, 120)]
    texts = {line.frame.to_csv() for line in lines}
    rows = shown(115)[0].frame.set_index("estimand")

    assert len(texts) == 1
    assert rows.loc["straight_line", "estimate_text"] == "[z]"
    assert shown(109)[0].frame.set_index("estimand").loc["straight_line", "estimate_text"] == "91%"


@pytest.mark.parametrize("straight", [11, 49])
def test_what_fewer_than_fifty_people_change_is_not_shown(straight):
    parts = shown(straight, 200)

    assert parts[2].hidden == 1
    assert "what leaving them out would change cannot be shown" in care(*parts)


def test_what_fifty_people_change_is_shown_and_told():
    answer = np.concatenate([np.full(60, 5), np.tile([1, 5], 70)])
    text = care(*shown(60, 200, trust=answer))

    assert text.startswith("30% of 200 staff (24% to 37%) gave the same answer to all questions of a block")
    assert text.endswith("leaving them out would move “Trust in hospitals” from 65% to 50%.")


def test_where_nothing_moves_it_is_said_to_stay():
    text = care(*shown(60, 200))

    assert text.endswith("leaving them out would leave “Trust in hospitals” at 50%.")


def test_few_with_one_sign_and_few_with_any_are_told_apart():
    assert care(*shown(4)) == "None of these signs was seen in 11 or more of 120 staff."
    codes = varied(120)
    codes[:30, 9:] = 0
    rows = Mask().protect(quality(frame(codes), ITEMS), WORDS)
    text = care(rows, *shown(4)[1:])
    assert text == "Fewer than 11 of 120 staff gave the same answer to all questions of a block."


def test_hidden_short_and_near_unanimous_surveys_have_their_words():
    assert care(*shown(4, 10)) == "Too few people answered to say anything here."
    assert care(*shown(116)).startswith("Nearly everybody gave the same answer")
    short = quality(frame(varied(40))[[*TRUST, "area", "wave", "group"]], ITEMS.loc[TRUST])
    text = care(Mask().protect(short, WORDS), *shown(4)[1:])
    assert text.startswith("No block is long enough")


def test_every_sign_has_a_label_and_no_row_names_a_respondent():
    rows = shown(20)[0]

    assert set(stats_quality.SIGNALS) == set(SIGNALS)
    assert set(rows.frame["item_label"]) == set(SIGNALS.values())
    assert set(rows.frame["group_a"]) == {"all"}


def test_only_protected_rows_are_put_into_words():
    parts = shown(20)
    with pytest.raises(TypeError, match="DataFrame"):
        care(parts[0].frame, *parts[1:])
