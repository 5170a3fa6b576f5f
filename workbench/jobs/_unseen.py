"""What a training came to on the rows of its data set that are for evaluation only: none of them was trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data import formats, splits
from workbench.jobs._context import JobContext
from workbench.records import DataSet
from workbench.spec import finite
from workbench.training.settings import TrainSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.preflight import Look

MOST_ROWS = 100  # spread over all of them: each is read four times for a pair, and a thousand would take hours
Looking = Callable[[formats.Table, "PreTrainedTokenizerBase"], "Look[Any, Any]"]


def measure(
    context: JobContext, data: DataSet, look: Looking, base: Path, settings: TrainSettings, outcome: Mapping[str, Any]
) -> dict[str, Any]:
    """Loss, or preference for pairs, of the base and of the model that was saved; {} without such rows.

    rows: how many were measured, of so many that the data set holds out.
    """
    table = splits.evaluation(formats.read(Path(data.path)), splits.of(data.card))
    if not table.rows:
        return {}
    from workbench.training import unseen

    rows = _sequences(formats.Table(table.layout, spread(table.rows, MOST_ROWS), table.source), look, base, settings)
    total = 2 * len(rows)

    def log_probs(folder: Path, already: int) -> unseen.LogProbs:
        def tell(done: int) -> None:
            context.check_cancelled()
            context.progress(already + done, total, "Reading the rows for evaluation only", anew=already + done == 0)

        return unseen.log_probs(folder, rows, settings, tell)

    before, after = log_probs(base, 0), log_probs(Path(outcome["saved"]), len(rows))
    context.progress(outcome["steps"], outcome["steps"], anew=True)
    counts = {"rows": len(rows), "of": len(table.rows)}
    if table.layout == "preferences":
        return {**counts, **finite(asdict(unseen.preference(rows, before, after)))}
    return {**counts, "loss": finite(asdict(unseen.loss(rows, before, after)))}


def _sequences(table: formats.Table, look: Looking, base: Path, settings: TrainSettings) -> list[Any]:
    """Of each row that a training would keep; a text of one token says nothing."""
    from workbench.models.tokenizer import load_tokenizer
    from workbench.training.preflight import kept

    seen = look(table, load_tokenizer(base))
    rows = [row.sequences(settings.max_length) for row in kept(seen.examples, seen.fates)]
    return [row for row in rows if all(one.length > 1 for one in row)]


def spread(rows: list[Any], most: int) -> list[Any]:
    """At most so many of them, evenly drawn in their order."""
    step = max(1.0, len(rows) / most)
    return [rows[int(at * step)] for at in range(min(len(rows), most))]
