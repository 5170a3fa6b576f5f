"""A data set is kept by its content, whole or not at all."""

from __future__ import annotations

import hashlib

import pytest

from workbench.data import sources
from workbench.errors import DataError


def test_a_file_is_kept_under_its_hash(workspace, tmp_path):
    path = tmp_path / "Rows.JSONL"
    path.write_bytes(b"abc")
    stored, fingerprint = sources.keep(path, workspace)
    assert fingerprint == hashlib.sha256(b"abc").hexdigest()
    assert (stored.name, stored.read_bytes()) == (f"{fingerprint}.jsonl", b"abc")


def test_the_same_content_is_kept_once_and_not_written_again(workspace, tmp_path):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_bytes(b"abc")
    second.write_bytes(b"abc")
    stored, _ = sources.keep(first, workspace)
    before = stored.stat().st_mtime_ns
    assert sources.keep(second, workspace)[0] == stored
    assert stored.stat().st_mtime_ns == before
    assert [path.name for path in workspace.data.iterdir()] == [stored.name]


def test_a_place_that_cannot_be_written_is_named_and_no_part_is_left(tmp_path):
    source = tmp_path / "a"
    source.write_bytes(b"abc")
    (tmp_path / "target").mkdir()
    with pytest.raises(DataError, match="target cannot be written: is a directory"):
        sources.write_durably(tmp_path / "target", source)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "target"]


def test_a_missing_file_is_named(workspace, tmp_path):
    with pytest.raises(DataError, match="none cannot be read: no such file"):
        sources.keep(tmp_path / "none", workspace)
