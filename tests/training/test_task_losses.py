"""The loss on each task of a mixture, before and after."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from dpo_runs import Recorder
from sft_runs import SETTINGS, eight_examples, example

from workbench.errors import Cancelled
from workbench.training import sft, task_losses
from workbench.training.log_probs import base_log_probs
from workbench.training.weights import load

DOUBLES = [{**row, "task": "doubles"} for row in eight_examples()]
COLOURS = [{**example(f"What colour is number {n}?", "It is blue."), "task": "colours"} for n in range(4)]


def run(base, folder, rows, settings=SETTINGS):
    return sft.run(settings, base, rows, folder, Recorder(), saved=folder / "merged")


def test_each_task_has_its_loss_before_and_after(base, tmp_path):
    found = run(base, tmp_path, [*DOUBLES, *COLOURS]).tasks
    assert {task: one.rows for task, one in found.items()} == {"colours": 4, "doubles": 8}
    assert all(one.after < one.before for one in found.values())


def test_before_is_the_loss_of_the_base_as_the_trainer_counts_it(base, tmp_path):
    # one batch of all rows and no step that moves: the trainer's loss is the mean over the same tokens
    settings = replace(SETTINGS, per_device_train_batch_size=8, gradient_accumulation_steps=1, num_train_epochs=1,
                       peft={})  # fmt: skip
    outcome = run(base, tmp_path, DOUBLES, settings)
    assert outcome.tasks["doubles"].before == pytest.approx(outcome.first_loss, abs=1e-3)


def test_rows_without_a_task_are_not_told_apart(base, tmp_path):
    assert run(base, tmp_path, eight_examples()).tasks == {}


def test_a_resumed_run_measures_from_the_base_again(base, tmp_path):
    rows = [*DOUBLES, *COLOURS]
    whole = run(base, tmp_path / "whole", rows).tasks
    with pytest.raises(Cancelled):
        sft.run(SETTINGS, base, rows, tmp_path / "cut", Recorder(stop_after=3), saved=tmp_path / "cut" / "merged")
    resumed = run(base, tmp_path / "cut", rows).tasks
    assert {task: one.before for task, one in resumed.items()} == {task: one.before for task, one in whole.items()}
    assert resumed["doubles"].after == pytest.approx(whole["doubles"].after, abs=1e-4)


def test_a_soft_prompt_is_not_counted_among_the_tokens(base):
    model = load(base).model

    def with_soft_prompt(input_ids, **kwargs):
        """peft puts the logits of its virtual tokens before those of the text."""
        found = model(input_ids=input_ids, **kwargs)
        before = torch.zeros(1, 7, found.logits.shape[-1])
        return SimpleNamespace(logits=torch.cat([before, found.logits], dim=1))

    batch = {
        "input_ids": torch.tensor([[5, 6, 7, 8]]), "attention_mask": torch.ones(1, 4, dtype=torch.long),
        "completion_mask": torch.tensor([[0, 0, 1, 1]]),
    }  # fmt: skip
    assert torch.equal(base_log_probs(with_soft_prompt, batch), base_log_probs(model, batch))


def test_a_long_task_is_sampled_over_all_of_its_rows(base):
    rows = [{**example("word " * (n + 1), "Yes."), "task": "long"} for n in range(64)]
    found = task_losses.samples(rows, load(base).tokenizer, 512)["long"]
    lengths = [len(one.prompt) for one in found]
    assert len(found) == 32
    # every second row: the first has one word, the last 63
    assert lengths[-1] - lengths[0] == 62 * ((lengths[1] - lengths[0]) // 2)
