"""What ends a run before its time, in one sentence each: a loss that is no number, a full disk, too little memory.

Nothing is lost: the last whole checkpoint stays, and a resumed run goes on from it. After a loss that was no number it
does so with half the learning rate, for with the same one it would come to the same end.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch

from workbench import durable
from workbench.errors import TrainingStopped
from workbench.training import checkpoints
from workbench.training.settings import TrainSettings

S = TypeVar("S", bound=TrainSettings)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The writers of torch and safetensors tell it in their own errors, torch's without the reason.
_FULL_WORDS = (
    "No space left",
    "quota exceeded",
    "File too large",
    "inline_container",
    "PytorchStreamWriter",
    "iostream error",
)
_MEMORY_WORDS = ("can't allocate memory", "not enough memory")  # how torch says it on a CPU
_DIVERGED = "diverged.json"
_ENDED = "stopped.json"


def diverged(folder: Path, step: int, noting: bool = True) -> TrainingStopped:
    """The loss of `step` was no number: note it for the next attempt; of several processes only one is `noting` it."""
    if noting:
        file = folder / _DIVERGED
        file.write_text(json.dumps([*_divergences(folder), step]), encoding="utf-8")
    return TrainingStopped(
        f"The loss became NaN or infinite at step {step}. {_kept(folder)}",
        "Resume the job: it goes on from there with half the learning rate.",
    )


def rate_factor(folder: Path) -> float:
    """What is left of the learning rate: half for each attempt that diverged."""
    return 0.5 ** len(_divergences(folder))


def told(folder: Path) -> list[str]:
    """One sentence for each divergence that was gone on from."""
    return [
        f"The loss became NaN or infinite at step {step}: it went on from the checkpoint before, at half the rate."
        for step in _divergences(folder)
    ]


def note_end(folder: Path, step: int) -> None:
    """The run ends well with `step`, before all steps are done: one that goes on after it shall not train further."""
    part = folder / f"{_ENDED}.part"
    part.write_text(json.dumps({"step": step}), encoding="utf-8")
    durable.publish(part, folder / _ENDED)


def ended(folder: Path, checkpoint: Path | None) -> bool:
    """Whether the run had ended well with the step of this checkpoint."""
    file = folder / _ENDED
    if checkpoint is None or not file.is_file():
        return False
    return bool(json.loads(file.read_text(encoding="utf-8"))["step"] == checkpoints.step(checkpoint))


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """TrainingStopped where the disk is full; what was half written is removed, which makes room for saying so."""
    try:
        yield
    except Exception as error:  # tokenizers has nothing finer, and each of the other libraries its own
        if not _is_full(error):
            raise
        checkpoints.newest(folder / "checkpoints")  # it removes those that are not whole
        free = shutil.disk_usage(folder).free
        raise TrainingStopped(
            f"The disk of {folder} is full or a quota is reached ({free / 1e6:,.0f} MB free): nothing more could be "
            f"saved. {_kept(folder)}",
            "Make room, then resume the job: it goes on from there.",
        ) from error


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch asked for more memory than there was, on a GPU or on the CPU."""
    return isinstance(error, torch.OutOfMemoryError) or any(words in str(error) for words in _MEMORY_WORDS)


def halved(settings: S, error: RuntimeError) -> S:
    """About half the rows at once and as many more batches to an update.

    TrainingStopped where it cannot be less, and in one of several processes: the others wait for it within the step.
    """
    effective, rows = settings.effective_batch, settings.per_device_train_batch_size
    fewer = [count for count in range(settings.least_rows, rows // 2 + 1) if effective % count == 0]
    if not fewer or torch.distributed.is_initialized():
        raise TrainingStopped(
            f"The memory is not enough for {rows} row{'s' * (rows > 1)} of up to {settings.max_length} tokens at once.",
            "Set a smaller max_length or batch, gradient_checkpointing = true under [trainer], or a smaller model.",
        ) from error
    return replace(settings, per_device_train_batch_size=fewer[-1], gradient_accumulation_steps=effective // fewer[-1])


def _is_full(error: Exception) -> bool:
    words = str(error)
    if "Reader" in words:  # torch tells of a file that cannot be read in nearly the same way
        return False
    return getattr(error, "errno", None) in _FULL or any(part in words for part in _FULL_WORDS)


def _kept(folder: Path) -> str:
    last = checkpoints.newest(folder / "checkpoints")
    return (
        "No checkpoint was written yet."
        if last is None
        else f"The checkpoint of step {checkpoints.step(last)} is whole."
    )


def _divergences(folder: Path) -> list[int]:
    """The steps at which attempts of this run diverged."""
    file = folder / _DIVERGED
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []
