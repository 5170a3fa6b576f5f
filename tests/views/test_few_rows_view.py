"""The rows that are counted before a training is queued."""

from __future__ import annotations

import json

from workbench import jobs
from workbench.store import data
from workbench.views.few_rows import few_rows

PAIR = {
    "prompt": [{"role": "user", "content": "Q?"}], "chosen": [{"role": "assistant", "content": "A."}],
    "rejected": [{"role": "assistant", "content": "B."}],
}  # fmt: skip


def written(folder, rows, row=PAIR):
    path = folder / "rows.jsonl"
    path.write_text((json.dumps(row) + "\n") * rows)
    return str(path)


def said(store, reference, kind="train-dpo", **params):
    return few_rows(store, jobs.parse(kind, {"data": reference, **params}))


def test_a_file_is_counted_where_it_lies(store, tmp_path):
    assert said(store, written(tmp_path, 3)).startswith("Only 3 pairs")
    assert said(store, written(tmp_path, 60)) is None


def test_a_limit_counts(store, tmp_path):
    assert said(store, written(tmp_path, 60), limit=2).startswith("Only 2 pairs")


def test_rows_for_evaluation_only_do_not(store, tmp_path):
    path, card = written(tmp_path, 60), {"eval_share": 0.5, "family": None, "training": 28, "evaluation": 32}
    data.add(store, "mine", "preferences", 60, "f", path, "file", card)
    assert said(store, "mine").startswith("Only 28 pairs")


def test_of_documents_nothing_is_said(store, tmp_path):
    assert said(store, written(tmp_path, 3, {"text": "A long book."}), kind="train-sft") is None
