"""Parameters of a job: declared once, rendered as form, options, validation and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict


class JobParams(BaseModel):
    """Base of all parameter classes: frozen, unknown keys, NaN and infinity refused; each field has a description."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """Marks a field whose choices depend on the workspace; views.choices lists them."""

    of: Literal["model", "data", "prompts", "pairs", "instructions", "rubric", "batch", "embedded", "task"]


ModelName = Annotated[str, Choice("model")]
DataName = Annotated[str, Choice("data")]
PromptsName = Annotated[str, Choice("prompts")]
PairsName = Annotated[str, Choice("pairs")]
InstructionsName = Annotated[str, Choice("instructions")]
RubricName = Annotated[str, Choice("rubric")]
EmbeddedName = Annotated[str, Choice("embedded")]
BatchId = Annotated[int, Choice("batch")]
TaskName = Annotated[str, Choice("task")]
