"""Every format gives the same rows, however large the file; what is broken is refused with its place."""

from __future__ import annotations

import json

import pyarrow
import pytest
from pyarrow import parquet

from workbench.data import _array, files
from workbench.errors import DataError

ROWS = [{"prompt": "Grüße, then?\nTwice."}, {"prompt": "東京 🙂"}]


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_parquet(folder, rows=ROWS):
    parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "rows.parquet")
    return folder / "rows.parquet"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.jsonl", "\n".join(json.dumps(row) for row in ROWS)),
        ("rows.ndjson", "".join(json.dumps(row, ensure_ascii=False) + "\r\n" for row in ROWS)),
        ("rows", "".join(json.dumps(row) + "\n" for row in ROWS)),
        ("rows.json", json.dumps(ROWS, indent=2)),
        ("rows.json", "\ufeff" + json.dumps(ROWS, ensure_ascii=False)),
        ("rows.csv", '\ufeffprompt\n"Grüße, then?\nTwice."\n東京 🙂\n'),
        ("rows.TSV", 'prompt\n"Grüße, then?\nTwice."\n東京 🙂\n'),
    ],
)
def test_the_rows_of_a_text_format(tmp_path, name, content):
    path = write(tmp_path, name, content)
    found = list(files.stream(path))
    assert [row for row, _ in found] == ROWS
    assert found[-1][1] == files.size(path) == path.stat().st_size


def test_the_rows_of_a_parquet_file(tmp_path):
    path = as_parquet(tmp_path)
    assert list(files.stream(path)) == [(ROWS[0], 1), (ROWS[1], 2)]
    assert files.size(path) == 2


def test_plain_text_is_a_row_a_line(tmp_path):
    assert files.objects(write(tmp_path, "a.jsonl", '{"text": "a"}')) == [{"text": "a"}]
    found = files.stream(write(tmp_path, "a.txt", "One line.\r\n\n  Another.\n"))
    assert [row for row, _ in found] == [{"text": "One line."}, {"text": "  Another."}]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7])
def test_an_array_is_the_same_in_whatever_pieces_it_is_read(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(_array, "_CHUNK", chunk)
    rows = [*ROWS, {"n": [1.5e-3, -20, True, None, {"a": '\\u00e9 " ]'}]}, {}]
    path = write(tmp_path, "rows.json", json.dumps(rows, ensure_ascii=False, indent=1))
    assert [row for row, _ in files.stream(path)] == rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"a": 1},\n {"a": }]', "line 2: not valid JSON"),
        ('[{"a": 1}\n {"a": 2}]', r"line 2: not valid JSON \(Expecting ',' delimiter\)"),
        ('[{"a": 1}] x', "text after the closing bracket"),
        ('[{"a": "x', "line 1: not valid JSON"),
        ('[{"a": 1},', "not valid JSON"),
        (b'\xef\xbb\xbf[{"a": "\xff"}]', r"not UTF-8 \(byte 11\)"),
    ],
)
@pytest.mark.parametrize("chunk", [3, 2**20])
def test_a_broken_array_is_refused_in_whatever_pieces_it_is_read(tmp_path, monkeypatch, content, message, chunk):
    monkeypatch.setattr(_array, "_CHUNK", chunk)
    with pytest.raises(DataError, match=message):
        list(files.stream(write(tmp_path, "rows.json", content)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.xlsx", "", r"files that end in \.xlsx are not read\. .*save it as jsonl"),
        ("rows.jsonl.gz", "", r"files that end in \.gz are not read\. Unpack it"),
        ("rows.parquet", "no", "is not a parquet file"),
        ("rows.txt", b"\xff", r"is not UTF-8 \(byte 0\)"),
        ("rows.csv", b"a\n\x00\n", None),
    ],
)
def test_what_nobody_reads_is_named(tmp_path, name, content, message):
    path = write(tmp_path, name, content)
    if message is None:
        assert [row for row, _ in files.stream(path)] == [{"a": "\x00"}]
        return
    with pytest.raises(DataError, match=message):
        list(files.stream(path))


def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path):
    path = as_parquet(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="is not a parquet file"):
        list(files.stream(path))


def test_a_line_without_an_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.data._bytes.LONGEST_LINE", 2**20)
    with pytest.raises(DataError, match=r"a line of more than 1 MB\. Is it one JSON array"):
        list(files.stream(write(tmp_path, "rows.jsonl", "[" + " " * 2**20)))
