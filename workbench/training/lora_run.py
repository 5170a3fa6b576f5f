"""What every LoRA run through a TRL trainer shares: arguments for the CPU, the steps that are left, the merge.

A method (`sft`, `dpo`) adds its rows, its pre-flight, its trainer and its gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import torch
from datasets.utils.tqdm import disable_progress_bars
from peft import LoraConfig
from transformers import Trainer

from workbench.errors import Cancelled
from workbench.models.hf import HFModel
from workbench.training import checkpoints
from workbench.training.callbacks import WatchCallback
from workbench.training.merge import merge
from workbench.training.settings import PEFT_FIELDS, TRAINER_FIELDS, LoraSettings
from workbench.training.watch import Watch
from workbench.training.weights import load

# A killed run goes back to the last complete one, so the one being written must not be the only one.
CHECKPOINTS_KEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraOutcome:
    """What a finished run was.

    Losses and all `last_...` are those TRL logged: means over one step's rows, in TRL's units.
    train_seconds: optimizer steps and checkpoints, earlier attempts of a resumed run included up to their
    last checkpoint; health: one sentence for each thing that looks wrong.
    """

    steps: int
    first_loss: float
    last_loss: float
    train_seconds: float
    adapter: Path
    merged: Path
    health: list[str]
    versions: dict[str, str]


def begin(settings: LoraSettings, base: Path, watch: Watch) -> HFModel:
    """The base in this process, with the run's threads, no telemetry and no bars. ModelError if it cannot be loaded."""
    # The constant, not the variable it comes from: that is read once, by whoever imports huggingface_hub first.
    huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True
    disable_progress_bars()  # those of transformers are off with `models.hf`
    torch.set_num_threads(settings.threads)
    watch.progress(0, 0, "Loading the model")
    return load(base)


def arguments(settings: LoraSettings, output: Path) -> dict[str, Any]:
    """The training arguments of every method."""
    return {
        "output_dir": str(output),
        "use_cpu": True,
        "bf16": False,
        "gradient_checkpointing": False,  # a third slower; LoRA on a small model has the memory
        "dataloader_pin_memory": False,
        "save_strategy": "steps",
        "save_total_limit": CHECKPOINTS_KEPT,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # a NaN shall be seen
        "report_to": "none",
        "disable_tqdm": True,
        **settings.named(*TRAINER_FIELDS),
    }


def adapter(settings: LoraSettings) -> LoraConfig:
    """A fresh LoRA adapter for a causal model."""
    return LoraConfig(task_type="CAUSAL_LM", **settings.named(*PEFT_FIELDS))


def train(trainer: Trainer, watch: Watch, folder: Path, checkpoint: Path | None) -> float:
    """Run the steps that are left; returns the training seconds of all attempts. Raises Cancelled."""
    callback = WatchCallback(watch, folder, checkpoints.seconds(checkpoint))
    trainer.add_callback(callback)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    if callback.cancelled:
        raise Cancelled(
            f"The training was cancelled after step {trainer.state.global_step} of {trainer.state.max_steps}.",
            "Resume the job to go on from there.",
        )
    return callback.seconds


def merged_adapter(trainer: Trainer, base: Path, folder: Path, merged: Path, watch: Watch) -> Path:
    """Merge the adapter of the last step into `base` at `merged`; returns the adapter's checkpoint."""
    watch.progress(trainer.state.global_step, trainer.state.max_steps, "Merging")
    last = checkpoints.at(folder, trainer.state.global_step)
    merge(base, last, merged)
    return last


def logged_steps(trainer: Trainer) -> list[dict[str, float]]:
    """What the trainer logged at each step, earlier attempts included."""
    return [entry for entry in trainer.state.log_history if "loss" in entry]


def versions() -> dict[str, str]:
    """Of the libraries that decide what a run comes to."""
    return {name: version(name) for name in ("trl", "peft", "transformers", "torch")}
