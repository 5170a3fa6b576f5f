"""How many optimizer steps a run makes, as transformers counts them. Light."""

from __future__ import annotations

from math import ceil

from workbench.training.settings import TrainSettings


def updates(rows: int, settings: TrainSettings, processes: int = 1) -> tuple[int, int]:
    """(optimizer steps of one pass over the rows, of the whole run).

    A pass ends with an update, of fewer rows where they do not come out even.
    """
    batches = ceil(rows / (settings.per_device_train_batch_size * processes))
    a_pass = max(1, ceil(batches / settings.gradient_accumulation_steps))
    most = int(settings.trainer.get("max_steps", -1))
    return a_pass, most if most > 0 else ceil((settings.num_train_epochs or 0) * a_pass)
