"""What the pre-flights of all trainers share: the counts, and the runs that could not teach what they say.

TRL drops some rows without a word, and calls a run whose labels are all masked a success. Light: no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.errors import TrainingRefused

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Counts of rows; what is not kept is counted by its reason, the others are counted among the kept.

    prompt_too_long: the prompt alone fills max_length, so no token of an answer is left, and TRL drops the row;
    truncated: an answer loses its end within max_length (in tokens, prompt and answer together).
    """

    rows: int
    kept: int
    prompt_too_long: int
    truncated: int
    max_length: int


def kept(rows: Sequence[T], fates: Sequence[str]) -> list[T]:
    """Those whose fate is "kept"."""
    return [row for row, fate in zip(rows, fates, strict=True) if fate == "kept"]


def refuse(report: Report, what: str, dropped: str, ends: int, source: str) -> None:
    """TrainingRefused for nothing to train on, or nothing that ends.

    what: the rows, in the plural; dropped: their number by each further reason; ends: how many answers have their
    end-of-turn token in the loss; source: how to come by rows.
    """
    if report.rows == 0:
        raise TrainingRefused(f"There are no {what} to train on.", source)
    if report.kept == 0:
        raise TrainingRefused(
            f"None of the {report.rows} {what} can be trained on: {dropped}, "
            f"{report.prompt_too_long} a prompt of {report.max_length} tokens or more, so no token would carry loss.",
            "Raise max_length, or use other rows.",
        )
    if ends == 0:
        raise TrainingRefused(
            f"No answer of the {report.kept} {what} has its end-of-turn token in the loss "
            f"({report.truncated} are cut at max_length {report.max_length}): the model would unlearn to stop.",
            "Raise max_length, or use a chat template that ends an assistant's turn with a special token.",
        )
