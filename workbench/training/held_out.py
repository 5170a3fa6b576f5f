"""Rows that are kept from a training to see how it does on others: when to stop, and which checkpoint is the best.

They are drawn by the hash of their family, else of what they ask, so that twins, and rows that ask the same, stay
together, whatever the seed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME

from workbench.data import splits
from workbench.errors import TrainingRefused
from workbench.spec import canonical_json, content_hash
from workbench.training import checkpoints
from workbench.training.settings import TrainSettings

LOSS = "eval_loss"
_DRAWN = slice(16, 24)  # hexadecimal digits

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Looks:
    """The mean loss on the held-out rows, in TRL's units: before the first step, at its best, and at the last look.

    `best_step` is the optimizer step whose weights were kept; `stopped_early`: before all steps were done.
    """

    rows: int
    first: float | None
    best: float
    last: float
    best_step: int
    stopped_early: bool


def split(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """(rows to train on, rows held out); none is held out at 0. TrainingRefused if either part would be empty."""
    if not share:
        return list(rows), []
    out = [splits.held_out(_draw(row), share) for row in rows]
    parts = ([row for row, held in zip(rows, out, strict=True) if held is part] for part in (False, True))
    kept, held = parts
    if not (kept and held):
        what = "to look at" if kept else "to train on"
        raise TrainingRefused(
            f"eval_share {share:g} of {len(rows)} rows leaves none {what}.", "Set another share, or bring more rows."
        )
    return kept, held


def arguments(settings: TrainSettings) -> dict[str, Any]:
    """Of a trainer that looks every so many steps, and ends with the weights of the best look.

    As many rows at once as it trains on: what the memory was measured for.
    """
    return {
        "eval_strategy": "steps", "eval_steps": settings.eval_steps, "save_steps": settings.eval_steps,
        "per_device_eval_batch_size": settings.per_device_train_batch_size,
        "load_best_model_at_end": True, "metric_for_best_model": LOSS, "greater_is_better": False,
    }  # fmt: skip


class StopEarly(TrainerCallback):
    """Ends a run whose loss on the held-out rows has not fallen below its lowest at `patience` looks in a row.

    It counts in the trainer's own history, so a resumed run stops where the uninterrupted one would.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience

    def on_evaluate(
        self,
        args: TrainingArguments,  # noqa: ARG002  the arguments of an event are TrainerCallback's
        state: TrainerState,
        control: TrainerControl,
        **_: Any,
    ) -> None:
        losses = [loss for step, loss in _history(state) if step > 0]
        if losses and len(losses) - 1 - losses.index(min(losses)) >= self._patience:
            control.should_training_stop = True


def looks(trainer: Trainer, rows: int) -> Looks | None:
    """What was seen; None where nothing was held out, or nothing looked at yet."""
    known = _history(trainer.state)
    after = [(step, loss) for step, loss in known if step > 0]
    if not after:
        return None
    best_step, best = min(after, key=lambda one: one[1])
    return Looks(
        rows=rows,
        first=next((loss for step, loss in known if step == 0), None),
        best=best,
        last=after[-1][1],
        best_step=best_step,
        stopped_early=trainer.state.global_step < trainer.state.max_steps,
    )


def restore(trainer: Trainer, ended: Path) -> None:
    """Put a trainer where a run that ended with this checkpoint left it: its history, and the weights it keeps."""
    trainer.state = TrainerState.load_from_json(str(ended / TRAINER_STATE_NAME))
    trainer._load_from_checkpoint(str(checkpoint(trainer, ended.parent, looks(trainer, 0))))


def checkpoint(trainer: Trainer, folder: Path, seen: Looks | None) -> Path:
    """Whose weights are kept: those of the best look, else of the last step."""
    return checkpoints.at(folder, seen.best_step if seen else trainer.state.global_step)


def _history(state: TrainerState) -> list[tuple[int, float]]:
    """(step, loss) of each look; a NaN is worse than every loss."""
    found = [(int(entry["step"]), float(entry[LOSS])) for entry in state.log_history if LOSS in entry]
    return [(step, math.inf if math.isnan(loss) else loss) for step, loss in found]


def _draw(row: Any) -> str:
    """The bits that decide of a row: not the first ones of the hash, by which a data set holds rows out already."""
    return content_hash(canonical_json(_family(row)))[_DRAWN]


def _family(row: Any) -> Any:
    names = ("family", "prompt") if isinstance(row, Mapping) else ()
    return next((row[name] for name in names if name in row), row)
