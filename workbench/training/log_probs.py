"""Log-probabilities of a run's first batch, by the trainer's policy and, another way, by the plain base.

A batch is a dict of tensors, each (B, T): input_ids, attention_mask, and completion_mask, 1 on what carries loss.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import Trainer

TOLERANCE = 1e-3  # nats per token between two ways to compute the same in float32
_COARSE = 5e-2  # the same in bfloat16, which keeps 8 bits of a number


def tolerance(trainer: Trainer) -> float:
    """How far log-probabilities of this run may lie from those of the base, in nats per token."""
    return _COARSE if trainer.args.bf16 else TOLERANCE


def first_batch(trainer: Trainer) -> dict[str, Any]:
    """The first rows of the training set as the trainer collates them, on its device."""
    rows: Any = trainer.train_dataset
    count = min(len(rows), trainer.args.per_device_train_batch_size)
    batch = trainer.data_collator([rows[index] for index in range(count)])
    return {name: tensor.to(trainer.accelerator.device) for name, tensor in batch.items()}


def base_log_probs(model: Any, batch: dict[str, Any]) -> Tensor:
    """Log-probability of each answer, in nats, shape (B,), by the model's plain forward pass, a row at a time.

    Deliberately another way than the trainer's: no padding, no fused head, no adapter.
    """
    return torch.stack([_row_log_prob(model, *row) for row in zip(
        batch["input_ids"], batch["attention_mask"].bool(), batch["completion_mask"].bool(), strict=True
    )])  # fmt: skip


def _row_log_prob(model: Any, ids: Tensor, real: Tensor, answer: Tensor) -> Tensor:
    ids, answer = ids[real], answer[real]  # (T,)
    logits = model(input_ids=ids[None], use_cache=False).logits[0, -len(ids) : -1]  # (T - 1, V), without a soft prompt
    log_probs: Tensor = logits.log_softmax(dim=-1).gather(1, ids[1:, None])[:, 0]  # (T - 1,)
    return log_probs[answer[1:]].sum()


def policy_log_probs(model: Any, batch: dict[str, Any]) -> Tensor:
    """Log-probability of each answer, in nats, shape (B,), by the trained model with TRL's fused head."""
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


def largest_difference(log_probs: Tensor, intended: Tensor, tokens: Tensor) -> float:
    """In nats per token: both (B,), with the number of tokens of each answer, (B,)."""
    return float(((log_probs - intended.to(log_probs.device)).abs() / tokens).max())
