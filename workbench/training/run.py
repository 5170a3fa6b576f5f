"""One training through a TRL trainer, in this process: guarded, watched, resumable. The same for every trainer.

The order is fixed: pre-flight on the tokens, trainer, gate, steps from the newest whole checkpoint, what it leaves.
A trainer (`sft`, `dpo`, `kto`) adds its rows, its pre-flight, its gate and what it says of its steps.
"""

from __future__ import annotations

import gc
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

import huggingface_hub.constants
import torch
from datasets.utils.tqdm import disable_progress_bars
from transformers import PreTrainedTokenizerBase, Trainer

from workbench.errors import Cancelled, UsageError
from workbench.models import memory
from workbench.models.hf import HFModel
from workbench.training import adalora, checkpoints, estimate, held_out, memory_gate, stops, task_losses
from workbench.training.callbacks import WatchCallback
from workbench.training.estimate import Estimate
from workbench.training.held_out import Looks
from workbench.training.methods import METHODS
from workbench.training.preflight import Report
from workbench.training.saved import Form, save
from workbench.training.settings import TRAINER_FIELDS, TrainSettings
from workbench.training.task_losses import Samples, TaskLoss
from workbench.training.watch import Watch
from workbench.training.weights import load

# A killed run goes back to the last complete one, so the one being written must not be the only one.
CHECKPOINTS_KEPT = 2
LOADS = 2  # of a whole model at the end: to merge the trained one or read it back, and to compare what was saved

S = TypeVar("S", bound=TrainSettings)
Row = TypeVar("Row")
Steps = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Recipe(Generic[S, Row]):
    """What a trainer adds to a run.

    examine: the rows worth training on, and their counts; build: the trainer on a loaded base, with the folder of its
    checkpoints and the rows that are held out; gate: compared with the base, its argument `fresh` is True before the
    first step of the first attempt, None where there is nothing to compare; health: one sentence for each thing that
    looks wrong; accuracy: TRL's name of it, None where the trainer logs none; samples: rows of each task
    on which its loss is told apart.
    """

    examine: Callable[[Sequence[Row], PreTrainedTokenizerBase, int], tuple[list[Row], Any]]
    build: Callable[[S, HFModel, Sequence[Row], Path, Sequence[Row]], Trainer]
    gate: Callable[[Any, Path, bool, bool], Any]
    health: Callable[[Steps, S], list[str]]
    accuracy: str | None
    samples: Callable[[Sequence[Row], PreTrainedTokenizerBase, int], Samples] = lambda _rows, _tokenizer, _length: {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a finished run was.

    Losses and all `last_...` are those TRL logged: means over one step's rows, in TRL's units; margins are beta times
    the difference of the log-ratios of policy and reference, in nats. None: this trainer, or this step, has none.
    train_seconds: optimizer steps, looks and checkpoints, earlier attempts of a resumed run included up to their
    last checkpoint; save_seconds: from there until the new model lay on the disk; peak_memory: bytes, of all steps;
    estimate: of the sum of both and of the memory, made before the first step, None for a run that went on from a
    checkpoint; trained, parameters: how many numbers moved, of how many; gate: None where
    the run went on from a checkpoint and has left the base; tasks: the loss on each task, empty where the rows name
    none or the trainer tells none apart; looks: on the held-out rows, None without any; settings: all of them, presets
    filled in.
    """

    steps: int
    first_loss: float
    last_loss: float
    last_accuracy: float | None
    last_margin: float | None
    train_seconds: float
    save_seconds: float
    peak_memory: int
    estimate: Estimate | None
    trained: int
    parameters: int
    checkpoint: Path
    saved: Path
    form: Form
    health: list[str]
    gate: Any
    preflight: Any
    tasks: dict[str, TaskLoss]
    looks: Looks | None
    settings: dict[str, Any]
    versions: dict[str, str]


def run(
    recipe: Recipe[S, Row],
    settings: S,
    base: Path,
    rows: Sequence[Row],
    folder: Path,
    watch: Watch,
    target: Path,
    eval_rows: Sequence[Row] = (),
) -> Outcome:
    """Train `base` on `rows` and leave the new model at `target`.

    eval_rows: looked at and not learned, in place of a share of `rows`; each is worth a look, and settings.eval_rows
    is their number.
    `folder` takes the folder of checkpoints; a run started again with the same arguments goes on from the newest whole
    one with the same losses. Where the memory is not enough it starts again with half the rows at once. Raises
    TrainingRefused (it would go wrong without a word), TrainingStopped (see `stops`), ModelError, UsageError, and
    Cancelled after the checkpoint of the step at which `watch` asked for it.
    """
    while True:
        try:
            return _attempt(recipe, settings, base, rows, folder, watch, target, eval_rows)
        except RuntimeError as error:
            if not stops.is_out_of_memory(error):
                raise
            settings = stops.halved(settings, error)
        gc.collect()
        torch.cuda.empty_cache()


def _attempt(
    recipe: Recipe[S, Row],
    settings: S,
    base: Path,
    rows: Sequence[Row],
    folder: Path,
    watch: Watch,
    target: Path,
    eval_rows: Sequence[Row],
) -> Outcome:
    """One way through, at one batch size. Raises what `run` does, and torch's RuntimeError for too little memory."""
    model, loading = _begin(settings, base, watch)
    kept, report = recipe.examine(rows, model.tokenizer, settings.max_length)
    checkpoint_folder = folder / "checkpoints"
    checkpoint = checkpoints.newest(checkpoint_folder)
    learned, held = held_out.split(kept, settings.eval_share)
    aside = held or eval_rows
    tasks = recipe.samples(learned, model.tokenizer, settings.max_length)
    began = time.monotonic()
    before = task_losses.losses(model.model.to(settings.device) if tasks else model.model, tasks, watch)
    ending = time.monotonic() - began + LOADS * loading  # what is done once more after the last step
    rate = stops.rate_factor(folder) * (settings.learning_rate or 0.0)
    with _told_of_values(settings):
        trainer = recipe.build(replace(settings, learning_rate=rate), model, learned, checkpoint_folder, aside)
    _look_on(trainer, settings, checkpoint is None)
    if settings.way.peft == adalora.TYPE:
        trainer.add_callback(adalora.Ranks())
    watch.progress(0, 0, "Comparing the start with the base")
    gate = recipe.gate(trainer, base, checkpoint is None, settings.way.starts_at_base)
    with stops.told_when_full(folder):
        estimated = _estimate(trainer, settings, report, watch, ending) if checkpoint is None else None
        seconds, counted = _train(trainer, watch, folder, checkpoint, rate)
        taken = estimate.peak(trainer.args)
        after = task_losses.losses(trainer.model, tasks, watch)
        watch.progress(trainer.state.global_step, trainer.state.max_steps, "Saving the model")
        looks = held_out.looks(trainer, len(aside))
        last = held_out.checkpoint(trainer, checkpoint_folder, looks)
        # Of several processes the first one saves; nobody looks at the outcome of the others.
        form = save(settings, base, last, target) if trainer.is_world_process_zero() else "weights"
    save_seconds = time.monotonic() - counted
    steps = _logged_steps(trainer)
    trained, parameters = _sizes(trainer)
    return Outcome(
        steps=trainer.state.global_step,
        first_loss=steps[0]["loss"],
        last_loss=steps[-1]["loss"],
        last_accuracy=steps[-1][recipe.accuracy] if recipe.accuracy else None,
        last_margin=steps[-1].get("rewards/margins"),
        train_seconds=seconds,
        save_seconds=save_seconds,
        peak_memory=taken,
        estimate=estimated,
        trained=trained,
        parameters=parameters,
        checkpoint=last,
        saved=target,
        form=form,
        health=[*stops.told(folder), *recipe.health(steps, settings)],
        gate=gate,
        preflight=report,
        tasks=task_losses.joined(tasks, before, after),
        looks=looks,
        settings=asdict(settings),
        versions=versions(),
    )


def measure(
    recipe: Recipe[S, Row], settings: S, base: Path, rows: Sequence[Row], report: Report, folder: Path
) -> Estimate:
    """What a run would take, without starting it: of its `rows` the longest and the shortest are enough.

    report: the counts of all of them; folder: on the disk that a run would save to, it is left as it was. Raises what
    `run` does before its first step.
    """
    _settle(settings)
    on = replace(settings, precompute_ref_log_probs=False, early_stopping=None, eval_share=0.0, eval_rows=0)
    with TemporaryDirectory(dir=folder) as output:
        model, loading = _loaded(base)
        with _told_of_values(settings):
            trainer = recipe.build(on, model, rows, Path(output), ())
        return _measured(trainer, settings, report, LOADS * loading)


def arguments(settings: TrainSettings, output: Path, *names: str) -> dict[str, Any]:
    """The training arguments of every trainer, those named, and those of the [trainer] table."""
    return {
        "output_dir": str(output),
        "use_cpu": settings.device == "cpu",
        "bf16": settings.dtype == "bfloat16",
        "gradient_checkpointing": settings.gradient_checkpointing,
        **({"train_sampling_strategy": "group_by_length"} if settings.group_by_length else {}),
        "dataloader_pin_memory": False,
        "save_strategy": "steps",
        "save_total_limit": CHECKPOINTS_KEPT,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # a NaN shall be seen
        "report_to": "none",
        "disable_tqdm": True,
        **settings.named(*TRAINER_FIELDS, *names),
        **(held_out.arguments(settings) if settings.looks else {}),
        **settings.trainer,
    }


def configured(config: type[Any], settings: TrainSettings, output: Path, *names: str, **fixed: Any) -> Any:
    """TRL's configuration of a run; UsageError for a value of the [trainer] table that it does not take."""
    with _told_of_values(settings):
        return config(**fixed, **arguments(settings, output, *names))


@contextmanager
def _told_of_values(settings: TrainSettings) -> Iterator[None]:
    """UsageError for what TRL and peft say of the values of a person's tables, of some of them only with the model."""
    try:
        yield
    except (TypeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        if settings.trainer:
            what = f"trainer: TRL does not take these values: {reason}."
        elif settings.way.peft and (settings.peft or settings.method not in METHODS):
            what = f"peft: {settings.method} cannot be set up so: {reason}."
        else:
            raise
        raise UsageError(what, "See its documentation.") from error


def versions() -> dict[str, str]:
    """Of the libraries that decide what a run comes to."""
    return {name: version(name) for name in ("trl", "peft", "transformers", "torch")}


def _begin(settings: TrainSettings, base: Path, watch: Watch) -> tuple[HFModel, float]:
    """The base in this process, and the seconds that took. ModelError if it cannot be loaded."""
    watch.progress(0, 0, "Loading the model")
    _settle(settings)
    return _loaded(base)


def _loaded(base: Path) -> tuple[HFModel, float]:
    began = time.monotonic()
    return load(base), time.monotonic() - began


def _look_on(trainer: Trainer, settings: TrainSettings, fresh: bool) -> None:
    """Look at the held-out rows before the first step too, and stop early where that is asked for."""
    trainer.args.eval_on_start = fresh and settings.looks
    if settings.early_stopping is not None:
        trainer.add_callback(held_out.StopEarly(settings.early_stopping))


def _settle(settings: TrainSettings) -> None:
    """This process, with the run's threads, no telemetry, no bars, and no word to programmers in a person's log."""
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    # The constant, not the variable it comes from: that is read once, by whoever imports huggingface_hub first.
    huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True
    disable_progress_bars()  # those of transformers are off with `models.hf`
    os.environ["TQDM_DISABLE"] = "1"  # TRL's own, while it reads the reference
    torch.set_num_threads(settings.threads)


def _estimate(trainer: Trainer, settings: TrainSettings, report: Any, watch: Watch, ending: float) -> Estimate:
    """Measured, and told at step 0, before there is any number to compare it with."""
    watch.progress(0, 0, "Measuring a step")
    found = _measured(trainer, settings, report, ending)
    watch.metrics(0, {"estimate/seconds": found.seconds, "estimate/memory": found.memory / 1e9})
    return found


def _measured(trainer: Trainer, settings: TrainSettings, report: Report, ending: float) -> Estimate:
    """What a measured step says, with the seconds that the `ending` of the run takes.

    On a CPU TrainingRefused where it says that the memory will not be enough: torch would not tell it there, the kernel
    would kill the process.
    """
    resting = memory_gate.held()
    room = resting + memory.available()
    found = estimate.measure(trainer, settings, report, ending)
    if settings.device == "cpu":
        memory_gate.check(found, resting, room, settings)
    return found


def _train(trainer: Trainer, watch: Watch, folder: Path, checkpoint: Path | None, rate: float) -> tuple[float, float]:
    """Run the steps that are left; the training seconds of all attempts, and up to which moment they count.

    Raises Cancelled and TrainingStopped.
    """
    factor = stops.rate_factor(folder)
    before = checkpoints.seconds(checkpoint)
    callback = WatchCallback(watch, folder / "checkpoints", before, rate if factor < 1 else None)
    trainer.add_callback(callback)
    estimate.reset_peak(trainer.args)
    if checkpoint is not None and stops.ended(folder, checkpoint):
        held_out.restore(trainer, checkpoint)
        return before, callback.counted
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    if callback.diverged is not None:
        raise stops.diverged(folder, callback.diverged, trainer.is_world_process_zero())
    if callback.cancelled:
        raise Cancelled(
            f"The training was cancelled after step {trainer.state.global_step} of {trainer.state.max_steps}.",
            "Resume the job to go on from there.",
        )
    return callback.seconds, callback.counted


def _logged_steps(trainer: Trainer) -> list[dict[str, float]]:
    """What the trainer logged at each step, earlier attempts included."""
    return [entry for entry in trainer.state.log_history if "loss" in entry]


def _sizes(trainer: Trainer) -> tuple[int, int]:
    """How many numbers are trained, and how many there are."""
    model: Any = trainer.model
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return sum(size for size, moves in sizes if moves), sum(size for size, _ in sizes)
