"""The key beside the answers: made once, private, never replaced."""

import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from trustgap.survey import secret


def test_a_key_is_made_once_beside_the_answers_and_only_its_owner_reads_it(tmp_path):
    first = secret.key(tmp_path)

    path = tmp_path / "trustgap.key"
    assert len(first) == 32
    assert secret.key(tmp_path) == first == bytes.fromhex(path.read_text().strip())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["trustgap.key"], "a draft was left"


def test_two_surveys_have_two_keys(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()

    assert secret.key(tmp_path / "a") != secret.key(tmp_path / "b")


def test_processes_that_ask_at_the_same_time_get_the_same_key(tmp_path):
    ask = "import sys; from trustgap.survey.secret import key; print(key(sys.argv[1]).hex())"
    command = [sys.executable, "-c", ask, str(tmp_path)]
    with ThreadPoolExecutor(6) as pool:
        runs = pool.map(lambda _: subprocess.run(command, capture_output=True, check=True), range(6))
        keys = {run.stdout.strip() for run in runs}

    assert keys == {secret.key(tmp_path).hex().encode()}


def test_where_the_folder_cannot_be_written_the_key_lies_in_the_users_own_folder(tmp_path, monkeypatch):
    state, survey = tmp_path / "state", tmp_path / "survey"
    survey.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    make = secret._make

    def refuse(path):
        if path.is_relative_to(survey):
            raise PermissionError(13, "Permission denied", str(path))
        make(path)

    monkeypatch.setattr(secret, "_make", refuse)
    first, path = secret.key(survey), secret.place(survey)

    assert path.is_relative_to(state)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(survey.iterdir())
    # A folder that can be written to later on keeps the key that it has been used with.
    monkeypatch.setattr(secret, "_make", make)
    assert secret.key(survey) == first


def test_a_folder_marked_as_read_only_is_left_alone_also_by_those_who_may_write_everywhere(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    survey = tmp_path / "survey"
    survey.mkdir(mode=0o555)
    first = secret.key(survey)

    assert secret.found(survey).is_relative_to(tmp_path / "state")
    assert not list(survey.iterdir())
    assert secret.key(survey) == first


def test_a_copy_that_lost_its_mode_gets_it_back(tmp_path):
    first = secret.key(tmp_path)
    (tmp_path / "trustgap.key").chmod(0o644)

    assert secret.key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "trustgap.key").stat().st_mode) == 0o600


def test_a_state_folder_that_is_not_absolute_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert secret._state() == tmp_path / ".local" / "state" / "trustgap"


@pytest.mark.parametrize("content", [b"", b"0" * 63, b"g" * 64, b"0" * 65, b"0" * 64 + b"\nmore"])
def test_a_file_that_is_no_key_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "trustgap.key"
    path.write_bytes(content)

    with pytest.raises(OSError, match="not a key of trustgap"):
        secret.key(tmp_path)
    assert path.read_bytes() == content


def test_a_link_or_a_pipe_in_the_keys_place_is_refused_at_once(tmp_path):
    """B19."""
    (tmp_path / "link").mkdir()
    (tmp_path / "pipe").mkdir()
    (tmp_path / "elsewhere").write_text("0" * 64)
    (tmp_path / "link" / "trustgap.key").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe" / "trustgap.key")

    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=r"key"):
            secret.key(tmp_path / name)


def test_a_digest_is_the_one_of_rfc_4231_and_differs_from_a_plain_hash():
    # Test case 1 of RFC 4231.
    expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"

    assert secret.digest(b"\x0b" * 20, b"Hi There") == expected
    assert secret.digest(b"\x0b" * 20, b"Hi There") != hashlib.sha256(b"Hi There").hexdigest()
