"""The questionnaire: what a sound one says, and what is said of an unsound one."""

import re
import time
import tracemalloc
from pathlib import Path

import pytest
import yaml

from trustgap.survey.checks import SurveyError
from trustgap.survey.matching import fold
from trustgap.survey.questionnaire import read

SOUND = """
survey: small
title: A small survey
synthetic: true
citation: Written for a test
sampling: {design: census}
answers: answers.csv
waves:
  - {id: "1", label: First, time: 2018}
  - {id: "2", label: Second, time: 2019.5, codes: [two]}
groups:
  - {id: gp, label: General practitioners, short: GPs, team: gp, codes: ["01"]}
  - {id: ward, label: Ward staff}
teams:
  - {id: gp, label: GPs, members: [gp]}
  - {id: discharge, label: discharge team, members: [ward]}
scales:
  agreement:
    categories:
      - {code: 5, label: No}
      - {code: 3, label: Neither}
      - {code: 1, label: Yes, aliases: [Y]}
    positive: [1]
    negative: [5]
    missing:
      - {code: 8, label: Don't know, kind: dont_know}
items:
  - {id: trust_gp, block: trust, scale: agreement, team: gp, label: Trust in GPs, text: I trust GPs}
  - {id: delay, block: factor, scale: agreement, label: Delay, text: Delayed, decision: stay, class: process}
decisions: {stay: Staying}
classes: {process: Process}
headline: trust_gp
comparability:
  - {item: delay, waves: ["2"], note: reworded}
columns: {wave: round, area: place, group: staff, items: {delay: q2}}
"""


def questionnaire(folder: Path, text: str):
    """Write a questionnaire and read it."""
    path = folder / "questionnaire.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def complaints(folder: Path, text: str) -> str:
    """Write a questionnaire that must not pass, and give what is said of it."""
    with pytest.raises(SurveyError) as caught:
        questionnaire(folder, text)
    return str(caught.value)


def test_items_say_their_scale_direction_and_place(tmp_path):
    items = questionnaire(tmp_path, SOUND).items

    assert list(items.index) == ["trust_gp", "delay"]
    assert items.columns.tolist() == (
        "text label block scale decision factor_class team source k top_from low_to numeric".split()
    )
    assert items.loc["delay", ["decision", "factor_class", "team", "source"]].tolist() == [
        "stay",
        "process",
        "",
        "",
    ]
    assert items[["k", "top_from", "low_to"]].to_numpy().tolist() == [[3, 3, 1], [3, 3, 1]]
    assert not items["numeric"].any()


def test_a_file_that_codes_one_as_most_is_turned_round(tmp_path):
    codes = questionnaire(tmp_path, SOUND).scales["agreement"].codes

    assert (codes["1"], codes["yes"], codes["y"], codes["3"], codes["5"], codes["no"]) == (3, 3, 3, 2, 1, 1)
    assert codes["don't know"] == codes["8"] == -2


def test_yes_no_and_leading_zeros_stay_what_was_written(tmp_path):
    read_back = questionnaire(tmp_path, SOUND)

    assert read_back.scales["agreement"].labels == ("No", "Neither", "Yes")
    assert read_back.codes["group"]["01"] == "gp"
    assert "8" not in read_back.codes["group"]


def test_defaults_are_filled_in(tmp_path):
    read_back = questionnaire(tmp_path, SOUND)

    assert read_back.names["areas"] == "areas"
    assert read_back.groups["short"].tolist() == ["GPs", "Ward staff"]
    assert read_back.groups["team"].tolist() == ["gp", ""]
    assert read_back.teams.loc["discharge", "members"] == ("ward",)
    assert read_back.waves["time"].tolist() == [2018.0, 2019.5]
    assert read_back.columns["items"] == {"trust_gp": "trust_gp", "delay": "q2"}
    assert len(read_back.roles) == 0
    assert read_back.scales["agreement"].positive_phrase == "answered “Yes”"


def test_an_item_is_comparable_over_all_waves_unless_the_questionnaire_says_otherwise(tmp_path):
    read_back = questionnaire(tmp_path, SOUND)

    assert read_back.comparability == {"trust_gp": ("1", "2"), "delay": ("2",)}
    assert read_back.comparability_notes == {"delay": "reworded"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "scale: agreement, team: gp",
            "scale: agrement, team: gp",
            "'agrement', which is not defined. Accepted: agree",
        ),
        ("block: trust", "block: trsut", "is 'trsut'. Accepted: factor, trust"),
        ("team: gp, label: Trust", "team: gps, label: Trust", "names the team 'gps'"),
        ("decision: stay", "decision: go", "names the decision 'go'"),
        ("class: process", "class: behaviour", "names the class 'behaviour'"),
        ("members: [ward]", "members: [wards]", "names the group 'wards'"),
        ("members: [gp]", "members: []", "is not among that team's members"),
        ('waves: ["2"]', 'waves: ["3"]', "names the wave '3'"),
        ("{item: delay", "{item: delays", "names the item 'delays'"),
        ("headline: trust_gp", "headline: trust", "names the item 'trust'"),
        ("items: {delay: q2}", "items: {dely: q2}", "names the item 'dely'"),
        ("items: {delay: q2}", "items: {delay: trust_gp}", "used for an item and for something else"),
        ("positive: [1]", "positive: [3]", "these are not the top codes: 3"),
        ("positive: [1]", "positive: [7]", "names the codes 7, which are no category. Accepted: 5, 3, 1"),
        ("negative: [5]", "negative: [3]", "not the lowest codes"),
        ("positive: [1]", "positive: [5, 3, 1]", "the positive codes are all codes"),
        ("kind: dont_know", "kind: unsure", "is 'unsure'. Accepted: not_asked, dont_know"),
        ("aliases: [Y]", "aliases: [neither]", "'neither' stands for 2 different answers"),
        ("id: delay, block", "id: trust_gp, block", "several entries have the id 'trust_gp' (2 times)"),
        ("id: delay, block", "id: the delay, block", "is 'the delay'. Accepted: letters, digits"),
        ("id: delay, block", "id: region, block", "taken by a column of our own"),
        ("id: ward, label", "id: all, label", "this id has a meaning of its own"),
        ("codes: [two]", "codes: [first]", "'first' stands for 1, 2"),
        ("time: 2019.5", "time: 2017", "not in the order of time"),
        ("time: 2019.5", "time: soon", "a number of years"),
        ("label: Delay,", "label: true,", "Put the words into quotation marks"),
        ("design: census", "design: lucky", "Accepted: probability, census, opportunistic"),
        ("answers: answers.csv", "answers: ../answers.csv", "without a folder"),
        ("answers: answers.csv", "answers: answers.pkl", ".parquet or .xlsx file"),
        ("citation: Written for a test", "", "lacks `citation`"),
        ("title: A small", "titel: x\ntitle: A small", "has the unknown field `titel`"),
        ("team: gp, label: Trust in GPs", "label: Trust in GPs", "names no team. Accepted: gp, discharge"),
        ("headline: trust_gp", "headline: [", "line"),
        ("synthetic: true", "synthetic: perhaps", "true or false"),
        ("columns:", "weighting: {merge: {gps: ward}}\ncolumns:", "names the group 'gps'"),
        ("columns:", "weighting: {merge: {gp: wards}}\ncolumns:", "names the group 'wards'"),
        ("columns:", "weighting: {merge: {gp: gp}}\ncolumns:", "the group 'gp' joins itself in the end"),
        ("columns:", "weighting: {merge: {gp: ward, ward: gp}}\ncolumns:", "'ward' joins itself in the end"),
        ("columns:", "weighting: {rake: true}\ncolumns:", "has the unknown field `rake`"),
    ],
)
def test_a_fault_is_named_with_what_is_accepted(tmp_path, old, new, said):
    assert old in SOUND

    assert said in complaints(tmp_path, SOUND.replace(old, new, 1))


def test_all_faults_are_reported_at_once(tmp_path):
    text = SOUND.replace("headline: trust_gp", "headline: x").replace("positive: [1]", "positive: [3]")
    text = text.replace("block: factor", "block: reason").replace("members: [ward]", "members: [w]")

    said = complaints(tmp_path, text)

    assert said.startswith("3 problems found")  # the headline waits until the items are sound
    assert all(part in said for part in ("is 'reason'", "not the top codes", "names the group 'w'"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("- a\n- b", "has another kind where fields with values should be"),
        ("a: b: c", "line 1"),
        ("a:\n\t- b", "tab"),
        ("survey: x\nsurvey: y", "the field 'survey' is given twice"),
        ("survey: !!python/object/apply:os.system [touch hacked]", "tags (!) are not allowed"),
        ("a: &a [x]\nb: *a", "references (& and *) are not allowed"),
        ("[" * 5000, "nested more than 12 deep"),
        ("a: \x00", "characters that YAML does not allow"),
        ("? [a]\n: b", "a field name must be text"),
    ],
)
def test_hostile_or_broken_yaml_is_refused(tmp_path, text, said):
    assert said in complaints(tmp_path, text)
    assert not Path("hacked").exists()


def test_a_bomb_of_references_costs_neither_time_nor_memory(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    tracemalloc.start()
    begun = time.process_time()

    said = complaints(tmp_path, "\n".join(lines))

    assert time.process_time() - begun < 1
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()
    assert "references" in said


def test_a_huge_file_is_refused_unread(tmp_path):
    assert "at most 1 MB" in complaints(tmp_path, "a: " + "x" * 1_000_001)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "questionnaire.yaml").write_bytes("title: é".encode("latin-1"))
    with pytest.raises(SurveyError, match="not UTF-8"):
        read(tmp_path / "questionnaire.yaml")


def test_messages_carry_no_terminal_commands(tmp_path):
    said = complaints(tmp_path, SOUND.replace("headline: trust_gp", 'headline: "\\e[31mred"'))

    assert "\x1b" not in said


def test_labels_that_look_like_markup_are_kept_as_text_to_be_escaped_on_the_page(tmp_path):
    label = "<img src=x onerror=alert(1)>"
    read_back = questionnaire(tmp_path, SOUND.replace("label: Delay,", f"label: '{label}',"))

    assert read_back.items.loc["delay", "label"] == label


def test_labels_are_compared_without_regard_to_spacing_capitals_and_apostrophes():
    assert fold("  Don’t  Know\u00a0") == fold("don't know")
    assert fold("1.0") == fold(1) == "1"
    assert fold("1.5") != fold("1")
    assert fold("01") != fold("1")


def test_the_schema_is_open_to_ordinary_yaml_readers():
    schema_types = yaml.safe_load(SOUND)["waves"][1]["time"]

    assert isinstance(schema_types, float)  # an editor that reads numbers as numbers still finds them allowed


CONTROLS = {"a line break": "Delay\\n", "bidi": "56% \\u202e", "an isolate": "\\u2067x", "C1": "a\\x9bb"}


@pytest.mark.parametrize("text", CONTROLS.values(), ids=CONTROLS)
def test_a_label_cannot_change_how_what_follows_is_shown(text, tmp_path):
    """B30; "56%" after a mark that turns the direction of text reads "65%"."""
    said = complaints(tmp_path, SOUND.replace("label: Delay,", f'label: "{text}",'))

    assert "items, entry" in said
    assert "characters, none that controls" in said


@pytest.mark.parametrize("field", ["survey", "answers", "headline"])
def test_a_line_break_at_the_end_of_a_name_is_seen(field, tmp_path):
    """B30; a pattern that ends in $ would let it through, and into the names of folders."""
    was = re.search(rf"^{field}: (\S+)", SOUND, re.MULTILINE).group(1)
    said = complaints(tmp_path, SOUND.replace(f"{field}: {was}", f'{field}: "{was}\\n"'))

    assert f"questionnaire.yaml, {field}: is '{was}" in said
