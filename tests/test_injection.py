"""Names, labels and outputs that would run somewhere: on a page, in a template, in a notebook, in a shell."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import hostile_labels
import nbformat
import papermill
import pytest
import sample_pages as sample
import sample_survey
from jinja2 import DictLoader, Environment
from nbconvert import HTMLExporter
from papermill.exceptions import PapermillExecutionError

from trustgap import cli
from trustgap.batch import warm
from trustgap.batch.engine import Task, attempt
from trustgap.batch.index import index_page, no_local_result_page
from trustgap.report import finished, page
from trustgap.report.study import open_area
from trustgap.survey.areas import read_areas

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = "<script>alert(1)</script>"
HANDLER = "<img src=x onerror=alert(1)>"
ADDRESS = "<a href='javascript:alert(1)'>x</a>"
DRAWN = f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"
OURS = {"kind": "table"}

INJECTED = {
    "a script in HTML": sample.code("x", sample.output({"text/html": SCRIPT}, None)),
    "a script in HTML that calls itself ours": sample.code("x", sample.output({"text/html": SCRIPT}, OURS)),
    "a script in a markdown output": sample.code("x", sample.output({"text/markdown": SCRIPT}, None)),
    "a script in a markdown cell": sample.text(SCRIPT),
    "a script of its own": sample.code("x", sample.output({"application/javascript": "alert(1)"}, None)),
    "a handler in HTML": sample.code("x", sample.output({"text/html": HANDLER}, OURS)),
    "an address in HTML": sample.code("x", sample.output({"text/html": ADDRESS}, OURS)),
    "source": sample.code(f"x = '''{SCRIPT}'''"),
    "what was printed": sample.code("x", nbformat.v4.new_output("stream", text=SCRIPT)),
    "plain text": sample.code("x", sample.output({"text/plain": SCRIPT}, None)),
    "a traceback": sample.code(
        "x", nbformat.v4.new_output("error", ename="E", evalue=SCRIPT, traceback=[SCRIPT])
    ),
    "LaTeX": sample.code("x", sample.output({"text/latex": f"$\\href{{x}}{SCRIPT}$"}, None)),
    "a drawing": sample.code("x", sample.output({"image/svg+xml": DRAWN}, None)),
    "a drawing that calls itself ours": sample.code(
        "x", sample.output({"image/svg+xml": DRAWN}, sample.FIGURE)
    ),
}
"""The thirteen ways of safety.md into a page of the stock template, the last of which is the title."""


SHOWN = ("a script in a markdown cell", "source")
"""What is shown as the text that it is; all others are refused."""


@pytest.mark.parametrize("way", [way for way in INJECTED if way not in SHOWN])
def test_what_a_cell_shows_is_refused_where_it_could_run(way):
    """B28; the stock exporter lets five of them through."""
    with pytest.raises(page.PageRefused, match="cell 10") as refused:
        page.export(sample.notebook(INJECTED[way]), site=sample.SITE)

    assert "alert" not in str(refused.value)


@pytest.mark.parametrize("way", [*SHOWN, "the title"])
def test_what_a_cell_or_a_title_says_is_text(way):
    """B28; the title is the thirteenth way."""
    notebook = sample.notebook(*([INJECTED[way]] if way in INJECTED else []))
    notebook.metadata["title"] = f"</title>{SCRIPT}"
    notebook.metadata["name"] = notebook.metadata["kernelspec"] = {"name": SCRIPT}
    html = page.export(notebook, site=sample.SITE | {"area_name": f"</title>{SCRIPT}"})

    assert hostile_labels.running(html) == []
    assert html.count("&lt;script&gt;") > (way in INJECTED)


def test_the_stock_exporter_would_let_them_through():
    """Without this the test above could pass by planting nothing."""
    cells = [INJECTED[way] for way in ("a script in HTML", "a script in a markdown cell")]
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(nbformat.v4.new_notebook(cells=cells))

    assert html.count(SCRIPT) == 2


@pytest.mark.parametrize("column", ["name", "region"])
@pytest.mark.parametrize("text", [SCRIPT, "{area.__class__.__mro__}", "a\u202eb", "a\x1b[2Jb"])
def test_an_area_cannot_be_called_so(text, column, tmp_path):
    """A45, A53."""
    row = {"code": "X1", "name": "Ashby", "region": "North"} | {column: text}
    (tmp_path / "areas.csv").write_text(f"code,name,region\n{','.join(row.values())}\n", encoding="utf-8")
    problems = read_areas(tmp_path / "areas.csv")[1]

    assert [problem.place for problem in problems] == [f"row 2, {column}"]
    assert text not in problems[0].message()


def test_a_name_that_is_there_all_the_same_is_text():
    """A45; on a page, on the index, on the page without local result."""
    site = {**sample.SITE, "area_name": SCRIPT, "title": SCRIPT, "whole": SCRIPT}
    rows = sample.AREAS.assign(name=SCRIPT, region=SCRIPT, flags=SCRIPT)
    index = index_page(rows, site=sample.INDEX_SITE | {"title": SCRIPT}, national=sample.NATIONAL)
    for html, scripts in (
        (page.export(sample.notebook(), site=site), 0),
        (index, 1),
        (no_local_result_page(sample.INDEX_SITE | {"area_name": SCRIPT}), 0),
    ):
        assert html.count("<script") == scripts
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


AREAS = [
    "{area.__class__.__mro__}",
    "{0}",
    "%s",
    "$(id)",
    "X001;id",
    "../X001",
    "X001\nX002",
    "x=1;import os",
]


@pytest.mark.parametrize("area", AREAS)
def test_an_area_that_the_list_lacks_is_refused_before_anything_is_written(area, tmp_path, capsys):
    """A53."""
    template, outputs = ROOT / "data" / "template", tmp_path / "pages"

    assert cli.main(["run", str(template), "--areas", area, "--outputs", str(outputs)]) == 2
    assert "in areas.csv" in capsys.readouterr().err
    assert not outputs.exists()
    with pytest.raises(ValueError, match="area"):
        open_area(str(template), area=area, outputs=str(outputs))


KEY = "x=1;import os;y"


def test_a_name_of_a_parameter_is_written_into_code_as_it_is(tmp_path):
    """What the rule is for: papermill itself runs what such a name holds."""
    book = sample_survey.notebook(tmp_path / "01_a.ipynb", "print(os.name)")

    made = papermill.execute_notebook(
        str(book), None, parameters={KEY: 1}, progress_bar=False, **warm_options()
    )

    assert os.name in [
        output.get("text", "").strip() for cell in made.cells for output in cell.get("outputs", [])
    ]


def warm_options():
    return {"engine_name": "trustgap", "kernel_name": "python3", "language": "python", "log_output": False}


@pytest.mark.parametrize("key", [KEY, "threshold", "AREA", "area ", "__builtins__", "tenure"])
def test_a_parameter_that_no_notebook_has_is_refused(key, tmp_path):
    """A52, A33."""
    book = sample_survey.notebook(tmp_path / "01_a.ipynb", "open('ran', 'w').close()")
    with pytest.raises(ValueError, match="no parameter"):
        warm.execute(str(book), parameters={key: 1}, cwd=str(tmp_path))
    done = attempt(Task(book, tmp_path / "page.html", {key: 1}, sample.SITE))

    assert done.failure == "it failed with ValueError"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_a.ipynb"]


def test_a_value_of_a_parameter_is_a_value(tmp_path):
    """A52; values are written as literals, whatever they hold."""
    evil = "'\"\n\\import os; raise SystemExit\u2028\x00{area}"
    book = sample_survey.notebook(tmp_path / "01_a.ipynb", f"assert area == {evil!r}, 'another'")

    warm.execute(str(book), parameters={"area": evil})
    with pytest.raises(PapermillExecutionError, match="another"):
        warm.execute(str(book), parameters={"area": evil + " "})


QUOTED = "Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'"
PLANTED = {
    "a script of a CDN": ("</head>", '<script src="https://cdn.example/x.js"></script></head>'),
    "a sheet of a CDN": ("</head>", "<link rel=stylesheet href=//cdn.example/x.css></head>"),
    "a picture": ("</footer>", "<img alt='' src='http://a.example/p.png'></footer>"),
    "a picture, by another name": ("</footer>", "<img alt='' srcset='//a.example/p.png 2x'></footer>"),
    "a script of ours": ("</footer>", f"{SCRIPT}</footer>"),
    "a handler": ("<footer", "<footer onclick=alert(1) "),
    "a frame": ("</footer>", "<iframe srcdoc='x'></iframe></footer>"),
    "another base": ("</head>", "<base target=_top></head>"),
    "a form": ("</footer>", "<form action='https://a.example'></form></footer>"),
    "an address that runs": ("</footer>", "<a href=javascript:alert(1)>x</a></footer>"),
    "an address of a machine": ("</footer>", "<a href='file:///etc/passwd'>x</a></footer>"),
    "a page that moves on": ("</head>", "<meta http-equiv=refresh content='0;url=https://a.example'></head>"),
    "a style": ("</style>", "@import 'https://a.example/x.css';</style>"),
    "a font": ("</style>", "@font-face {src: url(//a.example/f)}</style>"),
    "a style that an attribute brings": (
        "</footer>",
        "<p style='background:url(https://a.example)'></footer>",
    ),
    "a style in other signs": ("</footer>", "<p style='background:&#117;rl(//a.example)'></footer>"),
    "an address in a drawing": ("</footer>", "<svg><rect fill=url(//a.example/f#x) /></svg></footer>"),
    "a style in escapes": ("</style>", "@\\69mport 'https://a.example/x.css';</style>"),
    "a style with a backslash": ("</style>", "p {background: u\\rl(//a.example)}</style>"),
    "a set of images": ("</style>", "p {background: -webkit-image-set('//a.example' 1x)}</style>"),
    "a style that does not end": ("</footer>", "</footer><style>@import '//a.example'"),
    "a policy in a comment": ('<meta charset="utf-8">', '<meta charset="utf-8"><!-- '),
    "something before the policy": ('<meta charset="utf-8">', '<meta charset="utf-8"><link href="a">'),
    "a page that moves on and quotes the policy": (
        "</head>",
        f'<meta http-equiv="refresh" content="0;url=x.html" name="{QUOTED}"></head>',
    ),
    "no policy": ("Content-Security-Policy", "Content-Policy"),
    "a weaker policy": ("default-src 'none'", "default-src *"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_template_that_would_call_or_run_anything_makes_no_page(fault, monkeypatch):
    """A59, B79; the templates are read with the fault in them, so the page and not the file is looked at."""
    old, new = PLANTED[fault]
    texts = {path.name: path.read_text(encoding="utf-8") for path in page.TEMPLATES.glob("*.j2")}
    assert old in texts["layout.html.j2"]
    texts["layout.html.j2"] = texts["layout.html.j2"].replace(old, new, 1)
    sound = page.environment()
    faulty = Environment(loader=DictLoader(texts), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    faulty.globals |= sound.globals
    for place in ("trustgap.report.page.environment", "trustgap.batch.index.environment"):
        monkeypatch.setattr(place, lambda: faulty)
    monkeypatch.setattr("trustgap.report.page._exporter", page.PageExporter)
    made = [
        lambda: page.export(sample.notebook(), site=sample.SITE),
        lambda: no_local_result_page(sample.INDEX_SITE),
        lambda: index_page(sample.AREAS, site=sample.INDEX_SITE, national=sample.NATIONAL),
    ]
    # The index may run the one script that its policy names by its hash.
    for make in made[: 2 if fault == "a script of ours" else 3]:
        with pytest.raises(page.PageRefused):
            make()


def test_words_on_a_page_may_be_about_addresses_and_handlers():
    """A59; what is text and no tag is left alone."""
    words = 'src="https://a.example" <b onclick=x> @import url(x) javascript:'
    html = page.export(sample.notebook(sample.code(f"# {words}")), site=sample.SITE | {"title": words})

    assert finished.checked(html) == html


SOURCES = sorted((ROOT / "lib").rglob("*.py")) + sorted((ROOT / "notebooks").rglob("*.ipynb"))
SINKS = re.compile(r"\bStyler\b|\.style\b|\bHTML\(|\bMarkdown\(|\bJavascript\(|\bto_html\(|\|\s*safe\b")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_labels_reach_a_page_by_no_other_way_than_tables_figures_and_sentences(path):
    """A48; `Styler` does not escape, and what IPython displays as HTML or markdown is not looked at."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])

    assert not SINKS.search(text)


def test_a_styler_is_refused_on_a_page():
    """A48."""
    styled = sample.code("x", sample.output({"text/html": f"<style></style><table>{SCRIPT}</table>"}, None))
    with pytest.raises(page.PageRefused, match="did not come from"):
        page.export(sample.notebook(styled), site=sample.SITE)


UNSAFE = {
    "S301": "import pickle\npickle.loads(x)",
    "S302": "import marshal\nmarshal.loads(x)",
    "S307": "eval(x)",
    "S506": "import yaml\nyaml.load(x)",
    "S602": "import subprocess\nsubprocess.run(x, shell=True)",
}


@pytest.mark.parametrize("rule", UNSAFE)
def test_what_would_run_data_is_found_before_it_is_committed(rule):
    """S5; the rules are on in the project's own settings, and no line of the library is let off but one."""
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", str(ROOT / "lib/trustgap/x.py"), "-"],
        input=UNSAFE[rule], capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    let_off = [path.name for path in sorted((ROOT / "lib").rglob("*.py")) if rule in path.read_text("utf-8")]

    assert rule in found.stdout
    assert let_off == (["yaml_file.py"] if rule == "S506" else [])
