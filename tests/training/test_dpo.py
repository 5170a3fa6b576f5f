from __future__ import annotations

import math
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dpo_runs
import huggingface_hub.constants
import pytest
from dpo_runs import SETTINGS, Recorder, pair

from workbench.errors import Cancelled, TrainingRefused
from workbench.training import checkpoints, dpo


def resume(base, rows, folder):
    recorder = Recorder()
    outcome = dpo.run(SETTINGS, base, rows, folder, recorder, saved=folder / "merged")
    return outcome, recorder


def killed(base, folder, when, step):
    """The run in a process of its own, which a signal ended."""
    command = [sys.executable, dpo_runs.__file__, str(base), str(folder), when, str(step)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_the_first_loss_is_ln_2(whole_run):
    assert whole_run[0].first_loss == pytest.approx(math.log(2), abs=1e-3)


def test_training_prefers_the_chosen_answers(whole_run):
    outcome, _ = whole_run
    assert (outcome.last_accuracy, outcome.health) == (1.0, [])
    assert outcome.last_loss < outcome.first_loss
    assert outcome.last_margin > 0


def test_every_step_is_reported_with_its_live_numbers(whole_run):
    _, recorder = whole_run
    assert sorted(recorder.steps) == list(range(1, 9))
    live = {"loss", "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected", "grad_norm",
            "learning_rate"}  # fmt: skip
    assert all(live <= set(values) for values in recorder.steps.values())
    assert recorder.progressed[-1] == (8, 8)


def test_the_outcome_names_what_made_it(whole_run):
    outcome, _ = whole_run
    assert (outcome.steps, outcome.preflight.kept, outcome.gate.sequences) == (8, 8, 4)
    assert set(outcome.versions) == {"trl", "peft", "transformers", "torch"}


def test_two_checkpoints_are_kept(whole_run):
    folder = whole_run[0].checkpoint.parent
    assert {path.name for path in folder.glob("checkpoint-*")} == {"checkpoint-6", "checkpoint-8"}


@pytest.mark.parametrize(("when", "step"), [("step", 5), ("checkpoint", 4), ("step", 8)])
def test_a_killed_run_goes_on_with_the_same_losses(when, step, base, rows, whole_run, tmp_path):
    killed(base, tmp_path, when, step)
    outcome, recorder = resume(base, rows, tmp_path)
    whole = whole_run[1].losses()
    assert 1 not in recorder.steps  # it went on, it did not begin again
    assert recorder.losses() == {step: whole[step] for step in recorder.steps}
    assert outcome.last_loss == pytest.approx(whole_run[0].last_loss, abs=5e-5)
    assert outcome.first_loss == whole_run[0].first_loss


def test_a_run_killed_before_its_first_checkpoint_begins_again(base, rows, whole_run, tmp_path):
    killed(base, tmp_path, "step", 1)
    _, recorder = resume(base, rows, tmp_path)
    assert recorder.losses() == whole_run[1].losses()


def test_a_cancelled_run_keeps_its_last_step(base, rows, whole_run, tmp_path):
    with pytest.raises(Cancelled, match="after step 3 of 8"):
        dpo.run(SETTINGS, base, rows, tmp_path, Recorder(stop_after=3), saved=tmp_path / "merged")
    assert checkpoints.newest(tmp_path / "checkpoints") == tmp_path / "checkpoints" / "checkpoint-3"
    _, recorder = resume(base, rows, tmp_path)
    whole = whole_run[1].losses()
    assert recorder.losses() == {step: whole[step] for step in range(4, 9)}


def test_a_finished_run_is_returned_as_it_is(base, rows, tmp_path):
    first, _ = resume(base, rows, tmp_path)
    again, recorder = resume(base, rows, tmp_path)
    assert not recorder.steps
    assert (again.last_loss, again.saved, again.train_seconds) == (first.last_loss, first.saved, first.train_seconds)


def test_dropout_of_the_adapter_is_real(base, rows, whole_run, tmp_path):
    recorder = Recorder()
    dpo.run(replace(SETTINGS, peft={}), base, rows, tmp_path, recorder, saved=tmp_path / "merged")
    assert recorder.losses()[1] == whole_run[1].losses()[1]  # the adapter starts at zero, with or without
    assert recorder.losses()[8] != whole_run[1].losses()[8]


def test_pairs_without_a_difference_are_left_out(base, rows, tmp_path):
    settings = replace(SETTINGS, num_train_epochs=1)
    mixed = [*rows, pair("Hi", "Yes.", "Yes.")]
    outcome = dpo.run(settings, base, mixed, tmp_path, Recorder(), saved=tmp_path / "merged")
    assert (outcome.preflight.rows, outcome.preflight.identical, outcome.steps) == (9, 1, 2)


def test_nothing_to_learn_is_refused_before_anything_is_written(base, tmp_path):
    with pytest.raises(TrainingRefused):
        dpo.run(SETTINGS, base, [pair("Hi", "Yes.", "Yes.")], tmp_path, Recorder(), saved=tmp_path / "merged")
    assert not list(tmp_path.iterdir())


def test_a_run_prints_nothing_and_sends_nothing(base, rows, tmp_path, capfd):
    settings = replace(SETTINGS, num_train_epochs=1)
    dpo.run(settings, base, rows, tmp_path, Recorder(), saved=tmp_path / "merged")
    assert capfd.readouterr().out == ""
    assert huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY


def test_what_a_form_reads_is_light():
    light = (
        "settings", "methods", "fit", "presets", "watch", "pair_rows", "completion_rows", "label_rows", "preflight",
        "dpo_preflight", "sft_preflight", "kto_preflight", "checkpoints", "health",
    )  # fmt: skip
    code = f"import sys; import {', '.join(f'workbench.training.{name}' for name in light)}; print(*sys.modules)"
    root = Path(dpo_runs.__file__).parents[2]
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root).stdout
    assert {"torch", "transformers", "trl", "peft", "datasets"}.isdisjoint(loaded.split())
