"""Real files of the field are imported as what they are, and are ready to be trained on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datasets import Dataset
from workbench.data import formats, imports, trl
from workbench.data.splits import Split, held_out_rows
from workbench.errors import DataError

FOLDER = os.environ.get("WORKBENCH_FIELD_DATA")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="WORKBENCH_FIELD_DATA names no folder of real data")
FILES = [  # rows as the folder's own list counts them
    ("instructions_alpaca_en.json", "alpaca", 999),
    ("preference_pairs_en.json", "preferences", 300),
    ("kto_en.json", "unpaired", 300),
    ("sst2_dev.tsv", "labelled", 872),
    ("sst2_train_2000.tsv", "labelled", 2000),
    ("imdb_200.csv", "labelled", 200),
    ("openbookqa_test.jsonl", "choices", 500),
    ("piqa_validation_500.jsonl", "choices", 500),
    ("boolq_dev_300.jsonl", "completions", 300),
    ("nq_open_200.jsonl", "completions", 200),
    ("xsum_50.jsonl", "completions", 50),
    ("bbq/Religion.jsonl", "choices", 1200),
    ("bbq/Disability_status.jsonl", "choices", 1556),
    ("winobias/pro_type1.dev.txt", "text", 396),
    ("winobias/anti_type2.dev.txt", "text", 396),
]


def bring_in(name, workspace, **mapped):
    source = imports.source(str(Path(FOLDER or "") / name))
    return imports.bring_in(source, workspace, None, mapped, Split(0.1), lambda *_: None)


@pytest.mark.parametrize(("name", "layout", "rows"), FILES, ids=[name for name, *_ in FILES])
def test_a_file_is_imported_and_becomes_a_set_for_training(workspace, name, layout, rows):
    found = bring_in(name, workspace)
    table = formats.read(found.kept.path)
    assert (table.layout, len(table.rows)) == (layout, rows)
    assert found.evaluation == sum(held_out_rows(table, Split(0.1)))
    assert len(Dataset.from_list(list(trl.rows(table)))) == rows


def test_a_file_of_columns_that_only_a_person_knows_is_imported_as_named(workspace):
    with pytest.raises(DataError, match=r"no known layout has the columns .*sent_less, sent_more.*--map text=COLUMN"):
        bring_in("crows_pairs.csv", workspace)
    assert bring_in("crows_pairs.csv", workspace, text="sent_more").kept.rows == 1508
