"""The settings of a training that this machine calls for: fixed at the first start, the same for a resumed job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from workbench.data import formats
from workbench.errors import TrainingRefused
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._train_params import MACHINE, TrainParams
from workbench.jobs._trainer import Trainer
from workbench.models.machine import Settings, cpus
from workbench.records import Model
from workbench.spec import canonical_json
from workbench.training.machine_choice import Choice
from workbench.training.settings import TrainSettings

S = TypeVar("S", bound=TrainSettings)
_LONGEST = 8  # rows that are looked at to find the longest, and as many short ones beside them


def on_this_machine(
    context: JobContext, params: TrainParams, wanted: S, base: Model, trainer: Trainer, table: formats.Table
) -> tuple[S, list[Choice]]:
    """The settings with what this machine calls for (see training.machine_choice), the same for a resumed job."""
    from workbench.models.tensor_names import tensor_shapes
    from workbench.models.tokenizer import load_tokenizer
    from workbench.training import machine_choice, requirements

    machine = _machine(params, _inputs.settings(context, base, exact=False))
    shapes = tensor_shapes(Path(base.path or ""))
    seen = trainer.look(_extremes(table), load_tokenizer(Path(base.path or "")), params.max_length)
    longest = params.max_length  # documents are joined to sequences of that length
    characters: list[int] = []
    if table.layout != "text":
        characters = [len(canonical_json(row)) for row in table.rows]
        lengths = (one.length for row in seen.examples for one in row.sequences(longest))
        longest = min(max(lengths), longest)  # a prompt that fills it is left out
    free = context.plan.get("free_memory") or _free(machine)
    chosen = machine_choice.choose(
        wanted, machine, free, lambda settings: requirements.of(settings, shapes, longest), params.given, characters
    )
    context.keep_plan({**context.plan, "free_memory": free})  # not of a run that was refused: it may be more by then
    return chosen


def _machine(params: TrainParams, measured: Settings) -> Settings:
    """How this machine computes, or as a person said. TrainingRefused for a GPU that is not here."""
    if params.device == "cuda" and measured.device != "cuda":
        raise TrainingRefused("device is cuda, and torch finds no GPU here.", "Leave device empty, or use cpu.")
    machine = measured if measured.device == "cuda" else measured.in_float32()
    if params.device == "cpu" and machine.device == "cuda":
        machine = Settings("cpu", "float32", cpus())
    return replace(machine, **{name: getattr(params, name) for name in MACHINE if name in params.given})


def _extremes(table: formats.Table) -> formats.Table:
    """Its longest rows and its shortest, by their characters: what decides how much a run needs."""
    order = sorted(table.rows, key=lambda row: len(canonical_json(row)))
    return replace(table, rows=[*order[:-_LONGEST][:_LONGEST], *order[-_LONGEST:]])


def _free(machine: Settings) -> int:
    """Bytes that a run may take: of the GPU where one computes."""
    from workbench.models import memory

    if machine.device == "cpu":
        return memory.available()
    import gc

    import torch

    gc.collect()  # a model of the job before may be held still
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info()
    return int(free)
