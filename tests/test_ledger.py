"""What is on record: files by their hashes, events line by line, nothing by halves."""

import json
import os

import pytest

from trustgap.record import ledger

PAGE = {"key": "k", "parts": {}, "files": {}, "facts": {"Results": "3 shown, 1 hidden"}}


@pytest.fixture
def area(tmp_path):
    (tmp_path / "01_who.html").write_text("page")
    files = {"01_who.html": ledger.digest(tmp_path / "01_who.html")}
    ledger.write(tmp_path, {"01_who": PAGE | {"files": files}})
    return tmp_path


def test_a_page_on_record_is_read_back_and_found_intact(area):
    page = ledger.read(area)["01_who"]
    assert page["facts"] == PAGE["facts"]
    assert ledger.intact(area, page)
    assert sorted(path.name for path in area.iterdir()) == ["01_who.html", "result.json"]


def test_a_file_changed_cut_or_gone_is_seen_even_with_the_same_time_and_length(area):
    page, path = ledger.read(area)["01_who"], area / "01_who.html"
    before = path.stat()
    for change in (lambda: path.write_text("pagf"), lambda: path.write_text("pa"), path.unlink):
        change()
        if path.exists():
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert not ledger.intact(area, page)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 99, "pages": {"a": {"files": {}}}}', '{"format": 1, "pages": []}'],
)
def test_a_record_that_cannot_be_read_is_no_record(text, tmp_path):
    (tmp_path / "result.json").write_text(text)
    assert ledger.read(tmp_path) == {}


def test_half_a_line_is_left_out_and_nothing_is_joined_to_it(tmp_path):
    path = tmp_path / "runs.jsonl"
    ledger.Log(path).note("made", area="X1")
    with path.open("a") as file:
        file.write('{"run": "first", "event": "ma')
    ledger.Log(path).note("made", area="X2")

    assert [one["area"] for one in ledger.events(path)] == ["X1", "X2"]
    assert all(f"process {os.getpid()}" in one["run"] for one in ledger.events(path))
    assert ledger.events(tmp_path / "none.jsonl") == []


def test_a_file_that_cannot_be_replaced_keeps_what_it_held(tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    ledger.replace(path, "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        ledger.replace(path, json.dumps("new"))
    assert path.read_text() == "old"
