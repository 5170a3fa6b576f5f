"""What every kind of training shares: its parameters, what is refused before it is queued, and the model it enters.

Data and name are fixed at the first start, so that a resumed job goes on with the very same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from pydantic import Field

from workbench.data import formats, splits
from workbench.data.checks import LEVELS
from workbench.errors import DataError, TrainingRefused, UsageError
from workbench.jobs import _benchmark_items, _checking, _forgetting, _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, MethodName, ModelName, Table, TaskName
from workbench.models.machine import Settings, cpus
from workbench.records import DataSet, Model
from workbench.spec import canonical_json
from workbench.store import Store, data, exports, jobs, models
from workbench.training.machine_choice import BATCH, Choice
from workbench.training.settings import TrainSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.preflight import Look

S = TypeVar("S", bound=TrainSettings)
P = TypeVar("P", bound="TrainParams")
Looking = Callable[[formats.Table, P, "PreTrainedTokenizerBase"], "Look[Any, Any]"]
_LONGEST = 8  # rows that are looked at to find the longest, and as many short ones beside them

EFFECTIVE_BATCH = 4  # rows to an update, unless said otherwise
_BATCH = (BATCH, "gradient_accumulation_steps")
_MACHINE = ("device", "dtype", "threads")


class TrainParams(JobParams):
    """One run. The names of the numbers are TRL's and peft's own; an empty one is the preset of the method."""

    least_rows: ClassVar[int] = 1  # of a batch, for its loss to mean what it says

    model: ModelName = Field("smollm2", description="the model to train")
    data: str = Field(description="what to learn from")
    limit: int | None = Field(None, ge=1, description="the first rows only (empty: all)")
    name: str | None = Field(None, pattern=r"^\w[\w.-]*$", description="name of the new model (empty: MODEL-KIND-N)")
    method: MethodName = Field("lora", description="which weights move; also any peft type by its name")
    learning_rate: float | None = Field(None, gt=0, description="peak learning rate (empty: the method's)")
    num_train_epochs: float | None = Field(None, gt=0, description="passes over the rows (empty: the preset's)")
    per_device_train_batch_size: int | None = Field(None, ge=1, description="rows in memory at once (empty: as fits)")
    gradient_accumulation_steps: int | None = Field(None, ge=1, description="batches to an update (empty: 4 rows)")
    max_length: int = Field(1024, ge=8, description="longest prompt with answer, in tokens")
    r: int | None = Field(None, ge=1, description="rank of LoRA's update (empty: the method's)")
    lora_alpha: int | None = Field(None, ge=1, description="LoRA's scale is lora_alpha / r (empty: the method's)")
    layers: str | None = Field(None, description="freeze: those that stay; layerwise-lora: those that learn")
    early_stopping: int | None = Field(
        None, ge=1, description="stop after so many looks without a lower loss on others"
    )
    eval_share: float = Field(
        0.0, ge=0, lt=1, description="share of the rows held out to look at; the best look is kept"
    )
    eval_steps: int = Field(10, ge=1, description="optimizer steps from one look at the held-out rows to the next")
    old_task: TaskName = Field("multiple_choice", description="task for what was forgotten, after it (none: leave it)")
    old_items: int = Field(100, ge=1, description="items of the old task")
    device: Literal["cpu", "cuda"] | None = Field(None, description="what computes (empty: a GPU where one is)")
    dtype: Literal["float32", "bfloat16"] | None = Field(
        None, description="what is computed in; weights stay in float32 (empty: as the device calls for)"
    )
    threads: int | None = Field(None, ge=1, description="threads of torch (empty: the fastest on the cores free now)")
    launcher: Literal["none", "accelerate"] = Field("none", description="accelerate: in several processes, as it says")
    accelerate_config: str | None = Field(None, description="accelerate's configuration file (empty: your default one)")
    seed: int = Field(42, ge=0, description="order of the rows and the adapter's first values")
    peft: Table | None = Field(None, description="further fields of the method, under peft's names")
    trainer: Table | None = Field(None, description="further fields of TRL's trainer, under its names")

    def numbers(self) -> dict[str, Any]:
        """What the settings of a run take of them."""
        values = self.model_dump(exclude=_NOT_SETTINGS)
        ranks = {name: value for name in ("r", "lora_alpha") if (value := getattr(self, name)) is not None}
        return {**values, **self._batch(), "peft": {**(self.peft or {}), **ranks}, "trainer": self.trainer or {}}

    @property
    def given(self) -> frozenset[str]:
        """Which of the settings for the machine a person made."""
        return frozenset(name for name in (*_MACHINE, BATCH) if getattr(self, name) is not None)

    def _batch(self) -> dict[str, int]:
        """What was given; of the two numbers the other one keeps EFFECTIVE_BATCH rows to an update."""
        rows, accumulated = self.per_device_train_batch_size, self.gradient_accumulation_steps
        if rows is None and accumulated is None:
            return {}
        rows = rows or max(self.least_rows, EFFECTIVE_BATCH // (accumulated or 1))
        return dict(zip(_BATCH, (rows, accumulated or max(1, EFFECTIVE_BATCH // rows)), strict=True))


_NOT_SETTINGS = {
    "model", "data", "name", "limit", "r", "lora_alpha", "old_task", "old_items", "launcher", "accelerate_config",
    *_BATCH, *_MACHINE,
}  # fmt: skip


def title(kind: str, params: TrainParams) -> str:
    way = "" if params.method == "lora" else f" with {params.method}"
    return f"{kind} {params.model}{way} · {Path(params.data).name}"


def check(store: Store, params: TrainParams, settings: TrainSettings, layouts: tuple[str, ...]) -> None:
    """Refuse what could only go wrong later: model, data, and a method that does not fit the model."""
    _inputs.check_model(store, params.model, "weights")
    _inputs.check_data(store, params.data, layouts)
    _benchmark_items.refuse(store, params.data)
    _forgetting.check(params.old_task)
    _check_launcher(params)
    known = models.find(store, params.model)
    if known is not None:
        _check_whole(known)
    _check_fit(known.path if known else params.model, params.model, settings)


def _check_launcher(params: TrainParams) -> None:
    if params.accelerate_config is None:
        return
    if params.launcher == "none":
        raise UsageError("accelerate_config is given, but the launcher is none.", 'Set launcher = "accelerate".')
    if not Path(params.accelerate_config).is_file():
        raise UsageError(
            f"There is no file {params.accelerate_config}.",
            "Make one with: accelerate config --config_file FILE",
        )


def run(
    context: JobContext,
    params: TrainParams,
    trainer: str,
    settings: TrainSettings,
    machine: Sequence[Choice],
    base: Path,
    rows: Sequence[Any],
) -> dict[str, Any]:
    """Train by `trainer` (sft, dpo, kto, domain) here, or in several processes; the outcome as the job's result.

    With it stand the settings that were chosen for this machine.
    """
    from workbench import registry
    from workbench.training import launcher

    folder, saved = context.workspace.job_folder(context.job_id), context.workspace.models / context.plan["name"]
    if params.launcher == "accelerate":
        config = Path(params.accelerate_config) if params.accelerate_config else None
        outcome = launcher.run(trainer, settings, base, rows, folder, context, saved=saved, config=config)
    else:
        module = registry.get("workbench.training", trainer, "trainer")
        outcome = plain(module.run(settings, base, rows, folder, context, saved=saved))
    return {**outcome, "machine": [asdict(one) for one in machine]}


def base(context: JobContext, params: TrainParams) -> tuple[Model, Path]:
    """The model to train and where it lies; TrainingRefused for an adapter on another model."""
    found = _inputs.model(context, params.model)
    _check_whole(found)
    return found, Path(found.path or "")


def _check_whole(model: Model) -> None:
    if model.details.get("form") == "adapter":
        raise TrainingRefused(
            f"{model.name} is an adapter ({model.details['params']['method']}) that cannot be merged into its base, "
            "so there is no whole model to start from.",
            "Train its parent again, or with a method that merges, such as lora.",
        )


def _check_fit(path: str | None, name: str, settings: TrainSettings) -> None:
    """Only for a model that is on this machine: another one is looked at once it has been fetched."""
    from workbench.models import catalog
    from workbench.models.tensor_names import tensor_names
    from workbench.training import fit
    from workbench.workspace import model_cache

    there = Path(path).expanduser() if path else None
    folder = there if there and there.is_dir() else catalog.pulled(name, model_cache())
    names = tensor_names(folder) if folder else []
    if names:
        fit.check(settings, names, name)


def on_this_machine(
    context: JobContext, params: P, wanted: S, base: Model, look: Looking[P], table: formats.Table
) -> tuple[S, list[Choice]]:
    """The settings with what this machine calls for (see training.machine_choice), the same for a resumed job."""
    from workbench.models.tensor_names import tensor_shapes
    from workbench.models.tokenizer import load_tokenizer
    from workbench.training import machine_choice, requirements

    machine = _machine(params, _inputs.settings(context, base, exact=False))
    shapes = tensor_shapes(Path(base.path or ""))
    seen = look(extremes(table), params, load_tokenizer(Path(base.path or "")))
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
    return replace(machine, **{name: getattr(params, name) for name in _MACHINE if name in params.given})


def extremes(table: formats.Table) -> formats.Table:
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


def data_set(context: JobContext, reference: str) -> DataSet:
    """What is trained on; a resumed job takes the very file it began with, whatever its name means by now."""
    if "data" not in context.plan:
        found = _inputs.data_set(context.store, context.workspace, reference)
        context.keep_plan({**context.plan, "data": asdict(found)})
        _inputs.remember(context, reference, found.fingerprint)
    return DataSet(**context.plan["data"])


def looked_at(store: Store, params: TrainParams) -> formats.Table:
    """What a run would be given; a file is read where it lies, without being entered. DataError if no row is left."""
    if params.data in data.names(store):
        return rows(data.by_name(store, params.data), params.limit)
    table = formats.read(_inputs.data_file(store, params.data))
    return replace(table, rows=table.rows[: params.limit])


def rows(data: DataSet, limit: int | None = None) -> formats.Table:
    """The first `limit` rows to train on (None: all).

    Those for evaluation only are left out. DataError if none is left.
    """
    split = splits.of(data.card)
    left = splits.training(formats.read(Path(data.path)), split)
    if not left.rows:
        raise DataError(f"Every row of {data.name} is for evaluation only.", "Import it with a smaller --eval-share.")
    named = left.rows if split.family is None else [{**row, "family": row.get(split.family)} for row in left.rows]
    return formats.Table(left.layout, named[:limit], left.source)


def checks(
    context: JobContext, params: TrainParams, data: DataSet, table: formats.Table, base: Model, limit: int | None = None
) -> dict[str, Any]:
    """What the checks say of the rows, before anything is loaded; what is wrong goes into the log. Nothing is refused.

    The same rows are looked at once: a second training on them waits for nothing.
    """
    which = _checking.identity(data.fingerprint, splits.of(data.card), limit)
    found = {"data": data.name, **_checking.checked(context, table, which, base, params.max_length)}
    grave = [one for level in LEVELS if level != "note" for one in found["findings"] if one["level"] == level]
    for one in grave:
        context.log(f"{data.name}, {one['level']}: {one['sentence']} {one['advice']}")
    if not grave:
        context.log(f"{data.name}: the checks found nothing to mend")
    return found


def name(context: JobContext, wanted: str | None, base: Model, method: str) -> str:
    """The new model's name, fixed at the first start: smollm2 -> smollm2-dpo-1 -> smollm2-dpo-2."""
    if "name" not in context.plan:
        taken = set(models.names(context.store))
        chosen = wanted or free_name(taken, base.name, method)
        if chosen in taken:
            raise DataError(f"There is a model {chosen!r} already.", "Choose another name.")
        context.keep_plan({**context.plan, "name": chosen})
    return str(context.plan["name"])


def free_name(taken: Container[str], base: str, method: str) -> str:
    """smollm2-dpo-2 where smollm2-dpo-1 is taken, for a round on either of smollm2 and smollm2-dpo-1."""
    stem = re.sub(rf"-{method}-\d+$", "", base).replace("/", "--")  # a hub id; the name is a folder's too
    stem = re.sub(r"[^\w.-]+", "-", stem).lstrip(".-")  # of a folder that is called by other signs
    return next(f"{stem}-{method}-{n}" for n in range(1, 10_000) if f"{stem}-{method}-{n}" not in taken)


def plain(outcome: Any) -> dict[str, Any]:
    """The outcome of a run as a job's result."""
    return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(outcome).items()}


def tell_tasks(context: JobContext, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Write the loss on each task into the log; what the model's row keeps of it, empty where the rows name no task."""
    for task, one in outcome["tasks"].items():
        context.log(f"{task}: loss {one['before']:.4f} -> {one['after']:.4f} (nats per token, {one['rows']} rows)")
    return {"tasks": outcome["tasks"]} if outcome["tasks"] else {}


def register(
    context: JobContext,
    params: TrainParams,
    base: Model,
    trained_on: DataSet,
    outcome: Mapping[str, Any],
    counts: Mapping[str, Any],
) -> Model:
    """The model's row, with what made it: job, spec, data, rating events, parent, versions, seed; and the counts."""
    from workbench.models.weights import weights_hash

    folder = Path(outcome["saved"])
    made_from = next((one for one in exports.all_exports(context.store) if one.dataset_id == trained_on.id), None)
    details = {
        "spec_hash": jobs.by_id(context.store, context.job_id).spec_hash,
        "params": params.model_dump(),
        "settings": outcome["settings"],
        "data": {
            "name": trained_on.name,
            "fingerprint": trained_on.fingerprint,
            "rows": trained_on.rows,
            "which": _checking.identity(trained_on.fingerprint, splits.of(trained_on.card), params.limit),
        },
        **counts,
        "export": made_from.id if made_from else None,
        "last_judgment": made_from.last_judgment if made_from else None,
        "parent_weights": base.weights_hash,
        "form": outcome["form"],
        "versions": outcome["versions"],
        "seed": params.seed,
    }
    made = models.add(
        context.store, context.plan["name"], str(folder), "trained", str(folder), weights_hash(folder), base.id,
        context.job_id, details,
    )  # fmt: skip
    old = _forgetting.queue(context, params.old_task, params.old_items, base, made)
    return models.add(
        context.store, made.name, str(folder), "trained", str(folder), made.weights_hash, base.id, context.job_id,
        {**details, "old_task": old},
    )  # fmt: skip
