"""Before the first step: is the reference of this run the model it is meant to be?

DPO learns relative to a reference, and several roads lead to a wrong one without a word: an adapter that is
continued, a model changed in memory, a parameter that stays when the adapter is switched off. So the
log-probabilities the trainer would use are compared with those of the intended base, loaded afresh.
They do not depend on the loss, so one gate serves every loss type.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor
from trl import DPOTrainer, KTOTrainer

from workbench.errors import TrainingRefused
from workbench.training.log_probs import base_log_probs, first_batch, largest_difference, policy_log_probs, tolerance
from workbench.training.weights import load


@dataclass(frozen=True, slots=True)
class GateResult:
    """Largest differences over the sequences of the batch, in nats per answer token.

    reference: the trainer's reference against the intended base;
    policy: the policy against the same; None where it was not asked (a resumed run has left the start, and prefix
    and prompt tuning never stand there).
    """

    reference: float
    policy: float | None
    sequences: int


def check(trainer: DPOTrainer | KTOTrainer, base: Path, fresh: bool, starts_at_base: bool = True) -> GateResult:
    """Compare on the first batch of rows; TrainingRefused beyond the tolerance.

    `fresh`: the run starts at step 0; `starts_at_base`: with a method that begins at the identity. With both the policy
    must equal the reference too. The models run as in training, so that dropout left on would show as well.
    """
    batch = first_batch(trainer)
    tokens = batch["completion_mask"][:, 1:].sum(dim=1)  # (N,) answer tokens; DPO: chosen, then rejected
    policy_model: Any = trainer.model
    policy_model.train()
    with torch.random.fork_rng(), torch.no_grad():
        intended = base_log_probs(load(base).model.to(trainer.accelerator.device), batch)
        reference = largest_difference(_reference_log_probs(trainer, batch), intended, tokens)
        policy = None
        if fresh and starts_at_base:
            policy = largest_difference(policy_log_probs(policy_model, batch), intended, tokens)
    allowed = tolerance(trainer)
    # `not <=` also refuses NaN.
    if not reference <= allowed:
        raise TrainingRefused(
            f"The reference of this run is not {base.name}: their log-probabilities differ by up to {reference:.4f} "
            f"nats per token (at most {allowed} is allowed).",
            "Save the intended base as a full checkpoint and train a fresh adapter on it.",
        )
    if policy is not None and not policy <= allowed:
        raise TrainingRefused(
            f"The policy does not start at its reference {base.name}: their log-probabilities differ by up to "
            f"{policy:.4f} nats per token (at most {allowed} is allowed).",
            "Merge the adapter into a full checkpoint and train a fresh one on that.",
        )
    return GateResult(reference, policy, sequences=len(tokens))


def _reference_log_probs(trainer: DPOTrainer | KTOTrainer, batch: dict[str, Any]) -> Tensor:
    """What the trainer would use, (N,), whatever weight a further field (ld_alpha) then gives to single tokens."""
    model: Any = trainer.model if trainer.ref_model is None else trainer.ref_model
    if isinstance(trainer, KTOTrainer):
        return cast("Tensor", trainer.compute_ref_log_probs(model, batch)[0])
    alpha, trainer.ld_alpha = trainer.ld_alpha, None
    log_probs = torch.cat(trainer.compute_ref_log_probs(model, batch))
    trainer.ld_alpha = alpha
    return log_probs
