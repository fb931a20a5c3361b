"""Measure, and print the tables of ``README.md``: ``python benchmarks``, or ``python benchmarks NAME …``."""

import argparse
from importlib import import_module
from itertools import groupby

THEMES = ("counting", "stats", "scale", "pages", "memory", "batch", "attack")
"""What is measured unless names are given."""

ALONE = ("whole",)
"""What takes long and is measured only when it is named."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="python benchmarks", description=__doc__)
    asked.add_argument(
        "themes", nargs="*", choices=[*THEMES, *ALONE, []], metavar="NAME", help="what to measure"
    )
    asked.add_argument("--small", action="store_true", help="try everything once, on little")
    given = asked.parse_args()
    rows = (row for theme in given.themes or THEMES for row in import_module(theme).rows(small=given.small))
    for kind, part in groupby(rows, type):
        print(f"\n{kind.HEAD}\n{'|---' * (kind.HEAD.count('|') - 1)}|", flush=True)
        for row in part:
            print(row, flush=True)


if __name__ == "__main__":
    main()
