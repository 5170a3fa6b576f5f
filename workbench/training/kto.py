"""KTO through TRL's KTOTrainer (Ethayarajh et al. 2024): from answers that are good or bad, each without a rival."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from transformers import PrinterCallback
from trl import KTOConfig, KTOTrainer

from workbench.models.hf import HFModel
from workbench.preferences.kto import loss_weights
from workbench.training import kto_preflight, reference, reference_gate, shared_rows
from workbench.training.estimate import Estimate
from workbench.training.health import kto_health
from workbench.training.label_rows import LabelRow
from workbench.training.preflight import Report
from workbench.training.run import Outcome, Recipe, configured
from workbench.training.run import measure as measure_recipe
from workbench.training.run import run as run_recipe
from workbench.training.settings import KTO_FIELDS, KTOSettings
from workbench.training.watch import Watch

_FIELDS = ("prompt", "completion", "label")  # without the family, which TRL need not carry along


def run(
    settings: KTOSettings,
    base: Path,
    rows: Sequence[LabelRow],
    folder: Path,
    watch: Watch,
    *,
    saved: Path,
    eval_rows: Sequence[LabelRow] = (),
) -> Outcome:
    """Train `base` with labelled answers; the new model lies at `saved`. See `run.run`."""
    return run_recipe(_RECIPE, settings, base, rows, folder, watch, saved, eval_rows)


def measure(settings: KTOSettings, base: Path, rows: Sequence[LabelRow], report: Report, folder: Path) -> Estimate:
    """What such a run would take. See `run.measure`."""
    return measure_recipe(_RECIPE, settings, base, rows, report, folder)


def build_trainer(
    settings: KTOSettings, base: HFModel, rows: Sequence[LabelRow], output: Path, held_out: Sequence[LabelRow] = ()
) -> KTOTrainer:
    """TRL's trainer with the method put freshly on `base`; its reference is `base` as it was.

    The rows are shuffled first, those that are looked at too: TRL keeps their order, because each row's KL term comes
    from its neighbour in the batch, and rows as they are exported stand prompt by prompt.
    """
    shuffled, looked_at = (random.Random(settings.seed).sample(list(part), len(part)) for part in (rows, held_out))
    weighted = weights(settings, rows)
    trainer = KTOTrainer(
        args=configured(KTOConfig, weighted, output, *KTO_FIELDS, disable_dropout=False),
        train_dataset=shared_rows.dataset(shuffled, _FIELDS, output.parent),
        eval_dataset=shared_rows.dataset(looked_at, _FIELDS, output.parent, "held_out") if looked_at else None,
        processing_class=base.tokenizer,
        **reference.models(settings, base),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def weights(settings: KTOSettings, rows: Sequence[LabelRow]) -> KTOSettings:
    """The settings with the weights that the counts of good and bad answers call for, where none were given."""
    desirable = sum(row["label"] for row in rows)
    found = loss_weights(desirable, len(rows) - desirable)
    return replace(
        settings,
        desirable_weight=settings.desirable_weight or (found.desirable if found else 1.0),
        undesirable_weight=settings.undesirable_weight or (found.undesirable if found else 1.0),
    )


_RECIPE: Recipe[KTOSettings, LabelRow] = Recipe(
    examine=kto_preflight.examine,
    build=build_trainer,
    gate=reference_gate.check,
    health=lambda steps, _: kto_health(steps),
    accuracy=None,
)
