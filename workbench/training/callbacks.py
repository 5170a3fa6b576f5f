"""TRL's trainer reports to a Watch, obeys its cancellation, and vouches for its checkpoints."""
# ruff: noqa: ARG002 (the arguments of an event are TrainerCallback's)

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

from accelerate import PartialState
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from workbench.training import checkpoints, estimate, held_out, stops
from workbench.training.watch import Watch


class WatchCallback(TrainerCallback):
    """Joins one trainer, whose checkpoints lie in `folder`, and one Watch.

    `cancelled` is True after a run that stopped because it was asked to, with a checkpoint of its last step;
    `diverged` is the step whose loss was no number, after which nothing is saved;
    `seconds` is the training time up to the newest checkpoint, earlier attempts (`seconds_before`) included, and
    `counted` the moment, on the monotonic clock, up to which that is.
    `rate`: the peak learning rate to go on with, None: as it was.
    """

    def __init__(self, watch: Watch, folder: Path, seconds_before: float, rate: float | None = None) -> None:
        self.cancelled = False
        self.diverged: int | None = None
        self._rate = rate
        self._step_started = time.monotonic()
        self._tokens: float | None = None  # of the steps before, None: unknown to an attempt that goes on
        self.seconds = seconds_before
        self.counted = time.monotonic()
        self._watch = watch
        self._folder = folder
        self._seconds_before = seconds_before
        self._started = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._started = time.monotonic()
        self._watch.progress(state.global_step, state.max_steps, "Training")

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        # A run that goes on in the midst of an epoch hides its sampler behind one that skips; where several processes
        # share the rows, transformers and accelerate reach only a sampler of their own there (see `length_groups`).
        kwargs["train_dataloader"].set_epoch(int(state.epoch or 0))

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if self._rate is not None:  # only now has the trainer loaded the schedule of the checkpoint
            _set_rate(kwargs["lr_scheduler"], self._rate)
            self._rate = None
        self._step_started = time.monotonic()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        self._watch.progress(state.global_step, state.max_steps, "Training")
        self.cancelled = self._watch.cancelled()
        if self.cancelled or self._watch.ending():
            control.should_save = True
            control.should_training_stop = True

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        logs: dict[str, float] = kwargs["logs"]
        # The trainer's closing summary comes through here too, without a loss.
        if held_out.LOSS in logs:
            self._watch.metrics(state.global_step, {name: float(value) for name, value in logs.items()})
        if "loss" not in logs:
            return
        values = {name: float(value) for name, value in logs.items()}
        self._watch.metrics(state.global_step, {**values, **self._pace(args, values, state.global_step)})
        if not all(math.isfinite(values[name]) for name in ("loss", "grad_norm") if name in values):
            self.diverged = state.global_step
            control.should_save = False  # the weights are spoilt, and the last checkpoint is not
            control.should_training_stop = True

    def _pace(self, args: TrainingArguments, logs: dict[str, float], step: int) -> dict[str, float]:
        """Tokens a second of this step, and the memory in GB at the peak so far."""
        pace = {"memory": estimate.peak(args) / 1e9}
        before = 0.0 if step == 1 else self._tokens
        self._tokens = logs.get("num_tokens")
        if before is not None and self._tokens is not None:
            pace["tokens_per_second"] = (self._tokens - before) / (time.monotonic() - self._step_started)
        return pace

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        self.counted = time.monotonic()
        self.seconds = self._seconds_before + self.counted - self._started
        PartialState().wait_for_everyone()  # of several processes each has written its own part
        if not state.is_world_process_zero:
            return
        if control.should_training_stop and not self.cancelled and state.global_step < state.max_steps:
            stops.note_end(self._folder.parent, state.global_step)  # before the checkpoint counts
        checkpoints.mark_complete(checkpoints.at(self._folder, state.global_step), self.seconds)


def _set_rate(scheduler: Any, rate: float) -> None:
    """Another peak for a schedule that was loaded with its own: the factor it is at stays."""
    factors = [factor(scheduler.last_epoch) for factor in scheduler.lr_lambdas]
    scheduler.base_lrs = [rate] * len(factors)
    scheduler._last_lr = [rate * factor for factor in factors]  # what the next step logs
    for group, factor in zip(scheduler.optimizer.param_groups, factors, strict=True):
        group["initial_lr"], group["lr"] = rate, rate * factor
