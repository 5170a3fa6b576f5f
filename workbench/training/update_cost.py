"""What a run does beside its batches: the optimizer's updates, its checkpoints, and the model that it leaves.

Measured before the first step on copies of a sample of the trained weights, which are updated and written where the
checkpoints will lie: of all weights of a model an update can take as long as a batch, and a checkpoint longer.
"""

from __future__ import annotations

import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import Trainer

from workbench import durable
from workbench.training.settings import TrainSettings

# Numbers: with gradients and Adam's moments 128 MB, more than a processor keeps beside it, as in the run.
SAMPLE = 8_000_000
_UPDATES = 4  # of which the first one sets the moments up
_FLOAT = 4  # bytes: weights are trained and saved in float32


@dataclass(frozen=True, slots=True)
class UpdateCost:
    """Seconds each: an update with the clipping before it; a checkpoint, and the model that is left, until they are on
    the disk, the model without the loading and comparing that go with it.

    0 in a process that writes none of them, as all but the first of several.
    """

    update: float
    checkpoint: float
    saved: float


def measure(trainer: Trainer, settings: TrainSettings) -> UpdateCost:
    """Weights, optimizer and random state of the trainer stay as they were, and no file is left behind.

    Raises OSError, and what torch and safetensors have of their own, where the disk is full.
    """
    model: Any = trainer.model
    sample = _sample(model)
    share = _numbers(sample) / _numbers(model)
    optimizer = _optimizer(trainer, sample)
    update = _updated(trainer, sample, optimizer) / share
    if not trainer.is_world_process_zero():
        return UpdateCost(update, 0.0, 0.0)
    few, written, size = _written(trainer, sample, optimizer)
    checkpoint, saved = sizes(settings, model, size / share - _FLOAT * _numbers(model))
    return UpdateCost(update, few + written * checkpoint / size, few + written * saved / size)


def sizes(settings: TrainSettings, model: nn.Module, state: float) -> tuple[float, float]:
    """Bytes of a checkpoint, with those of the optimizer's state, and of the model that is left; without the tokenizer.

    A checkpoint keeps an adapter of peft alone; what is left is a whole model, with the adapter beside it, where the
    method can be merged.
    """
    everything = sum(one.numel() for one in model.parameters())
    trained = _numbers(model)
    kept = trained if settings.way.peft else everything
    return _FLOAT * kept + state, _FLOAT * (everything if settings.way.merges else trained)


def checkpoints(trainer: Trainer, updates: int) -> int:
    """How many a run of so many updates writes: every save_steps (below 1: that share of them), and at its end."""
    given = float(trainer.args.save_steps)
    every = math.ceil(given * updates) if given < 1 else given
    return math.ceil(updates / every)


def _numbers(model: nn.Module) -> int:
    """How many are trained."""
    return sum(one.numel() for one in model.parameters() if one.requires_grad)


def _sample(model: nn.Module) -> nn.ParameterList:
    """Copies of trained weights, whole or their first rows, up to SAMPLE numbers."""
    left, copies = SAMPLE, []
    for one in model.parameters():
        if one.requires_grad and left > 0:
            part = one.detach() if one.numel() <= left else one.detach()[: max(1, left // one[0].numel())]
            left -= part.numel()
            copies.append(nn.Parameter(part.clone()))
    return nn.ParameterList(copies)


def _optimizer(trainer: Trainer, sample: nn.ParameterList) -> torch.optim.Optimizer:
    """Another of the trainer's kind; the trainer makes its own when it begins.

    AdamW instead of one that works on modules it knows by name (GaLore, APOLLO) or within the backward pass (LOMO).
    """
    if trainer.args.optim_target_modules or "lomo" in trainer.args.optim:
        return torch.optim.AdamW(sample.parameters())
    optimizer = trainer.create_optimizer(sample)
    trainer.optimizer = None
    return optimizer


def _updated(trainer: Trainer, sample: nn.ParameterList, optimizer: torch.optim.Optimizer) -> float:
    """Seconds of one update, the gradients clipped before it as the trainer does."""
    for one in sample:
        one.grad = torch.full_like(one, 1e-3)
    times = []
    for _ in range(_UPDATES):
        began = now(trainer)
        if trainer.args.max_grad_norm > 0:
            nn.utils.clip_grad_norm_(sample.parameters(), trainer.args.max_grad_norm)
        optimizer.step()
        times.append(now(trainer) - began)
    return median(times[1:])


def _written(trainer: Trainer, sample: nn.ParameterList, optimizer: torch.optim.Optimizer) -> tuple[float, float, int]:
    """(seconds of the small files, seconds of the sample and its optimizer, bytes of these), until they are on disk."""
    folder = Path(trainer.args.output_dir) / "sample"
    shutil.rmtree(folder, ignore_errors=True)  # of an attempt that was killed
    folder.mkdir(parents=True)
    tokenizer: Any = trainer.processing_class
    try:
        began = now(trainer)
        tokenizer.save_pretrained(folder)
        durable.sync_tree(folder)
        between = now(trainer)
        files = folder / "model.safetensors", folder / "optimizer.pt"
        save_file({str(at): one.detach() for at, one in enumerate(sample)}, files[0])
        torch.save(optimizer.state_dict(), files[1])
        for file in files:
            durable.sync(file)
        return between - began, now(trainer) - between, sum(file.stat().st_size for file in files)
    finally:
        shutil.rmtree(folder)


def now(trainer: Trainer) -> float:
    """Seconds, once the GPU that the trainer computes on has done what it was given."""
    if trainer.args.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()
