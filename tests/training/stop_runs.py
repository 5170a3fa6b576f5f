"""Runs that come to a stop; as a script one whose files may not grow beyond a size, in a process of its own.

python stop_runs.py BASE FOLDER BYTES
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from dpo_runs import Recorder
from sft_runs import SETTINGS, eight_examples
from transformers import TrainerCallback

from workbench.errors import TrainingStopped
from workbench.training import run, sft
from workbench.training.run import Outcome, Recipe


class At(TrainerCallback):
    """Does something at the beginning of a step, with the trainer's model and arguments."""

    def __init__(self, step, act: Callable) -> None:
        self._step = step
        self._act = act

    def on_step_begin(self, args, state, control, model=None, **_) -> None:
        if state.global_step + 1 == self._step:
            self._act(model, args)


def planted(act: Callable, step: int) -> Recipe:
    """SFT as it is, to which `act(model, args)` happens at the beginning of `step`."""

    def build(*given):
        trainer = sft.build_trainer(*given)
        trainer.add_callback(At(step, act))
        return trainer

    return replace(sft._RECIPE, build=build)


def spoil(model, args) -> None:
    """One weight that is no number, as an overflow leaves it."""
    with torch.no_grad():
        next(one for one in model.parameters() if one.requires_grad).fill_(float("nan"))


def narrow(model, args) -> None:
    """Memory for one row at once, as a GPU would have it."""
    if args.per_device_train_batch_size > 1:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def go(recipe: Recipe, base: Path, folder: Path, settings=SETTINGS) -> tuple[Outcome, Recorder]:
    recorder = Recorder()
    return run.run(recipe, settings, base, eight_examples(), folder, recorder, folder / "new"), recorder


def main(base: Path, folder: Path, limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        go(sft._RECIPE, base, folder)
    except TrainingStopped as stopped:
        print(stopped)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
