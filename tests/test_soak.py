"""A short round of `make soak`: real kills and interruptions of the real command, under a long path."""

import random
import shutil
import sys
from pathlib import Path

import pytest
import soak

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="interrupting is tried with POSIX signals"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc"),
]
ROUNDS = {True: ["SIGKILL", "SIGINT"], False: ["SIGTERM", "SIGKILL", "SIGKILL", "SIGKILL"]}
"""What runs get one after another, from nothing or from the pages of another version, before one may end."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return soak.Bench(tmp_path_factory.mktemp("soak"), areas=["X001", "X002", "X003"])


def test_runs_that_are_killed_or_interrupted_go_on_to_the_same_bytes(bench):
    """F07, F08; and F24, because checkout, survey and outputs are under a path of its kind."""
    assert len(str(bench.checkout)) > 150
    assert " " in bench.checkout.parent.name
    assert not bench.checkout.parent.name.isascii()
    chance = random.Random(7)
    for anew, names in ROUNDS.items():
        soak.begin(bench, anew=anew, version="A")
        for name in names:
            soak.disturb(bench, name, chance=chance)
        soak.resume(bench, "A")


DAMAGES = {
    "half a page": ("demo/X001/01_who_answered.html", lambda path: path.write_bytes(path.read_bytes()[:-9])),
    "a page without a record": ("demo/X001/result.json", Path.unlink),
    "a page that no record names": ("demo/X001/02_more.html", Path.touch),
    "half a table of all": ("demo/results.parquet", lambda path: path.write_bytes(path.read_bytes()[:-9])),
    "half an index": ("demo/index.html", lambda path: path.write_bytes(path.read_bytes()[:-9])),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_whole_is_seen(damage, bench, tmp_path):
    name, change = DAMAGES[damage]
    shutil.copytree(bench.made["A"], tmp_path / "pages")
    soak.check_whole(tmp_path / "pages")
    change(tmp_path / "pages" / name)
    with pytest.raises((soak.Violation, ValueError, OSError)):
        soak.check_whole(tmp_path / "pages")
