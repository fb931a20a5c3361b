"""The file of free text: whatever was typed can be read back, and nothing of it lies anywhere else."""

import csv
import shutil
import stat
import subprocess
from types import SimpleNamespace

import pandas as pd
import pytest
import sample_survey as sample
from hypothesis import given
from hypothesis import strategies as st
from test_spreadsheets import HARMLESS, HOSTILE

from trustgap.survey import free_text
from trustgap.survey.spreadsheets import marked, unmarked

ODD = {
    "a lone carriage return": "one\rtwo",
    "every kind of line": "one\r\ntwo\n\rthree\u2028four\x85five\x1csix",
    "longer than the library reads by itself": "x" * 200_000,
    "quotation marks": 'he said "no", and ""left""',
    "an open quotation mark": '"one, two\nthree',
    "NUL": "one\0two",
    "a header": "id,survey,column,text",
    "separators": ',;\t,"',
    "nothing to see": "\u200b\u2060",
}


def kept(home, texts, *, survey="one", column="why"):
    """Have texts kept as those of a column of comments."""
    asked = SimpleNamespace(survey=survey, comments=[column], others={})
    aside = free_text.Aside(asked, file="answers.parquet")
    list(aside.strip(iter([pd.DataFrame({column: texts})])))
    return aside.keep(home)


def rows(home):
    before = csv.field_size_limit(10**6)
    try:
        with (home / "free_text.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    finally:
        csv.field_size_limit(before)


def ids(home, survey="one"):
    return {row["text"]: row["id"] for row in rows(home) if row["survey"] == survey}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_whatever_was_typed_is_read_back_and_keeps_its_id(text, tmp_path):
    """B57."""
    limit = csv.field_size_limit()
    kept(tmp_path, [text, "another"])
    first = ids(tmp_path)
    kept(tmp_path, ["another", "a third", text])

    assert set(first) == {text, "another"}
    assert {key: one for key, one in ids(tmp_path).items() if key in first} == first
    assert csv.field_size_limit() == limit, "headers that do not end are found by the library's own limit"


@given(st.lists(st.text(), max_size=5))
def test_any_texts_at_all_are_read_back(tmp_path_factory, texts):
    """B57."""
    home = tmp_path_factory.mktemp("kept")
    kept(home, [*texts, "one"])
    before = (home / "free_text.csv").read_bytes()
    kept(home, [*texts, "one"])

    assert (home / "free_text.csv").read_bytes() == before
    stored = pd.DataFrame({"text": [row["text"] for row in rows(home)]})
    assert sorted(unmarked(stored)["text"]) == sorted([*texts, "one"])


def test_surveys_in_one_folder_keep_their_texts_and_ids_apart(tmp_path):
    """B58."""
    kept(tmp_path, ["mine", "shared"], survey="one")
    first = ids(tmp_path)
    kept(tmp_path, ["yours", "shared"], survey="two")
    second = ids(tmp_path, "two")
    assert set(second) == {"yours", "shared"}
    assert ids(tmp_path) == first

    kept(tmp_path, ["mine"], survey="one")
    assert ids(tmp_path) == {"mine": first["mine"]}, "what is no more among the answers goes"
    assert ids(tmp_path, "two") == second
    assert len({*first.values(), *second.values()}) == 4


@pytest.mark.parametrize("text", [*HOSTILE.values(), *HARMLESS], ids=[*HOSTILE, *map(repr, HARMLESS)])
def test_texts_are_marked_for_spreadsheets_as_every_table_of_ours_is(text, tmp_path):
    """B61. A50."""
    kept(tmp_path, [text], column="=1+1")

    (row,) = rows(tmp_path)
    assert row["text"] == marked(pd.DataFrame({"text": [text]}))["text"][0]
    assert row["column"] == "'=1+1"


def test_the_file_is_for_its_owner_alone_and_lies_alone(tmp_path):
    for texts in (["one"], ["one"], ["two"]):
        kept(tmp_path, texts)

        assert [path.name for path in tmp_path.iterdir()] == ["free_text.csv"]
        assert stat.S_IMODE((tmp_path / "free_text.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["free_text.csv", ".free_text.csv.0a1b2c3d"])
def test_git_takes_neither_the_file_nor_what_a_power_cut_leaves_of_it(name):
    """B56."""
    if not shutil.which("git") or not (sample.ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    asked = ["git", "check-ignore", "-q", f"data/any/{name}"]
    assert subprocess.run(asked, cwd=sample.ROOT, check=False).returncode == 0
