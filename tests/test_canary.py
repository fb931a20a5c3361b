"""Respondents planted in the answers are found nowhere in what a run of every notebook leaves behind."""

import base64
import gzip
import hashlib
import html
import io
import json
import os
import subprocess
import sys
import urllib.parse
import zipfile
import zlib

import canaries
import pandas as pd
import pytest
import sample_survey as sample

from trustgap.survey import key


def picture(text):
    """Give the bytes of a drawing that keeps a text, packed, beside its dots."""
    body = b"Comment\0\0" + zlib.compress(text.encode())
    return b"\x89PNG\r\n\x1a\n" + len(body).to_bytes(4) + b"zTXt" + body + bytes(4)


def workbook(text):
    made = io.BytesIO()
    pd.DataFrame({"a": [1, text]}).to_excel(made, index=False)
    return made.getvalue()


def archive(text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.gz", gzip.compress(text.encode()))
    return made.getvalue()


def parquet(text):
    made = io.BytesIO()
    pd.DataFrame({"a": ["as usual"] * 99 + [text]}).to_parquet(made, compression="zstd")
    return made.getvalue()


def arrow(text):
    made = io.BytesIO()
    pd.DataFrame({"a": ["as usual"] * 99 + [text]}).to_feather(made, compression="zstd")
    return made.getvalue()


def drawing(text):
    return f'<img src="data:image/svg+xml,{urllib.parse.quote(f"<svg><desc>{text}</desc></svg>")}">'.encode()


WRITTEN = {
    "as it is": lambda text: text.encode(),
    "in capitals": lambda text: text.upper().encode(),
    "as Windows writes it": lambda text: text.encode("utf-16"),
    "in base64": lambda text: base64.b64encode(f"x{text}y".encode()),
    "in base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()),
    "in an address": lambda text: urllib.parse.quote(text, safe="").encode(),
    "in JSON": lambda text: json.dumps({"a": text}).encode(),
    "in HTML": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace"),
    "as hexadecimal numbers": lambda text: text.encode().hex().encode(),
    "as a hash": lambda text: hashlib.sha256(text.encode()).hexdigest().encode(),
    "in a drawing": drawing,
    "in a packed drawing": lambda text: b"data:image/svg+xml;base64," + base64.b64encode(drawing(text)),
    "in a picture": picture,
    "in a workbook": workbook,
    "in an archive": archive,
    "in a Parquet file": parquet,
    "in an Arrow file": arrow,
}


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("name", canaries.PLANTED)
def test_what_is_planted_is_found_however_it_is_written(name, way):
    """B13."""
    found = canaries.hits(
        b"before " * (way in ("as it is", "in HTML")) + WRITTEN[way](canaries.PLANTED[name])
    )

    assert name in found
    assert canaries.hits(WRITTEN[way]("as usual")) == set()


def test_names_of_files_are_searched_too(tmp_path):
    (tmp_path / f"{canaries.RESPONDENT}.html").touch()
    (tmp_path / "link").symlink_to(f"/home/{canaries.MAIL}")

    assert (
        list(canaries.search(tmp_path).values()) == [["mail", "the name's last word"], ["respondent"]][::-1]
    )


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Run every notebook on four areas, one of them tiny, in a user's home; give that and what was said."""
    home = tmp_path_factory.mktemp("canary") / canaries.USER
    survey = sample.folder(home / "survey", answers=canaries.plant)
    for name in ("cases", "evidence", "metrics"):
        rows = pd.read_csv(sample.DEMO / f"{name}.csv", dtype=str)
        rows = rows[rows["area"].isin(sample.AREAS)].assign(note=canaries.COMMENT, who=canaries.NAME)
        rows.to_csv(survey / f"{name}.csv", index=False)
    for name in ("temporary", "own", "here"):
        (home / name).mkdir()
    own = {"TMPDIR": home / "temporary", "HOME": home / "own", "XDG_STATE_HOME": home / "own"}
    more = {name: str(path) for name, path in own.items()}
    more |= {"PYTHONPATH": str(sample.ROOT / "lib"), "USER": canaries.USER, "LOGNAME": canaries.USER}
    done = subprocess.run(
        [sys.executable, "-m", "trustgap.cli", "run", survey, "--outputs", home / "pages", "--workers", "2"],
        cwd=home / "here", env=os.environ | more, capture_output=True, check=False,
    )  # fmt: skip
    return home, done


@pytest.mark.slow
def test_nothing_that_a_run_of_every_notebook_leaves_holds_a_respondent(left):
    """A36."""
    home, done = left
    pages = list((home / "pages" / "demo").glob("*/*.html"))

    assert done.returncode == 0, done.stderr
    assert len(pages) > 30
    assert canaries.search(home / "survey"), "what is planted is in what was read"
    assert canaries.search(home / "pages", home / "temporary", home / "own", home / "here") == {}
    assert canaries.hits(done.stdout + done.stderr) == set()


@pytest.mark.slow
def test_nothing_published_names_the_user_in_whose_home_the_survey_lies(left):
    """A43."""
    assert canaries.search(left[0] / "pages", known=canaries.USER_FORMS) == {}


@pytest.mark.slow
def test_a_run_leaves_nothing_but_pages_tables_and_records(left):
    """A41: no notebook that was run, no half-made file, no answers, anywhere."""
    home, _ = left
    kinds = {path.suffix or path.name for path in (home / "pages").rglob("*") if path.is_file()}

    assert kinds == {".html", ".csv", ".parquet", ".json", ".jsonl"}
    assert not list((home / "temporary").iterdir())
    assert not [path for name in ("own", "here") for path in (home / name).rglob("*.ipynb")]
    assert not [path for path in (home / "own").rglob("*") if "history" in path.name]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="its files have no modes")
def test_what_a_run_leaves_is_its_owners_alone(left):
    """B14."""
    home, _ = left
    there = [home / "survey" / key.NAME, *(home / "pages").rglob("*")]

    assert {path.stat().st_mode & 0o077 for path in there} == {0}
