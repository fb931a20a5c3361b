"""One notebook, one process: what fails is said without an answer, and nothing is handed on."""

import json
import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sample_survey as sample

from trustgap.batch import engine
from trustgap.batch.engine import Done, Task, Warm
from trustgap.batch.prepared import SITE
from trustgap.report import release

CANARY = "Kanarienvogel4711"

MESS = """import builtins, os, random, sys, warnings
import matplotlib, numpy, pandas
leak = builtins.leak = 1
os.environ["LEAK"] = "1"; os.chdir("/"); sys.path.append("leak"); sys.modules["leak"] = sys
matplotlib.rcParams["font.size"] = 99; pandas.set_option("display.max_rows", 7)
random.seed(1); numpy.random.seed(1); numpy.random.rand()
pandas.DataFrame.leak = 1; warnings.simplefilter("ignore")
from trustgap.report import provenance, release
release.PARTS = (); provenance.SEED = 1"""
LOOK = """import builtins, json, os, random, sys, warnings
import matplotlib, numpy, pandas
from trustgap.report import provenance, release
said = json.dumps([
    "leak" in globals(), hasattr(builtins, "leak"), os.environ.get("LEAK"), os.path.basename(os.getcwd()),
    "leak" in sys.path, "leak" in sys.modules, matplotlib.rcParams["font.size"],
    pandas.get_option("display.max_rows"), random.random(), numpy.random.rand(),
    hasattr(pandas.DataFrame, "leak"), len(warnings.filters), len(release.PARTS), provenance.SEED])"""


@pytest.fixture(scope="module")
def warm():
    return Warm()


@pytest.fixture
def ask(warm, tmp_path):
    def ask(*cells, way=warm, to="page.html"):
        book = sample.notebook(tmp_path / "area" / "01_ask.ipynb", *cells)
        return way.render(Task(book, tmp_path / "pages" / to, {"area": "X1"}, SITE))

    ask.pages = tmp_path / "pages"
    return ask


def test_a_page_comes_with_its_facts(ask):
    done = ask(sample.SENTENCE, 'said = f"area {area}"', sample.FACTS)

    assert done == Done({"Results": "3 shown, 1 hidden", "Said": "area X1"})
    assert "Something." in (ask.pages / "page.html").read_text(encoding="utf-8")
    assert [path.name for path in ask.pages.iterdir()] == ["page.html"]


FAULTS = {
    "an error": (f'raise KeyError("{CANARY}")', "cell 4 stopped with KeyError"),
    "an error in a cell with a name": (
        f'# Table of ranks\nraise ValueError("{CANARY}")',
        "the cell 'Table of ranks' stopped with ValueError",
    ),
    "an early end": ("import sys; sys.exit(0)", "its page was refused: cell 4: it failed"),
    "an early end with a code": (f'import sys; sys.exit("{CANARY}")', "cell 4 stopped with SystemExit"),
    "an end without a word": (
        "import os; os._exit(0)",
        "its process ended before the page was made (exit code 0)",
    ),
    "a killed process": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "its process ended before the page was made (exit code -9)",
    ),
    "a raw value": (f'"{CANARY}"', "its page was refused: cell 4: it shows ['text/plain']"),
    "a printed value": (f'print("{CANARY}")', "its page was refused: cell 4: it wrote to stdout"),
    "a warning": (
        f'import warnings; warnings.warn("{CANARY}")',
        "its page was refused: cell 4: it wrote to stderr",
    ),
    "text that is no code": ("if :", "cell 4 stopped with SyntaxError"),
    "no memory": ("raise MemoryError", "cell 4 stopped with MemoryError"),
    "too much memory": ("bytearray(4 * 2**30)", "cell 4 stopped with MemoryError"),
    "no result": ("pass", "its page was refused: no cell shows a result"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_reason_without_an_answer_and_leaves_no_page(ask, fault, capfd):
    """A38."""
    source, reason = FAULTS[fault]
    shown = [] if fault == "no result" else [sample.SENTENCE]
    done = ask(source, *shown, 'said = ""', sample.FACTS)

    assert done.facts == {}
    assert done.failure.startswith(reason), done.failure
    assert "\n" not in done.failure
    assert CANARY not in done.failure + "".join(capfd.readouterr())
    assert not ask.pages.exists() or not list(ask.pages.rglob("*"))


def test_a_notebook_that_takes_too_long_is_stopped(ask, monkeypatch):
    monkeypatch.setattr(engine, "LIMIT_SECONDS", 3)
    started = time.monotonic()
    done = ask("import time; time.sleep(600)", sample.SENTENCE)

    assert done == Done({}, "it took longer than 3 seconds and was stopped", "time")
    assert time.monotonic() - started < 15
    assert multiprocessing.active_children() == []


def test_a_thread_left_running_does_not_hold_up_the_run(ask, monkeypatch):
    monkeypatch.setattr(engine, "GRACE_SECONDS", 1)
    left = "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()"

    assert not ask(left, sample.SENTENCE, 'said = ""', sample.FACTS).failure
    assert multiprocessing.active_children() == []


def test_nothing_is_started_once_the_run_has_stopped(ask):
    way = Warm()
    way.stop()

    assert ask(sample.SENTENCE, way=way) == Done({}, "the run was interrupted", "process")


def test_what_one_notebook_does_is_not_seen_by_the_next(ask):
    before = ask(sample.SENTENCE, LOOK, sample.FACTS)
    assert not ask(sample.SENTENCE, MESS, 'said = ""', sample.FACTS).failure
    after = ask(sample.SENTENCE, LOOK, sample.FACTS)

    assert before == after
    seen = json.loads(after.facts["Said"])
    assert seen[:7] == [False, False, None, "area", False, False, 10.0]
    assert seen[10] is False
    assert seen[12:] == [len(release.PARTS), 2019]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_the_process_that_is_forked_has_one_thread(ask):
    look = "import os; said = str(len(os.listdir(f'/proc/{os.getppid()}/task')))"

    assert ask(sample.SENTENCE, look, sample.FACTS).facts["Said"] == "1"


def test_the_server_has_loaded_what_pages_need_and_not_the_grammar_of_addresses(ask):
    look = """import sys
said = "figures" if "trustgap.report.figures.matrix" in sys.modules else "nothing"
said += " grammar" * ("rfc3987_syntax.syntax_helpers" in sys.modules)"""
    said = ask(look, sample.SENTENCE, sample.FACTS).facts["Said"]

    assert said == "figures", "the grammar costs two seconds, for addresses that no notebook holds"


@pytest.mark.slow
def test_where_processes_cannot_be_forked_the_page_is_the_same(ask):
    cells = (sample.SENTENCE, LOOK.replace("len(warnings.filters)", "0"), sample.FACTS)

    assert ask(*cells, to="a.html") == ask(*cells, way=Warm("spawn"), to="b.html")
    assert (ask.pages / "a.html").read_bytes() == (ask.pages / "b.html").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_a_notebook_ends_when_its_run_is_killed(tmp_path):
    mark = tmp_path / "pid"
    cell = (
        f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(600)"
    )
    book = sample.notebook(tmp_path / "area" / "01_ask.ipynb", cell)
    code = (
        "from pathlib import Path; from trustgap.batch.engine import Task, Warm; "
        f"Warm().render(Task(Path({str(book)!r}), Path('page.html'), {{}}, {{}}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path)
    assert happens(lambda: mark.exists() and mark.read_text())
    process.kill()
    process.wait()

    assert happens(lambda: not Path(f"/proc/{mark.read_text()}").exists())


def happens(true, seconds=60):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    return bool(true())
