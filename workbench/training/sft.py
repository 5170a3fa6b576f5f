"""Supervised fine-tuning through TRL's SFTTrainer.

Only the answer and the token that ends its turn carry loss (completion-only), or all answers of a conversation
(assistant-only), so the model learns to answer, not to ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datasets.arrow_dataset import Dataset
from transformers import PreTrainedTokenizerBase, PrinterCallback
from trl import SFTConfig, SFTTrainer

from workbench.models.hf import HFModel
from workbench.training import adaptation, sft_preflight, start_gate, task_losses
from workbench.training.completion_rows import CompletionRow, every_turn
from workbench.training.estimate import Estimate
from workbench.training.health import sft_health
from workbench.training.length_groups import GroupingTrainer
from workbench.training.preflight import Report
from workbench.training.run import Outcome, Recipe, configured
from workbench.training.run import measure as measure_recipe
from workbench.training.run import run as run_recipe
from workbench.training.settings import SFTSettings
from workbench.training.watch import Watch


def run(
    settings: SFTSettings,
    base: Path,
    rows: Sequence[CompletionRow],
    folder: Path,
    watch: Watch,
    *,
    saved: Path,
    eval_rows: Sequence[CompletionRow] = (),
) -> Outcome:
    """Train `base` on prompts and their answers; the new model lies at `saved`. See `run.run`."""
    taught, looked_at = learned(settings, rows), learned(settings, eval_rows)
    return run_recipe(_RECIPE, settings, base, taught, folder, watch, saved, looked_at)


def measure(settings: SFTSettings, base: Path, rows: Sequence[CompletionRow], report: Report, folder: Path) -> Estimate:
    """What such a run would take. See `run.measure`."""
    return measure_recipe(_RECIPE, settings, base, learned(settings, rows), report, folder)


def learned(settings: SFTSettings, rows: Sequence[CompletionRow]) -> Sequence[CompletionRow]:
    """The rows with what is to be learned of each as their completion: the last answer, or every one."""
    return [every_turn(row) for row in rows] if settings.assistant_only_loss else rows


def build_trainer(
    settings: SFTSettings,
    base: HFModel,
    rows: Sequence[CompletionRow],
    output: Path,
    held_out: Sequence[CompletionRow] = (),
) -> SFTTrainer:
    """TRL's trainer with the method put freshly on `base`."""
    trainer = GroupingTrainer(
        model=base.model,
        args=configured(SFTConfig, settings, output, completion_only_loss=True, packing=False),
        train_dataset=_dataset(rows, base.tokenizer),
        eval_dataset=_dataset(held_out, base.tokenizer) if held_out else None,
        processing_class=base.tokenizer,
        peft_config=adaptation.adapt(base.model, settings),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _dataset(rows: Sequence[CompletionRow], tokenizer: PreTrainedTokenizerBase) -> Dataset:
    """Tokens where a row has several answers, since TRL would learn what is asked in between too.

    Otherwise without the task, which it would take for something to train on.
    """
    if all(len(row["completion"]) == 1 for row in rows):
        return Dataset.from_list([{"prompt": row["prompt"], "completion": row["completion"]} for row in rows])
    examples = [sft_preflight.tokenise(row, tokenizer) for row in rows]
    return Dataset.from_list([{"input_ids": one.prompt + one.answer, "completion_mask": one.mask} for one in examples])


_RECIPE: Recipe[SFTSettings, CompletionRow] = Recipe(
    examine=sft_preflight.examine,
    build=build_trainer,
    gate=start_gate.check,
    health=lambda steps, _: sft_health(steps),
    accuracy="mean_token_accuracy",
    samples=task_losses.samples,
)
