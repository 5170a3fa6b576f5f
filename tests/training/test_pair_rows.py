from __future__ import annotations

import json

import pytest
from dpo_runs import pair

from workbench.data import formats
from workbench.errors import DataError
from workbench.training.pair_rows import pair_rows

GOOD = pair("How are you?", "Well.", "No.")


def table(folder, *rows):
    path = folder / "pairs.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return formats.read(path)


def test_three_columns_are_taken_and_further_ones_left(tmp_path):
    assert pair_rows(table(tmp_path, {**GOOD, "margin": 2.0})) == [GOOD]


def test_another_layout_is_refused_with_file_and_columns(tmp_path):
    with pytest.raises(DataError, match=r"pairs\.jsonl holds alpaca with the columns instruction, output; DPO needs"):
        pair_rows(table(tmp_path, {"instruction": "Say hi.", "output": "Hi."}))


def test_a_later_row_without_a_column_is_named(tmp_path):
    with pytest.raises(DataError, match=r"pairs\.jsonl, row 2: the column 'rejected' is missing"):
        table(tmp_path, GOOD, {"prompt": GOOD["prompt"], "chosen": GOOD["chosen"], "reject": GOOD["rejected"]})
