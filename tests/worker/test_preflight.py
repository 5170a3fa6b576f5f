"""A pre-flight by a real worker, on `tiny`: nothing is trained, nothing enters the catalog."""

from __future__ import annotations

import json

import pytest
import running
import torch

from workbench.errors import DataError, JobError
from workbench.store import data, open_store
from workbench.views.preflight import heading, lines, preflight
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_store(Workspace(tmp_path_factory.mktemp("preflight") / "workspace")) as opened:
        running.done(opened, "pull", name="tiny")
        yield opened
        running.end_workers(opened)


def looked_at(store, training, path, **params):
    job = running.done(store, "preflight", training=training, params={"model": "tiny", "data": str(path), **params})
    return preflight(store, job.id)


def counts(found):
    return {one.name: one.number for one in found.counts}


def test_pairs_are_counted_and_shown_in_tokens(store, tmp_path):
    path = running.pairs(tmp_path, 4)
    same = json.loads(path.read_text().splitlines()[0])
    same["rejected"] = same["chosen"]
    path.write_text(path.read_text() + json.dumps(same) + "\n")
    found = looked_at(store, "train-dpo", path)
    assert (found.rows, counts(found)["kept"], counts(found)["identical"], found.refused) == (5, 4, 1, None)
    assert [row.fate for row in found.shown] == ["kept"] * 4 + ["identical"]
    shown = [(line.label, line.part) for line in lines(found.shown[0])]
    assert ("chosen", "trained") in shown
    assert heading(found.shown[4]).startswith("row 5 · identical · chosen ")
    assert [one.name for one in data.all_sets(store) if one.source != "bundled"] == []


@pytest.mark.parametrize(("training", "label", "words"), [("train-kto", True, "KTO needs bad ones beside them")])
def test_what_would_be_refused_is_told_and_still_shown(store, tmp_path, training, label, words):
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"prompt": "Hi", "completion": "Yes.", "label": label}) + "\n")
    found = looked_at(store, training, path)
    assert words in found.refused
    assert counts(found)["desirable"] == 1


def test_instructions_have_one_answer_a_row(store, tmp_path):
    found = looked_at(store, "train-sft", running.instructions(tmp_path, 3), limit=2)
    assert (found.rows, counts(found)["end_of_turn"]) == (2, 2)
    assert {one.name for row in found.shown for one in row.sequences} == {"answer"}


def test_plain_text_carries_loss_on_every_token(store, tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in ("The old mill.", "A river runs.")))
    found = looked_at(store, "train-sft", path, per_device_train_batch_size=1, gradient_accumulation_steps=1)
    assert (found.refused, counts(found)["kept"], counts(found)["sequences"]) == (None, 2, 1)
    first = found.shown[0].sequences[0]
    assert (first.name, first.loss_tokens, first.ends) == ("text", first.tokens, True)
    assert found.estimate.steps == 3  # one sequence in each of the three epochs


def test_every_turn_of_the_assistant_is_shown_as_learned(store, tmp_path):
    path = tmp_path / "talks.jsonl"
    turns = [{"role": role, "content": words} for words in ("Hi.", "Bye.") for role in ("user", "assistant")]
    path.write_text(json.dumps({"messages": turns}) + "\n")
    found = looked_at(store, "train-sft", path, assistant_only_loss=True)
    turn = ["prompt", "trained", "end of turn", "trained"]
    assert [line.part for line in lines(found.shown[0])] == turn * 2
    assert found.estimate.memory > 0


def test_plain_text_has_no_turns(store, tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"text": "The old mill."}) + "\n")
    with pytest.raises(DataError, match="laid out as text"):
        looked_at(store, "train-sft", path, assistant_only_loss=True)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is here")
def test_a_gpu_that_is_not_here_is_refused_and_the_tokens_are_shown(store, tmp_path):
    found = looked_at(store, "train-sft", running.instructions(tmp_path, 3), device="cuda")
    assert "finds no GPU here" in found.refused
    assert len(found.shown) == 3


def test_device_format_and_threads_are_those_a_person_set(store, tmp_path):
    found = looked_at(store, "train-sft", running.instructions(tmp_path, 3), dtype="bfloat16", threads=1)
    told = {one.name: (one.value, one.reason) for one in found.machine}
    assert told["dtype"] == ("bfloat16", "as you set it")
    assert told["threads"] == (1, "as you set it")


def test_data_of_another_layout_is_refused_before_it_is_queued(store, tmp_path):
    with pytest.raises(DataError, match="needed is preferences"):
        looked_at(store, "train-dpo", running.instructions(tmp_path, 3))


def test_another_job_is_no_pre_flight(store):
    with pytest.raises(JobError, match="Job 1 is no finished pre-flight"):
        preflight(store, 1)
