"""What a training came to on each task of its rows: for the command line and the model's screen alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TaskLossRow:
    """Mean loss in nats per token of the answers, over the same `rows` training rows before and after."""

    task: str
    rows: int
    before: float
    after: float


def task_losses(kept: Mapping[str, Any]) -> list[TaskLossRow]:
    """Of a training's result or of its model's details; empty where the rows named no task."""
    return [TaskLossRow(task, **one) for task, one in kept.get("tasks", {}).items()]
