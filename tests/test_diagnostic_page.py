"""Words, figure and tables of the page on barriers: true of full, thin, hidden and missing evidence."""

import pandas as pd
import pytest
import sample_survey as sample

from trustgap.report import figures, measuring
from trustgap.report import release as releases
from trustgap.report.disclosure import figures as passed
from trustgap.report.sentences import diagnostic as say
from trustgap.report.study import open_area
from trustgap.report.themes import diagnostic
from trustgap.report.themes import diagnostic_tables as tables
from trustgap.report.themes.hypotheses import hypotheses
from trustgap.report.vocabulary import EVIDENCE
from trustgap.report.wording import Words
from trustgap.stats.diagnostic import barriers, order, pieces
from trustgap.survey import catalogue, folder

COLUMNS = "area behaviour barrier kind level finding strength base item".split()
KNOWN = catalogue.interventions()
PROGRAMME = """survey: programme
title: A programme
synthetic: true
citation: invented
names: {whole: England}
"""
SAID = {"headline": "H", "subtitle": "S", "source": "Source."}


def found(*rows):
    """Give evidence: barrier, kind, level, finding, strength, base."""
    lines = [("X1", KNOWN.barriers["behaviour"].get(row[0], "own_one"), *row, "") for row in rows]
    return pd.DataFrame(lines, columns=COLUMNS)


FULL = found(
    ("beds_first", "flow_data", "", "supports", "strong", None),
    ("beds_first", "interviews", "senior", "supports", "strong", 24),
    ("beds_first", "interviews", "front_line", "contradicts", "weak", 24),
    ("beds_first", "observation", "", "supports", "moderate", 4),
    ("no_capacity", "flow_data", "", "contradicts", "strong", None),
    ("no_capacity", "survey", "senior", "contradicts", "weak", 40),
    ("little_trust", "interviews", "front_line", "supports", "weak", 8),
    ("little_trust", "flow_data", "", "contradicts", "weak", None),
    ("my_own", "survey", "front_line", "neither", "strong", 50),
)


def words(evidence):
    labels = hypotheses(evidence)
    return Words(
        items=labels, teams=labels | EVIDENCE, groups={"senior": "Senior", "front_line": "Front line"}
    )


def judged(evidence):
    return passed(barriers.barriers(evidence), words(evidence))


def verdicts(evidence):
    return judged(evidence).where(estimand="kinds_speaking")


def placed(**verdict):
    """Order the whole catalogue by verdicts on some barriers, without any answers."""
    known = pd.DataFrame({"item": list(verdict), "verdict": list(verdict.values())}, dtype=object)
    stated = order.states(KNOWN.addressed, known, area="X1")
    none = pd.DataFrame(columns=["area", "wave", "group"])
    items = pd.DataFrame(columns=["top_from"])
    own = order.linked(KNOWN.addressed, KNOWN.links, known)
    rows = order.places(none, items, own, stated, area="X1", wave="", seed=1).drop(columns="rests_on")
    said = Words(items=KNOWN.labels)
    return passed(stated, said), passed(rows, said)


def test_every_verdict_is_said_with_its_barriers():
    said = say.verdicts(verdicts(FULL))
    assert said.startswith(
        "Of 4 barriers looked at, 1 is verified: “Freeing a bed counts for more than the path"
    )
    assert "1 is disproved: “The best pathway has no capacity”" in said
    assert "2 are not yet tested" in said
    assert say.headline(verdicts(FULL)) == "Of 4 barriers, 1 verified and 1 disproved"


def test_without_evidence_and_without_a_clear_verdict_nothing_is_claimed():
    none, thin = verdicts(found()), verdicts(FULL[FULL["barrier"].eq("my_own")])
    assert say.verdicts(none) == say.NO_EVIDENCE
    assert say.headline(thin) == "No clear verdict on 1 barrier"
    assert say.resting(judged(found())).startswith("No barrier is verified or disproved")


def test_verdicts_that_hang_on_one_piece_are_named():
    firm, frail = FULL[FULL["barrier"].eq("beds_first")], FULL[FULL["barrier"].eq("no_capacity")]
    assert say.resting(judged(firm)) == (
        "The one verdict of verified or disproved would stand without the strongest piece of evidence."
    )
    assert say.resting(judged(frail)).startswith("The one verdict of verified or disproved changes if")
    both = say.resting(judged(FULL))
    assert both.startswith("Of 2 verdicts of verified or disproved, 1 changes if")
    assert both.endswith("“The best pathway has no capacity”.")


def test_levels_that_point_different_ways_are_named_and_hidden_ones_counted():
    rows = passed(barriers.by_kind(FULL, over="level"), words(FULL))
    said = say.levels(rows)
    assert (
        "heard on 1 barrier: on “Freeing a bed counts for more than the pathway” they point different" in said
    )
    assert said.endswith("1 balance cannot be shown.")
    one = passed(barriers.by_kind(FULL[FULL["level"].eq("senior")], over="level"), words(FULL))
    assert say.levels(one).startswith("On no barrier")
    html = tables.levels(rows, caption="Levels").html
    assert "Not heard" in html
    assert "[c]" in html


def test_roles_that_answer_differently_are_named_and_the_others_counted():
    rows = pd.DataFrame(
        {
            "area": "X1",
            "analysis": "role_gap",
            "estimand": "theta",
            "item": ["p", "q", "r", "s"],
            "group_a": "front_line",
            "group_b": "senior",
            "n_a": [60.0, 60, 60, 10],
            "n_b": 40.0,
            "estimate": [0.7, 0.3, 0.5, 0.6],
            "verdict": ["higher", "lower", "inconclusive", "higher"],
        }
    )
    said = Words(items={"p": "P", "q": "Q"}, groups={"front_line": "Front line", "senior": "Senior"})
    assert say.roles(passed(rows, said)) == (
        "“Front line” answers higher than “Senior” on “P”; “Senior” answers higher than “Front line” on “Q”. "
        "Of 3 questions, 1 cannot be told with this many answers. 1 more cannot be shown."
    )
    assert say.roles(passed(rows.iloc[3:], said)) == say.FEW_ROLES
    assert say.roles(passed(rows.iloc[:0], said)) == say.ROLES


def test_those_that_could_come_first_are_named_together():
    one = placed(money_split="verified", goals_differ="disproved")
    assert "2 interventions could come first, for the evidence cannot tell them apart" in say.first(
        one[0], one[1].where(estimand="rank")
    )
    single = placed(assess_in_hospital="verified")
    assert say.first(single[0], single[1].where(estimand="rank")) == (
        "Against barriers that are verified, the only intervention of the list is "
        "“Stabilise at home first, assess there”."
    )
    mixed = placed(records_split="mixed")
    assert say.first(mixed[0], mixed[1]).startswith("Against barriers on which the evidence is mixed")
    none = placed(records_split="disproved")
    assert say.first(*none).startswith("No barrier is verified or mixed here")
    assert "24 interventions are against barriers not yet tested" in say.others(none[0], verdicts(FULL))


def test_a_barrier_that_the_catalogue_has_nothing_against_is_named():
    own = found(
        ("my_own", "flow_data", "", "supports", "strong", None),
        ("my_own", "survey", "senior", "supports", "strong", 40),
    )
    states, _ = placed(money_split="verified")
    assert say.others(states, verdicts(own)).endswith("The catalogue has no intervention against “My own”.")
    assert "The catalogue has no" not in say.others(states, verdicts(FULL))


def test_without_answers_the_table_of_the_others_is_left_out():
    states, places = placed(assess_in_hospital="verified")
    assert "Stabilise at home first" in tables.in_order(states, places, caption="First").html
    assert tables.in_order(states, places, caption="Others", proposed=False) is None
    none = placed(assess_in_hospital="disproved")
    assert tables.in_order(*none, caption="First").html == '<p class="legend">First: none.</p>'


def test_the_figure_says_every_cell_in_words_and_hides_what_rests_on_few():
    kinds = passed(barriers.by_kind(FULL), words(FULL))
    drawn = figures.evidence(kinds, verdicts=verdicts(FULL), **SAID)
    for text in ("For 3", "For 2", "Against 1", "Neither", "No evidence", "[c]", "Verified", "My own"):
        assert f">{text}<" in drawn.table_html
    assert "Freeing a bed counts for more than the pathway: verified" in drawn.alt
    assert "Not drawn for Professions do not trust one another" in drawn.alt
    assert (
        figures.evidence(passed(barriers.by_kind(found()), words(FULL)), verdicts=verdicts(FULL), **SAID)
        is None
    )
    with pytest.raises(TypeError, match="Shown"):
        figures.evidence(kinds, verdicts=kinds.frame, **SAID)


def test_a_hidden_piece_is_part_of_no_sum():
    rows = judged(FULL).where(item="little_trust").frame.set_index("estimand")
    assert rows.loc[["weight_for", "weight_against"], "estimate_text"].tolist() == ["0", "1"]
    assert rows.loc["kinds_speaking", "verdict_text"] == "Not yet tested"
    html = tables.weights(passed(pieces.pieces(FULL), words(FULL)), caption="Pieces").html
    assert html.count("[c]") == 3  # weight and base of the piece, and what the mark means
    assert "Not of staff" in html


def test_a_base_that_counts_no_people_is_not_called_missing():
    kinds = found(
        ("beds_first", "flow_data", "", "supports", "strong", 21),
        ("beds_first", "interviews", "senior", "supports", "strong", None),
        ("beds_first", "survey", "senior", "supports", "strong", 30),
    )
    html = tables.weights(passed(pieces.pieces(kinds), words(kinds)), caption="Pieces").html
    assert (html.count("Not of people"), html.count("21")) == (1, 0)
    # Of people, but nobody knows of how many: weight and base are hidden; the third says what the mark means.
    assert html.count("[c]") == 3


def test_tables_and_sentences_take_shown_rows_only():
    frame = pd.DataFrame()
    for make in (say.verdicts, say.headline, say.resting, say.levels, say.roles):
        with pytest.raises(TypeError, match="Shown"):
            make(frame)
    for make in (tables.rests, tables.weights, tables.levels):
        with pytest.raises(TypeError, match="Shown"):
            make(frame, caption="C")


def test_the_catalogue_says_what_is_our_reading():
    html = tables.explained(caption="Catalogue").html
    assert html.count("<tr>") == len(KNOWN.interventions) + 1
    assert (
        html.count("our reading of what was found there") == KNOWN.interventions["basis"].eq("derived").sum()
    )


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    home = tmp_path_factory.mktemp("diagnostic")
    # Three areas without pages, so that none of them is what the others leave of the whole.
    areas = ["X001", "X002", "X003", "X071", "X078"]
    survey = sample.folder(home / "survey", areas=areas, waves=["2019"])
    every = [FULL.assign(area=area) for area in ("X001", "X002", "X003")]
    pd.concat(every).to_csv(survey / "evidence.csv", index=False)
    releases.write(measuring.measure(folder.load(survey)), home / "release")
    return home / "release"


def test_a_programme_without_a_survey_has_its_order_too(tmp_path):
    (tmp_path / "questionnaire.yaml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "areas.csv").write_text("code,name,region\nX1,Ashby,North\n", encoding="utf-8")
    FULL.to_csv(tmp_path / "evidence.csv", index=False)
    study = open_area(str(tmp_path), area="X1", outputs=str(tmp_path))
    judgements = barriers.barriers(study.evidence)
    stated = order.states(KNOWN.addressed, judgements, area="X1")
    states = study.protect_figures(stated)
    ranks = diagnostic.placed(study, judgements, stated).where(estimand="rank")
    assert "3 interventions could come first, for the evidence cannot" in say.first(states, ranks)
    assert say.roles(diagnostic.roles(study)) == say.ROLES
    assert len(diagnostic.everybody(study)) == 0
    levels = study.protect_figures(barriers.by_kind(study.evidence, over="level"))
    assert set(levels.frame["group_a_label"]) == {"Front line", "Senior staff"}


@pytest.mark.parametrize(("area", "answered"), [("X001", True), ("X003", False)])
def test_places_rest_on_answers_only_where_the_survey_has_a_local_result(area, answered, release, tmp_path):
    study = open_area("", area=area, release=str(release), outputs=str(tmp_path))
    stated = order.states(KNOWN.addressed, barriers.barriers(study.evidence), area=area)
    shown = diagnostic.placed(study, barriers.barriers(study.evidence), stated)
    ranks = shown.where(estimand="rank").frame
    assert ranks["estimate"].notna().any() == answered
    assert ("evidence_only" in set(ranks["reason"])) != answered
    assert ranks["conf_low"].notna().all()
    assert set(diagnostic.linked_items(study).index) >= {"free_beds", "pathway_capacity", "trust_gp"}
    shares = diagnostic.everybody(study)
    listing = tables.questions(shares, diagnostic.roles(study), evidence=study.evidence, caption="Questions")
    assert (listing is not None) == answered
    assert not answered or "(if few)" in listing.html
