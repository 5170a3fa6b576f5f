"""Adaptation to a domain: more of a model's own training, on plain text, through TRL's SFTTrainer.

Every token carries loss, and no chat template is put around it. (Gururangan et al. 2020: don't stop pretraining.)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datasets.arrow_dataset import Dataset
from transformers import PrinterCallback
from trl import SFTConfig, SFTTrainer

from workbench.models.hf import HFModel
from workbench.training import adaptation, start_gate, text_rows
from workbench.training.estimate import Estimate
from workbench.training.health import text_health
from workbench.training.length_groups import GroupingTrainer
from workbench.training.preflight import Report
from workbench.training.run import Outcome, Recipe, configured
from workbench.training.run import measure as measure_recipe
from workbench.training.run import run as run_recipe
from workbench.training.settings import SFTSettings
from workbench.training.text_rows import TextRow
from workbench.training.watch import Watch


def run(
    settings: SFTSettings,
    base: Path,
    rows: Sequence[TextRow],
    folder: Path,
    watch: Watch,
    *,
    saved: Path,
    eval_rows: Sequence[TextRow] = (),
) -> Outcome:
    """Train `base` on documents; the new model lies at `saved`. See `run.run`."""
    return run_recipe(_RECIPE, settings, base, rows, folder, watch, saved, eval_rows)


def measure(settings: SFTSettings, base: Path, rows: Sequence[TextRow], report: Report, folder: Path) -> Estimate:
    """What such a run would take. See `run.measure`."""
    return measure_recipe(_RECIPE, settings, base, rows, report, folder)


def build_trainer(
    settings: SFTSettings, base: HFModel, rows: Sequence[TextRow], output: Path, held_out: Sequence[TextRow] = ()
) -> SFTTrainer:
    """TRL's trainer on sequences that are cut already, with the method put freshly on `base`."""

    def dataset(documents: Sequence[TextRow]) -> Dataset:
        cut = text_rows.sequences(documents, base.tokenizer, settings.max_length)
        return Dataset.from_list([{"input_ids": ids} for ids in cut])

    trainer = GroupingTrainer(
        model=base.model,
        args=configured(SFTConfig, settings, output, completion_only_loss=False, packing=False),
        train_dataset=dataset(rows),
        eval_dataset=dataset(held_out) if held_out else None,
        processing_class=base.tokenizer,
        peft_config=adaptation.adapt(base.model, settings),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


_RECIPE: Recipe[SFTSettings, TextRow] = Recipe(
    examine=text_rows.examine,
    build=build_trainer,
    gate=start_gate.check,
    health=lambda steps, _: text_health(steps),
    accuracy="mean_token_accuracy",
)
