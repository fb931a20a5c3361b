"""Faults planted in the product or in what it wrote: the audit finds each, and nothing without one."""

import json
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import sample_release as sample

from trustgap.audit import auditing, known
from trustgap.audit import published as published_
from trustgap.report.disclosure import joint, labels, mask, repair, rules, secondary
from trustgap.stats import counts as cells

SEED = 2
"""Of a survey in which a cell of ten people and groups of a few are hidden."""

HIDING = (rules, mask, secondary, repair)


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    return sample.random_survey(tmp_path_factory.mktemp("planted") / "survey", seed=SEED)


@pytest.fixture(scope="module")
def release(survey):
    return sample.measured(survey)


@pytest.fixture(scope="module")
def published(release, tmp_path_factory):
    return sample.publish(release, tmp_path_factory.mktemp("published"))


@pytest.fixture
def outputs(published, tmp_path):
    return Path(shutil.copytree(published, tmp_path / "demo"))


def rules_broken(home):
    """Name the rules that single files break: all of the audit but the attack, which takes longer."""
    read = published_.read(home)
    return set(auditing.findings(read, known.known(read))["rule"])


def anew(release):
    """Decide again, with whatever is planted, on what the release hides."""
    items, rows = release.questionnaire.items, release.people
    return sample.decided(release, joint.decide(release.counts, items, rows, latest=release.latest))


def edited(home, table, change):
    path = home / table
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(rows).to_csv(path, index=False)


def test_without_a_fault_the_audit_passes_whoever_attacks(published, survey):
    outside, inside = auditing.audit(published), auditing.audit(published, survey=survey)
    assert (outside.passed, outside.counts["exactly"]) == (True, 0), outside
    assert (inside.passed, inside.counts["exactly"]) == (True, 0), inside
    assert outside.counts["hidden"] > 20 < inside.counts["hidden"]


def test_a_threshold_of_ten_is_found(release, tmp_path, monkeypatch):
    for module in HIDING:
        monkeypatch.setattr(module, "THRESHOLD", 10, raising=False)
    assert "base below 11" in rules_broken(sample.publish(anew(release), tmp_path))


def test_a_secondary_step_left_out_is_found_by_attack(release, survey, tmp_path):
    first = rules.primary(release.counts, release.questionnaire.items, release.people, latest=release.latest)
    home = sample.publish(sample.decided(release, first), tmp_path)
    for found in (auditing.audit(home), auditing.audit(home, survey=survey)):
        assert found.counts["exactly"] > 3
    assert set(found.found.loc[found.found["how"].eq("exactly"), "true"]) == {"true"}


def test_zero_cells_taken_for_protection_are_found_by_attack(release, tmp_path, monkeypatch):
    complements = secondary.complements

    def fooled(on):
        taken = np.where(on.hidden & (on.n == 0), 11, on.n)
        return complements(secondary.replace(on, n=taken, empty=np.zeros_like(on.empty))) & (on.n > 0)

    monkeypatch.setattr(joint, "complements", fooled)
    monkeypatch.setattr(joint, "repair", lambda on, *_: on)
    found = auditing.audit(sample.publish(anew(release), tmp_path))
    assert found.counts["exactly"] > 0


def test_a_line_of_the_whole_left_out_is_found_by_attack(release, survey, tmp_path, monkeypatch):
    lines = secondary.Board.lines.fget
    by_group = property(lambda on: [line for line in lines(on) if line[0] == 1])
    monkeypatch.setattr(secondary.Board, "lines", by_group)
    monkeypatch.setattr(joint, "repair", lambda on, *_: on)
    found = auditing.audit(sample.publish(anew(release), tmp_path), survey=survey)
    assert not found.found.empty


def test_margins_from_raw_counts_are_found(release, tmp_path):
    kept = release.decided[release.decided["group"].ne(cells.ALL) & release.decided["kind"].ne("silent")]
    assert not auditing.audit(sample.publish(sample.decided(release, kept), tmp_path)).passed


def test_decimals_are_found_and_what_they_give_away(release, survey, tmp_path, monkeypatch):
    monkeypatch.setattr(mask, "rounded", lambda rows: rows)
    found = auditing.audit(sample.publish(release, tmp_path), survey=survey)
    assert "decimals" in set(found.findings["rule"])


def test_a_drawing_with_exact_values_is_found(release, tmp_path, monkeypatch):
    """A19."""
    monkeypatch.setattr(mask, "rounded", lambda rows: rows)
    broken = rules_broken(sample.publish(release, tmp_path))
    assert "a mark lies elsewhere than its rounded value" in broken


def test_bounds_left_out_are_found(release, tmp_path, monkeypatch):
    monkeypatch.setattr(mask, "CLASS_BASE", 0)
    kept = release.decided[release.decided["kind"].isin(["hidden", "secondary", "silent"])]
    broken = rules_broken(sample.publish(sample.decided(release, kept), tmp_path))
    assert "near 0% or 100% on a small base" in broken


def test_a_hidden_row_that_keeps_its_verdict_is_found(release, tmp_path, monkeypatch):
    """A05."""
    hide = mask.hidden

    def kept(rows, hidden):
        return hide(rows, hidden) | {name: rows[name] for name in ("verdict", "method")}

    monkeypatch.setattr(mask, "hidden", kept)
    assert "hidden row that tells" in rules_broken(sample.publish(release, tmp_path))


def test_categories_and_decimals_of_means_on_small_bases_are_found(release, tmp_path, monkeypatch):
    monkeypatch.setattr(mask, "FULL_DETAIL", 0)
    monkeypatch.setattr(labels, "_coarse", lambda rows: np.zeros(len(rows["area"]), bool))
    assert "detail on a small base" in rules_broken(sample.publish(release, tmp_path))


def first(rows, **changes):
    """Change the first row that is shown."""
    at = rows.index[rows["suppressed"].eq("False") & rows["analysis"].eq("shares")][0]
    return rows.assign(**{name: rows[name].where(rows.index != at, value) for name, value in changes.items()})


TABLE, WHOLE = f"X001/tables/{sample.PAGE}.csv", f"national/tables/{sample.PAGE}.csv"
ROWS = {
    "a base in one table only": ("the same base shown differently", TABLE, {"n_a": "44.0"}),
    "a base of ten": ("base below 11", TABLE, {"n_a": "10.0"}),
    "full precision": ("decimals", TABLE, {"estimate": "0.6551724137931034"}),
    "full precision of the whole": ("decimals", WHOLE, {"estimate": "0.6551724137931034"}),
    "digits of a p-value": ("decimals", TABLE, {"p_value": "0.012345"}),
    "an effective base with decimals": ("decimals", TABLE, {"n_eff": "40.25"}),
    "a minimum": ("one respondent's own number", TABLE, {"estimand": "minimum"}),
    "all other areas": ("a set that is no group or area", WHOLE, {"area": "all other areas"}),
    "other groups combined": ("a set that is no group or area", TABLE, {"group_a": "other groups"}),
    "a share that contradicts": ("the same answers shown differently", TABLE, {"estimate": "0.33"}),
    "a hidden base": ("hidden row that tells", TABLE, {"suppressed": "True"}),
}


@pytest.mark.parametrize(("rule", "table", "change"), ROWS.values(), ids=ROWS)
def test_a_row_that_was_changed_is_found(outputs, rule, table, change):
    """A20. A21. A row that differs from what the mask gave breaks the rule that is named for it."""
    edited(outputs, table, lambda rows: first(rows, **change))
    assert rule in rules_broken(outputs)


def test_columns_that_no_table_has_are_found(outputs):
    edited(outputs, TABLE, lambda rows: rows.assign(lowest="1", highest="5"))
    assert "column" in rules_broken(outputs)


def test_a_workbook_counts_like_a_table(outputs):
    """B12. Numbers in a workbook are numbers that are published."""
    rows = pd.read_csv(outputs / TABLE).query("analysis == 'shares' and not suppressed").head(1)
    book = openpyxl.Workbook()
    for line in [
        list(rows.columns),
        [None if value != value else value for value in rows.assign(n_a=7).iloc[0]],
    ]:
        book.active.append(line)
    book.save(outputs / "X001" / "numbers.xlsx")
    assert {"base below 11", "the same base shown differently", "file"} <= rules_broken(outputs)


@pytest.mark.parametrize(
    "name", ["X001/02.ipynb", "X001/answers.parquet", "rows.arrow", "X001/.frame.feather"]
)
def test_files_that_have_no_place_in_a_release_are_found(outputs, name):
    (outputs / name).write_bytes(b"")
    assert "file" in rules_broken(outputs)


def test_what_a_run_keeps_for_itself_is_no_finding(outputs):
    for name in ("X001/result.json", "runs.jsonl"):
        (outputs / name).write_text("{}")
    assert auditing.audit(outputs).passed


def test_the_report_names_cells_and_no_value(release, tmp_path):
    first = rules.primary(release.counts, release.questionnaire.items, release.people, latest=release.latest)
    audit = auditing.audit(sample.publish(sample.decided(release, first), tmp_path / "out"))
    auditing.write([audit], tmp_path / "audit.json")
    said = json.loads((tmp_path / "audit.json").read_text())["demo"]
    assert said["passed"] is False
    assert said["cells"]["exactly"] == sum(cell["how"] == "exactly" for cell in said["found"])
    assert {*said["found"][0]} == {"area", "wave", "group", "item", "how", "kind", "true"}
