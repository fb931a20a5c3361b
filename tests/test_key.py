"""The key of a survey's hashes: made once, kept with the answers, and without it no hash tells anything."""

import hashlib
import hmac
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
import sample_runs
import sample_survey as sample

from trustgap import cli
from trustgap.survey import folder, key
from trustgap.survey.checks import SurveyError

HASH = re.compile(r"\b[0-9a-f]{40,64}\b")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="its files have no modes")


@POSIX
def test_a_key_is_made_once_for_its_owner_alone_and_stays(tmp_path):
    made = key.ensure(tmp_path)

    assert made == key.ensure(tmp_path) == key.find(tmp_path)
    assert made.path == tmp_path / key.NAME
    assert made.beside
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert len(made.secret) == 32
    assert [path.name for path in tmp_path.iterdir()] == [key.NAME]
    assert made.secret.hex() not in repr(made)


def test_two_surveys_have_two_keys(tmp_path):
    homes = [tmp_path / name for name in "ab"]
    for home in homes:
        home.mkdir()

    assert len({key.ensure(home).of("the same") for home in homes}) == 2


def test_a_keyed_hash_is_that_of_the_standard(tmp_path):
    """The first test case of RFC 4231, and hashes of files by the definition of HMAC."""
    known = key.Key(b"\x0b" * 20, Path(key.NAME), True)
    (tmp_path / "a").write_bytes(b"answers")
    (tmp_path / "b").write_bytes(b"")
    pad = known.secret.ljust(64, b"\0")
    text = (7).to_bytes(8, "big") + b"answers" + bytes(8)
    inner = hashlib.sha256(bytes(sign ^ 0x36 for sign in pad) + text).digest()

    assert known.of("Hi There") == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert (
        known.of_files([tmp_path / "a", tmp_path / "b"])
        == hashlib.sha256(bytes(sign ^ 0x5C for sign in pad) + inner).hexdigest()
    )


def test_all_who_ask_at_once_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: key.ensure(tmp_path).secret, range(64)))

    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [key.NAME]


@POSIX
def test_a_folder_that_is_read_only_is_left_alone_and_its_key_is_with_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    home = tmp_path / "survey"
    home.mkdir(mode=0o555)
    made = key.ensure(home)

    assert list(home.iterdir()) == []
    assert not made.beside
    assert made.path.is_relative_to(tmp_path / "state" / "trustgap" / "keys")
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o777 == 0o700
    assert key.ensure(home) == made
    # A copy that was brought to lie beside the answers goes before.
    home.chmod(0o755)
    shutil.copyfile(made.path, home / key.NAME)
    assert key.ensure(home).secret == made.secret
    assert key.ensure(home).beside


@POSIX
def test_a_run_says_where_the_key_is_if_it_is_not_with_the_answers(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("trustgap.batch.run._maker", lambda *_: sample_runs.Instant())
    sample.measuring(tmp_path / "notebooks" / "area" / "01_good.ipynb")
    sample_runs.notebooks(monkeypatch, tmp_path / "notebooks")
    survey = sample.folder(tmp_path / "survey", areas=["X003"], waves=["2019"])
    (survey / key.NAME).unlink()
    survey.chmod(0o555)
    assert cli.main(["run", str(survey), "--outputs", str(tmp_path / "pages")]) == 0

    (path,) = (tmp_path / "state").rglob("keys/*")
    said = capsys.readouterr().err
    assert f"The folder of the answers cannot be written: the key of hashes is {path}\n" in said
    assert path.read_text().strip() not in said
    assert not (survey / key.NAME).exists()


@POSIX
def test_a_copy_that_lost_its_mode_gets_it_back(tmp_path):
    made = key.ensure(tmp_path)
    made.path.chmod(0o644)

    assert key.find(tmp_path) == made
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_a_key_lies_where_the_answers_lie(tmp_path):
    survey, other = tmp_path / "survey", tmp_path / "other"
    other.mkdir()
    (other / "answers.csv").touch()

    assert key.home(survey, None) == survey
    assert key.home(survey, other) == other
    assert key.home(survey, other / "answers.csv") == other


@pytest.mark.parametrize("text", ["", "secret", "0" * 63, "0" * 65, "g" * 64])
def test_a_file_that_holds_no_key_is_refused_without_a_word_of_it(text, tmp_path):
    """B15."""
    survey = sample.folder(tmp_path / "survey", areas=["X003"], waves=["2019"])
    (survey / key.NAME).write_text(text)
    with pytest.raises(SurveyError, match=r"this is no key") as refused:
        folder.load(survey)

    assert not text or text not in str(refused.value)
    assert (survey / key.NAME).read_text() == text, "what is there is never replaced"


def test_a_key_is_no_link_out_of_the_folder(tmp_path):
    survey = sample.folder(tmp_path / "survey", areas=["X003"], waves=["2019"])
    (survey / key.NAME).rename(tmp_path / "elsewhere")
    (survey / key.NAME).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SurveyError, match="a link out of the folder"):
        folder.load(survey)


def test_git_takes_no_key(tmp_path):
    """S10: wherever it lies in the project."""
    names = [f"data/{name}" for name in (key.NAME, f"mine/{key.NAME}", f"mine/{key.NAME}-0123")]
    asked = subprocess.run(
        ["git", "check-ignore", *names], cwd=sample.ROOT, capture_output=True, text=True, check=False
    )
    if asked.returncode > 1:
        pytest.skip("not a git checkout")

    assert asked.stdout.split() == names


def other_role(frame):
    """Change of one respondent what no page here shows."""
    row = frame.index[frame["area"].eq("X001")][0]
    frame.loc[row, "role"] = {"senior": "front_line"}.get(frame.loc[row, "role"], "senior")
    return frame


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Run a survey, the same with one answer changed, and the first one with another key."""
    home = tmp_path_factory.mktemp("guess")
    one = sample.folder(home / "one", areas=["X001", "X003"], waves=["2019"])
    shutil.copytree(one, home / "keyed")
    (home / "keyed" / key.NAME).unlink()
    shutil.copytree(one, home / "changed")
    other_role(pd.read_parquet(one / "responses.parquet")).to_parquet(
        home / "changed" / "responses.parquet", index=False
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        books = sample_runs.notebooks(patch, home / "notebooks")
        sample.measuring(books / "area" / "01_good.ipynb")
        sample.national(books / "national" / "20_all.ipynb")
        for name in ("one", "changed", "keyed"):
            assert cli.main(["run", str(home / name), "--outputs", str(home / f"{name} pages")]) == 0
    return home


def hashes(home):
    """Give every hash in what a run left by its place, and all the rest."""
    found, rest = {}, {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and path.suffix != ".parquet":
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(home).as_posix()
            found |= {(name, place): one[0] for place, one in enumerate(HASH.finditer(text))}
            if path.name != "runs.jsonl":
                rest[name] = HASH.sub("a hash", text)
    return found, rest


@pytest.mark.slow
def test_every_hash_that_depends_on_answers_depends_on_the_key(three):
    """B16: who has everything that was published, and all answers but one, cannot try out that one."""
    (one, rest), (changed, again), (keyed, third) = (
        hashes(three / f"{name} pages" / "demo") for name in ("one", "changed", "keyed")
    )
    assert rest == again == third, "nothing else tells the one from the other"
    assert set(one) == set(changed) == set(keyed)
    by_answers = {place for place in one if one[place] != changed[place]}
    by_key = {place for place in one if one[place] != keyed[place]}

    assert {name for name, _ in by_answers} == {
        "X001/01_good.html", "X001/result.json", "national/20_all.html", "national/result.json",
        "run.json", "runs.jsonl",
    }  # fmt: skip
    assert by_answers <= by_key


@pytest.mark.slow
def test_no_hash_of_the_input_that_anybody_can_make_is_published(three):
    """B16."""
    files = [path for path in (three / "one").iterdir() if path.name != key.NAME]
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.read_bytes())
    plain = {
        hashlib.new(kind, path.read_bytes()).hexdigest()
        for path in files
        for kind in ("md5", "sha1", "sha256")
    }
    plain |= {whole.hexdigest()}
    secret = bytes.fromhex((three / "one" / key.NAME).read_text())
    left = b"".join(path.read_bytes() for path in (three / "one pages").rglob("*") if path.is_file())

    assert not [one for one in plain if one.encode() in left or one[:12].encode() in left]
    sealed = {hmac.new(secret, one.encode(), "sha256").hexdigest() for one in plain}
    assert [one for one in sealed if one.encode() in left], "with the key the input can be told again"
    assert secret.hex().encode() not in left
    assert secret not in left


def test_check_says_a_keyed_fingerprint(tmp_path, capsys):
    survey = sample.folder(tmp_path / "survey", areas=["X003"], waves=["2019"])
    assert cli.main(["check", str(survey)]) == 0
    said = [capsys.readouterr().out]
    (survey / key.NAME).unlink()
    assert cli.main(["check", str(survey)]) == 0
    said.append(capsys.readouterr().out)
    one, two = (re.search(r"Fingerprint ([0-9a-f]{12})", text)[1] for text in said)

    assert one != two
    assert os.access(survey / key.NAME, os.R_OK)
