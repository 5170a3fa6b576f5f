"""What a run will take, from one measured step: the longest batch, forward and backward, before the first update.

The longest batch, because it decides whether the memory is enough; with the shortest beside it the time of a batch and
that of a token come apart. What is done beside the batches is measured too (see `update_cost`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from transformers import Trainer, TrainingArguments
from trl import DPOTrainer, KTOTrainer

from workbench.models import peak_memory
from workbench.models.machine import Device
from workbench.training import extent, update_cost
from workbench.training.estimated import Estimate
from workbench.training.log_probs import policy_log_probs
from workbench.training.preflight import Report
from workbench.training.settings import TrainSettings
from workbench.training.update_cost import now

# Bytes for each trained number: Adam's two moments, and the copy that its step works on (all weights of SmolLM2-135M
# took 0.6 GB beyond the moments).
_OPTIMIZER = 12


def measure(trainer: Trainer, settings: TrainSettings, report: Report, ending: float = 0.0) -> Estimate:
    """Run a batch of the longest rows, and one of the shortest, forward and backward; then try an update on copies.

    Weights, random state and logs stay as they were.
    report: the counts of all rows of the run, of which `trainer` may have been given the longest only; ending: seconds
    of what the run does after its steps and the caller has timed, beside the writing of its model.
    """
    order = _by_length(trainer, settings.max_length)
    rows = settings.per_device_train_batch_size
    with torch.random.fork_rng():
        looking = settings.looks
        _step(trainer, _batch(trainer, order[:rows]), looking)  # the first one pays for setting up
        short = _step(trainer, _batch(trainer, order[:rows]), looking)
        reset_peak(trainer.args)
        long = _mean([_step(trainer, _batch(trainer, one), looking) for one in _longest(trainer, order, settings)])
        taken = peak(trainer.args)
        cost = update_cost.measure(trainer, settings)
    learned = round(report.examples * (1 - settings.eval_share))  # about: those held out are drawn by a hash
    a_pass, updates = extent.updates(learned, settings, trainer.args.world_size)
    epochs = updates / a_pass
    batched = _batched(settings, report, (short, long), epochs, updates) / trainer.args.world_size
    updating = updates * cost.update
    saving = update_cost.checkpoints(trainer, updates) * cost.checkpoint + cost.saved + ending
    return Estimate(
        seconds=batched + updating + saving,
        memory=taken + _optimizer(trainer),
        steps=updates,
        tokens=round((1 - settings.eval_share) * report.tokens * epochs),
        step_tokens=long.tokens,
        step_seconds=long.learning + long.reading,
        updating=updating,
        saving=saving,
    )


def _batched(settings: TrainSettings, report: Report, steps: tuple[_Step, _Step], epochs: float, updates: int) -> float:
    """Seconds of all batches: learned from, and looked at; `steps` are a short one and a long one."""
    once = settings.precompute_ref_log_probs  # then the reference reads a row once, if it has not done so yet
    read = 1.0 if once else epochs
    rows = settings.per_device_train_batch_size
    shares = 1 - settings.eval_share, settings.eval_share or settings.eval_rows / report.examples
    learned, looked = ((share * report.examples / rows, share * report.tokens) for share in shares)
    looks = updates // settings.eval_steps + 1 if settings.looks else 0  # one before the first step
    parts = (
        (epochs, learned, _line("learning", *steps)),
        (read, learned, _line("reading", *steps)),
        (looks, looked, _line("looking", *steps)),
        (min(looks, 1) if once else looks, looked, _line("reading", *steps)),
    )
    return sum(times * (batches * each + tokens * token) for times, (batches, tokens), (each, token) in parts)


def _line(part: str, short: _Step, long: _Step) -> tuple[float, float]:
    return line((short.tokens, getattr(short, part)), (long.tokens, getattr(long, part)))


def line(short: tuple[int, float], long: tuple[int, float]) -> tuple[float, float]:
    """(seconds a batch, seconds a token) from two batches as (tokens, seconds); neither is below 0."""
    more, longer = long[0] - short[0], long[1] - short[1]
    if more <= 0 or longer <= 0:
        return 0.0, long[1] / long[0]
    a_token = min(longer / more, long[1] / long[0])
    return long[1] - a_token * long[0], a_token


def reset_peak(args: TrainingArguments) -> None:
    """Count the peak from here, where the system can."""
    peak_memory.mark(_device(args))


def peak(args: TrainingArguments) -> int:
    """Bytes: of the GPU's memory where the trainer computes on one, else of this process; without a count since then,
    ever.
    """
    taken = peak_memory.since(_device(args))
    return peak_memory.of_process() if taken is None else taken


def _device(args: TrainingArguments) -> Device:
    return "cuda" if args.device.type == "cuda" else "cpu"


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
    times = [now(trainer)]
    with trainer.compute_loss_context_manager():
        policy_log_probs(model, batch).sum().backward()
        _other_answers(trainer, model, batch)
        times.append(now(trainer))
        if isinstance(trainer, DPOTrainer | KTOTrainer) and not trainer.precompute_ref_logps:
            trainer.compute_ref_log_probs(model if trainer.ref_model is None else trainer.ref_model, batch)
        times.append(now(trainer))
        if looking:
            with torch.no_grad():
                policy_log_probs(model, batch)
                _other_answers(trainer, model, batch)
        times.append(now(trainer))
    model.zero_grad()
    return _Step(int(batch["attention_mask"].sum()), *(after - before for before, after in pairwise(times)))


def _other_answers(trainer: Trainer, model: Any, batch: Mapping[str, Any]) -> None:
    """KTO's KL term: the policy reads each prompt with the answer to another one."""
    if isinstance(trainer, KTOTrainer) and trainer.calculate_KL:
        names = ("input_ids", "attention_mask", "completion_mask")
        with torch.no_grad():
            policy_log_probs(model, {name: batch[f"KL_{name}"] for name in names})


def _batch(trainer: Trainer, rows: list[int]) -> dict[str, Any]:
    data: Any = trainer.train_dataset
    batch = trainer.data_collator([data[row] for row in rows])
    if "completion_mask" not in batch:
        batch["completion_mask"] = (batch["labels"] != -100).long()
    return {name: tensor.to(trainer.accelerator.device) for name, tensor in batch.items()}


def _longest(trainer: Trainer, order: list[int], settings: TrainSettings) -> list[list[int]]:
    """The batch of the longest rows; of pairs also of those that are longest where their prompt is read once.

    Whether it is lies with the model (see `shared_prompts`). Of two pairs with as many tokens, the one with the shorter
    prompt then computes up to twice as many, so both ends are measured: the peak is that of the larger.
    """
    rows = settings.per_device_train_batch_size
    found = [order[-rows:]]
    if isinstance(trainer, DPOTrainer):
        data: Any = trainer.train_dataset
        once = [_tokens(data[row], settings.max_length) - len(data[row]["prompt_ids"]) for row in order]
        found.append([row for _, row in sorted(zip(once, order, strict=True))][-rows:])
    return found if set(found[0]) != set(found[-1]) else found[:1]


def _mean(steps: list[_Step]) -> _Step:
    count = len(steps)
    tokens = round(sum(one.tokens for one in steps) / count)
    learning, reading, looking = (
        sum(getattr(one, part) for one in steps) / count for part in ("learning", "reading", "looking")
    )
    return _Step(tokens, learning, reading, looking)


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


def _optimizer(trainer: Trainer) -> int:
    model: Any = trainer.model
    trained: int = sum(one.numel() for one in model.parameters() if one.requires_grad)
    return _OPTIMIZER * trained
