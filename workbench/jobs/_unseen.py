"""What a training came to on the rows of its data set that are for evaluation only: none of them was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.data import formats, splits
from workbench.jobs._context import JobContext
from workbench.jobs._trainer import Trainer
from workbench.records import DataSet
from workbench.spec import finite
from workbench.training.preflight import kept
from workbench.training.settings import TrainSettings
from workbench.training.token_sequences import TokenSequence

MOST_ROWS = 100  # spread over all of them: each is read four times for a pair, and a thousand would take hours


def measure(
    context: JobContext,
    data: DataSet,
    trainer: Trainer,
    base: Path,
    settings: TrainSettings,
    outcome: Mapping[str, Any],
) -> dict[str, Any]:
    """What `trainer.unseen` names, of the base and of the model that was saved; {} without such rows.

    rows: how many were measured, of so many that the data set holds out.
    """
    table = splits.evaluation(formats.read(Path(data.path)), splits.of(data.card))
    if not table.rows:
        return {}
    from workbench.training import unseen

    few = formats.Table(table.layout, spread(table.rows, MOST_ROWS), table.source)
    rows, sequences = _measured(few, trainer, base, settings)
    total = 2 * len(rows)

    def log_probs(folder: Path, already: int) -> unseen.LogProbs:
        def tell(done: int) -> None:
            context.check_cancelled()
            context.progress(already + done, total, "Reading the rows for evaluation only", anew=already + done == 0)

        return unseen.log_probs(folder, sequences, settings, tell)

    before, after = log_probs(base, 0), log_probs(Path(outcome["saved"]), len(rows))
    context.progress(outcome["steps"], outcome["steps"], anew=True)
    counts = {"rows": len(rows), "of": len(table.rows)}
    match trainer.unseen:
        case "preference":
            return {**counts, **finite(asdict(unseen.preference(sequences, before, after)))}
        case "rewards":
            labels = [row["label"] for row in rows]
            beta = outcome["settings"]["beta"]
            return {**counts, "rewards": finite(asdict(unseen.rewards(labels, before, after, beta)))}
        case "loss":
            return {**counts, "loss": finite(asdict(unseen.loss(sequences, before, after)))}


def _measured(
    table: formats.Table, trainer: Trainer, base: Path, settings: TrainSettings
) -> tuple[list[Any], list[tuple[TokenSequence, ...]]]:
    """The rows that a training would keep, each with its sequences; a text of one token says nothing."""
    from workbench.models.tokenizer import load_tokenizer

    rows = trainer.rows(table)
    seen = trainer.examine(rows, load_tokenizer(base), settings.max_length)
    cut = [example.sequences(settings.max_length) for example in kept(seen.examples, seen.fates)]
    found = [
        (row, sequences)
        for row, sequences in zip(kept(rows, seen.fates), cut, strict=True)
        if all(one.length > 1 for one in sequences)
    ]
    return [row for row, _ in found], [sequences for _, sequences in found]


def spread(rows: list[Any], most: int) -> list[Any]:
    """At most so many of them, evenly drawn in their order."""
    step = max(1.0, len(rows) / most)
    return [rows[int(at * step)] for at in range(min(len(rows), most))]
