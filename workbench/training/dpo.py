"""DPO with LoRA through TRL's DPOTrainer, in this process: guarded, watched, resumable.

Direct Preference Optimization: Rafailov et al. 2023. The order is fixed: pre-flight on the tokens, trainer,
reference gate, steps from the newest whole checkpoint, merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import huggingface_hub.constants
import torch
from datasets.arrow_dataset import Dataset
from datasets.utils.tqdm import disable_progress_bars
from peft import LoraConfig
from transformers import PrinterCallback
from trl import DPOConfig, DPOTrainer
from trl.trainer.utils import disable_dropout_in_model

from workbench.errors import Cancelled
from workbench.models.hf import HFModel
from workbench.training import checkpoints, preflight, reference_gate
from workbench.training.callbacks import WatchCallback
from workbench.training.health import health
from workbench.training.merge import merge
from workbench.training.pair_rows import PairRow
from workbench.training.preflight import PreflightReport
from workbench.training.reference_gate import GateResult
from workbench.training.settings import PEFT_FIELDS, TRL_FIELDS, DPOSettings
from workbench.training.watch import Watch
from workbench.training.weights import load

# A killed run goes back to the last complete one, so the one being written must not be the only one.
CHECKPOINTS_KEPT = 2


@dataclass(frozen=True, slots=True)
class DPOOutcome:
    """What a finished run was.

    Losses and the last rewards are those TRL logged: means over one step's pairs, in TRL's units.
    train_seconds: optimizer steps and checkpoints, earlier attempts of a resumed run included up to their
    last checkpoint; health: one sentence for each thing that looks wrong.
    """

    steps: int
    first_loss: float
    last_loss: float
    last_accuracy: float
    last_margin: float
    train_seconds: float
    gate: GateResult
    preflight: PreflightReport
    adapter: Path
    merged: Path
    health: list[str]
    versions: dict[str, str]


def run(
    settings: DPOSettings, base: Path, rows: Sequence[PairRow], folder: Path, watch: Watch, *, merged: Path
) -> DPOOutcome:
    """Train LoRA on `base` with preference pairs and merge it into a full checkpoint at `merged`.

    `folder` takes the folder of checkpoints; a run started again with the same arguments goes on from the newest whole
    one with the same losses. Raises TrainingRefused (it would go wrong without a word), ModelError, and
    Cancelled after the checkpoint of the step at which `watch` asked for it.
    """
    _quiet()
    torch.set_num_threads(settings.threads)
    watch.progress(0, 0, "Loading the model")
    model = load(base)
    kept, report = preflight.examine(rows, model.tokenizer, settings.max_length)
    saved = folder / "checkpoints"
    checkpoint = checkpoints.newest(saved)
    trainer = build_trainer(settings, model, kept, saved)
    watch.progress(0, 0, "Comparing the reference with the base")
    gate = reference_gate.check(trainer, base, fresh=checkpoint is None)
    seconds = _train(trainer, watch, saved, checkpoint)
    watch.progress(trainer.state.global_step, trainer.state.max_steps, "Merging")
    adapter = checkpoints.at(saved, trainer.state.global_step)
    merge(base, adapter, merged)
    steps = [entry for entry in trainer.state.log_history if "loss" in entry]
    return DPOOutcome(
        steps=trainer.state.global_step,
        first_loss=steps[0]["loss"],
        last_loss=steps[-1]["loss"],
        last_accuracy=steps[-1]["rewards/accuracies"],
        last_margin=steps[-1]["rewards/margins"],
        train_seconds=seconds,
        gate=gate,
        preflight=report,
        adapter=adapter,
        merged=merged,
        health=health(steps, settings.loss_type, settings.beta),
        versions={name: version(name) for name in ("trl", "peft", "transformers", "torch")},
    )


def build_trainer(settings: DPOSettings, base: HFModel, rows: Sequence[PairRow], output: Path) -> DPOTrainer:
    """TRL's trainer with a fresh LoRA adapter on `base`; its reference is the base with the adapter switched off."""
    # TRL would switch off the adapter's own dropout too, so lora_dropout would do nothing: only the base's goes.
    disable_dropout_in_model(base.model)
    trainer = DPOTrainer(
        model=base.model,
        args=_config(settings, output),
        train_dataset=Dataset.from_list([dict(row) for row in rows]),
        processing_class=base.tokenizer,
        peft_config=LoraConfig(task_type="CAUSAL_LM", **settings.named(PEFT_FIELDS)),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _config(settings: DPOSettings, output: Path) -> DPOConfig:
    return DPOConfig(
        output_dir=str(output),
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,  # a third slower; LoRA on a small model has the memory
        disable_dropout=False,
        dataloader_pin_memory=False,
        save_strategy="steps",
        save_total_limit=CHECKPOINTS_KEPT,
        logging_steps=1,
        logging_nan_inf_filter=False,  # a NaN shall be seen
        report_to="none",
        disable_tqdm=True,
        **settings.named(TRL_FIELDS),
    )


def _train(trainer: DPOTrainer, watch: Watch, folder: Path, checkpoint: Path | None) -> float:
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


def _quiet() -> None:
    """No telemetry and no bars; those of transformers are off with `models.hf`."""
    # The constant, not the variable it comes from: that is read once, by whoever imports huggingface_hub first.
    huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True
    disable_progress_bars()
