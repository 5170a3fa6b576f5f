from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import fields, replace

import pytest
import sft_runs
import torch
from dpo_runs import Recorder
from sft_runs import SETTINGS, eight_examples, example
from trl import SFTConfig

from workbench.errors import Cancelled, TrainingRefused
from workbench.models.chat_template import end_of_turn
from workbench.training import sft, start_gate
from workbench.training.log_probs import base_log_probs
from workbench.training.settings import TRAINER_FIELDS, SFTSettings
from workbench.training.weights import load

ROWS = eight_examples()


def run(base, folder, rows=ROWS, settings=SETTINGS, **asked):
    recorder = Recorder(**asked)
    return sft.run(settings, base, rows, folder, recorder, saved=folder / "merged"), recorder


@pytest.fixture(scope="module")
def whole(base, tmp_path_factory):
    """A run from the first step to the last: what every interrupted one must equal."""
    return run(base, tmp_path_factory.mktemp("sft"))


@pytest.fixture
def trainer(base, tmp_path):
    return sft.build_trainer(SETTINGS, load(base), ROWS, tmp_path)


def test_trl_still_has_each_field_under_its_name():
    assert set(TRAINER_FIELDS) <= {field.name for field in fields(SFTConfig)}


def test_the_loss_falls(whole):
    outcome, recorder = whole
    assert sorted(recorder.steps) == list(range(1, 9))
    assert outcome.last_loss < outcome.first_loss - 0.5
    assert {"loss", "grad_norm", "learning_rate", "mean_token_accuracy"} <= set(recorder.steps[1])


def test_only_the_answer_and_its_end_of_turn_carry_loss(trainer):
    tokenizer = trainer.processing_class
    stop = end_of_turn(tokenizer)
    for row, prepared in zip(ROWS, trainer.train_dataset, strict=True):
        trained = [label for label in prepared["labels"] if label != -100]
        assert stop in trained
        assert tokenizer.decode(trained[: trained.index(stop)]) == row["completion"][0]["content"]
        assert not tokenizer.decode(trained[trained.index(stop) + 1 :]).strip()


def test_the_first_loss_is_that_of_the_base(base, tmp_path):
    # One batch of all rows, so the order does not matter; the mean is over the tokens of all answers.
    settings = replace(SETTINGS, per_device_train_batch_size=8, gradient_accumulation_steps=1, num_train_epochs=1)
    outcome, recorder = run(base, tmp_path, settings=settings)
    assert recorder.steps[1]["loss"] == pytest.approx(outcome.gate.base_loss, abs=1e-3)
    assert (outcome.gate.sequences, outcome.gate.policy < 1e-3) == (8, True)


def test_a_run_that_starts_from_another_model_is_refused(trainer, other):
    with pytest.raises(TrainingRefused, match="does not start at"):
        start_gate.check(trainer, other)


def test_an_adapter_that_has_moved_is_refused(trainer, base):
    with torch.no_grad():
        for name, weight in trainer.model.named_parameters():
            if "lora_B" in name:
                weight.add_(0.1)
    with pytest.raises(TrainingRefused, match="does not start at"):
        start_gate.check(trainer, base)


@pytest.mark.parametrize("step", [1, 5, 8])
def test_a_killed_run_goes_on_with_the_same_losses(step, base, whole, tmp_path):
    command = [sys.executable, sft_runs.__file__, str(base), str(tmp_path), str(step)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    outcome, recorder = run(base, tmp_path)
    losses = whole[1].losses()
    assert (1 in recorder.steps) == (step == 1)  # no checkpoint before step 2
    assert recorder.losses() == {step: losses[step] for step in recorder.steps}
    assert outcome.last_loss == pytest.approx(whole[0].last_loss, abs=5e-5)


def test_a_cancelled_run_keeps_its_last_step(base, whole, tmp_path):
    with pytest.raises(Cancelled, match="after step 3 of 8"):
        run(base, tmp_path, stop_after=3)
    outcome, recorder = run(base, tmp_path)
    assert recorder.losses() == {step: whole[1].losses()[step] for step in range(4, 9)}
    assert outcome.gate is None


def test_the_merged_model_has_learned_the_answers(base, whole, tmp_path):
    merged = whole[0].saved
    trainer = sft.build_trainer(replace(SETTINGS, per_device_train_batch_size=8), load(base), ROWS, tmp_path)
    batch = start_gate.first_batch(trainer)
    batch["completion_mask"] = (batch["labels"] != -100).long()
    with torch.no_grad():
        before, after = (base_log_probs(load(folder).model, batch) for folder in (base, merged))
    assert bool((after > before).all())


def test_rows_that_teach_nothing_are_left_out(base, tmp_path):
    settings = SFTSettings(num_train_epochs=1, max_length=64)
    outcome, _ = run(base, tmp_path, [*ROWS, example("Hi", " "), example("word " * 200, "Yes.")], settings)
    counts = outcome.preflight
    assert (counts.rows, counts.kept, counts.empty, counts.prompt_too_long, outcome.steps) == (10, 8, 1, 1, 2)
