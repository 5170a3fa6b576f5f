"""TRL's trainer reports to a Watch, obeys its cancellation, and vouches for its checkpoints."""
# ruff: noqa: ARG002 (the arguments of an event are TrainerCallback's)

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from accelerate import PartialState
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from workbench.training import checkpoints, held_out
from workbench.training.watch import Watch


class WatchCallback(TrainerCallback):
    """Joins one trainer, whose checkpoints lie in `folder`, and one Watch.

    `cancelled` is True after a run that stopped because it was asked to, with a checkpoint of its last step;
    `seconds` is the training time up to the newest checkpoint, earlier attempts (`seconds_before`) included.
    """

    def __init__(self, watch: Watch, folder: Path, seconds_before: float) -> None:
        self.cancelled = False
        self.seconds = seconds_before
        self._watch = watch
        self._folder = folder
        self._seconds_before = seconds_before
        self._started = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._started = time.monotonic()
        self._watch.progress(state.global_step, state.max_steps, "Training")

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        self._watch.progress(state.global_step, state.max_steps, "Training")
        if self._watch.cancelled():
            self.cancelled = True
            control.should_save = True
            control.should_training_stop = True

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        logs: dict[str, float] = kwargs["logs"]
        # The trainer's closing summary comes through here too, without a loss.
        if "loss" in logs or held_out.LOSS in logs:
            self._watch.metrics(state.global_step, {name: float(value) for name, value in logs.items()})

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        self.seconds = self._seconds_before + time.monotonic() - self._started
        PartialState().wait_for_everyone()  # of several processes each has written its own part
        if not state.is_world_process_zero:
            return
        checkpoints.mark_complete(checkpoints.at(self._folder, state.global_step), self.seconds)
