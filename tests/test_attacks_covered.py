"""Every known attack has a test: A01 to A62, and those that were thought of here, B01 onwards."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
CODE = re.compile(r"\b[AB]\d\d\b")


def named(path):
    """Find the codes in the docstrings of tests, and in the parameters of tests and tables of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {code for text in texts if len(text) < 300 for code in CODE.findall(text[:40])}


def test_all_attacks_of_the_list_and_many_more_have_a_test():
    files = [path for path in sorted(TESTS.glob("test_*.py")) if path != Path(__file__)]
    found = set().union(*map(named, files))

    assert {f"A{number:02d}" for number in range(1, 63)} <= found
    assert len([code for code in found if code.startswith("B")]) >= 40
