"""Before the first step: is the memory enough for what a measured one takes?

Refused otherwise, with the nearest setting that fits: one that changes no loss first, then a shorter row.
"""

from __future__ import annotations

from collections.abc import Iterator

import psutil

from workbench.errors import TrainingRefused
from workbench.training.estimated import Estimate
from workbench.training.machine_choice import gigabytes
from workbench.training.settings import TrainSettings

# Of what grows with the batch, that which stays with gradient checkpointing: the logits above all, and an input for
# each layer. Measured with SmolLM2-135M and LoRA on a CPU: fine-tuning on two rows of 384 tokens 1.42 of 2.52 GB, DPO
# on a pair of 384 tokens each 1.38 of 2.66 GB. Models with more layers, or fewer words, keep less.
_CHECKPOINTED = 0.6


def held() -> int:
    """Bytes that this process has now."""
    return int(psutil.Process().memory_info().rss)


def check(estimate: Estimate, resting: int, room: int, settings: TrainSettings) -> None:
    """TrainingRefused if the run needs more than `room` bytes; `resting`: those that it holds between two steps."""
    if estimate.memory <= room:
        return
    raise TrainingRefused(
        f"This run needs about {gigabytes(estimate.memory)} of memory at its longest rows, and {gigabytes(room)} are "
        "to be had.",
        next(_nearest(estimate, resting, room, settings), "Use a smaller model, or a machine with more memory."),
    )


def _nearest(estimate: Estimate, resting: int, room: int, settings: TrainSettings) -> Iterator[str]:
    """What would fit, the least change first; nothing where the model alone is too large."""
    left = (room - resting) / (estimate.memory - resting)  # the share of what a batch takes that there is room for
    checkpointed = settings.gradient_checkpointing or bool(settings.trainer.get("gradient_checkpointing"))
    if left >= _CHECKPOINTED and not checkpointed and not settings.loses_cache:
        yield "Set gradient_checkpointing = true under [trainer]: a third slower, with the same losses."
    rows, effective = settings.per_device_train_batch_size, settings.effective_batch
    for fewer in range(int(rows * left), settings.least_rows - 1, -1):
        if effective % fewer == 0:
            yield (
                f"Set per_device_train_batch_size = {fewer} and gradient_accumulation_steps = {effective // fewer}: "
                "as many rows to an update."
            )
    longest = estimate.step_tokens / rows / (2 if settings.kind == "dpo" else 1)
    if longest * left >= 8:
        yield f"Set max_length = {int(longest * left)}: longer rows lose their end."
