"""train-sft: supervised fine-tuning through TRL; the new model enters the catalog with its lineage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from workbench.data import formats
from workbench.jobs import _train_check, _training
from workbench.jobs._context import JobContext
from workbench.jobs._params import InstructionsName
from workbench.jobs._train_params import LOOKED_AT, TrainParams
from workbench.jobs._trainer import Trainer, Trainers
from workbench.records import Lane
from workbench.store import Store
from workbench.training import sft_preflight, text_rows
from workbench.training.completion_rows import CompletionRow, completion_rows, every_turn
from workbench.training.preflight import Look
from workbench.training.settings import SFTSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

LANE: Lane = "heavy"


class Params(TrainParams):
    """One run of supervised fine-tuning."""

    data: InstructionsName = Field(description="instructions with their answers; or plain text, to adapt to its domain")
    eval_data: InstructionsName | None = Field(None, description=LOOKED_AT)
    assistant_only_loss: bool = Field(
        False, description="learn every turn of the assistant in a conversation, not the last one alone"
    )


def title(params: Params) -> str:
    return _training.title("train-sft", params)


def settings(params: Params) -> SFTSettings:
    """What the run is told; UsageError or TrainingRefused for what cannot work."""
    return SFTSettings(**params.numbers())


def trainers(params: Params) -> Trainers:
    if params.assistant_only_loss:
        return dict.fromkeys(formats.ANSWERED, _EVERY_TURN)  # plain text has no turns
    return {**dict.fromkeys(formats.ANSWERED, _LAST_TURN), "text": _TEXT}


def check(store: Store, params: Params) -> None:
    _train_check.check(store, params, settings(params), trainers(params))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    return _training.execute(context, "sft", params, settings(params), trainers(params))


def _look_at_every_turn(
    rows: Sequence[CompletionRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> Look[Any, Any]:
    return sft_preflight.look([every_turn(row) for row in rows], tokenizer, max_length)


_LAST_TURN = Trainer("sft", "examples", completion_rows, sft_preflight.look, sft_preflight.refuse)
_EVERY_TURN = Trainer("sft", "examples", completion_rows, _look_at_every_turn, sft_preflight.refuse)
_TEXT = Trainer("domain", "examples", text_rows.text_rows, text_rows.look, text_rows.refuse)
