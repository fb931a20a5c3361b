"""The rules of the house: where things may stand, and which way imports run."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "lib" / "trustgap"
MODULES = sorted(LIBRARY.rglob("*.py"))
ALLOWED = {
    "record": {"record"},
    "stats": {"stats"},
    "survey": {"survey", "stats"},
    "report": {"report", "stats", "survey"},
    "batch": {"audit", "batch", "record", "report", "stats", "survey"},
    "audit": {"audit", "record", "report", "stats", "survey"},
    "publish": {"publish", "audit", "batch", "record", "report", "stats", "survey"},
    "cli": {"cli", "audit", "batch", "publish", "record", "report", "stats", "survey"},
}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    files = [ROOT / name for name in listed.stdout.splitlines()]
    if not files:
        pytest.skip("not a git checkout")
    return [path for path in files if path.is_file()]


def ours(path):
    """Name the parts of the library that a module imports, and the modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith("trustgap."):
                yield name.split(".")[1]


def test_modules_are_found():
    assert len(MODULES) > 20


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_run_one_way(path):
    part = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
    if part != "__init__":
        assert set(ours(path)) <= ALLOWED[part]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_only_the_command_prints(path):
    if path.parent.name != "cli":
        calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
        assert not [
            n for n in calls if isinstance(n.func, ast.Name) and n.func.id in ("print", "eval", "exec")
        ]


@pytest.mark.parametrize("path", sorted((LIBRARY / "stats").rglob("*.py")), ids=lambda path: path.stem)
def test_statistics_do_not_round(path):
    assert not re.search(r"\bround\(|\.round\(", _code(path))


def _code(path):
    """Give a module's source without its docstrings, whose examples may round."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return ast.unparse(tree)


def test_colours_are_decided_in_one_place():
    allowed = {"palette.py"}
    found = [p.name for p in MODULES if re.search(r"#[0-9A-Fa-f]{6}\b", p.read_text(encoding="utf-8"))]
    assert set(found) <= allowed


def test_no_notebook_no_output_and_no_answers_are_where_they_must_not_be():
    """S10."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        assert not name.startswith("outputs/") or name == "outputs/README.md", name
        assert path.stat().st_size < 2_000_000, f"{name} is too large for the tree"
        answers = path.suffix in {".parquet", ".xlsx", ".sav", ".pkl"}
        assert not answers or name == "data/demo/responses.parquet", f"{name} looks like answers"


SURVEYS = {"questionnaire.yaml", "areas.csv", "model.yaml"}
DATA = {
    "": {"README.md", "claims.yaml", "coverage.csv", "interventions.yaml", "published_values.csv"},
    "demo": {"responses.parquet", "cases.csv", "evidence.csv", "metrics.csv", "quotes_approved.csv"}
    | {f"synthetic_truth{of}.csv" for of in ("", "_cases", "_evidence", "_metrics")},
    "template": {f"{name}.csv" for name in ("answers", "cases", "delays", "evidence", "metrics", "shares")}
    | {"quotes_approved.csv"},
}
"""What may lie under data/ beside the description of a survey: of the demo and the template, all invented."""


def test_no_answers_lie_under_data_but_invented_ones():
    """S10."""
    for path in tracked():
        if path.is_relative_to(ROOT / "data"):
            at = path.parent.relative_to(ROOT / "data").as_posix().strip(".")
            assert path.name in DATA.get(at, set()) | (SURVEYS if at else set()), path.name
    for name in ("demo", "template"):
        assert re.search(r"(?m)^synthetic: true", (ROOT / "data" / name / "questionnaire.yaml").read_text())


def test_git_takes_no_outputs_and_no_raw_data():
    """S10."""
    names = ["outputs/demo/index.html", "outputs/.work/a", "data/raw/2019/responses.csv", "data/raw/a.xlsx"]
    asked = subprocess.run(
        ["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if asked.returncode > 1:
        pytest.skip("not a git checkout")
    assert asked.stdout.split() == names


def test_what_is_checked_before_a_commit_keeps_outputs_and_answers_out():
    """S10."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "nbstripout --verify" in hooks
    assert "tests/test_tree.py tests/test_notebooks.py" in hooks


def test_the_lock_holds_names_versions_and_hashes_only():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert not re.search(r"https?:|file:|--index-url|--find-links| @ ", lock)


def test_no_file_names_a_machines_own_paths():
    machine = re.compile(r"/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/")
    for path in tracked():
        if path.suffix in {
            ".py",
            ".ipynb",
            ".md",
            ".yaml",
            ".toml",
            ".cff",
            ".csv",
            ".j2",
            ".css",
            ".js",
            "",
        }:
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not machine.search(text), f"{path.name} names {machine.search(text).group()}"
