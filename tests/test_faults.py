"""Every fault that a run must survive: where each is tested, and those of single notebooks."""

import ast
import json
import time
from pathlib import Path

import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.batch import engine
from trustgap.batch.engine import Task, Warm
from trustgap.batch.prepared import SITE
from trustgap.record import ledger

TESTS = Path(__file__).parent

FAULTS = {
    "F01 a killed process": ["test_faults.py::test_each_fault_fails_its_area_and_no_other"],
    "F02 too much memory": ["test_faults.py::test_each_fault_fails_its_area_and_no_other"],
    "F03 an error in one area": ["test_faults.py::test_each_fault_fails_its_area_and_no_other"],
    "F04 an early end that looks like success": [
        "test_faults.py::test_each_fault_fails_its_area_and_no_other"
    ],
    "F05 a notebook without end": [
        "test_faults.py::test_each_fault_fails_its_area_and_no_other",
        "test_faults.py::test_a_notebook_without_end_is_gone_soon_after_its_limit",
    ],
    "F06 a full disk": [
        "test_faults_disk.py::test_a_disk_that_is_full_at_any_write_leaves_whole_results_and_the_rest_is_made_later",
        "test_faults_disk.py::test_a_disk_that_is_really_full_ends_the_run_and_leaves_what_was_there",
        "test_faults_disk.py::test_a_disk_that_fills_while_pages_are_made_leaves_whole_results",
    ],
    "F07 interrupted at random times": [
        "test_soak.py::test_runs_that_are_killed_or_interrupted_go_on_to_the_same_bytes",
        "test_cli.py::test_an_interrupted_run_ends_at_once_and_leaves_no_process_no_half_page_and_no_answers",
    ],
    "F08 killed at random times": [
        "test_soak.py::test_runs_that_are_killed_or_interrupted_go_on_to_the_same_bytes",
        "test_engine.py::test_a_notebook_ends_when_its_run_is_killed",
    ],
    "F09 two runs": [
        "test_faults_runs.py::test_a_second_run_is_refused_within_two_seconds_and_the_first_goes_on",
        "test_lock.py::test_a_second_run_is_refused_at_once_and_told_whose_the_folder_is",
    ],
    "F10 a lock of a dead run": [
        "test_lock.py::test_the_folder_of_a_run_that_was_killed_is_taken_over_and_that_is_said",
        "test_lock.py::test_a_number_used_again_is_another_process_and_another_machine_is_believed",
    ],
    "F11 an edited or cut result": [
        "test_faults_runs.py::test_a_result_that_was_changed_with_its_time_kept_is_found_and_made_again",
        "test_ledger.py::test_a_file_changed_cut_or_gone_is_seen_even_with_the_same_time_and_length",
    ],
    "F12 a cut line at the end of the log": [
        "test_faults_runs.py::test_a_log_whose_last_line_was_cut_changes_nothing_and_goes_on",
        "test_ledger.py::test_half_a_line_is_left_out_and_nothing_is_joined_to_it",
    ],
    "F13 areas without data, data without area": [
        "test_faults_input.py::test_the_size_of_an_area_decides_whether_it_has_results_of_its_own",
        "test_answers.py::test_an_unknown_area_group_or_wave_is_an_error",
        "test_cli.py::test_a_fault_in_the_answers_is_one_message_that_names_the_place",
    ],
    "F14 a corrupt input": ["test_faults_input.py::test_a_damaged_file_ends_the_run_before_any_area"],
    "F15 areas of 0 to 30 respondents": [
        "test_faults_input.py::test_the_size_of_an_area_decides_whether_it_has_results_of_its_own",
        "test_disclosure.py::test_an_area_needs_thirty_people_and_two_groups_to_have_pages",
        "test_disclosure.py::test_ten_answers_hide_every_statistic_of_a_cell_and_its_base",
        "test_disclosure.py::test_eleven_answers_are_shown_in_three_categories_and_whole_percentages",
    ],
    "F16 a group without answers": [
        "test_faults_input.py::test_a_group_that_nobody_belongs_to_has_its_row_and_no_number",
        "test_degenerate.py::test_the_row_that_is_defined_for_it_is_given",
        "test_disclosure.py::test_rows_that_rest_on_an_absent_group_are_hidden_like_those_of_five",
    ],
    "F17 answers all alike": [
        "test_degenerate.py::test_the_row_that_is_defined_for_it_is_given",
        "test_disclosure.py::test_near_unanimous_answers_are_bounds_and_one_who_differs_changes_nothing",
        "test_extreme_answers.py::test_where_everybody_answers_alike_it_is_not_said_that_too_few_did",
    ],
    "F18 perfect separation": [
        "test_degenerate.py::test_the_row_that_is_defined_for_it_is_given",
        "test_cumulative.py::test_separation_is_found_where_and_only_where_a_line_parts_the_answers",
        "test_cumulative.py::test_an_overlap_too_slight_to_estimate_counts_as_separated",
        "test_slopes.py::test_a_slope_that_does_not_exist_is_refused_with_a_reason",
    ],
    "F19 no answers in a wave": [
        "test_degenerate.py::test_the_row_that_is_defined_for_it_is_given",
        "test_degenerate.py::test_where_nobody_gave_a_valid_answer_no_number_rests_on_answers",
        "test_slopes.py::test_change_and_interval_equal_those_of_statsmodels_with_groups_and_a_missing_wave",
    ],
    "F20 a clock set back, another time zone": [
        "test_faults_runs.py::test_neither_clock_nor_time_zone_nor_times_of_files_make_a_page_stale",
        "test_lock.py::test_a_lock_from_the_future_holds_nobody_up",
    ],
    "F21 no permission": [
        "test_faults_disk.py::test_outputs_that_may_not_be_written_are_one_line_and_change_nothing",
        "test_cli.py::test_outputs_that_cannot_be_written_are_one_message",
    ],
    "F22 no kernel, no Python": [
        "test_faults_runs.py::test_the_name_of_a_kernel_makes_no_difference",
        "test_faults_runs.py::test_a_notebook_that_cannot_be_run_is_one_line_and_nothing_is_written",
        "test_faults_runs.py::test_a_python_that_is_not_where_it_was_is_one_line",
    ],
    "F23 an input that changes": [
        "test_faults_input.py::test_an_input_that_changes_during_the_run_ends_it_and_nothing_more_is_put_in_place"
    ],
    "F24 a long path with spaces": [
        "test_soak.py::test_runs_that_are_killed_or_interrupted_go_on_to_the_same_bytes"
    ],
}
"""The faults of a run, and the tests in which each is planted."""


def test_every_fault_has_a_test_that_is_there():
    assert [name[:3] for name in FAULTS] == [f"F{number:02}" for number in range(1, 25)]
    for name in {test for tests in FAULTS.values() for test in tests}:
        file, _, function = name.partition("::")
        nodes = ast.parse((TESTS / file).read_text(encoding="utf-8")).body
        assert function in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}, name


CANARY = "Kanarienvogel4711"
PLANTED = {
    "X002": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "X004": "bytearray(4 * 2**30)",
    "X005": f"raise KeyError({CANARY!r})",
    "X006": "import sys; sys.exit(0)",
    "X007": "while True: pass",
    "X008": "import os\nif len(mark.read_text()) == 1: os._exit(0)",
}
ENDED = "a page is made only of a notebook that ran to its end"
REASONS = [
    ("X002", "01_fault", "its process ended before the page was made (exit code -9)"),
    ("X004", "01_fault", "cell 4 stopped with MemoryError"),
    ("X005", "01_fault", "cell 4 stopped with KeyError"),
    (
        "X006",
        "01_fault",
        "its page was refused: cell 4: it failed; a page is made only of a notebook that ran to its end",
    ),
    ("X007", "01_fault", "it took longer than 5 seconds and was stopped"),
]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Run a survey of eight areas undisturbed, then again with a fault in all but two of them."""
    home = tmp_path_factory.mktemp("faults")
    survey = sample.folder(home / "survey", areas=[f"X00{number}" for number in range(1, 9)], waves=["2019"])
    (home / "faults.json").write_text("{}")
    plant = f"""import json, pathlib
mark = pathlib.Path({str(home)!r}, area + ".tried")
mark.write_text((mark.read_text() if mark.exists() else "") + "1")
exec(json.loads(pathlib.Path({str(home / "faults.json")!r}).read_text()).get(area, ""))"""
    sample.measuring(home / "notebooks" / "area" / "01_fault.ipynb", before=plant)
    command = ["run", str(survey), "--outputs", str(home / "pages"), "--workers", "3"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        patch.setattr(engine, "LIMIT_SECONDS", 5)
        sample_runs.notebooks(patch, home / "notebooks")
        sample_runs.measured_once(patch)
        assert cli.main(command) == 0
        before = sample_runs.contents(home / "pages" / "demo")
        for mark in home.glob("*.tried"):
            mark.unlink()
        (home / "faults.json").write_text(json.dumps(PLANTED))
        code = cli.main([*command, "--force"])
    return code, before, home


def test_each_fault_fails_its_area_and_no_other(faulty):
    """F01 to F05, each in an area of one run."""
    code, before, home = faulty
    after = sample_runs.contents(home / "pages" / "demo")
    events = ledger.events(home / "pages" / "demo" / ledger.LOG)
    failed = [(e["area"], e["notebook"], e["reason"]) for e in events if e["event"] == "failed"]

    assert code == 1
    assert sorted(failed) == REASONS
    sound = [name for name in before if name.split("/")[0] in ("X001", "X003", "X008")]
    assert len(sound) == 8
    for name in sound:
        assert after[name] == before[name], name
    assert not [name for name in after if name.split("/")[0] in dict.fromkeys(row[0] for row in REASONS)]
    for area, _, reason in REASONS:
        assert f"{reason}" in after["index.html"].decode("utf-8"), area
    assert "run.json" not in after
    assert not [name for name, content in after.items() if CANARY.encode() in content]
    assert CANARY not in (home / "pages" / "demo" / ledger.LOG).read_text(encoding="utf-8")


def test_only_a_process_that_ended_without_a_word_is_tried_again_and_once(faulty):
    tried = {path.stem: len(path.read_text()) for path in faulty[2].glob("*.tried")}

    assert tried == {"X001": 1, "X002": 2, "X004": 1, "X005": 1, "X006": 1, "X007": 1, "X008": 2}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_a_notebook_without_end_is_gone_soon_after_its_limit(tmp_path, monkeypatch):
    """F05: at most the limit and five seconds, counted from a server that is ready."""
    monkeypatch.setattr(engine, "LIMIT_SECONDS", 2)
    mark = tmp_path / "pid"
    endless = (
        f"import os, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\nwhile True: pass"
    )
    book = sample.notebook(tmp_path / "area" / "01_ask.ipynb", endless)
    quick = sample.notebook(tmp_path / "area" / "02_ask.ipynb", sample.SENTENCE, 'said = ""', sample.FACTS)
    warm = Warm()
    assert warm.render(Task(quick, tmp_path / "quick.html", {}, SITE)).failure == ""
    monkeypatch.setattr(engine, "LIMIT_SECONDS", 2)
    started = time.monotonic()
    done = warm.render(Task(book, tmp_path / "page.html", {}, SITE))

    assert done.fault == "time"
    assert 2 <= time.monotonic() - started <= 2 + 5
    assert not Path("/proc", mark.read_text()).exists()
    assert not (tmp_path / "page.html").exists()
