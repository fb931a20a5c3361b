"""What the warm engine gives is what papermill gives with a kernel, cell by cell and figure by figure."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
import sample_survey as sample

from trustgap.batch import plan
from trustgap.batch.engine import Task, Warm
from trustgap.batch.prepared import SITE
from trustgap.report import measuring, page
from trustgap.report import release as releases
from trustgap.report.outputs import PROVENANCE
from trustgap.survey import folder

AREA = "X001"
FIGURES = {"03_trust_gap": 4, "09_test_and_learn": 5}
"""Figures on two pages of that area: one on answers, one on what areas bring."""

KINDS = {
    "printed before and after": "print(1)\nfrom IPython.display import HTML, display\n"
    'display(HTML("<p>x</p>"))\nprint(2)',
    "both streams": 'import sys\nprint("out"); print("err", file=sys.stderr); print("out")',
    "a value": "1 + 1",
    "a value kept back": "1 + 1;",
    "nothing": "",
    "a comment": "# nothing to run",
    "the value before": "_ + len(Out)",
    "values in between": "a = 5\na\nb = 6\nb",
    "a table": 'import pandas as pd\npd.DataFrame({"a": [1, 2]})',
    "a figure that is shown": "import matplotlib.pyplot as plt\n"
    "fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2]); plt.show()",
    "a figure left open": "other, ax = plt.subplots(figsize=(1, 1)); ax.bar([1, 2], [2, 1]); None",
    "a figure as a value": "fig",
    "a magic": "%matplotlib inline\n%config InlineBackend.figure_formats = ['png']",
    "several at once": 'display(1, "two", metadata={"a": 1})',
    "an object of its own kind": "class Own:\n    def _repr_mimebundle_(self, **_):\n"
    '        return {"text/plain": "own", "text/html": "<b>own</b>"}, {"text/html": {"isolated": True}}\n'
    "Own()",
    "one that changes later": 'handle = display("first", display_id="it")',
    "the change": 'display("second", display_id="it", update=True); print(3)',
    "one put in the place of another": 'display("third", display_id="it")',
    "what is cleared": "from IPython.display import clear_output\nprint(1); clear_output(); print(2)",
    "what is cleared when more comes": "print(1); clear_output(wait=True); print(2); print(3)",
    "what is cleared and nothing comes": "print(1); clear_output(wait=True)",
    "what must be waited for": "import asyncio\nawait asyncio.sleep(0, 7)",
    "a command": "!echo said",
    "where it runs": "__name__, len(In), get_ipython().execution_count",
}

ENDS = {
    "an error": 'print("before")\nraise KeyError("x")',
    "text that is no code": "if :",
    "an end": "import sys\nsys.exit(3)",
    "an interrupt": "raise KeyboardInterrupt",
}


RUN = """import json, sys
from pathlib import Path
import papermill
from papermill.exceptions import PapermillExecutionError
engine, books, to, given = json.loads(sys.argv[1])
for book in map(Path, books):
    try:
        papermill.execute_notebook(book, Path(to, book.name), {**given, "outputs": to}, engine_name=engine,
                                   progress_bar=False, cwd=book.parent)
    except PapermillExecutionError:
        pass"""
"""Runs notebooks one after another with one of papermill's engines."""


def both(books, at, **given):
    """Run notebooks with papermill's own engine and with ours, in two processes; give what both made."""
    ways, running = {"own": None, "warm": "trustgap"}, []
    for way, engine in ways.items():
        (at / way).mkdir()
        asked = json.dumps([engine, [str(book) for book in books], str(at / way), given])
        running.append(
            subprocess.Popen([sys.executable, "-c", RUN, asked], stderr=subprocess.PIPE, text=True)
        )
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    return {book.stem: [nbformat.read(at / way / book.name, as_version=4) for way in ways] for book in books}


def compared(notebook):
    """Take what must be the same of every cell: not when it ran, nor colours and file names of errors."""
    cells = []
    # papermill puts cells of its own around one that failed.
    for cell in [cell for cell in notebook.cells if "papermill" in cell.metadata]:
        outputs = [dict(output) for output in cell.get("outputs", [])]
        for output in outputs:
            if PROVENANCE in output.get("data", {}):
                output["data"] = {"facts": undated(output["data"])}
            if "traceback" in output:
                output["traceback"] = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output["traceback"]))
                output["evalue"] = re.sub(r"\(.*, line", "(line", output["evalue"])
        status = cell.metadata.papermill["status"], cell.metadata.papermill["exception"]
        cells.append((re.sub(r"outputs = .*", "", cell.source), cell.get("execution_count"), status, outputs))
    return cells


def undated(data):
    return {name: fact for name, fact in data[PROVENANCE].items() if not name.startswith("Run started")}


def drawings(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data["image/svg+xml"] for output in outputs if "image/svg+xml" in output.get("data", {})]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run all notebooks of this file both ways, two of the project's and those written here."""
    at = tmp_path_factory.mktemp("both")
    releases.write(measuring.measure(folder.load(sample.DEMO)), at / "release")
    given = {"area": AREA, "survey": "", "answers": "", "release": str(at / "release")}
    books = [book.path.resolve() for book in plan.find_notebooks() if book.name in FIGURES]
    books.append(sample.notebook(at / "kinds.ipynb", *KINDS.values()))
    books += [sample.notebook(at / f"{end}.ipynb", "1", cell, "2") for end, cell in ENDS.items()]
    return at, given, {book.stem: book for book in books}, both(books, at, **given)


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_a_notebook_gives_the_same_cell_by_cell_with_a_kernel_and_without(made, name):
    at, _, _, ran = made
    own, warm = ran[name]

    assert len(own.cells) == len(warm.cells)
    for one, other in zip(compared(own), compared(warm), strict=True):
        assert one == other
    counts = [cell.execution_count for cell in warm.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    tables = [at / way / "demo" / AREA / "tables" / f"{name}.csv" for way in ("own", "warm")]
    assert tables[0].read_bytes() == tables[1].read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_a_page_of_the_batch_has_every_figure_of_a_run_with_a_kernel(made, tmp_path, name):
    _, given, books, ran = made
    own, to = ran[name][0], tmp_path / "page.html"
    done = Warm().render(Task(books[name], to, given | {"outputs": str(tmp_path)}, SITE))
    assert not done.failure

    html, cold = to.read_text(encoding="utf-8"), page.export(own, site=SITE)
    pictures = [re.findall(r'<img[^>]*src="data:image/svg[^"]*"', text) for text in (html, cold)]
    assert len(set(drawings(own))) == len(pictures[0]) == FIGURES[name]
    assert pictures[0] == pictures[1]
    assert without_time(html) == without_time(cold)


def without_time(html):
    """Take a page, and its lines on how it was made in any order: a stored notebook sorts its facts."""
    shown, _, made = html.partition('id="provenance"')
    facts = re.findall(r"<tr>.*?</tr>", re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "", made), re.DOTALL)
    assert len(facts) > 10
    return shown, sorted(facts)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_output_is_as_a_kernel_sends_it(made, kind):
    *_, ran = made
    # Title and parameters come first, and papermill adds a cell of those that were given.
    own, warm = (compared(notebook)[3 + list(KINDS).index(kind)] for notebook in ran["kinds"])

    assert warm == own
    assert warm[2] == ("completed", False)


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_a_notebook_stops_where_a_kernel_stops(made, end):
    *_, ran = made
    own, warm = map(compared, ran[end])

    assert warm == own
    assert [status for _, _, (status, _), _ in warm[-3:]] == ["completed", "failed", "pending"]
