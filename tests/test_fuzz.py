"""A short round of `make fuzz`; and that the fuzz sees what it looks for."""

import os
import subprocess
import sys
import warnings

import fuzz
import promises
import pytest
from broken_files import CANARY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what hangs is stopped by a POSIX signal")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return fuzz.Bench(tmp_path_factory.mktemp("fuzz") / "bench", "answers")


@pytest.mark.slow
@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_no_file_breaks_what_the_check_promises(kind, tmp_path):
    """Acceptance 5; the same hundred files each time, one of which is run where it passes."""
    bench = fuzz.Bench(tmp_path / "bench", kind)
    failures = fuzz.fuzz(bench, kind, inputs=100, runs=1, chance=2019)

    assert list(failures) == []
    assert {code for what, code in bench.counted if what == kind} == {0, 2}


SOUND = ("answers", "answers.csv")


def spoilt(bench):
    """Give a file of answers with one that no message may repeat."""
    return bench.sound["answers.csv"].replace(b"Agree", CANARY.encode(), 1)


def writing(bench):
    (bench.home.parent / "outside").write_text("x")


def shouting(bench):
    print("x" * 100, *["a word"] * 2_000, sep="\n")


FAULTS = {
    "a file outside": (writing, "did open outside"),
    "a folder outside": (lambda bench: os.mkdir(bench.home.parent / "more"), "did os.mkdir outside"),
    "a file taken away": (lambda bench: os.remove(bench.home.parent / "there"), "did os.remove outside"),
    "a program": (lambda bench: subprocess.run(["true"], check=True), "did subprocess.Popen outside"),
    "a traceback": (lambda bench: print("Traceback (most recent call last):"), "a traceback"),
    "an answer": (lambda bench: print(f"there is {CANARY} in it"), "an answer repeated"),
    "a respondent": (lambda bench: print("see person-0001"), "a respondent named"),
    "more than a screen": (shouting, "more than a screen"),
    "a terminal command": (lambda bench: print("\x1b[2J"), "not for print"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_check_that_broke_a_promise_would_be_seen(fault, bench, monkeypatch):
    do, seen = FAULTS[fault]
    (bench.home.parent / "there").touch()
    sound = promises.cli.main
    monkeypatch.setattr(promises.cli, "main", lambda command: (do(bench), sound(command))[1])
    with pytest.raises(promises.Violation, match=seen):
        bench.check(*SOUND, spoilt(bench))


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_or_another_exit_code_would_be_seen(error, bench, monkeypatch):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr("trustgap.survey.folder.load", fails)
    with pytest.raises(promises.Violation):
        bench.check(*SOUND, spoilt(bench))


def test_a_warning_would_be_seen(bench, monkeypatch):
    """Its text would be printed, and can hold a cell."""
    sound = promises.cli.main
    monkeypatch.setattr(
        promises.cli, "main", lambda command: (warnings.warn("x", stacklevel=1), sound(command))[1]
    )
    with pytest.raises(UserWarning):
        bench.check(*SOUND, spoilt(bench))


def test_what_hangs_would_be_stopped_and_seen(bench, monkeypatch):
    def hangs(_):
        while True:
            pass

    monkeypatch.setitem(promises.HANGS, "check", 1)
    monkeypatch.setattr(promises.cli, "main", hangs)
    with pytest.raises(promises.Hung):
        bench.check(*SOUND, b"")


@pytest.mark.parametrize(
    ("name", "html", "seen"),
    [
        ("a.html", "<html></html>", ""),
        ("index.html", "<html><script>1</script></html>", ""),
        ("a.html", "<html><p>", "partial"),
        ("a.html", "<html><script>1</script></html>", "runs"),
        ("a.html", "<html><p onclick=x>1</p></html>", "runs"),
        ("a.part", "", "part of a file"),
    ],
)
def test_a_page_that_is_not_whole_or_not_harmless_would_be_seen(name, html, seen, tmp_path):
    (tmp_path / name).write_text(html, encoding="utf-8")
    if not seen:
        promises.harmless(tmp_path / name)
        return
    with pytest.raises(promises.Violation, match=seen):
        promises.harmless(tmp_path / name)


def test_the_folder_is_sound_again_after_each_file(bench):
    for name in ("answers.csv", "answers.xlsx", "questionnaire.yaml"):
        bench.check("answers", name, b"\xff\x00")
        assert {path.name: path.read_bytes() for path in bench.survey.iterdir()} == bench.sound
