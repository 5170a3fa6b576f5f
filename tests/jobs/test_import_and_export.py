"""Rows in and out as jobs: the split is kept in the card, training leaves it out, and an export can be read again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import datasets
from workbench import jobs as kinds
from workbench.data import formats
from workbench.errors import Cancelled, DataError
from workbench.jobs import _inputs, _train_data, generate
from workbench.spec import JobSpec
from workbench.store import data, exports, jobs, settings
from workbench.views.data_rows import ColumnShown, data_rows, data_shown
from workbench.worker.context import WarmModel, WorkerContext

ROWS = [{"instruction": f"Double {n}.", "output": str(2 * n), "topic": n % 5} for n in range(60)]
ASK, SAY, NAY = (
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "So."},
    {"role": "assistant", "content": "No."},
)


@pytest.fixture
def context(store):
    jobs.enqueue(store, JobSpec("import-data", {"path": "x"}), "light", "import")
    return WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel())


def run(context, kind, **values):
    spec = kinds.parse(kind, values)
    kinds.check(context.store, spec)
    return kinds.execute(context, spec)


@pytest.fixture
def brought(context, tmp_path):
    def bring(rows=ROWS, **values):
        path = tmp_path / "rows.json"
        path.write_text(json.dumps(rows))
        return run(context, "import-data", path=str(path), **values)

    return bring


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_an_import_says_what_it_recognised_and_held_out(context, brought):
    result = brought(name="sums", eval_share=0.3)
    assert (result["data"], result["rows"], result["layout"]) == ("sums", 60, "alpaca")
    assert result["recognised"].startswith("layout alpaca: all of 60 sampled rows")
    assert 0 < result["evaluation"] == 60 - result["training"] < 60
    assert data.by_name(context.store, "sums").card["evaluation"] == result["evaluation"]


def test_what_is_held_out_is_not_trained_on(context, brought):
    result = brought(name="sums", eval_share=0.3)
    trained = _train_data.rows(data.by_name(context.store, "sums"))
    held_out = [row.values["output"] for row in data_rows(context.store, "sums", 1, 60) if row.part == "evaluation"]
    assert len(trained.rows) == result["training"]
    assert {row["output"] for row in trained.rows} == {row["output"] for row in ROWS} - set(held_out)


def test_prompts_of_rows_held_out_are_never_exported_as_pairs(context, brought):
    settings.put(context.store, settings.EVALUATION_SHARE, "0")
    result = brought(name="sums", eval_share=0.3)
    asked = generate._prompts(context, generate.Params(model="tiny", data="sums"))
    assert sum(prompt.evaluation_only for prompt in asked) == result["evaluation"]


def test_a_set_that_is_all_for_evaluation_cannot_be_trained_on(context, brought):
    brought([{**row, "topic": 0} for row in ROWS[:3]], name="sums", eval_share=0.9, family="topic")
    with pytest.raises(DataError, match="Every row of sums is for evaluation only"):
        _train_data.rows(data.by_name(context.store, "sums"))


def test_a_cancelled_import_leaves_nothing(context, brought, monkeypatch):
    jobs.request_cancel(context.store, context.job_id)
    with pytest.raises(Cancelled):
        brought(name="sums")
    assert (data.names(context.store), list(context.workspace.data.glob("*"))) == ([], [])


def test_named_columns_stand_in_the_card(context, brought):
    result = brought([{"q": "a", "a": "b"}], map="prompt=q, completion=a")
    assert (result["layout"], result["columns"]) == ("completions", "prompt=q, completion=a")


def test_the_view_counts_columns_and_shows_rows_as_they_are(context, brought):
    brought([{"text": "a", "label": 1, "note": None}, {"text": "b", "label": "x", "note": [1]}], name="two")
    found = data_shown(context.store, "two")
    assert (found.rows, found.training, found.evaluation, found.layout) == (2, 2, 0, "labelled")
    assert found.columns == (
        ColumnShown("text", "text", 2),
        ColumnShown("label", "whole number / text", 2),
        ColumnShown("note", "list", 1),
    )
    assert [(row.number, row.values["note"]) for row in data_rows(context.store, "two", 2, 5)] == [(2, [1])]


@pytest.mark.parametrize("form", ["jsonl", "parquet", "trl"])
def test_an_export_is_a_folder_that_the_datasets_library_loads(context, brought, tmp_path, form):
    result = brought(name="sums", eval_share=0.3)
    run(context, "export-data", data="sums", to=form, out=str(tmp_path / "out"))
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(rows) for name, rows in loaded.items()} == {
        "train": result["training"],
        "test": result["evaluation"],
    }
    first = next(row for row in ROWS if row["output"] == str(2 * int(_asked(loaded["train"][0]))))
    expected = {"instruction": first["instruction"], "output": first["output"], "topic": first["topic"]}
    if form == "trl":
        turns = {"role": "user", "content": first["instruction"]}, {"role": "assistant", "content": first["output"]}
        expected = {"prompt": [turns[0]], "completion": [turns[1]]}
    assert loaded["train"][0] == expected


def _asked(row):
    text = row["instruction"] if "instruction" in row else row["prompt"][0]["content"]
    return text.removeprefix("Double ").removesuffix(".")


def test_a_datasets_folder_is_imported_again_as_the_same_rows(context, brought, tmp_path):
    brought(name="sums")
    run(context, "export-data", data="sums", to="datasets", out=str(tmp_path / "out"))
    assert files(tmp_path / "out")[0] == "README.md"
    again = run(context, "import-data", path=str(tmp_path / "out"), name="again")
    assert again["rows"] == 60
    assert data.by_name(context.store, "again").fingerprint == data.by_name(context.store, "sums").fingerprint


LLAMA = [
    ([{"prompt": [ASK], "chosen": [SAY], "rejected": [NAY]}],
     {"messages": [ASK], "chosen": SAY, "rejected": NAY},
     {"ranking": True, "columns": {"messages": "messages", "chosen": "chosen", "rejected": "rejected"}}),
    ([{"messages": [ASK, SAY], "label": True}],
     {"messages": [ASK, SAY], "kto_tag": True},
     {"columns": {"messages": "messages", "kto_tag": "kto_tag"}}),
    ([{"instruction": "Add.", "output": "3"}],
     {"instruction": "Add.", "input": "", "output": "3"},
     {"columns": {"prompt": "instruction", "query": "input", "response": "output"}}),
    ([{"text": "Long."}], {"text": "Long."}, {"columns": {"prompt": "text"}}),
    ([{"prompt": "Why?", "completion": "So."}], {"messages": [ASK, SAY]}, {"columns": {"messages": "messages"}}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "written", "entry"), LLAMA, ids=["pair", "kto", "alpaca", "text", "completion"])
def test_llama_factory_gets_a_file_and_its_entry(context, brought, tmp_path, rows, written, entry):
    brought(rows, name="mine")
    run(context, "export-data", data="mine", to="llamafactory", out=str(tmp_path / "out"))
    assert files(tmp_path / "out") == ["README.md", "dataset_info.json", "mine_train.jsonl"]
    assert json.loads((tmp_path / "out" / "mine_train.jsonl").read_text()) == written
    found = json.loads((tmp_path / "out" / "dataset_info.json").read_text())["mine_train"]
    tagged = "messages" in written
    assert found.pop("tags", {}).get("role_tag") == ("role" if tagged else None)
    assert found.pop("formatting", None) == ("sharegpt" if tagged else None)
    assert found == {"file_name": "mine_train.jsonl", **entry}


def test_a_card_tells_what_the_bundled_card_says(context, tmp_path):
    run(context, "export-data", data="instructions", to="jsonl", out=str(tmp_path / "out"))
    card = (tmp_path / "out" / "README.md").read_text()
    assert "300 rows of layout alpaca" in card
    assert "- licence: CC0-1.0" in card
    assert "ask whoever made the source" not in card


def test_a_card_makes_no_licence_up(context, brought, tmp_path):
    brought(name="sums", eval_share=0.3, family="topic")
    run(context, "export-data", data="sums", to="jsonl", out=str(tmp_path / "out"))
    card = (tmp_path / "out" / "README.md").read_text()
    assert "licence: nobody said" in card
    assert "30% of the families for evaluation only; rows that have the same `topic` stay together." in card


def test_an_export_is_recorded(context, brought, tmp_path):
    brought(name="sums")
    run(context, "export-data", data="sums", to="jsonl", out=str(tmp_path / "out"))
    (found,) = exports.all_exports(context.store)
    assert (found.kind, found.rows, found.counts) == ("data as jsonl", 60, {"train": 60})
    assert found.dataset_id == data.by_name(context.store, "sums").id


REFUSED = [
    ([{"prompt": "a"}], "llamafactory", "mine holds prompts alone; LLaMA-Factory trains on answers"),
    ([{"instruction": "a", "output": "b"}, {"instruction": "a"}], "trl", 'mine, row 2: the column "output" is missing'),
    # the datasets library reads 10 MB at a time, and takes a type that changes after that for a mistake
    ([*[{"text": "a" * 10**6, "n": 1}] * 24, {"text": "b", "n": {"x": 1}}], "parquet", "holds values of several types"),
]


@pytest.mark.parametrize(("rows", "form", "message"), REFUSED, ids=["prompts", "no answer", "types"])
def test_what_a_form_cannot_hold_is_refused_and_nothing_is_left(context, brought, tmp_path, rows, form, message):
    brought(rows, name="mine")
    with pytest.raises(DataError, match=message):
        run(context, "export-data", data="mine", to=form, out=str(tmp_path / "new" / "out"))
    assert files(tmp_path / "new") == []


def test_what_a_killed_export_left_is_cleared_by_the_next(context, brought, tmp_path):
    brought(name="sums")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / f".out.{dead.pid}.part").mkdir()
    run(context, "export-data", data="sums", to="jsonl", out=str(tmp_path / "out"))
    assert not list(tmp_path.glob(".out*"))


def test_nothing_is_written_over(context, brought, tmp_path):
    brought(name="sums")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("")
    with pytest.raises(DataError, match="out is there already"):
        run(context, "export-data", data="sums", to="jsonl", out=str(tmp_path / "out"))


def test_rows_of_sharegpt_are_found_by_a_job_that_names_the_file(store, tmp_path):
    path = tmp_path / "talk.jsonl"
    path.write_text(
        json.dumps({"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "So."}]})
    )
    made = _inputs.data_set(store, store.workspace, str(path))
    assert formats.read(Path(made.path)).rows == [{"messages": [ASK, SAY]}]
