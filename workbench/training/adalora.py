"""AdaLoRA's part of each step (Zhang et al. 2023): ranks are lowered where they matter least, down to target_r.

peft leaves that to the loop that trains, and TRL and transformers do not do it: all ranks would stay at init_r. The
regularisation that keeps the ranks apart would reach the loss of fine-tuning alone. Here both are done for every
trainer, in the gradients and the weights, so that the losses that are shown are those of the rows.
"""
# ruff: noqa: ARG002 (the arguments of an event are TrainerCallback's)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from peft import AdaLoraConfig
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from workbench.errors import UsageError
from workbench.training import checkpoints

TYPE = "adalora"
_FILE = "ranks.safetensors"


def steps(fields: Mapping[str, Any]) -> dict[str, int]:
    """The number of steps that peft wants to be told with these fields: the least it takes, until the run tells it."""
    return {"total_step": fields.get("tinit", 0) + fields.get("tfinal", 0) + 1}


def check(config: AdaLoraConfig) -> None:
    """UsageError if there is nothing to lower."""
    if config.target_r >= config.init_r:
        raise UsageError(
            f"peft: target_r is {config.target_r}, not below init_r, {config.init_r}: no rank would be lowered.",
            "Set a higher init_r, or use lora.",
        )


class Ranks(TrainerCallback):
    """Allocates the ranks of a trainer's adapter, and keeps beside each checkpoint what the allocation remembers.

    A rank that is taken away has the singular value 0; its vectors stay, for they may be wanted again, and so that a
    run that goes on from a checkpoint has them.
    """

    _model: nn.Module
    _allocator: Any

    def __init__(self) -> None:
        self._weight = 0.0  # of the regularisation
        self._pattern: dict[str, list[bool]] = {}  # which ranks of each matrix are left, once that is settled

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        tuner = kwargs["model"].base_model
        self._model, self._allocator = tuner.model, tuner.rankallocator
        config = self._allocator.peft_config
        self._weight, config.orth_reg_weight = config.orth_reg_weight, 0.0  # peft would add it to some losses
        config.total_step = state.max_steps
        if max(config.tinit, 1) >= self._settled:  # after one step at least is known what matters
            raise UsageError(
                f"peft: with tinit {config.tinit} and tfinal {config.tfinal} none of the {state.max_steps} steps is "
                "left in which ranks are lowered.",
                "Lower them, or train for more steps.",
            )
        if state.global_step:
            self._restore(checkpoints.at(Path(args.output_dir), state.global_step) / _FILE, args.device)

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if not self._weight:
            return
        trained = {name: one for name, one in self._model.named_parameters() if "lora_A" in name or "lora_B" in name}
        apart = torch.stack([_apart(one if "lora_A" in name else one.T) for name, one in trained.items()]).mean()
        for one, gradient in zip(
            trained.values(), torch.autograd.grad(self._weight * apart, list(trained.values())), strict=True
        ):
            assert one.grad is not None
            one.grad += gradient

    def on_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        step = state.global_step + 1  # which counts this one only later
        if step > self._settled:
            self._allocator.mask_using_rank_pattern(self._model, self._pattern)
            return
        _, pattern = self._allocator.update_and_allocate(self._model, step, force_mask=step == self._settled)
        if step == self._settled:
            self._pattern = pattern
            self._allocator.reset_ipt()

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        if not state.is_world_process_zero:
            return
        kept = {
            **{f"mean.{name}": one for name, one in self._allocator.exp_avg_ipt.items()},
            **{f"spread.{name}": one for name, one in self._allocator.exp_avg_unc.items()},
            **{f"left.{name}": torch.tensor(one) for name, one in self._pattern.items()},
        }
        save_file(kept, checkpoints.at(Path(args.output_dir), state.global_step) / _FILE)

    def _restore(self, file: Path, device: torch.device) -> None:
        for key, one in load_file(file).items():
            what, _, name = key.partition(".")
            if what == "left":
                self._pattern[name] = one.tolist()
                continue
            means = what == "mean"
            (self._allocator.exp_avg_ipt if means else self._allocator.exp_avg_unc)[name] = one.to(device)
            self._allocator.ipt[name] = torch.zeros_like(one)  # there, so that the two are not begun anew

    @property
    def _settled(self) -> int:
        """The step after which ranks stay as they are."""
        config = self._allocator.peft_config
        return int(config.total_step - config.tfinal)


def _apart(vectors: Tensor) -> Tensor:
    """How far the vectors of a matrix, (r, size), are from being orthogonal and of length 1: peft's penalty."""
    return torch.linalg.norm(vectors @ vectors.T - torch.eye(len(vectors)).to(vectors))
