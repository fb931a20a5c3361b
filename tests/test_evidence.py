"""Evidence on barriers: what the reader takes and refuses, and the synthetic file against its truth."""

import io

import pandas as pd
import pytest
import sample_survey as sample
import yaml

from trustgap.report.themes.hypotheses import hypotheses
from trustgap.stats.diagnostic.barriers import barriers
from trustgap.survey import questionnaire
from trustgap.survey.catalogue import interventions
from trustgap.survey.programme import evidence
from trustgap.survey.synthetic import evidence as synthetic_evidence

HEAD = "area,behaviour,barrier,kind,level,finding,strength,base,item\n"
GOOD = "X1,best_pathway,beds_first,interviews,senior,supports,strong,24,\n"
AREAS = pd.DataFrame({"name": ["Ashby", "Birch"]}, index=["X1", "X2"])
MODEL = yaml.safe_load((sample.DEMO / "model.yaml").read_text(encoding="utf-8"))["evidence"]
DEMO_AREAS = pd.read_csv(sample.DEMO / "areas.csv").set_index("code")


@pytest.fixture(scope="module")
def asked():
    return questionnaire.read(sample.DEMO / "questionnaire.yaml")


def read(tmp_path, asked, *rows):
    (tmp_path / "evidence.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    frame, problems, paths = evidence.read(tmp_path, asked=asked, areas=AREAS)
    assert paths == [tmp_path / "evidence.csv"]
    return frame, [problem.message() for problem in problems]


def test_ids_labels_and_own_words_are_understood(tmp_path, asked):
    frame, problems = read(
        tmp_path,
        asked,
        GOOD,
        "X1,Hold out for the best pathway,the best PATHWAY has  no capacity,Flow data,,neither,,,\n",
        "X1,Home first,No lift in the block!,survey,,contradicts,weak,30,Freeing beds comes first\n",
    )
    assert problems == []
    assert frame["behaviour"].tolist() == ["best_pathway", "best_pathway", "home_first"]
    assert frame["barrier"].tolist() == ["beds_first", "no_capacity", "no_lift_in_the_block"]
    assert frame["item"].tolist() == ["", "", "free_beds"]
    assert hypotheses(frame)["no_lift_in_the_block"] == "No lift in the block"


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        (
            [GOOD, GOOD.replace("beds_first", "beds_frist").replace("24", "25")],
            "row 3, barrier",
            "`beds_first`",
        ),
        ([GOOD.replace("best_pathway", "best_pathways")], "row 2, behaviour", "`best_pathway`"),
        ([GOOD.replace("beds_first", "?")], "row 2, barrier", "no letter or digit"),
        ([GOOD.replace("24,", "24,moon_phase")], "row 2, item", "not asked"),
        ([GOOD.replace("24", "-3")], "row 2, base", "no count"),
        ([GOOD.replace("24", "2.5")], "row 2, base", "no count"),
        ([GOOD, GOOD], "row 3, every column", "repeats another row"),
        ([GOOD, GOOD.replace("best_pathway", "home_first")], "rows 2, 3, behaviour", "differs between rows"),
        ([GOOD.replace("strong", "crushing")], "row 2, strength", "weak"),
        ([GOOD.replace("supports", "")], "row 2, finding", "empty"),
    ],
)
def test_each_fault_is_named_with_its_row_and_never_repeated(rows, place, words, tmp_path, asked):
    _, problems = read(tmp_path, asked, *rows)
    assert len(problems) == 1
    assert place in problems[0]
    assert words in problems[0]
    assert not any(cell in problems[0] for cell in ("beds_frist", "moon_phase", "crushing", "pathways"))


def test_one_barrier_may_hinder_different_behaviours_in_different_areas(tmp_path, asked):
    _, problems = read(tmp_path, asked, GOOD, GOOD.replace("X1,best_pathway", "X2,home_first"))
    assert problems == []


def test_the_committed_file_is_what_the_generator_makes():
    made = synthetic_evidence.make(DEMO_AREAS, MODEL, seed=MODEL["seed"])
    for frame, name in zip(made, ("evidence.csv", "synthetic_truth_evidence.csv"), strict=True):
        buffer = io.StringIO()
        frame.to_csv(buffer, index=False, lineterminator="\n")
        assert (sample.DEMO / name).read_bytes() == buffer.getvalue().encode()


def test_the_committed_file_is_read_without_a_problem(asked):
    frame, problems, _ = evidence.read(sample.DEMO, asked=asked, areas=DEMO_AREAS)
    assert problems == []
    assert set(frame["barrier"]) <= set(interventions().barriers.index)


def test_areas_with_full_thin_and_no_files_are_in_the_demo():
    pieces = (
        pd.read_csv(sample.DEMO / "evidence.csv").groupby("area").size().reindex(DEMO_AREAS.index).fillna(0)
    )
    assert pieces[["X003", "X004", "X007"]].tolist() == [3, 0, 3]
    assert pieces[["X001", "X002"]].ge(25).all()
    assert 0.25 < pieces.eq(0).mean() < 0.42
    assert 20 < pieces[pieces > 3].mean() < 35


def test_an_areas_evidence_does_not_depend_on_the_other_areas():
    alone = synthetic_evidence.make(DEMO_AREAS.loc[["X002"]], MODEL, seed=1)[0]
    among = synthetic_evidence.make(DEMO_AREAS, MODEL, seed=1)[0]
    pd.testing.assert_frame_equal(alone, among[among["area"].eq("X002")].reset_index(drop=True))


def scored(seed):
    found, truth = synthetic_evidence.make(DEMO_AREAS, MODEL, seed=seed)
    judged = barriers(found).query("estimand == 'kinds_speaking'")[["area", "item", "verdict"]]
    return judged.rename(columns={"item": "barrier"}).merge(truth, on=["area", "barrier"])


def test_few_verdicts_are_wrong_where_the_truth_is_known():
    """At the demo's rates of error about 1% of verified and 4% of disproved barriers are not so."""
    judged = pd.concat([scored(seed) for seed in (MODEL["seed"], 1, 2)])
    present = judged.groupby("verdict")["present"].mean()
    assert 1 - present["verified"] < 0.025
    assert present["disproved"] < 0.065
    decided = judged["verdict"].isin(["verified", "disproved"]).mean()
    assert decided > 0.6


def test_where_no_barrier_is_there_none_is_verified():
    judged = scored(MODEL["seed"])
    assert set(judged.loc[judged["area"].eq("X005"), "verdict"]) <= {"disproved", "mixed", "not_tested"}
