"""Settings for this machine: how to compute a run, each with one line of reason. Light.

They change how fast a run is and what it holds in memory, and not how much it learns: the effective batch size stays.
A field of the [trainer] table, or a parameter of the job, overrides any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from workbench.errors import TrainingRefused
from workbench.models.machine import Settings
from workbench.training.requirements import Requirements
from workbench.training.settings import KTOSettings, PreferenceSettings, TrainSettings

S = TypeVar("S", bound=TrainSettings)
BATCH = "per_device_train_batch_size"
Need = Callable[[TrainSettings], Requirements]
USABLE = 0.9  # of the memory that is free: an estimate may be off, and others want some
PADDED = 0.1  # of a batch of random rows: from here on it is worth grouping them by their length
AS_SET = "as you set it"


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting, under TRL's name where it has one."""

    name: str
    value: Any
    reason: str


def choose(
    settings: S, machine: Settings, free: int, need: Need, given: Container[str], lengths: Sequence[int]
) -> tuple[S, list[Choice]]:
    """The settings with what this machine calls for, and why.

    machine: as it was measured, with what a person set instead; free: bytes that may be taken; need: the requirements
    of a run with other settings; given: the names of those that a person set; lengths: of the rows, in any unit, empty
    where all are alike. TrainingRefused if no setting makes it fit.
    """
    on = replace(settings, device=machine.device, dtype=machine.dtype, threads=machine.threads)
    _check_device(on)
    room = round(USABLE * free)
    batched, batch = (on, _batch_choices(on, AS_SET)) if BATCH in given else _batch(on, room, need)
    checkpointed, checkpointing = _checkpointing(batched, room, need)
    _refuse(checkpointed, free, need(checkpointed))
    grouped, grouping = _grouping(checkpointed, lengths)
    chosen, reference = _reference(grouped)
    return chosen, [*_computing(machine, given), *batch, checkpointing, grouping, *reference]


def _check_device(settings: TrainSettings) -> None:
    """TrainingRefused for what only a GPU can do."""
    if settings.device == "cpu" and settings.trainer.get("activation_offloading"):
        raise TrainingRefused(
            "trainer: activation_offloading makes room in a GPU's memory, and no GPU computes this run.",
            "Leave it out; gradient_checkpointing = true saves memory on a CPU too.",
        )


def _computing(machine: Settings, given: Container[str]) -> list[Choice]:
    gpu = machine.device == "cuda"
    half = machine.dtype == "bfloat16"
    reasons = {
        "device": "a GPU is here" if gpu else "no GPU is here",
        "dtype": "computed in bfloat16, weights kept in float32" if half
        else "digits matter more than speed, and a resumed run repeats its losses",
        "threads": "the GPU computes" if gpu else "the fastest measured on the cores free now",
    }  # fmt: skip
    return [
        Choice(name, getattr(machine, name), AS_SET if name in given else reason) for name, reason in reasons.items()
    ]


def _batch(settings: S, room: int, need: Need) -> tuple[S, list[Choice]]:
    """On a CPU one row at a time; on a GPU as many as fit, up to the effective size."""
    if settings.device == "cpu":
        return settings, _batch_choices(settings, "a CPU gains nothing from more rows at once, and padding costs")
    effective = settings.effective_batch
    rows = effective
    while rows > settings.least_rows and (effective % rows or need(_with_rows(settings, rows)).total > room):
        rows -= 1
    return _with_rows(settings, rows), _batch_choices(_with_rows(settings, rows), "as many rows as fit on the GPU")


def _with_rows(settings: S, rows: int) -> S:
    accumulated = max(1, settings.effective_batch // rows)
    return replace(settings, per_device_train_batch_size=rows, gradient_accumulation_steps=accumulated)


def _batch_choices(settings: TrainSettings, reason: str) -> list[Choice]:
    return [
        Choice(BATCH, settings.per_device_train_batch_size, reason),
        Choice("gradient_accumulation_steps", settings.gradient_accumulation_steps,
               f"keeps {settings.effective_batch} rows to an update"),
    ]  # fmt: skip


def _checkpointing(settings: S, room: int, need: Need) -> tuple[S, Choice]:
    name = "gradient_checkpointing"
    if name in settings.trainer:
        return settings, Choice(name, settings.trainer[name], AS_SET)
    wanted = need(settings).total
    if wanted <= room:
        return settings, Choice(name, False, f"about {gigabytes(wanted)} needed, {gigabytes(room)} to be had")
    if settings.loses_cache:
        return settings, Choice(name, False, f"{settings.method} cannot be trained with it")
    reason = f"without it about {gigabytes(wanted)} needed, {gigabytes(room)} to be had; a third slower"
    return replace(settings, gradient_checkpointing=True), Choice(name, True, reason)


def _refuse(settings: TrainSettings, free: int, needed: Requirements) -> None:
    """Only where it can clearly not be: what the weights alone take, against all that is free."""
    if needed.fixed > free:
        raise TrainingRefused(
            f"Training {settings.method} needs {gigabytes(needed.fixed)} of memory before the first row, and "
            f"{gigabytes(free)} are free.",
            "Use the method lora, a smaller model, or a machine with more memory."
            if settings.way.moves_all else "Use a smaller model, or a machine with more memory.",
        )  # fmt: skip


def _grouping(settings: S, lengths: Sequence[int]) -> tuple[S, Choice]:
    name = "train_sampling_strategy"
    if name in settings.trainer:
        return settings, Choice(name, settings.trainer[name], AS_SET)
    if isinstance(settings, KTOSettings):
        return settings, Choice(name, "sequential", "KTO's KL term needs neighbours kept; the rows are shuffled before")
    if settings.kind == "dpo":
        return settings, Choice(name, "random", "a pair has two lengths, and none to group by")
    if settings.per_device_train_batch_size == 1:
        return settings, Choice(name, "random", "one row at a time has no padding to save")
    share = padding(lengths, settings.per_device_train_batch_size)
    if share < PADDED:
        return settings, Choice(name, "random", f"the rows are nearly equally long: {share:.0%} of a batch is padding")
    reason = f"of a batch of random rows {share:.0%} would be padding"
    return replace(settings, group_by_length=True), Choice(name, "group_by_length", reason)


def padding(lengths: Sequence[int], rows: int) -> float:
    """The share of a batch of `rows` random rows that is padding, 0..1, since all become as long as the longest.

    0 without lengths. The longest of k draws is at most the i-th shortest of n with the chance (i/n)^k.
    """
    if not lengths:
        return 0.0
    n = len(lengths)
    chances = ((at / n) ** rows - ((at - 1) / n) ** rows for at in range(1, n + 1))
    longest = sum(chance * length for chance, length in zip(chances, sorted(lengths), strict=True))
    return 1 - sum(lengths) / n / longest if longest else 0.0


def _reference(settings: S) -> tuple[S, list[Choice]]:
    """A pass over the rows costs a third of an epoch's reference passes at three epochs, and nothing at one."""
    name = "precompute_ref_log_probs"
    if not isinstance(settings, PreferenceSettings):
        return settings, []
    if name in settings.trainer:
        return settings, [Choice(name, settings.trainer[name], AS_SET)]
    if (settings.num_train_epochs or 0) <= 1:
        return settings, [Choice(name, False, "in one epoch every row meets the reference once anyway")]
    reason = f"the reference reads each row once instead of {settings.num_train_epochs:g} times"
    return replace(settings, precompute_ref_log_probs=True), [Choice(name, True, reason)]


def gigabytes(count: float) -> str:
    """`2.8 GB`"""
    return f"{count / 1e9:.1f} GB"
