"""DPO with LoRA through TRL's DPOTrainer, in this process: guarded, watched, resumable.

Direct Preference Optimization: Rafailov et al. 2023. The order is fixed: pre-flight on the tokens, trainer,
reference gate, steps from the newest whole checkpoint, merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.arrow_dataset import Dataset
from transformers import PrinterCallback
from trl import DPOConfig, DPOTrainer
from trl.trainer.utils import disable_dropout_in_model

from workbench.models.hf import HFModel
from workbench.training import checkpoints, lora_run, preflight, reference_gate
from workbench.training.health import dpo_health
from workbench.training.lora_run import LoraOutcome
from workbench.training.pair_rows import PairRow
from workbench.training.preflight import PreflightReport
from workbench.training.reference_gate import GateResult
from workbench.training.settings import DPO_FIELDS, DPOSettings
from workbench.training.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class DPOOutcome(LoraOutcome):
    """A finished DPO run; rewards are beta times the log-ratio of policy and reference, in nats."""

    last_accuracy: float
    last_margin: float
    gate: GateResult
    preflight: PreflightReport


def run(
    settings: DPOSettings, base: Path, rows: Sequence[PairRow], folder: Path, watch: Watch, *, merged: Path
) -> DPOOutcome:
    """Train LoRA on `base` with preference pairs and merge it into a full checkpoint at `merged`.

    `folder` takes the folder of checkpoints; a run started again with the same arguments goes on from the newest whole
    one with the same losses. Raises TrainingRefused (it would go wrong without a word), ModelError, and
    Cancelled after the checkpoint of the step at which `watch` asked for it.
    """
    model = lora_run.begin(settings, base, watch)
    kept, report = preflight.examine(rows, model.tokenizer, settings.max_length)
    saved = folder / "checkpoints"
    checkpoint = checkpoints.newest(saved)
    trainer = build_trainer(settings, model, kept, saved)
    watch.progress(0, 0, "Comparing the reference with the base")
    gate = reference_gate.check(trainer, base, fresh=checkpoint is None)
    seconds = lora_run.train(trainer, watch, saved, checkpoint)
    adapter = lora_run.merged_adapter(trainer, base, saved, merged, watch)
    steps = lora_run.logged_steps(trainer)
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
        health=dpo_health(steps, settings.loss_type, settings.beta),
        versions=lora_run.versions(),
    )


def build_trainer(settings: DPOSettings, base: HFModel, rows: Sequence[PairRow], output: Path) -> DPOTrainer:
    """TRL's trainer with a fresh LoRA adapter on `base`; its reference is the base with the adapter switched off."""
    # TRL would switch off the adapter's own dropout too, so lora_dropout would do nothing: only the base's goes.
    disable_dropout_in_model(base.model)
    trainer = DPOTrainer(
        model=base.model,
        args=DPOConfig(disable_dropout=False, **lora_run.arguments(settings, output), **settings.named(*DPO_FIELDS)),
        train_dataset=Dataset.from_list([dict(row) for row in rows]),
        processing_class=base.tokenizer,
        peft_config=lora_run.adapter(settings),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer
