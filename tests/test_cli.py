"""The command: every fault in what it is given is one message, and a run ends the way it should."""

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import sample_survey as sample

from trustgap import cli
from trustgap.batch import plan

CANARY = "Kanarienvogel4711"
FIND = plan.find_notebooks


def change(column, value, row=5):
    def changed(frame):
        frame.loc[row, column] = value
        return frame

    return changed


def doubled(frame):
    return pd.concat([frame, frame.iloc[[3]]], ignore_index=True)


def rewrite(name, old, new):
    def changed(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return changed


def empty(folder):
    (folder / "responses.parquet").unlink()
    (folder / "responses.csv").write_text("")
    rewrite("questionnaire.yaml", "responses.parquet", "responses.csv")(folder)


ANSWERS = {
    "a missing column": (lambda frame: frame.drop(columns="group"), "column 'group'"),
    "an unknown label": (change("trust_asc", CANARY), "column 'trust_asc'"),
    "a wrong scale code": (change("trust_asc", "66"), "column 'trust_asc'"),
    "an unknown area": (change("area", CANARY), "column 'area'"),
    "an unknown group": (change("group", CANARY), "column 'group'"),
    "a duplicate respondent": (doubled, "respondent"),
}
FILES = {
    "an empty file": (empty, "responses.csv"),
    "a broken questionnaire": (
        rewrite("questionnaire.yaml", "items:", "items: ["),
        "questionnaire.yaml, line",
    ),
    "no questionnaire": (lambda folder: (folder / "questionnaire.yaml").unlink(), "questionnaire.yaml"),
    "no areas": (lambda folder: (folder / "areas.csv").unlink(), "areas.csv"),
    "a code that is a path": (rewrite("areas.csv", "X001", "../X1"), "areas.csv"),
}
ASKED = {
    "an unknown area": (["--areas", "X001,X999"], "no area X999"),
    "an unknown notebook": (["--notebooks", "77"], "no notebook 77"),
    "an absent answers file": (["--answers", "nowhere.csv"], "nowhere.csv"),
}


def messages(capsys):
    """Give the lines that tell of a fault, after checking that nothing else was told."""
    said = capsys.readouterr()
    assert said.out == ""
    assert CANARY not in said.err
    assert "Traceback" not in said.err
    told = ("Reading", "1 problem found")
    return [line for line in said.err.splitlines() if line and not line.startswith(told)]


def run(folder, *more):
    """Run a survey; give the exit code, and whether anything was written."""
    outputs = folder.parent / "pages"
    code = cli.main(["run", str(folder), "--outputs", str(outputs), *more])
    return code, outputs.exists()


@pytest.mark.parametrize("fault", ANSWERS)
def test_a_fault_in_the_answers_is_one_message_that_names_the_place(fault, tmp_path, capsys):
    answers, place = ANSWERS[fault]
    folder = sample.folder(tmp_path / "survey", areas=["X001", "X003"], waves=["2019"], answers=answers)

    assert run(folder) == (2, False)
    (message,) = messages(capsys)
    assert place in message


@pytest.mark.parametrize("fault", FILES)
def test_a_fault_in_a_file_is_one_message_that_names_the_file(fault, tmp_path, capsys):
    spoil, place = FILES[fault]
    folder = sample.folder(tmp_path / "survey", areas=["X001", "X003"], waves=["2019"])
    spoil(folder)

    assert run(folder) == (2, False)
    (message,) = messages(capsys)
    assert place in message


@pytest.mark.parametrize("fault", ASKED)
def test_asking_for_what_is_not_there_is_one_message(fault, tmp_path, capsys):
    more, place = ASKED[fault]
    folder = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"])

    assert run(folder, *more) == (2, False)
    (message,) = messages(capsys)
    assert place in message


def test_an_absent_folder_is_one_message(tmp_path, capsys):
    assert run(tmp_path / "nowhere") == (2, False)
    (message,) = messages(capsys)
    assert "nowhere" in message


@pytest.mark.parametrize("command", ["check", "list"])
def test_the_other_commands_refuse_a_fault_too(command, tmp_path, capsys):
    assert cli.main([command, str(tmp_path / "nowhere")]) == 2
    (message,) = messages(capsys)
    assert "nowhere" in message


def test_outputs_that_cannot_be_written_are_one_message(tmp_path, capsys):
    folder = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"])
    (tmp_path / "file").write_text("mine")

    assert cli.main(["run", str(folder), "--outputs", str(tmp_path / "file")]) == 2
    said = capsys.readouterr().err
    assert "--outputs" in said
    assert "Traceback" not in said
    assert (tmp_path / "file").read_text() == "mine"


def test_what_trustgap_did_not_make_is_never_replaced(tmp_path, capsys):
    folder = sample.folder(tmp_path / "demo", areas=["X001"], waves=["2019"])
    before = sorted(path.name for path in folder.iterdir())

    assert cli.main(["run", str(folder), "--outputs", str(tmp_path)]) == 2
    assert "demo lies in the folder to be written" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == before
    (tmp_path / "pages" / "demo").mkdir(parents=True)
    (tmp_path / "pages" / "demo" / "thesis.txt").write_text("mine")
    assert cli.main(["run", str(folder), "--outputs", str(tmp_path / "pages")]) == 2
    assert "was not made by trustgap" in capsys.readouterr().err
    assert (tmp_path / "pages" / "demo" / "thesis.txt").read_text() == "mine"


def test_a_link_in_the_outputs_is_not_followed(tmp_path, capsys):
    folder = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"])
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "demo").symlink_to(tmp_path / "elsewhere")

    assert cli.main(["run", str(folder), "--outputs", str(tmp_path / "pages")]) == 2
    assert "leads elsewhere" in capsys.readouterr().err
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("more", [["--workers", "0"], ["--workers", "two"], ["--workers", "-1"], ["--swift"]])
def test_a_wrong_option_is_refused(more, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "data/demo", *more])

    assert ended.value.code == 2
    assert more[-1] in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["check", "--help"], ["lab", "--help"]])
def test_help_shows_examples(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "examples:\n  trustgap " in said
    assert ("130" in said) == (arguments[0] in ("--help", "run"))


def test_check_says_what_was_understood(tmp_path, capsys):
    folder = sample.folder(tmp_path / "survey", areas=["X001"], waves=["2019"])

    assert cli.main(["check", str(folder)]) == 0
    assert "Synthetic: these answers are invented." in capsys.readouterr().out


def test_list_names_areas_and_notebooks_and_why_some_have_no_page(tmp_path, capsys):
    folder = sample.folder(tmp_path / "survey", areas=["X001", "X003"], waves=["2019"])

    assert cli.main(["list", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "X003       Wenlorncombe, Saltmarrow Coast  (no local result: too few answers)" in said
    assert "04_five_years            no page: it needs answers from" in said


def test_lab_opens_the_folder_of_the_notebooks(monkeypatch):
    called = []
    monkeypatch.setattr(subprocess, "call", lambda command: called.append(command) or 0)

    assert cli.main(["lab"]) == 0
    assert called == [[sys.executable, "-m", "jupyterlab", str(sample.ROOT / "notebooks")]]


def test_the_last_line_counts_and_failures_are_named(tmp_path, capsys, monkeypatch):
    folder = sample.folder(tmp_path / "survey", areas=["X001", "X003"], waves=["2019"])
    books = tmp_path / "notebooks"
    sample.measuring(books / "area" / "01_good.ipynb")
    sample.measuring(books / "area" / "02_bad.ipynb", after=f'raise ValueError("{CANARY}")')
    monkeypatch.setattr(plan, "find_notebooks", lambda: FIND(books))

    assert cli.main(["run", str(folder), "--outputs", str(tmp_path / "pages"), "--notebooks", "01"]) == 0
    last = capsys.readouterr().out.splitlines()
    assert len(last) == 1
    assert last[0].startswith("2 pages, 0 failed, ")
    index = tmp_path / "pages" / "demo" / "index.html"
    assert last[0].endswith(f"results hidden, 1 area too small for a local result. Open {index}")
    assert cli.main(["run", str(folder), "--outputs", str(tmp_path / "pages")]) == 1
    said = capsys.readouterr()
    assert "Failed: area X001, 02_bad: cell 6 stopped with ValueError" in said.err
    assert "1 failed" in said.err
    assert "1 page (1 as they were), 1 failed" in said.out
    assert CANARY not in said.err + said.out + index.read_text(encoding="utf-8")


COMMAND = [sys.executable, "-m", "trustgap.cli"]


@pytest.mark.slow
def test_a_real_command_shows_no_traceback_either(tmp_path):
    folder = sample.folder(tmp_path / "survey", waves=["2019"], answers=change("trust_asc", CANARY))
    done = subprocess.run(
        [*COMMAND, "run", str(folder), "--outputs", str(tmp_path / "pages")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "column 'trust_asc'" in done.stderr
    assert "Traceback" not in done.stderr
    assert CANARY not in done.stderr
    assert not (tmp_path / "pages").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupting is tried with POSIX signals")
@pytest.mark.parametrize(
    ("sent", "group"), [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False)]
)
def test_an_interrupted_run_ends_at_once_and_leaves_no_process_no_half_page_and_no_answers(
    sent, group, tmp_path
):
    folder = sample.folder(tmp_path / "survey", waves=["2019"])
    wait = f"""import os, pathlib, time
pathlib.Path({str(tmp_path)!r}, f"{{os.getpid()}}.pid").touch(); time.sleep(600)"""
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample.measuring(tmp_path / "notebooks" / "area" / "02_slow.ipynb", before=wait)
    script = tmp_path / "run.py"
    script.write_text(
        f"""import sys
from pathlib import Path
from trustgap import cli
from trustgap.batch import plan
find = plan.find_notebooks
plan.find_notebooks = lambda: find(Path({str(tmp_path / "notebooks")!r}))
if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:]))
"""
    )
    outputs = tmp_path / "pages"
    # A test run in the background ignores Ctrl-C, and its children would inherit that.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        [sys.executable, script, "run", folder, "--outputs", outputs, "--workers", "2"],
        stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heard,
    )  # fmt: skip
    end = time.monotonic() + 90
    while len(list(tmp_path.glob("*.pid"))) < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    work = outputs / ".work" / "demo"
    assert work.stat().st_mode & 0o777 == 0o700
    started = time.monotonic()
    os.killpg(process.pid, sent) if group else process.send_signal(sent)
    said = process.communicate(timeout=20)[1]

    assert process.returncode == 130
    assert time.monotonic() - started < 10
    assert "Interrupted." in said
    assert "Traceback" not in said
    pids = [path.stem for path in tmp_path.glob("*.pid")]
    assert not [pid for pid in pids if Path("/proc", pid).exists()]
    assert not work.parent.exists()
    assert sorted(path.name for path in (outputs / "demo").rglob("*")) == sorted(
        ["runs.jsonl", "whole.json", "index.html", sample.TINY, "00_summary.html", "result.json"]
    )
