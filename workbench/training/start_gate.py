"""Before the first step of fine-tuning: does the model begin as the base it is meant to be?

Most methods start at the identity, so the loss of the untrained policy is the base's own. An adapter on top of an
adapter, a template that differs, or weights changed in memory would show here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from trl import SFTTrainer

from workbench.errors import TrainingRefused
from workbench.training.log_probs import base_log_probs, first_batch, largest_difference, policy_log_probs, tolerance
from workbench.training.weights import load


@dataclass(frozen=True, slots=True)
class StartResult:
    """policy: largest difference to the base over the batch's answers, in nats per token, None where the method starts
    elsewhere; base_loss: nats per token.
    """

    policy: float | None
    base_loss: float
    sequences: int


def check(trainer: SFTTrainer, base: Path, fresh: bool = True, starts_at_base: bool = True) -> StartResult | None:
    """Compare on the first batch of rows, without dropout; TrainingRefused beyond the tolerance.

    None unless `fresh`: a run that goes on from a checkpoint has left the base.
    """
    if not fresh:
        return None
    batch = first_batch(trainer)
    batch["completion_mask"] = (batch["labels"] != -100).long()
    tokens = batch["completion_mask"][:, 1:].sum(dim=1)  # (B,) answer tokens
    policy_model: Any = trainer.model
    policy_model.eval()
    with torch.random.fork_rng(), torch.no_grad():
        intended = base_log_probs(load(base).model.to(trainer.accelerator.device), batch)
        policy = None
        if starts_at_base:
            policy = largest_difference(policy_log_probs(policy_model, batch), intended, tokens)
    allowed = tolerance(trainer)
    if policy is not None and not policy <= allowed:  # `not <=` also refuses NaN
        raise TrainingRefused(
            f"The model does not start at {base.name}: their log-probabilities differ by up to {policy:.4f} nats per "
            f"token (at most {allowed} is allowed).",
            "Merge the adapter into a full checkpoint and train a fresh one on that.",
        )
    return StartResult(policy, float(-intended.sum() / tokens.sum()), sequences=len(tokens))
