"""Questionnaires with something wrong, drawn by Hypothesis: as documents, as text and as bytes."""

import copy

import yaml
from broken_files import TEMPLATE, VALUES, damaged, encoded
from hypothesis import strategies as st

TEXT = (TEMPLATE / "questionnaire.yaml").read_text(encoding="utf-8").rstrip() + "\n  weight: weight\n"
DOCUMENT = yaml.safe_load(TEXT)

METRIC = {"file": "metrics.csv", "metric": "late", "label": "Late", "kind": "outcome", "area": "area"}
METRIC |= {"period": "period", "numerator": "numerator", "denominator": "denominator"}
DAYS = {"file": "delays.csv", "area": "area", "period": "period", "columns": {"nhs": "days"}}
MORE = {
    "shares": "shares.csv",
    "comparability": [{"item": "trust_asc", "waves": ["2025"], "note": "One wave."}],
    "weighting": {"merge": {"asc": "hospital"}},
    "files": {"metrics": [METRIC], "delays": {"responsible": DAYS, "whole": "All"}},
    "names": {"whole": "All", "area": "council", "areas": "councils", "region": "Part"},
}
"""Sections that the template does without."""

LINES = [
    "a: &x [*x]",
    "a: *x",
    "<<: {a: 1}",
    "!!python/object/apply:os.system [id]",
    "? [a, b]\n: c",
    "- a",
    "\t- tab",
    "headline: trust_asc",
    "%YAML 1.1",
    "---",
    "...",
    "'",
    "{",
    "]",
    "a: |\n  text\n b",
    "survey: " + "[" * 400,
    "x: " + "{a: " * 60 + "1" + "}" * 60,
    "b: &a [" + "x," * 40 + "]\nc: [" + "*a," * 40 + "]",
    "# \u202e",
]

SCALARS = st.one_of(VALUES, st.sampled_from([None, True, False, 0, -1, 2**70, 1.5, [], {}, [[]], [None]]))


def places(document, path=()):
    """List the place of everything in a document."""
    yield path
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in entries:
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


def _holder(document, path):
    for step in path[:-1]:
        document = document[step]
    return document


def _replaced(draw, document, path):
    _holder(document, path)[path[-1]] = draw(SCALARS)


def _removed(draw, document, path):
    del _holder(document, path)[path[-1]]


def _renamed(draw, document, path):
    holder, name = _holder(document, path), draw(VALUES)
    if isinstance(holder, dict):
        holder[name] = holder.pop(path[-1])


def _wrapped(draw, document, path):
    holder, deep = _holder(document, path), draw(st.sampled_from([1, 1, 2, 30]))
    for _ in range(deep):
        holder[path[-1]] = draw(st.sampled_from([[holder[path[-1]]], {"a": holder[path[-1]]}]))


def _repeated(draw, document, path):
    holder = _holder(document, path)
    if isinstance(holder, list):
        times = draw(st.sampled_from([1, 2, 60, 600]))
        holder.extend(copy.deepcopy(holder[path[-1]]) for _ in range(times))


def _added(draw, document, path):
    name = draw(st.sampled_from(list(MORE)))
    document[name] = copy.deepcopy(MORE[name])


def _swapped(draw, document, path):
    """Put what stands somewhere into the place of something else."""
    other = draw(st.sampled_from([place for place in places(document) if place]))
    _holder(document, path)[path[-1]] = copy.deepcopy(_holder(document, other)[other[-1]])


OPERATIONS = [_replaced] * 5 + [_removed, _removed, _renamed, _wrapped, _repeated, _added, _added, _swapped]


def _changed(draw, document):
    """Change a document in some places."""
    for _ in range(draw(st.integers(0, 3))):
        there = [place for place in places(document) if place]
        if there:
            draw(st.sampled_from(OPERATIONS))(draw, document, draw(st.sampled_from(there)))
    return document


@st.composite
def questionnaires(draw):
    """Draw a questionnaire: its name and its bytes, nearly sound."""
    how = draw(st.sampled_from(["document"] * 12 + ["lines"] * 2 + ["raw"]))
    if how == "raw":
        return "questionnaire.yaml", draw(st.binary(max_size=300))
    if how == "lines":
        lines = TEXT.splitlines()
        for _ in range(draw(st.integers(1, 3))):
            at, line = draw(st.integers(0, len(lines))), draw(st.one_of(st.sampled_from(LINES), VALUES))
            lines[at : at + draw(st.sampled_from([0, 0, 1, 5]))] = [line]
        text = "\n".join(lines)
    else:
        text = yaml.dump(
            _changed(draw, copy.deepcopy(DOCUMENT)), allow_unicode=draw(st.booleans()), sort_keys=False
        )
    content = encoded(draw, text)
    return "questionnaire.yaml", damaged(draw, content) if draw(st.integers(0, 9)) == 0 else content
