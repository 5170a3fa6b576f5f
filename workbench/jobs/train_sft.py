"""train-sft: supervised fine-tuning through TRL; the new model enters the catalog with its lineage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench.data import formats
from workbench.jobs import _trained, _unseen
from workbench.jobs._context import JobContext
from workbench.jobs._params import InstructionsName
from workbench.records import Lane
from workbench.store import Store
from workbench.training.settings import SFTSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.estimate import Estimate
    from workbench.training.preflight import Look
    from workbench.training.sft_preflight import SFTReport
    from workbench.training.text_rows import TextReport

LANE: Lane = "heavy"


class Params(_trained.TrainParams):
    """One run of supervised fine-tuning."""

    data: InstructionsName = Field(description="instructions with their answers; or plain text, to adapt to its domain")
    assistant_only_loss: bool = Field(
        False, description="learn every turn of the assistant in a conversation, not the last one alone"
    )


def title(params: Params) -> str:
    return _trained.title("train-sft", params)


def settings(params: Params) -> SFTSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return SFTSettings(**params.numbers())


def check(store: Store, params: Params) -> None:
    text = () if params.assistant_only_loss else ("text",)  # which has no turns
    _trained.check(store, params, settings(params), (*formats.ANSWERED, *text))


def look(table: formats.Table, params: Params, tokenizer: PreTrainedTokenizerBase) -> Look[Any, Any]:
    """What a run would train on, in tokens; light."""
    from workbench.training import sft_preflight, text_rows
    from workbench.training.completion_rows import completion_rows, every_turn

    if table.layout == "text":
        return text_rows.look(text_rows.text_rows(table), tokenizer, params.max_length)
    rows = completion_rows(table)
    learned = [every_turn(row) for row in rows] if params.assistant_only_loss else rows
    return sft_preflight.look(learned, tokenizer, params.max_length)


def refuse(report: SFTReport | TextReport) -> None:
    """TrainingRefused if a run could not teach what it says."""
    from workbench.training import sft_preflight, text_rows

    if isinstance(report, text_rows.TextReport):
        text_rows.refuse(report)
    else:
        sft_preflight.refuse(report)


def measure(table: formats.Table, wanted: SFTSettings, base: Path, report: SFTReport | TextReport) -> Estimate:
    """What a run on rows like these would take; loads the model."""
    from workbench import registry

    trainer, rows = _rows(table)
    found: Estimate = registry.get("workbench.training", trainer, "trainer").measure(wanted, base, rows, report)
    return found


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    context.release()
    base, path = _trained.base(context, params)
    rows = _trained.data_set(context, params.data)
    _trained.name(context, params.name, base, "sft")
    table = _trained.rows(rows, params.limit)
    checks = _trained.checks(context, params, rows, table, base, params.limit)
    wanted, machine = _trained.on_this_machine(context, params, settings(params), base, look, table)
    trainer, taken = _rows(table)
    outcome = _trained.run(context, params, trainer, wanted, machine, path, taken)
    others = _unseen.measure(
        context, rows, lambda rows, tokenizer: look(rows, params, tokenizer), path, wanted, outcome
    )
    counts = {"examples": outcome["preflight"]["kept"], "unseen": others, **_trained.tell_tasks(context, outcome)}
    model = _trained.register(context, params, base, rows, outcome, counts)
    return {
        "model": model.name, **outcome, "unseen": others, "checks": checks, "old_task": model.details["old_task"],
    }  # fmt: skip


def _rows(table: formats.Table) -> tuple[str, Sequence[Any]]:
    """Which trainer takes such rows, and the rows as it takes them."""
    if table.layout == "text":
        from workbench.training.text_rows import text_rows

        return "domain", text_rows(table)
    from workbench.training.completion_rows import completion_rows

    return "sft", completion_rows(table)
