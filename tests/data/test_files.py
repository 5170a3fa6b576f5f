"""A table as csv or tsv: quotes and line breaks inside a cell stay, and what is broken is refused with its place."""

from __future__ import annotations

import pytest

from workbench.data import files
from workbench.errors import DataError


def table(folder, content, name="rows.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_cells_keep_commas_quotes_and_line_breaks(tmp_path):
    path = table(tmp_path, 'prompt,answer\r\n"Why, then?","He said ""so"".\nTwice."\r\n\r\nHow?,\r\n')
    assert files.cells(path) == [
        {"prompt": "Why, then?", "answer": 'He said "so".\nTwice.'},
        {"prompt": "How?", "answer": ""},
    ]


def test_tabs_separate_the_cells_of_a_tsv(tmp_path):
    assert files.cells(table(tmp_path, "a\tb\n1,5\t2\n", "rows.tsv")) == [{"a": "1,5", "b": "2"}]


def test_a_cell_may_be_longer_than_the_csv_module_allows(tmp_path):
    assert len(files.cells(table(tmp_path, f"a\n{'x' * 200_000}\n"))[0]["a"]) == 200_000


@pytest.mark.parametrize("content", ["", "a,b\n"])
def test_a_table_without_rows_has_none(tmp_path, content):
    assert files.cells(table(tmp_path, content)) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n1\n", "rows.csv, row 2 has 1 cells, but the first line names 2 columns"),
        ("a,b\n1,2,3\n", "rows.csv, row 1 has 3 cells"),
        ("a,a\n1,2\n", "names the column 'a' twice"),
        ('a,b\n1,"2"3\n', "line 2: not valid CSV"),
        ('a,b\n1,"2\n', "not valid CSV"),
        (b"a\n\xff\n", r"is not UTF-8 \(byte 2\)"),
    ],
)
def test_a_broken_table_is_refused_with_the_place(tmp_path, content, message):
    with pytest.raises(DataError, match=message):
        files.cells(table(tmp_path, content))
