"""A survey whose every name, label and text is hostile, as far as it may be."""

import itertools
import re
from html.parser import HTMLParser

import broken_files
import yaml

LABELS = [
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    '=HYPERLINK("http://a.example")',
    "{{7*7}}{% raw %}",
    "{area.__class__.__mro__} {0}",
    "@SUM(1) $x_1^2$ \\href{http://a.example}",
    "</td></table><iframe src=//a.example>",
    "+1; -2 |cmd",
    "&lt;b&gt; & 'x' `y`",
]
"""What labels of a questionnaire can be."""

CELLS = [
    "=HYPERLINK(1)",
    "[x](javascript:alert(1))",
    "@SUM(1)",
    "＝1",
    "-2",
    "one;=2",
    "' onerror=alert(1) '",
]
"""What texts of the files of a programme can be."""

WITHIN = re.compile(r"#[\w-]*|data:(,|image/svg\+xml,.*)|(?![a-z]+:|//)[\w./-]+(#[\w-]*)?", re.DOTALL)


class Page(HTMLParser):
    """Reads a page as a browser does, and notes what would run or be fetched, and the words."""

    def __init__(self):
        super().__init__()
        self.running, self.words = [], []

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "iframe", "svg", "object", "embed", "base"):
            self.running.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name == "style":
                self.running.append(f"{tag} {name}")
            if name in ("src", "href", "srcset", "action") and not WITHIN.fullmatch(value or ""):
                self.running.append(f"{tag} {name}")

    def handle_data(self, data):
        self.words.append(data)


def read(html):
    """Read a page."""
    page = Page()
    page.feed(html)
    page.close()
    return page


def running(html):
    """List what on a page would run or be fetched."""
    return read(html).running


FREE = {
    "cases": ["case", "decision_point", "team", "reviewer", "decision", "better_decision", "outcome"],
    "evidence": ["behaviour", "barrier"],
    "metrics": ["metric", "label", "unit", "intervention"],
}


def _renamed():
    """Give each word a hostile one of its own, the same wherever it stands."""
    number, given = itertools.count(), {}
    return lambda word: word and given.setdefault(word, f"{CELLS[next(number) % len(CELLS)]} {len(given)}")


def questionnaire():
    """Give the template's questionnaire with hostile labels, each of them once."""
    asked, number = (
        yaml.safe_load(broken_files.TEMPLATE.joinpath("questionnaire.yaml").read_text("utf-8")),
        itertools.count(),
    )

    def label():
        n = next(number)
        return f"{LABELS[n % len(LABELS)]} {n}"

    for entry in [*asked["waves"], *asked["groups"], *asked["teams"], *asked["roles"], *asked["items"]]:
        entry |= {
            name: label() for name in ("label", "short", "text", "source") if name in entry or name == "label"
        }
    for item in asked["items"]:
        item |= {"text": f"{label()}\n{label()}", "source": label()}
    for scale in asked["scales"].values():
        for category in scale["categories"]:
            category |= {"label": label(), "aliases": [category["label"]]}
        scale |= {"positive_phrase": label(), "negative_phrase": label()}
    for name in ("decisions", "classes", "names"):
        asked[name] = {key: label() for key in asked[name]}
    asked["names"]["region"] = label()
    return asked | {"title": label(), "citation": label(), "sampling": {"design": "census", "note": label()}}


def folder(to):
    """Write a survey folder of hostile labels, with answers of two areas and all that areas can bring."""
    to.mkdir(parents=True)
    (to / "questionnaire.yaml").write_text(yaml.safe_dump(questionnaire(), sort_keys=False), encoding="utf-8")
    for kind, (header, *rows) in broken_files.SOUND.items():
        named = _renamed()
        for column in FREE.get(kind, []):
            at = header.index(column)
            rows = [[*row[:at], named(row[at]), *row[at + 1 :]] for row in rows]
        if kind == "areas":
            rows = [
                [row[0], f"{cell} {row[0]}", f"{cell} region", *row[3:]]
                for row, cell in zip(rows, CELLS, strict=False)
            ]
        lines = [
            ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in [header, *rows]
        ]
        (to / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (to / "delays.csv").write_bytes((broken_files.TEMPLATE / "delays.csv").read_bytes())
    return to
