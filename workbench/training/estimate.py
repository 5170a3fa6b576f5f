"""What a run will take, from one measured step: the longest batch, forward and backward, before the first update.

The longest batch, because it decides whether the memory is enough; with the shortest beside it the time of a batch and
that of a token come apart.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from transformers import Trainer
from trl import DPOTrainer, KTOTrainer

from workbench.models import peak_memory
from workbench.models.machine import Device
from workbench.training.log_probs import policy_log_probs
from workbench.training.preflight import Report
from workbench.training.settings import TrainSettings

# Bytes for each trained number: Adam's two moments, and the copy that its step works on (all weights of SmolLM2-135M
# took 0.6 GB beyond the moments).
_OPTIMIZER = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """seconds: of all optimizer steps; memory: bytes of this process at its peak, of the GPU where there is one.

    Looks at held-out rows are not in the seconds, and rows are shared by the processes that train together.
    step_tokens, step_seconds: the measured batch; tokens: those of the run, the prompt once for each answer.
    """

    seconds: float
    memory: int
    steps: int
    tokens: int
    step_tokens: int
    step_seconds: float


def measure(trainer: Trainer, settings: TrainSettings, report: Report) -> Estimate:
    """Run a batch of the longest rows, and one of the shortest, forward and backward.

    Weights, random state and logs stay as they were.
    report: the counts of all rows of the run, of which `trainer` may have been given the longest only.
    """
    order = _by_length(trainer, settings.max_length)
    rows = settings.per_device_train_batch_size
    with torch.random.fork_rng():
        _step(trainer, _batch(trainer, order[:rows]))  # the first one pays for setting up
        short = _step(trainer, _batch(trainer, order[:rows]))
        reset_peak()
        long = _step(trainer, _batch(trainer, order[-rows:]))
    epochs, updates = _extent(trainer, settings, report)
    passes = min(1.0, epochs) if settings.precompute_ref_log_probs else epochs
    batches, tokens = _rows(report, settings) / rows, report.tokens * (1 - settings.eval_share)
    learning = line((short.tokens, short.learning), (long.tokens, long.learning))
    reading = line((short.tokens, short.reading), (long.tokens, long.reading))
    return Estimate(
        seconds=sum(
            times * (batches * a_batch + tokens * a_token)
            for times, (a_batch, a_token) in ((epochs, learning), (passes, reading))
        )
        / trainer.args.world_size,
        memory=peak() + _optimizer(trainer),
        steps=updates,
        tokens=round(tokens * epochs),
        step_tokens=long.tokens,
        step_seconds=long.learning + long.reading,
    )


def line(short: tuple[int, float], long: tuple[int, float]) -> tuple[float, float]:
    """(seconds a batch, seconds a token) from two batches as (tokens, seconds); neither is below 0."""
    more, longer = long[0] - short[0], long[1] - short[1]
    if more <= 0 or longer <= 0:
        return 0.0, long[1] / long[0]
    a_token = min(longer / more, long[1] / long[0])
    return long[1] - a_token * long[0], a_token


def reset_peak() -> None:
    """Count the peak from here, where the system can."""
    peak_memory.mark(_device())


def peak() -> int:
    """Bytes: of the GPU's memory where one computes, else of this process; without a count since then, ever."""
    taken = peak_memory.since(_device())
    return peak_memory.of_process() if taken is None else taken


def _device() -> Device:
    return "cuda" if torch.cuda.is_available() else "cpu"


@dataclass(frozen=True, slots=True)
class _Step:
    """Seconds of the policy forward and backward, and of the reference."""

    tokens: int
    learning: float
    reading: float


def _step(trainer: Trainer, batch: dict[str, Any]) -> _Step:
    """One pass as the loss has it."""
    model: Any = trainer.model
    model.train()
    if trainer.args.gradient_checkpointing:
        model.gradient_checkpointing_enable(trainer.args.gradient_checkpointing_kwargs)
    began = time.perf_counter()
    with trainer.compute_loss_context_manager():
        policy_log_probs(model, batch).sum().backward()
        learned = time.perf_counter()
        if isinstance(trainer, DPOTrainer | KTOTrainer) and not trainer.precompute_ref_logps:
            trainer.compute_ref_log_probs(model if trainer.ref_model is None else trainer.ref_model, batch)
    model.zero_grad()
    return _Step(int(batch["attention_mask"].sum()), learned - began, time.perf_counter() - learned)


def _batch(trainer: Trainer, rows: list[int]) -> dict[str, Any]:
    data: Any = trainer.train_dataset
    batch = trainer.data_collator([data[row] for row in rows])
    if "completion_mask" not in batch:
        batch["completion_mask"] = (batch["labels"] != -100).long()
    return {name: tensor.to(trainer.accelerator.device) for name, tensor in batch.items()}


def _by_length(trainer: Trainer, max_length: int) -> list[int]:
    """The rows of the training set, the shortest first, as the collator will cut them."""
    data: Any = trainer.train_dataset
    lengths = [_tokens(row, max_length) for row in data]
    return sorted(range(len(lengths)), key=lengths.__getitem__)


def _tokens(row: Mapping[str, Any], max_length: int) -> int:
    """Of all sequences of a row: one for SFT, otherwise one for each answer, with its prompt."""
    if "prompt_ids" not in row:
        return min(max_length, len(row["input_ids"]))
    answers = [ids for name, ids in row.items() if name.endswith("_ids") and name != "prompt_ids"]
    return sum(min(max_length, len(row["prompt_ids"]) + len(ids)) for ids in answers)


def _extent(trainer: Trainer, settings: TrainSettings, report: Report) -> tuple[float, int]:
    """(passes over the rows, optimizer steps) of the whole run."""
    rows, together = _rows(report, settings), settings.effective_batch * trainer.args.world_size
    epochs = float(trainer.args.num_train_epochs)
    if trainer.args.max_steps > 0:
        epochs = trainer.args.max_steps * together / rows
    return epochs, math.ceil(epochs * rows / together)


def _rows(report: Report, settings: TrainSettings) -> float:
    """How many are trained on, about: those that are held out are drawn by a hash."""
    return report.examples * (1 - settings.eval_share)


def _optimizer(trainer: Trainer) -> int:
    model: Any = trainer.model
    trained: int = sum(one.numel() for one in model.parameters() if one.requires_grad)
    return _OPTIMIZER * trained
