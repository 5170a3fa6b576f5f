"""Before the first step: is the reference of this run the model it is meant to be?

DPO learns relative to a reference, and several roads lead to a wrong one without a word: an adapter that is
continued, a model changed in memory, a parameter that stays when the adapter is switched off. So the
log-probabilities the trainer would use are compared with those of the intended base, loaded afresh.
They do not depend on the loss, so one gate serves every loss type.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel
from trl import DPOTrainer

from workbench.errors import TrainingRefused
from workbench.training.weights import load

TOLERANCE = 1e-3  # nats per token


@dataclass(frozen=True, slots=True)
class GateResult:
    """Largest differences over the sequences of the batch, in nats per answer token.

    reference: the trainer's reference against the intended base;
    policy: the policy against the same; None where it was not asked (a resumed run has left the start).
    """

    reference: float
    policy: float | None
    sequences: int


def check(trainer: DPOTrainer, base: Path, fresh: bool) -> GateResult:
    """Compare on the first batch of rows; TrainingRefused beyond TOLERANCE.

    `fresh`: the run starts at step 0 with a method that starts at the identity (LoRA does), so the policy must
    equal the reference too. The models run as in training, so that dropout left on would show as well.
    """
    batch = _first_batch(trainer)
    tokens = batch["completion_mask"][:, 1:].sum(dim=1)  # (2 B,) answer tokens, chosen then rejected
    policy_model: Any = trainer.model
    policy_model.train()
    with torch.random.fork_rng(), torch.no_grad():
        intended = base_log_probs(load(base).model, batch)
        reference = _difference(_reference_log_probs(trainer, batch), intended, tokens)
        policy = _difference(_policy_log_probs(policy_model, batch), intended, tokens) if fresh else None
    # `not <=` also refuses NaN.
    if not reference <= TOLERANCE:
        raise TrainingRefused(
            f"The reference of this run is not {base.name}: their log-probabilities differ by up to {reference:.4f} "
            f"nats per token (at most {TOLERANCE} is allowed).",
            "Save the intended base as a full checkpoint and train a fresh adapter on it.",
        )
    if policy is not None and not policy <= TOLERANCE:
        raise TrainingRefused(
            f"The policy does not start at its reference {base.name}: their log-probabilities differ by up to "
            f"{policy:.4f} nats per token (at most {TOLERANCE} is allowed).",
            "Merge the adapter into a full checkpoint and train a fresh one on that.",
        )
    return GateResult(reference, policy, sequences=len(tokens))


def base_log_probs(model: PreTrainedModel, batch: dict[str, Any]) -> Tensor:
    """Log-probability of each answer, in nats, shape (2 B,), by the model's plain forward pass, a row at a time.

    Deliberately another way than the trainer's: no padding, no fused head, no adapter.
    """
    return torch.stack([_row_log_prob(model, *row) for row in zip(
        batch["input_ids"], batch["attention_mask"].bool(), batch["completion_mask"].bool(), strict=True
    )])  # fmt: skip


def _row_log_prob(model: PreTrainedModel, ids: Tensor, real: Tensor, answer: Tensor) -> Tensor:
    ids, answer = ids[real], answer[real]  # (T,)
    logits = model(input_ids=ids[None], use_cache=False).logits[0, :-1]  # (T - 1, V)
    log_probs: Tensor = logits.log_softmax(dim=-1).gather(1, ids[1:, None])[:, 0]  # (T - 1,)
    return log_probs[answer[1:]].sum()


def _first_batch(trainer: DPOTrainer) -> dict[str, Any]:
    rows: Any = trainer.train_dataset
    count = min(len(rows), trainer.args.per_device_train_batch_size)
    batch = trainer.data_collator([rows[index] for index in range(count)])
    return {name: tensor.to(trainer.accelerator.device) for name, tensor in batch.items()}


def _reference_log_probs(trainer: DPOTrainer, batch: dict[str, Any]) -> Tensor:
    model = trainer.model if trainer.ref_model is None else trainer.ref_model
    return torch.cat(trainer.compute_ref_log_probs(model, batch))


def _policy_log_probs(model: Any, batch: dict[str, Any]) -> Tensor:
    labels = batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100)
    output = model(
        input_ids=batch["input_ids"],
        attention_mask=batch["attention_mask"],
        labels=labels,
        use_cache=False,
        fused_lm_head=True,  # TRL's: per-token log-probabilities, 0 where the label is -100
    )
    log_probs: Tensor = output.log_probs.sum(dim=1)
    return log_probs


def _difference(log_probs: Tensor, intended: Tensor, tokens: Tensor) -> float:
    return float(((log_probs - intended.to(log_probs.device)).abs() / tokens).max())
