"""The seam between a training run and whoever started it: four calls, no types of torch or TRL."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    """What a run tells while it goes on, and the two things it asks.

    A run that was killed repeats the steps since its last checkpoint, and tells them again with the
    same numbers: keep them by step.
    """

    def progress(self, done: int, total: int, message: str = "") -> None:
        """`done` of `total` optimizer steps; total 0: not known yet."""

    def metrics(self, step: int, values: dict[str, float]) -> None:
        """What TRL logged at `step` (from 1), under TRL's names.

        loss, grad_norm (before clipping), learning_rate, epoch, num_tokens, rewards/{chosen,rejected,margins,
        accuracies}, logps/{chosen,rejected} (sums over an answer, in nats), ... A value may be NaN. Ours are
        tokens_per_second and memory (GB at the peak so far), and at step 0, before the first one, estimate/seconds
        (of all steps) and estimate/memory (GB at the peak).
        """

    def cancelled(self) -> bool:
        """True once the run shall stop; asked after every step."""

    def ending(self) -> bool:
        """True once the run shall end well, and leave the best model it has; asked after every step."""
