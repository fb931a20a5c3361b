"""The record of releases: only added to, private, and found out when it was cut or edited."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from trustgap.record import releases
from trustgap.record.releases import Broken

KEY = b"k" * 32


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "releases.jsonl"
    for name in ("one", "two", "three"):
        releases.append(path, {"what": "released", "release": name}, key=KEY)
    return path


def lines(path):
    return path.read_bytes().splitlines(keepends=True)


def test_lines_come_back_in_their_order_each_sealed_with_the_one_before(record):
    read = releases.read(record, key=KEY)

    assert [line["release"] for line in read] == ["one", "two", "three"]
    assert [line["number"] for line in read] == [1, 2, 3]
    assert [line["before"] for line in read] == ["", read[0]["seal"], read[1]["seal"]]
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(record.with_suffix(".head").stat().st_mode) == 0o600


def test_a_record_that_is_not_there_has_no_lines(tmp_path):
    assert releases.read(tmp_path / "releases.jsonl", key=KEY) == []


def edited(path):
    path.write_bytes(path.read_bytes().replace(b'"two"', b'"2nd"'))


def first_cut(path):
    path.write_bytes(b"".join(lines(path)[1:]))


def middle_cut(path):
    path.write_bytes(lines(path)[0] + lines(path)[2])


def last_cut(path):
    path.write_bytes(b"".join(lines(path)[:2]))


def swapped(path):
    one, two, three = lines(path)
    path.write_bytes(two + one + three)


def repeated(path):
    path.write_bytes(path.read_bytes() + lines(path)[2])


def emptied(path):
    path.write_bytes(b"")


def removed(path):
    path.unlink()


def not_json(path):
    one, _, three = lines(path)
    path.write_bytes(one + b"{\n" + three)


def head_removed(path):
    path.with_suffix(".head").unlink()


def head_edited(path):
    head = path.with_suffix(".head")
    head.write_text(json.dumps(json.loads(head.read_text()) | {"count": 2}))


def sealed_by_another(path):
    last = json.loads(lines(path)[2])
    seal = last.pop("seal")
    last["release"] = "other"
    other = releases._seal(last, b"x" * 32)
    assert other != seal
    path.write_bytes(b"".join(lines(path)[:2]) + json.dumps(last | {"seal": other}).encode() + b"\n")


FAULTS = [
    edited, first_cut, middle_cut, last_cut, swapped, repeated, emptied, removed, not_json, head_removed,
    head_edited, sealed_by_another,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_record_that_was_cut_or_edited_is_found_out(record, fault):
    """B44."""
    fault(record)

    with pytest.raises(Broken):
        releases.read(record, key=KEY)
    with pytest.raises(Broken):
        releases.append(record, {"what": "released", "release": "four"}, key=KEY)


def test_a_record_made_with_another_key_is_none(record):
    with pytest.raises(Broken):
        releases.read(record, key=b"x" * 32)


def test_half_a_line_left_by_a_power_cut_is_no_line_and_nothing_is_joined_to_it(record):
    whole = record.read_bytes()
    record.write_bytes(whole + b'{"number": 4, "rel')

    assert len(releases.read(record, key=KEY)) == 3
    releases.append(record, {"what": "released", "release": "four"}, key=KEY)
    assert record.read_bytes().startswith(whole)
    assert [line["number"] for line in releases.read(record, key=KEY)] == [1, 2, 3, 4]


def test_a_line_that_was_written_and_not_yet_counted_counts(record):
    head = record.with_suffix(".head").read_bytes()
    releases.append(record, {"what": "released", "release": "four"}, key=KEY)
    record.with_suffix(".head").write_bytes(head)

    assert len(releases.read(record, key=KEY)) == 4
    releases.append(record, {"what": "released", "release": "five"}, key=KEY)
    assert len(releases.read(record, key=KEY)) == 5


@pytest.mark.parametrize("when", [1, 2])
def test_a_full_disk_leaves_the_record_as_it_was(record, when, monkeypatch):
    """B48."""
    before, head = record.read_bytes(), record.with_suffix(".head").read_bytes()
    count, sync = [0], os.fsync

    def full(handle):
        count[0] += 1
        if count[0] == when:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        releases.append(record, {"what": "released", "release": "four"}, key=KEY)

    assert (record.read_bytes(), record.with_suffix(".head").read_bytes()) == (before, head)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["fsync", "replace", "_write_head"])
def test_an_interruption_leaves_a_record_that_is_whole(record, step, late, monkeypatch):
    """B77."""
    owner = {"fsync": os, "replace": Path, "_write_head": releases}[step]
    whole = getattr(owner, step)

    def interrupted(*given):
        if late:
            whole(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            releases.append(record, {"what": "released", "release": "four"}, key=KEY)

    counted = late and step != "fsync"
    assert len(releases.read(record, key=KEY)) == 3 + counted
    releases.append(record, {"what": "released", "release": "five"}, key=KEY)
    assert [line["number"] for line in releases.read(record, key=KEY)] == list(range(1, 5 + counted))


def test_a_link_is_not_written_through(tmp_path):
    (tmp_path / "elsewhere").write_text("")
    path = tmp_path / "releases.jsonl"
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic link"):
        releases.append(path, {"what": "released", "release": "one"}, key=KEY)
    assert (tmp_path / "elsewhere").read_text() == ""
