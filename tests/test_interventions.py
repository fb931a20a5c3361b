"""The catalogue of interventions: whole, sourced, in step with the demo survey, its faults named."""

import copy

import pytest
import sample_survey as sample
import yaml

from trustgap.survey.catalogue import interventions, stored
from trustgap.survey.checks import SurveyError
from trustgap.survey.interventions import read

DOCUMENT = yaml.safe_load(stored("interventions.yaml").read_text(encoding="utf-8"))


def problems(tmp_path, change):
    document = copy.deepcopy(DOCUMENT)
    change(document)
    path = tmp_path / "interventions.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SurveyError) as error:
        read(path)
    return [problem.message() for problem in error.value.problems]


def test_every_intervention_has_a_published_source_and_says_what_is_our_reading():
    acts = interventions().interventions
    assert 15 <= len(acts) <= 25
    assert set(acts["source"]) == {"nuffield_2018", "lga_newton_2017", "impower_2019"}
    assert set(acts["basis"]) == {"proposed", "derived"}
    assert acts[["label", "what", "who", "effort"]].ne("").all(axis=None)


def test_every_barrier_hinders_a_behaviour_and_has_an_intervention():
    known = interventions()
    assert set(known.barriers["behaviour"]) == set(known.behaviours.index)
    assert set(known.addressed["barrier"]) == set(known.barriers.index)


def test_every_linked_question_is_one_of_the_demo_survey():
    asked = yaml.safe_load((sample.DEMO / "questionnaire.yaml").read_text(encoding="utf-8"))
    items = {item["id"]: item for item in asked["items"]}
    links = interventions().links
    assert set(links["item"]) <= set(items)
    # Naming a factor often speaks for a barrier; trusting, or working well together, speaks against it.
    signs = {item: "high" if items[item]["block"] == "factor" else "low" for item in links["item"]}
    assert dict(zip(links["item"], links["sign"], strict=True)) == signs


def test_no_label_stands_for_two_things():
    known = interventions()
    parts = known.behaviours, known.barriers, known.interventions
    assert len(set(known.labels.values())) == len(known.labels) == sum(map(len, parts))


@pytest.mark.parametrize(
    ("change", "place", "found"),
    [
        (
            lambda d: d["interventions"][2].update(barriers=["gravity"]),
            "entry 3 (aim_of_integration)",
            "gravity",
        ),
        (lambda d: d["interventions"][0].update(source="hearsay"), "entry 1 (small_wins)", "hearsay"),
        (lambda d: d["interventions"][0].update(effort="huge"), "entry 1 (small_wins)", "huge"),
        (lambda d: d["interventions"][0].pop("who"), "entry 1 (small_wins)", "`who`"),
        (lambda d: d["barriers"][1].update(behaviour="flying"), "entry 2 (pressure_decides)", "flying"),
        (lambda d: d["barriers"][1].update({"class": "luck"}), "entry 2 (pressure_decides)", "luck"),
        (lambda d: d["barriers"][0]["items"].update(alternatives="up"), "alternatives", "up"),
        (lambda d: d["behaviours"][0].update(id="small_wins"), "", "small_wins is given twice"),
        (lambda d: d["behaviours"][0].update(extra="1"), "entry 1", "`extra`"),
    ],
)
def test_each_fault_is_named_with_its_place(change, place, found, tmp_path):
    said = problems(tmp_path, change)
    assert any(place in one and found in one for one in said), said


def test_all_faults_are_named_at_once(tmp_path):
    def change(document):
        document["interventions"][0].update(source="hearsay")
        document["interventions"][1].update({"class": "luck"})

    assert len(problems(tmp_path, change)) == 2
