"""What a run will take, from one measured step: the longest batch, forward and backward, before the first update.

The longest batch, because it decides whether the memory is enough; with the shortest beside it the time of a batch and
that of a token come apart.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from transformers import Trainer
from trl import DPOTrainer, KTOTrainer

from workbench.models import peak_memory
from workbench.models.machine import Device
from workbench.training.estimated import Estimate
from workbench.training.log_probs import policy_log_probs
from workbench.training.preflight import Report
from workbench.training.settings import TrainSettings

# Bytes for each trained number: Adam's two moments, and the copy that its step works on (all weights of SmolLM2-135M
# took 0.6 GB beyond the moments).
_OPTIMIZER = 12


def measure(trainer: Trainer, settings: TrainSettings, report: Report) -> Estimate:
    """Run a batch of the longest rows, and one of the shortest, forward and backward.

    Weights, random state and logs stay as they were.
    report: the counts of all rows of the run, of which `trainer` may have been given the longest only.
    """
    order = _by_length(trainer, settings.max_length)
    rows = settings.per_device_train_batch_size
    with torch.random.fork_rng():
        looking = bool(settings.eval_share)
        _step(trainer, _batch(trainer, order[:rows]), looking)  # the first one pays for setting up
        short = _step(trainer, _batch(trainer, order[:rows]), looking)
        reset_peak()
        long = _step(trainer, _batch(trainer, order[-rows:]), looking)
    taken = peak()
    epochs, updates = _extent(trainer, settings, report)
    once = settings.precompute_ref_log_probs  # then the reference reads a row once, if it has not done so yet
    read = 1.0 if once else epochs
    shares = 1 - settings.eval_share, settings.eval_share
    learned, looked = ((share * report.examples / rows, share * report.tokens) for share in shares)
    looks = updates // settings.eval_steps + 1 if settings.eval_share else 0  # one before the first step
    parts = (
        (epochs, learned, _line("learning", short, long)),
        (read, learned, _line("reading", short, long)),
        (looks, looked, _line("looking", short, long)),
        (min(looks, 1) if once else looks, looked, _line("reading", short, long)),
    )
    seconds = sum(times * (batches * each + tokens * token) for times, (batches, tokens), (each, token) in parts)
    return Estimate(
        seconds=seconds / trainer.args.world_size,
        memory=taken + _optimizer(trainer),
        steps=updates,
        tokens=round(learned[1] * epochs),
        step_tokens=long.tokens,
        step_seconds=long.learning + long.reading,
    )


def _line(part: str, short: _Step, long: _Step) -> tuple[float, float]:
    return line((short.tokens, getattr(short, part)), (long.tokens, getattr(long, part)))


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
    """Seconds: the policy forward and backward, with KTO's pass for its KL term; the reference; a look, which is the
    policy forward alone.
    """

    tokens: int
    learning: float
    reading: float
    looking: float


def _step(trainer: Trainer, batch: dict[str, Any], looking: bool) -> _Step:
    """One pass as the loss has it, and where there is `looking` one as a look at held-out rows has it."""
    model: Any = trainer.model
    model.train()
    if trainer.args.gradient_checkpointing:
        model.gradient_checkpointing_enable(trainer.args.gradient_checkpointing_kwargs)
    times = [_now()]
    with trainer.compute_loss_context_manager():
        policy_log_probs(model, batch).sum().backward()
        _other_answers(trainer, model, batch)
        times.append(_now())
        if isinstance(trainer, DPOTrainer | KTOTrainer) and not trainer.precompute_ref_logps:
            trainer.compute_ref_log_probs(model if trainer.ref_model is None else trainer.ref_model, batch)
        times.append(_now())
        if looking:
            with torch.no_grad():
                policy_log_probs(model, batch)
                _other_answers(trainer, model, batch)
        times.append(_now())
    model.zero_grad()
    return _Step(int(batch["attention_mask"].sum()), *(after - before for before, after in pairwise(times)))


def _other_answers(trainer: Trainer, model: Any, batch: Mapping[str, Any]) -> None:
    """KTO's KL term: the policy reads each prompt with the answer to another one."""
    if isinstance(trainer, KTOTrainer) and trainer.calculate_KL:
        names = ("input_ids", "attention_mask", "completion_mask")
        with torch.no_grad():
            policy_log_probs(model, {name: batch[f"KL_{name}"] for name in names})


def _now() -> float:
    """Seconds, once the GPU has done what it was given."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


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
    """(passes over the rows, optimizer steps) of the whole run, as transformers counts them: an epoch ends with an
    update, of fewer rows where they do not come out even.
    """
    rows = report.examples * (1 - settings.eval_share)  # about: those that are held out are drawn by a hash
    batches = math.ceil(round(rows) / (settings.per_device_train_batch_size * trainer.args.world_size))
    an_epoch = max(1, math.ceil(batches / settings.gradient_accumulation_steps))
    if trainer.args.max_steps > 0:
        return trainer.args.max_steps / an_epoch, trainer.args.max_steps
    epochs = float(trainer.args.num_train_epochs)
    return epochs, math.ceil(epochs * an_epoch)


def _optimizer(trainer: Trainer) -> int:
    model: Any = trainer.model
    trained: int = sum(one.numel() for one in model.parameters() if one.requires_grad)
    return _OPTIMIZER * trained
