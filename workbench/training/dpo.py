"""DPO through TRL's DPOTrainer (Direct Preference Optimization: Rafailov et al. 2023)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from transformers import PrinterCallback
from trl import DPOConfig, DPOTrainer

from workbench.models.hf import TREE, HFModel
from workbench.training import dpo_preflight, reference, reference_gate, shared_prompts, shared_rows
from workbench.training.estimate import Estimate
from workbench.training.health import dpo_health, first_loss
from workbench.training.pair_rows import PairRow
from workbench.training.preflight import Report
from workbench.training.run import Outcome, Recipe, configured
from workbench.training.run import measure as measure_recipe
from workbench.training.run import run as run_recipe
from workbench.training.settings import DPO_FIELDS, DPOSettings
from workbench.training.watch import Watch

_FIELDS = ("prompt", "chosen", "rejected")  # without the family, which TRL need not carry along


def run(
    settings: DPOSettings,
    base: Path,
    rows: Sequence[PairRow],
    folder: Path,
    watch: Watch,
    *,
    saved: Path,
    eval_rows: Sequence[PairRow] = (),
) -> Outcome:
    """Train `base` with preference pairs; the new model lies at `saved`. See `run.run`."""
    return run_recipe(_RECIPE, settings, base, rows, folder, watch, saved, eval_rows)


def measure(settings: DPOSettings, base: Path, rows: Sequence[PairRow], report: Report, folder: Path) -> Estimate:
    """What such a run would take. See `run.measure`."""
    return measure_recipe(_RECIPE, settings, base, rows, report, folder)


def build_trainer(
    settings: DPOSettings, base: HFModel, rows: Sequence[PairRow], output: Path, held_out: Sequence[PairRow] = ()
) -> DPOTrainer:
    """TRL's trainer with the method put freshly on `base`; its reference is `base` as it was.

    Where the architecture takes it, the prompt of a pair is computed once (the gate compares with plain rows).
    """
    sharing = base.scoring == TREE
    trainer = DPOTrainer(
        args=configured(DPOConfig, settings, output, *DPO_FIELDS, disable_dropout=False),
        train_dataset=shared_rows.dataset(rows, _FIELDS, output.parent),
        eval_dataset=shared_rows.dataset(held_out, _FIELDS, output.parent, "held_out") if held_out else None,
        processing_class=base.tokenizer,
        **reference.models(settings, base),
    )
    trainer.remove_callback(PrinterCallback)
    if sharing:
        for model in filter(None, (base.model, trainer.ref_model)):
            shared_prompts.share(model)
    return trainer


_RECIPE: Recipe[DPOSettings, PairRow] = Recipe(
    examine=dpo_preflight.examine,
    build=build_trainer,
    gate=reference_gate.check,
    health=lambda steps, settings: dpo_health(steps, first_loss(settings)),
    accuracy="rewards/accuracies",
)
