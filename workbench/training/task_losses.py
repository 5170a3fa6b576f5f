"""The loss on each task of a mixture, before and after a training: what one task gained and another paid.

Measured apart from the training's own losses: those are of batches in which the tasks are mixed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from workbench.errors import Cancelled
from workbench.training.completion_rows import CompletionRow
from workbench.training.log_probs import base_log_probs
from workbench.training.sft_preflight import TokenisedExample, tokenise
from workbench.training.watch import Watch

ROWS_A_TASK = 32
MOST_TASKS = 50

Samples = Mapping[str, Sequence[TokenisedExample]]


@dataclass(frozen=True, slots=True)
class TaskLoss:
    """Mean loss in nats per token of the answers, over the same `rows` rows of the task before and after.

    They are rows that were trained on: `after` says what was learned, not what carries over to others.
    """

    rows: int
    before: float
    after: float


def samples(rows: Sequence[CompletionRow], tokenizer: PreTrainedTokenizerBase, max_length: int) -> Samples:
    """Task -> its rows, up to ROWS_A_TASK spread over all of them; the commonest MOST_TASKS by their names.

    Empty where no row names a task.
    """
    counts = Counter(row["task"] for row in rows if "task" in row)
    found = {}
    for task in sorted(name for name, _ in counts.most_common(MOST_TASKS)):
        its = [row for row in rows if row.get("task") == task]
        step = max(1, len(its) / ROWS_A_TASK)
        chosen = [its[int(at * step)] for at in range(min(len(its), ROWS_A_TASK))]
        found[task] = [tokenise(row, tokenizer).within(max_length) for row in chosen]
    return found


def losses(model: Any, tasks: Samples, watch: Watch) -> dict[str, float]:
    """Task -> nats per token of its answers, without dropout. Raises Cancelled between two tasks."""
    model.eval()
    found = {}
    for task, examples in tasks.items():
        if watch.cancelled():
            raise Cancelled("The training was cancelled while its tasks were measured.", "Resume the job to go on.")
        watch.progress(0, 0, f"Loss on {task}")
        with torch.no_grad():
            total = sum(float(base_log_probs(model, _batch(one, model.device)).sum()) for one in examples)
        found[task] = -total / sum(len(one.learned) for one in examples)
    return found


def joined(tasks: Samples, before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, TaskLoss]:
    return {task: TaskLoss(len(rows), before[task], after[task]) for task, rows in tasks.items()}


def _batch(example: TokenisedExample, device: torch.device) -> dict[str, Any]:
    """One row: tensors (1, T), the answer's tokens marked."""
    ids = torch.tensor([example.prompt + example.answer], device=device)
    mask = torch.tensor([example.mask], device=device)
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "completion_mask": mask}
