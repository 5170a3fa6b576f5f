"""Parameters of a job: declared once, rendered as form, options, validation and help."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict


class JobParams(BaseModel):
    """Base of all parameter classes: frozen, unknown keys, NaN and infinity refused; each field has a description."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """Marks a field whose choices depend on the workspace; views.choices lists them."""

    of: Literal[
        "model", "data", "prompts", "pairs", "instructions", "labels", "rubric", "batch", "embedded", "task", "method"
    ]  # fmt: skip


ModelName = Annotated[str, Choice("model")]
DataName = Annotated[str, Choice("data")]
PromptsName = Annotated[str, Choice("prompts")]
PairsName = Annotated[str, Choice("pairs")]
InstructionsName = Annotated[str, Choice("instructions")]
LabelsName = Annotated[str, Choice("labels")]
RubricName = Annotated[str, Choice("rubric")]
EmbeddedName = Annotated[str, Choice("embedded")]
BatchId = Annotated[int, Choice("batch")]
TaskName = Annotated[str, Choice("task")]
MethodName = Annotated[str, Choice("method")]


def _joined(value: Any) -> Any:
    """["sigmoid", "sft"] -> "sigmoid, sft"; text stays as it was typed."""
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else value


def _table(value: Any) -> Any:
    """What was typed into a form or behind an option, as the TOML it is: `warmup_steps = 10, optim = "sgd"`."""
    if not isinstance(value, str):
        return value
    try:
        return tomllib.loads(f"table = {{{value}}}")["table"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f'input should be a table, as in: warmup_steps = 10, lr_scheduler_type = "cosine" ({error})'
        ) from error


# Several values in one field: a list in TOML, commas between them in a form and on the command line.
Listing = Annotated[str, BeforeValidator(_joined)]
# Further fields of a library: a table of its own in TOML.
Table = Annotated[dict[str, Any], BeforeValidator(_table)]


def listed(value: str | None) -> tuple[str, ...]:
    """The single values of a Listing."""
    return tuple(one.strip() for one in value.split(",") if one.strip()) if value else ()
