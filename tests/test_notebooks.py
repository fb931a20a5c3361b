"""The rules that every stored notebook keeps."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
PARAMETERS = {"survey", "answers", "release", "outputs"}
# Words that say which way a result went: typed in prose they would be false of some area.
VERDICTS = re.compile(
    r"\b(significant(ly)?|improved|worsened|declined|rose to|fell to|better than|worse than|most trusted)\b",
    re.I,
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_notebooks_are_found():
    assert {path.parent.name for path in NOTEBOOKS} == {"area", "national"}
    assert len(NOTEBOOKS) >= 8, "no notebook matched; every other test here would pass by running nothing"


def test_numbers_are_unique_across_both_folders():
    numbers = [path.name[:2] for path in NOTEBOOKS]
    assert len(set(numbers)) == len(numbers)


def test_it_is_stored_without_outputs_counts_or_stamps(notebook):
    """S10."""
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert "papermill" not in cell.metadata
        assert "execution" not in cell.metadata
    assert "papermill" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3", "papermill refuses a notebook without a kernel"


def test_it_opens_with_one_question_and_says_what_it_reads_and_writes(notebook):
    first = notebook.cells[0].source
    assert re.match(r"# .+\?\n", first), "the title is a question"
    assert notebook.metadata.title == first.split("\n")[0].lstrip("# ")
    for word in ("**Reads**", "**Writes**", "**Method**"):
        assert word in first


def test_headings_do_not_jump_and_there_is_one_title(notebook):
    levels = [len(mark) for text in prose(notebook) for mark in re.findall(r"(?m)^(#+) ", text)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_parameters_are_one_cell_of_commented_plain_defaults(notebook):
    tagged = [cell for cell in code(notebook) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    names = set()
    for statement in ast.parse(tagged[0].source).body:
        assert isinstance(statement, ast.AnnAssign), "annotate every parameter"
        ast.literal_eval(statement.value)  # a computed default would ignore injected values
        names.add(statement.target.id)
    assert names - {"area", "made"} == PARAMETERS, "no threshold, seed or margin is a parameter"
    assert all("  # " in line for line in tagged[0].source.splitlines()[1:]), "comment every parameter"


def test_no_cell_defines_anything(notebook):
    for cell in code(notebook):
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, kinds)]


def test_cells_are_short_and_notebooks_too(notebook):
    lengths = sorted(len(cell.source.splitlines()) for cell in code(notebook))
    assert lengths[-1] <= 15
    assert len(notebook.cells) <= 45


def test_everything_is_imported_in_one_cell_and_used(notebook):
    importing = [cell for cell in code(notebook) if re.search(r"(?m)^(from|import) ", cell.source)]
    assert len(importing) == 1
    bound = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(ast.parse(importing[0].source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    rest = " ".join(cell.source for cell in code(notebook) if cell is not importing[0])
    assert {name for name in bound if not re.search(rf"\b{name}\b", rest)} == set()


def test_nothing_about_a_result_is_typed_in_prose(notebook):
    for text in prose(notebook):
        assert not re.search(r"(?<![\d.])(?!95%|99\.8%)\d+(\.\d+)?\s?%", text), "only confidence levels"
        assert not VERDICTS.search(text), text
        assert not re.search(r"\bp\s*[<=>]\s*0?\.\d", text), text


def test_every_code_cell_stands_under_a_heading(notebook):
    seen = False
    for cell in notebook.cells:
        seen = seen or (cell.cell_type == "markdown" and cell.source.startswith("## "))
        hidden = {"parameters", "hide-input"} & set(cell.metadata.get("tags", []))
        assert cell.cell_type != "code" or seen or hidden


def test_shown_code_starts_with_a_comment_that_names_it(notebook):
    for cell in code(notebook):
        assert cell.source.startswith("# ")


def test_it_ends_with_its_limits_and_saves_its_table(notebook):
    assert "cannot tell you" in prose(notebook)[-1].splitlines()[0]
    assert code(notebook)[-1].source.splitlines()[-1].startswith("study.save(")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_saves_under_its_own_name(path):
    source = code(nbformat.read(path, as_version=4))[-1].source
    assert f'study.save("{path.stem}")' in source
