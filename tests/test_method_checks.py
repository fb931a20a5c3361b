"""What page 23 says in public: values worked out again, verdicts scored, simulations counted."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from trustgap.report.disclosure import Shown
from trustgap.report.sentences import checks as say
from trustgap.report.study import open_national
from trustgap.report.themes import evidence, known
from trustgap.report.wording import Words
from trustgap.stats.checks.published import METHODS, recomputed

ROOT = Path(__file__).resolve().parents[1]
WORDS = Words.plain()
PRINTED = pd.read_csv(ROOT / "data" / "published_values.csv", dtype={"published": str})


@pytest.mark.parametrize("row", list(PRINTED.itertuples()), ids=lambda row: f"{row.method}-{row.Index}")
def test_a_published_value_comes_out_again_to_its_last_digit(row):
    found = recomputed(PRINTED.loc[[row.Index]]).iloc[0]
    assert found["agrees"], f"{row.source}: printed {row.published}, we give {found['ours']}"


def test_every_method_has_a_value_and_every_value_a_source_and_its_digits():
    assert set(PRINTED["method"]) == set(METHODS)
    assert PRINTED["source"].str.len().gt(10).all()
    assert set(PRINTED["kind"]) == {"published", "reference"}
    decimals = PRINTED["published"].str.partition(".")[2].str.len()
    assert (decimals == PRINTED["digits"]).all()


def test_reference_values_agree_with_r(shared):
    import golden

    r = golden.case(shared, "05", "newcombe1998_table")[0]
    ours = PRINTED[PRINTED["source"].str.startswith("R 4.2, prop.test")].iloc[0]
    assert float(ours["published"]) == pytest.approx(r["prop.test"]["p"], abs=5e-7)
    r = golden.entry(shared, "14", "p_adjust")
    given = [float(p) for p in PRINTED.loc[PRINTED["method"].eq("holm"), "input"].iloc[0].split()]
    assert given == r["p"]
    for method, name in (("holm", "holm"), ("benjamini_hochberg", "BH")):
        mine = PRINTED[PRINTED["method"].eq(method) & PRINTED["source"].eq("R 4.2, p.adjust")]
        for row in mine.itertuples():
            value = r["result"][name][r["p"].index(float(row.quantity.rpartition(" ")[2]))]
            assert float(row.published) == pytest.approx(value, abs=0.5 * 10**-row.digits)


def test_a_wrong_published_value_shows_up_with_its_difference():
    wrong = PRINTED.copy()
    wrong.loc[0, "published"] = "0.2563"
    shown = evidence.published(WORDS, wrong)
    ours = shown.where(estimand="recomputed_value").frame
    assert ours["agrees_text"].tolist() == ["no"] + ["yes"] * (len(wrong) - 1)
    assert ours["difference_text"].iloc[0] == "−1.0e−03"
    text = say.published(shown)
    assert text.startswith(f"{len(wrong) - 1} of {len(wrong)} values come out as printed")
    assert "Interval of a share: lower limit (0.255289, printed 0.2563)" in text


def test_a_value_half_a_digit_away_agrees_and_a_little_further_does_not():
    printed = {"method": "wilson", "input": "50/100", "quantity": "lower limit", "digits": 4}
    limit = 0.40383152963549  # 0.5 - z √(z² + 100) / (2 (100 + z²)), worked out by hand
    for gap, agrees in ((0.00005, True), (0.0000501, False)):
        table = pd.DataFrame(printed | {"published": [limit + gap]})
        assert recomputed(table)["agrees"].tolist() == [agrees]


@pytest.mark.parametrize(
    ("method", "quantity", "word"), [("wald", "lower limit", "method"), ("wilson", "p-value", "gives")]
)
def test_a_method_or_quantity_that_is_not_there_is_named(method, quantity, word):
    table = pd.DataFrame(
        {"method": [method], "input": "1/2", "quantity": quantity, "published": 0.5, "digits": 1}
    )
    with pytest.raises(KeyError, match=word):
        recomputed(table)


FOUND = pd.DataFrame(
    {
        "world": ["w", "w", "v"],
        "scenario": ["w: a", "w: b", "v: a"],
        "method": ["Wilson", "Wilson", "funnel"],
        "what": ["coverage", "coverage", "error rate"],
        "promised": [0.95, 0.95, 0.05],
        "repetitions": [2000, 2000, 400],
        "rate": [0.9514, 0.8981, 0.0831],
        "low": [0.9354, 0.878, 0.0],
        "high": [0.9646, 0.918, 0.0827],
        "kept": [True, True, False],
        "width": [0.2, 0.3, float("nan")],
        "seed": 1,
        "exception": ["", "counts are whole", ""],
        "version": "0",
    }
)


def test_simulations_are_kept_known_or_broken_and_the_sentence_counts_them():
    shown = evidence.coverage(WORDS, FOUND)
    assert shown.frame["outcome_text"].tolist() == ["kept", "known", "broken"]
    assert shown.frame["estimate_text"].tolist() == ["95.1%", "89.8%", "8.3%"]
    assert shown.frame["promised_text"].tolist() == ["95%", "95%", "5%"]
    assert say.coverage(shown) == (
        "In 2 simulated worlds, 1 of 3 checks keep what the method promises, as closely as 400 to 2,000 "
        "repetitions can tell. 1 is a known exception, listed below. 1 does not: v: a."
    )


def test_checks_are_gathered_by_method():
    table = evidence.by_method(evidence.coverage(WORDS, FOUND), WORDS).frame
    columns = ["method_text", "promised_text", "found_text", "kept_text"]
    assert table[columns].to_numpy().tolist() == [
        ["Wilson: coverage", "95%", "89.8% to 95.1%", "1 of 2"],
        ["Funnel: error rate", "5%", "8.3%", "0 of 1"],
    ]


def test_exceptions_are_gathered_by_their_reason():
    more = pd.concat([FOUND, FOUND.iloc[[1]].assign(scenario="v: b", rate=0.91)], ignore_index=True)
    table = evidence.by_reason(evidence.coverage(WORDS, more), WORDS).frame
    columns = ["method_text", "found_text", "kept_text", "reason_text"]
    assert table[columns].to_numpy().tolist() == [
        ["Wilson: coverage", "89.8% to 91.0%", "2", "counts are whole"]
    ]
    assert len(evidence.by_reason(evidence.coverage(WORDS, FOUND.iloc[[0]]), WORDS)) == 0


def test_stored_simulations_hold_and_none_is_broken():
    shown = evidence.coverage(WORDS)
    assert len(shown) > 100
    assert set(shown.frame["outcome_text"]) == {"kept", "known"}
    assert "does not" not in say.coverage(shown)


@pytest.fixture(scope="module")
def demo_scored():
    return known.against_truth(open_national(str(ROOT / "data" / "demo")))


@pytest.mark.slow
def test_verdicts_of_the_demo_are_scored_against_its_truth(demo_scored):
    assert isinstance(demo_scored, Shown)
    frame = demo_scored.frame
    assert set(frame["item"]) == set(known.COMPARED)
    assert set(frame["estimand"]) == set(known.SCORES)
    main = {rate: part["estimate"] for rate, part in frame[frame["n_a"].ge(100)].groupby("estimand")}
    # Neither too few nor all: a truth that lies in every interval would be no truth.
    assert main["coverage"].between(0.92, 0.975).all()
    assert main["wrong_rate"].max() < 0.025
    assert main["equal_rate"].max() < 0.05


@pytest.mark.slow
def test_the_sentence_about_the_truth_adds_up(demo_scored):
    text, frame = say.truth(demo_scored), demo_scored.frame
    nulls = int(frame.loc[frame["estimand"].eq("false_rate"), "n_a"].sum())
    intervals = int(frame.loc[frame["estimand"].eq("coverage"), "n_a"].sum())
    assert f"% of {nulls:,} were called higher or lower" in text
    assert f"% of {intervals:,} contain the truth" in text


def test_a_survey_of_real_people_has_no_truth_to_score():
    class Real:
        words = WORDS

        class questionnaire:
            synthetic = False

    scored = known.against_truth(Real())
    assert len(scored) == 0
    assert say.truth(scored) == say.NO_TRUTH


def test_planted_faults_name_text_that_is_there():
    """The slow check itself is `make mutate`."""
    listed = subprocess.run(
        [sys.executable, ROOT / "tests" / "mutations.py", "--list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
    assert len(listed.stdout.splitlines()) >= 20
