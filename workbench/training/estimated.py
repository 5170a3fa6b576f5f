"""What a run is foretold to take. Light: screens show it; `estimate` measures it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """seconds: from the first step until the new model lies on the disk; memory: bytes at the peak, of this process or
    of the GPU where one computes.

    What is predicted and what a run then took (run.Outcome: train_seconds + save_seconds) are of this one span:
    batches, looks at held-out rows, updates and checkpoints; then the loss on each task, and the model merged, written
    and compared. Not in it is what comes before: loading, and the comparison with the base (a reference that is read
    once is read there; only a pre-flight counts it in). Nor what the job does after: rows for evaluation only, and the
    old task.

    updating, saving: those seconds of it that are the optimizer's updates, and those of checkpoints and of all that
    follows the last step; 0 in a record that is older than they are. The rows are shared by the processes that train
    together. step_tokens, step_seconds: the measured batch; tokens: those of the run, the prompt once for each answer.
    """

    seconds: float
    memory: int
    steps: int
    tokens: int
    step_tokens: int
    step_seconds: float
    updating: float = 0.0
    saving: float = 0.0
