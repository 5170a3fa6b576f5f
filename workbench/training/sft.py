"""Supervised fine-tuning with LoRA through TRL's SFTTrainer, in this process: guarded, watched, resumable.

Only the answer and the token that ends its turn carry loss (completion-only), so the model learns to answer, not to
ask. The order is fixed: pre-flight on the tokens, trainer, start gate, steps from the newest whole checkpoint, merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from datasets.arrow_dataset import Dataset
from transformers import PrinterCallback
from trl import SFTConfig, SFTTrainer

from workbench.models.hf import HFModel
from workbench.training import checkpoints, lora_run, sft_preflight, start_gate
from workbench.training.completion_rows import CompletionRow
from workbench.training.health import sft_health
from workbench.training.lora_run import LoraOutcome
from workbench.training.settings import SFTSettings
from workbench.training.sft_preflight import SFTReport
from workbench.training.start_gate import StartResult
from workbench.training.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class SFTOutcome(LoraOutcome):
    """A finished SFT run; losses are in nats per token of the answers.

    last_accuracy: the share of the last step's answer tokens that were the model's likeliest.
    gate: None where the run went on from a checkpoint, for it has left the base by then.
    """

    last_accuracy: float
    gate: StartResult | None
    preflight: SFTReport


def run(
    settings: SFTSettings, base: Path, rows: Sequence[CompletionRow], folder: Path, watch: Watch, *, merged: Path
) -> SFTOutcome:
    """Train LoRA on `base` with prompts and their answers and merge it into a full checkpoint at `merged`.

    `folder` takes the folder of checkpoints; a run started again with the same arguments goes on from the newest whole
    one with the same losses. Raises TrainingRefused (it would go wrong without a word), ModelError, and
    Cancelled after the checkpoint of the step at which `watch` asked for it.
    """
    model = lora_run.begin(settings, base, watch)
    kept, report = sft_preflight.examine(rows, model.tokenizer, settings.max_length)
    saved = folder / "checkpoints"
    checkpoint = checkpoints.newest(saved)
    trainer = build_trainer(settings, model, kept, saved)
    watch.progress(0, 0, "Comparing the start with the base")
    gate = start_gate.check(trainer, base) if checkpoint is None else None
    seconds = lora_run.train(trainer, watch, saved, checkpoint)
    adapter = lora_run.merged_adapter(trainer, base, saved, merged, watch)
    steps = lora_run.logged_steps(trainer)
    return SFTOutcome(
        steps=trainer.state.global_step,
        first_loss=steps[0]["loss"],
        last_loss=steps[-1]["loss"],
        last_accuracy=steps[-1]["mean_token_accuracy"],
        train_seconds=seconds,
        gate=gate,
        preflight=report,
        adapter=adapter,
        merged=merged,
        health=sft_health(steps),
        versions=lora_run.versions(),
    )


def build_trainer(settings: SFTSettings, base: HFModel, rows: Sequence[CompletionRow], output: Path) -> SFTTrainer:
    """TRL's trainer with a fresh LoRA adapter on `base`."""
    trainer = SFTTrainer(
        model=base.model,
        args=SFTConfig(completion_only_loss=True, packing=False, **lora_run.arguments(settings, output)),
        train_dataset=Dataset.from_list([dict(row) for row in rows]),
        processing_class=base.tokenizer,
        peft_config=lora_run.adapter(settings),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer
