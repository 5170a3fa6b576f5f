"""Real files of the field, imported, checked, and taken by the pre-flight of the trainer that their layout is for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from workbench.data import checks, formats, imports
from workbench.data.checks import Rows
from workbench.data.checks._rows import rows as checked
from workbench.data.splits import Split
from workbench.training import dpo_preflight, kto_preflight, sft_preflight
from workbench.training.completion_rows import completion_rows
from workbench.training.label_rows import label_rows
from workbench.training.pair_rows import pair_rows

FOLDER = os.environ.get("WORKBENCH_FIELD_DATA")
pytestmark = pytest.mark.skipif(FOLDER is None, reason="WORKBENCH_FIELD_DATA names no folder of real data")
LENGTH = 4096  # tiny's tokens are short
FILES = [
    "instructions_alpaca_en.json", "preference_pairs_en.json", "kto_en.json", "sst2_dev.tsv", "sst2_train_2000.tsv",
    "imdb_200.csv", "openbookqa_test.jsonl", "piqa_validation_500.jsonl", "boolq_dev_300.jsonl", "nq_open_200.jsonl",
    "xsum_50.jsonl", "bbq/Religion.jsonl", "bbq/Disability_status.jsonl",
]  # fmt: skip


def taken(table, tokenizer):
    """What the pre-flight of the layout's trainer says."""
    match table.layout:
        case "preferences":
            return dpo_preflight.examine(pair_rows(table), tokenizer, LENGTH)[1]
        case "unpaired":
            return kto_preflight.examine(label_rows(table), tokenizer, LENGTH)[1]
        case _:
            return sft_preflight.examine(completion_rows(table), tokenizer, LENGTH)[1]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_checked_and_ready_for_its_trainer(name, workspace, base):
    source = imports.source(str(Path(FOLDER or "") / name))
    table = formats.read(imports.bring_in(source, workspace, None, {}, Split(), lambda *_: None).kept.path)
    tokenizer = AutoTokenizer.from_pretrained(base)
    found = list(checks.findings(Rows(table.layout, checked(table), lambda text: len(tokenizer.encode(text)), LENGTH)))
    assert {one.check for one in found} >= {"counts", "duplicates", "over-long-rows", "personal-data"}
    report = taken(table, tokenizer)
    assert report.rows == len(table.rows)
    assert report.kept > 0.9 * report.rows
