"""Reading YAML that a stranger wrote: plain data only, of sane size, each fault said with its place."""

import importlib
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from trustgap.survey.checks import Problem, listed

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_VALUES = 50_000
MAX_FAULTS = 200
"""Faults that are looked for; a document that has more is not the one that was meant."""

KINDS = {"object": "fields with values", "array": "a list", "string": "text", "number": "a number"}
KINDS |= {"boolean": "true or false"}

UNSEEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
"""Categories of Unicode's signs that are not for reading."""

IRI_GRAMMAR = "rfc3987_syntax"
"""An optional part of jsonschema that takes seconds to load, for addresses that no questionnaire holds."""


def _pattern(validator: object, pattern: str, value: object, schema: dict) -> Iterator["ValidationError"]:
    """Hold all of a text to a pattern: $ in a pattern would let a line break at the end through.

    Signs that nobody sees, such as a mark of byte order inside a word, are in no text.
    """
    if isinstance(value, str) and (not re.fullmatch(pattern, value) or not _seen(value)):
        yield importlib.import_module("jsonschema").ValidationError("another form")


def _seen(text: str) -> bool:
    return all(unicodedata.category(sign) not in UNSEEN for sign in text if sign != "\n")


def _validator() -> type:
    """Load the validator, without the grammar that would cost every process about two seconds."""
    hide = IRI_GRAMMAR not in sys.modules
    if hide:
        sys.modules[IRI_GRAMMAR] = None
    try:
        schemas = importlib.import_module("jsonschema")
        return schemas.validators.extend(schemas.Draft202012Validator, {"pattern": _pattern})
    finally:
        if hide:
            del sys.modules[IRI_GRAMMAR]


Validator = _validator()
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PlainLoader(FAST):
    """A safe loader that keeps every scalar as text, but for true, false and nothing.

    YAML 1.1 would turn the label ``No`` into False, the code ``010`` into 8 and ``12:30`` into 750.
    """

    yaml_implicit_resolvers: dict = {}  # noqa: RUF012 (the name and form are pyyaml's)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        """Refuse a field that is given twice, of which YAML would keep only the last."""
        seen = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in seen:
                fault = "a field name must be text" if name is None else f"the field '{name}' is given twice"
                raise yaml.constructor.ConstructorError(None, None, fault, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile("^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)


def load(path: Path, *, schema: dict) -> tuple[Any, list[Problem]]:
    """Read a YAML file and hold it to a JSON schema.

    Parameters
    ----------
    path : Path
        The file; at most `MAX_BYTES` long.
    schema : dict
        JSON schema (draft 2020-12). Every scalar but true, false and null reaches it as text.

    Returns
    -------
    document : object
        What the file says; None if it cannot be read.
    problems : list of Problem
        Empty if the document keeps to the schema.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.yaml"
    >>> _ = path.write_text("size: 010")
    >>> load(path, schema={"properties": {"size": {"type": "string"}}})
    ({'size': '010'}, [])
    """
    text, problems = _text(path)
    if problems:
        return None, problems
    try:
        _inspect(text)
        document = yaml.load(text, Loader=PlainLoader)  # noqa: S506 (a subclass of the safe loader)
    except yaml.MarkedYAMLError as error:
        return None, [_broken(path.name, error)]
    except (yaml.YAMLError, ValueError) as error:
        found = "it holds characters that YAML does not allow"
        found = found if isinstance(error, yaml.YAMLError) else "a value in it cannot be read"
        return None, [Problem(path.name, "", found, 0, "plain YAML in UTF-8", "Write the file afresh")]
    first = islice(Validator(schema).iter_errors(document), MAX_FAULTS)
    errors = sorted(first, key=lambda e: list(map(str, e.path)))
    return document, list(dict.fromkeys(_in_words(path.name, document, error) for error in errors))


def _text(path: Path) -> tuple[str, list[Problem]]:
    """Read the characters of a file of sane size."""
    if not path.is_file():
        remedy = f"Put a file {path.name} into the survey's folder; data/demo has an example"
        return "", [Problem(path.name, "", "the file is not there", 0, "a YAML file", remedy)]
    if path.stat().st_size > MAX_BYTES:
        size = f"the file has {path.stat().st_size / 1e6:.1f} MB"
        return "", [Problem(path.name, "", size, 0, "at most 1 MB", "Keep answers in the answers file")]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return "", [Problem(path.name, "", "it is not UTF-8 text", 0, "UTF-8", "Save the file as UTF-8")]
    if not text.strip():
        remedy = "Describe the survey in it; data/demo has an example"
        return "", [Problem(path.name, "", "the file is empty", 0, "a YAML file", remedy)]
    return text, []


def _inspect(text: str) -> None:
    """Refuse references, tags, deep nesting and very many values before any of them is resolved."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=FAST)):
        fault = f"there are more than {MAX_VALUES:,} values" if number > MAX_VALUES else ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            fault = "references (& and *) are not allowed"
        elif getattr(event, "tag", None):
            fault = "tags (!) are not allowed"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            fault = f"fields are nested more than {MAX_DEPTH} deep"
        if fault:
            raise yaml.MarkedYAMLError(problem=fault, problem_mark=event.start_mark)


def _broken(file: str, error: yaml.MarkedYAMLError) -> Problem:
    """Say where YAML stopped making sense."""
    mark = error.problem_mark or error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    remedy = (
        "Look at this line and the one before: a missing colon, quote, bracket or space is the usual cause"
    )
    if "cannot start any token" in (error.problem or ""):
        remedy = (
            "Use spaces, not tab characters, and put a value that starts with @, ` or % into quotation marks"
        )
    return Problem(file, place, listed([error.problem or "the YAML is broken"]), 0, "plain YAML", remedy)


def place(document: Any, path: Sequence[str | int]) -> str:
    """Name a place in a document in words.

    Parameters
    ----------
    document : object
        Nested dicts and lists.
    path : sequence of str and int
        Keys and positions from 0.

    Returns
    -------
    str
        Such as "items, entry 3 (trust_asc), scale".

    Examples
    --------
    >>> place({"items": [{"id": "a"}]}, ["items", 0, "scale"])
    'items, entry 1 (a), scale'
    """
    words = []
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            document = None
        if isinstance(step, int):
            name = document.get("id", document.get("code")) if isinstance(document, dict) else None
            words.append(f"entry {step + 1}" + (f" ({listed([name])})" if isinstance(name, str) else ""))
        else:
            words.append(step)
    return ", ".join(words)


def _in_words(file: str, document: Any, error: "ValidationError") -> Problem:
    """Turn one breach of the schema into a Problem."""
    rule, limit, value = error.validator, error.validator_value, error.instance
    note = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    found, accepted, remedy = "this does not fit", note, "Correct it"
    if rule == "required":
        absent = [field for field in limit if field not in value]
        found = f"lacks {listed(f'`{field}`' for field in absent)}"
        accepted, remedy = f"all of {listed(limit, at_most=20)}", "Add what is missing"
    elif rule == "additionalProperties":
        known = error.schema.get("properties", {})
        extra = [field for field in value if field not in known]
        found = f"has the unknown field {listed(f'`{field}`' for field in extra)}"
        accepted, remedy = listed(known, at_most=25), "Correct the spelling or remove it"
    elif rule == "type":
        kinds = [limit] if isinstance(limit, str) else limit
        shown = (
            "nothing" if value is None else str(value).lower() if isinstance(value, bool) else "another kind"
        )
        found = f"has {shown} where {' or '.join(KINDS.get(k, k) for k in kinds)} should be"
        remedy = "Put the words into quotation marks" if isinstance(value, bool) else "Fill it in"
    elif rule == "enum":
        found, accepted = f"is '{listed([value])}'", listed(limit)
    elif rule in {"minItems", "maxItems", "minLength", "maxLength", "minProperties"}:
        size = len(value) if hasattr(value, "__len__") else 0
        bound = "at least" if rule.startswith("min") else "at most"
        unit = "characters" if rule.endswith("Length") else "entries"
        found, accepted = f"has {size} {unit}", f"{bound} {limit}" + (f": {note}" if note else "")
    elif rule == "pattern":
        found = f"is '{listed([value])}'"
    elif rule == "anyOf":
        found, accepted = "is of the wrong form", note
    return Problem(file, place(document, list(error.absolute_path)), found, 0, accepted, remedy)
