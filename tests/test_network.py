"""A run speaks with nobody: sockets only between its own processes, no history, no kernel."""

import os
import subprocess
import sys

import pytest
import sample_survey as sample

from trustgap.batch import warm
from trustgap.record import ledger

WATCH = """import os, sys

OUT = ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request", "smtplib.connect")

def watch(event, arguments):
    # A library that is loaded tries whether the machine knows longer addresses: on no port, to nobody.
    tried = event == "socket.bind" and arguments[1][:2] == ("::1", 0)
    reached = event in ("socket.connect", "socket.bind") and type(arguments[1]) is tuple
    if event in OUT or (reached and not tried):
        note(event)

def note(what):
    with open(os.environ["WATCHED"], "a") as file:
        file.write(f"{what} in {sys.argv[:2]}\\n")
    raise PermissionError(what)

sys.addaudithook(watch)
"""
"""Python runs this in every process that it starts: what would leave the machine fails, and is noted."""


@pytest.fixture
def watched(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCH)
    path = os.pathsep.join([str(tmp_path / "site"), str(sample.ROOT / "lib")])
    return os.environ | {
        "PYTHONPATH": path,
        "WATCHED": str(tmp_path / "watched"),
        "HOME": str(tmp_path / "own"),
    }


def test_what_would_leave_the_machine_is_seen(watched, tmp_path):
    for code in ("socket.create_connection(('127.0.0.1', 9))", "socket.socket().bind(('127.0.0.1', 0))"):
        done = subprocess.run(
            [sys.executable, "-c", f"import socket; {code}"], env=watched, capture_output=True, check=False
        )
        assert done.returncode
    assert len((tmp_path / "watched").read_text().splitlines()) == 2


@pytest.mark.slow
def test_a_run_opens_no_socket_to_a_network_and_keeps_no_history(watched, tmp_path):
    """S8: pages are made where every such socket fails."""
    survey = sample.folder(tmp_path / "survey", areas=["X001", "X003"], waves=["2019"])
    (tmp_path / "own").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "trustgap.cli", "run", survey, "--outputs", tmp_path / "pages",
         "--notebooks", "01,02,03"],
        env=watched, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "watched").exists(), (tmp_path / "watched").read_text()
    assert not [
        path for path in (tmp_path / "own").rglob("*") if "history" in path.name or "kernel" in path.name
    ]


KNOWN = {
    "started": {
        "trustgap",
        "program",
        "library",
        "input",
        "rows",
        "areas",
        "notebooks",
        "shard",
        "pages_to_make",
    },
    "made": {"key", "files", "area", "notebook", "why", "shown", "hidden", "seconds", "memory", "worker"},
    "failed": {"area", "notebook", "reason", "fault", "seconds", "memory", "worker"},
    "ended": {"pages", "as_they_were", "failed", "shown", "hidden"},
    "broken off": {"reason"},
}
"""What the log says of each kind of event: counts, hashes and names of areas, notebooks and classes."""


@pytest.mark.slow
def test_the_log_holds_counts_hashes_and_names_only(tmp_path, monkeypatch):
    """S9."""
    import sample_runs

    from trustgap import cli

    survey = sample.folder(tmp_path / "survey", areas=["X001", "X003"], waves=["2019"])
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample.measuring(
        tmp_path / "notebooks" / "area" / "02_bad.ipynb", after="raise KeyError(str(study.answers))"
    )
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")
    command = ["run", str(survey), "--outputs", str(tmp_path / "pages")]
    assert cli.main([*command, "--notebooks", "01"]) == 0
    assert cli.main(command) == 1
    events = ledger.events(tmp_path / "pages" / "demo" / ledger.LOG)

    assert {event["event"] for event in events} == {"started", "made", "failed", "ended"}
    for event in events:
        assert set(event) - {"run", "event"} <= KNOWN[event["event"]], event


def test_the_shell_of_a_notebook_is_no_kernel_and_keeps_no_history(tmp_path, monkeypatch):
    """S8."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    book = sample.notebook(
        tmp_path / "area" / "01_ask.ipynb",
        "import sys; from IPython import get_ipython; shell = get_ipython()",
        "[shell.history_manager.enabled, hasattr(shell, 'kernel'), 'ipykernel.kernelapp' in sys.modules]",
    )
    ran = warm.execute(str(book))

    assert ran.cells[-1].outputs[0].data["text/plain"] == "[False, False, False]"
    assert not list(tmp_path.rglob("history*"))
