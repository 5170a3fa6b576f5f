from __future__ import annotations

import pytest
from dpo_runs import pair

from workbench.errors import DataError
from workbench.training.pair_rows import checked

GOOD = pair("How are you?", "Well.", "No.")


def test_a_missing_column_is_named_with_its_row_and_the_fix():
    with pytest.raises(
        DataError, match=r"pairs.jsonl, row 2: there is no column 'rejected'.*needs the columns"
    ) as info:
        checked([GOOD, {"prompt": GOOD["prompt"], "chosen": GOOD["chosen"], "reject": []}], "pairs.jsonl")
    assert "it has chosen, prompt, reject" in info.value.message


def test_plain_text_after_a_conversational_row_is_found():
    with pytest.raises(DataError, match=r"row 2, column 'chosen': expected a list of messages, found str 'Well\.'"):
        checked([GOOD, {**GOOD, "chosen": "Well."}], "pairs.jsonl")


def test_a_message_without_text_is_named():
    with pytest.raises(DataError, match="row 1, column 'prompt', message 1: there is no content that is text"):
        checked([{**GOOD, "prompt": [{"role": "user", "content": None}]}], "pairs.jsonl")


def test_further_columns_are_left_out():
    assert checked([{**GOOD, "margin": 2.0}], "pairs.jsonl") == [GOOD]
