"""What a notebook could show or keep of answers, and does not: values, errors, warnings, metadata, paths."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
import sample_pages
import sample_survey as sample
from nbformat.v4 import new_code_cell, new_output

from trustgap.batch import warm as warm_engine
from trustgap.batch.engine import Task, Warm
from trustgap.batch.prepared import SITE
from trustgap.report import page

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
CANARY = "Kanarienvogel4711"
FRAME = f"import pandas as pd; df = pd.DataFrame({{'name': ['{CANARY}'] * 3, 'n': [1, 2, 3]}})\n"
METADATA = {"kernelspec", "language_info", "title", "trustgap"}
CELL_METADATA = {"tags"}
TAGS = {"parameters", "hide-input"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def export(*cells):
    """Give the page of a sound notebook with some more cells."""
    return page.export(sample_pages.notebook(*cells), site=sample_pages.SITE)


def shown(source, makers):
    """Give what a cell would show that no maker of protected results made, and what no cell may call."""
    found = []
    body = ast.parse(source).body
    for statement in body:
        if isinstance(statement, ast.Expr) and not made(statement.value, makers):
            found.append(ast.unparse(statement))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in {"print", "get_ipython", "open", "breakpoint", "input"}:
            found.append(node.id)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "display":
            found += [ast.unparse(value) for value in node.args if not made(value, makers)]
    return found


def made(value, makers):
    """Whether a value comes from a call of what the library's own modules for pages give."""
    if isinstance(value, ast.BoolOp):
        return all(made(part, makers) for part in value.values)
    if isinstance(value, ast.Starred):
        return made(value.value, makers)
    if isinstance(value, ast.Name):
        return value.id in makers.get("values", ())
    if not isinstance(value, ast.Call):
        return False
    root = value.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in makers["names"]


def makers(notebook):
    """Name what a notebook imports from the report, and the values that it makes with that."""
    names, values = {"study", "display"}, set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("trustgap.report"):
                names |= {alias.asname or alias.name for alias in node.names}
            if isinstance(node, ast.Assign) and made(node.value, {"names": names - {"study", "display"}}):
                values |= {
                    name.id
                    for target in node.targets
                    for name in ast.walk(target)
                    if isinstance(name, ast.Name)
                }
    return {"names": names, "values": values}


def test_no_cell_shows_what_the_library_did_not_make(notebook):
    """A37."""
    allowed = makers(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert shown(cell.source, allowed) == [], cell.source


BARE = [
    "df", "df.head()", "study.answers", "df['name']", "f'{df}'", "df.describe()", "display(df)", "print(df)",
    "display(df.head())", "'text'", "df.name.value_counts()", "say.apart(df); df", "say.apart(df) or df",
    "open('x').read()", "get_ipython().run_line_magic('xmode', 'Verbose')",
]  # fmt: skip


@pytest.mark.parametrize("source", BARE)
def test_a_bare_value_is_found_in_a_cell(source):
    """A37."""
    assert shown(source, {"names": {"say", "study", "display", "tables"}, "values": set()})


@pytest.fixture(scope="module")
def warm():
    return Warm()


@pytest.fixture
def ask(warm, tmp_path):
    """Run cells after some that are sound; give what came of it and the folder of all that is left."""

    def ask(*cells, tags=(), **metadata):
        book = sample.notebook(
            tmp_path / "area" / "01_ask.ipynb", sample.SENTENCE, *cells, 'said = ""', sample.FACTS
        )
        stored = nbformat.read(book, as_version=4)
        for cell in stored.cells[3:-2]:
            cell.metadata["tags"] = list(tags)
        stored.metadata |= metadata
        nbformat.write(stored, book)
        return warm.render(Task(book, tmp_path / "pages" / "page.html", {"area": "X1"}, SITE))

    ask.pages = tmp_path / "pages"
    return ask


RICH = """class Rich:
    def _repr_html_(self): return "<b>" + df.name[0] + "</b>"
    def _repr_mimebundle_(self, **_): return {"text/plain": df.name[0], "application/x": df.name[0]}
Rich()"""
LEAKS = {
    "A37 a bare frame": ("df", "it shows"),
    "A37 the first rows of a frame": ("df.head()", "it shows"),
    "A37 counts of a column": ("df.name.value_counts()", "it shows"),
    "A37 a description of texts": ("df.describe(include='all')", "it shows"),
    "A38 an error with a value": ("pd.to_numeric(df.name)", "stopped with ValueError"),
    "A38 a key that is not there": ("{}[df.name[0]]", "stopped with KeyError"),
    "A38 a failed assertion": ("assert not len(df), df.name[0]", "stopped with AssertionError"),
    "A38 a merge that is refused": (
        "df.merge(df, on='name', validate='1:1')",
        "stopped with MergeError",
    ),
    "A38 a schema that is not met": (
        "import pandera.pandas as pa\npa.DataFrameSchema({'name': pa.Column(int)}).validate(df)",
        "stopped with SchemaError",
    ),
    "A38 errors within errors": (
        "try:\n    {}[df.name[0]]\nexcept KeyError as error:\n    raise ValueError(df.name[0]) from error",
        "stopped with ValueError",
    ),
    "A39 a traceback with values": (
        "%xmode Verbose\nname = df.name[0]\n1 / 0",
        "stopped with ZeroDivisionError",
    ),
    "A39 a traceback with colours": (
        "from IPython.core import ultratb\nget_ipython().InteractiveTB = ultratb.VerboseTB()\n"
        "name = df.name[0]\n1 / 0",
        "stopped with ZeroDivisionError",
    ),
    "A40 a warning": ("import warnings; warnings.warn(df.name[0])", "wrote to stderr"),
    "A40 a line of a log": ("import logging; logging.warning(df.name[0])", "wrote to stderr"),
    "A40 a rich text": (RICH, "it shows"),
    "A41 rows in a cell whose output is hidden": ("df", "it shows"),
    "A42 a widget": (
        "from IPython.display import publish_display_data as show\n"
        "show({'application/vnd.jupyter.widget-view+json': {'model_id': df.name[0]}})",
        "it shows",
    ),
    "B15 a type that is a value": (
        "from IPython.display import publish_display_data as show\n"
        "show({df.name[0]: '1', 'x/' + df.name[0]: '1'})",
        "it shows",
    ),
    "B15 a class that is a value": ("raise type(df.name[0], (Exception,), {})", "stopped with Exception"),
    "B15 a class that is a value and looks like an error": (
        "raise type(df.name[0] + 'Error', (KeyError,), {})",
        "stopped with KeyError",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_value_of_a_row_is_in_nothing_that_a_failed_page_leaves(leak, ask, capfd):
    """A37, A38, A39, A40, A41, A42 and B15, by the names of the cases."""
    source, reason = LEAKS[leak]
    tags = ["hide-output", "remove-output", "hide-input"] if leak.startswith("A41") else []
    done = ask(FRAME + source, tags=tags)

    assert reason in done.failure, done.failure
    assert CANARY not in done.failure + repr(done.facts) + "".join(capfd.readouterr())
    assert not ask.pages.exists() or list(ask.pages.rglob("*")) == []


def test_metadata_attachments_and_state_of_widgets_reach_no_page(ask):
    """A42."""
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"value": CANARY}}}}
    done = ask("rows = 1", widgets=state, authors=[{"name": CANARY}], papermill={"parameters": {"a": CANARY}})
    cell = sample_pages.text("Plain text.")
    cell["attachments"] = {"a.png": {"image/png": CANARY}}
    cell.metadata |= {"note": CANARY, "jupyter": {"source": CANARY}, "name": CANARY}
    code = new_code_cell(
        "rows = 1", execution_count=9, metadata={"note": CANARY, "execution": {"user": CANARY}}
    )

    assert done.failure == ""
    html = (ask.pages / "page.html").read_text(encoding="utf-8")
    html += export(cell) + export(code)
    assert CANARY not in html


def test_metadata_of_an_output_that_no_kind_has_reach_no_page():
    """A42."""
    output = new_output(
        "display_data",
        data={"text/html": "<p>A sentence.</p>", "text/plain": CANARY},
        metadata={"trustgap": {"kind": "sentence", "note": CANARY}, "isolated": CANARY},
    )

    assert CANARY not in export(sample_pages.code("x", output))


def test_a_notebook_has_no_metadata_but_those_on_the_list(notebook):
    """A42."""
    assert set(notebook.metadata) == METADATA
    for cell in notebook.cells:
        assert set(cell.metadata) <= CELL_METADATA
        assert set(cell.metadata.get("tags", [])) <= TAGS
        assert set(cell) <= {"cell_type", "id", "metadata", "source", "outputs", "execution_count"}


PLACES = [
    "/srv/anne/answers", "~/answers", r"C:\Users\anne\answers", "C:/Users/anne", r"\\server\anne$\answers",
    "//server/anne/answers",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("tag", ["parameters", "injected-parameters"])
def test_places_of_a_machine_are_left_out_of_the_parameters(tag, place):
    """A43."""
    source = f'# Set by this run\nanswers: str = {place!r}  # where\nsurvey = {place!r}\narea = "X0002"'
    html = export(sample_pages.code(source, tags=(tag,)))

    assert "anne" not in html
    assert "X0002" in html


@pytest.mark.parametrize("place", ["../../srv/anne/answers", "anne", "answers of anne.csv"])
def test_of_what_a_run_sets_a_page_shows_the_area_alone(place):
    """A43."""
    source = f'# Parameters\narea = "X0002"\nrelease = {place!r}\nmade = {place!r}\noutputs = {place!r}'
    html = export(sample_pages.code(source, tags=("injected-parameters",)))

    assert "anne" not in html
    assert "X0002" in html


def test_a_notebook_that_was_run_is_never_written(tmp_path, monkeypatch):
    """A41."""
    monkeypatch.chdir(tmp_path)
    book = sample.notebook(tmp_path / "book" / "01_ask.ipynb", f"'{CANARY}'")
    before = book.read_bytes()
    ran = warm_engine.execute(str(book), parameters={"area": "X1"})

    assert CANARY in str(ran.cells[-1].outputs)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [book]
    assert book.read_bytes() == before


RAW = re.compile("data/" + 'raw|data" / "' + "raw")
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CI = [path for path in [*(ROOT / ".ci").iterdir(), ROOT / "Makefile", ROOT / ".pre-commit-config.yaml"]]


@pytest.mark.parametrize("path", [*TESTS, *CI], ids=lambda path: path.name)
def test_no_test_and_no_build_knows_where_raw_data_lie(path):
    """A44: what a failed test prints is of synthetic or public data."""
    lines = path.read_text(encoding="utf-8").splitlines()

    # But for the test that git takes none of them.
    assert [line for line in lines if RAW.search(line) and "names = " not in line] == []
